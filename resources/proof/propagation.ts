/** How long a new grant to an app takes to be effective everywhere (facts/exchange.md §3.6). */
import type { ExchangeObject, ExchangeSession } from "../../exchange/session.ts";
import type { ApplicationClaim } from "./applicationProof.ts";
import { text } from "../lifecycle/exchangeValue.ts";
import type { Context, Properties } from "../lifecycle/contract.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { linesOf } from "../recipients/memberList.ts";

/** The longest documented time: two hours, in ms. */
export const propagation = 2 * 60 * 60 * 1000;

/** What an access consists of in Exchange, as ids. */
export type Parts = Pick<ApplicationClaim, "assignments" | "pointer" | "scope" | "group">;

/**
 * How long an app's access still needs to be effective everywhere, in ms, by Exchange's own clock: from the last change
 * of anything that it consists of. An unknown age is a new one: nothing is taken away on a guess.
 * @param heldSince since when a proof found exactly this access to hold, as an ISO time; empty where none did. It dates
 * what shows no time of its own, and the group's members: that one of them touches the group's time is inferred
 */
export async function waitUntilEffective({ exchange }: Context, parts: Parts, heldSince: string): Promise<number> {
  const assignments = linesOf(parts.assignments);
  const found = await readParts(exchange, parts);
  const proved = timeOf(heldSince);
  const changed = found.map((each) => {
    const times = timesOf(each).filter((time) => Number.isFinite(time));
    return each === undefined ? Number.NaN : times.length > 0 ? Math.max(...times) : proved;
  });
  const youngest = Math.max(...changed, ...(parts.group === "" ? [] : [proved]));
  if (assignments.length === 0 || !Number.isFinite(youngest) || exchange.serverTime === undefined) return propagation;
  return youngest + propagation - exchange.serverTime;
}

/** Since when a recorded proof found its access to hold; empty where it did not, or nobody knows. */
export function heldSinceOf({ properties }: { readonly properties: Properties }): string {
  const { heldSince } = properties;
  return typeof heldSince === "string" ? heldSince : "";
}

/** What is recorded of a proof; where the access only holds now, that is noted: by Exchange's clock, or not at all. */
export function datedBy({ exchange }: Context, holds: boolean, heldSince: string): string {
  const { serverTime } = exchange;
  const now = serverTime === undefined ? "" : new Date(serverTime).toISOString();
  return holds ? heldSince || now : "";
}

/** The objects themselves; `undefined` stands for one that is gone. */
function readParts(exchange: ExchangeSession, parts: Parts): Promise<(ExchangeObject | undefined)[]> {
  const { assignments, pointer, scope, group } = parts;
  const asked: (readonly [cmdlet: string, id: string])[] = [
    ...linesOf(assignments).map((id) => ["Get-ManagementRoleAssignment", id] as const),
    ["Get-ServicePrincipal", pointer],
    ["Get-ManagementScope", scope],
    ["Get-DistributionGroup", group],
  ];
  return Promise.all(asked.filter(([, id]) => id !== "").map(([cmdlet, id]) => getByGuid(exchange, cmdlet, id)));
}

/**
 * How long ago something that an app's reach depends on was last seen to change, in ms, by Exchange's own clock: its
 * assignments, the pointer, the scope, the group (that a new member touches its time is inferred), and what the caller
 * knows of, as times in ms. What is gone leaves no time. `undefined` where there is none at all.
 */
export async function sinceLastChange(
  { exchange }: Context,
  parts: Parts,
  known: readonly number[],
): Promise<number | undefined> {
  const found = await readParts(exchange, parts);
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
