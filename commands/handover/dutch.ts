// A hand-over in Dutch: an administrator's, read aloud. Lines of at most 78 characters, for any mail program. Pure.
import { dateIn, mailboxLines } from "./line.ts";
import type { Facts } from "./facts.ts";
import type { Wording } from "./language.ts";

const date = dateIn("nl-NL");

export const dutch: Wording = {
  plainText: ({ stack, content, madeAt }) => [
    `Agendatoegang ${stack}, ${date(madeAt)}`,
    "VERTROUWELIJK: bewaar dit niet als leesbaar bestand.",
    "",
    `Tenant-id:         ${content.tenantId}`,
    ...(content.impersonation === undefined
      ? []
      : [
          `Gebruikersnaam:    ${content.impersonation.userName}`,
          `Wachtwoord:        ${content.impersonation.password ?? "(dat hebt u al, of vraag het de klant)"}`,
        ]),
    ...(content.application === undefined
      ? []
      : [
          `Client-id:         ${content.application.clientId}`,
          ...content.application.thumbprints.map((thumbprint) => `Certificaat:       ${thumbprint}`),
        ]),
    "",
    `Mailboxen (${content.mailboxes.length}): primair adres, dan gebruikersnaam`,
    ...mailboxLines(content.mailboxes),
  ],

  letter: (facts) => [
    `Agendatoegang ${facts.stack}: overdracht aan het callcenter`,
    date(facts.madeAt),
    "",
    "Bij deze brief hoort een versleuteld bestand. Daarin staat wat u in CallPro",
    "nodig hebt. In de brief zelf staat niets geheims.",
    "",
    "1. Bel eerst",
    "",
    "Bel de afzender op een nummer dat u al kende, en lees elkaar de vingerafdruk",
    "van uw sleutel voor:",
    "",
    `   ${facts.fingerprint}`,
    "",
    "Zo rekent u hem zelf uit (Linux of WSL):",
    "",
    "   age-keygen -y SLEUTEL.txt | tr -d '\\n' | sha256sum | cut -c 1-32",
    "",
    "Komt hij niet overeen, dan is het bestand niet voor u. Laat dat dan weten.",
    "",
    "2. Open het bestand",
    "",
    `   age --decrypt --identity SLEUTEL.txt ${facts.file}`,
    "",
    "Zet wat u te zien krijgt meteen in CallPro en bewaar het nergens leesbaar.",
    "",
    "3. Wat er openstaat",
    "",
    ...opened(facts),
    "",
    "4. Wat u in CallPro invoert",
    "",
    ...entered(facts),
    "",
    "5. Hoe CallPro zich aanmeldt",
    "",
    ...signIn(facts),
    "",
    "6. Als de toegang wordt geweigerd",
    "",
    "- Kort na het inrichten of na een wijziging kan Exchange nog weigeren, ook met",
    "  403 ErrorAccessDenied: meestal een half uur tot twee uur. Wacht, en probeer",
    "  het daarna opnieuw. Blijf het niet achter elkaar proberen.",
    ...(facts.opens.wholeOrganization ? [] : ["- Een mailbox die niet op de lijst staat, hoort dicht te zijn."]),
    "- Mislukt het aanmelden zelf, of werkt het morgen nog niet, bel dan. Noteer",
    "  het tijdstip, de mailbox en de hele foutmelding.",
    "- Werkte het en ineens niet meer, dan kan de klant de toegang hebben",
    "  stilgelegd. Bel voordat u iets wijzigt.",
    "",
    "7. Wie u belt",
    "",
    `   ${facts.contact ?? "degene van wie u deze brief hebt gekregen"}`,
    "",
    "8. Hoe lang dit geldt",
    "",
    ...lasts(facts),
    "- Verandert de lijst, het wachtwoord of een certificaat, dan krijgt u een",
    "  nieuwe brief met een nieuw bestand. Vernietig dan de oude.",
    "",
    "Laat de laatste regel staan: daaraan ziet de operator of u de laatste versie",
    "hebt. Wat er is overgedragen, valt er niet uit af te leiden.",
    "",
  ],
};

function opened({ content, opens, provedAt }: Facts): string[] {
  const { length } = content.mailboxes;
  const listed = length === 1 ? "de ene mailbox die" : `de ${length} mailboxen die`;
  return [
    ...(opens.wholeOrganization
      ? [
          "- ALLE mailboxen van de organisatie staan open. Gebruik alleen",
          `  ${listed} in het bestand op de lijst ${length === 1 ? "staat" : "staan"}.`,
        ]
      : [`- Alleen ${listed} in het bestand op de lijst ${length === 1 ? "staat" : "staan"}.`]),
    ...(content.impersonation === undefined
      ? []
      : [
          "- Met de gebruiker (impersonation) gaat de hele mailbox open: lezen, wijzigen",
          "  en verzenden. Gebruik alleen de agenda.",
        ]),
    ...(content.application === undefined
      ? []
      : opens.wholeMailbox
        ? ["- Met de app gaat de hele mailbox open. Gebruik alleen de agenda."]
        : ["- Met de app gaat alleen de agenda open."]),
    ...(provedAt === undefined ? [] : [`- Dit is voor het laatst gecontroleerd op ${date(provedAt)}.`]),
  ];
}

function entered({ content: { impersonation, application } }: Facts): string[] {
  return [
    ...(impersonation === undefined
      ? []
      : [
          "- De gebruikersnaam, helemaal: met alles wat achter het apenstaartje staat.",
          impersonation.password === undefined
            ? "- Het wachtwoord dat u van de klant hebt: deze gebruiker bestond al."
            : "- Het wachtwoord, precies zoals het er staat. Kopieer het, typ het niet over.",
        ]),
    ...(application === undefined
      ? []
      : [
          "- Het tenant-id en het client-id.",
          application.thumbprints.length === 0
            ? "- Het certificaat of geheim van uw eigen app. Dat hebt u zelf."
            : "- De privésleutel bij een van de certificaten. Die hebt u zelf; in het bestand\n  staan alleen de vingerafdrukken van de certificaten.",
        ]),
    "- Per medewerker de mailbox van de lijst. Eerst staat het primaire adres, dan",
    "  de gebruikersnaam. Vaak zijn die gelijk. Zijn ze verschillend, dan wil Graph",
    "  de gebruikersnaam en EWS meestal het primaire adres.",
  ];
}

function signIn({ content: { impersonation, application }, opens }: Facts): string[] {
  return [
    ...(impersonation === undefined
      ? []
      : [
          "- CallPro meldt zich met naam en wachtwoord bij Exchange (EWS) aan en noemt",
          "  bij elke afspraak de mailbox. Er komt geen vraag om een code (MFA): komt die",
          "  wel, dan houdt een beleid van de klant het aanmelden tegen. Bel dan.",
        ]),
    ...(application === undefined
      ? []
      : [
          "- CallPro meldt zich aan als de app (client credentials), in de tenant van de",
          "  klant, voor een token van:",
          ...opens.audiences.map((audience) => `  ${audience}`),
          "- Het token bevat geen rollen. Dat klopt: de rechten staan in Exchange.",
          "- Vraag de klant nooit om toestemming (consent) voor agenda's of mail: die zou",
          "  ook alle andere mailboxen openen.",
        ]),
  ];
}

function lasts({ content, opens, certificateEnds }: Facts): string[] {
  return [
    ...(content.impersonation === undefined ? [] : ["- Het wachtwoord verloopt niet vanzelf."]),
    ...certificateEnds.map(
      (end) => `- Een certificaat van de app verloopt op ${date(end)}. Lever ruim\n  daarvoor het volgende aan.`,
    ),
    ...(content.impersonation === undefined && !opens.wholeMailbox
      ? []
      : [
          "- Microsoft sluit EWS in Exchange Online: vanaf 1 oktober 2026 per tenant, en",
          "  op 1 april 2027 voorgoed.",
        ]),
  ];
}
