// Who else reaches the mailboxes, at the end of the report's page.
import { describe, expect, test } from "@jest/globals";

import { formatAudit } from "../../../commands/audit/page.ts";
import { wrapTable } from "../../../commands/audit/table.ts";
import { pageWords } from "../../../commands/report/language.ts";
import { render } from "../../../commands/report/markup.ts";
import { pageOf } from "../../../commands/report/page.ts";
import { lineOf } from "../../../resources/proof/words/auditWords.ts";
import { everyFinding } from "../../support/auditFindings.ts";
import { application, reportOf, usualNames } from "./reports.ts";

const report = reportOf({ application: application(usualNames(2)) });

describe.each(["en", "nl"] as const)("in the language %s, the page", (language) => {
  const words = pageWords[language];
  const write = (audit?: Parameters<typeof pageOf>[0]["audit"]) => pageOf({ report, changes: [], audit }, words);

  test("tells everything that was found, what could not be asked, and what nobody looked at", () => {
    const findings = everyFinding();
    const page = write(findings);
    for (const fact of findings.facts) {
      for (const cell of Object.values(lineOf(words.audit, fact))) expect(page).toContain(render(String(cell)));
    }
    for (const each of findings.notAsked) expect(page).toContain(render(words.audit.notAsked(each)));
    for (const each of findings.notLookedAt) expect(page).toContain(render(words.audit.notLookedAt[each]));
    // It is no part of the verdict.
    expect(page).toContain(words.passed);
  });

  test("tells nobody only where everything was asked", () => {
    const nothing = { ...everyFinding(), facts: [] };
    const page = write(nothing);
    expect(page.split(words.audit.nothingKnown)).toHaveLength(3);
    const asked = write({ ...nothing, notAsked: [] });
    expect(asked).not.toContain(words.audit.nothingKnown);
    expect(asked.split(words.audit.nothing)).toHaveLength(5);
    expect(asked).not.toContain(words.audit.notAskedHeading);
  });

  test("has no such part where it was not asked at all, and makes no markup of a tenant's names", () => {
    expect(write()).not.toContain(words.audit.heading);
    expect(write(everyFinding("<script>x</script>"))).not.toMatch(/<script/i);
  });
});

test("on a terminal the same findings stand in lines that a screen holds", () => {
  const text = formatAudit({ stack: "contoso", tenantId: "t", at: "2026-11-26T22:00:00Z" }, everyFinding());
  expect(text).toContain("Could not be asked");
  expect(
    Math.max(
      ...text
        .split("\n")
        .slice(2, -12)
        .map((line) => line.length),
    ),
  ).toBeLessThan(175);
});

test("on a terminal a tenant's names are read and not obeyed", () => {
  const findings = everyFinding("x\u001b[2J\nnobody\u202e");
  const text = formatAudit({ stack: "contoso", tenantId: "t", at: "2026-11-26T22:00:00Z" }, findings);
  expect(text).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
  expect(text).not.toMatch(/^nobody/m);
});

test("a table breaks long cells between words, keeps its columns, and leaves a long word whole", () => {
  expect(
    wrapTable(
      ["a", "b"],
      [
        ["one two three", "x"],
        ["0123456789", "y z"],
      ],
      [7],
    ),
  ).toEqual(["  a        b", "  one two  x", "  three", "  0123456789  y z"]);
});
