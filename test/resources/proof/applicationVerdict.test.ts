/** What the evidence about an app's access means, case by case and as properties. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgeWayIn, withWayIn } from "../../../resources/proof/wayIn.ts";
import { say } from "../../../resources/proof/words/english.ts";
import { describeSample } from "../../../resources/proof/sentence.ts";
import { summarizeApplication } from "../../../resources/proof/words/summariesEnglish.ts";
import type { Consent } from "../../../directory/consents.ts";
import type { EntrantsEvidence } from "../../../resources/proof/entrants.ts";
import {
  judgeApplication as judgeEvidence,
  type AccessPolicy,
  type ApplicationAsked,
  type ApplicationAssignmentEvidence,
  type ApplicationEvidence,
  type ApplicationProbe,
  type ApplicationVerdict,
  type Authorization,
} from "../../../resources/proof/applicationVerdict.ts";

const role = "Application Calendars.ReadWrite";
const ada = { address: "ada@contoso.example", id: "a" };
const bob = { address: "bob@contoso.example", id: "b" };
const asked: ApplicationAsked = { reach: "group", roles: [role], members: [ada, bob] };
const organization: ApplicationAsked = { ...asked, reach: "organization" };

const own: ApplicationAssignmentEvidence = {
  id: "assignment",
  name: "Calendars-CallPro",
  role,
  isOurApp: true,
  enabled: true,
  isRegular: true,
  writeScope: "CustomRecipientScope",
  customScope: "Scope-CallPro",
};
const scoped: Authorization = {
  role,
  scopeType: "CustomRecipientScope",
  scope: "Scope-CallPro",
  isInScope: undefined,
};
const open: Authorization = { role, scopeType: "Organization", scope: "", isInScope: undefined };

const listed = ({ address }: typeof ada): ApplicationProbe => ({
  address,
  isListed: true,
  mustStayOut: false,
  authorizations: [{ ...scoped, isInScope: true }],
});
const outside = (id: string, isInScope: boolean | "unknown" = false): ApplicationProbe => ({
  address: `${id}@contoso.example`,
  isListed: false,
  mustStayOut: false,
  authorizations: [{ ...scoped, isInScope: isInScope === "unknown" ? undefined : isInScope }],
});

const nobody: EntrantsEvidence = { entrants: [], notes: [], notProved: [] };

/** Everything as it should be. */
const good: ApplicationEvidence = {
  pointerIsRight: true,
  appExists: true,
  appIsEnabled: true,
  assignments: [own],
  seconds: [],
  goingRoles: [],
  scope: { id: "scope", name: "Scope-CallPro", filter: "MemberOfGroup -eq 'CN=g'" },
  scopeIsOurs: true,
  inside: [ada, bob].map((mailbox) => ({ ...mailbox, type: "UserMailbox" })),
  authorizations: [scoped],
  probes: [listed(ada), listed(bob), ...["d", "e", "f", "g", "h"].map((id) => outside(id))],
  consents: [],
  directoryRoles: [],
  policies: [],
  certificateDays: [365],
  earlyCertificates: 0,
  entrants: nobody,
};
const goodWide: ApplicationEvidence = {
  ...good,
  assignments: [{ ...own, writeScope: "Organization", customScope: "" }],
  scope: undefined,
  scopeIsOurs: false,
  inside: [],
  authorizations: [open],
  probes: [],
};

const graph = { resource: "Microsoft Graph", resourceAppId: "00000003-0000-0000-c000-000000000000" };
const exchange = { resource: "Office 365 Exchange Online", resourceAppId: "00000002-0000-0ff1-ce00-000000000000" };
const consent = (permission: string, change: Partial<Consent> = {}): Consent => ({
  id: permission,
  permission,
  ...graph,
  inheritedFrom: "",
  path: `/servicePrincipals/app/appRoleAssignments/${permission}`,
  ...change,
});
const policy = (change: Partial<AccessPolicy> = {}): AccessPolicy => ({
  restricts: true,
  isOurGroup: true,
  group: "SecurityGroup-CallPro",
  ...change,
});

/** The verdict, in English. */
function judgeApplication(...given: Parameters<typeof judgeEvidence>) {
  const verdict = judgeEvidence(...given);
  const graph = { comesBy: "graph", clientId: "", advice: "sayClientId", members: [], user: undefined } as const;
  return {
    ...verdict,
    notes: verdict.notes.map(say),
    notProved: verdict.notProved.map(say),
    sample: describeSample(verdict.basis.sample),
    summary: summarizeApplication(withWayIn(verdict, judgeWayIn(graph, undefined))),
  };
}

function judge(change: Partial<ApplicationEvidence> = {}, claim = asked): ReturnType<typeof judgeApplication> {
  return judgeApplication(claim, { ...good, ...change });
}

function texts(findings: ApplicationVerdict["scoped"]): string {
  return findings.map(say).join("\n");
}

const withAssignment = (change: Partial<ApplicationAssignmentEvidence>): Partial<ApplicationEvidence> => ({
  assignments: [{ ...own, ...change }],
});

describe("the proof of an application passes", () => {
  test("for a single mailbox, and says so in its number", () => {
    const inside = [{ ...ada, type: "UserMailbox" }];
    const probes = [listed(ada), outside("d")];
    const verdict = judge({ inside, probes }, { ...asked, members: [ada] });
    expect(verdict.summary).toBe(
      "scoped access holds: exactly the one listed mailbox is inside the scope; nothing reaches wider; nobody else gets in",
    );
    expect(verdict.sample).toBe("1 listed and 1 other");
  });

  test("and says of those that must stay out that they are shut, and of a sample only where one was asked", () => {
    const mustStayOut = { ...outside("d"), mustStayOut: true };
    expect(judge({ probes: [mustStayOut] })).toMatchObject({
      sample: "",
      summary:
        "scoped access holds: exactly the 2 listed mailboxes are inside the scope; the one mailbox that must stay out is shut; nothing reaches wider; nobody else gets in",
    });
    const open = { ...outside("d", true), mustStayOut: true };
    expect(judge({ probes: [open] }).summary).not.toContain("is shut");
  });

  test("where exactly the listed mailboxes are inside and nothing reaches wider", () => {
    const verdict = judge();
    expect(verdict).toMatchObject({
      passed: true,
      scopedAccessHolds: true,
      nothingReachesWider: true,
      scoped: [],
      wider: [],
      wideConsents: [],
      notes: [],
    });
    expect(verdict.summary).toBe(
      "scoped access holds: exactly the 2 listed mailboxes are inside the scope; nothing reaches wider; nobody else gets in",
    );
  });

  test("for the whole organization where that was asked for by name, consents or not", () => {
    const verdict = judgeApplication(organization, { ...goodWide, consents: [consent("Calendars.ReadWrite")] });
    expect(verdict.passed).toBe(true);
    expect(verdict.summary).toBe(
      "access holds for the whole organization, as asked for; nothing reaches wider; nobody else gets in",
    );
  });

  test("with several roles, each assigned, each authorised", () => {
    const second = "Application EWS.AccessAsApp";
    const both = { ...asked, roles: [role, second] };
    const probes = good.probes.map((probe) => ({
      ...probe,
      authorizations: [...probe.authorizations, ...probe.authorizations.map((each) => ({ ...each, role: second }))],
    }));
    const evidence = {
      assignments: [own, { ...own, role: second }],
      authorizations: [scoped, { ...scoped, role: second }],
      probes,
    };
    expect(judge(evidence, both).passed).toBe(true);
    expect(texts(judge({ probes, assignments: [own] }, both).scoped)).toContain(
      `no assignment gives the app ${second}`,
    );
    expect(texts(judge({ ...evidence, probes: good.probes }, both).scoped)).toContain("listed but not authorised");
  });

  test("beside an assignment that goes at the end of this up; not beside a second one that stays", () => {
    expect(judge({ authorizations: [scoped, scoped] }).passed).toBe(true);
    const seconds = [{ id: "another", name: "Calendars-NewName", role: "Application Calendars.ReadWrite" }];
    expect(texts(judge({ authorizations: [scoped, scoped], seconds }).wider)).toMatch(
      /"Calendars-NewName" \(Application Calendars\.ReadWrite\) gives the same access once more/,
    );
  });

  test("and says what it does not prove", () => {
    const { notProved } = judge();
    expect(notProved.join("\n")).toContain("permission cache");
    expect(notProved.join("\n")).toContain("mailbox permissions that were given elsewhere");
  });
});

describe("scoped access does not hold where", () => {
  test.each<[string, Partial<ApplicationEvidence>, string, boolean]>([
    [
      "the enterprise app is gone",
      { appExists: false, appIsEnabled: false },
      "the enterprise app does not exist",
      false,
    ],
    [
      "somebody disabled the enterprise app",
      { appIsEnabled: false },
      "the enterprise app is disabled (somebody stopped it; setting regrant enables it)",
      false,
    ],
    ["the pointer leads elsewhere", { pointerIsRight: false }, "does not point to the enterprise app", true],
    ["the assignment is gone", { assignments: [undefined] }, `no assignment gives the app ${role}`, true],
    [
      "the assignment is another role's",
      withAssignment({ role: "Application Mail.Read" }),
      "no assignment gives",
      true,
    ],
    ["the assignment is another app's", withAssignment({ isOurApp: false }), "belongs to another app", false],
    ["somebody stopped it", withAssignment({ enabled: false }), "is disabled (somebody stopped it", false],
    ["it is for handing on", withAssignment({ isRegular: false }), "is a delegating one", false],
    [
      "it lost its scope",
      withAssignment({ writeScope: "Organization", customScope: "" }),
      "has the write scope Organization, not the stack's",
      false,
    ],
    [
      "it has an administrative unit for a scope",
      withAssignment({ writeScope: "AdministrativeUnit", customScope: "Noord" }),
      "has the write scope Noord, not the stack's",
      false,
    ],
    [
      "it has a group of the scope's name for a scope",
      withAssignment({ writeScope: "Group", customScope: "Scope-CallPro" }),
      "not the stack's",
      false,
    ],
    ["the scope is gone", { scope: undefined, scopeIsOurs: false, inside: [] }, "scope does not exist", true],
    [
      "the scope's filter names something else",
      { scopeIsOurs: false },
      "is not limited to the stack's security",
      false,
    ],
    [
      "somebody else is inside",
      { inside: [...good.inside, { address: "d@contoso.example", id: "d", type: "UserMailbox" }] },
      "inside the scope but not listed: d@contoso.example",
      true,
    ],
    [
      "somebody listed is not inside",
      { inside: good.inside.slice(1) },
      `listed but not inside the scope: ${ada.address}`,
      true,
    ],
    [
      "a listed mailbox is not authorised",
      { probes: [{ ...listed(ada), authorizations: [{ ...scoped, isInScope: false }] }, ...good.probes.slice(1)] },
      `listed but not authorised: ${ada.address}`,
      true,
    ],
    [
      "nothing was said about a listed mailbox",
      { probes: [{ ...listed(ada), authorizations: [scoped] }, ...good.probes.slice(1)] },
      `listed but not authorised: ${ada.address}`,
      true,
    ],
    [
      "every certificate has expired",
      { certificateDays: [-1, -300] },
      "every certificate of the app has expired: add one that is valid",
      false,
    ],
    [
      "no certificate is valid yet",
      { certificateDays: [365, -2], earlyCertificates: 1 },
      "every certificate of the app has expired or is not valid yet",
      false,
    ],
  ])("%s", (_what, change, text, mayPass) => {
    const verdict = judge(change);
    expect(verdict.scopedAccessHolds).toBe(false);
    expect(verdict.passed).toBe(false);
    expect(verdict.scoped.find((finding) => say(finding).includes(text))).toMatchObject({ mayPass });
    expect(verdict.summary).toMatch(/^scoped access does not hold: /);
  });

  test("reach organization was asked for and somebody limited it", () => {
    const evidence = {
      ...goodWide,
      assignments: [{ ...own, writeScope: "CustomRecipientScope", customScope: "Noord" }],
    };
    const verdict = judgeApplication(organization, evidence);
    expect(verdict.scopedAccessHolds).toBe(false);
    expect(texts(verdict.scoped)).toContain("is limited to Noord");
  });
});

describe("a scope that went stale", () => {
  test.each([
    ["holds nobody any more", []],
    ["holds listed mailboxes alone", good.inside],
  ])("and %s is wrong itself, but opens nothing wider", (_what, inside) => {
    const verdict = judge({ scopeIsOurs: false, inside });
    expect(verdict.passed).toBe(false);
    expect(verdict.scoped.map(say).join()).toContain("is not limited to the stack's security group");
    expect(verdict.wider).toEqual([]);
  });
});

describe("something reaches wider where", () => {
  test.each<[string, Partial<ApplicationEvidence>, string, boolean]>([
    [
      "a second assignment has no scope",
      { authorizations: [scoped, { ...open, scope: "Organization" }] },
      `the app also has ${role} on Organization`,
      false,
    ],
    [
      "a second assignment is for an administrative unit",
      { authorizations: [scoped, { ...open, scopeType: "AdministrativeUnit", scope: "Noord" }] },
      `the app also has ${role} on Noord (AdministrativeUnit)`,
      false,
    ],
    [
      "a second assignment is for a group with the scope's name",
      { authorizations: [scoped, { ...scoped, scopeType: "Group" }] },
      `the app also has ${role} on Scope-CallPro (Group)`,
      false,
    ],
    [
      "another role is given in the same scope",
      { authorizations: [scoped, { ...scoped, role: "Application EWS.AccessAsApp" }] },
      "the app also has Application EWS.AccessAsApp on Scope-CallPro",
      false,
    ],
    [
      "the scope itself is not limited to the group any more",
      { scopeIsOurs: false, inside: [...good.inside, { address: "x@", id: "x", type: "UserMailbox" }] },
      `the app also has ${role} on Scope-CallPro`,
      false,
    ],
    [
      "a mailbox outside is authorised",
      { probes: [...good.probes, outside("x", true)] },
      "authorised but must not be: x@",
      true,
    ],
    [
      "nobody says whether a mailbox outside is authorised",
      { probes: [...good.probes, outside("x", "unknown")] },
      "authorised but must not be: x@",
      true,
    ],
    [
      "Entra consents calendars on Microsoft Graph",
      { consents: [consent("Calendars.Read")] },
      "the tenant-wide consent Calendars.Read on Microsoft Graph opens every mailbox's calendar",
      false,
    ],
    [
      "Entra consents EWS on Office 365 Exchange Online",
      { consents: [consent("full_access_as_app", exchange)] },
      "the tenant-wide consent full_access_as_app on Office 365 Exchange Online opens",
      false,
    ],
    [
      "a group of the app has the consent",
      { consents: [consent("Calendars.ReadWrite", { inheritedFrom: "Apps" })] },
      'Calendars.ReadWrite on Microsoft Graph, inherited from the group "Apps" opens',
      false,
    ],
    ...["AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All", "RoleManagement.ReadWrite.Directory"].map(
      (permission): [string, Partial<ApplicationEvidence>, string, boolean] => [
        `Entra consents ${permission}`,
        { consents: [consent(permission)] },
        `the app has the consent ${permission} on Microsoft Graph, so that it can let itself into more mailboxes: `,
        false,
      ],
    ),
    [
      "Entra consents the administration of Exchange, through a group",
      { consents: [consent("Exchange.ManageAsApp", { ...exchange, inheritedFrom: "Apps" })] },
      'Exchange.ManageAsApp on Office 365 Exchange Online, inherited from the group "Apps", so that it can let itself into',
      false,
    ],
    [
      "the app is an administrator",
      { directoryRoles: [{ template: "29232cdf-9323-42fd-ade2-1d097af3e4de", name: "Exchange Administrator" }] },
      "the app has the directory role Exchange Administrator, so that it can let itself into more mailboxes: it can administer Exchange (remove",
      false,
    ],
    [
      "nobody can tell which directory role it has",
      { directoryRoles: [{ template: "", name: "x" }] },
      "the directory role x",
      false,
    ],
    [
      "a consent that nobody can name",
      { consents: [consent("ef54d2bf-783f-4e0f-bca1-3210c0444d99", { resource: "", resourceAppId: "" })] },
      "on an unknown resource opens",
      false,
    ],
  ])("%s", (_what, change, text, mayPass) => {
    const verdict = judge(change);
    expect(verdict.nothingReachesWider).toBe(false);
    expect(verdict.passed).toBe(false);
    expect(verdict.wider.find((finding) => say(finding).includes(text))).toMatchObject({ mayPass });
    expect(verdict.summary).toContain("something reaches wider: ");
  });

  test("scoped access holds: the two are told apart", () => {
    const verdict = judge({ consents: [consent("Calendars.ReadWrite")] });
    expect(verdict).toMatchObject({ passed: false, scopedAccessHolds: true, nothingReachesWider: false });
    expect(verdict.summary).toMatch(/^scoped access holds: .*; something reaches wider: the tenant-wide consent/);
    const shut = judge({ pointerIsRight: false });
    expect(shut).toMatchObject({ passed: false, scopedAccessHolds: false, nothingReachesWider: true });
    expect(shut.summary).toMatch(/^scoped access does not hold: .*; nothing reaches wider; nobody else gets in$/);
  });
});

describe("what the app can give itself", () => {
  test("is never a consent that may be taken away, and counts for the whole organization, too", () => {
    const consents = [consent("Directory.ReadWrite.All")];
    expect(judge({ consents })).toMatchObject({ passed: false, wideConsents: [], scopedAccessHolds: true });
    expect(judgeApplication(organization, { ...goodWide, consents }).nothingReachesWider).toBe(false);
  });

  test.each([
    ["User-PasswordProfile.ReadWrite.All", "it can set passwords or other credentials of users"],
    ["UserAuthenticationMethod.ReadWrite.All", "it can set passwords"],
    ["UserAuthMethod-TAP.ReadWrite.All", "it can set passwords"],
    ["UserAuthMethod-Tomorrow.ReadWrite.All", "it can set passwords"],
    ["User.ReadWrite.All", "it can change the phone or address by which a user resets the password"],
    ["Domain.ReadWrite.All", "it can change by whom users are signed in"],
    ["Organization.ReadWrite.All", "it can change by whom users are signed in"],
    ["Policy.ReadWrite.AuthenticationMethod", "it can change by whom users are signed in"],
    ["Policy.ReadWrite.PermissionGrant", "it can give itself permissions and roles"],
    ["PrivilegedAccess.ReadWrite.AzureADGroup", "it can give itself permissions and roles"],
    ["PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", "it can give itself permissions and roles"],
    ["PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", "it can give itself permissions and roles"],
    ["RoleAssignmentSchedule.ReadWrite.Directory", "it can give itself permissions and roles"],
    ["RoleEligibilitySchedule.ReadWrite.Directory", "it can give itself permissions and roles"],
    ["DelegatedPermissionGrant.ReadWrite.All", "it can give itself permissions and roles"],
    ["RoleManagement.ReadWrite.Exchange", "it can administer Exchange"],
    ["Exchange.ManageAsAppV2", "it can administer Exchange"],
    ["Application.ReadWrite.OwnedBy", "it can put keys of its own on other apps"],
    ["Group.ReadWrite.All", "it can change who is in groups"],
    ["groupmember.readwrite.all", "Graph changes no mail-enabled security group"],
  ])("is by the consent %s: %s", (permission, way) => {
    const verdict = judge({ consents: [consent(permission)] });
    expect(verdict).toMatchObject({ passed: false, nothingReachesWider: false, wideConsents: [] });
    expect(verdict.wider.map(say)).toEqual([expect.stringContaining(way)]);
  });

  test.each([
    ["fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "it can set passwords"],
    ["7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", "it can set passwords"],
    ["c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator", "it can set passwords"],
    ["729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "it can set passwords"],
    ["966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator", "it can set passwords"],
    ["e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8", "Partner Tier2 Support", "it can set passwords"],
    [
      "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
      "Hybrid Identity Administrator",
      "it can change by whom users are signed in",
    ],
    ["8329153b-31d0-4727-b945-745eb3bc5f31", "Domain Name Administrator", "it can change by whom users are signed in"],
    ["31392ffb-586c-42d1-9346-e59415a2cc4e", "Exchange Recipient Administrator", "it can administer Exchange"],
    ["9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers", "it can give itself permissions and roles"],
    ["", "a role without a template", "nobody can tell which role this is"],
  ])("is by the directory role %s (%s): %s", (template, name, way) => {
    const verdict = judge({ directoryRoles: [{ template, name }] });
    expect(verdict).toMatchObject({ passed: false, nothingReachesWider: false });
    expect(verdict.wider.map(say)).toEqual([expect.stringContaining(`the directory role ${name}, `)]);
    expect(verdict.wider.map(say)).toEqual([expect.stringContaining(way)]);
  });

  test("is not proved where nobody has judged what a permission or a directory role allows", () => {
    const consents = [
      consent("Synchronization.ReadWrite.All"),
      consent("Policy.ReadWrite.ConditionalAccess"),
      consent("Orders.Read", { resource: "CallPro API", resourceAppId: "12345678-0000-0000-0000-000000000000" }),
      ...["User.Read.All", "Mail.Read", "Organization.Read.All"].map((each) => consent(each)),
    ];
    const directoryRoles = [{ template: "3a2c62db-5318-420d-8d74-23affee5d9d5", name: "Intune Administrator" }];
    const verdict = judge({ consents, directoryRoles });
    expect(verdict).toMatchObject({ passed: true, nothingReachesWider: true });
    expect(verdict.notProved).toEqual(
      expect.arrayContaining([
        "what these permissions of the app could open by a detour: Orders.Read (CallPro API), Policy.ReadWrite.ConditionalAccess (Microsoft Graph), Synchronization.ReadWrite.All (Microsoft Graph)",
        "what these directory roles of the app could open by a detour: Intune Administrator",
      ]),
    );
    const nothing = judge({ consents: [consent("User.Read.All")] });
    expect(nothing.notProved.filter((each) => each.includes("detour"))).toEqual([]);
  });

  test("is nothing by a directory role that only reads: noted", () => {
    const directoryRoles = [{ template: "f2ef992c-3afb-46b9-b7cf-a126ee74c451", name: "Global Reader" }];
    expect(judge({ directoryRoles })).toMatchObject({
      passed: true,
      notes: ["directory roles of the app: Global Reader"],
    });
  });
});

describe("consents and policies", () => {
  test("a policy that restricts the app to the stack's own group limits what a consent opens", () => {
    const consents = [consent("Calendars.ReadWrite")];
    expect(judge({ consents, policies: [policy()] })).toMatchObject({ passed: true, wideConsents: [] });
  });

  test.each<[string, AccessPolicy[]]>([
    ["on a group of others", [policy({ isOurGroup: false, group: "Field staff" })]],
    ["beside one on a group of others, because they add up", [policy(), policy({ isOurGroup: false })]],
    ["that only denies a group", [policy({ restricts: false })]],
  ])("a policy %s does not", (_what, policies) => {
    const consents = [consent("Calendars.ReadWrite")];
    const verdict = judge({ consents, policies });
    expect(verdict.passed).toBe(false);
    expect(verdict.wideConsents).toEqual(consents);
  });

  test("policies are named in the notes", () => {
    const { notes } = judge({ policies: [policy(), policy({ restricts: false, group: "Board" })] });
    expect(notes).toEqual([
      'application access policy on "SecurityGroup-CallPro" (restricts)',
      'application access policy on "Board" (denies)',
    ]);
  });

  test("a consent to other parts of the mailbox is a note, sorted and said once", () => {
    const consents = [consent("Mail.Send"), consent("Contacts.Read"), consent("Mail.Send"), consent("User.Read.All")];
    const verdict = judge({ consents });
    expect(verdict.passed).toBe(true);
    expect(verdict.notes).toEqual(["consents outside calendars, tenant-wide: Contacts.Read, Mail.Send"]);
  });

  test("a permission of a resource without mailboxes is none of our concern", () => {
    const elsewhere = { resource: "Planner", resourceAppId: "0e0e0e0e-0000-4000-8000-000000000001" };
    expect(judge({ consents: [consent("Calendars.Read", elsewhere)] })).toMatchObject({ passed: true, notes: [] });
    const unnamed = consent("ef54d2bf-783f-4e0f-bca1-3210c0444d99", elsewhere);
    expect(judge({ consents: [unnamed] }).passed).toBe(true);
  });
});

describe("certificates", () => {
  test.each<[string, number[], string[]]>([
    ["30 days left say nothing yet", [30], []],
    ["29 days left warn", [29], ["a certificate expires in 29 days: add its successor to application.certificates"]],
    ["the last day warns", [0], ["a certificate expires in 0 days: add its successor to application.certificates"]],
    [
      "an expired one beside a good one is to be taken off",
      [400, -3],
      ["a certificate expired 3 days ago: take it off"],
    ],
  ])("%s", (_what, certificateDays, notes) => {
    const verdict = judge({ certificateDays });
    expect(verdict.passed).toBe(true);
    expect(verdict.notes).toEqual(notes);
  });

  test("one that is not valid yet beside a good one is noted", () => {
    const verdict = judge({ certificateDays: [365, 400], earlyCertificates: 1 });
    expect(verdict).toMatchObject({ passed: true, notes: ["1 certificate not valid yet"] });
  });

  test("the vendor's app has none here, and nothing is said", () => {
    expect(judge({ certificateDays: [] })).toMatchObject({ passed: true, notes: [] });
  });

  test("are warned of in the 30 days before the end, and in no others, whatever else is there", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 5 }), (certificateDays) => {
        const verdict = judge({ certificateDays });
        const count = (text: RegExp): number => verdict.notes.filter((note) => text.test(note)).length;
        expect(count(/expires in/)).toBe(certificateDays.filter((days) => days >= 0 && days < 30).length);
        expect(count(/expired \d+ days ago/)).toBe(certificateDays.filter((days) => days < 0).length);
        const isUsable = certificateDays.length === 0 || certificateDays.some((days) => days >= 0);
        expect(verdict.passed).toBe(isUsable);
      }),
    );
  });
});

describe("a role that the stack takes off at the end of this up", () => {
  const mail = "Application Mail.Read";
  const going = { ...good, goingRoles: [mail] };

  test("is told, and keeps nothing from passing while it is inside the stack's scope", () => {
    const verdict = judgeApplication(asked, { ...going, authorizations: [scoped, { ...scoped, role: mail }] });
    expect(verdict).toMatchObject({ passed: true, notes: [`${mail} is taken off at the end of this up`] });
  });

  test("fails the proof where it reaches further than that scope", () => {
    const verdict = judgeApplication(asked, { ...going, authorizations: [scoped, { ...open, role: mail }] });
    expect(verdict).toMatchObject({ passed: false, nothingReachesWider: false });
  });
});

describe("whatever the evidence", () => {
  const entrant = {
    key: "key 1",
    fact: { code: "owner", holder: "registration", id: "1", name: "somebody" } as const,
    mayPass: true,
    mayBeThere: false,
  };
  const somebody: EntrantsEvidence = { ...nobody, entrants: [entrant] };
  const flag = fc.boolean();
  const word = fc.constantFrom("Scope-CallPro", "Noord", "");
  const authorization = fc.record({
    role: fc.constantFrom(role, "Application Mail.Read"),
    scopeType: fc.constantFrom("CustomRecipientScope", "Organization", "Group", "AdministrativeUnit"),
    scope: word,
    isInScope: fc.constantFrom(true, false, undefined),
  });
  const mailbox = fc.constantFrom(ada, bob, { address: "d@contoso.example", id: "d" });
  const assignment = fc.record({
    id: fc.constant("assignment"),
    name: fc.constant("Calendars-CallPro"),
    role: fc.constantFrom(role, "Application Mail.Read"),
    isOurApp: flag,
    enabled: flag,
    isRegular: flag,
    writeScope: fc.constantFrom("CustomRecipientScope", "Organization", "Group"),
    customScope: word,
  });
  const evidence: fc.Arbitrary<ApplicationEvidence> = fc.record({
    pointerIsRight: flag,
    appExists: flag,
    appIsEnabled: flag,
    assignments: fc.array(fc.option(assignment, { nil: undefined }), { maxLength: 2 }),
    seconds: fc.array(fc.record({ id: word, name: word, role: fc.constant(role) }), { maxLength: 1 }),
    goingRoles: fc.subarray(["Application Mail.Read"]),
    scope: fc.constantFrom(good.scope, undefined),
    scopeIsOurs: flag,
    inside: fc
      .uniqueArray(mailbox, { selector: ({ id }) => id })
      .map((list) => list.map((each) => ({ ...each, type: "UserMailbox" }))),
    authorizations: fc.array(authorization, { maxLength: 3 }),
    probes: fc.array(
      fc.record({
        address: fc.constant("x@contoso.example"),
        isListed: flag,
        mustStayOut: flag,
        authorizations: fc.array(authorization, { maxLength: 2 }),
      }),
      { maxLength: 4 },
    ),
    consents: fc.array(fc.constantFrom("Calendars.Read", "Mail.Read", "User.Read.All").map((each) => consent(each))),
    directoryRoles: fc.subarray([{ template: "62e90394-69f5-4237-9190-012177145e10", name: "Global Administrator" }]),
    policies: fc.array(fc.record({ restricts: flag, isOurGroup: flag, group: word }), { maxLength: 2 }),
    certificateDays: fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 2 }),
    earlyCertificates: fc.constant(0),
    entrants: fc.constantFrom(nobody, somebody),
  });

  test("the proof passes exactly where all three verdicts do, and the summary says which", () => {
    fc.assert(
      fc.property(evidence, fc.constantFrom(asked, organization), (each, claim) => {
        const verdict = judgeApplication(claim, each);
        expect(verdict.scopedAccessHolds).toBe(verdict.scoped.length === 0);
        expect(verdict.nothingReachesWider).toBe(verdict.wider.length === 0);
        expect(verdict.passed).toBe(
          verdict.scopedAccessHolds && verdict.nothingReachesWider && verdict.nobodyElseGetsIn,
        );
        expect(verdict.summary.includes("does not hold")).toBe(!verdict.scopedAccessHolds);
        expect(verdict.summary.includes("something reaches wider")).toBe(!verdict.nothingReachesWider);
        expect(verdict.summary).not.toContain("\n");
      }),
    );
  });

  test("a proof of listed mailboxes never passes with a calendar open beyond them", () => {
    fc.assert(
      fc.property(evidence, (each) => {
        const verdict = judgeApplication(asked, each);
        if (!verdict.passed) return;
        expect(each.inside.map(({ id }) => id).toSorted()).toEqual(["a", "b"]);
        expect(
          each.probes.some((probe) => !probe.isListed && probe.authorizations.some((row) => row.isInScope !== false)),
        ).toBe(false);
        for (const row of each.authorizations)
          expect(row).toMatchObject({ role, scopeType: "CustomRecipientScope", scope: "Scope-CallPro" });
        const isLimited =
          each.policies.some((one) => one.restricts) && each.policies.every((one) => !one.restricts || one.isOurGroup);
        expect(isLimited || each.consents.every(({ permission }) => permission !== "Calendars.Read")).toBe(true);
        for (const one of each.assignments)
          if (one !== undefined) expect(one).toMatchObject({ ...own, role: one.role });
      }),
      { numRuns: 500 },
    );
  });

  test("an added consent, authorisation or mailbox never turns a failing proof into a passing one", () => {
    fc.assert(
      fc.property(evidence, authorization, (each, row) => {
        const before = judgeApplication(asked, each);
        const more = judgeApplication(asked, {
          ...each,
          consents: [...each.consents, consent("Calendars.ReadWrite")],
          authorizations: [...each.authorizations, row],
        });
        expect(more.passed && !before.passed).toBe(false);
        expect(more.wider.length).toBeGreaterThanOrEqual(before.wider.length);
        expect(more.scoped).toEqual(before.scoped);
      }),
    );
  });
});
