/** An account of Active Directory that a stack on Exchange Server is to use as it is: looked at before its first access. */
import { flag, guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { isOfAnotherForest } from "../lifecycle/emergencyStop.ts";
import { getOne } from "../lifecycle/lookup.ts";
import { foreignMark } from "../lifecycle/mark.ts";
import { parseMembers } from "../recipients/memberList.ts";
import { declaresUser, uses, type TenantInputs } from "./tenantInputs.ts";

/**
 * Another stack's account would have both accesses, and go with that stack. One of another forest is disabled here for good.
 * One that may open a remote PowerShell has more ways in than the call centre needs: that is said, and is its owner's to
 * change.
 * @param desired with the user looked up
 */
export async function checkExistingAccount(
  context: Context,
  desired: TenantInputs,
  recorded?: TenantInputs,
): Promise<Problem[]> {
  const [user] = parseMembers(desired.user);
  const [before] = parseMembers(recorded?.user ?? "");
  const isNew = desired.known.roleGroup === "" || (before !== undefined && before.id !== user?.id);
  const isAsked = uses(desired, "impersonation") && !declaresUser(desired) && isNew;
  // Entra's users are looked at by the program (stacks/identities.ts).
  if (context.entra !== undefined || !isAsked || user === undefined || user.id === "") return [];
  const found = await getOne(context.exchange, "Get-User", { Identity: user.address });
  if (found === undefined || guid(found, "ExternalDirectoryObjectId") !== user.id) return [];
  if (isOfAnotherForest(found)) {
    return [
      `serviceUser.existing: ${user.address} is a ${text(found, "RecipientTypeDetails")}: the account that signs in belongs to another forest, and the one here is always disabled, so a stop would not be seen; whether impersonation works for it is not known. Nothing was touched. Name an account of this forest.`,
    ];
  }
  if (flag(found, "RemotePowerShellEnabled")) {
    context.report(
      `serviceUser.existing: ${user.address} may open remote PowerShell, which the call centre does not need. To end that: Set-User ${user.address} -RemotePowerShellEnabled $false.`,
    );
  }
  const other =
    foreignMark(text(found, "Notes"), desired.mark) ?? foreignMark(text(found, "DisplayName"), desired.mark);
  if (other === undefined) return [];
  const whose = `${other.stack}${other.id === "" ? "" : ` (id ${other.id})`}`;
  return [
    `serviceUser.existing: ${user.address} (${user.id}) belongs to another stack, ${whose}: it would have the access of both, and that stack's destroy removes it. Nothing was touched. Name another user.`,
  ];
}
