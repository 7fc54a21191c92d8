/** Who gets in beside the stack by its access as it was proved last: asked before anything is added (design.md §7.12). */
import type { Context } from "../lifecycle/contract.ts";
import { proveApplication, type ApplicationClaim } from "./applicationProof.ts";
import { proveImpersonation, type ImpersonationClaim } from "./impersonationProof.ts";
import { say } from "./words/english.ts";

/** What the last proof of each mode was about, as JSON; empty where there was none. */
export interface LastProofs {
  readonly accessClaim: string;
  readonly applicationClaim: string;
}

/** Of what was never proved, or where nothing is added. */
export const nothingProved: LastProofs = { accessClaim: "", applicationClaim: "" };

/** Nobody is let in by a mailbox: which are listed, and which must stay out, is no part of the question. */
const noMailboxes = { members: "", mustStayOut: "" } as const;

/** Each of them once, through what, and what to do; nobody where nothing was proved yet. */
export async function strangersInside(
  context: Context,
  { accessClaim, applicationClaim }: LastProofs,
): Promise<string[]> {
  const verdicts = await Promise.all([
    accessClaim === ""
      ? undefined
      : proveImpersonation(
          context,
          { ...(JSON.parse(accessClaim) as ImpersonationClaim), ...noMailboxes },
          "mustStayOut",
        ),
    applicationClaim === ""
      ? undefined
      : proveApplication(
          context,
          { ...(JSON.parse(applicationClaim) as ApplicationClaim), ...noMailboxes },
          "mustStayOut",
        ),
  ]);
  return [...new Set(verdicts.flatMap((each) => each?.entrants.findings ?? []).map(say))];
}
