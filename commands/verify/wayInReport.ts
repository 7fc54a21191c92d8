// What `verify` says about the way in, in both access modes.
import type { WayInVerdict } from "../../resources/proof/wayIn.ts";
import type { Finding, ShutReason, UnknownReason } from "../../resources/proof/finding.ts";
import { sayReason, withText, type Said } from "../../resources/proof/words/english.ts";
import { sayWayIn } from "../../resources/proof/words/summariesEnglish.ts";

/** Its JSON form. */
export interface WayInReport {
  readonly state: WayInVerdict["state"];
  /** Why it is not simply open. */
  readonly reasons: readonly ((ShutReason | UnknownReason) & { readonly text: string })[];
  /** The state with its reasons. */
  readonly summary: string;
  readonly findings: readonly Said<Finding>[];
}

/** The report about the way in; pure. */
export function reportWayIn(verdict: WayInVerdict): WayInReport {
  return {
    state: verdict.state,
    reasons: verdict.reasons.map((reason) => ({ ...reason, text: sayReason(reason) })),
    summary: sayWayIn(verdict),
    findings: verdict.findings.map(withText),
  };
}
