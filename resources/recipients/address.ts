/**
 * Addresses of the settings, looked up: each must be the primary SMTP address or the user principal name of exactly one
 * mailbox, and mean the same mailbox as when it was recorded (design.md §7.4).
 */
import { isExchangeError } from "../../exchange/errors.ts";
import { quote } from "../../exchange/filter.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { candidateOf, findCandidates, isMailbox, type Candidate, type Candidates } from "./candidate.ts";
import { formatMembers, parseMembers, type Member } from "./memberList.ts";

/** How one address of the list was judged; pure data. */
export type Judgement =
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "vanished"; readonly member: Member }
  | { readonly kind: "problem"; readonly problem: Problem };

/**
 * Who may own the security group: one person. Exchange takes a group, too (facts/exchange.md §2.5), but its members
 * could be listed mailboxes, and an owner can widen the security group; behind a shared mailbox or a room stands nobody.
 */
const ownerTypes = new Set(["UserMailbox", "LinkedMailbox", "LegacyMailbox", "MailUser"]);

/** The addresses of one list, with what is known of them. */
export interface MailboxQuestion {
  readonly addresses: readonly string[];
  /** What the stack recorded: addresses with the object ids that they had. */
  readonly recorded: readonly Member[];
  /** Addresses that may now mean another object. */
  readonly confirmed: readonly string[];
}

/** What the addresses mean: mailboxes that are there, that were there, and what is wrong. */
export interface MailboxAnswer {
  readonly members: Member[];
  readonly vanished: Member[];
  readonly problems: Problem[];
}

/**
 * Judges all addresses together.
 * @param candidates what was found for these addresses, and maybe for others (candidate.ts)
 */
export async function resolveMailboxes(
  context: Context,
  question: MailboxQuestion,
  candidates: Candidates,
): Promise<MailboxAnswer> {
  const recorded = new Map(question.recorded.map((member) => [member.address.toLowerCase(), member.id]));
  const confirmed = new Set(question.confirmed.map((address) => address.toLowerCase()));
  const judgements = await Promise.all(
    question.addresses.map((address) =>
      judge(context, address, candidates.get(address.toLowerCase()) ?? [], {
        id: recorded.get(address.toLowerCase()),
        isConfirmed: confirmed.has(address.toLowerCase()),
      }),
    ),
  );
  return gather(judgements);
}

/** Collects judgements; two addresses of one mailbox are a problem. Pure. */
export function gather(judgements: readonly Judgement[]): MailboxAnswer {
  const members = judgements.flatMap((each) => (each.kind === "member" ? [each.member] : []));
  const vanished = judgements.flatMap((each) => (each.kind === "vanished" ? [each.member] : []));
  const problems = judgements.flatMap((each) => (each.kind === "problem" ? [each.problem] : []));
  const first = new Map<string, string>();
  for (const { id, address } of members) {
    const twin = first.get(id);
    if (twin === undefined) first.set(id, address);
    else problems.push(`${address} and ${twin} are the same mailbox. Write one of them.`);
  }
  return { members, vanished, problems };
}

async function judge(
  context: Context,
  address: string,
  candidates: readonly Candidate[],
  record: { id: string | undefined; isConfirmed: boolean },
): Promise<Judgement> {
  const known = record.id === undefined || record.id === "" ? undefined : record.id;
  const decided = decide(address, candidates, { ...record, id: known });
  if (decided !== undefined) return decided;
  if (known !== undefined) {
    const still = await findById(context, known);
    const member = { address, id: known };
    if (still === undefined || !isMailbox(still.type)) return { kind: "vanished", member };
    context.report(`${address}: this mailbox now has the primary address ${still.primarySmtpAddress}.`);
    return { kind: "member", member };
  }
  return { kind: "problem", problem: await diagnose(context, address) };
}

/** What can be said from the first look-up alone; pure. `undefined` where nothing bears the address any more. */
export function decide(
  address: string,
  candidates: readonly Candidate[],
  record: { id: string | undefined; isConfirmed: boolean },
): Judgement | undefined {
  if (candidates.length > 1) {
    const owners = candidates.map((each) => `${each.primarySmtpAddress} (${each.type}, ${each.id})`).join(" and ");
    return {
      kind: "problem",
      problem: `${address} is the primary address of one object and the user name of another: ${owners}. Write an address that only one of them has.`,
    };
  }
  const [only] = candidates;
  if (only === undefined) return undefined;
  if (!isMailbox(only.type)) {
    return record.id === only.id
      ? { kind: "vanished", member: { address, id: only.id } }
      : { kind: "problem", problem: problemOfType(address, only) };
  }
  if (record.id !== undefined && record.id !== only.id && !record.isConfirmed) {
    return {
      kind: "problem",
      problem: `${address} was mailbox ${record.id} when it was recorded and is ${only.id} now. If the new one is meant, add the address to confirmedAddresses.`,
    };
  }
  return { kind: "member", member: { address, id: only.id } };
}

function problemOfType(address: string, candidate: Candidate): Problem {
  const what: Record<string, string> = {
    MailContact: "a mail contact, whose calendar is elsewhere",
    MailUser: "a mail user, whose mailbox is elsewhere",
    GuestMailUser: "a guest, whose mailbox is elsewhere",
    MailUniversalSecurityGroup: "a mail-enabled security group; list its members one by one",
    MailUniversalDistributionGroup: "a distribution group; list its members one by one",
    GroupMailbox: "a Microsoft 365 group; list its members one by one",
    DynamicDistributionGroup: "a dynamic distribution group; list the mailboxes one by one",
    User: "a user without a mailbox; give it one or leave it out",
  };
  return `${address} is ${what[candidate.type] ?? `a ${candidate.type}`}. Only mailboxes of this organisation can be listed.`;
}

/**
 * The recipient of an object id. Whether a filter may compare ExternalDirectoryObjectId is in no document: where it is
 * refused, the id is asked for as an Identity, and what is found must have it.
 */
async function findById(context: Context, id: string): Promise<Candidate | undefined> {
  const found = await getAll(context.exchange, "Get-Recipient", {
    Filter: `ExternalDirectoryObjectId -eq ${quote(id)}`,
    ResultSize: "Unlimited",
  }).catch((refusal: unknown) => {
    if (!isExchangeError(refusal, "invalid")) throw refusal;
    return getAll(context.exchange, "Get-Recipient", { Identity: id });
  });
  return found.map(candidateOf).find((candidate) => candidate.id === id.toLowerCase());
}

/** Whoever has an address among all of his. */
async function bearersOf({ exchange }: Context, address: string): Promise<readonly ExchangeObject[]> {
  const Filter = `EmailAddresses -eq ${quote(`smtp:${address}`)}`;
  return getAll(exchange, "Get-Recipient", { Filter, ResultSize: "Unlimited" });
}

/** Says what an address is that is nobody's primary address or user name, and what to write instead. */
async function diagnose(context: Context, address: string, otherwise = "take it off the list"): Promise<Problem> {
  const [recipients, softDeleted] = await Promise.all([
    bearersOf(context, address),
    // Exchange Server has no such parameter: what was deleted there is a disconnected mailbox, and no recipient.
    context.entra === undefined
      ? []
      : getAll(context.exchange, "Get-Mailbox", { Identity: address, SoftDeletedMailbox: true }),
  ]);
  const [owner] = recipients.map(candidateOf);
  if (owner !== undefined) {
    return `${address} is an alias of ${owner.primarySmtpAddress} (${owner.type}). Write ${owner.primarySmtpAddress}.`;
  }
  if (softDeleted.length > 0) {
    return `${address} is a deleted mailbox (it can still be restored). Restore it or ${otherwise}.`;
  }
  return `${address} is unknown in this organisation. Correct the spelling or ${otherwise}.${forestHint(context)}`;
}

/** Exchange Server looks into one domain unless it is told otherwise. */
export function forestHint({ entra }: Pick<Context, "entra">): string {
  return entra === undefined
    ? " In another domain of the forest it is seen with exchange.server.viewEntireForest: true."
    : "";
}

/** The owner of the security group as the settings say it, with what was recorded. */
export interface OwnerQuestion {
  /** The address, as a line; empty where none is asked for. */
  readonly owner: string;
  /** The owner that was recorded, `address objectId`. */
  readonly recorded: string;
  /** Addresses that may now mean another object. */
  readonly confirmed: readonly string[];
}

/**
 * Looks up the owner by the rules of mailboxes: by primary address or user name (or any other address), followed by
 * object id where the address changes; one that vanished blocks nothing. Answers `address objectId`, as the recorded owner for one that is
 * gone.
 * @param candidates as of {@link resolveMailboxes}; asked for where absent
 */
export async function resolveOwner(
  context: Context,
  question: OwnerQuestion,
  candidates?: Candidates,
): Promise<{ line: string; problems: readonly Problem[] }> {
  const [owner] = parseMembers(question.owner);
  if (owner === undefined) return { line: "", problems: [] };
  const { address } = owner;
  const isThis = (each: string): boolean => each.toLowerCase() === address.toLowerCase();
  const named = (candidates ?? (await findCandidates(context, [address]))).get(address.toLowerCase()) ?? [];
  // One person is one by an alias, too: a group holds its owner by object id.
  const bearers = named.length > 0 ? named : (await bearersOf(context, address)).map(candidateOf);
  const known = parseMembers(question.recorded).find((each) => isThis(each.address))?.id ?? "";
  const wrong = (problem: Problem) => ({ line: address, problems: [`owner: ${problem}`] });
  const problem = problemOfOwner(address, bearers, known, question.confirmed.some(isThis));
  if (problem !== undefined) return wrong(problem);
  const [only] = bearers;
  if (only !== undefined) return { line: formatMembers([{ address, id: only.id }]), problems: [] };
  if (known === "") return wrong(await diagnose(context, address, "name somebody else"));
  const still = await findById(context, known);
  if (still === undefined) {
    context.report(`owner: ${address} no longer exists. Name another owner when you can; nothing waits for it.`);
    return { line: question.recorded, problems: [] };
  }
  context.report(`owner: ${address} now has the primary address ${still.primarySmtpAddress}.`);
  return { line: formatMembers([{ address, id: known }]), problems: [] };
}

/** Why nobody can be the owner by that address; pure. `undefined` where somebody can, or where nobody bears it. */
export function problemOfOwner(
  address: string,
  candidates: readonly Candidate[],
  recordedId: string,
  isConfirmed: boolean,
): Problem | undefined {
  const [only] = candidates;
  if (candidates.length > 1) {
    const bearers = candidates.map((each) => `${each.primarySmtpAddress} (${each.type}, ${each.id})`).join(" and ");
    return `${address} belongs to several: ${bearers}. Write an address that only one of them has.`;
  }
  if (only === undefined) return undefined;
  if (!ownerTypes.has(only.type)) {
    return `${address} is a ${only.type}, and the owner has to be one person: an owner can widen the group. Write the primary address of that person's mailbox.`;
  }
  if (recordedId === "" || recordedId === only.id || isConfirmed) return undefined;
  return `${address} was ${recordedId} when it was recorded and is ${only.id} now. If the new one is meant, add the address to confirmedAddresses.`;
}
