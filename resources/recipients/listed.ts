/**
 * The list of mailboxes as those artifacts hold it that only compare with it: how many they are, and a digest of who. The
 * list itself stands in the tenant's artifact and in the security group (facts/pulumi.md §0.5: long inputs cost memory
 * and state wherever they stand).
 */
import { createHash } from "node:crypto";
import { isUnknown } from "../lifecycle/artifact.ts";
import type { Context } from "../lifecycle/contract.ts";
import { securityGroupMembers } from "./groupMembers.ts";
import { idsOf, parseMembers, type Member } from "./memberList.ts";

/** What {@link digestOf} writes. */
const form = /^(\d+) mailbox(?:es)? \(sha256 [0-9a-f]{64}\)$/;

/**
 * A list in one line, e.g. `20 mailboxes (sha256 5f2c…)`: the digest is over the object ids, sorted, so that the same
 * mailboxes give the same line whatever their addresses are. Pure.
 */
export function digestOf(members: readonly Member[]): string {
  const ids = [...idsOf(members)].toSorted();
  const digest = createHash("sha256").update(ids.join("\n")).digest("hex");
  return `${ids.length} ${ids.length === 1 ? "mailbox" : "mailboxes"} (sha256 ${digest})`;
}

/** Whether a text is the digest of a list, and not the list. */
export function isDigest(text: string): boolean {
  return form.test(text);
}

/** The digest of a list that may be one already; pure. Two texts mean the same mailboxes where theirs are equal. */
export function asDigest(text: string): string {
  return isDigest(text) ? text : digestOf(parseMembers(text));
}

/** Lets the run know a list by its digest: whoever holds that need not ask for it. */
export function rememberList({ lists }: Pick<Context, "lists">, lines: string): void {
  if (!isDigest(lines)) lists.set(digestOf(parseMembers(lines)), lines);
}

/** The list of a text that may be its digest, as the run knows it; `undefined` where it does not. */
export function knownList({ lists }: Pick<Context, "lists">, text: string): Member[] | undefined {
  const lines = isDigest(text) ? lists.get(text) : text;
  return lines === undefined ? undefined : parseMembers(lines);
}

/** The mailboxes of a list. */
export interface Listed {
  readonly members: readonly Member[];
  /** Whether they are the list: where only its digest is known, the group's live members stand in, right or wrong. */
  readonly areListed: boolean;
}

/**
 * Who is listed: as the run knows it, otherwise the group's live members, which the digest tells to be the list, or not.
 * @param claim `members` as lines or as a digest, and the GUID of the group
 */
export async function listedMailboxes(
  context: Context,
  { members, group }: { readonly members: string; readonly group: string },
): Promise<Listed> {
  const known = knownList(context, members);
  if (known !== undefined) return { members: known, areListed: true };
  const live = group === "" || isUnknown(group) ? undefined : await securityGroupMembers(context, group);
  return { members: live ?? [], areListed: live !== undefined && digestOf(live) === members };
}
