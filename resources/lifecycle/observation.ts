/** How an object is looked at by somebody who waits: what no back end shows yet is neither there nor gone. */
import { WaitTimeoutError } from "../../network/waiting.ts";
import type { Recorded } from "./artifact.ts";
import type { Context, Lifecycle, Observed } from "./contract.ts";
import { UnsettledError } from "./userError.ts";

/** How long Exchange may take to show a change that it accepted, in seconds. */
export const settleSeconds = 120;

/** Observes for somebody who waits: back ends that do not agree yet are no error. */
export async function observeSettled<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  known: Inputs,
): Promise<Observed<Inputs> | "unsettled" | undefined> {
  try {
    return await lifecycle.observe(context, id, known);
  } catch (error) {
    if (error instanceof UnsettledError) return "unsettled";
    throw error;
  }
}

/**
 * Whether an object was made and recorded, but never shown by any back end: a not-found says nothing about it yet
 * (facts/exchange.md §6).
 */
export function isUnseen(recorded: Recorded): boolean {
  return recorded.properties["unseen"] === true;
}

/** Waits for such an object to appear; one that never does is gone. */
export async function awaitSight<Inputs extends object>(
  lifecycle: Lifecycle<Inputs>,
  context: Context,
  id: string,
  known: Inputs,
): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const live = await observeSettled(lifecycle, context, id, known);
    return live === undefined ? undefined : true;
  };
  await context.waitFor(`the ${lifecycle.title} to be visible`, look, settleSeconds).catch((error: unknown) => {
    if (!(error instanceof WaitTimeoutError)) throw error;
  });
}
