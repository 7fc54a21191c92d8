/**
 * What Graph's own answers mean beside what Exchange says; pure. The authorisation cache makes both a new right and an
 * old one late, by 30 minutes to 2 hours: a refusal or an opening in that time need not be what the rights are now
 * (facts/calendar-access.md §3, facts/exchange.md §3.6).
 */
import type { CalendarAnswer } from "../../directory/calendarProbe.ts";
import { propagation } from "./propagation.ts";
import { mailboxesOf, wrong, wrongWith, type Fact } from "./finding.ts";
import type { PartialVerdict } from "./verdict.ts";

/**
 * What a try says:
 * - `allowed`: listed and open; `denied`: not listed and refused;
 * - `not yet effective`: listed, refused, but authorised by Exchange within the last two hours;
 * - `refused`: listed and refused, with no such excuse;
 * - `still open`: not listed, open, though nothing grants it any more, and something changed within two hours;
 * - `open`: not listed and open, with no such excuse;
 * - `no mailbox`, `not answered`: nothing can be said.
 */
export type CalendarOutcome =
  "allowed" | "denied" | "not yet effective" | "refused" | "still open" | "open" | "no mailbox" | "not answered";

/** A mailbox whose calendar was tried. */
export interface TriedCalendar {
  readonly address: string;
  readonly isListed: boolean;
  /** Whether Exchange, past its cache, authorises the app on it. */
  readonly isAuthorized: boolean;
  readonly answer: CalendarAnswer;
}

/** What the app was answered for each mailbox. */
export interface CalendarEvidence {
  readonly tried: readonly TriedCalendar[];
  /** ms since a right of the app was last seen to change, by Exchange's clock; `undefined` where nobody can say. */
  readonly sinceChange: number | undefined;
  /** Whether Entra consents calendars tenant-wide, as the directory has it now. */
  readonly isConsented: boolean;
  /** Whether the app's fresh token carries such a consent. */
  readonly isConsentedInToken: boolean;
}

/** What the answers mean. */
export interface CalendarVerdict extends PartialVerdict {
  /** `null` where too little was answered to tell. */
  readonly passed: boolean | null;
  readonly tries: readonly {
    readonly address: string;
    readonly isListed: boolean;
    readonly outcome: CalendarOutcome;
  }[];
}

/** Judges the tries. An opening outside the list fails also where it may be the cache: it is open now. */
export function judgeCalendars(evidence: CalendarEvidence): CalendarVerdict {
  const tries = evidence.tried.map((each) => ({ ...each, outcome: outcomeOf(each, evidence) }));
  const of = (outcome: CalendarOutcome, isListed?: boolean): typeof tries =>
    tries.filter((each) => each.outcome === outcome && (isListed === undefined || each.isListed === isListed));
  const minutes = remaining(evidence);
  const [stillOpen, late] = [mailboxesOf(of("still open")), mailboxesOf(of("not yet effective"))];
  const [unanswered, absent] = [of("not answered"), mailboxesOf(of("no mailbox"))];
  const findings = [
    ...wrongWith("graphRefused", of("refused"), false),
    ...wrongWith("graphOpen", of("open"), false),
    ...(stillOpen.length > 0 ? [wrong({ code: "graphStillOpen", mailboxes: stillOpen, minutes }, true)] : []),
  ];
  const notes: Fact[] = late.length > 0 ? [{ code: "graphNotYetEffective", mailboxes: late, minutes }] : [];
  const reason = unanswered[0]?.answer.reason ?? "";
  const notProved: Fact[] = [
    ...(absent.length > 0 ? [{ code: "graphNoMailbox", mailboxes: absent } as const] : []),
    ...(unanswered.length > 0 ? [{ code: "graphNoAnswer", mailboxes: mailboxesOf(unanswered), reason } as const] : []),
  ];
  const isWhole = unanswered.length === 0 && of("no mailbox", true).length === 0;
  return {
    passed: findings.length > 0 ? false : isWhole ? true : null,
    tries: tries.map(({ address, isListed, outcome }) => ({ address, isListed, outcome })),
    findings,
    notes,
    notProved,
  };
}

function outcomeOf(tried: TriedCalendar, evidence: CalendarEvidence): CalendarOutcome {
  const { answer, isListed, isAuthorized } = tried;
  switch (answer.kind) {
    case "open":
      if (isListed) return "allowed";
      return !isAuthorized && !evidence.isConsented && mayBeCache(evidence) ? "still open" : "open";
    case "refused":
      if (!isListed) return "denied";
      return isAuthorized && isRecent(evidence) ? "not yet effective" : "refused";
    case "absent":
      return "no mailbox";
    case "unanswered":
      return "not answered";
  }
}

/** A consent in a fresh token that the directory has no more was taken away a moment ago. */
function mayBeCache(evidence: CalendarEvidence): boolean {
  return isRecent(evidence) || (evidence.isConsentedInToken && !evidence.isConsented);
}

/** An unknown age is an old one here: nothing is excused on a guess. */
function isRecent({ sinceChange }: CalendarEvidence): boolean {
  return sinceChange !== undefined && sinceChange < propagation;
}

/** Minutes until a change is effective everywhere, at most. */
function remaining({ sinceChange = 0 }: CalendarEvidence): number {
  return Math.ceil(Math.max(0, propagation - Math.max(0, sinceChange)) / 60_000);
}
