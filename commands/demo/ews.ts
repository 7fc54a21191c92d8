// The call centre's side: a little EWS client that places appointments in somebody's calendar as the service user, as
// CalendarSync does (facts/calendar-access.md §1).
import type { Calendars, Outcome } from "./calendars.ts";
import type { Send } from "./http.ts";

const namespaces =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

const calendar = '<t:DistinguishedFolderId Id="calendar"/>';

/** Opens calendars at `origin`; `authorization` is the header by which the user signs in. Nothing is sent yet. */
export function openCalendars(send: Send, origin: string, authorization: string): Calendars {
  const call = async (mailbox: string, operation: string): Promise<Outcome<string>> => {
    const headers = {
      authorization,
      "content-type": "text/xml; charset=utf-8",
      "x-anchormailbox": mailbox,
    };
    const { status, text } = await send("POST", `${origin}/EWS/Exchange.asmx`, headers, envelope(mailbox, operation));
    return readOutcome(status, text);
  };
  return {
    async place(mailbox, { subject, start, end }) {
      const outcome = await call(
        mailbox,
        '<m:CreateItem MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone">' +
          `<m:SavedItemFolderId>${calendar}</m:SavedItemFolderId><m:Items><t:CalendarItem>` +
          `<t:Subject>${escapeXml(subject)}</t:Subject><t:Start>${start}</t:Start><t:End>${end}</t:End>` +
          "</t:CalendarItem></m:Items></m:CreateItem>",
      );
      if (outcome.refused !== undefined) return outcome;
      const id = /<t:ItemId [^>]*\bId="([^"]+)"/.exec(outcome.value)?.[1];
      if (id === undefined) throw new Error("EWS accepted the appointment but returned no id");
      return { value: id };
    },
    async list(mailbox, from, to) {
      const outcome = await call(
        mailbox,
        '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
          `<m:CalendarView StartDate="${from}" EndDate="${to}"/>` +
          `<m:ParentFolderIds>${calendar}</m:ParentFolderIds></m:FindItem>`,
      );
      if (outcome.refused !== undefined) return outcome;
      return { value: [...outcome.value.matchAll(/<t:Subject>([^<]*)</g)].map((match) => match[1] ?? "") };
    },
    async cancel(mailbox, id) {
      const outcome = await call(
        mailbox,
        '<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendToNone">' +
          `<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
      );
      return outcome.refused === undefined ? { value: true } : outcome;
    },
  };
}

function envelope(mailbox: string, operation: string): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?><s:Envelope ${namespaces}><s:Header>` +
    '<t:RequestServerVersion Version="Exchange2013_SP1"/><t:ExchangeImpersonation><t:ConnectingSID>' +
    `<t:PrimarySmtpAddress>${escapeXml(mailbox)}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>` +
    `</s:Header><s:Body>${operation}</s:Body></s:Envelope>`
  );
}

/** A fault (HTTP 500) and an error message (HTTP 200) both carry a ResponseCode (facts/calendar-access.md §2). */
function readOutcome(status: number, text: string): Outcome<string> {
  const code = /<(?:\w+:)?ResponseCode(?: [^>]*)?>([^<]+)</.exec(text)?.[1];
  // The front end refuses without a word: a user who is gone, for one.
  if (code === undefined && status === 401) return { refused: "401 Unauthorized" };
  if (code === undefined)
    throw new Error(`EWS answered with status ${status} and no response code: ${text.slice(0, 200)}`);
  return code === "NoError" ? { value: text } : { refused: code };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
