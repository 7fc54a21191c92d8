/** What a tenant may do to a stack: calls that fail on their way, a role that is gone, an organisation that is not ready. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../simulator/server/faults.ts";
import { reachNow, writesBeyond, writesOf } from "../support/reach.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, serviceUser } from "../support/people.ts";

describe("a stack on a tenant that is in trouble", () => {
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;

  beforeAll(async () => {
    tenant = await startTenant();
    stack = await makeStack(tenant);
  }, 60_000);

  beforeEach(() => {
    tenant.running.reset();
    before = tenant.dump();
  });

  afterEach(() => {
    const { entries } = tenant.running.journal;
    expect(writesBeyond(entries, [ad, eva])).toEqual([]);
  });

  afterAll(async () => {
    stack.close();
    await tenant.close();
  });

  /** Each fault that no call met; a plan that is not met proves nothing. */
  const unmet = (): string[] =>
    tenant.running.faults
      .describe()
      .faults.flatMap(({ fired, effect, match }) => (fired > 0 ? [] : `${effect} ${match?.operation ?? ""}`));

  const expectUndone = async (): Promise<void> => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    tenant.running.settle();
    expect(tenant.dump()).toEqual(before);
    expect(stack.resources()).toEqual([]);
  };

  test("throttled, refused and unanswered calls keep neither up nor destroy from doing everything, once; an organisation that was never customised is customised first, where the setting says so", async () => {
    tenant.running.reset({ settings: { isDehydrated: true } });
    before = tenant.dump();
    stack.configure({ allowOrganizationCustomization: true });
    tenant.running.faults.set([
      at("Get-ManagementRole", { effect: "error503" }),
      at("POST /users", { effect: "throttle", retryAfter: 1 }),
      at("New-RoleGroup", { effect: "lostAnswer" }),
      at("New-DistributionGroup", { effect: "throttle", retryAfter: 1 }),
      at("Set-DistributionGroup", { effect: "error500" }),
      at("New-ManagementScope", { effect: "lostAnswer" }),
      at("New-ManagementRoleAssignment", { effect: "lostAnswer" }),
    ]);
    const allowed = await stack.up();
    expect(allowed).toMatchObject({ code: 0 });
    expect(allowed.stdout + allowed.stderr).toContain("this cannot be undone");
    expect(unmet()).toEqual([]);
    // That the organisation was customised stays.
    const { organization } = tenant.dump() as { organization: unknown };
    before = { ...(before as object), organization };
    expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
    const writes = writesOf(tenant.running.journal.entries);
    expect(writes[0]).toBe("Enable-OrganizationCustomization");
    expect(writes.slice(1)).toEqual([
      "POST /users",
      // The azuread plugin completes a new user in a second call.
      "PATCH /users",
      "New-RoleGroup",
      "New-DistributionGroup",
      "Set-DistributionGroup",
      "New-ManagementScope",
      "New-ManagementRoleAssignment",
    ]);

    tenant.running.faults.set([
      at("Remove-ManagementRoleAssignment", { effect: "lostAnswer" }),
      at("Remove-ManagementScope", { effect: "throttle", retryAfter: 1 }),
      at("Remove-DistributionGroup", { effect: "error500" }),
      at("Remove-RoleGroup", { effect: "lostAnswer" }),
      at("DELETE /users/:id", { effect: "throttle", retryAfter: 1 }),
    ]);
    await expectUndone();
    expect(unmet()).toEqual([]);
    stack.configure({ allowOrganizationCustomization: undefined });
  }, 120_000);

  test("a role that is listed but refused stops up at the assignment; a refresh knows what was made for the stack's own, up goes on once the role is given, and destroy removes all of it", async () => {
    tenant.running.reset({ settings: { impersonationRole: "refused" } });
    before = tenant.dump();
    const { code, stdout, stderr } = await stack.up();
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(
      /Exchange refused to assign ApplicationImpersonation: .* No access was given\..*Run destroy to remove what was made/,
    );
    expect(reachNow(tenant, serviceUser)).toEqual([]);
    expect(tenant.dump()).not.toEqual(before);

    const mark = tenant.dump();
    for (const command of [["refresh", "--yes"], ["preview"]]) {
      const run = await stack.run(command);
      expect(run).toMatchObject({ code: 0 });
      // Nothing of it is a stranger's, and nothing of it drifted.
      expect(run.stdout + run.stderr).not.toMatch(/not made by this stack|somebody else|has a problem/);
      expect(run.stdout).toMatch(/\b11 unchanged/);
    }
    expect(tenant.dump()).toEqual(mark);
    tenant.running.simulator.switches.impersonationRole = "available";
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
    await expectUndone();
  }, 180_000);

  test("a role that was removed and an organisation that was never customised are said before anything is written", async () => {
    tenant.running.reset({ settings: { impersonationRole: "missing", isDehydrated: true } });
    before = tenant.dump();
    const { code, stdout, stderr } = await stack.up();
    expect(code).not.toBe(0);
    const problems = (stdout + stderr).split("\n").filter((line) => line.includes("has a problem"));
    const said = problems.map((line) => line.replace(/^.*has a problem: /, ""));
    // The engine says each twice: where it happens, and in its summary.
    expect(said).toHaveLength(4);
    expect(new Set(said)).toEqual(
      new Set([
        "The role ApplicationImpersonation does not exist in this organisation. Microsoft has removed it from Exchange " +
          'Online; there the access mode "application" does the same job. Set access to ["application"]. Nothing was changed.',
        expect.stringContaining("Set allowOrganizationCustomization to true"),
      ]),
    );
    expect(tenant.running.journal.entries).toEqual([]);
    expect(tenant.dump()).toEqual(before);
  }, 90_000);
});

function at(operation: string, fault: Omit<Fault, "match">): Fault {
  return { match: { operation }, ...fault };
}
