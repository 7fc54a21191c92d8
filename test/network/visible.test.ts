/** What a terminal would obey is shown instead. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { visible } from "../../network/visible.ts";

test.each([
  ["a sequence that clears the screen", "x\u001b[2J", "x[U+001B][2J"],
  ["one of eight bits", "x\u009b2J", "x[U+009B]2J"],
  ["a new line", "x\nThe access is as asked for", "x[U+000A]The access is as asked for"],
  ["a return to the line's beginning", "x\rpassed", "x[U+000D]passed"],
  ["another direction", "\u202Egnp.exe", "[U+202E]gnp.exe"],
  ["another line, in Unicode", "x\u2028y\u2029", "x[U+2028]y[U+2029]"],
  ["half a character", "x\uD800", "x[U+D800]"],
])("%s", (_what, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("letters of any language and signs of any kind stay as they are", () => {
  const text = "Zoë Ångström, 田中, שלום, 👩‍👩‍👧, 🇳🇱, e\u0301 – ‘x’";
  expect(visible(text)).toBe(text);
});

test("what is shown once is shown the same again", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => visible(visible(text)) === visible(text)));
});
