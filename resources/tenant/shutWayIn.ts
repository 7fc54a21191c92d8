/** Whether the way in is shut, before the first write of a stack, or of a mode that it is given. */
import { comesByEws } from "../lifecycle/applicationRoles.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { askedByApplication, askedByImpersonation, examineWayIn } from "../proof/wayInEvidence.ts";
import { say } from "../proof/words/english.ts";
import { sayWayIn } from "../proof/words/summariesEnglish.ts";
import { linesOf, parseMembers } from "../recipients/memberList.ts";
import { uses, type LastingInputs, type TenantInputs } from "./tenantInputs.ts";

/**
 * Asks what the proof asks: what is shut now would fail it when everything is there.
 * @param desired with the mailboxes and the service user looked up
 */
export async function checkWayIn(
  context: Context,
  desired: TenantInputs,
  recorded: LastingInputs | undefined,
): Promise<Problem[]> {
  const claim = { ...desired, appId: desired.clientId, members: parseMembers(desired.members) };
  const asked = [
    ...(isNew("impersonation", desired, recorded) ? [askedByImpersonation(claim)] : []),
    ...(isNew("application", desired, recorded) ? [askedByApplication(claim)] : []),
  ].filter(({ comesBy }) => comesBy === "ews");
  const verdicts = await Promise.all(asked.map((each) => examineWayIn(context, each)));
  for (const verdict of verdicts) {
    if (verdict.state === "unknown") context.report(`way in: ${sayWayIn(verdict)}.`);
    for (const note of verdict.notes) context.report(`way in: ${say(note)}.`);
  }
  const problems = verdicts.flatMap(({ findings }) => findings.map(say));
  return [...new Set(problems)].map(
    (text) => `${text}. The call centre would be refused whatever the stack gives it. Nothing was changed.`,
  );
}

/** Whether a mode comes by EWS now and did not before. */
function isNew(
  mode: "impersonation" | "application",
  desired: TenantInputs,
  recorded: LastingInputs | undefined,
): boolean {
  const comes = (inputs: LastingInputs): boolean =>
    uses(inputs, mode) && (mode === "impersonation" || linesOf(inputs.roles).some(comesByEws));
  return comes(desired) && (recorded === undefined || !comes(recorded));
}
