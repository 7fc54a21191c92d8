/** Classifies what Exchange answers when it does not do as asked: by exception type and text, never by status alone. */
import { ExchangeError } from "../errors.ts";
import type { ExchangeErrorKind } from "../errors.ts";
import { FailedAttempt } from "../failedAttempt.ts";
import type { Repeatable } from "../failedAttempt.ts";
import { isRecord } from "../json.ts";
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

type Rule = readonly [kind: ExchangeErrorKind, type: RegExp | undefined, text: RegExp | undefined];

/**
 * In this order, the first that fits; a rule fits where type *or* text does. Sources: facts/exchange.md §1.3, §2, §3;
 * the text of a scope in use is not known (§3.1), so any refusal that speaks of assignments counts.
 */
const rules: readonly Rule[] = [
  ["notFound", /\.ManagementObjectNotFoundException$/, undefined],
  ["dehydrated", /InvalidOperationInDehydratedContextException$/, /run the command: Enable-OrganizationCustomization/],
  ["alreadyExists", undefined, /^This operation is not required\. Organization is already enabled for customization/],
  ["delegation", undefined, /You must be assigned a delegating role assignment to the management role/],
  ["alreadyMember", /\.MemberAlreadyExistsException$/, /is already a member of the group/],
  ["notMember", /\.MemberNotFoundException$/, /isn't a member of the group/],
  ["alreadyExists", /\.(ADObjectAlreadyExistsException|ProxyAddressExistsException)$/, /is already being used( by|\.)/],
  [
    "forbidden",
    /\.OperationRequiresGroupManagerException$/,
    /can only be performed by a manager of the group|INSUFF_ACCESS_RIGHTS|have write permission to target DC/,
  ],
  [
    "forbidden",
    undefined,
    /isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles|is not present in the role definition of the current user|User is not allowed to call|within (your|a valid) (current )?write scope/,
  ],
  [
    "unknownParameter",
    /\.AmbiguousParameterSetException$/,
    /Invalid cmdlet parameters specified|parameter cannot be found that matches parameter name/,
  ],
  ["throttled", /(Throttl\w*|OverBudget)Exception$/, /maximum number of concurrent requests per tenant/],
  [
    "invalid",
    /\.(ParameterTransformation|ParameterBinding|ParameterValidation|InvalidFilter|DataValidation)\w*Exception$/,
    undefined,
  ],
];

/** Refused before the cmdlet ran. */
const refusedAsBusy = /(CmdletProxyNotAvailable\w*|ServerBusyException)$/;
/** May have happened while the cmdlet ran: a read is repeated, a write is looked up first. */
const interrupted = /(TransientException|BackendCommunication\w*|UnableToWriteToAadException)$/;

/** Describes an answer that is not a success. */
export function classify(cmdlet: string, answer: RawAnswer, now: number): FailedAttempt {
  const fault = readFault(answer);
  const retryAfter = readRetryAfter(answer.headers["retry-after"], now);
  const verdict = judge(cmdlet, answer.status, fault);
  const text = fault.text ?? describeStatus(answer);
  const details = {
    ...(fault.type === undefined ? {} : { exceptionType: fault.type }),
    ...(answer.status === undefined ? {} : { status: answer.status }),
  };
  const error = new ExchangeError(verdict.kind, cmdlet, text, details);
  return new FailedAttempt(error, verdict.repeatable, verdict.outcomeUnknown, retryAfter);
}

function judge(
  cmdlet: string,
  status: number | undefined,
  { type, text }: Fault,
): { kind: ExchangeErrorKind; repeatable: Repeatable; outcomeUnknown: boolean } {
  const final = (kind: ExchangeErrorKind) => ({ kind, repeatable: "never", outcomeUnknown: false }) as const;
  const lost = { kind: "transient", repeatable: "reads", outcomeUnknown: true } as const;
  if (status === 429) return { kind: "throttled", repeatable: "always", outcomeUnknown: false };
  for (const [kind, typeRule, textRule] of rules) {
    const fits = (type !== undefined && typeRule?.test(type)) || (text !== undefined && textRule?.test(text));
    if (fits !== true) continue;
    return kind === "throttled" ? { kind, repeatable: "always", outcomeUnknown: false } : final(kind);
  }
  if (cmdlet === "Remove-ManagementScope" && /assignment/i.test(text ?? "")) return final("inUse");
  if (type !== undefined && refusedAsBusy.test(type)) {
    return { kind: "transient", repeatable: "always", outcomeUnknown: false };
  }
  if (type !== undefined && interrupted.test(type)) return lost;
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
  const detail = isRecord(details[0]) ? readDetail(details[0]["message"]) : undefined;
  const internalText = clean(internal?.["message"]);
  const useful = internalText !== undefined && !/DirectInvokeCmdletExecutionException/.test(internalText);
  return {
    type: detail?.type ?? clean(internal?.["type"]) ?? headerType,
    text: detail?.text ?? (useful ? internalText : undefined) ?? clean(error["message"]),
  };
}

/** Splits `Ex6F9304|Microsoft.….ManagementObjectNotFoundException|The operation …`; the text may hold further bars. */
function readDetail(message: unknown): Fault | undefined {
  const text = clean(message);
  if (text === undefined) return undefined;
  const parts = /^(?:Ex[0-9A-F]{6})?\|([\w.+`]*)\|(.*)$/.exec(text);
  return parts === null ? { type: undefined, text } : { type: clean(parts[1]), text: clean(parts[2]) };
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

/** One line of at most 1000 characters; `undefined` where nothing is left. */
function clean(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const line = value.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line === "" ? undefined : line.length > 1000 ? `${line.slice(0, 999)}…` : line;
}

/** A success that cannot be read, which is never the same as "nothing there". */
export function unreadable(cmdlet: string, answer: RawAnswer): FailedAttempt {
  const details = answer.status === undefined ? {} : { status: answer.status };
  return new FailedAttempt(new ExchangeError("transient", cmdlet, describeStatus(answer), details), "reads", true);
}
