/** What the admin API answers when Exchange does not do as asked: where type and text stand, and what a status adds. */
import { ExchangeError } from "../errors.ts";
import { FailedAttempt } from "../failedAttempt.ts";
import { isRecord } from "../json.ts";
import { clean, final, lost, readParts, throttled, verdictOn } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import { readRetryAfter } from "../../network/retry.ts";

/** An answer as it came, alone or as an item of a batch. */
export interface RawAnswer {
  /** `undefined` for an item of a batch that names none. */
  readonly status: number | undefined;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

/** Exchange's own words about a failure. */
interface Fault {
  readonly type: string | undefined;
  readonly text: string | undefined;
}

/** Describes an answer that is not a success. */
export function classify(cmdlet: string, answer: RawAnswer, now: number): FailedAttempt {
  const fault = readFault(answer);
  const retryAfter = readRetryAfter(answer.headers["retry-after"], now);
  const verdict = judge(answer.status, fault);
  const text = fault.text ?? describeStatus(answer);
  const details = {
    ...(fault.type === undefined ? {} : { exceptionType: fault.type }),
    ...(answer.status === undefined ? {} : { status: answer.status }),
  };
  const error = new ExchangeError(verdict.kind, cmdlet, text, details);
  return new FailedAttempt(error, verdict.repeatable, verdict.outcomeUnknown, retryAfter);
}

function judge(status: number | undefined, { type, text }: Fault): Verdict {
  if (status === 429) return throttled;
  const verdict = verdictOn(type === undefined ? [] : [type], text);
  if (verdict !== undefined) return verdict;
  if (status === 401) return final("unauthorized");
  if (status === 403) return final("forbidden");
  if (status === 408 || (status !== undefined && status >= 500 && status !== 501)) return lost;
  return final("other");
}

/**
 * Finds type and text in the documented order: details[0], then internalexception (unless it only says that a cmdlet
 * was invoked), then the message; else the headers, because a 403 has thousands of NUL bytes for a body
 * (facts/exchange.md §1.3).
 */
function readFault({ headers, body }: RawAnswer): Fault {
  const headerType = clean(headers["x-exceptiontype"]);
  const error = isRecord(body) ? body["error"] : undefined;
  if (!isRecord(error)) {
    const text = typeof body === "string" ? clean(body.replaceAll("\0", "")) : undefined;
    const isPage = text !== undefined && /^<(!doctype|html)/i.test(text);
    return { type: headerType, text: clean(headers["x-ms-diagnostics"]) ?? (isPage ? undefined : text) };
  }
  const inner = isRecord(error["innererror"]) ? error["innererror"] : undefined;
  const internal = isRecord(inner?.["internalexception"]) ? inner["internalexception"] : undefined;
  const details: readonly unknown[] = Array.isArray(error["details"]) ? error["details"] : [];
  const detail = isRecord(details[0]) ? readParts(details[0]["message"]) : undefined;
  const internalText = clean(internal?.["message"]);
  const useful = internalText !== undefined && !/DirectInvokeCmdletExecutionException/.test(internalText);
  return {
    type: detail?.type ?? clean(internal?.["type"]) ?? headerType,
    text: detail?.text ?? (useful ? internalText : undefined) ?? clean(error["message"]),
  };
}

/** What an answer says that holds no words of Exchange. */
function describeStatus({ status, body }: RawAnswer): string {
  if (status === 401) return "the access token is not accepted (401): the app role Exchange.ManageAsApp is missing";
  if (status === 403) {
    return "not allowed (403, no reason given): the identity lacks the role for this cmdlet, or the cmdlet is unknown";
  }
  if (status !== undefined && status >= 300 && status < 400)
    return `redirected (${status}); redirects are not followed`;
  if (status === undefined || (status >= 200 && status < 300)) {
    return body === "" ? "an empty answer" : "an answer that cannot be read";
  }
  return `HTTP status ${status}`;
}

/** A success that cannot be read, which is never the same as "nothing there". */
export function unreadable(cmdlet: string, answer: RawAnswer): FailedAttempt {
  const details = answer.status === undefined ? {} : { status: answer.status };
  return new FailedAttempt(new ExchangeError("transient", cmdlet, describeStatus(answer), details), "reads", true);
}
