// What `verify` says about one access mode, for people.
import type { MailboxPart } from "../../resources/lifecycle/applicationRoles.ts";
import { countOf } from "../../resources/proof/sentence.ts";
import { describeEntrants } from "./entrantsReport.ts";
import type { LiveReport } from "./liveReport.ts";
import { tooMany, type AppReport, type ModeReport, type ReportedConsent } from "./modeReport.ts";
import { describeAssignment, describeFinding, formatFacts, formatTable, section, textOf } from "./section.ts";

/** What a role opens, in English. */
export const parts: Readonly<Record<MailboxPart, string>> = {
  calendars: "calendars only",
  wholeMailbox: "the whole mailbox, not the calendar alone",
  otherParts: "other parts of the mailbox than calendars",
};

/** The report for people, a line each. */
export function formatMode(report: ModeReport): string[] {
  const { scopedAccess, widerAccess, whoGetsIn, wayIn, app } = report;
  return [
    ...formatFacts(factsOf(report)),
    ...section("Wrong with the scoped access", scopedAccess.findings.map(describeFinding)),
    ...section("Reaches wider", widerAccess.findings.map(describeFinding)),
    ...section("Gets in, too", whoGetsIn.findings.map(describeFinding)),
    ...section("Keeps the call centre out", wayIn.findings.map(describeFinding)),
    ...section("Wrong in the live probe", app?.live?.findings.map(textOf) ?? []),
    ...formatTable(["mailbox", "listed", "Exchange", ...(app?.live ? ["Graph"] : []), ""], rowsOf(report)),
    ...(report.passed === false ? [] : ["", `  ${report.summary}`]),
    ...section("There since the beginning", whoGetsIn.accepted.map(textOf)),
    ...section("Not proved", report.notProved.map(textOf)),
    ...section("Note", report.notes.map(textOf)),
  ];
}

function factsOf(report: ModeReport): (readonly [string, string])[] {
  const { mode, asked, app } = report;
  const mailboxes = countOf(asked.mailboxes.length, "mailbox", "mailboxes");
  const roles = `${asked.roles.length === 1 ? "role" : "roles"} ${asked.roles.join(", ")}`;
  return [
    ["asked for", `${mailboxes}, reach ${asked.reach}, ${roles}`],
    ...report.opens.map(({ role, part }) => ["which opens", `${parts[part]} (${role})`] as const),
    [mode === "application" ? "client id" : "service user", asked.principal],
    ...report.assignments.map((each) => ["assignment", describeAssignment(each)] as const),
    ["scope filter", report.scopeFilter ?? "none"],
    ...(app === null ? [] : factsOfApp(app)),
    ["scoped access", report.scopedAccess.holds ? "holds" : "DOES NOT HOLD"],
    ["wider access", report.widerAccess.none ? "none: nothing reaches wider" : "FOUND: something reaches wider"],
    ["who gets in", describeEntrants(report.whoGetsIn)],
    ["way in", report.wayIn.summary],
    ...(app === null ? [] : [["live probe", describeLive(app.live)] as const]),
  ];
}

function factsOfApp({ consents, certificates }: AppReport): (readonly [string, string])[] {
  return [
    ["consents", consents.map(describeConsent).join(", ") || "none"],
    ...certificates.map(
      ({ thumbprint, expires, daysLeft }) =>
        ["certificate", `${thumbprint}, until ${expires} (${daysLeft} days)`] as const,
    ),
  ];
}

function describeConsent({ permission, resource, inheritedFrom }: ReportedConsent): string {
  const from = inheritedFrom === "" ? "" : ` (inherited from the group "${inheritedFrom}")`;
  return `${permission} on ${resource || "an unknown resource"}${from}`;
}

/** An own app has certificates and no secret; the secret is for an app of the vendor's. */
const credentialMissing =
  "the app's own credential is not at hand (APPLICATION_CERTIFICATE_PATH, or APPLICATION_CLIENT_SECRET)";

function describeLive(live: LiveReport | null): string {
  if (live === null) return `not run: ${credentialMissing}`;
  if (live.error !== null) return `COULD NOT BE RUN: ${live.error}`;
  if (live.mailboxes.length === 0) return "nothing to try";
  const counts = new Map<string, number>();
  for (const { outcome } of live.mailboxes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
}

/** Every mailbox that Exchange was asked about or that Graph was tried with, and those that the scope holds too many. */
function rowsOf(report: ModeReport): string[][] {
  const { probes, app } = report;
  const live = app?.live ?? null;
  const asked = new Map(probes.map((probe) => [probe.mailbox, probe]));
  const tried = new Map(live?.mailboxes.map((each) => [each.mailbox, each]) ?? []);
  const extra = new Set(tooMany(report));
  return [...new Set([...asked.keys(), ...tried.keys(), ...extra])].map((mailbox) => {
    const probe = asked.get(mailbox);
    const graph = tried.get(mailbox);
    const isListed = probe?.listed ?? graph?.listed ?? false;
    const isWrong =
      extra.has(mailbox) ||
      (probe !== undefined && probe.listed !== probe.open) ||
      (graph !== undefined && ["refused", "open", "still open"].includes(graph.outcome));
    const exchange = probe === undefined ? (extra.has(mailbox) ? "in scope" : "") : probe.open ? "open" : "shut";
    return [
      mailbox,
      isListed ? "yes" : "no",
      exchange,
      ...(live === null ? [] : [graph?.outcome ?? ""]),
      isWrong ? "<- wrong" : "",
    ];
  });
}
