/** How long a new grant to an app takes to be effective everywhere (facts/exchange.md §3.6). */
import { text } from "./exchangeValue.ts";
import type { Context } from "./lifecycle.ts";
import { getByGuid } from "./lookup.ts";

/** The longest documented time: two hours, in ms. */
export const propagation = 2 * 60 * 60 * 1000;

/**
 * How long the youngest of some assignments still needs to be effective everywhere, in ms, by Exchange's own clock. An
 * unknown age is a new one: nothing is taken away on a guess.
 */
export async function waitUntilEffective({ exchange }: Context, assignments: readonly string[]): Promise<number> {
  const found = await Promise.all(assignments.map((id) => getByGuid(exchange, "Get-ManagementRoleAssignment", id)));
  const made = found.map((each) => Date.parse(each === undefined ? "" : text(each, "WhenCreatedUTC")));
  const youngest = Math.max(...made);
  if (!Number.isFinite(youngest) || exchange.serverTime === undefined) return propagation;
  return youngest + propagation - exchange.serverTime;
}
