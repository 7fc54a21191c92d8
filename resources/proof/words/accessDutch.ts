/** What is wrong with an access, in Dutch. */
import type { EscalationWay } from "../../../directory/escalation.ts";
import type { Subjects } from "../finding.ts";
import type {
  AccessSubjects,
  ApplicationSubjects,
  CalendarSubjects,
  ImpersonationSubjects,
  ObjectSubject,
  RoleHolderSubject,
  WriteScopeSubject,
} from "../subjects.ts";
import { nameSomeInDutch as nameSome } from "./countsDutch.ts";
import type { Words } from "./words.ts";

const titleOf = ({ name }: ObjectSubject): string => `de roltoewijzing "${name}"`;

/** For example `Scope (CustomRecipientScope)`, or `Organization`. */
function describeScope({ writeScope, customScope }: WriteScopeSubject): string {
  return customScope === "" ? writeScope : `${customScope} (${writeScope})`;
}

function inheritance({ inheritedFrom }: Subjects["consentWide"]): string {
  return inheritedFrom === "" ? "" : ` (via de groep "${inheritedFrom}")`;
}

const unknownResource = "een onbekende resource";

const ways: Readonly<Record<EscalationWay | "unknown", string>> = {
  grants: "zij kan zichzelf machtigingen en rollen geven",
  exchange: "zij kan Exchange beheren",
  otherApps: "zij kan eigen sleutels op andere toepassingen zetten",
  userCredentials: "zij kan wachtwoorden of andere aanmeldgegevens van gebruikers instellen",
  recovery: "zij kan het telefoonnummer of adres wijzigen waarmee een gebruiker het wachtwoord opnieuw instelt",
  signIn:
    "zij kan wijzigen door wie gebruikers worden aangemeld (domeinen, federatie, certificeringsinstanties, methoden)",
  memberships:
    "zij kan wijzigen wie er in groepen zit en heeft wat die geven (Graph wijzigt geen beveiligingsgroep met e-mail)",
  unknown: "niemand kan zeggen welke rol dit is",
};

const escalation = (way: EscalationWay | "unknown"): string =>
  `en kan zichzelf daarmee bij meer postvakken binnenlaten: ${ways[way]}`;

const late = ({ minutes }: { readonly minutes: number }): string =>
  `een wijziging is pas na 30 minuten tot 2 uur overal van kracht, hier over hoogstens ${minutes} minuten`;

const holders: Readonly<Record<RoleHolderSubject, string>> = {
  app: "de toepassing",
  serviceUser: "het serviceaccount",
};

const ofBoth: Words<AccessSubjects> = {
  secondAssignment: ({ assignment, role }) =>
    `${titleOf(assignment)} (${role}) geeft dezelfde toegang nog een keer en is niet die van de stack: wie die van de stack uitzet, legt niets stil`,
  assignmentMissing: () => "de roltoewijzing bestaat niet",
  assignmentDisabled: ({ assignment }) => `${titleOf(assignment)} is uitgeschakeld`,
  assignmentDelegating: ({ assignment }) => `${titleOf(assignment)} is een delegerende toewijzing`,
  scopeNotOurs: ({ scope, filter }) =>
    `de scope "${scope.name}" is niet beperkt tot de beveiligingsgroep van de stack: ${filter}`,
  groupNotAsListed: () =>
    "de beveiligingsgroep bevat niet precies de postvakken van de lijst: welke er te veel of te weinig zijn, staat bij het verschil van de groep, en in verify",
  insideNotInGroup: ({ mailboxes }) => `binnen de scope, maar niet in de beveiligingsgroep: ${nameSome(mailboxes)}`,
  insideNotListed: ({ mailboxes }) => `binnen de scope, maar niet op de lijst: ${nameSome(mailboxes)}`,
  listedNotInside: ({ mailboxes }) => `op de lijst, maar niet binnen de scope: ${nameSome(mailboxes)}`,
  directoryRoleEscalating: ({ role, way, holder }) =>
    `${holders[holder]} heeft de Entra-rol ${role}, ${escalation(way)}`,
};

const ofImpersonation: Words<ImpersonationSubjects> = {
  userMissing: () => "het serviceaccount bestaat niet in Exchange",
  userBlocked: () => "het serviceaccount kan zich niet aanmelden: de aanmelding is geblokkeerd",
  userOutsideRoleGroup: ({ assignment }) =>
    `${titleOf(assignment)} geldt niet voor het serviceaccount: dat zit niet in de rollengroep`,
  roleWrong: ({ assignment, role, asked }) => `${titleOf(assignment)} geeft de rol ${role} in plaats van ${asked}`,
  assigneeWrong: ({ assignment, assignee }) =>
    `${titleOf(assignment)} is van ${assignee}, en niet van de rollengroep van de stack`,
  reachNarrower: ({ assignment, ...scope }) =>
    `${titleOf(assignment)} is beperkt tot ${describeScope(scope)}, terwijl de hele organisatie is gevraagd`,
  reachWider: ({ assignment, ...scope }) =>
    `${titleOf(assignment)} heeft als schrijfbereik ${describeScope(scope)}, en reikt dus verder dan de postvakken van de lijst`,
  scopeUnknown: ({ assignment, scope }) =>
    `${titleOf(assignment)} noemt de scope "${scope.name}", maar die is niet te vinden`,
  otherAssignment: ({ assignment, asked, role, assignee, ...scope }) =>
    `het serviceaccount heeft ook "${assignment.name}" (${role}, via ${assignee}, ${describeScope(scope)}), en die ${asked === "" ? "reikt verder" : `geeft meer dan ${asked}`}`,
  exclusiveScope: ({ scope, mailboxes }) =>
    `de exclusieve scope "${scope.name}" omvat ${nameSome(mailboxes)}: daar wordt impersonation geweigerd, wat de scope van de stack ook zegt`,
  openOutside: ({ mailboxes }) => `staat open, maar hoort dicht te zijn: ${nameSome(mailboxes)}`,
  shutInside: ({ mailboxes }) => `is dicht, maar staat op de lijst: ${nameSome(mailboxes)}`,
};

const ofApplication: Words<ApplicationSubjects> = {
  appMissing: () => "de bedrijfstoepassing bestaat niet",
  appDisabled: () => "de bedrijfstoepassing is uitgeschakeld",
  pointerWrong: () => "de service-principal in Exchange verwijst niet naar de bedrijfstoepassing",
  certificatesUnusable: ({ early }) =>
    `elk certificaat van de toepassing is verlopen${early ? " of nog niet geldig" : ""}`,
  roleNotGiven: ({ role }) => `geen enkele roltoewijzing geeft de toepassing ${role}`,
  assignmentOfOtherApp: ({ assignment }) => `${titleOf(assignment)} is van een andere toepassing`,
  assignmentNotScoped: ({ assignment, writeScope, customScope }) =>
    `${titleOf(assignment)} heeft als schrijfbereik ${customScope || writeScope}, en niet de scope van de stack`,
  assignmentLimited: ({ assignment, writeScope, customScope }) =>
    `${titleOf(assignment)} is beperkt tot ${customScope || writeScope}`,
  scopeMissing: () => "de scope bestaat niet",
  listedNotAuthorized: ({ mailboxes }) =>
    `op de lijst, maar Exchange laat de toepassing niet toe: ${nameSome(mailboxes)}`,
  authorizedOutside: ({ mailboxes }) => `Exchange laat de toepassing toe, maar dat hoort niet: ${nameSome(mailboxes)}`,
  otherAuthorization: ({ role, scope, scopeType }) =>
    `de toepassing heeft ook ${role} op ${scope === "" ? scopeType : `${scope} (${scopeType})`}`,
  consentWide: (consent) =>
    `met de toestemming ${consent.permission} op ${consent.resource || unknownResource}${inheritance(consent)}, voor de hele tenant, kan de toepassing bij de agenda van elk postvak, wat de scope ook zegt`,
  consentEscalating: (consent) =>
    `de toepassing heeft de toestemming ${consent.permission} op ${consent.resource || unknownResource}${inheritance(consent)}, ${escalation(consent.way)}`,
};

const ofCalendars: Words<CalendarSubjects> = {
  graphRefused: ({ mailboxes }) => `door Graph geweigerd, maar staat op de lijst: ${nameSome(mailboxes)}`,
  graphOpen: ({ mailboxes }) => `de agenda is te lezen, maar hoort dicht te zijn: ${nameSome(mailboxes)}`,
  graphStillOpen: ({ mailboxes, ...time }) =>
    `de agenda is nog te lezen, hoewel niets dat nog toestaat: ${late(time)}: ${nameSome(mailboxes)}`,
  graphNotYetEffective: ({ mailboxes, ...time }) =>
    `nog niet van kracht: Graph weigert, hoewel Exchange het toestaat: ${late(time)}. Laat de toepassing 30 minuten met rust voordat u het opnieuw probeert: herhaald proberen zou een oud antwoord in leven houden. Tot nu toe geweigerd: ${nameSome(mailboxes)}`,
  graphNoMailbox: ({ mailboxes }) => `Graph vindt geen postvak: ${nameSome(mailboxes)}`,
  graphNoAnswer: ({ mailboxes, reason }) => `Graph geeft geen antwoord (${reason}): ${nameSome(mailboxes)}`,
};

/** Of both access modes, and of the live probe. */
export const accessWords = { ...ofBoth, ...ofImpersonation, ...ofApplication, ...ofCalendars };
