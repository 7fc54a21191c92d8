// The Node packages, as the lock file asks for them.
import * as fs from "node:fs";
import { delimiter, join } from "node:path";
import { checkout, packages, pinnedNode, systemPath } from "./checkout.mjs";
import { readIfThere } from "./file.mjs";
import { codeOf, Problem, say, since } from "./problem.mjs";
import { run } from "./process.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} Package
 * @typedef {{ packages: Record<string, Package> }} LockFile
 */

/**
 * Whether what npm noted as installed is what the lock file asks for; packages for other platforms may be missing.
 * @param {LockFile} lock package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 */
export function isSameTree(lock, installed) {
  /** @param {Package} a @param {Package} b */
  const same = (a, b) => a.version === b.version && a.integrity === b.integrity;
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== "");
  return (
    wanted.every(([path, entry]) => {
      const found = installed.packages[path];
      return found ? same(entry, found) : entry.optional === true;
    }) && Object.keys(installed.packages).every((path) => lock.packages[path])
  );
}

/** npm writes its own note last, so that an interrupted `npm ci` leaves none. */
export function packagesAreCurrent() {
  const installed = readIfThere(join(packages, ".package-lock.json"));
  const lock = fs.readFileSync(join(checkout, "package-lock.json"), "utf8");
  return installed !== undefined && fs.existsSync(pinnedNode) && isSameTree(JSON.parse(lock), JSON.parse(installed));
}

export async function installPackages() {
  if (packagesAreCurrent()) return;
  const start = Date.now();
  say("Node packages: installing (npm ci)");
  // npm would warn that the system's Node is older than the one it is about to install.
  const options = ["--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // The system's Node runs npm: the pinned one lies in the folder that npm is about to empty.
  const env = { ...process.env, PATH: systemPath().join(delimiter) };
  try {
    await run("npm", ["ci", ...options], { env, show: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new Problem("npm is not on PATH; install Node.js 20 or newer with npm");
    throw new Problem(
      `npm ci did not succeed (its messages are above); run npm run setup again once its cause is gone`,
    );
  }
  if (!fs.existsSync(pinnedNode)) {
    throw new Problem(
      "npm ci left no node_modules/.bin/node: install scripts seem to be off (npm's ignore-scripts). " +
        "Run `npm rebuild node --ignore-scripts=false`, then npm run setup again.",
    );
  }
  if (!packagesAreCurrent()) throw new Problem("another npm changed node_modules meanwhile; run npm run setup again");
  say(`Node packages: ready after ${since(start)}`);
}

/** @returns {string} the pinned Node's version, "v24.21.0" */
export function readPinned() {
  return `v${JSON.parse(fs.readFileSync(join(packages, "node", "package.json"), "utf8")).version}`;
}
