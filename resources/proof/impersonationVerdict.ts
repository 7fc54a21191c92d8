/** What the evidence about an access means: pure, so that every way to be wrong can be tested. */
import { judgeEntrants, summarizeEntrants, type EntrantsEvidence, type EntrantsVerdict } from "./entrants.ts";
import { compareWithList, idsOf, type Member } from "../recipients/memberList.ts";
import type { Inside } from "../recipients/scopeMembers.ts";
import { describeSample, listedMailboxesAre, nameSome, staysOut } from "./sentence.ts";

/** What was asked for. */
export interface Asked {
  readonly reach: "group" | "organization";
  readonly role: string;
  readonly members: readonly Member[];
  /** Who got in when the stack began (entrants.ts); `undefined` at the beginning. */
  readonly entrantsBaseline?: string | undefined;
}

/** A role assignment as far as a verdict needs it. */
export interface AssignmentEvidence {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** `User`, `RoleGroup`, `RoleAssignmentPolicy`, … */
  readonly assigneeType: string;
  readonly assignee: string;
  readonly enabled: boolean;
  readonly isRegular: boolean;
  readonly writeScope: string;
  /** Name of the custom scope; empty without one. */
  readonly customScope: string;
  /**
   * Whether it is an end-user role, held through the assignment policy of the user's own mailbox: such roles are about
   * the user's own things, though one of the default ones (MyTeamMailboxes) is written `Organization`.
   */
  readonly isEndUserRole: boolean;
}

/** One mailbox that was asked about by itself. */
export interface Probe {
  readonly address: string;
  readonly id: string;
  /** Whether the list says that it may be reached. */
  readonly isListed: boolean;
  /** Whether it is one of those that must stay out, which every proof asks about. */
  readonly mustStayOut: boolean;
  /** GUIDs of the service user's assignments that allow it to reach this mailbox. */
  readonly openedBy: readonly string[];
}

/** What Exchange says now. */
export interface Evidence {
  /** Our assignment as it is now; `undefined` where it is gone. */
  readonly assignment: AssignmentEvidence | undefined;
  /** Name of our role group now; `undefined` where it is gone. */
  readonly roleGroup: string | undefined;
  /** The scope that the live assignment names; `undefined` without one. */
  readonly scope: { readonly id: string; readonly name: string; readonly filter: string } | undefined;
  /** Whether that scope is the stack's own, names exactly our group, and is not exclusive. */
  readonly scopeIsOurs: boolean;
  readonly inside: readonly Inside[];
  /** All assignments that reach the service user, ours included: any role, any name, through any group. */
  readonly assignments: readonly AssignmentEvidence[];
  readonly probes: readonly Probe[];
  /** Whether the service user is blocked from signing in. */
  readonly userIsBlocked: boolean;
  readonly userExists: boolean;
  /** Who else gets in. */
  readonly entrants: EntrantsEvidence;
  readonly exclusive: readonly ExclusiveScope[];
}

/** An exclusive scope of the organisation, and who is in it. */
export interface ExclusiveScope {
  readonly name: string;
  readonly inside: readonly Member[];
}

/** One thing that is wrong. */
export interface Finding {
  /** One sentence for the operator; names the mailboxes. */
  readonly text: string;
  /** Whether a moment's lag between back ends can explain it. */
  readonly mayPass: boolean;
}

/**
 * What a check's input `verdict` asks for: so a preview promises no proof before there is one, and shows one that fails as
 * what it says. The output `verdict` is `passed`, or what is wrong.
 */
export const toBeProved = "to be proved";

/** One of several verdicts that make up a proof. */
export interface PartialVerdict {
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly notProved: readonly string[];
}

/** What the evidence means. */
export interface Verdict extends PartialVerdict {
  readonly passed: boolean;
  /** What is wrong, the third verdict's findings included. */
  readonly findings: readonly Finding[];
  /** Who gets in beside the service user. */
  readonly entrants: EntrantsVerdict;
  /** One sentence: what was proved, or how many things are wrong. */
  readonly summary: string;
  /** Who was asked about one by one beside those that must stay out; empty where nobody was. */
  readonly sample: string;
}

/** Write scopes of other assignments that open nobody else's mailbox. */
const harmlessScopes = new Set(["None", "NotApplicable", "Self", "MyGAL", "MyDistributionGroups"]);

/** Judges the evidence; never throws. */
export function judge(asked: Asked, evidence: Evidence): Verdict {
  const entrants = judgeEntrants(evidence.entrants, asked.entrantsBaseline);
  const findings = [
    ...judgeAssignment(asked, evidence),
    ...(asked.reach === "group" && evidence.scope !== undefined ? judgeInside(evidence.inside, asked.members) : []),
    ...(asked.reach === "group" ? judgeExclusive(evidence.exclusive, asked.members) : []),
    ...judgeOthers(asked, evidence),
    ...judgeProbes(evidence),
    ...entrants.findings,
  ];
  return {
    passed: findings.length === 0,
    findings,
    entrants,
    notes: entrants.notes,
    summary: summarize(asked, evidence, findings, entrants),
    sample: describeSample(evidence.probes),
    notProved: [...notProved, ...entrants.notProved],
  };
}

function judgeAssignment(asked: Asked, evidence: Evidence): Finding[] {
  const { assignment, roleGroup, scope } = evidence;
  const wrong = (text: string, mayPass = false): Finding => ({ text, mayPass });
  if (assignment === undefined) return [wrong("the role assignment does not exist", true)];
  const name = `the role assignment "${assignment.name}"`;
  const findings: Finding[] = [];
  if (!evidence.userExists) findings.push(wrong("the service user does not exist in Exchange", true));
  if (evidence.userIsBlocked) {
    findings.push(
      wrong("the service user is blocked from signing in (somebody stopped it; setting regrant unblocks it)"),
    );
  }
  if (!evidence.assignments.some((held) => held.id === assignment.id)) {
    findings.push(wrong(`the service user does not hold ${name}: it is no member of the role group`, true));
  }
  if (assignment.role !== asked.role) findings.push(wrong(`${name} assigns ${assignment.role}, not ${asked.role}`));
  if (roleGroup === undefined || assignment.assignee !== roleGroup) {
    findings.push(wrong(`${name} belongs to ${assignment.assignee}, not to the stack's role group`));
  }
  if (!assignment.enabled) {
    findings.push(wrong(`${name} is disabled (somebody stopped it; setting regrant enables it)`));
  }
  if (!assignment.isRegular) findings.push(wrong(`${name} is a delegating one`));
  if (asked.reach === "organization") {
    if (assignment.writeScope !== "Organization") {
      findings.push(
        wrong(`${name} is limited to ${describeScope(assignment)}, though the whole organization was asked for`),
      );
    }
    return findings;
  }
  if (assignment.writeScope !== "CustomRecipientScope") {
    findings.push(
      wrong(`${name} has the write scope ${describeScope(assignment)}: it reaches beyond the listed mailboxes`),
    );
  } else if (scope === undefined) {
    findings.push(wrong(`${name} names the scope "${assignment.customScope}", which cannot be found`, true));
  } else if (!evidence.scopeIsOurs) {
    findings.push(wrong(`the scope "${scope.name}" is not limited to the stack's security group: ${scope.filter}`));
  }
  return findings;
}

function describeScope(assignment: AssignmentEvidence): string {
  return assignment.customScope === "" ? assignment.writeScope : `${assignment.customScope} (${assignment.writeScope})`;
}

/** A scope holds exactly the listed mailboxes, or what is wrong with it. */
export function judgeInside(inside: readonly Inside[], members: readonly Member[]): Finding[] {
  const { more, less } = compareWithList(inside, members);
  return [
    ...(more.length > 0 ? [{ text: `inside the scope but not listed: ${nameSome(more)}`, mayPass: true }] : []),
    ...(less.length > 0 ? [{ text: `listed but not inside the scope: ${nameSome(less)}`, mayPass: true }] : []),
  ];
}

/**
 * Any other assignment of the service user must open nothing, or nothing beyond the same role on the same scope: another
 * role there is more than calendars.
 */
function judgeOthers({ role }: Asked, { assignments, assignment, scope, scopeIsOurs }: Evidence): Finding[] {
  const isInside = (other: AssignmentEvidence): boolean =>
    scopeIsOurs && other.isRegular && isScopedBy(other, scope?.name);
  return assignments
    .filter((other) => other.id !== assignment?.id && reachesFurther(other))
    .filter((other) => !(isInside(other) && other.role === role))
    .map((other) => ({
      text: `the service user also has ${describeHolding(other)}, which ${isInside(other) ? `is more than ${role}` : "reaches further"}`,
      mayPass: false,
    }));
}

/** Whether an assignment opens anything of others to the service user. */
export function reachesFurther({ enabled, isRegular, writeScope, isEndUserRole }: AssignmentEvidence): boolean {
  return enabled && !(isRegular && (harmlessScopes.has(writeScope) || isEndUserRole));
}

/** For example `"Mail" (Mail Recipients through Help Desk, Organization)`. */
export function describeHolding(held: AssignmentEvidence): string {
  return `"${held.name}" (${held.role} through ${held.assignee}, ${describeScope(held)})`;
}

/** An exclusive scope takes its recipients away from every assignment that does not name it (facts/exchange.md §2.1). */
export function judgeExclusive(scopes: readonly ExclusiveScope[], members: readonly Member[]): Finding[] {
  const listed = idsOf(members);
  return scopes.flatMap(({ name, inside }) => {
    const taken = inside.filter(({ id }) => listed.has(id));
    if (taken.length === 0) return [];
    const text = `the exclusive scope "${name}" holds ${nameSome(taken)}: impersonation is refused there, whatever the stack's scope says (take the mailbox out of that scope, or off the list)`;
    return [{ text, mayPass: false }];
  });
}

function isScopedBy({ writeScope, customScope }: AssignmentEvidence, scope: string | undefined): boolean {
  return writeScope === "CustomRecipientScope" && customScope === scope;
}

function judgeProbes({ probes }: Evidence): Finding[] {
  const open = probes.filter((probe) => !probe.isListed && probe.openedBy.length > 0);
  const shut = probes.filter((probe) => probe.isListed && probe.openedBy.length === 0);
  return [
    ...(open.length > 0 ? [{ text: `can be reached but must not: ${nameSome(open)}`, mayPass: true }] : []),
    ...(shut.length > 0 ? [{ text: `cannot be reached but is listed: ${nameSome(shut)}`, mayPass: true }] : []),
  ];
}

function summarize(
  asked: Asked,
  { probes }: Evidence,
  findings: readonly Finding[],
  entrants: EntrantsVerdict,
): string {
  if (findings.length > 0) return `not proved: ${findings.map((finding) => finding.text).join("; ")}`;
  return asked.reach === "organization"
    ? `proved: the assignment is the stack's own and opens every mailbox of the organization, as asked for; ${summarizeEntrants(entrants)}`
    : `proved: ${listedMailboxesAre(asked.members.length)} inside the scope; ${staysOut(probes)}${summarizeEntrants(entrants)}`;
}

const notProved = [
  "mailbox and folder permissions that were given elsewhere (Full Access, calendar sharing)",
  "what Exchange's authorisation cache still allows or refuses for a while after a change",
  "that the service user can sign in (multi-factor authentication, conditional access)",
];
