// The key of the call centre's app: made at this moment, kept in the demo's folder, and shown to the tenant by
// signatures alone. The program gets the public certificate.
import { webcrypto, X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SignJWT } from "jose";

import { loadX509 } from "../../simulator/server/x509.ts";
import { requestToken, tokenEndpoint, type Send } from "./http.ts";

/** The app's key pair, as the call centre holds it. */
export interface ApplicationKey {
  /** The public certificate, PEM: what `application.certificates` names. */
  readonly certificateFile: string;
  /** A token for the app with this client id (facts/calendar-access.md §6). */
  signIn(send: Send, origin: string, app: { tenantId: string; clientId: string }, resource: string): Promise<string>;
}

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};
const day = 24 * 3600 * 1000;

/** Makes a key and its certificate, valid for a year, in `folder`. */
export async function makeApplicationKey(folder: string, name: string): Promise<ApplicationKey> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    keys,
    signingAlgorithm: algorithm,
  });
  const pem = certificate.toString("pem");
  const secret = x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  mkdirSync(folder, { recursive: true });
  const certificateFile = join(folder, "certificate.pem");
  writeFileSync(certificateFile, `${pem}\n`);
  writeFileSync(join(folder, "key.pem"), `${secret}\n`, { mode: 0o600 });
  const thumbprint = Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(":", ""), "hex");
  return {
    certificateFile,
    async signIn(send, origin, { tenantId, clientId }, resource) {
      const endpoint = tokenEndpoint(origin, tenantId);
      const assertion = await new SignJWT({ jti: webcrypto.randomUUID() })
        .setProtectedHeader({ alg: "RS256", typ: "JWT", "x5t#S256": thumbprint.toString("base64url") })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(endpoint)
        .setIssuedAt()
        .setNotBefore("-5s")
        .setExpirationTime("10m")
        .sign(keys.privateKey);
      return requestToken(send, endpoint, `the app ${clientId}`, {
        grant_type: "client_credentials",
        client_id: clientId,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: assertion,
        scope: `${resource}/.default`,
      });
    },
  };
}
