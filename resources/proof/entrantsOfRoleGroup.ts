/** Who impersonates through the stack's role group, or can let others in; pure. */
import type { Entrant, EntrantsEvidence } from "./entrants.ts";
import { nameSome } from "./sentence.ts";

/** A direct member of the role group. */
export interface RoleGroupMember {
  /** Object id in Entra, or Exchange's own GUID. */
  readonly id: string;
  /** Name in Exchange, by which the effective users go. */
  readonly name: string;
  /** For people: an address, or the name. */
  readonly address: string;
  /** RecipientTypeDetails. */
  readonly type: string;
  /** Of a nested group: its direct members; `undefined` where they could not be read. */
  readonly inside?: readonly RoleGroupMember[] | undefined;
}

/** What Exchange says of the role group. */
export interface RoleGroupEvidence {
  /** Name of the role group. */
  readonly title: string;
  /** Object id and name of the service user; the name is empty where it is gone. */
  readonly user: { readonly id: string; readonly name: string };
  /** All of them, the service user too. */
  readonly members: readonly RoleGroupMember[];
  /** Names of the managers. */
  readonly managers: readonly string[];
  /** Names of the users that Exchange says impersonate through the group. */
  readonly effective: readonly string[];
}

/** Whether a member is a group, whose own members come in, too. */
export function isNested({ type }: Pick<RoleGroupMember, "type">): boolean {
  return type.includes("Group");
}

/** Everybody beside the service user who comes in through the role group. */
export function entrantsOfRoleGroup(group: RoleGroupEvidence): EntrantsEvidence {
  const { title, user, members, managers, effective } = group;
  const others = members.filter(({ id }) => id !== user.id);
  const nested = others.filter(isNested);
  const named = new Set([user.name, ...[...others, ...nested.flatMap(({ inside = [] }) => inside)].map(nameOfMember)]);
  const unnamed = [...new Set(effective)].filter((name) => !named.has(name) && !isEverybody(name));
  return {
    entrants: [
      ...others.map((member) => entrantByMembership(member, title)),
      ...unnamed.map((name) => ({
        key: `effective user ${name}`,
        text: `${name} impersonates through the role group "${title}", by a group in it`,
        remedy: "take that group out of the role group",
        mayPass: true,
        mayBeThere: false,
      })),
      ...managers.map((name) => ({
        key: `manager ${name}`,
        text: `${name} manages the role group "${title}" and can add members to it`,
        remedy: "take the manager off (Set-RoleGroup -ManagedBy)",
        mayPass: false,
        // Exchange makes the creator manager, and nobody knows what an app gets (facts/exchange.md §2.2, §9.6).
        mayBeThere: true,
      })),
    ],
    notes: [],
    notProved: [
      ...nested.flatMap(describeNesting),
      "administrators of the organisation: they can always let themselves in",
    ],
  };
}

function nameOfMember({ name }: RoleGroupMember): string {
  return name;
}

/** What stands in the place of a user where Exchange does not expand the group. */
function isEverybody(name: string): boolean {
  return name === "" || name === "All Group Members";
}

function entrantByMembership(member: RoleGroupMember, title: string): Entrant {
  const { id, address, inside } = member;
  const who = isNested(member)
    ? `the group ${address} (${id})${inside === undefined || inside.length === 0 ? "" : `, with ${nameSome(inside)},`}`
    : `${address} (${id})`;
  return {
    key: `member ${id}`,
    text: `${who} is in the role group "${title}" and impersonates through it`,
    remedy: "up takes everybody but the service user out of it again",
    mayPass: true,
    mayBeThere: false,
  };
}

function describeNesting({ address, inside }: RoleGroupMember): string[] {
  if (inside === undefined) return [`who is in the group ${address}: its members could not be read`];
  const deeper = inside.filter(isNested);
  if (deeper.length === 0) return [];
  return [
    `who gets in through ${nameSome(deeper)}, inside the group ${address}: what Exchange makes of groups in groups is not documented`,
  ];
}
