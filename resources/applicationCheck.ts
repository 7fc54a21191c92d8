/**
 * The proof of an application's access as a resource: every refresh proves it anew. It also takes tenant-wide consents
 * away, where it may, and only once the scoped access holds and has had its time to take effect.
 */
import { isNamed, opensCalendars } from "../directory/consents.ts";
import { isDirectoryError } from "../directory/errors.ts";
import { InterruptedError } from "../network/interruption.ts";
import { proveApplication, type ApplicationClaim } from "./proof/applicationProof.ts";
import type { ApplicationVerdict } from "./proof/applicationVerdict.ts";
import { demandSameTenant, UnfinishedError, type Artifact } from "./lifecycle/artifact.ts";
import type { Context, Properties } from "./lifecycle/contract.ts";
import { entraOf } from "./lifecycle/entra.ts";
import { asDigest } from "./recipients/listed.ts";
import { linesOf } from "./recipients/memberList.ts";
import { findingsOf } from "./proof/accessVerdict.ts";
import { proveInTime } from "./proof/proofWait.ts";
import { datedBy, heldSinceOf, propagation, waitUntilEffective } from "./proof/propagation.ts";
import { messageOf, UserError } from "./lifecycle/userError.ts";
import { toBeProved } from "./proof/verdict.ts";
import type { WithWayIn } from "./proof/wayIn.ts";
import { say } from "./proof/words/english.ts";
import { outputsInEnglish, reportAccepted, summarizeApplication } from "./proof/words/summariesEnglish.ts";

/** What is proved, and that it is to hold. */
export interface ApplicationCheckInputs extends ApplicationClaim {
  /** Whether the stack may take tenant-wide consents away. */
  readonly revokes: boolean;
  /** {@link toBeProved}; a refresh shows what is wrong in its place. */
  readonly verdict: string;
}

/** Inputs that say what is proved; a proof of something else is a change. */
const claimed = [
  "reach",
  "roles",
  "assignments",
  "app",
  "appId",
  "pointer",
  "scope",
  "group",
  "members",
  "mustStayOut",
  "takenOver",
  "certificates",
  "isOwnApp",
  "appIsAdopted",
  "roleGroup",
  "revokes",
] as const;

/** The proof, and the revocation that it allows, as an artifact without an object. */
export const applicationCheck: Artifact = {
  title: "application check",

  check: async (_context, _recorded, desired) => ({ inputs: desired, problems: [] }),

  diff(recorded, desired) {
    const changes = claimed.some((name) => recorded[name] !== desired[name]) || recorded["verdict"] !== "passed";
    return { changes, replaces: [], deleteBeforeReplace: false };
  },

  async create(context, desired) {
    const id = `application-check-${context.tenantId}`;
    try {
      return { id, properties: await demandProof(context, desired, { going: "", heldSince: "", mayRevoke: false }) };
    } catch (cause) {
      // Recorded, so that `verify` and the next `up` prove what is there.
      const outputs = cause instanceof FailedProofError ? cause.outputs : unproved(context)(cause);
      throw new UnfinishedError(id, { ...desired, ...outputs }, messageOf(cause), { cause });
    }
  },

  async read(context, recorded) {
    demandSameTenant(context, applicationCheck.title, recorded.properties);
    const claim = recorded.properties as unknown as ApplicationClaim;
    const outputs = await proveApplication(context, claim, "mustStayOut").then(
      (verdict) => outputsOf(context, verdict, heldSinceOf(recorded)),
      unproved(context),
    );
    // The plan only says that something about the proof changed.
    const { verdict } = outputs;
    if (verdict !== "passed") context.report(`application check: as this run found it, ${String(outputs["summary"])}.`);
    const properties: Properties = {
      ...recorded.properties,
      ...outputs,
      sample: recorded.properties["sample"] ?? "",
    };
    const inputs = Object.fromEntries(claimed.map((name) => [name, properties[name]]));
    return { properties, inputs: { ...inputs, verdict: verdict === "passed" ? toBeProved : verdict } };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, applicationCheck.title, recorded.properties);
    const { assignments, entrantsBaseline, app } = recorded.properties;
    const kept = linesOf(String(desired["assignments"]));
    // One that the state holds no more goes no more: it was kept, by a run that left this check out.
    const going = linesOf(String(assignments)).filter((id) => !kept.includes(id) && context.held.has(id));
    const heldSince = isSameAccess(recorded.properties, desired) ? heldSinceOf(recorded) : "";
    // Who was there at the beginning of one app says nothing about another.
    const began = app === desired["app"] && entrantsBaseline !== undefined ? { entrantsBaseline } : {};
    return demandProof(context, { ...desired, ...began }, { going: going.join("\n"), heldSince, mayRevoke: true });
  },

  // A failing proof, or no connection, never keeps an access from being removed.
  remove: async () => undefined,
};

/** What makes an access another one, so that the time since when it holds begins anew. */
const accessOf = ["reach", "roles", "assignments", "app", "appId", "pointer", "scope", "group"] as const;

/** Whether it is one access to the same mailboxes, whatever their addresses are now. */
function isSameAccess(recorded: Properties, desired: Properties): boolean {
  return (
    accessOf.every((name) => recorded[name] === desired[name]) &&
    asDigest(String(recorded["members"])) === asDigest(String(desired["members"]))
  );
}

/** @param heldSince as recorded */
function outputsOf(context: Context, verdict: WithWayIn<ApplicationVerdict>, heldSince: string): Properties {
  return {
    heldSince: datedBy(context, verdict.scopedAccessHolds, heldSince),
    ...outputsInEnglish(verdict, summarizeApplication(verdict)),
    scopedAccess: verdict.scopedAccessHolds ? "holds" : "does not hold",
    widerAccess: verdict.nothingReachesWider ? "none" : "found",
    tenantId: context.tenantId,
  };
}

function unproved(context: Context): (error: unknown) => Properties {
  return (error) => {
    if (error instanceof InterruptedError) throw error;
    const summary = `not proved: it could not be asked: ${messageOf(error)}`;
    const unknown = { scopedAccess: "unknown", widerAccess: "unknown", whoGetsIn: "unknown", wayIn: "unknown" };
    return { verdict: summary, summary, ...unknown, notes: [], notProved: [], tenantId: context.tenantId };
  };
}

/** A proof that was made, and failed. */
class FailedProofError extends UserError {
  readonly outputs: Properties;

  constructor(message: string, outputs: Properties) {
    super(message);
    this.outputs = outputs;
  }
}

/**
 * Proves until it holds, or until what is wrong cannot be lag; then fails, unless only a revocation is still to come.
 */
async function demandProof(
  context: Context,
  desired: Properties,
  { going, heldSince, mayRevoke }: { readonly going: string; readonly heldSince: string; readonly mayRevoke: boolean },
): Promise<Properties> {
  const claim = { ...(desired as unknown as ApplicationCheckInputs), going };
  let verdict = await proveWith(context, claim);
  if (claim.entrantsBaseline === undefined) reportAccepted(context, applicationCheck.title, verdict.entrants);
  for (const note of verdict.notes) context.report(`application check: ${say(note)}.`);
  if (claim.revokes && isOnlyConsent(verdict)) {
    const wait = mayRevoke ? await waitUntilEffective(context, claim, heldSince) : propagation;
    if (wait > 0) {
      context.report(
        `application check: ${summarizeApplication(verdict)}. The consent is taken away by an up ${minutes(wait)} from now or later, when the scoped access is effective everywhere.`,
      );
      return { ...desired, ...outputsOf(context, verdict, heldSince) };
    }
    await revoke(context, verdict);
    verdict = await proveWith(context, claim);
  }
  const outputs = outputsOf(context, verdict, heldSince);
  if (verdict.passed) return { ...desired, ...outputs };
  throw new FailedProofError(`application check: ${summarizeApplication(verdict)}. ${advice(verdict)}`, outputs);
}

async function proveWith(context: Context, claim: ApplicationClaim): Promise<WithWayIn<ApplicationVerdict>> {
  return proveInTime(
    context,
    "the application's access to be as asked for",
    (fresh) => proveApplication(fresh, claim, "sample"),
    findingsOf,
  );
}

/** Whether tenant-wide consents are all that is wrong. */
function isOnlyConsent(verdict: WithWayIn<ApplicationVerdict>): boolean {
  const { scopedAccessHolds, wider, wideConsents, nobodyElseGetsIn, wayIn } = verdict;
  if (!scopedAccessHolds || !nobodyElseGetsIn || wayIn.state === "shut") return false;
  return wideConsents.length > 0 && wider.length === wideConsents.length;
}

async function revoke(context: Context, { wideConsents }: ApplicationVerdict): Promise<void> {
  const inherited = wideConsents.filter((consent) => consent.inheritedFrom !== "");
  if (inherited.length > 0) {
    const groups = inherited.map((consent) => `"${consent.inheritedFrom}"`).join(", ");
    throw new UserError(
      `application check: a consent comes from the group ${groups}, which others may need; it was left. Take the app out of the group, or the consent off it.`,
    );
  }
  const unknown = wideConsents.filter((consent) => !isNamed(consent));
  if (unknown.length > 0) {
    const grants = unknown.map(({ permission, resource }) => `${permission} on ${resource || "an unknown resource"}`);
    throw new UserError(
      `application check: nobody can tell what the consent ${grants.join(", ")} opens; every consent was left. Have an administrator look at it.`,
    );
  }
  for (const consent of wideConsents.filter(opensCalendars)) {
    context.report(
      `application check: taking away the tenant-wide consent ${consent.permission} on ${consent.resource}.`,
    );
    try {
      await entraOf(context).graph.remove(consent.path);
    } catch (error) {
      if (isDirectoryError(error, "notFound")) continue;
      if (!isDirectoryError(error, "forbidden")) throw error;
      throw new UserError(
        "application check: the identity may not take consents away. Lend it AppRoleAssignment.ReadWrite.All for this one up (it does not belong to its standing rights), or have an administrator remove the consent.",
        { cause: error },
      );
    }
  }
}

function advice({ wideConsents }: ApplicationVerdict): string {
  return wideConsents.length > 0
    ? "Remove the consent in Entra (Enterprise applications, Permissions), or set revokeTenantWideConsent."
    : "Run preview to see what differs; destroy is always possible.";
}

function minutes(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 60_000)} minutes`;
}
