/**
 * Which other stack is behind an object that has no place for a mark: a scope by the groups that it names, an assignment
 * or a pointer by its scope, by the role group or by the app (design.md §4).
 */
import { readPrincipal } from "../../directory/applications.ts";
import { parseMemberOfGroup } from "../../exchange/filter.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { customScopeOf, isOfApp } from "./assignmentRow.ts";
import { text } from "./exchangeValue.ts";
import type { Context } from "./contract.ts";
import { entraOf } from "./entra.ts";
import { getAll } from "./lookup.ts";
import { foreignMark, type MarkedStack } from "./mark.ts";

/** The other stack of which a scope names the group. */
export async function stackBehindScope(
  context: Context,
  scope: ExchangeObject,
  mark: string,
): Promise<MarkedStack | undefined> {
  const dns = parseMemberOfGroup(text(scope, "RecipientFilter"))?.dns ?? [];
  const groups = await Promise.all(dns.map((Identity) => getAll(context.exchange, "Get-Group", { Identity })));
  return firstForeign(
    groups.flat().map((group) => group["Notes"]),
    mark,
  );
}

/** The other stack whose scope an assignment uses, or whose role group has it. */
export async function stackBehindAssignment(
  context: Context,
  assignment: ExchangeObject,
  mark: string,
): Promise<MarkedStack | undefined> {
  const [scopeName, assignee] = [customScopeOf(assignment), text(assignment, "RoleAssigneeName")];
  const [scopes, roleGroups] = await Promise.all([
    scopeName === "" ? [] : getAll(context.exchange, "Get-ManagementScope", { Identity: scopeName }),
    text(assignment, "RoleAssigneeType") === "RoleGroup" && assignee !== ""
      ? getAll(context.exchange, "Get-RoleGroup", { Identity: assignee })
      : [],
  ]);
  const marked = firstForeign(
    roleGroups.map((group) => group["Description"]),
    mark,
  );
  if (marked !== undefined) return marked;
  const behind = await Promise.all(scopes.map((scope) => stackBehindScope(context, scope, mark)));
  return behind.find((each) => each !== undefined);
}

/**
 * The other stack that gives an app its access: the one that made the enterprise app, or, because an app that was taken
 * over stays unmarked, the one whose scope an assignment of the app uses.
 * @param app object id of the enterprise app
 */
export async function stackBehindApp(context: Context, app: string, mark: string): Promise<MarkedStack | undefined> {
  const [principal, found] = await Promise.all([
    readPrincipal(entraOf(context).graph, "servicePrincipals", app),
    getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: app }),
  ]);
  const marked = foreignMark(principal?.["notes"], mark);
  if (marked !== undefined) return marked;
  const own = found.filter((each) => isOfApp(each, app));
  const behind = await Promise.all(own.map((each) => stackBehindAssignment(context, each, mark)));
  return behind.find((each) => each !== undefined);
}

function firstForeign(texts: readonly unknown[], mark: string): MarkedStack | undefined {
  return texts.map((each) => foreignMark(each, mark)).find((each) => each !== undefined);
}
