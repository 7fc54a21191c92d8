/** Which mailboxes a proof asks about one by one: the same ones every time, so that two proofs can be compared. */
import { createHash } from "node:crypto";
import { isMailbox } from "./address.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { idsOf, parseMembers, type Member } from "./memberList.ts";

/** How many of the listed mailboxes, and of the others, are asked about by themselves. */
const sampleSize = 5;

/** A mailbox to ask about. */
export interface Chosen extends Member {
  /** Whether the list says that it may be reached. */
  readonly isListed: boolean;
}

/** All mailboxes of the organisation that have an object in Entra. */
export async function listMailboxes(context: Context): Promise<Member[]> {
  const recipients = await getAll(context.exchange, "Get-Recipient", {
    RecipientTypeDetails: ["UserMailbox", "SharedMailbox", "RoomMailbox"],
    ResultSize: "Unlimited",
  });
  return recipients
    .filter((recipient) => isMailbox(text(recipient, "RecipientTypeDetails")))
    .map((recipient) => ({
      address: text(recipient, "PrimarySmtpAddress"),
      id: guid(recipient, "ExternalDirectoryObjectId"),
    }))
    .filter((mailbox) => mailbox.id !== "");
}

/** The mailboxes to ask about: those that must stay out, and a sample on both sides that is the same every time. */
export function choose(
  claim: {
    readonly reach: "group" | "organization";
    readonly mustStayOut: string;
    /** Decides which ones: the GUID of what is proved. */
    readonly seed: string;
  },
  members: readonly Member[],
  mailboxes: readonly Member[],
  listedSample = sampleSize,
): Chosen[] {
  if (claim.reach === "organization") return [];
  const listed = idsOf(members);
  const mustStayOut = parseMembers(claim.mustStayOut);
  const named = idsOf(mustStayOut);
  const others = mailboxes.filter(({ id }) => !listed.has(id) && !named.has(id));
  const outside = [...mustStayOut, ...sample(others, claim.seed)];
  return [
    ...sample(members, claim.seed, listedSample).map(({ address, id }) => ({ address, id, isListed: true })),
    ...outside.map(({ address, id }) => ({ address, id, isListed: listed.has(id) })),
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
