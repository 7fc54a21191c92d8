/**
 * The port through which everything in this project speaks to Exchange. Implementations: rest/ (the admin API that
 * Microsoft's own PowerShell module uses) and powershell/ (that module, in a real PowerShell).
 */

import type { ExchangeErrorKind } from "./errors.ts";

/** What a cmdlet parameter can hold; arrays replace a multi-valued property. */
export type ParameterValue = string | number | boolean | readonly string[];

/** A cmdlet's parameters, by Exchange's names. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** One object that a cmdlet returned, without the wire's annotations. Enumerations, sizes and DNs are strings. */
export type ExchangeObject = Readonly<Record<string, unknown>>;

/** How a question is asked. */
export interface ReadOptions {
  /** Ask Exchange even when the same question was answered since the session's last write. */
  readonly fresh?: boolean;
  /**
   * All objects are wanted: a list without Identity and without a filter. A call without a parameters object says the
   * same.
   */
  readonly all?: boolean;
  /** Properties to return, e.g. `["Guid", "PrimarySmtpAddress"]`; all of them by default. */
  readonly select?: readonly string[];
}

/**
 * A connection to one tenant's Exchange.
 *
 * Both methods reject with an {@link ../exchange/errors.ts ExchangeError} and never return part of an answer: a list
 * whose continuation fails is an error. Both refuse, before anything is sent, a missing, empty or wildcard `Identity`
 * (or `RoleAssignee`, `Member`) on the cmdlets that take one, because Exchange would answer with all objects
 * (facts/exchange.md §2).
 */
export interface ExchangeSession {
  /** The tenant's GUID, as the access token names it. */
  readonly tenantId: string;

  /** Requests (HTTP requests, or lines to PowerShell) sent so far: continuations, batches and repetitions included. */
  readonly requests: number;

  /**
   * Exchange's own time at its last answer, in ms since the epoch; `undefined` before the first, and where the channel
   * does not tell it.
   */
  readonly serverTime: number | undefined;

  /**
   * Runs a Get- or Test- cmdlet. Reads that fall due in one tick share a request of up to 10; equal questions share
   * one answer until this session's next write (answers about recipients: the next that can change one), unless
   * `fresh`. Transient failures are repeated. Lists come whole: `ResultSize: "Unlimited"` is added to the cmdlets that
   * have it.
   */
  read(cmdlet: string, parameters?: Parameters, options?: ReadOptions): Promise<readonly ExchangeObject[]>;

  /**
   * Runs a cmdlet that changes something. It is repeated only where Exchange said that it did nothing (throttled,
   * refused as transient); after a lost answer it rejects with an `ExchangeError` of kind `unknownOutcome`, and the
   * caller reads again before deciding (design.md §7.8).
   */
  write(cmdlet: string, parameters: Parameters): Promise<readonly ExchangeObject[]>;

  /**
   * Runs a cmdlet that changes something once for each of several parameters, none of which depends on another, each as
   * {@link write} does: several may share a request. Errors of the kinds `done` count as done. Rejects with the first
   * other one; what shared its request may have been carried out, what comes after is not sent.
   */
  writeEach(cmdlet: string, parameters: readonly Parameters[], done?: readonly ExchangeErrorKind[]): Promise<void>;

  /** The cmdlets that the caller's roles allow, or `undefined` where this organisation does not tell. */
  allowedCmdlets(): Promise<ReadonlySet<string> | undefined>;

  /** The parameters of a cmdlet that the caller's roles allow, or `undefined` where nobody tells. */
  allowedParameters(cmdlet: string): Promise<ReadonlySet<string> | undefined>;

  /**
   * Ends what the channel holds open, if anything; a later call opens it again. A process that ends need not call it.
   */
  close(): Promise<void>;
}
