// What an engine started and that outlived it: found by its command line, ended where nobody listens at the engine's
// address.
//
// A provider host that the engine configured follows it by itself (resources/dynamic.ts). One whose engine was killed
// before that runs none of the project's code and would live for ever (facts/pulumi.md §0.6). The language host looks
// for its engine only every five minutes, and the program that it runs not at all while it waits for something.
import { readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { connect } from "node:net";
import { basename, isAbsolute, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A process of a kind that only an engine starts. */
interface Host {
  readonly pid: number;
  readonly title: string;
  /** Its arguments, NUL-separated, as the system keeps them. */
  readonly commandLine: string;
  /** Where its engine listens, on loopback. */
  readonly engine: { readonly host: string; readonly port: number };
}

/** What was ended. */
export type EndedHost = Pick<Host, "pid" | "title">;

/** How a kind of process names itself and the address of its engine. */
interface Kind {
  readonly title: string;
  /** Its script or program, and the engine's address; undefined for anything else. */
  readonly read: (args: readonly string[]) => readonly [path: string, address: string] | undefined;
}

const kinds: readonly Kind[] = [
  {
    title: "provider host",
    read(args) {
      const [path = "", address = ""] = args.slice(-2);
      return path.endsWith("/cmd/dynamic-provider/index.js") ? [path, address] : undefined;
    },
  },
  {
    title: "language host",
    read(args) {
      const [path = "", address = ""] = [args[0], args.at(-1)];
      return basename(path) === "pulumi-language-nodejs" ? [path, address] : undefined;
    },
  },
  {
    title: "program",
    read(args) {
      const path = args.find((each) => each.endsWith("/@pulumi/pulumi/cmd/run/index.js"));
      const address = args[args.indexOf("--engine") + 1];
      return path === undefined || !args.includes("--engine") || address === undefined ? undefined : [path, address];
    },
  },
];

/** How long a connection to an engine may take; one that lives accepts at once, however busy it is. */
const CONNECT_MS = 1_000;

/** What a host gets between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;

/**
 * Ends the hosts whose engine is gone: this user's, at work in `folder` or started from it. Without `/proc` it does
 * nothing. A look without hosts takes a few milliseconds.
 * @returns those that it ended
 */
export async function endOrphanedHosts(folder: string): Promise<EndedHost[]> {
  const orphaned = await Promise.all(
    findHosts(realpathSync(folder)).map(async (host) => ((await isRefused(host.engine)) ? [host] : [])),
  );
  const ended = await Promise.all(
    orphaned.flat().map(async (host) => ((await end(host)) ? [{ pid: host.pid, title: host.title }] : [])),
  );
  return ended.flat();
}

function findHosts(folder: string): Host[] {
  return listPids().flatMap((pid) => {
    try {
      return readHost(pid, folder) ?? [];
    } catch {
      return []; // It ended meanwhile, or is somebody else's.
    }
  });
}

function listPids(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** @throws Error where the process is gone or not to be read */
function readHost(pid: number, folder: string): Host | undefined {
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  const args = commandLine.split("\0").slice(0, -1);
  const found = kinds.flatMap(({ title, read }) => {
    const known = read(args);
    return known === undefined ? [] : [{ title, path: known[0], address: known[1] }];
  })[0];
  if (found === undefined) return undefined;
  const { title, path, address } = found;
  const engine = parseLoopback(address);
  if (engine === undefined || statSync(`/proc/${pid}`).uid !== process.getuid?.()) return undefined;
  // In another network its engine's address is another machine's.
  if (readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync("/proc/self/ns/net")) return undefined;
  const places = [path, readlinkSync(`/proc/${pid}/cwd`)];
  return places.some((place) => isInside(folder, place)) ? { pid, title, commandLine, engine } : undefined;
}

/** @returns undefined for anything but an IPv4 or IPv6 address of loopback with a port */
function parseLoopback(address: string): Host["engine"] | undefined {
  const [, bare, bracketed, port] = /^(?:(127(?:\.\d{1,3}){3})|\[(::1)\]):(\d{1,5})$/.exec(address) ?? [];
  const host = bare ?? bracketed;
  return host === undefined || Number(port) < 1 || Number(port) > 65535 ? undefined : { host, port: Number(port) };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return isAbsolute(path) && way !== ".." && !way.startsWith("../");
}

/** Whether nobody listens there: the only proof that an engine is gone. Every other outcome counts as an engine. */
function isRefused(address: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: CONNECT_MS });
    const answer = (refused: boolean): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once("connect", () => {
      answer(false);
    });
    socket.once("timeout", () => {
      answer(false);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      answer(error.code === "ECONNREFUSED");
    });
  });
}

/** @returns whether it had to be ended, and is gone */
async function end(host: Host): Promise<boolean> {
  if (!signal(host, "SIGTERM")) return false;
  if (await isGone(host)) return true;
  signal(host, "SIGKILL");
  return isGone(host);
}

async function isGone(host: Host): Promise<boolean> {
  for (let waited = 0; waited < GRACE_MS; waited += 20) {
    if (!isAlive(host)) return true;
    await sleep(20);
  }
  return false;
}

/** Signals it, unless its pid is another process's by now. */
function signal(host: Host, name: "SIGTERM" | "SIGKILL"): boolean {
  try {
    return isAlive(host) && process.kill(host.pid, name);
  } catch {
    return false;
  }
}

/** A process that ended and was not collected yet has no command line any more. */
function isAlive({ pid, commandLine }: Host): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") === commandLine;
  } catch {
    return false;
  }
}
