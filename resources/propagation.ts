/** How long a new grant to an app takes to be effective everywhere (facts/exchange.md §3.6). */
import type { ExchangeObject } from "../exchange/session.ts";
import type { ApplicationClaim } from "./applicationProof.ts";
import { text } from "./exchangeValue.ts";
import type { Context } from "./lifecycle.ts";
import { getByGuid } from "./lookup.ts";
import { linesOf } from "./memberList.ts";

/** The longest documented time: two hours, in ms. */
export const propagation = 2 * 60 * 60 * 1000;

/**
 * How long the youngest of some assignments still needs to be effective everywhere, in ms, by Exchange's own clock. An
 * unknown age is a new one: nothing is taken away on a guess.
 * @param heldSince since when a proof found the access to hold, for an assignment that shows no time of its own (no fact
 * says that all of them do); empty where none did
 */
export async function waitUntilEffective(
  { exchange }: Context,
  assignments: readonly string[],
  heldSince: string,
): Promise<number> {
  const found = await Promise.all(assignments.map((id) => getByGuid(exchange, "Get-ManagementRoleAssignment", id)));
  const changed = found.map((each) => {
    const times = timesOf(each).filter((time) => Number.isFinite(time));
    return each === undefined ? Number.NaN : times.length > 0 ? Math.max(...times) : timeOf(heldSince);
  });
  const youngest = Math.max(...changed);
  if (!Number.isFinite(youngest) || exchange.serverTime === undefined) return propagation;
  return youngest + propagation - exchange.serverTime;
}

/**
 * How long ago something that an app's reach depends on was last seen to change, in ms, by Exchange's own clock: its
 * assignments, the scope, the group (that a new member touches the group's time is inferred), and what the caller knows
 * of, as times in ms. What is gone leaves no time. `undefined` where there is none at all.
 */
export async function sinceLastChange(
  { exchange }: Context,
  claim: Pick<ApplicationClaim, "assignments" | "scope" | "group">,
  known: readonly number[],
): Promise<number | undefined> {
  const found = await Promise.all([
    ...linesOf(claim.assignments).map((id) => getByGuid(exchange, "Get-ManagementRoleAssignment", id)),
    claim.scope === "" ? undefined : getByGuid(exchange, "Get-ManagementScope", claim.scope),
    claim.group === "" ? undefined : getByGuid(exchange, "Get-DistributionGroup", claim.group),
  ]);
  const times = [...known, ...found.flatMap(timesOf)].filter((time) => Number.isFinite(time));
  if (times.length === 0 || exchange.serverTime === undefined) return undefined;
  return exchange.serverTime - Math.max(...times);
}

function timesOf(object: ExchangeObject | undefined): number[] {
  if (object === undefined) return [];
  return ["WhenCreatedUTC", "WhenChangedUTC"].map((name) => timeOf(text(object, name)));
}

/** A time in UTC, also where it is written without its zone: read as this machine's, it could be hours too old. */
function timeOf(utc: string): number {
  if (!/^\d{4}-\d\d-\d\dT/.test(utc)) return Number.NaN;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(utc) ? utc : `${utc}Z`);
}
