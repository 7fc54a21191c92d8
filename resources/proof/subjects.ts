/** The subjects of what a proof says, by its codes (finding.ts). */
import type { EscalationWay } from "../../directory/escalation.ts";

/** A mailbox; `id` is its object id in Entra, where the question that found it told one. */
export interface MailboxSubject {
  readonly address: string;
  readonly id?: string;
}

/** An object of Exchange; `id` is its GUID, where it is known. */
export interface ObjectSubject {
  readonly name: string;
  readonly id?: string;
}

/** How far an assignment reaches: the kind of its scope, and the name of a scope of its own (empty without). */
export interface WriteScopeSubject {
  readonly writeScope: string;
  readonly customScope: string;
}

/** A role assignment, and how far it reaches. */
interface ReachSubjects extends WriteScopeSubject {
  readonly assignment: ObjectSubject;
}

interface AssignmentSubjects {
  readonly assignment: ObjectSubject;
}

interface MailboxSubjects {
  readonly mailboxes: readonly MailboxSubject[];
}

export interface ConsentSubjects {
  readonly permission: string;
  /** Display name of the resource; empty where nobody knows it. */
  readonly resource: string;
  /** Display name of the group that has the consent; empty for the app's own. */
  readonly inheritedFrom: string;
}

type None = object;

/** Wrong with what the stack made, in both access modes. */
export interface AccessSubjects {
  /** It gives the stack's own access once more: switching off the stack's own would stop nothing. */
  readonly secondAssignment: AssignmentSubjects & { readonly role: string };
  readonly assignmentMissing: None;
  readonly assignmentDisabled: AssignmentSubjects;
  readonly assignmentDelegating: AssignmentSubjects;
  readonly scopeNotOurs: { readonly scope: ObjectSubject; readonly filter: string };
  /** The security group holds others than the listed mailboxes; which, its own difference says. */
  readonly groupNotAsListed: None;
  /** Inside the scope by something else than the group. */
  readonly insideNotInGroup: MailboxSubjects;
  readonly insideNotListed: MailboxSubjects;
  readonly listedNotInside: MailboxSubjects;
  readonly directoryRoleEscalating: {
    readonly role: string;
    readonly way: EscalationWay | "unknown";
    readonly holder: RoleHolderSubject;
  };
}

/** Wrong with an access by impersonation. */
export interface ImpersonationSubjects {
  readonly userMissing: None;
  readonly userBlocked: None;
  readonly userOutsideRoleGroup: AssignmentSubjects;
  readonly roleWrong: AssignmentSubjects & { readonly role: string; readonly asked: string };
  readonly assigneeWrong: AssignmentSubjects & { readonly assignee: string };
  readonly reachNarrower: ReachSubjects;
  readonly reachWider: ReachSubjects;
  readonly scopeUnknown: AssignmentSubjects & { readonly scope: ObjectSubject };
  readonly otherAssignment: ReachSubjects & {
    readonly role: string;
    readonly assignee: string;
    /** The stack's own role where the other one is inside the same scope; empty where it reaches further. */
    readonly asked: string;
  };
  readonly exclusiveScope: MailboxSubjects & { readonly scope: ObjectSubject };
  readonly openOutside: MailboxSubjects;
  readonly shutInside: MailboxSubjects;
}

/** Wrong with an application's access, or reaching wider. */
export interface ApplicationSubjects {
  readonly appMissing: None;
  readonly appDisabled: None;
  readonly pointerWrong: None;
  /** No certificate of the app can sign in; `early` where one of them is not valid yet. */
  readonly certificatesUnusable: { readonly early: boolean };
  readonly roleNotGiven: { readonly role: string };
  readonly assignmentOfOtherApp: AssignmentSubjects;
  readonly assignmentNotScoped: ReachSubjects;
  readonly assignmentLimited: ReachSubjects;
  readonly scopeMissing: None;
  readonly listedNotAuthorized: MailboxSubjects;
  readonly authorizedOutside: MailboxSubjects;
  readonly otherAuthorization: { readonly role: string; readonly scope: string; readonly scopeType: string };
  readonly consentWide: ConsentSubjects;
  readonly consentEscalating: ConsentSubjects & { readonly way: EscalationWay };
}

/** Who holds a directory role: the app, or the service user. */
export type RoleHolderSubject = "app" | "serviceUser";

/** Where a credential or an owner stands. */
export type Holder = "registration" | "enterpriseApp";

/** Somebody else gets in, or can let himself in. */
export interface EntrantSubjects {
  readonly foreignKey: {
    readonly holder: Holder;
    readonly keyId: string;
    /** SHA-1 of the certificate; empty where the key has none, then `type` says what it is. */
    readonly thumbprint: string;
    readonly type: string;
    readonly name: string;
    /** ISO time; empty where it has no end. */
    readonly until: string;
  };
  readonly foreignSecret: {
    readonly holder: Holder;
    readonly keyId: string;
    readonly name: string;
    readonly until: string;
  };
  readonly federatedCredential: {
    readonly id: string;
    readonly name: string;
    readonly issuer: string;
    readonly subject: string;
  };
  readonly owner: { readonly holder: Holder; readonly id: string; readonly name: string };
  readonly groupOwners: { readonly group: ObjectSubject; readonly owners: readonly string[] };
  /** Somebody in the place of the owner that was asked for; `asked` is an address. */
  readonly groupOwner: { readonly group: ObjectSubject; readonly owner: string; readonly asked: string };
  readonly groupJoining: { readonly group: ObjectSubject; readonly restriction: string };
  readonly roleGroupMember: { readonly member: MailboxSubject; readonly roleGroup: ObjectSubject };
  readonly roleGroupNested: {
    readonly group: MailboxSubject;
    readonly roleGroup: ObjectSubject;
    readonly inside: readonly MailboxSubject[];
  };
  readonly roleGroupEffective: { readonly user: string; readonly roleGroup: ObjectSubject };
  readonly roleGroupManager: { readonly manager: string; readonly roleGroup: ObjectSubject };
  readonly foreignUse: ForeignUseSubjects;
}

/** What of the stack's is used: its scope, its security group, or a scope of others that names that group. */
export type Through =
  | { readonly kind: "scope"; readonly scope: string }
  | { readonly kind: "group"; readonly group: string }
  | { readonly kind: "otherScope"; readonly scope: string; readonly group: string };

/** What others do with the stack's scope or group. */
export interface ForeignUseSubjects {
  readonly kind: "assignment" | "policy";
  readonly id: string;
  /** Name of the assignment; client id of the policy's app. */
  readonly name: string;
  /** For example `Mail Recipients of Help Desk`; empty for a policy. */
  readonly what: string;
  readonly through: Through;
}

/** A role that somebody else holds for the whole organisation: of a role group, a user, or the object id of an app. */
export interface WideRoleSubject extends AssignmentSubjects {
  readonly role: string;
  readonly holder: string;
}

/** Why the way in is shut. */
export interface ShutSubjects {
  readonly ewsOff: None;
  readonly clientNotListed: { readonly clientId: string };
  readonly noAgentListed: None;
  readonly everyAgentBlocked: None;
  readonly mailboxesOff: MailboxSubjects;
}

interface UnreadSubjects {
  /** Why it could not be read. */
  readonly reason: string;
}

/** Why nobody can tell whether the way in is open. */
export interface UnknownSubjects {
  readonly organizationUnread: UnreadSubjects;
  readonly ewsEnded: None;
  readonly clientIdsUnread: UnreadSubjects;
  readonly clientIdsEmpty: None;
  readonly clientIdUnknown: None;
  readonly agentsListed: { readonly agents: readonly string[] };
  readonly agentsBlocked: { readonly agents: readonly string[] };
  readonly agentPolicyUnknown: { readonly policy: string };
  readonly mailboxesUnread: UnreadSubjects;
  readonly userOff: { readonly user: MailboxSubject };
}

/** What Graph itself answered. `minutes` until a change is effective everywhere, at most. */
export interface CalendarSubjects {
  readonly graphRefused: MailboxSubjects;
  readonly graphOpen: MailboxSubjects;
  readonly graphStillOpen: MailboxSubjects & { readonly minutes: number };
  readonly graphNotYetEffective: MailboxSubjects & { readonly minutes: number };
  readonly graphNoMailbox: MailboxSubjects;
  readonly graphNoAnswer: MailboxSubjects & UnreadSubjects;
}

/** Worth saying, though nothing is wrong. */
export interface NoteSubjects {
  readonly roleGoing: { readonly role: string };
  readonly consentsBeside: { readonly permissions: readonly string[] };
  readonly directoryRolesHeld: { readonly roles: readonly string[]; readonly holder: RoleHolderSubject };
  readonly accessPolicy: { readonly group: string; readonly restricts: boolean };
  readonly certificateEnding: { readonly days: number };
  readonly certificateEnded: { readonly days: number };
  readonly certificatesEarly: { readonly count: number };
  readonly foreignUseInert: ForeignUseSubjects;
  readonly othersReachAll: { readonly roles: readonly WideRoleSubject[] };
  readonly ewsUnset: { /** Whether Microsoft has begun to turn it off. */ readonly begun: boolean };
  readonly ewsEnding: None;
}

/** What Entra did not show of who can sign in as the app. */
export type UnreadCredentials = "keys" | "federatedCredentials" | "owners" | "enterpriseAppOwners";

/** What a proof says nothing about. */
export interface DoubtSubjects {
  readonly permissionsElsewhere: None;
  readonly exchangeCache: None;
  readonly userSignIn: None;
  readonly userPassword: None;
  readonly userRolesUnread: None;
  readonly userRolesElsewhere: None;
  readonly appCache: None;
  readonly appPermissionsElsewhere: None;
  readonly appRolesElsewhere: None;
  /** Permissions of which nobody has judged what they let the app do, each with its resource. */
  readonly consentsUnjudged: { readonly permissions: readonly string[] };
  readonly directoryRolesUnjudged: { readonly roles: readonly string[]; readonly holder: RoleHolderSubject };
  readonly vendorKeys: None;
  readonly credentialsUnread: { readonly parts: readonly UnreadCredentials[] };
  readonly keysNotShown: None;
  readonly directoryAdministrators: None;
  readonly organizationAdministrators: None;
  readonly nestedUnread: { readonly group: MailboxSubject };
  readonly nestedDeeper: { readonly group: MailboxSubject; readonly groups: readonly MailboxSubject[] };
  readonly policiesUnread: None;
  readonly mailboxAgentLists: None;
  readonly graphAgentLists: None;
  readonly graphNotOpened: { readonly roles: readonly string[] };
}
