/**
 * A row of Get-ManagementRoleAssignment: a role group's and an app's differ in their columns (facts/exchange.md §2.3).
 */
import type { ExchangeObject } from "../../exchange/session.ts";
import { nameOf, text } from "./exchangeValue.ts";

/** Who has the role: the name of a role group, the object id of an app. */
export function assigneeOf(assignment: ExchangeObject): string {
  return nameOf(text(assignment, "RoleAssigneeName"));
}

/**
 * Whether an app has the role itself, not through a role group.
 * @param app object id of its enterprise app, in lower case; empty is nobody's
 */
export function isOfApp(assignment: ExchangeObject, app: string): boolean {
  if (app === "" || text(assignment, "RoleAssigneeType") !== "ServicePrincipal") return false;
  return assigneeOf(assignment).toLowerCase() === app;
}

/** Whether a role group has the role. */
export function isOfRoleGroup(assignment: ExchangeObject, group: ExchangeObject | undefined): boolean {
  if (group === undefined || text(assignment, "RoleAssigneeType") !== "RoleGroup") return false;
  return assigneeOf(assignment) === text(group, "Name");
}

/** Whether it is the assignment of the one that the role is meant for. */
export function isAssignedTo(assignment: ExchangeObject, group: ExchangeObject | undefined, app: string): boolean {
  return app === "" ? isOfRoleGroup(assignment, group) : isOfApp(assignment, app);
}

/** Whether it opens anything: a delegating one only lets its holder assign the role. */
export function isRegular(assignment: ExchangeObject): boolean {
  return text(assignment, "RoleAssignmentDelegationType") === "Regular";
}

/**
 * Name of the custom scope, empty without one: a role group's assignment and an app's have it in columns of their own.
 */
export function customScopeOf(assignment: ExchangeObject): string {
  return nameOf(text(assignment, "CustomRecipientWriteScope") || text(assignment, "CustomResourceScope"));
}
