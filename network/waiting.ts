/**
 * Waiting for something that Exchange or Entra does in its own time: replication, hydration, a role that takes effect.
 */
import { realWaits } from "./waits.ts";
import type { Waits } from "./waits.ts";

/** How long and how often is looked, and who is told. */
export interface WaitOptions {
  /** When to give up. */
  readonly timeoutSeconds: number;
  /** Shows the operator one line. */
  readonly report: (line: string) => void;
  /** Default: the machine's own. */
  readonly clock?: Pick<Waits, "now" | "sleep">;
  /** First pause between two looks; it grows by half each time, up to `longestIntervalSeconds`. Default 1. */
  readonly intervalSeconds?: number;
  /** Default 15. */
  readonly longestIntervalSeconds?: number;
  /** Least time between two lines. Default 15. */
  readonly reportSeconds?: number;
  /** Which failures of a look mean "not yet"; any other ends the waiting. Default: none. */
  readonly isPending?: (error: unknown) => boolean;
}

/** What was waited for did not happen in time. `cause` is the last failure, if the last look failed. */
export class WaitTimeoutError extends Error {
  override readonly name = "WaitTimeoutError";
}

/** A shorter wait is not worth a line. */
const unsaidSeconds = 1;

/**
 * Looks until `probe` answers something else than `undefined`, and returns that. Says what is waited for, for how long
 * already and how long at most; says nothing of a wait that is over within a second. Rejects with an InterruptedError
 * where the operator ends the run meanwhile.
 * @param what continues "waiting for …", e.g. `the group "X" to reach Exchange`.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  options: WaitOptions,
): Promise<T> {
  const { timeoutSeconds, report, longestIntervalSeconds = 15, reportSeconds = 15 } = options;
  const clock = options.clock ?? realWaits(report);
  const start = clock.now();
  let interval = options.intervalSeconds ?? 1;
  let reported: number | undefined;
  for (;;) {
    const look = await tryProbe(probe, options);
    const waited = (clock.now() - start) / 1000;
    if (look.value !== undefined) {
      if (reported !== undefined) report(`${what}: done after ${duration(waited)}`);
      return look.value;
    }
    const left = timeoutSeconds - waited;
    if (left <= 0) throw timeout(what, timeoutSeconds, look.error);
    const pause = Math.min(interval, left);
    // Said before the pause with which the wait becomes worth it: nobody looks at the clock during it.
    const isDue = reported === undefined ? waited + pause >= unsaidSeconds : waited - reported >= reportSeconds;
    if (isDue) {
      report(progress(what, waited, timeoutSeconds, look.error));
      reported = waited;
    }
    await clock.sleep(pause * 1000, what);
    interval = Math.min(interval * 1.5, longestIntervalSeconds);
  }
}

async function tryProbe<T>(
  probe: () => Promise<T | undefined>,
  { isPending }: WaitOptions,
): Promise<{ value?: T | undefined; error?: unknown }> {
  try {
    return { value: await probe() };
  } catch (error) {
    if (isPending?.(error) !== true) throw error;
    return { error };
  }
}

function progress(what: string, waited: number, timeoutSeconds: number, error: unknown): string {
  const time = waited < 1 ? "" : `${duration(waited)} so far, `;
  const last = error === undefined ? "" : `; last answer: ${messageOf(error)}`;
  return `waiting for ${what} (${time}${duration(timeoutSeconds)} at most)${last}`;
}

function timeout(what: string, timeoutSeconds: number, cause: unknown): WaitTimeoutError {
  const last = cause === undefined ? "" : `; last answer: ${messageOf(cause)}`;
  return new WaitTimeoutError(`gave up waiting for ${what} after ${duration(timeoutSeconds)}${last}`, { cause });
}

/** E.g. `45 s`, `10 min`, `1 min 30 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
