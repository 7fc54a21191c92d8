/** What `npm run handover` takes, and how it says what is wrong. */
import { describe, expect, test } from "@jest/globals";
import { readOptions, WrongOption } from "../../../commands/handover/options.ts";

const whole = ["--stack", "contoso", "--to", "age1x"];

describe("the options of a hand-over", () => {
  test("are the stack and the key; the letter is Dutch and goes into a folder of its own", () => {
    expect(readOptions(whole)).toEqual({
      stack: "contoso",
      to: "age1x",
      language: "nl",
      contact: undefined,
      folder: "handovers",
      overwrites: false,
    });
  });

  test("of a comparison are the stack and the letter", () => {
    expect(readOptions(["--stack", "contoso", "--check", "letter.txt"])).toEqual({
      stack: "contoso",
      letter: "letter.txt",
    });
  });

  test.each([
    [[], "--stack is missing"],
    [["--stack", "contoso"], "--to is missing: write the call centre's public age key"],
    [[...whole, "--language", "de"], '--language: "de" is not known: write nl or en'],
    [[...whole, "--contact", "one\ntwo"], "--contact: write one line"],
    [[...whole, "--contact", " "], "--contact: write one line"],
    [[...whole, "--out", ""], "--out: write the path of a folder"],
    [["--stack", "contoso", "--check", "letter.txt", "--force", "--to", "age1x"], "leave out --to, --force"],
    [["--stack", "contoso", "--check", ""], "--check: write the path of the letter"],
    [[...whole, "--key", "x"], "--stack, --to, --language"],
    [[...whole, "spare"], "spare"],
  ])("are refused by name: %j", (args, message) => {
    expect(() => readOptions(args)).toThrow(WrongOption);
    expect(() => readOptions(args)).toThrow(message);
  });
});
