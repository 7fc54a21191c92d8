/** A certificate of the settings: the public part is taken, a private key never passes. */
import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { readCertificates } from "../../stacks/certificate.ts";
import { makeCertificate, makePkcs12, type TestCertificate } from "../directory/certificates.ts";

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
function read(files: Readonly<Record<string, string | undefined>>): ReturnType<typeof readCertificates> {
  return readCertificates(Object.keys(files), (path) => {
    const content = files[path];
    if (content === undefined) throw new Error("does not exist (looked in /stacks)");
    return content;
  });
}

/** The problem of a file with that content. */
function problemOf(content: string): string {
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
    expect(certificate?.pem).toBe(first.certificate);
  });

  test("ends at a time without milliseconds, as Entra returns it: with them every preview would show a change", () => {
    const [certificate] = read({ "app.pem": second.certificate }).certificates;
    expect(certificate?.notAfter).toBe("2027-11-23T12:00:00Z");
  });

  test.each<[string, (pem: string) => string]>([
    ["Windows line ends", (pem) => pem.replaceAll("\n", "\r\n")],
    ["a text before and after it", (pem) => `Bag Attributes\n  friendlyName: app\n${pem}\nthe end\n`],
    ["no line at its end", (pem) => pem.trimEnd()],
  ])("is taken with %s, and given on as the certificate alone", (_name, change) => {
    const { certificates, problems } = read({ "app.pem": change(second.certificate) });
    expect(problems).toEqual([]);
    expect(certificates[0]?.pem).toBe(second.certificate);
  });

  test("can overlap with its successor, in any order", () => {
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const files = Object.fromEntries(order.map(({ certificate }, index) => [`${index}.pem`, certificate]));
      const { certificates, problems } = read(files);
      expect(problems).toEqual([]);
      expect(certificates.map(({ pem }) => pem)).toEqual(order.map(({ certificate }) => certificate));
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

  test("in a PKCS#12 file or in UTF-16: refused as no certificate, without showing it", () => {
    for (const content of [
      makePkcs12(first, "secret").toString("utf8"),
      Buffer.from(first.certificate + first.key, "utf16le").toString("utf8"),
      Buffer.from(bodyOf(first.key).join(""), "base64").toString("utf8"),
    ]) {
      expect(problemOf(content)).toBe(
        "application.certificates[0]: app.pem: is no certificate in PEM form (BEGIN CERTIFICATE).",
      );
    }
  });

  test("also where another file is right: nothing of the refused one is read", () => {
    const { certificates, problems } = read({ "a.pem": first.certificate + first.key, "b.pem": second.certificate });
    expect(problems).toEqual([expect.stringMatching(/^application\.certificates\[0\]: a\.pem: holds a private key/)]);
    expect(certificates.map(({ pem }) => pem)).toEqual([second.certificate]);
    expect(JSON.stringify(certificates)).not.toContain("PRIVATE");
  });
});

test("a certificate that has expired is read: no run is blocked by it, because a mailbox must come off at any time", () => {
  const { certificates, problems } = read({ "app.pem": expired.certificate });
  expect(problems).toEqual([]);
  expect(certificates[0]?.notAfter).toBe("2026-11-21T12:00:00Z");
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
