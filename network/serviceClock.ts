/** A service's own time, as its answers tell it. */
import type { Transport } from "./transport.ts";

/**
 * The same transport, and what time it is where its answers come from: that of the last one (header `Date`) and what has
 * passed here since; `undefined` before the first.
 */
export function withClock(
  transport: Transport,
  now: () => number,
): { transport: Transport; time: () => number | undefined } {
  let ahead: number | undefined;
  return {
    transport: async (request) => {
      const answer = await transport(request);
      const time = Date.parse(answer.headers["date"] ?? "");
      if (!Number.isNaN(time)) ahead = time - now();
      return answer;
    },
    time: () => (ahead === undefined ? undefined : now() + ahead),
  };
}
