/** The evidence about an app's access, gathered from the embedded tenant: whatever is wrong with it is found. */
import type { WithWayIn } from "../../../resources/proof/wayIn.ts";
import { say } from "../../../resources/proof/words/english.ts";
import { summarizeApplication } from "../../../resources/proof/words/summariesEnglish.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { proveApplication, type ApplicationClaim } from "../../../resources/proof/applicationProof.ts";
import type { ApplicationVerdict } from "../../../resources/proof/applicationVerdict.ts";
import { names } from "../../support/access.ts";
import {
  applicationCheckInputs,
  applicationName,
  applicationRole,
  consent,
  makeApp,
  makeApplicationAccess,
  putIntoGroup,
  type ApplicationAccess,
  type EnterpriseApp,
} from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, dirk } from "../../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let access: ApplicationAccess;
let other: EnterpriseApp;
let claim: ApplicationClaim;
let assignmentName: string;

beforeAll(async () => {
  tenant = await startTenant();
  access = await makeApplicationAccess(tenant, await tenant.open());
  other = await makeApp(tenant, "Somebody's app");
  claim = applicationCheckInputs(tenant, access) as unknown as ApplicationClaim;
  assignmentName = String(access.assignment.properties["name"]);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };

async function prove(
  change: Partial<ApplicationClaim> = {},
  purpose = "automation",
): Promise<WithWayIn<ApplicationVerdict>> {
  return proveApplication(await tenant.open(purpose), { ...claim, ...change }, "sample");
}

/** A policy that an administrator made, on a group by its name. */
function addPolicy(accessRight: "RestrictAccess" | "DenyAccess", group: string, appId = access.app.appId): void {
  const identity = `policy-${tenant.tenant.applicationAccessPolicies.length}`;
  const { guid } = tenant.recipient(group);
  tenant.tenant.applicationAccessPolicies.push({ identity, appId, group: guid, accessRight, description: "" });
}

function assignByHand(parameters: Record<string, string> = {}): Promise<void> {
  const name = { Name: "Hidden", Role: applicationRole, App: access.app.objectId };
  return tenant.byHand("New-ManagementRoleAssignment", { ...name, ...parameters });
}

/** The state of the tenant is changed at once: nothing to wait for. */
function atOnce(act: () => void): () => Promise<void> {
  return () => {
    act();
    return Promise.resolve();
  };
}

describe("a proof of an application's access", () => {
  test("passes where exactly the listed mailboxes are open, asked one by one on both sides", async () => {
    const verdict = await prove();
    expect(verdict).toMatchObject({ passed: true, scopedAccessHolds: true, nothingReachesWider: true, notes: [] });
    expect(summarizeApplication(verdict)).toContain(
      "exactly the 2 listed mailboxes are inside the scope; the one mailbox that must stay out is shut",
    );
    expect(verdict.basis.sample).toEqual({ listed: 2, others: 5 });
  });

  test("can be made by an identity that only reads", async () => {
    const { baseline } = (await prove()).entrants;
    expect((await prove({ entrantsBaseline: baseline }, "reader")).passed).toBe(true);
  });

  test("asks for each of up to 20 listed mailboxes, and for a sample of more", async () => {
    for (const [count, asked] of [
      [20, 20],
      [21, 5],
    ] as const) {
      const mailboxes = tenant.tenant.recipients.filter(({ type }) => type === "UserMailbox").slice(0, count);
      expect(mailboxes).toHaveLength(count);
      Object.assign(tenant.recipient(names.securityGroup).group ?? {}, { members: mailboxes.map(({ guid }) => guid) });
      const members = tenant.lines(...mailboxes.map(({ primarySmtpAddress }) => primarySmtpAddress ?? ""));
      const verdict = await prove({ members, mustStayOut: "" });
      expect(summarizeApplication(verdict)).toContain(`exactly the ${count} listed mailboxes are inside the scope`);
      expect(verdict.basis.sample.listed).toBe(asked);
    }
  });

  test("of the whole organization passes where that was asked for, whatever Entra consents", async () => {
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: access.assignment.id });
    await assignByHand({ Name: "Wide" });
    consent(tenant, access.app.objectId, "Calendars.ReadWrite");
    const wide = tenant.tenant.assignments.find(({ name }) => name === "Wide");
    const organization = { reach: "organization", scope: "", group: "", mustStayOut: "" } as const;
    const verdict = await prove({ ...organization, assignments: wide?.guid ?? "" });
    expect(summarizeApplication(verdict)).toBe(
      "access holds for the whole organization, as asked for; nothing reaches wider; nobody else gets in",
    );
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: "Wide", CustomResourceScope: names.scope });
    expect(await prove({ ...organization, assignments: wide?.guid ?? "" })).toMatchObject({ scopedAccessHolds: false });
  });

  test("makes no write", async () => {
    const before = tenant.dump();
    const writes = tenant.running.journal.entries.length;
    await prove();
    expect(tenant.running.journal.entries).toHaveLength(writes);
    expect(tenant.dump()).toEqual(before);
  });
});

describe("what hides and reaches wider is found, while the scoped access holds", () => {
  test.each<[string, () => Promise<void>, RegExp]>([
    [
      "a second assignment without scope",
      () => assignByHand(),
      /the app also has Application Calendars\.ReadWrite on Organization.*authorised but must not be: .*dirk\.directeur/,
    ],
    [
      "a second assignment through a group",
      () => assignByHand({ RecipientGroupScope: "Regio Noord" }),
      /the app also has Application Calendars\.ReadWrite on Regio Noord \(Group\)/,
    ],
    [
      "a second assignment through an administrative unit",
      () => assignByHand({ RecipientAdministrativeUnitScope: "2b1f6f5a-0000-4000-8000-000000000000" }),
      /the app also has Application Calendars\.ReadWrite on 2b1f6f5a-.* \(AdministrativeUnit\)/,
    ],
    [
      "another role, though in the same scope",
      () => assignByHand({ Role: "Application EWS.AccessAsApp", CustomResourceScope: names.scope }),
      /the app also has Application EWS\.AccessAsApp on Scope-CallPro Calendar Access/,
    ],
    [
      "a consent that was granted later on Microsoft Graph",
      atOnce(() => {
        consent(tenant, access.app.objectId, "Calendars.ReadWrite");
      }),
      /the tenant-wide consent Calendars\.ReadWrite on Microsoft Graph opens every mailbox's calendar/,
    ],
    [
      "a consent to read only",
      atOnce(() => {
        consent(tenant, access.app.objectId, "Calendars.ReadBasic.All");
      }),
      /the tenant-wide consent Calendars\.ReadBasic\.All on Microsoft Graph/,
    ],
    [
      "a consent that was granted later on Office 365 Exchange Online",
      atOnce(() => {
        consent(tenant, access.app.objectId, "full_access_as_app", "Office 365 Exchange Online");
      }),
      /the tenant-wide consent full_access_as_app on Office 365 Exchange Online/,
    ],
    [
      "a consent that a group of the app has",
      atOnce(() => {
        consent(tenant, putIntoGroup(tenant, "Apps", access.app.objectId), "Calendars.Read");
      }),
      /the tenant-wide consent Calendars\.Read on Microsoft Graph, inherited from the group "Apps"/,
    ],
    [
      "a consent that a group around a group of the app has",
      atOnce(() => {
        const inner = putIntoGroup(tenant, "Inner", access.app.objectId);
        consent(tenant, putIntoGroup(tenant, "Outer", inner), "full_access_as_app", "Office 365 Exchange Online");
      }),
      /the tenant-wide consent full_access_as_app .*, inherited from the group "Outer"/,
    ],
    [
      "a consent whose permission Graph does not name any more",
      atOnce(() => {
        consent(tenant, access.app.objectId, "Calendars.Read");
        Object.assign(tenant.tenant.appRoleAssignments.at(-1) ?? {}, {
          appRoleId: "0e0e0e0e-0000-4000-8000-000000000001",
        });
      }),
      /the tenant-wide consent 0e0e0e0e-0000-4000-8000-000000000001 on Microsoft Graph/,
    ],
    [
      "a directory role that gives the app all of Exchange",
      atOnce(() => {
        const principal = tenant.tenant.servicePrincipals.find(({ id }) => id === access.app.objectId);
        principal?.directoryRoles.push("29232cdf-9323-42fd-ade2-1d097af3e4de");
      }),
      /the app has the directory role .*, so that it can let itself into more mailboxes: it can administer Exchange/,
    ],
    [
      "a consent by which the app can give itself others",
      atOnce(() => consent(tenant, access.app.objectId, "AppRoleAssignment.ReadWrite.All")),
      /the app has the consent AppRoleAssignment\.ReadWrite\.All on Microsoft Graph, so that/,
    ],
    [
      "a consent by which the app can set the password of somebody who must stay out",
      atOnce(() => consent(tenant, access.app.objectId, "User-PasswordProfile.ReadWrite.All")),
      /the app has the consent User-PasswordProfile\.ReadWrite\.All on Microsoft Graph, so that .*: it can set passwords/,
    ],
    [
      "a directory role by which the app can do that",
      atOnce(() => {
        const principal = tenant.tenant.servicePrincipals.find(({ id }) => id === access.app.objectId);
        principal?.directoryRoles.push("fe930be7-5e62-47db-91af-98c3a49a38b1");
      }),
      /the app has the directory role .*, so that .*: it can set passwords/,
    ],
    [
      "a policy that only denies some mailboxes",
      atOnce(() => {
        consent(tenant, access.app.objectId, "Calendars.ReadWrite");
        addPolicy("DenyAccess", "Regio Noord");
      }),
      /the tenant-wide consent Calendars\.ReadWrite/,
    ],
    [
      "a policy that restricts the app to a group of others",
      atOnce(() => {
        consent(tenant, access.app.objectId, "Calendars.ReadWrite");
        addPolicy("RestrictAccess", names.securityGroup);
        addPolicy("RestrictAccess", "Regio Noord");
      }),
      /the tenant-wide consent Calendars\.ReadWrite/,
    ],
  ])("%s", async (_what, act, text) => {
    await act();
    const verdict = await prove();
    expect(verdict).toMatchObject({ passed: false, scopedAccessHolds: true, nothingReachesWider: false });
    expect(summarizeApplication(verdict)).toMatch(/^scoped access holds: .*; something reaches wider: /);
    expect(summarizeApplication(verdict)).toMatch(text);
  });

  test("but a second assignment that is disabled, or another app's, is no concern", async () => {
    await assignByHand();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: "Hidden", Enabled: false });
    consent(tenant, other.objectId, "Calendars.ReadWrite");
    consent(tenant, putIntoGroup(tenant, "Others", other.objectId), "Calendars.ReadWrite");
    expect((await prove()).passed).toBe(true);
  });

  test("a consent that a policy limits to the stack's own group opens nothing more; the policy is named", async () => {
    consent(tenant, access.app.objectId, "Calendars.ReadWrite");
    addPolicy("RestrictAccess", names.securityGroup);
    addPolicy("RestrictAccess", "Regio Noord", other.appId);
    const verdict = await prove();
    expect(verdict).toMatchObject({ passed: true, wideConsents: [] });
    expect(verdict.notes.map(say)).toEqual([`application access policy on "${names.securityGroup}" (restricts)`]);
  });

  test("a policy that cannot be read limits nothing: the proof is the harder", async () => {
    consent(tenant, access.app.objectId, "Calendars.ReadWrite");
    addPolicy("RestrictAccess", names.securityGroup);
    tenant.running.faults.set([
      { match: { operation: "Get-ApplicationAccessPolicy" }, effect: "forbidden", times: 99 },
    ]);
    expect(await prove()).toMatchObject({ passed: false, nothingReachesWider: false });
  });

  test("a consent to mail is a note: it opens no calendar", async () => {
    consent(tenant, access.app.objectId, "Mail.Read");
    const verdict = await prove();
    expect(verdict.passed).toBe(true);
    expect(verdict.notes.map(say)).toEqual(["consents outside calendars, tenant-wide: Mail.Read"]);
  });

  test("the verdict names what a revocation would take away", async () => {
    consent(tenant, access.app.objectId, "Calendars.Read");
    consent(tenant, access.app.objectId, "Mail.Read");
    const { wideConsents } = await prove();
    expect(wideConsents).toMatchObject([{ permission: "Calendars.Read", inheritedFrom: "" }]);
  });
});

describe("what keeps the scoped access from holding is found", () => {
  const pointer = () => tenant.tenant.exchangeServicePrincipals.find(({ guid }) => guid === access.pointer.id) ?? {};

  test.each<[string, () => Promise<void>, RegExp]>([
    [
      "a pointer that leads to another enterprise app",
      atOnce(() => {
        Object.assign(pointer(), { objectId: other.objectId });
      }),
      /Exchange's service principal does not point to the enterprise app/,
    ],
    [
      "a pointer with another client id",
      atOnce(() => {
        Object.assign(pointer(), { appId: other.appId });
      }),
      /Exchange's service principal does not point to the enterprise app/,
    ],
    [
      "an enterprise app that is gone, and its pointer with it",
      async () => {
        await tenant.graph("DELETE", `/servicePrincipals/${access.app.objectId}`);
        tenant.running.clock.settle();
      },
      /the enterprise app does not exist; .*does not point.*; no assignment gives the app/,
    ],
    [
      "an enterprise app that is blocked",
      async () => {
        await tenant.graph("PATCH", `/servicePrincipals/${access.app.objectId}`, { accountEnabled: false });
      },
      /the enterprise app is disabled \(somebody stopped it; setting regrant enables it\)/,
    ],
    [
      "a stop",
      () => tenant.byHand("Set-ManagementRoleAssignment", { Identity: assignmentName, Enabled: false }),
      /is disabled \(somebody stopped it.*listed but not authorised: ad\.viseur@.*, eva\.smit@/,
    ],
    [
      "the assignment removed",
      () => tenant.byHand("Remove-ManagementRoleAssignment", { Identity: assignmentName }),
      /no assignment gives the app Application Calendars\.ReadWrite/,
    ],
    [
      "the assignment removed, and made anew under its name with another scope",
      async () => {
        await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: assignmentName });
        await assignByHand({ Name: assignmentName, RecipientGroupScope: "Regio Noord" });
      },
      /no assignment gives the app .*something reaches wider: the app also has .* on Regio Noord \(Group\)/,
    ],
    [
      "another scope in the place of the stack's",
      async () => {
        await tenant.byHand("New-ManagementScope", { Name: "All", RecipientRestrictionFilter: "Alias -like '*'" });
        await tenant.byHand("Set-ManagementRoleAssignment", { Identity: assignmentName, CustomResourceScope: "All" });
      },
      /has the write scope All, not the stack's; something reaches wider: the app also has .* on All/,
    ],
    [
      "a group in the place of the scope",
      () =>
        tenant.byHand("Set-ManagementRoleAssignment", { Identity: assignmentName, RecipientGroupScope: "Regio Noord" }),
      /has the write scope Regio Noord, not the stack's; .*something reaches wider/,
    ],
    [
      "a filter for everybody",
      () =>
        tenant.byHand("Set-ManagementScope", { Identity: names.scope, RecipientRestrictionFilter: "Alias -like '*'" }),
      /is not limited to the stack's security group: .*inside the scope but not listed: .* and \d+ more; something/,
    ],
    [
      "a filter with somebody beside the stack's group",
      () => {
        const { recipientFilter } = tenant.tenant.scopes.find(({ name }) => name === names.scope) ?? {};
        return tenant.byHand("Set-ManagementScope", {
          Identity: names.scope,
          RecipientRestrictionFilter: `(${recipientFilter}) -or (Alias -eq 'dirk.directeur')`,
        });
      },
      /is not limited to the stack's security group: .*inside the scope but not listed: dirk\.directeur/,
    ],
    [
      "a mailbox added to the group",
      () => tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: dirk, ...bypass }),
      /inside the scope but not listed: dirk\.directeur.*authorised but must not be: dirk\.directeur/,
    ],
    [
      "a mailbox taken from the group",
      () => tenant.byHand("Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: eva, ...bypass }),
      /listed but not inside the scope: eva\.smit.*listed but not authorised: eva\.smit/,
    ],
    [
      "a nested group in the group",
      () =>
        tenant.byHand("Add-DistributionGroupMember", {
          Identity: names.securityGroup,
          Member: "regio.noord@buitendienst.example",
          ...bypass,
        }),
      /inside the scope but not listed: regio\.noord/,
    ],
    [
      "another group in the place of the stack's, with the same mailboxes",
      async () => {
        await tenant.byHand("New-DistributionGroup", { Name: "Twin", Type: "Security", ManagedBy: [gijs] });
        const members = [ad, eva].map((address) => tenant.recipient(address).guid);
        Object.assign(tenant.recipient("Twin").group ?? {}, { members });
        const scope = tenant.tenant.scopes.find(({ name }) => name === names.scope);
        const filter = scope?.recipientFilter.replace(names.securityGroup, "Twin") ?? "";
        await tenant.byHand("Set-ManagementScope", { Identity: names.scope, RecipientRestrictionFilter: filter });
      },
      /is not limited to the stack's security group: .*CN=Twin/,
    ],
    [
      "the scope gone",
      atOnce(() => {
        tenant.tenant.scopes = tenant.tenant.scopes.filter(({ name }) => name !== names.scope);
      }),
      /the management scope does not exist/,
    ],
  ])("%s", async (_what, act, text) => {
    await act();
    const verdict = await prove();
    expect(verdict).toMatchObject({ passed: false, scopedAccessHolds: false });
    expect(summarizeApplication(verdict)).toMatch(/^scoped access does not hold: /);
    expect(summarizeApplication(verdict)).toMatch(text);
    expect(summarizeApplication(verdict)).not.toContain("\n");
  });
});

describe("certificates", () => {
  const inDays = (days: number): string =>
    `${"A".repeat(40)} ${new Date(tenant.running.clock.now() + (days + 0.5) * 24 * 60 * 60 * 1000).toISOString()}`;

  test.each<[string, number[], boolean, string[]]>([
    ["that are good for long say nothing", [300, 400], true, []],
    [
      "are warned of 30 days ahead",
      [29, 300],
      true,
      ["a certificate expires in 29 days: add its successor to application.certificates"],
    ],
    ["that expired beside a good one are named", [-4, 300], true, ["a certificate expired 4 days ago: take it off"]],
    [
      "that have all expired keep the access from holding",
      [-4],
      false,
      ["a certificate expired 4 days ago: take it off"],
    ],
  ])("%s", async (_what, days, passed, notes) => {
    const verdict = await prove({ certificates: days.map(inDays).join("\n") });
    expect(verdict.passed).toBe(passed);
    expect(verdict.notes.map(say)).toEqual(notes);
    if (!passed) expect(summarizeApplication(verdict)).toContain("every certificate of the app has expired");
  });

  test("that are not valid yet do not count, by Exchange's clock: of them alone the access does not hold", async () => {
    const later = (days: number): string => inDays(days).split(" ")[1] ?? "";
    const early = `${inDays(400)} ${later(2)}`;
    const alone = await prove({ certificates: early });
    expect(alone.passed).toBe(false);
    expect(summarizeApplication(alone)).toContain("every certificate of the app has expired or is not valid yet");
    expect((await prove({ certificates: `${early}\n${inDays(300)} ${later(-2)}` })).passed).toBe(true);
    tenant.running.clock.advance(3 * 24 * 60 * 60 * 1000);
    expect((await prove({ certificates: early })).passed).toBe(true);
  });

  test("expire by Exchange's clock, not by this machine's", async () => {
    const certificates = inDays(60);
    tenant.running.clock.advance(40 * 24 * 60 * 60 * 1000);
    expect((await prove({ certificates })).notes.map(say)).toEqual([expect.stringContaining("expires in 20 days")]);
  });
});

describe("a proof that cannot be made is an error, never a verdict", () => {
  const graphPath = "GET /servicePrincipals/:id";
  test.each([
    "Test-ServicePrincipalAuthorization",
    "Get-ManagementRoleAssignment",
    "Get-ServicePrincipal",
    "Get-ManagementScope",
    "Get-Recipient",
    graphPath,
    "GET /servicePrincipals/:id/appRoleAssignments",
    "GET /servicePrincipals/:id/transitiveMemberOf",
  ])("%s refused", async (operation) => {
    tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
    expect((await failureOf(prove())).message).not.toBe("");
  });

  test("a group's consents refused", async () => {
    putIntoGroup(tenant, "Apps", access.app.objectId);
    tenant.running.faults.set([
      { match: { operation: "GET /groups/:id/appRoleAssignments" }, effect: "forbidden", times: 99 },
    ]);
    expect((await failureOf(prove())).message).not.toBe("");
  });

  test("and ends nothing but itself where Entra and Exchange both refuse", async () => {
    const stray: unknown[] = [];
    const note = (error: unknown): void => void stray.push(error);
    process.on("unhandledRejection", note);
    try {
      tenant.running.faults.set([
        { match: { operation: graphPath }, effect: "forbidden", times: 99 },
        { match: { operation: "Test-ServicePrincipalAuthorization" }, effect: "error503", times: 99 },
      ]);
      await failureOf(prove());
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      process.off("unhandledRejection", note);
    }
    expect(stray).toEqual([]);
  });
});

test("the proof is of the app by its object id, whatever another app of its name does", async () => {
  const twin = await makeApp(tenant, applicationName);
  consent(tenant, twin.objectId, "Calendars.ReadWrite");
  expect((await prove()).passed).toBe(true);
});
