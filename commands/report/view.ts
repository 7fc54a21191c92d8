// What a report shows of each access mode: both modes in one shape. Pure.
import type { LiveReport } from "../verify/liveReport.ts";
import type { ModeReport } from "../verify/modeReport.ts";
import { parts } from "../verify/modeText.ts";
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
  return [impersonation, application].flatMap((mode) => (mode === null ? [] : [viewOf(mode)]));
}

const texts = (said: readonly { readonly text: string }[]): string[] => said.map(({ text }) => text);

function viewOf(report: ModeReport): ModeView {
  const { mode, asked, scopedAccess, widerAccess, whoGetsIn, wayIn, app } = report;
  const found = [scopedAccess, widerAccess, whoGetsIn, wayIn, ...(app?.live ? [app.live] : [])];
  return {
    mode,
    passed: report.passed,
    summary: report.summary,
    who: asked.principal,
    roles: asked.roles,
    opens: [...new Set(report.opens.map(({ part }) => parts[part]))],
    reach: asked.reach,
    assignments: report.assignments,
    scopeFilter: report.scopeFilter,
    listed: asked.mailboxes,
    asked: report.probes,
    wrong: found.flatMap(({ findings }) => texts(findings)),
    nobodyElse: whoGetsIn.nobodyElse,
    accepted: texts(whoGetsIn.accepted),
    wayIn: wayIn.summary,
    live: app === null ? null : describeLive(app.live),
    notes: texts(report.notes),
    notProved: texts(report.notProved),
  };
}

function describeLive(live: LiveReport | null): string {
  if (live === null) return "not run: the app's own credential was not at hand";
  if (live.error !== null) return `could not be run: ${live.error}`;
  return live.passed === true
    ? `Graph answered as asked for, for ${live.mailboxes.length} mailboxes`
    : "see what is wrong";
}
