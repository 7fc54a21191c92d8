// What a proof needs to know about a stack, read from its state and its configuration; the tenant is not asked.
import { resolve } from "node:path";

import type { ReadSetting } from "../../identity/connection.ts";
import { planConnection } from "../../identity/credentials.ts";
import type { ApplicationClaim } from "../../resources/proof/applicationProof.ts";
import { ownProperties } from "../../resources/lifecycle/unshown.ts";
import { parseStops, type RecordedStop } from "../../resources/lifecycle/recordedStop.ts";
import { isDigest } from "../../resources/recipients/listed.ts";
import { addressesOf } from "../../resources/recipients/memberList.ts";
import type { ImpersonationClaim } from "../../resources/proof/impersonationProof.ts";
import { typeOf, type TypeName } from "../../resources/stub.ts";
import { readCertificates } from "../../stacks/certificate.ts";
import { readSettings, unreadKeys } from "../../stacks/configuration.ts";
import { publishedName, underProject } from "../../stacks/namespace.ts";
import type { Settings } from "../../stacks/settings.ts";
import { readBytes, readList } from "../../stacks/textFile.ts";
import { engineEnvironment, runEngine } from "../engine/engine.ts";
import { projectNameIn } from "../engine/projectName.ts";
import { checkout } from "../setup/checkout.mjs";
import { heldClaims, type HeldClaims, type HeldResource } from "./heldClaims.ts";

/** The proof could not be run; the message is one line for the operator. */
export class NotRun extends Error {}

/** Which stack, by whose configuration. */
export interface StackOptions {
  readonly stack: string;
  /** Configuration file elsewhere than in `stacks/`, as the engine's own option. */
  readonly configFile?: string;
}

/** One mode's claim of the last `up`, as the state holds it. */
export interface Recorded<C> {
  readonly claim: C;
  /** Properties of the recorded check, with its tenant. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How the call centre gets in. */
export type AccessMode = "impersonation" | "application";

/** What the last `up` claimed. */
export interface RecordedClaims {
  readonly impersonation: Recorded<ImpersonationClaim> | undefined;
  readonly application: Recorded<ApplicationClaim> | undefined;
  /** Modes of which the state holds objects, but no proof. */
  readonly unproved: readonly AccessMode[];
  /** What the last `up` saw stopped. */
  readonly stopped: readonly RecordedStop[];
  /** The mailboxes that the configuration listed then. */
  readonly listed: readonly string[];
  /** When the stack last changed what an app's reach depends on: ms since the epoch, by the operator's clock. */
  readonly changedAt: number | undefined;
}

/** A resource of the state; its outputs by the artifact's own names. */
export interface ExportedResource extends HeldResource {
  readonly delete?: boolean;
  /** Whether the stack only reads it. */
  readonly external?: boolean;
  /** Whether it stays when the stack lets go of it. */
  readonly retainOnDelete?: boolean;
  /** ISO time. */
  readonly modified?: string;
}

/** One key of `pulumi config --json`; a secret has no value unless it is asked for. */
interface ConfigValue {
  readonly value?: string;
  readonly secret: boolean;
}

type Configuration = Readonly<Record<string, ConfigValue>>;

const noClaims: HeldClaims = { impersonation: undefined, application: undefined };

/** The proof of each mode, and the object that tells that the stack holds the mode's access. */
const modes: Readonly<Record<AccessMode, { check: TypeName; holder: TypeName }>> = {
  impersonation: { check: "ImpersonationCheck", holder: "RoleGroup" },
  application: { check: "ApplicationCheck", holder: "ExchangeServicePrincipal" },
};

/** Resources that an app's reach depends on. */
const decisive: readonly TypeName[] = ["ApplicationCheck", "RoleAssignment", "ManagementScope", "SecurityGroup"];

/** Reads what was proved last, and is to be proved again. Takes no passphrase: nothing of it is secret. */
export async function readClaims(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<RecordedClaims> {
  return claimsIn(options, await readResources(options, environment));
}

/**
 * Reads the state's resources, those that are about to go included.
 * @param more options of the engine's `stack export`
 */
export async function readResources(
  { stack }: StackOptions,
  environment: NodeJS.ProcessEnv,
  ...more: readonly string[]
): Promise<readonly ExportedResource[]> {
  const exported = JSON.parse(await ask(["stack", "export", "--stack", stack, ...more], environment)) as {
    readonly deployment?: { readonly resources?: readonly ExportedResource[] };
  };
  const all = exported.deployment?.resources ?? [];
  return all.map((each) => ({ ...each, outputs: ownProperties(each.outputs ?? {}) }));
}

/** What the state claims. @throws NotRun where it holds no access */
export function claimsIn({ stack }: StackOptions, all: readonly ExportedResource[]): RecordedClaims {
  const resources = all.filter(({ delete: isGone }) => isGone !== true);
  const find = (name: TypeName): ExportedResource | undefined => resources.find(({ type }) => type === typeOf(name));
  const hasCheck = accessModes.some((mode) => find(modes[mode].check) !== undefined);
  const held = hasCheck ? noClaims : heldClaims(resources);
  const { tenantId, members, owner, vanished, stopped } = find("Tenant")?.outputs ?? {};
  // Where a check holds the digest of the list, the tenant's artifact says who is meant.
  const listOf = (proved: Readonly<Record<string, unknown>>): { readonly members?: string } =>
    typeof members === "string" && isDigest(String(proved["members"])) ? { members } : {};
  const ownerOf = typeof owner === "string" ? { owner } : {};
  // Where no `up` has come to a proof yet, what it made is proved all the same.
  const recorded = <C>(mode: AccessMode, made: C | undefined): Recorded<C> | undefined => {
    const properties = find(modes[mode].check)?.outputs;
    if (properties !== undefined)
      return { claim: { ...properties, ...listOf(properties), ...ownerOf } as unknown as C, properties };
    return made === undefined ? undefined : { claim: { ...made, ...ownerOf }, properties: { tenantId } };
  };
  const impersonation = recorded<ImpersonationClaim>("impersonation", held.impersonation);
  const application = recorded<ApplicationClaim>("application", held.application);
  if (impersonation === undefined && application === undefined) {
    throw new NotRun(
      all.length === 0
        ? `the stack ${stack} holds nothing: there is no access to prove`
        : `the stack ${stack} holds no role assignment: there is no access to prove now. Its last up did not come that far, or a destroy was interrupted: run up, or destroy again`,
    );
  }
  const changes = decisive.flatMap((name) => resources.filter(({ type }) => type === typeOf(name)));
  const times = changes.map(({ modified }) => Date.parse(modified ?? "")).filter((time) => !Number.isNaN(time));
  return {
    impersonation,
    application,
    unproved: accessModes.filter(
      (mode) => find(modes[mode].check) === undefined && held[mode] === undefined && find(modes[mode].holder),
    ),
    stopped: parseStops(typeof stopped === "string" ? stopped : ""),
    listed: [members, vanished].flatMap((lines) => (typeof lines === "string" ? addressesOf(lines) : [])),
    changedAt: times.length === 0 ? undefined : Math.max(...times),
  };
}

/** A stack's configuration. */
interface StackConfiguration {
  readonly read: ReadSetting;
  /** `undefined` where it has mistakes. */
  readonly settings: Settings | undefined;
  /** Its mistakes, a sentence each: of the settings, of azuread's, and of the certificates' files. */
  readonly problems: readonly string[];
}

/**
 * Reads the configuration. Secrets are only decrypted where the environment has no credential: then the engine needs
 * the stack's passphrase or key.
 */
export async function readConfiguration(
  { stack, configFile }: StackOptions,
  environment: NodeJS.ProcessEnv,
): Promise<StackConfiguration> {
  const file = configFile === undefined ? [] : ["--config-file", resolve(configFile)];
  const args = ["config", "--json", "--stack", stack, ...file];
  const project = projectNameIn(checkout) ?? publishedName;
  const askFor = async (asked: readonly string[]): Promise<Configuration> =>
    publishedKeys(JSON.parse(await ask(asked, environment)) as Configuration, project);
  let configuration = await askFor(args);
  if (needsSecrets(configuration, environment)) configuration = await askFor([...args, "--show-secrets"]);
  return { read: readerOf(configuration), ...settingsIn(configuration) };
}

/** The keys of a project that somebody renamed, under the name that this one is published with. */
function publishedKeys(configuration: Configuration, project: string): Configuration {
  const entries = Object.entries(underProject(configuration, project)).map(
    ([key, value]) => [key.startsWith(`${project}:`) ? publishedName + key.slice(project.length) : key, value] as const,
  );
  return Object.fromEntries(entries);
}

/** The program's own keys have the project's name before them; those of other namespaces are asked for whole. */
function readerOf(configuration: Configuration): ReadSetting {
  return (key) => configuration[key.includes(":") ? key : `${publishedName}:${key}`]?.value;
}

function needsSecrets(configuration: Configuration, environment: NodeJS.ProcessEnv): boolean {
  const hasSecret = Object.entries(configuration).some(([key, { secret }]) => secret && key.startsWith("azuread:"));
  if (!hasSecret) return false;
  const planned = planConnection(readerOf(configuration), environment);
  return "problems" in planned || planned.plan.credential.kind === "cli";
}

/** The configuration as settings, with what is wrong with it. */
function settingsIn(configuration: Configuration): Pick<StackConfiguration, "settings" | "problems"> {
  const own = Object.entries(configuration).flatMap(([key, { value }]) =>
    key.startsWith(`${publishedName}:`) && value !== undefined
      ? [[key.slice(publishedName.length + 1), value] as const]
      : [],
  );
  const everything = { impersonation: true, application: true, group: true };
  const readLines = (path: string): string[] => readList(path, checkout);
  const { settings, problems = [], certificateFiles } = readSettings(Object.fromEntries(own), readLines, everything);
  const certificates = readCertificates(certificateFiles, (path) => readBytes(path, checkout));
  const unread = unreadKeys(Object.keys(configuration), publishedName);
  return { settings, problems: [...unread, ...problems, ...certificates.problems] };
}

/** In the order of the report. */
const accessModes: readonly AccessMode[] = ["impersonation", "application"];

/** @returns the engine's standard output */
async function ask(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runEngine(args, { env: engineEnvironment(environment) });
  if (code === 0) return stdout;
  const reason = stderr.trim().replace(/^error: /, "");
  throw new NotRun(`pulumi ${args[0] ?? ""}: ${reason.replaceAll(/\s*\n\s*/g, " ") || `exit code ${code}`}`);
}
