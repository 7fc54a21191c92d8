/** Public certificates of the own app: read, checked, never with a private key. */
import { X509Certificate } from "node:crypto";

/** A public certificate of the call centre's. */
export interface Certificate {
  /** SHA-1 of the certificate, as Entra shows it: upper case, no colons. */
  readonly thumbprint: string;
  readonly pem: string;
  /** ISO time. */
  readonly notAfter: string;
}

/** Reads PEM files; what is wrong with any is said for all together. */
export function readCertificates(
  paths: readonly string[],
  readFile: (path: string) => string,
): { certificates: Certificate[]; problems: string[] } {
  const certificates: Certificate[] = [];
  const problems: string[] = [];
  paths.forEach((path, index) => {
    try {
      certificates.push(readCertificate(readFile(path)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`application.certificates[${index}]: ${path}: ${reason}`);
    }
  });
  const thumbprints = certificates.map((certificate) => certificate.thumbprint);
  if (new Set(thumbprints).size < thumbprints.length) {
    problems.push("application.certificates: the same certificate is listed twice. Write it once.");
  }
  return { certificates, problems };
}

function readCertificate(pem: string): Certificate {
  if (/PRIVATE KEY/.test(pem)) {
    throw new Error("holds a private key, which must never come here. Give the certificate alone (BEGIN CERTIFICATE).");
  }
  const count = pem.split(/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----/).length - 1;
  if (count > 1) throw new Error(`holds ${count} certificates. Give each that the app uses in a file of its own.`);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw new Error("is no certificate in PEM form (BEGIN CERTIFICATE).");
  }
  return {
    thumbprint: certificate.fingerprint.replaceAll(":", ""),
    pem: certificate.toString(),
    // Without milliseconds: as Entra returns it, and so no difference.
    notAfter: new Date(certificate.validTo).toISOString().replace(".000Z", "Z"),
  };
}
