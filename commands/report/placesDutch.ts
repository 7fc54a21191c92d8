// Where the portals show things and how to stop the access, in Dutch: Microsoft 365, and Exchange Server. Pure.
import type { PlaceWords } from "./words.ts";

const entra = "Microsoft Entra-beheercentrum";
const enterpriseApps = `${entra}: Bedrijfstoepassingen (Enterprise applications), Alle toepassingen`;
const registrations = `${entra}: App-registraties (App registrations)`;
const online = (cmdlet: string): string => `Exchange Online PowerShell: ${cmdlet}`;
const shell = (cmdlet: string): string => `Exchange Management Shell: ${cmdlet}`;

const mark =
  'Wat de stack heeft gemaakt, draagt een kenmerk als er plaats is voor een notitie. Het begint met "Managed by Pulumi: calendar-access/". Laat het staan: daaraan herkent de stack wat van hem is.';
const off = "Zet de roltoewijzing uit. Verwijder die niet: wat weg is, maakt de volgende uitvoering opnieuw.";

export const microsoft365: PlaceWords = {
  where: {
    roleGroup: "Exchange-beheercentrum: Rollen, Beheerdersrollen (Roles, Admin roles)",
    securityGroup: "Exchange-beheercentrum: Ontvangers, Groepen (Recipients, Groups), Mail-enabled security",
    managementScope: online("Get-ManagementScope"),
    roleAssignment: online("Get-ManagementRoleAssignment"),
    exchangeServicePrincipal: online("Get-ServicePrincipal"),
    applicationCertificates: `${registrations}, de toepassing, Certificaten en geheimen (Certificates & secrets), op vingerafdruk`,
    user: "Microsoft 365-beheercentrum: Gebruikers, Actieve gebruikers (Active users)",
    application: `${registrations}, Alle toepassingen`,
    enterpriseApp: enterpriseApps,
  },
  besides: () => [
    mark,
    "Niet in de tabel staat wat er niet meer is: wat de stack in opdracht heeft weggehaald (instellingen revokeTenantWideConsent, application.removeKeys en removeLeftovers). In de auditlogboeken van Entra en Exchange staat wie wat heeft gewijzigd, en wanneer.",
  ],
  assignments: `${off} In Exchange Online PowerShell (Connect-ExchangeOnline), als Exchange-beheerder:`,
  signIn: {
    application: (who) =>
      `Laat de toepassing zich niet meer aanmelden. ${enterpriseApps}, zoek het client-id ${who}, Eigenschappen (Properties), zet "Ingeschakeld voor aanmelding van gebruikers?" (Enabled for users to sign-in?) op Nee, Opslaan. U hebt daarvoor minstens de rol Cloud Application Administrator nodig.`,
    impersonation: (who) =>
      `Laat het serviceaccount zich niet meer aanmelden. Microsoft 365-beheercentrum: Gebruikers, Actieve gebruikers (Active users), ${who}, Aanmelding blokkeren (Block sign-in).`,
  },
  lag: "Het werkt niet op de seconde: Exchange kan een toepassing nog 30 minuten tot twee uur toelaten (hoe lang het bij impersonation duurt, is niet bekend), en een token dat al is afgegeven, werkt nog ongeveer een uur. Doet u beide, dan is de toegang het snelst dicht.",
  stays: () =>
    "Gebruikers en toepassingen blijven 30 dagen in de prullenbak van Entra. Moest Exchange eerst voor aanpassingen worden klaargemaakt (Enable-OrganizationCustomization), dan blijft dat zo.",
};

const none = "niet op Exchange Server";

export const exchangeServer: PlaceWords = {
  where: {
    roleGroup: "Exchange-beheercentrum: Machtigingen, Beheerdersrollen (Permissions, Admin roles)",
    securityGroup: "Exchange-beheercentrum: Ontvangers, Groepen (Recipients, Groups)",
    managementScope: shell("Get-ManagementScope"),
    roleAssignment: shell("Get-ManagementRoleAssignment"),
    exchangeServicePrincipal: none,
    applicationCertificates: none,
    user: "Active Directory: gebruikers en computers (Users and Computers)",
    application: none,
    enterpriseApp: none,
  },
  besides: (makesUser) => [
    mark,
    ...(makesUser
      ? []
      : ["Niet in de tabel staat het serviceaccount: dat bestond al, en de stack zet het alleen in de rollengroep."]),
    "In het auditlogboek van Exchange (Search-AdminAuditLog) staat wie wat heeft gewijzigd, en wanneer.",
  ],
  assignments: `${off} In de Exchange Management Shell, als lid van Organization Management:`,
  signIn: {
    application: (who) => `Laat de toepassing ${who} zich niet meer aanmelden.`,
    impersonation: (who) =>
      `Laat het serviceaccount zich niet meer aanmelden. Active Directory, gebruikers en computers (Users and Computers): het account ${who}, Account uitschakelen (Disable Account).`,
  },
  lag: "Het werkt niet op de seconde: hoe lang Exchange onthoudt wat het van een account weet, is niet bekend, en waar EWS Basic toelaat, kan IIS het wachtwoord nog uren aannemen. Doet u beide, dan is de toegang het snelst dicht.",
  stays: (makesUser) =>
    makesUser
      ? "Het account van het serviceaccount verdwijnt uit Active Directory, als het merkteken er nog op staat; de mailbox blijft losgekoppeld staan zolang de database verwijderde mailboxen bewaart."
      : "Het account van het serviceaccount blijft zoals het is; het gaat alleen uit de rollengroep.",
};
