// The report as one HTML file: no scripts, nothing from the network. All texts are children or attributes of nodes, which
// the renderer escapes: no text of a tenant becomes markup. Pure.
import type { AuditFindings } from "../../resources/proof/audit/subjects.ts";
import type { Report } from "../verify/report.ts";
import { auditSection } from "./auditSection.ts";
import type { Change } from "./changes.ts";
import { h, render, type Child, type Element } from "./markup.ts";
import { modeSection } from "./modeSection.ts";
import { command, list, table } from "./parts.ts";
import { style } from "./style.ts";
import { viewsOf, type ModeView } from "./view.ts";
import type { PageWords, PlaceWords } from "./words.ts";

/** What a page tells. */
export interface PageData {
  readonly report: Report;
  readonly changes: readonly Change[];
  /** Who else reaches the mailboxes; absent where that was not asked at all. */
  readonly audit?: AuditFindings | undefined;
}

/** The whole file. */
export function pageOf({ report, changes, audit }: PageData, words: PageWords): string {
  const views = viewsOf(report);
  const place = words.places[report.place];
  const page = h(
    "html",
    { lang: words.lang },
    h(
      "head",
      null,
      h("meta", { charset: "utf-8" }),
      h("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'; style-src 'unsafe-inline'" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("title", null, words.title(report.stack)),
      h("style", null, style),
    ),
    h(
      "body",
      null,
      h(
        "main",
        null,
        h("h1", null, words.heading),
        headline(report, words),
        ...list(report.notes.map(words.sayNote)),
        ...views.flatMap((view, index) => modeSection(view, views.slice(0, index), words)),
        ...changed(changes, words, place),
        ...stop(views, words, place),
        ...undo(report, changes, words, place),
        h("h2", null, words.notProved),
        ...list([...new Set(views.flatMap(({ notProved }) => notProved.map(words.say)))]),
        ...(audit === undefined ? [] : auditSection(audit, words.audit)),
      ),
    ),
  );
  return `<!DOCTYPE html>\n${render(page)}\n`;
}

function headline(report: Report, words: PageWords): Element {
  const { passed } = report;
  const [kind, text] =
    passed === null ? ["open-end", words.notWhole] : passed ? ["passed", words.passed] : ["failed", words.failed];
  return h("div", { class: `verdict ${kind}` }, h("strong", null, text), h("br", null), words.asked(report));
}

function changed(changes: readonly Change[], { changes: words }: PageWords, { where, besides }: PlaceWords): Child[] {
  const rows = changes.map(({ kind, names, origin }) => {
    const what = words.kinds[kind];
    const from = words.origins[origin];
    const object: Child[] = from === "" ? [what] : [what, h("br", null), h("span", { class: "small" }, from)];
    return [object, [names.join(", ") || words.nameless], [where[kind]]];
  });
  return [
    h("h2", null, words.heading),
    table({ caption: words.caption, kind: "changes" }, words.columns, rows),
    ...besides(makesUser(changes)).map((each) => h("p", null, each)),
  ];
}

/** docs/operator.md, "Emergency stop". */
function stop(views: readonly ModeView[], { stop: words }: PageWords, place: PlaceWords): Child[] {
  const names = views.flatMap(({ assignments }) => assignments.flatMap((each) => (each === null ? [] : [each.name])));
  // As PowerShell reads it: each of these characters ends such a text.
  const quote = (name: string): string => `'${name.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
  const commands = names.map((name) => `Set-ManagementRoleAssignment ${quote(name)} -Enabled $false`);
  return [
    h("h2", null, words.heading),
    h(
      "ol",
      null,
      names.length === 0 ? h("li", null, words.noAssignment) : h("li", null, place.assignments, command(commands)),
      ...views.map(({ mode, who }) => h("li", null, place.signIn[mode](who))),
    ),
    h("p", null, place.lag),
    h("p", null, words.afterwards),
  ];
}

function makesUser(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => kind === "user");
}

function undo(
  { stack }: Report,
  changes: readonly Change[],
  { undo: words }: PageWords,
  { stays }: PlaceWords,
): Child[] {
  return [
    h("h2", null, words.heading),
    h("p", null, words.command),
    command([`npm run pulumi -- destroy --stack ${stack}`]),
    ...list([words.first, stays(makesUser(changes)), words.last]),
  ];
}
