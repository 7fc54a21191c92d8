/** The one error class for the operator's eyes. */
import { visible } from "../../network/visible.ts";

/**
 * An error that is shown as its message alone: one line, no stack. (The dynamic provider host prints `stack` of what
 * `check`, `diff`, `read` and `delete` throw; facts/pulumi.md §0.5.) What a terminal would obey is written out in it.
 */
export class UserError extends Error {
  override readonly name = "UserError";

  constructor(message: string, options?: ErrorOptions) {
    super(visible(message), options);
    this.stack = "";
  }

  override toString(): string {
    return this.message;
  }
}

/**
 * Two reads of one object that do not fit together: another back end is behind. A refresh fails on it, because half an
 * answer is none; what waits for a change looks again.
 */
export class UnsettledError extends UserError {}

/** One line that says what went wrong, whatever was thrown. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return visible(message.replaceAll(/\s*\n\s*/g, " "));
}

/** An error as one for the operator, who learns which artifact it is about. */
export function asUserError(title: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`${title}: ${messageOf(error)}`, { cause: error });
}
