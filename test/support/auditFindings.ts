/** One finding of each code of an audit: the compiler refuses a table that lacks one. */
import type { AuditFact, AuditFindings, AuditSubjects, Holder } from "../../resources/proof/audit/subjects.ts";

/** Every text of a tenant's in them, with `name` in it. */
export function everyFinding(name = "Backup"): AuditFindings {
  const mailboxes = [{ address: "ad@contoso.example", id: "0a000000-0000-4000-8000-000000000001" }];
  const id = "0b000000-0000-4000-8000-000000000002";
  const user: Holder = { kind: "user", name: `${name}@contoso.example`, id, whose: "other" };
  const app: Holder = { kind: "app", name, id, whose: "callCentre" };
  const group: Holder = { kind: "group", name, whose: "other" };
  const assignment = { assignment: { name, id }, role: "Application Mail.Read", scope: name };
  const subjects: { readonly [Code in keyof AuditSubjects]: readonly AuditSubjects[Code][] } = {
    mailboxPermission: [
      { holder: user, rights: ["FullAccess"], mailboxes },
      { holder: group, rights: ["ReadPermission"], mailboxes },
    ],
    sendAs: [{ holder: { kind: "gone", name: "S-1-5-21-1", whose: "other" }, mailboxes }],
    sendOnBehalf: [{ holder: { kind: "unknown", name, whose: "other" }, mailboxes }],
    calendarPermission: [
      { holder: { kind: "everybody", name: "Default", whose: "other" }, rights: ["AvailabilityOnly"], mailboxes },
      { holder: { kind: "anonymous", name: "Anonymous", whose: "other" }, rights: ["Reviewer"], mailboxes },
      { holder: { kind: "outside", name, whose: "other" }, rights: ["Editor"], mailboxes },
    ],
    applicationRole: [
      { holder: { ...app, whose: "stack" }, ...assignment, covers: "some", mailboxes },
      { holder: app, ...assignment, scope: "", covers: "all", mailboxes: [] },
      { holder: app, ...assignment, covers: "unknown", mailboxes: [] },
    ],
    impersonation: [
      { holder: user, ...assignment, covers: "some", mailboxes },
      { holder: { ...group, whose: "exchange" }, ...assignment, covers: "all", mailboxes: [], isVacant: true },
    ],
    consent: [
      { app, permissions: ["Mail.Read"], resource: "Microsoft Graph", policies: [] },
      {
        app,
        permissions: ["Mail.Read"],
        resource: "",
        policies: [
          { right: "DenyAccess", group: name },
          { right: "RestrictAccess", group: name },
        ],
      },
    ],
    delegatedConsent: [
      { app, permissions: ["Mail.Read", "Calendars.Read"], resource: "Microsoft Graph", mailboxes },
      { app, permissions: ["Mail.Read"], resource: "", mailboxes: [] },
    ],
    accessPolicy: [{ app, id: "policy", right: "RestrictAccess", group: name }],
    grantingRoles: [
      { holder: group, roles: ["Role Management"], delegates: ["Application Mail.Read", "X"], members: [user, app] },
      { holder: group, roles: ["Mail Recipients"], delegates: [], members: null },
      { holder: user, roles: ["Mail Recipients"], delegates: ["X"], members: [] },
    ],
    grantingDirectoryRole: [
      { holder: { ...app, whose: "operator" }, role: { name: "Exchange Administrator", id }, scope: "" },
      { holder: user, role: { name: "Exchange Administrator", id }, scope: "/administrativeUnits/1" },
    ],
    grantingConsent: [
      { app, permissions: ["Directory.ReadWrite.All"], resource: "Microsoft Graph", role: "notNeeded" },
      ...(["held", "none", "unread"] as const).map((role) => ({
        ...{ app, permissions: ["Exchange.ManageAsApp"], resource: "Office 365 Exchange Online", role },
      })),
    ],
  };
  const facts = Object.entries(subjects).flatMap(([code, examples]) =>
    examples.map((about) => ({ code, ...about }) as AuditFact),
  );
  return {
    mailboxes,
    facts,
    notAsked: [
      { area: "sendAs", reason: "failed", message: `Get-RecipientPermission: ${name}`, mailboxes },
      {
        area: "delegatedConsents",
        reason: "rightMissing",
        right: "Directory.Read.All",
        message: "refused",
        mailboxes: [],
      },
    ],
    notLookedAt: [
      "groupMembers",
      "appKeys",
      "eligibleRoles",
      "directory",
      "otherFolders",
      "compliance",
      "othersConsents",
    ],
  };
}
