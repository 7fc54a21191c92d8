/** Who may change a group: its owners, and callers that bypass the check (facts/exchange.md §2.2, §2.5). */
import type { GroupProperties, Recipient } from "../tenant/exchangeModel.ts";
import type { Invocation } from "./cmdlet.ts";
import { invalidOperation, requiresGroupManager } from "./failure.ts";
import { groups, recipients, roleGroups } from "./lookup.ts";
import type { ListChange } from "./parameter.ts";

/**
 * Refuses a caller that is none of the owners and does not (or may not) send BypassSecurityGroupManagerCheck. A
 * mail-enabled group without owners refuses everybody (an app without the bypass: always, facts/exchange.md §2.5).
 */
function requireManager({ rights, values }: Invocation, managedBy: readonly string[]): void {
  if (values.flag("BypassSecurityGroupManagerCheck") === true) return;
  if (!managedBy.some((guid) => rights.principals.has(guid))) throw requiresGroupManager();
}

/** The same for a role group, which is checked only where it has managers (facts/exchange.md §2.2). */
export function requireRoleGroupManager(invocation: Invocation, managedBy: readonly string[]): void {
  if (managedBy.length > 0) requireManager(invocation, managedBy);
}

/** Owners of a group that names none: the user who makes it; for an app, what the tenant's switch says. */
export function defaultOwners({ simulator, tenant, caller }: Invocation): string[] {
  if (caller.kind === "user") {
    const user = tenant.recipients.find(
      ({ externalDirectoryObjectId, softDeleted }) => externalDirectoryObjectId === caller.objectId && !softDeleted,
    );
    return user === undefined || user.type === "User" ? [] : [user.guid];
  }
  if (simulator.switches.appOnlyGroupOwner === "empty") return [];
  return tenant.roleGroups.filter(({ name }) => name === "Organization Management").map(({ guid }) => guid);
}

/** Managers of a role group that names none: as owners of groups, or the app that makes it. */
export function defaultManagers(invocation: Invocation): string[] {
  const { simulator, tenant, caller } = invocation;
  if (caller.kind === "user" || simulator.switches.appOnlyRoleGroupManager !== "creator") {
    return defaultOwners(invocation);
  }
  // An app that Exchange has no pointer to stands there by its object id alone.
  const pointer = tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === caller.objectId);
  return [pointer?.guid ?? caller.objectId];
}

/** Groups that are synchronised from on-premises can only be changed there (facts/exchange.md §7). */
function refuseDirSynced(recipient: Recipient, group: GroupProperties): void {
  if (!group.isDirSynced) return;
  throw invalidOperation(
    `The action can't be performed on the object '${recipient.name}' because the object is being synchronized from ` +
      "your on-premises organization.",
  );
}

/** A group that the caller may change: his own, or any with the bypass; not one that is mastered on-premises. */
export function managedGroup(invocation: Invocation): { recipient: Recipient; group: GroupProperties } {
  const recipient = groups.one(invocation, invocation.values.required("Identity"));
  const { group } = recipient;
  if (group === null) throw invalidOperation(`"${recipient.name}" is no group.`);
  refuseDirSynced(recipient, group);
  requireManager(invocation, group.managedBy);
  return { recipient, group };
}

/** GUIDs of owners: mailboxes, mail users, mail-enabled security groups, or a role group. */
export function resolveOwners(invocation: Invocation, values: readonly string[]): string[] {
  return values.map((value) => {
    const roleGroup = roleGroups.maybe(invocation, value);
    if (roleGroup !== undefined) return roleGroup.guid;
    const owner = recipients.one(invocation, value);
    if (!["User", "MailContact", "MailUniversalDistributionGroup", "GroupMailbox"].includes(owner.type)) {
      return owner.guid;
    }
    throw invalidOperation(`The recipient "${owner.name}" can't be an owner of a group: it is a ${owner.type}.`);
  });
}

/** The owners after a change. */
export function changeOwners(invocation: Invocation, group: GroupProperties, change: ListChange): string[] {
  if (change.kind === "replace") return resolveOwners(invocation, change.values);
  const removed = new Set(resolveOwners(invocation, change.remove));
  const owners = new Set([...group.managedBy, ...resolveOwners(invocation, change.add)]);
  return [...owners].filter((guid) => !removed.has(guid));
}
