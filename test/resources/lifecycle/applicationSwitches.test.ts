/** An app's access whichever way Exchange behaves where nobody knows how it does. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { applicationCheck } from "../../../resources/applicationCheck.ts";
import type { Artifact, Recorded } from "../../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { names, previewOf, securityGroupInputs, up } from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationCheckInputs,
  applicationName,
  applicationReaches,
  applicationScopeInputs,
  makeApplicationAccess,
  pointerInputs,
  removeApplicationAccess,
  type ApplicationAccess,
} from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva } from "../../support/people.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

/** What nobody has verified about Exchange, as far as an application meets it. */
const positions: Record<string, unknown>[] = [
  {},
  { impersonationRole: "missing", scopeByGuid: false },
  { impersonationRole: "refused", scopeInUse: "cleared" },
  { filterAfterRename: "rewritten", appOnlyGroupOwner: "organizationManagement" },
  { filterByObjectId: "refused", previewFilter: "ldap" },
  { exchangeVisibility: 20_000, entraToExchange: 92_000, exchangeToEntra: 5_000, authorizationCache: 1_800_000 },
];

/** Every resource of a stack with what is asked of it. */
function resources(access: ApplicationAccess): [Artifact, Recorded | undefined, Properties][] {
  const { app } = access;
  const scope = access.scope?.id ?? "";
  return [
    [exchangeServicePrincipal, access.pointer, pointerInputs(app)],
    [securityGroup, access.securityGroup, securityGroupInputs(tenant)],
    [managementScope, access.scope, applicationScopeInputs(access.securityGroup?.id ?? "", app)],
    [roleAssignment, access.assignment, applicationAssignmentInputs(tenant, app, scope)],
    [applicationCheck, access.check, applicationCheckInputs(tenant, access)],
  ];
}

async function changesOf(access: ApplicationAccess): Promise<Record<string, string[]>> {
  const context = await tenant.open();
  const changes: Record<string, string[]> = {};
  for (const [artifact, recorded, desired] of resources(access)) {
    if (recorded === undefined) continue;
    const { changed } = await previewOf(artifact, context, recorded, desired);
    if (changed.length > 0) changes[artifact.title] = changed;
  }
  return changes;
}

/** What there is in Exchange: the app itself is azuread's. */
function exchange(): Record<string, unknown> {
  const dump = tenant.dump() as Record<string, unknown>;
  return { ...dump, applications: [], servicePrincipals: [] };
}

describe.each(positions)("in an organisation with %j", (settings) => {
  test("an app's access comes up, is proved, shows no drift, is repaired after drift, and goes without a trace", async () => {
    tenant.running.reset({ settings });
    const before = exchange();
    const access = await makeApplicationAccess(tenant, await tenant.open());
    tenant.running.clock.settle();
    expect(access.check.properties["verdict"]).toBe("passed");
    expect(await changesOf(access)).toEqual({});

    const group = { Identity: access.securityGroup?.id ?? "", BypassSecurityGroupManagerCheck: true };
    await tenant.byHand("Set-DistributionGroup", { ...group, Name: "Renamed by hand" });
    await tenant.byHand("Set-ServicePrincipal", { Identity: access.pointer.id, DisplayName: "By hand" });
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: access.assignment.id,
      RecipientAdministrativeUnitScope: "2b1f6f5a-0000-4000-8000-000000000000",
    });
    const isStale = tenant.running.simulator.switches.filterAfterRename === "stale";
    expect(await changesOf(access)).toEqual({
      "Exchange service principal": ["displayName"],
      ...(isStale ? { "management scope": ["filter"] } : {}),
      "role assignment": ["writeScope", "scope"],
      "application check": ["verdict"],
    });
    const context = await tenant.open();
    for (const [artifact, recorded, desired] of resources(access)) await up(artifact, context, desired, recorded);
    expect(await changesOf(access)).toEqual({});

    await removeApplicationAccess(await tenant.open(), access);
    tenant.running.clock.settle();
    const reached = applicationReaches(tenant);
    expect(reached.flat().filter((address) => ![ad, eva].includes(address))).toEqual([]);
    expect(reached.at(-1)).toEqual([]);
    expect(exchange()).toEqual(before);
  });
});

describe("access to the whole organization", () => {
  test("is proved as asked for, shows no drift, and goes without a trace", async () => {
    tenant.running.reset({});
    const before = exchange();
    const access = await makeApplicationAccess(tenant, await tenant.open(), "organization");
    expect(access.check.properties["summary"]).toContain("access holds for the whole organization, as asked for");
    expect(applicationReaches(tenant).at(-1)?.length).toBeGreaterThan(30);
    expect(await changesOf(access)).toEqual({});
    await removeApplicationAccess(await tenant.open(), access);
    tenant.running.clock.settle();
    expect(exchange()).toEqual(before);
  });
});

describe("in an organisation that was never customised", () => {
  test("nothing is opened, and the error says what is missing", async () => {
    tenant.running.reset({ settings: { isDehydrated: true } });
    const { message } = await failureOf(makeApplicationAccess(tenant, await tenant.open()));
    expect(message).toMatch(/^management scope: New-ManagementScope: .*Enable-OrganizationCustomization/);
    expect(message).not.toContain("\n");
    expect(tenant.tenant.scopes.map(({ name }) => name)).not.toContain(names.scope);
    expect(applicationReaches(tenant).flat()).toEqual([]);
    expect(tenant.running.journal.entries.at(-1)?.reach[applicationName]).toBeUndefined();
  });
});
