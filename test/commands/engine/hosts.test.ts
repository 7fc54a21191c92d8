// A provider host ends when nobody listens at its engine's address; every other process is left alone.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as hosts from "../../../commands/engine/hosts.ts";
import { waitForEnd } from "./slowProgram.ts";

const idle = 'process.stdout.write("started"); setInterval(() => undefined, 1000);';
const deaf = `process.on("SIGTERM", () => undefined); ${idle}`;
const hostPath = join("node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider", "index.js");

// Outside the checkout: every `npm run pulumi` of another test ends orphans there too.
let folder = "";
let elsewhere = "";
let engine: Server;
let living = "";
let dead = "";
const children: ChildProcess[] = [];

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const addressOf = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hosts of a checkout-"));
  elsewhere = mkdtempSync(join(tmpdir(), "hosts-"));
  engine = await listen();
  living = addressOf(engine);
  const closed = await listen();
  dead = addressOf(closed);
  closed.close();
  await once(closed, "close");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => {
  engine.close();
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true, force: true });
});

interface HostOptions {
  /** Where its script is, and by default where it works. */
  readonly at?: string;
  readonly cwd?: string;
  readonly path?: string;
  readonly script?: string;
  readonly more?: readonly string[];
  /** What comes before the address. */
  readonly before?: readonly string[];
  /** The name that it was started by. */
  readonly name?: string;
}

/** Starts a process with a host's command line; resolves when its script runs. */
async function startHost(address: string, options: HostOptions = {}): Promise<ChildProcess> {
  const { at = folder, path = hostPath, script = idle, more = [], before = [], name = process.execPath } = options;
  const file = join(at, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, script);
  const { cwd = at } = options;
  const child = spawn(process.execPath, [file, ...before, address, ...more], {
    cwd,
    argv0: name,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) });
  return child;
}

/** The pids of those that were ended. */
const endOrphanedHosts = async (at: string): Promise<number[]> =>
  (await hosts.endOrphanedHosts(at)).map(({ pid }) => pid);

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

const onLinux = existsSync("/proc/self/cmdline") ? describe : describe.skip;

onLinux("a provider host", () => {
  test("whose engine is gone is ended", async () => {
    const host = await startHost(dead);
    expect(await endOrphanedHosts(folder)).toEqual([host.pid]);
    expect(await waitForEnd(host)).toBe("SIGTERM");
    expect(await endOrphanedHosts(folder)).toEqual([]);
  }, 30_000);

  test("that does not heed the first signal is ended by the second", async () => {
    const host = await startHost(dead, { script: deaf });
    expect(await endOrphanedHosts(folder)).toEqual([host.pid]);
    expect(await waitForEnd(host)).toBe("SIGKILL");
  }, 30_000);

  test("of this folder is known by where it works as well as by where its script is", async () => {
    const works = await startHost(dead, { at: elsewhere, cwd: folder });
    const comes = await startHost(dead, { cwd: elsewhere });
    expect((await endOrphanedHosts(folder)).sort()).toEqual([works.pid, comes.pid].sort());
  }, 30_000);

  test("whose engine listens is left alone", async () => {
    const host = await startHost(living);
    expect(await endOrphanedHosts(folder)).toEqual([]);
    expect(isRunning(host)).toBe(true);
  }, 30_000);

  test("of another folder is left alone, even of one whose name begins the same", async () => {
    const beside = await startHost(dead, { at: `${folder}-2` });
    const other = await startHost(dead, { at: elsewhere });
    try {
      expect(await endOrphanedHosts(folder)).toEqual([]);
      expect([beside, other].map(isRunning)).toEqual([true, true]);
    } finally {
      rmSync(`${folder}-2`, { recursive: true, force: true });
    }
  }, 30_000);

  test.each([
    ["another script", { path: "index.js" }],
    ["a further argument", { more: ["--watch"] }],
  ])(
    "is nothing that has %s",
    async (_, options) => {
      const process = await startHost(dead, options);
      expect(await endOrphanedHosts(folder)).toEqual([]);
      expect(isRunning(process)).toBe(true);
    },
    30_000,
  );

  test.each(["192.0.2.1:9", "localhost", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.999:1", "example.com:9"])(
    "whose last argument is no address of loopback is left alone: %s",
    async (address) => {
      const host = await startHost(address);
      expect(await endOrphanedHosts(folder)).toEqual([]);
      expect(isRunning(host)).toBe(true);
    },
    30_000,
  );
});

onLinux("what else an engine starts", () => {
  const others: [string, HostOptions][] = [
    ["language host", { path: "idle.js", name: "/opt/pulumi/bin/pulumi-language-nodejs" }],
    [
      "program",
      {
        path: join("node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js"),
        before: ["--monitor", "127.0.0.1:9", "--engine"],
        more: ["--project", "p", "."],
      },
    ],
  ];

  test.each(others)(
    "is ended with it: %s",
    async (title, options) => {
      const orphan = await startHost(dead, options);
      const child = await startHost(living, options);
      expect(await hosts.endOrphanedHosts(folder)).toEqual([{ pid: orphan.pid, title }]);
      expect(await waitForEnd(orphan)).toBe("SIGTERM");
      expect(isRunning(child)).toBe(true);
    },
    30_000,
  );

  test.each(others)(
    "is left alone in another folder: %s",
    async (_title, options) => {
      const other = await startHost(dead, { ...options, at: elsewhere });
      expect(await endOrphanedHosts(folder)).toEqual([]);
      expect(isRunning(other)).toBe(true);
    },
    30_000,
  );

  test("is nothing that only has a like name", async () => {
    const similar = await startHost(dead, { path: "idle.js", name: "my-pulumi-language-nodejs" });
    const unnamed = await startHost(dead, { path: join("@pulumi", "pulumi", "cmd", "run", "index.js") });
    expect(await endOrphanedHosts(folder)).toEqual([]);
    expect([similar, unnamed].map(isRunning)).toEqual([true, true]);
  }, 30_000);
});
