/**
 * What impersonation left in tenants where Microsoft has removed its role: a role group without assignments and the
 * service user in it. Recognised, named, and removed where the setting `removeLeftovers` says so; a group or a scope that
 * was left is taken over by `adopt` instead, because the application mode needs both.
 */
import type { ExchangeObject } from "../exchange/session.ts";
import { deleteUser } from "../directory/users.ts";
import { guid, text } from "./exchangeValue.ts";
import type { Context } from "./lifecycle.ts";
import { getAll } from "./lookup.ts";
import { bearsMark } from "./mark.ts";
import { uses, type LastingInputs, type TenantInputs } from "./tenant.ts";

interface Leftovers {
  readonly roleGroup: ExchangeObject;
  /** The service user, if it is the group's only member. */
  readonly user: ExchangeObject | undefined;
}

/** Names leftovers in a preview. */
export async function reportLeftovers(context: Context, desired: TenantInputs): Promise<void> {
  // Only the first run looks by itself: later ones would ask about what is known not to be there.
  if (desired.known.exchangeServicePrincipal !== "" && !desired.removeLeftovers) return;
  const found = await findLeftovers(context, desired);
  if (found === undefined) return;
  const what = [
    `role group "${text(found.roleGroup, "Name")}"`,
    ...(found.user ? [`user ${userNameOf(found.user)}`] : []),
  ];
  const next = desired.removeLeftovers ? "up removes it" : "set removeLeftovers to remove it";
  context.report(`left over from impersonation, without any role: ${what.join(" and ")}; ${next}.`);
}

/** Removes leftovers; asks again whether they still are ones. */
export async function removeLeftovers(context: Context, desired: LastingInputs): Promise<void> {
  const found = desired.removeLeftovers ? await findLeftovers(context, desired) : undefined;
  if (found === undefined) return;
  context.report(`removing what impersonation left: role group "${text(found.roleGroup, "Name")}".`);
  await context.exchange.write("Remove-RoleGroup", {
    Identity: guid(found.roleGroup),
    BypassSecurityGroupManagerCheck: true,
  });
  if (found.user === undefined) return;
  context.report(
    `removing what impersonation left: user ${userNameOf(found.user)} (it stays in Entra's recycle bin for 30 days).`,
  );
  await deleteUser(context.graph, guid(found.user, "ExternalDirectoryObjectId"));
}

function userNameOf(user: ExchangeObject): string {
  return text(user, "UserPrincipalName");
}

/** A role group of the document's name with no assignment and nobody in it but the service user. */
async function findLeftovers(context: Context, desired: LastingInputs): Promise<Leftovers | undefined> {
  if (uses(desired, "impersonation")) return undefined;
  const [roleGroup] = await getAll(context.exchange, "Get-RoleGroup", { Identity: desired.roleGroup });
  if (roleGroup === undefined || bearsMark(roleGroup["Description"], desired.mark)) return undefined;
  const id = guid(roleGroup);
  if (context.held.has(id)) return undefined;
  const [assignments, members] = await Promise.all([
    getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: id }),
    getAll(context.exchange, "Get-RoleGroupMember", { Identity: id, ResultSize: "Unlimited" }),
  ]);
  const [only] = members;
  if (assignments.length > 0 || members.length > 1) return undefined;
  if (only === undefined) return { roleGroup, user: undefined };
  const [user] = await getAll(context.exchange, "Get-User", { Identity: guid(only) });
  const isServiceUser =
    user !== undefined && userNameOf(user).toLowerCase().startsWith(`${desired.serviceUserName.toLowerCase()}@`);
  return isServiceUser ? { roleGroup, user } : undefined;
}
