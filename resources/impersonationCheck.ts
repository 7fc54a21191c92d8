/**
 * Step 7 as a resource: every refresh proves the access anew, and an access that is not as asked for fails the `up`.
 */
import { InterruptedError } from "../network/interruption.ts";
import { demandSameTenant, isUnknown, UnfinishedError, type Artifact, type Recorded } from "./lifecycle/artifact.ts";
import type { Context, Properties } from "./lifecycle/contract.ts";
import { proveImpersonation, type ImpersonationClaim } from "./proof/impersonationProof.ts";
import { proveInTime } from "./proof/proofWait.ts";
import { datedBy, heldSinceOf } from "./proof/propagation.ts";
import { asDigest } from "./recipients/listed.ts";
import { resolveServiceUser } from "./recipients/serviceUser.ts";
import { messageOf, UserError } from "./lifecycle/userError.ts";
import { findingsOf, type AccessVerdict } from "./proof/accessVerdict.ts";
import { toBeProved } from "./proof/verdict.ts";
import type { WithWayIn } from "./proof/wayIn.ts";
import { outputsInEnglish, reportAccepted, summarizeImpersonation } from "./proof/words/summariesEnglish.ts";

/** What is proved, and that it is to hold. */
export interface ImpersonationCheckInputs extends ImpersonationClaim {
  /**
   * Whether the state says of the service user that it stays when the stack lets go of it: recorded here, because this
   * comes after it (stacks/ownState.ts).
   */
  readonly keepsUser: boolean;
  /** {@link toBeProved}; a refresh shows what is wrong in its place. */
  readonly verdict: string;
}

/** Inputs that say what is proved; a proof of something else is a change. */
const claimed = [
  "reach",
  "role",
  "assignment",
  "roleGroup",
  "scope",
  "group",
  "user",
  "members",
  "mustStayOut",
  "takenOver",
  "callCentreClientId",
  "keepsUser",
  "app",
  "appId",
] as const;

/** The proof as an artifact without an object. */
export const impersonationCheck: Artifact = {
  title: "access check",

  async check(context, recorded, desired) {
    const user = (desired as unknown as ImpersonationCheckInputs).user;
    if (isUnknown(user)) return { inputs: desired, problems: [] };
    const old = (recorded as unknown as ImpersonationCheckInputs | undefined)?.user;
    const known = { line: typeof old === "string" && !isUnknown(old) ? old : "", confirmed: [] };
    const { line, problems } = await resolveServiceUser(context, user, known);
    return { inputs: { ...desired, user: line }, problems };
  },

  diff(recorded, desired) {
    const changes = claimed.some((name) => recorded[name] !== desired[name]) || recorded["verdict"] !== "passed";
    return { changes, replaces: [], deleteBeforeReplace: false };
  },

  async create(context, desired) {
    const id = `impersonation-check-${context.tenantId}`;
    return { id, properties: await demandFirstProof(context, id, desired) };
  },

  async read(context, recorded) {
    const claim = claimOf(context, recorded);
    const outputs = await proveImpersonation(context, claim, "mustStayOut").then(
      (verdict) => outputsOf(context, verdict, heldSinceOf(recorded)),
      unproved(context),
    );
    // The plan only says that something about the proof changed.
    if (outputs["verdict"] !== "passed")
      context.report(`access check: as this run found it, ${String(outputs["summary"])}.`);
    const properties = { ...recorded.properties, ...outputs, sample: recorded.properties["sample"] ?? "" };
    return { properties, inputs: inputsOf(properties) };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, impersonationCheck.title, recorded.properties);
    const { assignment, entrantsBaseline, roleGroup } = recorded.properties;
    // Who was there at the beginning of one role group says nothing about another.
    const began = roleGroup === desired["roleGroup"] && entrantsBaseline !== undefined ? { entrantsBaseline } : {};
    const heldSince = isSameAccess(recorded.properties, desired) ? heldSinceOf(recorded) : "";
    // One that the state holds no more goes no more: it was kept, by a run that left this check out.
    const going = context.held.has(String(assignment)) ? String(assignment) : "";
    return demandProof(context, { ...desired, ...began }, { going, heldSince });
  },

  // A failing proof, or no connection, never keeps an access from being removed.
  remove: async () => undefined,
};

/** What makes an access another one, so that the time since when it holds begins anew. */
const accessOf = ["reach", "role", "assignment", "roleGroup", "scope", "group", "user"] as const;

/** Whether it is one access to the same mailboxes, whatever their addresses are now. */
function isSameAccess(recorded: Properties, desired: Properties): boolean {
  return (
    accessOf.every((name) => recorded[name] === desired[name]) &&
    asDigest(String(recorded["members"])) === asDigest(String(desired["members"]))
  );
}

/** No answer is no proof, but it is no reason either to keep a destroy from removing the access. */
function unproved(context: Context): (error: unknown) => Properties {
  return (error) => {
    if (error instanceof InterruptedError) throw error;
    const summary = `not proved: it could not be asked: ${messageOf(error)}`;
    const unknown = { whoGetsIn: "unknown", wayIn: "unknown", notes: [], notProved: [] };
    return { verdict: summary, summary, ...unknown, tenantId: context.tenantId };
  };
}

function claimOf(context: Context, recorded: Recorded): ImpersonationClaim {
  demandSameTenant(context, impersonationCheck.title, recorded.properties);
  return recorded.properties as unknown as ImpersonationClaim;
}

function inputsOf(properties: Properties): Properties {
  const { verdict } = properties;
  const claim = Object.fromEntries(claimed.map((name) => [name, properties[name]]));
  return { ...claim, verdict: verdict === "passed" ? toBeProved : verdict };
}

/** @param heldSince as recorded */
function outputsOf(context: Context, verdict: WithWayIn<AccessVerdict>, heldSince = ""): Properties {
  return {
    heldSince: datedBy(context, verdict.scopedAccessHolds, heldSince),
    ...outputsInEnglish(verdict, summarizeImpersonation(verdict)),
    tenantId: context.tenantId,
  };
}

/** As {@link demandProof}; a failure is recorded, so that `verify` and the next `up` prove what is there. */
async function demandFirstProof(context: Context, id: string, desired: Properties): Promise<Properties> {
  try {
    return await demandProof(context, desired);
  } catch (cause) {
    const outputs = cause instanceof FailedProofError ? outputsOf(context, cause.verdict) : unproved(context)(cause);
    throw new UnfinishedError(id, { ...desired, ...outputs }, messageOf(cause), { cause });
  }
}

/** A proof that was made, and failed. */
class FailedProofError extends UserError {
  readonly verdict: WithWayIn<AccessVerdict>;

  constructor(verdict: WithWayIn<AccessVerdict>) {
    super(
      `access check: ${summarizeImpersonation(verdict)}. Run preview to see what differs; destroy is always possible.`,
    );
    this.verdict = verdict;
  }
}

/** Fails, and names the mailboxes, where the proof does. */
async function demandProof(
  context: Context,
  desired: Properties,
  { going, heldSince } = { going: "", heldSince: "" },
): Promise<Properties> {
  const claim = { ...(desired as unknown as ImpersonationClaim), going };
  const verdict = await proveInTime(
    context,
    "the access to be as asked for",
    (fresh) => proveImpersonation(fresh, claim, "sample"),
    findingsOf,
  );
  if (claim.entrantsBaseline === undefined) reportAccepted(context, impersonationCheck.title, verdict.entrants);
  if (!verdict.passed) throw new FailedProofError(verdict);
  return { ...desired, ...outputsOf(context, verdict, heldSince) };
}
