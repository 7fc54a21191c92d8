/**
 * Hosts for a test's runs of the engine that start once and serve many runs: of the program, of the dynamic providers, and
 * of the stand-in for azuread. The engine starts a process for each of them in every run, which is most of what a run
 * costs (docs/measurements.md); it is the real one, and asks these as it asks its own. A run gets its own environment and
 * remembers nothing of another. What depends on the processes themselves (that they start, end with their engine, load
 * no more than they need) is tested with the engine's own, and TEST_HOSTS=engine in the environment runs all tests so.
 */
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { standInNeeded } from "../../../commands/engine/engine.ts";

/** What the process is asked: to serve a run in an environment, or to end that. */
export interface Order {
  readonly run?: Readonly<Record<string, string>>;
}

/** Where it serves, as ports of this machine. */
export interface Addresses {
  readonly language: number;
  readonly dynamic: number;
  readonly azuread: number;
}

/** What it answers: where it serves, a line that was said in a run, or that it serves no longer. */
export interface Answer {
  readonly addresses?: Addresses;
  readonly line?: string;
  readonly closed?: true;
}

/** The hosts of one run. */
export interface WarmHosts {
  /** What sends the engine to them. */
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Ends them; returns what they said, where the engine shows the lines of those that it started. */
  close(): Promise<string>;
}

/** Whether tests are asked to run with the engine's own hosts. */
export const ownHostsAsked: boolean = process.env["TEST_HOSTS"] === "engine";

/** Processes that serve no run. */
const idle: ChildProcess[] = [];

/** Opens the hosts of one run. @param environment what the engine and its hosts run in */
export async function openHosts(environment: Readonly<Record<string, string>>): Promise<WarmHosts> {
  const child = idle.pop() ?? start();
  const said: string[] = [];
  const listen = ({ line }: Answer): void => {
    if (line !== undefined) said.push(`${line}\n`);
  };
  child.on("message", listen);
  const { language, dynamic, azuread } = await ask(child, { run: environment }, ({ addresses }) => addresses);
  const standIn = standInNeeded() ? [`azuread:${azuread}`] : [];
  return {
    options: ["--client", `127.0.0.1:${language}`],
    environment: { PULUMI_DEBUG_PROVIDERS: [`pulumi-nodejs:${dynamic}`, ...standIn].join(",") },
    async close() {
      await ask(child, {}, ({ closed }) => closed);
      child.off("message", listen);
      idle.push(child);
      return said.join("");
    },
  };
}

/** Ends the processes that serve no run. */
export function endHosts(): void {
  for (const child of idle.splice(0)) child.disconnect();
}

/** It ends with the test's process at the latest. */
function start(): ChildProcess {
  const child = fork(join(import.meta.dirname, "hosts.ts"), {
    execArgv: ["--disable-warning=ExperimentalWarning", "--require", join(import.meta.dirname, "../lazyModules.cjs")],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

async function ask<T>(child: ChildProcess, order: Order, read: (answer: Answer) => T | undefined): Promise<T> {
  child.channel?.ref();
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off("message", onMessage).off("exit", onExit);
      child.channel?.unref();
      act();
    };
    const onMessage = (answer: Answer): void => {
      const found = read(answer);
      if (found !== undefined) settle(() => resolve(found));
    };
    const onExit = (code: number | null): void => settle(() => reject(new Error(`The warm hosts ended with ${code}.`)));
    child.on("message", onMessage).on("exit", onExit);
    child.send(order);
  });
}
