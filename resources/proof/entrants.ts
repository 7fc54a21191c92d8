/**
 * Nobody else gets in: the third verdict of a proof, in both access modes; pure. The other two say *what* is reached,
 * this one *who* may use it: by a key of the app, as a member of the role group, or by an assignment of others on the
 * stack's scope or group (design.md §7.12).
 */
import type { ForeignUse, Users } from "./foreignUses.ts";
import { wrong, type Fact } from "./finding.ts";
import type { ForeignUseSubjects, WideRoleSubject } from "./subjects.ts";
import type { PartialVerdict } from "./verdict.ts";

/** Somebody or something beside what the stack made that gets in, or can let itself in. */
export interface Entrant {
  /** What it goes by in a baseline, e.g. `owner 4f1c…`: kind and identity, without a line break. */
  readonly key: string;
  /** Who gets in, through what, and what to do about it. */
  readonly fact: Fact;
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
  readonly notes: readonly Fact[];
  readonly notProved: readonly Fact[];
}

/** The verdict, and who was there when the stack began. */
export interface EntrantsVerdict extends PartialVerdict {
  /** What they go by, a line each, to be kept in the state. */
  readonly baseline: string;
  /** Who of them gets in now: accepted, and shown by `verify`. */
  readonly accepted: readonly Fact[];
  /** Of these, all but the identity that made the object for the stack: somebody else. */
  readonly acceptedOthers: readonly Fact[];
}

/** What is known of the beginning. */
export interface Beginning {
  /** Who was there at the first proof; `undefined` at that proof itself. */
  readonly baseline: string | undefined;
  /** Who was there when the object was taken over (takenOver.ts); `undefined` for one that the stack made. */
  readonly takenOver: ReadonlySet<string> | undefined;
}

/** Judges who gets in. */
export function judgeEntrants(evidence: EntrantsEvidence, { baseline, takenOver }: Beginning): EntrantsVerdict {
  const { entrants, notes, notProved } = evidence;
  const wasThere = ({ key, isMaker }: Entrant): boolean =>
    takenOver === undefined || takenOver.has(key) || isMaker === true;
  const first = baseline ?? baselineOf(entrants.filter(wasThere));
  const known = new Set(first.split("\n"));
  const isKnown = ({ key }: Entrant): boolean => known.has(key);
  const [there, strangers] = [entrants.filter(isKnown), entrants.filter((each) => !isKnown(each))];
  return {
    findings: strangers.map(({ fact, mayPass }) => wrong(fact, mayPass)),
    notes,
    notProved,
    baseline: first,
    accepted: there.map(({ fact }) => fact),
    acceptedOthers: there.filter(({ isMaker }) => isMaker !== true).map(({ fact }) => fact),
  };
}

/** What is recorded at the beginning, sorted. */
export function baselineOf(entrants: readonly Entrant[]): string {
  const keys = entrants.filter(({ mayBeThere }) => mayBeThere).map(({ key }) => key);
  return [...new Set(keys)].toSorted().join("\n");
}

/** What others do with the stack's scope and group; never accepted as a beginning, because adopting refuses it. */
export function entrantsByUses(uses: readonly ForeignUse[], { policies }: Pick<Users, "policies">): EntrantsEvidence {
  return {
    entrants: uses.filter(({ isOpen }) => isOpen).map(entrantOfUse),
    notes: uses.filter(({ isOpen }) => !isOpen).map((use): Fact => ({ code: "foreignUseInert", ...subjectsOf(use) })),
    notProved: policies === undefined ? [{ code: "policiesUnread" }] : [],
  };
}

/** Others who reach everybody's mailbox, told and no more: they come in by an access of their own. */
export function notesOfWideRoles(roles: readonly WideRoleSubject[]): EntrantsEvidence {
  const notes: Fact[] = roles.length === 0 ? [] : [{ code: "othersReachAll", roles, remedy: "auditOthers" }];
  return { entrants: [], notes, notProved: [] };
}

function entrantOfUse(use: ForeignUse): Entrant {
  return {
    key: `${use.kind} ${use.id}`,
    fact: { code: "foreignUse", ...subjectsOf(use), remedy: "giveOwnScope" },
    mayPass: false,
    mayBeThere: false,
  };
}

function subjectsOf({ kind, id, name, what, through }: ForeignUse): ForeignUseSubjects {
  return { kind, id, name, what, through };
}

/** Several pieces of evidence as one. */
export function joinEvidence(...parts: readonly EntrantsEvidence[]): EntrantsEvidence {
  return {
    entrants: parts.flatMap(({ entrants }) => entrants),
    notes: parts.flatMap(({ notes }) => notes),
    notProved: parts.flatMap(({ notProved }) => notProved),
  };
}
