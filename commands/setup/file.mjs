// Files that no reader may see half of, and files that may not be there.
import * as fs from "node:fs";

/** Writes a file so that no reader ever sees half of it. @param {string} path @param {string | Buffer} content */
export function replaceFile(path, content, mode = 0o644) {
  const draft = `${path}.${process.pid}.new`;
  fs.writeFileSync(draft, content, { mode });
  fs.renameSync(draft, path);
}

/** A file's text; `undefined` where it is not there. @param {string} path */
export function readIfThere(path) {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Removes a folder with all that is in it. @param {string} path */
export function remove(path) {
  fs.rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
