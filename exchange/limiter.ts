/** At most so many calls in flight for one tenant, and none while the tenant is throttled. */
import pLimit from "p-limit";
import type { Waits } from "./waits.ts";

/** Lets so many calls run at once, and holds all of them back where the tenant asks for it. */
export interface Limiter {
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Holds all calls that have not begun yet for this many ms: a throttled tenant is throttled for every caller. */
  holdOff(milliseconds: number): void;
}

/** @param maxInFlight Exchange refuses what exceeds a tenant's concurrent requests (facts/exchange.md §1.3). */
export function limitCalls(maxInFlight: number, waits: Waits): Limiter {
  const limit = pLimit(maxInFlight);
  let heldUntil = 0;
  return {
    run: (call) =>
      limit(async () => {
        const held = heldUntil - waits.now();
        if (held > 0) await waits.sleep(held);
        return call();
      }),
    holdOff(milliseconds) {
      heldUntil = Math.max(heldUntil, waits.now() + milliseconds);
    },
  };
}
