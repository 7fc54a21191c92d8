/** What an operator is told where Exchange does not let the role be assigned. */
import { isExchangeError } from "../../exchange/errors.ts";
import { isRegular } from "./assignmentRow.ts";
import type { Context } from "./contract.ts";
import { text } from "./exchangeValue.ts";
import { hydrationHint } from "./hydration.ts";
import { getAll } from "./lookup.ts";
import { UserError } from "./userError.ts";

/**
 * Says what Exchange said, and what to do about it.
 * @param assigned the role, and the object id of the app that it was to go to; that is empty for a role group
 */
export async function refusedRole(
  context: Context,
  { role, app }: { readonly role: string; readonly app: string },
  error: unknown,
): Promise<UserError> {
  const online =
    app === ""
      ? 'Microsoft has removed this role from Exchange Online; there the access mode "application" does the same job.'
      : "The identity needs the role Organization Management (which has the delegating assignments of the Application roles).";
  const advice = context.entra === undefined ? await adviceOnServer(context, role) : online;
  const hint = context.entra !== undefined && isExchangeError(error, "delegation") ? ` ${hydrationHint}` : "";
  const message = error instanceof Error ? error.message : String(error);
  return new UserError(
    `role assignment: Exchange refused to assign ${role}: ${message} No access was given. ${advice}${hint} Run destroy to remove what was made before it.`,
    { cause: error },
  );
}

/** Exchange Server says it in its own language: who may assign the role is asked instead. */
async function adviceOnServer({ exchange }: Context, role: string): Promise<string> {
  const assignments = await getAll(exchange, "Get-ManagementRoleAssignment", { Role: role }).catch(unlessRefused);
  const holders = assignments?.filter((each) => !isRegular(each)).map((each) => text(each, "RoleAssigneeName"));
  const who = holders === undefined ? "could not be asked" : [...new Set(holders)].join(", ") || "nobody";
  return `Only who has a delegating assignment of the role may assign it: here ${who}. If the account of the runs is none of them, give it one: New-ManagementRoleAssignment -Role ${role} -SecurityGroup <its role group> -Delegating.`;
}

function unlessRefused(error: unknown): undefined {
  if (!isExchangeError(error)) throw error;
}
