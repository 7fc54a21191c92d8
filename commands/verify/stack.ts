// What a proof needs to know about a stack, read from its state and its configuration; the tenant is not asked.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { ReadSetting } from "../../directory/connection.ts";
import { planConnection } from "../../directory/credentials.ts";
import type { Claim } from "../../resources/proof.ts";
import { readSettings } from "../../stacks/settings.ts";
import { runEngine } from "../engine.ts";
import { checkout } from "../setup.mjs";

/** The proof could not be run; the message is one line for the operator. */
export class NotRun extends Error {}

export interface StackOptions {
  readonly stack: string;
  /** Configuration file elsewhere than in `stacks/`, as the engine's own option. */
  readonly configFile?: string;
}

/** The last `up`'s claim, as the state holds it. */
export interface RecordedClaim {
  readonly claim: Claim;
  /** Properties of the recorded check, with its tenant. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The mailboxes that the configuration listed then. */
  readonly listed: readonly string[];
}

interface ExportedResource {
  readonly type: string;
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** One key of `pulumi config --json`; a secret has no value unless it is asked for. */
interface ConfigValue {
  readonly value?: string;
  readonly secret: boolean;
}

type Configuration = Readonly<Record<string, ConfigValue>>;

const checkType = "pulumi-nodejs:dynamic/calendarAccess:AccessCheck";

/** Reads what was proved last, and is to be proved again. Takes no passphrase: nothing of it is secret. */
export async function readClaim({ stack }: StackOptions): Promise<RecordedClaim> {
  const exported = JSON.parse(await ask(["stack", "export", "--stack", stack])) as {
    readonly deployment?: { readonly resources?: readonly ExportedResource[] };
  };
  const resources = exported.deployment?.resources ?? [];
  const properties = resources.find(({ type, delete: isGone }) => type === checkType && isGone !== true)?.outputs;
  if (properties !== undefined) {
    const { mailboxes } = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
    const listed = Array.isArray(mailboxes) ? mailboxes.map(String) : [];
    return { claim: properties as unknown as Claim, properties, listed };
  }
  if (resources.length === 0) throw new NotRun(`the stack ${stack} holds nothing: there is no access to prove`);
  throw new NotRun(
    `the stack ${stack} holds no access check: its last up did not come that far. Run up, or destroy to undo what it made`,
  );
}

/**
 * Reads the configuration. Secrets are only decrypted where the environment has no credential: then the engine needs the
 * stack's passphrase or key.
 */
export async function readConfiguration(
  { stack, configFile }: StackOptions,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly read: ReadSetting; readonly listed: readonly string[] | undefined }> {
  const file = configFile === undefined ? [] : ["--config-file", resolve(configFile)];
  const args = ["config", "--json", "--stack", stack, ...file];
  let configuration = JSON.parse(await ask(args)) as Configuration;
  if (needsSecrets(configuration, environment)) {
    configuration = JSON.parse(await ask([...args, "--show-secrets"])) as Configuration;
  }
  return { read: readerOf(configuration), listed: listedIn(configuration) };
}

/** The program's own keys have the project's name before them; those of other namespaces are asked for whole. */
function readerOf(configuration: Configuration): ReadSetting {
  return (key) => configuration[key.includes(":") ? key : `${project}:${key}`]?.value;
}

const project = "calendar-access";

function needsSecrets(configuration: Configuration, environment: NodeJS.ProcessEnv): boolean {
  const hasSecret = Object.entries(configuration).some(([key, { secret }]) => secret && key.startsWith("azuread:"));
  if (!hasSecret) return false;
  const planned = planConnection(readerOf(configuration), environment);
  return "problems" in planned || planned.plan.credential.kind === "cli";
}

/** The mailboxes that the configuration lists now; `undefined` where it cannot be read as settings. */
function listedIn(configuration: Configuration): readonly string[] | undefined {
  const own = Object.entries(configuration).flatMap(([key, { value }]) =>
    key.startsWith(`${project}:`) && value !== undefined ? [[key.slice(project.length + 1), value] as const] : [],
  );
  const { settings } = readSettings(Object.fromEntries(own), (path) =>
    readFileSync(resolve(checkout, path), "utf8").split("\n"),
  );
  return settings?.mailboxes;
}

/** Tells what the configuration lists otherwise than the last `up` did; a proof is about the latter. */
export function compareLists(then: readonly string[], now: readonly string[] | undefined): string[] {
  if (now === undefined) return ["the stack's configuration has mistakes; preview names them"];
  const added = now.filter((address) => !then.includes(address));
  const gone = then.filter((address) => !now.includes(address));
  if (added.length + gone.length === 0) return [];
  const parts = [
    ...(added.length > 0 ? [`${added.join(", ")} added`] : []),
    ...(gone.length > 0 ? [`${gone.join(", ")} taken off`] : []),
  ];
  return [`the configuration was changed since the last up (${parts.join("; ")}); this proof is about the last up`];
}

/** @returns the engine's standard output */
async function ask(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runEngine(args);
  if (code === 0) return stdout;
  const reason = stderr.trim().replace(/^error: /, "");
  throw new NotRun(`pulumi ${args[0] ?? ""}: ${reason.replaceAll(/\s*\n\s*/g, " ") || `exit code ${code}`}`);
}
