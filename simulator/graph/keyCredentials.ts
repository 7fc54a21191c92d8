/** Certificates of an app registration: a change sends the whole list. */
import { randomUUID } from "node:crypto";
import { readCertificate } from "../identity/assertions.ts";
import { badRequest } from "./errors.ts";

type Credential = Record<string, unknown>;

/**
 * The list after a change. An entry without `key` keeps the key that its `keyId` has (Graph never serves keys, so a
 * client sends back what it read); a new entry needs a certificate that ends no earlier than the entry.
 */
export function replaceKeyCredentials(current: readonly Credential[], sent: unknown): Credential[] {
  if (!Array.isArray(sent))
    throw badRequest("Invalid value specified for property 'keyCredentials' of resource 'Application'.");
  return sent.map((entry: unknown) => readCredential(current, entry));
}

function readCredential(current: readonly Credential[], entry: unknown): Credential {
  if (typeof entry !== "object" || entry === null) throw badRequest("Key credential is invalid.");
  const sent = entry as Credential;
  const kept = current.find(({ keyId }) => keyId === sent["keyId"]);
  if (sent["key"] === undefined || sent["key"] === null) {
    if (kept === undefined) throw badRequest("New key credentials must have a key value.");
    return { ...kept, ...withoutNulls(sent) };
  }
  const certificate = readCertificate(sent["key"]);
  if (certificate === undefined) throw badRequest("Key credential value is invalid certificate.");
  const end =
    typeof sent["endDateTime"] === "string" ? Date.parse(sent["endDateTime"]) : certificate.validToDate.getTime();
  if (Number.isNaN(end) || end > certificate.validToDate.getTime())
    throw badRequest("Key credential end date is invalid.");
  return { type: "AsymmetricX509Cert", usage: "Verify", keyId: randomUUID(), ...withoutNulls(sent) };
}

function withoutNulls(credential: Credential): Credential {
  return Object.fromEntries(Object.entries(credential).filter(([, value]) => value !== null));
}
