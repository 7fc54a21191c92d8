/**
 * By what an app can let itself into mailboxes that nobody gave it: permissions of Graph and Exchange, and directory
 * roles. Data, from Microsoft's lists as read in November 2026:
 * learn.microsoft.com/graph/permissions-reference (ids and what each allows) and
 * learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference (template ids, the label
 * "privileged", the actions of each role). What stands in none of these tables is not judged: a proof names it as not
 * proved.
 */

/** How: each has a sentence in every language (resources/proof/words). */
export type EscalationWay =
  "grants" | "exchange" | "otherApps" | "userCredentials" | "recovery" | "signIn" | "memberships";

/** Permissions that an app can hold: id, name, way. */
const permissions: readonly (readonly [string, string, EscalationWay])[] = [
  ["06b708a9-e830-4db3-a914-8e69da51d44f", "AppRoleAssignment.ReadWrite.All", "grants"],
  ["19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Directory.ReadWrite.All", "grants"],
  ["8e8e4742-1d95-4f68-9d56-6ee75648c72a", "DelegatedPermissionGrant.ReadWrite.All", "grants"],
  ["a402ca1c-2696-4531-972d-6e5ee4aa11ea", "Policy.ReadWrite.PermissionGrant", "grants"],
  ["fb221be6-99f2-473f-bd32-01c6a0e9ca3b", "Policy.ReadWrite.Authorization", "grants"],
  ["9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "RoleManagement.ReadWrite.Directory", "grants"],
  ["31e08e0a-d3f7-4ca2-ac39-7343fb83e8ad", "RoleManagementPolicy.ReadWrite.Directory", "grants"],
  ["b38dcc4d-a239-4ed6-aa84-6c65b284f97c", "RoleManagementPolicy.ReadWrite.AzureADGroup", "grants"],
  ["ec563bdb-80dc-47c0-81d3-bff47cc6ac06", "RoleManagementPolicy.ReadWrite.EntraAppRole", "grants"],
  ["dd199f4a-f148-40a4-a2ec-f0069cc799ec", "RoleAssignmentSchedule.ReadWrite.Directory", "grants"],
  ["fee28b28-e1f3-4841-818e-2704dc62245f", "RoleEligibilitySchedule.ReadWrite.Directory", "grants"],
  ["854d9ab1-6657-4ec8-be45-823027bcd009", "PrivilegedAccess.ReadWrite.AzureAD", "grants"],
  ["2f6817f8-7b12-4f0f-bc18-eeaf60705a9e", "PrivilegedAccess.ReadWrite.AzureADGroup", "grants"],
  ["6f9d5abc-2db6-400b-a267-7de22a40fb87", "PrivilegedAccess.ReadWrite.AzureResources", "grants"],
  ["41202f2c-f7ab-45be-b001-85c9728b9d69", "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", "grants"],
  ["81adad77-a25a-489d-ac43-321115620139", "PrivilegedAssignmentSchedule.ReadWrite.EntraAppRole", "grants"],
  ["618b6020-bca8-4de6-99f6-ef445fa4d857", "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", "grants"],
  ["7f4c39f1-1aa7-44b7-ab05-38df2609c37a", "PrivilegedEligibilitySchedule.ReadWrite.EntraAppRole", "grants"],
  ["025d3225-3f02-4882-b4c0-cd5b541a4e80", "RoleManagement.ReadWrite.Exchange", "exchange"],
  ["dc50a0fb-09a3-484d-be87-e023b12c6440", "Exchange.ManageAsApp", "exchange"],
  ["1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Application.ReadWrite.All", "otherApps"],
  ["fc023787-fd04-4e44-9bc7-d454f00c0f0a", "Application.ReadUpdate.All", "otherApps"],
  ["18a4783c-866b-4cc7-a460-3d5e5662c884", "Application.ReadWrite.OwnedBy", "otherApps"],
  ["cc117bb9-00cf-4eb8-b580-ea2a878fe8f7", "User-PasswordProfile.ReadWrite.All", "userCredentials"],
  ["50483e42-d915-4231-9639-7fdb7fd190e5", "UserAuthenticationMethod.ReadWrite.All", "userCredentials"],
  ["e8ecb853-1435-4a49-95ba-ec5b31b11672", "UserAuthMethod-Email.ReadWrite.All", "userCredentials"],
  ["c7a22c2e-5b01-4129-8159-6c8be2c78f16", "UserAuthMethod-External.ReadWrite.All", "userCredentials"],
  ["7e9ebcc1-90aa-4471-8051-e68d6b4e9c89", "UserAuthMethod-HardwareOATH.ReadWrite.All", "userCredentials"],
  ["c833c349-a1ab-4b6d-94a2-fa9a8674420c", "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All", "userCredentials"],
  ["0400e371-7db1-4338-a269-96069eb65227", "UserAuthMethod-Passkey.ReadWrite.All", "userCredentials"],
  ["f6d38dfd-ec08-4995-8f07-23e929df0936", "UserAuthMethod-Password.ReadWrite.All", "userCredentials"],
  ["6e85d483-7092-4375-babe-0a94a8213a58", "UserAuthMethod-Phone.ReadWrite.All", "userCredentials"],
  ["1a87acf4-a9ca-4576-a974-452ea265d5f6", "UserAuthMethod-PlatformCred.ReadWrite.All", "userCredentials"],
  ["4869299f-18c3-40c8-98f2-222657e67db1", "UserAuthMethod-QR.ReadWrite.All", "userCredentials"],
  ["787442d4-3c6e-4e99-aa95-8ccca20a48ff", "UserAuthMethod-SoftwareOATH.ReadWrite.All", "userCredentials"],
  ["627169a8-8c15-451c-861a-5b80e383de5c", "UserAuthMethod-TAP.ReadWrite.All", "userCredentials"],
  ["f14eee8a-713e-45aa-8223-2ab74632db1a", "UserAuthMethod-WindowsHello.ReadWrite.All", "userCredentials"],
  ["9d952b72-f741-4b40-9185-8c53076c2339", "User-ConvertToInternal.ReadWrite.All", "userCredentials"],
  ["c529cfca-c91b-489c-af2b-d92990b66ce6", "User.ManageIdentities.All", "userCredentials"],
  ["741f803b-c850-494e-b5df-cde7c675a1ca", "User.ReadWrite.All", "recovery"],
  ["5639c449-cfd9-4088-bc48-3e16da108bf8", "User.ReadUpdate.All", "recovery"],
  ["86ceff06-c822-49ff-989a-d912845ffe69", "User-Phone.ReadWrite.All", "recovery"],
  ["280d0935-0796-47d1-8d26-273470a3f17a", "User-Mail.ReadWrite.All", "recovery"],
  ["7e05723c-0bb0-42da-be95-ae9f08a6e53c", "Domain.ReadWrite.All", "signIn"],
  ["64d40371-8d58-4270-bc8a-b4a66de36b9a", "Domain-InternalFederation.ReadWrite.All", "signIn"],
  ["292d869f-3427-49a8-9dab-8c70152b74e9", "Organization.ReadWrite.All", "signIn"],
  ["a2b63618-5350-462d-b1b3-ba6eb3684e26", "PublicKeyInfrastructure.ReadWrite.All", "signIn"],
  ["29c18626-4985-4dcd-85c0-193eef327366", "Policy.ReadWrite.AuthenticationMethod", "signIn"],
  ["62a82d76-70ea-41e2-9197-370581804d09", "Group.ReadWrite.All", "memberships"],
  ["dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "GroupMember.ReadWrite.All", "memberships"],
];

const administration = /^exchange\.(\w+\.)?manage/i;

/**
 * By the beginning of the name, so that a permission that is new tomorrow counts, too: `Exchange.ManageAsAppV2` is one
 * (learn.microsoft.com/exchange/reference/admin-api-authentication).
 */
const families: readonly (readonly [RegExp, EscalationWay])[] = [
  [administration, "exchange"],
  [/^role(management|managementpolicy|assignmentschedule|eligibilityschedule)\.readwrite\./i, "grants"],
  [/^privileged(access|assignmentschedule|eligibilityschedule)\.readwrite\./i, "grants"],
  [/^userauthmethod-\w+\.readwrite\./i, "userCredentials"],
];

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

/**
 * Directory roles: template id, name, way. That of a user's password is limited by whose it is
 * (learn.microsoft.com/graph/api/resources/users, "Who can reset passwords?"): users without a role, at the least.
 */
const roles: readonly (readonly [string, string, EscalationWay])[] = [
  [globalAdministrator, "Global Administrator", "grants"],
  ["e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", "grants"],
  ["9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers", "grants"],
  ["29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator", "exchange"],
  // It sets permissions on mailboxes, and no roles.
  ["31392ffb-586c-42d1-9346-e59415a2cc4e", "Exchange Recipient Administrator", "exchange"],
  ["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", "otherApps"],
  ["158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", "otherApps"],
  ["7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", "userCredentials"],
  ["c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator", "userCredentials"],
  ["fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "userCredentials"],
  ["729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "userCredentials"],
  ["966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator", "userCredentials"],
  ["4ba39ca4-527c-499a-b93d-d9b492c50246", "Partner Tier1 Support", "userCredentials"],
  ["e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8", "Partner Tier2 Support", "userCredentials"],
  ["8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator", "signIn"],
  ["8329153b-31d0-4727-b945-745eb3bc5f31", "Domain Name Administrator", "signIn"],
  ["be2f45a1-457d-42af-a067-6ec1fa63bc45", "External Identity Provider Administrator", "signIn"],
  ["194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", "signIn"],
  ["fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", "memberships"],
];

/** Permissions that open nothing of a mailbox and change nothing, on Microsoft Graph. */
const harmlessPermissions: ReadonlySet<string> = new Set(
  [
    ...["User.Read.All", "User.ReadBasic.All", "OrgContact.Read.All", "People.Read.All", "ProfilePhoto.Read.All"],
    ...["Group.Read.All", "GroupMember.Read.All", "Member.Read.Hidden", "AdministrativeUnit.Read.All"],
    ...["Directory.Read.All", "Organization.Read.All", "Domain.Read.All", "LicenseAssignment.Read.All"],
    ...["Application.Read.All", "DelegatedPermissionGrant.Read.All", "Policy.Read.All", "Device.Read.All"],
    ...["RoleManagement.Read.All", "RoleManagement.Read.Directory", "RoleManagement.Read.Exchange"],
    ...["AuditLog.Read.All", "Reports.Read.All", "Presence.Read.All", "Place.Read.All", "Schedule.Read.All"],
    ...["Sites.Read.All", "Files.Read.All", "ServiceHealth.Read.All", "ServiceMessage.Read.All"],
  ].map((name) => name.toLowerCase()),
);

/** Directory roles that only read, by template id, and see no mailbox. */
const harmlessRoles: ReadonlySet<string> = new Set([
  "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", // Directory Readers
  "f2ef992c-3afb-46b9-b7cf-a126ee74c451", // Global Reader
  "4a5d8f65-41da-4de4-8968-e035b65339cf", // Reports Reader
  "75934031-6c7e-415a-99d7-48dbd49e875e", // Usage Summary Reports Reader
  "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", // Message Center Reader
]);

const wayOfPermission = new Map(
  permissions.flatMap(([id, name, way]) => [[id, way] as const, [name.toLowerCase(), way] as const]),
);
const wayOfRole = new Map(roles.map(([template, , way]) => [template, way]));

/** Template ids of the directory roles that let their holders into mailboxes, with their names. */
export const escalatingRoles: ReadonlyMap<string, string> = new Map(roles.map(([template, name]) => [template, name]));

/** By what a permission, by its name or id, lets an app into mailboxes; `undefined` where it is not known to. */
export function escalationOfPermission(permission: string): EscalationWay | undefined {
  const known = wayOfPermission.get(permission.toLowerCase());
  return known ?? families.find(([family]) => family.test(permission))?.[1];
}

/** Whether a permission of Microsoft Graph is known to open nothing of a mailbox and to change nothing. */
export function isHarmlessPermission(permission: string): boolean {
  return harmlessPermissions.has(permission.toLowerCase());
}

/** By what a directory role lets its holder into mailboxes, by its template id; `undefined` where it is not known to. */
export function escalationOfRole(template: string): EscalationWay | undefined {
  return wayOfRole.get(template);
}

/**
 * Whether a permission lets an app call Exchange's administration, which by itself gives nothing: what it may do there is a
 * matter of its roles (facts/exchange.md §1.4).
 */
export function needsRole(permission: string): boolean {
  return permission.toLowerCase() === "dc50a0fb-09a3-484d-be87-e023b12c6440" || administration.test(permission);
}

/** Whether a directory role, by its template id, lets its holder administer mailboxes in Exchange. */
export function administersExchange(template: string): boolean {
  return wayOfRole.get(template) === "exchange" || template === globalAdministrator;
}

/** Whether a directory role is known to read only. */
export function isHarmlessRole(template: string): boolean {
  return harmlessRoles.has(template);
}
