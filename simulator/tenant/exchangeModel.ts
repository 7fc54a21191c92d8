/** What Exchange holds, as plain data: recipients, roles and who has them where. */

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
  /** Only in Active Directory: the container below the first domain, as `OU=Verkoop,OU=Kantoor` or `OU=Verkoop,DC=noord`; absent: `CN=Users`. */
  container?: string;
}

export type RecipientType =
  | "UserMailbox"
  | "SharedMailbox"
  | "RoomMailbox"
  | "EquipmentMailbox"
  | "MailUser"
  | "GuestMailUser"
  /** A mailbox here whose account is in another forest. */
  | "LinkedMailbox"
  /** An account here whose mailbox is in Exchange Online. */
  | "RemoteUserMailbox"
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
  /** Only mailboxes: by which the default folders are named, as `nl-NL`; absent: English. */
  language?: string;
  /** Only mailboxes: who else was let in; absent: nobody. */
  permissions?: MailboxPermissions;
  /** Only in Active Directory, of what can sign in. */
  account?: Account;
  /** Only groups. */
  group: GroupProperties | null;
}

/** Whom the permissions of a mailbox let in. A principal that is gone stays in them. */
export interface MailboxPermissions {
  /** `user`: GUID of a user or security group. */
  entries: { user: string; accessRights: string[]; deny: boolean }[];
  /** GUIDs of those who may send as the mailbox. */
  sendAs: string[];
  /** GUIDs of those who may send on its behalf. */
  sendOnBehalf: string[];
  /** Of the calendar. `user`: a GUID, `Default`, `Anonymous`, or the address of somebody outside. */
  calendar: { user: string; accessRights: string[] }[];
}

/** What Active Directory alone knows of an account. */
export interface Account {
  /** At most 20 characters, unique in the domain. */
  samAccountName: string;
  notes: string;
  remotePowerShellEnabled: boolean;
  authenticationPolicy: string | null;
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
  /** The group of another forest, `DOMAIN\\name`, whose members hold what the role group holds. */
  linkedGroup?: string;
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
