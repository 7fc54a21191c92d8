/** What the verdicts about both access modes have in common; pure. */
import { compareWithList, type Member } from "../recipients/memberList.ts";
import type { Inside } from "../recipients/scopeMembers.ts";
import { wrong, wrongWith, type Fact, type Finding } from "./finding.ts";

/**
 * What a check's input `verdict` asks for: so a preview promises no proof before there is one, and shows one that fails as
 * what it says. The output `verdict` is `passed`, or what is wrong.
 */
export const toBeProved = "to be proved";

/** One of several verdicts that make up a proof. */
export interface PartialVerdict {
  readonly findings: readonly Finding[];
  readonly notes: readonly Fact[];
  readonly notProved: readonly Fact[];
}

/** What a proof rests on, as its summary says it. */
export interface Basis {
  readonly reach: "group" | "organization";
  /** How many mailboxes are listed. */
  readonly listed: number;
  /** How many were asked about that must stay out. */
  readonly mustStayOut: number;
  /** How many others were asked about one by one. */
  readonly sample: { readonly listed: number; readonly others: number };
}

/** What a proof of these mailboxes rests on. */
export function basisOf(
  { reach, members }: { readonly reach: Basis["reach"]; readonly members: readonly Member[] },
  probes: readonly { readonly isListed: boolean; readonly mustStayOut: boolean }[],
): Basis {
  const sample = probes.filter(({ mustStayOut }) => !mustStayOut);
  const inside = sample.filter(({ isListed }) => isListed).length;
  return {
    reach,
    listed: members.length,
    mustStayOut: probes.length - sample.length,
    sample: { listed: inside, others: sample.length - inside },
  };
}

/**
 * A scope holds exactly the listed mailboxes, or what is wrong with it.
 * @param areListed `false` where the members are the group's and not the list's: who is too many, its own refresh says
 */
export function judgeInside(inside: readonly Inside[], members: readonly Member[], areListed = true): Finding[] {
  const { more, less } = compareWithList(inside, members);
  if (!areListed) {
    return [wrong({ code: "groupNotAsListed", remedy: "runUp" }, true), ...wrongWith("insideNotInGroup", more)];
  }
  return [...wrongWith("insideNotListed", more), ...wrongWith("listedNotInside", less)];
}
