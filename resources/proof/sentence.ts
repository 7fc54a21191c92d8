/** Numbers and mailboxes in sentences. Pure. */

/** For example "1 mailbox", "2 mailboxes". */
export function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "exactly the 2 listed mailboxes are", and right for one. */
export function listedMailboxesAre(count: number): string {
  return count === 1 ? "exactly the one listed mailbox is" : `exactly the ${count} listed mailboxes are`;
}

/** Addresses, sorted, at most 20 by name. */
export function nameSome(mailboxes: readonly { readonly address: string }[]): string {
  const addresses = mailboxes.map(({ address }) => address).toSorted();
  const rest = addresses.length - 20;
  return addresses.slice(0, 20).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
