/** Who is inside a management scope, asked with the scope's own live filter, and whether that is who is listed. */
import { isExchangeError } from "../../exchange/errors.ts";
import { memberOfLdapFilter, parseMemberOfGroup } from "../../exchange/filter.ts";
import type { ExchangeObject, ExchangeSession, Parameters } from "../../exchange/session.ts";
import { WaitTimeoutError } from "../../network/waiting.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { asDigest, digestOf, knownList } from "./listed.ts";
import { compareWithList, type Member } from "./memberList.ts";
import { UserError } from "../lifecycle/userError.ts";

/** A recipient inside a scope; `type` is its RecipientTypeDetails. */
export interface Inside extends Member {
  readonly type: string;
}

/**
 * All recipients that the live filter of the scope matches. Asked twice, because reads land on different back ends
 * (facts/exchange.md §6): two answers that disagree are an error to be tried again, never an answer.
 */
export async function recipientsInside(context: Context, scopeId: string): Promise<Inside[]> {
  const scope = await getByGuid(context.exchange, "Get-ManagementScope", scopeId);
  if (scope === undefined) return [];
  const filter = text(scope, "RecipientFilter");
  if (parseMemberOfGroup(filter) === undefined) {
    throw new UserError(`management scope: its filter is not a list of groups, so it cannot be relied on: ${filter}`);
  }
  return previewFilter(context, filter);
}

/**
 * Compares the recipients inside the live scope with the list, before a role is given there; waits for members that are
 * still on their way, then fails and names who is too many and who is missing, where the run knows the list.
 * @param desired GUID of the scope, and the listed mailboxes as lines or as their digest (listed.ts)
 */
export async function demandOnlyListed(
  context: Context,
  desired: { readonly scope: string; readonly members: string },
): Promise<void> {
  const listed = asDigest(desired.members);
  await context
    .waitFor("the scope to hold exactly the listed mailboxes", async () => {
      const inside = await recipientsInside(context, desired.scope);
      return digestOf(inside) === listed ? true : undefined;
    })
    .catch(async (cause: unknown) => {
      if (!(cause instanceof WaitTimeoutError)) throw cause;
      const inside = await recipientsInside(context, desired.scope);
      throw new UserError(
        `role assignment: the scope does not hold exactly the listed mailboxes, so no access was given.${describeDifference(context, inside, desired.members)}`,
        { cause },
      );
    });
}

/** Who is too many and who is missing, as sentences with a blank before each. */
function describeDifference(context: Context, inside: readonly Inside[], listed: string): string {
  const members = knownList(context, listed);
  if (members === undefined) return ` Inside are ${digestOf(inside)}, listed are ${listed}.`;
  const { more, less } = compareWithList(inside, members);
  return (
    (more.length > 0 ? ` Not listed but inside: ${more.map(({ address }) => address).join(", ")}.` : "") +
    (less.length > 0 ? ` Listed but not inside: ${less.map(({ address }) => address).join(", ")}.` : "")
  );
}

/** Previews under way: proofs of one scope in the same moment share one. */
const underWay = new WeakMap<ExchangeSession, Map<string, Promise<Inside[]>>>();

/** All recipients that a filter matches, by two agreeing reads. */
export async function previewFilter(context: Context, filter: string): Promise<Inside[]> {
  const previews = underWay.get(context.exchange) ?? new Map<string, Promise<Inside[]>>();
  underWay.set(context.exchange, previews);
  const preview = previews.get(filter) ?? ask(context, filter).finally(() => previews.delete(filter));
  previews.set(filter, preview);
  return preview;
}

async function ask(context: Context, filter: string): Promise<Inside[]> {
  const look = async (fresh = true): Promise<Inside[]> => {
    const found = await readMatches(context.exchange, filter, fresh);
    return found.map((recipient) => ({
      address: text(recipient, "PrimarySmtpAddress") || text(recipient, "Name"),
      id: guid(recipient, "ExternalDirectoryObjectId") || guid(recipient),
      type: text(recipient, "RecipientTypeDetails"),
    }));
  };
  // At once, in two requests: so they need not be answered by the same back end. The last look that this run took at the
  // scope, since anything was changed, is as good as one of them.
  const [first, second] = await Promise.all([look(false), look()]);
  if (keyOf(first) === keyOf(second)) return second;
  return context.waitFor(
    "two reads of the scope's recipients to agree",
    agreement(second, () => look()),
    120,
  );
}

/** All that is asked of who is inside: of a long list everything else only takes memory. */
const select = ["Guid", "ExternalDirectoryObjectId", "Name", "PrimarySmtpAddress", "RecipientTypeDetails"];

/** Sessions that refused a preview in OPATH, so that they are asked in LDAP's language at once. */
const readsLdap = new WeakSet<ExchangeSession>();

/**
 * The recipients that an OPATH filter matches now. Microsoft's documents show RecipientPreviewFilter with OPATH and with
 * LDAP: what Exchange refuses in the one language is asked in the other. A misread filter could only match others than
 * the listed ones, which every caller takes for a failure.
 */
async function readMatches(
  exchange: ExchangeSession,
  filter: string,
  fresh: boolean,
): Promise<readonly ExchangeObject[]> {
  const read = (parameters: Parameters): Promise<readonly ExchangeObject[]> =>
    exchange.read("Get-Recipient", { ...parameters, ResultSize: "Unlimited" }, { fresh, select });
  const readOtherwise = (): Promise<readonly ExchangeObject[]> => {
    const groups = parseMemberOfGroup(filter);
    // No filter of ours: -Filter reads OPATH without a doubt.
    return read(groups === undefined ? { Filter: filter } : { RecipientPreviewFilter: memberOfLdapFilter(groups.dns) });
  };
  if (readsLdap.has(exchange)) return readOtherwise();
  try {
    return await read({ RecipientPreviewFilter: filter });
  } catch (refusal) {
    if (!isExchangeError(refusal, "invalid")) throw refusal;
    const found = await readOtherwise();
    readsLdap.add(exchange);
    return found;
  }
}

/** A probe that answers once two reads in a row name the same recipients. */
function agreement(first: Inside[], ask: () => Promise<Inside[]>): () => Promise<Inside[] | undefined> {
  let previous = first;
  return async () => {
    const next = await ask();
    const agrees = keyOf(next) === keyOf(previous);
    previous = next;
    return agrees ? next : undefined;
  };
}

function keyOf(recipients: readonly Inside[]): string {
  return recipients
    .map((recipient) => recipient.id)
    .toSorted()
    .join(" ");
}
