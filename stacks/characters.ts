/**
 * Characters that make a name or an address another one than it looks like: unseen ones, those that turn the direction
 * of what follows, look-alikes of other letters, and letters that are not put together. Pure.
 */
import { mayBeSecret } from "../network/quoted.ts";

/** Scripts whose letters are taken for one another (Unicode TR39, confusables): two of them in one word are a trap. */
const alike = ["Latin", "Greek", "Cyrillic", "Armenian", "Cherokee", "Coptic", "Georgian", "Lisu"] as const;
const letterOf = new Map(alike.map((script) => [script, new RegExp(`(?=\\p{L})\\p{Script=${script}}`, "u")]));

/** Of no width, of another direction, of no meaning yet, or white space that is no blank. */
const unseen = /[\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** A letter or digit that stands for a plainer one: full width, mathematical, ligature, of another row of digits. */
const isCompatible = (character: string): boolean =>
  /[\p{L}\p{N}]/u.test(character) && character.normalize("NFKC") !== character;
const foreignDigit = /(?![0-9])\p{Nd}/u;

/** Something that looks like a dot, a dash or a quotation mark of an address, and is none. */
const foreignSign = /(?![\p{L}\p{M}])[^\0-\x7F]/u;

/**
 * What is wrong with the characters of a name; follows on the text, e.g. `holds U+200B, which nobody sees, …`.
 * @returns undefined where nothing is
 */
export function problemOfName(text: string): string | undefined {
  const hidden = unseen.exec(text)?.[0];
  if (hidden !== undefined) {
    return `holds ${codePoint(hidden)}, which nobody sees${after(text, hidden)}. Write it again, by hand`;
  }
  const odd = charactersOf(text).find((character) => isCompatible(character) || foreignDigit.test(character));
  if (odd !== undefined) return lookAlike(odd);
  if (text !== text.normalize("NFC")) {
    const at = /\p{M}/u.exec(text)?.[0] ?? "";
    return `holds ${codePoint(at)} apart from its letter: the same text in two ways (this one is not in Unicode's form NFC). Write it again, by hand`;
  }
  const mixed = minority(text);
  return mixed === undefined ? undefined : lookAlike(mixed);
}

/** What is wrong with the characters of an address, as {@link problemOfName}; beyond ASCII it may hold letters only. */
export function problemOfAddress(text: string): string | undefined {
  const sign = problemOfName(text) === undefined ? foreignSign.exec(text)?.[0] : undefined;
  return sign === undefined ? problemOfName(text) : lookAlike(sign);
}

/** A text with what nobody sees written out, so that a terminal shows all of it in its order. */
export function visible(text: string): string {
  const every = new RegExp(unseen.source, "gu");
  return text.replaceAll(every, (character) => `<${codePoint(character)}>`);
}

/** The first letter of the script that has fewer letters in the text, where it mixes scripts that are taken for another. */
function minority(text: string): string | undefined {
  const letters = [...letterOf.values()].map((letter) =>
    charactersOf(text).filter((character) => letter.test(character)),
  );
  const [, fewer] = letters.filter((found) => found.length > 0).toSorted((one, other) => other.length - one.length);
  return fewer?.[0];
}

/** Code points, one by one. */
function charactersOf(text: string): string[] {
  return Array.from(text);
}

function lookAlike(character: string): string {
  return `holds ${codePoint(character)} (${character}), which looks like another character. Write it again, by hand`;
}

function after(text: string, character: string): string {
  if (mayBeSecret(text)) return "";
  const before = text.slice(0, text.indexOf(character));
  return before === "" ? ", at its beginning" : `, after "${before}"`;
}

/** `U+200B`. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
