/** What impersonation left where its role is gone: recognised, removed on request, and left where somebody needs it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { mark, names, applicationTenantInputs, tenantInputs, up } from "../../support/access.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, sander, serviceUser } from "../../support/people.ts";

const otherMark = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => {
  tenant.running.reset();
});
afterAll(() => tenant.close());

async function preview(change: Properties = {}): Promise<{ problems: readonly string[]; told: string }> {
  const context = await tenant.open();
  const { problems } = await tenantArtifact.check(context, undefined, applicationTenantInputs(change));
  return { problems, told: context.lines.join("\n") };
}

async function run(change: Properties = {}): Promise<TestContext> {
  const context = await tenant.open();
  await up(tenantArtifact, context, applicationTenantInputs({ removeLeftovers: true, ...change }));
  tenant.running.clock.settle();
  return context;
}

/** What the document left, as it looks once Microsoft has removed the role and its assignments. */
async function leaveBehind(jobTitle?: string): Promise<{ userId: string }> {
  const [, userId = ""] = (await tenant.makeUser(serviceUser, jobTitle)).trim().split(" ");
  await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser] });
  removeRole();
  return { userId };
}

/** Microsoft removes the role from the organisation, and with it every assignment of it. */
function removeRole(): void {
  const { roles, assignments } = tenant.tenant;
  const gone = new Set(roles.filter(({ name }) => name === "ApplicationImpersonation").map(({ guid }) => guid));
  tenant.tenant.assignments = assignments.filter(({ role }) => !gone.has(role));
  tenant.tenant.roles = roles.filter(({ guid }) => !gone.has(guid));
  tenant.running.simulator.switches.impersonationRole = "missing";
}

function roleGroupNames(): string[] {
  return tenant.tenant.roleGroups.map(({ name }) => name);
}

function liveUser(): string | undefined {
  return tenant.tenant.users.find((user) => user.userPrincipalName === serviceUser && user.deletedDateTime === null)
    ?.id;
}

function directoryUser(): (typeof tenant.tenant.users)[number] {
  const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
  if (user === undefined) throw new Error("no service user");
  return user;
}

describe("what impersonation left where Microsoft has removed its role", () => {
  test("is named in a preview, with the setting that removes it; nothing is touched", async () => {
    await leaveBehind();
    const before = tenant.dump();
    const { problems, told } = await preview();
    expect(problems).toEqual([]);
    expect(told).toContain(
      `left over from impersonation, without any role: role group "${names.roleGroup}" and user ${serviceUser}; set removeLeftovers to remove it.`,
    );
    expect((await preview({ removeLeftovers: true })).told).toContain("; up removes it.");
    expect(tenant.dump()).toEqual(before);
  });

  test("stays where the setting does not say so, through any number of runs", async () => {
    const { userId } = await leaveBehind();
    await run({ removeLeftovers: false });
    expect(roleGroupNames()).toContain(names.roleGroup);
    expect(liveUser()).toBe(userId);
  });

  test("is removed where it does: user first, then role group, and nothing else", async () => {
    await leaveBehind();
    const others = roleGroupNames().filter((name) => name !== names.roleGroup);
    const users = tenant.tenant.users.filter(({ deletedDateTime }) => deletedDateTime === null).length;
    const journal = tenant.running.journal.entries.length;
    const { lines } = await run();
    const told = lines.join("\n");
    expect(told).toContain(`user ${serviceUser} (it stays in Entra's recycle bin for 30 days)`);
    expect(told).toContain(`removing what impersonation left: role group "${names.roleGroup}"`);
    expect(roleGroupNames()).toEqual(others);
    expect(liveUser()).toBeUndefined();
    expect(tenant.tenant.users.filter(({ deletedDateTime }) => deletedDateTime === null)).toHaveLength(users - 1);
    const writes = tenant.running.journal.entries.slice(journal).filter(({ actor }) => actor !== "replication");
    expect(writes.map(({ operation }) => operation)).toEqual(["DELETE /users", "Remove-RoleGroup"]);
    // A later run finds nothing to say or do.
    expect((await preview({ removeLeftovers: true })).told).not.toContain("left over");
    await run();
  });

  test("is removed to its end by the next run where the first one broke off", async () => {
    await leaveBehind();
    tenant.running.faults.set([{ match: { operation: "Remove-RoleGroup" }, effect: "forbidden", times: 99 }]);
    await failureOf(run());
    tenant.running.clock.settle();
    expect(liveUser()).toBeUndefined();
    expect(roleGroupNames()).toContain(names.roleGroup);
    tenant.running.faults.set([]);
    expect((await preview()).told).toContain(`role group "${names.roleGroup}"; set removeLeftovers`);
    await run();
    expect(roleGroupNames()).not.toContain(names.roleGroup);
  });

  test("without its user is the role group alone", async () => {
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup });
    removeRole();
    expect((await preview()).told).toContain(`without any role: role group "${names.roleGroup}"; set`);
    await run();
    expect(roleGroupNames()).not.toContain(names.roleGroup);
  });

  test("is looked for again at the last moment: what changed after the preview keeps it", async () => {
    const { userId } = await leaveBehind();
    const context = await tenant.open();
    const { inputs } = await tenantArtifact.check(
      context,
      undefined,
      applicationTenantInputs({ removeLeftovers: true }),
    );
    await tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: gijs });
    await tenantArtifact.create(context, inputs);
    expect(roleGroupNames()).toContain(names.roleGroup);
    expect(liveUser()).toBe(userId);
  });

  test("that the stack needs is offered for reuse: the group and the orphan scope, by adopt", async () => {
    await leaveBehind();
    await tenant.byHand("New-DistributionGroup", {
      Name: names.securityGroup,
      Type: "Security",
      ManagedBy: [sander],
      Members: [ad, eva],
    });
    const { distinguishedName } = (await groupOf(names.securityGroup)) ?? {};
    await tenant.byHand("New-ManagementScope", {
      Name: names.scope,
      RecipientRestrictionFilter: `MemberOfGroup -eq '${distinguishedName ?? ""}'`,
    });
    const before = tenant.dump();
    const { problems } = await preview();
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toContain("set adopt to take it over");
    const { problems: left, told } = await preview({ adopt: ["securityGroup", "scope"] });
    expect(left).toEqual([]);
    expect(told).toMatch(/security group ".*" \(.*\): exists and would be taken over/);
    expect(told).toMatch(/management scope ".*": exists and would be taken over; up would change nothing/);
    expect(tenant.dump()).toEqual(before);
    // The setting is about user and role group only.
    await run({ adopt: ["securityGroup", "scope"] });
    expect(tenant.tenant.scopes.map(({ name }) => name)).toContain(names.scope);
    expect(tenant.recipient(names.securityGroup).group?.members).toHaveLength(2);
  });
});

async function groupOf(name: string): Promise<{ distinguishedName: string } | undefined> {
  const [group] = await (await tenant.open()).exchange.read("Get-DistributionGroup", { Identity: name });
  return group === undefined ? undefined : { distinguishedName: String(group["DistinguishedName"]) };
}

describe("what looks left over but is somebody's", () => {
  /** Neither told as removable nor removed: whatever is there stays exactly as it is. */
  async function expectUntouched(): Promise<string> {
    const before = tenant.dump();
    const { told } = await preview({ removeLeftovers: true });
    expect(told).not.toContain("up removes it");
    const { lines } = await run();
    expect(lines.join("\n")).not.toContain("removing");
    expect(tenant.dump()).toEqual(before);
    return told;
  }

  test("a role group with another member", async () => {
    await leaveBehind();
    await tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: gijs });
    expect(await expectUntouched()).not.toContain("left over");
  });

  test("a role group whose only member is somebody else", async () => {
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [gijs] });
    removeRole();
    expect(await expectUntouched()).not.toContain("left over");
  });

  test("a role group with another role", async () => {
    await leaveBehind();
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Somebody's",
      Role: "Mail Recipients",
      SecurityGroup: names.roleGroup,
    });
    expect(await expectUntouched()).not.toContain("left over");
  });

  test("a role group while the role still exists: somebody is about to use it", async () => {
    await tenant.makeUser(serviceUser);
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser] });
    expect(await expectUntouched()).not.toContain("left over");
  });

  test.each([
    ["another stack", otherMark],
    ["this stack, in an interrupted run", mark],
  ])("a role group that %s made", async (_whose, description) => {
    await tenant.makeUser(serviceUser);
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser], Description: description });
    removeRole();
    expect(await expectUntouched()).not.toContain("left over");
  });

  test("a role group that the state holds, because it was taken over", async () => {
    const { userId } = await leaveBehind();
    const held = tenant.tenant.roleGroups.find(({ name }) => name === names.roleGroup)?.guid ?? "";
    for (const change of [{ known: { ...(tenantInputs()["known"] as object), roleGroup: held } }, {}]) {
      const context = await tenant.open("automation", [held]);
      await up(tenantArtifact, context, applicationTenantInputs({ removeLeftovers: true, ...change }));
      expect(context.lines.join("\n")).not.toMatch(/left over|removing/);
    }
    expect(liveUser()).toBe(userId);
  });

  test("a role group of another name that only shows ours", async () => {
    await tenant.makeUser(serviceUser);
    await tenant.byHand("New-RoleGroup", { Name: "Agenda", DisplayName: names.roleGroup, Members: [serviceUser] });
    removeRole();
    expect(await expectUntouched()).not.toContain("left over");
  });

  test("a user with a mailbox", async () => {
    await leaveBehind();
    Object.assign(tenant.recipient(serviceUser), {
      type: "UserMailbox",
      primarySmtpAddress: "callpro@buitendienst.example",
      emailAddresses: ["SMTP:callpro@buitendienst.example"],
    });
    expect(await expectUntouched()).toContain("it stays, because the user has mail in Exchange (UserMailbox)");
  });

  test("a user with a licence", async () => {
    await leaveBehind();
    directoryUser().other["assignedLicenses"] = [{ skuId: "c7df2760-2c81-4ef7-b578-5b5392b571df", disabledPlans: [] }];
    expect(await expectUntouched()).toContain("it stays, because the user has licences");
  });

  test("a user with other roles, its own or through another role group", async () => {
    await leaveBehind();
    await tenant.byHand("New-RoleGroup", {
      Name: "Helpdesk Noord",
      Members: [serviceUser],
      Roles: ["Mail Recipients"],
    });
    expect(await expectUntouched()).toContain("the user has other roles: Mail Recipients-Helpdesk Noord");
  });

  test("a user with a role in Entra", async () => {
    await leaveBehind();
    directoryUser().directoryRoles = ["29232cdf-9323-42fd-ade2-1d097af3e4de"];
    expect(await expectUntouched()).toContain("the user has directory roles: Exchange Administrator");
  });

  test("a user that a stack made, this or another", async () => {
    for (const jobTitle of [mark, otherMark]) {
      tenant.running.reset();
      await leaveBehind(jobTitle);
      expect(await expectUntouched()).toContain("a stack made the user");
    }
  });

  test("a user from an Active Directory", async () => {
    await leaveBehind();
    directoryUser().other["onPremisesSyncEnabled"] = true;
    expect(await expectUntouched()).toContain("the user is synchronised from an Active Directory");
  });

  test("a user whom Entra knows by another name", async () => {
    await leaveBehind();
    directoryUser().userPrincipalName = "sander.tweede@buitendienst.example";
    expect(await expectUntouched()).toContain("Entra knows the user as sander.tweede@buitendienst.example");
  });

  test.each([
    "GET /users/:id",
    "GET /users/:id/transitiveMemberOf",
    "Get-ManagementRoleAssignment",
    "Get-RoleGroupMember",
  ])("everything, where %s fails: an error is no absence", async (operation) => {
    await leaveBehind();
    const before = tenant.dump();
    tenant.running.faults.set([{ match: { operation }, effect: "error500", times: 999 }]);
    await failureOf(run());
    tenant.running.faults.set([]);
    expect(tenant.dump()).toEqual(before);
  });

  test("a user of whom the identity may not read the directory roles", async () => {
    await leaveBehind();
    const before = tenant.dump();
    tenant.running.faults.set([
      { match: { operation: "GET /users/:id/transitiveMemberOf" }, effect: "forbidden", times: 999 },
    ]);
    expect((await preview({ removeLeftovers: true })).told).toContain("may not read the user's directory roles");
    await run();
    expect(tenant.dump()).toEqual(before);
  });
});

test("a stack that still uses impersonation finds no leftovers", async () => {
  await leaveBehind();
  const context = await tenant.open();
  await tenantArtifact.check(context, undefined, {
    ...applicationTenantInputs({ removeLeftovers: true }),
    access: "application\nimpersonation",
    user: serviceUser,
  });
  expect(context.lines.join("\n")).not.toContain("left over");
});
