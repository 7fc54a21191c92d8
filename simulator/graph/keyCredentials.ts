/** Certificates of app registrations and enterprise apps: a change sends the whole list. */
import { randomUUID } from "node:crypto";
import { readCertificate } from "../identity/assertions.ts";
import type { CredentialHolder } from "../tenant/directoryModel.ts";
import type { SimulatorRequest } from "../server/service.ts";
import { describeKeyCredential } from "./applicationShape.ts";
import { badRequest } from "./errors.ts";
import type { Row } from "./filter.ts";

type Credential = Record<string, unknown>;

/** What Graph keeps of a display name (learn.microsoft.com/graph/api/resources/keycredential). */
const LONGEST_NAME = 90;

/**
 * The list after a change. An entry without `key` keeps the key that its `keyId` has (Graph does not show keys unless it
 * is asked to, so a client sends back what it read), and must say nothing else than that entry; a new entry needs a
 * certificate that ends no earlier than the entry.
 */
export function replaceKeyCredentials(current: readonly Credential[], sent: unknown): Credential[] {
  if (!Array.isArray(sent))
    throw badRequest("Invalid value specified for property 'keyCredentials' of resource 'Application'.");
  return sent.map((entry: unknown) => readCredential(current, entry));
}

function readCredential(current: readonly Credential[], entry: unknown): Credential {
  if (typeof entry !== "object" || entry === null) throw badRequest("Key credential is invalid.");
  const sent = withoutNulls(entry as Credential);
  const kept = current.find(({ keyId }) => isSameId(keyId, sent["keyId"]));
  if (kept !== undefined) {
    if (!isSameEntry({ ...describeKeyCredential(kept), key: kept["key"] }, sent)) {
      throw badRequest(`Update to existing credential with KeyId '${String(kept["keyId"])}' is not allowed.`);
    }
    return kept;
  }
  if (sent["key"] === undefined) throw badRequest("New key credentials must have a key value.");
  const certificate = readCertificate(sent["key"]);
  if (certificate === undefined) throw badRequest("Key credential value is invalid certificate.");
  const end =
    typeof sent["endDateTime"] === "string" ? Date.parse(sent["endDateTime"]) : certificate.validToDate.getTime();
  if (Number.isNaN(end) || end > certificate.validToDate.getTime())
    throw badRequest("Key credential end date is invalid.");
  const name = sent["displayName"];
  return {
    type: "AsymmetricX509Cert",
    usage: "Verify",
    keyId: randomUUID(),
    ...sent,
    ...(typeof name === "string" ? { displayName: name.slice(0, LONGEST_NAME) } : {}),
  };
}

/** Whether what was sent says of an entry what it is: values are compared, not how they are written. */
function isSameEntry(kept: Credential, sent: Credential): boolean {
  return Object.entries(sent).every(([name, value]) => {
    const was = kept[name];
    if (name === "key") return readCertificate(value)?.fingerprint256 === readCertificate(was)?.fingerprint256;
    if (name.endsWith("DateTime")) return Date.parse(String(value)) === Date.parse(String(was));
    return name === "keyId" || value === was;
  });
}

function isSameId(one: unknown, other: unknown): boolean {
  return typeof one === "string" && typeof other === "string" && one.toLowerCase() === other.toLowerCase();
}

/** Graph shows keys only where `keyCredentials` is selected by name, on one object: base64 of the DER. */
export function withKeys(request: SimulatorRequest, row: Row, { keyCredentials = [] }: CredentialHolder): Row {
  const selected = request.url.searchParams.get("$select")?.split(",") ?? [];
  if (!selected.some((name) => name.trim() === "keyCredentials")) return row;
  const described = row["keyCredentials"] as Row[];
  const keys = keyCredentials.map(({ key }) => readCertificate(key)?.raw.toString("base64") ?? null);
  return {
    ...row,
    keyCredentials: described.map((credential, index) => ({ ...credential, key: keys[index] ?? null })),
  };
}

function withoutNulls(credential: Credential): Credential {
  return Object.fromEntries(Object.entries(credential).filter(([, value]) => value !== null));
}
