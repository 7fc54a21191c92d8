/** EWS's two kinds of refusal (facts/calendar-access.md §2): SOAP faults, and error messages inside an HTTP 200. */
import type { SimulatorResponse } from "../server/service.ts";
import { element, type Xml } from "./xml.ts";

export const namespaces = {
  soap: "http://schemas.xmlsoap.org/soap/envelope/",
  messages: "http://schemas.microsoft.com/exchange/services/2006/messages",
  types: "http://schemas.microsoft.com/exchange/services/2006/types",
  errors: "http://schemas.microsoft.com/exchange/services/2006/errors",
} as const;

/** Refuses the whole request: HTTP 500. */
export class EwsFault extends Error {
  readonly code: string;
  /** `t:MessageXml/t:Value` by Name. */
  readonly values: Readonly<Record<string, string>>;
  constructor(code: string, message: string, values: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.values = values;
  }
}

/** Refuses one item or folder of a request: an error message in HTTP 200. */
export class EwsError extends EwsFault {}

/** Something that EWS has and this tenant does not: HTTP 501 with its name. */
export class NotModelled extends Error {}

/** Refused before SOAP, by the front end: a status, headers, no body. The connection stays open (facts §2). */
export class FrontEndRefusal extends Error {
  readonly response: SimulatorResponse;
  constructor(status: 401 | 403, headers: Record<string, string>) {
    super(`HTTP ${status}`);
    this.response = { status, headers: { connection: "keep-alive", ...headers } };
  }
}

const accessDenied = "Access is denied. Check credentials and try again.";

export function deniedImpersonation(): EwsFault {
  return new EwsFault(
    "ErrorImpersonateUserDenied",
    "The account does not have permission to impersonate the requested user.",
  );
}

export function missingMailbox(address: string): { code: string; message: string; values: Record<string, string> } {
  return {
    code: "ErrorNonExistentMailbox",
    message: "The SMTP address has no mailbox associated with it.",
    values: { SmtpAddress: address },
  };
}

export function deniedItem(): EwsError {
  return new EwsError("ErrorAccessDenied", accessDenied);
}

export function missingItem(): EwsError {
  return new EwsError("ErrorItemNotFound", "The specified object was not found in the store.");
}

export function missingFolder(): EwsError {
  return new EwsError("ErrorFolderNotFound", "The specified folder could not be found in the store.");
}

export function malformedId(): EwsError {
  return new EwsError("ErrorInvalidIdMalformed", "Id is malformed.");
}

function describeValues(values: Readonly<Record<string, string>>, prefix: "t" | "m"): Xml | undefined {
  if (Object.keys(values).length === 0) return undefined;
  const items = Object.entries(values).map(([Name, value]) => element("t:Value", { Name }, value));
  return element(`${prefix}:MessageXml`, { "xmlns:t": namespaces.types }, items);
}

/** Content of an error `…ResponseMessage`. */
export function describeError(error: EwsFault): Xml[] {
  const values = describeValues(error.values, "m");
  return [
    element("m:MessageText", {}, error.message),
    element("m:ResponseCode", {}, error.code),
    element("m:DescriptiveLinkKey", {}, 0),
    ...(values === undefined ? [] : [values]),
  ];
}

/** The SOAP fault of a refused request, without ServerVersionInfo. */
export function answerFault({ code, message, values }: EwsFault): SimulatorResponse {
  const fault = element(
    "s:Fault",
    {},
    element("faultcode", { "xmlns:a": namespaces.types }, `a:${code}`),
    element("faultstring", { "xml:lang": "en-US" }, message),
    element(
      "detail",
      {},
      element("e:ResponseCode", { "xmlns:e": namespaces.errors }, code),
      element("e:Message", { "xmlns:e": namespaces.errors }, message),
      describeValues(values, "t"),
    ),
  );
  return answerXml(500, element("s:Envelope", { "xmlns:s": namespaces.soap }, element("s:Body", {}, fault)));
}

export function answerXml(status: number, envelope: Xml): SimulatorResponse {
  return {
    status,
    headers: { "content-type": "text/xml; charset=utf-8" },
    body: `<?xml version="1.0" encoding="utf-8"?>${envelope.source}`,
  };
}
