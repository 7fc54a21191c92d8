/** RSA certificates for tests, made when they are needed. */
import { generateKeyPairSync, sign } from "node:crypto";
import forge from "node-forge";

export interface TestCertificate {
  /** Unencrypted PKCS#8, PEM. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
}

/** A key and a certificate for `localhost` that it signs itself; valid for an hour unless told otherwise. */
export function makeCertificate(
  name = "localhost",
  notAfter = new Date(Date.now() + 3_600_000),
  notBefore = new Date(Math.min(Date.now(), notAfter.getTime()) - 60_000),
): TestCertificate {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ format: "pem", type: "pkcs8" })
    .toString();
  const privateKey = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  certificate.serialNumber = "01";
  certificate.validity.notBefore = notBefore;
  certificate.validity.notAfter = notAfter;
  const subject = [{ name: "commonName", value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }]);
  certificate.sign(signerFor(certificate, key), forge.md.sha256.create());
  return { key, certificate: forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n") };
}

/** Signs with Node's crypto: in jest's contexts node-forge needs seconds for it. */
function signerFor(certificate: forge.pki.Certificate, key: string): forge.pki.rsa.PrivateKey {
  const signCertificate = () => {
    const content = forge.asn1.toDer(certificate.tbsCertificate).getBytes();
    return sign("sha256", Buffer.from(content, "latin1"), key).toString("latin1");
  };
  return { sign: signCertificate } as unknown as forge.pki.rsa.PrivateKey;
}

/** PKCS#12 bytes that hold the key, its certificate and others. */
export function makePkcs12(
  { key, certificate }: TestCertificate,
  password: string,
  algorithm: "aes256" | "3des" = "aes256",
  others: readonly string[] = [],
): Buffer {
  const chain = [...others, certificate].map((pem) => forge.pki.certificateFromPem(pem));
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(key), chain, password, { algorithm });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), "latin1");
}
