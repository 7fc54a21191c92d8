// The engine's lock on a stack of a file backend: where it lies, who holds it, and whether that owner is proved dead.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";

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

/** What this machine knows of a process id: nobody has it, somebody has it but nothing can be read, or a process. */
export type Occupant = "nobody" | "unknown" | { readonly names: readonly string[]; readonly startedAt: Date };

/** Whether a lock may go, and why, in words for the operator. */
export interface Verdict {
  readonly dead: boolean;
  readonly reason: string;
}

/** Room for the rounding of start times (clock ticks) and of the boot time (seconds). */
const CLOCK_MARGIN_MS = 5_000;

/**
 * The folder of a stack's locks (facts/pulumi.md §0.6).
 * @param backend URL of a file backend as the engine reports it: `file:///folder`, `file://~/folder`
 * @returns undefined where the backend is not made of files, or its layout is not the one we know
 */
export function lockFolder(backend: string, project: string, stack: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(backend)?.[1];
  if (path === undefined) return undefined;
  const root = join(
    path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(decodeURIComponent(path)),
    ".pulumi",
  );
  const meta = join(root, "meta.yaml");
  if (!existsSync(meta) || !/^version: 1\s*$/m.test(readFileSync(meta, "utf8"))) return undefined;
  return join(root, "locks", "organization", project, stack);
}

/** @returns the locks in that folder; a missing folder holds none */
export function readLocks(folder: string): Lock[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.map((name) => {
    const path = join(folder, name);
    const owner = parseOwner(readFileSync(path, "utf8"));
    return owner ? { path, owner } : { path };
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
 * Decides whether a lock's owner is proved dead. Whatever is not proof keeps the lock: start times move when a machine
 * was suspended or its clock was set, so a living engine under that pid is always taken for the owner.
 * @param here this machine's name
 * @param occupant who has the owner's pid here now
 */
export function judgeOwner(owner: Owner | undefined, here: string, occupant: Occupant): Verdict {
  if (!owner) return keep("its file is not in the form that the engine writes");
  const { pid, hostname, timestamp } = owner;
  if (hostname === "" || /^localhost\b/.test(hostname))
    return keep(`its host name "${hostname}" does not tell which machine`);
  if (hostname !== here) return keep(`it was taken on another machine, ${hostname}; run this command there`);
  if (occupant === "nobody") return { dead: true, reason: `its owner, process ${pid}, is gone` };
  if (occupant === "unknown")
    return keep(`process ${pid} lives and belongs to somebody else; ask as that user or as root`);
  const name = occupant.names.join(", ");
  if (occupant.names.some((word) => word.includes("pulumi"))) {
    return keep(`process ${pid} (${name}) is at work; wait for it, or end it in order with: kill -INT ${pid}`);
  }
  if (occupant.startedAt.getTime() > timestamp.getTime() + CLOCK_MARGIN_MS) {
    return { dead: true, reason: `its owner is gone: process ${pid} is now ${name}, started after the lock was taken` };
  }
  return keep(`process ${pid} (${name}) was there when the lock was taken`);
}

const keep = (reason: string): Verdict => ({ dead: false, reason });

/** Looks a process id up on this machine. A process that ended and was not collected by its parent counts as nobody. */
export function findOccupant(pid: number): Occupant {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "nobody";
  }
  try {
    return existsSync("/proc/self/stat") ? readProcess(pid) : askProcess(pid);
  } catch {
    return "unknown";
  }
}

/** Linux: see proc(5). Start times are in ticks of 1/100 s since boot. */
function readProcess(pid: number): Occupant {
  const status = readFileSync(`/proc/${pid}/stat`, "utf8");
  const end = status.lastIndexOf(")");
  const fields = status.slice(end + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return "nobody";
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  const startedAt = new Date(boot * 1000 + Number(fields[19]) * 10);
  if (Number.isNaN(startedAt.getTime())) return "unknown";
  const first = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  const names = [status.slice(status.indexOf("(") + 1, end), basename(first), programOf(pid)];
  return { names: [...new Set(names.filter((name) => name !== ""))], startedAt };
}

function programOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return "";
  }
}

/** Elsewhere `ps` tells the same. */
function askProcess(pid: number): Occupant {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const line = execFileSync("ps", ["-o", "state=,lstart=,comm=", "-p", String(pid)], { env, encoding: "utf8" }).trim();
  const [, state = "", started = "", name = ""] = /^(\S+)\s+((?:\S+\s+){5})(.*)$/.exec(line) ?? [];
  if (state.startsWith("Z")) return "nobody";
  const startedAt = new Date(`${started.trim()} UTC`);
  return name === "" || Number.isNaN(startedAt.getTime()) ? "unknown" : { names: [basename(name)], startedAt };
}
