/** What Entra holds, as plain data: users, groups, apps and consents. */

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
  /** Template ids of the directory roles that its members have through it. */
  directoryRoles?: string[];
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

/** A delegated consent: what an app may do for a user that is signed in to it. */
export interface PermissionGrant {
  id: string;
  /** Object id of the enterprise app that has it. */
  clientId: string;
  consentType: "AllPrincipals" | "Principal";
  /** The one user that it is for; `null` for everybody. */
  principalId: string | null;
  resourceId: string;
  /** Permissions, separated by blanks. */
  scope: string;
}
