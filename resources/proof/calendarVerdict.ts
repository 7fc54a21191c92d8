/**
 * What Graph's own answers mean beside what Exchange says; pure. The authorisation cache makes both a new right and an
 * old one late, by 30 minutes to 2 hours: a refusal or an opening in that time need not be what the rights are now
 * (facts/calendar-access.md §3, facts/exchange.md §3.6).
 */
import type { CalendarAnswer } from "../../directory/calendarProbe.ts";
import { propagation } from "./propagation.ts";
import { nameSome } from "./sentence.ts";
import type { Finding } from "./impersonationVerdict.ts";

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
export interface CalendarVerdict {
  /** `null` where too little was answered to tell. */
  readonly passed: boolean | null;
  readonly tries: readonly {
    readonly address: string;
    readonly isListed: boolean;
    readonly outcome: CalendarOutcome;
  }[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly notProved: readonly string[];
}

/** Judges the tries. An opening outside the list fails also where it may be the cache: it is open now. */
export function judgeCalendars(evidence: CalendarEvidence): CalendarVerdict {
  const tries = evidence.tried.map((each) => ({ ...each, outcome: outcomeOf(each, evidence) }));
  const of = (outcome: CalendarOutcome, isListed?: boolean): typeof tries =>
    tries.filter((each) => each.outcome === outcome && (isListed === undefined || each.isListed === isListed));
  const late = remaining(evidence);
  const findings = [
    ...say(of("refused"), "refused by Graph but listed", false),
    ...say(of("open"), "its calendar can be read but must not be", false),
    ...say(of("still open"), `its calendar can still be read, though nothing grants it any more: ${late}`, true),
  ];
  const notes = say(
    of("not yet effective"),
    `not yet effective: refused by Graph, though Exchange authorises it: ${late}. Leave the app idle for 30 minutes before the next try: repeated tries are said to keep an old answer alive. So far refused`,
  ).map(({ text }) => text);
  const unanswered = of("not answered");
  const notProved = [
    ...say(of("no mailbox"), "Graph finds no mailbox"),
    ...say(unanswered, `no answer from Graph (${unanswered[0]?.answer.reason ?? ""})`),
  ].map(({ text }) => text);
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

function remaining({ sinceChange = 0 }: CalendarEvidence): string {
  const minutes = Math.ceil(Math.max(0, propagation - Math.max(0, sinceChange)) / 60_000);
  return `a change takes 30 minutes to 2 hours to be effective, here ${minutes} minutes more at most`;
}

function say(tries: readonly { readonly address: string }[], what: string, mayPass = false): Finding[] {
  if (tries.length === 0) return [];
  return [{ text: `${what}: ${nameSome(tries)}`, mayPass }];
}
