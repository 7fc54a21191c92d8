/** The one place that waits before a failed call is made again: Retry-After, else exponential back-off with jitter. */
import { duration } from "./waiting.ts";
import type { Waits } from "./waits.ts";

/** How often, and after which pauses, a call is made again. */
export interface RetryPolicy {
  /** How often a call is made at most. */
  readonly attempts: number;
  /** First pause in ms where the service names none; doubles with every attempt. */
  readonly firstPause: number;
  /** Longest pause in ms of our own choosing; a Retry-After may be longer. */
  readonly longestPause: number;
  /** No pause is begun that would end later than this many ms after the first attempt. */
  readonly budget: number;
}

/**
 * Microsoft's own module makes 5 repetitions, 2 s times 2^n apart (facts/exchange.md §1.2); ours ends after ten
 * minutes, because an operator is watching.
 */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 6,
  firstPause: 2_000,
  longestPause: 60_000,
  budget: 600_000,
};

/** What a failed attempt means. */
export interface Judgement {
  /** Whether the call may be made again. */
  readonly again: boolean;
  /** Pause in ms that the service asked for. */
  readonly retryAfter?: number | undefined;
  /** Why the operator is kept waiting, e.g. `Exchange is throttling`. */
  readonly reason: string;
}

/** Pauses shorter than this many ms are not worth a line. */
export const silentPause = 1_500;

/**
 * Makes a call until it succeeds, may not be made again, or the policy is used up; rejects with the last failure, or
 * with an InterruptedError where the operator ends the run meanwhile.
 * @param what names the call for the operator.
 */
export async function repeat<T>(
  what: string,
  attempt: () => Promise<T>,
  judge: (failure: unknown) => Judgement,
  waits: Waits,
  policy: RetryPolicy = defaultRetryPolicy,
): Promise<T> {
  const start = waits.now();
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (failure) {
      const { again, retryAfter, reason } = judge(failure);
      if (!again || made >= policy.attempts) throw failure;
      const milliseconds = pause(made, retryAfter, waits.random(), policy);
      if (waits.now() + milliseconds - start > policy.budget) throw failure;
      if (milliseconds >= silentPause) {
        const seconds = Math.ceil(milliseconds / 1000);
        waits.report(`${what}: ${reason}; attempt ${made + 1} of ${policy.attempts} in ${seconds} s`);
      }
      await waits.sleep(milliseconds, `another attempt of ${what}`);
    }
  }
}

/**
 * Pause in ms before attempt `made` + 1. A named pause is never shortened, only spread upwards, so that calls refused
 * together do not come back together.
 */
export function pause(made: number, retryAfter: number | undefined, random: number, policy: RetryPolicy): number {
  if (retryAfter !== undefined) return Math.round(retryAfter * (1 + random / 10));
  const longest = Math.min(policy.firstPause * 2 ** (made - 1), policy.longestPause);
  return Math.round(longest * (0.5 + random / 2));
}

/** What a final error adds where the service named a pause: nobody needs to guess when to come back. */
export function askedPause(retryAfter: number | undefined): string {
  if (retryAfter === undefined || retryAfter < silentPause) return "";
  return ` (it asks to be left alone for ${duration(Math.ceil(retryAfter / 1000))}: run the same command again after that)`;
}

/** Reads a Retry-After header (seconds, or an HTTP date) as ms from `now`; `undefined` where it says nothing. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse also takes "-5" or "2": only what looks like an HTTP date is one.
  if (!/^[A-Za-z]{3}, \d/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
