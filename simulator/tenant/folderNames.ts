/** How the default folders of a mailbox are called: by the language of its owner. */
import type { Recipient } from "./exchangeModel.ts";

/** Names of the default folders. */
export interface FolderNames {
  readonly calendar: string;
  readonly birthdays: string;
  readonly inbox: string;
}

const english: FolderNames = { calendar: "Calendar", birthdays: "Birthdays", inbox: "Inbox" };

/** By the first part of the language. */
const byLanguage: Readonly<Record<string, FolderNames>> = {
  de: { calendar: "Kalender", birthdays: "Geburtstage", inbox: "Posteingang" },
  en: english,
  fr: { calendar: "Calendrier", birthdays: "Anniversaires", inbox: "Boîte de réception" },
  nl: { calendar: "Agenda", birthdays: "Verjaardagen", inbox: "Postvak IN" },
};

/** The names for a language as `nl-NL`; `undefined` for one that is not modelled. */
export function namesIn(language: string): FolderNames | undefined {
  return byLanguage[language.split("-")[0]?.toLowerCase() ?? ""];
}

/** The names in a mailbox. */
export function folderNamesOf({ language = "en" }: Pick<Recipient, "language">): FolderNames {
  return namesIn(language) ?? english;
}
