/** The mark of ownership: only the own stack's is taken for it. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bearsAnyMark, bearsMark, markOf } from "../../resources/mark.ts";

describe("the mark of ownership", () => {
  test("tells projects and stacks apart", () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/);
    fc.assert(
      fc.property(name, name, name, name, (project, stack, otherProject, otherStack) => {
        const isSame = project === otherProject && stack === otherStack;
        expect(bearsMark(markOf(project, stack), markOf(otherProject, otherStack))).toBe(isSame);
      }),
    );
  });

  test("survives white space around it, and nothing else", () => {
    const mark = markOf("calendar-access", "contoso");
    expect(bearsMark(` ${mark}\r\n`, mark)).toBe(true);
    expect(bearsMark(`${mark} and more`, mark)).toBe(false);
    expect(bearsMark(mark.toUpperCase(), mark)).toBe(false);
  });

  test("is known as a stack's, whichever made it", () => {
    for (const stack of ["contoso", "fabrikam"]) expect(bearsAnyMark(` ${markOf("any-project", stack)}`)).toBe(true);
    for (const text of ["", "Managed by hand", undefined, null, 1]) expect(bearsAnyMark(text)).toBe(false);
  });

  test("is never borne by what has no text, and never empty", () => {
    for (const value of [undefined, null, "", 0, ["x"], {}]) expect(bearsMark(value, "mark")).toBe(false);
    expect(bearsMark("", "")).toBe(false);
    expect(bearsMark("  ", "")).toBe(false);
  });
});
