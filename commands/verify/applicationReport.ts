// What `verify` says about an app's access: the same facts as JSON and as a table.
import { describeRole } from "../../resources/lifecycle/applicationRoles.ts";
import type { ApplicationClaim, ApplicationProof } from "../../resources/proof/applicationProof.ts";
import { countOf } from "../../resources/proof/sentence.ts";
import { isAuthorized } from "../../resources/proof/applicationVerdict.ts";
import { addressesOf, linesOf } from "../../resources/recipients/memberList.ts";
import type { Finding } from "../../resources/proof/finding.ts";
import { withText, type Said } from "../../resources/proof/words/english.ts";
import { summarizeApplication } from "../../resources/proof/words/summariesEnglish.ts";
import { describeEntrants, reportEntrants, type EntrantsReport } from "./entrantsReport.ts";
import type { LiveReport } from "./liveReport.ts";
import {
  describeAssignment,
  describeFinding,
  sampleAfter,
  textOf,
  formatFacts,
  formatTable,
  reportAssignment,
  section,
  type ReportedAssignment,
} from "./section.ts";
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

/** Its JSON form. */
export interface ApplicationReport {
  /**
   * The four verdicts and the live probe together; `null` where nothing is wrong, but the live probe could not be run
   * whole.
   */
  readonly passed: boolean | null;
  readonly summary: string;
  readonly asked: {
    readonly reach: string;
    readonly roles: readonly string[];
    /** Client id of the app. */
    readonly clientId: string;
    readonly mailboxes: readonly string[];
    readonly mustStayOut: readonly string[];
  };
  /** What each role opens. */
  readonly opens: Readonly<Record<string, string>>;
  /** The live assignments; `null` for one that is gone. */
  readonly assignments: readonly (null | (ReportedAssignment & { readonly role: string }))[];
  /** The live filter of the stack's scope; `null` without one. */
  readonly scopeFilter: string | null;
  /** Consents of Entra, tenant-wide. */
  readonly consents: readonly ReportedConsent[];
  /** The own app's certificates; empty for the vendor's app. `daysLeft` is negative after the end. */
  readonly certificates: readonly {
    readonly thumbprint: string;
    readonly expires: string;
    readonly daysLeft: number;
  }[];
  /** The first verdict: the listed mailboxes are open, by the stack's own scope. */
  readonly scopedAccess: { readonly holds: boolean; readonly findings: readonly Said<Finding>[] };
  /** The second verdict: nothing else opens anything to the app. */
  readonly widerAccess: { readonly none: boolean; readonly findings: readonly Said<Finding>[] };
  /** The third verdict: nobody but the holder of the stack's certificates signs in as the app. */
  readonly whoGetsIn: EntrantsReport;
  /** The fourth verdict: nothing keeps the call centre out. */
  readonly wayIn: WayInReport;
  /** Mailboxes that Exchange was asked about one by one. */
  readonly probes: readonly { readonly mailbox: string; readonly listed: boolean; readonly authorized: boolean }[];
  /** What Graph itself answered the app; `null` without the app's own credential. */
  readonly live: LiveReport | null;
  readonly notes: readonly Said[];
  readonly notProved: readonly Said[];
}

/** The report about an app's access; pure. `live` is `null` where the app's own credential was not there to try. */
export function reportApplication(
  claim: ApplicationClaim,
  { verdict, evidence }: ApplicationProof,
  live: LiveReport | null,
): ApplicationReport {
  const roles = linesOf(claim.roles);
  return {
    passed: verdict.passed && live !== null ? live.passed : verdict.passed,
    summary: `${summarizeApplication(verdict)}${sampleAfter(verdict.basis)}`,
    asked: {
      reach: claim.reach,
      roles,
      clientId: claim.appId,
      mailboxes: addressesOf(claim.members),
      mustStayOut: addressesOf(claim.mustStayOut),
    },
    opens: Object.fromEntries(roles.map((role) => [role, describeRole(role)])),
    assignments: evidence.assignments.map((each) =>
      each === undefined ? null : { ...reportAssignment(each), role: each.role },
    ),
    scopeFilter: evidence.scope?.filter ?? null,
    consents: evidence.consents.map(({ permission, resource, inheritedFrom }) => ({
      permission,
      resource,
      inheritedFrom,
    })),
    certificates: linesOf(claim.certificates).map((line, index) => {
      const [thumbprint = "", expires = ""] = line.split(" ");
      return { thumbprint, expires, daysLeft: evidence.certificateDays[index] ?? Number.NaN };
    }),
    scopedAccess: { holds: verdict.scopedAccessHolds, findings: verdict.scoped.map(withText) },
    widerAccess: { none: verdict.nothingReachesWider, findings: verdict.wider.map(withText) },
    whoGetsIn: reportEntrants(verdict.entrants),
    wayIn: reportWayIn(verdict.wayIn),
    probes: evidence.probes.map((probe) => ({
      mailbox: probe.address,
      listed: probe.isListed,
      authorized: isAuthorized(probe, roles),
    })),
    live,
    notes: verdict.notes.map(withText),
    notProved: [...verdict.notProved.map(withText), ...(live?.notProved ?? [])],
  };
}

/** Its form for people. */
export function formatApplication(report: ApplicationReport): string[] {
  const { asked, scopedAccess, widerAccess, live } = report;
  return [
    ...formatFacts([
      [
        "asked for",
        `${countOf(asked.mailboxes.length, "mailbox", "mailboxes")}, reach ${asked.reach}, roles ${asked.roles.join(", ")}`,
      ],
      ...Object.entries(report.opens).map(([role, opens]) => ["which opens", `${opens} (${role})`] as const),
      ["client id", asked.clientId],
      ...report.assignments.map((each) => ["assignment", describeAssignment(each)] as const),
      ["scope filter", report.scopeFilter ?? "none"],
      ["consents", report.consents.map(describeConsent).join(", ") || "none"],
      ...report.certificates.map(
        ({ thumbprint, expires, daysLeft }) =>
          ["certificate", `${thumbprint}, until ${expires} (${daysLeft} days)`] as const,
      ),
      ["scoped access", scopedAccess.holds ? "holds" : "DOES NOT HOLD"],
      ["wider access", widerAccess.none ? "none: nothing reaches wider" : "FOUND: something reaches wider"],
      ["who gets in", describeEntrants(report.whoGetsIn)],
      ["way in", report.wayIn.summary],
      ["live probe", describeLive(live)],
    ]),
    ...section("Wrong with the scoped access", scopedAccess.findings.map(describeFinding)),
    ...section("Reaches wider", widerAccess.findings.map(describeFinding)),
    ...section("Gets in, too", report.whoGetsIn.findings.map(describeFinding)),
    ...section("Wrong in the live probe", live?.findings.map(textOf) ?? []),
    ...formatTable(["mailbox", "listed", "Exchange", ...(live === null ? [] : ["Graph"]), ""], rowsOf(report)),
    ...(report.passed === false ? [] : ["", `  ${report.summary}`]),
    ...section("There since the beginning", report.whoGetsIn.accepted.map(textOf)),
    ...section("Not proved", report.notProved.map(textOf)),
    ...section("Note", [...report.notes, ...(live?.notes ?? [])].map(textOf)),
  ];
}

function describeConsent({ permission, resource, inheritedFrom }: ReportedConsent): string {
  const from = inheritedFrom === "" ? "" : ` (inherited from the group "${inheritedFrom}")`;
  return `${permission} on ${resource || "an unknown resource"}${from}`;
}

/** An own app has certificates and no secret; the secret is for an app of the vendor's. */
const credentialMissing =
  "the app's own credential is not at hand (APPLICATION_CERTIFICATE_PATH, or APPLICATION_CLIENT_SECRET)";

function describeLive(live: LiveReport | null): string {
  if (live === null) return `not run: ${credentialMissing}`;
  if (live.error !== null) return `COULD NOT BE RUN: ${live.error}`;
  if (live.mailboxes.length === 0) return "nothing to try";
  const counts = new Map<string, number>();
  for (const { outcome } of live.mailboxes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
}

/** Every mailbox that Exchange was asked about or that Graph was tried with. */
function rowsOf({ probes, live }: ApplicationReport): string[][] {
  const asked = new Map(probes.map((probe) => [probe.mailbox, probe]));
  const tried = new Map(live?.mailboxes.map((each) => [each.mailbox, each]) ?? []);
  return [...new Set([...asked.keys(), ...tried.keys()])].map((mailbox) => {
    const probe = asked.get(mailbox);
    const graph = tried.get(mailbox);
    const isListed = probe?.listed ?? graph?.listed ?? false;
    const isWrong =
      (probe !== undefined && probe.listed !== probe.authorized) ||
      (graph !== undefined && ["refused", "open", "still open"].includes(graph.outcome));
    const exchange = probe === undefined ? "" : probe.authorized ? "authorised" : "not authorised";
    return [
      mailbox,
      isListed ? "yes" : "no",
      exchange,
      ...(live === null ? [] : [graph?.outcome ?? ""]),
      isWrong ? "<- wrong" : "",
    ];
  });
}
