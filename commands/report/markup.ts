// HTML as a tree of nodes. Every text and every attribute is escaped on its way out, and nothing else becomes markup. Pure.
import { htmlEscape } from "escape-goat";

import { visible } from "../../network/visible.ts";

/** An element. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly Child[];
}

export type Child = Element | string;

/** Elements that have no end tag. */
const empty = new Set(["meta", "br"]);

/** Written as it is, because a browser reads no entity in it: only the program's own text may stand there. */
const raw = "style";

/** An element; tags and names of attributes are the program's own words. */
export function h(tag: string, attributes: Element["attributes"] | null, ...children: readonly Child[]): Element {
  return { tag, attributes: attributes ?? {}, children };
}

/** As HTML. */
export function render(node: Child): string {
  if (typeof node === "string") return htmlEscape(visible(node));
  const { tag, attributes, children } = node;
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${htmlEscape(visible(String(value)))}"`);
  const start = `<${tag}${written.join("")}>`;
  if (empty.has(tag)) return start;
  return `${start}${tag === raw ? children.map(String).join("") : children.map(render).join("")}</${tag}>`;
}
