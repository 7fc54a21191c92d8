/** The role assignments that use a management scope: who they are, and how one goes. */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject, Parameters } from "../../exchange/session.ts";
import { guid, text } from "./exchangeValue.ts";
import type { Context } from "./contract.ts";
import { getAll, getByGuid } from "./lookup.ts";
import { isScopedTo } from "./scopeParameter.ts";

/** Removes a role assignment; one that is gone already is done. */
export async function removeAssignment(context: Context, id: string): Promise<void> {
  try {
    await context.exchange.write("Remove-ManagementRoleAssignment", { Identity: id, Confirm: false });
  } catch (error) {
    if (!isExchangeError(error, "notFound")) throw error;
  }
}

/**
 * All assignments that use a scope; Get- has no filter for the scope column of an app's (facts/exchange.md §2.3).
 * Exchange names the scope in them: a scope that bears another name by then is asked about once more, under that one.
 */
export async function assignmentsOn(context: Context, id: string, name: string): Promise<readonly ExchangeObject[]> {
  const ask = (filter: Parameters): Promise<readonly ExchangeObject[]> =>
    getAll(context.exchange, "Get-ManagementRoleAssignment", filter, { fresh: true });
  const [byScope, ofApps] = await Promise.all([
    ask({ CustomRecipientWriteScope: name }),
    ask({ RoleAssigneeType: "ServicePrincipal" }),
  ]);
  const scope = await getByGuid(context.exchange, "Get-ManagementScope", id, { fresh: true });
  const now = scope === undefined ? name : text(scope, "Name");
  if (now !== name) return assignmentsOn(context, id, now);
  const scoped = ofApps.filter((each) => isScopedTo(each, name));
  return [...new Map([...byScope, ...scoped].map((each) => [guid(each), each])).values()];
}
