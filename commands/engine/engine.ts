// The Pulumi engine as the commands and the tests run it: the binary itself, with the pinned Node and nothing in
// between.
import { execFile } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { withPluginCredentials } from "./credentials.ts";
import { exceptLoopback } from "../../simulator/server/proxy.ts";
import { checkout, engineVersion, pulumiHome } from "../setup/checkout.mjs";
import { findEngine } from "../setup/engine.mjs";
import { hasAzureadPlugin } from "../setup/plugin.mjs";

/** Where the engine is. */
export interface Engine {
  /** Path of the executable `pulumi`. */
  readonly binary: string;
  /** The folder above its `bin`: what Automation API's `PulumiCommand.get({ root })` takes. */
  readonly root: string;
  /** For example "3.259.0". */
  readonly version: string;
}

/** What a finished run of the engine left. */
export interface EngineResult {
  /** The exit code; 128 + the signal's number is not used: a killed engine gives -1. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Finds the engine that `npm run setup` provided.
 * @throws Error where there is none
 */
export function engine(): Engine {
  const found = findEngine();
  if (!found) throw new Error(`Pulumi ${engineVersion} is not installed; run \`npm run setup\` first`);
  return { ...found, root: dirname(dirname(found.binary)) };
}

/** What goes on PATH where {@link standInNeeded}: the stand-in for the azuread plugin, which serves the embedded tenant only. */
export const standInFolder: string = join(checkout, "standIn", "azuread", "bin");

/**
 * Whether the azuread types need the embedded tenant's stand-in: the real plugin is not installed. A plugin on PATH
 * shadows an installed one (facts/pulumi.md §0.7), so the stand-in goes there only where this is true.
 */
export function standInNeeded(): boolean {
  return !hasAzureadPlugin();
}

/**
 * The environment to run the engine in: the pinned Node comes first on PATH, because program and dynamic providers run
 * on the first `node` there (facts/pulumi.md §0.2), and the credential is in a form that the azuread plugin takes.
 * @param base what else the process gets; its PATH is extended
 */
export function engineEnvironment(base: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const first = [join(checkout, "node_modules", ".bin"), dirname(engine().binary)];
  return environment(withPluginCredentials(base), first);
}

/**
 * The environment for a rehearsal on the embedded tenant (demo and tests, never a real tenant): as
 * {@link engineEnvironment}, with the stand-in for the azuread plugin on PATH where the real one is not installed, and
 * no proxy for this machine.
 */
export function rehearsalEnvironment(base: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const standIn = standInNeeded() ? [standInFolder] : [];
  return environment({ ...engineEnvironment(base), ...exceptLoopback(base) }, standIn);
}

function environment(base: NodeJS.ProcessEnv, first: readonly string[]): Record<string, string> {
  const rest = (base["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "" && !first.includes(folder));
  const changed = { ...base, PATH: [...first, ...rest].join(delimiter), PULUMI_HOME: pulumiHome };
  // Each run starts Node three times, and each time it loads the SDK: compiled once, that takes half the time.
  const NODE_COMPILE_CACHE = join(checkout, "node_modules", ".cache", "node");
  const NODE_OPTIONS = withYoungGeneration(base["NODE_OPTIONS"]);
  const set = { PULUMI_SKIP_UPDATE_CHECK: "true", NODE_COMPILE_CACHE, ...changed, NODE_OPTIONS };
  return Object.fromEntries(
    Object.entries<string | undefined>(set).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/**
 * Node's options with a young generation of 4 MiB a half: long lists leave garbage, which V8 otherwise keeps for long on a
 * machine with much memory (docs/measurements.md, "Memory"). A size that somebody set stays.
 */
function withYoungGeneration(options = ""): string {
  return options.includes("--max-semi-space-size") ? options : `${options} --max-semi-space-size=4`.trimStart();
}

/**
 * Runs the engine to its end without a terminal; a non-zero exit code is a result, not an exception.
 * @param options `cwd` defaults to the checkout, `env` to {@link engineEnvironment}; `input` goes to standard input
 * @throws Error where the engine cannot be started at all
 */
export async function runEngine(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<EngineResult> {
  const { cwd = checkout, env = engineEnvironment(), input } = options;
  const started = promisify(execFile)(engine().binary, [...args, "--non-interactive"], {
    cwd,
    env,
    maxBuffer: 2 ** 30,
  });
  started.child.stdin?.end(input ?? "");
  try {
    return { code: 0, ...(await started) };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code === "string") throw error;
    return { code: typeof code === "number" ? code : -1, stdout, stderr };
  }
}
