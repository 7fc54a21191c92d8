// Runs of the project's own commands, as an operator starts them.
import { execFile } from "node:child_process";
import { join } from "node:path";

import { checkout } from "../setup/checkout.mjs";

/** What a finished run left. */
export interface CommandRun {
  /** The exit code; -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command of that name to its end. */
export function runCommand(name: string, args: readonly string[], env: Record<string, string>): Promise<CommandRun> {
  return new Promise((resolve) => {
    const file = join(checkout, "commands", `${name}.ts`);
    const child = execFile(process.execPath, [file, ...args], { cwd: checkout, env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
