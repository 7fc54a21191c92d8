/** A proof in one sentence, in English, and what stands in the outputs of the checks. */
import type { Context } from "../../lifecycle/contract.ts";
import type { AccessVerdict } from "../accessVerdict.ts";
import type { ApplicationVerdict } from "../applicationVerdict.ts";
import type { EntrantsVerdict } from "../entrants.ts";
import { describeSample, listedMailboxesAre, staysOut } from "../sentence.ts";
import type { WayInVerdict, WithWayIn } from "../wayIn.ts";
import { say, sayAll, sayReason, sentenceOf } from "./english.ts";

type WhoGetsIn = Pick<EntrantsVerdict, "findings" | "acceptedOthers">;

/** For an output: `nobody else`, `nobody else but …`, `somebody else`. */
export function sayWhoGetsIn({ findings, acceptedOthers }: WhoGetsIn): string {
  if (findings.length > 0) return "somebody else";
  return acceptedOthers.length === 0
    ? "nobody else"
    : `nobody else but what was there at the beginning: ${acceptedOthers.map(sentenceOf).join("; ")}`;
}

/** For example "nobody else gets in": never said while anybody does, accepted or not. */
function summarizeEntrants(verdict: WhoGetsIn): string {
  const { findings, acceptedOthers } = verdict;
  if (findings.length > 0) return `somebody else gets in: ${sayAll(findings)}`;
  return acceptedOthers.length === 0 ? "nobody else gets in" : sayWhoGetsIn(verdict);
}

/** The state of the way in with its reasons: `open`, `shut: …`, `unknown: …`, `not asked: …`. */
export function sayWayIn({ state, reasons }: Pick<WayInVerdict, "state" | "reasons">): string {
  if (state === "not asked") return `${state}: the access is by Microsoft Graph, which EwsEnabled does not shut`;
  return reasons.length === 0 ? state : `${state}: ${reasons.map(sayReason).join("; ")}`;
}

/** Adds to the summary of a proof that the way in is shut. */
function withWayIn(isProved: boolean, summary: string, { state, findings }: WayInVerdict): string {
  return state === "shut" ? `${isProved ? "not proved" : summary}; ${sayAll(findings)}` : summary;
}

/** What was proved, or everything that is wrong. */
export function summarizeImpersonation(verdict: WithWayIn<AccessVerdict>): string {
  const { scoped, wider, basis, entrants, wayIn } = verdict;
  const own = [...scoped, ...wider, ...entrants.findings];
  return withWayIn(own.length === 0, own.length > 0 ? `not proved: ${sayAll(own)}` : proved(), wayIn);

  function proved(): string {
    return basis.reach === "organization"
      ? `proved: the assignment is the stack's own and opens every mailbox of the organization, as asked for; ${summarizeEntrants(entrants)}`
      : `proved: ${listedMailboxesAre(basis.listed)} inside the scope; ${staysOut(basis.mustStayOut)}${summarizeEntrants(entrants)}`;
  }
}

/** The three verdicts, told apart, with what was proved or everything that is wrong. */
export function summarizeApplication(verdict: WithWayIn<ApplicationVerdict>): string {
  const { scoped, wider, basis, entrants, wayIn } = verdict;
  const first =
    scoped.length > 0
      ? `scoped access does not hold: ${sayAll(scoped)}`
      : basis.reach === "organization"
        ? "access holds for the whole organization, as asked for"
        : `scoped access holds: ${listedMailboxesAre(basis.listed)} inside the scope`;
  const second =
    wider.length > 0
      ? `something reaches wider: ${sayAll(wider)}`
      : `${staysOut(basis.mustStayOut)}nothing reaches wider`;
  const isProved = scoped.length === 0 && wider.length === 0 && entrants.findings.length === 0;
  return withWayIn(isProved, `${first}; ${second}; ${summarizeEntrants(entrants)}`, wayIn);
}

/** Says at the beginning what is accepted from then on. */
export function reportAccepted(
  { report }: Pick<Context, "report">,
  title: string,
  { acceptedOthers }: Pick<EntrantsVerdict, "acceptedOthers">,
): void {
  for (const fact of acceptedOthers) {
    report(`${title}: accepted, because it was there at the beginning: ${sentenceOf(fact)}.`);
  }
}

/** What both checks put out of a verdict. */
export function outputsInEnglish(
  verdict: Pick<WithWayIn<AccessVerdict>, "passed" | "notes" | "notProved" | "basis" | "entrants" | "wayIn">,
  summary: string,
) {
  return {
    verdict: verdict.passed ? "passed" : summary,
    summary,
    whoGetsIn: sayWhoGetsIn(verdict.entrants),
    wayIn: sayWayIn(verdict.wayIn),
    notes: verdict.notes.map(say),
    notProved: verdict.notProved.map(say),
    sample: describeSample(verdict.basis.sample),
    entrantsBaseline: verdict.entrants.baseline,
  };
}
