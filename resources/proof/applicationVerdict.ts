/**
 * What the evidence about an application's access means; pure. Three verdicts, told apart: the scoped access holds,
 * nothing reaches wider (facts/exchange.md §5: what Entra consents and what Exchange grants add up), and nobody else gets
 * in (entrants.ts).
 */
import type { Consent, HeldDirectoryRole } from "../../directory/consents.ts";
import { isEscalatingRole, opensMailboxes } from "../../directory/consents.ts";
import { findingOfConsent, judgeEscalation, wideConsentsOf } from "./consentVerdict.ts";
import { judgeEntrants, summarizeEntrants, type EntrantsEvidence, type EntrantsVerdict } from "./entrants.ts";
import { warnedDays } from "./expiry.ts";
import { countOf, describeSample, listedMailboxesAre, nameSome, staysOut } from "./sentence.ts";
import { compareWithList, type Member } from "../recipients/memberList.ts";
import type { Inside } from "../recipients/scopeMembers.ts";
import { judgeInside, type Finding } from "./impersonationVerdict.ts";

/** What was asked for. */
export interface ApplicationAsked {
  readonly reach: "group" | "organization";
  /** Names of the roles, e.g. `Application Calendars.ReadWrite`. */
  readonly roles: readonly string[];
  readonly members: readonly Member[];
  /** Who got in when the stack began (entrants.ts); `undefined` at the beginning. */
  readonly entrantsBaseline?: string | undefined;
}

/** One of the stack's assignments as it is now. */
export interface ApplicationAssignmentEvidence {
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
  readonly scope: { readonly name: string; readonly filter: string } | undefined;
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

/** The three verdicts, and what they rest on. */
export interface ApplicationVerdict {
  readonly passed: boolean;
  readonly scopedAccessHolds: boolean;
  readonly nothingReachesWider: boolean;
  readonly nobodyElseGetsIn: boolean;
  /** What keeps the scoped access from holding. */
  readonly scoped: readonly Finding[];
  /** What reaches wider. */
  readonly wider: readonly Finding[];
  /** Who gets in beside the call centre's app. */
  readonly entrants: EntrantsVerdict;
  /** Consents that open calendars tenant-wide: what a revocation would take away. */
  readonly wideConsents: readonly Consent[];
  readonly notes: readonly string[];
  readonly notProved: readonly string[];
  readonly summary: string;
  /** Who was asked about one by one beside those that must stay out; empty where nobody was. */
  readonly sample: string;
}

/** Judges the evidence; never throws. */
export function judgeApplication(asked: ApplicationAsked, evidence: ApplicationEvidence): ApplicationVerdict {
  const scoped = [...judgeObjects(asked, evidence), ...judgeScope(asked, evidence), ...judgeListed(asked, evidence)];
  const wideConsents = wideConsentsOf(evidence);
  const wider = [
    ...judgeAuthorizations(asked, evidence),
    ...judgeOutside(asked, evidence),
    ...(asked.reach === "organization" ? [] : wideConsents.map(findingOfConsent)),
    ...judgeEscalation(evidence),
  ];
  const entrants = judgeEntrants(evidence.entrants, asked.entrantsBaseline);
  const verdict = {
    scopedAccessHolds: scoped.length === 0,
    nothingReachesWider: wider.length === 0,
    nobodyElseGetsIn: entrants.findings.length === 0,
    passed: scoped.length === 0 && wider.length === 0 && entrants.findings.length === 0,
  };
  return {
    ...verdict,
    scoped,
    wider,
    entrants,
    wideConsents,
    notes: [...notesOf(evidence), ...entrants.notes],
    sample: describeSample(evidence.probes),
    notProved: [...notProved, ...entrants.notProved],
    summary: `${summarize(asked, evidence, scoped, wider)}; ${summarizeEntrants(entrants)}`,
  };
}

function judgeObjects(asked: ApplicationAsked, evidence: ApplicationEvidence): Finding[] {
  const findings: Finding[] = [];
  const wrong = (text: string, mayPass = false): void => void findings.push({ text, mayPass });
  if (!evidence.appExists) wrong("the enterprise app does not exist");
  else if (!evidence.appIsEnabled) {
    wrong("the enterprise app is disabled (somebody stopped it; setting regrant enables it)");
  }
  if (!evidence.pointerIsRight) wrong("Exchange's service principal does not point to the enterprise app", true);
  const { certificateDays, earlyCertificates } = evidence;
  const expired = certificateDays.filter((days) => days < 0).length;
  if (certificateDays.length > 0 && expired + earlyCertificates >= certificateDays.length) {
    const state = earlyCertificates === 0 ? "has expired" : "has expired or is not valid yet";
    wrong(`every certificate of the app ${state}: add one that is valid to application.certificates`);
  }
  for (const role of asked.roles) {
    if (!evidence.assignments.some((each) => each?.role === role)) wrong(`no assignment gives the app ${role}`, true);
  }
  for (const assignment of evidence.assignments) {
    if (assignment === undefined) continue;
    const name = `the role assignment "${assignment.name}"`;
    if (!assignment.isOurApp) wrong(`${name} belongs to another app`);
    if (!assignment.enabled) wrong(`${name} is disabled (somebody stopped it; setting regrant enables it)`);
    if (!assignment.isRegular) wrong(`${name} is a delegating one`);
    if (asked.reach === "group" && !isScoped(assignment, evidence)) {
      wrong(`${name} has the write scope ${assignment.customScope || assignment.writeScope}, not the stack's`);
    }
    if (asked.reach === "organization" && assignment.writeScope !== "Organization") {
      wrong(`${name} is limited to ${assignment.customScope || assignment.writeScope}`);
    }
  }
  if (asked.reach === "group" && evidence.scope !== undefined && !evidence.scopeIsOurs) {
    wrong(`the scope "${evidence.scope.name}" is not limited to the stack's security group: ${evidence.scope.filter}`);
  }
  return findings;
}

function isScoped(assignment: ApplicationAssignmentEvidence, { scope }: ApplicationEvidence): boolean {
  return assignment.writeScope === "CustomRecipientScope" && assignment.customScope === scope?.name;
}

function judgeScope({ reach, members }: ApplicationAsked, { inside, scope }: ApplicationEvidence): Finding[] {
  if (reach === "organization") return [];
  if (scope === undefined) return [{ text: "the management scope does not exist", mayPass: true }];
  return judgeInside(inside, members);
}

function judgeListed({ roles }: ApplicationAsked, { probes }: ApplicationEvidence): Finding[] {
  const shut = probes.filter((probe) => probe.isListed && !isAuthorized(probe, roles));
  return shut.length > 0 ? [{ text: `listed but not authorised: ${nameSome(shut)}`, mayPass: true }] : [];
}

/**
 * Whether Exchange authorises the app on a mailbox: a listed one in every role, any other one in any role or manner.
 */
export function isAuthorized({ isListed, authorizations }: ApplicationProbe, roles: readonly string[]): boolean {
  if (!isListed) return authorizations.some((each) => each.isInScope !== false);
  return roles.every((role) => authorizations.some((each) => each.role === role && each.isInScope === true));
}

/** Whatever else Exchange grants the app: another role is wider even in the same scope, unless it is about to go. */
function judgeAuthorizations({ reach, roles, members }: ApplicationAsked, evidence: ApplicationEvidence): Finding[] {
  const { authorizations, assignments, scope, scopeIsOurs, inside, goingRoles } = evidence;
  const holdsNoMore = compareWithList(inside, members).more.length === 0;
  // The stack's own assignment on a scope that went stale (its group was renamed) is said with the scope.
  const isOwn = (each: Authorization): boolean =>
    assignments.some((own) => own?.isOurApp === true && own.role === each.role && own.customScope === each.scope);
  const isInside = (each: Authorization): boolean =>
    each.scopeType === "CustomRecipientScope" &&
    each.scope === scope?.name &&
    (scopeIsOurs || (holdsNoMore && isOwn(each)));
  return authorizations
    .filter((each) => (reach === "group" && !isInside(each) ? true : ![...roles, ...goingRoles].includes(each.role)))
    .map((each) => ({
      text: `the app also has ${each.role} on ${each.scope === "" ? each.scopeType : `${each.scope} (${each.scopeType})`}`,
      mayPass: false,
    }));
}

function judgeOutside({ reach }: ApplicationAsked, { probes }: ApplicationEvidence): Finding[] {
  if (reach === "organization") return [];
  const open = probes.filter((probe) => !probe.isListed && isAuthorized(probe, []));
  return open.length > 0 ? [{ text: `authorised but must not be: ${nameSome(open)}`, mayPass: true }] : [];
}

function notesOf(evidence: ApplicationEvidence): string[] {
  const { consents, policies, certificateDays, earlyCertificates, goingRoles, directoryRoles } = evidence;
  const harmless = directoryRoles.filter((role) => !isEscalatingRole(role)).map(({ name }) => name);
  const other = consents.filter(opensMailboxes).map((each) => each.permission);
  const soon = certificateDays.filter((days) => days >= 0 && days < warnedDays);
  return [
    ...goingRoles.map((role) => `${role} is taken off at the end of this up`),
    ...(other.length > 0
      ? [`consents outside calendars, tenant-wide: ${[...new Set(other)].toSorted().join(", ")}`]
      : []),
    ...(harmless.length > 0 ? [`directory roles of the app: ${harmless.join(", ")}`] : []),
    ...policies.map(
      (policy) => `application access policy on "${policy.group}" (${policy.restricts ? "restricts" : "denies"})`,
    ),
    ...soon.map((days) => `a certificate expires in ${days} days: add its successor to application.certificates`),
    ...certificateDays.filter((days) => days < 0).map((days) => `a certificate expired ${-days} days ago: take it off`),
    ...(earlyCertificates > 0 ? [`${countOf(earlyCertificates, "certificate", "certificates")} not valid yet`] : []),
  ];
}

function summarize(
  asked: ApplicationAsked,
  { probes }: ApplicationEvidence,
  scoped: readonly Finding[],
  wider: readonly Finding[],
): string {
  const texts = (findings: readonly Finding[]): string => findings.map((finding) => finding.text).join("; ");
  const first =
    scoped.length > 0
      ? `scoped access does not hold: ${texts(scoped)}`
      : asked.reach === "organization"
        ? "access holds for the whole organization, as asked for"
        : `scoped access holds: ${listedMailboxesAre(asked.members.length)} inside the scope`;
  const second =
    wider.length > 0 ? `something reaches wider: ${texts(wider)}` : `${staysOut(probes)}nothing reaches wider`;
  return `${first}; ${second}`;
}

const notProved = [
  "what the app's permission cache still allows or refuses (30 minutes to 2 hours after a change)",
  "delegated permissions and mailbox permissions that were given elsewhere",
  "roles that the app has by being in a role group of Exchange, or in an administrative unit of Entra only",
];
