// A report's page in English. Pure.
import { auditEnglish } from "../../resources/proof/words/auditEnglish.ts";
import { countOf } from "../../resources/proof/sentence.ts";
import { say, sayReason, sentenceOf } from "../../resources/proof/words/english.ts";
import { sayStackNote } from "../verify/stackNote.ts";
import { exchangeServer, microsoft365 } from "./placesEnglish.ts";
import { timeIn } from "./time.ts";
import { othersOf, type ModeView } from "./view.ts";
import type { PageWords, PictureWords, VerdictWords } from "./words.ts";

const time = timeIn("en-GB");
const mailboxes = (count: number): string => countOf(count, "mailbox", "mailboxes");

const picture: PictureWords = {
  who: { impersonation: "Service user", application: "App (client id)" },
  through: "Through",
  assignmentOn: (scope) => `on, reaches: ${scope}`,
  assignmentOff: "switched off",
  assignmentGone: "(an assignment is gone)",
  opens: (parts) => `opens ${parts.join(", and ")}`,
  everyMailbox: "Every mailbox of the organisation",
  asAsked: "as was asked for",
  listed: (count) => `On the list: ${count}`,
  openOutside: (count) => `Open, but must not be: ${count}`,
  shutInside: (count) => `On the list, but shut: ${count}`,
  notAsked: (count) => `On the list, but not asked about: ${count}`,
  shut: (count) => `Asked about, and shut: ${count}`,
  wrong: "NOT as asked for",
  toldBelow: (count) => `${count} found, told below`,
  more: (count) => `and ${count} more: see the list below`,
  describe: ({ who, roles, isWide, listed, wrong }) =>
    `${who} ${wrong.length === 0 ? "reaches" : "is to reach"} ${isWide ? "every mailbox of the organisation" : countOf(listed.length, "listed mailbox", "listed mailboxes")} through ${roles.join(", ")}.${wrong.length === 0 ? "" : " Something is wrong."} The text below says the same.`,
};

const oneByOne = (view: ModeView): string =>
  `${mailboxes(view.asked.length)} one by one, ${othersOf(view).length} of them not on the list`;
const stayOut = ({ mustStayOut }: ModeView): string =>
  mustStayOut === 0 ? "" : `, among them the ${mustStayOut === 1 ? "one" : mustStayOut} that must stay out`;

const verdicts: VerdictWords = {
  caption: "What was asked, and the answers",
  columns: ["question", "answer", "how it was asked"],
  listed: (view) => ({
    question: view.isWide ? "Is every mailbox open, as was asked for?" : "Are the listed mailboxes open?",
    how: `in Exchange: the role assignment, its scope and who is inside, as they are now; ${oneByOne(view)}`,
  }),
  wider: (view) => ({
    question: view.isWide ? "Is it no more than was asked for?" : "Does everything else stay shut?",
    how: `in Exchange: other assignments and roles, and ${mailboxes(othersOf(view).length)} not on the list${stayOut(view)}${view.mode === "application" ? "; in Entra: the app's consents and roles" : ""}`,
  }),
  whoElse: ({ mode }) => ({
    question: "Who else gets in this way?",
    how:
      mode === "application"
        ? "in Entra: keys, secrets, federated credentials and owners of the app; in Exchange: who else uses the scope or the group"
        : "in Exchange: members and managers of the role group, and who else uses the scope or the group",
  }),
  wayIn: ({ wayIn: { state } }) => ({
    question: "Is the way in open?",
    how:
      state === "not asked"
        ? "the settings of EWS do not count for Microsoft Graph"
        : "in Exchange: whether EWS is on for the organisation and the mailboxes, and whom it lets in",
  }),
  live: {
    question: "Tried as the app itself?",
    how: "in Microsoft Graph: the calendars, with the app's own credential",
  },
  yes: "yes",
  no: "NO",
  nobody: "nobody",
  somebodyElse: "SOMEBODY ELSE",
  nobodyButAccepted: "nobody but who was there at the beginning",
  states: { open: "yes", shut: "NO", unknown: "not known", "not asked": "not asked: it comes by Microsoft Graph" },
  liveAnswer: {
    notRun: "no: the app's own credential was not at hand",
    nothing: "no: there is nothing to try",
    partly: "not for every mailbox: see what is not proved",
    failed: (error) => `could not be: ${error}`,
    passed: (count) => `yes: as asked for, ${mailboxes(count)}`,
  },
};

const changes: PageWords["changes"] = {
  heading: "What was changed",
  caption: "In the order in which it was made",
  columns: ["object", "name", "where to find it"],
  kinds: {
    roleGroup: "Role group",
    securityGroup: "Mail-enabled security group with the mailboxes",
    managementScope: "Management scope: only members of that group",
    roleAssignment: "Role assignment: gives the role, within the scope",
    exchangeServicePrincipal: "Service principal in Exchange: points to the enterprise app",
    applicationCertificates: "Certificates of the app registration",
    user: "Service user",
    application: "App registration",
    enterpriseApp: "Enterprise application",
  },
  origins: {
    made: "",
    takenOverAndGoes: "was there before and was taken over; undoing removes it, too",
    takenOverAndStays: "was there before and was taken over; undoing leaves it",
  },
  nameless: "(the state tells no name)",
};

export const english: PageWords = {
  lang: "en",
  say,
  sentenceOf,
  sayReason,
  title: (stack) => `Calendar access: ${stack}`,
  heading: "The call centre's access to calendars",
  passed: "The access is as asked for.",
  failed: "The access is NOT as asked for.",
  notWhole: "Nothing wrong was found, but not everything could be asked.",
  asked: ({ stack, tenantId, place, at }) => {
    const whom = place === "microsoft365" ? "tenant" : "organisation";
    return `Stack ${stack}, ${whom} ${tenantId}. Asked on ${time(at)} of the ${whom} itself; asking changed nothing.`;
  },
  sayNote: (note) => sayStackNote(note),
  modes: { impersonation: "Access by a service user (impersonation)", application: "Access by an app (application)" },
  opened: {
    calendars: "calendars only",
    otherParts: "other parts of the mailbox than calendars",
    wholeMailbox: "the whole mailbox, not the calendar alone",
  },
  picture,
  verdicts,
  wrong: "What is wrong",
  mayPass: "may be a lag between Microsoft's servers: ask again in a few minutes",
  facts: {
    caption: "What the access consists of",
    opens: "opens, of each mailbox",
    roles: "role",
    assignment: "role assignment",
    filter: "filter of the scope",
    none: "none",
  },
  accepted: "Accepted, because it was there at the beginning",
  notes: "Notes",
  list: (count) => `The list: ${mailboxes(count)}`,
  sameList: "The same as in the access mode above.",
  others: (count) => `Not on the list, and asked about: ${mailboxes(count)}`,
  othersHeading: ["mailbox", "now"],
  open: "OPEN",
  shut: "shut",
  inside: "inside the scope",
  changes,
  stop: {
    heading: "How to stop it at once",
    noAssignment: "There is no role assignment now that could be switched off.",
    afterwards:
      "Tell the operator afterwards. The program leaves a stop as it is, and opens the access again only when it is told to (setting regrant).",
  },
  undo: {
    heading: "How it is undone",
    command: "The operator runs:",
    first:
      "The role assignments go first, then everything else in the table above that the stack made. What was there before goes or stays as the table says.",
    last: "Appointments that were placed stay in the calendars: the program writes nothing into a mailbox.",
  },
  places: { microsoft365, exchangeServer },
  notProved: "What is not proved",
  audit: auditEnglish,
};
