/** Impersonation whichever way Exchange behaves where nobody knows how it does. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import type { Artifact, Recorded } from "../../../resources/lifecycle/artifact.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import {
  assignmentInputs,
  checkInputs,
  makeAccess,
  names,
  previewOf,
  removeAccess,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
  type Access,
} from "../../support/access.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";
import { reachNow } from "../../support/reach.ts";
import { ad, eva, serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

/** What nobody has verified about Exchange: the product is right under every position of it. */
const positions: Record<string, unknown>[] = [
  {},
  { scopeInUse: "cleared" },
  { filterAfterRename: "rewritten" },
  { appOnlyGroupOwner: "organizationManagement" },
  { newUsersGetMailbox: true },
  { scopeByGuid: false },
  { newUsersGetMailbox: true, roleGroupMemberNeedsMailbox: true },
  {
    scopeInUse: "cleared",
    filterAfterRename: "rewritten",
    appOnlyGroupOwner: "organizationManagement",
    newUsersGetMailbox: true,
  },
  { filterByObjectId: "refused", previewFilter: "ldap" },
  { effectiveUsers: "direct", appOnlyRoleGroupManager: "creator" },
  { effectiveUsers: "none" },
  { exchangeVisibility: 20_000, entraToExchange: 92_000, exchangeToEntra: 5_000 },
];

/** Every resource of a stack with what is asked of it. */
function resources({ user, ...access }: Access): [Artifact, Recorded | undefined, Record<string, unknown>][] {
  const group = access.securityGroup?.id ?? "";
  const scope = access.scope?.id ?? "";
  return [
    [roleGroup, access.roleGroup, roleGroupInputs(user)],
    [securityGroup, access.securityGroup, securityGroupInputs(tenant)],
    [managementScope, access.scope, scopeInputs(group, access.roleGroup.id)],
    [roleAssignment, access.assignment, assignmentInputs(tenant, access.roleGroup.id, scope)],
    [impersonationCheck, access.check, checkInputs(tenant, { user, ...access })],
  ];
}

async function changesOf(context: TestContext, access: Access): Promise<Record<string, string[]>> {
  const changes: Record<string, string[]> = {};
  for (const [artifact, recorded, desired] of resources(access)) {
    if (recorded === undefined) continue;
    const { changed } = await previewOf(artifact, context, recorded, desired);
    if (changed.length > 0) changes[artifact.title] = changed;
  }
  return changes;
}

describe.each(positions)("in an organisation with %j", (settings) => {
  test("the access comes up, is proved, shows no drift, is repaired after drift, and goes without a trace", async () => {
    tenant.running.reset({ settings });
    const before = tenant.dump() as { users: unknown; recipients: unknown };
    const access = await makeAccess(tenant, await tenant.open());
    tenant.running.clock.settle();
    expect(await changesOf(await tenant.open(), access)).toEqual({});

    const identity = { Identity: access.securityGroup?.id ?? "", BypassSecurityGroupManagerCheck: true };
    await tenant.byHand("Set-DistributionGroup", { ...identity, Name: "Renamed by hand" });
    await tenant.byHand("Set-DistributionGroup", { ...identity, HiddenFromAddressListsEnabled: false });
    const changes = await changesOf(await tenant.open(), access);
    const isStale = tenant.running.simulator.switches.filterAfterRename === "stale";
    expect(Object.keys(changes)).toEqual(
      isStale ? ["security group", "management scope", "access check"] : ["security group"],
    );
    const context = await tenant.open();
    for (const [artifact, recorded, desired] of resources(access)) await up(artifact, context, desired, recorded);
    expect(await changesOf(await tenant.open(), access)).toEqual({});

    await removeAccess(await tenant.open(), access);
    tenant.running.clock.settle();
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
    expect(reachNow(tenant, serviceUser)).toEqual([]);
    const after = tenant.dump() as { users: unknown[]; recipients: { userPrincipalName: string }[] };
    expect({ ...after, users: [], recipients: [] }).toEqual({ ...before, users: [], recipients: [] });
    // The service user itself is azuread's.
    expect(after.recipients.filter(({ userPrincipalName }) => userPrincipalName !== serviceUser)).toEqual(
      before.recipients,
    );
  });
});

describe("where the product can only fail, it fails before anything is open, and says why", () => {
  test.each<[Record<string, unknown>, RegExp, string[]]>([
    [
      { roleGroupMemberNeedsMailbox: true },
      /^role group: New-RoleGroup: The recipient "[-0-9a-f]{36}" can't be a member of a role group/,
      [],
    ],
    [{ impersonationRole: "missing" }, /Exchange refused to assign ApplicationImpersonation/, [names.roleGroup]],
    [{ impersonationRole: "refused" }, /Exchange refused to assign ApplicationImpersonation/, [names.roleGroup]],
    [{ isDehydrated: true }, /^role group: New-RoleGroup: .*Enable-OrganizationCustomization/, []],
  ])("%j", async (settings, text, left) => {
    tenant.running.reset({ settings });
    const error = await failureOf(makeAccess(tenant, await tenant.open()));
    expect(error.message).toMatch(text);
    expect(error.message).not.toContain("\n");
    expect(tenant.tenant.roleGroups.filter(({ builtIn }) => !builtIn).map(({ name }) => name)).toEqual(left);
    expect(tenant.running.journal.entries).toOpenNobodyBut([]);
  });
});
