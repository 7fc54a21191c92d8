/** One attempt that failed, and what becomes of it when it is not made again. */
import { ExchangeError } from "./errors.ts";
import type { ExchangeErrorKind } from "./errors.ts";
import { InterruptedError } from "../network/interruption.ts";
import { askedPause, repeat } from "../network/retry.ts";
import type { Judgement, RetryPolicy } from "../network/retry.ts";
import { TransportError } from "../network/transport.ts";
import type { Waits } from "../network/waits.ts";

/**
 * Whether the same call may be made again: `always`, because Exchange says that it did nothing; `reads`, because
 * nobody knows what a write did.
 */
export type Repeatable = "always" | "reads" | "never";

/** Stays inside the session, which rejects with an ExchangeError. */
export class FailedAttempt extends Error {
  readonly error: ExchangeError;
  readonly repeatable: Repeatable;
  /** Whether a write may have been carried out all the same. */
  readonly outcomeUnknown: boolean;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(error: ExchangeError, repeatable: Repeatable, outcomeUnknown: boolean, retryAfter?: number) {
    super(error.message);
    this.error = error;
    this.repeatable = repeatable;
    this.outcomeUnknown = outcomeUnknown;
    this.retryAfter = retryAfter;
  }
}

/** Describes a request without a (whole) answer. */
export function classifyTransport(cmdlet: string, error: unknown): FailedAttempt {
  const cause = error instanceof TransportError ? error : undefined;
  const reason = cause?.reason ?? "lost";
  const kind = reason === "untrusted" || reason === "tooLarge" ? "other" : "transient";
  const failure = new ExchangeError(kind, cmdlet, cause?.message ?? "no answer came", { cause });
  if (reason === "unsent") return new FailedAttempt(failure, "always", false);
  if (reason === "untrusted") return new FailedAttempt(failure, "never", false);
  return new FailedAttempt(failure, reason === "lost" ? "reads" : "never", true);
}

/** Makes attempts until one succeeds, or fails in a way that is not `allowed` to be tried again. */
export function repeatAttempt<T>(
  name: string,
  allowed: readonly Repeatable[],
  attempt: () => Promise<T>,
  waits: Waits,
  policy?: RetryPolicy,
): Promise<T> {
  const judge = (failure: unknown): Judgement => {
    if (!(failure instanceof FailedAttempt)) return { again: false, reason: "" };
    const { repeatable, retryAfter, error } = failure;
    const reason = error.kind === "throttled" ? "Exchange is throttling" : plainMessage(error);
    return { again: allowed.includes(repeatable), retryAfter, reason };
  };
  return repeat(name, attempt, judge, waits, policy);
}

/**
 * The error that a failed read, or a write that did nothing, ends with.
 * @throws InterruptedError where it is one: the operator ended the run before the call was made
 */
export function finalError(cmdlet: string, failure: unknown): ExchangeError {
  if (failure instanceof InterruptedError) throw failure;
  const error = failure instanceof FailedAttempt ? failure.error : failure;
  if (!(error instanceof ExchangeError)) return rename("other", cmdlet, failure);
  const asked = askedPause(failure instanceof FailedAttempt ? failure.retryAfter : undefined);
  return error.cmdlet === cmdlet && asked === "" ? error : rename(error.kind, cmdlet, error, "", asked);
}

/** The error that a failed write ends with: where nobody knows what it did, the caller has to look (design.md §7.8). */
export function finalWriteError(cmdlet: string, failure: unknown): ExchangeError {
  const error = finalError(cmdlet, failure);
  if (!(failure instanceof FailedAttempt) || !failure.outcomeUnknown) return error;
  return rename("unknownOutcome", cmdlet, error, "it is not known whether it was carried out: ");
}

/** A list of which only a part could be had. */
export function incomplete(cmdlet: string, reason: string, cause?: unknown): ExchangeError {
  const message = cause === undefined ? reason : `${reason}: ${plainMessage(cause)}`;
  const status = cause instanceof ExchangeError ? cause.status : undefined;
  const details = { cause, ...(status !== undefined && { status }) };
  return new ExchangeError("incomplete", cmdlet, `the list is not complete: ${message}`, details);
}

/** An error's message without the cmdlet that it begins with. */
export function plainMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const prefix = error instanceof ExchangeError ? `${error.cmdlet}: ` : "";
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

function rename(kind: ExchangeErrorKind, cmdlet: string, error: unknown, prefix = "", suffix = ""): ExchangeError {
  const { exceptionType, status } = error instanceof ExchangeError ? error : {};
  return new ExchangeError(kind, cmdlet, `${prefix}${plainMessage(error)}${suffix}`, {
    ...(exceptionType !== undefined && { exceptionType }),
    ...(status !== undefined && { status }),
    cause: error,
  });
}
