/** What a file is that should hold a certificate in PEM and does not, with the command that converts it. Pure. */
import { X509Certificate } from "node:crypto";
import { utf16In } from "./textFile.ts";

const privateKey = "holds a private key, which must never come here. Give the certificate alone (BEGIN CERTIFICATE).";

/**
 * What is wrong with a file's form, following on its path; `undefined` where it may be PEM in UTF-8. It shows nothing of
 * what the file holds: that may be a key.
 */
export function foreignFormOf(bytes: Buffer, path: string): string | undefined {
  const wide = utf16In(bytes);
  const text = wide ?? bytes.toString("utf8");
  if (/PRIVATE KEY/.test(text)) return privateKey;
  if (wide !== undefined) {
    const command = "iconv -f UTF-16 -t UTF-8 FILE > FILE.pem (without a byte order mark: -f UTF-16LE)";
    return `is in UTF-16, not in UTF-8. ${convert(command, path)}`;
  }
  if (/-----BEGIN (PKCS7|CMS)-----/.test(text)) {
    return `is a PKCS#7 file (.p7b, .p7c). ${convert("openssl pkcs7 -print_certs -in FILE -out FILE.pem", path, onlyOne)}`;
  }
  switch (binaryFormOf(bytes)) {
    case "certificate":
      return `is a certificate in DER form, not in PEM. ${convert("openssl x509 -inform der -in FILE -out FILE.pem", path)}`;
    case "PKCS#7": {
      const command = "openssl pkcs7 -inform der -print_certs -in FILE -out FILE.pem";
      return `is a PKCS#7 file (.p7b, .p7c). ${convert(command, path, onlyOne)}`;
    }
    case "PKCS#12":
      return `is a PKCS#12 file (.pfx, .p12), which holds a private key: that must never come here. Ask for the certificate alone (BEGIN CERTIFICATE).`;
    case "key":
      return privateKey;
    case undefined:
      return undefined;
  }
}

/** Object identifier of signed data: what a PKCS#7 file begins with. */
const signedData = Buffer.from("06092a864886f70d010702", "hex");

/** What a DER structure is, by what its outermost sequence begins with; `undefined` where it is none. */
function binaryFormOf(bytes: Buffer): "certificate" | "PKCS#7" | "PKCS#12" | "key" | undefined {
  if (bytes[0] !== 0x30) return undefined;
  const length = bytes[1] ?? 0;
  const content = bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f));
  if (content.subarray(0, signedData.length).equals(signedData)) return "PKCS#7";
  const version = content[0] === 0x02 && content[1] === 0x01 ? content[2] : undefined;
  if (version === 3) return "PKCS#12";
  if (version === 0 || version === 1) return "key";
  try {
    return new X509Certificate(bytes).raw.length > 0 ? "certificate" : undefined;
  } catch {
    return undefined;
  }
}

const onlyOne = "Leave only the app's certificate in it. ";

/** Into a file that is called after the first, so that one never takes the place of another. */
function convert(command: string, path: string, then = ""): string {
  const file = showable(path);
  return `Convert it: ${command.replaceAll("FILE", file)}. ${then}Then name ${file}.pem in application.certificates in its place.`;
}

/** The path in a command that can be copied; a placeholder for one that a shell would take apart. */
function showable(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : "FILE";
}
