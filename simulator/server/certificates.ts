/** A certificate authority made at start, the server's certificate, and the bundles that make clients trust them. */
import { webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { loadX509 } from "./x509.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 24 * 3600 * 1000;

/** PEM texts. The authority's private key is not kept: nothing can sign with it later. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Makes an authority and a certificate for localhost, 127.0.0.1 and ::1, valid for a year. */
export async function makeCertificates(): Promise<Certificates> {
  const x509 = await loadX509();
  const authorityKeys = await webcrypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const serverKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const validity = { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 365 * DAY) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: "CN=Embedded tenant CA",
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: "CN=localhost",
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const privateKey = await webcrypto.subtle.exportKey("pkcs8", serverKeys.privateKey);
  return {
    authority: authority.toString("pem"),
    certificate: certificate.toString("pem"),
    privateKey: x509.PemConverter.encode(privateKey, x509.PemConverter.PrivateKeyTag),
  };
}

/** Writes `ca.pem` (the authority) and `bundle.pem` (the roots this machine trusts already, and the authority). */
export function writeBundles(
  directory: string,
  authority: string,
  environment: NodeJS.ProcessEnv = process.env,
): { caFile: string; bundleFile: string } {
  const caFile = join(directory, "ca.pem");
  const bundleFile = join(directory, "bundle.pem");
  writeFileSync(caFile, `${authority.trim()}\n`);
  writeFileSync(bundleFile, `${[...existingRoots(environment), authority.trim()].join("\n")}\n`);
  return { caFile, bundleFile };
}

/** SSL_CERT_FILE replaces the trusted roots, so a bundle must hold them: else nothing but the tenant is trusted. */
function existingRoots(environment: NodeJS.ProcessEnv): string[] {
  const named = [environment["SSL_CERT_FILE"], environment["NODE_EXTRA_CA_CERTS"]];
  const texts = [...named, "/etc/ssl/certs/ca-certificates.crt"].map(readCertificates).filter((text) => text !== "");
  const system = readCertificates(environment["SSL_CERT_FILE"] ?? "/etc/ssl/certs/ca-certificates.crt");
  return system === "" ? [...texts, ...rootCertificates] : [...new Set(texts)];
}

function readCertificates(file: string | undefined): string {
  if (file === undefined || file === "") return "";
  try {
    const text = readFileSync(file, "utf8");
    return text.includes("-----BEGIN") ? text.trim() : "";
  } catch {
    return "";
  }
}
