/** Closing a tenant removes what interrupted runs of an application left, and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { securityGroupInputs, applicationTenantInputs, up } from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationReaches,
  applicationRole,
  applicationScopeInputs,
  makeApp,
  pointerInputs,
  type EnterpriseApp,
} from "../../support/application.ts";
import { startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";
import { ad, eva } from "../../support/people.ts";

let tenant: TestTenant;
let restore: () => void;

beforeAll(async () => {
  tenant = await startTenant();
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

type Reach = "group" | "organization";
type Step = (context: TestContext) => Promise<unknown>;

async function open(changes: Properties = {}): Promise<Recorded> {
  return up(tenantArtifact, await tenant.open(), applicationTenantInputs(changes));
}

/** Makes the stack's objects up to one of them, as a run that was killed before it could be recorded. */
async function makeUpTo(count: number, reach: Reach): Promise<void> {
  let app: EnterpriseApp = { appId: "", objectId: "" };
  let [group, scope] = ["", ""];
  const steps: Step[] = [
    async () => (app = await makeApp(tenant)),
    async (context) => exchangeServicePrincipal.create(context, pointerInputs(app)),
    ...(reach === "organization"
      ? []
      : [
          async (context: TestContext) => {
            group = (await securityGroup.create(context, securityGroupInputs(tenant))).id;
          },
          async (context: TestContext) => {
            scope = (await managementScope.create(context, applicationScopeInputs(group, app))).id;
          },
        ]),
    async (context) => roleAssignment.create(context, applicationAssignmentInputs(tenant, app, scope)),
  ];
  const context = await tenant.open();
  for (const step of steps.slice(0, count)) await step(context);
}

describe("closing a tenant sweeps what interrupted runs of an application left", () => {
  test.each<[number, Reach]>([
    [0, "group"],
    [1, "group"],
    [2, "group"],
    [3, "group"],
    [4, "group"],
    [5, "group"],
    [2, "organization"],
    [3, "organization"],
  ])("%i objects in reach %s, the app included: nothing is left", async (count, reach) => {
    const before = tenant.dump();
    const opened = await open({ reach });
    await makeUpTo(count, reach);
    tenant.running.clock.settle();
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
    expect(context.lines.filter((line) => line.includes("left by an interrupted run"))).toHaveLength(count);
    const reached = applicationReaches(tenant);
    if (reach === "group") expect(reached.flat().filter((address) => ![ad, eva].includes(address))).toEqual([]);
    expect(reached.at(-1) ?? []).toEqual([]);
  });

  test("access goes first, the app last", async () => {
    const opened = await open();
    await makeUpTo(5, "group");
    const start = tenant.running.journal.entries.length;
    await tenantArtifact.remove(await tenant.open(), opened);
    const operations = tenant.running.journal.entries.slice(start).map(({ operation }) => operation);
    expect(operations.filter((operation) => /^(Remove-|DELETE)/.test(operation))).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-ServicePrincipal",
      "DELETE /servicePrincipals",
      "DELETE /applications",
    ]);
  });

  test.each(["DELETE /servicePrincipals/:id", "DELETE /applications/:id"])(
    "a removal whose answer was lost (%s) is done: the app that is gone then is no error",
    async (operation) => {
      const before = tenant.dump();
      const opened = await open();
      await makeUpTo(5, "group");
      tenant.running.clock.settle();
      tenant.running.faults.set([{ match: { operation }, effect: "lostAnswer" }]);
      await tenantArtifact.remove(await tenant.open(), opened);
      tenant.running.clock.settle();
      expect(tenant.running.faults.describe().faults).toMatchObject([{ fired: 1 }]);
      expect(tenant.dump()).toEqual(before);
    },
  );

  test("what others made is never touched, whatever its name", async () => {
    const opened = await open();
    const { appId } = await tenant.graph("POST", "/applications", { displayName: applicationName });
    const { id } = await tenant.graph("POST", "/servicePrincipals", { appId, accountEnabled: true });
    const pointer = { AppId: String(appId), ObjectId: String(id), DisplayName: applicationName };
    await tenant.byHand("New-ServicePrincipal", pointer);
    const name = String(applicationAssignmentInputs(tenant, { appId: "", objectId: "" }, "x")["name"]);
    const parameters = { Name: name, Role: applicationRole, App: String(id) };
    await tenant.byHand("New-ManagementRoleAssignment", parameters);
    const before = tenant.dump();
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    expect(tenant.dump()).toEqual(before);
    expect(context.lines).toEqual([]);
  });

  test("an app that was taken over is never swept, even one with the mark", async () => {
    const opened = await open({ ownsApp: false });
    const { objectId } = await makeApp(tenant);
    await tenantArtifact.remove(await tenant.open(), opened);
    expect(tenant.tenant.servicePrincipals.map(({ id }) => id)).toContain(objectId);
  });
});
