/** The PowerShell that tests run: a real one, or they are skipped by name. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "@jest/globals";
import { executableVariable } from "../../exchange/powershell/shell.ts";

// Those of tests live for seconds, in which compiling hot code anew gains nothing; where thousands of objects are read, as
// an operator's may, it gains (docs/measurements.md). Hexadecimal, in ms: 12 s in which nothing new is run.
process.env["DOTNET_TC_CallCountingDelayMs"] = "3000";

/** Its path: what the variable names, else the first `pwsh` in PATH. */
export const powershell: string | undefined =
  process.env[executableVariable] ||
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "pwsh"))
    .find(isExecutable);

/** Suites that need it. `.ci/run` looks for the reason where it has passed one on. */
export function describeWithPowerShell(name: string, suite: () => void): void {
  if (powershell !== undefined) describe(name, suite);
  else describe.skip(`${name} [no PowerShell: pwsh is not in PATH, and ${executableVariable} is not set]`, suite);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
