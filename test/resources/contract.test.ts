/** What has to hold of every artifact, wherever it is, and whichever channel Exchange is spoken to over. */
import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { impersonationCheck } from "../../resources/impersonationCheck.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../resources/tenant/tenant.ts";
import {
  assignmentInputs,
  checkInputs,
  listed,
  makeAccess,
  mark,
  previewOf,
  removeAccess,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  tenantInputs,
  up,
} from "../support/access.ts";
import { describePlaces } from "../support/places.ts";
import { reachNow } from "../support/reach.ts";
import { failureOf, type TestPlace } from "../support/tenant.ts";
import { ad, eva, dirk, serviceUser } from "../support/people.ts";

const bypass = { BypassSecurityGroupManagerCheck: true };

// A run takes longer over PowerShell, which does one thing at a time.
jest.setTimeout(120_000);

describePlaces("a stack", (start) => {
  let tenant: TestPlace;
  let restore: () => void;
  beforeAll(async () => {
    tenant = await start();
    restore = tenant.save();
  });
  beforeEach(() => restore());
  afterAll(() => tenant.close());

  function expectNeverWider(): void {
    expect(tenant.running.journal.entries).toOpenNobodyBut(listed, serviceUser);
  }

  test("is found possible, made, proved, unchanged in a preview, and gone without a trace", async () => {
    const context = await tenant.open();
    const { problems } = await tenantArtifact.check(context, undefined, tenantInputs());
    expect(problems).toEqual([]);
    const access = await makeAccess(tenant, context);
    expect(access.check.properties["verdict"]).toBe("passed");
    expect(reachNow(tenant, serviceUser)).toEqual(listed);
    tenant.running.clock.settle();
    const later = await tenant.open();
    const { user, scope, securityGroup: group } = access;
    if (scope === undefined || group === undefined) throw new Error("There is no scope.");
    const desired = [
      [roleGroup, access.roleGroup, roleGroupInputs(user)],
      [securityGroup, group, securityGroupInputs(tenant, access.roleGroup.id)],
      [managementScope, scope, scopeInputs(group.id, access.roleGroup.id)],
      [roleAssignment, access.assignment, assignmentInputs(tenant, access.roleGroup.id, scope.id)],
      [impersonationCheck, access.check, checkInputs(tenant, access)],
    ] as const;
    for (const [artifact, recorded, inputs] of desired) {
      expect(await previewOf(artifact, later, recorded, inputs)).toEqual({ changed: [], replaces: [] });
    }
    await removeAccess(later, access);
    expectNeverWider();
    expect(reachNow(tenant, serviceUser)).toEqual([]);
    tenant.running.clock.settle();
    expect(tenant.tenant.roleGroups.filter(({ description }) => description.includes(mark))).toEqual([]);
  });

  test("is recognised by its marks where the state was lost", async () => {
    const access = await makeAccess(tenant, await tenant.open());
    tenant.running.clock.settle();
    const again = await roleGroup.create(await tenant.open(), roleGroupInputs(access.user));
    expect(again.id).toBe(access.roleGroup.id);
  });

  test("shows each change by hand, and takes it back", async () => {
    const access = await makeAccess(tenant, await tenant.open());
    const { user, securityGroup: group, scope } = access;
    if (scope === undefined || group === undefined) throw new Error("There is no scope.");
    await tenant.byHand("Add-RoleGroupMember", { Identity: access.roleGroup.id, Member: dirk, ...bypass });
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: group.id, Member: eva, ...bypass });
    await tenant.byHand("Set-ManagementScope", { Identity: scope.id, RecipientRestrictionFilter: "Alias -like '*'" });
    const context = await tenant.open();
    expect(await changedIn(roleGroup, context, access.roleGroup, roleGroupInputs(user))).toEqual(["members"]);
    expect(await changedIn(securityGroup, context, group, securityGroupInputs(tenant, access.roleGroup.id))).toEqual([
      "members",
    ]);
    const scoped = scopeInputs(group.id, access.roleGroup.id);
    expect(await changedIn(managementScope, context, scope, scoped)).toEqual(["filter"]);
    expect(await changedIn(impersonationCheck, context, access.check, checkInputs(tenant, access))).toEqual([
      "verdict",
    ]);

    const run = await tenant.open();
    await up(roleGroup, run, roleGroupInputs(user), access.roleGroup);
    await up(securityGroup, run, securityGroupInputs(tenant, access.roleGroup.id), group);
    await up(managementScope, run, scoped, scope);
    const check = await up(impersonationCheck, run, checkInputs(tenant, access), access.check);
    expect(check.properties["verdict"]).toBe("passed");
    expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
  });

  test("is stopped by an identity that may not write, before it writes anything", async () => {
    const failure = await failureOf(tenantArtifact.create(await tenant.open("reader"), tenantInputs()));
    expect(failure.message).toMatch(/may not run .*New-RoleGroup/);
    // A session is pinned to a domain controller by a cmdlet that changes itself alone.
    const written = tenant.running.journal.entries.map(({ operation }) => operation);
    expect(written.filter((operation) => operation !== "Set-ADServerSettings")).toEqual([]);
  });
});

async function changedIn(
  artifact: Parameters<typeof previewOf>[0],
  context: Context,
  recorded: Parameters<typeof previewOf>[2],
  desired: Parameters<typeof previewOf>[3],
): Promise<readonly string[]> {
  return (await previewOf(artifact, context, recorded, desired)).changed;
}
