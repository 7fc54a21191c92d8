/** How an object is removed: done when it is really gone, whatever became of the answers. */
import { isExchangeError } from "../../exchange/errors.ts";
import { attempts } from "./acquisition.ts";
import type { Context, Lifecycle } from "./contract.ts";
import { observeSettled, settleSeconds } from "./observation.ts";
import { asUserError } from "./userError.ts";

/** The same lifecycle for a removal: it looks at no more than it needs. */
export function seenForRemoval<Inputs extends object>(lifecycle: Lifecycle<Inputs>): Lifecycle<Inputs> {
  return { ...lifecycle, observe: (...asked) => (lifecycle.sight ?? lifecycle.observe).apply(lifecycle, asked) };
}

/**
 * Removes an object and waits until it is really gone; what is gone already is done. One that others use is left, and
 * said: without what the stack hung on it.
 * @param beside GUIDs of what hung on it before the stack took it over
 */
export async function removeWhole<Inputs extends object>(
  whole: Lifecycle<Inputs>,
  context: Context,
  id: string,
  known: Inputs,
  beside: readonly string[] = [],
): Promise<void> {
  const lifecycle = seenForRemoval(whole);
  let isRemoved = false;
  let lost = 0;
  await context.waitFor(
    `the ${lifecycle.title} to be gone`,
    async () => {
      const look = () => observeSettled(lifecycle, context, id, known);
      const live = await look();
      if (live === undefined) return true;
      if (isRemoved || live === "unsettled") return undefined;
      try {
        const reason = await lifecycle.whyStays?.(context, live);
        if (reason !== undefined) {
          await lifecycle.release?.(context, id, known, beside);
          context.left.add(id);
          context.report(reason);
          return true;
        }
        await lifecycle.remove(context, live);
        isRemoved = true;
      } catch (error) {
        // Gone at the back end that answered, or nobody knows: the next look tells.
        lost += 1;
        const isDoubtful =
          isExchangeError(error, "notFound") || (isExchangeError(error, "unknownOutcome") && lost < attempts);
        if (!isDoubtful) throw asUserError(lifecycle.title, error);
      }
      return (await look()) === undefined ? true : undefined;
    },
    settleSeconds,
  );
}
