// A throw-away Pulumi program with one slow dynamic resource, to kill and to interrupt real runs of the engine.
import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { engineEnvironment, runEngine, type EngineResult } from "../../../commands/engine/engine.ts";
import { watchLock } from "../../../commands/engine/lockOwner.ts";
import { checkout } from "../../../commands/setup/checkout.mjs";
import { shortRun } from "../../support/stack.ts";

const program = `import * as dynamic from "@pulumi/pulumi/dynamic/index.js";
const provider = {
  async create(inputs) {
    const { appendFileSync } = require("node:fs");
    appendFileSync(process.env.SLOW_LOG, "host " + process.pid + "\\n");
    if (process.env.SLOW_WAITS) {
      // As an artifact waits whose object is made already.
      const { realWaits } = require(process.env.SLOW_WAITS);
      await realWaits(console.log).sleep(3_600_000, "the night").catch((error) => {
        throw Object.assign(error, { id: "one", properties: inputs, reasons: [error.message] });
      });
    }
    await new Promise((done) => setTimeout(done, Number(process.env.SLOW_MS)));
    appendFileSync(process.env.SLOW_LOG, "created\\n");
    return { id: "one", outs: {} };
  },
  async delete() {
    const { appendFileSync } = require("node:fs");
    appendFileSync(process.env.SLOW_LOG, "deleting\\n");
    await new Promise((done) => setTimeout(done, Number(process.env.SLOW_MS)));
  },
};
new dynamic.Resource(provider, "slow", {}, undefined);
`;

/** The program, its file backend and its stack `test`, in a folder of their own inside the checkout. */
export class SlowProgram {
  readonly folder: string;
  private readonly log: string;

  constructor() {
    mkdirSync(join(checkout, ".tmp"), { recursive: true });
    this.folder = mkdtempSync(join(checkout, ".tmp", "slow-"));
    this.log = join(this.folder, "log");
    mkdirSync(join(this.folder, "backend"));
    const options = "options: { typescript: false }";
    writeFileSync(join(this.folder, "Pulumi.yaml"), `name: slow\nruntime:\n  name: nodejs\n  ${options}\n`);
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module", "main": "index.ts" }\n');
    writeFileSync(join(this.folder, "index.ts"), program);
    writeFileSync(this.log, "");
  }

  /** @param milliseconds how long the create takes */
  environment(milliseconds: number): Record<string, string> {
    return {
      ...engineEnvironment(),
      ...shortRun,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "slow",
      SLOW_LOG: this.log,
      SLOW_MS: String(milliseconds),
    };
  }

  /** Runs the engine to its end; creates take no time. */
  async run(...args: string[]): Promise<EngineResult> {
    return runEngine(args, { cwd: this.folder, env: this.environment(0) });
  }

  /** Starts `up` and returns when the provider is inside its create call, which takes the given time. */
  async startUp(command: string, args: string[], milliseconds: number, detached = false): Promise<ChildProcess> {
    return this.start("up", "host", command, args, milliseconds, detached);
  }

  /** Starts `up` and returns when the provider waits as the product's artifacts do, for an hour. */
  async startWaitingUp(command: string, args: string[]): Promise<ChildProcess> {
    return this.start("up", "host", command, args, 0, true, { SLOW_WAITS: join(checkout, "network", "waits.ts") });
  }

  /** Starts `destroy` and returns when the provider is inside its delete call, which takes the given time. */
  async startDestroy(command: string, args: string[], milliseconds: number): Promise<ChildProcess> {
    return this.start("destroy", "deleting", command, args, milliseconds, true);
  }

  private async start(
    run: "up" | "destroy",
    sign: string,
    command: string,
    args: string[],
    milliseconds: number,
    detached: boolean,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ChildProcess> {
    const up = [run, "--stack", "test", "--yes", "--skip-preview", "--non-interactive"];
    const env = { ...this.environment(milliseconds), ...more };
    const before = this.readLog().length;
    const child = spawn(command, [...args, ...up], { cwd: this.folder, env, stdio: "ignore", detached });
    // As `npm run pulumi` does; where the command is that one, its child has the lock, and nothing is noted here.
    const endWatch = watchLock(child.pid, env["PULUMI_BACKEND_URL"] ?? "", "test");
    child.once("exit", endWatch);
    for (let waited = 0; !this.readLog().includes(sign, before); waited += 50) {
      if (child.exitCode !== null || waited > 60_000) throw new Error("the engine did not reach the call");
      await sleep(50);
    }
    return child;
  }

  /** What the provider noted: `host <pid>`, then `created` where the call came to its end. */
  readLog(): string {
    return readFileSync(this.log, "utf8");
  }

  /** What runs for it: engine, language host, program, provider host; ended ones do not count. Linux only. */
  processes(): string[] {
    if (!existsSync("/proc/self/cwd")) return [];
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const works = readlinkSync(`/proc/${pid}/cwd`).startsWith(this.folder);
          return works ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`] : [];
        } catch {
          return [];
        }
      });
  }

  /** Removes the folder, and ends the provider's host where it outlived its engine. */
  remove(): void {
    for (const [, pid] of this.readLog().matchAll(/host (\d+)/g)) {
      const command = `/proc/${pid ?? ""}/cmdline`;
      if (existsSync(command) && readFileSync(command, "utf8").includes("dynamic-provider")) process.kill(Number(pid));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @returns the exit code, or the name of the signal that ended it */
export async function waitForEnd(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  return new Promise((done) =>
    child.once("exit", (code, signal) => {
      done(code ?? signal);
    }),
  );
}
