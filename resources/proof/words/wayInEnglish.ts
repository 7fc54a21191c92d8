/** Whether the way in is open, in English. */
import type { DoubtSubjects, NoteSubjects, ShutSubjects, UnknownSubjects } from "../subjects.ts";
import { nameSome } from "../sentence.ts";
import type { Words } from "./words.ts";

const unnamed = "which user agent the call centre's client names is not known here";

export const shutWords: Words<ShutSubjects> = {
  ewsOff: () => "EWS is off for the whole organisation",
  clientNotListed: ({ clientId }) => `EWS lets in listed client ids only, and ${clientId} is none of them`,
  noAgentListed: () =>
    "only listed user agents get in, and none is listed (EnforceAllowList with an empty EwsAllowList)",
  everyAgentBlocked: () => "every user agent is kept out (EnforceBlockList with * in EwsBlockList)",
  mailboxesOff: ({ mailboxes }) => `EWS is off for ${nameSome(mailboxes)}`,
};

export const unknownWords: Words<UnknownSubjects> = {
  organizationUnread: ({ reason }) => `the organisation's settings of EWS could not be read (${reason})`,
  ewsEnded: () => "Exchange Online has had no EWS since 2027-04-01; only an Exchange Server still has it",
  clientIdsUnread: ({ reason }) => `the client ids that EWS lets in could not be read (${reason})`,
  clientIdsEmpty: () =>
    "it may be shut: EwsEnabled is True and EwsAllowedAppIDs is empty, of which Microsoft says both that everybody and that nobody gets in",
  clientIdUnknown: () => "EWS lets in listed client ids only (EwsAllowedAppIDs of the organisation)",
  agentsListed: ({ agents }) => `only listed user agents get in (EwsAllowList: ${agents.join(", ")}); ${unnamed}`,
  agentsBlocked: ({ agents }) => `listed user agents are kept out (EwsBlockList: ${agents.join(", ")}); ${unnamed}`,
  agentPolicyUnknown: ({ policy }) => `EwsApplicationAccessPolicy is ${policy}, which is not known here`,
  mailboxesUnread: ({ reason }) => `which mailboxes have EWS off could not be read (${reason})`,
  userOff: ({ user }) => `EWS is off for the service user's own mailbox, ${user.address}`,
};

const setIt = "Set it to True, with the call centre's client id in EwsAllowedAppIDs";

/** Notes about the way in, and what nobody can tell of it. */
export const wayInNoteWords: Words<
  Pick<NoteSubjects, "ewsUnset" | "ewsEnding"> & Pick<DoubtSubjects, "mailboxAgentLists" | "graphAgentLists">
> = {
  ewsUnset: ({ begun }) =>
    begun
      ? `EwsEnabled of the organisation is not set: EWS is open until Microsoft turns it off, tenant by tenant since 2026-10-01. ${setIt}; EWS ends for good on 2027-04-01`
      : `EwsEnabled of the organisation is not set: from 2026-10-01 on Microsoft turns it off, tenant by tenant. ${setIt}`,
  ewsEnding: () => "EWS in Exchange Online ends for good on 2027-04-01: Microsoft Graph is the way after it",
  mailboxAgentLists: () =>
    "lists of user agents that single mailboxes have of their own (Get-CASMailbox, EwsApplicationAccessPolicy)",
  graphAgentLists: () =>
    "whether the organisation's lists of user agents (EwsApplicationAccessPolicy), which hold for Microsoft Graph too, let the call centre's client in",
};
