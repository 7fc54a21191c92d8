/** Members and owners of a mail-enabled group: as Exchange shows them, and how the list is written. */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject, Parameters } from "../../exchange/session.ts";
import type { Context } from "../lifecycle/contract.ts";
import { guid, isNamed, list, nameOf, text } from "../lifecycle/exchangeValue.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { UserError } from "../lifecycle/userError.ts";
import { idsOf, parseMembers, type Member } from "./memberList.ts";

/**
 * Update-DistributionGroupMember takes 10,000; near that it runs into the server's time limit (facts/exchange.md §2.5).
 */
export const mostAtOnce = 5000;

/** The identity need not be an owner. */
export const bypass = { BypassSecurityGroupManagerCheck: true };

/** Replaces the list in one call; where it is too long for that, each member is removed or added by itself. */
export async function alignMembers(context: Context, Identity: string, live: string, desired: string): Promise<void> {
  const wanted = idsOf(parseMembers(desired));
  if (wanted.size <= mostAtOnce) {
    await context.exchange.write("Update-DistributionGroupMember", { Identity, Members: [...wanted], ...bypass });
    return;
  }
  const present = idsOf(parseMembers(live));
  const each = (ids: ReadonlySet<string>, others: ReadonlySet<string>): Parameters[] =>
    [...ids].filter((id) => !others.has(id)).map((Member) => ({ Identity, Member, ...bypass }));
  await context.exchange.writeEach("Remove-DistributionGroupMember", each(present, wanted), ["notMember"]);
  await context.exchange.writeEach("Add-DistributionGroupMember", each(wanted, present), ["alreadyMember"]);
}

/** Direct members of a mail-enabled group by object id in Entra; `undefined` where the group is gone. */
export async function securityGroupMembers(context: Context, id: string): Promise<Member[] | undefined> {
  return (await readGroupMembers(context, id))?.map(memberOf);
}

/** Direct members as recipients, with what is asked of a long list of them; `undefined` where the group is gone. */
export async function readGroupMembers(context: Context, id: string): Promise<readonly ExchangeObject[] | undefined> {
  const select = ["Guid", "ExternalDirectoryObjectId", "Name", "PrimarySmtpAddress", "RecipientTypeDetails"];
  try {
    const asked = { Identity: id, ResultSize: "Unlimited" };
    return await context.exchange.read("Get-DistributionGroupMember", asked, { select });
  } catch (error) {
    if (isExchangeError(error, "notFound")) return undefined;
    throw error;
  }
}

/** A recipient as a member; one without an object id in Entra (a contact) goes by its own GUID. */
function memberOf(recipient: ExchangeObject): Member {
  return {
    address: (text(recipient, "PrimarySmtpAddress") || text(recipient, "Name")).replaceAll(/\s+/g, "_"),
    id: guid(recipient, "ExternalDirectoryObjectId") || guid(recipient),
  };
}

/** The group's owners; Exchange names them, and the one that is expected is known by then. */
export async function ownersOf(
  context: Context,
  group: ExchangeObject,
  expected: ExchangeObject | undefined,
  recorded: readonly Member[],
): Promise<Member[]> {
  return Promise.all(
    list(group, "ManagedBy").map(async (identity) => {
      if (expected !== undefined && isNamed(identity, expected)) return memberOf(expected);
      const owner = await recipientOf(context, identity);
      if (owner !== undefined) return memberOf(owner);
      const [only] = recorded;
      const isRecorded = recorded.length === 1 && only?.id === identity.toLowerCase();
      return { address: isRecorded ? only.address : nameOf(identity).replaceAll(/\s+/g, "_"), id: "" };
    }),
  );
}

/**
 * The recipient of an owner's identity. Several may share a name, or it cannot be asked: then the owner is shown as
 * Exchange names him, because who he is must not keep the group from being read, changed or removed.
 */
export async function recipientOf({ exchange }: Context, identity: string): Promise<ExchangeObject | undefined> {
  const found = await getAll(exchange, "Get-Recipient", { Identity: identity }).catch((error: unknown) => {
    if (!isExchangeError(error)) throw error;
    return [];
  });
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Why nobody can be made the owner: Exchange itself says that he is gone. `undefined` where he is there.
 * @param owner as `address objectId`
 * @param others who owns the group instead, as lines; empty for nobody
 */
export async function whyNoOwner({ exchange }: Context, owner: string, others = ""): Promise<string | undefined> {
  const [asked] = parseMembers(owner);
  if (asked === undefined || (await getAll(exchange, "Get-Recipient", { Identity: asked.id })).length > 0)
    return undefined;
  const now = parseMembers(others).map(({ address }) => address);
  const instead = now.length === 0 ? "" : `, and ${now.join(", ")} owns it instead, who can widen it`;
  return `owner: ${asked.address} (${asked.id}) no longer exists, so the security group cannot be given to that owner${instead}. Name another owner, and run up again: that one takes the place of all others.`;
}

/** Of a write that gives the group an owner: fails with {@link whyNoOwner} where that is why, and as it failed otherwise. */
export async function failForOwner(context: Context, owner: string, error: unknown): Promise<never> {
  const orphaned = await whyNoOwner(context, owner);
  throw orphaned === undefined ? error : new UserError(orphaned, { cause: error });
}
