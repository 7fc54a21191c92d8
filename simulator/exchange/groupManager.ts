/** Who may change a group: its owners, and callers that bypass the check (facts/exchange.md §2.2, §2.5). */
import type { GroupProperties, Recipient } from "../model.ts";
import type { Invocation } from "./cmdlet.ts";
import { invalidOperation, requiresGroupManager } from "./failure.ts";

/**
 * Refuses a caller that is none of the owners and does not (or may not) send BypassSecurityGroupManagerCheck. A
 * mail-enabled group without owners refuses everybody (an app without the bypass: always, facts/exchange.md §2.5).
 */
export function requireManager({ rights, values }: Invocation, managedBy: readonly string[]): void {
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

/** Groups that are synchronised from on-premises can only be changed there (facts/exchange.md §7). */
export function refuseDirSynced(recipient: Recipient, group: GroupProperties): void {
  if (!group.isDirSynced) return;
  throw invalidOperation(
    `The action can't be performed on the object '${recipient.name}' because the object is being synchronized from ` +
      "your on-premises organization.",
  );
}
