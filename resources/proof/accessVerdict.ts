/** The verdict about an access, of either mode: four verdicts, told apart, and what they rest on; pure. */
import type { EntrantsVerdict } from "./entrants.ts";
import type { Fact, Finding } from "./finding.ts";
import type { Basis } from "./verdict.ts";
import type { WithWayIn } from "./wayIn.ts";

/** The first three verdicts; the fourth one is joined by `withWayIn`. */
export interface AccessVerdict {
  readonly passed: boolean;
  readonly scopedAccessHolds: boolean;
  readonly nothingReachesWider: boolean;
  readonly nobodyElseGetsIn: boolean;
  /** What keeps the scoped access from holding. */
  readonly scoped: readonly Finding[];
  /** What reaches wider. */
  readonly wider: readonly Finding[];
  /** Who gets in beside the call centre. */
  readonly entrants: EntrantsVerdict;
  readonly notes: readonly Fact[];
  readonly notProved: readonly Fact[];
  readonly basis: Basis;
}

/** Joins the three verdicts; `notes` and `notProved` are those beside the third one's. */
export function joinVerdicts({
  scoped,
  wider,
  entrants,
  notes,
  notProved,
  basis,
}: Pick<AccessVerdict, "scoped" | "wider" | "entrants" | "notes" | "notProved" | "basis">): AccessVerdict {
  const [scopedAccessHolds, nothingReachesWider] = [scoped.length === 0, wider.length === 0];
  const nobodyElseGetsIn = entrants.findings.length === 0;
  return {
    passed: scopedAccessHolds && nothingReachesWider && nobodyElseGetsIn,
    scopedAccessHolds,
    nothingReachesWider,
    nobodyElseGetsIn,
    scoped,
    wider,
    entrants,
    notes: [...notes, ...entrants.notes],
    notProved: [...notProved, ...entrants.notProved],
    basis,
  };
}

/** Everything that is wrong, in the order of the verdicts. */
export function findingsOf({ scoped, wider, entrants, wayIn }: WithWayIn<AccessVerdict>): readonly Finding[] {
  return [...scoped, ...wider, ...entrants.findings, ...wayIn.findings];
}
