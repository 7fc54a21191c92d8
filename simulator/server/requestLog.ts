/**
 * Counts the HTTP requests that clients sent, and the cmdlets of Exchange in them, for `GET /simulator/requests`; items of
 * a batch are no requests, but cmdlets are.
 */

export interface LoggedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly userAgent: string;
  /** Name of the caller, where its token was good. */
  readonly caller: string | null;
  /** Cmdlet, EWS operation, or method and path. */
  readonly operation: string;
  /** HTTP status; `null` where the connection was destroyed. */
  readonly status: number | null;
}

/** A cmdlet that was to run, by itself or in a batch. */
export interface LoggedCmdlet {
  readonly name: string;
  /** Its parameters as JSON, cut where they are long. */
  readonly parameters: string;
  /** Whether it was run again for the next page of its answer. */
  readonly isContinuation: boolean;
}

export class RequestLog {
  #requests: LoggedRequest[] = [];
  #cmdlets: LoggedCmdlet[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
  }

  addCmdlet(cmdlet: LoggedCmdlet): void {
    this.#cmdlets.push(cmdlet);
  }

  clear(): void {
    this.#requests = [];
    this.#cmdlets = [];
  }

  describe(): {
    count: number;
    byUserAgent: Record<string, number>;
    requests: readonly LoggedRequest[];
    cmdlets: readonly LoggedCmdlet[];
  } {
    const byUserAgent: Record<string, number> = {};
    for (const { userAgent } of this.#requests) byUserAgent[userAgent] = (byUserAgent[userAgent] ?? 0) + 1;
    return { count: this.#requests.length, byUserAgent, requests: this.#requests, cmdlets: this.#cmdlets };
  }
}
