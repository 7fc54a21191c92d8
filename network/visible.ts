/**
 * Text of others for a terminal or a page: what would not be seen, but would change what is seen, is written out. A name
 * in the tenant can hold anything. Pure.
 */

/** Control characters, those that turn the direction of what follows, those without a width, and halves of a character. */
const unseen = /[\p{Cc}\p{Bidi_Control}\u200B\u2028\u2029\u2060\uFEFF\p{Cs}]/gu;

/** Shows characters that would not be seen but would change what is seen, e.g. `[U+202E]`; a line stays one line. */
export function visible(text: string): string {
  return text.replaceAll(unseen, (each) => {
    const code = each.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}
