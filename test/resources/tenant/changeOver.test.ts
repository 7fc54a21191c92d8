/** From one way in to the other, in stages: what is refused, when, and what stays open meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { makeAccess, mark, names, securityGroupInputs, tenantInputs } from "../../support/access.ts";
import type { Access } from "../../support/access.ts";
import {
  placeApp,
  makeScopedObjects,
  proveApplicationAccess,
  vendorId,
  type ScopedObjects,
} from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, dirk, serviceUser } from "../../support/people.ts";

const hour = 60 * 60 * 1000;
const both = "application\nimpersonation";

let tenant: TestTenant;
let back: () => void;
/** The stack in the middle of its change-over: both ways in, the application's just made. */
let old: Access;
let made: ScopedObjects;
/** Since when the last up's proof holds. */
let heldSince = "";
beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  old = await makeAccess(tenant, context);
  made = await makeScopedObjects(tenant, context, placeApp(tenant, mark), old);
  await proveApplicationAccess(tenant, context, made, old.roleGroup);
  // Neither user nor app, while both were made.
  expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
  back = tenant.save();
});
beforeEach(() => {
  back();
  // The tenant's clock does not go back: what was just made is as old as the test.
  const whenCreated = new Date(tenant.running.clock.now()).toISOString();
  heldSince = whenCreated;
  for (const each of tenant.tenant.assignments) if (each.guid === made.assignment.id) each.whenCreated = whenCreated;
});
afterAll(() => tenant.close());

/** What the stack knows of what it holds in the middle of the change-over. */
function known(change: Partial<Record<string, string>> = {}): Properties {
  return {
    ...nothingKnown,
    roleGroup: old.roleGroup.id,
    securityGroup: made.securityGroup.id,
    scope: made.scope.id,
    assignment: old.assignment.id,
    exchangeServicePrincipal: made.pointer.id,
    applicationAssignments: `Application Calendars.ReadWrite ${made.assignment.id}`,
    applicationHeldSince: heldSince,
    impersonationHeldSince: heldSince,
    ...change,
  };
}

function inputsFor(access: string, change: Properties = {}): Properties {
  const usesApp = access.includes("application");
  const user = access.includes("impersonation") ? { user: serviceUser, ownsUser: true } : { user: "", ownsUser: false };
  const app = usesApp ? { app: made.app.objectId, ownsApp: true } : {};
  return { ...tenantInputs(), access, ...user, ...app, known: known(), ...change };
}

/** What the preflight says of going from the recorded access modes to others. */
async function go(from: string, to: string, change: Properties = {}): Promise<readonly string[]> {
  const context = await tenant.open("automation", [made.pointer.id, old.roleGroup.id]);
  const recorded = { ...inputsFor(from), members: tenant.lines(ad, eva), mustStayOut: tenant.lines(dirk) };
  const before = tenant.dump();
  const { problems } = await tenantArtifact.check(context, recorded, inputsFor(to, change));
  expect(tenant.dump()).toEqual(before);
  return problems;
}

function passTwoHours(): void {
  tenant.running.clock.advance(2 * hour + 2000);
}

/** Makes the role and all that it gave disappear, as Microsoft did. */
function removeRole(): void {
  const { roles, assignments } = tenant.tenant;
  const gone = roles.find(({ name }) => name === "ApplicationImpersonation")?.guid;
  tenant.tenant.assignments = assignments.filter(({ role }) => role !== gone);
  tenant.tenant.roles = roles.filter(({ guid }) => guid !== gone);
}

describe("going straight from one way in to the other", () => {
  const noneYet = {
    known: { ...(tenantInputs()["known"] as object), roleGroup: "x", assignment: "x", securityGroup: "x", scope: "x" },
  };

  test("is allowed where the organisation has shut the old way: there is no access to keep", async () => {
    tenant.tenant.organization.ewsEnabled = false;
    const problems = await go("impersonation", "application");
    expect(problems.filter((problem) => problem.startsWith("access:"))).toEqual([]);
    tenant.tenant.organization.ewsEnabled = null;
    expect(await go("impersonation", "application")).toContainEqual(expect.stringMatching(/^access: going from/));
  });

  test("is refused, and every stage is named: add, prove and wait, remove", async () => {
    expect(await go("impersonation", "application", noneYet)).toEqual([
      'access: going from impersonation to application in one step would close the old access before the new one is proved. Set access to ["impersonation", "application"] and run up; two hours later set it to ["application"] and run up again.',
    ]);
  });

  test("is refused the other way round, too", async () => {
    const problems = await go("application", "impersonation");
    expect(problems).toEqual([expect.stringMatching(/^access: going from application to impersonation in one step/)]);
    expect(problems.join("")).toContain('two hours later set it to ["impersonation"]');
  });

  test("is allowed where Microsoft has removed the role: there is no old access to keep", async () => {
    removeRole();
    expect(await go("impersonation", "application", { known: known({ applicationAssignments: "" }) })).toEqual([]);
  });

  test("is not taken for allowed where nobody may read the role", async () => {
    tenant.running.faults.set([{ match: { operation: "Get-ManagementRole" }, effect: "forbidden", times: 999 }]);
    const problems = await go("impersonation", "application", noneYet);
    expect(problems).toEqual([expect.stringContaining("may not read Exchange")]);
    tenant.running.faults.set([{ match: { operation: "Get-ManagementRole" }, effect: "error500", times: 999 }]);
    await failureOf(go("impersonation", "application", noneYet));
  });
});

describe("the first stage, both ways in", () => {
  test("needs nothing to be proved yet", async () => {
    const nothing = { exchangeServicePrincipal: "", applicationAssignments: "" };
    expect(await go("impersonation", both, { known: known(nothing) })).toEqual([]);
    expect(await go("application", both)).toEqual([]);
  });

  test("can be given up again: the application goes, the old access was there all the time", async () => {
    passTwoHours();
    expect(await go(both, "impersonation")).toEqual([]);
  });

  test("is given up at once where the application has opened nothing yet", async () => {
    const nothing = { exchangeServicePrincipal: "", applicationAssignments: "", impersonationHeldSince: "" };
    expect(await go(both, "impersonation", { known: known(nothing) })).toEqual([]);
  });

  test("stays as it is for any time", async () => {
    expect(await go(both, both)).toEqual([]);
    passTwoHours();
    expect(await go(both, both)).toEqual([]);
  });
});

describe("the last stage: dropping impersonation", () => {
  test("waits two hours from the grant, by Exchange's clock, and says how long", async () => {
    const [problem = "", ...others] = await go(both, "application");
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^access: impersonation stays for now: the application's access is proved, but it may take two hours to be effective everywhere\. Run up again in (119|120|121) minutes\. Nothing was changed\.$/,
    );
    tenant.running.clock.advance(1.5 * hour);
    expect((await go(both, "application")).join("")).toMatch(/Run up again in (29|30|31) minutes/);
    // Exchange tells its time in whole seconds.
    tenant.running.clock.advance(hour / 2 + 2000);
    expect(await go(both, "application")).toEqual([]);
  });

  test("waits for a role that was added later", async () => {
    passTwoHours();
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Later",
      Role: "Application Calendars.Read",
      App: made.app.objectId,
      CustomResourceScope: names.scope,
    });
    const later = tenant.tenant.assignments.find(({ name }) => name === "Later")?.guid ?? "";
    const applicationAssignments = `Application Calendars.ReadWrite ${made.assignment.id}\nApplication Calendars.Read ${later}`;
    const roles = "Application Calendars.Read\nApplication Calendars.ReadWrite";
    const problems = await go(both, "application", { roles, known: known({ applicationAssignments }) });
    expect(problems).toEqual([expect.stringMatching(/Run up again in (119|120|121) minutes/)]);
  });

  const fiveSecondsAgo = () => new Date(tenant.running.clock.now() - 5_000).toISOString();
  const addedByHand = async () => {
    const { securityGroup: Identity } = names;
    await tenant.byHand("Add-DistributionGroupMember", { Identity, Member: gijs, ...bypass });
  };

  test("waits anew for mailboxes that were added five seconds ago, which no object shows", async () => {
    passTwoHours();
    const applicationHeldSince = fiveSecondsAgo();
    expect((await go(both, "application", { known: known({ applicationHeldSince }) })).join("")).toMatch(
      /Run up again in (119|120) minutes/,
    );
  });

  test("waits anew for a scope or a pointer that was made anew", async () => {
    passTwoHours();
    const whenCreated = fiveSecondsAgo();
    const { scopes, exchangeServicePrincipals } = tenant.tenant;
    for (const parts of [scopes, exchangeServicePrincipals]) {
      const part = parts.find(({ guid }) => [made.scope.id, made.pointer.id].includes(guid));
      if (part === undefined) throw new Error("The part is missing.");
      const before = part.whenCreated;
      part.whenCreated = whenCreated;
      expect((await go(both, "application")).join("")).toMatch(/Run up again in (119|120) minutes/);
      part.whenCreated = before;
    }
    expect(await go(both, "application")).toEqual([]);
  });

  test.each([
    ["nothing is recorded", async () => ({ known: known({ applicationHeldSince: "" }) })],
    [
      "the list changes in the same run, and somebody has brought the group there already",
      async () => {
        await addedByHand();
        return { members: `${ad}\n${eva}\n${gijs}\n` };
      },
    ],
  ])("does not guess since when the access holds: %s", async (_why, change) => {
    passTwoHours();
    expect(await go(both, "application", await change())).toEqual([
      "access: impersonation stays, because the application's access is proved, but no up has recorded yet since when it holds for these mailboxes. Set access back to both and run up; two hours later drop impersonation again. Nothing was changed.",
    ]);
  });

  const bypass = { BypassSecurityGroupManagerCheck: true };
  const broken: [string, string, () => void | Promise<void>][] = [
    [
      "somebody else's mailbox in the group",
      `inside the scope but not listed: ${gijs}`,
      () => tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: gijs, ...bypass }),
    ],
    [
      "a mailbox that is missing in the group",
      `listed but not inside the scope: ${eva}`,
      () => tenant.byHand("Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: eva, ...bypass }),
    ],
    [
      "an assignment that somebody disabled",
      "is disabled",
      () => tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.assignment.id, Enabled: false }),
    ],
    [
      "an assignment that is gone",
      "no assignment gives the app Application Calendars.ReadWrite",
      () => tenant.byHand("Remove-ManagementRoleAssignment", { Identity: made.assignment.id }),
    ],
    [
      "another filter in the scope",
      "is not limited to the stack's security group",
      () =>
        tenant.byHand("Set-ManagementScope", { Identity: names.scope, RecipientRestrictionFilter: "Alias -like 'a*'" }),
    ],
    [
      "an enterprise app that somebody disabled",
      "the enterprise app is disabled",
      () => {
        for (const each of tenant.tenant.servicePrincipals)
          if (each.id === made.app.objectId) each.accountEnabled = false;
      },
    ],
    [
      "a pointer to another app",
      "does not point to the enterprise app",
      () => {
        for (const each of tenant.tenant.exchangeServicePrincipals) {
          if (each.guid === made.pointer.id) each.objectId = "0f0f0f0f-0000-4000-8000-000000000001";
        }
      },
    ],
  ];
  test.each(broken)("keeps the old access for %s", async (_name, text, breakIt) => {
    passTwoHours();
    await breakIt();
    const problems = await go(both, "application");
    expect(problems).toEqual([
      expect.stringMatching(/^access: impersonation stays, because the application's .*\. Nothing was changed\.$/),
    ]);
    expect(problems.join("")).toContain(text);
  });

  test("keeps it while a mailbox is put on the list, or taken off, in the same run: each change by itself", async () => {
    passTwoHours();
    expect((await go(both, "application", { members: `${ad}\n${eva}\n${gijs}\n` })).join("")).toContain(
      `listed but not inside the scope: ${gijs}`,
    );
    expect((await go(both, "application", { members: `${ad}\n` })).join("")).toContain(
      `inside the scope but not listed: ${eva}`,
    );
    expect((await go(both, "application", { roles: "Application Calendars.Read" })).join("")).toContain(
      "no assignment gives the app Application Calendars.Read",
    );
  });

  test("keeps it while another app takes the place of the proved one in the same run", async () => {
    passTwoHours();
    const other = placeApp(tenant, undefined, vendorId);
    const exchanged = { app: other.objectId, clientId: vendorId, ownsApp: false };
    expect((await go(both, "application", exchanged)).join("\n")).toMatch(
      /access: impersonation stays, because the application's scoped access does not hold: .*belongs to another app/,
    );
    // Not made yet: the program knows no object id of it.
    expect((await go(both, "application", { ...exchanged, app: "" })).join("\n")).toContain(
      "access: impersonation stays",
    );
    expect((await go(both, "application", { app: "" })).join("\n")).toContain("access: impersonation stays");
  });

  test("says that it stays where the first stage never came to its end", async () => {
    passTwoHours();
    // An up that failed leaves no record of what it had made.
    const nothing = { exchangeServicePrincipal: "", applicationAssignments: "" };
    for (const change of [{ known: known(nothing) }, { known: known(nothing), app: "" }]) {
      expect(await go(both, "application", change)).toContain(
        "access: impersonation stays, because no up has brought the application's access to its end yet. Set access back to both and run up first. Nothing was changed.",
      );
    }
  });

  test.each([
    "Get-ManagementRoleAssignment",
    "Test-ServicePrincipalAuthorization",
    "Get-ManagementScope",
    "Get-Recipient",
  ])("keeps it where %s cannot be asked: no answer proves nothing", async (operation) => {
    passTwoHours();
    tenant.running.faults.set([{ match: { operation }, effect: "error500", times: 999 }]);
    await failureOf(go(both, "application"));
    tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 999 }]);
    expect((await go(both, "application")).length).toBeGreaterThan(0);
  });

  test("needs no proof where Microsoft has removed the role: nothing that opens would go", async () => {
    removeRole();
    expect(await go(both, "application")).toEqual([]);
  });

  test("keeps it where the reach would change in the same run", async () => {
    const scopeless = {
      reach: "organization",
      owner: "",
      mustStayOut: "",
      known: known({ scope: "", securityGroup: "" }),
    };
    expect((await go(both, "application", scopeless)).join("")).toMatch(
      /^access: impersonation stays, because .*is limited to Scope-CallPro/,
    );
  });
});

describe("the last stage of the way back: dropping the application", () => {
  test("waits two hours from the proof of impersonation, by Exchange's clock, and says how long", async () => {
    expect(await go(both, "impersonation")).toEqual([
      expect.stringMatching(
        /^access: application stays for now: impersonation's access is proved, but .*Run up again in (119|120|121) minutes\. Nothing was changed\.$/,
      ),
    ]);
    passTwoHours();
    expect(await go(both, "impersonation")).toEqual([]);
  });

  test("waits anew for another user, which no object shows", async () => {
    passTwoHours();
    const impersonationHeldSince = new Date(tenant.running.clock.now() - 5_000).toISOString();
    expect((await go(both, "impersonation", { known: known({ impersonationHeldSince }) })).join("")).toMatch(
      /^access: application stays for now: .*Run up again in (119|120) minutes/,
    );
  });

  test("waits for one of the whole organisation, too, whose assignment is older than its user", async () => {
    tenant.running.reset();
    const all = await makeAccess(tenant, await tenant.open(), "organization");
    for (const each of tenant.tenant.assignments)
      if (each.guid === all.assignment.id) each.whenCreated = "2020-01-01T00:00:00Z";
    const reach = { reach: "organization", owner: "", mustStayOut: "" };
    const about = async (age: number): Promise<readonly string[]> => {
      const impersonationHeldSince = new Date(tenant.running.clock.now() - age).toISOString();
      const change = { roleGroup: all.roleGroup.id, assignment: all.assignment.id, scope: "", securityGroup: "" };
      const asked = { ...reach, known: known({ ...change, impersonationHeldSince }) };
      return (await go(both, "impersonation", asked)).filter((each) => each.startsWith("access:"));
    };
    expect(await about(5_000)).toEqual([expect.stringMatching(/Run up again in (119|120|121) minutes/)]);
    expect(await about(2 * hour + 5_000)).toEqual([]);
  });

  test.each<[string, RegExp, () => Promise<void>]>([
    [
      "whose user is not in the role group",
      /because impersonation is not proved: .*/,
      () =>
        tenant.byHand("Remove-RoleGroupMember", {
          Identity: old.roleGroup.id,
          Member: serviceUser,
          BypassSecurityGroupManagerCheck: true,
        }),
    ],
    [
      "whose assignment is gone",
      /because impersonation is not proved: .*/,
      () => tenant.byHand("Remove-ManagementRoleAssignment", { Identity: old.assignment.id }),
    ],
  ])("keeps the application for an impersonation %s", async (_what, why, breakIt) => {
    passTwoHours();
    await breakIt();
    const problems = await go(both, "impersonation");
    expect(problems).toEqual([expect.stringMatching(/^access: application stays, .*Nothing was changed\.$/)]);
    expect(problems.join("")).toMatch(why);
  });

  test("keeps it where the organisation has shut impersonation, and where no up came to its end", async () => {
    passTwoHours();
    const unmade = known({ assignment: "", roleGroup: "" });
    expect((await go(both, "impersonation", { known: unmade })).join("\n")).toContain(
      "access: application stays, because no up has brought impersonation's access to its end yet.",
    );
    tenant.tenant.organization.ewsEnabled = false;
    expect((await go(both, "impersonation")).join("\n")).toMatch(
      /access: application stays, because for impersonation shut/,
    );
  });

  test("does not guess since when impersonation holds", async () => {
    passTwoHours();
    expect(await go(both, "impersonation", { known: known({ impersonationHeldSince: "" }) })).toEqual([
      expect.stringMatching(/^access: application stays, because impersonation's .* no up has recorded yet since when/),
    ]);
  });
});

describe("a way in that somebody stopped is no access to keep", () => {
  const disable = (id: string): Promise<void> =>
    tenant.byHand("Set-ManagementRoleAssignment", { Identity: id, Enabled: false });
  const block = async (): Promise<void> => {
    await tenant.graph("PATCH", `/users/${old.user.trim().split(" ")[1] ?? ""}`, { accountEnabled: false });
    tenant.running.clock.settle();
  };
  /** Of the change-over and the stop: the application's objects are there in this tenant, and strangers to that stack. */
  const about = (problems: readonly string[]): string[] => problems.filter((each) => /^(access|regrant):/.test(each));
  const onlyImpersonation = (): Properties => ({
    known: known({ exchangeServicePrincipal: "", applicationAssignments: "" }),
    app: "",
  });

  test.each<[string, () => Promise<void>]>([
    ["its assignment disabled", () => disable(old.assignment.id)],
    ["its user blocked", block],
  ])("with %s, impersonation is left in one up, and only regrant opens the application", async (_what, stop) => {
    await stop();
    expect(about(await go("impersonation", "application", onlyImpersonation()))).toEqual([
      expect.stringMatching(/^regrant: somebody stopped this access: .*access "application" would be another way in/),
    ]);
    expect(about(await go("impersonation", "application", { ...onlyImpersonation(), regrant: true }))).toEqual([]);
  });

  test("nor is it waited for once both are there: what is open stays, without a proof", async () => {
    await disable(old.assignment.id);
    expect(await go(both, "application")).toEqual([]);
  });

  test("an application whose every role is stopped is left in one up, too", async () => {
    await disable(made.assignment.id);
    expect(about(await go("application", "impersonation", { regrant: true }))).toEqual([]);
  });
});

describe("what is not a change of the way in", () => {
  test("a first run has none to keep", async () => {
    const context = await tenant.open();
    const fresh = await tenantArtifact.check(context, undefined, inputsFor("application"));
    expect(fresh.problems).toEqual([]);
  });

  test("the same ways in any order are the same", async () => {
    const recorded: Recorded["properties"] = { ...inputsFor(both), members: tenant.lines(ad, eva) };
    const { problems } = await tenantArtifact.check(await tenant.open(), recorded, inputsFor(both));
    expect(problems).toEqual([]);
  });
});

test("the shared group serves both ways in while they change", async () => {
  // What the impersonation stage made is exactly what the application's stage asks for.
  const context = await tenant.open();
  const { problems } = await securityGroup.check(context, made.securityGroup.properties, securityGroupInputs(tenant));
  expect(problems).toEqual([]);
});
