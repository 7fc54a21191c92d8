/**
 * What a proof finds, as data: a code and its subjects, with the remedy as a code where there is one. words/ makes
 * sentences of them; nothing else does. The codes and their subjects are what `verify --json` prints (docs/operator.md):
 * a code that changes its meaning, or loses a subject, is another version of that schema.
 */
import type {
  AccessSubjects,
  ApplicationSubjects,
  CalendarSubjects,
  DoubtSubjects,
  EntrantSubjects,
  ImpersonationSubjects,
  MailboxSubject,
  NoteSubjects,
  ShutSubjects,
  UnknownSubjects,
} from "./subjects.ts";

/** What can be done about it. */
export type Remedy =
  | "unblockByRegrant"
  | "enableInDirectory"
  | "enableByRegrant"
  | "addCertificate"
  | "addSuccessor"
  | "takeCertificateOff"
  | "leaveExclusiveScope"
  | "removeAssignment"
  | "removeConsent"
  | "removeDirectoryRole"
  | "removeFromEnterpriseApp"
  | "removeCredential"
  | "removeKey"
  | "removeMarkedKey"
  | "removeFederatedCredential"
  | "takeOwnerOff"
  | "runUp"
  | "runUpForMembers"
  | "takeGroupOut"
  | "takeManagerOff"
  | "giveOwnScope"
  | "auditOthers"
  | "openEws"
  | "openMailboxes"
  | "listClientId"
  | "waitForClientIds"
  | "sayClientId"
  | "listOwnClientId";

type Coded<Subjects> = {
  [Code in keyof Subjects & string]: { readonly code: Code; readonly remedy?: Remedy } & Subjects[Code];
}[keyof Subjects & string];

/** A reason for which the way in is shut. */
export type ShutReason = Coded<ShutSubjects>;

/** A reason for which nobody can tell whether it is. */
export type UnknownReason = Coded<UnknownSubjects>;

/** The way in's own sentences hold the reason. */
export interface WayInSubjects {
  readonly wayInShut: { readonly reason: ShutReason };
  readonly wayInUnknown: { readonly reason: UnknownReason };
}

/** Everything that can be said, by its code. */
export interface Subjects
  extends
    AccessSubjects,
    ImpersonationSubjects,
    ApplicationSubjects,
    EntrantSubjects,
    CalendarSubjects,
    NoteSubjects,
    DoubtSubjects,
    WayInSubjects {}

/** One thing that a proof says: a finding, a note, or what is not proved. */
export type Fact = Coded<Subjects>;

/** One thing that is wrong. */
export type Finding = Fact & {
  /** Whether a moment's lag between back ends can explain it. */
  readonly mayPass: boolean;
};

/** A fact that is wrong. */
export function wrong(fact: Fact, mayPass = false): Finding {
  return { ...fact, mayPass };
}

/** Codes that are about mailboxes alone. */
type MailboxCode =
  | "insideNotInGroup"
  | "insideNotListed"
  | "listedNotInside"
  | "openOutside"
  | "shutInside"
  | "listedNotAuthorized"
  | "authorizedOutside"
  | "graphRefused"
  | "graphOpen";

/** What is wrong with some mailboxes, by default as a lag may explain it; nothing without any. */
export function wrongWith(code: MailboxCode, mailboxes: readonly MailboxSubject[], mayPass = true): Finding[] {
  return mailboxes.length === 0 ? [] : [wrong({ code, mailboxes: mailboxesOf(mailboxes) }, mayPass)];
}

/** A mailbox as a subject, without what else is known of it. */
export function mailboxesOf(mailboxes: readonly MailboxSubject[]): MailboxSubject[] {
  return mailboxes.map(({ address, id }) => ({ address, ...(id === undefined || id === "" ? {} : { id }) }));
}
