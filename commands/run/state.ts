// What the wrapper knows of the stack that a command of the engine is about: its state and its configuration.
import { parseArgs } from "node:util";

import { runEngine } from "../engine/engine.ts";

/** A stack's state, as far as it is read here; secrets in it stay encrypted. */
export interface State {
  readonly secrets_providers?: { readonly type?: string; readonly state?: { readonly salt?: string } };
  readonly resources?: readonly Resource[];
}

/** One resource of the state. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Of a resource that was made, but not to its end. */
  readonly initErrors?: readonly string[];
}

/** Keys of a stack's configuration; a secret one has no value here. */
export type Configuration = Readonly<Record<string, { readonly value?: string; readonly secret: boolean }>>;

/** What the wrapper knows of a stack; nothing of what the engine cannot say: it says why itself, in the run. */
export interface Known {
  readonly state: State | undefined;
  readonly configuration: Configuration | undefined;
}

/** A command of the engine that reads or changes the tenant. */
export type Command = "preview" | "up" | "refresh" | "destroy";

const names: Readonly<Record<string, Command>> = {
  preview: "preview",
  pre: "preview",
  up: "up",
  update: "up",
  refresh: "refresh",
  destroy: "destroy",
  down: "destroy",
  dn: "destroy",
};

/** What the engine was asked for. */
export interface Call {
  readonly command: Command;
  /** The options that say which stack is meant, by which configuration. */
  readonly stack: readonly string[];
  readonly configFile: readonly string[];
  readonly has: (option: string) => boolean;
}

/** @returns undefined where the command is none that reads or changes the tenant */
export function readCall(args: readonly string[]): Call | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string", short: "s" },
      "config-file": { type: "string" },
      cwd: { type: "string", short: "C" },
      help: { type: "boolean", short: "h" },
    },
    strict: false,
    allowPositionals: true,
  });
  const command = positionals.flatMap((word) => names[word] ?? [])[0];
  if (command === undefined || values["help"] === true) return undefined;
  const given = (name: string): string[] => {
    const value = values[name];
    return typeof value === "string" ? [`--${name}`, value] : [];
  };
  return {
    command,
    stack: [...given("stack"), ...given("cwd")],
    configFile: given("config-file"),
    has: (option) => args.some((each) => each === option || each.startsWith(`${option}=`)),
  };
}

/**
 * What the engine is started with. A refresh changes no output and would still print every one, a list of thousands of
 * mailboxes whole (facts/pulumi.md §0.5): it prints none unless it is asked to (`--suppress-outputs=false`).
 */
export function engineArguments(args: readonly string[], call: Call | undefined): string[] {
  const isQuiet = call?.command === "refresh" && !call.has("--suppress-outputs");
  return isQuiet ? [...args, "--suppress-outputs"] : [...args];
}

/** Both, at once. */
export async function readKnown(call: Call, environment: NodeJS.ProcessEnv): Promise<Known> {
  const [state, configuration] = await Promise.all([
    readState(call, environment),
    readConfiguration(call, environment),
  ]);
  return { state, configuration };
}

/** @returns undefined where the engine cannot say it */
export async function readState({ stack }: Call, environment: NodeJS.ProcessEnv): Promise<State | undefined> {
  const exported = await ask(["stack", "export", ...stack], environment);
  return (exported as { deployment?: State } | undefined)?.deployment;
}

/**
 * @param more options of the engine's `config`
 * @returns undefined as in {@link readState}
 */
export async function readConfiguration(
  { stack, configFile }: Call,
  environment: NodeJS.ProcessEnv,
  ...more: readonly string[]
): Promise<Configuration | undefined> {
  return (await ask(["config", "--json", ...stack, ...configFile, ...more], environment)) as Configuration | undefined;
}

async function ask(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<unknown> {
  const { code, stdout } = await runEngine(args, { cwd: process.cwd(), env: environment });
  try {
    return code === 0 ? JSON.parse(stdout) : undefined;
  } catch {
    return undefined;
  }
}
