/** How much memory the host of the dynamic providers takes: the peak that Linux keeps of each process that this one starts. */
import { readdirSync, readFileSync } from "node:fs";

/** Watches from now on. @returns ends it; answers the highest peak in MiB, 0 where this system does not tell */
export function watchHostMemory(): () => number {
  let peak = 0;
  const look = (): void => {
    for (const pid of hostsBelow(process.pid)) peak = Math.max(peak, peakOf(pid));
  };
  const timer = setInterval(look, 250);
  return () => {
    clearInterval(timer);
    return Math.round(peak);
  };
}

function hostsBelow(root: number): number[] {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent !== 0 && (parent === root || isBelow(parent));
  };
  return [...parents.keys()].filter((pid) => isBelow(pid) && read(pid, "cmdline").includes("dynamic-provider"));
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(pid, "status"))?.[1] ?? 0);
}

/** MiB. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(pid, "status"))?.[1] ?? 0) / 1024;
}

/** A process may end at any moment. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
