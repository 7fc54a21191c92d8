/**
 * Whether EWS lets an account impersonate a mailbox: one request for its calendar folder, by Basic and https alone. No
 * appointment is read, and nothing is changed (facts/calendar-access.md §1, §2).
 */
import { TransportError, type HttpAnswer, type Transport } from "../network/transport.ts";

/** Where EWS is, and what carries a request there. */
export interface Ews {
  /** E.g. `https://mail.example.com/EWS/Exchange.asmx`. */
  readonly uri: string;
  readonly send: Transport;
}

/** Who asks. */
export interface EwsAccount {
  /** User principal name. */
  readonly userName: string;
  readonly password: string;
}

/**
 * What EWS said:
 * - `open`: it lets the account into the mailbox;
 * - `refused`: it does not: the sign-in, or the impersonation;
 * - `unanswered`: neither is known.
 */
export interface EwsAnswer {
  readonly kind: "open" | "refused" | "unanswered";
  /** EWS's code, or why there is none; one line, and never a secret. */
  readonly reason: string;
}

const unanswered = (reason: string): EwsAnswer => ({ kind: "unanswered", reason });

/** Asks once. The password is sent only where EWS has offered Basic before. */
export async function askImpersonation(ews: Ews, account: EwsAccount, mailbox: string): Promise<EwsAnswer> {
  if (!/^https:\/\//i.test(ews.uri)) return unanswered(`${ews.uri} is no https address`);
  try {
    const offer = await post(ews, mailbox, {});
    if (offer.status !== 401) return unanswered(`without a sign-in EWS answered with status ${offer.status}, not 401`);
    if (!offersBasic(offer)) return unanswered("EWS does not offer Basic, and no other sign-in is spoken here");
    const credentials = Buffer.from(`${account.userName}:${account.password}`).toString("base64");
    return judge(await post(ews, mailbox, { authorization: `Basic ${credentials}` }));
  } catch (error) {
    if (error instanceof TransportError) return unanswered(error.message);
    throw error;
  }
}

function post({ uri, send }: Ews, mailbox: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  const all = { ...headers, "content-type": "text/xml; charset=utf-8", "x-anchormailbox": mailbox };
  return send({ method: "POST", url: uri, headers: all, body: envelope(mailbox) });
}

function offersBasic({ headers }: HttpAnswer): boolean {
  return /(^|,)\s*Basic\b/i.test(headers["www-authenticate"] ?? "");
}

/** Codes of the refusal of an impersonation: a right is missing, of today's model and of that of 2007. */
const refusals = new Set(["ErrorImpersonateUserDenied", "ErrorImpersonationDenied"]);
/** Codes about the folder, by whoever was let into the mailbox. */
const inside = new Set(["NoError", "ErrorAccessDenied", "ErrorFolderNotFound", "ErrorItemNotFound"]);

/** What an answer to a signed-in request means. Pure. */
export function judge(answer: HttpAnswer): EwsAnswer {
  const { status, headers, body } = answer;
  if (status === 401) {
    return offersBasic(answer)
      ? { kind: "refused", reason: "401: it does not take the password" }
      : unanswered("EWS does not offer Basic any more");
  }
  const code = /<(?:\w+:)?ResponseCode(?: [^>]*)?>\s*(\w+)\s*</.exec(body)?.[1];
  if (code !== undefined && refusals.has(code)) return { kind: "refused", reason: code };
  if (code !== undefined && status === 200 && inside.has(code)) return { kind: "open", reason: code };
  const policy = headers["x-ews-policy-reason"];
  return unanswered(`EWS answered ${code ?? `with status ${status}`}${policy === undefined ? "" : `: ${policy}`}`);
}

function envelope(mailbox: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Header>' +
    '<t:RequestServerVersion Version="Exchange2013_SP1"/><t:ExchangeImpersonation><t:ConnectingSID>' +
    `<t:PrimarySmtpAddress>${escapeXml(mailbox)}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>` +
    "</s:Header><s:Body><m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>" +
    '<t:DistinguishedFolderId Id="calendar"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>'
  );
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
