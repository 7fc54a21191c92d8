/**
 * Nobody else gets in: the third verdict of a proof, in both access modes; pure. The other two say *what* is reached,
 * this one *who* may use it: by a key of the app, as a member of the role group, or by an assignment of others on the
 * stack's scope or group (design.md §7.12).
 */
import type { ForeignUse, Users } from "./foreignUses.ts";
import type { PartialVerdict } from "./impersonationVerdict.ts";

/** Somebody or something beside what the stack made that gets in, or can let itself in. */
export interface Entrant {
  /** What it goes by in a baseline, e.g. `owner 4f1c…`: kind and identity, without a line break. */
  readonly key: string;
  /** Who gets in, and through what. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether a moment's lag between back ends can explain it. */
  readonly mayPass: boolean;
  /** Whether it is recorded at the beginning, and so accepted: only what was said then, or cannot be otherwise. */
  readonly mayBeThere: boolean;
  /** Whether it can only be the identity that made the object for the stack, where it was there at the beginning. */
  readonly isMaker?: boolean;
}

/** What was found about who gets in. */
export interface EntrantsEvidence {
  readonly entrants: readonly Entrant[];
  readonly notes: readonly string[];
  readonly notProved: readonly string[];
}

/** The verdict, and who was there when the stack began. */
export interface EntrantsVerdict extends PartialVerdict {
  /** What they go by, a line each, to be kept in the state. */
  readonly baseline: string;
  /** Who of them gets in now: accepted, and shown by `verify`. */
  readonly accepted: readonly string[];
  /** Of these, all but the identity that made the object for the stack: somebody else. */
  readonly acceptedOthers: readonly string[];
}

/**
 * Judges who gets in.
 * @param baseline what was there at the beginning; `undefined` at the beginning itself
 */
export function judgeEntrants(evidence: EntrantsEvidence, baseline: string | undefined): EntrantsVerdict {
  const { entrants, notes, notProved } = evidence;
  const first = baseline ?? baselineOf(entrants);
  const known = new Set(first.split("\n"));
  const isKnown = ({ key }: Entrant): boolean => known.has(key);
  const [there, strangers] = [entrants.filter(isKnown), entrants.filter((each) => !isKnown(each))];
  return {
    findings: strangers.map(({ text, remedy, mayPass }) => ({ text: `${text} (${remedy})`, mayPass })),
    notes,
    notProved,
    baseline: first,
    accepted: there.map(({ text }) => text),
    acceptedOthers: there.filter(({ isMaker }) => isMaker !== true).map(({ text }) => text),
  };
}

/** What is recorded at the beginning, sorted. */
export function baselineOf(entrants: readonly Entrant[]): string {
  const keys = entrants.filter(({ mayBeThere }) => mayBeThere).map(({ key }) => key);
  return [...new Set(keys)].toSorted().join("\n");
}

/** For example "nobody else gets in": never said while anybody does, accepted or not. */
export function summarizeEntrants(verdict: Pick<EntrantsVerdict, "findings" | "acceptedOthers">): string {
  const { findings, acceptedOthers } = verdict;
  if (findings.length > 0) return `somebody else gets in: ${findings.map(({ text }) => text).join("; ")}`;
  return acceptedOthers.length === 0 ? "nobody else gets in" : whoGetsIn(verdict);
}

/** For an output: `nobody else`, `nobody else but …`, `somebody else`. */
export function whoGetsIn({ findings, acceptedOthers }: Pick<EntrantsVerdict, "findings" | "acceptedOthers">): string {
  if (findings.length > 0) return "somebody else";
  return acceptedOthers.length === 0
    ? "nobody else"
    : `nobody else but what was there at the beginning: ${acceptedOthers.join("; ")}`;
}

/** Says at the beginning what is accepted from then on. */
export function reportAccepted(
  { report }: { readonly report: (line: string) => void },
  title: string,
  { acceptedOthers }: Pick<EntrantsVerdict, "acceptedOthers">,
): void {
  for (const text of acceptedOthers) report(`${title}: accepted, because it was there at the beginning: ${text}.`);
}

/** What others do with the stack's scope and group; never accepted as a beginning, because adopting refuses it. */
export function entrantsByUses(uses: readonly ForeignUse[], { policies }: Pick<Users, "policies">): EntrantsEvidence {
  return {
    entrants: uses.filter(({ isOpen }) => isOpen).map(entrantOfUse),
    notes: uses.filter(({ isOpen }) => !isOpen).map((use) => `opens nothing now: ${titleOf(use)} uses ${use.through}`),
    notProved:
      policies === undefined
        ? ["whether an application access policy opens the security group to other apps: it could not be read"]
        : [],
  };
}

function entrantOfUse(use: ForeignUse): Entrant {
  return {
    key: `${use.kind} ${use.id}`,
    text: `${titleOf(use)} uses ${use.through}, so that each listed mailbox is open to it, too`,
    remedy: "give it a scope or a group of its own, or remove it",
    mayPass: false,
    mayBeThere: false,
  };
}

function titleOf({ kind, name, what }: ForeignUse): string {
  return kind === "policy"
    ? `an application access policy of the app ${name}`
    : `the role assignment "${name}" (${what})`;
}

/** Several pieces of evidence as one. */
export function joinEvidence(...parts: readonly EntrantsEvidence[]): EntrantsEvidence {
  return {
    entrants: parts.flatMap(({ entrants }) => entrants),
    notes: parts.flatMap(({ notes }) => notes),
    notProved: parts.flatMap(({ notProved }) => notProved),
  };
}
