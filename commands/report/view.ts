// What a report shows of each access mode: both modes in one shape. Pure.
import type { ApplicationReport } from "../verify/applicationReport.ts";
import type { ImpersonationReport } from "../verify/impersonationReport.ts";
import type { Report } from "../verify/report.ts";
import type { ReportedAssignment } from "../verify/section.ts";
import type { AccessMode } from "../verify/stack.ts";

/** A mailbox that Exchange was asked about by itself. */
export interface AskedMailbox {
  readonly mailbox: string;
  readonly listed: boolean;
  readonly open: boolean;
}

/** One access mode. Sentences are those of verify. */
export interface ModeView {
  readonly mode: AccessMode;
  /** `null` where nothing is wrong, but not everything could be asked. */
  readonly passed: boolean | null;
  readonly summary: string;
  /** Who signs in: the service user, or the app by its client id. */
  readonly who: string;
  readonly roles: readonly string[];
  /** Whether it opens more of a mailbox than its calendars. */
  readonly opens: readonly string[];
  readonly reach: string;
  /** The live assignments; `null` for one that is gone. */
  readonly assignments: readonly (ReportedAssignment | null)[];
  readonly scopeFilter: string | null;
  readonly listed: readonly string[];
  readonly asked: readonly AskedMailbox[];
  /** Everything that is wrong, a sentence each. */
  readonly wrong: readonly string[];
  readonly nobodyElse: boolean;
  /** Who was there when the stack began, and was accepted then. */
  readonly accepted: readonly string[];
  readonly wayIn: string;
  /** What the live probe came to; `null` in a mode that has none. */
  readonly live: string | null;
  readonly notes: readonly string[];
  readonly notProved: readonly string[];
}

/** The modes that a stack holds. */
export function viewsOf({ impersonation, application }: Report): ModeView[] {
  return [
    ...(impersonation === null ? [] : [viewOfImpersonation(impersonation)]),
    ...(application === null ? [] : [viewOfApplication(application)]),
  ];
}

const texts = (said: readonly { readonly text: string }[]): string[] => said.map(({ text }) => text);

function viewOfImpersonation(report: ImpersonationReport): ModeView {
  const { asked, whoGetsIn } = report;
  return {
    mode: "impersonation",
    passed: report.passed,
    summary: report.summary,
    who: asked.serviceUser,
    roles: [asked.role],
    opens: ["the whole mailbox, not the calendar alone"],
    reach: asked.reach,
    assignments: [report.assignment],
    scopeFilter: report.scopeFilter,
    listed: asked.mailboxes,
    asked: report.probes,
    wrong: texts(report.findings),
    nobodyElse: whoGetsIn.nobodyElse,
    accepted: texts(whoGetsIn.accepted),
    wayIn: report.wayIn.summary,
    live: null,
    notes: texts(report.notes),
    notProved: texts(report.notProved),
  };
}

function viewOfApplication(report: ApplicationReport): ModeView {
  const { asked, whoGetsIn, live } = report;
  const found = [report.scopedAccess, report.widerAccess, whoGetsIn, report.wayIn];
  return {
    mode: "application",
    passed: report.passed,
    summary: report.summary,
    who: asked.clientId,
    roles: asked.roles,
    opens: [...new Set(Object.values(report.opens))],
    reach: asked.reach,
    assignments: report.assignments,
    scopeFilter: report.scopeFilter,
    listed: asked.mailboxes,
    asked: report.probes.map(({ mailbox, listed, authorized }) => ({ mailbox, listed, open: authorized })),
    wrong: [...found, ...(live === null ? [] : [live])].flatMap(({ findings }) => texts(findings)),
    nobodyElse: whoGetsIn.nobodyElse,
    accepted: texts(whoGetsIn.accepted),
    wayIn: report.wayIn.summary,
    live: describeLive(live),
    notes: texts([...report.notes, ...(live?.notes ?? [])]),
    notProved: texts(report.notProved),
  };
}

function describeLive(live: ApplicationReport["live"]): string {
  if (live === null) return "not run: the app's own credential was not at hand";
  if (live.error !== null) return `could not be run: ${live.error}`;
  return live.passed === true
    ? `Graph answered as asked for, for ${live.mailboxes.length} mailboxes`
    : "see what is wrong";
}
