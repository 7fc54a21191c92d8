// Programs that the set-up runs.
import { spawn } from "node:child_process";
import { basename } from "node:path";
import { checkout } from "./checkout.mjs";
import { Problem, say, since } from "./problem.mjs";

/**
 * Runs a program to its end; throws a Problem with its last lines where it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limit?: number, show?: boolean,
 *   progress?: (lines: string[]) => string }} [options] `limit` in milliseconds; `show` passes the output on;
 *   `progress` words the line printed every 15 s
 * @returns {Promise<string>} its standard output
 */
export async function run(program, args, { cwd = checkout, env = process.env, limit, show = false, progress } = {}) {
  const start = Date.now();
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", show ? 2 : "pipe", show ? 2 : "pipe"],
    ...(limit === undefined ? {} : { timeout: limit }),
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  let output = "";
  let complaints = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (complaints += data));
  const timer = progress && setInterval(() => say(`  ${since(start)}${progress(complaints.split("\n"))}`), 15_000);
  /** @type {[number | null, string | null]} */
  const [code, signal] = await new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (...end) => done(end));
  }).finally(() => {
    clearInterval(timer);
    process.off("exit", stop);
  });
  if (code === 0) return output;
  const end = signal ? `ended by ${signal} after ${since(start)}` : `exit code ${code}`;
  const tail = `${output}${complaints}`.trim().split("\n").slice(-8).join("\n  ");
  throw new Problem(`${basename(program)} ${args[0]}: ${end}${tail && `\n  ${tail}`}`);
}
