/**
 * Somebody's emergency stop: a role assignment disabled, the service user blocked or the enterprise app disabled
 * (design.md §7.10). New-ManagementRoleAssignment has no -Enabled, so whatever takes the place of a stopped access is
 * born open: it is refused before any write, and only `regrant` opens.
 */
import { isDirectoryError } from "../../directory/errors.ts";
import { findUserByPrincipalName, readUser } from "../../directory/users.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { isUnknown } from "./artifact.ts";
import { isRegular } from "./assignmentRow.ts";
import { flag, guid, text } from "./exchangeValue.ts";
import type { Context, Problem } from "./contract.ts";
import { entraOf } from "./entra.ts";
import { getAll } from "./lookup.ts";

/** What is stopped now, each in words for the operator, e.g. `the role assignment "X" is disabled`. */
export type Stops = readonly string[];

/** The disabled ones among some assignments; pure. A delegating one opens nothing. */
export function disabledAmong(assignments: readonly ExchangeObject[]): Stops {
  return assignments
    .filter((assignment) => isRegular(assignment) && !flag(assignment, "Enabled"))
    .map((assignment) => `the role assignment "${text(assignment, "Name")}" is disabled`);
}

/** Whether a user is blocked from signing in: by Entra, or by what Exchange has heard of it. One that is gone is not. */
export async function blockedUser(context: Context, userPrincipalName: string): Promise<Stops> {
  if (userPrincipalName === "") return [];
  const [inExchange, inEntra] = await Promise.all([
    getAll(context.exchange, "Get-User", { Identity: userPrincipalName }),
    // An identity that may not read users in Graph hears of it from Exchange, a minute or two later.
    context.entra && findUserByPrincipalName(context.entra.graph, userPrincipalName).catch(unlessForbidden),
  ]);
  const disabled = inExchange.filter((user) => flag(user, "AccountDisabled") && !isOfAnotherForest(user));
  const isBlocked = disabled.length > 0 || inEntra?.accountEnabled === false;
  return isBlocked ? [`the user ${userPrincipalName} is blocked from signing in`] : [];
}

/**
 * Whether the account that signs in belongs to another forest: the one here is disabled by design, and nobody is let in by it
 * (tenant/existingAccount.ts).
 */
export function isOfAnotherForest(user: ExchangeObject): boolean {
  return text(user, "RecipientTypeDetails").startsWith("Linked");
}

/** Whether an enterprise app is disabled in Entra; one that is gone is not. */
export async function disabledApp(context: Context, objectId: string): Promise<Stops> {
  if (objectId === "" || isUnknown(objectId)) return [];
  const app = await entraOf(context)
    .graph.read(`/servicePrincipals/${objectId}?$select=id,appId,accountEnabled`)
    .catch((error: unknown) => {
      if (!isDirectoryError(error, "notFound")) throw error;
    });
  return app?.["accountEnabled"] === false ? [`the enterprise app ${objectId} is disabled`] : [];
}

/** As {@link blockedUser}, of a user by object id: somebody may have given its name to another. */
export async function blockedUserOfId(context: Context, objectId: string): Promise<Stops> {
  if (objectId === "" || isUnknown(objectId)) return [];
  const [inExchange, inEntra] = await Promise.all([
    getAll(context.exchange, "Get-User", { Identity: objectId }),
    context.entra && readUser(context.entra.graph, objectId).catch(unlessForbidden),
  ]);
  const isBlocked = inExchange.some((user) => flag(user, "AccountDisabled")) || inEntra?.accountEnabled === false;
  if (!isBlocked) return [];
  const [user] = inExchange;
  const name = inEntra?.userPrincipalName ?? (user === undefined ? objectId : text(user, "UserPrincipalName"));
  return [`the user ${name} is blocked from signing in`];
}

/** The members of a role group who are blocked. */
export async function blockedMembers(context: Context, roleGroup: string): Promise<Stops> {
  if (roleGroup === "" || isUnknown(roleGroup)) return [];
  const asked = { Identity: roleGroup, ResultSize: "Unlimited" };
  const members = await getAll(context.exchange, "Get-RoleGroupMember", asked);
  const users = await Promise.all(
    members.map((member) => getAll(context.exchange, "Get-User", { Identity: guid(member) })),
  );
  return users
    .flat()
    .filter((user) => flag(user, "AccountDisabled"))
    .map((user) => `the user ${text(user, "UserPrincipalName")} is blocked from signing in`);
}

/**
 * Says that a change is refused while an access is stopped; pure.
 * @param why what would open it again, each a clause
 * @param undo how to leave it stopped, a sentence
 * @returns without a word on what else the run did: the preflight alone knows that nothing was changed
 */
export function refusedWhileStopped(stops: Stops, why: readonly string[], undo: string): Problem {
  // A user name is the same in any case: the settings have it in one, Entra in another.
  const stopped = [...new Map(stops.map((stop) => [stop.toLowerCase(), stop])).values()].join("; ");
  return `regrant: somebody stopped this access: ${stopped}. It would be open again, because ${why.join("; ")}. ${undo} Or set regrant to true: only that opens what was stopped.`;
}

function unlessForbidden(error: unknown): undefined {
  if (!isDirectoryError(error, "forbidden", "unauthorized")) throw error;
}
