/** What a language needs to tell an audit: a line in three cells for each code, and the words around them. */
import type { Area, AuditFact, AuditSubjects, NotAsked, NotLookedAt, Whose } from "../audit/subjects.ts";

/** Who has it, what it is, and which mailboxes it opens. */
export interface AuditLine {
  readonly who: string;
  readonly what: string;
  readonly where: string;
}

/** The parts of an audit, in the order in which it is told. */
export const auditSections = ["mailboxes", "calendars", "apps", "granting"] as const;

export type AuditSection = (typeof auditSections)[number];

/** Where a fact stands. */
export const sectionOf: Readonly<Record<AuditFact["code"], AuditSection>> = {
  mailboxPermission: "mailboxes",
  sendAs: "mailboxes",
  sendOnBehalf: "mailboxes",
  calendarPermission: "calendars",
  applicationRole: "apps",
  impersonation: "apps",
  consent: "apps",
  delegatedConsent: "apps",
  accessPolicy: "apps",
  grantingRoles: "granting",
  grantingDirectoryRole: "granting",
  grantingConsent: "granting",
};

export interface AuditWords {
  readonly heading: string;
  /** What a reader has to know before he reads on; `count` mailboxes were asked about. */
  readonly about: (count: number) => string;
  readonly sections: Readonly<Record<AuditSection, string>>;
  /** Of a part without lines. */
  readonly nothing: string;
  /** Instead of {@link nothing}, where something of the part could not be asked. */
  readonly nothingKnown: string;
  readonly columns: readonly [who: string, what: string, where: string, whose: string];
  readonly whose: Readonly<Record<Whose, string>>;
  readonly facts: { readonly [Code in keyof AuditSubjects]: (subjects: AuditSubjects[Code]) => AuditLine };
  readonly notAskedHeading: string;
  readonly notAsked: (what: NotAsked) => string;
  readonly notLookedAtHeading: string;
  readonly notLookedAt: Readonly<Record<NotLookedAt, string>>;
}

/** A fact in its three cells. */
export function lineOf(words: AuditWords, fact: AuditFact): AuditLine {
  const word = words.facts[fact.code] as (subjects: AuditFact) => AuditLine;
  return word(fact);
}

/** A fact as one sentence. */
export function sayAuditFact(words: AuditWords, fact: AuditFact): string {
  const { who, what, where } = lineOf(words, fact);
  return where === "" ? `${who}: ${what}` : `${who}: ${what} (${where})`;
}

/** Whose it is: that of whoever has it. */
export function whoseOf(fact: AuditFact): Whose {
  return "holder" in fact ? fact.holder.whose : fact.app.whose;
}

/** In which part something is missing. */
export const sectionOfArea: Readonly<Record<Area, AuditSection>> = {
  mailboxPermissions: "mailboxes",
  sendAs: "mailboxes",
  sendOnBehalf: "mailboxes",
  holders: "mailboxes",
  calendars: "calendars",
  exchangeRoles: "apps",
  impersonation: "apps",
  policies: "apps",
  consents: "apps",
  delegatedConsents: "apps",
  roleGroups: "granting",
  directoryRoles: "granting",
};
