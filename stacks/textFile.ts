/** Files that a stack's settings name: read, and said in the operator's words where that does not work. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { mayBeSecret } from "../network/quoted.ts";

/**
 * A file's bytes.
 * @param folder where a relative path begins; the project's, in the program
 * @throws Error that follows on the path, e.g. "does not exist (looked in /srv/lists)"
 */
export function readBytes(path: string, folder: string = process.cwd()): Buffer {
  const place = resolve(folder, path);
  try {
    return readFileSync(place);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const looked = mayBeSecret(path) ? "" : ` (looked in ${dirname(place)})`;
    if (code === "ENOENT") throw new Error(`does not exist${looked}`, { cause });
    if (code === "EISDIR") throw new Error("is a folder", { cause });
    throw new Error(`cannot be read (${code})`, { cause });
  }
}

/**
 * The text of a file, which is to be in UTF-8; a byte order mark is left out.
 * @param folder where a relative path begins; the project's, in the program
 * @throws Error that follows on the path, e.g. "does not exist (looked in /srv/lists)" or "is in UTF-16 …"
 */
export function readTextFile(path: string, folder?: string): string {
  const bytes = readBytes(path, folder);
  if (utf16In(bytes) !== undefined) {
    throw new Error("is in UTF-16; save it as UTF-8 (in Windows PowerShell: Out-File -Encoding utf8)");
  }
  if (bytes.includes(0)) throw new Error("is no text (it holds zero bytes)");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const line = (bytes.toString("utf8").split("\uFFFD")[0] ?? "").split("\n").length;
    throw new Error(`is not in UTF-8 (line ${line}); save it as UTF-8`, { cause });
  }
}

/**
 * The lines of a file that is to list addresses. One that lists none is not quoted by anybody: it may be a key, or hold
 * another secret.
 * @param folder as of {@link readTextFile}
 * @throws Error that follows on the path
 */
export function readList(path: string, folder?: string): string[] {
  const text = readTextFile(path, folder);
  const wanted = "write the path of a list of addresses, a line each";
  if (/PRIVATE KEY|AGE-SECRET-KEY/.test(text))
    throw new Error(`holds a private key, which must never come here; ${wanted}`);
  if (/\S/.test(text) && !text.includes("@")) throw new Error(`holds no e-mail address; ${wanted}`);
  return text.split(/\r\n?|\n/);
}

/**
 * The text of a file in UTF-16, which Windows writes; `undefined` for any other. Without a byte order mark it is told by
 * its zero bytes: in the tongues of addresses and of PEM each second one is.
 */
export function utf16In(bytes: Buffer): string | undefined {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return undefined;
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (first === 0xfe && second === 0xff) return Buffer.from(bytes).swap16().subarray(2).toString("utf16le");
  const zeros = (parity: 0 | 1): number => bytes.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const isMost = (count: number, other: number): boolean => other === 0 && count > bytes.length / 4;
  if (isMost(zeros(1), zeros(0))) return bytes.toString("utf16le");
  if (isMost(zeros(0), zeros(1))) return Buffer.from(bytes).swap16().toString("utf16le");
  return undefined;
}
