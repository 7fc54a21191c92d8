/**
 * The state of the embedded tenant: plain data only, so that `GET /simulator/state` is a dump of it and a reset
 * replaces it. Two directories, as in Microsoft 365: Entra (what Graph serves) and Exchange (what the admin API and EWS
 * serve), joined by `externalDirectoryObjectId` and kept in step by replication (replication.ts).
 */
import type {
  AppRoleAssignment,
  DeletedDirectoryObject,
  DirectoryApplication,
  DirectoryGroup,
  DirectoryServicePrincipal,
  DirectoryUser,
  PermissionGrant,
} from "./directoryModel.ts";
import type {
  ApplicationAccessPolicy,
  ExchangeObject,
  ExchangeServicePrincipal,
  ManagementRole,
  ManagementScope,
  Recipient,
  RoleAssignment,
  RoleGroup,
} from "./exchangeModel.ts";

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

/** What makes a tenant an organisation of Exchange Server instead of one in Exchange Online. */
export interface ServerOrganization {
  /** CN of the organisation's container in the configuration. */
  name: string;
  /** Active Directory's first domain, where Exchange is. */
  domain: string;
  /** Domains below it, by the last part of their containers: `DC=noord`. */
  childDomains: { container: string; netBiosName: string; domainControllers: string[] }[];
  /** The domain's name before the backslash of an account. */
  netBiosName: string;
  /** Those of the first domain, fully qualified; the first one is what EWS asks. */
  domainControllers: string[];
  /** The one of them whose directory this is. */
  answering: string;
  /** The server that answers, fully qualified. */
  exchangeServer: string;
  /** Containers below the domain, each with the ones that hold it: `OU=Verkoop,OU=Kantoor`, `OU=Verkoop,DC=noord`. */
  organizationalUnits: string[];
  /** Policies that can be assigned to accounts. */
  authenticationPolicies: { name: string; blockLegacyAuthWebServices: boolean }[];
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
  /** Delegated consents. */
  permissionGrants?: PermissionGrant[];
  /** Policies that give users rights to their own mailbox; assignees of type `RoleAssignmentPolicy`. */
  roleAssignmentPolicies?: ExchangeObject[];
  /** Absent: Exchange Online. Otherwise `users` are the accounts of Active Directory, and there is no Entra. */
  server?: ServerOrganization;
}
