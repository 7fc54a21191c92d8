// What a report shows of each access mode, as data. Pure.
import type { MailboxPart } from "../../resources/lifecycle/applicationRoles.ts";
import type { Fact, Finding } from "../../resources/proof/finding.ts";
import type { LiveReport } from "../verify/liveReport.ts";
import { opensListed, tooMany, type ModeReport } from "../verify/modeReport.ts";
import type { Report } from "../verify/report.ts";
import type { ReportedAssignment } from "../verify/section.ts";
import type { AccessMode } from "../verify/stack.ts";
import type { WayInReport } from "../verify/wayInReport.ts";

/** A mailbox that Exchange was asked about by itself. */
export interface AskedMailbox {
  readonly mailbox: string;
  readonly listed: boolean;
  readonly open: boolean;
}

/** One access mode. */
export interface ModeView {
  readonly mode: AccessMode;
  /** Who signs in: the service user, or the app by its client id. */
  readonly who: string;
  readonly roles: readonly string[];
  /** What the roles open of a mailbox. */
  readonly opens: readonly MailboxPart[];
  readonly isWide: boolean;
  /** The live assignments; `null` for one that is gone. */
  readonly assignments: readonly (ReportedAssignment | null)[];
  readonly scopeFilter: string | null;
  readonly listed: readonly string[];
  readonly asked: readonly AskedMailbox[];
  /** The mailboxes that the scope holds beyond the list, but for those that were asked about by themselves. */
  readonly tooMany: readonly string[];
  /** How many of those that were asked about must stay out. */
  readonly mustStayOut: number;
  /** Everything that is wrong. */
  readonly wrong: readonly Finding[];
  /** The answers to the page's questions: every listed mailbox is open; */
  readonly holds: boolean;
  /** nothing else is, by the scope itself neither; */
  readonly nothingWider: boolean;
  /** nobody else gets in this way. */
  readonly nobodyElse: boolean;
  readonly wayIn: Pick<WayInReport, "state" | "reasons">;
  /** Who was there when the stack began, and was accepted then. */
  readonly accepted: readonly Fact[];
  /** What the live probe came to; `null` where it was not run, `undefined` in a mode that has none. */
  readonly live: LiveReport | null | undefined;
  readonly notes: readonly Fact[];
  readonly notProved: readonly Fact[];
}

/** The modes that a stack holds. */
export function viewsOf({ impersonation, application }: Report): ModeView[] {
  return [impersonation, application].flatMap((mode) => (mode === null ? [] : [viewOf(mode)]));
}

function viewOf(report: ModeReport): ModeView {
  const { mode, asked, scopedAccess, widerAccess, whoGetsIn, wayIn, app } = report;
  const found = [scopedAccess, widerAccess, whoGetsIn, wayIn, ...(app?.live ? [app.live] : [])];
  return {
    mode,
    who: asked.principal,
    roles: asked.roles,
    opens: [...new Set(report.opens.map(({ part }) => part))],
    isWide: asked.reach === "organization",
    assignments: report.assignments,
    scopeFilter: report.scopeFilter,
    listed: asked.mailboxes,
    asked: report.probes,
    tooMany: tooMany(report).filter((each) => !report.probes.some(({ mailbox }) => mailbox === each)),
    mustStayOut: asked.mustStayOut.length,
    wrong: found.flatMap(({ findings }) => findings),
    holds: opensListed(report),
    nothingWider: widerAccess.none,
    nobodyElse: whoGetsIn.nobodyElse,
    wayIn,
    accepted: whoGetsIn.accepted,
    live: app?.live,
    notes: report.notes,
    notProved: report.notProved,
  };
}

/** The mailboxes that are not on the list, and were asked about. */
export function othersOf({ asked }: ModeView): AskedMailbox[] {
  return asked.filter(({ listed }) => !listed);
}
