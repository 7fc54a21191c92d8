/** When the automation identity's own credential ends: told by its certificate, or by Graph where it may be asked. */
import { X509Certificate } from "node:crypto";
import { readCertificate } from "../identity/certificate.ts";
import type { Connection } from "../identity/connection.ts";
import { isDirectoryError } from "./errors.ts";
import type { GraphSession } from "./graph.ts";

/** What signs in, and until when. */
export interface CredentialEnd {
  readonly kind: "certificate" | "client secret";
  /** ISO time. */
  readonly notAfter: string;
}

/** Any of these lets an application read itself. */
const readers = ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];

/**
 * Asks nobody where the answer is at hand, and makes at most one request.
 * @param roles application permissions in Graph's token
 * @returns undefined where nobody can tell: another kind of credential, or no right to ask
 */
export async function credentialEnd(
  { credential, clientId }: Connection,
  graph: GraphSession,
  roles: readonly string[],
): Promise<CredentialEnd | undefined> {
  if (credential.kind === "certificate" || credential.kind === "certificateContent") {
    const { validTo } = new X509Certificate(certificateIn(await readCertificate(credential)));
    return { kind: "certificate", notAfter: isoOf(validTo) };
  }
  if (credential.kind !== "secret" || clientId === undefined || !roles.some((role) => readers.includes(role))) {
    return undefined;
  }
  const secrets = await readSecrets(graph, clientId);
  // Graph shows the first three characters of each. Of several that begin alike the last is taken: no false alarm.
  const own = secrets.filter(({ hint }) => hint === credential.secret.slice(0, 3));
  const ends = own.map(({ endDateTime }) => Date.parse(String(endDateTime))).filter((time) => !Number.isNaN(time));
  return ends.length === 0 ? undefined : { kind: "client secret", notAfter: isoOf(Math.max(...ends)) };
}

/** The key comes first in the text, its certificate second. */
function certificateIn(pem: string): string {
  return pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----"));
}

async function readSecrets(
  graph: GraphSession,
  clientId: string,
): Promise<readonly { readonly hint?: unknown; readonly endDateTime?: unknown }[]> {
  try {
    const { passwordCredentials } = await graph.read(
      `/applications(appId='${clientId}')?$select=id,passwordCredentials`,
    );
    return Array.isArray(passwordCredentials) ? (passwordCredentials as readonly object[]) : [];
  } catch (error) {
    // A warning is not worth a failure: an app of another tenant is not to be read here at all.
    if (isDirectoryError(error)) return [];
    throw error;
  }
}

function isoOf(time: string | number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}
