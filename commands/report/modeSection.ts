// What the page says of one access mode: the picture, what is wrong, the verdicts, and on what they rest. Pure.
import { h, type Child, type Element } from "./markup.ts";
import { list, table, titled, type Cell } from "./parts.ts";
import { picturesOf } from "./picture.ts";
import { othersOf, type ModeView } from "./view.ts";
import type { PageWords, Question } from "./words.ts";

/** From its heading on. `before` are the modes that the page has told already: a list of theirs is not told again. */
export function modeSection(view: ModeView, before: readonly ModeView[], words: PageWords): Child[] {
  const { listed, accepted, notes, mode } = view;
  return [
    h("h2", null, words.modes[mode]),
    ...picturesOf(view, words),
    ...wrong(view, words),
    verdicts(view, words),
    facts(view, words),
    ...titled(words.accepted, list(accepted.map(words.sentenceOf))),
    ...titled(words.notes, list(notes.map(words.say))),
    h("h3", null, words.list(listed.length)),
    ...(before.some((other) => isSame(other.listed, listed))
      ? [h("p", null, words.sameList)]
      : list(listed, { class: "mailboxes" })),
    ...others(view, words),
  ];
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function wrong({ wrong: findings }: ModeView, words: PageWords): Element[] {
  const lines = findings.map((each) => `${words.say(each)}${each.mayPass ? ` (${words.mayPass})` : ""}`);
  return lines.length === 0 ? [] : [h("h3", null, words.wrong), h("div", { class: "findings" }, ...list(lines))];
}

const good = (text: string): Cell => [h("span", { class: "good" }, text)];
const bad = (text: string): Cell => [h("span", { class: "bad" }, text)];

function verdicts(view: ModeView, words: PageWords): Element {
  const said = words.verdicts;
  const answer = (isGood: boolean): Cell => (isGood ? good(said.yes) : bad(said.no));
  const row = ({ question, how }: Question, cell: Cell): Cell[] => [[question], cell, [how]];
  const nobody = view.accepted.length === 0 ? good(said.nobody) : [said.nobodyButAccepted];
  return table({ caption: said.caption, kind: "verdicts" }, said.columns, [
    row(said.listed(view), answer(view.holds)),
    row(said.wider(view), answer(view.nothingWider)),
    row(said.whoElse(view), view.nobodyElse ? nobody : bad(said.somebodyElse)),
    row(said.wayIn(view), wayIn(view, words)),
    ...(view.live === undefined ? [] : [row(said.live, live(view.live, words))]),
  ]);
}

function wayIn({ wayIn: { state, reasons } }: ModeView, words: PageWords): Cell {
  const text = words.verdicts.states[state];
  if (state === "open") return good(text);
  const why = reasons.length === 0 ? "" : `: ${reasons.map(words.sayReason).join("; ")}`;
  return state === "shut" ? [...bad(text), why] : [`${text}${why}`];
}

function live(report: NonNullable<ModeView["live"]> | null, { verdicts: { liveAnswer, no } }: PageWords): Cell {
  if (report === null) return [liveAnswer.notRun];
  if (report.error !== null) return [liveAnswer.failed(report.error)];
  if (report.passed === false) return bad(no);
  if (report.passed === null) return [liveAnswer.partly];
  return report.mailboxes.length === 0 ? [liveAnswer.nothing] : good(liveAnswer.passed(report.mailboxes.length));
}

function facts(view: ModeView, { facts: words, opened, picture }: PageWords): Element {
  const assignments = view.assignments.map((each) =>
    each === null
      ? picture.assignmentGone
      : `${each.name} (${each.enabled ? picture.assignmentOn(each.writeScope) : picture.assignmentOff})`,
  );
  const rows: readonly (readonly [string, string])[] = [
    [words.roles, view.roles.join(", ")],
    [words.opens, view.opens.map((each) => opened[each]).join(", ")],
    [words.assignment, assignments.join(", ")],
    [words.filter, view.scopeFilter ?? words.none],
  ];
  return table(
    { caption: words.caption, kind: "facts" },
    [],
    rows.map(([name, value]) => [[name], [value]]),
  );
}

function others(view: ModeView, words: PageWords): Element[] {
  const { tooMany } = view;
  const asked = othersOf(view);
  const count = asked.length + tooMany.length;
  if (count === 0) return [];
  return [
    table({ caption: words.others(count), kind: "others" }, words.othersHeading, [
      ...tooMany.map((mailbox): Cell[] => [[mailbox], bad(words.inside)]),
      ...asked.map(({ mailbox, open }): Cell[] => [
        [mailbox],
        open && !view.isWide ? bad(words.open) : [open ? words.open : words.shut],
      ]),
    ]),
  ];
}
