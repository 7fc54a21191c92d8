/** Whether the way in is open, in Dutch. */
import type { DoubtSubjects, NoteSubjects, ShutSubjects, UnknownSubjects } from "../subjects.ts";
import { nameSomeInDutch as nameSome } from "./countsDutch.ts";
import type { Words } from "./words.ts";

const unnamed = "welke user agent de software van het callcenter opgeeft, is hier niet bekend";

export const shutWords: Words<ShutSubjects> = {
  ewsOff: () => "EWS staat uit voor de hele organisatie",
  clientNotListed: ({ clientId }) =>
    `EWS laat alleen client-id's toe die op een lijst staan, en ${clientId} staat er niet op`,
  noAgentListed: () =>
    "alleen user agents op de lijst komen binnen, en de lijst is leeg (EnforceAllowList met een lege EwsAllowList)",
  everyAgentBlocked: () => "elke user agent wordt geweigerd (EnforceBlockList met * in EwsBlockList)",
  mailboxesOff: ({ mailboxes }) => `EWS staat uit voor ${nameSome(mailboxes)}`,
};

export const unknownWords: Words<UnknownSubjects> = {
  organizationUnread: ({ reason }) => `hoe EWS voor de organisatie is ingesteld, was niet te lezen (${reason})`,
  ewsEnded: () => "Exchange Online heeft sinds 1 april 2027 geen EWS meer; alleen een Exchange Server heeft het nog",
  clientIdsUnread: ({ reason }) => `welke client-id's EWS toelaat, was niet te lezen (${reason})`,
  clientIdsEmpty: () =>
    "misschien is hij dicht: EwsEnabled staat op True en EwsAllowedAppIDs is leeg, en daarvan zegt Microsoft zowel dat iedereen als dat niemand erin komt",
  clientIdUnknown: () => "EWS laat alleen client-id's toe die op een lijst staan (EwsAllowedAppIDs van de organisatie)",
  agentsListed: ({ agents }) =>
    `alleen user agents op de lijst komen binnen (EwsAllowList: ${agents.join(", ")}); ${unnamed}`,
  agentsBlocked: ({ agents }) =>
    `user agents op de lijst worden geweigerd (EwsBlockList: ${agents.join(", ")}); ${unnamed}`,
  agentPolicyUnknown: ({ policy }) => `EwsApplicationAccessPolicy staat op ${policy}, en dat is hier niet bekend`,
  mailboxesUnread: ({ reason }) => `voor welke postvakken EWS uit staat, was niet te lezen (${reason})`,
  userOff: ({ user }) => `EWS staat uit voor het eigen postvak van het serviceaccount, ${user.address}`,
};

const setIt = "Zet EwsEnabled op True, met het client-id van het callcenter in EwsAllowedAppIDs";

/** Notes about the way in, and what nobody can tell of it. */
export const wayInNoteWords: Words<
  Pick<NoteSubjects, "ewsUnset" | "ewsEnding"> & Pick<DoubtSubjects, "mailboxAgentLists" | "graphAgentLists">
> = {
  ewsUnset: ({ begun }) =>
    begun
      ? `EwsEnabled van de organisatie is niet ingesteld: EWS staat open tot Microsoft het uitzet, sinds 1 oktober 2026 per tenant. ${setIt}; op 1 april 2027 stopt EWS voorgoed`
      : `EwsEnabled van de organisatie is niet ingesteld: vanaf 1 oktober 2026 zet Microsoft het uit, per tenant. ${setIt}`,
  ewsEnding: () => "op 1 april 2027 stopt EWS in Exchange Online voorgoed: daarna gaat het via Microsoft Graph",
  mailboxAgentLists: () =>
    "lijsten van user agents die een postvak zelf heeft (Get-CASMailbox, EwsApplicationAccessPolicy)",
  graphAgentLists: () =>
    "of de lijsten van user agents van de organisatie (EwsApplicationAccessPolicy), die ook voor Microsoft Graph gelden, de software van het callcenter toelaten",
};
