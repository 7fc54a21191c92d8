// Files that are there whole or not at all, and readable by their owner only.
import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A file that is to be written. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Writes all of the files, or none: one that is there already is left as it is, and ends it.
 * @param overwrites replaces what is there instead
 * @throws the system's error, e.g. EEXIST with the file's `dest`
 */
export function writeAll(files: readonly NewFile[], overwrites: boolean): void {
  const parts = files.map(({ path }) => join(dirname(path), `.${basename(path)}.${randomUUID()}`));
  const placed: string[] = [];
  try {
    files.forEach(({ path, content }, index) => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writePart(parts[index] ?? "", content);
    });
    files.forEach(({ path }, index) => {
      // A second name is refused where the first one is taken; a change of names is not.
      if (overwrites) renameSync(parts[index] ?? "", path);
      else linkSync(parts[index] ?? "", path);
      placed.push(path);
    });
  } catch (error) {
    if (!overwrites) for (const path of placed) rmSync(path, { force: true });
    throw error;
  } finally {
    for (const part of parts) rmSync(part, { force: true });
  }
}

function writePart(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
