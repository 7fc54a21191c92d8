/** What goes over the wire to one tenant: who asks, how many at once, and every answer as it came. */
import { randomUUID } from "node:crypto";
import { tenantProblem } from "../../network/accessToken.ts";
import type { Call } from "../cmdlets.ts";
import { ExchangeError } from "../errors.ts";
import type { RawAnswer } from "./errorResponse.ts";
import { classifyTransport } from "../failedAttempt.ts";
import { parseJson } from "../json.ts";
import { InterruptedError } from "../../network/interruption.ts";
import { HeldTooLongError, limitCalls } from "../../network/limiter.ts";
import type { Limiter } from "../../network/limiter.ts";
import { defaultRetryPolicy, readRetryAfter } from "../../network/retry.ts";
import type { RetryPolicy } from "../../network/retry.ts";
import { httpTransport } from "../../network/transport.ts";
import type { HttpRequest, Transport } from "../../network/transport.ts";
import type { Waits } from "../../network/waits.ts";
import * as wire from "./wire.ts";

/** One tenant's Exchange and who speaks to it. */
export interface ChannelOptions {
  /** The tenant's GUID; a token for another one is refused before anything is sent. */
  readonly tenantId: string;
  /** Origin, e.g. `https://outlook.office365.com`. https, except on this machine. */
  readonly endpoint: string;
  /** An access token for Exchange; called for every request, so it should keep the token. */
  readonly token: () => Promise<string>;
  /** The tenant's initial domain (`<name>.onmicrosoft.com`); asked for once, at the first write. */
  readonly anchorDomain: () => Promise<string>;
  readonly waits: Waits;
  /** How often a call is repeated, and how long a throttled tenant is waited for. */
  readonly retry?: RetryPolicy;
  /** Requests in flight at most. Default 4. */
  readonly maxConcurrent?: number;
  readonly transport?: Transport;
}

/** Methods answer with whatever came; they reject with a FailedAttempt (no answer) or an ExchangeError (not sent). */
export class Channel {
  #options: ChannelOptions;
  #endpoint: string;
  #transport: Transport;
  #limiter: Limiter;
  #connectionId = randomUUID();
  #domain: Promise<string> | undefined;
  /** HTTP requests sent. */
  requests = 0;
  /** The `Date` of the last answer, in ms since the epoch. */
  serverTime: number | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#endpoint = readEndpoint(options.endpoint);
    this.#transport = options.transport ?? httpTransport();
    const { budget } = options.retry ?? defaultRetryPolicy;
    this.#limiter = limitCalls(options.maxConcurrent ?? 4, budget, options.waits);
  }

  /** Runs one cmdlet; `link` is where a list goes on. */
  async invoke(call: Call, link?: string): Promise<RawAnswer> {
    const anchor = await this.#anchorMailbox(call.cmdlet);
    return this.#send(call.cmdlet, {
      method: "POST",
      url: link ?? wire.invokeAddress(this.#endpoint, this.#options.tenantId, call.select),
      headers: wire.commandHeaders(call, anchor),
      body: JSON.stringify(wire.commandBody(call)),
    });
  }

  /** Runs several cmdlets in one request; the answer's items have the calls' indexes as ids. */
  async sendMany(name: string, calls: readonly Call[]): Promise<RawAnswer> {
    const anchor = await this.#anchorMailbox(name);
    const authorization = await this.#authorization(name);
    const requests = calls.map((call, index) => ({
      id: String(index),
      method: "POST",
      url: wire.invokeAddress(this.#endpoint, this.#options.tenantId, call.select),
      // Each item carries the token, as in the one client whose batches are known to work (facts/exchange.md §1.2).
      headers: { ...wire.commandHeaders(call, anchor), Authorization: authorization },
      body: wire.commandBody(call),
    }));
    return this.#send(name, {
      method: "POST",
      url: wire.batchAddress(this.#endpoint, this.#options.tenantId),
      headers: wire.batchHeaders(anchor),
      body: JSON.stringify({ requests }),
    });
  }

  /** Asks which cmdlets the caller may run. */
  async readModuleFile(name: string): Promise<RawAnswer> {
    const anchor = await this.#anchorMailbox(name);
    const url = wire.moduleFileAddress(this.#endpoint, this.#options.tenantId);
    const headers = { Accept: "application/json", "X-AnchorMailbox": anchor, CommandName: "*" };
    return this.#send(name, { method: "GET", url, headers });
  }

  /** Where a list goes on; `undefined` where that is not this service: the token would go there, too. */
  continuation(link: string): string | undefined {
    const url = URL.parse(link, this.#endpoint);
    return url?.origin === this.#endpoint ? url.href : undefined;
  }

  /** Who is throttled in one call is throttled in all of them. */
  heed(answer: RawAnswer): void {
    const retryAfter = readRetryAfter(answer.headers["retry-after"], this.#options.waits.now());
    if (answer.status !== 429) this.#limiter.letGo();
    else if (retryAfter !== undefined) this.#limiter.holdOff(retryAfter);
  }

  async #send(name: string, request: HttpRequest): Promise<RawAnswer> {
    const send = async (): Promise<RawAnswer> => {
      const headers = {
        ...request.headers,
        Authorization: await this.#authorization(name),
        "User-Agent": "calendar-access",
        "connection-id": this.#connectionId,
        "client-request-id": randomUUID(),
      };
      this.requests++;
      try {
        const { status, headers: received, body } = await this.#transport({ ...request, headers });
        const time = Date.parse(received["date"] ?? "");
        if (!Number.isNaN(time)) this.serverTime = time;
        const answer = { status, headers: received, body: parseJson(body) };
        this.heed(answer);
        return answer;
      } catch (error) {
        throw classifyTransport(name, error);
      }
    };
    try {
      return await this.#limiter.run(send);
    } catch (error) {
      throw error instanceof HeldTooLongError ? new ExchangeError("throttled", name, error.message) : error;
    }
  }

  async #authorization(name: string): Promise<string> {
    const { token: readToken, tenantId } = this.#options;
    let token: string;
    try {
      token = await readToken();
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      throw new ExchangeError("unauthorized", name, error instanceof Error ? error.message : "no access token");
    }
    const problem = tenantProblem(token, tenantId);
    if (problem !== undefined) throw new ExchangeError("unauthorized", name, problem);
    return `Bearer ${token}`;
  }

  /**
   * Reads go by the initial domain, too: the one anchor that writes were seen to work with (facts/exchange.md §1.1).
   */
  async #anchorMailbox(name: string): Promise<string> {
    // The token first: with another tenant's nothing is sent, not even the look-up of the domain.
    await this.#authorization(name);
    this.#domain ??= this.#options.anchorDomain();
    try {
      return wire.anchorMailbox(await this.#domain);
    } catch (error) {
      this.#domain = undefined;
      if (error instanceof InterruptedError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExchangeError("other", name, `the tenant's initial domain is not known: ${reason}`, { cause: error });
    }
  }
}

function readEndpoint(endpoint: string): string {
  const url = URL.parse(endpoint);
  const isLocal = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url === null || (url.protocol !== "https:" && !(isLocal && url.protocol === "http:"))) {
    throw new TypeError(`Exchange's address must be an https address, not ${endpoint}`);
  }
  return url.origin;
}
