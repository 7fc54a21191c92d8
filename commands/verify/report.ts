// What `verify` says: the same facts as JSON and as a table.
import { parseMembers } from "../../resources/memberList.ts";
import type { Claim, Proof } from "../../resources/proof.ts";

/** The report's JSON form. */
export interface Report {
  readonly stack: string;
  readonly tenantId: string;
  /** ISO time. */
  readonly at: string;
  readonly passed: boolean;
  readonly summary: string;
  readonly asked: {
    readonly reach: string;
    readonly role: string;
    readonly serviceUser: string;
    readonly mailboxes: readonly string[];
    readonly mustStayOut: readonly string[];
  };
  /** The live assignment; `null` where it is gone. */
  readonly assignment: { readonly name: string; readonly enabled: boolean; readonly writeScope: string } | null;
  /** The live filter of the assignment's scope; `null` without a scope. */
  readonly scopeFilter: string | null;
  /** What is wrong; `mayPass` where a moment's lag between Microsoft's servers can explain it. */
  readonly findings: readonly { readonly text: string; readonly mayPass: boolean }[];
  /** Mailboxes that were asked about one by one. */
  readonly probes: readonly { readonly mailbox: string; readonly listed: boolean; readonly open: boolean }[];
  readonly notProved: readonly string[];
  readonly notes: readonly string[];
}

/** Puts a proof into its report. */
export function makeReport(
  about: { readonly stack: string; readonly tenantId: string; readonly notes: readonly string[] },
  claim: Claim,
  { verdict, evidence }: Proof,
): Report {
  const { assignment, scope, probes } = evidence;
  const addresses = (lines: string): string[] => parseMembers(lines).map(({ address }) => address);
  const limit = assignment?.customScope ?? "";
  return {
    stack: about.stack,
    tenantId: about.tenantId,
    at: new Date().toISOString(),
    passed: verdict.passed,
    summary: verdict.summary,
    asked: {
      reach: claim.reach,
      role: claim.role,
      serviceUser: addresses(claim.user)[0] ?? "",
      mailboxes: addresses(claim.members),
      mustStayOut: addresses(claim.mustStayOut),
    },
    assignment:
      assignment === undefined
        ? null
        : {
            name: assignment.name,
            enabled: assignment.enabled,
            writeScope: limit === "" ? assignment.writeScope : limit,
          },
    scopeFilter: scope?.filter ?? null,
    findings: verdict.findings,
    probes: probes.map(({ address, isListed, openedBy }) => ({
      mailbox: address,
      listed: isListed,
      open: openedBy.length > 0,
    })),
    notProved: verdict.notProved,
    notes: about.notes,
  };
}

/** The report for people. */
export function formatReport(report: Report): string {
  const { asked, assignment } = report;
  const facts: [string, string][] = [
    ["asked for", `${asked.mailboxes.length} mailboxes, reach ${asked.reach}, role ${asked.role}`],
    ["which opens", "the whole mailbox, not the calendar alone"],
    ["service user", asked.serviceUser],
    [
      "assignment",
      assignment === null
        ? "gone"
        : `${assignment.name}, ${assignment.enabled ? "enabled" : "disabled"}, write scope: ${assignment.writeScope}`,
    ],
    ["scope filter", report.scopeFilter ?? "none"],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    `${report.passed ? "The access is as asked for" : "THE ACCESS IS NOT AS ASKED FOR"}: stack ${report.stack}, tenant ${report.tenantId}, ${report.at}`,
    "",
    ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...section("Wrong", report.findings.map(describeFinding)),
    ...formatProbes(report),
    ...(report.passed ? ["", `  ${report.summary}`] : []),
    ...section("Not proved", report.notProved),
    ...section("Note", report.notes),
    "",
  ].join("\n");
}

function describeFinding({ text, mayPass }: Report["findings"][number]): string {
  return mayPass ? `${text} (can be lag between Microsoft's servers: ask again in a few minutes)` : text;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `  ${title}:`, ...lines.map((line) => `  - ${line}`)];
}

function formatProbes({ probes }: Report): string[] {
  if (probes.length === 0) return [];
  const width = Math.max(...probes.map(({ mailbox }) => mailbox.length), "mailbox".length);
  const row = (mailbox: string, listed: string, now: string, mark = ""): string =>
    `  ${mailbox.padEnd(width)}  ${listed.padEnd(6)}  ${now}${mark}`;
  return [
    "",
    row("mailbox", "listed", "now"),
    ...probes.map(({ mailbox, listed, open }) =>
      row(mailbox, listed ? "yes" : "no", open ? "open" : "shut", listed === open ? "" : "  <- wrong"),
    ),
  ];
}
