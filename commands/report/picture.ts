// The picture of an access: who gets in, through what, to which mailboxes, and what stays shut. Drawn from the data;
// as high with 500 mailboxes as with 10. Pure.
import { h, type Element } from "./markup.ts";

import type { ModeView } from "./view.ts";

/** How many mailboxes a box names. */
const named = 8;
const [lineHeight, padding] = [20, 16];
/** Characters that fit a box's width. */
const fitting = 36;

interface Box {
  readonly x: number;
  readonly width: number;
  readonly kind: "plain" | "open" | "shut" | "wrong";
  readonly title: string;
  readonly lines: readonly string[];
}

/** The picture as SVG, with what it shows as its description. */
export function pictureOf(view: ModeView): Element {
  const { who, through, boxes } = boxesOf(view);
  const [top, gap] = [8, 16];
  const tops = boxes.map((_box, index) => boxes.slice(0, index).reduce((sum, box) => sum + heightOf(box) + gap, top));
  const height = Math.max(
    heightOf(who) + top * 2,
    heightOf(through) + top * 2,
    boxes.reduce((sum, box) => sum + heightOf(box) + gap, top),
  );
  const middle = (box: Box): number => Math.max(top, (height - heightOf(box)) / 2);
  const isOn = view.assignments.some((each) => each?.enabled === true);
  const arrow = (x1: number, y1: number, x2: number, y2: number, kind: string): Element =>
    h("path", { class: `arrow ${kind}`, d: `M${x1} ${y1} L${x2} ${y2}`, "marker-end": `url(#head-${view.mode})` });
  const from = middle(through) + heightOf(through) / 2;
  return h(
    "svg",
    { viewBox: `0 0 960 ${height}`, role: "img", "aria-labelledby": `picture-${view.mode}` },
    h("title", { id: `picture-${view.mode}` }, describe(view)),
    h(
      "defs",
      null,
      h(
        "marker",
        {
          id: `head-${view.mode}`,
          viewBox: "0 0 10 10",
          refX: "9",
          refY: "5",
          markerWidth: "8",
          markerHeight: "8",
          orient: "auto",
        },
        h("path", { class: "head", d: "M0 0 L10 5 L0 10 z" }),
      ),
    ),
    draw(who, middle(who)),
    draw(through, middle(through)),
    arrow(290, height / 2, 330, from, isOn ? "" : "off"),
    ...boxes.flatMap((box, index) => {
      const y = tops[index] ?? top;
      const target = y + Math.min(heightOf(box) / 2, 40);
      return [draw(box, y), ...(box.kind === "shut" ? [] : [arrow(620, from, 660, target, isOn ? box.kind : "off")])];
    }),
  );
}

function boxesOf(view: ModeView): { who: Box; through: Box; boxes: Box[] } {
  const isUser = view.mode === "impersonation";
  const assignments = view.assignments.flatMap((each) =>
    each === null ? ["(an assignment is gone)"] : [each.name, each.enabled ? `on: ${each.writeScope}` : "switched off"],
  );
  const isWide = view.reach === "organization";
  const outside = view.asked.filter(({ listed }) => !listed);
  const wrong = outside.filter(({ open }) => open).map(({ mailbox }) => mailbox);
  const shut = outside.filter(({ open }) => !open).map(({ mailbox }) => mailbox);
  const listed = view.asked.filter((each) => each.listed && !each.open).map(({ mailbox }) => mailbox);
  const missing = new Set(listed);
  const open = view.listed.filter((address) => !missing.has(address));
  const box = (kind: Box["kind"], title: string, lines: readonly string[]): Box => ({
    x: 660,
    width: 292,
    kind,
    title,
    lines,
  });
  return {
    who: { x: 8, width: 282, kind: "plain", title: isUser ? "Service user" : "App (client id)", lines: [view.who] },
    through: { x: 330, width: 290, kind: "plain", title: "Through", lines: [...view.roles, ...assignments] },
    boxes: [
      ...(isWide ? [box("open", "Every mailbox of the organisation", ["as was asked for"])] : []),
      ...(isWide || open.length === 0 ? [] : [box("open", `On the list: ${open.length}`, some(open))]),
      ...(wrong.length === 0 || isWide ? [] : [box("wrong", `Open, but must not be: ${wrong.length}`, some(wrong))]),
      ...(listed.length === 0 ? [] : [box("wrong", `Listed, but shut: ${listed.length}`, some(listed))]),
      ...(view.wrong.length === 0
        ? []
        : [box("wrong", "NOT as asked for", [`${view.wrong.length} found, told below`])]),
      ...(isWide || shut.length === 0 ? [] : [box("shut", `Asked about, and shut: ${shut.length}`, some(shut))]),
    ],
  };
}

function some(addresses: readonly string[]): string[] {
  const rest = addresses.length - named;
  return [...addresses.slice(0, named), ...(rest > 0 ? [`and ${rest} more, listed below`] : [])];
}

function heightOf({ lines }: Box): number {
  return padding * 2 + lineHeight * (lines.length + 1) - 6;
}

function draw(box: Box, y: number): Element {
  const { x, width, kind, title, lines } = box;
  const text = (content: string, index: number, name: string): Element =>
    h("text", { x: x + 12, y: y + padding + 14 + index * lineHeight - 4, class: name }, shorten(content));
  return h(
    "g",
    { class: `box ${kind}` },
    h("rect", { x, y, width, height: heightOf(box), rx: 6 }),
    text(title, 0, "title"),
    ...lines.map((line, index) => text(line, index + 1, "line")),
  );
}

function shorten(text: string): string {
  return text.length <= fitting ? text : `${text.slice(0, fitting - 1)}…`;
}

function describe({ who, roles, reach, listed }: ModeView): string {
  const what = reach === "organization" ? "every mailbox of the organisation" : `${listed.length} listed mailboxes`;
  return `${who} reaches ${what} through ${roles.join(", ")}. The tables below say the same.`;
}
