// The languages of a report.
import type { Language } from "../handover/language.ts";
import { dutch } from "./dutch.ts";
import { english } from "./english.ts";
import type { PageWords } from "./words.ts";

/** Its texts. */
export const pageWords: Readonly<Record<Language, PageWords>> = { nl: dutch, en: english };
