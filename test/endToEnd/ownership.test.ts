/** Whose an object is, through the real engine: after a first up that failed, a rename, a lost state, other hands. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { bearsMark, stackIdOf } from "../../resources/lifecycle/mark.ts";
import { startRehearsal, type Rehearsal } from "../support/rehearsal.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { reachNow } from "../support/reach.ts";
import { ad, eva, serviceUser } from "../support/people.ts";

const listed = [ad, eva];

/** The mark that the state holds. */
function markOf(stack: TestStack): string {
  const tenant = stack.resources().find(({ type }) => type.endsWith(":Tenant"));
  return String(tenant?.outputs?.["__mark"]);
}

describe("the identity of a stack", () => {
  let rehearsal: Rehearsal;
  let moved: TestStack;
  let before: unknown;
  let mark: string;
  let ids: string[];

  const user = () => rehearsal.tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
  /** The GUIDs of all that bears the mark or hangs on it. */
  const objects = (): string[] => {
    const { roleGroups, recipients, scopes, assignments } = rehearsal.tenant.tenant;
    const named = [...roleGroups, ...recipients, ...scopes, ...assignments].filter(({ name }) =>
      name.includes("CallPro"),
    );
    return [user()?.id ?? "", ...named.map(({ guid }) => guid)].toSorted();
  };

  beforeAll(async () => {
    rehearsal = await startRehearsal({});
    moved = await makeStack(rehearsal.tenant);
    before = rehearsal.tenant.dump();
  }, 60_000);

  afterAll(async () => {
    moved.close();
    await rehearsal.close();
  });

  test("is made in a first up, even one that fails, and borne by all that it left", async () => {
    const { tenant, stack } = rehearsal;
    tenant.running.faults.set([{ match: { operation: "New-ManagementScope" }, effect: "forbidden", times: 99 }]);
    expect((await rehearsal.run(listed, "up", "--yes", "--skip-preview")).result.code).not.toBe(0);
    tenant.running.faults.set([]);
    mark = markOf(stack);
    expect(stackIdOf(mark)).toMatch(/^[0-9a-f-]{36}$/);
    expect(user()?.other["jobTitle"]).toBe(mark);
    expect(tenant.tenant.roleGroups.filter(({ description }) => bearsMark(description, mark))).toHaveLength(1);
  }, 90_000);

  test("survives a rename: the next up goes on, and a preview has nothing to say", async () => {
    const { stack } = rehearsal;
    expect((await stack.rename()).code).toBe(0);
    await rehearsal.up(listed, serviceUser);
    expect([markOf(stack), user()?.other["jobTitle"]]).toEqual([mark, mark]);
    const { code, stdout } = await stack.run(["preview", "--expect-no-changes", "--diff"]);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/StackReference|readStackResourceOutputs|last-run/);
    ids = objects();
    expect(ids.length).toBeGreaterThanOrEqual(5);
  }, 90_000);

  test("is told to another stack, which takes nothing over, whatever adopt says", async () => {
    const { stack } = rehearsal;
    moved.configure({ adopt: true });
    const writes = rehearsal.tenant.running.journal.entries.length;
    const { code, stdout, stderr } = await moved.run(["preview"]);
    const said = stdout + stderr;
    expect(code).not.toBe(0);
    const whose = `belongs to another stack, calendar-access/${stack.name.replace("-renamed", "")} (id ${stackIdOf(mark)})`;
    // User, role group, security group, scope and assignment; the engine prints each refusal more than once.
    const refused = said
      .split(whose)
      .slice(0, -1)
      .map((before) => /\(([0-9a-f-]{36})[^()]*\) $/.exec(before)?.[1]);
    expect(new Set(refused).size).toBe(5);
    expect(ids).toEqual(expect.arrayContaining(refused));
    expect(said).toContain(`set movedFrom to ${stackIdOf(mark)}: a preview then says`);
    expect(rehearsal.tenant.running.journal.entries).toHaveLength(writes);
  }, 60_000);

  test("goes over to a stack that names it, where the state was lost: nothing is made anew", async () => {
    moved.configure({ adopt: undefined, movedFrom: stackIdOf(mark) });
    const { code, stdout, stderr } = await moved.up();
    expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
    expect(objects()).toEqual(ids);
    expect(stackIdOf(markOf(moved))).toBe(stackIdOf(mark));
    expect(reachNow(rehearsal.tenant, serviceUser)).toEqual(listed.toSorted());
  }, 90_000);

  test("is known by a user that was removed, dropped from the state and restored from the recycle bin", async () => {
    const { tenant } = rehearsal;
    const id = user()?.id ?? "";
    await tenant.graph("DELETE", `/users/${id}`);
    tenant.running.settle();
    expect((await moved.run(["refresh", "--yes", "--skip-preview"])).code).toBe(0);
    expect(moved.resources().some(({ type }) => type === "azuread:index/user:User")).toBe(false);
    await tenant.graph("POST", `/directory/deletedItems/${id}/restore`);
    tenant.running.settle();
    const { code, stdout, stderr } = await moved.up();
    expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
    expect(user()?.id).toBe(id);
    expect(reachNow(tenant, serviceUser)).toEqual(listed.toSorted());
  }, 120_000);

  test("ends with the stack: what it gave is gone", async () => {
    expect((await moved.destroy()).code).toBe(0);
    rehearsal.tenant.running.settle();
    expect(rehearsal.tenant.dump()).toEqual(before);
  }, 90_000);
});
