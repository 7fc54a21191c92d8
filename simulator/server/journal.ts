/** The journal: after every write, who did what, and which mailboxes each principal can reach now. */
import { createHash } from "node:crypto";
import type { Write } from "./service.ts";

/** Primary SMTP addresses of mailboxes by principal name. */
export type ReachMap = ReadonlyMap<string, readonly string[]>;

/** A set of more than {@link LARGE_SET} addresses, told as its difference from the entry before. */
export interface LargeReach {
  readonly count: number;
  /** SHA-256 (hex) of the sorted addresses, joined by newlines. */
  readonly sha256: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** One write, as `GET /simulator/journal` serves it. */
export interface JournalEntry extends Write {
  /** ISO virtual time. */
  readonly at: string;
  /** What the directory says: all channels together. */
  readonly reach: Record<string, readonly string[] | LargeReach>;
  /** What the authorisation cache still allows. */
  readonly cachedReach: Record<string, readonly string[] | LargeReach>;
}

/** Sets up to this size are listed in full. */
export const LARGE_SET = 50;

export class Journal {
  #entries: JournalEntry[] = [];
  #reach: ReachMap = new Map();
  #cachedReach: ReachMap = new Map();

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Starts a new journal whose first differences are against this reach. */
  reset(reach: ReachMap, cachedReach: ReachMap): void {
    this.#entries = [];
    this.#reach = reach;
    this.#cachedReach = cachedReach;
  }

  add(write: Write, now: number, reach: ReachMap, cachedReach: ReachMap): void {
    this.#entries.push({
      at: new Date(now).toISOString(),
      actor: write.actor,
      operation: write.operation,
      target: write.target,
      status: write.status,
      reach: describeReach(reach, this.#reach),
      cachedReach: describeReach(cachedReach, this.#cachedReach),
    });
    this.#reach = reach;
    this.#cachedReach = cachedReach;
  }
}

/** Lists each principal's addresses, large sets as the difference from `before`; principals in a stable order. */
export function describeReach(reach: ReachMap, before: ReachMap): Record<string, readonly string[] | LargeReach> {
  const names = [...reach.keys()].sort();
  return Object.fromEntries(
    names.map((name) => {
      const addresses = reach.get(name) ?? [];
      return [name, addresses.length > LARGE_SET ? summarize(addresses, before.get(name) ?? []) : addresses];
    }),
  );
}

function summarize(addresses: readonly string[], before: readonly string[]): LargeReach {
  const now = new Set(addresses);
  const then = new Set(before);
  return {
    count: addresses.length,
    sha256: createHash("sha256")
      .update([...addresses].sort().join("\n"))
      .digest("hex"),
    added: addresses.filter((address) => !then.has(address)),
    removed: before.filter((address) => !now.has(address)),
  };
}
