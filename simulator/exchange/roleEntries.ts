/** Which cmdlets the built-in roles hold, by role type; a child role has its parent's type. */

import type { ManagementRole } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";

/** Cmdlets by name, each with the parameters that the role does not hold. */
export type Entries = ReadonlyMap<string, readonly string[]>;

const readRecipients =
  "Get-Recipient Get-Mailbox Get-CASMailbox Get-User Get-Group Get-DistributionGroup Get-DistributionGroupMember " +
  "Get-OrganizationConfig Get-AcceptedDomain Get-MailboxPermission Get-RecipientPermission " +
  "Get-MailboxFolderStatistics Get-MailboxFolderPermission";
const managePermissions =
  "Add-MailboxPermission Remove-MailboxPermission Add-RecipientPermission Remove-RecipientPermission " +
  "Add-MailboxFolderPermission Set-MailboxFolderPermission Remove-MailboxFolderPermission";
const readConfiguration =
  "Get-ManagementRole Get-ManagementRoleAssignment Get-ManagementScope Get-RoleGroup Get-RoleGroupMember " +
  "Get-OrganizationConfig Get-AcceptedDomain Get-ServicePrincipal Test-ServicePrincipalAuthorization " +
  "Get-ApplicationAccessPolicy Test-ApplicationAccessPolicy";
const manageGroups =
  "New-DistributionGroup Set-DistributionGroup Remove-DistributionGroup Set-Group Add-DistributionGroupMember " +
  "Remove-DistributionGroupMember Update-DistributionGroupMember";
const manageRoles =
  "New-ManagementRole Remove-ManagementRole New-ManagementRoleAssignment Set-ManagementRoleAssignment " +
  "Remove-ManagementRoleAssignment New-ManagementScope Set-ManagementScope Remove-ManagementScope New-RoleGroup " +
  "Set-RoleGroup Remove-RoleGroup Add-RoleGroupMember Remove-RoleGroupMember Update-RoleGroupMember " +
  "New-ServicePrincipal Set-ServicePrincipal Remove-ServicePrincipal";

/** Only Organization Management and the role for security groups manage groups that belong to others. */
const ownGroupsOnly = ["BypassSecurityGroupManagerCheck"];

function entries(cmdlets: string, without: readonly string[] = []): Entries {
  return new Map(cmdlets.split(" ").map((cmdlet) => [cmdlet, without]));
}

const rolesByType: Readonly<Record<string, Entries>> = {
  RoleManagement: entries(`${readConfiguration} ${readRecipients} ${manageRoles}`),
  OrganizationConfiguration: entries(
    "Get-OrganizationConfig Set-OrganizationConfig Get-AcceptedDomain Enable-OrganizationCustomization " +
      "Get-ApplicationAccessPolicy New-ApplicationAccessPolicy Remove-ApplicationAccessPolicy " +
      "Test-ApplicationAccessPolicy",
  ),
  ViewOnlyConfiguration: entries(readConfiguration),
  ViewOnlyRecipients: entries(readRecipients),
  MailRecipients: entries(
    `${readRecipients} ${managePermissions} Set-Mailbox Set-CASMailbox Set-MailboxRegionalConfiguration`,
  ),
  MailRecipientCreation: entries(`${readRecipients} Remove-Mailbox`),
  DistributionGroups: entries(`${readRecipients} ${manageGroups}`, ownGroupsOnly),
  SecurityGroupCreationAndMembership: entries(`${readRecipients} ${manageGroups}`),
  MyBaseOptions: entries("Get-Recipient Get-Mailbox Get-User"),
  MyDistributionGroups: entries(
    `Get-Recipient Get-Group Get-DistributionGroup Get-DistributionGroupMember ${manageGroups}`,
    ownGroupsOnly,
  ),
};

/** What the roles of Exchange Server hold beside these. */
const furtherOnServer: Readonly<Record<string, readonly string[]>> = {
  MailRecipientCreation: ["New-Mailbox"],
  MailRecipients: ["Set-User", "Get-OrganizationalUnit"],
  UserOptions: ["Set-Mailbox", "Set-User", ...readRecipients.split(" ")],
  ResetPassword: ["Set-Mailbox"],
  ActiveDirectoryPermissions: ["Get-ADPermission", "Add-ADPermission"],
  ViewOnlyConfiguration: ["Get-AuthenticationPolicy", "Get-WebServicesVirtualDirectory"],
  OrganizationClientAccess: ["Get-AuthenticationPolicy", "Get-WebServicesVirtualDirectory"],
};

/** What every administrative role of Exchange Server holds. */
const sessionCmdlets = ["Get-ADServerSettings", "Set-ADServerSettings", "Get-DomainController"];

const byType = new Map(Object.entries(rolesByType).map(([roleType, held]) => [roleType.toLowerCase(), held]));

/** Entries of a role type; none for types that hold no cmdlet of this tenant, as ApplicationImpersonation. */
export function entriesOfType(roleType: string, { server }: Pick<Tenant, "server"> = {}): Entries {
  const held: Entries = byType.get(roleType.toLowerCase()) ?? new Map();
  if (server === undefined || roleType === "ApplicationImpersonation" || /^My[A-Z]/.test(roleType)) return held;
  const further = [...(furtherOnServer[roleType] ?? []), ...sessionCmdlets];
  return new Map([...further.map((cmdlet) => [cmdlet, []] as const), ...held]);
}

/**
 * Whether a role is one of RBAC for Applications: for service principals only, without children (facts/exchange.md §5).
 */
export function isApplicationRole({ name, parent }: ManagementRole): boolean {
  return parent === null && name.startsWith("Application ");
}
