/** A PowerShell that answers requests: started, checked, asked one at a time, and ended when it does not answer. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import { readAnswer, requestLine } from "./message.ts";
import type { ShellCall, ShellResult } from "./message.ts";
import { Pipe } from "./pipe.ts";

/** Names the PowerShell that is used instead of the `pwsh` that the path leads to. */
export const executableVariable = "CALENDAR_ACCESS_POWERSHELL";

/** How a PowerShell is started and asked. */
export interface ShellOptions {
  /** Default: the variable {@link executableVariable}, then `pwsh`. */
  readonly executable?: string;
  /** Whether cmdlets run in the process's own runspace, for modules that do not work in one without a host. */
  readonly inHost?: boolean;
  /** A module that will be imported: it loads while the process starts, where cmdlets do not run in its own runspace. */
  readonly module?: { readonly name: string; readonly minimumVersion: string };
  /** Milliseconds that a start may take; default 60 s. */
  readonly startLimit?: number;
  /** How much later than PowerShell's own deadline ours is: it needs a moment to stop a cmdlet. Default 15 s, in ms. */
  readonly grace?: number;
  /** The oldest version that is taken; default {@link oldestVersion}. */
  readonly oldest?: string;
}

/** No PowerShell that can be used: nothing was run. The message says what to do, for people. */
export class NoShellError extends Error {
  override readonly name = "NoShellError";
}

/** No answer came to a request that was sent: nobody knows what it did. The shell has ended. */
export class LostShellError extends Error {
  override readonly name = "LostShellError";
}

/** The oldest version whose `ConvertFrom-Json` leaves texts alone that look like dates. */
const oldestVersion = "7.5";

const wayToGetIt =
  `Install PowerShell ${oldestVersion} or newer (https://aka.ms/install-powershell) so that pwsh is found in PATH, ` +
  `or name it with the environment variable ${executableVariable}`;

export class Shell {
  #pipe: Pipe;
  #options: ShellOptions;
  #oneAtATime = pLimit(1);
  /** Lines sent so far. */
  lines = 0;

  private constructor(pipe: Pipe, options: ShellOptions) {
    this.#pipe = pipe;
    this.#options = options;
  }

  /**
   * Starts a PowerShell and loads what it needs to answer.
   * @throws NoShellError where there is none, it is too old, or it does not do as told
   */
  static async start(options: ShellOptions = {}): Promise<Shell> {
    const executable = options.executable ?? (process.env[executableVariable] || "pwsh");
    const pipe = new Pipe(executable);
    const id = randomUUID();
    const limit = options.startLimit ?? 60_000;
    const said = await within(limit, pipe.send(greeting(id, options))).catch(() => undefined);
    const [, isNewEnough, version] = new RegExp(`^${id}:(True|False) (\\S+)`, "m").exec(said ?? "") ?? [];
    if (isNewEnough === "True") return new Shell(pipe, options);
    const reason = version === undefined ? reasonOf(executable, pipe.end, limit) : tooOld(executable, version);
    pipe.kill();
    throw new NoShellError(reason);
  }

  /** Whether it can be asked: it has not ended. */
  get isAlive(): boolean {
    return this.#pipe.end === undefined;
  }

  /**
   * Runs cmdlets one after another, in one line; answers one result for each. What had no time left has none.
   * @param deadline milliseconds that they have together
   * @throws LostShellError where no answer came; the process has been ended then, if it had not ended by itself
   */
  async run(calls: readonly ShellCall[], deadline: number): Promise<readonly (ShellResult | undefined)[]> {
    return this.#oneAtATime(async () => {
      const id = randomUUID();
      const { inHost = false, grace = 15_000 } = this.#options;
      const line = requestLine({ id, deadline, inHost, calls });
      if (!this.isAlive) throw new NoShellError("PowerShell has ended");
      this.lines++;
      let said: string;
      try {
        said = await within(deadline + grace, this.#pipe.send(`Receive-Request\n${line}`));
      } catch (error) {
        this.#pipe.kill();
        const reason = error instanceof TooLateError ? error.message : "PowerShell ended in the middle of it";
        throw new LostShellError(`no answer came: ${reason}`);
      }
      const answer = readAnswer(id, said);
      if (typeof answer !== "string") return calls.map((_, index) => answer[index]);
      // Also a process that ended well: the package takes that for an answer without a word.
      this.#pipe.kill();
      throw new LostShellError(`no answer came: ${answer}`);
    });
  }

  /** Ends the process as soon as it has answered what it was asked. */
  end(): void {
    void this.#oneAtATime(() => this.#pipe.kill());
  }
}

/**
 * The first line: tells the version, and loads the receiver where that version can read it. Everything here is also
 * understood by Windows PowerShell 5.1.
 */
function greeting(id: string, { oldest = oldestVersion, inHost = false, module }: ShellOptions): string {
  const receiver = readFileSync(join(import.meta.dirname, "receiver.ps1")).toString("base64");
  const load = `[ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${receiver}')))`;
  const wanted = inHost || module === undefined ? "" : ` '${module.name}' '${module.minimumVersion}'`;
  return (
    `$isNew = $PSVersionTable.PSVersion -ge '${oldest}'; if ($isNew) { . (${load})${wanted} }; ` +
    `[Console]::Out.WriteLine("\`n${id}:$isNew $($PSVersionTable.PSVersion)")`
  );
}

/** Why a version is not taken. */
export function tooOld(executable: string, version: string): string {
  const what = /^[1-5]\./.test(version) ? `Windows PowerShell ${version}` : `PowerShell ${version}`;
  return `${executable} is ${what}, which is too old. ${wayToGetIt}`;
}

function reasonOf(executable: string, end: Pipe["end"], limit: number): string {
  if (end?.code === "ENOENT") return `PowerShell was not found: there is no ${executable}. ${wayToGetIt}`;
  if (end?.code !== undefined) return `${executable} could not be started (${end.code}). ${wayToGetIt}`;
  if (end !== undefined) return `${executable} ended as soon as it was started; is it PowerShell? ${wayToGetIt}`;
  return (
    `${executable} did not answer within ${limit / 1000} s of its start; where the machine's administrator ` +
    "restricts PowerShell to its constrained language it cannot be used"
  );
}

class TooLateError extends Error {}

/** The answer, or a TooLateError after so many ms. */
async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLateError(`not within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
