/**
 * What a message may quote of a value that somebody set: nothing that may be a secret, pasted where an id, an address or a
 * path belongs. Messages go into logs. Pure.
 */
import { visible } from "./visible.ts";

const id = /^\{?[0-9a-f]+(-[0-9a-f]+){3,}\}?$/i;
const address = /^[\p{L}\d._+'-]+@([\p{L}\d-]+\.)+\p{L}+$/u;
/** One that begins at the root, in a folder with a plain name: no base64 does. */
const rootedPath = /^\/[a-z]{2,}\/[\w./@ -]*$/;
/** Between the parts of names, paths and hosts; other signs of ASCII are those of passwords and tokens. */
const foreignSign = /[~!#$%^&|?`\p{Cc}]/u;
const word = /^(\p{L}{1,30}|\d{1,12})$/u;
/** As in `ex01.contoso.example` or `lists/2026contoso.txt`. */
const numbered = /^(\p{L}{1,20}\d{1,4}|\d{1,8}\p{L}{1,20})$/u;

/** Whether a text may be a secret, because it does not look like an id, an address, a path or some plain words. */
export function mayBeSecret(text: string): boolean {
  const written = text.trim();
  if (/-----BEGIN|PRIVATE KEY|AGE-SECRET-KEY/.test(written)) return true;
  if (id.test(written) || address.test(written) || rootedPath.test(written)) return false;
  if (foreignSign.test(written.replace(/^~\//, "/"))) return true;
  // A passphrase of words.
  if (written.split(/\s+/).length > 3) return true;
  const hasPlace = /[./]/.test(written);
  const parts = written.split(/[^\p{L}\p{M}\p{N}]+/u).filter((part) => part !== "");
  return !parts.every((part) => word.test(part.normalize("NFC")) || (hasPlace && numbered.test(part)));
}

/** A value between quotation marks, or in its place that it is not shown. */
export function quoted(value: string): string {
  return mayBeSecret(value) ? notShown : JSON.stringify(visible(value));
}

/** As {@link quoted}, without quotation marks. */
export function named(value: string): string {
  return mayBeSecret(value) ? notShown : visible(value);
}

/** Stands in the place of a value that is not shown. */
export const notShown = "(not shown, as it may be a secret: if it is one, make a new one)";
