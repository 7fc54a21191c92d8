/** Sentences of what a proof found. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { accessWords } from "../../../../resources/proof/words/accessEnglish.ts";
import { say } from "../../../../resources/proof/words/english.ts";
import type { Fact } from "../../../../resources/proof/finding.ts";
import { subjects } from "./everyCode.ts";

/** Mailboxes and names of objects that a fact names, wherever they stand in it. */
function named(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(named);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "address" && typeof each === "string" ? [each] : named(each),
  );
}

describe("what is found with the code", () => {
  test.each(Object.keys(subjects) as (keyof typeof subjects)[])(
    "%s has one sentence, which names each mailbox, and says the same after a journey as JSON",
    (code) => {
      fc.assert(
        fc.property(subjects[code] as fc.Arbitrary<object>, (about) => {
          const fact = { ...about, code } as Fact;
          const sentence = say(fact);
          expect(sentence).toMatch(/\S/);
          expect(sentence).not.toMatch(/undefined|\[object|\n|NaN|\.$/);
          for (const address of named(about)) expect(sentence).toContain(address);
          expect(say(JSON.parse(JSON.stringify(fact)) as Fact)).toBe(sentence);
        }),
        { numRuns: 30 },
      );
    },
  );
});

test("a remedy goes on after the sentence", () => {
  expect(say({ code: "userBlocked", remedy: "unblockByRegrant" })).toBe(
    `${accessWords.userBlocked({})} (somebody stopped it; setting regrant unblocks it)`,
  );
});
