// The report's page: what it says of a failing proof and of what was taken over, in both languages, and that no text of a
// tenant becomes markup.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { changesOf } from "../../../commands/report/changes.ts";
import { pageWords } from "../../../commands/report/language.ts";
import { h, render } from "../../../commands/report/markup.ts";
import { readOptions } from "../../../commands/report/options.ts";
import { pageOf } from "../../../commands/report/page.ts";
import { picturesOf } from "../../../commands/report/picture.ts";
import { viewsOf } from "../../../commands/report/view.ts";
import type { ModeReport } from "../../../commands/verify/modeReport.ts";
import type { Report } from "../../../commands/verify/report.ts";
import type { ExportedResource } from "../../../commands/verify/stack.ts";
import { wrong } from "../../../resources/proof/finding.ts";
import { withText } from "../../../resources/proof/words/english.ts";
import { typeOf } from "../../../resources/stub.ts";
import { application, broken, hostileNames, impersonation, reportOf, resourcesOf, usualNames } from "./reports.ts";

const { en, nl } = pageWords;

function write(
  report: Report,
  words = en,
  resources: readonly ExportedResource[] = resourcesOf(usualNames(2)),
): string {
  return pageOf({ report, changes: changesOf(resources) }, words);
}

describe.each(["en", "nl"] as const)("a page in the language %s", (language) => {
  const words = pageWords[language];
  const names = usualNames(5);

  test("tells a failing proof as one, with the mailbox that is open, the stop and what is not proved", () => {
    const report = reportOf({ impersonation: broken(names) });
    const page = write(report, words);
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(words.failed);
    expect(page).not.toContain(words.passed);
    expect(page).toContain(words.picture.openOutside(1));
    expect(page).toContain(`Set-ManagementRoleAssignment &#39;${names.assignment}&#39; -Enabled $false`);
    expect(page).toContain(`<span class="bad">${words.verdicts.no}</span>`);
    const [view] = viewsOf(report);
    expect(view?.wrong).toHaveLength(3);
    for (const fact of [...(view?.wrong ?? []), ...(view?.notProved ?? [])]) {
      expect(page).toContain(render(words.say(fact)));
    }
  });

  test("tells a proved access as one, in each mode", () => {
    const page = write(reportOf({ impersonation: impersonation(names), application: application(names) }), words);
    expect(page).toContain(words.passed);
    expect(page).not.toContain(words.failed);
    expect(page).not.toMatch(/class="bad"|class="findings"/);
    expect(page).toContain(words.sameList);
    expect(page.split(`<li>${names.mailboxes[0] ?? ""}</li>`)).toHaveLength(2);
    expect(page).toContain(words.opened.calendars);
    expect(page).toContain(words.opened.wholeMailbox);
  });

  test("says of Exchange Server's account what becomes of it: one that was there stays, one of the stack's is deleted", () => {
    const mode = { ...impersonation(names), notes: [] };
    const report: Report = { ...reportOf({ impersonation: mode }), place: "exchangeServer" };
    const account = {
      type: typeOf("ServiceAccount"),
      outputs: { name: "svc@ad.contoso.example", displayName: "CallPro" },
    };
    const [there, made] = [write(report, words, []), write(report, words, [account])];
    const { besides, stays } = words.places.exchangeServer;
    expect(there).toContain(render(stays(false)));
    expect(there).toContain(render(besides(false)[1] ?? ""));
    expect(made).toContain(render(stays(true)));
    expect(made).not.toContain(render(besides(false)[1] ?? ""));
    expect(made).toContain("svc@ad.contoso.example");
    const foreign = /Entra|Microsoft 365|Connect-ExchangeOnline|Exchange Online/;
    expect([there, made].flatMap((page) => foreign.exec(page) ?? [])).toEqual([]);
  });

  test("answers what it asks where the scope holds one mailbox more: the listed ones are open, something else is, too", () => {
    const good = impersonation(names);
    const mailboxes = [{ address: "director@contoso.example", id: "2f1f4c9e-0000-4000-8000-00000000000d" }];
    const findings = [withText(wrong({ code: "insideNotListed", mailboxes }))];
    const widerAccess = { none: false, findings: [] };
    const mode = { ...good, passed: false, widerAccess, scopedAccess: { holds: false, findings } };
    const page = write(reportOf({ impersonation: mode }), words);
    const answerTo = (question: string): string | undefined =>
      page.split(render(question))[1]?.match(/<span class="(good|bad)">/)?.[1];
    const [view] = viewsOf(reportOf({ impersonation: mode }));
    if (view === undefined) throw new Error("no view");
    expect(answerTo(words.verdicts.listed(view).question)).toBe("good");
    expect(answerTo(words.verdicts.wider(view).question)).toBe("bad");
    expect(page).toContain(`director@contoso.example</th><td><span class="bad">${words.inside}</span>`);
    expect(page).toContain(words.others(4));
    expect(render(picturesOf(view, words)[0] ?? "")).toContain("director@contoso.example");
  });

  test("answers that the listed mailboxes are open where the stack's assignment is off and another one opens them", () => {
    const good = impersonation(names);
    const off = good.assignments.map((each) => each && { ...each, enabled: false });
    const assignment = { name: names.assignment };
    const second = {
      code: "secondAssignment",
      assignment: { name: "Second" },
      role: "ApplicationImpersonation",
    } as const;
    const mode: ModeReport = {
      ...good,
      passed: false,
      assignments: off,
      scopedAccess: { holds: false, findings: [withText(wrong({ code: "assignmentDisabled", assignment }))] },
      widerAccess: { none: false, findings: [withText(wrong(second))] },
    };
    const viewOf = (report: ModeReport) => viewsOf(reportOf({ impersonation: report }))[0];
    expect(viewOf(mode)).toMatchObject({ holds: true, nothingWider: false });
    const shut = mode.probes.map((each) => ({ ...each, open: false }));
    expect(viewOf({ ...mode, probes: shut })).toMatchObject({ holds: false });
    const drawn = (report: ModeReport) =>
      viewsOf(reportOf({ impersonation: report })).flatMap((view) => picturesOf(view, words).map(render));
    expect(drawn(mode)).not.toEqual(drawn({ ...mode, probes: shut }));
  });

  test("says of what was taken over whether it goes", () => {
    const page = write(reportOf({ impersonation: impersonation(names) }), words, [
      { type: "azuread:index/user:User", outputs: { userPrincipalName: "svc@contoso.example" }, retainOnDelete: true },
      ...resourcesOf(names).filter(({ type }) => !type.endsWith(":User")),
    ]);
    expect(page.split(words.changes.origins.takenOverAndStays)).toHaveLength(2);
    expect(page.split(words.changes.origins.takenOverAndGoes)).toHaveLength(2);
    expect(page).not.toContain(words.changes.nameless);
  });

  test("says that the proof is not whole, and a note about the stack", () => {
    const report = reportOf({ application: { ...application(names), passed: null } });
    const note = { code: "modeNotProved", mode: "impersonation", text: "" } as const;
    const page = write({ ...report, passed: null, notes: [note] }, words);
    expect(page).toContain(words.notWhole);
    expect(page).toContain(render(words.sayNote(note)));
  });
});

test("nothing on a page in Dutch is left in English", () => {
  const names = usualNames(5);
  const modes = { impersonation: broken(names), application: application(names) };
  const [inEnglish, inDutch] = [write(reportOf(modes), en), write(reportOf(modes), nl)];
  const texts = (page: string): string[] => page.replace(/<style>.*<\/style>/s, "").match(/[^<>]+(?=<)/g) ?? [];
  const same = texts(inDutch).filter((text) => / /.test(text.trim()) && texts(inEnglish).includes(text));
  // What is of the tenant, or of a product.
  for (const text of same)
    expect(text).toMatch(/CallPro|Calendar Access|Application Calendars|MemberOfGroup|PowerShell|npm run/);
  expect(texts(inDutch).length).toBeGreaterThan(100);
});

test("no text of a tenant becomes markup, and nothing is asked of the network", () => {
  const page = write(reportOf({ impersonation: broken(hostileNames), application: application(hostileNames) }), en, [
    ...resourcesOf(hostileNames),
  ]);
  expect(page).not.toMatch(/<script/i);
  expect(page).not.toMatch(/<[^>]* (on\w+|src|href)=/i);
  expect(page).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
});

test("where the scope does not hold, a mailbox that was not asked about is drawn as neither open nor shut", () => {
  const drawn = (report: ModeReport): string[] => {
    const [view] = viewsOf(reportOf({ impersonation: report }));
    const [picture] = view === undefined ? [] : picturesOf(view, en);
    return picture === undefined ? [] : (render(picture).match(/(?<=class="title">)[^<]+/g) ?? []);
  };
  const { listed, notAsked, shutInside, everyMailbox } = en.picture;
  expect(drawn(broken(usualNames(500)))).toEqual(expect.arrayContaining([listed(5), notAsked(495)]));
  expect(drawn(impersonation(usualNames(500)))).toEqual(expect.arrayContaining([listed(500)]));
  const names = usualNames(500);
  const stopped = { ...broken(names), probes: impersonation(names).probes.map((each) => ({ ...each, open: false })) };
  expect(drawn(stopped)).toEqual(expect.arrayContaining([shutInside(5), notAsked(495)]));
  expect(drawn(stopped).join()).not.toContain("On the list: ");
  const wide = { ...stopped, asked: { ...stopped.asked, reach: "organization" as const } };
  expect(drawn(wide)).not.toContain(everyMailbox);
});

test("any text and any attribute comes out as text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(render(h("p", { title: text }, text))).toMatch(/^<p title="[^"<>\p{Cc}]*">[^<>\p{Cc}]*<\/p>$/u);
    }),
  );
});

test("the pictures of 500 mailboxes are no higher than those of 20", () => {
  const heights = (count: number): string[] => {
    const [view] = viewsOf(reportOf({ impersonation: broken(usualNames(count)) }));
    if (view === undefined) throw new Error("the report has no access mode");
    return picturesOf(view, en).map((each) => /viewBox="0 0 \d+ (\d+)"/.exec(render(each))?.[1] ?? "");
  };
  expect(heights(500)).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
  expect(heights(500)).toEqual(heights(20));
});

describe("options", () => {
  test("a stack is enough; its file has the last part of its name", () => {
    expect(readOptions(["--stack", "acme/calendar-access/contoso"])).toEqual({
      stack: "acme/calendar-access/contoso",
      language: "nl",
      out: "reports/contoso.html",
    });
  });

  test.each([
    [[], "--stack is missing"],
    [["--stack", "contoso", "--language", "de"], "write nl or en"],
    [["--stack", "contoso", "--out", " "], "write the path of the file"],
    [["--stack", "contoso", "--colour"], "Options: --stack, --language, --out, --config-file"],
  ])("%j says what is right", (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
