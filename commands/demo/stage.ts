// Where the demo plays: an embedded tenant, a file backend and a stack, all inside the checkout and all thrown away
// after it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { passwordVariable, userVariable } from "../../connection/serverPlace.ts";
import { executableVariable } from "../../exchange/powershell/shell.ts";
import { writeLauncher } from "../../simulator/powershell/module.ts";
import { exceptLoopback } from "../../simulator/server/proxy.ts";
import { engine, rehearsalEnvironment, runEngine, standInFolder, standInNeeded } from "../engine/engine.ts";
import { lockFolder } from "../engine/backend.ts";
import { readLocks } from "../engine/lock.ts";
import { findOccupant } from "../engine/process.ts";
import { checkout } from "../setup/checkout.mjs";
import { runCommand, type CommandRun } from "./commandRun.ts";
import { showEngine, type EngineRun } from "./engineRun.ts";
import { ewsQuestion } from "../run/ewsQuestion.ts";
import { readCall, readKnown } from "../run/state.ts";
import { startTenant, type DemoTenant } from "./tenant.ts";

/** The demo's stack, and the only name that its files in `stacks/` have. */
export const stackName = "demo";

/** Everything of the demo but its configuration; git-ignored. */
const demoFolder = join(checkout, ".demo");
const configurationFile = join(checkout, "stacks", `Pulumi.${stackName}.yaml`);
const stateFolder = join(demoFolder, "state");
const environmentFile = join(demoFolder, "environment.sh");

/** It protects the secrets of a tenant that ends with the demo. */
const passphrase = "demo";

/** The stack's own settings, without their namespace. */
type Settings = Readonly<Record<string, unknown>>;

/** The tenant, the backend and the stack of a demo. */
export interface Stage {
  readonly tenant: DemoTenant;
  /** For files that go with the demo. */
  readonly folder: string;
  /** The stack's settings as they are now, without their namespace. */
  readonly settings: Settings;
  /** Changes settings of the stack. */
  configure(changes: Settings): void;
  /** Runs the engine on the demo's stack, visibly. */
  pulumi(...args: string[]): Promise<EngineRun>;
  /** Runs `npm run NAME -- --stack …`, silently. */
  command(name: string, ...args: string[]): Promise<CommandRun>;
  /** The stack's outputs, secrets in clear. */
  readOutputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Leaves everything as it is; returns how to play on, a line each. */
  keep(): string[];
  /** Ends the tenant and removes everything. */
  close(): Promise<void>;
}

/**
 * Clears what an earlier demo left, and starts the tenant and an empty stack.
 * @param settings the stack's own, without their namespace
 * @param show gets the engine's lines
 * @param powershell for an organisation of Exchange Server instead of a tenant of Microsoft 365
 */
export async function openStage(settings: Settings, show: (line: string) => void, powershell?: string): Promise<Stage> {
  await clearStage();
  mkdirSync(stateFolder, { recursive: true });
  const tenant = await startTenant(join(demoFolder, "tenant"), powershell);
  try {
    const variables = variablesOf(tenant);
    const env = rehearsalEnvironment({ ...withoutCredentials(process.env), ...variables });
    writeConfiguration(tenant, settings);
    let current = settings;
    // Without --no-select the engine would note the stack in PULUMI_HOME as the one in use.
    const { code, stderr } = await runEngine(["stack", "init", stackName, "--no-select"], { env });
    if (code !== 0) throw new Error(`pulumi stack init: ${stderr.trim()}`);
    return {
      tenant,
      folder: demoFolder,
      get settings() {
        return current;
      },
      configure(changes) {
        current = { ...current, ...changes };
        writeConfiguration(tenant, current);
      },
      pulumi: async (...args) => {
        const all = [...args, "--stack", stackName];
        return showEngine(all, { ...env, ...(await questionBefore(all, tenant, env)) }, show);
      },
      command: (name, ...args) => runCommand(name, ["--stack", stackName, ...args], env),
      readOutputs: () => readOutputs(env),
      keep: () => keepStage(tenant, variables),
      async close() {
        await tenant.close();
        await clearStage();
      },
    };
  } catch (error) {
    await tenant.close();
    await clearStage();
    throw error;
  }
}

/** Variables that make plain `pulumi` commands reach the tenant and the demo's backend. */
function variablesOf({ bundleFile, credentials, server }: DemoTenant): Record<string, string> {
  const credential =
    server === undefined
      ? { ARM_CLIENT_SECRET: credentials.clientSecret }
      : {
          [userVariable]: server.automation.userName,
          [passwordVariable]: server.automation.password,
          // It opens sessions with the embedded server, which has no WSMan.
          [executableVariable]: writeLauncher(demoFolder, server.powershell),
        };
  return {
    PULUMI_BACKEND_URL: `file://${stateFolder}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    NODE_EXTRA_CA_CERTS: bundleFile,
    SSL_CERT_FILE: bundleFile,
    ...credential,
    ARM_USE_CLI: "false",
  };
}

/** The operator's environment without what speaks of a real tenant, backend or stack. */
function withoutCredentials(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(ARM_|AZURE_|ACTIONS_ID_TOKEN|EXCHANGE_|PULUMI_(?!HOME$))/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
}

/** What `pulumi config set` would write, in one go. The client secret stays in the environment. */
function writeConfiguration(tenant: DemoTenant, settings: Settings): void {
  const own = Object.entries(settings).map(([name, value]) => [`calendar-access:${name}`, value] as const);
  const config = { ...connectionOf(tenant), ...Object.fromEntries(own) };
  const lines = Object.entries(config).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  // What the engine has added, so that it can decrypt the stack's secrets.
  const salt = existsSync(configurationFile)
    ? /^encryptionsalt:.*\n/m.exec(readFileSync(configurationFile, "utf8"))
    : null;
  writeFileSync(configurationFile, `config:\n${lines.join("\n")}\n${salt?.[0] ?? ""}`);
}

/** The settings by which the tenant is reached. */
function connectionOf({ credentials, port, origin, server }: DemoTenant): Readonly<Record<string, unknown>> {
  const { tenantId, clientId } = credentials;
  if (server !== undefined) {
    const place = { uri: server.connectionUri, organization: tenantId, ewsUri: `${origin}/EWS/Exchange.asmx` };
    return {
      "calendar-access:exchange": { channel: "server", server: place },
      "calendar-access:serviceUser": { domain: server.domain },
    };
  }
  return {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${port}`,
    "calendar-access:exchangeEndpoint": origin,
  };
}

/** What `npm run pulumi` says to a run that removes an account of Exchange Server. */
async function questionBefore(
  args: readonly string[],
  { server }: DemoTenant,
  env: Record<string, string>,
): Promise<Readonly<Record<string, string>>> {
  const call = readCall(args);
  if (server === undefined || call?.command !== "destroy") return {};
  return ewsQuestion(await readKnown(call, env));
}

async function readOutputs(env: Record<string, string>): Promise<Readonly<Record<string, unknown>>> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stackName];
  const { code, stdout, stderr } = await runEngine(args, { env });
  if (code !== 0) throw new Error(`pulumi stack output: ${stderr.trim()}`);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

function keepStage(tenant: DemoTenant, variables: Readonly<Record<string, string>>): string[] {
  const folders = [
    ...(standInNeeded() ? [standInFolder] : []),
    join(checkout, "node_modules", ".bin"),
    join(engine().root, "bin"),
  ];
  const { administrator, origin } = tenant;
  const exported = { ...variables, ...exceptLoopback(process.env), DEMO_ADMINISTRATOR: administrator.userName };
  const text = [
    "# Lets plain pulumi commands work on the demo's stack and tenant: . .demo/environment.sh",
    ...Object.entries(exported).map(([name, value]) => `export ${name}=${quote(value)}`),
    `export DEMO_ADMINISTRATOR_PASSWORD=${quote(administrator.password)}`,
    `export PATH=${quote(`${folders.join(":")}:`)}"$PATH"`,
    "unset ARM_TENANT_ID ARM_CLIENT_ID ARM_METADATA_HOSTNAME ARM_CLIENT_CERTIFICATE ARM_CLIENT_CERTIFICATE_PATH",
    "",
  ].join("\n");
  writeFileSync(environmentFile, text, { mode: 0o600 });
  tenant.keep();
  return [
    `The tenant goes on at ${origin} (process ${tenant.pid}), and the stack ${stackName} with it. In this folder:`,
    "",
    `  . ${environmentFile}`,
    `  pulumi preview --diff --stack ${stackName}      # what differs`,
    `  pulumi up --stack ${stackName}                  # repair it, or follow stacks/Pulumi.${stackName}.yaml`,
    `  npm run verify -- --stack ${stackName}          # the proof alone`,
    `  pulumi stack output --show-secrets --stack ${stackName}`,
    `  pulumi destroy --stack ${stackName}`,
    `  curl --cacert "$SSL_CERT_FILE" ${origin}/simulator/journal   # who did what, and who can reach which mailbox`,
    "",
    `The second administrator is ${administrator.userName} ($DEMO_ADMINISTRATOR_PASSWORD).`,
    `To end it: rm -r .demo stacks/Pulumi.${stackName}.yaml (the tenant ends with its folder). The next demo does that too.`,
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Removes what a demo left: its tenant ends with its folder, and an engine that outlived a killed demo is ended. */
async function clearStage(): Promise<void> {
  const locks = lockFolder(`file://${stateFolder}`, "calendar-access", stackName);
  for (const { owner } of locks === undefined ? [] : readLocks(locks)) await endEngine(owner?.pid);
  rmSync(demoFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  rmSync(configurationFile, { force: true });
}

/** Its tenant is gone, so there is nothing to finish in order. */
async function endEngine(pid: number | undefined): Promise<void> {
  const isEngine = (): boolean => {
    const occupant = pid === undefined ? "nobody" : findOccupant(pid);
    // By its command line, too: in a lock of another container its process id means another process.
    if (typeof occupant === "string" || !occupant.commandLine.includes(`--stack ${stackName}`)) return false;
    return occupant.names.some((name) => name === "pulumi");
  };
  if (pid === undefined || !isEngine()) return;
  process.kill(pid, "SIGKILL");
  for (let look = 0; look < 50 && isEngine(); look += 1) await new Promise((resolve) => setTimeout(resolve, 100));
}
