/** What somebody meant who wrote a name that is not known. Pure. */
import { closestMatch } from "leven";

/** The known name that is most like the written one; `undefined` where none is like it. Letter case does not count. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const names = new Map(known.map((name) => [plain(name), name]));
  const maxDistance = Math.max(2, Math.ceil(plain(written).length / 3));
  const match = closestMatch(plain(written), [...names.keys()], { maxDistance });
  return match === undefined ? undefined : names.get(match);
}

/** ` Did you mean …?`, or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? "" : ` Did you mean ${name}?`;
}
