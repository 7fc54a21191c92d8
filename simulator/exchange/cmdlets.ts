/** All cmdlets that are modelled, by name. */
import * as applicationAccessPolicy from "./applicationAccessPolicy.ts";
import { getCasMailbox, setCasMailbox } from "./casMailbox.ts";
import type { Cmdlet } from "./cmdlet.ts";
import * as distributionGroup from "./distributionGroup.ts";
import { setDistributionGroup, setGroup } from "./distributionGroupSettings.ts";
import * as distributionGroupMember from "./distributionGroupMember.ts";
import { removeMailbox, setMailbox } from "./mailbox.ts";
import { getMailboxFolderStatistics, setMailboxRegionalConfiguration } from "./mailboxFolder.ts";
import * as folderPermission from "./mailboxFolderPermission.ts";
import * as mailboxPermission from "./mailboxPermission.ts";
import { getManagementRole, newManagementRole, removeManagementRole } from "./managementRole.ts";
import * as assignment from "./managementRoleAssignment.ts";
import * as scope from "./managementScope.ts";
import {
  enableOrganizationCustomization,
  getAcceptedDomain,
  getOrganizationConfig,
  setOrganizationConfig,
} from "./organization.ts";
import { getGroup, getMailbox, getRecipient, getUser } from "./recipient.ts";
import * as recipientPermission from "./recipientPermission.ts";
import { getRoleGroup, newRoleGroup, removeRoleGroup, setRoleGroup } from "./roleGroup.ts";
import * as roleGroupMember from "./roleGroupMember.ts";
import * as servicePrincipal from "./servicePrincipal.ts";

/** Every cmdlet of Exchange Online that is modelled. */
export const allCmdlets: readonly Cmdlet[] = [
  getOrganizationConfig,
  setOrganizationConfig,
  enableOrganizationCustomization,
  getAcceptedDomain,
  scope.getManagementScope,
  scope.newManagementScope,
  scope.setManagementScope,
  scope.removeManagementScope,
  getRoleGroup,
  newRoleGroup,
  setRoleGroup,
  removeRoleGroup,
  roleGroupMember.getRoleGroupMember,
  roleGroupMember.addRoleGroupMember,
  roleGroupMember.removeRoleGroupMember,
  roleGroupMember.updateRoleGroupMember,
  assignment.getManagementRoleAssignment,
  assignment.newManagementRoleAssignment,
  assignment.setManagementRoleAssignment,
  assignment.removeManagementRoleAssignment,
  getManagementRole,
  newManagementRole,
  removeManagementRole,
  distributionGroup.getDistributionGroup,
  distributionGroup.newDistributionGroup,
  setDistributionGroup,
  distributionGroup.removeDistributionGroup,
  setGroup,
  distributionGroupMember.getDistributionGroupMember,
  distributionGroupMember.addDistributionGroupMember,
  distributionGroupMember.removeDistributionGroupMember,
  distributionGroupMember.updateDistributionGroupMember,
  getRecipient,
  getUser,
  getMailbox,
  getGroup,
  setMailbox,
  removeMailbox,
  getCasMailbox,
  setCasMailbox,
  mailboxPermission.getMailboxPermission,
  mailboxPermission.addMailboxPermission,
  mailboxPermission.removeMailboxPermission,
  recipientPermission.getRecipientPermission,
  recipientPermission.addRecipientPermission,
  recipientPermission.removeRecipientPermission,
  getMailboxFolderStatistics,
  setMailboxRegionalConfiguration,
  folderPermission.getMailboxFolderPermission,
  folderPermission.addMailboxFolderPermission,
  folderPermission.setMailboxFolderPermission,
  folderPermission.removeMailboxFolderPermission,
  servicePrincipal.getServicePrincipal,
  servicePrincipal.newServicePrincipal,
  servicePrincipal.setServicePrincipal,
  servicePrincipal.removeServicePrincipal,
  servicePrincipal.testServicePrincipalAuthorization,
  applicationAccessPolicy.getApplicationAccessPolicy,
  applicationAccessPolicy.newApplicationAccessPolicy,
  applicationAccessPolicy.removeApplicationAccessPolicy,
  applicationAccessPolicy.testApplicationAccessPolicy,
];

const byName = new Map(allCmdlets.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** The cmdlet of this name in any case; `undefined` where it is not modelled. */
export function findCmdlet(name: string): Cmdlet | undefined {
  return byName.get(name.toLowerCase());
}

/** Names of all cmdlets that are modelled. */
export const cmdletNames: readonly string[] = allCmdlets.map(({ name }) => name);
