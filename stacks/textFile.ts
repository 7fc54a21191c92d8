/** Files that a stack's settings name: read, and said in the operator's words where that does not work. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * The text of a file.
 * @param folder where a relative path begins; the project's, in the program
 * @throws Error that follows on the path, e.g. "does not exist (looked in /srv/lists)"
 */
export function readTextFile(path: string, folder: string = process.cwd()): string {
  const place = resolve(folder, path);
  try {
    return readFileSync(place, "utf8");
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Error(`does not exist (looked in ${dirname(place)})`, { cause });
    if (code === "EISDIR") throw new Error("is a folder", { cause });
    throw new Error(`cannot be read (${code})`, { cause });
  }
}
