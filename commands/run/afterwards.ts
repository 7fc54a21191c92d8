// What to do next after a run of the engine that failed, where its own words do not say so.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stackIn } from "../engine/lockOwner.ts";
import { checkout } from "../setup/checkout.mjs";
import { hasOwnSecret } from "./identity.ts";
import { lockAdvice } from "./lockAdvice.ts";
import { copiedSaltProblem, foreignSaltProblem, foreignSecrets, passphraseProblem } from "./passphrase.ts";
import { readKnown, type Call, type Configuration, type State } from "./state.ts";

/**
 * Lines for the operator; none where there is nothing to add.
 * @param isAsked whether the engine may have asked for the passphrase itself
 */
export async function adviceAfter(call: Call, environment: NodeJS.ProcessEnv, isAsked: boolean): Promise<string[]> {
  const [locked, { state, configuration }] = await Promise.all([
    lockAdvice(call, environment, process.cwd()),
    readKnown(call, environment),
  ]);
  if (locked.length > 0) return locked;
  const { type, state: secrets } = state?.secrets_providers ?? {};
  const problem = type === "passphrase" && !isAsked ? passphraseProblem(secrets?.salt ?? "", environment) : undefined;
  if (problem !== undefined) return [problem];
  const foreign =
    type === "passphrase" ? foreignSaltProblem(secrets?.salt ?? "", settingsOf(call), environment) : undefined;
  if (foreign !== undefined) return [foreign];
  const copied = copiedSecrets(call, configuration, environment);
  if (copied.length > 0) return copied;
  return [...halfMade(call, state), ...ownSecret(call, configuration)];
}

/** The same after `stack init`, which is about a stack that is not there. */
export function adviceAfterInit(args: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const [command, what, name = stackIn(args)] = args.filter((each) => !each.startsWith("-"));
  if (command !== "stack" || what !== "init" || name === undefined) return [];
  const problem = copiedSaltProblem(name, settingsIn(name), environment);
  return problem === undefined ? [] : [problem];
}

/** Secrets that came with the file of another stack. */
function copiedSecrets(call: Call, configuration: Configuration = {}, environment: NodeJS.ProcessEnv): string[] {
  const { path, text } = settingsOf(call);
  const keys = Object.keys(configuration).filter((key) => configuration[key]?.secret === true);
  return foreignSecrets(text, keys, environment).map(
    (key) =>
      `${key} in ${path} was encrypted for another stack, and nothing here opens it. Set this stack's own (you are asked for it): ` +
      `npm run pulumi -- config set --secret ${key} ${call.stack.join(" ")}; or take it out: npm run pulumi -- config rm ${key} ${call.stack.join(" ")}.`,
  );
}

/** The stack's settings file; empty where nobody can tell which one it is. */
function settingsOf({ stack, configFile }: Call): { path: string; text: string } {
  return settingsIn(stack[0] === "--stack" ? stack[1] : undefined, configFile[1]);
}

function settingsIn(stack = "", configFile?: string): { path: string; text: string } {
  const path = configFile ?? join("stacks", `Pulumi.${stack.split("/").at(-1) ?? ""}.yaml`);
  const file = resolve(checkout, path);
  return { path, text: existsSync(file) ? readFileSync(file, "utf8") : "" };
}

/** What to do where an engine was killed: `pulumi cancel` would take the lock from a living run, too. */
export function recoverFirst(stack: string | undefined): string {
  return `Before the next run: npm run recover -- --stack ${stack ?? "NAME"}`;
}

/** Options with which the engine leaves out, or goes past, what others depend on, and still ends with 0. */
const partial = ["--target", "-t", "--target-replace", "--exclude", "-x", "--continue-on-error"];

/** Warns before a run that does not do the whole. */
export function partialRun(call: Call | undefined): string[] {
  const used = call === undefined ? [] : partial.filter((option) => call.has(option));
  if (used.length === 0) return [];
  return [
    `${used.join(", ")}: this run does not do the whole. What depends on the rest stays as it was, no proof covers it, and the outputs may say otherwise. Run the same command without it afterwards.`,
  ];
}

/** What was made and not brought to its end: mostly Entra, one part of which does not know yet what another has made. */
function halfMade({ command, stack }: Call, state: State | undefined): string[] {
  if (command !== "up") return [];
  const names = (state?.resources ?? [])
    .filter(({ initErrors }) => (initErrors ?? []).length > 0)
    .map(({ urn }) => urn.split("::").at(-1) ?? urn);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")}: made, but not brought to its end. Run the same command again: it goes on with what is there ` +
      `(npm run pulumi -- up ${stack.join(" ")}).`,
  ];
}

function ownSecret({ command, stack }: Call, configuration: Configuration | undefined): string[] {
  if (configuration === undefined || !hasOwnSecret(configuration)) return [];
  const first = command === "destroy" ? "refresh" : command;
  return [
    "a secret of azuread's stands in the stack itself, and the engine goes on using the one of the last run. Was it changed since: " +
      `npm run pulumi -- ${first} --run-program ${stack.join(" ")}. In the environment it would always be the current one.`,
  ];
}
