/** An organisation of any size for measurements: the seed's, and as many more members of the field staff as are needed. */
import { readSeed, type Seed } from "../../simulator/tenant/seed.ts";

/** Neither of them is in the list: who owns the security group, and whose mailbox must stay out. */
export const owner = "bea.beheerder@buitendienst.example";
export const outsider = "dirk.directeur@buitendienst.example";

/** The seed, and the addresses of `count` mailboxes of its field staff. */
export function organizationOf(count: number): { readonly seed: Seed; readonly mailboxes: readonly string[] } {
  const seed = readSeed();
  const plain = seed.users.filter((user) => user.department !== undefined && !user.mailbox && !user.deleted);
  const staff = plain.flatMap(({ address }) => (address && address !== owner && address !== outsider ? [address] : []));
  const more = Array.from({ length: Math.max(count - staff.length, 0) }, (_, index) => {
    const number = String(index + 1).padStart(5, "0");
    return {
      name: `Medewerker ${number}`,
      address: `medewerker.${number}@buitendienst.example`,
      department: "Buitendienst",
    };
  });
  const mailboxes = [...staff, ...more.map(({ address }) => address)].slice(0, count);
  return { seed: { ...seed, users: [...seed.users, ...more] }, mailboxes };
}
