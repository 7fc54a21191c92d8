/**
 * Who else uses the stack's security group: whom it lets in, and whom it keeps out. Both end with the group, and change
 * with each mailbox that comes off the list (design.md §7.12).
 */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { isUnknown } from "../lifecycle/artifact.ts";
import { customScopeOf, isOfApp, isOfRoleGroup } from "../lifecycle/assignmentRow.ts";
import { flag, guid, text } from "../lifecycle/exchangeValue.ts";
import { foreignUses, isPolicyOn, readUsers, scopesNaming, type Users } from "./foreignUses.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { groupNotes, readOtherHolder } from "../lifecycle/markedField.ts";
import { messageOf } from "../lifecycle/userError.ts";

/** What others do with the group, and what could not be asked. */
export interface GroupUsers {
  readonly uses: readonly string[];
  readonly notAsked: readonly string[];
}

/** What tells the stack's own use of its group (securityGroup.ts). */
export interface OwnUse {
  /** The stack's scope. */
  readonly scopeName: string;
  /** Whose assignments on that scope are the stack's: GUID of the role group, object id of the enterprise app. */
  readonly roleGroup: string;
  readonly app: string;
}

/**
 * Names them; pure. The stack's own scope is no part of it, unless others use that.
 * @param scopeName the stack's scope
 */
export function usersOfGroup(
  group: ExchangeObject,
  users: Users,
  scopeName: string,
  isOwn: (assignment: ExchangeObject) => boolean = () => true,
): string[] {
  const isOthers = onScope(users, scopeName).some((assignment) => !isOwn(assignment));
  const naming = new Set(scopesNaming(users.scopes, group).filter((scope) => isOthers || scope !== scopeName));
  // One that no assignment uses lets nobody in and keeps nobody out, unless it is exclusive: that one shuts out all others.
  const used = new Set(users.assignments.map((assignment) => customScopeOf(assignment)));
  const scopes = users.scopes.filter(
    (scope) => naming.has(text(scope, "Name")) && (used.has(text(scope, "Name")) || flag(scope, "Exclusive")),
  );
  const assignments = foreignUses({ scope: "", group }, { ...users, policies: [] }, () => false, "").filter(
    (use) => use.through.kind === "group",
  );
  const policies = (users.policies ?? []).filter((policy) => isPolicyOn(policy, group));
  return [
    ...policies.map((policy) =>
      text(policy, "AccessRight") === "DenyAccess"
        ? `an application access policy keeps the app ${guid(policy, "AppId")} out by it`
        : `an application access policy limits the app ${guid(policy, "AppId")} to it`,
    ),
    ...scopes.map((scope) =>
      /-(?:not|ne)\b/i.test(text(scope, "RecipientFilter"))
        ? `the management scope "${text(scope, "Name")}" keeps somebody out by it`
        : `the management scope "${text(scope, "Name")}" names it`,
    ),
    ...assignments.map(({ name, what }) => `the role assignment "${name}" (${what}) names it`),
  ];
}

function onScope({ assignments }: Users, scopeName: string): readonly ExchangeObject[] {
  return assignments.filter((assignment) => customScopeOf(assignment) === scopeName);
}

/** Asks; what may not be read is said, and keeps nothing from going on (design.md §7.15). */
export async function findUsersOfGroup(
  context: Context,
  group: ExchangeObject,
  scopeName: string,
  ownOf?: (onScope: readonly ExchangeObject[]) => Promise<(assignment: ExchangeObject) => boolean>,
): Promise<GroupUsers> {
  let users: Users;
  try {
    users = await readUsers(context);
  } catch (error) {
    // Another try may get an answer to these; to everything else it gets the same again.
    if (!isExchangeError(error) || isExchangeError(error, "throttled", "transient", "incomplete")) throw error;
    return { uses: [], notAsked: [`who else uses it: ${messageOf(error)}`] };
  }
  return {
    uses: usersOfGroup(group, users, scopeName, await ownOf?.(onScope(users, scopeName))),
    notAsked: users.policies === undefined ? ["whether an application access policy names it"] : [],
  };
}

/** Tells the stack's own among the assignments on its scope; asks nothing where there are none. */
async function ownAmong(
  { exchange }: Context,
  { roleGroup, app }: OwnUse,
  assignments: readonly ExchangeObject[],
): Promise<(assignment: ExchangeObject) => boolean> {
  const isAsked = assignments.length > 0 && roleGroup !== "" && !isUnknown(roleGroup);
  const group = isAsked ? await getByGuid(exchange, "Get-RoleGroup", roleGroup) : undefined;
  return (assignment) => isOfApp(assignment, app) || isOfRoleGroup(assignment, group);
}

/**
 * Why the group stays at its removal; `undefined` where nobody else is known to use it. By then the stack's scope is
 * gone, or was left to others.
 */
export async function whyGroupStays(
  context: Context,
  id: string,
  own: OwnUse & { readonly mark: string },
): Promise<string | undefined> {
  const holder = await readOtherHolder(context, id, groupNotes, own.mark);
  if (holder !== undefined) return holder;
  const group = await getByGuid(context.exchange, "Get-DistributionGroup", id);
  if (group === undefined) return undefined;
  const ownOf = (assignments: readonly ExchangeObject[]) => ownAmong(context, own, assignments);
  const { uses, notAsked } = await findUsersOfGroup(context, group, own.scopeName, ownOf);
  const title = titleOf(group);
  if (uses.length > 0) {
    return `${title}: others use it: ${uses.join("; ")}. Without it whom it lets in would be shut out, and whom it keeps out would get in, so it is left as it is, with its members. It is no longer this stack's: once nobody uses it, remove it by hand (Remove-DistributionGroup).`;
  }
  if (notAsked.length > 0) {
    context.report(
      `${title}: could not be asked: ${notAsked.join("; ")}. If somebody is kept out by it, that ends now.`,
    );
  }
  return undefined;
}

/** Says in a preview who else uses a group that the stack holds. */
export async function reportUsersOfGroup(
  context: Context,
  { securityGroup: id, scope }: { readonly securityGroup: string; readonly scope: string },
  scopeName: string,
): Promise<void> {
  if (id === "" || context.gone.has(id)) return;
  const group = await getByGuid(context.exchange, "Get-DistributionGroup", id);
  if (group === undefined) return;
  // The stack's own scope by its GUID: somebody may have renamed it, and given its name to another.
  const own = scope === "" ? undefined : await getByGuid(context.exchange, "Get-ManagementScope", scope);
  const { uses } = await findUsersOfGroup(context, group, own === undefined ? scopeName : text(own, "Name"));
  if (uses.length === 0) return;
  context.report(
    `${titleOf(group)}: others use it: ${uses.join("; ")}. A mailbox that comes off the list is no longer in it for them either: whom the group keeps out gets into that mailbox. destroy would leave the group as it is.`,
  );
}

function titleOf(group: ExchangeObject): string {
  return `security group "${text(group, "DisplayName") || text(group, "Name")}"`;
}
