/** A stack where there is no Entra: impersonation with a user that exists, as in an organisation of Exchange Server. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { applicationCertificates } from "../../../resources/applicationCertificates.ts";
import type { Context } from "../../../resources/lifecycle/contract.ts";
import { blockedUser } from "../../../resources/lifecycle/emergencyStop.ts";
import { fateOf } from "../../../resources/lifecycle/recordedStop.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { makeAccess, mark, removeAccess, tenantInputs, up } from "../../support/access.ts";
import { serviceUser } from "../../support/people.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

async function openWithoutEntra(): Promise<Context> {
  return { ...(await tenant.open()), entra: undefined };
}

describe("without Entra", () => {
  test("a tenant is opened for a user that exists", async () => {
    await tenant.makeUser(serviceUser);
    const opened = await up(tenantArtifact, await openWithoutEntra(), { ...tenantInputs(), ownsUser: false });
    expect(opened.properties["user"]).toMatch(new RegExp(`^${serviceUser} `));
  });

  test("access is made and proved, and goes without a trace", async () => {
    const context = await openWithoutEntra();
    const before = tenant.dump();
    const access = await makeAccess(tenant, context);
    expect(access.check.properties).toMatchObject({ verdict: "passed" });
    await removeAccess(context, access);
    await tenant.graph("DELETE", `/users/${access.user.trim().split(" ")[1] ?? ""}`);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
  });

  test("Exchange alone says whether the user is blocked", async () => {
    const line = await tenant.makeUser(serviceUser, mark);
    const path = `/users/${line.trim().split(" ")[1] ?? ""}`;
    const context = await openWithoutEntra();
    const [user] = await context.exchange.read("Get-User", { Identity: serviceUser });
    const id = String(user?.["Guid"]);
    expect(await blockedUser(context, serviceUser)).toEqual([]);
    expect(await fateOf(context, { kind: "user", id, name: serviceUser })).toBe("open");
    await tenant.graph("PATCH", path, { accountEnabled: false });
    tenant.running.clock.settle();
    const later = await openWithoutEntra();
    expect(await blockedUser(later, serviceUser)).toEqual([`the user ${serviceUser} is blocked from signing in`]);
    expect(await fateOf(later, { kind: "user", id, name: serviceUser })).toBe("stopped");
    await tenant.graph("DELETE", path);
    tenant.running.clock.settle();
    expect(await fateOf(await openWithoutEntra(), { kind: "user", id, name: serviceUser })).toBe("gone");
  });

  test("an artifact of Entra's cannot be", async () => {
    const context = await openWithoutEntra();
    const failure = await failureOf(applicationCertificates.create(context, { application: "x", certificates: "" }));
    expect(failure.message).toContain("an Exchange Server has no Entra");
  });
});
