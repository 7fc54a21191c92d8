/** Names and addresses that are not what they look like are refused by the code point, and where it is. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { problemOfAddress, problemOfName, visible } from "../../stacks/characters.ts";
import { readSettings } from "../../stacks/configuration.ts";

describe("a name", () => {
  test.each<[string, string, string]>([
    ["a space of no width", "Call\u200BPro", 'holds U+200B, which nobody sees, after "Call"'],
    ["a byte order mark", "\uFEFFCallPro", "holds U+FEFF, which nobody sees, at its beginning"],
    ["a turn of direction", "Call\u202Eorp", "holds U+202E"],
    ["an isolate", "Call\u2066Pro", "holds U+2066"],
    ["a soft hyphen", "Call\u00ADPro", "holds U+00AD"],
    ["a blank that does not break", "Call\u00A0Pro", "holds U+00A0"],
    ["a filler", "Call\u3164Pro", "holds U+3164"],
    ["a private character", "Call\uE000Pro", "holds U+E000"],
    ["a Cyrillic letter among Latin ones", "С\u0430llPr\u043E".replace("С", "C"), "holds U+0430 (а)"],
    ["a Greek letter among Latin ones", "\u0391genda", "holds U+0391 (Α), which looks like another character"],
    ["a letter of full width", "\uFF23allPro", "holds U+FF23"],
    ["the sign of Kelvin", "\u212Aalender", "holds U+212A"],
    ["a ligature", "\uFB01eld", "holds U+FB01"],
    ["a digit of another row", "Pro \u0665", "holds U+0665"],
    ["a letter and its accent apart", "Jose\u0301", "holds U+0301 apart from its letter"],
  ])("is refused with %s", (_, text, problem) => {
    expect(problemOfName(text)).toContain(problem);
    expect(problemOfAddress(`${text.replaceAll(" ", "")}@x.example`)).toContain(problem.split(",")[0]);
  });

  test.each(["José Łódź", "Agenda – CallPro", "ΑΘΗΝΑ", "Календарь", "日本語カレンダー Access", "Straße №5", "नमस्ते"])(
    "may be %s",
    (text) => {
      expect(problemOfName(text)).toBeUndefined();
    },
  );

  test("may be any text of ASCII", () => {
    fc.assert(fc.property(fc.stringMatching(/^[ -~]{1,64}$/), (text) => problemOfName(text) === undefined));
  });

  test("with anything unseen anywhere is refused, and shown with it written out", () => {
    const hidden = fc.constantFrom("\u200B", "\u200D", "\u2060", "\u202A", "\u2069", "\uFE0F", "\u{E0041}", "\u2028");
    const word = fc.stringMatching(/^[a-z]{0,8}$/);
    fc.assert(
      fc.property(word, hidden, word, (before, character, behind) => {
        const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
        expect(problemOfName(before + character + behind)).toContain(code);
        expect(visible(before + character + behind)).toBe(`${before}<${code}>${behind}`);
      }),
    );
  });
});

describe("an address", () => {
  test.each<[string, string]>([
    ["ad\u2010viseur@contoso.example", "U+2010"],
    ["ad.viseur@contoso\u2024example", "U+2024"],
    ["ad.viseur@contos\u043E.example", "U+043E"],
    ["a\u0501.viseur@contoso.example", "U+0501"],
  ])("%s is refused", (address, code) => {
    expect(problemOfAddress(address)).toContain(code);
  });

  test("may hold the letters of one script", () => {
    expect(problemOfAddress("josé.müller@contoso.example")).toBeUndefined();
  });
});

describe("in the settings", () => {
  const read = (values: Readonly<Record<string, unknown>>, lines: string[] = []) => {
    const good = { access: ["impersonation"], mailboxes: ["ad@x.example"], owner: "bea@x.example" };
    const raw = Object.entries({ ...good, ...values }).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return readSettings(Object.fromEntries(raw), () => lines).problems ?? [];
  };

  test("every address and name is looked at, those in a file too", () => {
    const trap = "a\u200Bd@x.example";
    for (const name of ["mailboxes", "mustStayOut", "confirmedAddresses"]) {
      expect(read({ [name]: ["eva@x.example", trap] })).toEqual([
        `${name}[1]: "a<U+200B>d@x.example" holds U+200B, which nobody sees, after "a". Write it again, by hand.`,
      ]);
    }
    expect(read({ owner: trap })).toEqual([expect.stringMatching(/^owner: "a<U\+200B>d@x\.example" holds U\+200B/)]);
    expect(read({ serviceUser: { existing: trap } }).join()).toContain("serviceUser.existing: ");
    expect(read({ serviceUser: { domain: "c\u043Entoso.example" } }).join()).toContain("holds U+043E (о)");
    for (const name of ["roleGroup", "securityGroup", "scope", "assignment"]) {
      expect(read({ names: { [name]: "Call\u200BPro" } }).join()).toContain(`names.${name}: "Call<U+200B>Pro" holds`);
    }
    expect(read({ mailboxes: "list.txt" }, ["eva@x.example", "# field staff", trap])).toEqual([
      expect.stringMatching(/^mailboxes\[1\]: "a<U\+200B>d@x\.example" holds U\+200B/),
    ]);
  });
});
