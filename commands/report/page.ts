// The report as one HTML file: no scripts, nothing from the network. All texts are children or attributes of nodes, which
// the renderer escapes: no text of a tenant becomes markup. Pure.

import { countOf } from "../../resources/proof/sentence.ts";
import type { Report } from "../verify/report.ts";
import type { Change } from "./changes.ts";
import { h, render, type Child, type Element } from "./markup.ts";
import { pictureOf } from "./picture.ts";
import { style } from "./style.ts";
import { viewsOf, type ModeView } from "./view.ts";

/** The whole file. */
export function pageOf(report: Report, changes: readonly Change[]): string {
  const views = viewsOf(report);
  const page = h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charset: "utf-8" }),
      h("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'; style-src 'unsafe-inline'" }),
      h("meta", { name: "viewport", content: "width=device-width" }),
      h("title", null, `Calendar access: ${report.stack}`),
      h("style", null, style),
    ),
    h(
      "body",
      null,
      h(
        "main",
        null,
        h("h1", null, `Access of the call centre to calendars: ${report.stack}`),
        headline(report),
        ...list(report.notes.map(({ text }) => text)),
        ...views.flatMap(mode),
        ...changed(changes),
        ...stop(views),
        h("h2", null, "How it is undone"),
        h("p", null, "The operator runs this; it removes what stands in the table above, assignment first:"),
        h("pre", null, `npm run pulumi -- destroy --stack ${report.stack}`),
        h("h2", null, "What is not proved"),
        ...list([...new Set(views.flatMap(({ notProved }) => notProved))]),
      ),
    ),
  );
  return `<!DOCTYPE html>\n${render(page)}\n`;
}

function headline({ passed, tenantId, at }: Report): Element {
  const [kind, text] = verdictOf(passed);
  return h(
    "div",
    { class: `verdict ${kind}` },
    h("strong", null, text),
    h("br", null),
    `Tenant ${tenantId}, asked on ${at}`,
  );
}

function verdictOf(passed: boolean | null): readonly [string, string] {
  if (passed === null) return ["open-end", "Nothing wrong was found, but not everything could be asked."];
  return passed ? ["passed", "The access is as asked for."] : ["failed", "The access is NOT as asked for."];
}

function mode(view: ModeView): Child[] {
  const [kind, text] = verdictOf(view.passed);
  const others = view.asked.filter(({ listed }) => !listed);
  return [
    h("h2", null, `Who gets in by ${view.mode}`),
    pictureOf(view),
    h("p", { class: `verdict ${kind}` }, view.wrong.length === 0 ? view.summary : text),
    ...titled("What is wrong", list(view.wrong)),
    table(
      "What was asked, and the answers",
      ["question", "answer"],
      [
        ["which opens", view.opens.join(", ")],
        ["who else gets in", view.nobodyElse ? "nobody else was found" : "SOMEBODY ELSE: see what is wrong"],
        ["is the way in open", view.wayIn],
        ...(view.live === null ? [] : [["tried as the app itself", view.live]]),
        ["filter of the scope", view.scopeFilter ?? "none"],
        [
          "how Exchange was asked",
          `the assignment and its scope as they are now, and ${countOf(view.asked.length, "mailbox", "mailboxes")} one by one, ${others.length} of them not on the list`,
        ],
      ],
    ),
    ...titled("Accepted, because it was there at the beginning", list(view.accepted)),
    ...titled("Notes", list(view.notes)),
    h("h3", null, `The list: ${countOf(view.listed.length, "mailbox", "mailboxes")}`),
    h("ul", { class: "mailboxes" }, ...view.listed.map((each) => h("li", null, each))),
    ...titled(
      "Mailboxes that are not on the list, and were asked about",
      [
        table(
          "Asked one by one",
          ["mailbox", "now"],
          others.map(({ mailbox, open }) => [mailbox, open ? "OPEN" : "shut"]),
        ),
      ].slice(0, others.length),
    ),
  ];
}

function changed(changes: readonly Change[]): Child[] {
  return [
    h("h2", null, "What was changed in the tenant"),
    table(
      "In the order in which it was made",
      ["object", "name", "where to find it"],
      changes.map(({ what, name, where }) => [what, name, where]),
    ),
  ];
}

/** docs/operator.md, "Emergency stop". */
function stop(views: readonly ModeView[]): Child[] {
  const names = views.flatMap(({ assignments }) => assignments.flatMap((each) => (each === null ? [] : [each.name])));
  const quote = (name: string): string => `'${name.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
  return [
    h("h2", null, "How to stop it at once"),
    h("p", null, "Disable, do not delete. In Exchange Online PowerShell, as an Exchange Administrator:"),
    h("pre", null, names.map((name) => `Set-ManagementRoleAssignment ${quote(name)} -Enabled $false`).join("\n")),
    ...views.map((view) =>
      h(
        "p",
        null,
        view.mode === "application"
          ? `Then, in the Entra admin center: Enterprise applications, the app with client id ${view.who}, Properties, "Enabled for users to sign in": No.`
          : `Then, in the Microsoft 365 admin center: Active users, ${view.who}, Block sign-in.`,
      ),
    ),
    h(
      "p",
      null,
      "No stop takes hold in the same second: Exchange may let an app in for another 30 minutes to two hours (impersonation: how long is not known); a token that was issued works on for about an hour.",
    ),
  ];
}

function list(lines: readonly string[]): Element[] {
  return lines.length === 0 ? [] : [h("ul", null, ...lines.map((line) => h("li", null, line)))];
}

function titled(title: string, content: readonly Element[]): Element[] {
  return content.length === 0 ? [] : [h("h3", null, title), ...content];
}

function table(caption: string, heading: readonly string[], rows: readonly (readonly string[])[]): Element {
  return h(
    "table",
    null,
    h("caption", null, caption),
    h("thead", null, h("tr", null, ...heading.map((each) => h("th", { scope: "col" }, each)))),
    h("tbody", null, ...rows.map((row) => h("tr", null, ...row.map((cell) => h("td", null, cell))))),
  );
}
