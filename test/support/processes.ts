/** The processes of this machine, as a test watches them. */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something on this machine; rejects after 30 s, which is ten times what a busy one takes. */
export async function until(what: string, holds: () => boolean, seconds = 30): Promise<void> {
  for (const start = performance.now(); !holds();) {
    if (performance.now() - start > seconds * 1000) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(50);
  }
}

/** A process of this machine. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes of this machine, with their arguments as everybody can see them. */
export function listProcesses(): Process[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** A process with all that it started. */
export function descendantsOf(pid: number): Process[] {
  const all = listProcesses();
  const found = all.filter((each) => each.pid === pid);
  for (const each of found) found.push(...all.filter(({ parent }) => parent === each.pid));
  return found;
}

/** Those that are still there: a pid that was given to another program is not the same process; a zombie has ended. */
export function stillAlive(processes: readonly Process[]): Process[] {
  const all = new Map(listProcesses().map(({ pid, command }) => [pid, command]));
  return processes.filter(({ pid, command }) => all.get(pid) === command);
}
