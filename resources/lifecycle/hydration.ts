/**
 * An organisation that was never customised refuses every custom role object; after Enable-OrganizationCustomization it
 * goes on refusing for up to two hours, although it already calls itself hydrated: first as dehydrated, then for want of
 * delegation (facts/exchange.md §2.8).
 */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject, Parameters } from "../../exchange/session.ts";
import { WaitTimeoutError } from "../../network/waiting.ts";
import { flag } from "./exchangeValue.ts";
import type { Context } from "./contract.ts";
import { messageOf, UserError } from "./userError.ts";

/** What a run knows of the hydration of its organisation. */
export interface Hydration {
  /** When it was asked for or seen under way, in ms by Exchange's clock. */
  since?: number;
}

/** How long an organisation refuses after it, in seconds: 60 minutes as dehydrated, 60 for want of delegation. */
const refusalSeconds = 2 * 60 * 60;

/** How long an Enable-OrganizationCustomization that answered an error may take effect all the same, in seconds. */
const lateSeconds = 60 * 60;

/** What a refusal for want of delegation means besides, where nobody knows of a hydration. */
export const hydrationHint =
  "If somebody ran Enable-OrganizationCustomization within the last two hours, everybody is refused so: run up again later.";

/** Refusals that say that nothing was begun. */
const certain = ["forbidden", "unauthorized", "unknownParameter", "invalid", "throttled"] as const;

/** Notes what the state tells of an earlier run: when it asked. An empty text tells nothing. */
export function recallHydration(context: Context, asked: string): void {
  const time = Date.parse(asked);
  if (!Number.isNaN(time)) context.hydration.since ??= time;
}

/** When hydration was asked for, as an ISO time for the state; empty where this run knows of none. */
export function hydrationTime({ hydration }: Context): string {
  return hydration.since === undefined ? "" : new Date(hydration.since).toISOString();
}

/**
 * Runs Enable-OrganizationCustomization and waits until the organisation calls itself hydrated. One that answers an
 * error may take effect later: it is waited for, too, and the error is the answer only where nothing comes of it.
 */
export async function enableCustomization(context: Context): Promise<void> {
  context.report(
    "Enable-OrganizationCustomization: asked for by allowOrganizationCustomization; this cannot be undone.",
  );
  let refusal: unknown;
  try {
    await context.exchange.write("Enable-OrganizationCustomization", {});
  } catch (error) {
    if (!isExchangeError(error) || isExchangeError(error, ...certain)) throw error;
    refusal = error;
  }
  note(context);
  const look = async (): Promise<true | undefined> => ((await isDehydrated(context)) ? undefined : true);
  if (refusal !== undefined && (await look()) === undefined) {
    context.report(`${messageOf(refusal)} It may take effect all the same, which is waited for.`);
  }
  const seconds = refusal === undefined ? refusalSeconds : lateSeconds;
  await context.waitFor("the organisation to be customised", look, seconds).catch((error: unknown) => {
    throw error instanceof WaitTimeoutError && refusal !== undefined ? refusal : error;
  });
  // What it goes on refusing counts from here.
  note(context);
}

/**
 * Counts from now where an earlier run asked lately and left before anything came of it: when it did is not known, and
 * the refusals begin with that.
 */
export function renewHydration(context: Context): void {
  if (context.hydration.since !== undefined && secondsLeft(context) + lateSeconds > 0) note(context);
}

function note({ hydration, exchange }: Context): void {
  if (exchange.serverTime !== undefined) hydration.since = exchange.serverTime;
}

/** Whether the organisation was never customised; asked anew every time, but for a preview. */
export async function isDehydrated(context: Context, fresh = true): Promise<boolean> {
  const [organization] = await context.exchange.read("Get-OrganizationConfig", {}, { fresh });
  if (organization === undefined) throw new UserError("Get-OrganizationConfig returned nothing.");
  return flag(organization, "IsDehydrated");
}

/** How long a freshly hydrated organisation may still refuse, in seconds; none where no hydration is known. */
function secondsLeft({ hydration, exchange }: Context): number {
  const { since } = hydration;
  const { serverTime } = exchange;
  return since === undefined || serverTime === undefined ? 0 : refusalSeconds - (serverTime - since) / 1000;
}

/**
 * Writes a custom role object; waits visibly while a freshly hydrated organisation still refuses, whoever hydrated it.
 * Elsewhere the refusal is the answer, and so it is where the wait is in vain.
 */
export async function writeWhenReady(
  context: Context,
  cmdlet: string,
  parameters: Parameters,
): Promise<readonly ExchangeObject[]> {
  let refusal: unknown;
  const attempt = async (): Promise<readonly ExchangeObject[] | undefined> => {
    try {
      return await context.exchange.write(cmdlet, parameters);
    } catch (error) {
      if (!(await isPassing(context, error))) throw error;
      if (isExchangeError(error, "delegation") && !isExchangeError(refusal, "delegation")) sayAdvice(context, error);
      refusal = error;
      return undefined;
    }
  };
  const first = await attempt();
  if (first !== undefined) return first;
  const what = `the freshly customised organisation to accept ${cmdlet}`;
  const minutes = Math.ceil(secondsLeft(context) / 60);
  return context.waitFor(what, attempt, minutes * 60).catch((error: unknown) => {
    throw error instanceof WaitTimeoutError ? refusal : error;
  });
}

/** Whether a refusal may be one of those that end by themselves. */
async function isPassing(context: Context, error: unknown): Promise<boolean> {
  if (!isExchangeError(error, "dehydrated", "delegation")) return false;
  if (secondsLeft(context) > 0) return true;
  // Refused as dehydrated by an organisation that calls itself hydrated: somebody else has just asked for it, and want
  // of delegation will follow.
  if (error.kind === "delegation" || (await isDehydrated(context))) return false;
  note(context);
  return true;
}

/** Waiting does not help an identity that lacks the right: whoever watches learns what to look at meanwhile. */
function sayAdvice(context: Context, error: Error): void {
  const minutes = Math.ceil(secondsLeft(context) / 60);
  context.report(
    `${error.message} A freshly customised organisation refuses everybody so, which is waited for, ${minutes} minutes at most. Where the identity does not have the role Organization Management it never ends: end the run with Ctrl-C, assign it, and run up again.`,
  );
}
