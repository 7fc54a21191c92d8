/** Makes sentences of what a proof found, by the tables of a language. Pure. */
import { visible } from "../../../network/visible.ts";
import type { Fact, Remedy, ShutReason, Subjects, UnknownReason, WayInSubjects } from "../finding.ts";
import type { ShutSubjects, UnknownSubjects } from "../subjects.ts";

/** A sentence for each code of a group: the compiler refuses a table that lacks one. */
export type Words<Subjects> = { readonly [Code in keyof Subjects]: (subjects: Subjects[Code]) => string };

/** Everything that a language needs. */
export interface Tables {
  readonly facts: Words<Omit<Subjects, keyof WayInSubjects>>;
  /** Around the sentence of a reason. */
  readonly wayIn: { readonly [Code in keyof WayInSubjects]: (reason: string) => string };
  readonly reasons: Words<ShutSubjects & UnknownSubjects>;
  /** What goes on after the sentence. */
  readonly remedies: Readonly<Record<Remedy, string>>;
}

/** What says it. */
export interface Speaker {
  /** One sentence for the operator, without its full stop; it names the mailboxes, and ends with the remedy. */
  readonly say: (fact: Fact) => string;
  /** As {@link say}, without what can be done about it. */
  readonly sentenceOf: (fact: Fact) => string;
  /** Why the way in is shut, or unknown. */
  readonly sayReason: (reason: ShutReason | UnknownReason) => string;
}

/** The speaker of a language. What the tenant's names hold is read in a sentence, and never obeyed by a terminal. */
export function speakerOf({ facts, wayIn, reasons, remedies }: Tables): Speaker {
  const remedyOf = ({ remedy }: { readonly remedy?: Remedy }): string => (remedy === undefined ? "" : remedies[remedy]);
  const sayReason = (reason: ShutReason | UnknownReason): string => {
    const word = reasons[reason.code] as (subjects: ShutReason | UnknownReason) => string;
    return visible(word(reason)) + remedyOf(reason);
  };
  const sentenceOf = (fact: Fact): string => {
    if (fact.code === "wayInShut" || fact.code === "wayInUnknown") return wayIn[fact.code](sayReason(fact.reason));
    const word = facts[fact.code] as (subjects: Fact) => string;
    return visible(word(fact));
  };
  return { sentenceOf, sayReason, say: (fact) => sentenceOf(fact) + remedyOf(fact) };
}
