/** Warns before the automation identity's own credential ends: after that nobody can see, repair or remove anything. */
import type { CredentialEnd } from "../../directory/ownCredential.ts";
import { daysLeft, warnedDays } from "../proof/expiry.ts";
import type { Context } from "../lifecycle/contract.ts";

/** The warning; `undefined` where it is too early for one. Pure. */
export function credentialWarning({ kind, notAfter }: CredentialEnd, now: number): string | undefined {
  if (daysLeft(notAfter, now) >= warnedDays) return undefined;
  const end = Date.parse(notAfter) <= now ? "ended on" : "ends on";
  return `WARNING: the automation identity's own ${kind} ${end} ${notAfter}. Give its app a new one and hand it to the runs; without it nobody can preview, repair or remove this access.`;
}

/** Reports it. */
export async function warnOfOwnCredential(context: Context): Promise<void> {
  const end = await context.entra?.credentialEnd();
  const warning = end === undefined ? undefined : credentialWarning(end, Date.now());
  if (warning !== undefined) context.report(warning);
}
