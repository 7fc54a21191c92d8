/**
 * Removes what an interrupted run left that is ours and that the state does not know: found by its mark, or by exact
 * equality with marked objects; access first (design.md §4, §7.2).
 */
import { deleteUser, findUserByPrincipalName } from "../directory/users.ts";
import type { Context, Found, Lifecycle, Ownership } from "./lifecycle.ts";
import { managementScopeLifecycle, rightFilter } from "./managementScope.ts";
import { bearsMark } from "./mark.ts";
import { parseMembers } from "./memberList.ts";
import { removeWhole } from "./reconciler.ts";
import { roleAssignmentLifecycle, wholeOrganization } from "./roleAssignment.ts";
import { roleGroupLifecycle } from "./roleGroup.ts";
import { securityGroupLifecycle } from "./securityGroup.ts";
import type { TenantInputs } from "./tenant.ts";

/** Finds and removes; reports each object. Objects of others are never touched. */
export async function sweep(context: Context, tenant: TenantInputs): Promise<void> {
  const common = { mark: tenant.mark, adopt: false, onDestroy: "remove" as const };
  const roleGroup = {
    ...common,
    name: tenant.roleGroup,
    members: "",
    role: tenant.role,
  };
  const securityGroup = {
    ...common,
    name: tenant.securityGroup,
    members: "",
    owner: "",
    hiddenFromAddressLists: true,
    memberJoinRestriction: "Closed",
    memberDepartRestriction: "Closed",
    scopeName: tenant.scope,
  };
  const [ourRoleGroup, ourGroup] = await Promise.all([
    findOurs(context, roleGroupLifecycle, roleGroup),
    findOurs(context, securityGroupLifecycle, securityGroup),
  ]);
  const scope = {
    ...common,
    name: tenant.scope,
    filter: rightFilter,
    group: ourGroup?.id ?? "",
    roleGroup: ourRoleGroup?.id ?? "",
  };
  const ourScope = ourGroup === undefined ? undefined : await findOurs(context, managementScopeLifecycle, scope);
  if (ourRoleGroup !== undefined) {
    for (const [writeScope, id] of [
      [tenant.scope, ourScope?.id ?? "other"] as const,
      [wholeOrganization, ""] as const,
    ]) {
      const assignment = {
        ...common,
        name: tenant.assignment,
        role: tenant.role,
        roleGroup: ourRoleGroup.id,
        writeScope,
        scope: id,
        enabled: true,
        regrant: false,
        members: "",
      };
      const ours = await findOurs(context, roleAssignmentLifecycle, assignment);
      await removeFound(context, roleAssignmentLifecycle, ours, assignment);
    }
  }
  await removeFound(context, managementScopeLifecycle, ourScope, scope);
  await removeFound(context, securityGroupLifecycle, ourGroup, securityGroup);
  await removeFound(context, roleGroupLifecycle, ourRoleGroup, roleGroup);
  if (tenant.ownsUser) await sweepUser(context, tenant);
}

async function findOurs<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  desired: Inputs,
): Promise<Found | undefined> {
  return (await lifecycle.find(context, desired)).find((found) => found.ours);
}

async function removeFound<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  found: Found | undefined,
  desired: Inputs,
): Promise<void> {
  if (found === undefined) return;
  context.report(`${found.title}: left by an interrupted run of this stack; removing it.`);
  await removeWhole(lifecycle, context, found.id, desired);
}

async function sweepUser(context: Context, tenant: TenantInputs): Promise<void> {
  const [user] = parseMembers(tenant.user);
  if (user === undefined) return;
  const found = await findUserByPrincipalName(context.graph, user.address);
  if (found === undefined || !bearsMark(found.jobTitle, tenant.mark)) return;
  context.report(`user ${user.address}: left by an interrupted run of this stack; removing it.`);
  await deleteUser(context.graph, found.id);
}
