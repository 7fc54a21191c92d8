/** Fault plans: which calls fail, and how (throttling, server errors, lost answers, …). */
import { CHANNELS } from "./call.ts";
import type { Call, Channel } from "./call.ts";
import type { SimulatorRequest, SimulatorResponse } from "./service.ts";

export const EFFECTS = [
  /** 429 with Retry-After; EWS: ErrorServerBusy. */
  "throttle",
  "error500",
  "error503",
  /** Lag inside a directory: what was just made is not there (404), or what refers to it is wrong (400). */
  "notFound",
  "badRequest",
  /** The write lands, the connection is destroyed. */
  "lostAnswer",
  /** The connection is destroyed before anything lands. */
  "dropped",
  /** Bodyless 403: NUL bytes (facts/exchange.md §1.3). */
  "forbidden",
  /** Plain text under a 400: too many calls at once in this tenant (facts/exchange.md §1.3). */
  "concurrency",
  /** Half a list, with a nextLink that fails. */
  "truncatedPage",
  /** The call is carried out, and answered, after `ms`. */
  "slow",
  /** The write lands at once, the answer comes after `ms`. */
  "slowAnswer",
] as const;

export type FaultEffect = (typeof EFFECTS)[number];

export interface Fault {
  /** All of these must hold; absent: any call. */
  readonly match?: {
    readonly channel?: Channel;
    /** Cmdlet, EWS operation, or `POST /users`, `PATCH /users/:id`; any case. */
    readonly operation?: string;
    /** The how-manieth matching call is the first to fail; from 1. */
    readonly nth?: number;
  };
  /** The n-th call overall since the plan was set, items of a `$batch` counted as calls of their own; from 1. */
  readonly between?: number;
  /** How many calls in a row fail; 1 where absent. */
  readonly times?: number;
  readonly effect: FaultEffect;
  /** For `throttle`: seconds in Retry-After; 1 where absent. */
  readonly retryAfter?: number;
  /** For `slow` and `slowAnswer`: milliseconds. */
  readonly ms?: number;
}

/** A marker in the nextLink of a truncated page; the request that follows it fails. */
const BROKEN_PAGE = "embedded-tenant-broken-page";

interface Planned {
  readonly fault: Fault;
  seen: number;
  fired: number;
}

export class FaultPlan {
  #planned: Planned[] = [];
  #calls = 0;

  /** Replaces the plan and starts counting anew; throws with one line for each thing that is wrong with it. */
  set(faults: unknown): void {
    this.#planned = readFaults(faults).map((fault) => ({ fault, seen: 0, fired: 0 }));
    this.#calls = 0;
  }

  /** Counts the call, and says which fault it meets. */
  meet(call: Call): Fault | undefined {
    this.#calls += 1;
    let met: Fault | undefined;
    for (const planned of this.#planned) {
      if (!matches(planned.fault, call)) continue;
      planned.seen += 1;
      const { fault } = planned;
      const first = fault.between ?? fault.match?.nth ?? 1;
      const position = fault.between === undefined ? planned.seen : this.#calls;
      if (met !== undefined || position < first || position >= first + (fault.times ?? 1)) continue;
      planned.fired += 1;
      met = fault;
    }
    return met;
  }

  /** Calls since the plan was set, and how often each fault was met. */
  describe(): { calls: number; faults: (Fault & { fired: number })[] } {
    return { calls: this.#calls, faults: this.#planned.map(({ fault, fired }) => ({ ...fault, fired })) };
  }
}

function matches(fault: Fault, call: Call): boolean {
  const { channel, operation } = fault.match ?? {};
  if (channel !== undefined && channel !== call.channel) return false;
  return operation === undefined || call.operations.some((name) => name.toLowerCase() === operation.toLowerCase());
}

/** The answer that stands in for the route's, or `undefined` where the route runs. */
export function answerInstead(fault: Fault, call: Call): SimulatorResponse | undefined {
  switch (fault.effect) {
    case "throttle":
      if (call.channel === "ews") return serverBusy(fault.retryAfter ?? 1);
      return {
        status: 429,
        headers: { "retry-after": String(fault.retryAfter ?? 1) },
        body: envelope(call, "TooManyRequests", "Too many requests."),
      };
    case "error500":
      return { status: 500, body: envelope(call, "InternalServerError", "An internal server error occurred.") };
    case "error503":
      return { status: 503, body: envelope(call, "ServiceUnavailable", "The service is unavailable.") };
    case "notFound": {
      const message = "Resource does not exist or one of its queried reference-property objects are not present.";
      return { status: 404, body: envelope(call, "Request_ResourceNotFound", message) };
    }
    case "badRequest":
      return { status: 400, body: envelope(call, "Request_BadRequest", "Not a valid reference update.") };
    case "forbidden":
      return { status: 403, body: call.channel === "exchange" ? Buffer.alloc(4096) : "" };
    case "concurrency":
      return {
        status: 400,
        headers: { "content-type": "text/plain" },
        body: "You have reached the maximum number of concurrent requests per tenant. Please wait and try again",
      };
    default:
      return undefined;
  }
}

function envelope(call: Call, code: string, message: string): unknown {
  if (call.channel === "ews") return "";
  if (call.channel === "token") return { error: "temporarily_unavailable", error_description: message };
  if (call.channel === "graph") return { error: { code, message, innerError: {} } };
  return { error: { code, message, details: [] } };
}

/** facts/calendar-access.md §2: throttling is a fault with the back-off in its details. */
function serverBusy(seconds: number): SimulatorResponse {
  const types = "http://schemas.microsoft.com/exchange/services/2006/types";
  const text = "The server cannot service this request right now. Try again later.";
  return {
    status: 500,
    headers: { "content-type": "text/xml; charset=utf-8" },
    body:
      `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` +
      `<s:Fault><faultcode xmlns:a="${types}">a:ErrorServerBusy</faultcode><faultstring xml:lang="en-US">${text}` +
      `</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">` +
      `ErrorServerBusy</e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">` +
      `${text}</e:Message><t:MessageXml xmlns:t="${types}"><t:Value Name="BackOffMilliseconds">${seconds * 1000}` +
      `</t:Value></t:MessageXml></detail></s:Fault></s:Body></s:Envelope>`,
  };
}

/** Cuts a list answer in half and adds a continuation that fails; other answers stay as they are. */
export function truncatePage(request: SimulatorRequest, response: SimulatorResponse): SimulatorResponse {
  const { body } = response;
  if (!isRecord(body) || !Array.isArray(body["value"])) return response;
  const rows: unknown[] = body["value"];
  const next = new URL(request.url);
  next.searchParams.set("$skiptoken", BROKEN_PAGE);
  const value = rows.slice(0, Math.floor(rows.length / 2));
  return { ...response, body: { ...body, value, "@odata.nextLink": next.href } };
}

/** The failure of a truncated page's continuation (facts/exchange.md §1.2), for a request that follows one. */
export function refuseBrokenPage(request: SimulatorRequest, call: Call): SimulatorResponse | undefined {
  if (request.url.searchParams.get("$skiptoken") !== BROKEN_PAGE) return undefined;
  const message = "Expired or Invalid pagination request. Default Expiry time is 00:30:00";
  return { status: 400, body: envelope(call, "BadRequest", message) };
}

function readFaults(input: unknown): Fault[] {
  if (!Array.isArray(input)) throw new Error("A fault plan is a JSON list.");
  const problems = input.flatMap((fault: unknown, index) => findProblems(fault).map((text) => `[${index}] ${text}`));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return input as Fault[];
}

function findProblems(fault: unknown): string[] {
  if (!isRecord(fault)) return ["is not an object"];
  const match = fault["match"] ?? {};
  if (!isRecord(match)) return ["match is not an object"];
  const problems = [
    ...unknownKeys(fault, ["match", "between", "times", "effect", "retryAfter", "ms"]),
    ...unknownKeys(match, ["channel", "operation", "nth"]),
    ...wrongNumbers(fault, ["between", "times"], 1),
    ...wrongNumbers(fault, ["retryAfter", "ms"], 0),
    ...wrongNumbers(match, ["nth"], 1),
  ];
  if (!(EFFECTS as readonly unknown[]).includes(fault["effect"]))
    problems.push(`effect is one of ${EFFECTS.join(", ")}`);
  const channel = match["channel"];
  if (channel !== undefined && !(CHANNELS as readonly unknown[]).includes(channel))
    problems.push(`channel is one of ${CHANNELS.join(", ")}`);
  if (!["string", "undefined"].includes(typeof match["operation"])) problems.push("operation is a string");
  return problems;
}

function unknownKeys(value: Record<string, unknown>, known: readonly string[]): string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${key} is unknown`);
}

function wrongNumbers(value: Record<string, unknown>, keys: readonly string[], least: number): string[] {
  return keys
    .filter((key) => value[key] !== undefined && !(typeof value[key] === "number" && value[key] >= least))
    .map((key) => `${key} is a number from ${least}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
