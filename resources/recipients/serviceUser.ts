/** The service user as Exchange sees it: looked up by UPN, recognised by its object id. */
import type { ExchangeObject } from "../../exchange/session.ts";
import { WaitTimeoutError } from "../../network/waiting.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getOne } from "../lifecycle/lookup.ts";
import { forestHint } from "./address.ts";
import { formatMembers, parseMembers, type Member } from "./memberList.ts";
import { UserError } from "../lifecycle/userError.ts";

/**
 * Waits until the user has come over from Entra (facts/exchange.md §6: no time is promised). After a destroy Exchange
 * may know that name as the user before it, for as long as the deletion is on its way; one that stays is an error.
 */
export async function awaitServiceUser(context: Context, user: Member): Promise<ExchangeObject> {
  let known = "";
  const look = async (): Promise<ExchangeObject | undefined> => {
    const found = await getOne(context.exchange, "Get-User", { Identity: user.address }, { fresh: true });
    known = found === undefined ? "" : guid(found, "ExternalDirectoryObjectId");
    return known === user.id ? found : undefined;
  };
  return context.waitFor(`Exchange to know ${user.address}`, look, 900).catch((error: unknown) => {
    if (!(error instanceof WaitTimeoutError) || known === "") throw error;
    throw new UserError(
      `service user: Exchange knows ${user.address} as ${known}, but the stack means ${user.id}. Nothing was changed.`,
      { cause: error },
    );
  });
}

/** What the stack recorded of the user, and which addresses may mean somebody else by now. */
export interface RecordedUser {
  /** `upn objectId`; without an id, or empty, where nothing is recorded. */
  readonly line: string;
  readonly confirmed: readonly string[];
}

/**
 * Completes `upn` to `upn objectId` where only the UPN of an existing user was given. One who bears the UPN of another
 * recorded user is refused until it is confirmed (design.md §7.4).
 */
export async function resolveServiceUser(
  context: Context,
  line: string,
  recorded: RecordedUser = { line: "", confirmed: [] },
): Promise<{ line: string; problems: readonly Problem[] }> {
  const [user] = parseMembers(line);
  if (user === undefined || user.id !== "") return { line, problems: [] };
  const isThis = (address: string): boolean => address.toLowerCase() === user.address.toLowerCase();
  const known = parseMembers(recorded.line).find(({ address }) => isThis(address))?.id ?? "";
  // What was recorded stays so until another user is confirmed.
  const kept = known === "" ? line : formatMembers([{ address: user.address, id: known }]);
  const found = await getOne(context.exchange, "Get-User", { Identity: user.address });
  const upn = found === undefined ? "" : text(found, "UserPrincipalName");
  const id = found === undefined ? "" : guid(found, "ExternalDirectoryObjectId");
  if (id === "" || upn.toLowerCase() !== user.address.toLowerCase()) {
    const problem = `serviceUser.existing: there is no user ${user.address} in this tenant. Write the user principal name of an existing user, or leave the setting out to have one made.${forestHint(context)}`;
    return { line: kept, problems: [problem] };
  }
  if (known !== "" && known !== id && !recorded.confirmed.some(isThis)) {
    const problem = `serviceUser.existing: ${user.address} was user ${known} when it was recorded and is ${id} now. If the new one is meant, add the address to confirmedAddresses. Nothing was changed.`;
    return { line: kept, problems: [problem] };
  }
  return { line: formatMembers([{ address: user.address, id }]), problems: [] };
}
