// Judges the journal: how far the service user could reach after each write, against what was there and what was asked for.
import type { JournalEntry } from "../../simulator/journal.ts";

/** A part of the journal, from entry `from` up to but not including entry `to`. */
export interface Chapter {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** Whether somebody changed things by hand: then the reach may be anything. */
  readonly byHand: boolean;
  /** Addresses that may be reached at the chapter's end, besides those that are asked for all the time. */
  readonly endsWith: readonly string[];
}

/** The addresses that a principal can reach after each entry; a large set is followed by its differences. */
export function reachAfterEach(journal: readonly JournalEntry[], principal: string): ReadonlySet<string>[] {
  let reach: ReadonlySet<string> = new Set();
  return journal.map((entry) => {
    const told = entry.reach[principal] ?? [];
    if ("count" in told) {
      const next = new Set(reach);
      for (const address of told.removed) next.delete(address);
      for (const address of told.added) next.add(address);
      reach = next;
    } else reach = new Set(told);
    return reach;
  });
}

/**
 * One line for each write after which the reach was wider than at the chapter's start together with what is asked for, and
 * for each chapter that ended with more than it may; writes by hand aside.
 */
export function judgeReach(
  journal: readonly JournalEntry[],
  principal: string,
  asked: readonly string[],
  chapters: readonly Chapter[],
): string[] {
  const reach = reachAfterEach(journal, principal);
  const beyond = (index: number, allowed: ReadonlySet<string>): string[] =>
    [...(reach[index] ?? [])].filter((address) => !allowed.has(address));
  return chapters
    .filter(({ byHand }) => !byHand)
    .flatMap(({ title, from, to, endsWith }) => {
      const allowed = new Set([...(reach[from - 1] ?? []), ...asked]);
      const wider = journal.slice(from, to).flatMap(({ operation, target }, index) => {
        const more = beyond(from + index, allowed);
        return more.length === 0 ? [] : [`${title}: after ${operation} ${target} it also reached ${more.join(", ")}`];
      });
      const left = beyond(to - 1, new Set(endsWith));
      return left.length === 0 ? wider : [...wider, `${title}: at its end it still reached ${left.join(", ")}`];
    });
}
