/** An app's role assignment: born scoped, drift, changes of reach, and what is there already. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { applicationRoles } from "../../resources/lifecycle/applicationRoles.ts";
import { UnfinishedError, type Recorded } from "../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../resources/exchangeServicePrincipal.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { applicationAssignmentName } from "../../resources/lifecycle/assignmentName.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import type { RoleAssignment } from "../../simulator/tenant/exchangeModel.ts";
import { names, previewOf, role as impersonationRole, securityGroupInputs, tryUp, up } from "../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationReaches,
  applicationRole,
  applicationScopeInputs,
  assignmentsOfApp,
  makeApp,
  pointerInputs,
  type EnterpriseApp,
} from "../support/application.ts";
import { afterWrite, failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, dirk } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let app: EnterpriseApp;
let other: EnterpriseApp;
let group: Recorded;
let scope: Recorded;
let desired: Properties;
let wide: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  app = await makeApp(tenant);
  other = await makeApp(tenant, "Somebody's app");
  await exchangeServicePrincipal.create(context, pointerInputs(app));
  await exchangeServicePrincipal.create(context, pointerInputs(other));
  group = await securityGroup.create(context, securityGroupInputs(tenant));
  scope = await managementScope.create(context, applicationScopeInputs(group.id, app));
  desired = applicationAssignmentInputs(tenant, app, scope.id);
  wide = applicationAssignmentInputs(tenant, app, "");
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };

function ours(): RoleAssignment[] {
  return assignmentsOfApp(tenant, app);
}

async function make(inputs: Properties = desired): Promise<Recorded> {
  return up(roleAssignment, await tenant.open(), inputs);
}

/** What the app can reach now. */
function reach(): readonly string[] {
  return applicationReaches(tenant).at(-1) ?? [];
}

function operations(from = 0): string[] {
  return tenant.running.journal.entries.slice(from).map(({ operation }) => operation);
}

/** As a directory tool would: no parameter of an app's assignment takes its scope off. */
function takeScopeOff(): void {
  Object.assign(ours()[0] ?? {}, { recipientWriteScope: "Organization", scope: null });
}

describe("an app's role assignment", () => {
  test("is born with its scope, in one call, and opens exactly the listed mailboxes", async () => {
    const made = await make();
    expect(ours()).toMatchObject([
      {
        guid: made.id,
        name: `${applicationRole}-${applicationName}`,
        assigneeType: "ServicePrincipal",
        recipientWriteScope: "CustomRecipientScope",
        scope: scope.id,
        enabled: true,
        delegation: "Regular",
      },
    ]);
    expect(operations()).toEqual(["New-ManagementRoleAssignment"]);
    expect(reach()).toEqual([ad, eva]);
    expect(made.properties).toMatchObject(desired);
  });

  test("is given only after the mailboxes inside its scope have been compared with the list", async () => {
    const before = tenant.calls().length;
    await make();
    const calls = tenant.calls().slice(before);
    expect(calls.indexOf("Get-Recipient")).toBeGreaterThan(-1);
    expect(calls.indexOf("Get-Recipient")).toBeLessThan(calls.indexOf("New-ManagementRoleAssignment"));
  });

  test.each([
    ["somebody else is in the group", "Add-DistributionGroupMember", dirk, `Not listed but inside: ${dirk}`],
    ["a listed mailbox is not in the group", "Remove-DistributionGroupMember", eva, `Listed but not inside: ${eva}`],
  ])("is not given while %s", async (_what, cmdlet, Member, text) => {
    await tenant.byHand(cmdlet, { Identity: group.id, Member, ...bypass });
    const before = tenant.dump();
    expect((await failureOf(make())).message).toMatch(new RegExp(`no access was given\\..*${text}`));
    expect(tenant.dump()).toEqual(before);
    expect(applicationReaches(tenant).flat()).toEqual([]);
  });

  test("asks again, always with the scope, while another back end does not show the scope or the pointer", async () => {
    const pointer = tenant.tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === app.objectId);
    if (pointer === undefined) throw new Error("no pointer");
    pointer.visibleAt = tenant.running.clock.now() + 20_000;
    const context = await tenant.open();
    await up(roleAssignment, context, desired);
    expect(context.lines.join("\n")).toContain("waiting for Exchange to accept the role assignment");
    expect(reach()).toEqual([ad, eva]);
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
  });

  test("opens the whole organization only where that was asked for by name", async () => {
    const made = await make(wide);
    expect(ours()).toMatchObject([
      {
        guid: made.id,
        name: applicationAssignmentName(applicationRole, applicationName, "organization"),
        recipientWriteScope: "Organization",
      },
    ]);
    expect(reach().length).toBeGreaterThan(30);
  });

  test("shows no difference, and makes no write, where nothing changed", async () => {
    for (const inputs of [desired, wide]) {
      restore();
      const made = await make(inputs);
      const preview = await previewOf(roleAssignment, await tenant.open(), made, inputs);
      expect(preview).toEqual({ changed: [], replaces: [] });
      expect(await up(roleAssignment, await tenant.open(), inputs, made)).toEqual(made);
      expect(operations()).toHaveLength(1);
    }
  });

  test("that calls for another role is another assignment beside it", async () => {
    await make();
    await make(applicationAssignmentInputs(tenant, app, scope.id, "Application EWS.AccessAsApp"));
    expect(ours().map(({ name }) => name)).toEqual([
      `${applicationRole}-${applicationName}`,
      `Application EWS.AccessAsApp-${applicationName}`,
    ]);
    expect(applicationReaches(tenant)).toEqual([
      [ad, eva],
      [ad, eva],
    ]);
  });

  test("is refused in plain words where the identity has no delegating assignment of the role", async () => {
    const before = tenant.dump();
    const { message } = await failureOf(up(roleAssignment, await tenant.open("reader"), desired));
    expect(message).toMatch(/Exchange refused to assign Application Calendars.ReadWrite: .*No access was given/);
    expect(message).toContain("Organization Management");
    expect(message).not.toContain("ApplicationImpersonation");
    expect(message).not.toContain("\n");
    expect(tenant.dump()).toEqual(before);
  });
});

describe("an assignment that is born wider than asked", () => {
  test.each<[string, () => Promise<void>, RegExp]>([
    [
      "a member of others",
      () => tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass }),
      /its scope holds mailboxes that are not listed: dirk.*The assignment was disabled/,
    ],
    [
      "a filter that nobody can rely on",
      () => tenant.byHand("Set-ManagementScope", { Identity: scope.id, RecipientRestrictionFilter: "Alias -like '*'" }),
      /its filter is not a list of groups/,
    ],
    [
      "no scope",
      async () => {
        await Promise.resolve();
        takeScopeOff();
      },
      /its scope is "the whole organization" instead of "Scope-CallPro Calendar Access"/,
    ],
  ])("(%s) is disabled at once, recorded, and stays shut until regrant", async (_what, act, text) => {
    const racing = afterWrite(await tenant.open(), "New-ManagementRoleAssignment", act);
    const { recorded, error } = await tryUp(roleAssignment, racing, desired);
    expect(error).toBeInstanceOf(UnfinishedError);
    expect(error?.message).toMatch(text);
    expect(ours()).toMatchObject([{ guid: recorded?.id, enabled: false }]);
    expect(reach()).toEqual([]);
  });

  test("opens again only with regrant, and only when its scope holds the listed mailboxes alone", async () => {
    const racing = afterWrite(await tenant.open(), "New-ManagementRoleAssignment", () =>
      tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass }),
    );
    const { recorded } = await tryUp(roleAssignment, racing, desired);
    const regrant = { ...desired, regrant: true };
    expect((await failureOf(up(roleAssignment, await tenant.open(), regrant, recorded))).message).toContain(
      `Not listed but inside: ${dirk}`,
    );
    expect(reach()).toEqual([]);
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    await up(roleAssignment, await tenant.open(), desired, recorded);
    expect(reach()).toEqual([]);
    await up(roleAssignment, await tenant.open(), regrant, recorded);
    expect(reach()).toEqual([ad, eva]);
  });
});

describe("drift of an app's assignment", () => {
  test("a scope taken away shows, and comes back without any delay", async () => {
    const made = await make();
    takeScopeOff();
    const { changed, replaces } = await previewOf(roleAssignment, await tenant.open(), made, desired);
    expect({ changed: changed.sort(), replaces }).toEqual({ changed: ["scope", "writeScope"], replaces: [] });
    // Even while the group holds somebody who is not listed: any scope is narrower than none.
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    const start = operations().length;
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(operations(start)).toEqual(["Set-ManagementRoleAssignment"]);
    expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id, recipientWriteScope: "CustomRecipientScope" }]);
    expect(reach()).toEqual([ad, dirk, eva]);
  });

  test.each<[string, Record<string, string>, string]>([
    ["another scope", { CustomResourceScope: "Everybody" }, "Everybody (CustomRecipientScope)"],
    ["a group", { RecipientGroupScope: "Regio Noord" }, "Regio Noord (Group)"],
    [
      "an administrative unit",
      { RecipientAdministrativeUnitScope: "2b1f6f5a-0000-4000-8000-000000000000" },
      "2b1f6f5a-0000-4000-8000-000000000000 (AdministrativeUnit)",
    ],
  ])("%s in the place of the scope shows by its name, and ours comes back", async (_what, parameters, text) => {
    const made = await make();
    await tenant.byHand("New-ManagementScope", { Name: "Everybody", RecipientRestrictionFilter: "Alias -like '*'" });
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, ...parameters });
    const reading = await roleAssignment.read(await tenant.open(), made);
    expect(reading?.inputs["writeScope"]).toBe(text);
    const start = operations().length;
    const repaired = await up(roleAssignment, await tenant.open(), desired, made);
    expect(repaired.id).toBe(made.id);
    expect(operations(start)).toEqual(["Set-ManagementRoleAssignment"]);
    expect(reach()).toEqual([ad, eva]);
  });

  test("a scope in the place of another does not come back while the group holds somebody who is not listed", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, RecipientGroupScope: "Regio Noord" });
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    const start = operations().length;
    const error = await failureOf(up(roleAssignment, await tenant.open(), desired, made));
    expect(error.message).toContain(`Not listed but inside: ${dirk}`);
    expect(operations(start)).toEqual([]);
  });

  test("an emergency stop shows, is respected, and ends only with regrant", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, Enabled: false });
    expect((await previewOf(roleAssignment, await tenant.open(), made, desired)).changed).toEqual(["enabled"]);
    const start = operations().length;
    const stopped = await up(roleAssignment, await tenant.open(), desired, made);
    expect(operations(start)).toEqual([]);
    expect(stopped.properties["enabled"]).toBe(false);
    await up(roleAssignment, await tenant.open(), { ...desired, regrant: true }, stopped);
    expect(ours()).toMatchObject([{ enabled: true, scope: scope.id }]);
    expect(reach()).toEqual([ad, eva]);
  });

  test("a stopped assignment without scope gets its scope back and stays stopped", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, Enabled: false });
    takeScopeOff();
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(ours()).toMatchObject([{ enabled: false, scope: scope.id }]);
    await up(roleAssignment, await tenant.open(), { ...desired, regrant: true }, made);
    expect(applicationReaches(tenant).flat()).not.toContain(dirk);
    expect(reach()).toEqual([ad, eva]);
  });

  test("a stopped one is never opened before it has its scope: regrant and repair in one up", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, Enabled: false });
    takeScopeOff();
    const start = operations().length;
    await up(roleAssignment, await tenant.open(), { ...desired, regrant: true }, made);
    expect(applicationReaches(tenant, start)).toEqual([[], [ad, eva]]);
  });

  test("a removed one is made again, scoped", async () => {
    const made = await make();
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: made.id });
    expect(await roleAssignment.read(await tenant.open(), made)).toBeUndefined();
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(ours()).toMatchObject([{ scope: scope.id }]);
  });

  test("one that belongs to another app is replaced", async () => {
    const made = await make();
    const pointer = tenant.tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === other.objectId);
    Object.assign(ours()[0] ?? {}, { assignee: pointer?.guid });
    const { changed, replaces } = await previewOf(roleAssignment, await tenant.open(), made, desired);
    expect({ changed, replaces }).toEqual({ changed: ["app"], replaces: ["app"] });
    const reading = await roleAssignment.read(await tenant.open(), made);
    expect(reading?.inputs["app"]).toBe(other.objectId);
  });
});

describe("a change of reach", () => {
  test("to the whole organization is a second assignment, then the scoped one goes", async () => {
    const made = await make();
    const start = operations().length;
    expect((await previewOf(roleAssignment, await tenant.open(), made, wide)).replaces).toEqual(["name"]);
    expect(roleAssignment.diff(made.properties, wide).deleteBeforeReplace).toBe(false);
    const widened = await up(roleAssignment, await tenant.open(), wide, made);
    expect(widened.id).not.toBe(made.id);
    expect(operations(start)).toEqual(["New-ManagementRoleAssignment", "Remove-ManagementRoleAssignment"]);
    expect(ours()).toMatchObject([{ guid: widened.id, recipientWriteScope: "Organization" }]);
  });

  test("back to the listed mailboxes takes the wide one away, then makes a scoped one", async () => {
    const made = await make(wide);
    const start = operations().length;
    const narrowed = await up(roleAssignment, await tenant.open(), desired, made);
    expect(operations(start)).toEqual(["Remove-ManagementRoleAssignment", "New-ManagementRoleAssignment"]);
    expect(ours()).toMatchObject([{ guid: narrowed.id, scope: scope.id }]);
    expect(reach()).toEqual([ad, eva]);
  });

  test("that was killed between its two steps goes on with the assignment that it made", async () => {
    const made = await make();
    // Killed after the write: the state knows the old assignment only.
    const before = await up(roleAssignment, await tenant.open("automation", [made.id]), wide);
    const finished = await up(roleAssignment, await tenant.open("automation", [made.id]), wide, made);
    expect(finished.id).toBe(before.id);
    expect(ours()).toMatchObject([{ guid: before.id, recipientWriteScope: "Organization" }]);
  });

  test("is never made by Set: a scope that somebody put on a wide assignment is named, and left", async () => {
    const made = await make(wide);
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, CustomResourceScope: names.scope });
    const start = operations().length;
    const reading = await roleAssignment.read(await tenant.open(), made);
    expect(reading?.inputs["writeScope"]).toBe(`${names.scope} (CustomRecipientScope)`);
    const { message } = await failureOf(up(roleAssignment, await tenant.open(), wide, made));
    expect(message).toMatch(/somebody limited it to a scope.*Remove the assignment by hand, then run up again/);
    expect(operations(start)).toEqual([]);
    expect(reach()).toEqual([ad, eva]);
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: made.id });
    await up(roleAssignment, await tenant.open(), wide, made);
    expect(reach().length).toBeGreaterThan(30);
  });
});

describe("a replacement", () => {
  test("for a new name makes the new one first, scoped, and then removes the old one", async () => {
    const made = await make();
    const start = operations().length;
    const renamed = { ...desired, name: "Calendars of CallPro" };
    const successor = await up(roleAssignment, await tenant.open(), renamed, made);
    expect(ours()).toMatchObject([{ guid: successor.id, name: "Calendars of CallPro", scope: scope.id }]);
    expect(operations(start)).toEqual(["New-ManagementRoleAssignment", "Remove-ManagementRoleAssignment"]);
    expect(applicationReaches(tenant, start)).toEqual([
      [ad, eva],
      [ad, eva],
    ]);
  });

  test("for another app removes first: the name can be had once", async () => {
    const made = await make();
    const moved = { ...desired, app: other.objectId };
    expect(roleAssignment.diff(made.properties, moved)).toMatchObject({ replaces: ["app"], deleteBeforeReplace: true });
    await up(roleAssignment, await tenant.open(), moved, made);
    expect(ours()).toEqual([]);
    expect(assignmentsOfApp(tenant, other)).toMatchObject([{ scope: scope.id }]);
  });
});

describe("an assignment that is there already", () => {
  const assign = (parameters: Record<string, string> = {}, App = app.objectId): Promise<void> =>
    tenant.byHand("New-ManagementRoleAssignment", {
      Name: String(desired["name"]),
      Role: applicationRole,
      App,
      ...parameters,
    });

  test("under another name is not gone on with: the stack may have made it, or somebody else", async () => {
    await assign({ Name: "Application 7", CustomResourceScope: names.scope });
    const before = tenant.dump();
    const { message } = await failureOf(make());
    expect(message).toContain("is on this stack's own app, by another name than the settings give it");
    expect(message).toContain("put names.application back as it was then");
    expect(tenant.dump()).toEqual(before);
  });

  test("is the stack's own where an interrupted run left it on the stack's app, with our name and scope", async () => {
    await assign({ CustomResourceScope: names.scope });
    const context = await tenant.open();
    const made = await up(roleAssignment, context, desired);
    expect(ours()).toMatchObject([{ guid: made.id }]);
    expect(operations()).toEqual(["New-ManagementRoleAssignment"]);
    expect(context.lines.join("\n")).toContain("made by an earlier, interrupted run of this stack");
  });

  test.each<[string, Record<string, string>, Properties]>([
    ["without its scope", {}, {}],
    ["with another scope", { RecipientGroupScope: "Regio Noord" }, {}],
    ["on an app of others", { CustomResourceScope: names.scope }, { ownsApp: false }],
  ])("is not the stack's own %s", async (_what, parameters, change) => {
    await assign(parameters);
    const before = tenant.dump();
    expect((await failureOf(make({ ...desired, ...change }))).message).toContain("was not made by this stack");
    expect(tenant.dump()).toEqual(before);
  });

  test("is taken over under any name where adopt says so, and narrowed at once", async () => {
    await assign({ Name: "Application 7" });
    const start = operations().length;
    const adopting = { ...desired, adopt: true };
    const made = await make(adopting);
    expect(ours()).toMatchObject([{ guid: made.id, name: "Application 7", scope: scope.id }]);
    expect(operations(start)).toEqual(["Set-ManagementRoleAssignment"]);
    const preview = await previewOf(roleAssignment, await tenant.open(), made, adopting);
    expect(preview).toEqual({ changed: [], replaces: [] });
    expect(reach()).toEqual([ad, eva]);
  });

  test("of our name cannot be taken over where it is another app's", async () => {
    await assign({}, other.objectId);
    const before = tenant.dump();
    const { message } = await failureOf(make({ ...desired, adopt: true }));
    expect(message).toContain(`it assigns ${applicationRole} to ${other.objectId}`);
    expect(tenant.dump()).toEqual(before);
  });

  test("of our name cannot be taken over where it is a user's", async () => {
    const place = { Name: String(desired["name"]), Role: impersonationRole, User: dirk };
    await tenant.byHand("New-ManagementRoleAssignment", place);
    const { message } = await failureOf(make({ ...desired, adopt: true }));
    expect(message).toContain(`it assigns ${impersonationRole} to`);
  });

  test("twice is a conflict that names both", async () => {
    await assign({ Name: "One" });
    await assign({ Name: "Two" });
    const { message } = await failureOf(make({ ...desired, adopt: true }));
    expect(message).toMatch(/several candidates: .*"One".*"Two"/);
  });
});

describe("an interrupted run", () => {
  test("whose write landed without an answer goes on with what it made: one assignment, scoped", async () => {
    tenant.running.faults.set([{ match: { operation: "New-ManagementRoleAssignment" }, effect: "lostAnswer" }]);
    const made = await make();
    expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id }]);
    expect(operations()).toEqual(["New-ManagementRoleAssignment"]);
    expect(reach()).toEqual([ad, eva]);
  });

  test("that died after the write goes on with what it made", async () => {
    const first = await make();
    const again = await make();
    expect(again.id).toBe(first.id);
    expect(operations()).toEqual(["New-ManagementRoleAssignment"]);
  });

  test.each(["lostAnswer", "dropped", "error500", "forbidden"] as const)(
    "(%s in every write) never opens more than the list, and the next one finishes",
    async (effect) => {
      tenant.running.faults.set(
        ["New-ManagementRoleAssignment", "Set-ManagementRoleAssignment"].map((operation) => ({
          match: { operation },
          effect,
          times: 99,
        })),
      );
      const { recorded } = await tryUp(roleAssignment, await tenant.open(), desired);
      tenant.running.faults.set([]);
      const made = await up(roleAssignment, await tenant.open(), desired, recorded);
      expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id, enabled: true }]);
      expect(
        applicationReaches(tenant)
          .flat()
          .filter((address) => ![ad, eva].includes(address)),
      ).toEqual([]);
    },
  );
});

describe("removing an app's assignment", () => {
  test("shuts every mailbox and leaves everything else as it was", async () => {
    const before = tenant.dump();
    await roleAssignment.remove(await tenant.open(), await make());
    expect(reach()).toEqual([]);
    expect(tenant.dump()).toEqual(before);
  });

  test("that went with its app is done", async () => {
    const made = await make();
    await tenant.graph("DELETE", `/servicePrincipals/${app.objectId}`);
    tenant.running.clock.settle();
    await roleAssignment.remove(await tenant.open(), made);
    expect(await roleAssignment.read(await tenant.open(), made)).toBeUndefined();
  });

  test("works without its scope", async () => {
    const made = await make(wide);
    const recorded = { id: made.id, properties: { ...made.properties, scope: "0e0e0e0e-0000-4000-8000-000000000001" } };
    await roleAssignment.remove(await tenant.open(), recorded);
    expect(ours()).toEqual([]);
  });
});

describe("the name of an app's assignment", () => {
  const base = fc.string({ minLength: 1, maxLength: 80 });
  const roles = fc.constantFrom(...applicationRoles);
  const reaches = fc.constantFrom("group" as const, "organization" as const);

  test("has at most 64 characters and begins with the role", () => {
    fc.assert(
      fc.property(roles, base, reaches, (each, text, wanted) => {
        const name = applicationAssignmentName(each, text, wanted);
        expect(name.length).toBeLessThanOrEqual(64);
        expect(name.startsWith(`${each}-`) || name === each).toBe(true);
        expect(name).toBe(name.trimEnd());
      }),
    );
  });

  test("differs from role to role and between the reaches", () => {
    const both = ["group", "organization"] as const;
    for (const text of [applicationName, "x".repeat(64)]) {
      const all = applicationRoles.flatMap((each) => both.map((to) => applicationAssignmentName(each, text, to)));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test("stays one of its own where it is cut: two apps whose names begin alike are two", () => {
    const [north, south] = ["Noord", "Zuid"].map((region) =>
      applicationAssignmentName(applicationRole, `Agendatoegang Buitendienst Regio ${region}`, "group"),
    );
    expect(north).not.toBe(south);
    // For ever: the state of every stack holds such names.
    expect(north).toBe("Application Calendars.ReadWrite-Agendatoegang Buitendie-67ac6335");
    fc.assert(
      fc.property(roles, base, base, reaches, (each, one, other, wanted) => {
        fc.pre(one.trimEnd() !== other.trimEnd());
        expect(applicationAssignmentName(each, one, wanted)).not.toBe(applicationAssignmentName(each, other, wanted));
      }),
    );
  });

  test("that is cut off is accepted, found again and shows no difference", async () => {
    const name = applicationAssignmentName(applicationRole, "Calendar access of the field staff in the north", "group");
    expect(name).toHaveLength(64);
    const made = await make({ ...desired, name });
    const preview = await previewOf(roleAssignment, await tenant.open(), made, { ...desired, name });
    expect(preview).toEqual({ changed: [], replaces: [] });
    expect((await make({ ...desired, name })).id).toBe(made.id);
  });

  test("of more than 64 characters is refused with nothing made", async () => {
    const { message } = await failureOf(make({ ...desired, name: "x".repeat(65) }));
    expect(message).toMatch(/64/);
    expect(ours()).toEqual([]);
  });
});

test("a mailbox that joins the list changes nothing of the assignment", async () => {
  const made = await make();
  const more = { ...desired, members: tenant.lines(ad, eva, gijs) };
  expect(roleAssignment.diff(made.properties, more).changes).toBe(false);
});
