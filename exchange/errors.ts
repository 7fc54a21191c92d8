/** Exchange's failures, classified in one place. */

/**
 * What a failure means to a lifecycle:
 * - `notFound`: the typed not-found, and nothing else (design.md §7.3);
 * - `alreadyExists`, `alreadyMember`, `notMember`: the state asked for is there already, or somebody else's;
 * - `dehydrated`, `delegation`: the organisation does not allow custom roles (yet), the caller may not assign the role;
 * - `forbidden`, `unauthorized`: the caller lacks the right (also as an unknown cmdlet or parameter);
 * - `unknownParameter`, `invalid`: the request is wrong;
 * - `throttled`, `transient`: repeated to the end without success;
 * - `unknownOutcome`: a write whose answer was lost;
 * - `incomplete`: a list whose continuation failed;
 * - `other`: none of these.
 */
export type ExchangeErrorKind =
  | "notFound"
  | "alreadyExists"
  | "alreadyMember"
  | "notMember"
  | "dehydrated"
  | "delegation"
  | "forbidden"
  | "unauthorized"
  | "unknownParameter"
  | "invalid"
  | "throttled"
  | "transient"
  | "unknownOutcome"
  | "incomplete"
  | "other";

/** A cmdlet that failed. `message` is one line that names the cmdlet and holds Exchange's own text; never a secret. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  readonly kind: ExchangeErrorKind;
  readonly cmdlet: string;
  /** Full .NET type, where Exchange told it. */
  readonly exceptionType: string | undefined;
  /** HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;

  constructor(
    kind: ExchangeErrorKind,
    cmdlet: string,
    message: string,
    details: { exceptionType?: string; status?: number; cause?: unknown } = {},
  ) {
    super(`${cmdlet}: ${message}`, { cause: details.cause });
    this.kind = kind;
    this.cmdlet = cmdlet;
    this.exceptionType = details.exceptionType;
    this.status = details.status;
  }
}

/** Whether `error` is an {@link ExchangeError} of one of these kinds. */
export function isExchangeError(error: unknown, ...kinds: ExchangeErrorKind[]): error is ExchangeError {
  return error instanceof ExchangeError && (kinds.length === 0 || kinds.includes(error.kind));
}
