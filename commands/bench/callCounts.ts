/** How many HTTP calls a run cost the embedded tenant: ours, and apart from them the sign-in's and azuread's. */
import type { RequestLog } from "../../simulator/server/requestLog.ts";

/** How many HTTP calls a run made. */
export interface CallCounts {
  /** Ours to Graph and Exchange together; a `$batch` is one. */
  readonly own: number;
  readonly graph: number;
  readonly exchange: number;
  /** To sign in: the cloud's description of itself, the login service's, and tokens. */
  readonly signIn: number;
  /** Of azuread's plugin, or of what stands in for it. */
  readonly azuread: number;
}

/** Sorts the requests by who sent them: our sessions name themselves, and the libraries that sign in do. */
export function countCalls(log: Pick<RequestLog, "describe">): CallCounts {
  const count = { graph: 0, exchange: 0, signIn: 0, azuread: 0 };
  for (const { userAgent, path } of log.describe().requests) {
    const isExchange = path.toLowerCase().startsWith("/adminapi/");
    if (userAgent === "calendar-access") count[isExchange ? "exchange" : "graph"] += 1;
    // Ours ask for the cloud's description without a name.
    else if (userAgent === "" || userAgent.startsWith("azsdk-js-identity/")) count.signIn += 1;
    else count.azuread += 1;
  }
  return { own: count.graph + count.exchange, ...count };
}

/** One line, e.g. `6 calls of our own (1 to Graph, 5 to Exchange), 4 to sign in, 9 of azuread`. */
export function describeCounts({ own, graph, exchange, signIn, azuread }: CallCounts): string {
  return `${own} calls of our own (${graph} to Graph, ${exchange} to Exchange), ${signIn} to sign in, ${azuread} of azuread`;
}
