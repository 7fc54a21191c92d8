/** Recipients, mailboxes, users and groups as the cmdlets of their nouns return them (facts/exchange.md §2.5, §2.6). */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { organizationalUnitName, principalDn } from "./distinguishedName.ts";
import { identityOf, referencesTo, referenceTo } from "./lookup.ts";
import { guidOrNull, type Output } from "./output.ts";
import { coarseTypes } from "./recipientFilter.ts";

const customAttributeNames = Array.from({ length: 15 }, (_, index) => `CustomAttribute${index + 1}`);

function customAttributes(recipient: Recipient): Output {
  return Object.fromEntries(customAttributeNames.map((name) => [name, recipient.customAttributes[name] ?? ""]));
}

/** What every presentation of a recipient or role group has. */
function common(
  tenant: Tenant,
  object: Pick<Recipient, "name" | "cn" | "guid" | "whenCreated" | "displayName" | "container">,
): Output {
  return {
    Name: object.name,
    Identity: identityOf(tenant, object),
    DisplayName: object.displayName,
    Guid: guidOrNull(object.guid),
    DistinguishedName: principalDn(tenant, object),
    OrganizationalUnit: organizationalUnitName(tenant, object.container),
    OrganizationId: tenant.server === undefined ? organizationalUnitName(tenant) : "",
    WhenCreatedUTC: object.whenCreated,
  };
}

/** Get-Recipient. */
export function recipientOutput(tenant: Tenant, recipient: Recipient): Output {
  return {
    ...common(tenant, recipient),
    Alias: recipient.alias,
    PrimarySmtpAddress: recipient.primarySmtpAddress,
    EmailAddresses: recipient.emailAddresses,
    RecipientType: coarseTypes[recipient.type],
    RecipientTypeDetails: recipient.type,
    ExternalDirectoryObjectId: recipient.externalDirectoryObjectId,
    HiddenFromAddressListsEnabled: recipient.hiddenFromAddressListsEnabled,
    ManagedBy: (recipient.group?.managedBy ?? []).map((guid) => referenceTo(tenant, guid)),
    Notes: recipient.group?.notes ?? "",
    Department: recipient.customAttributes["Department"] ?? "",
    ...customAttributes(recipient),
  };
}

function accountOutput({ account }: Recipient): Output {
  if (account === undefined) return {};
  const { samAccountName, notes, remotePowerShellEnabled, authenticationPolicy } = account;
  return {
    SamAccountName: samAccountName,
    Notes: notes,
    RemotePowerShellEnabled: remotePowerShellEnabled,
    AuthenticationPolicy: authenticationPolicy,
  };
}

/** Get-Mailbox. */
export function mailboxOutput(tenant: Tenant, recipient: Recipient): Output {
  return {
    ...common(tenant, recipient),
    Alias: recipient.alias,
    PrimarySmtpAddress: recipient.primarySmtpAddress,
    EmailAddresses: recipient.emailAddresses,
    UserPrincipalName: recipient.userPrincipalName,
    RecipientType: coarseTypes[recipient.type],
    RecipientTypeDetails: recipient.type,
    ExternalDirectoryObjectId: recipient.externalDirectoryObjectId,
    HiddenFromAddressListsEnabled: recipient.hiddenFromAddressListsEnabled,
    AccountDisabled: recipient.accountDisabled,
    IsMailboxEnabled: true,
    IsInactiveMailbox: false,
    IsSoftDeletedByRemove: recipient.softDeleted,
    ProhibitSendQuota: "99 GB (106,300,440,576 bytes)",
    RetainDeletedItemsFor: "14.00:00:00",
    RecipientLimits: "Unlimited",
    GrantSendOnBehalfTo: (recipient.permissions?.sendOnBehalf ?? []).map((guid) => referenceTo(tenant, guid)),
    ...(recipient.account !== undefined && { SamAccountName: recipient.account.samAccountName }),
    ...customAttributes(recipient),
  };
}

/** Get-User: people with and without a mailbox. */
export function userOutput(tenant: Tenant, recipient: Recipient): Output {
  return {
    ...common(tenant, recipient),
    UserPrincipalName: recipient.userPrincipalName,
    WindowsEmailAddress: recipient.primarySmtpAddress ?? "",
    RecipientType: coarseTypes[recipient.type],
    RecipientTypeDetails: recipient.type,
    ExternalDirectoryObjectId: recipient.externalDirectoryObjectId,
    AccountDisabled: recipient.accountDisabled,
    IsSoftDeletedByRemove: recipient.softDeleted,
    Department: recipient.customAttributes["Department"] ?? "",
    Title: recipient.customAttributes["Title"] ?? "",
    ...accountOutput(recipient),
  };
}

function groupType(recipient: Recipient): string {
  return recipient.type === "MailUniversalSecurityGroup" ? "Universal, SecurityEnabled" : "Universal";
}

/** Get-DistributionGroup; what New-DistributionGroup returns has no DN yet (facts/exchange.md §2.5). */
export function distributionGroupOutput(
  tenant: Tenant,
  recipient: Recipient,
  options: { isNew?: boolean } = {},
): Output {
  const { group } = recipient;
  const output: Output = {
    ...common(tenant, recipient),
    Alias: recipient.alias,
    PrimarySmtpAddress: recipient.primarySmtpAddress,
    EmailAddresses: recipient.emailAddresses,
    RecipientType: coarseTypes[recipient.type],
    RecipientTypeDetails: recipient.type,
    ExternalDirectoryObjectId: recipient.externalDirectoryObjectId,
    GroupType: groupType(recipient),
    ManagedBy: (group?.managedBy ?? []).map((guid) => referenceTo(tenant, guid)),
    MemberJoinRestriction: group?.memberJoinRestriction ?? "Closed",
    MemberDepartRestriction: group?.memberDepartRestriction ?? "Closed",
    RequireSenderAuthenticationEnabled: group?.requireSenderAuthenticationEnabled ?? true,
    HiddenFromAddressListsEnabled: recipient.hiddenFromAddressListsEnabled,
    IsDirSynced: group?.isDirSynced ?? false,
    ...customAttributes(recipient),
  };
  return options.isNew ? { ...output, DistinguishedName: null } : output;
}

/** Get-Group: mail-enabled groups of any type, without the Entra id (facts/exchange.md §2.6). */
export function groupOutput(tenant: Tenant, recipient: Recipient): Output {
  return {
    ...common(tenant, recipient),
    GroupType: groupType(recipient),
    ManagedBy: (recipient.group?.managedBy ?? []).map((guid) => referenceTo(tenant, guid)),
    Members: referencesTo(tenant, recipient.group?.members ?? []),
    Notes: recipient.group?.notes ?? "",
    WindowsEmailAddress: recipient.primarySmtpAddress ?? "",
    RecipientType: coarseTypes[recipient.type],
    RecipientTypeDetails: recipient.type,
    IsDirSynced: recipient.group?.isDirSynced ?? false,
  };
}

/** A role group as Get-Group shows it. */
export function roleGroupAsGroup(tenant: Tenant, group: Tenant["roleGroups"][number]): Output {
  return {
    ...common(tenant, group),
    GroupType: "Universal, SecurityEnabled",
    ManagedBy: group.managedBy.map((guid) => referenceTo(tenant, guid)),
    Members: referencesTo(tenant, group.members),
    Notes: group.description,
    WindowsEmailAddress: "",
    RecipientType: "Group",
    RecipientTypeDetails: "RoleGroup",
    IsDirSynced: false,
  };
}
