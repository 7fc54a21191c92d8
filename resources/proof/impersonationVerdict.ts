/** What the evidence about an access means: pure, so that every way to be wrong can be tested. */
import type { HeldDirectoryRole } from "../../directory/consents.ts";
import { joinVerdicts, type AccessVerdict } from "./accessVerdict.ts";
import { doubtsOfDirectoryRoles, judgeDirectoryRoles, notesOfDirectoryRoles } from "./consentVerdict.ts";
import { judgeEntrants, type EntrantsEvidence } from "./entrants.ts";
import { mailboxesOf, wrong, wrongWith, type Fact, type Finding } from "./finding.ts";
import { idsOf, type Member } from "../recipients/memberList.ts";
import type { Inside } from "../recipients/scopeMembers.ts";
import type { ObjectSubject } from "./subjects.ts";
import { basisOf, judgeInside } from "./verdict.ts";

/** What was asked for. */
export interface ImpersonationAsked {
  readonly reach: "group" | "organization";
  readonly role: string;
  readonly members: readonly Member[];
  /** `false` where they are the group's, and the list is another; then nobody knows who is too many (listed.ts). */
  readonly areListed?: boolean;
  /** Who got in when the stack began (entrants.ts); `undefined` at the beginning. */
  readonly entrantsBaseline?: string | undefined;
  /** Who was there when the app or role group was taken over (takenOver.ts); `undefined` for the stack's own. */
  readonly takenOver?: ReadonlySet<string> | undefined;
  /** GUID of the stack's own assignment that the engine removes at the end of this `up`. */
  readonly going?: string | undefined;
}

/** A role assignment as far as a verdict needs it. */
export interface ImpersonationAssignmentEvidence {
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
export interface ImpersonationProbe {
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
export interface ImpersonationEvidence {
  /** Our assignment as it is now; `undefined` where it is gone. */
  readonly assignment: ImpersonationAssignmentEvidence | undefined;
  /** Name of our role group now; `undefined` where it is gone. */
  readonly roleGroup: string | undefined;
  /** The scope that the live assignment names; `undefined` without one. */
  readonly scope: { readonly id: string; readonly name: string; readonly filter: string } | undefined;
  /** Whether that scope is the stack's own, names exactly our group, and is not exclusive. */
  readonly scopeIsOurs: boolean;
  readonly inside: readonly Inside[];
  /** All assignments that reach the service user, ours included: any role, any name, through any group. */
  readonly assignments: readonly ImpersonationAssignmentEvidence[];
  readonly probes: readonly ImpersonationProbe[];
  /** Whether the service user is blocked from signing in. */
  readonly userIsBlocked: boolean;
  readonly userExists: boolean;
  /** The service user's directory roles in Entra; `undefined` where they could not be read. */
  readonly userRoles: readonly HeldDirectoryRole[] | undefined;
  /** Whether it is an Exchange Server's: Active Directory alone unblocks there. */
  readonly isServer: boolean;
  /** Who else gets in. */
  readonly entrants: EntrantsEvidence;
  readonly exclusive: readonly ExclusiveScope[];
}

/** An exclusive scope of the organisation, and who is in it. */
export interface ExclusiveScope {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly inside: readonly Member[];
}

/** Write scopes of other assignments that open nobody else's mailbox. */
const harmlessScopes = new Set(["None", "NotApplicable", "Self", "MyGAL", "MyDistributionGroups"]);

/** Judges the evidence; never throws. */
export function judgeImpersonation(asked: ImpersonationAsked, evidence: ImpersonationEvidence): AccessVerdict {
  const { reach, members, areListed } = asked;
  const isScoped = reach === "group";
  return joinVerdicts({
    scoped: [
      ...judgeAssignment(asked, evidence),
      ...(isScoped && evidence.scope !== undefined ? judgeInside(evidence.inside, members, areListed) : []),
      ...(isScoped ? judgeExclusive(evidence.exclusive, members) : []),
      ...judgeListed(evidence),
    ],
    wider: [
      ...judgeOthers(asked, evidence),
      ...judgeOutside(evidence),
      ...judgeDirectoryRoles(evidence.userRoles ?? [], "serviceUser"),
    ],
    entrants: judgeEntrants(evidence.entrants, { baseline: asked.entrantsBaseline, takenOver: asked.takenOver }),
    notes: notesOfDirectoryRoles(evidence.userRoles ?? [], "serviceUser"),
    notProved: [...notProved, ...doubtsOfUser(evidence)],
    basis: basisOf(asked, evidence.probes),
  });
}

function judgeAssignment(asked: ImpersonationAsked, evidence: ImpersonationEvidence): Finding[] {
  const { assignment: own, roleGroup } = evidence;
  if (own === undefined) return [wrong({ code: "assignmentMissing" }, true)];
  const assignment = subjectOf(own);
  return [
    ...(evidence.userExists ? [] : [wrong({ code: "userMissing" }, true)]),
    ...(evidence.userIsBlocked
      ? [wrong({ code: "userBlocked", remedy: evidence.isServer ? "enableInDirectory" : "unblockByRegrant" })]
      : []),
    ...(evidence.assignments.some((held) => held.id === own.id)
      ? []
      : [wrong({ code: "userOutsideRoleGroup", assignment }, true)]),
    ...(own.role === asked.role ? [] : [wrong({ code: "roleWrong", assignment, role: own.role, asked: asked.role })]),
    ...(roleGroup !== undefined && own.assignee === roleGroup
      ? []
      : [wrong({ code: "assigneeWrong", assignment, assignee: own.assignee })]),
    ...(own.enabled ? [] : [wrong({ code: "assignmentDisabled", assignment, remedy: "enableByRegrant" })]),
    ...(own.isRegular ? [] : [wrong({ code: "assignmentDelegating", assignment })]),
    ...judgeReach(asked, own, evidence),
  ];
}

function judgeReach(
  { reach }: ImpersonationAsked,
  own: ImpersonationAssignmentEvidence,
  { scope, scopeIsOurs }: ImpersonationEvidence,
): Finding[] {
  const [assignment, { writeScope, customScope }] = [subjectOf(own), own];
  if (reach === "organization") {
    if (writeScope === "Organization") return [];
    return [wrong({ code: "reachNarrower", assignment, writeScope, customScope })];
  }
  if (writeScope !== "CustomRecipientScope") {
    return [wrong({ code: "reachWider", assignment, writeScope, customScope })];
  }
  if (scope === undefined) return [wrong({ code: "scopeUnknown", assignment, scope: { name: customScope } }, true)];
  if (scopeIsOurs) return [];
  const { id, name, filter } = scope;
  return [wrong({ code: "scopeNotOurs", scope: { name, id }, filter })];
}

function subjectOf({ name, id }: ImpersonationAssignmentEvidence): ObjectSubject {
  return { name, id };
}

/**
 * Any other assignment of the service user must open nothing. One of the same role on the same scope opens no more, and
 * would go on to when the stack's own is stopped; only what this `up` removes at its end may be there. The stack's role group
 * is made without any: whatever else somebody put on it is told, also a role that is written to no recipient (transport
 * rules send copies of mail).
 */
function judgeOthers(
  { role, going }: ImpersonationAsked,
  { assignments, assignment, roleGroup, scope, scopeIsOurs }: ImpersonationEvidence,
): Finding[] {
  const isOfOurGroup = ({ assigneeType, assignee, enabled }: ImpersonationAssignmentEvidence): boolean =>
    enabled && assigneeType === "RoleGroup" && assignee === roleGroup;
  const isInside = (other: ImpersonationAssignmentEvidence): boolean =>
    scopeIsOurs && other.isRegular && isScopedBy(other, scope?.name);
  return assignments
    .filter((other) => other.id !== assignment?.id && (reachesFurther(other) || isOfOurGroup(other)))
    .filter((other) => !(isInside(other) && other.role === role && other.id === going))
    .map((other) => {
      if (isInside(other) && other.role === role) {
        return wrong({ code: "secondAssignment", assignment: subjectOf(other), role, remedy: "removeAssignment" });
      }
      const { role: held, assignee, writeScope, customScope } = other;
      const subjects = { assignment: subjectOf(other), role: held, assignee, writeScope, customScope };
      return wrong({
        code: "otherAssignment",
        ...subjects,
        asked: isInside(other) || !reachesFurther(other) ? role : "",
        remedy: "removeAssignment",
      });
    });
}

/** Whether an assignment opens anything of others to the service user. */
export function reachesFurther({
  enabled,
  isRegular,
  writeScope,
  isEndUserRole,
}: ImpersonationAssignmentEvidence): boolean {
  return enabled && !(isRegular && (harmlessScopes.has(writeScope) || isEndUserRole));
}

/** An exclusive scope takes its recipients away from every assignment that does not name it (facts/exchange.md §2.1). */
export function judgeExclusive(scopes: readonly ExclusiveScope[], members: readonly Member[]): Finding[] {
  const listed = idsOf(members);
  return scopes.flatMap(({ id: scopeId, name, inside }) => {
    const taken = inside.filter(({ id }) => listed.has(id));
    if (taken.length === 0) return [];
    const mailboxes = mailboxesOf(taken);
    return [wrong({ code: "exclusiveScope", scope: { name, id: scopeId }, mailboxes, remedy: "leaveExclusiveScope" })];
  });
}

function isScopedBy({ writeScope, customScope }: ImpersonationAssignmentEvidence, scope: string | undefined): boolean {
  return writeScope === "CustomRecipientScope" && customScope === scope;
}

function judgeListed({ probes }: ImpersonationEvidence): Finding[] {
  return wrongWith(
    "shutInside",
    probes.filter((probe) => probe.isListed && probe.openedBy.length === 0),
  );
}

function judgeOutside({ probes }: ImpersonationEvidence): Finding[] {
  return wrongWith(
    "openOutside",
    probes.filter((probe) => !probe.isListed && probe.openedBy.length > 0),
  );
}

const notProved: readonly Fact[] = [
  { code: "permissionsElsewhere" },
  { code: "exchangeCache" },
  { code: "userSignIn" },
  { code: "userPassword" },
];

/** Exchange Server has no roles of Entra. */
function doubtsOfUser({ userRoles, isServer }: ImpersonationEvidence): Fact[] {
  if (isServer) return [];
  if (userRoles === undefined) return [{ code: "userRolesUnread" }];
  return [{ code: "userRolesElsewhere" }, ...doubtsOfDirectoryRoles(userRoles, "serviceUser")];
}
