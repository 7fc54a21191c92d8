/**
 * The truth about access: which mailboxes each principal can reach, evaluated from the tenant's state alone, without
 * the authorisation cache. Pure. Rules and their sources are listed in docs/fidelity.md, "Access evaluation".
 */
import { applicationReach } from "./applicationAccess.ts";
import { holdersOf, principalsOf } from "../exchange/principals.ts";
import { isMailbox, isOfType, recipientsInScope } from "../exchange/writeScope.ts";
import type { Recipient, RoleAssignment } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";

/**
 * The assignments through which a user impersonates: enabled, regular, of ApplicationImpersonation or a child of it.
 */
export function impersonationAssignments(tenant: Tenant, userObjectId: string): RoleAssignment[] {
  const user = findUserRecipient(tenant, userObjectId);
  if (user === undefined) return [];
  const principals = principalsOf(tenant, user.guid);
  return impersonationGrants(tenant).filter(({ assignee }) => principals.has(assignee));
}

function impersonationGrants(tenant: Tenant): RoleAssignment[] {
  const roles = new Set(
    tenant.roles.filter((role) => isOfType(role, "ApplicationImpersonation")).map(({ guid }) => guid),
  );
  return tenant.assignments.filter(
    ({ enabled, delegation, assigneeType, role }) =>
      enabled && delegation === "Regular" && assigneeType !== "ServicePrincipal" && roles.has(role),
  );
}

/** The recipient of a user that can still sign in: one in the recycle bin cannot. A blocked user keeps its rights. */
function findUserRecipient(tenant: Tenant, userObjectId: string): Recipient | undefined {
  const user = tenant.users.find(({ id }) => id === userObjectId);
  if (user === undefined || user.deletedDateTime !== null) return undefined;
  return tenant.recipients.find(
    ({ externalDirectoryObjectId, softDeleted, group }) =>
      externalDirectoryObjectId === userObjectId && !softDeleted && group === null,
  );
}

/** The mailboxes that a user can open by impersonation, in the tenant's order. */
export function impersonationReach(tenant: Tenant, userObjectId: string): readonly Recipient[] {
  const assignments = impersonationAssignments(tenant, userObjectId);
  if (assignments.length === 0) return [];
  const user = findUserRecipient(tenant, userObjectId);
  const inside = assignments.map((assignment) => recipientsInScope(tenant, assignment, user));
  return tenant.recipients.filter((recipient) => isMailbox(recipient) && inside.some((set) => set.has(recipient.guid)));
}

/** Whether a user may impersonate the mailbox with this Exchange GUID. */
export function mayImpersonate(tenant: Tenant, userObjectId: string, recipientGuid: string): boolean {
  return impersonationReach(tenant, userObjectId).some(({ guid }) => guid === recipientGuid);
}

/**
 * Primary SMTP addresses, sorted, of all mailboxes that each principal can reach; principals without any are left out.
 * Users are named by UPN, applications by display name: the same names as the journal's actors.
 */
export function reachOf(tenant: Tenant): ReadonlyMap<string, readonly string[]> {
  const reach = new Map<string, readonly string[]>();
  for (const user of impersonators(tenant)) {
    addReach(reach, user.userPrincipalName, impersonationReach(tenant, user.id));
  }
  for (const servicePrincipal of tenant.servicePrincipals) {
    const { displayName, appId, id } = servicePrincipal;
    const name = reach.has(displayName) ? `${displayName} (${appId})` : displayName;
    addReach(reach, name, applicationReach(tenant, id));
  }
  return reach;
}

/** Users whom any assignment names, directly or through groups. */
function impersonators(tenant: Tenant): Tenant["users"] {
  const assignees = new Set(impersonationGrants(tenant).map(({ assignee }) => assignee));
  const holders = new Set([...assignees].flatMap((assignee) => holdersOf(tenant, assignee)));
  if (holders.size === 0) return [];
  const objectIds = new Set(
    tenant.recipients.filter(({ guid }) => holders.has(guid)).map((holder) => holder.externalDirectoryObjectId),
  );
  return tenant.users.filter(({ id }) => objectIds.has(id));
}

function addReach(reach: Map<string, readonly string[]>, name: string, mailboxes: readonly Recipient[]): void {
  const addresses = mailboxes.flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? []);
  if (addresses.length > 0) reach.set(name, addresses.sort());
}
