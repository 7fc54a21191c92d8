/** Exchange Server's texts in the language of the server (switch `language`): nobody may go by their words. */
import type { Switches } from "../tenant/switches.ts";

export type Language = Required<Switches>["language"];

/** What is known of a text: how it begins in English, and the whole of it in the others, `{n}` for its quoted parts, `{response}` for what the directory answered. */
interface Translation {
  readonly english: RegExp;
  readonly de: string;
  readonly nl: string;
}

const translations: readonly Translation[] = [
  {
    english: /^The operation couldn't be performed because object /,
    de: "Der Vorgang konnte nicht ausgeführt werden, weil das Objekt '{0}' auf '{1}' nicht gefunden wurde.",
    nl: "De bewerking kan niet worden uitgevoerd omdat object '{0}' niet kan worden gevonden op '{1}'.",
  },
  {
    english: /^The operation couldn't be performed because '.*' matches multiple entries/,
    de: "Der Vorgang konnte nicht ausgeführt werden, weil '{0}' mehreren Einträgen entspricht.",
    nl: "De bewerking kan niet worden uitgevoerd omdat '{0}' met meerdere vermeldingen overeenkomt.",
  },
  {
    english: /^Active Directory operation failed on .* already exists/,
    de: "Active Directory-Vorgang ist fehlgeschlagen. Das Objekt '{0}' ist bereits vorhanden.",
    nl: "Active Directory-bewerking is mislukt. Het object '{0}' bestaat al.",
  },
  {
    // What the directory itself answered stands in it as it is.
    english: /^Active Directory operation failed on .*Active directory response: /i,
    de: "Active Directory-Vorgang ist fehlgeschlagen. Active Directory-Antwort: {response}",
    nl: "Active Directory-bewerking is mislukt. Antwoord van Active Directory: {response}",
  },
  {
    english: /^By default, only the first 1000 items/,
    de: "Standardmäßig werden nur die ersten 1000 Elemente zurückgegeben. Verwenden Sie den Parameter ResultSize.",
    nl: "Standaard worden alleen de eerste 1000 items geretourneerd. Gebruik de parameter ResultSize.",
  },
  {
    english: /^There are more results available than/,
    de: "Es sind mehr Ergebnisse verfügbar, als derzeit angezeigt werden. Erhöhen Sie den Wert für ResultSize.",
    nl: "Er zijn meer resultaten beschikbaar dan nu worden weergegeven. Verhoog de waarde voor ResultSize.",
  },
];

/** A text that nobody has translated here keeps what it quotes, and none of its words. */
const otherwise: Readonly<Record<Exclude<Language, "en">, string>> = {
  de: "Der Vorgang ist fehlgeschlagen:",
  nl: "De bewerking is mislukt:",
};

/** What stands for the members of a group in an answer. */
const everybody: Readonly<Record<Language, string>> = {
  en: "All Group Members",
  de: "Alle Gruppenmitglieder",
  nl: "Alle groepsleden",
};

/** A value of an answer in the server's language. */
export function translateValue<T>(value: T, language: Language): T | string {
  return value === everybody.en ? everybody[language] : value;
}

/** An English text of Exchange in the server's language. */
export function translate(english: string, language: Language): string {
  if (language === "en") return english;
  const quoted = [...english.matchAll(/(?:^|[\s(])(['"])(.*?)\1(?=[\s.,)]|$)/g)].map(([, , part = ""]) => part);
  const known = translations.find((each) => each.english.test(english));
  if (known === undefined) return [otherwise[language], ...quoted.map((part) => `'${part}'`)].join(" ");
  const response = /Active directory response: (.*)$/i.exec(english)?.[1] ?? "";
  return known[language]
    .replace("{response}", response)
    .replace(/\{(\d)\}/g, (_, index: string) => quoted[Number(index)] ?? "");
}
