/** Who else reaches the mailboxes, in English. */
import type { Coverage, Holder, HolderKind, NeededRole, PolicySubject } from "../audit/subjects.ts";
import { countOf, nameSome } from "../sentence.ts";
import type { MailboxSubject } from "../subjects.ts";
import type { AuditWords } from "./auditWords.ts";

const kinds: Readonly<Record<HolderKind, (name: string) => string>> = {
  user: (name) => name,
  group: (name) => `group "${name}"`,
  app: (name) => `app "${name}"`,
  everybody: () => "everybody in the organisation (Default)",
  anonymous: () => "anybody, without signing in (Anonymous)",
  outside: (name) => `${name}, outside the organisation`,
  gone: (name) => `an account that is gone (${name})`,
  unknown: (name) => `"${name}", of whom the name alone is known`,
};

const who = ({ kind, name, id }: Holder): string =>
  kinds[kind](name) + (id === undefined || id === name ? "" : ` (${id})`);

const these = (mailboxes: readonly MailboxSubject[]): string => nameSome(mailboxes);

/** Rights that show when somebody is busy, and nothing of what for. */
const times = new Set(["AvailabilityOnly"]);

const calendar = (rights: readonly string[]): string =>
  rights.every((right) => times.has(right))
    ? `sees free and busy times (${rights.join(", ")})`
    : `calendar: ${rights.join(", ")}`;

const reach = ({ covers, mailboxes }: Coverage, scope: string): string => {
  const of = scope === "" ? "" : `, scope "${scope}"`;
  if (covers === "all") return `every mailbox${of}`;
  return covers === "some" ? `${these(mailboxes)}${of}` : `which of them, could not be told${of}`;
};

const limits = (policies: readonly PolicySubject[]): string =>
  policies.length === 0 ? "every mailbox" : `every mailbox that policies leave: ${policies.map(limit).join("; ")}`;

const limit = ({ right, group }: PolicySubject): string =>
  right === "DenyAccess" ? `none in "${group}"` : `only those in "${group}"`;

const of = (permission: string, resource: string): string =>
  resource === "" ? permission : `${permission} of ${resource}`;

/** Most holders hand out all roles of apps. */
const handsOut = (roles: readonly string[]): string[] => {
  const ofApps = roles.filter((role) => role.startsWith("Application "));
  const others = roles.filter((role) => !ofApps.includes(role)).map((role) => `hands out ${role}`);
  return ofApps.length === 0 ? others : [...others, `hands out ${countOf(ofApps.length, "role", "roles")} of apps`];
};

/** Of what gives nothing without a role. */
const needed: Readonly<Record<NeededRole, string>> = {
  notNeeded: "",
  held: "with its role in Entra it administers mailboxes",
  none: "gives nothing without a role; no role that it has in Entra, itself or through a group, administers mailboxes; members of Exchange's role groups are named with these",
  unread: "gives nothing without a role; whether it has one in Entra could not be read",
};

/** The words of English. */
export const auditEnglish: AuditWords = {
  heading: "Who else can reach these mailboxes",
  about: (count) =>
    `Asked about ${countOf(count, "mailbox", "mailboxes")}. Nothing here is judged: whether it is meant is for the customer's administrator to say.`,
  sections: {
    mailboxes: "Let into mailboxes",
    calendars: "Let into calendars",
    apps: "Apps, impersonation and consents",
    granting: "Who can give such access",
  },
  nothing: "nobody was found",
  nothingKnown: "nobody was found, but not everything could be asked",
  columns: ["who", "what", "which mailboxes", "whose"],
  whose: {
    stack: "the stack's own",
    callCentre: "the call centre's, not by the stack",
    operator: "the operator's",
    exchange: "comes with Exchange Server",
    other: "somebody else's",
  },
  facts: {
    mailboxPermission: ({ holder, rights, mailboxes }) => ({
      who: who(holder),
      what: rights.includes("FullAccess")
        ? `opens the whole mailbox (${rights.join(", ")})`
        : `mailbox: ${rights.join(", ")}`,
      where: these(mailboxes),
    }),
    sendAs: ({ holder, mailboxes }) => ({
      who: who(holder),
      what: "sends as the mailbox (SendAs)",
      where: these(mailboxes),
    }),
    sendOnBehalf: ({ holder, mailboxes }) => ({
      who: who(holder),
      what: "sends on its behalf (GrantSendOnBehalfTo)",
      where: these(mailboxes),
    }),
    calendarPermission: ({ holder, rights, mailboxes }) => ({
      who: who(holder),
      what: calendar(rights),
      where: these(mailboxes),
    }),
    applicationRole: ({ holder, role, assignment, scope, ...coverage }) => ({
      who: who(holder),
      what: `${role} in Exchange, by "${assignment.name}"`,
      where: reach(coverage, scope),
    }),
    impersonation: ({ holder, role, assignment, scope, isVacant, ...coverage }) => ({
      who: who(holder),
      what: `impersonates: ${role}, by "${assignment.name}"${isVacant === true ? "; nobody is in it now" : ""}`,
      where: reach(coverage, scope),
    }),
    consent: ({ app, permissions, resource, policies }) => ({
      who: who(app),
      what: `tenant-wide consent: ${of(permissions.join(", "), resource)}`,
      where: limits(policies),
    }),
    delegatedConsent: ({ app, permissions, resource, mailboxes }) => ({
      who: who(app),
      what: `for whoever is signed in to it: ${of(permissions.join(", "), resource)}`,
      where:
        mailboxes.length === 0 ? "what its user reaches, every user" : `what its user reaches: ${these(mailboxes)}`,
    }),
    accessPolicy: ({ app, right, group }) => ({
      who: who(app),
      what: `application access policy (${right}): opens nothing, narrows what Entra consents`,
      where: limit({ right, group }),
    }),
    grantingRoles: ({ holder, roles, delegates, members }) => ({
      who: who(holder),
      what: `can give access in Exchange: ${[...roles, ...handsOut(delegates)].join(", ")}`,
      where:
        members === null
          ? "members could not be read"
          : members.length === 0
            ? ""
            : `members: ${members.map(who).join(", ")}`,
    }),
    grantingDirectoryRole: ({ holder, role, scope }) => ({
      who: who(holder),
      what: `holds the role ${role.name} in Entra`,
      where: scope === "" ? "" : `of ${scope}`,
    }),
    grantingConsent: ({ app, permissions, resource, role }) => ({
      who: who(app),
      what: `${role === "notNeeded" ? "can give itself access" : "may call the administration of Exchange"}: ${of(permissions.join(", "), resource)}`,
      where: needed[role],
    }),
  },
  notAskedHeading: "Could not be asked (which is not the same as nobody)",
  notAsked: ({ area, right, message, mailboxes }) =>
    `${areas[area]}${mailboxes.length === 0 ? "" : ` of ${these(mailboxes)}`}: ${right === undefined ? "the question failed" : `the right ${right} is missing`} (${message})`,
  notLookedAtHeading: "Not looked at",
  notLookedAt: {
    groupMembers: "who is in the groups that have access",
    appKeys: "who holds the keys of the apps, and who owns them",
    eligibleRoles: "roles of Entra that somebody may activate when needed (Privileged Identity Management)",
    directory:
      "rights in Active Directory and on mailbox databases (what is inherited, Receive-As), and who administers directory and servers",
    otherFolders: "permissions on other folders than the calendar, forwarding, and what a device has kept",
    compliance: "search and export by roles for compliance (eDiscovery, Mailbox Import Export)",
    othersConsents: "delegated consents that users outside the list gave for themselves",
  },
};

const areas = {
  mailboxPermissions: "who opens whole mailboxes",
  sendAs: "who sends as",
  sendOnBehalf: "who sends on behalf",
  calendars: "permissions on the calendar",
  holders: "who is meant by a name",
  exchangeRoles: "roles of others in Exchange",
  impersonation: "who impersonates",
  policies: "application access policies",
  roleGroups: "members of role groups in Exchange",
  consents: "tenant-wide consents",
  delegatedConsents: "delegated consents",
  directoryRoles: "roles of Entra",
} as const;
