/** A SOAP request of EWS, taken apart; and the envelope of an answer. */
import type { SimulatorResponse } from "../server/service.ts";
import { answerXml, EwsFault, namespaces } from "./fault.ts";
import { child, descend, element, parseXml, type Element, type Xml } from "./xml.ts";

/** Whom the request wants to be. */
export interface ConnectingId {
  readonly kind: string;
  readonly value: string;
}

export interface EwsRequest {
  readonly impersonated: ConnectingId | undefined;
  /** `Id` of the time zone context; times without an offset are in it. */
  readonly timeZone: string;
  /** E.g. the element `CreateItem`. */
  readonly operation: Element;
}

/** Takes a request apart; throws an {@link EwsFault} for what is no EWS request. */
export function readEnvelope(body: string): EwsRequest {
  const envelope = parse(body);
  const header = child(envelope, "Header");
  const operation = child(envelope, "Body")?.children[0];
  if (envelope.name !== "Envelope" || operation === undefined) {
    throw invalidSchema("The request has no SOAP envelope, or no operation in its body.");
  }
  const version = child(header, "RequestServerVersion")?.attributes["Version"];
  if (version !== undefined && !/^(Exchange20(07|10|13|15|16|19)(_SP\d)?|V20\d\d_\d\d_\d\d)$/.test(version)) {
    throw new EwsFault("ErrorInvalidServerVersion", "The specified server version is invalid.");
  }
  const timeZone = descend(header, "TimeZoneContext", "TimeZoneDefinition")?.attributes["Id"] ?? "UTC";
  return { impersonated: readConnectingId(header), timeZone, operation };
}

function parse(body: string): Element {
  try {
    return parseXml(body);
  } catch (error) {
    throw invalidSchema(error instanceof Error ? error.message : String(error));
  }
}

export function invalidSchema(reason: string): EwsFault {
  return new EwsFault("ErrorSchemaValidation", `The request failed schema validation: ${reason}`);
}

function readConnectingId(header: Element | undefined): ConnectingId | undefined {
  const impersonation = child(header, "ExchangeImpersonation");
  if (impersonation === undefined) return undefined;
  const id = child(impersonation, "ConnectingSID")?.children[0];
  if (id === undefined || id.text.trim() === "") {
    throw new EwsFault(
      "ErrorInvalidExchangeImpersonationHeaderData",
      "ExchangeImpersonation SOAP header must contain a valid identity.",
    );
  }
  return { kind: id.name, value: id.text.trim() };
}

/** The answer to an operation, with the server's version, which clients choose their own by. */
export function answerEnvelope(content: Xml): SimulatorResponse {
  const server = element("h:ServerVersionInfo", {
    MajorVersion: 15,
    MinorVersion: 20,
    MajorBuildNumber: 9000,
    MinorBuildNumber: 0,
    Version: "V2018_01_08",
    "xmlns:h": namespaces.types,
  });
  const declarations = { "xmlns:s": namespaces.soap, "xmlns:m": namespaces.messages, "xmlns:t": namespaces.types };
  const body = element("s:Body", {}, content);
  return answerXml(200, element("s:Envelope", declarations, element("s:Header", {}, server), body));
}
