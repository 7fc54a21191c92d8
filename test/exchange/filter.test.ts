/** The scope's filter: what is written is read back, also in Exchange's own form; anything else is not taken for it. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { memberOfGroupFilter, parseMemberOfGroup, quote, sameGroups } from "../../exchange/filter.ts";

const plain =
  "CN=SecurityGroup-CallPro Calendar Access,OU=contoso.onmicrosoft.com,DC=EURPR05A001,DC=prod,DC=outlook,DC=com";

/** DNs with everything that a CN may hold: quotes, LDAP escapes, brackets, operators, other scripts. */
const dn = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        "\\,",
        "\\0ACNF:",
        "(",
        ")",
        " -or ",
        " -and ",
        "MemberOfGroup",
        "é",
        "日",
        '"',
        "$x",
        "*",
      ),
      fc.string({ unit: "grapheme" }).filter((text) => !/[\u2018-\u201B\p{Cc}]/u.test(text)),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `CN=${parts.join("")},OU=contoso.onmicrosoft.com`);

/** Rewrites a filter as Exchange does: parentheses around terms and around all, white space, casing. */
function normalised(dns: readonly string[], depth: number, space: string): string {
  const terms = dns.map((name) => `(${space}MEMBEROFGROUP${space || " "}-EQ ${quote(name)}${space})`);
  return "(".repeat(depth) + terms.join(`${space || " "}-Or `) + ")".repeat(depth);
}

describe("a scope's filter", () => {
  test("the document's filter is written as the document has it", () => {
    expect(memberOfGroupFilter([plain])).toBe(`MemberOfGroup -eq '${plain}'`);
  });

  test("names the groups that it was written for", () => {
    fc.assert(
      fc.property(fc.array(dn, { minLength: 1, maxLength: 4 }), (dns) => {
        expect(parseMemberOfGroup(memberOfGroupFilter(dns))?.dns).toEqual(dns);
      }),
    );
  });

  test("is recognised in the form that Exchange gives it", () => {
    fc.assert(
      fc.property(
        fc.array(dn, { minLength: 1, maxLength: 3 }),
        fc.nat(3),
        fc.constantFrom("", " ", "\t", "  \n"),
        (dns, depth, space) => {
          expect(parseMemberOfGroup(normalised(dns, depth, space))?.dns).toEqual(dns);
        },
      ),
    );
  });

  test.each([
    "",
    " ",
    "()",
    "MemberOfGroup",
    "MemberOfGroup -eq",
    "MemberOfGroup -eq ''",
    "MemberOfGroup -eq ' '",
    "MemberOfGroup -eq CN=x",
    'MemberOfGroup -eq "CN=x"',
    "MemberOfGroup -eq 'CN=x",
    "MemberOfGroup -eq 'CN=o'x'",
    "MemberOfGroup -ne 'CN=x'",
    "MemberOfGroup -like 'CN=*'",
    "-not (MemberOfGroup -eq 'CN=x')",
    "MemberOfGroup -eq 'CN=x' -and Alias -ne 'y'",
    "MemberOfGroup -eq 'CN=x' -or Alias -eq 'y'",
    "MemberOfGroup -eq 'CN=x' -or",
    "-or MemberOfGroup -eq 'CN=x'",
    "MemberOfGroup -eq 'CN=x' MemberOfGroup -eq 'CN=y'",
    "(MemberOfGroup -eq 'CN=x'",
    "MemberOfGroup -eq 'CN=x')",
    "(MemberOfGroup -eq 'CN=x'))(",
    "MemberOfGroup -eq ('CN=x')",
    "Name -like '*'",
    "RecipientType -eq 'UserMailbox'",
    "{MemberOfGroup -eq 'CN=x'}",
    "MemberOfGroup -eq $null",
    "MemberOfGroup -eq 'CN=L\u2019Azur'",
  ])("is not seen in %j", (filter) => {
    expect(parseMemberOfGroup(filter)).toBeUndefined();
  });

  test("is never seen in a filter that does more", () => {
    fc.assert(
      fc.property(dn, fc.constantFrom("-and", "-not", "-xor", "-like", ",", ";"), (name, operator) => {
        const term = memberOfGroupFilter([name]);
        expect(parseMemberOfGroup(`${term} ${operator} ${term}`)).toBeUndefined();
        expect(parseMemberOfGroup(`${operator} ${term}`)).toBeUndefined();
      }),
    );
  });

  test("of any text is answered without an exception, also of a long one", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseMemberOfGroup(text)));
    expect(parseMemberOfGroup("(".repeat(100_000))).toBeUndefined();
    expect(parseMemberOfGroup(`MemberOfGroup -eq '${"''".repeat(50_000)}`)).toBeUndefined();
  });

  test.each([[[]], [[""]], [[plain, "  "]]])("is not written for %j", (dns) => {
    expect(() => memberOfGroupFilter(dns)).toThrow(RangeError);
  });

  test("is not written where nobody knows how Exchange reads it", () => {
    expect(() => memberOfGroupFilter(["CN=L\u2019Azur"])).toThrow(RangeError);
    expect(() => quote("a\nb")).toThrow(RangeError);
  });
});

describe("two lists of groups", () => {
  test("are the same in any order and casing", () => {
    fc.assert(
      fc.property(fc.uniqueArray(dn, { maxLength: 4, selector: (name) => name.toLowerCase() }), (dns) => {
        expect(sameGroups(dns, dns.map((name) => name.toLowerCase()).reverse())).toBe(true);
        expect(sameGroups(dns, [...dns, ...dns])).toBe(true);
      }),
    );
    expect(sameGroups([plain], [plain.toUpperCase()])).toBe(true);
  });

  test("differ by one more or one less", () => {
    fc.assert(
      fc.property(fc.uniqueArray(dn, { minLength: 1, maxLength: 4, selector: (name) => name.toLowerCase() }), (dns) => {
        expect(sameGroups(dns, dns.slice(1))).toBe(false);
        expect(sameGroups(dns.slice(1), dns)).toBe(false);
        expect(sameGroups(dns, [...dns.slice(1), "CN=another,DC=x"])).toBe(false);
      }),
    );
  });
});
