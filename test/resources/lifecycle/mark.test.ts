/** The mark of ownership: only the own stack's is taken for it. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  bearsAnyMark,
  bearsMark,
  foreignConflict,
  foreignMark,
  isMarked,
  markOf,
  markOfUse,
  stackIdOf,
  withMark,
  roomProblem,
  withoutUse,
  type MarkedStack,
} from "../../../resources/lifecycle/mark.ts";

const id = "0c0ffee0-0000-4000-8000-00000000000a";
const otherId = "0c0ffee0-0000-4000-8000-00000000000b";
const mark = markOf("calendar-access", "contoso", id);

describe("the mark of ownership", () => {
  test("tells stacks apart by their ids, and by nothing else", () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,120}$/);
    fc.assert(
      fc.property(
        name,
        name,
        fc.uuid(),
        name,
        name,
        fc.uuid(),
        (project, stack, own, otherProject, otherStack, other) => {
          const [here, there] = [markOf(project, stack, own), markOf(otherProject, otherStack, other)];
          expect(bearsMark(there, here)).toBe(own === other);
          expect(bearsMark(markOf(otherProject, otherStack, own), here)).toBe(true);
          expect(stackIdOf(here)).toBe(own);
        },
      ),
    );
  });

  test("holds the whole id in what a job title holds", () => {
    const name = "a-name-that-never-ends-".repeat(8);
    const long = markOf(name, name, id.toUpperCase());
    expect(long.length).toBeLessThanOrEqual(128);
    expect(long.endsWith(`[${id}]`)).toBe(true);
    expect(mark).toBe(`Managed by Pulumi: calendar-access/contoso [${id}]`);
  });

  test("survives white space around it and another case, and nothing else", () => {
    for (const text of [` ${mark}\r\n`, mark.replace(id, id.toUpperCase())]) {
      expect(bearsMark(text, mark)).toBe(true);
      expect(foreignMark(text, mark)).toBeUndefined();
    }
    // Somebody wrote into it: no longer ours without a word, but no other stack's either.
    expect(bearsMark(`${mark} and more`, mark)).toBe(false);
    expect(foreignMark(`${mark} and more`, mark)).toBeUndefined();
  });

  test("is no mark where the id stands in another text", () => {
    for (const text of [id, `[${id}]`, `Not Managed by Pulumi: contoso [${id}]`])
      expect(bearsMark(text, mark)).toBe(false);
  });

  test("is known as a stack's, whichever made it", () => {
    for (const stack of ["contoso", "fabrikam"])
      expect(bearsAnyMark(` ${markOf("any-project", stack, id)}`)).toBe(true);
    for (const text of ["", "Managed by hand", undefined, null, 1]) expect(bearsAnyMark(text)).toBe(false);
  });

  test("is never borne by what has no text, and never empty", () => {
    for (const value of [undefined, null, "", 0, ["x"], {}]) expect(bearsMark(value, mark)).toBe(false);
    for (const empty of ["", "  ", "Managed by Pulumi: calendar-access/contoso"]) {
      expect(bearsMark(empty, empty)).toBe(false);
      expect(stackIdOf(empty)).toBe("");
    }
  });

  test("of another stack names it and its id", () => {
    const other = markOf("calendar-access", "fabrikam", otherId);
    expect(foreignMark(`${other} `, mark)).toEqual({ stack: "calendar-access/fabrikam", id: otherId });
    // The same name in another backend is another stack.
    expect(foreignMark(markOf("calendar-access", "contoso", otherId), mark)).toEqual({
      stack: "calendar-access/contoso",
      id: otherId,
    });
    // A mark without an id is a stranger's, too: nobody can tell whose.
    expect(foreignMark("Managed by Pulumi: calendar-access/contoso", mark)).toEqual({
      stack: "calendar-access/contoso",
      id: "",
    });
    for (const text of ["", "Managed by hand", undefined, mark]) expect(foreignMark(text, mark)).toBeUndefined();
  });

  test("stands behind what others wrote, and comes off without a trace", () => {
    const used = markOfUse(mark);
    const words = fc.string({ maxLength: 900 }).map((text) => text.trimEnd());
    fc.assert(
      fc.property(words, fc.constantFrom(mark, used), (text, own) => {
        fc.pre(!isMarked(text, own));
        const marked = withMark(text, own);
        expect(isMarked(marked, mark) && isMarked(marked, used)).toBe(true);
        // However Exchange breaks lines.
        expect(isMarked(marked.replaceAll("\n", " "), mark)).toBe(true);
        expect(foreignMark(marked, mark)).toBeUndefined();
        expect(withoutUse(marked, mark)).toBe(own === used ? (text.trim() === "" ? "" : text) : marked);
        expect(bearsMark(withMark("words", own), mark)).toBe(false);
      }),
    );
    expect(bearsMark(used, mark)).toBe(false);
    expect(stackIdOf(used)).toBe("");
  });

  test("comes off with its line, wherever in the text people have put it", () => {
    const used = markOfUse(mark);
    for (const line of ["\n", "\r\n"]) {
      expect(withoutUse(`before${line}${used}${line}after`, mark)).toBe(`before${line}after`);
      expect(withoutUse(`${used}${line}after`, mark)).toBe(`${line}after`);
    }
  });

  test("has no room beside a text that leaves none, and such an object is not taken over", () => {
    const most = 1024 - markOfUse(mark).length - 1;
    expect(roomProblem("Notes", "x".repeat(most), mark)).toEqual([]);
    expect(withMark("x".repeat(most), markOfUse(mark))).toHaveLength(1024);
    expect(roomProblem("Notes", "x".repeat(most + 1), mark)).toEqual([
      `its Notes leaves no room for this stack's mark: shorten it to ${most} characters`,
    ]);
    expect(roomProblem("Notes", undefined, mark)).toEqual([]);
  });

  test("of what another stack took over names that stack, wherever it stands", () => {
    const other = markOfUse(markOf("calendar-access", "fabrikam", otherId));
    const expected = { stack: "calendar-access/fabrikam", id: otherId, tookOver: true };
    for (const text of [other, `Ask Jan first\n${other}`, `Ask Jan first ${other} or Piet`]) {
      expect(foreignMark(text, mark)).toEqual(expected);
      expect(bearsAnyMark(text)).toBe(true);
      expect(isMarked(text, mark)).toBe(false);
    }
    for (const own of [mark, markOfUse(mark)]) {
      expect(foreignMark(`${own}\n${other}`, mark)).toEqual(expected);
      expect(foreignMark(`Ask Jan first\n${own}`, mark)).toBeUndefined();
    }
    expect(foreignConflict("role group", expected as MarkedStack, false)).toContain(`take "${other}" out of`);
  });

  test("is not asked for where there is no room for it, or the field is not shown", () => {
    expect(isMarked("x".repeat(1000), mark)).toBe(true);
    expect(isMarked(undefined, mark)).toBe(true);
    expect(isMarked(null, mark)).toBe(false);
    expect(isMarked("x".repeat(900), mark)).toBe(false);
  });
});
