/** What Exchange's failures mean, whichever channel they come through. */
import type { ExchangeErrorKind } from "./errors.ts";
import type { Repeatable } from "./failedAttempt.ts";

/** What a failure means, and whether the call may be made again. */
export interface Verdict {
  readonly kind: ExchangeErrorKind;
  readonly repeatable: Repeatable;
  /** Whether a write may have been carried out all the same. */
  readonly outcomeUnknown: boolean;
}

/** Said by Exchange, and said for good. */
export function final(kind: ExchangeErrorKind): Verdict {
  return { kind, repeatable: "never", outcomeUnknown: false };
}

/** Refused for now, before anything was done. */
export const throttled: Verdict = { kind: "throttled", repeatable: "always", outcomeUnknown: false };
const busy: Verdict = { kind: "transient", repeatable: "always", outcomeUnknown: false };
/** Nobody knows what it did: a read is repeated, a write is looked up first. */
export const lost: Verdict = { kind: "transient", repeatable: "reads", outcomeUnknown: true };

type Rule = readonly [kind: ExchangeErrorKind, type: RegExp | undefined, text: RegExp | undefined];

/**
 * In this order, the first that fits; a rule fits where type *or* text does. Sources: facts/exchange.md §1.3, §2, §3. A
 * server may speak another language, but for what it passes on of the directory: whatever has to be known there is told
 * by a type, or by what is there afterwards.
 */
const rules: readonly Rule[] = [
  ["notFound", /\bManagementObjectNotFoundException$/, undefined],
  ["dehydrated", /InvalidOperationInDehydratedContextException$/, /run the command: Enable-OrganizationCustomization/],
  ["alreadyExists", undefined, /^This operation is not required\. Organization is already enabled for customization/],
  ["delegation", undefined, /You must be assigned a delegating role assignment to the management role/],
  ["alreadyMember", /\bMemberAlreadyExistsException$/, /is already a member of the group/],
  ["notMember", /\bMemberNotFoundException$/, /isn't a member of the group/],
  [
    "alreadyExists",
    /\b(ADObjectAlreadyExists|ProxyAddressExists|NameNotAvailable)Exception$/,
    /is already being used( by|\.)/,
  ],
  [
    "forbidden",
    /\b(OperationRequiresGroupManager|CmdletAccessDenied)Exception$/,
    /can only be performed by a manager of the group|INSUFF_ACCESS_RIGHTS|\b00002098: SecErr\b|have write permission to target DC/,
  ],
  [
    "forbidden",
    undefined,
    /isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles|is not present in the role definition of the current user|User is not allowed to call|within (your|a valid) (current )?write scope/,
  ],
  [
    "unknownParameter",
    /\bAmbiguousParameterSetException$/,
    /Invalid cmdlet parameters specified|parameter cannot be found that matches parameter name/,
  ],
  ["unauthorized", /\bUnauthorizedAccessException$/, undefined],
  ["throttled", /(Throttl\w*|OverBudget)Exception$/, /maximum number of concurrent requests per tenant/],
  [
    "invalid",
    /\b(ParameterTransformation|ParameterBinding|ParameterValidation|InvalidFilter|DataValidation)\w*Exception$/,
    undefined,
  ],
];

/** Refused before the cmdlet ran. */
const refusedAsBusy = /(CmdletProxyNotAvailable\w*|ServerBusyException)$/;
/** May have happened while the cmdlet ran. */
const interrupted = /(TransientException|BackendCommunication\w*|UnableToWriteToAadException)$/;

/**
 * The verdict on a failure by its exception types, full or short, and by its text; `undefined` where neither tells
 * anything.
 * @param text in whatever language; `undefined` where there is none
 */
export function verdictOn(types: readonly string[], text: string | undefined): Verdict | undefined {
  const isOf = (rule: RegExp | undefined): boolean => rule !== undefined && types.some((type) => rule.test(type));
  const found = rules.find(([, type, words]) => isOf(type) || (text !== undefined && words?.test(text) === true));
  if (found !== undefined) return found[0] === "throttled" ? throttled : final(found[0]);
  if (isOf(refusedAsBusy)) return busy;
  return isOf(interrupted) ? lost : undefined;
}

/**
 * Splits `Ex6F9304|Microsoft.….ManagementObjectNotFoundException|The operation …`; the text may hold further bars.
 * Anything else is all text; `undefined` where there is none.
 */
export function readParts(message: unknown): { type: string | undefined; text: string | undefined } | undefined {
  const text = clean(message);
  if (text === undefined) return undefined;
  const parts = /^(?:Ex[0-9A-F]{6})?\|([\w.+`]*)\|(.*)$/.exec(text);
  return parts === null ? { type: undefined, text } : { type: clean(parts[1]), text: clean(parts[2]) };
}

/** One line of at most 1000 characters; `undefined` where nothing is left. */
export function clean(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const line = value.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line === "" ? undefined : line.length > 1000 ? `${line.slice(0, 999)}…` : line;
}
