/** Notes, and what is not proved, in Dutch. */
import type { DoubtSubjects, NoteSubjects, RoleHolderSubject, UnreadCredentials } from "../subjects.ts";
import { nameSomeInDutch as nameSome } from "./countsDutch.ts";
import { describeThrough, titleOfUse } from "./entrantsDutch.ts";
import type { Words } from "./words.ts";

const credentials: Readonly<Record<UnreadCredentials, string>> = {
  keys: "de sleutels en geheimen van de app-registratie",
  federatedCredentials: "de federatieve referenties ervan",
  owners: "de eigenaren ervan",
  enterpriseAppOwners: "de eigenaren van de bedrijfstoepassing",
};

const holders: Readonly<Record<RoleHolderSubject, string>> = {
  app: "de toepassing",
  serviceUser: "het serviceaccount",
};

const notes: Words<Omit<NoteSubjects, "ewsUnset" | "ewsEnding">> = {
  roleGoing: ({ role }) => `${role} wordt aan het einde van deze up weggehaald`,
  consentsBeside: ({ permissions }) =>
    `toestemmingen voor de hele tenant die niet over agenda's gaan: ${permissions.join(", ")}`,
  directoryRolesHeld: ({ roles, holder }) => `Entra-rollen van ${holders[holder]}: ${roles.join(", ")}`,
  accessPolicy: ({ group, restricts }) =>
    `toegangsbeleid (application access policy) op "${group}", dat toegang ${restricts ? "beperkt" : "weigert"}`,
  certificateEnding: ({ days }) => `een certificaat verloopt over ${days} ${days === 1 ? "dag" : "dagen"}`,
  certificateEnded: ({ days }) => `een certificaat is ${days} ${days === 1 ? "dag" : "dagen"} geleden verlopen`,
  certificatesEarly: ({ count }) =>
    count === 1 ? "1 certificaat is nog niet geldig" : `${count} certificaten zijn nog niet geldig`,
  othersReachAll: ({ roles }) =>
    `anderen kunnen bij elk postvak, ook bij die op de lijst, met eigen rollen voor de hele organisatie: ${nameSome(roles.map(({ assignment, role, holder }) => ({ address: `${role} van ${holder} ("${assignment.name}")` })))}`,
  foreignUseInert: (use) => `opent nu niets: ${titleOfUse(use)} gebruikt ${describeThrough(use.through)}`,
};

const doubts: Words<Omit<DoubtSubjects, "mailboxAgentLists" | "graphAgentLists">> = {
  permissionsElsewhere: () =>
    "machtigingen op postvakken en mappen die elders zijn gegeven (volledige toegang, gedeelde agenda's)",
  exchangeCache: () => "wat Exchange na een wijziging nog een tijdje toelaat of weigert, uit zijn cache",
  userSignIn: () => "of het serviceaccount zich kan aanmelden (meervoudige verificatie, voorwaardelijke toegang)",
  userPassword: () =>
    "of iemand anders het wachtwoord van het serviceaccount heeft gewijzigd: die kan zich dan als dat account aanmelden (een ander kenmerk in passwordRotation geeft een nieuw wachtwoord, als de stack het account beheert)",
  userRolesUnread: () =>
    "of het serviceaccount Entra-rollen heeft, waarmee het zichzelf bij meer kan toelaten: de identiteit van de operator mag die niet lezen (recht User.Read.All)",
  userRolesElsewhere: () =>
    "Entra-rollen van het serviceaccount: alleen binnen een beheereenheid, aangepaste rollen, en rollen die het zou kunnen activeren",
  appCache: () =>
    "wat Exchange de toepassing na een wijziging nog toestaat of weigert, uit zijn cache (30 minuten tot 2 uur)",
  appPermissionsElsewhere: () => "gedelegeerde machtigingen, en machtigingen op postvakken die elders zijn gegeven",
  appRolesElsewhere: () =>
    "rollen die de toepassing heeft doordat zij in een rollengroep van Exchange zit, en van Entra: alleen binnen een beheereenheid, aangepaste rollen, en rollen die zij zou kunnen activeren",
  consentsUnjudged: ({ permissions }) =>
    `wat deze machtigingen van de toepassing via een omweg zouden kunnen openen: ${permissions.join(", ")}`,
  directoryRolesUnjudged: ({ roles, holder }) =>
    `wat deze Entra-rollen van ${holders[holder]} via een omweg zouden kunnen openen: ${roles.join(", ")}`,
  vendorKeys: () =>
    "wie een sleutel van de toepassing van de leverancier heeft: de registratie staat in een andere tenant",
  credentialsUnread: ({ parts }) =>
    `wie zich verder nog als de toepassing kan aanmelden: de identiteit van de operator mag dit niet lezen: ${parts.map((part) => credentials[part]).join(", ")} (recht Application.Read.All)`,
  keysNotShown: () =>
    "of de sleutels van de toepassing zijn wat de vingerafdrukken ernaast zeggen: Graph laat de certificaten niet zien",
  directoryAdministrators: () =>
    "beheerders van de tenant, en toepassingen met Application.ReadWrite.All: die kunnen zichzelf altijd een sleutel geven",
  organizationAdministrators: () => "beheerders van de organisatie: die kunnen zichzelf altijd toegang geven",
  nestedUnread: ({ group }) => `wie er in de groep ${group.address} zit: de leden waren niet te lezen`,
  nestedDeeper: ({ group, groups }) =>
    `wie er binnenkomt via ${nameSome(groups)}, binnen de groep ${group.address}: wat Exchange met groepen in groepen doet, is nergens vastgelegd`,
  policiesUnread: () =>
    "of een toegangsbeleid (application access policy) de beveiligingsgroep ook voor andere toepassingen opent: dat was niet te lezen",
  graphNotOpened: ({ roles }) =>
    `de proef met de toepassing zelf: ${roles.join(", ")} opent geen agenda voor Microsoft Graph`,
};

/** All but those about the way in. */
export const noteWords = { ...notes, ...doubts };
