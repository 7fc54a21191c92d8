/** An organisation of Exchange Server for tests, and what a shell's process asks of it, without PowerShell. */
import { PassThrough } from "node:stream";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { callerFor, findAccount } from "../../../simulator/exchangeServer/authentication.ts";
import { serverRoutes } from "../../../simulator/exchangeServer/routes.ts";
import type { RemoteShell } from "../../../simulator/exchangeServer/shells.ts";
import { startSimulator } from "../../../simulator/simulator.ts";
import type { RunningSimulator, SimulatorOptions } from "../../../simulator/simulator.ts";

export interface Result {
  readonly objects: readonly Record<string, unknown>[];
  readonly failure: { readonly type: string; readonly id: string; readonly message: string } | undefined;
}

/** A session of one account. */
export interface Session {
  readonly ask: (cmdlet: string, parameters?: object) => Promise<Result>;
  /** A cmdlet that has to succeed. */
  readonly run: (cmdlet: string, parameters?: object) => Promise<Result["objects"]>;
}

export interface ServerOrganization {
  readonly running: RunningSimulator;
  /** A session at the first domain controller, or at another one. */
  session(purpose?: string, controller?: string): Session;
}

/** Sessions with an organisation that is running, by the purpose of their account. */
export function sessionsOf(running: RunningSimulator): ServerOrganization["session"] {
  const { simulator } = running;
  return (purpose = "automation", controller = "dc01") => {
    const account = findAccount(simulator.tenant, running.server?.accounts[purpose]?.userName ?? purpose);
    if (account === undefined) throw new Error(`There is no account for ${purpose}.`);
    const shell: RemoteShell = {
      caller: callerFor(account, simulator),
      settings: { preferredServer: `${controller}.ad.buitendienst.example`, viewEntireForest: false },
      lastUsed: 0,
      process: new PassThrough() as unknown as ChildProcessWithoutNullStreams,
    };
    const [route] = serverRoutes(() => shell);
    const ask: Session["ask"] = async (cmdlet, parameters = {}) => {
      const body = JSON.stringify({ cmdlet, parameters });
      const url = new URL("/PowerShell/invoke", simulator.origin);
      const request = { method: "POST", url, headers: {}, body, params: {}, caller: undefined };
      const answer = await route?.handler(request, simulator);
      return { objects: [], failure: undefined, ...(answer?.body as Partial<Result>) };
    };
    const run: Session["run"] = async (cmdlet, parameters) => {
      const { objects, failure } = await ask(cmdlet, parameters);
      if (failure !== undefined) throw new Error(`${cmdlet}: ${failure.type} ${failure.message}`);
      return objects;
    };
    return { ask, run };
  };
}

/** Starts one; the test ends it (`running.close`). */
export async function startOrganization(options: SimulatorOptions = {}): Promise<ServerOrganization> {
  const running = await startSimulator({ ...options, flavour: "server" });
  return { running, session: sessionsOf(running) };
}
