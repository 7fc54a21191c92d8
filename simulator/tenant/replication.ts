/**
 * The two directories' replication. Entra to Exchange is forward sync: a user appears, changes or goes in Exchange some
 * time after Graph answered. Exchange to Entra: a group shows in Graph some time after its cmdlet (facts/exchange.md
 * §6).
 */
import { randomUUID } from "node:crypto";
import type { DirectoryUser } from "./directoryModel.ts";
import type { ExchangeServicePrincipal, Recipient, RecipientType } from "./exchangeModel.ts";
import type { Tenant } from "./model.ts";
import type { Simulator } from "../server/service.ts";

const ACTOR = "replication";

const MAILBOXES: readonly RecipientType[] = ["UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox"];

/** Brings a created, changed or restored user into Exchange, as it is when the delay has passed. */
export function replicateUser(simulator: Simulator, userId: string): void {
  simulator.after(simulator.delays.entraToExchange, `user ${userId} to Exchange`, () => {
    const user = simulator.tenant.users.find(({ id }) => id === userId);
    if (user === undefined || user.deletedDateTime !== null) return;
    const recipient = findRecipientOf(simulator.tenant, userId);
    if (recipient === undefined) addRecipient(simulator, user);
    else updateRecipient(recipient, user);
    simulator.record({ actor: ACTOR, operation: "replicate user", target: user.userPrincipalName, status: 200 });
  });
}

/** Takes a deleted user out of Exchange: out of groups and role groups, its mailbox soft-deleted. */
export function forgetUser(simulator: Simulator, userId: string): void {
  simulator.after(simulator.delays.entraToExchange, `deletion of user ${userId} to Exchange`, () => {
    const { tenant } = simulator;
    const user = tenant.users.find(({ id }) => id === userId);
    const recipient = findRecipientOf(tenant, userId);
    if (recipient === undefined || user?.deletedDateTime === null) return;
    removeMember(tenant, recipient.guid);
    removeAssignmentsOf(tenant, recipient.guid);
    if (MAILBOXES.includes(recipient.type)) recipient.softDeleted = true;
    else tenant.recipients = tenant.recipients.filter((other) => other !== recipient);
    simulator.record({ actor: ACTOR, operation: "replicate deletion", target: recipient.displayName, status: 200 });
  });
}

/** Deletes Exchange's pointer to an enterprise app that is gone, and its assignments; scopes stay (facts §2.7). */
export function forgetServicePrincipal(simulator: Simulator, objectId: string): void {
  simulator.after(simulator.delays.entraToExchange, `deletion of enterprise app ${objectId} to Exchange`, () => {
    const { tenant } = simulator;
    if (tenant.servicePrincipals.some(({ id }) => id === objectId)) return;
    const pointers = tenant.exchangeServicePrincipals.filter((pointer) => pointer.objectId === objectId);
    for (const pointer of pointers) removePointer(tenant, pointer);
    if (pointers.length === 0) return;
    simulator.record({ actor: ACTOR, operation: "replicate deletion", target: objectId, status: 200 });
  });
}

/** Brings a group that was made, changed or removed in Exchange into Entra. `guid` is Exchange's GUID of the group. */
export function replicateGroup(simulator: Simulator, guid: string): void {
  if (simulator.tenant.server !== undefined) return;
  simulator.after(simulator.delays.exchangeToEntra, `group ${guid} to Entra`, () => {
    const { tenant } = simulator;
    const group = tenant.recipients.find((recipient) => recipient.guid === guid && recipient.group !== null);
    if (group !== undefined) upsertDirectoryGroup(tenant, group);
    // A removed group cannot be looked up any more: what Exchange does not hold goes.
    const held = new Set(tenant.recipients.map(({ externalDirectoryObjectId }) => externalDirectoryObjectId));
    tenant.groups = tenant.groups.filter(({ id, mailEnabled }) => !mailEnabled || held.has(id));
  });
}

/** The Exchange object of a user; a soft-deleted mailbox too, because a restored user gets it back. */
function findRecipientOf(tenant: Tenant, userId: string): Recipient | undefined {
  return tenant.recipients.find(({ externalDirectoryObjectId }) => externalDirectoryObjectId === userId);
}

function addRecipient(simulator: Simulator, user: DirectoryUser): void {
  const getsMailbox = simulator.switches.newUsersGetMailbox === true && user.userType === "Member";
  // Since 2022 a new user's object is named after its object id, not after a person (Exchange team's announcement).
  const name = user.id;
  const recipient: Recipient = {
    guid: randomUUID(),
    name,
    cn: name,
    visibleAt: simulator.now(),
    whenCreated: new Date(simulator.now()).toISOString(),
    type: getsMailbox ? "UserMailbox" : "User",
    externalDirectoryObjectId: user.id,
    displayName: user.displayName,
    alias: getsMailbox ? user.mailNickname : null,
    primarySmtpAddress: null,
    emailAddresses: [],
    userPrincipalName: user.userPrincipalName,
    hiddenFromAddressListsEnabled: user.showInAddressList === false,
    accountDisabled: !user.accountEnabled,
    softDeleted: false,
    customAttributes: {},
    group: null,
  };
  if (getsMailbox) {
    user.mail ??= user.userPrincipalName;
    if (user.proxyAddresses.length === 0) user.proxyAddresses = [`SMTP:${user.mail}`];
    recipient.primarySmtpAddress = user.mail;
    recipient.emailAddresses = [...user.proxyAddresses];
  }
  simulator.tenant.recipients.push(recipient);
}

function updateRecipient(recipient: Recipient, user: DirectoryUser): void {
  if (recipient.softDeleted) recipient.softDeleted = false;
  recipient.displayName = user.displayName;
  recipient.userPrincipalName = user.userPrincipalName;
  recipient.accountDisabled = !user.accountEnabled;
  if (recipient.type === "User") return;
  if (user.proxyAddresses.length > 0) recipient.emailAddresses = [...user.proxyAddresses];
  if (user.mail !== null) recipient.primarySmtpAddress = user.mail;
  if (user.showInAddressList !== null) recipient.hiddenFromAddressListsEnabled = !user.showInAddressList;
}

function removeMember(tenant: Tenant, guid: string): void {
  for (const { group } of tenant.recipients) {
    if (group === null) continue;
    group.members = group.members.filter((member) => member !== guid);
    group.managedBy = group.managedBy.filter((owner) => owner !== guid);
  }
  for (const roleGroup of tenant.roleGroups) {
    roleGroup.members = roleGroup.members.filter((member) => member !== guid);
    roleGroup.managedBy = roleGroup.managedBy.filter((owner) => owner !== guid);
  }
}

function removeAssignmentsOf(tenant: Tenant, guid: string): void {
  tenant.assignments = tenant.assignments.filter(({ assignee }) => assignee !== guid);
}

function removePointer(tenant: Tenant, pointer: ExchangeServicePrincipal): void {
  removeMember(tenant, pointer.guid);
  removeAssignmentsOf(tenant, pointer.guid);
  tenant.exchangeServicePrincipals = tenant.exchangeServicePrincipals.filter((other) => other !== pointer);
}

function upsertDirectoryGroup(tenant: Tenant, recipient: Recipient): void {
  recipient.externalDirectoryObjectId ??= randomUUID();
  const id = recipient.externalDirectoryObjectId;
  const members = new Set(recipient.group?.members);
  const memberIds = tenant.recipients
    .filter(({ guid }) => members.has(guid))
    .flatMap(({ externalDirectoryObjectId }) => externalDirectoryObjectId ?? []);
  const group = {
    id,
    displayName: recipient.displayName,
    mail: recipient.primarySmtpAddress,
    mailEnabled: true,
    securityEnabled: recipient.type === "MailUniversalSecurityGroup",
    groupTypes: recipient.type === "GroupMailbox" ? ["Unified"] : [],
    memberIds: memberIds.sort(),
  };
  const existing = tenant.groups.find((other) => other.id === id);
  if (existing === undefined) tenant.groups.push(group);
  else Object.assign(existing, group);
}
