/**
 * The baseline of who gets in through an object that was there before the stack: what was on it when it was taken over,
 * as the tenant's artifact saw it before the first write. What somebody adds between that moment and the first proof is a
 * stranger (design.md §7.12). Pure.
 */
import { linesOf } from "../recipients/memberList.ts";
import { baselineOf, type Entrant } from "./entrants.ts";

/** What can be taken over with somebody on it. */
export interface TakenOver {
  readonly holder: "app" | "roleGroup";
  /** Client id of the app, GUID of the role group. */
  readonly id: string;
}

/** The record of one object: itself on the first line, then one line for each that is accepted with it. */
export function recordTakenOver(object: TakenOver, entrants: readonly Entrant[]): string[] {
  const beginning = beginningOf(object);
  return [beginning, ...linesOf(baselineOf(entrants)).map((key) => `${beginning} ${key}`)];
}

/** The lines of one object in a record; none where it was not taken over, or is another one. */
export function linesOfTakenOver(record: string, object: TakenOver): string[] {
  const beginning = beginningOf(object);
  return linesOf(record).filter((line) => line === beginning || line.startsWith(`${beginning} `));
}

/** The keys that were there; `undefined` where nothing is recorded of the object. */
export function keysTakenOver(record: string, object: TakenOver): ReadonlySet<string> | undefined {
  const [itself, ...accepted] = linesOfTakenOver(record, object);
  return itself === undefined ? undefined : new Set(accepted.map((line) => line.slice(itself.length + 1)));
}

function beginningOf({ holder, id }: TakenOver): string {
  return `${holder} ${id.toLowerCase()}`;
}
