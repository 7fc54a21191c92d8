/** Sentences of what a proof found, in each language. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { accessWords } from "../../../../resources/proof/words/accessEnglish.ts";
import * as dutch from "../../../../resources/proof/words/dutch.ts";
import * as english from "../../../../resources/proof/words/english.ts";
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

const codes = Object.keys(subjects) as (keyof typeof subjects)[];

describe.each([
  ["English", english],
  ["Dutch", dutch],
])("what is found with the code, in %s", (_language, { say }) => {
  test.each(codes)(
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

/** Keys of words that are the program's own, and so are translated. */
const ownWords = ["holder", "kind", "parts", "code", "remedy"];

/** Every name, address and id in a fact. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (ownWords.includes(key) ? [] : textsIn(each)));
}

test.each(codes)("%s names in Dutch whatever it names in English, in another sentence", (code) => {
  fc.assert(
    fc.property(subjects[code] as fc.Arbitrary<object>, (about) => {
      const fact = { ...about, code } as Fact;
      const [inDutch, inEnglish] = [dutch.say(fact), english.say(fact)];
      expect(inDutch).not.toBe(inEnglish);
      for (const text of textsIn(about).filter((each) => inEnglish.includes(each))) expect(inDutch).toContain(text);
    }),
    { numRuns: 30 },
  );
});

test("a remedy goes on after the sentence", () => {
  expect(english.say({ code: "userBlocked", remedy: "unblockByRegrant" })).toBe(
    `${accessWords.userBlocked({})} (somebody stopped it; setting regrant unblocks it)`,
  );
  expect(dutch.say({ code: "wayInShut", reason: { code: "ewsOff", remedy: "openEws" } })).toMatch(
    /^de weg naar binnen is dicht: EWS staat uit .* \(EwsEnabled staat op False; /,
  );
});
