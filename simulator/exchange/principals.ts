/** Security principals and their groups: who acts with whose rights. */
import type { Tenant } from "../tenant/model.ts";

/**
 * GUIDs of everything that a principal acts as: itself, its role groups and its security groups, nested ones too.
 * Distribution and Microsoft 365 groups carry no rights.
 */
export function principalsOf(tenant: Tenant, guid: string): ReadonlySet<string> {
  const found = new Set([guid]);
  for (const member of found) {
    // A set that grows while it is walked is walked to its end.
    for (const group of groupsHolding(tenant, member)) found.add(group);
  }
  return found;
}

function groupsHolding(tenant: Tenant, member: string): string[] {
  const securityGroups = tenant.recipients.filter(
    ({ type, softDeleted, group }) =>
      type === "MailUniversalSecurityGroup" && !softDeleted && group?.members.includes(member) === true,
  );
  const roleGroups = tenant.roleGroups.filter(({ members }) => members.includes(member));
  return [...securityGroups, ...roleGroups].map(({ guid }) => guid);
}

/** GUIDs of the users and service principals that act with a principal's rights; itself where it is one. */
export function holdersOf(tenant: Tenant, guid: string): string[] {
  const recipients = new Map(tenant.recipients.map((recipient) => [recipient.guid, recipient]));
  const roleGroups = new Map(tenant.roleGroups.map((group) => [group.guid, group]));
  const holders: string[] = [];
  const seen = new Set([guid]);
  for (const principal of seen) {
    // A set that grows while it is walked is walked to its end.
    const recipient = recipients.get(principal);
    if (recipient?.softDeleted === true) continue;
    const members = roleGroups.get(principal)?.members ?? recipient?.group?.members;
    if (members === undefined) holders.push(principal);
    else if (recipient === undefined || recipient.type === "MailUniversalSecurityGroup") {
      for (const member of members) seen.add(member);
    }
  }
  return holders;
}

/** What becomes of a principal's memberships, ownerships and assignments when it is deleted: they go. */
export function forgetPrincipal(tenant: Tenant, guid: string): void {
  const without = (guids: readonly string[]): string[] => guids.filter((other) => other !== guid);
  for (const { group } of tenant.recipients) {
    if (group !== null) Object.assign(group, { members: without(group.members), managedBy: without(group.managedBy) });
  }
  for (const group of tenant.roleGroups) {
    Object.assign(group, { members: without(group.members), managedBy: without(group.managedBy) });
  }
  tenant.assignments = tenant.assignments.filter(({ assignee }) => assignee !== guid);
}
