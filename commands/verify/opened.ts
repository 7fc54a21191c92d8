// A stack as the commands ask about it: what its last `up` claimed, and the place where that is, open.
import { openPlace } from "../../connection/place.ts";
import type { Place, Session } from "../../connection/session.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import type { Context } from "../../resources/lifecycle/contract.ts";
import type { Settings } from "../../stacks/settings.ts";
import { NotRun, readClaims, readConfiguration, type RecordedClaims, type StackOptions } from "./stack.ts";

/** Several questions about one stack share the answers of its session. */
export interface OpenedStack {
  readonly stack: string;
  readonly claims: RecordedClaims;
  readonly settings: Settings | undefined;
  readonly place: Place | Session;
  readonly context: Context;
}

/**
 * Reads state and configuration, and signs in.
 * @param report gets a line for everything that is waited for
 * @throws NotRun where there is nothing to ask about, or nobody to ask
 */
export async function openStack(
  options: StackOptions,
  report: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<OpenedStack> {
  const [claims, { read, settings }] = await Promise.all([
    readClaims(options, environment),
    readConfiguration(options, environment),
  ]);
  const place = await openPlace(read, environment, report);
  if ("problems" in place) throw new NotRun(place.problems.join("; "));
  return { stack: options.stack, claims, settings, place, context: contextOf(place, report) };
}
