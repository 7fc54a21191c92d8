/** Members as text: what is written is read back, and live members keep the recorded words. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  formatMembers,
  idsOf,
  nameAsRecorded,
  parseMembers,
  type Member,
} from "../../../resources/recipients/memberList.ts";

const address = fc
  .tuple(fc.stringMatching(/^[a-z][a-z.]{0,8}[a-z]$/), fc.constantFrom("contoso.example", "fabrikam.example"))
  .map(([name, domain]) => `${name}@${domain}`);
const member = fc.record({ address, id: fc.uuid() });
const members = fc.uniqueArray(member, { selector: ({ id }) => id, maxLength: 20 });

/** The same members in any order. */
const shuffled = members.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
);

describe("a list of members as text", () => {
  test("says who is on it, whatever the order in which it was given", () => {
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(formatMembers(other)).toBe(formatMembers(list));
      }),
    );
  });

  test("reads back as the members it was written from", () => {
    fc.assert(
      fc.property(members, (list) => {
        expect(new Set(parseMembers(formatMembers(list)).map(textOf))).toEqual(new Set(list.map(textOf)));
      }),
    );
  });

  test("changes by one line where one member is added", () => {
    fc.assert(
      fc.property(members, member, (list, added) => {
        const before = formatMembers(list).split("\n");
        const after = formatMembers([...list, added]).split("\n");
        expect(after).toHaveLength(before.length + 1);
        expect(after.filter((line) => !before.includes(line)).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("is empty without members, and ends every line in a newline", () => {
    expect(formatMembers([])).toBe("");
    expect(
      formatMembers([
        { address: "b@x.example", id: "2" },
        { address: "a@x.example", id: "1" },
      ]),
    ).toBe("a@x.example 1\nb@x.example 2\n");
  });

  test("holds addresses that are not looked up yet, blank lines and any casing of ids", () => {
    expect(parseMembers("a@x.example\n\n  b@x.example   AB-12 \n")).toEqual([
      { address: "a@x.example", id: "" },
      { address: "b@x.example", id: "ab-12" },
    ]);
    expect(formatMembers([{ address: "a@x.example", id: "" }])).toBe("a@x.example\n");
  });
});

describe("live members in the words of the recorded ones", () => {
  test("show no difference where the same objects go by other addresses now", () => {
    fc.assert(
      fc.property(members, (list) => {
        const renamed = list.map(({ address: old, id }) => ({ address: `renamed.${old}`, id }));
        expect(formatMembers(nameAsRecorded(renamed, list))).toBe(formatMembers(list));
      }),
    );
  });

  test("are as many as there are live, and never anybody else", () => {
    fc.assert(
      fc.property(members, members, (live, recorded) => {
        expect(idsOf(nameAsRecorded(live, recorded))).toEqual(idsOf(live));
      }),
    );
  });
});

function textOf({ address: text, id }: Member): string {
  return `${text} ${id}`;
}
