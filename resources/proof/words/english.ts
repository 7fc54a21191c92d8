/** Makes English of what a proof found. Another language is another file like this one, with the tables beside it. */
import type { Fact, Finding, Remedy } from "../finding.ts";
import { accessWords } from "./accessEnglish.ts";
import { entrantWords } from "./entrantsEnglish.ts";
import { noteWords } from "./notesEnglish.ts";
import { shutWords, unknownWords, wayInNoteWords } from "./wayInEnglish.ts";
import { speakerOf } from "./words.ts";

/** What goes on after the sentence. */
const remedyWords: Readonly<Record<Remedy, string>> = {
  unblockByRegrant: " (somebody stopped it; setting regrant unblocks it)",
  enableInDirectory: " (somebody stopped it; enable the account in Active Directory)",
  enableByRegrant: " (somebody stopped it; setting regrant enables it)",
  addCertificate: ": add one that is valid to application.certificates",
  addSuccessor: ": add its successor to application.certificates",
  takeCertificateOff: ": take it off",
  leaveExclusiveScope: " (take the mailbox out of that scope, or off the list)",
  removeAssignment: " (remove it: Remove-ManagementRoleAssignment)",
  removeConsent: " (remove it in Entra: Enterprise applications, Permissions; the stack never does)",
  removeDirectoryRole:
    " (remove the role's assignment to it, or to a group that it is in, in Entra: Roles and administrators)",
  removeFromEnterpriseApp: " (remove it from the enterprise app by Graph: Entra's pages do not show it)",
  removeCredential: " (remove it in Entra (App registrations, Certificates & secrets))",
  removeKey:
    " (remove it in Entra (App registrations, Certificates & secrets), or name its key id in application.removeKeys)",
  removeMarkedKey:
    " (up takes it off where that name holds this stack's id; else remove it in Entra, or name its key id in application.removeKeys)",
  removeFederatedCredential: " (remove it in Entra (App registrations, Certificates & secrets, Federated credentials))",
  takeOwnerOff: " (take the owner off in Entra (Owners))",
  runUp: " (up sets it right again)",
  runUpForMembers: " (up takes everybody but the service user out of it again)",
  takeGroupOut: " (take that group out of the role group)",
  takeManagerOff: " (take the manager off (Set-RoleGroup -ManagedBy))",
  giveOwnScope: " (give it a scope or a group of its own, or remove it)",
  auditOthers:
    " (npm run audit names who is behind them; whatever nobody needs: Remove-ManagementRoleAssignment with its name)",
  openEws: " (EwsEnabled is False; Set-OrganizationConfig -EwsEnabled $true opens it, which can take an hour)",
  openMailboxes: " (EwsEnabled of the mailbox is False; Set-CASMailbox -EwsEnabled $true opens it)",
  listClientId: ". List the call centre's client id",
  waitForClientIds: " (EwsAllowedAppIDs of the organisation; a change can take a day)",
  sayClientId: ". Write the one that the call centre signs in with as callCentreClientId to have it looked for",
  listOwnClientId: ". The own app gets its client id when it is made (output clientId): add it to the list then",
};

/** The speaker of English. */
export const { say, sentenceOf, sayReason } = speakerOf({
  facts: { ...accessWords, ...entrantWords, ...noteWords, ...wayInNoteWords },
  wayIn: {
    wayInShut: (reason) => `the way in is shut: ${reason}`,
    wayInUnknown: (reason) => `whether the way in is open: ${reason}`,
  },
  reasons: { ...shutWords, ...unknownWords },
  remedies: remedyWords,
});

/** Several facts in one sentence. */
export function sayAll(facts: readonly Fact[]): string {
  return facts.map(say).join("; ");
}

/** A fact with its sentence beside it: for a report that people and programs read. */
export type Said<Kind extends Fact = Fact> = Kind & { readonly text: string };

/** Adds the sentence. */
export function withText<Kind extends Fact | Finding>(fact: Kind): Said<Kind> {
  return { ...fact, text: say(fact) };
}
