/** How long a proof that fails is tried again; the same for both access modes. */
import { InterruptedError } from "../../network/interruption.ts";
import type { Context } from "../lifecycle/contract.ts";
import { withFreshReads } from "../lifecycle/lookup.ts";
import type { Finding } from "./finding.ts";

/** How long lag between back ends may explain a failing proof, in seconds. */
const patience = 120;

/**
 * Proves by fresh reads until it holds, until what is wrong cannot be lag, or until nothing that is lag would last so
 * long; returns the last verdict, whatever it says. Rejects where there never was one, or where the operator ends the
 * run: then nothing can be said.
 * @param what continues "waiting for …"
 */
export async function proveInTime<Verdict extends { readonly passed: boolean }>(
  context: Context,
  what: string,
  prove: (fresh: Context) => Promise<Verdict>,
  findingsOf: (verdict: Verdict) => readonly Finding[],
): Promise<Verdict> {
  const fresh = withFreshReads(context);
  let last: Verdict | undefined;
  const attempt = async (): Promise<Verdict | undefined> => {
    last = await prove(fresh);
    return last.passed || findingsOf(last).some((finding) => !finding.mayPass) ? last : undefined;
  };
  return fresh.waitFor(what, attempt, patience).catch((error: unknown) => {
    if (last === undefined || error instanceof InterruptedError) throw error;
    return last;
  });
}
