/** Graph's failures, classified in one place. */

/**
 * What a failure means to the caller:
 * - `notFound`: Graph's own "no such object", and nothing else (design.md §7.3);
 * - `conflict`: an object with that value exists, or is being changed at the moment;
 * - `forbidden`, `unauthorized`: the identity lacks the permission; its token is not accepted;
 * - `throttled`, `transient`: repeated to the end without success;
 * - `incomplete`: a list whose continuation failed;
 * - `other`: none of these.
 */
export type DirectoryErrorKind =
  "notFound" | "conflict" | "forbidden" | "unauthorized" | "throttled" | "transient" | "incomplete" | "other";

/** A request to Graph that failed. `message` is one line that names the request and holds Graph's own text. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";
  readonly kind: DirectoryErrorKind;
  /** Graph's error code, e.g. `Request_ResourceNotFound`. */
  readonly code: string | undefined;
  /** HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;
  /** Pause in ms that Graph asked for. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: DirectoryErrorKind,
    request: string,
    message: string,
    details: { code?: string; status?: number; retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(`${request}: ${message}`, { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}

/** Whether `error` is a {@link DirectoryError} of one of these kinds. */
export function isDirectoryError(error: unknown, ...kinds: DirectoryErrorKind[]): error is DirectoryError {
  return error instanceof DirectoryError && (kinds.length === 0 || kinds.includes(error.kind));
}

/** Codes by which Graph says that an object does not exist; a 404 without one of them may come from anywhere. */
const absent = new Set(["Request_ResourceNotFound", "ResourceNotFound"]);

/** Says what an answer means that is not a success. */
export function classifyAnswer(
  request: string,
  answer: { status: number; code: string | undefined; message: string | undefined; retryAfter: number | undefined },
): DirectoryError {
  const { status, code, retryAfter } = answer;
  const text = (answer.message ?? "").replace(/\s+/g, " ").trim().slice(0, 1000);
  const message = text === "" ? `Graph answered with status ${status}` : text;
  const kind = kindOf(status, code, message);
  return new DirectoryError(kind, request, message, { status, retryAfter, ...(code !== undefined && { code }) });
}

function kindOf(status: number, code: string | undefined, message: string): DirectoryErrorKind {
  if (status === 404) return code !== undefined && absent.has(code) ? "notFound" : "other";
  if (status === 429) return "throttled";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  // A duplicate is a 400 with this text (facts/azuread-recorded.md), in other places a 409.
  if (status === 409 || (status === 400 && /same value for property .* already exists/i.test(message)))
    return "conflict";
  if (status === 408 || (status >= 500 && status !== 501)) return "transient";
  return "other";
}
