/** The role assignment of impersonation: born scoped, drift, changes of reach, and what is there already. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { UnfinishedError, type Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { wholeOrganization } from "../../resources/lifecycle/assignmentName.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import type { RoleAssignment } from "../../simulator/tenant/exchangeModel.ts";
import { markOf, markOfUse } from "../../resources/lifecycle/mark.ts";
import {
  assignmentInputs,
  mark,
  names,
  previewOf,
  role,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  tryUp,
  up,
} from "../support/access.ts";
import { afterWrite, beforeWrite, failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { reachAfterEachWrite } from "../support/reach.ts";
import { ad, eva, gijs, dirk, serviceUser } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let desired: Properties;
let wide: Properties;
let group: Recorded;
let scope: Recorded;
let ownRoleGroup: Recorded;

beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  const user = await tenant.makeUser(serviceUser, mark);
  ownRoleGroup = await roleGroup.create(context, roleGroupInputs(user));
  group = await securityGroup.create(context, securityGroupInputs(tenant));
  scope = await managementScope.create(context, scopeInputs(group.id, ownRoleGroup.id));
  desired = assignmentInputs(tenant, ownRoleGroup.id, scope.id);
  wide = assignmentInputs(tenant, ownRoleGroup.id, "");
  restore = tenant.save();
});
beforeEach(() => {
  restore();
  Object.assign(tenant.running.simulator.switches, { impersonationRole: "available", scopeByGuid: true });
});
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };

function ours(): RoleAssignment[] {
  return tenant.tenant.assignments.filter(({ assignee }) => assignee === ownRoleGroup.id);
}

async function make(inputs: Properties = desired): Promise<Recorded> {
  return up(roleAssignment, await tenant.open(), inputs);
}

/** What the service user can reach now. */
function reach(): readonly string[] {
  return (tenant.running.journal.entries.at(-1)?.reach[serviceUser] as readonly string[] | undefined) ?? [];
}

/** The service user's reach after each write so far; the first test of "never wider". */
function reaches(): (readonly string[])[] {
  return reachAfterEachWrite(tenant.running.journal.entries, serviceUser);
}

describe("a role assignment", () => {
  test("is born with its scope, in one call, and opens exactly the listed mailboxes", async () => {
    const made = await make();
    expect(ours()).toMatchObject([
      {
        guid: made.id,
        name: names.assignment,
        assigneeType: "RoleGroup",
        recipientWriteScope: "CustomRecipientScope",
        scope: scope.id,
        enabled: true,
        delegation: "Regular",
      },
    ]);
    expect(tenant.running.journal.entries.map(({ operation }) => operation)).toEqual(["New-ManagementRoleAssignment"]);
    expect(reach()).toEqual([ad, eva]);
    expect(made.properties).toMatchObject(desired);
  });

  test("opens the whole organization only where that was asked for by name", async () => {
    await make(wide);
    expect(ours()).toMatchObject([{ recipientWriteScope: "Organization", scope: null }]);
    expect(reach().length).toBeGreaterThan(30);
  });

  test("is given only after the mailboxes inside its scope have been compared with the list", async () => {
    await make();
    const calls = tenant.calls();
    const born = calls.lastIndexOf("New-ManagementRoleAssignment");
    const compared = calls.lastIndexOf("Get-Recipient", born);
    expect(compared).toBeGreaterThan(-1);
    // Nothing is written in between: what was compared is what is opened.
    expect(calls.slice(compared, born).filter((call) => !call.startsWith("Get-"))).toEqual([]);
  });

  test.each([
    ["somebody else is in the group", "Add-DistributionGroupMember", dirk, `Not listed but inside: ${dirk}`],
    ["a listed mailbox is not in the group", "Remove-DistributionGroupMember", eva, `Listed but not inside: ${eva}`],
  ])("is not given while %s", async (_what, cmdlet, Member, text) => {
    await tenant.byHand(cmdlet, { Identity: group.id, Member, ...bypass });
    const before = tenant.dump();
    expect((await failureOf(make())).message).toMatch(new RegExp(`no access was given\\..*${text}`));
    expect(tenant.dump()).toEqual(before);
  });

  test("waits for a member that is on its way", async () => {
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: group.id, Member: eva, ...bypass });
    const context = await tenant.open();
    tenant.running.clock.after(20_000, "the member comes back", () => {
      const live = tenant.tenant.recipients.find(({ guid }) => guid === group.id);
      live?.group?.members.push(tenant.recipient(eva).guid);
    });
    await up(roleAssignment, context, desired);
    expect(reach()).toEqual([ad, eva]);
    expect(context.lines.join("\n")).toContain("waiting for the scope to hold exactly the listed mailboxes");
  });

  test("is not given through a scope whose filter is not a list of groups", async () => {
    await tenant.byHand("Set-ManagementScope", { Identity: scope.id, RecipientRestrictionFilter: "Alias -like 'a*'" });
    expect((await failureOf(make())).message).toContain("its filter is not a list of groups");
    expect(ours()).toEqual([]);
  });

  test("asks again, always with the scope, while another back end does not show scope or group", async () => {
    const context = await tenant.open();
    const live = tenant.tenant.roleGroups.find(({ guid }) => guid === ownRoleGroup.id);
    if (live === undefined) throw new Error("no role group");
    live.visibleAt = tenant.running.clock.now() + 20_000;
    await up(roleAssignment, context, desired);
    expect(context.lines.join("\n")).toContain("waiting for Exchange to accept the role assignment");
    expect(tenant.calls().filter((call) => call === "New-ManagementRoleAssignment").length).toBeGreaterThan(1);
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
  });

  test("shows no difference, and makes no write, where nothing changed", async () => {
    const made = await make();
    const writes = tenant.running.journal.entries.length;
    expect(await previewOf(roleAssignment, await tenant.open(), made, desired)).toEqual({ changed: [], replaces: [] });
    expect(await up(roleAssignment, await tenant.open(), desired, made)).toEqual(made);
    expect(tenant.running.journal.entries).toHaveLength(writes);
  });

  test("does not differ when only the members of the list changed", async () => {
    const made = await make();
    const more = { ...desired, members: tenant.lines(ad, eva, gijs) };
    expect(roleAssignment.diff(made.properties, more).changes).toBe(false);
  });
});

describe("an assignment that is born wider than asked", () => {
  test("is disabled at once, recorded, and stays shut until regrant", async () => {
    const racing = afterWrite(await tenant.open(), "New-ManagementRoleAssignment", () =>
      tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass }),
    );
    const { recorded, error } = await tryUp(roleAssignment, racing, desired);
    expect(error).toBeInstanceOf(UnfinishedError);
    expect(error?.message).toMatch(/its scope holds mailboxes that are not listed: dirk.*The assignment was disabled/);
    expect(ours()).toMatchObject([{ guid: recorded?.id, enabled: false }]);
    expect(reach()).toEqual([]);

    await tenant.byHand("Remove-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    await up(roleAssignment, await tenant.open(), desired, recorded);
    expect(ours()).toMatchObject([{ enabled: false }]);
    await up(roleAssignment, await tenant.open(), { ...desired, regrant: true }, recorded);
    expect(reach()).toEqual([ad, eva]);
  });

  test("is disabled too where nobody can tell what its scope holds", async () => {
    const racing = afterWrite(await tenant.open(), "New-ManagementRoleAssignment", () =>
      tenant.byHand("Set-ManagementScope", { Identity: scope.id, RecipientRestrictionFilter: "Alias -like 'a*'" }),
    );
    const { error } = await tryUp(roleAssignment, racing, desired);
    expect(error?.message).toContain("its filter is not a list of groups");
    expect(ours()).toMatchObject([{ enabled: false }]);
  });
});

describe.each([true, false])("the scope of an assignment (Exchange takes its GUID: %s)", (scopeByGuid) => {
  beforeEach(async () => {
    Object.assign(tenant.running.simulator.switches, { scopeByGuid });
    await tenant.byHand("New-ManagementScope", { Name: "Everybody", RecipientRestrictionFilter: "Alias -like '*'" });
  });

  /** The setting names.scope says the name of somebody else's scope, and only the assignment is brought up. */
  const misnamed = (): Properties => ({ ...desired, writeScope: "Everybody" });

  /** Our scope gets another name, and somebody else's gets ours. */
  const swapNames = async (): Promise<void> => {
    await tenant.byHand("Set-ManagementScope", { Identity: scope.id, Name: "No longer ours" });
    await tenant.byHand("Set-ManagementScope", { Identity: "Everybody", Name: names.scope });
  };

  const wider = (): readonly string[] =>
    reaches()
      .flat()
      .filter((address) => ![ad, eva].includes(address));

  test("is the one that was compared with the list, whatever scope bears the name of the settings", async () => {
    const made = await make(misnamed());
    expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id, enabled: true }]);
    expect(reach()).toEqual([ad, eva]);
    expect(wider()).toEqual([]);
  });

  test("stays that one where such a name comes later, in place and in a replacement", async () => {
    const made = await make();
    const start = tenant.running.journal.entries.length;
    const same = await up(roleAssignment, await tenant.open(), misnamed(), made);
    expect(tenant.running.journal.entries).toHaveLength(start);
    await up(roleAssignment, await tenant.open(), { ...misnamed(), name: "Access of CallPro" }, same);
    expect(ours()).toMatchObject([{ name: "Access of CallPro", scope: scope.id }]);
    expect(wider()).toEqual([]);
  });

  test("comes back by hand-made drift to the one that the stack holds", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, CustomRecipientWriteScope: "Everybody" });
    await up(roleAssignment, await tenant.open(), misnamed(), made);
    expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id, enabled: true }]);
    expect(reach()).toEqual([ad, eva]);
  });

  test("cannot be exchanged by new names while the assignment is born: at worst it is shut at once", async () => {
    let races = scopeByGuid ? 1 : 2;
    const racing = beforeWrite(await tenant.open(), "New-ManagementRoleAssignment", async () => {
      races -= 1;
      if (races === 0) await swapNames();
    });
    const { recorded, error } = await tryUp(roleAssignment, racing, desired);
    if (scopeByGuid) {
      expect(error).toBeUndefined();
      expect(ours()).toMatchObject([{ scope: scope.id, enabled: true }]);
      expect(wider()).toEqual([]);
      return;
    }
    expect(error).toBeInstanceOf(UnfinishedError);
    expect(error?.message).toContain(", the stack's own. The assignment was disabled");
    expect(ours()).toMatchObject([{ guid: recorded?.id, enabled: false }]);
    expect(tenant.running.journal.entries.map(({ operation }) => operation).slice(-2)).toEqual([
      "New-ManagementRoleAssignment",
      "Set-ManagementRoleAssignment",
    ]);
    expect(reach()).toEqual([]);
  });

  test("nor while it is given back to one that lost it", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, RecipientRelativeWriteScope: "Self" });
    let races = scopeByGuid ? 1 : 2;
    const racing = beforeWrite(await tenant.open(), "Set-ManagementRoleAssignment", async () => {
      races -= 1;
      if (races === 0) await swapNames();
    });
    const { error } = await tryUp(roleAssignment, racing, desired, made);
    if (scopeByGuid) expect(error).toBeUndefined();
    else expect(error?.message).toContain(", the stack's own. The assignment was disabled");
    expect(ours()).toMatchObject([{ enabled: scopeByGuid }]);
    expect(reach()).toEqual(scopeByGuid ? [ad, eva] : []);
  });
});

describe("drift of the assignment", () => {
  test("a scope taken away shows, and comes back without any delay", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: made.id,
      RecipientRelativeWriteScope: "Organization",
    });
    const { changed, replaces } = await previewOf(roleAssignment, await tenant.open(), made, desired);
    expect(changed.sort()).toEqual(["scope", "writeScope"]);
    expect(replaces).toEqual([]);
    // Even while the group holds somebody who is not listed: any scope is narrower than none.
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id }]);
    expect(reach()).toEqual([ad, dirk, eva]);
  });

  test("another scope shows by its name, and ours comes back", async () => {
    const made = await make();
    await tenant.byHand("New-ManagementScope", { Name: "Everybody", RecipientRestrictionFilter: "Alias -like '*'" });
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, CustomRecipientWriteScope: "Everybody" });
    const reading = await roleAssignment.read(await tenant.open(), made);
    expect(reading?.inputs["writeScope"]).toBe("Everybody (CustomRecipientScope)");
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(reach()).toEqual([ad, eva]);
  });

  test("an emergency stop shows, is respected, and ends only with regrant", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, Enabled: false });
    expect((await previewOf(roleAssignment, await tenant.open(), made, desired)).changed).toEqual(["enabled"]);
    const writes = tenant.running.journal.entries.length;
    const context = await tenant.open();
    const stopped = await up(roleAssignment, context, desired, made);
    expect(tenant.running.journal.entries).toHaveLength(writes);
    // The engine's plan shows it as a change: it is said that it is none.
    expect(context.lines).toContainEqual(
      expect.stringMatching(/enabled is false: somebody stopped it\. up leaves it so/),
    );
    expect(stopped.properties["enabled"]).toBe(false);
    expect(ours()).toMatchObject([{ enabled: false }]);
    await up(roleAssignment, await tenant.open(), { ...desired, regrant: true }, stopped);
    expect(ours()).toMatchObject([{ enabled: true, scope: scope.id }]);
  });

  test("a stopped assignment without scope gets its scope back and stays stopped", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: made.id,
      Enabled: false,
      RecipientRelativeWriteScope: "Organization",
    });
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(ours()).toMatchObject([{ enabled: false, scope: scope.id }]);
  });

  test("is not opened again by regrant while the group holds somebody who is not listed", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: made.id, Enabled: false });
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    const error = await failureOf(up(roleAssignment, await tenant.open(), { ...desired, regrant: true }, made));
    expect(error.message).toContain(`Not listed but inside: ${dirk}`);
    expect(ours()).toMatchObject([{ enabled: false }]);
  });
});

describe("a change of reach", () => {
  test("from the listed mailboxes to the whole organization is one call that says so", async () => {
    const made = await make();
    const start = tenant.running.journal.entries.length;
    const { replaces } = await previewOf(roleAssignment, await tenant.open(), made, wide);
    expect(replaces).toEqual([]);
    const widened = await up(roleAssignment, await tenant.open(), wide, made);
    expect(widened.id).toBe(made.id);
    expect(tenant.running.journal.entries.slice(start).map(({ operation }) => operation)).toEqual([
      "Set-ManagementRoleAssignment",
    ]);
    expect(ours()).toMatchObject([{ recipientWriteScope: "Organization", scope: null }]);
  });

  test("from the whole organization to the listed mailboxes is one call with the scope", async () => {
    const made = await make(wide);
    await up(roleAssignment, await tenant.open(), desired, made);
    expect(ours()).toMatchObject([{ guid: made.id, scope: scope.id }]);
    expect(reach()).toEqual([ad, eva]);
  });
});

describe("a replacement", () => {
  test("for a new name makes the new one first, scoped, and then removes the old one", async () => {
    const made = await make();
    const start = tenant.running.journal.entries.length;
    const renamed = { ...desired, name: "Access of CallPro" };
    expect((await previewOf(roleAssignment, await tenant.open(), made, renamed)).replaces).toEqual(["name"]);
    const successor = await up(roleAssignment, await tenant.open(), renamed, made);
    expect(successor.id).not.toBe(made.id);
    expect(ours()).toMatchObject([{ guid: successor.id, name: "Access of CallPro", scope: scope.id }]);
    const entries = tenant.running.journal.entries.slice(start);
    expect(entries.map(({ operation }) => operation)).toEqual([
      "New-ManagementRoleAssignment",
      "Remove-ManagementRoleAssignment",
    ]);
    expect(reachAfterEachWrite(entries, serviceUser)).toEqual([
      [ad, eva],
      [ad, eva],
    ]);
  });

  test("for another role removes first: the name can be had once", async () => {
    const made = await make();
    const other = { ...desired, role: "Mail Recipients" };
    expect(roleAssignment.diff(made.properties, other)).toMatchObject({
      replaces: ["role"],
      deleteBeforeReplace: true,
    });
    const successor = await up(roleAssignment, await tenant.open(), other, made);
    expect(successor.id).not.toBe(made.id);
    expect(ours()).toHaveLength(1);
  });
});

describe("an assignment that is there already", () => {
  const adopting = { adopt: true };
  const assign = (parameters: Record<string, string> = {}): Promise<void> =>
    tenant.byHand("New-ManagementRoleAssignment", {
      Name: names.assignment,
      Role: role,
      SecurityGroup: ownRoleGroup.id,
      ...parameters,
    });

  test("is the stack's own where an interrupted run left it on the marked role group, with our name and scope", async () => {
    await assign({ CustomRecipientWriteScope: names.scope });
    const [{ guid } = { guid: "" }] = ours();
    const context = await tenant.open();
    const made = await up(roleAssignment, context, desired);
    expect(made.id).toBe(guid);
    expect(ours()).toHaveLength(1);
    expect(context.lines.join("\n")).toContain("made by an earlier, interrupted run of this stack");
  });

  test("is not the stack's own without its scope", async () => {
    await assign();
    const before = tenant.dump();
    expect((await failureOf(make())).message).toContain("was not made by this stack");
    expect(tenant.dump()).toEqual(before);
  });

  test("is taken over under any name where adopt says so, and narrowed at once", async () => {
    await assign({ Name: "ApplicationImpersonation-7" });
    const start = tenant.running.journal.entries.length;
    const made = await make({ ...desired, ...adopting });
    expect(ours()).toMatchObject([{ guid: made.id, name: "ApplicationImpersonation-7", scope: scope.id }]);
    const entries = tenant.running.journal.entries.slice(start);
    expect(entries.map(({ operation }) => operation)).toEqual(["Set-ManagementRoleAssignment"]);
    const wanted = { ...desired, ...adopting };
    expect(await previewOf(roleAssignment, await tenant.open(), made, wanted)).toEqual({ changed: [], replaces: [] });
  });

  test.each([
    ["goes, and says so, where the stack gave it its scope", {}, 0, "cannot be kept: the stack put it on the scope"],
    [
      "stays where it was on that scope before, and says that it is open",
      { CustomRecipientWriteScope: names.scope },
      1,
      "stays with the password that it has",
    ],
  ])("that is to be kept %s", async (_what, place, left, said) => {
    await assign({ Name: "By hand", ...place });
    const made = await make({ ...desired, ...adopting, onDestroy: "keep" });
    const context = await tenant.open();
    await roleAssignment.remove(context, made);
    expect(ours()).toHaveLength(left);
    expect(context.lines.join("\n")).toContain(said);
  });

  test.each([
    ["the director", { User: dirk }, `it assigns ${role} to dirk.directeur`],
    [
      "another role group",
      { SecurityGroup: "Organization Management" },
      `it assigns ${role} to Organization Management`,
    ],
  ])("of our name cannot be taken over where it is for %s", async (_who, assignee, text) => {
    await tenant.byHand("New-ManagementRoleAssignment", { Name: names.assignment, Role: role, ...assignee });
    const before = tenant.dump();
    expect((await failureOf(make({ ...desired, ...adopting }))).message).toContain(text);
    expect(tenant.dump()).toEqual(before);
  });

  test("twice is a conflict that names both", async () => {
    await assign({ Name: "One" });
    await assign({ Name: "Two" });
    const error = await failureOf(make({ ...desired, ...adopting }));
    expect(error.message).toMatch(/several candidates: .*"One".*"Two"/);
  });

  test("beside a delegating one is found, and the delegating one is left alone", async () => {
    await assign({ Name: "To hand on", Delegating: true as unknown as string });
    await assign({ CustomRecipientWriteScope: names.scope });
    const made = await make();
    expect(ours().find(({ guid }) => guid === made.id)).toMatchObject({
      name: names.assignment,
      delegation: "Regular",
    });
    expect(ours()).toHaveLength(2);
  });
});

describe("a role that Exchange does not give", () => {
  test.each(["refused", "missing"] as const)("(%s) says that, and what destroy will clean", async (position) => {
    tenant.running.simulator.switches.impersonationRole = position;
    const before = tenant.dump();
    const { message } = await failureOf(make());
    expect(message).toMatch(/Exchange refused to assign ApplicationImpersonation: .*No access was given/);
    expect(message).toContain('the access mode "application" does the same job');
    expect(message).toContain("Run destroy to remove what was made before it");
    expect(message).not.toContain("\n");
    expect(tenant.dump()).toEqual(before);
  });

  test("for want of a right says so, and does not speak of a retired role when Exchange is only busy", async () => {
    tenant.running.faults.set([
      { match: { operation: "New-ManagementRoleAssignment" }, effect: "throttle", retryAfter: 0, times: 99 },
    ]);
    const { message } = await failureOf(make());
    expect(message).not.toContain("retired");
    expect(message).not.toContain("Microsoft has removed");
    expect(ours()).toEqual([]);
  });
});

describe("removing an assignment", () => {
  test("shuts every mailbox and leaves everything else as it was", async () => {
    const before = tenant.dump();
    const made = await make();
    await roleAssignment.remove(await tenant.open(), made);
    expect(reach()).toEqual([]);
    expect(tenant.dump()).toEqual(before);
  });

  test("is refused where another stack's mark stands on the role group, too: its access would go", async () => {
    const made = await make();
    const other = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");
    const note = async (Description: string): Promise<void> =>
      tenant.byHand("Set-RoleGroup", { Identity: ownRoleGroup.id, Description, ...bypass });
    await note(`${mark}\n${markOfUse(other)}`);
    const { message } = await failureOf(roleAssignment.remove(await tenant.open(), made));
    expect(message).toMatch(/another stack, calendar-access\/fabrikam .* holds it, too.* Nothing was removed\.$/);
    expect(ours()).toHaveLength(1);
    await note(mark);
    await roleAssignment.remove(await tenant.open(), made);
    expect(ours()).toEqual([]);
  });

  test("that is gone already is done", async () => {
    const made = await make();
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: made.id });
    await roleAssignment.remove(await tenant.open(), made);
    expect(await roleAssignment.read(await tenant.open(), made)).toBeUndefined();
  });

  test("works without its scope, its group or its role group", async () => {
    const made = await make(wide);
    const recorded = { id: made.id, properties: { ...made.properties, scope: "0e0e0e0e-0000-4000-8000-000000000001" } };
    await roleAssignment.remove(await tenant.open(), recorded);
    expect(ours()).toEqual([]);
    expect(wide["writeScope"]).toBe(wholeOrganization);
  });
});
