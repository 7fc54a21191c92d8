// A report's page in Dutch: an administrator's, read aloud. Pure.
import { auditDutch } from "../../resources/proof/words/auditDutch.ts";
import { mailboxesInDutch as mailboxes } from "../../resources/proof/words/countsDutch.ts";
import { say, sayReason, sentenceOf } from "../../resources/proof/words/dutch.ts";
import type { RecordedStop } from "../../resources/lifecycle/recordedStop.ts";
import type { StackNote } from "../verify/stackNote.ts";
import { exchangeServer, microsoft365 } from "./placesDutch.ts";
import { timeIn } from "./time.ts";
import { othersOf, type ModeView } from "./view.ts";
import type { PageWords, PictureWords, VerdictWords } from "./words.ts";

const time = timeIn("nl-NL");

const picture: PictureWords = {
  who: { impersonation: "Serviceaccount", application: "Toepassing (client-id)" },
  through: "Via",
  assignmentOn: (scope) => `aan, bereik: ${scope}`,
  assignmentOff: "uitgeschakeld",
  assignmentGone: "(er ontbreekt een roltoewijzing)",
  opens: (parts) => `opent ${parts.join(", en ")}`,
  everyMailbox: "Elk postvak van de organisatie",
  asAsked: "zoals gevraagd",
  listed: (count) => `Op de lijst: ${count}`,
  openOutside: (count) => `Open, maar hoort dicht: ${count}`,
  shutInside: (count) => `Op de lijst, maar dicht: ${count}`,
  notAsked: (count) => `Op de lijst, maar niet nagevraagd: ${count}`,
  shut: (count) => `Nagevraagd, en dicht: ${count}`,
  wrong: "NIET zoals afgesproken",
  toldBelow: (count) => `${count === 1 ? "1 bevinding" : `${count} bevindingen`}, zie hieronder`,
  more: (count) => `en nog ${count}: zie de lijst hieronder`,
  describe: ({ who, roles, isWide, listed, wrong }) =>
    `${who} ${wrong.length === 0 ? "komt" : "hoort te komen"} bij ${isWide ? "elk postvak van de organisatie" : `${mailboxes(listed.length)} van de lijst`}, via ${roles.join(", ")}.${wrong.length === 0 ? "" : " Er is iets mis."} De tekst hieronder zegt hetzelfde.`,
};

const oneByOne = (view: ModeView): string =>
  `${mailboxes(view.asked.length)} stuk voor stuk, waarvan ${othersOf(view).length} niet op de lijst`;
const stayOut = ({ mustStayOut }: ModeView): string =>
  mustStayOut === 0
    ? ""
    : `, ook ${mustStayOut === 1 ? "het ene postvak dat" : `de ${mustStayOut} die`} dicht moet${mustStayOut === 1 ? "" : "en"} blijven`;
const everythingOpen = "Staat elk postvak open, zoals gevraagd?";

const verdicts: VerdictWords = {
  caption: "Wat er is gevraagd, en de antwoorden",
  columns: ["vraag", "antwoord", "hoe het is nagevraagd"],
  listed: (view) => ({
    question: view.isWide ? everythingOpen : "Staan de postvakken van de lijst open?",
    how: `in Exchange: de roltoewijzing, de scope en wie daar nu in valt; ${oneByOne(view)}`,
  }),
  wider: (view) => ({
    question: view.isWide ? "Blijft het bij wat er is gevraagd?" : "Blijft al het andere dicht?",
    how: `in Exchange: andere toewijzingen en rollen, en ${mailboxes(othersOf(view).length)} buiten de lijst${stayOut(view)}${view.mode === "application" ? "; in Entra: de toestemmingen en rollen van de toepassing" : ""}`,
  }),
  whoElse: ({ mode }) => ({
    question: "Wie komt er langs deze weg nog meer binnen?",
    how:
      mode === "application"
        ? "in Entra: sleutels, geheimen, federatieve referenties en eigenaren van de toepassing; in Exchange: wie de scope of de groep nog meer gebruikt"
        : "in Exchange: leden en beheerders van de rollengroep, en wie de scope of de groep nog meer gebruikt",
  }),
  wayIn: ({ wayIn: { state } }) => ({
    question: "Staat de weg naar binnen open?",
    how:
      state === "not asked"
        ? "voor Microsoft Graph tellen de instellingen van EWS niet"
        : "in Exchange: of EWS aan staat voor de organisatie en voor de postvakken, en wie het toelaat",
  }),
  live: {
    question: "Ook geprobeerd als de toepassing zelf?",
    how: "in Microsoft Graph: de agenda's, met de eigen sleutel van de toepassing",
  },
  yes: "ja",
  no: "NEE",
  nobody: "niemand",
  somebodyElse: "IEMAND ANDERS",
  nobodyButAccepted: "niemand, behalve wie er bij het begin al was",
  states: {
    open: "ja",
    shut: "NEE",
    unknown: "niet bekend",
    "not asked": "niet nagevraagd: het gaat via Microsoft Graph",
  },
  liveAnswer: {
    notRun: "nee: de eigen sleutel van de toepassing was niet voorhanden",
    nothing: "nee: er valt niets te proberen",
    partly: "niet voor elk postvak: zie wat niet is nagegaan",
    failed: (error) => `het lukte niet: ${error}`,
    passed: (count) => `ja, en het klopt: ${mailboxes(count)}`,
  },
};

const changes: PageWords["changes"] = {
  heading: "Wat er is veranderd",
  caption: "In de volgorde waarin het is gemaakt",
  columns: ["object", "naam", "waar u het vindt"],
  kinds: {
    roleGroup: "Rollengroep",
    securityGroup: "Beveiligingsgroep (met e-mailadres) waar de postvakken in zitten",
    managementScope: "Scope (management scope): alleen leden van die groep",
    roleAssignment: "Roltoewijzing: geeft de rol, binnen de scope",
    exchangeServicePrincipal: "Service-principal in Exchange: verwijst naar de bedrijfstoepassing",
    applicationCertificates: "Certificaten van de app-registratie",
    user: "Serviceaccount",
    application: "App-registratie",
    enterpriseApp: "Bedrijfstoepassing",
  },
  origins: {
    made: "",
    takenOverAndGoes: "bestond al en is overgenomen; bij het ongedaan maken verdwijnt ook dit",
    takenOverAndStays: "bestond al en is overgenomen; bij het ongedaan maken blijft dit staan",
  },
  nameless: "(de stack kent geen naam)",
};

export const dutch: PageWords = {
  lang: "nl",
  say,
  sentenceOf,
  sayReason,
  title: (stack) => `Agendatoegang: ${stack}`,
  heading: "Toegang van het callcenter tot agenda's",
  passed: "De toegang is zoals afgesproken.",
  failed: "De toegang is NIET zoals afgesproken.",
  notWhole: "Er is niets gevonden dat niet klopt, maar niet alles kon worden nagevraagd.",
  asked: ({ stack, tenantId, place, at }) => {
    const whom = place === "microsoft365" ? "tenant" : "organisatie";
    return `Stack ${stack}, ${whom} ${tenantId}. Nagevraagd op ${time(at)} bij de ${whom} zelf; daarbij is niets gewijzigd.`;
  },
  sayNote,
  modes: {
    impersonation: "Toegang via een serviceaccount (impersonation)",
    application: "Toegang via een toepassing (application)",
  },
  opened: {
    calendars: "alleen de agenda",
    otherParts: "andere delen van het postvak dan de agenda",
    wholeMailbox: "het hele postvak, niet alleen de agenda",
  },
  picture,
  verdicts,
  wrong: "Wat er mis is",
  mayPass: "kan aan traagheid bij Microsoft liggen: vraag het over een paar minuten nog eens",
  facts: {
    caption: "Waaruit de toegang bestaat",
    opens: "opent van elk postvak",
    roles: "rol",
    assignment: "roltoewijzing",
    filter: "filter van de scope",
    none: "geen",
  },
  accepted: "Aanvaard, omdat het er bij het begin al was",
  notes: "Opmerkingen",
  list: (count) => `De lijst: ${mailboxes(count)}`,
  sameList: "Dezelfde als bij de toegang hierboven.",
  others: (count) => `Niet op de lijst, wel nagevraagd: ${mailboxes(count)}`,
  othersHeading: ["postvak", "nu"],
  open: "OPEN",
  shut: "dicht",
  inside: "binnen de scope",
  changes,
  stop: {
    heading: "Hoe u de toegang meteen stillegt",
    noAssignment: "Er is nu geen roltoewijzing die u uit kunt zetten.",
    afterwards:
      "Laat het de operator daarna weten. Het programma laat uit wat u hebt uitgezet, en zet het pas weer aan als het daar opdracht toe krijgt (instelling regrant).",
  },
  undo: {
    heading: "Hoe het ongedaan wordt gemaakt",
    command: "De operator voert dit uit:",
    first:
      "Eerst gaan de roltoewijzingen weg, daarna de rest van de tabel hierboven, voor zover de stack het heeft gemaakt. Wat er al was, verdwijnt of blijft, zoals in de tabel staat.",
    last: "Afspraken die zijn geplaatst, blijven in de agenda's staan: het programma schrijft zelf niets in een postvak.",
  },
  places: { microsoft365, exchangeServer },
  notProved: "Wat niet is nagegaan",
  audit: auditDutch,
};

function sayNote(note: StackNote): string {
  switch (note.code) {
    case "modeNotProved":
      return `NIET NAGEGAAN: de stack heeft ook objecten voor ${note.mode}, maar geen controle daarvan: de laatste up is niet zo ver gekomen, of is nog niet klaar met het weghalen. De operator moet up uitvoeren`;
    case "stoppedAndGone":
      return `iemand heeft deze toegang stilgelegd, en daarna weggehaald wat was stilgelegd: ${stopped(note)}. Een up maakt dat niet opnieuw, tenzij regrant op true staat`;
    case "configurationMistaken":
      return "er zitten fouten in de instellingen van de stack; preview noemt ze";
    case "configurationChanged": {
      const { mailboxesAdded: added, mailboxesTakenOff: gone, modesAdded, modesTakenOff } = note;
      const parts = [
        ...(added.length > 0 ? [`${added.join(", ")} erbij`] : []),
        ...(gone.length > 0 ? [`${gone.join(", ")} eraf`] : []),
        ...modesAdded.map((mode) => `toegang via ${mode} erbij`),
        ...modesTakenOff.map((mode) => `toegang via ${mode} eraf`),
      ];
      return `de instellingen zijn veranderd sinds de laatste up (${parts.join("; ")}); dit verslag gaat over die laatste up`;
    }
  }
}

function stopped({ kind, name, id }: RecordedStop): string {
  if (kind === "user") return `de gebruiker ${name}`;
  return kind === "app" ? `de bedrijfstoepassing ${id}` : `de roltoewijzing "${name}"`;
}
