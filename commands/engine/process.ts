// Who has a process id on this machine.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** What this machine knows of a process id: nobody has it, somebody has it but nothing can be read, or a process. */
export type Occupant = "nobody" | "unknown" | Process;

/** A process that runs. */
export interface Process {
  readonly names: readonly string[];
  /** When it started, in the system's own words: the same for one process, another for a later one of that id. */
  readonly start: string;
  readonly commandLine: string;
}

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

/** Linux: see proc(5). Start times are in ticks since boot. */
function readProcess(pid: number): Occupant {
  const status = readFileSync(`/proc/${pid}/stat`, "utf8");
  const end = status.lastIndexOf(")");
  const fields = status.slice(end + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return "nobody";
  const start = fields[19] ?? "";
  if (!/^\d+$/.test(start)) return "unknown";
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  const names = [status.slice(status.indexOf("(") + 1, end), basename(commandLine[0] ?? ""), programOf(pid)];
  return { names: [...new Set(names.filter((name) => name !== ""))], start, commandLine: commandLine.join(" ") };
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
  const line = execFileSync("ps", ["-ww", "-o", "state=,lstart=,args=", "-p", String(pid)], { env, encoding: "utf8" });
  const [, state = "", start = "", commandLine = ""] = /^(\S+)\s+((?:\S+\s+){5})(.*)$/.exec(line.trim()) ?? [];
  if (state.startsWith("Z")) return "nobody";
  if (commandLine === "") return "unknown";
  return { names: [basename(commandLine.split(" ")[0] ?? "")], start: start.trim(), commandLine };
}
