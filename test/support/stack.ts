/** A stack of this project on an embedded tenant, run by the real engine as an operator runs it. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engine, rehearsalEnvironment, type EngineResult } from "../../commands/engine/engine.ts";
import { stackIn, watchLock } from "../../commands/engine/lockOwner.ts";
import { checkout } from "../../commands/setup/checkout.mjs";
import { descendantsOf, stillAlive, until, type Process } from "./processes.ts";
import type { TestTenant } from "./tenant.ts";
import { endHosts, openHosts, ownHostsAsked } from "./warm/warmHosts.ts";
import { ad, eva, dirk, bea } from "./people.ts";

/** A run of the engine that is under way. */
export interface EngineProcess {
  readonly pid: number;
  readonly ended: Promise<EngineResult>;
  /** Ends it at once, as a power cut does; resolves when its hosts are gone, rejects where one works on. */
  kill(): Promise<void>;
}

/** One resource of the state, as the file backend holds it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface TestStack {
  /** Changes with {@link rename}. */
  readonly name: string;
  /** What its commands run in. */
  readonly environment: Readonly<Record<string, string>>;
  /** Changes settings (names without the project's namespace, or with another); `undefined` removes one. */
  configure(settings: Readonly<Record<string, unknown>>): void;
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): EngineProcess;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  up(...args: readonly string[]): Promise<EngineResult>;
  destroy(...args: readonly string[]): Promise<EngineResult>;
  /** `npm run pulumi -- …`, which `run` goes past. */
  pulumi(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  /** `npm run recover`. */
  recover(): Promise<EngineResult>;
  /** `npm run verify`. */
  verify(args?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  /** `npm run audit`. */
  audit(args?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  /** `npm run report`. */
  report(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  /** `npm run handover`. */
  handover(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  /** `npm run onboard`. */
  onboard(args: readonly string[]): Promise<EngineResult>;
  /** `npm run doctor`. */
  doctor(args?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<EngineResult>;
  /** The files of the stack as they lie on the disk, secrets encrypted: state and configuration. */
  files(): { readonly state: string; readonly configuration: string };
  /** Everything that the backend holds (state, its backups, history, locks) and the configuration, as one text. */
  everyFile(): string;
  resources(): readonly StateResource[];
  /** Outputs, secrets in clear. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** `pulumi stack rename`. */
  rename(): Promise<EngineResult>;
  /** Removes it with everything that it left on this machine. */
  close(): void;
}

/** The document's way in to two mailboxes of the field staff; the director must stay out. */
const usualSettings = { access: ["impersonation"], mailboxes: [ad, eva], mustStayOut: [dirk], owner: bea };

/**
 * Makes an empty stack on a backend of its own; its configuration file is called after it and goes with it.
 * @param options where the engine is started (`folder`: the checkout, or one in it), and with whose hosts: those that it
 *   starts itself, or warm ones
 */
export async function makeStack(
  tenant: TestTenant,
  settings: Readonly<Record<string, unknown>> = {},
  { folder = ".", hosts = ownHostsAsked ? "own" : "warm" }: { folder?: string; hosts?: "own" | "warm" } = {},
): Promise<TestStack> {
  mkdirSync(join(checkout, ".tmp"), { recursive: true });
  const place = mkdtempSync(join(checkout, ".tmp", "stack-"));
  let name = `test-${randomBytes(6).toString("hex")}`;
  const configurationFile = (): string => join(checkout, "stacks", `Pulumi.${name}.yaml`);
  const env = environmentOf(tenant, join(place, "backend"));
  const values: Record<string, unknown> = { ...connectionOf(tenant), ...usualSettings, ...settings };
  let salt = "";

  const write = (): void => {
    const lines = Object.entries(values).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [`  ${key.includes(":") ? key : `calendar-access:${key}`}: ${JSON.stringify(value)}\n`],
    );
    writeFileSync(configurationFile(), `config:\n${lines.join("")}${salt}`);
  };
  const readStateFile = (): string =>
    readFileSync(join(place, "backend", ".pulumi", "stacks", "calendar-access", `${name}.json`), "utf8");
  const start = (file: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    collect(
      spawn(process.execPath, [join(checkout, "commands", file), ...args], { cwd: checkout, env: { ...env, ...more } }),
    );
  const command: typeof start = (file, args, more) => start(file, ["--stack", name, ...args], more);
  const runWarm = async (args: readonly string[], more: Readonly<Record<string, string>>): Promise<EngineResult> => {
    const hosts = await openHosts({ ...env, ...more });
    const result = await stack.start([...args, ...hosts.options], { ...more, ...hosts.environment }).ended;
    return { ...result, stdout: result.stdout + (await hosts.close()) };
  };
  const stack: TestStack = {
    get name() {
      return name;
    },
    environment: env,
    configure(changes) {
      Object.assign(values, changes);
      write();
    },
    start: (args, more = {}) => startEngine([...args, "--stack", name], { ...env, ...more }, join(checkout, folder)),
    run: (args, more = {}) =>
      hosts === "warm" && /^(up|preview|refresh|destroy)$/.test(args[0] ?? "")
        ? runWarm(args, more)
        : stack.start(args, more).ended,
    up: (...args) => stack.run(["up", "--yes", "--skip-preview", ...args]),
    destroy: (...args) => stack.run(["destroy", "--yes", "--skip-preview", ...args]),
    pulumi: (args, more) => start("pulumi.ts", [...args, "--stack", name], more),
    recover: () => command("recover.ts", []),
    verify: (args = [], more = {}) => command("verify.ts", args, more),
    audit: (args = [], more = {}) => command("audit.ts", args, more),
    report: (args, more = {}) => command("report.ts", args, more),
    onboard: (args) => command("onboard.ts", args, {}),
    doctor: (args = [], more = {}) => command("doctor.ts", args, more),
    handover: (args, more = {}) => command("handover.ts", args, more),
    files: () => ({ state: readStateFile(), configuration: readFileSync(configurationFile(), "utf8") }),
    everyFile: () => [...readAll(join(place, "backend")), readFileSync(configurationFile(), "utf8")].join("\n"),
    resources: () =>
      (JSON.parse(readStateFile()) as { checkpoint: { latest?: { resources?: StateResource[] } } }).checkpoint.latest
        ?.resources ?? [],
    async outputs() {
      const { code, stdout, stderr } = await stack.run(["stack", "output", "--json", "--show-secrets"]);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    },
    async rename() {
      const renamed = `${name}-renamed`;
      const result = await stack.run(["stack", "rename", renamed]);
      if (result.code === 0) name = renamed;
      return result;
    },
    close() {
      endHosts();
      rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      rmSync(configurationFile(), { force: true });
    },
  };
  try {
    mkdirSync(join(place, "backend"));
    write();
    // Without --no-select the engine would note the stack in PULUMI_HOME as the one in use.
    const made = await collect(
      spawn(engine().binary, ["stack", "init", name, "--no-select", "--non-interactive"], { cwd: checkout, env }),
    );
    if (made.code !== 0) throw new Error(made.stderr);
    salt = /^encryptionsalt:.*\n/m.exec(readFileSync(configurationFile(), "utf8"))?.[0] ?? "";
  } catch (error) {
    stack.close();
    throw error;
  }
  return stack;
}

function connectionOf({ running }: TestTenant): Record<string, unknown> {
  const { tenantId, clientId } = running.credentials;
  return {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${running.port}`,
    exchangeEndpoint: running.origin,
  };
}

/** For every run of the engine in tests: lazyModules.cjs, and an engine that ends before it has to collect garbage. */
export const shortRun = {
  NODE_OPTIONS: `--require "${join(import.meta.dirname, "lazyModules.cjs")}"`,
  GOGC: "off",
};

/** The operator's environment: the client secret, and nothing that speaks of another tenant, backend or stack. */
function environmentOf({ running }: TestTenant, backend: string): Record<string, string> {
  const foreign = /^(ARM_|AZURE_|ACTIONS_ID_TOKEN|APPLICATION_|EXCHANGE_|PULUMI_(?!HOME$))/;
  const base = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  return rehearsalEnvironment({
    ...base,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of the test",
    NODE_EXTRA_CA_CERTS: running.bundleFile,
    SSL_CERT_FILE: running.bundleFile,
    ARM_CLIENT_SECRET: running.credentials.clientSecret,
    ARM_USE_CLI: "false",
    ...shortRun,
  });
}

function startEngine(args: readonly string[], env: Record<string, string>, cwd: string): EngineProcess {
  const child = spawn(engine().binary, [...args, "--non-interactive", "--color", "never"], { cwd, env });
  const ended = collect(child);
  const pid = child.pid ?? 0;
  // As `npm run pulumi` does.
  const endWatch = watchLock(child.pid, env["PULUMI_BACKEND_URL"] ?? "", stackIn(args));
  void ended.finally(endWatch);
  return {
    pid,
    ended,
    async kill() {
      const family = descendantsOf(pid);
      child.kill("SIGKILL");
      // Not `ended`: a process that lives on would keep the pipes open.
      await until("the engine to end", () => child.signalCode !== null || child.exitCode !== null);
      await until("the provider hosts of a killed engine to end", () => areOver(family));
      for (const each of stillAlive(family)) process.kill(each.pid, "SIGKILL");
    },
  };
}

/**
 * Whether nothing of the project's works on after the death of its engine: its hosts of dynamic providers end by
 * themselves. Where the state holds resources, the engine starts a second host, which is never asked for anything, so
 * that none of our code runs in it. The others look for their engine every five minutes, the azuread plugin and the
 * language host among them; they ask for nothing meanwhile, and nobody has to wait for them.
 */
function areOver(family: readonly Process[]): boolean {
  const isHost = ({ command }: Process): boolean => /dynamic-provider\/index\.js/.test(command);
  const idle = family.filter(isHost).length > 1 ? 1 : 0;
  return stillAlive(family).filter(isHost).length <= idle;
}

/** The text of every file below a folder. */
function readAll(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
}

async function collect(child: ChildProcess): Promise<EngineResult> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

/** What a run did to the stack's resources, e.g. `updated security-group`; sorted. */
export function changesIn({ stdout }: EngineResult): string[] {
  const lines = stdout.matchAll(
    /^ *(?:\+|-|~|\+-|\+\+|--|=)? *\S+:\S+ (\S+) (created|updated|deleted|replaced|imported)\b/gm,
  );
  return [...lines].map(([, name, change]) => `${change ?? ""} ${name ?? ""}`).toSorted();
}
