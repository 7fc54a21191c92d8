// The engine's lock on a stack of a file backend: who holds it, and whether that owner is proved dead.
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { OwnerNote, Place } from "./lockOwner.ts";
import type { Occupant } from "./process.ts";

/** What the engine writes into a lock file. */
export interface Owner {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** When the lock was taken, after the owner's start. */
  readonly timestamp: Date;
}

/** One lock file; `owner` is missing where the file cannot be read as one. */
export interface Lock {
  readonly path: string;
  readonly owner?: Owner;
}

/** Whether a lock may go, and why, in words for the operator. */
export interface Verdict {
  /** `alive`: at work, or not to be told from it; `unknown`: nobody can prove anything from here. */
  readonly owner: "dead" | "alive" | "unknown";
  readonly reason: string;
}

/** @returns the locks in that folder; a missing folder holds none */
export function readLocks(folder: string): Lock[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.flatMap((name) => {
    const path = join(folder, name);
    try {
      const owner = parseOwner(readFileSync(path, "utf8"));
      return [owner ? { path, owner } : { path }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // Given back meanwhile.
      throw error;
    }
  });
}

/** @returns undefined for anything but the engine's own form */
export function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, username, hostname, timestamp } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isInteger(pid) || Number(pid) < 1 || typeof hostname !== "string" || typeof timestamp !== "string")
      return;
    const at = new Date(timestamp);
    if (Number.isNaN(at.getTime())) return undefined;
    return { pid: Number(pid), username: typeof username === "string" ? username : "?", hostname, timestamp: at };
  } catch {
    return undefined;
  }
}

/** Removes one lock file and the backend's note beside it. */
export function releaseLock(lock: Lock): void {
  rmSync(lock.path, { force: true });
  rmSync(`${lock.path}.attrs`, { force: true });
}

/**
 * Decides whether a lock's owner is proved dead. Whatever is not proof keeps the lock: a process id means one process in
 * one PID namespace of one run of the kernel, and a lock names neither.
 * @param notes where the owner was seen to live
 * @param here this machine's name, and where this process lives
 * @param occupant who has the owner's pid here now
 */
export function judgeOwner(
  owner: Owner | undefined,
  notes: readonly OwnerNote[],
  here: { readonly hostname: string; readonly place: Place | undefined },
  occupant: Occupant,
): Verdict {
  if (!owner) return unknown("its file is not in the form that the engine writes");
  const { pid, hostname } = owner;
  if (hostname === "" || /^localhost\b/.test(hostname))
    return unknown(`its host name "${hostname}" does not tell which machine`);
  if (hostname !== here.hostname)
    return unknown(`it was taken on another machine, ${hostname}; run this command there`);
  const [note, other] = notes;
  if (note === undefined || note.pid !== pid) {
    return unknown(
      `its owner is process ${pid} on a machine or in a container named ${hostname}, and nobody noted in which one: the run was not started with npm run pulumi`,
    );
  }
  if (other !== undefined) return unknown(`several containers named ${hostname} claim it`);
  if (here.place === undefined) return unknown("this system does not tell in which PID namespace this command runs");
  if (note.boot !== here.place.boot) {
    return unknown(
      `it was taken before this machine was last started, or on another one that is named ${hostname}, too: which of them cannot be told from here`,
    );
  }
  if (note.namespace !== here.place.namespace) {
    return unknown(
      `its owner, process ${pid}, lives in another PID namespace (a container) of this machine, into which nobody can look from here; run this command there`,
    );
  }
  if (occupant === "nobody") return { owner: "dead", reason: `its owner, process ${pid}, is gone` };
  if (occupant === "unknown") return unknown(`process ${pid} belongs to somebody else; ask as that user or as root`);
  const name = occupant.names.join(", ");
  if (occupant.start !== note.start) {
    return {
      owner: "dead",
      reason: `its owner is gone: process ${pid} is now ${name}, which was started at another time`,
    };
  }
  const reason = `process ${pid} (${name}) is at work; wait for it, or end it in order with: kill -INT ${pid}`;
  return { owner: "alive", reason };
}

const unknown = (reason: string): Verdict => ({ owner: "unknown", reason });
