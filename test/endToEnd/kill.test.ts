/** The engine is killed in the middle of one call after the other: nothing opens, nothing is lost, nothing is left over. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as kill from "../support/kill.ts";
import type { Kill, Moment } from "../support/kill.ts";
import { reachNow, writesBeyond } from "../support/reach.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, serviceUser } from "../support/people.ts";

describe("a run that is killed", () => {
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;
  /** What was open, and what is asked for: nothing else may ever open. */
  let allowed: readonly string[];
  let start: number;

  beforeAll(async () => {
    tenant = await startTenant();
    before = tenant.dump();
    stack = await makeStack(tenant);
  }, 60_000);

  beforeEach(() => {
    allowed = [...reachNow(tenant, serviceUser), ad, eva];
    start = tenant.running.journal.entries.length;
  });

  afterAll(async () => {
    stack.close();
    await tenant.close();
  });

  const killIn = (command: "up" | "destroy", operation: string, moment: Moment): Promise<void> =>
    kill.killIn(tenant, stack, command, operation, moment);

  const expectNeverWider = (): void => {
    expect(writesBeyond(tenant.running.journal.entries.slice(start), allowed)).toEqual([]);
  };

  const expectProved = async (): Promise<void> => {
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
    const check = stack.resources().find(({ urn }) => urn.endsWith("::impersonation-check"));
    expect(check?.outputs).toMatchObject({ verdict: "passed" });
  };

  const expectUndone = async (): Promise<void> => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    tenant.running.settle();
    expect(tenant.dump()).toEqual(before);
    expect(stack.resources()).toEqual([]);
  };

  const inEachOf = async (command: "up" | "destroy", kills: readonly Kill[]): Promise<void> => {
    for (const [operation, moment] of kill.chosen(kills)) await killIn(command, operation, moment);
  };

  test.each<Kill>(
    kill.chosen([
      ["New-ManagementRoleAssignment", "before it is answered"],
      ["New-ManagementScope", "before it lands"],
    ]),
  )(
    "in %s, %s, is undone whole by a destroy at once",
    async (operation, moment) => {
      await killIn("up", operation, moment);
      await expectUndone();
      expectNeverWider();
    },
    120_000,
  );

  test("in calls of an up, one after the other, is finished and proved by the next", async () => {
    await inEachOf("up", [
      ["POST /users", "before it is answered"],
      ["New-RoleGroup", "before it lands"],
      ["New-DistributionGroup", "before it is answered"],
      ["Set-DistributionGroup", "before it lands"],
      ["New-ManagementScope", "before it is answered"],
      ["New-ManagementRoleAssignment", "before it lands"],
    ]);
    await expectProved();
    expectNeverWider();
  }, 240_000);

  kill.testWhereAsked(
    "in the change of the list is finished by the next",
    async () => {
      stack.configure({ mailboxes: [ad, gijs] });
      allowed = [...allowed, gijs];
      await killIn("up", "Update-DistributionGroupMember", "before it is answered");
      stack.configure({ mailboxes: [ad, eva] });
      await expectProved();
      expectNeverWider();
    },
    180_000,
  );

  test("in the removal of the assignment leaves everything shut, and an up opens it again", async () => {
    await killIn("destroy", "Remove-ManagementRoleAssignment", "before it is answered");
    expect(reachNow(tenant, serviceUser)).toEqual([]);
    await expectProved();
    expectNeverWider();
  }, 180_000);

  test("in calls of a destroy, one after the other, is finished by the next", async () => {
    await inEachOf("destroy", [
      ["Remove-ManagementScope", "before it is answered"],
      ["Remove-DistributionGroup", "before it lands"],
      ["Remove-RoleGroup", "before it is answered"],
      ["DELETE /users/:id", "before it lands"],
    ]);
    await expectUndone();
    expectNeverWider();
  }, 240_000);
});
