// The parts that a report's page is made of. Pure.
import { h, type Child, type Element } from "./markup.ts";

/** A list; nothing without lines. */
export function list(lines: readonly string[], attributes: Element["attributes"] = {}): Element[] {
  return lines.length === 0 ? [] : [h("ul", attributes, ...lines.map((line) => h("li", null, line)))];
}

/** Content below its title; nothing without content. */
export function titled(title: string, content: readonly Element[]): Element[] {
  return content.length === 0 ? [] : [h("h3", null, title), ...content];
}

/** What a cell holds. */
export type Cell = readonly Child[];

/** A table whose rows begin with what they are about. */
export function table(
  { caption, kind }: { readonly caption: string; readonly kind: "verdicts" | "facts" | "others" | "changes" | "audit" },
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
): Element {
  return h(
    "table",
    { class: kind },
    h("caption", null, caption),
    ...(heading.length === 0
      ? []
      : [h("thead", null, h("tr", null, ...heading.map((each) => h("th", { scope: "col" }, each))))]),
    h(
      "tbody",
      null,
      ...rows.map(([first = [], ...others]) =>
        h("tr", null, h("th", { scope: "row" }, ...first), ...others.map((cell) => h("td", null, ...cell))),
      ),
    ),
  );
}

/** Lines that are to be typed, or pasted. */
export function command(lines: readonly string[]): Element {
  return h("pre", null, ...lines.map((line) => h("code", null, line)));
}
