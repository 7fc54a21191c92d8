/**
 * The automation identity's certificate. azuread takes PKCS#12 only and @azure/identity PEM only, so one of them is
 * always rewritten; here PKCS#12 becomes PEM, in memory.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { named } from "../network/quoted.ts";
import type { CredentialSource } from "./connection.ts";

/** A certificate with its private key: a PKCS#12 or PEM file, or its content. */
export type CertificateSource = Extract<CredentialSource, { kind: "certificate" | "certificateContent" }>;

/**
 * The private key and its certificate as PEM, unencrypted. Rejects with an Error in one line that holds neither
 * password nor key.
 */
export async function readCertificate(source: CertificateSource): Promise<string> {
  const bytes = source.kind === "certificate" ? await readFrom(source.path) : decode(source.base64);
  const pem = bytes.toString("latin1");
  return pem.includes("-----BEGIN ") ? readPem(pem, source.password) : readPkcs12(bytes, source.password);
}

async function readFrom(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw new Error(`the certificate file ${named(path)} cannot be read (${code})`, { cause: error });
  }
}

function decode(base64: string): Buffer {
  // A PEM text is taken as it is: some pipelines hand the file's content over.
  if (base64.includes("-----BEGIN ")) return Buffer.from(base64, "latin1");
  const compact = base64.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw new Error("the certificate is not base64");
  return Buffer.from(compact, "base64");
}

function readPem(pem: string, password: string | undefined): string {
  const key = pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/)?.[0];
  if (key === undefined) throw new Error("the certificate's PEM file holds no private key");
  return join(openKey(key, password), pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []);
}

async function readPkcs12(bytes: Buffer, password: string | undefined): Promise<string> {
  // Loaded only here: most identities have no certificate.
  const { default: forge } = await import("node-forge");
  let container;
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString("latin1")));
    container = forge.pkcs12.pkcs12FromAsn1(asn1, password ?? "");
  } catch (error) {
    throw new Error(`the certificate is not PEM and cannot be read as PKCS#12 (${describe(error, password)})`, {
      cause: error,
    });
  }
  const bags = (type: string) => container.getBags({ bagType: type })[type] ?? [];
  const { keyBag, pkcs8ShroudedKeyBag, certBag } = forge.pki.oids as Record<string, string>;
  const [keyHolder] = [...bags(pkcs8ShroudedKeyBag ?? ""), ...bags(keyBag ?? "")];
  if (!keyHolder?.key) {
    throw new Error("the certificate's PKCS#12 file holds no RSA private key");
  }
  const certificates = bags(certBag ?? "").flatMap(({ cert }) => (cert ? [forge.pki.certificateToPem(cert)] : []));
  return join(openKey(forge.pki.privateKeyToPem(keyHolder.key), undefined), certificates);
}

function describe(error: unknown, password = ""): string {
  if (!/mac|password|decrypt/i.test((error as Error).message)) return "damaged";
  // node-forge does not encode a password for PBES2 as OpenSSL does.
  const isPlain = /^\p{ASCII}*$/u.test(password);
  return isPlain ? "the password is wrong" : "the password is wrong, or its letters beyond ASCII cannot be used";
}

function openKey(pem: string, password: string | undefined): string {
  try {
    const passphrase = password === undefined ? {} : { passphrase: password };
    return createPrivateKey({ key: pem, format: "pem", ...passphrase })
      .export({ format: "pem", type: "pkcs8" })
      .toString();
  } catch {
    throw new Error("the certificate's private key cannot be opened: the password is missing or wrong");
  }
}

/** Key first, then the certificate that belongs to it: the one whose thumbprint Entra is told. */
function join(keyPem: string, certificates: readonly string[]): string {
  const key = createPrivateKey(keyPem);
  if (key.asymmetricKeyType !== "rsa") throw new Error("the certificate's private key is not an RSA key");
  const own = certificates.find((pem) => new X509Certificate(pem).checkPrivateKey(key));
  if (own === undefined) throw new Error("none of the certificates in the file belongs to its private key");
  return `${keyPem.trim()}\n${own.replace(/\r\n/g, "\n").trim()}\n`;
}
