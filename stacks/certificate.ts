/** Public certificates of the own app: read, checked, never with a private key. */
import { X509Certificate, type KeyObject } from "node:crypto";
import { isUsable, noneSignsIn } from "../resources/proof/expiry.ts";
import { linesOf } from "../resources/recipients/memberList.ts";
import { named } from "../network/quoted.ts";
import { foreignFormOf } from "./certificateForm.ts";

/** A public certificate of the call centre's. */
export interface Certificate {
  /** SHA-1 of the certificate, as Entra shows it: upper case, no colons. */
  readonly thumbprint: string;
  /** Base64 of the DER, as Entra takes it. */
  readonly content: string;
  /** ISO time. */
  readonly notBefore: string;
  /** ISO time. */
  readonly notAfter: string;
}

/** Bits of the shortest RSA key that Entra takes (github.com/MicrosoftDocs/azure-docs/issues/17866). */
const shortestKey = 2048;

const rightKey = `Ask the call centre for one with an RSA key of ${shortestKey} bits or more.`;

/** Reads PEM files; what is wrong with any is said for all together. */
export function readCertificates(
  paths: readonly string[],
  readFile: (path: string) => Buffer,
): { certificates: Certificate[]; problems: string[] } {
  const certificates: Certificate[] = [];
  const problems: string[] = [];
  paths.forEach((path, index) => {
    try {
      certificates.push(readCertificate(readFile(path), path));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`application.certificates[${index}]: ${named(path)}: ${reason}`);
    }
  });
  const thumbprints = certificates.map((certificate) => certificate.thumbprint);
  if (new Set(thumbprints).size < thumbprints.length) {
    problems.push("application.certificates: the same certificate is listed twice. Write it once.");
  }
  return { certificates, problems };
}

/**
 * A new list of which nobody can sign in with any certificate. One whose time has come to an end since it was asked for
 * is for the proof to say: a mailbox must come off the list at any time.
 * @param held the contents that the state holds, a line each (resources/applicationCertificates.ts)
 */
export function unusableList(certificates: readonly Certificate[], held: string, now: number): string[] {
  const contents = certificates.map(({ content }) => content);
  const isHeld = contents.toSorted().join("\n") === linesOf(held).toSorted().join("\n");
  const isUsed = contents.length === 0 || isHeld || certificates.some((certificate) => isUsable(certificate, now));
  return isUsed ? [] : [noneSignsIn];
}

function readCertificate(bytes: Buffer, path: string): Certificate {
  const form = foreignFormOf(bytes, path);
  if (form !== undefined) throw new Error(form);
  const pem = bytes.toString("utf8");
  const count = pem.split(/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----/).length - 1;
  if (count > 1) throw new Error(`holds ${count} certificates. Give each that the app uses in a file of its own.`);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw new Error("is no certificate in PEM form (BEGIN CERTIFICATE).");
  }
  demandUsableKey(certificate);
  return {
    thumbprint: certificate.fingerprint.replaceAll(":", ""),
    content: certificate.raw.toString("base64"),
    notBefore: isoTime(certificate.validFromDate),
    notAfter: isoTime(certificate.validToDate),
  };
}

/** Entra accepts a certificate of any key, and then nobody can sign in with it. */
function demandUsableKey(certificate: X509Certificate): void {
  const { asymmetricKeyType: kind = "unknown", asymmetricKeyDetails } = keyOf(certificate);
  if (kind !== "rsa") {
    const name = kind === "ec" ? "elliptic curve" : kind;
    throw new Error(`has a key of the kind ${name}, with which nobody can sign in to Entra. ${rightKey}`);
  }
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < shortestKey) {
    throw new Error(`has an RSA key of ${bits} bits, with which nobody can sign in to Entra. ${rightKey}`);
  }
}

/** The public key; without properties where Node does not know its kind. */
function keyOf(certificate: X509Certificate): Partial<KeyObject> {
  try {
    return certificate.publicKey;
  } catch {
    return {};
  }
}

/** Without milliseconds, as Entra returns times. */
function isoTime(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
