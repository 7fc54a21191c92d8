/** A certificate of the settings: the public part is taken, a private key never passes. */
import { webcrypto, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import forge from "node-forge";
import { loadX509 } from "../../simulator/server/x509.ts";
import { readCertificates, unusableList, type Certificate } from "../../stacks/certificate.ts";
import { makeCertificate, makePkcs12, type TestCertificate } from "../identity/certificates.ts";

const day = 24 * 60 * 60 * 1000;
const now = Date.parse("2026-11-23T12:00:00Z");

let first: TestCertificate;
let second: TestCertificate;
let expired: TestCertificate;
beforeAll(() => {
  first = makeCertificate("first", new Date(now + 20 * day));
  second = makeCertificate("second", new Date(now + 365 * day));
  expired = makeCertificate("expired", new Date(now - 2 * day));
});

/** Reads files that are given by their contents; one that is missing cannot be read. */
function read(files: Readonly<Record<string, string | Buffer | undefined>>): ReturnType<typeof readCertificates> {
  return readCertificates(Object.keys(files), (path) => {
    const content = files[path];
    if (content === undefined) throw new Error("does not exist (looked in /stacks)");
    return Buffer.from(content);
  });
}

/** The problem of a file with that content. */
function problemOf(content: string | Buffer): string {
  const { certificates, problems } = read({ "app.pem": content });
  expect(certificates).toEqual([]);
  expect(problems).toHaveLength(1);
  return problems[0] ?? "";
}

/** The body of a PEM text, a line each. */
function bodyOf(pem: string): string[] {
  return pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
}

describe("a public certificate", () => {
  test("is read with its thumbprint as Entra shows it", () => {
    const { certificates, problems } = read({ "app.pem": first.certificate });
    expect(problems).toEqual([]);
    const [certificate] = certificates;
    const fingerprint = new X509Certificate(first.certificate).fingerprint;
    expect(certificate?.thumbprint).toMatch(/^[0-9A-F]{40}$/);
    expect(certificate?.thumbprint).toBe(fingerprint.split(":").join(""));
    expect(certificate?.content).toBe(bodyOf(first.certificate).join(""));
  });

  test("ends at a time without milliseconds, as Entra returns it: with them every preview would show a change", () => {
    const [certificate] = read({ "app.pem": second.certificate }).certificates;
    expect(certificate?.notAfter).toBe("2027-11-23T12:00:00Z");
    expect(certificate?.notBefore).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test.each<[string, (pem: string) => string]>([
    ["Windows line ends", (pem) => pem.replaceAll("\n", "\r\n")],
    ["a text before and after it", (pem) => `Bag Attributes\n  friendlyName: app\n${pem}\nthe end\n`],
    ["no line at its end", (pem) => pem.trimEnd()],
  ])("is taken with %s, and given on as the certificate alone", (_name, change) => {
    const { certificates, problems } = read({ "app.pem": change(second.certificate) });
    expect(problems).toEqual([]);
    expect(certificates[0]?.content).toBe(bodyOf(second.certificate).join(""));
  });

  test("can overlap with its successor, in any order", () => {
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const files = Object.fromEntries(order.map(({ certificate }, index) => [`${index}.pem`, certificate]));
      const { certificates, problems } = read(files);
      expect(problems).toEqual([]);
      expect(certificates.map(({ content }) => content)).toEqual(
        order.map(({ certificate }) => bodyOf(certificate).join("")),
      );
      expect(new Set(certificates.map(({ thumbprint }) => thumbprint)).size).toBe(2);
    }
  });

  test("in two files is refused once", () => {
    const { problems } = read({
      "a.pem": first.certificate,
      "b.pem": `copy\n${first.certificate}`,
      "c.pem": second.certificate,
    });
    expect(problems).toEqual(["application.certificates: the same certificate is listed twice. Write it once."]);
  });

  test("needs no file where there is no own app", () => {
    expect(read({})).toEqual({ certificates: [], problems: [] });
  });
});

describe("a private key never passes", () => {
  const forms: [string, () => string][] = [
    ["alone", () => first.key],
    ["before the certificate", () => first.key + first.certificate],
    ["behind the certificate", () => first.certificate + first.key],
    ["of the older RSA form", () => first.certificate + first.key.replaceAll("PRIVATE", "RSA PRIVATE")],
    ["of an elliptic curve", () => first.key.replaceAll("PRIVATE", "EC PRIVATE") + first.certificate],
    ["encrypted", () => first.certificate + first.key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE")],
    ["with Windows line ends", () => (first.certificate + first.key).replaceAll("\n", "\r\n")],
    ["cut off", () => first.certificate + first.key.slice(0, 200)],
  ];

  test.each(forms)("%s: the file is refused, and the message shows nothing of it", (_name, makeText) => {
    const problem = problemOf(makeText());
    expect(problem).toBe(
      "application.certificates[0]: app.pem: holds a private key, which must never come here. Give the certificate alone (BEGIN CERTIFICATE).",
    );
    for (const line of bodyOf(first.key)) expect(problem).not.toContain(line);
  });

  test("in a PKCS#12 file: refused without showing it", () => {
    expect(problemOf(makePkcs12(first, "secret"))).toBe(
      "application.certificates[0]: app.pem: is a PKCS#12 file (.pfx, .p12), which holds a private key: that must never come here. Ask for the certificate alone (BEGIN CERTIFICATE).",
    );
  });

  test.each<[string, () => Buffer]>([
    ["in UTF-16 with a byte order mark", () => Buffer.from(`\uFEFF${first.certificate}${first.key}`, "utf16le")],
    ["in UTF-16 without one", () => Buffer.from(first.certificate + first.key, "utf16le")],
    ["in DER", () => Buffer.from(bodyOf(first.key).join(""), "base64")],
  ])("%s: refused as a private key", (_name, bytes) => {
    expect(problemOf(bytes())).toContain("holds a private key, which must never come here");
  });

  test("also where another file is right: nothing of the refused one is read", () => {
    const { certificates, problems } = read({ "a.pem": first.certificate + first.key, "b.pem": second.certificate });
    expect(problems).toEqual([expect.stringMatching(/^application\.certificates\[0\]: a\.pem: holds a private key/)]);
    expect(certificates.map(({ content }) => content)).toEqual([bodyOf(second.certificate).join("")]);
    expect(JSON.stringify(certificates)).not.toContain("PRIVATE");
  });
});

test("a certificate that has expired is read: no run is blocked by it, because a mailbox must come off at any time", () => {
  const { certificates, problems } = read({ "app.pem": expired.certificate });
  expect(problems).toEqual([]);
  expect(certificates[0]?.notAfter).toBe("2026-11-21T12:00:00Z");
});

describe("a list of which nobody can sign in", () => {
  const listOf = (...made: TestCertificate[]): Certificate[] =>
    read(Object.fromEntries(made.map(({ certificate }, index) => [`${index}.pem`, certificate]))).certificates;
  const refusal = [expect.stringContaining("application.certificates: none of them can sign in now")];
  const [before, later] = [Date.parse("2020-01-01T00:00:00Z"), now + 30 * day];

  test("is refused with the other settings, before anything is written", () => {
    expect(unusableList(listOf(first), "", later)).toEqual(refusal);
    expect(unusableList(listOf(first), "", before)).toEqual(refusal);
    expect(unusableList(listOf(first, second), "", later)).toEqual([]);
    expect(unusableList([], "", later)).toEqual([]);
  });

  test("is left to the proof where time has made it so", () => {
    const [one, other] = listOf(expired, first);
    const held = [other?.content, one?.content].join("\n");
    expect(unusableList(listOf(expired, first), held, later)).toEqual([]);
    expect(unusableList(listOf(expired), held, later)).toEqual(refusal);
  });
});

describe("a file that is no certificate", () => {
  test.each<[string, string]>([
    ["empty", ""],
    ["another text", "certificate of the app"],
    ["a page of a portal", "<html>-----BEGIN-----</html>"],
    ["an empty certificate", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"],
    ["a request for one", "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"],
    ["a public key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"],
  ])("is refused: %s", (_name, content) => {
    expect(problemOf(content)).toBe(
      "application.certificates[0]: app.pem: is no certificate in PEM form (BEGIN CERTIFICATE).",
    );
  });

  test("is refused where it was cut off", () => {
    expect(problemOf(first.certificate.slice(0, 300))).toContain("is no certificate in PEM form");
  });

  test("is refused where it holds several: nobody could tell which of them the app uses", () => {
    expect(problemOf(first.certificate + second.certificate)).toBe(
      "application.certificates[0]: app.pem: holds 2 certificates. Give each that the app uses in a file of its own.",
    );
  });

  test("is said of every file together, with the place in the list", () => {
    const { certificates, problems } = read({
      "a.pem": undefined,
      "b.pem": first.certificate,
      "c.pem": "x",
      "d.pem": first.key,
    });
    expect(problems).toEqual([
      "application.certificates[0]: a.pem: does not exist (looked in /stacks)",
      "application.certificates[2]: c.pem: is no certificate in PEM form (BEGIN CERTIFICATE).",
      expect.stringMatching(/^application\.certificates\[3\]: d\.pem: holds a private key/),
    ]);
    expect(certificates).toHaveLength(1);
  });
});

describe("a certificate in another form is refused with the command that converts it", () => {
  const der = (): Buffer => Buffer.from(bodyOf(first.certificate).join(""), "base64");
  const pkcs7 = (): Buffer => {
    const signed = forge.pkcs7.createSignedData();
    signed.addCertificate(first.certificate);
    return Buffer.from(forge.asn1.toDer(signed.toAsn1()).getBytes(), "latin1");
  };
  const wide = (text: string): Buffer => Buffer.from(text, "utf16le");

  test.each<[string, () => Buffer, string]>([
    ["DER", der, "is a certificate in DER form, not in PEM. Convert it: openssl x509 -inform der -in app.pem -out"],
    ["PKCS#7 in DER", pkcs7, "is a PKCS#7 file (.p7b, .p7c). Convert it: openssl pkcs7 -inform der -print_certs"],
    [
      "PKCS#7 in PEM",
      () => Buffer.from(`-----BEGIN PKCS7-----\n${pkcs7().toString("base64")}\n-----END PKCS7-----\n`),
      "is a PKCS#7 file (.p7b, .p7c). Convert it: openssl pkcs7 -print_certs -in app.pem",
    ],
    [
      "UTF-16",
      () => wide(first.certificate),
      "is in UTF-16, not in UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 app.pem",
    ],
    ["UTF-16 with a byte order mark", () => wide(`\uFEFF${first.certificate}`), "is in UTF-16"],
    ["UTF-16, big end first", () => wide(first.certificate).swap16(), "is in UTF-16"],
    ["the same with a byte order mark", () => wide(`\uFEFF${first.certificate}`).swap16(), "is in UTF-16"],
  ])("%s", (_name, bytes, message) => {
    expect(problemOf(bytes())).toContain(`application.certificates[0]: app.pem: ${message}`);
  });

  test("in which a path that a shell would take apart is not written", () => {
    expect(read({ "our app; x.cer": der() }).problems[0]).toContain("openssl x509 -inform der -in FILE -out FILE.pem");
  });

  test("into a file of its own for each of several, which is then to be named in the setting", () => {
    const { problems } = read({ "keys/a.cer": der(), "keys/a.der": der() });
    expect(problems).toEqual(
      ["keys/a.cer", "keys/a.der"].map((path, index) =>
        expect.stringMatching(
          new RegExp(
            `^application\\.certificates\\[${index}\\]: .* -in ${path} -out ${path}\\.pem\\. Then name ${path}\\.pem in application\\.certificates in its place\\.$`,
          ),
        ),
      ),
    );
  });

  test("and PEM with a byte order mark of UTF-8 is taken as it is", () => {
    expect(read({ "app.pem": `\uFEFF${first.certificate}` }).certificates).toHaveLength(1);
  });
});

describe("a certificate with which nobody can sign in to Entra is refused", () => {
  type KeyAlgorithm = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;

  /** A certificate of a key of that kind. */
  const made = async (algorithm: KeyAlgorithm): Promise<string> => {
    const { X509CertificateGenerator } = await loadX509();
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const signingAlgorithm = { hash: "SHA-256", ...algorithm };
    return (await X509CertificateGenerator.createSelfSigned({ name: "CN=app", keys, signingAlgorithm })).toString(
      "pem",
    );
  };
  const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]) };

  test.each<[string, KeyAlgorithm, string]>([
    ["an elliptic curve", { name: "ECDSA", namedCurve: "P-256" }, "a key of the kind elliptic curve"],
    ["another curve", { name: "ECDSA", namedCurve: "P-384" }, "a key of the kind elliptic curve"],
    ["a short RSA key", { ...rsa, modulusLength: 1024 }, "an RSA key of 1024 bits"],
  ])("%s", async (_name, algorithm, what) => {
    expect(problemOf(await made(algorithm))).toBe(
      `application.certificates[0]: app.pem: has ${what}, with which nobody can sign in to Entra. Ask the call centre for one with an RSA key of 2048 bits or more.`,
    );
  });

  test("and one with an RSA key of 2048 bits is taken", async () => {
    expect(read({ "app.pem": await made({ ...rsa, modulusLength: 2048 }) }).problems).toEqual([]);
  });
});
