// Judges the journal: how far every principal could reach after each write, against what was there and what was asked
// for.
import type { JournalEntry } from "../../simulator/server/journal.ts";

/** Addresses by principal: a user by its name, an app by its display name. */
export type Reach = Readonly<Record<string, readonly string[]>>;

/** A part of the journal, from entry `from` up to but not including entry `to`. */
export interface Chapter {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** Whether somebody changed things by hand: then the reach may be anything. */
  readonly byHand: boolean;
  /**
   * What the stack was asked for: a principal in it may reach so much on the way, besides what it reached before, and
   * no more at the end. One that is not in it may reach what it did before.
   */
  readonly asked: Reach;
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
 * One line for each write after which a principal reached more than at the chapter's start together with what was asked
 * for, and for each chapter that ended with more than it may; writes by hand aside. Between chapters nothing is asked
 * for; before the first write nobody reaches anything, as in the demo's tenant.
 */
export function judgeReach(journal: readonly JournalEntry[], chapters: readonly Chapter[]): string[] {
  const principals = new Set(
    [...journal, ...chapters].flatMap((each) => Object.keys("reach" in each ? each.reach : each.asked)),
  );
  const judged = fillGaps(chapters, journal.length).filter(({ byHand }) => !byHand);
  return [...principals].flatMap((principal) => {
    const reach = reachAfterEach(journal, principal);
    return judged.flatMap((chapter) => judgeChapter(journal, principal, reach, chapter));
  });
}

function judgeChapter(
  journal: readonly JournalEntry[],
  principal: string,
  reach: readonly ReadonlySet<string>[],
  { title, from, to, asked }: Chapter,
): string[] {
  const before = reach[from - 1] ?? new Set<string>();
  const mine = asked[principal];
  const beyond = (index: number, allowed: ReadonlySet<string>): string[] =>
    [...(reach[index] ?? [])].filter((address) => !allowed.has(address));
  const allowed = new Set([...before, ...(mine ?? [])]);
  const wider = journal.slice(from, to).flatMap(({ operation, target }, index) => {
    const more = beyond(from + index, allowed);
    return more.length === 0
      ? []
      : [`${title}: after ${operation} ${target} ${principal} also reached ${more.join(", ")}`];
  });
  const left = beyond(to - 1, mine === undefined ? before : new Set(mine));
  return left.length === 0 ? wider : [...wider, `${title}: at its end ${principal} still reached ${left.join(", ")}`];
}

/** Chapters for the writes between the given ones, which are in order: nothing is asked for there. */
function fillGaps(chapters: readonly Chapter[], length: number): Chapter[] {
  const filled: Chapter[] = [];
  const end = { title: "", from: length, to: length, byHand: true, asked: {} };
  for (const chapter of [...chapters, end]) {
    const from = filled.at(-1)?.to ?? 0;
    if (from < chapter.from) filled.push({ title: "in between", from, to: chapter.from, byHand: false, asked: {} });
    filled.push(chapter);
  }
  return filled;
}
