// What earlier runs found out.
import * as fs from "node:fs";
import { join } from "node:path";
import { packages } from "./checkout.mjs";
import { replaceFile } from "./file.mjs";

const notesFile = join(packages, ".setup.json");

/**
 * What earlier runs found out, so that a run with nothing to do stays quick. Losing it costs a second look only.
 * @typedef {{ engines?: Record<string, { stamp: string, version: string }>, azuread?: { key: string, triedAt: number } }} Notes
 */

/** @returns {Notes} */
export function readNotes() {
  try {
    return JSON.parse(fs.readFileSync(notesFile, "utf8"));
  } catch {
    return {};
  }
}

/** @param {Notes} change */
export function writeNotes(change) {
  if (!fs.existsSync(packages)) return;
  replaceFile(notesFile, JSON.stringify({ ...readNotes(), ...change }, null, 2));
}
