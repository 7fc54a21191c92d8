// What `verify` says about who else gets in: the same for both access modes.
import type { EntrantsVerdict } from "../../resources/proof/entrants.ts";
import type { Finding } from "../../resources/proof/finding.ts";
import { sentenceOf, withText, type Said } from "../../resources/proof/words/english.ts";

/** Its JSON form. */
export interface EntrantsReport {
  readonly nobodyElse: boolean;
  /** Who gets in, through what, and what to do about it. */
  readonly findings: readonly Said<Finding>[];
  /** Who got in when the stack began, and still does: accepted then. */
  readonly accepted: readonly Said[];
}

/** The report about who gets in; pure. */
export function reportEntrants({ findings, accepted }: EntrantsVerdict): EntrantsReport {
  return {
    nobodyElse: findings.length === 0,
    findings: findings.map(withText),
    // What was accepted at the beginning needs no remedy.
    accepted: accepted.map((fact) => ({ ...fact, text: sentenceOf(fact) })),
  };
}

/** As a fact of a report for people. */
export function describeEntrants({ nobodyElse }: EntrantsReport): string {
  return nobodyElse ? "nobody else" : "SOMEBODY ELSE";
}
