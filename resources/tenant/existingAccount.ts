/** A user that the stack is to use as it is (serviceUser.existing): looked at before its first access. */
import type { ExchangeObject } from "../../exchange/session.ts";
import { flag, guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { blockedUser, isOfAnotherForest } from "../lifecycle/emergencyStop.ts";
import { getOne } from "../lifecycle/lookup.ts";
import { foreignMark } from "../lifecycle/mark.ts";
import { idsOf, parseMembers, type Member } from "../recipients/memberList.ts";
import { declaresUser, uses, type TenantInputs } from "./tenantInputs.ts";

/** Whether a user that the stack only uses would get its first access: before, there was none, or another's. */
export function isNewcomer(desired: TenantInputs, recorded: TenantInputs | undefined): boolean {
  if (!uses(desired, "impersonation") || declaresUser(desired)) return false;
  const [user] = parseMembers(desired.user);
  if (user === undefined || user.id === "") return false;
  const before = parseMembers(recorded?.user ?? "");
  const known = idsOf([...before, ...parseMembers(desired.known.heldUser)]);
  return desired.known.roleGroup === "" || (before.length > 0 && !known.has(user.id));
}

/**
 * One that is blocked lets nobody in, and is nobody's stop: no access was there to be stopped. On Exchange Server, also:
 * another stack's account would have both accesses, and go with that stack. One of another forest is disabled here for
 * good. One that may open a remote PowerShell has more ways in than the call centre needs: that is said, and is its
 * owner's to change.
 * @param desired with the user looked up
 */
export async function checkExistingAccount(
  context: Context,
  desired: TenantInputs,
  recorded?: TenantInputs,
): Promise<Problem[]> {
  const [user] = parseMembers(desired.user);
  if (user === undefined || !isNewcomer(desired, recorded)) return [];
  const [found, stops] = await Promise.all([
    getOne(context.exchange, "Get-User", { Identity: user.address }),
    blockedUser(context, user.address),
  ]);
  if (found === undefined || guid(found, "ExternalDirectoryObjectId") !== user.id) return [];
  const blocked = stops.length === 0 ? [] : [refuseBlocked(context, user, found)];
  // Whose a user of Entra is, the program asks (stacks/identities.ts).
  return context.entra === undefined ? [...blocked, ...judgeAccount(context, user, found, desired.mark)] : blocked;
}

function refuseBlocked({ entra }: Context, user: Member, found: ExchangeObject): Problem {
  const type = text(found, "RecipientTypeDetails");
  const why = /^(Shared|Room|Equipment)Mailbox$/.test(type)
    ? `, as the account of every ${type} is when it is made`
    : "";
  const way = entra === undefined ? `Enable-ADAccount -Identity ${guid(found)}` : "in Entra, Account enabled";
  return `serviceUser.existing: ${user.address} (${user.id}) is blocked from signing in${why}: the call centre could not get in with it. Nothing was touched. Name a user that may sign in and is there for this access alone, or unblock this one first (${way}); regrant does not.`;
}

function judgeAccount(context: Context, user: Member, found: ExchangeObject, mark: string): Problem[] {
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
  const other = foreignMark(text(found, "Notes"), mark) ?? foreignMark(text(found, "DisplayName"), mark);
  if (other === undefined) return [];
  const whose = `${other.stack}${other.id === "" ? "" : ` (id ${other.id})`}`;
  return [
    `serviceUser.existing: ${user.address} (${user.id}) belongs to another stack, ${whose}: it would have the access of both, and that stack's destroy removes it. Nothing was touched. Name another user.`,
  ];
}
