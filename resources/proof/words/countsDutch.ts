/** Numbers and mailboxes in Dutch sentences. Pure. */
import { nameSome } from "../sentence.ts";

/** For example "1 postvak", "2 postvakken". */
export function mailboxesInDutch(count: number): string {
  return `${count} ${count === 1 ? "postvak" : "postvakken"}`;
}

/** Addresses, sorted, at most 20 by name. */
export function nameSomeInDutch(mailboxes: readonly { readonly address: string }[]): string {
  return nameSome(mailboxes, (rest) => ` en nog ${rest}`);
}
