// Runs of the Pulumi engine whose output is shown as it comes and kept for judging.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

import { engine } from "../engine/engine.ts";
import { checkout } from "../setup/checkout.mjs";

/** What a finished run left. */
export interface EngineRun {
  /** The exit code; -1 where a signal ended it. */
  readonly code: number;
  /** Standard output and error, without colours. */
  readonly output: string;
}

/** Runs in progress, to be told of an interruption. */
const running = new Set<ChildProcess>();

/**
 * Runs the engine to its end.
 * @param env see `rehearsalEnvironment` of commands/engine/engine.ts
 * @param show gets each line, with colours where standard output is a terminal
 */
export async function showEngine(
  args: readonly string[],
  env: Record<string, string>,
  show: (line: string) => void,
): Promise<EngineRun> {
  const color = process.stdout.isTTY ? "always" : "never";
  // In a session of its own: a Ctrl-C in the terminal reaches it once, through `interruptEngines`.
  const child = spawn(engine().binary, [...args, "--non-interactive", "--color", color], {
    cwd: checkout,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  const lines: string[] = [];
  const read = (line: string): void => {
    lines.push(stripVTControlCharacters(line));
    show(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", read);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? -1, output: lines.join("\n") };
  } finally {
    running.delete(child);
  }
}

/** Asks all runs to end in order: the call in flight finishes and is recorded (facts/pulumi.md §0.6). */
export function interruptEngines(): void {
  for (const child of running) child.kill("SIGINT");
}
