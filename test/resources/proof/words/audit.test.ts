/** Sentences of what an audit found, in each language. */
import { describe, expect, test } from "@jest/globals";
import { auditDutch } from "../../../../resources/proof/words/auditDutch.ts";
import { auditEnglish } from "../../../../resources/proof/words/auditEnglish.ts";
import { sayAuditFact, sectionOf } from "../../../../resources/proof/words/auditWords.ts";
import { everyFinding } from "../../../support/auditFindings.ts";

const { facts, notAsked } = everyFinding();

/** Names, addresses, ids and rights in a fact. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  const own = ["code", "kind", "whose", "covers", "right"];
  return Object.entries(value).flatMap(([key, each]) => (own.includes(key) ? [] : textsIn(each)));
}

test.each(facts.map((fact, index) => [`${fact.code} ${index}`, fact] as const))(
  "%s has a sentence in both",
  (_name, fact) => {
    const [english, dutch] = [sayAuditFact(auditEnglish, fact), sayAuditFact(auditDutch, fact)];
    for (const sentence of [english, dutch]) {
      expect(sentence).not.toMatch(/undefined|null|\[object|\n|NaN|\.$/);
      if ("mailboxes" in fact) for (const { address } of fact.mailboxes) expect(sentence).toContain(address);
    }
    expect(dutch).not.toBe(english);
    for (const text of textsIn(fact).filter((each) => english.includes(each))) expect(dutch).toContain(text);
    expect(auditDutch.sections[sectionOf[fact.code]]).not.toBe(auditEnglish.sections[sectionOf[fact.code]]);
  },
);

describe.each([
  ["English", auditEnglish],
  ["Dutch", auditDutch],
])("what could not be asked, in %s", (_language, words) => {
  test("names the missing right, the mailbox, and what was answered", () => {
    const [failed = "", refused = ""] = notAsked.map(words.notAsked);
    expect(failed).toContain("ad@contoso.example");
    expect(failed).toContain("Get-RecipientPermission: Backup");
    expect(refused).toContain("Directory.Read.All");
  });
});
