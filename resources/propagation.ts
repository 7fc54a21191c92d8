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
  const made = found.map((each) => (each === undefined ? Number.NaN : timeOf(text(each, "WhenCreatedUTC"))));
  const youngest = Math.max(...made);
  if (!Number.isFinite(youngest) || exchange.serverTime === undefined) return propagation;
  return youngest + propagation - exchange.serverTime;
}

/** A time in UTC, also where it is written without its zone: read as this machine's, it could be hours too old. */
function timeOf(utc: string): number {
  if (!/^\d{4}-\d\d-\d\dT/.test(utc)) return Number.NaN;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(utc) ? utc : `${utc}Z`);
}
