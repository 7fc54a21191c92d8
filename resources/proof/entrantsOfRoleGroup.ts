/** Who impersonates through the stack's role group, or can let others in; pure. */
import type { Entrant, EntrantsEvidence } from "./entrants.ts";
import { mailboxesOf, type Fact } from "./finding.ts";
import type { MailboxSubject } from "./subjects.ts";

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
  const roleGroup = { name: title };
  const others = members.filter(({ id }) => id !== user.id);
  const nested = others.filter(isNested);
  const named = new Set([user.name, ...[...others, ...nested.flatMap(({ inside = [] }) => inside)].map(nameOfMember)]);
  const unnamed = [...new Set(effective)].filter((name) => !named.has(name) && !isEverybody(name));
  return {
    entrants: [
      ...others.map((member) => entrantByMembership(member, title)),
      ...unnamed.map((name) => ({
        key: `effective user ${name}`,
        fact: { code: "roleGroupEffective", user: name, roleGroup, remedy: "takeGroupOut" } as const,
        mayPass: true,
        mayBeThere: false,
      })),
      ...entrantsByManaging(managers, title),
    ],
    notes: [],
    notProved: [...nested.flatMap(describeNesting), { code: "organizationAdministrators" }],
  };
}

/** Those who may add members to a role group of that name. */
export function entrantsByManaging(managers: readonly string[], title: string): Entrant[] {
  return managers.map((name) => ({
    key: `manager ${name}`,
    fact: { code: "roleGroupManager", manager: name, roleGroup: { name: title }, remedy: "takeManagerOff" },
    mayPass: false,
    // Exchange makes the creator manager, and nobody knows what an app gets (facts/exchange.md §2.2, §9.6).
    mayBeThere: true,
  }));
}

function nameOfMember({ name }: RoleGroupMember): string {
  return name;
}

/** What stands in the place of a user where Exchange does not expand the group, in English (entrantsEvidence.ts). */
function isEverybody(name: string): boolean {
  return name === "" || name === "All Group Members";
}

function entrantByMembership(member: RoleGroupMember, title: string): Entrant {
  const roleGroup = { name: title };
  const remedy = "runUpForMembers";
  return {
    key: `member ${member.id}`,
    fact: isNested(member)
      ? {
          code: "roleGroupNested",
          group: subjectOf(member),
          roleGroup,
          inside: mailboxesOf(member.inside ?? []),
          remedy,
        }
      : { code: "roleGroupMember", member: subjectOf(member), roleGroup, remedy },
    mayPass: true,
    mayBeThere: false,
  };
}

function subjectOf({ address, id }: RoleGroupMember): MailboxSubject {
  return { address, id };
}

function describeNesting(group: RoleGroupMember): Fact[] {
  const { inside } = group;
  if (inside === undefined) return [{ code: "nestedUnread", group: subjectOf(group) }];
  const deeper = inside.filter(isNested);
  if (deeper.length === 0) return [];
  return [{ code: "nestedDeeper", group: subjectOf(group), groups: mailboxesOf(deeper) }];
}
