// What `verify` says about the access by impersonation: the same facts as JSON and as a table.
import { countOf } from "../../resources/proof/sentence.ts";
import { addressesOf } from "../../resources/recipients/memberList.ts";
import type { ImpersonationClaim, ImpersonationProof } from "../../resources/proof/impersonationProof.ts";
import type { Finding } from "../../resources/proof/finding.ts";
import { withText, type Said } from "../../resources/proof/words/english.ts";
import { summarizeImpersonation } from "../../resources/proof/words/summariesEnglish.ts";
import { describeEntrants, reportEntrants, type EntrantsReport } from "./entrantsReport.ts";
import {
  describeAssignment,
  describeFinding,
  sampleAfter,
  textOf,
  formatFacts,
  formatTable,
  reportAssignment,
  section,
  type ReportedAssignment,
} from "./section.ts";
import { reportWayIn, type WayInReport } from "./wayInReport.ts";

/** Its JSON form. */
export interface ImpersonationReport {
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
  readonly assignment: ReportedAssignment | null;
  /** The live filter of the assignment's scope; `null` without a scope. */
  readonly scopeFilter: string | null;
  /** What is wrong; `mayPass` where a moment's lag between Microsoft's servers can explain it. */
  readonly findings: readonly Said<Finding>[];
  /** The verdict about who gets in; its findings are among `findings`. */
  readonly whoGetsIn: EntrantsReport;
  /** The verdict about the way in; its findings are among `findings`. */
  readonly wayIn: WayInReport;
  /** Mailboxes that were asked about one by one. */
  readonly probes: readonly { readonly mailbox: string; readonly listed: boolean; readonly open: boolean }[];
  readonly notes: readonly Said[];
  readonly notProved: readonly Said[];
}

/** The report about impersonation; pure. */
export function reportImpersonation(
  claim: ImpersonationClaim,
  { verdict, evidence }: ImpersonationProof,
): ImpersonationReport {
  const { assignment, scope, probes } = evidence;
  return {
    passed: verdict.passed,
    summary: `${summarizeImpersonation(verdict)}${sampleAfter(verdict.basis)}`,
    asked: {
      reach: claim.reach,
      role: claim.role,
      serviceUser: addressesOf(claim.user)[0] ?? "",
      mailboxes: addressesOf(claim.members),
      mustStayOut: addressesOf(claim.mustStayOut),
    },
    assignment: assignment === undefined ? null : reportAssignment(assignment),
    scopeFilter: scope?.filter ?? null,
    findings: verdict.findings.map(withText),
    whoGetsIn: reportEntrants(verdict.entrants),
    wayIn: reportWayIn(verdict.wayIn),
    probes: probes.map(({ address, isListed, openedBy }) => ({
      mailbox: address,
      listed: isListed,
      open: openedBy.length > 0,
    })),
    notes: verdict.notes.map(withText),
    notProved: verdict.notProved.map(withText),
  };
}

/** Its form for people. */
export function formatImpersonation(report: ImpersonationReport): string[] {
  const { asked, assignment, probes } = report;
  return [
    ...formatFacts([
      [
        "asked for",
        `${countOf(asked.mailboxes.length, "mailbox", "mailboxes")}, reach ${asked.reach}, role ${asked.role}`,
      ],
      ["which opens", "the whole mailbox, not the calendar alone"],
      ["service user", asked.serviceUser],
      ["assignment", describeAssignment(assignment)],
      ["scope filter", report.scopeFilter ?? "none"],
      ["who gets in", describeEntrants(report.whoGetsIn)],
      ["way in", report.wayIn.summary],
    ]),
    ...section("Wrong", report.findings.map(describeFinding)),
    ...formatTable(
      ["mailbox", "listed", "now", ""],
      probes.map(({ mailbox, listed, open }) => [
        mailbox,
        listed ? "yes" : "no",
        open ? "open" : "shut",
        listed === open ? "" : "<- wrong",
      ]),
    ),
    ...(report.passed ? ["", `  ${report.summary}`] : []),
    ...section("There since the beginning", report.whoGetsIn.accepted.map(textOf)),
    ...section("Not proved", report.notProved.map(textOf)),
    ...section("Note", report.notes.map(textOf)),
  ];
}
