// The picture of an access: who gets in, through what, to which mailboxes, and what stays shut. Made from the data; as
// high with 500 mailboxes as with 20. Pure.
import { draw, type Box, type Scheme } from "./drawing.ts";
import type { Element } from "./markup.ts";
import type { ModeView } from "./view.ts";
import type { PageWords } from "./words.ts";

/** How many mailboxes a box names. */
const named = 8;

/** The picture as SVG, once for wide screens and paper and once for narrow screens. */
export function picturesOf(view: ModeView, words: PageWords): Element[] {
  const scheme = schemeOf(view, words);
  return (["across", "upright"] as const).map((arrangement) =>
    draw(scheme, arrangement, { id: `picture-${view.mode}-${arrangement}`, title: words.picture.describe(view) }),
  );
}

function schemeOf(view: ModeView, { picture: words, opened }: PageWords): Scheme {
  const assignments = view.assignments.flatMap((each) =>
    each === null
      ? [words.assignmentGone]
      : [each.name, each.enabled ? words.assignmentOn(each.writeScope) : words.assignmentOff],
  );
  return {
    who: { kind: "plain", title: words.who[view.mode], lines: [view.who] },
    through: {
      kind: "plain",
      title: words.through,
      lines: [...view.roles, ...assignments, words.opens(view.opens.map((each) => opened[each]))],
    },
    // Another assignment may open what the stack's own does not.
    isOn: isOn(view),
    targets: targetsOf(view, words),
  };
}

function isOn({ assignments, asked }: ModeView): boolean {
  return assignments.some((each) => each?.enabled === true) || asked.some(({ open }) => open);
}

function targetsOf(view: ModeView, words: PageWords["picture"]): Box[] {
  const { isWide, asked, holds, listed } = view;
  const of = (isListed: boolean, isOpen: boolean): string[] =>
    asked.filter((each) => each.listed === isListed && each.open === isOpen).map(({ mailbox }) => mailbox);
  const [shut, missing] = [of(false, false), of(true, false)];
  const wrong = [...of(false, true), ...(isOn(view) ? view.tooMany : [])];
  // Where the scope does not hold, only those that were asked about are known.
  const known = new Set(asked.map(({ mailbox }) => mailbox));
  const [open, unknown] = holds ? [listed, []] : [of(true, true), listed.filter((each) => !known.has(each))];
  const box = (kind: Box["kind"], title: (count: number) => string, mailboxes: readonly string[]): Box[] =>
    mailboxes.length === 0 ? [] : [{ kind, title: title(mailboxes.length), lines: some(mailboxes, words) }];
  return [
    ...(isWide && holds
      ? [{ kind: "open" as const, title: words.everyMailbox, lines: [words.asAsked] }]
      : box("open", words.listed, open)),
    ...(isWide ? [] : box("wrong", words.openOutside, wrong)),
    ...box("missing", words.shutInside, missing),
    ...box("unknown", words.notAsked, unknown),
    ...(view.wrong.length === 0
      ? []
      : [{ kind: "missing" as const, title: words.wrong, lines: [words.toldBelow(view.wrong.length)] }]),
    ...(isWide ? [] : box("shut", words.shut, shut)),
  ];
}

function some(addresses: readonly string[], words: PageWords["picture"]): string[] {
  const rest = addresses.length - named;
  return [...addresses.slice(0, named), ...(rest > 0 ? [words.more(rest)] : [])];
}
