// A self-signed certificate as PEM text.
import { webcrypto } from "node:crypto";
import { loadX509 } from "../../../simulator/x509.ts";

export async function generateCertificate(): Promise<string> {
  const { X509CertificateGenerator } = await loadX509();
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const notAfter = new Date("2028-01-01T00:00:00Z");
  const options = { name: "CN=CallPro", keys, signingAlgorithm: algorithm, notAfter };
  return (await X509CertificateGenerator.createSelfSigned(options)).toString("pem");
}
