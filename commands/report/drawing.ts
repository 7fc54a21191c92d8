// Draws boxes and arrows as SVG: beside each other for wide screens and paper, below each other for narrow screens. No
// text leaves its box, however long it is. Pure.
import { linesFor } from "./lines.ts";
import { h, type Element } from "./markup.ts";

/** A box that is to be drawn. */
export interface Box {
  /** To what is `open` or `wrong`, which is open but must not be, leads an arrow; to nothing else. */
  readonly kind: "plain" | "open" | "wrong" | "missing" | "unknown" | "shut";
  readonly title: string;
  readonly lines: readonly string[];
}

/** Who goes through what, and where that leads. */
export interface Scheme {
  readonly who: Box;
  readonly through: Box;
  /** Whether it can be gone through at all. */
  readonly isOn: boolean;
  readonly targets: readonly Box[];
}

/** How the boxes stand. */
export type Arrangement = "across" | "upright";

/** A box in its place; `lines` are broken. */
interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In pixels of the drawing, which is shown at about its own size. */
const [font, lineHeight, padding, gap, edge] = [13, 20, 12, 14, 4] as const;
/** Width of the drawing, left edges and widths of its columns. */
const across = {
  width: 960,
  who: { x: edge, width: 254 },
  through: { x: 294, width: 290 },
  targets: { x: 624, width: 332 },
} as const;
const upright = { width: 384, boxWidth: 376, indent: 32 } as const;

/** The drawing, with what it shows as its description. */
export function draw(
  scheme: Scheme,
  arrangement: Arrangement,
  { id, title }: { readonly id: string; readonly title: string },
): Element {
  const { width, height, parts } = arrangement === "across" ? arrangeAcross(scheme) : arrangeUpright(scheme);
  const attributes = { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": id, class: arrangement };
  return h("svg", attributes, h("title", { id }, title), ...parts);
}

interface Arranged {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly Element[];
}

function arrangeAcross({ who, through, isOn, targets }: Scheme): Arranged {
  const third = across.targets.x;
  const stack = stacked(targets, edge, (box, y) => placed(box, { ...across.targets, y }));
  const height = Math.max(
    ...[placed(who, { ...across.who, y: 0 }), placed(through, { ...across.through, y: 0 })].map(
      (box) => box.height + 2 * edge,
    ),
    (stack.at(-1)?.y ?? 0) + (stack.at(-1)?.height ?? 0) + edge,
  );
  const middle = height / 2;
  const centred = (box: Box, column: { readonly x: number; readonly width: number }): Placed => {
    const at = placed(box, { ...column, y: 0 });
    return { ...at, y: middle - at.height / 2 };
  };
  const [one, two] = [centred(who, across.who), centred(through, across.through)];
  const trunk = (endOf(two) + third) / 2;
  return {
    width: across.width,
    height,
    parts: [
      ...[one, two, ...stack].map(drawBox),
      arrow([`M${endOf(one)} ${middle}`, `H${two.x - 8}`], { x: two.x, y: middle }, isOn ? "" : "off"),
      ...stack
        .filter(({ kind }) => kind === "open" || kind === "wrong")
        .map((box) => {
          const y = box.y + Math.min(box.height / 2, 30);
          const path = [`M${endOf(two)} ${middle}`, `H${trunk}`, `V${y}`, `H${third - 8}`];
          return arrow(path, { x: third, y }, isOn ? box.kind : "off");
        }),
    ],
  };
}

function arrangeUpright({ who, through, isOn, targets }: Scheme): Arranged {
  const { boxWidth, indent, width } = upright;
  const one = placed(who, { x: edge, y: edge, width: boxWidth });
  const two = placed(through, { x: edge, y: one.y + one.height + 2 * gap, width: boxWidth });
  const start = two.y + two.height;
  const stack = stacked(targets, start + gap, (box, y) =>
    placed(box, { x: edge + indent, y, width: boxWidth - indent }),
  );
  const last = stack.at(-1) ?? two;
  const middle = edge + boxWidth / 2;
  return {
    width,
    height: last.y + last.height + edge,
    parts: [
      ...[one, two, ...stack].map(drawBox),
      arrow(
        [`M${middle} ${one.y + one.height}`, `V${two.y - 8}`],
        { x: middle, y: two.y, down: true },
        isOn ? "" : "off",
      ),
      ...stack
        .filter(({ kind }) => kind === "open" || kind === "wrong")
        .map((box) => {
          const y = box.y + Math.min(box.height / 2, 30);
          const path = [`M${edge + indent / 2} ${start}`, `V${y}`, `H${box.x - 8}`];
          return arrow(path, { x: box.x, y }, isOn ? box.kind : "off");
        }),
    ],
  };
}

function stacked(boxes: readonly Box[], top: number, place: (box: Box, y: number) => Placed): Placed[] {
  let y = top;
  return boxes.map((box) => {
    const at = place(box, y);
    y += at.height + gap;
    return at;
  });
}

function placed(box: Box, { x, y, width }: Pick<Placed, "x" | "y" | "width">): Placed {
  const ems = (width - 2 * padding) / font;
  // The title is bold, and so wider.
  const title = linesFor(box.title, { ems: ems / 1.1, lines: 1 })[0] ?? "";
  const lines = box.lines.flatMap((line) => linesFor(line, { ems, lines: 2 }));
  return { ...box, title, lines, x, y, width, height: 2 * padding + lineHeight * (lines.length + 1) - 6 };
}

const endOf = ({ x, width }: Placed): number => x + width;

function drawBox({ kind, title, lines, x, y, width, height }: Placed): Element {
  const text = (content: string, index: number, attributes: Readonly<Record<string, string>>): Element =>
    h("text", { x: x + padding, y: y + padding + 10 + index * lineHeight, ...attributes }, content);
  return h(
    "g",
    { class: `box ${kind}` },
    h("rect", { x, y, width, height, rx: 6 }),
    text(title, 0, { class: "title" }),
    ...lines.map((line, index) => text(line, index + 1, {})),
  );
}

function arrow(
  path: readonly string[],
  { x, y, down = false }: { readonly x: number; readonly y: number; readonly down?: boolean },
  kind: string,
): Element {
  const head = down ? [x, y, x - 5, y - 9, x + 5, y - 9] : [x, y, x - 9, y - 5, x - 9, y + 5];
  return h("g", { class: `arrow ${kind}` }, h("path", { d: path.join(" ") }), h("polygon", { points: head.join(" ") }));
}
