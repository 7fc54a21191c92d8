/**
 * What impersonation left in tenants where Microsoft has removed its role: a role group without assignments and the
 * service user in it. Recognised, named, and removed where the setting `removeLeftovers` says so, and nothing about
 * them shows that somebody still needs them; a group or a scope that was left is taken over by `adopt` instead, because
 * the application mode needs both.
 */
import { readDirectoryRolesOfUser } from "../../directory/consents.ts";
import { deleteUser } from "../../directory/users.ts";
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { getAll, withFreshReads } from "../lifecycle/lookup.ts";
import { roleExists } from "../lifecycle/managementRole.ts";
import { bearsAnyMark } from "../lifecycle/mark.ts";
import { uses, type LastingInputs, type TenantInputs } from "./tenantInputs.ts";

interface Leftovers {
  readonly roleGroup: ExchangeObject;
  /** The service user, if it is the group's only member. */
  readonly user: ExchangeObject | undefined;
  /** Why they stay, whatever the setting says. */
  readonly obstacles: readonly string[];
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
  const end = found.obstacles.length > 0 ? `it stays, because ${found.obstacles.join("; ")}` : next;
  context.report(`left over from impersonation, without any role: ${what.join(" and ")}; ${end}.`);
}

/**
 * Removes leftovers; asks Exchange again whether they still are ones. The user goes first: a role group without members
 * is still recognised by a later run, a user without its role group is not.
 */
export async function removeLeftovers(shared: Context, desired: LastingInputs): Promise<void> {
  const context = withFreshReads(shared);
  const found = desired.removeLeftovers ? await findLeftovers(context, desired) : undefined;
  if (found === undefined || found.obstacles.length > 0) return;
  const { roleGroup, user } = found;
  if (user !== undefined) {
    context.report(
      `removing what impersonation left: user ${userNameOf(user)} (it stays in Entra's recycle bin for 30 days).`,
    );
    await deleteUser(entraOf(context).graph, guid(user, "ExternalDirectoryObjectId"));
  }
  context.report(`removing what impersonation left: role group "${text(roleGroup, "Name")}".`);
  const whole = { Identity: guid(roleGroup), BypassSecurityGroupManagerCheck: true };
  await context.exchange.write("Remove-RoleGroup", whole).catch((error: unknown) => {
    // Somebody was quicker: it is gone.
    if (!isExchangeError(error, "notFound")) throw error;
  });
}

function userNameOf(user: ExchangeObject): string {
  return text(user, "UserPrincipalName");
}

/** A role group of the document's name with no assignment and nobody in it but the service user. */
async function findLeftovers(context: Context, desired: LastingInputs): Promise<Leftovers | undefined> {
  if (uses(desired, "impersonation")) return undefined;
  const named = await getAll(context.exchange, "Get-RoleGroup", { Identity: desired.roleGroup });
  const [roleGroup] = named;
  if (roleGroup === undefined || named.length > 1 || !isLeftoverGroup(context, roleGroup, desired)) return undefined;
  const id = guid(roleGroup);
  const [assignments, members, isAlive] = await Promise.all([
    getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: id }),
    getAll(context.exchange, "Get-RoleGroupMember", { Identity: id, ResultSize: "Unlimited" }),
    roleExists(context, desired.role),
  ]);
  const [only] = members;
  // While the role exists, a role group without it is one that somebody is about to use.
  if (isAlive || assignments.length > 0 || members.length > 1) return undefined;
  if (only === undefined) return { roleGroup, user: undefined, obstacles: [] };
  const [user] = await getAll(context.exchange, "Get-User", { Identity: guid(only) });
  const isServiceUser =
    user !== undefined && userNameOf(user).toLowerCase().startsWith(`${desired.serviceUserName.toLowerCase()}@`);
  return isServiceUser ? { roleGroup, user, obstacles: await usesOf(context, user) } : undefined;
}

/** One of exactly that name that no stack made, neither this one nor another. */
function isLeftoverGroup({ held }: Context, roleGroup: ExchangeObject, { roleGroup: name }: LastingInputs): boolean {
  const isNamed = text(roleGroup, "Name").toLowerCase() === name.toLowerCase();
  return isNamed && !held.has(guid(roleGroup)) && !bearsAnyMark(roleGroup["Description"]);
}

/** What shows that somebody needs the user for something else; what cannot be read is an error. */
async function usesOf(context: Context, user: ExchangeObject): Promise<string[]> {
  const { exchange } = context;
  const { graph } = entraOf(context);
  const id = guid(user, "ExternalDirectoryObjectId");
  if (id === "") return ["the user is not one of Entra"];
  const properties = "id,userPrincipalName,jobTitle,assignedLicenses,onPremisesSyncEnabled";
  const [assignments, account, roles] = await Promise.all([
    getAll(exchange, "Get-ManagementRoleAssignment", { RoleAssignee: guid(user) }),
    graph.read(`/users/${id}?$select=${properties}`),
    readDirectoryRolesOfUser(graph, id),
  ]);
  const type = text(user, "RecipientTypeDetails");
  const licences = account["assignedLicenses"];
  const isSame = String(account["userPrincipalName"]).toLowerCase() === userNameOf(user).toLowerCase();
  return [
    ...(isSame ? [] : [`Entra knows the user as ${String(account["userPrincipalName"])}`]),
    ...(type === "User" ? [] : [`the user has mail in Exchange (${type})`]),
    ...(Array.isArray(licences) && licences.length === 0 ? [] : ["the user has licences"]),
    ...(assignments.length > 0
      ? [`the user has other roles: ${assignments.map((each) => text(each, "Name")).join(", ")}`]
      : []),
    ...(roles === undefined ? ["this identity may not read the user's directory roles"] : []),
    ...(roles !== undefined && roles.length > 0
      ? [`the user has directory roles: ${roles.map(({ name }) => name).join(", ")}`]
      : []),
    ...(bearsAnyMark(account["jobTitle"]) ? ["a stack made the user"] : []),
    ...(account["onPremisesSyncEnabled"] === true ? ["the user is synchronised from an Active Directory"] : []),
  ];
}
