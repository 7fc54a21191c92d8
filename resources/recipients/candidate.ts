/** What an address may mean: looked up by itself, or known to stand as it was recorded. */
import { isExchangeError } from "../../exchange/errors.ts";
import { quote } from "../../exchange/filter.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { readGroupMembers } from "./groupMembers.ts";
import type { Member } from "./memberList.ts";

/** What an address means in Exchange, as far as a decision needs it. */
export interface Candidate {
  readonly id: string;
  readonly type: string;
  readonly primarySmtpAddress: string;
}

/** By address, in lower case: whatever bears it as its primary address or user principal name. */
export type Candidates = ReadonlyMap<string, readonly Candidate[]>;

const mailboxTypes = new Set([
  "UserMailbox",
  "SharedMailbox",
  "RoomMailbox",
  "EquipmentMailbox",
  "LinkedMailbox",
  "LegacyMailbox",
  "LinkedRoomMailbox",
  "SchedulingMailbox",
]);

/** Whether a RecipientTypeDetails is a mailbox of one person, team, room or device. */
export function isMailbox(type: string): boolean {
  return mailboxTypes.has(type);
}

/** A recipient, or a user, as what an address may mean. */
export function candidateOf(object: ExchangeObject): Candidate {
  return {
    id: guid(object, "ExternalDirectoryObjectId") || guid(object),
    type: text(object, "RecipientTypeDetails"),
    primarySmtpAddress: text(object, "PrimarySmtpAddress") || text(object, "WindowsEmailAddress"),
  };
}

/** How many addresses one filter names. */
const chunkSize = 40;

/** Of more addresses than these it costs less to read all mailboxes and all users than to name each. */
const fewAddresses = 1000;

/** All that is judged of a recipient or user; of a long list everything else only takes memory. */
const select = ["Guid", "ExternalDirectoryObjectId", "RecipientTypeDetails"];

/** Finds by address, each candidate once. */
class Found {
  readonly candidates = new Map<string, Candidate[]>();

  add(address: string, object: ExchangeObject): void {
    const candidate = candidateOf(object);
    const others = this.candidates.get(address.toLowerCase()) ?? [];
    if (others.some((other) => other.id === candidate.id)) return;
    this.candidates.set(address.toLowerCase(), [...others, candidate]);
  }
}

/** All recipients whose primary address, and users whose principal name, is one of the addresses. */
export async function findCandidates(context: Context, addresses: readonly string[]): Promise<Candidates> {
  const found = new Found();
  const left = addresses.length > fewAddresses ? await findInLists(context, addresses, found) : addresses;
  const ask = async (cmdlet: string, property: string): Promise<void> => {
    const objects = await Promise.all(
      chunks(left).map((chunk) => {
        const Filter = chunk.map((address) => `${property} -eq ${quote(address)}`).join(" -or ");
        return getAll(context.exchange, cmdlet, { Filter, ResultSize: "Unlimited" });
      }),
    );
    for (const object of objects.flat()) found.add(text(object, property), object);
  };
  await Promise.all([ask("Get-Recipient", "PrimarySmtpAddress"), ask("Get-User", "UserPrincipalName")]);
  return found.candidates;
}

/** All mailboxes of the organisation, with as much of each as is asked of a long list. */
export async function readMailboxes({ exchange }: Context): Promise<readonly ExchangeObject[]> {
  return getAll(
    exchange,
    "Get-Recipient",
    { RecipientTypeDetails: ["UserMailbox", "SharedMailbox", "RoomMailbox"], ResultSize: "Unlimited" },
    { select: [...select, "PrimarySmtpAddress"] },
  );
}

/**
 * Finds what bears an address in two whole lists.
 * @returns the addresses that are no mailbox's primary one, which have to be asked for: anything else may bear them
 */
async function findInLists(context: Context, addresses: readonly string[], found: Found): Promise<string[]> {
  const [mailboxes, users] = await Promise.all([
    readMailboxes(context),
    getAll(
      context.exchange,
      "Get-User",
      { ResultSize: "Unlimited" },
      { all: true, select: [...select, "UserPrincipalName", "WindowsEmailAddress"] },
    ),
  ]);
  const wanted = new Set(addresses.map((address) => address.toLowerCase()));
  const primary = new Map(mailboxes.map((each) => [text(each, "PrimarySmtpAddress").toLowerCase(), each]));
  for (const [address, mailbox] of primary) if (wanted.has(address)) found.add(address, mailbox);
  for (const user of users) {
    const name = text(user, "UserPrincipalName").toLowerCase();
    if (wanted.has(name) && primary.has(name)) found.add(name, user);
  }
  return addresses.filter((address) => !primary.has(address.toLowerCase()));
}

function chunks(addresses: readonly string[]): string[][] {
  const count = Math.ceil(addresses.length / chunkSize);
  return Array.from({ length: count }, (_, index) => addresses.slice(index * chunkSize, (index + 1) * chunkSize));
}

/**
 * What addresses mean, of which some were recorded. One whose recorded mailbox is in the stack's group and still has it
 * as its primary address stands: nobody else can have it, and one read of the group tells it of all of them. The others
 * are looked up.
 * @param group GUID of the security group; empty where there is none
 */
export async function findUnlessStanding(
  context: Context,
  addresses: readonly string[],
  recorded: readonly Member[],
  group: string,
): Promise<Candidates> {
  const standing = await findStanding(context, recorded, group);
  const left = addresses.filter((address) => !standing.has(address.toLowerCase()));
  return new Map([...standing, ...(await findCandidates(context, left))]);
}

async function findStanding(context: Context, recorded: readonly Member[], group: string): Promise<Candidates> {
  if (group === "" || context.gone.has(group) || recorded.length === 0) return new Map();
  // Where the group cannot be read every address is looked up.
  const rows = await readGroupMembers(context, group).catch((error: unknown) => {
    if (!isExchangeError(error)) throw error;
    return undefined;
  });
  const inGroup = new Map((rows ?? []).map(candidateOf).map((candidate) => [candidate.id, candidate]));
  return new Map(
    recorded.flatMap(({ address, id }) => {
      const live = inGroup.get(id);
      const stands = live?.primarySmtpAddress.toLowerCase() === address.toLowerCase() && isMailbox(live.type);
      return live !== undefined && stands ? [[address.toLowerCase(), [live]] as const] : [];
    }),
  );
}
