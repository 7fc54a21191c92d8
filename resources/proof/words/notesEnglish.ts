/** Notes, and what is not proved, in English. */
import type { DoubtSubjects, NoteSubjects, RoleHolderSubject, UnreadCredentials } from "../subjects.ts";
import { countOf, nameSome } from "../sentence.ts";
import { describeThrough, titleOfUse } from "./entrantsEnglish.ts";
import type { Words } from "./words.ts";

const credentials: Readonly<Record<UnreadCredentials, string>> = {
  keys: "the keys and secrets of the app registration",
  federatedCredentials: "its federated credentials",
  owners: "its owners",
  enterpriseAppOwners: "the owners of the enterprise app",
};

const holders: Readonly<Record<RoleHolderSubject, string>> = { app: "the app", serviceUser: "the service user" };

const notes: Words<Omit<NoteSubjects, "ewsUnset" | "ewsEnding">> = {
  roleGoing: ({ role }) => `${role} is taken off at the end of this up`,
  consentsBeside: ({ permissions }) => `consents outside calendars, tenant-wide: ${permissions.join(", ")}`,
  directoryRolesHeld: ({ roles, holder }) => `directory roles of ${holders[holder]}: ${roles.join(", ")}`,
  accessPolicy: ({ group, restricts }) =>
    `application access policy on "${group}" (${restricts ? "restricts" : "denies"})`,
  certificateEnding: ({ days }) => `a certificate expires in ${days} days`,
  certificateEnded: ({ days }) => `a certificate expired ${days} days ago`,
  certificatesEarly: ({ count }) => `${countOf(count, "certificate", "certificates")} not valid yet`,
  othersReachAll: ({ roles }) =>
    `others reach every mailbox, the listed ones too, by roles of their own for the whole organisation: ${nameSome(roles.map(({ assignment, role, holder }) => ({ address: `${role} of ${holder} ("${assignment.name}")` })))}`,
  foreignUseInert: (use) => `opens nothing now: ${titleOfUse(use)} uses ${describeThrough(use.through)}`,
};

const doubts: Words<Omit<DoubtSubjects, "mailboxAgentLists" | "graphAgentLists">> = {
  permissionsElsewhere: () =>
    "mailbox and folder permissions that were given elsewhere (Full Access, calendar sharing)",
  exchangeCache: () => "what Exchange's authorisation cache still allows or refuses for a while after a change",
  userSignIn: () => "that the service user can sign in (multi-factor authentication, conditional access)",
  userPassword: () =>
    "whether somebody else set the service user's password and can sign in as it (another passwordRotation replaces it, where the stack made it)",
  userRolesUnread: () =>
    "whether the service user has directory roles, by which it could let itself into more: this identity may not read them (User.Read.All)",
  userRolesElsewhere: () =>
    "directory roles of the service user: those of an administrative unit only, custom ones, and those that it could activate",
  appCache: () => "what the app's permission cache still allows or refuses (30 minutes to 2 hours after a change)",
  appPermissionsElsewhere: () => "delegated permissions and mailbox permissions that were given elsewhere",
  appRolesElsewhere: () =>
    "roles of the app by a role group of Exchange; and of Entra: those of an administrative unit, custom ones, and those that it could activate",
  consentsUnjudged: ({ permissions }) =>
    `what these permissions of the app could open by a detour: ${permissions.join(", ")}`,
  directoryRolesUnjudged: ({ roles, holder }) =>
    `what these directory roles of ${holders[holder]} could open by a detour: ${roles.join(", ")}`,
  vendorKeys: () => "who holds a key of the vendor's app: its registration is in another tenant",
  credentialsUnread: ({ parts }) =>
    `who else can sign in as the app: this identity may not read ${parts.map((part) => credentials[part]).join(", ")} (Application.Read.All)`,
  keysNotShown: () =>
    "whether the app's keys are what the thumbprints beside them say: Graph does not show the certificates",
  directoryAdministrators: () =>
    "administrators of the tenant, and apps with Application.ReadWrite.All: they can always give themselves a key",
  organizationAdministrators: () => "administrators of the organisation: they can always let themselves in",
  nestedUnread: ({ group }) => `who is in the group ${group.address}: its members could not be read`,
  nestedDeeper: ({ group, groups }) =>
    `who gets in through ${nameSome(groups)}, inside the group ${group.address}: what Exchange makes of groups in groups is not documented`,
  policiesUnread: () =>
    "whether an application access policy opens the security group to other apps: it could not be read",
  graphNotOpened: ({ roles }) => `the live probe: ${roles.join(", ")} opens no calendar to Microsoft Graph`,
};

/** All but those about the way in. */
export const noteWords = { ...notes, ...doubts };
