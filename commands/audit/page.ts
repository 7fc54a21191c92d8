// What an audit found, as a table for people and as JSON.
import type { AuditFindings } from "../../resources/proof/audit/subjects.ts";
import { auditEnglish as words } from "../../resources/proof/words/auditEnglish.ts";
import {
  auditSections,
  lineOf,
  sayAuditFact,
  sectionOf,
  sectionOfArea,
  whoseOf,
  type AuditSection,
} from "../../resources/proof/words/auditWords.ts";
import { section } from "../verify/section.ts";
import { shown } from "../run/say.ts";
import { wrapTable } from "./table.ts";

/** Which stack's mailboxes, and when they were asked about. */
export interface Audited {
  readonly stack: string;
  readonly tenantId: string;
  /** ISO time. */
  readonly at: string;
}

/** For people. */
export function formatAudit({ stack, tenantId, at }: Audited, findings: AuditFindings): string {
  const { mailboxes, notAsked, notLookedAt } = findings;
  return shown([
    `${words.heading}: stack ${stack}, tenant ${tenantId}, ${at}`,
    words.about(mailboxes.length),
    ...auditSections.flatMap((each) => part(each, findings)),
    ...section(words.notAskedHeading, notAsked.map(words.notAsked)),
    ...section(
      words.notLookedAtHeading,
      notLookedAt.map((each) => words.notLookedAt[each]),
    ),
    "",
  ]);
}

/** Of the columns but the last: an address, or an object id in brackets, has room in each. */
const widths = [42, 44, 40];

function part(name: AuditSection, { facts, notAsked }: AuditFindings): string[] {
  const rows = facts
    .filter(({ code }) => sectionOf[code] === name)
    .map((fact) => {
      const { who, what, where } = lineOf(words, fact);
      return [who, what, where, words.whose[whoseOf(fact)]];
    });
  const isWhole = notAsked.every(({ area }) => sectionOfArea[area] !== name);
  if (rows.length > 0) return ["", `${words.sections[name]}:`, "", ...wrapTable(words.columns, rows, widths)];
  return ["", `${words.sections[name]}: ${isWhole ? words.nothing : words.nothingKnown}`];
}

/** The JSON form; `schema` is its version: a reader refuses one that it does not know. */
export function reportAudit(audited: Audited, { mailboxes, facts, notAsked, notLookedAt }: AuditFindings): object {
  return {
    schema: 1,
    ...audited,
    complete: notAsked.length === 0,
    mailboxes,
    findings: facts.map((fact) => ({ ...fact, whose: whoseOf(fact), text: sayAuditFact(words, fact) })),
    notAsked: notAsked.map((each) => ({ ...each, text: words.notAsked(each) })),
    notLookedAt: notLookedAt.map((code) => ({ code, text: words.notLookedAt[code] })),
  };
}
