// What `verify` says about one access mode: both modes in one shape, of which an app fills a few more fields.
import { isAuthorized } from "../../resources/proof/applicationVerdict.ts";
import type { ApplicationClaim, ApplicationProof } from "../../resources/proof/applicationProof.ts";
import type { Finding } from "../../resources/proof/finding.ts";
import type { ImpersonationClaim, ImpersonationProof } from "../../resources/proof/impersonationProof.ts";
import { withText, type Said } from "../../resources/proof/words/english.ts";
import { summarizeApplication, summarizeImpersonation } from "../../resources/proof/words/summariesEnglish.ts";
import { partOf, type MailboxPart } from "../../resources/lifecycle/applicationRoles.ts";
import type { Named } from "../../resources/recipients/sample.ts";
import { addressesOf, linesOf, type Member } from "../../resources/recipients/memberList.ts";
import { reportEntrants, type EntrantsReport } from "./entrantsReport.ts";
import type { LiveReport } from "./liveReport.ts";
import { reportAssignment, sampleAfter, type ReportedAssignment } from "./section.ts";
import type { AccessMode } from "./stack.ts";
import { reportWayIn, type WayInReport } from "./wayInReport.ts";

/** A consent of Entra. */
export interface ReportedConsent {
  /** For example `Mail.Read`. */
  readonly permission: string;
  /** For example `Microsoft Graph`; empty where nobody knows the resource. */
  readonly resource: string;
  /** The group that it comes from; empty for the app's own. */
  readonly inheritedFrom: string;
}

/** Its JSON form (docs/operator.md, "What verify --json prints"). */
export interface ModeReport {
  readonly mode: AccessMode;
  /**
   * The four verdicts and the live probe together; `null` where nothing is wrong, but the live probe could not be run
   * whole.
   */
  readonly passed: boolean | null;
  readonly summary: string;
  readonly asked: {
    readonly reach: "group" | "organization";
    /** Who signs in: the service user's name with its suffix, or the app's client id. */
    readonly principal: string;
    readonly roles: readonly string[];
    readonly mailboxes: readonly string[];
    readonly mustStayOut: readonly string[];
  };
  /** What each role opens of a mailbox. */
  readonly opens: readonly { readonly role: string; readonly part: MailboxPart }[];
  /** The live assignments; `null` for one that is gone. */
  readonly assignments: readonly (ReportedAssignment | null)[];
  /** The live filter of the scope; `null` without one. */
  readonly scopeFilter: string | null;
  /** The first verdict: the listed mailboxes are open, by the stack's own scope. */
  readonly scopedAccess: { readonly holds: boolean; readonly findings: readonly Said<Finding>[] };
  /**
   * The second verdict: nothing beyond the list is open to who signs in, by anything else or by the scope itself; what the
   * scope holds too many stands among the findings of the first.
   */
  readonly widerAccess: { readonly none: boolean; readonly findings: readonly Said<Finding>[] };
  /** The third verdict: nobody else uses the access. */
  readonly whoGetsIn: EntrantsReport;
  /** The fourth verdict: nothing keeps the call centre out. */
  readonly wayIn: WayInReport;
  /** Mailboxes that Exchange was asked about one by one. */
  readonly probes: readonly { readonly mailbox: string; readonly listed: boolean; readonly open: boolean }[];
  readonly notes: readonly Said[];
  readonly notProved: readonly Said[];
  /** What only an app has; `null` for impersonation. */
  readonly app: AppReport | null;
}

/** What only an app has. */
export interface AppReport {
  /** Consents of Entra, tenant-wide. */
  readonly consents: readonly ReportedConsent[];
  /** The own app's certificates; empty for the vendor's app. `daysLeft` is negative after the end. */
  readonly certificates: readonly {
    readonly thumbprint: string;
    /** ISO time. */
    readonly expires: string;
    readonly daysLeft: number;
  }[];
  /** What Graph itself answered the app; `null` without the app's own credential. */
  readonly live: LiveReport | null;
}

/** Whether a finding of the scoped access is that the scope holds more than the list: then the listed ones are open all the same. */
export function isTooMany({ code }: Pick<Finding, "code">): boolean {
  return code === "insideNotListed" || code === "insideNotInGroup";
}

/** Whether a finding of the scoped access is that it reaches beyond the list. */
function isWider(finding: Pick<Finding, "code">): boolean {
  return isTooMany(finding) || finding.code === "reachWider";
}

/** The mailboxes that the scope holds beyond the list; at most 20, as many as the finding names. */
export function tooMany({ scopedAccess: { findings } }: Pick<ModeReport, "scopedAccess">): string[] {
  const named = findings.flatMap((each) =>
    each.code === "insideNotListed" || each.code === "insideNotInGroup" ? each.mailboxes : [],
  );
  return [...new Set(named.map(({ address }) => address))].toSorted().slice(0, 20);
}

/**
 * Whether every listed mailbox is open: by the stack's own scope, or, where its assignment is off, by another one, as those
 * that were asked about one by one are.
 */
export function opensListed({ scopedAccess, probes }: Pick<ModeReport, "scopedAccess" | "probes">): boolean {
  const listed = probes.filter((probe) => probe.listed);
  const isOpenAnyhow = listed.length > 0 && listed.every(({ open }) => open);
  return scopedAccess.findings.every(
    (finding) => isTooMany(finding) || (finding.code === "assignmentDisabled" && isOpenAnyhow),
  );
}

type Verdict = (ImpersonationProof | ApplicationProof)["verdict"];

/** The report about impersonation; pure. */
export function reportImpersonation(
  claim: ImpersonationClaim,
  { verdict, evidence, named }: ImpersonationProof,
): ModeReport {
  return {
    ...reportVerdict([claim.role], verdict),
    mode: "impersonation",
    passed: verdict.passed,
    summary: `${summarizeImpersonation(verdict)}${sampleAfter(verdict.basis)}`,
    asked: askedOf(claim, named, [claim.role], addressesOf(claim.user)[0] ?? ""),
    assignments: [evidence.assignment === undefined ? null : reportAssignment(evidence.assignment)],
    scopeFilter: evidence.scope?.filter ?? null,
    probes: evidence.probes.map(({ address, isListed, openedBy }) => ({
      mailbox: address,
      listed: isListed,
      open: openedBy.length > 0,
    })),
    app: null,
  };
}

/** The report about an app's access; pure. `live` is `null` where the app's own credential was not there to try. */
export function reportApplication(
  claim: ApplicationClaim,
  { verdict, evidence, named }: ApplicationProof,
  live: LiveReport | null,
): ModeReport {
  const roles = linesOf(claim.roles);
  const common = reportVerdict(roles, verdict);
  return {
    ...common,
    mode: "application",
    passed: verdict.passed && live !== null ? live.passed : verdict.passed,
    summary: `${summarizeApplication(verdict)}${sampleAfter(verdict.basis)}`,
    asked: askedOf(claim, named, roles, claim.appId),
    assignments: evidence.assignments.map((each) => (each === undefined ? null : reportAssignment(each))),
    scopeFilter: evidence.scope?.filter ?? null,
    probes: evidence.probes.map((probe) => ({
      mailbox: probe.address,
      listed: probe.isListed,
      open: isAuthorized(probe, roles),
    })),
    notes: [...common.notes, ...(live?.notes ?? [])],
    notProved: [...common.notProved, ...(live?.notProved ?? [])],
    app: {
      consents: evidence.consents.map(({ permission, resource, inheritedFrom }) => ({
        permission,
        resource,
        inheritedFrom,
      })),
      certificates: linesOf(claim.certificates).map((line, index) => {
        const [thumbprint = "", expires = ""] = line.split(" ");
        return { thumbprint, expires, daysLeft: evidence.certificateDays[index] ?? Number.NaN };
      }),
      live,
    },
  };
}

function askedOf(
  { reach }: Pick<ApplicationClaim, "reach">,
  { members, mustStayOut }: Named,
  roles: readonly string[],
  principal: string,
): ModeReport["asked"] {
  const addresses = (named: readonly Member[]): string[] => named.map(({ address }) => address);
  return { reach, principal, roles, mailboxes: addresses(members), mustStayOut: addresses(mustStayOut) };
}

type CommonReport = Pick<
  ModeReport,
  "opens" | "scopedAccess" | "widerAccess" | "whoGetsIn" | "wayIn" | "notes" | "notProved"
>;

/** What a verdict of either mode says. */
function reportVerdict(
  roles: readonly string[],
  { scoped, wider, entrants, wayIn, notes, notProved }: Verdict,
): CommonReport {
  return {
    opens: roles.map((role) => ({ role, part: partOf(role) })),
    scopedAccess: { holds: scoped.length === 0, findings: scoped.map(withText) },
    widerAccess: { none: wider.length === 0 && !scoped.some(isWider), findings: wider.map(withText) },
    whoGetsIn: reportEntrants(entrants),
    wayIn: reportWayIn(wayIn),
    notes: notes.map(withText),
    notProved: notProved.map(withText),
  };
}
