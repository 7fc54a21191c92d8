/**
 * Step 7 as a resource: every refresh proves the access anew, and an access that is not as asked for fails the `up`.
 */
import { demandSameTenant, isUnknown, type Artifact, type Recorded } from "./artifact.ts";
import type { Context, Properties } from "./lifecycle.ts";
import { prove, type Claim } from "./proof.ts";
import { proveInTime } from "./proofWait.ts";
import { resolveServiceUser } from "./serviceUser.ts";
import { messageOf, UserError } from "./userError.ts";
import type { Verdict } from "./verdict.ts";

/** What is proved, and that it is to hold. */
export interface AccessCheckInputs extends Claim {
  /**
   * Whether the state says of the service user that it stays when the stack lets go of it: recorded here, because this
   * comes after it (stacks/ownState.ts).
   */
  readonly keepsUser: boolean;
  /** `passed`; a refresh shows what is wrong in its place. */
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
  "callCentreClientId",
  "keepsUser",
] as const;

/** The proof as an artifact without an object. */
export const accessCheck: Artifact = {
  title: "access check",

  async check(context, _recorded, desired) {
    const user = (desired as unknown as AccessCheckInputs).user;
    if (isUnknown(user)) return { inputs: desired, problems: [] };
    const { line, problems } = await resolveServiceUser(context, user);
    return { inputs: { ...desired, user: line }, problems };
  },

  diff(recorded, desired) {
    const changes = claimed.some((name) => recorded[name] !== desired[name]) || recorded["verdict"] !== "passed";
    return { changes, replaces: [], deleteBeforeReplace: false };
  },

  async create(context, desired) {
    return { id: `access-check-${context.tenantId}`, properties: await demandProof(context, desired) };
  },

  async read(context, recorded) {
    const claim = claimOf(context, recorded);
    const verdict = await prove(context, claim).catch(unproved);
    // The plan only says that something about the proof changed.
    if (!verdict.passed) context.report(`access check: as it is now, ${verdict.summary}.`);
    const properties = { ...recorded.properties, ...outputsOf(context, verdict) };
    return { properties, inputs: inputsOf(properties) };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, accessCheck.title, recorded.properties);
    return demandProof(context, desired);
  },

  // A failing proof, or no connection, never keeps an access from being removed.
  remove: async () => undefined,
};

/** No answer is no proof, but it is no reason either to keep a destroy from removing the access. */
function unproved(error: unknown): Verdict {
  const text = `it could not be asked: ${messageOf(error)}`;
  return { passed: false, findings: [{ text, mayPass: true }], summary: `not proved: ${text}`, notProved: [] };
}

function claimOf(context: Context, recorded: Recorded): Claim {
  demandSameTenant(context, accessCheck.title, recorded.properties);
  return recorded.properties as unknown as Claim;
}

function inputsOf(properties: Properties): Properties {
  const names = [...claimed, "verdict"];
  return Object.fromEntries(names.map((name) => [name, properties[name]]));
}

function outputsOf(context: Context, verdict: Verdict): Properties {
  return {
    verdict: verdict.passed ? "passed" : verdict.summary,
    summary: verdict.summary,
    notProved: verdict.notProved,
    tenantId: context.tenantId,
  };
}

/** Fails, and names the mailboxes, where the proof does. */
async function demandProof(context: Context, desired: Properties): Promise<Properties> {
  const claim = desired as unknown as Claim;
  const verdict = await proveInTime(
    context,
    "the access to be as asked for",
    (fresh) => prove(fresh, claim),
    ({ findings }) => findings,
  );
  if (!verdict.passed) {
    throw new UserError(
      `access check: ${verdict.summary}. Run preview to see what differs; destroy is always possible.`,
    );
  }
  return { ...desired, ...outputsOf(context, verdict) };
}
