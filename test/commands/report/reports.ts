/** Reports as `verify` makes them, for the page: both modes, failing and proved, with as many mailboxes as one likes. */
import type { ModeReport } from "../../../commands/verify/modeReport.ts";
import type { Report } from "../../../commands/verify/report.ts";
import type { AccessMode, ExportedResource } from "../../../commands/verify/stack.ts";
import { partOf } from "../../../resources/lifecycle/applicationRoles.ts";
import { wrong, type Fact } from "../../../resources/proof/finding.ts";
import { withText } from "../../../resources/proof/words/english.ts";
import { typeOf, type TypeName } from "../../../resources/stub.ts";
import { dirk, serviceUser } from "../../support/people.ts";

/** What everything of a tenant is called in a report. */
export interface Names {
  readonly assignment: string;
  readonly scope: string;
  readonly mailboxes: readonly string[];
  readonly user: string;
}

const first = ["ad.viseur", "bram.buitenhuis", "carla.dewit", "eva.smit", "joost.visser"];

/** As many field staff as asked for. */
export function staff(count: number): string[] {
  return Array.from({ length: count }, (_each, index) => {
    const name = first[index % first.length] ?? "";
    return `${name}${index < first.length ? "" : index}@buitendienst.example`;
  });
}

/** The names of the demo. */
export function usualNames(count: number): Names {
  return {
    assignment: "ApplicationImpersonation-CallPro Calendar Access",
    scope: "Scope-CallPro Calendar Access",
    mailboxes: staff(count),
    user: serviceUser,
  };
}

const others = [dirk, "finn.financieel@buitendienst.example", "sander.brouwer@buitendienst.example"];
const filter = (scope: string): string =>
  `MemberOfGroup -eq 'CN=${scope.replace("Scope", "SecurityGroup")},OU=buitendienst.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,DC=EURP191A001,DC=PROD,DC=OUTLOOK,DC=COM'`;
const said = (facts: readonly Fact[]) => facts.map(withText);

const calendarRole = "Application Calendars.ReadWrite";
const clientId = "7d5d0f6e-4b1c-4e0a-9d2c-0f6c2a9be001";
const thumbprint = "9C1185A5C5E9FC54612808977EE8F548B2258D31";

/** A mode in which everything that was asked about is as asked for. */
function proved(
  mode: AccessMode,
  role: string,
  principal: string,
  { assignment, scope, mailboxes }: Names,
): ModeReport {
  return {
    mode,
    passed: true,
    summary: "proved",
    asked: { reach: "group", principal, roles: [role], mailboxes, mustStayOut: [dirk] },
    opens: [{ role, part: partOf(role) }],
    assignments: [{ id: "0b7d", name: assignment, role, enabled: true, writeScope: scope }],
    scopeFilter: filter(scope),
    scopedAccess: { holds: true, findings: [] },
    widerAccess: { none: true, findings: [] },
    whoGetsIn: { nobodyElse: true, findings: [], accepted: [] },
    wayIn: { state: "open", reasons: [], summary: "open", findings: [] },
    probes: [
      ...mailboxes.slice(0, 5).map((mailbox) => ({ mailbox, listed: true, open: true })),
      ...others.map((mailbox) => ({ mailbox, listed: false, open: false })),
    ],
    notes: [],
    notProved: [],
    app: null,
  };
}

/** Service user with a role group. */
export function impersonation(names: Names): ModeReport {
  return {
    ...proved("impersonation", "ApplicationImpersonation", names.user, names),
    notes: said([{ code: "ewsEnding" }]),
    notProved: said([
      { code: "permissionsElsewhere" },
      { code: "exchangeCache" },
      { code: "userSignIn" },
      { code: "organizationAdministrators" },
    ]),
  };
}

/** An app with a certificate. */
export function application(names: Names): ModeReport {
  return {
    ...proved("application", calendarRole, clientId, {
      ...names,
      assignment: names.assignment.replace("ApplicationImpersonation", calendarRole),
    }),
    wayIn: { state: "not asked", reasons: [], summary: "not asked", findings: [] },
    notProved: said([{ code: "appCache" }, { code: "appPermissionsElsewhere" }, { code: "directoryAdministrators" }]),
    app: { consents: [], certificates: [{ thumbprint, expires: "2028-01-01", daysLeft: 400 }], live: null },
  };
}

/** The scope was taken off, the director is open, and somebody joined the role group. */
export function broken(names: Names): ModeReport {
  const { assignment, user } = names;
  const roleGroup = { name: "CallPro Calendar Access" };
  const gijs = { address: "gijs.bakker@buitendienst.example", id: "2f1f4c9e-0000-4000-8000-000000000009" };
  const held = { assignment: { name: assignment }, writeScope: "Organization", customScope: "" };
  const before = impersonation(names);
  return {
    ...before,
    passed: false,
    summary: "not proved",
    assignments: before.assignments.map((each) => each && { ...each, writeScope: "Organization" }),
    scopeFilter: null,
    scopedAccess: { holds: false, findings: [withText(wrong({ code: "reachWider", ...held }))] },
    widerAccess: {
      none: false,
      findings: [withText(wrong({ code: "openOutside", mailboxes: [{ address: dirk }] }, true))],
    },
    whoGetsIn: {
      nobodyElse: false,
      findings: [withText(wrong({ code: "roleGroupMember", member: gijs, roleGroup, remedy: "runUpForMembers" }))],
      accepted: said([{ code: "roleGroupManager", manager: user, roleGroup }]),
    },
    probes: before.probes.map((probe) => (probe.mailbox === dirk ? { ...probe, open: true } : probe)),
  };
}

/** The whole report about these modes. */
export function reportOf(modes: Partial<Pick<Report, "impersonation" | "application">>): Report {
  const { impersonation: byUser = null, application: byApp = null } = modes;
  return {
    schema: 1,
    stack: "buitendienst",
    tenantId: "1f0c5a3e-1111-4a4a-9b9b-000000000001",
    place: "microsoft365",
    at: "2026-11-26T12:00:00.000Z",
    passed: byUser?.passed !== false && byApp?.passed !== false,
    impersonation: byUser,
    application: byApp,
    notes: [],
  };
}

const held = (name: TypeName, outputs: Record<string, unknown>): ExportedResource => ({ type: typeOf(name), outputs });

/** What the stack's state holds in both modes. */
export function resourcesOf({ assignment, scope, user }: Names): ExportedResource[] {
  const app = "CallPro Calendar Access";
  return [
    held("Tenant", { userIsAdopted: false }),
    { type: "azuread:index/user:User", outputs: { userPrincipalName: user } },
    held("RoleGroup", { name: app, adoption: { name: app }, onDestroy: "remove" }),
    { type: "azuread:index/application:Application", outputs: { displayName: app } },
    held("ApplicationCertificates", { expiry: [`${thumbprint}: 2028-01-01T00:00:00.000Z`] }),
    { type: "azuread:index/servicePrincipal:ServicePrincipal", outputs: { displayName: app } },
    held("ExchangeServicePrincipal", { displayName: app }),
    held("SecurityGroup", { name: "SecurityGroup-CallPro Calendar Access" }),
    held("ManagementScope", { name: scope }),
    held("RoleAssignment", { identity: assignment, name: assignment }),
  ];
}

/** Names of a tenant that try everything: markup, quotes, entities, direction, length. */
export const hostileNames: Names = {
  assignment: `</text></svg><script>globalThis.pwned = 1</script>' -Enabled $true; "x`,
  scope: `\u202Egnp.exe\u202C &amp; <img src=x onerror="globalThis.pwned=1"> ]]> --> {{7*7}}`,
  mailboxes: [
    `"><svg onload=globalThis.pwned=1>@contoso.example`,
    `${"W".repeat(300)}@contoso.example`,
    "\u0634\u0631\u0643\u0629 \u05d0\u05d1\u05d2@contoso.example",
    "\u{1F4C5}".repeat(60),
    "\u6f22\u5b57".repeat(60),
    "a\u0300".repeat(200),
    "one\ttwo\nthree\u0000four\u2066five",
  ],
  user: `javascript:globalThis.pwned=1//${"x".repeat(200)}`,
};
