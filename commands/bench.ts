// `npm run bench -- [--pairs N]`: what a preview without changes costs, as a ratio to the smallest dynamic program on
// the same machine in the same minutes. Absolute times say more about the machine than about us.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { readSeed } from "../simulator/tenant/seed.ts";
import { startSimulator, type RunningSimulator } from "../simulator/simulator.ts";
import { countCalls, describeCounts } from "./bench/callCounts.ts";
import { rehearsalEnvironment, runEngine } from "./engine/engine.ts";
import { checkout } from "./setup/checkout.mjs";

const STACK = "bench";
const MAILBOXES = 20;
const OWNER = "bea.beheerder@buitendienst.example";
const OUTSIDER = "dirk.directeur@buitendienst.example";

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

function prepareProject(folder: string, tenant: RunningSimulator): Subject {
  const { tenantId, clientId, clientSecret } = tenant.credentials;
  const { users } = readSeed();
  const plain = users.filter((user) => user.department !== undefined && !user.mailbox && !user.deleted);
  const staff = plain.flatMap(({ address }) => (address && address !== OWNER && address !== OUTSIDER ? [address] : []));
  const config = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${tenant.port}`,
    "calendar-access:access": ["impersonation"],
    "calendar-access:owner": OWNER,
    "calendar-access:mustStayOut": [OUTSIDER],
    "calendar-access:mailboxes": staff.slice(0, MAILBOXES),
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

async function bench(pairs: number): Promise<void> {
  mkdirSync(join(checkout, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(checkout, ".tmp", "bench-"));
  const tenant = await startSimulator();
  const ownFile = join(checkout, "stacks", `Pulumi.${STACK}.yaml`);
  try {
    const floor = prepareFloor(folder);
    const project = prepareProject(folder, tenant);
    await bringUp(floor);
    await bringUp(project);
    const times: { floor: number; project: number }[] = [];
    let calls = "";
    for (let n = 0; n < pairs; n++) {
      const pair = { floor: await timePreview(floor), project: 0 };
      tenant.requests.clear();
      pair.project = await timePreview(project);
      calls = describeCounts(countCalls(tenant.requests));
      times.push(pair);
      console.log(`pair ${n + 1}: floor ${seconds(pair.floor)}, project ${seconds(pair.project)}`);
    }
    const [base, ours] = [median(times.map((pair) => pair.floor)), median(times.map((pair) => pair.project))];
    console.log(`\nPreview without changes, ${MAILBOXES} mailboxes, median of ${pairs}:`);
    console.log(`  smallest dynamic program  ${seconds(base)}`);
    console.log(`  this project              ${seconds(ours)}  (${calls})`);
    console.log(`  ratio                     ${median(times.map((pair) => pair.project / pair.floor)).toFixed(2)}`);
  } finally {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(ownFile, { force: true });
  }
}

const { pairs } = parseArgs({ options: { pairs: { type: "string", default: "5" } } }).values;
try {
  if (!/^[1-9]\d*$/.test(pairs)) throw new Error(`--pairs ${pairs}: not a number of pairs`);
  await bench(Number(pairs));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
