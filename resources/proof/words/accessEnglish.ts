/** What is wrong with an access, in English. */
import type { EscalationWay } from "../../../directory/escalation.ts";
import type { Subjects } from "../finding.ts";
import type {
  AccessSubjects,
  ApplicationSubjects,
  CalendarSubjects,
  ImpersonationSubjects,
  ObjectSubject,
  RoleHolderSubject,
  WriteScopeSubject,
} from "../subjects.ts";
import { nameSome } from "../sentence.ts";
import type { Words } from "./words.ts";

const titleOf = ({ name }: ObjectSubject): string => `the role assignment "${name}"`;

/** For example `Scope (CustomRecipientScope)`, or `Organization`. */
function describeScope({ writeScope, customScope }: WriteScopeSubject): string {
  return customScope === "" ? writeScope : `${customScope} (${writeScope})`;
}

/** For example `"Mail" (Mail Recipients through Help Desk, Organization)`. */
export function describeHolding(
  held: WriteScopeSubject & { readonly name: string; readonly role: string; readonly assignee: string },
): string {
  return `"${held.name}" (${held.role} through ${held.assignee}, ${describeScope(held)})`;
}

function inheritance({ inheritedFrom }: Subjects["consentWide"]): string {
  return inheritedFrom === "" ? "" : `, inherited from the group "${inheritedFrom}"`;
}

const unknownResource = "an unknown resource";

const ways: Readonly<Record<EscalationWay | "unknown", string>> = {
  grants: "it can give itself permissions and roles",
  exchange: "it can administer Exchange",
  otherApps: "it can put keys of its own on other apps",
  userCredentials: "it can set passwords or other credentials of users",
  recovery: "it can change the phone or address by which a user resets the password",
  signIn: "it can change by whom users are signed in (domains, federation, certificate authorities, methods)",
  memberships: "it can change who is in groups and has what they give (Graph changes no mail-enabled security group)",
  unknown: "nobody can tell which role this is",
};

const escalation = (way: EscalationWay | "unknown"): string =>
  `so that it can let itself into more mailboxes: ${ways[way]}`;

const late = ({ minutes }: { readonly minutes: number }): string =>
  `a change takes 30 minutes to 2 hours to be effective, here ${minutes} minutes more at most`;

const holders: Readonly<Record<RoleHolderSubject, string>> = { app: "the app", serviceUser: "the service user" };

const ofBoth: Words<AccessSubjects> = {
  secondAssignment: ({ assignment, role }) =>
    `${titleOf(assignment)} (${role}) gives the same access once more and is not the one that this stack holds: stopping the stack's own would not stop it`,
  assignmentMissing: () => "the role assignment does not exist",
  assignmentDisabled: ({ assignment }) => `${titleOf(assignment)} is disabled`,
  assignmentDelegating: ({ assignment }) => `${titleOf(assignment)} is a delegating one`,
  scopeNotOurs: ({ scope, filter }) =>
    `the scope "${scope.name}" is not limited to the stack's security group: ${filter}`,
  groupNotAsListed: () =>
    "the security group does not hold exactly the listed mailboxes: its own difference, and verify, say which",
  insideNotInGroup: ({ mailboxes }) => `inside the scope but not in the security group: ${nameSome(mailboxes)}`,
  insideNotListed: ({ mailboxes }) => `inside the scope but not listed: ${nameSome(mailboxes)}`,
  listedNotInside: ({ mailboxes }) => `listed but not inside the scope: ${nameSome(mailboxes)}`,
  directoryRoleEscalating: ({ role, way, holder }) =>
    `${holders[holder]} has the directory role ${role}, ${escalation(way)}`,
};

const ofImpersonation: Words<ImpersonationSubjects> = {
  userMissing: () => "the service user does not exist in Exchange",
  userBlocked: () => "the service user is blocked from signing in",
  userOutsideRoleGroup: ({ assignment }) =>
    `the service user does not hold ${titleOf(assignment)}: it is no member of the role group`,
  roleWrong: ({ assignment, role, asked }) => `${titleOf(assignment)} assigns ${role}, not ${asked}`,
  assigneeWrong: ({ assignment, assignee }) =>
    `${titleOf(assignment)} belongs to ${assignee}, not to the stack's role group`,
  reachNarrower: ({ assignment, ...scope }) =>
    `${titleOf(assignment)} is limited to ${describeScope(scope)}, though the whole organization was asked for`,
  reachWider: ({ assignment, ...scope }) =>
    `${titleOf(assignment)} has the write scope ${describeScope(scope)}: it reaches beyond the listed mailboxes`,
  scopeUnknown: ({ assignment, scope }) =>
    `${titleOf(assignment)} names the scope "${scope.name}", which cannot be found`,
  otherAssignment: ({ assignment, asked, ...held }) =>
    `the service user also has ${describeHolding({ ...held, name: assignment.name })}, which ${asked === "" ? "reaches further" : `is more than ${asked}`}`,
  exclusiveScope: ({ scope, mailboxes }) =>
    `the exclusive scope "${scope.name}" holds ${nameSome(mailboxes)}: impersonation is refused there, whatever the stack's scope says`,
  openOutside: ({ mailboxes }) => `can be reached but must not: ${nameSome(mailboxes)}`,
  shutInside: ({ mailboxes }) => `cannot be reached but is listed: ${nameSome(mailboxes)}`,
};

const ofApplication: Words<ApplicationSubjects> = {
  appMissing: () => "the enterprise app does not exist",
  appDisabled: () => "the enterprise app is disabled",
  pointerWrong: () => "Exchange's service principal does not point to the enterprise app",
  certificatesUnusable: ({ early }) =>
    `every certificate of the app ${early ? "has expired or is not valid yet" : "has expired"}`,
  roleNotGiven: ({ role }) => `no assignment gives the app ${role}`,
  assignmentOfOtherApp: ({ assignment }) => `${titleOf(assignment)} belongs to another app`,
  assignmentNotScoped: ({ assignment, writeScope, customScope }) =>
    `${titleOf(assignment)} has the write scope ${customScope || writeScope}, not the stack's`,
  assignmentLimited: ({ assignment, writeScope, customScope }) =>
    `${titleOf(assignment)} is limited to ${customScope || writeScope}`,
  scopeMissing: () => "the management scope does not exist",
  listedNotAuthorized: ({ mailboxes }) => `listed but not authorised: ${nameSome(mailboxes)}`,
  authorizedOutside: ({ mailboxes }) => `authorised but must not be: ${nameSome(mailboxes)}`,
  otherAuthorization: ({ role, scope, scopeType }) =>
    `the app also has ${role} on ${scope === "" ? scopeType : `${scope} (${scopeType})`}`,
  consentWide: (consent) =>
    `the tenant-wide consent ${consent.permission} on ${consent.resource || unknownResource}${inheritance(consent)} opens every mailbox's calendar to the app, whatever the scope says`,
  consentEscalating: (consent) =>
    `the app has the consent ${consent.permission} on ${consent.resource || unknownResource}${inheritance(consent)}, ${escalation(consent.way)}`,
};

const ofCalendars: Words<CalendarSubjects> = {
  graphRefused: ({ mailboxes }) => `refused by Graph but listed: ${nameSome(mailboxes)}`,
  graphOpen: ({ mailboxes }) => `its calendar can be read but must not be: ${nameSome(mailboxes)}`,
  graphStillOpen: ({ mailboxes, ...time }) =>
    `its calendar can still be read, though nothing grants it any more: ${late(time)}: ${nameSome(mailboxes)}`,
  graphNotYetEffective: ({ mailboxes, ...time }) =>
    `not yet effective: refused by Graph, though Exchange authorises it: ${late(time)}. Leave the app idle for 30 minutes before the next try: repeated tries are said to keep an old answer alive. So far refused: ${nameSome(mailboxes)}`,
  graphNoMailbox: ({ mailboxes }) => `Graph finds no mailbox: ${nameSome(mailboxes)}`,
  graphNoAnswer: ({ mailboxes, reason }) => `no answer from Graph (${reason}): ${nameSome(mailboxes)}`,
};

/** Of both access modes, and of the live probe. */
export const accessWords = { ...ofBoth, ...ofImpersonation, ...ofApplication, ...ofCalendars };
