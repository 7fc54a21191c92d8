/**
 * What applications can reach: the union of what Entra consents (narrowed by application access policies) and of what
 * Exchange's role-based access control grants (facts/exchange.md §5). Pure.
 */
import { principalsOf } from "../exchange/principals.ts";
import { isApplicationRole } from "../exchange/roleEntries.ts";
import { isMailbox, recipientsInScope } from "../exchange/writeScope.ts";
import { groupsAround } from "../graph/membership.ts";
import { EXCHANGE_APP_ID, GRAPH_APP_ID } from "../identity/resources.ts";
import type {
  ApplicationAccessPolicy,
  ExchangeServicePrincipal,
  Recipient,
  RoleAssignment,
} from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";

/** What an application does with a mailbox: a Graph permission by its name, or EWS as any user. */
export type MailboxRight =
  | "Calendars.Read"
  | "Calendars.ReadWrite"
  | "Calendars.ReadBasic.All"
  | "Mail.Read"
  | "Mail.ReadWrite"
  | "Mail.ReadBasic"
  | "Mail.ReadBasic.All"
  | "Mail.Send"
  | "EWS.AccessAsApp";

/** Rights that hold another one. */
const implied: Partial<Record<string, readonly MailboxRight[]>> = {
  "Calendars.ReadWrite": ["Calendars.Read", "Calendars.ReadBasic.All"],
  "Calendars.Read": ["Calendars.ReadBasic.All"],
  "Mail.ReadWrite": ["Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All"],
  "Mail.Read": ["Mail.ReadBasic", "Mail.ReadBasic.All"],
  full_access_as_app: ["EWS.AccessAsApp"],
  // Exchange Online's own names of the Outlook REST API, counted as Graph's.
  "Calendars.ReadWrite.All": ["Calendars.ReadWrite", "Calendars.Read", "Calendars.ReadBasic.All"],
  "Calendars.Read.All": ["Calendars.Read", "Calendars.ReadBasic.All"],
  "Mail Full Access": ["Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Send"],
  "Exchange Full Access": [
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Calendars.ReadBasic.All",
    "Mail.Read",
    "Mail.ReadWrite",
    "Mail.ReadBasic",
    "Mail.ReadBasic.All",
    "Mail.Send",
  ],
};

/** What counts as reach: everything that opens a calendar, alone or with the whole mailbox. */
const calendarRights: readonly MailboxRight[] = ["Calendars.ReadBasic.All", "EWS.AccessAsApp"];

function holdsRight(granted: string, right: MailboxRight): boolean {
  return granted === right || implied[granted]?.includes(right) === true;
}

/** Consented application permissions of an enterprise app, its own and inherited ones, by name: `Calendars.Read`, … */
export function consentedPermissions(tenant: Tenant, servicePrincipalId: string): string[] {
  const holders = new Set([servicePrincipalId, ...groupsAround(tenant, servicePrincipalId).map(({ id }) => id)]);
  return tenant.appRoleAssignments.flatMap(({ principalId, resourceId, appRoleId }) => {
    const resource = tenant.servicePrincipals.find(({ id }) => id === resourceId);
    const isMailResource = resource?.appId === GRAPH_APP_ID || resource?.appId === EXCHANGE_APP_ID;
    if (!holders.has(principalId) || !isMailResource) return [];
    return resource.appRoles.filter(({ id }) => id === appRoleId).map(({ value }) => value);
  });
}

/** Whether application access policies let an app use what Entra consented, for one mailbox. */
export function isAllowedByPolicies(tenant: Tenant, appId: string, recipientGuid: string): boolean {
  const policies = tenant.applicationAccessPolicies.filter((policy) => policy.appId === appId);
  const covers = ({ group }: ApplicationAccessPolicy): boolean => principalsOf(tenant, recipientGuid).has(group);
  if (policies.some((policy) => policy.accessRight === "DenyAccess" && covers(policy))) return false;
  const restricting = policies.filter(({ accessRight }) => accessRight === "RestrictAccess");
  return restricting.length === 0 || restricting.some(covers);
}

/** Exchange's pointer to an enterprise app. */
export function findPointer(tenant: Tenant, servicePrincipalId: string): ExchangeServicePrincipal | undefined {
  return tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === servicePrincipalId);
}

/** The name of an application role without its prefix; `undefined` for every other role. */
export function applicationRight(tenant: Tenant, assignment: RoleAssignment): string | undefined {
  const role = tenant.roles.find(({ guid }) => guid === assignment.role);
  return role !== undefined && isApplicationRole(role) ? role.name.slice("Application ".length) : undefined;
}

/** Enabled, regular assignments of application roles to an enterprise app. */
export function applicationAssignments(tenant: Tenant, servicePrincipalId: string): RoleAssignment[] {
  const pointer = findPointer(tenant, servicePrincipalId);
  return tenant.assignments.filter(
    (assignment) =>
      assignment.assignee === pointer?.guid &&
      assignment.enabled &&
      assignment.delegation === "Regular" &&
      applicationRight(tenant, assignment) !== undefined,
  );
}

/**
 * The mailboxes on which an enterprise app holds any of these rights, in the tenant's order; by default: a calendar's.
 */
export function applicationReach(
  tenant: Tenant,
  servicePrincipalId: string,
  rights: readonly MailboxRight[] = calendarRights,
): readonly Recipient[] {
  const servicePrincipal = tenant.servicePrincipals.find(({ id }) => id === servicePrincipalId);
  if (servicePrincipal === undefined) return [];
  const holdsAny = (granted: string): boolean => rights.some((right) => holdsRight(granted, right));
  const consented = consentedPermissions(tenant, servicePrincipalId).some(holdsAny);
  const scoped = applicationAssignments(tenant, servicePrincipalId)
    .filter((assignment) => holdsAny(applicationRight(tenant, assignment) ?? ""))
    .map((assignment) => recipientsInScope(tenant, assignment));
  if (!consented && scoped.length === 0) return [];
  return tenant.recipients.filter(
    (recipient) =>
      isMailbox(recipient) &&
      (scoped.some((set) => set.has(recipient.guid)) ||
        (consented && isAllowedByPolicies(tenant, servicePrincipal.appId, recipient.guid))),
  );
}

/** Whether an enterprise app holds a right on the mailbox with this Exchange GUID. */
export function mayUseMailbox(
  tenant: Tenant,
  servicePrincipalId: string,
  right: MailboxRight,
  recipientGuid: string,
): boolean {
  return applicationReach(tenant, servicePrincipalId, [right]).some(({ guid }) => guid === recipientGuid);
}
