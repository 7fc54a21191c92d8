/**
 * Members as one string, `address objectId` a line, sorted: the only shape with a readable diff and flat memory at
 * 10,000 members (facts/pulumi.md §0.5). Every line ends in a newline, so that a diff shows no other line. Members are compared by object id; the address is for people.
 */

export interface Member {
  readonly address: string;
  /** Object id in Entra, lower case; empty while it is not looked up. */
  readonly id: string;
}

/** Writes members as lines, sorted by address; no members give an empty text. */
export function formatMembers(members: readonly Member[]): string {
  return members
    .map(({ address, id }) => (id === "" ? `${address}\n` : `${address} ${id}\n`))
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join("");
}

/** Reads lines; an address without an id gets an empty one. */
export function parseMembers(lines: string): Member[] {
  return lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [address = "", id = ""] = line.trim().split(/\s+/);
      return { address, id: id.toLowerCase() };
    });
}

/** The addresses in some lines. */
export function addressesOf(lines: string): string[] {
  return parseMembers(lines).map(({ address }) => address);
}

/** The object ids among some members. */
export function idsOf(members: readonly Member[]): Set<string> {
  return new Set(members.map((member) => member.id));
}

/**
 * Live members in the words of the recorded ones: a member that is recorded keeps the address under which it was asked
 * for, so that only a difference in who is a member shows as one.
 */
export function nameAsRecorded(live: readonly Member[], recorded: readonly Member[]): Member[] {
  const addresses = new Map(recorded.map((member) => [member.id, member.address]));
  return live.map((member) => ({ ...member, address: addresses.get(member.id) ?? member.address }));
}

/** Who is found but not listed, and who is listed but not found; by object id. */
export function compareWithList<Found extends Member>(
  found: readonly Found[],
  listed: readonly Member[],
): { more: Found[]; less: Member[] } {
  const [foundIds, listedIds] = [idsOf(found), idsOf(listed)];
  return {
    more: found.filter(({ id }) => !listedIds.has(id)),
    less: listed.filter(({ id }) => !foundIds.has(id)),
  };
}

/** Whether two lists mean the same members, under whatever addresses; one that is not looked up goes by its address. */
export function isSameList(one: string, other: string): boolean {
  const keysOf = (lines: string): Set<string> =>
    new Set(parseMembers(lines).map(({ address, id }) => id || address.toLowerCase()));
  const [keys, others] = [keysOf(one), keysOf(other)];
  return keys.size === others.size && [...keys].every((key) => others.has(key));
}

/** The lines of a text, without empty ones. */
export function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
