/** Certificates and client assertions for tests, in the spellings that different clients use. */
import { createHash, randomUUID, webcrypto, X509Certificate } from "node:crypto";
import { CompactSign } from "jose";
import { loadX509 } from "../../simulator/server/x509.ts";
import type { Answer, TestTenant } from "./tenant.ts";

export interface Pair {
  readonly certificate: X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

export const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

const MINUTE = 60_000;

/** Self-signed; `from` and `to` are minutes from now. */
export async function makeCertificate({ from = -1, to = 60 } = {}): Promise<Pair> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=automation",
    keys,
    signingAlgorithm: RSA,
    notBefore: new Date(Date.now() + from * MINUTE),
    notAfter: new Date(Date.now() + to * MINUTE),
  });
  return { certificate: new X509Certificate(certificate.toString("pem")), privateKey: keys.privateKey };
}

/** The entry of `keyCredentials` that registers a certificate. */
export function keyCredential({ certificate }: Pair): Record<string, unknown> {
  const key = Buffer.from(certificate.toString()).toString("base64");
  return { type: "AsymmetricX509Cert", usage: "Verify", key };
}

export function thumbprint({ certificate }: Pair, kind: "sha1" | "sha256"): Buffer {
  return createHash(kind).update(certificate.raw).digest();
}

/** What a client may write otherwise. */
export interface Spelling {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
}

/** Asks for a token with an assertion signed by this key. */
export async function askWithAssertion(
  tenant: Pick<TestTenant, "origin" | "askToken"> & { readonly credentials: { readonly tenantId: string } },
  clientId: string,
  pair: Pair,
  { header, claims }: Spelling = {},
): Promise<Answer> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    jti: randomUUID(),
    iss: clientId,
    sub: clientId,
    aud: `${tenant.origin}/${tenant.credentials.tenantId}/oauth2/v2.0/token`,
    nbf: now,
    exp: now + 600,
    ...claims,
  };
  const names = header ?? { "x5t#S256": thumbprint(pair, "sha256").toString("base64url") };
  const assertion = await new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...names })
    .sign(pair.privateKey);
  return tenant.askToken({
    grant_type: "client_credentials",
    client_id: clientId,
    scope: `${tenant.origin}/.default`,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  });
}
