/**
 * What the evidence about an application's access means; pure. Three verdicts, told apart: the scoped access holds,
 * nothing reaches wider (facts/exchange.md §5: what Entra consents and what Exchange grants add up), and nobody else gets
 * in (entrants.ts).
 */
import type { Consent, HeldDirectoryRole } from "../../directory/consents.ts";
import { isJudged, opensMailboxes } from "../../directory/consents.ts";
import {
  doubtsOfDirectoryRoles,
  findingOfConsent,
  judgeEscalation,
  notesOfDirectoryRoles,
  wideConsentsOf,
} from "./consentVerdict.ts";
import { joinVerdicts, type AccessVerdict } from "./accessVerdict.ts";
import { judgeEntrants, type EntrantsEvidence } from "./entrants.ts";
import { warnedDays } from "./expiry.ts";
import { wrong, wrongWith, type Fact, type Finding } from "./finding.ts";
import { compareWithList, type Member } from "../recipients/memberList.ts";
import type { Inside } from "../recipients/scopeMembers.ts";
import { basisOf, judgeInside } from "./verdict.ts";

/** What was asked for. */
export interface ApplicationAsked {
  readonly reach: "group" | "organization";
  /** Names of the roles, e.g. `Application Calendars.ReadWrite`. */
  readonly roles: readonly string[];
  readonly members: readonly Member[];
  /** `false` where they are the group's, and the list is another; then nobody knows who is too many (listed.ts). */
  readonly areListed?: boolean;
  /** Who got in when the stack began (entrants.ts); `undefined` at the beginning. */
  readonly entrantsBaseline?: string | undefined;
  /** Who was there when the app or role group was taken over (takenOver.ts); `undefined` for the stack's own. */
  readonly takenOver?: ReadonlySet<string> | undefined;
}

/** One of the stack's assignments as it is now. */
export interface ApplicationAssignmentEvidence {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly isOurApp: boolean;
  readonly enabled: boolean;
  readonly isRegular: boolean;
  readonly writeScope: string;
  readonly customScope: string;
}

/** One row of Test-ServicePrincipalAuthorization. */
export interface Authorization {
  readonly role: string;
  readonly scopeType: string;
  readonly scope: string;
  /** `undefined` without a mailbox. */
  readonly isInScope: boolean | undefined;
}

/** One mailbox that was asked about by itself. */
export interface ApplicationProbe {
  readonly address: string;
  readonly isListed: boolean;
  /** Whether it is one of those that must stay out, which every proof asks about. */
  readonly mustStayOut: boolean;
  readonly authorizations: readonly Authorization[];
}

/** An application access policy of this app. */
export interface AccessPolicy {
  readonly restricts: boolean;
  /** Whether its group is the stack's own security group. */
  readonly isOurGroup: boolean;
  readonly group: string;
}

/** What Exchange and Entra say now. */
export interface ApplicationEvidence {
  /** Exchange's pointer is there and points to the app. */
  readonly pointerIsRight: boolean;
  readonly appExists: boolean;
  /** Whether the enterprise app is there and enabled. */
  readonly appIsEnabled: boolean;
  /** The stack's assignments; `undefined` for one that is gone. */
  readonly assignments: readonly (ApplicationAssignmentEvidence | undefined)[];
  /** Roles that the stack's own assignments give until the end of this `up`. */
  readonly goingRoles: readonly string[];
  /** Other enabled assignments of the app that give the same: roles that were asked for, on the same reach. */
  readonly seconds: readonly { readonly id: string; readonly name: string; readonly role: string }[];
  readonly scope: { readonly id: string; readonly name: string; readonly filter: string } | undefined;
  readonly scopeIsOurs: boolean;
  readonly inside: readonly Inside[];
  /** All authorisations of the app in Exchange. */
  readonly authorizations: readonly Authorization[];
  readonly probes: readonly ApplicationProbe[];
  readonly consents: readonly Consent[];
  /** Directory roles of the enterprise app. */
  readonly directoryRoles: readonly HeldDirectoryRole[];
  readonly policies: readonly AccessPolicy[];
  /** Whole days until each certificate expires; negative after it. Empty for the vendor's app. */
  readonly certificateDays: readonly number[];
  /** How many of them are not valid yet: nobody signs in with one. */
  readonly earlyCertificates: number;
  /** Who else gets in. */
  readonly entrants: EntrantsEvidence;
}

/** What the evidence means. */
export interface ApplicationVerdict extends AccessVerdict {
  /** Consents that open calendars tenant-wide: what a revocation would take away. */
  readonly wideConsents: readonly Consent[];
}

/** Judges the evidence; never throws. */
export function judgeApplication(asked: ApplicationAsked, evidence: ApplicationEvidence): ApplicationVerdict {
  const wideConsents = wideConsentsOf(evidence);
  const verdict = joinVerdicts({
    scoped: [...judgeObjects(asked, evidence), ...judgeScope(asked, evidence), ...judgeListed(asked, evidence)],
    wider: [
      ...evidence.seconds.map(({ role, ...assignment }) =>
        wrong({ code: "secondAssignment", assignment, role, remedy: "removeAssignment" }),
      ),
      ...judgeAuthorizations(asked, evidence),
      ...judgeOutside(asked, evidence),
      ...(asked.reach === "organization" ? [] : wideConsents.map(findingOfConsent)),
      ...judgeEscalation(evidence),
    ],
    entrants: judgeEntrants(evidence.entrants, { baseline: asked.entrantsBaseline, takenOver: asked.takenOver }),
    notes: notesOf(evidence),
    notProved: doubtsOf(evidence),
    basis: basisOf(asked, evidence.probes),
  });
  return { ...verdict, wideConsents };
}

function judgeObjects(asked: ApplicationAsked, evidence: ApplicationEvidence): Finding[] {
  const { appExists, appIsEnabled, pointerIsRight, assignments, scope, scopeIsOurs } = evidence;
  return [
    ...(appExists ? [] : [wrong({ code: "appMissing" })]),
    ...(appExists && !appIsEnabled ? [wrong({ code: "appDisabled", remedy: "enableByRegrant" })] : []),
    ...(pointerIsRight ? [] : [wrong({ code: "pointerWrong" }, true)]),
    ...judgeCertificates(evidence),
    ...asked.roles
      .filter((role) => !assignments.some((each) => each?.role === role))
      .map((role) => wrong({ code: "roleNotGiven", role }, true)),
    ...assignments.flatMap((each) => (each === undefined ? [] : judgeAssignment(asked, each, evidence))),
    ...(asked.reach === "group" && scope !== undefined && !scopeIsOurs
      ? [wrong({ code: "scopeNotOurs", scope: { name: scope.name, id: scope.id }, filter: scope.filter })]
      : []),
  ];
}

function judgeCertificates({ certificateDays, earlyCertificates }: ApplicationEvidence): Finding[] {
  const expired = certificateDays.filter((days) => days < 0).length;
  if (certificateDays.length === 0 || expired + earlyCertificates < certificateDays.length) return [];
  return [wrong({ code: "certificatesUnusable", early: earlyCertificates > 0, remedy: "addCertificate" })];
}

function judgeAssignment(
  { reach }: ApplicationAsked,
  own: ApplicationAssignmentEvidence,
  evidence: ApplicationEvidence,
): Finding[] {
  const [assignment, { writeScope, customScope }] = [{ name: own.name, id: own.id }, own];
  return [
    ...(own.isOurApp ? [] : [wrong({ code: "assignmentOfOtherApp", assignment })]),
    ...(own.enabled ? [] : [wrong({ code: "assignmentDisabled", assignment, remedy: "enableByRegrant" })]),
    ...(own.isRegular ? [] : [wrong({ code: "assignmentDelegating", assignment })]),
    ...(reach === "group" && !isScoped(own, evidence)
      ? [wrong({ code: "assignmentNotScoped", assignment, writeScope, customScope })]
      : []),
    ...(reach === "organization" && writeScope !== "Organization"
      ? [wrong({ code: "assignmentLimited", assignment, writeScope, customScope })]
      : []),
  ];
}

function isScoped(assignment: ApplicationAssignmentEvidence, { scope }: ApplicationEvidence): boolean {
  return assignment.writeScope === "CustomRecipientScope" && assignment.customScope === scope?.name;
}

function judgeScope(
  { reach, members, areListed }: ApplicationAsked,
  { inside, scope }: ApplicationEvidence,
): Finding[] {
  if (reach === "organization") return [];
  if (scope === undefined) return [wrong({ code: "scopeMissing" }, true)];
  return judgeInside(inside, members, areListed);
}

function judgeListed({ roles }: ApplicationAsked, { probes }: ApplicationEvidence): Finding[] {
  return wrongWith(
    "listedNotAuthorized",
    probes.filter((probe) => probe.isListed && !isAuthorized(probe, roles)),
  );
}

/**
 * Whether Exchange authorises the app on a mailbox: a listed one in every role, any other one in any role or manner.
 */
export function isAuthorized({ isListed, authorizations }: ApplicationProbe, roles: readonly string[]): boolean {
  if (!isListed) return authorizations.some((each) => each.isInScope !== false);
  return roles.every((role) => authorizations.some((each) => each.role === role && each.isInScope === true));
}

/** Whatever else Exchange grants the app: another role is wider even in the same scope, unless it is about to go. */
function judgeAuthorizations(
  { reach, roles, members, areListed }: ApplicationAsked,
  evidence: ApplicationEvidence,
): Finding[] {
  const { authorizations, assignments, scope, scopeIsOurs, inside, goingRoles } = evidence;
  const holdsNoMore = areListed !== false && compareWithList(inside, members).more.length === 0;
  // The stack's own assignment on a scope that went stale (its group was renamed) is said with the scope.
  const isOwn = (each: Authorization): boolean =>
    assignments.some((own) => own?.isOurApp === true && own.role === each.role && own.customScope === each.scope);
  const isInside = (each: Authorization): boolean =>
    each.scopeType === "CustomRecipientScope" &&
    each.scope === scope?.name &&
    (scopeIsOurs || (holdsNoMore && isOwn(each)));
  return authorizations
    .filter((each) => (reach === "group" && !isInside(each) ? true : ![...roles, ...goingRoles].includes(each.role)))
    .map(({ role, scope: name, scopeType }) => wrong({ code: "otherAuthorization", role, scope: name, scopeType }));
}

function judgeOutside({ reach }: ApplicationAsked, { probes }: ApplicationEvidence): Finding[] {
  if (reach === "organization") return [];
  return wrongWith(
    "authorizedOutside",
    probes.filter((probe) => !probe.isListed && isAuthorized(probe, [])),
  );
}

function notesOf(evidence: ApplicationEvidence): Fact[] {
  const { consents, policies, certificateDays, earlyCertificates, goingRoles, directoryRoles } = evidence;
  const permissions = [...new Set(consents.filter(opensMailboxes).map((each) => each.permission))].toSorted();
  const ending = certificateDays.filter((days) => days >= 0 && days < warnedDays);
  const ended = certificateDays.filter((days) => days < 0).map((days) => -days);
  return [
    ...goingRoles.map((role): Fact => ({ code: "roleGoing", role })),
    ...(permissions.length > 0 ? [{ code: "consentsBeside", permissions } as const] : []),
    ...notesOfDirectoryRoles(directoryRoles, "app"),
    ...policies.map(({ group, restricts }): Fact => ({ code: "accessPolicy", group, restricts })),
    ...ending.map((days): Fact => ({ code: "certificateEnding", days, remedy: "addSuccessor" })),
    ...ended.map((days): Fact => ({ code: "certificateEnded", days, remedy: "takeCertificateOff" })),
    ...(earlyCertificates > 0 ? [{ code: "certificatesEarly", count: earlyCertificates } as const] : []),
  ];
}

function doubtsOf({ consents, directoryRoles }: ApplicationEvidence): Fact[] {
  const permissions = consents
    .filter((each) => !isJudged(each))
    .map(({ permission, resource }) => (resource === "" ? permission : `${permission} (${resource})`));
  return [
    { code: "appCache" },
    { code: "appPermissionsElsewhere" },
    { code: "appRolesElsewhere" },
    ...(permissions.length > 0
      ? [{ code: "consentsUnjudged", permissions: [...new Set(permissions)].toSorted() } as const]
      : []),
    ...doubtsOfDirectoryRoles(directoryRoles, "app"),
  ];
}
