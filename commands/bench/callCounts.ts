/**
 * What a run cost the embedded tenant: our HTTP calls, and apart from them the sign-in's and azuread's; and the cmdlets
 * of Exchange, which are what takes time there (design.md §7.16).
 */
import type { RequestLog } from "../../simulator/server/requestLog.ts";

/** How many HTTP calls and cmdlets a run made. */
export interface CallCounts {
  /** Ours to Graph and Exchange together; a `$batch` is one. */
  readonly own: number;
  readonly graph: number;
  readonly exchange: number;
  /** To sign in: the cloud's description of itself, the login service's, and tokens. */
  readonly signIn: number;
  /** Of azuread's plugin, or of what stands in for it. */
  readonly azuread: number;
  /** Cmdlets, those in a `$batch` one by one; pages after the first are counted apart. */
  readonly cmdlets: number;
  readonly pages: number;
  /** How often each cmdlet was run, the most frequent first. */
  readonly byCmdlet: readonly (readonly [name: string, times: number])[];
}

/** Sorts the requests by who sent them: our sessions name themselves, and the libraries that sign in do. */
export function countCalls(log: Pick<RequestLog, "describe">): CallCounts {
  const count = { graph: 0, exchange: 0, signIn: 0, azuread: 0 };
  const { requests, cmdlets } = log.describe();
  for (const { userAgent, path } of requests) {
    const isExchange = path.toLowerCase().startsWith("/adminapi/");
    if (userAgent === "calendar-access") count[isExchange ? "exchange" : "graph"] += 1;
    // Ours ask for the cloud's description without a name.
    else if (userAgent === "" || userAgent.startsWith("azsdk-js-identity/")) count.signIn += 1;
    else count.azuread += 1;
  }
  const first = cmdlets.filter(({ isContinuation }) => !isContinuation);
  const times = new Map<string, number>();
  for (const { name } of first) times.set(name, (times.get(name) ?? 0) + 1);
  return {
    own: count.graph + count.exchange,
    ...count,
    cmdlets: first.length,
    pages: cmdlets.length - first.length,
    byCmdlet: [...times].toSorted(([, one], [, other]) => other - one),
  };
}

/** One line, e.g. `6 calls of our own (1 to Graph, 5 to Exchange: 20 cmdlets), 4 to sign in, 9 of azuread`. */
export function describeCounts({ own, graph, exchange, cmdlets, pages, signIn, azuread }: CallCounts): string {
  const further = pages === 0 ? "" : ` and ${pages} further pages`;
  return `${own} calls of our own (${graph} to Graph, ${exchange} to Exchange: ${cmdlets} cmdlets${further}), ${signIn} to sign in, ${azuread} of azuread`;
}

/** The cmdlets in one line, e.g. `3 Get-User, 1 Get-Recipient`. */
export function listCmdlets({ byCmdlet }: CallCounts): string {
  return byCmdlet.map(([name, times]) => `${times} ${name}`).join(", ");
}
