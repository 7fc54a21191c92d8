/** Names that are made of others: unique where they have to be cut, and the same for ever. */
import { createHash } from "node:crypto";

/** Most characters of a name in Exchange (facts/exchange.md §3.5). */
const longest = 64;

/**
 * A name of at most 64 characters. One that has to be cut, or that lost characters on the way, ends in a short hash of
 * the whole text, so that two texts which begin alike stay two names. Never change how: states hold such names.
 * @param whole the text that the name stands for, where `name` is no longer all of it
 */
export function shortName(name: string, whole = name): string {
  if (name.length <= longest && whole === name) return name.trimEnd();
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - hash.length - 1)}-${hash}`;
}

/**
 * The alias that the group gets: what an address allows of its name. Where more than blanks and dots is left out, or it is
 * cut, it stays one of its own.
 */
export function aliasOf(name: string): string {
  const dotted = (text: string): string => text.replaceAll(/\.{2,}/g, ".").replaceAll(/^\.|\.$/g, "");
  const whole = dotted(name.replaceAll(" ", ""));
  const alias = dotted(whole.replaceAll(/[^A-Za-z0-9._-]/g, ""));
  return alias === ""
    ? `group-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`
    : shortName(alias, whole);
}
