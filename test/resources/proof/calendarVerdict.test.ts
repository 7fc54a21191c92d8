// What Graph's answers mean: what may be the cache is told from what is wrong, and nothing is excused on a guess.
import { say } from "../../../resources/proof/words/english.ts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { CalendarAnswer } from "../../../directory/calendarProbe.ts";
import { judgeCalendars, type CalendarEvidence, type TriedCalendar } from "../../../resources/proof/calendarVerdict.ts";
import { propagation } from "../../../resources/proof/propagation.ts";
import { ad, dirk } from "../../support/people.ts";

const minute = 60_000;

const open: CalendarAnswer = { kind: "open", reason: "" };
const refused: CalendarAnswer = { kind: "refused", reason: "ErrorAccessDenied" };
const absent: CalendarAnswer = { kind: "absent", reason: "MailboxNotEnabledForRESTAPI" };
const unanswered: CalendarAnswer = { kind: "unanswered", reason: "Graph answered with status 503" };

const listed = (answer: CalendarAnswer, isAuthorized = true): TriedCalendar => ({
  address: ad,
  isListed: true,
  isAuthorized,
  answer,
});
const other = (answer: CalendarAnswer, isAuthorized = false): TriedCalendar => ({
  address: dirk,
  isListed: false,
  isAuthorized,
  answer,
});

const judge = (tried: TriedCalendar, evidence: Partial<CalendarEvidence> = {}) => {
  const settled = { sinceChange: 24 * 60 * minute, isConsented: false, isConsentedInToken: false };
  const verdict = judgeCalendars({ ...settled, ...evidence, tried: [tried] });
  return {
    passed: verdict.passed,
    findings: verdict.findings.map((each) => ({ text: say(each), mayPass: each.mayPass })),
    notes: verdict.notes.map(say),
    notProved: verdict.notProved.map(say),
    outcome: verdict.tries[0]?.outcome,
  };
};
const recent = { sinceChange: 20 * minute };

describe("a listed calendar", () => {
  test("that can be read is allowed", () => {
    expect(judge(listed(open))).toMatchObject({ outcome: "allowed", passed: true, findings: [], notes: [] });
  });

  test("that is refused soon after a change is not yet effective: a note, with the time that it takes at most", () => {
    const { outcome, passed, notes } = judge(listed(refused), recent);
    expect({ outcome, passed }).toEqual({ outcome: "not yet effective", passed: true });
    expect(notes.join()).toContain("100 minutes more at most");
    expect(notes.join()).toContain(ad);
  });

  test.each([
    ["two hours after the last change", listed(refused), { sinceChange: propagation }],
    ["where nobody can say when something changed", listed(refused), { sinceChange: undefined }],
    ["where Exchange does not authorise it either", listed(refused, false), recent],
  ])("that is refused %s fails", (_when, tried, evidence) => {
    const { outcome, passed, findings } = judge(tried, evidence);
    expect({ outcome, passed }).toEqual({ outcome: "refused", passed: false });
    expect(findings).toEqual([{ text: `refused by Graph but listed: ${ad}`, mayPass: false }]);
  });

  test.each([
    ["no mailbox", absent],
    ["not answered", unanswered],
  ])("with the outcome %s leaves it unproved", (outcome, answer) => {
    expect(judge(listed(answer))).toMatchObject({ outcome, passed: null, notProved: [expect.stringContaining(ad)] });
  });
});

describe("a calendar outside the list", () => {
  test("that is refused is denied", () => {
    expect(judge(other(refused))).toMatchObject({ outcome: "denied", passed: true, findings: [] });
  });

  test.each([
    ["soon after a change", recent],
    ["by a token with a consent that the directory has no more", { isConsentedInToken: true }],
  ])("that can be read %s, though nothing grants it, is still open, and fails as what may pass", (_when, evidence) => {
    const { outcome, passed, findings } = judge(other(open), evidence);
    expect({ outcome, passed }).toEqual({ outcome: "still open", passed: false });
    expect(findings).toEqual([{ text: expect.stringContaining(dirk), mayPass: true }]);
  });

  test.each([
    ["long after the last change", other(open), {}],
    ["where nobody can say when something changed", other(open), { sinceChange: undefined }],
    ["where a consent stands", other(open), { ...recent, isConsented: true, isConsentedInToken: true }],
    ["where Exchange authorises it", other(open, true), recent],
  ])("that can be read %s is open, and fails", (_when, tried, evidence) => {
    expect(judge(tried, evidence)).toMatchObject({
      outcome: "open",
      passed: false,
      findings: [{ text: expect.stringContaining(dirk), mayPass: false }],
    });
  });

  test("that Graph finds no mailbox of hides nothing, but is said", () => {
    expect(judge(other(absent))).toMatchObject({ outcome: "no mailbox", passed: true, notProved: [expect.anything()] });
  });

  test("without an answer leaves it unproved", () => {
    expect(judge(other(unanswered))).toMatchObject({ outcome: "not answered", passed: null });
  });
});

describe("all tries together", () => {
  const tried = fc.record({
    address: fc.constantFrom(ad, dirk),
    isListed: fc.boolean(),
    isAuthorized: fc.boolean(),
    answer: fc.constantFrom(open, refused, absent, unanswered),
  });
  const evidence = fc.record({
    tried: fc.array(tried, { maxLength: 8 }),
    sinceChange: fc.option(fc.integer({ min: -propagation, max: 2 * propagation }), { nil: undefined }),
    isConsented: fc.boolean(),
    isConsentedInToken: fc.boolean(),
  });

  test("never pass with an open calendar outside the list, and pass only with an answer for every listed one", () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const { passed, tries } = judgeCalendars(given);
        const isOpen = given.tried.some(({ isListed, answer }) => !isListed && answer.kind === "open");
        if (isOpen) expect(passed).toBe(false);
        if (passed !== true) return;
        expect(tries.every(({ isListed, outcome }) => !isListed || /allowed|not yet/.test(outcome))).toBe(true);
      }),
    );
  });

  test("more time since the last change never turns a failing verdict into a passing one", () => {
    fc.assert(
      fc.property(evidence, fc.nat(propagation), ({ sinceChange, ...given }, more) => {
        if (sinceChange === undefined) return;
        const now = judgeCalendars({ ...given, sinceChange }).passed;
        const later = judgeCalendars({ ...given, sinceChange: sinceChange + more }).passed;
        if (now === false) expect(later).toBe(false);
      }),
    );
  });

  test("many mailboxes are named up to twenty", () => {
    const many = Array.from({ length: 23 }, (_each, index) => ({ ...other(open), address: `a${index}@b.example` }));
    const { findings } = judgeCalendars({
      tried: many,
      sinceChange: undefined,
      isConsented: false,
      isConsentedInToken: false,
    });
    expect(findings.map(say).join()).toMatch(/ and 3 more$/);
  });
});
