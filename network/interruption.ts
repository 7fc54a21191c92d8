/**
 * How a run learns that the operator ended it. The provider host never hears Ctrl-C (facts/pulumi.md §1.4): the engine
 * only waits for it. So the wrapper (commands/pulumi.ts) leaves a file, and every wait looks for it.
 */
import { existsSync } from "node:fs";

/** The environment variable that names the file; without it nothing is looked for. */
export const interruptionVariable = "CALENDAR_ACCESS_INTERRUPTION";

/** The operator ended the run while something was waited for. What had been made by then is there. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";

  /** @param what continues "interrupted while waiting for …" */
  constructor(what: string) {
    super(`interrupted while waiting for ${what}`);
  }
}

/**
 * A pause up to this many ms is slept to its end, interrupted or not: what a call needs between a write and its look,
 * so that what was made is also recorded.
 */
const shortPause = 500;

/** How often a longer one looks, in ms. */
const lookInterval = 200;

/**
 * Says whether a pause of that length may be slept.
 * @throws InterruptedError where the operator has ended the run, and the pause is no short one
 */
export function demandUninterrupted(milliseconds: number, what: string): void {
  const file = process.env[interruptionVariable] ?? "";
  if (milliseconds > shortPause && file !== "" && existsSync(file)) throw new InterruptedError(what);
}

/** Sleeps; rejects with an {@link InterruptedError} where the run is ended before or meanwhile. */
export async function sleepUnlessInterrupted(milliseconds: number, what: string): Promise<void> {
  const end = performance.now() + milliseconds;
  for (let left = milliseconds; left > 0; left = end - performance.now()) {
    demandUninterrupted(milliseconds, what);
    await pause(Math.min(left, lookInterval));
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
