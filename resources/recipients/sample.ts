/** Which mailboxes a proof asks about one by one: the same ones every time, so that two proofs can be compared. */
import { createHash } from "node:crypto";
import { isMailbox, readMailboxes } from "./candidate.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { idsOf, parseMembers, type Member } from "./memberList.ts";

/** How many of the listed mailboxes, and of the others, are asked about by themselves. */
const sampleSize = 5;

/**
 * Whom a proof asks about one by one. A preview is made of refreshes, so that these ask only about the mailboxes that
 * must stay out; an `up` that changes something, and `verify`, ask about a sample besides (design.md §7.16).
 */
export type Asking = "mustStayOut" | "sample";

/** A mailbox to ask about. */
export interface Chosen extends Member {
  /** Whether the list says that it may be reached. */
  readonly isListed: boolean;
  /** Whether it is named in the setting, and so in every proof. */
  readonly mustStayOut: boolean;
}

/** All mailboxes of the organisation that have an object in Entra. */
async function listMailboxes(context: Context): Promise<Member[]> {
  return (await readMailboxes(context))
    .filter((recipient) => isMailbox(text(recipient, "RecipientTypeDetails")))
    .map((recipient) => ({
      address: text(recipient, "PrimarySmtpAddress"),
      id: guid(recipient, "ExternalDirectoryObjectId"),
    }))
    .filter((mailbox) => mailbox.id !== "");
}

/**
 * Members as they are told: one whose recorded address is another mailbox's by now goes by the address that it has itself,
 * or by its object id where it has none any more. Pure.
 * @param mailboxes all of the organisation; none where they were not read
 */
export function nameAsNow(members: readonly Member[], mailboxes: readonly Member[]): Member[] {
  const owners = new Map(mailboxes.map(({ address, id }) => [address.toLowerCase(), id]));
  const addresses = new Map(mailboxes.map(({ address, id }) => [id, address]));
  return members.map((member) => {
    const owner = owners.get(member.address.toLowerCase()) ?? member.id;
    const isTheirs = member.id === "" || owner === member.id;
    return isTheirs ? member : { ...member, address: addresses.get(member.id) ?? member.id };
  });
}

/** The lists of a claim, as they are told. */
export interface Named {
  readonly members: readonly Member[];
  readonly mustStayOut: readonly Member[];
}

/** Both lists of a claim under {@link nameAsNow}. */
export function namesOf(
  { members, mustStayOut }: { readonly members: string; readonly mustStayOut: string },
  mailboxes: readonly Member[],
): Named {
  const named = (lines: string): Member[] => nameAsNow(parseMembers(lines), mailboxes);
  return { members: named(members), mustStayOut: named(mustStayOut) };
}

/** Reads {@link listMailboxes} where a proof needs them. */
export async function mailboxesToChooseFrom(
  context: Context,
  { reach }: { readonly reach: "group" | "organization" },
  asking: Asking,
): Promise<Member[]> {
  return reach === "organization" || asking === "mustStayOut" ? [] : listMailboxes(context);
}

/** The mailboxes to ask about: those that must stay out, and maybe a sample on both sides, the same every time. */
export function choose(
  claim: {
    readonly reach: "group" | "organization";
    readonly mustStayOut: string;
    readonly asking: Asking;
    /** Decides which ones: the GUID of what is proved. */
    readonly seed: string;
  },
  members: readonly Member[],
  mailboxes: readonly Member[],
  listedSample = sampleSize,
): Chosen[] {
  if (claim.reach === "organization") return [];
  const listed = idsOf(members);
  const mustStayOut = nameAsNow(parseMembers(claim.mustStayOut), mailboxes);
  const named = idsOf(mustStayOut);
  const others = mailboxes.filter(({ id }) => !listed.has(id) && !named.has(id));
  const chosen = (mailbox: Member, isListed: boolean, isNamed = false): Chosen => {
    return { address: mailbox.address, id: mailbox.id, isListed, mustStayOut: isNamed };
  };
  // Never listed: the preflight refuses one that is on both lists, and where the group's members stand in for the list
  // (listed.ts), somebody may have put it there.
  const stayOut = mustStayOut.map((each) => chosen(each, false, true));
  if (claim.asking === "mustStayOut") return stayOut;
  return [
    ...sample(nameAsNow(members, mailboxes), claim.seed, listedSample).map((each) => chosen(each, true)),
    ...stayOut,
    ...sample(others, claim.seed).map((each) => chosen(each, false)),
  ];
}

function sample(mailboxes: readonly Member[], seed: string, size = sampleSize): Member[] {
  const keyed = mailboxes.map((mailbox) => ({
    mailbox,
    key: createHash("sha256").update(`${seed} ${mailbox.id}`).digest("hex"),
  }));
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, size)
    .map(({ mailbox }) => mailbox);
}
