/** How Graph serves an enterprise app. */
import type { DirectoryServicePrincipal } from "../tenant/directoryModel.ts";
import { describeKeyCredential, describePasswords } from "./applicationShape.ts";
import type { Row } from "./filter.ts";
import type { Shape } from "./query.ts";

export const SERVICE_PRINCIPAL: Shape = { type: "microsoft.graph.servicePrincipal", set: "servicePrincipals" };

const EMPTY: Row = {
  addIns: [],
  alternativeNames: [],
  appOwnerOrganizationId: null,
  appRoleAssignmentRequired: false,
  applicationTemplateId: null,
  createdDateTime: null,
  description: null,
  disabledByMicrosoftStatus: null,
  homepage: null,
  info: null,
  loginUrl: null,
  logoutUrl: null,
  notes: null,
  notificationEmailAddresses: [],
  oauth2PermissionScopes: [],
  preferredSingleSignOnMode: null,
  preferredTokenSigningKeyThumbprint: null,
  replyUrls: [],
  resourceSpecificApplicationPermissions: [],
  samlMetadataUrl: null,
  samlSingleSignOnSettings: null,
  servicePrincipalType: "Application",
  signInAudience: "AzureADMyOrg",
  tags: [],
  tokenEncryptionKeyId: null,
};

export function describeServicePrincipal(principal: DirectoryServicePrincipal): Row {
  return {
    ...EMPTY,
    ...principal.other,
    id: principal.id,
    accountEnabled: principal.accountEnabled,
    appDisplayName: principal.displayName,
    appId: principal.appId,
    appRoles: principal.appRoles.map((role) => ({
      allowedMemberTypes: ["Application"],
      description: role.displayName,
      displayName: role.displayName,
      id: role.id,
      isEnabled: true,
      origin: "Application",
      value: role.value,
    })),
    deletedDateTime: null,
    displayName: principal.displayName,
    keyCredentials: (principal.keyCredentials ?? []).map(describeKeyCredential),
    passwordCredentials: describePasswords(principal),
    servicePrincipalNames: [principal.appId],
  };
}
