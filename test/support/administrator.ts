/** The PowerShell window of an administrator who runs one script after another in it. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { powershell } from "./powershell.ts";

/** What a script said, on whichever stream, and whether it came to its end. */
export interface Said {
  readonly code: number;
  readonly said: string;
}

/** Takes a line of JSON for each script (its path, variables of the environment), and ends each with a line of its own. */
const window = `
while ($line = [Console]::In.ReadLine()) {
  $given = ConvertFrom-Json $line -AsHashtable -DateKind String
  foreach ($name in $given.environment.Keys) { [Environment]::SetEnvironmentVariable($name, $given.environment[$name]) }
  $code = 0
  try { . $given.path *>&1 | Out-String -Stream -Width 4096 | ForEach-Object { [Console]::Out.WriteLine($_) } }
  catch { $code = 1; [Console]::Out.WriteLine(($_ | Out-String -Width 4096)) }
  [Console]::Out.WriteLine("ended:$code")
}`;

export class AdministratorsWindow {
  #child;
  #folder;
  #lines: string[] = [];
  #answer: ((said: Said) => void) | undefined;

  /** Opens it; the scripts lie in the folder while they run. */
  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    const env = { ...process.env, NO_COLOR: "1", ...environment };
    this.#child = spawn(powershell ?? "", ["-NoProfile", "-NonInteractive", "-Command", window], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const [, code] = /^ended:(\d)$/.exec(line) ?? [];
      if (code === undefined) this.#lines.push(line);
      else this.#tell(Number(code));
    });
    // A script that ends it has not come to its own end.
    this.#child.on("close", () => this.#tell(-1));
  }

  /** Runs a script to its end. */
  run(script: string, environment: Readonly<Record<string, string>> = {}): Promise<Said> {
    const path = join(this.#folder, "script.ps1");
    writeFileSync(path, script);
    this.#lines = [];
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#child.stdin.write(`${JSON.stringify({ path, environment })}\n`);
    });
  }

  /** Closes it. */
  close(): void {
    this.#child.stdin.end();
  }

  #tell(code: number): void {
    this.#answer?.({ code, said: this.#lines.join("\n") });
    this.#answer = undefined;
  }
}
