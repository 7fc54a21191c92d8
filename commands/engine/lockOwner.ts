// Where the owner of an engine's lock lives. The lock names host and process id only, and both can be the same in two
// containers, so whoever starts an engine notes for its lock which kernel, PID namespace and process that is. The notes
// lie in the file backend, where every machine and container that shares it can read them; not among the locks, where
// the engine would take them for locks.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, join, relative } from "node:path";

import { backendFolder } from "./backend.ts";
import { judgeOwner, readLocks, type Lock, type Verdict } from "./lock.ts";
import { findOccupant } from "./process.ts";

/** Where a process id means one process. */
export interface Place {
  /** This run of the kernel. */
  readonly boot: string;
  /** The PID namespace; its number is given anew only when nothing lives in it any more. */
  readonly namespace: string;
}

/** What is noted of a lock's owner. */
export interface OwnerNote extends Place {
  readonly pid: number;
  /** When the process started (process.ts). */
  readonly start: string;
  /** The lock, from the backend's folder on. */
  readonly lock: string;
}

/** The place of this process; `undefined` where the system does not tell. Only Linux has PID namespaces. */
export function placeHere(): Place | undefined {
  if (process.platform !== "linux") return { boot: process.platform, namespace: process.platform };
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const namespace = readlinkSync("/proc/self/ns/pid");
    return boot === "" || namespace === "" ? undefined : { boot, namespace };
  } catch {
    return undefined;
  }
}

/** @returns the stack that a command line of the engine names; undefined where it names none */
export function stackIn(args: readonly string[]): string | undefined {
  const next = args[args.findIndex((each) => each === "--stack" || each === "-s") + 1];
  const joined = args.find((each) => each.startsWith("--stack="))?.slice("--stack=".length);
  const named = args.some((each) => each === "--stack" || each === "-s") ? next : joined;
  return named?.split("/").at(-1);
}

/** How often the lock is looked for: often while an engine usually takes it, seldom where it waits for somebody. */
const soon = { everyMs: 100, untilMs: 10_000 };
const laterMs = 1_000;

/**
 * Waits for the lock that an engine takes, and notes where that engine lives.
 * @param pid the engine, a child of this process; undefined where it could not be started
 * @param backend URL of its backend; where that is not made of files, nothing is noted
 * @param stack name of its stack; where it is not known, the locks of all are looked through
 * @returns ends the watch: to be called when the engine has ended
 */
export function watchLock(pid: number | undefined, backend: string, stack: string | undefined): () => void {
  if (pid === undefined) return () => undefined;
  const before = new Set(findLocks(backend, stack).map(({ path }) => path));
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const fresh = findLocks(backend, stack).filter(({ path }) => !before.has(path));
    const lock = fresh.find(({ owner }) => owner?.pid === pid && owner.hostname === hostname());
    if (lock !== undefined) {
      noteOwner(pid, backend, lock);
      return;
    }
    timer = setTimeout(look, performance.now() - began < soon.untilMs ? soon.everyMs : laterMs).unref();
  };
  look();
  return () => {
    clearTimeout(timer);
    removeOutdated(backend);
  };
}

function findLocks(backend: string, stack: string | undefined): Lock[] {
  const folder = backendFolder(backend);
  if (folder === undefined) return [];
  const organization = join(folder, "locks", "organization");
  return namesIn(organization).flatMap((project) => {
    const stacks = stack === undefined ? namesIn(join(organization, project)) : [stack];
    return stacks.flatMap((each) => readLocks(join(organization, project, each)));
  });
}

/** Where it cannot be noted, nothing is: a recovery then says what it cannot know. */
function noteOwner(pid: number, backend: string, lock: Lock): void {
  const [folder, place, occupant] = [backendFolder(backend), placeHere(), findOccupant(pid)];
  if (folder === undefined || place === undefined || typeof occupant === "string") return;
  const note: OwnerNote = { ...place, pid, start: occupant.start, lock: relative(folder, lock.path) };
  // Nobody else's note is overwritten: where two claim one lock, its owner is in doubt.
  const name = [basename(lock.path, ".json"), place.boot, place.namespace.replaceAll(/\D/g, ""), pid].join(".");
  const path = join(notesFolder(folder), `${name}.json`);
  try {
    mkdirSync(notesFolder(folder), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(note));
    renameSync(`${path}.new`, path);
  } catch (error) {
    console.error(`pulumi: a recovery will not know whose lock this is: ${(error as Error).message}`);
  }
}

/** @returns what is noted of a lock's owner: one note, none, or more where it is in doubt */
export function readNotes(backend: string, lock: Lock): OwnerNote[] {
  const folder = backendFolder(backend);
  if (folder === undefined) return [];
  return listNotes(folder).flatMap(({ note }) => (note.lock === relative(folder, lock.path) ? [note] : []));
}

/** Decides whether a lock's owner is proved dead, by what is noted and what lives here now. */
export function judgeLock(backend: string, lock: Lock): Verdict {
  const occupant = lock.owner ? findOccupant(lock.owner.pid) : "unknown";
  const here = { hostname: hostname(), place: placeHere() };
  return judgeOwner(lock.owner, readNotes(backend, lock), here, occupant);
}

/** Removes the notes of locks that are gone. */
export function removeOutdated(backend: string): void {
  const folder = backendFolder(backend);
  if (folder === undefined) return;
  for (const { path, note } of listNotes(folder)) {
    if (!existsSync(join(folder, note.lock))) rmSync(path, { force: true });
  }
}

function listNotes(folder: string): { path: string; note: OwnerNote }[] {
  return namesIn(notesFolder(folder)).flatMap((name) => {
    const path = join(notesFolder(folder), name);
    try {
      const note = JSON.parse(readFileSync(path, "utf8")) as OwnerNote;
      return name.endsWith(".json") && typeof note.lock === "string" ? [{ path, note }] : [];
    } catch {
      return [];
    }
  });
}

function notesFolder(folder: string): string {
  return join(folder, "calendar-access", "owners");
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
