/** The service user as Exchange sees it: looked up by UPN, recognised by its object id. */
import type { ExchangeObject } from "../exchange/session.ts";
import { guid, text } from "./exchangeValue.ts";
import type { Context, Problem } from "./lifecycle.ts";
import { getOne } from "./lookup.ts";
import { formatMembers, parseMembers, type Member } from "./memberList.ts";
import { UserError } from "./userError.ts";

/** The user in Exchange's directory; `undefined` while it is not there (yet). Another user of that UPN is an error. */
export async function findServiceUser(context: Context, user: Member): Promise<ExchangeObject | undefined> {
  const found = await getOne(context.exchange, "Get-User", { Identity: user.address }, { fresh: true });
  if (found === undefined) return undefined;
  const id = guid(found, "ExternalDirectoryObjectId");
  if (id !== user.id) {
    throw new UserError(
      `service user: Exchange knows ${user.address} as ${id}, but the stack means ${user.id}. Nothing was changed.`,
    );
  }
  return found;
}

/** Waits until the user has come over from Entra (facts/exchange.md §6: no time is promised). */
export async function awaitServiceUser(context: Context, user: Member): Promise<ExchangeObject> {
  return context.waitFor(`Exchange to know ${user.address}`, () => findServiceUser(context, user), 900);
}

/** Completes `upn` to `upn objectId` where only the UPN of an existing user was given. */
export async function resolveServiceUser(
  context: Context,
  line: string,
): Promise<{ line: string; problems: readonly Problem[] }> {
  const [user] = parseMembers(line);
  if (user === undefined || user.id !== "") return { line, problems: [] };
  const found = await getOne(context.exchange, "Get-User", { Identity: user.address });
  const upn = found === undefined ? "" : text(found, "UserPrincipalName");
  const id = found === undefined ? "" : guid(found, "ExternalDirectoryObjectId");
  if (id === "" || upn.toLowerCase() !== user.address.toLowerCase()) {
    const problem = `serviceUser.existing: there is no user ${user.address} in this tenant. Write the user principal name of an existing user, or leave the setting out to have one made.`;
    return { line, problems: [problem] };
  }
  return { line: formatMembers([{ address: user.address, id }]), problems: [] };
}
