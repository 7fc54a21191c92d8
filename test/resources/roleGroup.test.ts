/** The role group: made without roles, drifted, taken over, removed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { markOf, markOfUse } from "../../resources/lifecycle/mark.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { mark, names, previewOf, role, roleGroupInputs, up } from "../support/access.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { gijs, serviceUser } from "../support/people.ts";

const otherMark = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");

let tenant: TestTenant;
let restore: () => void;
let user: string;
let desired: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  user = await tenant.makeUser(serviceUser, mark);
  desired = roleGroupInputs(user);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const live = (): ReturnType<typeof ours> => ours();
function ours() {
  return tenant.tenant.roleGroups.filter(({ builtIn }) => !builtIn);
}

describe("a role group", () => {
  test("is made without roles, marked as the stack's, with the service user as its only member", async () => {
    const context = await tenant.open();
    const made = await up(roleGroup, context, desired);
    expect(live()).toMatchObject([
      { guid: made.id, name: names.roleGroup, description: mark, members: [tenant.recipient(serviceUser).guid] },
    ]);
    expect(tenant.tenant.assignments.filter(({ assignee }) => assignee === made.id)).toEqual([]);
    expect(made.properties).toMatchObject({ ...desired, tenantId: context.tenantId, description: mark });
  });

  test("is named after the user's principal name alone where that is all that was given", async () => {
    const made = await up(roleGroup, await tenant.open(), { ...desired, members: serviceUser });
    expect(made.properties["members"]).toBe(user);
  });

  test("shows no difference, and makes no write, where nothing changed", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    const writes = tenant.running.journal.entries.length;
    const context = await tenant.open();
    expect(await previewOf(roleGroup, context, made, desired)).toEqual({ changed: [], replaces: [] });
    expect(await up(roleGroup, context, desired, made)).toEqual(made);
    expect(tenant.running.journal.entries).toHaveLength(writes);
  });

  test("that somebody renamed gets its name back", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    await tenant.byHand("Set-RoleGroup", { Identity: made.id, Name: "Renamed", BypassSecurityGroupManagerCheck: true });
    const context = await tenant.open();
    expect(await previewOf(roleGroup, context, made, desired)).toEqual({ changed: ["name"], replaces: [] });
    await up(roleGroup, context, desired, made);
    expect(live()).toMatchObject([{ guid: made.id, name: names.roleGroup }]);
  });

  test("gets its mark back where somebody took it off, behind what he wrote there", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    for (const [text, repaired] of [
      ["", mark],
      ["Ask Jan first", `Ask Jan first\n${mark}`],
    ] as const) {
      await tenant.byHand("Set-RoleGroup", {
        Identity: made.id,
        Description: text,
        BypassSecurityGroupManagerCheck: true,
      });
      const context = await tenant.open();
      expect(await previewOf(roleGroup, context, made, desired)).toEqual({ changed: ["marked"], replaces: [] });
      await up(roleGroup, context, desired, made);
      expect(live()).toMatchObject([{ guid: made.id, description: repaired }]);
      expect((await previewOf(roleGroup, await tenant.open(), made, desired)).changed).toEqual([]);
    }
  });

  test("without room for its mark, or with one that Exchange does not take, is gone on with", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    const write = async (Description: string): Promise<void> => {
      await tenant.byHand("Set-RoleGroup", { Identity: made.id, Description, BypassSecurityGroupManagerCheck: true });
    };
    await write("x".repeat(1000));
    expect((await previewOf(roleGroup, await tenant.open(), made, desired)).changed).toEqual([]);
    await write("Somebody's words");
    tenant.running.faults.set([{ match: { operation: "Set-RoleGroup" }, effect: "forbidden", times: 99 }]);
    const context = await tenant.open();
    await up(roleGroup, context, desired, made);
    tenant.running.faults.set([]);
    expect(context.lines.join("\n")).toContain(
      "role group: Description was not written, so it does not bear this stack's mark",
    );
    expect(live()).toMatchObject([{ description: "Somebody's words" }]);
  });

  test("that somebody joined has the service user as its only member again", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    await tenant.byHand("Add-RoleGroupMember", {
      Identity: made.id,
      Member: gijs,
      BypassSecurityGroupManagerCheck: true,
    });
    const context = await tenant.open();
    const preview = await previewOf(roleGroup, context, made, desired);
    expect(preview).toEqual({ changed: ["members"], replaces: [] });
    expect((await roleGroup.read(context, made))?.inputs["members"]).toBe(tenant.lines(gijs) + user);
    await up(roleGroup, context, desired, made);
    expect(live()).toMatchObject([{ members: [tenant.recipient(serviceUser).guid] }]);
  });

  test("that lost the service user gets it back", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    await tenant.byHand("Remove-RoleGroupMember", {
      Identity: made.id,
      Member: serviceUser,
      BypassSecurityGroupManagerCheck: true,
    });
    const context = await tenant.open();
    expect((await previewOf(roleGroup, context, made, desired)).changed).toEqual(["members"]);
    await up(roleGroup, context, desired, made);
    expect(live()).toMatchObject([{ members: [tenant.recipient(serviceUser).guid] }]);
  });

  test("takes a new name in place", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    const updated = await up(roleGroup, await tenant.open(), { ...desired, name: "Other name" }, made);
    expect(updated.id).toBe(made.id);
    expect(live()).toMatchObject([{ guid: made.id, name: "Other name", displayName: "Other name" }]);
  });

  test("takes another user in place", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    const other = await tenant.makeUser("svcOther@buitendienst.onmicrosoft.com");
    await up(roleGroup, await tenant.open(), { ...desired, members: other }, made);
    expect(live()).toMatchObject([{ guid: made.id, members: [tenant.recipient("svcOther").guid] }]);
  });

  test("waits for a service user that is still on its way from Entra, and says so", async () => {
    tenant.running.simulator.delays.entraToExchange = 90_000;
    const context = await tenant.open();
    const token = tenant.tenant.users.length;
    const other = "svcLate@buitendienst.onmicrosoft.com";
    const line = await tenant.makeUser(other, mark, { settle: false });
    expect(tenant.tenant.users).toHaveLength(token + 1);
    const made = await up(roleGroup, context, { ...desired, members: line });
    expect(made.properties["members"]).toBe(line);
    expect(context.lines.join("\n")).toMatch(/waiting for Exchange to know svcLate@.*15 min at most/);
    tenant.running.simulator.delays.entraToExchange = 40;
  });

  test("waits while Exchange still knows the name as a user before", async () => {
    const context = await tenant.open();
    const { externalDirectoryObjectId: old } = tenant.recipient(serviceUser);
    const successor = "0e0e0e0e-0000-4000-8000-000000000001";
    tenant.running.clock.after(60_000, "the new user to Exchange", () => {
      tenant.recipient(serviceUser).externalDirectoryObjectId = successor;
    });
    const line = `${serviceUser} ${successor}\n`;
    const made = await up(roleGroup, context, { ...desired, members: line });
    expect(made.properties["members"]).toBe(line);
    expect(old).not.toBe(successor);
  });

  test("is not made for a name that Exchange knows as another user for good", async () => {
    const line = `${serviceUser} 0e0e0e0e-0000-4000-8000-000000000001\n`;
    const error = await failureOf(up(roleGroup, await tenant.open(), { ...desired, members: line }));
    expect(error.message).toMatch(/Exchange knows .* but the stack means 0e0e0e0e/);
    expect(live()).toEqual([]);
  });

  test("cannot be made of a user that does not exist: the check says so", async () => {
    const context = await tenant.open();
    const { problems } = await roleGroup.check(context, undefined, { ...desired, members: "nobody@x.example" });
    expect(problems).toEqual([expect.stringContaining("there is no user nobody@x.example in this tenant")]);
  });

  test("of users without a mailbox fails with Exchange's own words where Exchange wants one", async () => {
    tenant.running.simulator.switches.roleGroupMemberNeedsMailbox = true;
    const error = await failureOf(up(roleGroup, await tenant.open(), desired));
    tenant.running.simulator.switches.roleGroupMemberNeedsMailbox = false;
    expect(error.message).toMatch(/^role group: New-RoleGroup: .*can't be a member of a role group/);
    expect(live()).toEqual([]);
  });

  test("is found again under any name after an interrupted run, and gets the name that was asked for", async () => {
    await up(roleGroup, await tenant.open(), desired);
    const [{ guid } = { guid: "" }] = live();
    const context = await tenant.open();
    const made = await up(roleGroup, context, { ...desired, name: "Other name" });
    expect(made.id).toBe(guid);
    expect(live()).toMatchObject([{ guid, name: "Other name" }]);
    expect(context.lines.join("\n")).toContain("made by an earlier, interrupted run of this stack");
  });
});

describe("a role group of others", () => {
  const makeByHand = async (parameters: Record<string, string | string[]> = {}): Promise<void> => {
    await tenant.byHand("New-RoleGroup", {
      Name: names.roleGroup,
      Members: [serviceUser],
      Description: "By hand",
      ...parameters,
    });
  };

  test("is a conflict that touches nothing", async () => {
    await makeByHand();
    const before = tenant.dump();
    const error = await failureOf(up(roleGroup, await tenant.open(), desired));
    expect(error.message).toMatch(/role group "CallPro Calendar Access" \(.*\) exists and was not made by this stack/);
    expect(tenant.dump()).toEqual(before);
  });

  test("is taken over where adopt says so, with the name that it has", async () => {
    await tenant.byHand("New-RoleGroup", { Name: "Beheerdersrol 7", DisplayName: names.roleGroup });
    const [{ guid } = { guid: "" }] = live();
    const adopting = { ...desired, adopt: true };
    const made = await up(roleGroup, await tenant.open(), adopting);
    expect(made.id).toBe(guid);
    expect(live()).toMatchObject([{ name: "Beheerdersrol 7", members: [tenant.recipient(serviceUser).guid] }]);
    const context = await tenant.open();
    expect(await previewOf(roleGroup, context, made, adopting)).toEqual({ changed: [], replaces: [] });
  });

  test("that was taken over is renamed only when another name is asked for", async () => {
    await makeByHand({ Name: "Beheerdersrol 7", DisplayName: names.roleGroup });
    const adopting = { ...desired, adopt: true };
    const made = await up(roleGroup, await tenant.open(), adopting);
    await up(roleGroup, await tenant.open(), { ...adopting, name: "Wanted" }, made);
    expect(live()).toMatchObject([{ name: "Wanted" }]);
  });

  test("that was taken over goes at destroy, or stays where onDestroy says so", async () => {
    await makeByHand();
    const adopting = { ...desired, adopt: true };
    const made = await up(roleGroup, await tenant.open(), adopting);
    const keeping = { ...adopting, onDestroy: "keep" };
    expect((await previewOf(roleGroup, await tenant.open(), made, keeping)).changed).toEqual(["onDestroy"]);
    const kept = await up(roleGroup, await tenant.open(), keeping, made);
    const context = await tenant.open();
    await roleGroup.remove(context, kept);
    expect(live()).toHaveLength(1);
    expect(context.lines.join("\n")).toContain("is kept, as onDestroy says");
    await roleGroup.remove(await tenant.open(), made);
    expect(live()).toEqual([]);
  });

  test("that was taken over says so behind its own description, until the stack lets go of it", async () => {
    await makeByHand();
    const keeping = { ...desired, adopt: true, onDestroy: "keep" };
    const made = await up(roleGroup, await tenant.open(), keeping);
    const marked = `By hand\n${markOfUse(mark)}`;
    expect(live()).toMatchObject([{ description: marked }]);
    // A state without it is not this stack's: it did not make it.
    expect((await failureOf(up(roleGroup, await tenant.open(), desired))).message).toContain("was not made by");
    // Also where it was taken over before there was such a mark, and where somebody took it off.
    await tenant.byHand("Set-RoleGroup", {
      Identity: made.id,
      Description: "By hand",
      BypassSecurityGroupManagerCheck: true,
    });
    const kept = await up(roleGroup, await tenant.open(), { ...keeping, adopt: false }, made);
    expect(live()).toMatchObject([{ description: marked }]);
    await roleGroup.remove(await tenant.open(), kept);
    expect(live()).toMatchObject([{ description: "By hand" }]);
  });

  test("goes with what others hung on it, which a destroy names", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Other use",
      Role: "Mail Recipients",
      SecurityGroup: made.id,
    });
    const context = await tenant.open();
    await roleGroup.remove(context, made);
    expect(context.lines.join("\n")).toContain(
      'with it go role assignments that others hung on it: "Other use" (Mail Recipients).',
    );
    expect(live()).toEqual([]);
  });

  test("that another stack holds, too, is marked by both, which each run says, and no destroy removes it", async () => {
    const holder =
      "another stack, calendar-access/fabrikam (id 0c0ffee0-0000-4000-8000-00000000000b), says in its Description that it holds it, too";
    await makeByHand({ Description: markOfUse(otherMark) });
    // Both took it over before there was such a mark.
    const { id, properties } = await up(roleGroup, await tenant.open(), { ...desired, mark: otherMark, adopt: true });
    const context = await tenant.open();
    const shared = await up(roleGroup, context, desired, { id, properties: { ...properties, mark } });
    expect(context.lines.join("\n")).toContain(holder);
    expect(live()).toMatchObject([{ description: `${markOfUse(otherMark)}\n${markOfUse(mark)}` }]);
    expect((await previewOf(roleGroup, await tenant.open(), shared, desired)).changed).toEqual([]);
    const destroy = await tenant.open();
    await roleGroup.remove(destroy, shared);
    expect(destroy.lines.join("\n")).toContain(holder);
    expect(live()).toMatchObject([{ description: markOfUse(otherMark) }]);
  });

  test("cannot be taken over with another role", async () => {
    await makeByHand({ Roles: ["Mail Recipients", role] });
    const before = tenant.dump();
    const error = await failureOf(up(roleGroup, await tenant.open(), { ...desired, adopt: true }));
    expect(error.message).toContain("cannot be taken over: it also has the role Mail Recipients. Nothing was touched");
    expect(tenant.dump()).toEqual(before);
  });

  test("cannot be taken over with another member", async () => {
    await makeByHand({ Members: [serviceUser, "gijs.bakker@buitendienst.example"] });
    const before = tenant.dump();
    const error = await failureOf(up(roleGroup, await tenant.open(), { ...desired, adopt: true }));
    expect(error.message).toContain("it has other members: gijs.bakker@buitendienst.example");
    expect(tenant.dump()).toEqual(before);
  });

  test("beside one of ours is a conflict that names both", async () => {
    await up(roleGroup, await tenant.open(), { ...desired, name: "Ours" });
    await makeByHand();
    const error = await failureOf(up(roleGroup, await tenant.open(), { ...desired, adopt: true }));
    expect(error.message).toMatch(/there are several candidates: .*"CallPro Calendar Access"/);
    expect(error.message).toContain('"Ours"');
  });
});

describe("removing a role group", () => {
  test("takes it and its assignments away, and nothing else", async () => {
    const before = tenant.dump();
    const made = await up(roleGroup, await tenant.open(), desired);
    await roleGroup.remove(await tenant.open(), made);
    expect(tenant.dump()).toEqual(before);
  });

  test("that is gone already is done", async () => {
    const made = await up(roleGroup, await tenant.open(), desired);
    await tenant.byHand("Remove-RoleGroup", { Identity: made.id, BypassSecurityGroupManagerCheck: true });
    await roleGroup.remove(await tenant.open(), made);
    expect(await roleGroup.read(await tenant.open(), made)).toBeUndefined();
  });
});
