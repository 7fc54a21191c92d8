/** Sentences of what a proof found. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { accessWords } from "../../../../resources/proof/words/accessEnglish.ts";
import { say } from "../../../../resources/proof/words/english.ts";
import { wrongWith, type Finding } from "../../../../resources/proof/finding.ts";

const address = fc.stringMatching(/^[a-z]{1,8}@contoso\.example$/);
const codes = ["insideNotListed", "listedNotInside", "openOutside", "shutInside", "authorizedOutside"] as const;

test("every finding about mailboxes names each of them, and says the same after a journey as JSON", () => {
  const mailboxes = fc.uniqueArray(address, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom(...codes), mailboxes, fc.boolean(), (code, addresses, mayPass) => {
      const findings = wrongWith(
        code,
        addresses.map((each) => ({ address: each, id: "1" })),
        mayPass,
      );
      expect(findings).toHaveLength(1);
      for (const finding of findings) {
        for (const each of addresses) expect(say(finding)).toContain(each);
        const again = JSON.parse(JSON.stringify(finding)) as Finding;
        expect(again).toEqual(finding);
        expect(say(again)).toBe(say(finding));
      }
    }),
  );
});

test("a remedy goes on after the sentence", () => {
  expect(say({ code: "userBlocked", remedy: "unblockByRegrant" })).toBe(
    `${accessWords.userBlocked({})} (somebody stopped it; setting regrant unblocks it)`,
  );
});
