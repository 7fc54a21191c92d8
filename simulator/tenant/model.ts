/**
 * The state of the embedded tenant: plain data only, so that `GET /simulator/state` is a dump of it and a reset
 * replaces it. Two directories, as in Microsoft 365: Entra (what Graph serves) and Exchange (what the admin API and EWS
 * serve), joined by `externalDirectoryObjectId` and kept in step by replication (replication.ts).
 */

/** A user in Entra. Properties that a caller sets and nothing here interprets are kept in `other`. */
export interface DirectoryUser {
  id: string;
  userPrincipalName: string;
  displayName: string;
  mailNickname: string;
  /** Primary SMTP address; `null` without one. */
  mail: string | null;
  /** `SMTP:` is the primary, `smtp:` an alias. */
  proxyAddresses: string[];
  userType: "Member" | "Guest";
  accountEnabled: boolean;
  /** Sign-in secret; never served. */
  password: string;
  passwordPolicies: string | null;
  showInAddressList: boolean | null;
  /** Object id of the manager. */
  managerId: string | null;
  createdDateTime: string;
  /** ISO time of deletion; set while the user is in the recycle bin. */
  deletedDateTime: string | null;
  /** Template ids of the Entra directory roles it holds (the token's `wids`); none where absent. */
  directoryRoles?: string[];
  /** jobTitle, department, usageLocation, onPremisesSyncEnabled and other properties, as they were sent. */
  other: Record<string, unknown>;
}

/** A group in Entra; mail-enabled ones come from Exchange and are read-only in Graph. */
export interface DirectoryGroup {
  id: string;
  displayName: string;
  mail: string | null;
  mailEnabled: boolean;
  securityEnabled: boolean;
  /** `["Unified"]` for a Microsoft 365 group. */
  groupTypes: string[];
  memberIds: string[];
  /** Only of groups that were made in Entra. */
  description?: string | null;
  mailNickname?: string;
}

/** A client secret that was made by `addPassword`; its text is served once, when it is made. */
export interface PasswordCredential {
  keyId: string;
  displayName: string | null;
  startDateTime: string;
  endDateTime: string;
  secretText: string;
}

/** What an app registration and an enterprise app may both sign in with. */
export interface CredentialHolder {
  /** Whole lists of certificates, as they were sent. */
  keyCredentials?: Record<string, unknown>[];
  passwordCredentials?: PasswordCredential[];
}

/** An app registration in Entra. */
export interface DirectoryApplication extends CredentialHolder {
  id: string;
  appId: string;
  displayName: string;
  /** Client secrets of the seed, which never end; never served. */
  secrets: string[];
  keyCredentials: Record<string, unknown>[];
  /** Trust in other issuers' tokens, as it was sent; nobody can sign in with it here. */
  federatedIdentityCredentials?: Record<string, unknown>[];
  ownerIds: string[];
  other: Record<string, unknown>;
}

/** An enterprise app in Entra. */
export interface DirectoryServicePrincipal extends CredentialHolder {
  id: string;
  appId: string;
  displayName: string;
  accountEnabled: boolean;
  appRoles: { id: string; value: string; displayName: string }[];
  ownerIds: string[];
  /** Template ids of the Entra directory roles it holds (the token's `wids`). */
  directoryRoles: string[];
  other: Record<string, unknown>;
}

/** An app registration or enterprise app in the recycle bin; users stay in `users`, with `deletedDateTime`. */
export type DeletedDirectoryObject =
  | { type: "application"; deletedDateTime: string; object: DirectoryApplication }
  | { type: "servicePrincipal"; deletedDateTime: string; object: DirectoryServicePrincipal };

/** A consented application permission: app role `appRoleId` of `resourceId`, granted to `principalId`. */
export interface AppRoleAssignment {
  id: string;
  appRoleId: string;
  principalId: string;
  resourceId: string;
  createdDateTime: string;
}

/** What every object in Exchange has. */
export interface ExchangeObject {
  /** Exchange's own GUID. */
  guid: string;
  /** Unique within its kind in the tenant; at most 64 characters. */
  name: string;
  /** The DN's CN; the same as `name`, or with a suffix of its own. */
  cn: string;
  /** Virtual time in ms from which look-ups find it (the lag between back ends). */
  visibleAt: number;
  whenCreated: string;
}

export type RecipientType =
  | "UserMailbox"
  | "SharedMailbox"
  | "RoomMailbox"
  | "EquipmentMailbox"
  | "MailUser"
  | "GuestMailUser"
  | "MailContact"
  | "MailUniversalSecurityGroup"
  | "MailUniversalDistributionGroup"
  | "GroupMailbox"
  /** Not a recipient: a user without mail, which only Get-User shows. */
  | "User";

/** A recipient (or plain user) in Exchange. */
export interface Recipient extends ExchangeObject {
  type: RecipientType;
  externalDirectoryObjectId: string | null;
  displayName: string;
  alias: string | null;
  primarySmtpAddress: string | null;
  /** `SMTP:` is the primary, `smtp:` an alias. */
  emailAddresses: string[];
  /** Only users. */
  userPrincipalName: string | null;
  hiddenFromAddressListsEnabled: boolean;
  accountDisabled: boolean;
  softDeleted: boolean;
  customAttributes: Record<string, string>;
  /** Only mailboxes: whether EWS is on; absent or `null` where nobody set it. */
  ewsEnabled?: boolean | null;
  /** Only groups. */
  group: GroupProperties | null;
}

export interface GroupProperties {
  /** GUIDs of the owners. */
  managedBy: string[];
  /** GUIDs of the direct members. */
  members: string[];
  memberJoinRestriction: "Open" | "Closed" | "ApprovalRequired";
  memberDepartRestriction: "Open" | "Closed" | "ApprovalRequired";
  requireSenderAuthenticationEnabled: boolean;
  notes: string;
  isDirSynced: boolean;
}

export interface RoleGroup extends ExchangeObject {
  displayName: string;
  description: string;
  /** GUIDs of recipients (users, mail-enabled security groups) and of service principals. */
  members: string[];
  managedBy: string[];
  builtIn: boolean;
}

/** A management role; a child has a `parent` and at most its parent's entries. */
export interface ManagementRole extends ExchangeObject {
  roleType: string;
  parent: string | null;
  isEndUserRole: boolean;
  isDeprecated: boolean;
}

export interface ManagementScope extends ExchangeObject {
  /** As Exchange normalised it. */
  recipientFilter: string;
  /** DN of an organisational unit; empty for the whole organisation. */
  recipientRoot: string;
  exclusive: boolean;
}

export type AssigneeType = "User" | "SecurityGroup" | "RoleGroup" | "RoleAssignmentPolicy" | "ServicePrincipal";

export type RecipientWriteScope =
  | "None"
  | "Organization"
  | "MyGAL"
  | "Self"
  | "MyDistributionGroups"
  | "OU"
  | "CustomRecipientScope"
  | "ExclusiveRecipientScope"
  | "AdministrativeUnit"
  | "Group"
  | "NotApplicable";

export interface RoleAssignment extends ExchangeObject {
  /** GUID of the role. */
  role: string;
  /** GUID of the assignee. */
  assignee: string;
  assigneeType: AssigneeType;
  delegation: "Regular" | "Delegating" | "DelegatingOrgWide";
  enabled: boolean;
  recipientWriteScope: RecipientWriteScope;
  /** GUID of the management scope (custom, exclusive), of the group (Group) or id of the unit; otherwise `null`. */
  scope: string | null;
}

/** Exchange's pointer to an enterprise app. */
export interface ExchangeServicePrincipal extends ExchangeObject {
  appId: string;
  objectId: string;
  displayName: string;
}

export interface ApplicationAccessPolicy {
  identity: string;
  appId: string;
  /** GUID of the mail-enabled security group. */
  group: string;
  accessRight: "RestrictAccess" | "DenyAccess";
  description: string;
}

/** An appointment (or, in the inbox, a message) in a mailbox. */
export interface MailboxItem {
  id: string;
  changeKey: string;
  mailbox: string;
  folder: "calendar" | "inbox";
  subject: string;
  body: string;
  start: string;
  end: string;
  isAllDay: boolean;
  other: Record<string, unknown>;
}

export interface Organization {
  isDehydrated: boolean;
  /** Virtual time in ms until which custom RBAC writes are still refused as dehydrated. */
  hydrationRefusesUntil: number;
  /** Virtual time in ms until which assignments are still refused for want of a delegating assignment. */
  delegationRefusesUntil: number;
  /** `null` as long as nobody set it. */
  ewsEnabled: boolean | null;
  /** Client ids that EWS lets in while `ewsEnabled` is true. */
  ewsAllowedAppIds: string[] | null;
  /** Which of the two lists of user agents holds, for EWS, Graph and REST; `null` for none. */
  ewsApplicationAccessPolicy: "EnforceAllowList" | "EnforceBlockList" | null;
  /** Patterns of user agents, `*` for any text. */
  ewsAllowList: string[];
  ewsBlockList: string[];
  /** Prefix and suffix that Exchange puts around the names of groups that users make; app-only calls as documented. */
  groupNamingPolicy: { prefix: string; suffix: string } | null;
}

export interface Tenant {
  tenantId: string;
  displayName: string;
  /** `<name>.onmicrosoft.com`. */
  initialDomain: string;
  verifiedDomains: string[];
  /** E.g. `EURPR05A001`: the first part of the DNs' DC. */
  forest: string;
  organization: Organization;
  users: DirectoryUser[];
  groups: DirectoryGroup[];
  applications: DirectoryApplication[];
  servicePrincipals: DirectoryServicePrincipal[];
  appRoleAssignments: AppRoleAssignment[];
  recipients: Recipient[];
  roleGroups: RoleGroup[];
  roles: ManagementRole[];
  scopes: ManagementScope[];
  assignments: RoleAssignment[];
  exchangeServicePrincipals: ExchangeServicePrincipal[];
  applicationAccessPolicies: ApplicationAccessPolicy[];
  items: MailboxItem[];
  /** Multi-tenant apps that are registered in other tenants and can have an enterprise app here. */
  foreignApplications?: DirectoryApplication[];
  /** Deleted app registrations and enterprise apps. */
  deletedItems?: DeletedDirectoryObject[];
  /** Policies that give users rights to their own mailbox; assignees of type `RoleAssignmentPolicy`. */
  roleAssignmentPolicies?: ExchangeObject[];
}

/** Positions for what nobody has verified about Exchange; each is described in docs/fidelity.md. */
export interface Switches {
  /** ApplicationImpersonation: there, missing, or listed but refused when it is assigned. */
  impersonationRole: "available" | "missing" | "refused";
  /** Removing a scope that an assignment uses: refused, or removed with the assignments cleared (the document). */
  scopeInUse: "refused" | "cleared";
  /** A stored filter after its group's DN changed: left stale, or rewritten. */
  filterAfterRename: "stale" | "rewritten";
  /** ManagedBy of a group made app-only without owners: empty, or the organisation's administrators group. */
  appOnlyGroupOwner: "empty" | "organizationManagement";
  /** Whether a user without a mailbox may join a role group. */
  roleGroupMemberNeedsMailbox: boolean;
  /** Whether a user made in Entra gets a mailbox (group-based licensing) once it is replicated; absent: no. */
  newUsersGetMailbox?: boolean;
  /** Whom EWS lets in where EwsEnabled is true and EwsAllowedAppIDs is empty; absent: everybody. */
  emptyEwsAppList?: "everybody" | "nobody";
  /** Whether Get-CASMailbox filters on EwsEnabled; absent: it does. */
  casMailboxFilter?: "accepted" | "refused";
  /** Whether the scope parameters of New- and Set-ManagementRoleAssignment take a scope's GUID; absent: they do. */
  scopeByGuid?: boolean;
  /** Whether an OPATH filter may compare ExternalDirectoryObjectId; absent: accepted. */
  filterByObjectId?: "accepted" | "refused";
  /** The language of Get-Recipient's RecipientPreviewFilter; absent: OPATH. */
  previewFilter?: "opath" | "ldap";
  /**
   * What -GetEffectiveUsers expands: groups in groups too, only the group that holds the role, or nothing ("All Group
   * Members"); absent: all.
   */
  effectiveUsers?: "all" | "direct" | "none";
  /** Who manages a role group that an app makes: as `appOnlyGroupOwner` says, or the app; absent: the first. */
  appOnlyRoleGroupManager?: "asGroups" | "creator";
  /** What Enable-OrganizationCustomization answers: success, or an error, and takes effect later; absent: success. */
  customizationAnswer?: "success" | "error";
}

/** How long things take, in ms of virtual time. */
export interface Delays {
  /** Entra to Exchange (a new or changed user). */
  entraToExchange: number;
  /** Exchange to Entra (a new or changed group). */
  exchangeToEntra: number;
  /** Until another back end sees a new Exchange object. */
  exchangeVisibility: number;
  /** How long a data-plane decision is cached for a principal. */
  authorizationCache: number;
  /** How long custom RBAC writes are refused after Enable-OrganizationCustomization, as dehydrated. */
  hydration: number;
  /** And after that, for want of a delegating assignment. */
  delegationAfterHydration: number;
  /** Inside Entra: until a request finds what another one has made; absent: at once. */
  insideEntra?: number;
}
