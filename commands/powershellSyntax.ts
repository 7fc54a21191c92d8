/** Part of `npm run check`: whether PowerShell can read the project's PowerShell files. Without one, it says so. */
import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { executableVariable } from "../exchange/powershell/shell.ts";

const root = join(import.meta.dirname, "..");

/** The project's own PowerShell files. */
export function powershellFiles(): readonly string[] {
  return globSync("**/*.{ps1,psm1,psd1}", { cwd: root, exclude: ["node_modules", ".tmp", ".demo"] }).toSorted();
}

/**
 * What PowerShell's parser does not understand, a line each.
 * @throws an Error with the code ENOENT where there is no such PowerShell
 */
export function syntaxErrors(executable: string, files: readonly string[]): readonly string[] {
  const options = ["-NoProfile", "-NonInteractive", "-File", join(import.meta.dirname, "syntax.ps1")];
  const said = execFileSync(executable, [...options, ...files.map((file) => join(root, file))], { encoding: "utf8" });
  return said.split("\n").filter((line) => /\S/.test(line));
}

if (import.meta.main) {
  const executable = process.env[executableVariable] || "pwsh";
  try {
    const errors = syntaxErrors(executable, powershellFiles());
    for (const error of errors) console.error(error);
    if (errors.length > 0) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    console.log(
      `The PowerShell files were not checked: there is no ${executable} (${executableVariable} can name one).`,
    );
  }
}
