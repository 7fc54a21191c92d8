/** How this tenant behaves where nobody knows how Exchange does, and how long things take. */

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
  /** Whether remote PowerShell of Exchange Server takes Basic; absent: it does not. */
  powershellBasic?: boolean;
  /** Whether EWS of Exchange Server takes Basic beside Windows authentication; absent: it does not. */
  ewsBasic?: boolean;
  /** Whether Exchange Server may manage security principals in Active Directory; absent: it may. */
  splitPermissions?: "none" | "activeDirectory";
  /** The language of Exchange Server's texts; absent: English. */
  language?: "en" | "de" | "nl";
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
  /** Among the domain controllers of Exchange Server; absent: at once. */
  domainControllers?: number;
  /** Inside Entra: until a request finds what another one has made; absent: at once. */
  insideEntra?: number;
}
