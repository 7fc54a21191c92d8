// Who else reaches the mailboxes, at the end of the report's page. Pure.
import type { AuditFindings } from "../../resources/proof/audit/subjects.ts";
import {
  auditSections,
  lineOf,
  sectionOf,
  sectionOfArea,
  whoseOf,
  type AuditSection,
  type AuditWords,
} from "../../resources/proof/words/auditWords.ts";
import { h, type Element } from "./markup.ts";
import { list, table, titled } from "./parts.ts";

/** Below a heading of its own. */
export function auditSection(findings: AuditFindings, words: AuditWords): Element[] {
  return [
    h("h2", null, words.heading),
    h("p", null, words.about(findings.mailboxes.length)),
    ...auditSections.map((name) => part(name, findings, words)),
    ...titled(words.notAskedHeading, list(findings.notAsked.map(words.notAsked))),
    ...titled(words.notLookedAtHeading, list(findings.notLookedAt.map((each) => words.notLookedAt[each]))),
  ];
}

function part(name: AuditSection, { facts, notAsked }: AuditFindings, words: AuditWords): Element {
  const caption = words.sections[name];
  const rows = facts
    .filter(({ code }) => sectionOf[code] === name)
    .map((fact) => {
      const { who, what, where } = lineOf(words, fact);
      return [[who], [what], [where], [words.whose[whoseOf(fact)]]];
    });
  if (rows.length > 0) return table({ caption, kind: "audit" }, words.columns, rows);
  const isWhole = notAsked.every(({ area }) => sectionOfArea[area] !== name);
  return h("p", null, h("strong", null, `${caption}: `), isWhole ? words.nothing : words.nothingKnown);
}
