/** Who else reaches the mailboxes, in Dutch. */
import type { Coverage, Holder, HolderKind, NeededRole, PolicySubject } from "../audit/subjects.ts";
import type { MailboxSubject } from "../subjects.ts";
import type { AuditWords } from "./auditWords.ts";
import { mailboxesInDutch, nameSomeInDutch } from "./countsDutch.ts";

const kinds: Readonly<Record<HolderKind, (name: string) => string>> = {
  user: (name) => name,
  group: (name) => `de groep "${name}"`,
  app: (name) => `de toepassing "${name}"`,
  everybody: () => "iedereen in de organisatie (Standaard, Default)",
  anonymous: () => "iedereen, zonder aanmelding (Anoniem, Anonymous)",
  outside: (name) => `${name}, buiten de organisatie`,
  gone: (name) => `een account dat er niet meer is (${name})`,
  unknown: (name) => `"${name}", van wie alleen de naam bekend is`,
};

const who = ({ kind, name, id }: Holder): string =>
  kinds[kind](name) + (id === undefined || id === name ? "" : ` (${id})`);

const these = (mailboxes: readonly MailboxSubject[]): string => nameSomeInDutch(mailboxes);

const calendar = (rights: readonly string[]): string =>
  rights.every((right) => right === "AvailabilityOnly")
    ? `ziet wanneer iemand vrij of bezet is (${rights.join(", ")})`
    : `agenda: ${rights.join(", ")}`;

const reach = ({ covers, mailboxes }: Coverage, scope: string): string => {
  const of = scope === "" ? "" : `, scope "${scope}"`;
  if (covers === "all") return `elk postvak${of}`;
  return covers === "some" ? `${these(mailboxes)}${of}` : `welke ervan, is niet na te gaan${of}`;
};

const limit = ({ right, group }: PolicySubject): string =>
  right === "DenyAccess" ? `geen uit "${group}"` : `alleen die uit "${group}"`;

const limits = (policies: readonly PolicySubject[]): string =>
  policies.length === 0
    ? "elk postvak"
    : `elk postvak dat het toegangsbeleid overlaat: ${policies.map(limit).join("; ")}`;

const of = (permission: string, resource: string): string =>
  resource === "" ? permission : `${permission} van ${resource}`;

/** Most holders hand out all roles of apps. */
const handsOut = (roles: readonly string[]): string[] => {
  const ofApps = roles.filter((role) => role.startsWith("Application "));
  const others = roles.filter((role) => !ofApps.includes(role)).map((role) => `deelt ${role} uit`);
  if (ofApps.length === 0) return others;
  return [...others, `deelt ${ofApps.length === 1 ? "1 rol" : `${ofApps.length} rollen`} voor toepassingen uit`];
};

/** Of what gives nothing without a role. */
const needed: Readonly<Record<NeededRole, string>> = {
  notNeeded: "",
  held: "met de eigen rol in Entra beheert die postvakken",
  none: "geeft niets zonder een rol; een rol in Entra die postvakken beheert, van zichzelf of via een groep, is er niet; wie in een rollengroep van Exchange zit, staat daarbij",
  unread: "geeft niets zonder een rol; of er een in Entra is, was niet te lezen",
};

/** The words of Dutch. */
export const auditDutch: AuditWords = {
  heading: "Wie kan er nog meer bij deze postvakken",
  about: (count) =>
    `Nagevraagd voor ${mailboxesInDutch(count)}. Hier wordt niets beoordeeld: of het zo bedoeld is, kan alleen de beheerder van de klant zeggen.`,
  sections: {
    mailboxes: "Toegelaten tot postvakken",
    calendars: "Toegelaten tot agenda's",
    apps: "Toepassingen, impersonation en toestemmingen",
    granting: "Wie zulke toegang kan geven",
  },
  nothing: "niemand gevonden",
  nothingKnown: "niemand gevonden, maar niet alles kon worden nagevraagd",
  columns: ["wie", "wat", "welke postvakken", "van wie"],
  whose: {
    stack: "van de stack zelf",
    callCentre: "van het callcenter, maar niet via de stack",
    operator: "van de operator",
    exchange: "hoort bij Exchange Server",
    other: "van een ander",
  },
  facts: {
    mailboxPermission: ({ holder, rights, mailboxes }) => ({
      who: who(holder),
      what: rights.includes("FullAccess")
        ? `opent het hele postvak (${rights.join(", ")})`
        : `rechten op het postvak: ${rights.join(", ")}`,
      where: these(mailboxes),
    }),
    sendAs: ({ holder, mailboxes }) => ({
      who: who(holder),
      what: "verzendt als het postvak (SendAs)",
      where: these(mailboxes),
    }),
    sendOnBehalf: ({ holder, mailboxes }) => ({
      who: who(holder),
      what: "verzendt namens het postvak (GrantSendOnBehalfTo)",
      where: these(mailboxes),
    }),
    calendarPermission: ({ holder, rights, mailboxes }) => ({
      who: who(holder),
      what: calendar(rights),
      where: these(mailboxes),
    }),
    applicationRole: ({ holder, role, assignment, scope, ...coverage }) => ({
      who: who(holder),
      what: `heeft in Exchange de rol ${role}, via "${assignment.name}"`,
      where: reach(coverage, scope),
    }),
    impersonation: ({ holder, role, assignment, scope, isVacant, ...coverage }) => ({
      who: who(holder),
      what: `komt als een ander binnen (impersonation): ${role}, via "${assignment.name}"${isVacant === true ? "; er zit nu niemand in" : ""}`,
      where: reach(coverage, scope),
    }),
    consent: ({ app, permissions, resource, policies }) => ({
      who: who(app),
      what: `toestemming voor de hele tenant: ${of(permissions.join(", "), resource)}`,
      where: limits(policies),
    }),
    delegatedConsent: ({ app, permissions, resource, mailboxes }) => ({
      who: who(app),
      what: `namens wie erin is aangemeld: ${of(permissions.join(", "), resource)}`,
      where:
        mailboxes.length === 0
          ? "waar die gebruiker bij kan, voor elke gebruiker"
          : `waar die gebruiker bij kan: ${these(mailboxes)}`,
    }),
    accessPolicy: ({ app, right, group }) => ({
      who: who(app),
      what: `toegangsbeleid (application access policy, ${right}): opent niets, beperkt de toestemming van Entra`,
      where: limit({ right, group }),
    }),
    grantingRoles: ({ holder, roles, delegates, members }) => ({
      who: who(holder),
      what: `kan in Exchange toegang geven: ${[...roles, ...handsOut(delegates)].join(", ")}`,
      where:
        members === null
          ? "de leden waren niet te lezen"
          : members.length === 0
            ? ""
            : `leden: ${members.map(who).join(", ")}`,
    }),
    grantingDirectoryRole: ({ holder, role, scope }) => ({
      who: who(holder),
      what: `heeft in Entra de rol ${role.name}`,
      where: scope === "" ? "" : `voor ${scope}`,
    }),
    grantingConsent: ({ app, permissions, resource, role }) => ({
      who: who(app),
      what: `${role === "notNeeded" ? "kan zichzelf toegang geven" : "mag het beheer van Exchange aanroepen"}: ${of(permissions.join(", "), resource)}`,
      where: needed[role],
    }),
  },
  notAskedHeading: "Niet na te vragen (dat is iets anders dan: niemand)",
  notAsked: ({ area, right, message, mailboxes }) =>
    `${areas[area]}${mailboxes.length === 0 ? "" : ` van ${these(mailboxes)}`}: ${right === undefined ? "de vraag mislukte" : `het recht ${right} ontbreekt`} (${message})`,
  notLookedAtHeading: "Hier is niet naar gekeken",
  notLookedAt: {
    groupMembers: "wie er in de groepen zitten die toegang hebben",
    appKeys: "wie de sleutels van de toepassingen heeft, en van wie ze zijn",
    eligibleRoles: "rollen in Entra die iemand kan aanzetten als dat nodig is (Privileged Identity Management)",
    directory:
      "rechten in Active Directory en op postvakdatabases (wat overgeërfd wordt, Receive-As), en wie directory en servers beheert",
    otherFolders: "rechten op andere mappen dan de agenda, doorsturen, en wat een apparaat heeft bewaard",
    compliance: "zoeken en exporteren met rollen voor compliance (eDiscovery, Mailbox Import Export)",
    othersConsents: "toestemmingen die gebruikers buiten de lijst voor zichzelf hebben gegeven",
  },
};

const areas = {
  mailboxPermissions: "wie hele postvakken opent",
  sendAs: "wie als een ander verzendt",
  sendOnBehalf: "wie namens een ander verzendt",
  calendars: "de rechten op de agenda",
  holders: "wie er met een naam bedoeld is",
  exchangeRoles: "rollen van anderen in Exchange",
  impersonation: "wie als een ander binnenkomt (impersonation)",
  policies: "toegangsbeleid voor toepassingen (application access policies)",
  roleGroups: "de leden van rollengroepen in Exchange",
  consents: "toestemmingen voor de hele tenant",
  delegatedConsents: "gedelegeerde toestemmingen",
  directoryRoles: "rollen in Entra",
} as const;
