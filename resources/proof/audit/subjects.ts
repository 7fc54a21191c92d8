/**
 * What an audit says: who else can reach some mailboxes, as data. A code that changes its meaning, or loses a subject, is
 * another version of what `audit --json` prints (docs/operator.md). words/ makes sentences of them; nothing else does.
 */
import type { MailboxSubject, ObjectSubject } from "../subjects.ts";

/**
 * Whose it is: `stack` what the stack made and uses, `callCentre` the same app or user by something else, `operator` the
 * identity that runs this, `exchange` a role group that every Exchange Server comes with.
 */
export type Whose = "stack" | "callCentre" | "operator" | "exchange" | "other";

/**
 * What somebody is: `everybody` in the organisation (Default), `anonymous` anybody at all, `outside` the organisation,
 * `gone` an account that is no more, `unknown` one that its name does not tell.
 */
export type HolderKind = "user" | "group" | "app" | "everybody" | "anonymous" | "outside" | "gone" | "unknown";

/** Somebody who has access, or can give it. */
export interface Holder {
  readonly kind: HolderKind;
  readonly name: string;
  /** Object id in Entra, else Exchange's GUID; absent where only the name is known. */
  readonly id?: string;
  readonly whose: Whose;
}

/** How far something reaches: to `all` mailboxes that were asked about, to those that are named, or nobody can say. */
export interface Coverage {
  readonly covers: "all" | "some" | "unknown";
  /** Empty unless `some`. */
  readonly mailboxes: readonly MailboxSubject[];
}

/** A role assignment of Exchange, and what of the mailboxes it reaches. */
interface AssignmentSubjects extends Coverage {
  readonly holder: Holder;
  readonly assignment: ObjectSubject;
  readonly role: string;
  /** Name of its scope; empty for the whole organisation. */
  readonly scope: string;
}

/** Of Entra: application permissions of one resource. */
interface PermissionSubjects {
  readonly app: Holder;
  readonly permissions: readonly string[];
  readonly resource: string;
}

/**
 * Whether a permission does anything without a role of Exchange or Entra, and whether the app has one of Entra that does:
 * its own one (`held`), none of its own that is known (`none`), or nobody may read it (`unread`).
 */
export type NeededRole = "notNeeded" | "held" | "none" | "unread";

/** How an application access policy limits an app. */
export interface PolicySubject {
  readonly right: "RestrictAccess" | "DenyAccess";
  readonly group: string;
}

/** Everything that an audit finds, by its code. */
export interface AuditSubjects {
  /** Rights on the whole mailbox, e.g. FullAccess. */
  readonly mailboxPermission: {
    readonly holder: Holder;
    readonly rights: readonly string[];
    readonly mailboxes: readonly MailboxSubject[];
  };
  readonly sendAs: { readonly holder: Holder; readonly mailboxes: readonly MailboxSubject[] };
  readonly sendOnBehalf: { readonly holder: Holder; readonly mailboxes: readonly MailboxSubject[] };
  readonly calendarPermission: {
    readonly holder: Holder;
    readonly rights: readonly string[];
    readonly mailboxes: readonly MailboxSubject[];
  };
  /** A role of RBAC for Applications. */
  readonly applicationRole: AssignmentSubjects;
  /** Where `isVacant`, the holder is a role group that nobody is in: whoever joins it is let in. */
  readonly impersonation: AssignmentSubjects & { readonly isVacant?: boolean };
  /** Tenant-wide consents; they open every mailbox, but for what policies keep the app from. */
  readonly consent: PermissionSubjects & { readonly policies: readonly PolicySubject[] };
  /** An app that acts for whoever is signed in to it; for everybody where no mailbox is named. */
  readonly delegatedConsent: {
    readonly app: Holder;
    readonly permissions: readonly string[];
    readonly resource: string;
    readonly mailboxes: readonly MailboxSubject[];
  };
  /** It opens nothing: it narrows what Entra consents. */
  readonly accessPolicy: PolicySubject & { readonly app: Holder; readonly id: string };
  /**
   * Roles of Exchange by which access can be given, and roles that can be handed out; `members` is null where they could
   * not be read.
   */
  readonly grantingRoles: {
    readonly holder: Holder;
    readonly roles: readonly string[];
    readonly delegates: readonly string[];
    readonly members: readonly Holder[] | null;
  };
  /** A role of Entra; `scope` is empty for the whole tenant. */
  readonly grantingDirectoryRole: { readonly holder: Holder; readonly role: ObjectSubject; readonly scope: string };
  /** Permissions by which an app can give itself others, or administer Exchange. */
  readonly grantingConsent: PermissionSubjects & { readonly role: NeededRole };
}

type Coded<Subjects> = {
  [Code in keyof Subjects & string]: { readonly code: Code } & Subjects[Code];
}[keyof Subjects & string];

/** One thing that was found. */
export type AuditFact = Coded<AuditSubjects>;

/** What was asked. */
export type Area =
  | "mailboxPermissions"
  | "sendAs"
  | "sendOnBehalf"
  | "calendars"
  | "holders"
  | "exchangeRoles"
  | "impersonation"
  | "policies"
  | "roleGroups"
  | "consents"
  | "delegatedConsents"
  | "directoryRoles";

/** Something that could not be asked: never the same as that there is nothing. */
export interface NotAsked {
  readonly area: Area;
  readonly reason: "rightMissing" | "failed";
  /** The right that is missing; absent where it is none. */
  readonly right?: string;
  /** What Exchange or Graph said, one line. */
  readonly message: string;
  /** The mailboxes that it is about; empty where it is about all. */
  readonly mailboxes: readonly MailboxSubject[];
}

/** What an audit never looks at. */
export type NotLookedAt =
  /** Who is in the groups that have access. */
  | "groupMembers"
  /** Roles of Entra that somebody may activate (Privileged Identity Management). */
  | "eligibleRoles"
  /** Rights in Active Directory and on databases, and who administers directory and servers (Exchange Server). */
  | "directory"
  /** Permissions on other folders than the calendar. */
  | "otherFolders"
  /** Who holds the keys of the apps. */
  | "appKeys"
  /** Who may search or export mailboxes by a role for compliance. */
  | "compliance"
  /** Consents that users outside the list gave for themselves. */
  | "othersConsents";

/** The whole of it. */
export interface AuditFindings {
  /** The mailboxes that were asked about. */
  readonly mailboxes: readonly MailboxSubject[];
  readonly facts: readonly AuditFact[];
  readonly notAsked: readonly NotAsked[];
  readonly notLookedAt: readonly NotLookedAt[];
}

type Rights = Readonly<Record<Area, string>>;

/** The rights by which each thing can be asked: a role of Exchange, or an application permission of Graph. */
export const rightsFor: Rights = {
  mailboxPermissions: "View-Only Recipients",
  sendAs: "View-Only Recipients",
  sendOnBehalf: "View-Only Recipients",
  calendars: "View-Only Recipients",
  holders: "View-Only Recipients",
  exchangeRoles: "View-Only Configuration",
  impersonation: "View-Only Configuration",
  policies: "View-Only Configuration",
  roleGroups: "View-Only Configuration",
  consents: "Application.Read.All",
  delegatedConsents: "Directory.Read.All",
  directoryRoles: "RoleManagement.Read.Directory",
};

/** On Exchange Server no page tells which role holds the cmdlet that is asked there. */
export const rightsOnServer: Rights = { ...rightsFor, sendAs: "Get-ADPermission" };
