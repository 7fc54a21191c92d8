// `npm run bench`: what runs cost (the usage below). Absolute times say more about the machine than about us.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { startSimulator, type RunningSimulator } from "../simulator/simulator.ts";
import { benchChannels } from "./bench/channels.ts";
import { countCalls, describeCounts, listCmdlets } from "./bench/callCounts.ts";
import { watchHostMemory } from "./bench/hostMemory.ts";
import { organizationOf, outsider, owner } from "./bench/organization.ts";
import { makeApplicationKey } from "./demo/applicationKey.ts";
import { rehearsalEnvironment, runEngine } from "./engine/engine.ts";
import { checkout } from "./setup/checkout.mjs";

const STACK = "bench";

const usage = `usage: npm run bench -- [--pairs N] [--mailboxes N] [--access MODE[,MODE]] | --channels

  What a first up and a preview without changes cost on the embedded tenant, in cmdlets, calls, memory and state; and in
  time, as a ratio to the smallest dynamic program on the same machine in the same minutes.

  --pairs N        how many previews of each are timed, by turns (5)
  --mailboxes N    how many mailboxes the stack lists (20)
  --access MODE    impersonation, application, or both with a comma between them (impersonation)
  --channels       instead: what each channel to Exchange costs, to the first answer, for a call, for 5,000 objects; those
                   over PowerShell where there is one
`;

/** What is measured. */
interface Options {
  readonly pairs: number;
  readonly mailboxes: number;
  readonly access: readonly string[];
  /** Only what a channel costs. */
  readonly channels: boolean;
}

/** A program to measure: its folder, and the environment and options of every run. */
interface Subject {
  readonly name: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly options: readonly string[];
}

/** As many dynamic resources as a stack of ours has, with nothing in them. */
const FLOOR = `import * as dynamic from "@pulumi/pulumi/dynamic/index.js";
const provider = {
  async create() { return { id: "one", outs: {} }; },
  async read(id, props) { return { id, props }; },
  async diff() { return { changes: false }; },
};
for (let n = 0; n < 7; n++) new dynamic.Resource(provider, "floor" + n, {}, undefined);
`;

function environmentOf(folder: string): Record<string, string> {
  const backend = join(folder, "backend");
  mkdirSync(backend, { recursive: true });
  return { ...rehearsalEnvironment(), PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "bench" };
}

function prepareFloor(folder: string): Subject {
  const options = "  options: { typescript: false }\noptions: { refresh: always }";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: floor\nruntime:\n  name: nodejs\n${options}\n`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "main": "index.ts" }\n');
  writeFileSync(join(folder, "index.ts"), FLOOR);
  return { name: "floor", cwd: folder, env: environmentOf(folder), options: [] };
}

async function prepareProject(
  folder: string,
  tenant: RunningSimulator,
  mailboxes: readonly string[],
  access: readonly string[],
): Promise<Subject> {
  const { tenantId, clientId, clientSecret } = tenant.credentials;
  const list = join(folder, "mailboxes.txt");
  writeFileSync(list, mailboxes.join("\n"));
  const { certificateFile } = await makeApplicationKey(folder, "bench");
  const config = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${tenant.port}`,
    "calendar-access:access": access,
    "calendar-access:owner": owner,
    "calendar-access:mustStayOut": [outsider],
    // A long list in the stack file would not fit into an environment variable, in which the engine hands it on.
    "calendar-access:mailboxes": list,
    ...(access.includes("application") ? { "calendar-access:application": { certificates: [certificateFile] } } : {}),
  };
  const file = join(folder, "Pulumi.bench.yaml");
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify({ config }));
  const env = {
    ...environmentOf(join(folder, "project")),
    NODE_EXTRA_CA_CERTS: tenant.bundleFile,
    SSL_CERT_FILE: tenant.bundleFile,
    ARM_CLIENT_SECRET: clientSecret,
    ARM_USE_CLI: "false",
    EXCHANGE_ENDPOINT: tenant.origin,
  };
  return { name: "project", cwd: checkout, env, options: ["--config-file", file] };
}

async function run({ name, cwd, env, options }: Subject, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runEngine([...args, ...options], { cwd, env });
  if (code !== 0) throw new Error(`${name}: pulumi ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
}

async function bringUp(subject: Subject): Promise<void> {
  await run({ ...subject, options: [] }, "stack", "init", STACK);
  await run(subject, "up", "--stack", STACK, "--yes", "--skip-preview");
}

/** @returns milliseconds of one preview that finds nothing to change */
async function timePreview(subject: Subject): Promise<number> {
  const start = performance.now();
  await run(subject, "preview", "--stack", STACK, "--expect-no-changes");
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** What one run of the project cost beside time. */
async function measure(what: string, tenant: RunningSimulator, action: () => Promise<unknown>): Promise<void> {
  tenant.requests.clear();
  const endWatch = watchHostMemory();
  await action();
  const counts = countCalls(tenant.requests);
  console.log(`${what}: host ${endWatch()} MiB; ${describeCounts(counts)}\n  ${listCmdlets(counts)}`);
}

async function bench({ pairs, mailboxes: count, access }: Options): Promise<void> {
  mkdirSync(join(checkout, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(checkout, ".tmp", "bench-"));
  const { seed, mailboxes } = organizationOf(count);
  const tenant = await startSimulator({ seed });
  const ownFile = join(checkout, "stacks", `Pulumi.${STACK}.yaml`);
  try {
    const floor = prepareFloor(folder);
    const project = await prepareProject(folder, tenant, mailboxes, access);
    await bringUp(floor);
    await measure("first up", tenant, () => bringUp(project));
    const state = join(folder, "project", "backend", ".pulumi", "stacks", "calendar-access", `${STACK}.json`);
    console.log(`state: ${(statSync(state).size / 1e6).toFixed(2)} MB`);
    await measure("preview without changes", tenant, () => timePreview(project));
    const times: { floor: number; project: number }[] = [];
    for (let n = 0; n < pairs; n++) {
      const pair = { floor: await timePreview(floor), project: await timePreview(project) };
      times.push(pair);
      console.log(`pair ${n + 1}: floor ${seconds(pair.floor)}, project ${seconds(pair.project)}`);
    }
    const [base, ours] = [median(times.map((pair) => pair.floor)), median(times.map((pair) => pair.project))];
    console.log(`\nPreview without changes, ${count} mailboxes, ${access.join(" and ")}, median of ${pairs}:`);
    console.log(`  smallest dynamic program  ${seconds(base)}`);
    console.log(`  this project              ${seconds(ours)}`);
    console.log(`  ratio                     ${median(times.map((pair) => pair.project / pair.floor)).toFixed(2)}`);
  } finally {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(ownFile, { force: true });
  }
}

function readOptions(): Options {
  const options = {
    pairs: { type: "string", default: "5" },
    mailboxes: { type: "string", default: "20" },
    access: { type: "string", default: "impersonation" },
    channels: { type: "boolean", default: false },
  } as const;
  const { pairs, mailboxes, access, channels } = parseArgs({ options }).values;
  for (const [name, value] of Object.entries({ pairs, mailboxes })) {
    if (!/^[1-9]\d*$/.test(value)) throw new Error(`--${name} ${value}: not a number`);
  }
  return { pairs: Number(pairs), mailboxes: Number(mailboxes), access: access.split(","), channels };
}

async function main(): Promise<void> {
  if (process.argv.includes("--help") || process.argv.includes("-h")) {
    console.log(usage);
    return;
  }
  const options = readOptions();
  await (options.channels ? benchChannels() : bench(options));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
