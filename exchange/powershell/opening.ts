/** What opening a connection of any kind begins with: a PowerShell, and calls that have to succeed. */
import { ExchangeError } from "../errors.ts";
import { FailedAttempt, plainMessage } from "../failedAttempt.ts";
import { classifyFaults } from "./fault.ts";
import type { ShellCall, ShellFault, ShellResult } from "./message.ts";
import { LostShellError, NoShellError, Shell } from "./shell.ts";
import type { ShellOptions } from "./shell.ts";

/** An open connection. */
export interface Connection {
  readonly shell: Shell;
  /** When it is not to be used any more, in ms since the epoch: a token ends, and cannot be renewed. */
  readonly expires: number;
  /** Ends it where more than the shell has to end. */
  readonly close?: () => Promise<void>;
}

/** How long opening may take, in ms. */
const openingLimit = 180_000;

/** Starts a PowerShell; one that cannot be had is an ExchangeError that names `cmdlet`. */
export async function start(cmdlet: string, options: ShellOptions | undefined): Promise<Shell> {
  try {
    return await Shell.start(options);
  } catch (error) {
    if (!(error instanceof NoShellError)) throw error;
    throw new ExchangeError("other", cmdlet, error.message);
  }
}

/** What a failure means for people. */
export interface Explanation {
  readonly kind: "unauthorized" | "other";
  /** What is wrong, and what to do about it where that is known. */
  readonly text: string;
  /** Whether trying again cannot help, though the failure may look so. */
  readonly isFinal?: boolean;
}

/**
 * Runs what has to succeed before anything else can. Whatever comes of it, nothing in the organisation has changed.
 *
 * @param explain what a failure means, by its fault and the text that is known of it
 */
export async function demand(
  shell: Shell,
  call: ShellCall,
  explain: (fault: ShellFault, text: string) => Explanation = (_fault, text) => ({ kind: "other", text }),
): Promise<ShellResult> {
  const [result] = await runCalls(shell, [call], openingLimit).catch((error: unknown) => {
    throw error instanceof FailedAttempt ? notSent(error) : error;
  });
  const [fault] = result?.faults ?? [];
  if (fault === undefined && result !== undefined) return result;
  const failure = classifyFaults(call.cmdlet, result?.faults ?? []);
  const plain = plainMessage(failure.error);
  const said: Explanation = fault === undefined ? { kind: "other", text: plain } : explain(fault, plain);
  const { kind, text, isFinal } = said;
  if (isFinal !== true && failure.repeatable !== "never") throw notSent(failure);
  throw new ExchangeError(kind, call.cmdlet, `no connection: ${text}`);
}

function notSent({ error }: FailedAttempt): FailedAttempt {
  const said = new ExchangeError(error.kind, error.cmdlet, `no connection: ${plainMessage(error)}`);
  return new FailedAttempt(said, "always", false);
}

/** Sends calls; what becomes of a shell that does not answer is a FailedAttempt. */
export async function runCalls(shell: Shell, calls: readonly ShellCall[], deadline: number): ReturnType<Shell["run"]> {
  const what = calls.length === 1 ? (calls[0]?.cmdlet ?? "") : `${calls.length} reads`;
  try {
    return await shell.run(calls, deadline);
  } catch (error) {
    if (error instanceof RangeError) throw new ExchangeError("invalid", what, `${error.message}; it was not sent`);
    if (error instanceof NoShellError) {
      throw new FailedAttempt(new ExchangeError("transient", what, error.message), "always", false);
    }
    if (!(error instanceof LostShellError)) throw error;
    throw new FailedAttempt(new ExchangeError("transient", what, error.message), "reads", true);
  }
}
