/** Counts the HTTP requests that clients sent, for `GET /simulator/requests`; items of a batch are not requests. */

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

export class RequestLog {
  #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
  }

  clear(): void {
    this.#requests = [];
  }

  describe(): { count: number; byUserAgent: Record<string, number>; requests: readonly LoggedRequest[] } {
    const byUserAgent: Record<string, number> = {};
    for (const { userAgent } of this.#requests) byUserAgent[userAgent] = (byUserAgent[userAgent] ?? 0) + 1;
    return { count: this.#requests.length, byUserAgent, requests: this.#requests };
  }
}
