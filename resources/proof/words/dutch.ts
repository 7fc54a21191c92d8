/** Makes Dutch of what a proof found: an administrator's. */
import type { Remedy } from "../finding.ts";
import { accessWords } from "./accessDutch.ts";
import { entrantWords } from "./entrantsDutch.ts";
import { noteWords } from "./notesDutch.ts";
import { shutWords, unknownWords, wayInNoteWords } from "./wayInDutch.ts";
import { speakerOf } from "./words.ts";

const inRegistration = "App-registraties, Certificaten en geheimen (App registrations, Certificates & secrets)";

/** What goes on after the sentence. */
const remedyWords: Readonly<Record<Remedy, string>> = {
  unblockByRegrant: " (iemand heeft de toegang stilgelegd; de instelling regrant heft dat op)",
  enableInDirectory: " (iemand heeft de toegang stilgelegd; schakel het account in Active Directory weer in)",
  enableByRegrant: " (iemand heeft de toegang stilgelegd; de instelling regrant heft dat op)",
  addCertificate: ": voeg een geldig certificaat toe aan application.certificates",
  addSuccessor: ": voeg de opvolger toe aan application.certificates",
  takeCertificateOff: ": haal het eraf",
  leaveExclusiveScope: " (haal het postvak uit die scope, of van de lijst)",
  removeAssignment: " (verwijder hem: Remove-ManagementRoleAssignment)",
  removeConsent:
    " (trek de toestemming in Entra in: Bedrijfstoepassingen, Machtigingen (Enterprise applications, Permissions); de stack doet dat nooit)",
  removeDirectoryRole:
    " (haal de rol in Entra weg, of die van een groep waar het in zit: Rollen en beheerders (Roles and administrators))",
  removeFromEnterpriseApp:
    " (verwijder dit met Graph van de bedrijfstoepassing: de pagina's van Entra laten het niet zien)",
  removeCredential: ` (verwijder dit in Entra: ${inRegistration})`,
  removeKey: ` (verwijder dit in Entra: ${inRegistration}, of zet het key-id in application.removeKeys)`,
  removeMarkedKey:
    " (up haalt deze sleutel weg als die naam het id van deze stack bevat; zo niet: verwijder hem in Entra, of zet het key-id in application.removeKeys)",
  removeFederatedCredential: ` (verwijder dit in Entra: ${inRegistration}, onder Federatieve referenties (Federated credentials))`,
  takeOwnerOff: " (haal de eigenaar weg in Entra: Eigenaren (Owners))",
  runUp: " (up zet het weer recht)",
  runUpForMembers: " (up haalt iedereen behalve het serviceaccount er weer uit)",
  takeGroupOut: " (haal die groep uit de rollengroep)",
  takeManagerOff: " (haal deze beheerder weg: Set-RoleGroup -ManagedBy)",
  giveOwnScope: " (geef dat een eigen scope of groep, of haal het weg)",
  auditOthers:
    " (npm run audit noemt wie erachter zit; wat niemand nodig heeft: Remove-ManagementRoleAssignment met de naam)",
  openEws:
    " (EwsEnabled staat op False; Set-OrganizationConfig -EwsEnabled $true zet het aan, en dat kan een uur duren)",
  openMailboxes: " (EwsEnabled van het postvak staat op False; Set-CASMailbox -EwsEnabled $true zet het aan)",
  listClientId: ". Zet het client-id van het callcenter op die lijst",
  waitForClientIds: " (EwsAllowedAppIDs van de organisatie; een wijziging kan een dag duren)",
  sayClientId:
    ". Zet het client-id waarmee het callcenter zich aanmeldt in callCentreClientId, dan wordt ernaar gezocht",
  listOwnClientId:
    ". De eigen toepassing krijgt haar client-id als ze wordt gemaakt (uitvoer clientId): zet het dan op die lijst",
};

/** The speaker of Dutch. */
export const { say, sentenceOf, sayReason } = speakerOf({
  facts: { ...accessWords, ...entrantWords, ...noteWords, ...wayInNoteWords },
  wayIn: {
    wayInShut: (reason) => `de weg naar binnen is dicht: ${reason}`,
    wayInUnknown: (reason) => `of de weg naar binnen openstaat: ${reason}`,
  },
  reasons: { ...shutWords, ...unknownWords },
  remedies: remedyWords,
});
