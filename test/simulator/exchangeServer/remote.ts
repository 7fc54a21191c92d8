/** A real PowerShell that opens remote sessions with the embedded Exchange Server. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { remotingModule } from "../../../simulator/powershell/module.ts";
import { startSimulator } from "../../../simulator/simulator.ts";
import type { RunningServer, RunningSimulator, SimulatorOptions } from "../../../simulator/simulator.ts";
import { powershell } from "../../support/powershell.ts";

export interface Fault {
  readonly id: string;
  readonly category: string;
  readonly reason: string;
  readonly type: string;
  readonly message: string;
}

export interface RemoteAnswer {
  readonly objects: readonly Record<string, unknown>[];
  /** Names of the types of the first object's values, in their order. */
  readonly types: readonly string[];
  readonly warnings: readonly string[];
  readonly faults: readonly Fault[];
}

/** Who opens a session: an account of the tenant, other credentials, or the machine's ticket. */
export type Who = string | { readonly userName: string; readonly password: string } | undefined;

export interface Remote {
  readonly running: RunningSimulator;
  readonly server: RunningServer;
  /** Opens the session of this name; without parameters as an administrator would. */
  open(session: string, who: Who, parameters?: Record<string, unknown>): Promise<RemoteAnswer>;
  ask(session: string, cmdlet: string, parameters?: object, secrets?: object): Promise<RemoteAnswer>;
  /** A cmdlet that has to succeed. */
  run(session: string, cmdlet: string, parameters?: object, secrets?: object): Promise<RemoteAnswer["objects"]>;
  script(session: string, text: string): Promise<RemoteAnswer>;
  shut(session: string): Promise<RemoteAnswer>;
  close(): Promise<void>;
}

export async function startRemote(options: SimulatorOptions = {}): Promise<Remote> {
  const executable = powershell ?? "pwsh";
  const running = await startSimulator({ ...options, flavour: "server", powershell: executable });
  const { server } = running;
  if (server === undefined) throw new Error("This tenant is no Exchange Server.");
  const folder = mkdtempSync(join(tmpdir(), "remote-"));
  const script = join(import.meta.dirname, "remote.ps1");
  const child = spawn(executable, ["-NoProfile", "-NonInteractive", "-File", script, remotingModule()], {
    env: { ...process.env, SSL_CERT_FILE: running.bundleFile, KRB5CCNAME: `FILE:${server.ticketFile}` },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: ((answer: RemoteAnswer) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("answer:")) waiting.shift()?.(JSON.parse(line.slice("answer:".length)) as RemoteAnswer);
  });
  const send = (request: object): Promise<RemoteAnswer> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  const ask: Remote["ask"] = (session, cmdlet, parameters = {}, secrets = {}) =>
    send({ session, cmdlet, parameters, secrets });
  return {
    running,
    server,
    open: (session, who, parameters = {}) => {
      const account = typeof who === "string" ? server.accounts[who] : who;
      const usual = { ConnectionUri: server.connectionUri, ConfigurationName: "Microsoft.Exchange" };
      const open = { ...usual, Authentication: "Kerberos", ...parameters };
      return send({ session, open, user: account?.userName, password: account?.password });
    },
    ask,
    run: async (session, cmdlet, parameters, secrets) => {
      const { objects, faults } = await ask(session, cmdlet, parameters, secrets);
      if (faults.length > 0) throw new Error(`${cmdlet}: ${faults[0]?.id ?? ""} ${faults[0]?.message ?? ""}`);
      return objects;
    },
    script: (session, text) => send({ session, script: text }),
    shut: (session) => send({ session, close: true }),
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
      await running.close();
      rmSync(folder, { recursive: true });
    },
  };
}
