// One at a time.
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfThere } from "./file.mjs";
import { codeOf, say } from "./problem.mjs";

/**
 * Runs `work` while no other set-up (or other thing named `what`) holds `path`. A lock whose owner died is taken over.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work, what = "set-up") {
  fs.mkdirSync(dirname(path), { recursive: true });
  const turn = randomUUID();
  const mine = `${process.pid} ${startOf(process.pid)} ${hostname()} ${turn}\n`;
  const draft = `${path}.${turn}`;
  fs.writeFileSync(draft, mine);
  try {
    for (let told = false; !take(draft, path);) {
      const owner = readIfThere(path);
      if (owner === undefined) continue;
      if (isDead(owner)) {
        discard(path, owner);
        continue;
      }
      if (!told) say(`another ${what} is at work (process ${owner.split(" ")[0]}); waiting for it`);
      told = true;
      await sleep(500);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
  const release = () => {
    if (readIfThere(path) === mine) fs.rmSync(path, { force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** A hard link appears with its content or not at all. @param {string} draft @param {string} path */
function take(draft, path) {
  try {
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead owner's lock away, and puts it back if somebody else was quicker. @param {string} path @param {string} owner */
function discard(path, owner) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    fs.renameSync(path, aside);
    if (readIfThere(aside) !== owner) take(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  fs.rmSync(aside, { force: true });
}

/** @param {string} owner "pid start host …" as {@link withLock} writes it */
export function isDead(owner) {
  const [pid = "", start = "", host] = owner.trim().split(" ");
  if (!/^\d+$/.test(pid)) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
  return startOf(Number(pid)) !== start;
}

/** When a process started (clock ticks since boot), so that a reused pid is not taken for it. @param {number} pid */
function startOf(pid) {
  const status = readIfThere(`/proc/${pid}/stat`);
  return status?.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? "?";
}
