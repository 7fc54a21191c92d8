// A throw-away Pulumi program of azuread resources, run by the real engine with the stand-in on PATH.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { engineEnvironment, runEngine, type EngineResult } from "../../../commands/engine/engine.ts";
import { checkout } from "../../../commands/setup/checkout.mjs";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import { shortRun } from "../../support/stack.ts";

/**
 * `resources` is the body of the program, with `azuread`, `pulumi` and `given` (a JSON value of the test's) in scope.
 */
const source = (resources: string): string => `
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
const given = JSON.parse(process.env.GIVEN ?? "{}");
${resources}
`;

/** A resource in the state. */
export interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

export class AzureadProgram {
  readonly #folder: string;
  readonly #environment: Record<string, string>;

  constructor(running: RunningSimulator, resources: string, credentialsInEnvironment = true) {
    mkdirSync(join(checkout, ".tmp"), { recursive: true });
    this.#folder = mkdtempSync(join(checkout, ".tmp", "azuread-"));
    mkdirSync(join(this.#folder, "backend"));
    const files = {
      "Pulumi.yaml":
        "name: azuread-stand-in\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
      "package.json": '{ "type": "module", "main": "index.js" }',
      "index.js": source(resources),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, name), text);
    const base = engineEnvironment(withoutCredentials(process.env));
    const standIn = join(checkout, "standIn", "azuread", "bin");
    this.#environment = {
      ...base,
      PATH: [standIn, base["PATH"]].join(delimiter),
      NODE_EXTRA_CA_CERTS: running.caFile,
      PULUMI_BACKEND_URL: `file://${join(this.#folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      ...shortRun,
      ...(credentialsInEnvironment ? describeCredentials(running) : {}),
    };
  }

  /** Runs the engine; `given` is what the program reads as such. */
  async run(args: readonly string[], given: unknown = {}): Promise<EngineResult & { text: string }> {
    const env = { ...this.#environment, GIVEN: JSON.stringify(given) };
    const result = await runEngine(args, { cwd: this.#folder, env });
    return { ...result, text: result.stdout + result.stderr };
  }

  async up(given: unknown = {}): Promise<EngineResult & { text: string }> {
    return this.run(["up", "--yes", "--skip-preview", "--refresh", "--stack", "test"], given);
  }

  /** All resources of azuread in the state, and the text of the whole state. */
  async readState(): Promise<{ resources: StateResource[]; text: string }> {
    const { stdout } = await this.run(["stack", "export", "--stack", "test"]);
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StateResource[] } };
    const all = deployment.resources ?? [];
    return { resources: all.filter(({ type }) => type.startsWith("azuread:")), text: stdout };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function withoutCredentials(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("ARM_")));
}

function describeCredentials({ origin, credentials }: RunningSimulator): Record<string, string> {
  return {
    ARM_METADATA_HOSTNAME: new URL(origin).host,
    ARM_TENANT_ID: credentials.tenantId,
    ARM_CLIENT_ID: credentials.clientId,
    ARM_CLIENT_SECRET: credentials.clientSecret,
    ARM_USE_CLI: "false",
  };
}
