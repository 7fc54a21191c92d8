/** The name of a service user that is only used may become somebody else's: he is not let in without a word. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { makeAccess, roleGroupInputs, tenantInputs, type Access } from "../../support/access.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
let access: Access;
let back: () => void;
const idOf = (line: string): string => line.trim().split(" ")[1] ?? "";

beforeAll(async () => {
  tenant = await startTenant();
  access = await makeAccess(tenant, await tenant.open());
  back = tenant.save();
});
beforeEach(() => {
  back();
});
afterAll(() => tenant.close());

function inputs(change: Properties = {}): Properties {
  const known = {
    ...nothingKnown,
    roleGroup: access.roleGroup.id,
    securityGroup: access.securityGroup?.id ?? "",
    scope: access.scope?.id ?? "",
    assignment: access.assignment.id,
  };
  return { ...tenantInputs(), user: serviceUser, ownsUser: false, known, ...change };
}

/** What the tenant's check says, and records, after a first one of the same settings. */
async function check(change: Properties = {}, recorded = access.user) {
  const before = { ...inputs(), user: recorded };
  const start = tenant.running.journal.entries.length;
  const answer = await tenantArtifact.check(
    await tenant.open("automation", [access.roleGroup.id]),
    before,
    inputs(change),
  );
  expect(tenant.running.journal.entries).toHaveLength(start);
  return { user: answer.inputs["user"], problems: answer.problems.join("\n") };
}

/** Somebody renames the service user, blocked or not, and gives its name to another user. */
async function swap(isBlocked: boolean): Promise<string> {
  const path = `/users/${idOf(access.user)}`;
  if (isBlocked) await tenant.graph("PATCH", path, { accountEnabled: false });
  await tenant.graph("PATCH", path, { userPrincipalName: "svc.old@buitendienst.onmicrosoft.com" });
  tenant.running.settle();
  return tenant.makeUser(serviceUser);
}

test("its object id is recorded", async () => {
  expect(await check({}, "")).toMatchObject({ user: access.user });
  expect(await check({}, serviceUser)).toMatchObject({ user: access.user });
});

describe("another user with the recorded name", () => {
  test("is refused, with both ids, and what was recorded stays", async () => {
    const other = await swap(false);
    const { user, problems } = await check();
    expect(problems).toContain(
      `serviceUser.existing: ${serviceUser} was user ${idOf(access.user)} when it was recorded and is ${idOf(other)} now.`,
    );
    expect(problems).toContain("add the address to confirmedAddresses");
    expect(user).toBe(access.user);
  });

  test("is refused by the role group alone, too", async () => {
    await swap(false);
    const desired = { ...roleGroupInputs(access.user), members: serviceUser };
    const { problems } = await roleGroup.check(await tenant.open(), access.roleGroup.properties, desired);
    expect(problems.join("\n")).toContain(`was user ${idOf(access.user)} when it was recorded`);
  });

  test("is let in once the address is confirmed", async () => {
    const other = await swap(false);
    expect(await check({ confirmedAddresses: [serviceUser.toUpperCase()] })).toEqual({ user: other, problems: "" });
  });

  test("is not let in while the recorded one is blocked, confirmed or not, until regrant", async () => {
    const other = await swap(true);
    expect((await check()).problems).toContain("when it was recorded");
    const confirmed = await check({ confirmedAddresses: [serviceUser] });
    expect(confirmed.problems).toContain("the user svc.old@buitendienst.onmicrosoft.com is blocked from signing in");
    expect(confirmed.problems).toContain("Or set regrant to true");
    expect(await check({ confirmedAddresses: [serviceUser], regrant: true })).toEqual({ user: other, problems: "" });
  });
});

test("a user that is gone stays recorded, so that nobody takes its place", async () => {
  await tenant.graph("DELETE", `/users/${idOf(access.user)}`);
  tenant.running.settle();
  const { user, problems } = await check();
  expect(problems).toContain("there is no user");
  expect(user).toBe(access.user);
});
