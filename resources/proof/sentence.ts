/** Numbers and mailboxes in sentences. Pure. */

/** For example "1 mailbox", "2 mailboxes". */
export function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "exactly the 2 listed mailboxes are", and right for one. */
export function listedMailboxesAre(count: number): string {
  return count === 1 ? "exactly the one listed mailbox is" : `exactly the ${count} listed mailboxes are`;
}

/**
 * Addresses, sorted, at most 20 by name.
 * @param more says how many there are besides
 */
export function nameSome(
  mailboxes: readonly { readonly address: string }[],
  more = (rest: number): string => ` and ${rest} more`,
): string {
  const addresses = mailboxes.map(({ address }) => address).toSorted();
  const rest = addresses.length - 20;
  return addresses.slice(0, 20).join(", ") + (rest > 0 ? more(rest) : "");
}

/** Of a proof that holds: "the 2 mailboxes that must stay out are shut; ", or nothing without any. */
export function staysOut(count: number): string {
  if (count === 0) return "";
  return count === 1
    ? "the one mailbox that must stay out is shut; "
    : `the ${count} mailboxes that must stay out are shut; `;
}

/** A summary by its parts: of one text the engine shows 150 characters, of a list each element (facts/pulumi.md §0.5). */
export function partsOf(summary: string): string[] {
  return summary.split(/;\s+/);
}

/** For example "2 listed and 5 others"; empty where only those that must stay out were asked about. */
export function describeSample({ listed, others }: { readonly listed: number; readonly others: number }): string {
  return listed + others === 0 ? "" : `${listed} listed and ${countOf(others, "other", "others")}`;
}
