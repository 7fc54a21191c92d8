/** At most so many calls in flight for one tenant, and none while the tenant is throttled. */
import pLimit from "p-limit";
import { silentPause } from "./retry.ts";
import { duration } from "./waiting.ts";
import type { Waits } from "./waits.ts";

/** Lets so many calls run at once, and holds all of them back where the tenant asks for it. */
export interface Limiter {
  /** Rejects with a {@link HeldTooLongError} where the tenant is held back for longer than a call waits. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Holds all calls that have not begun yet for this many ms: a throttled tenant is throttled for every caller. */
  holdOff(milliseconds: number): void;
  /** Tells that the tenant answers again. */
  letGo(): void;
}

/** A call that was not made, because its tenant is throttled for too long. */
export class HeldTooLongError extends Error {
  override readonly name = "HeldTooLongError";
}

/**
 * @param maxInFlight Exchange refuses what exceeds a tenant's concurrent requests (facts/exchange.md §1.3).
 * @param budget how long a throttled tenant is waited for, in ms, however often it asks for more: from its first
 *   refusal on, so that calls that wait behind each other do not add up
 */
export function limitCalls(maxInFlight: number, budget: number, waits: Waits): Limiter {
  const limit = pLimit(maxInFlight);
  let heldUntil = 0;
  let heldSince: number | undefined;
  let reported = 0;

  const awaitRelease = async (): Promise<void> => {
    for (let held = heldUntil - waits.now(); held > 0; held = heldUntil - waits.now()) {
      if (heldUntil - (heldSince ?? waits.now()) > budget) throw new HeldTooLongError(tooLong(held, budget));
      if (held >= silentPause && reported !== heldUntil) {
        reported = heldUntil;
        waits.report(`Exchange throttles this tenant: its calls wait for ${duration(Math.ceil(held / 1000))}`);
      }
      await waits.sleep(held, "Exchange, which throttles this tenant");
    }
  };
  return {
    run: (call) =>
      limit(async () => {
        await awaitRelease();
        return call();
      }),
    holdOff(milliseconds) {
      heldSince ??= waits.now();
      heldUntil = Math.max(heldUntil, waits.now() + milliseconds);
    },
    letGo() {
      if (waits.now() >= heldUntil) heldSince = undefined;
    },
  };
}

function tooLong(held: number, budget: number): string {
  return (
    `not sent: Exchange throttles this tenant and is to be left alone for another ${duration(Math.ceil(held / 1000))}; ` +
    `calls wait no longer than ${duration(budget / 1000)}. Run the same command again after that`
  );
}
