// The languages of a hand-over.
import { dutch } from "./dutch.ts";
import { english } from "./english.ts";
import type { Facts } from "./facts.ts";

export type Language = "nl" | "en";

/** A hand-over's two texts. */
export interface Wording {
  /** What is encrypted. */
  readonly plainText: (facts: Facts) => readonly string[];
  /** What goes beside it; holds no secret and names no mailbox. */
  readonly letter: (facts: Facts) => readonly string[];
}

const wordings: Readonly<Record<Language, Wording>> = { nl: dutch, en: english };

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(wordings, text);
}

export function wordingOf(language: Language): Wording {
  return wordings[language];
}
