/** The identity's certificate: whatever form azuread takes, @azure/identity gets PEM. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCertificate } from "../../identity/certificate.ts";
import { makeCertificate, makePkcs12 } from "./certificates.ts";

const own = makeCertificate("own");
const other = makeCertificate("other");
const password = "Pa55 w'\"$rd";
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "certificate-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

function expectOwn(pem: string): void {
  expect(pem).toMatch(
    /^-----BEGIN PRIVATE KEY-----\n[\s\S]+-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n$/,
  );
  expect(new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERT"))).subject).toBe("CN=own");
  expect(createPrivateKey(pem).equals(createPrivateKey(own.key))).toBe(true);
}

const content = (bytes: Buffer, secret?: string) =>
  readCertificate({ kind: "certificateContent", base64: bytes.toString("base64"), password: secret });

describe("a PKCS#12 certificate", () => {
  test.each(["aes256", "3des"] as const)("with %s is opened by its password", async (algorithm) => {
    const bytes = makePkcs12(own, password, algorithm, [other.certificate]);
    expectOwn(await content(bytes, password));
    expectOwn(await readCertificate({ kind: "certificate", path: file("own.pfx", bytes), password }));
  });

  test("without password is opened without one", async () => {
    expectOwn(await content(makePkcs12(own, "")));
  });

  test("may be wrapped over several lines, as base64 prints it", async () => {
    const base64 = makePkcs12(own, password).toString("base64").replace(/.{76}/g, "$&\n");
    expectOwn(await readCertificate({ kind: "certificateContent", base64, password }));
  });

  test.each([undefined, "wrong"])("is not opened by the password %j, which no message quotes", async (wrong) => {
    const failure = content(makePkcs12(own, password), wrong);
    await expect(failure).rejects.toThrow("PKCS#12 (the password is wrong)");
    await expect(failure).rejects.not.toThrow(/wrong"|Pa55/);
  });

  test("whose password has letters that cannot be used says so", async () => {
    await expect(content(makePkcs12(own, password), "Pa55 wörd")).rejects.toThrow("beyond ASCII cannot be used");
  });

  test("that is damaged is said to be", async () => {
    await expect(content(Buffer.from("rubbish"))).rejects.toThrow("PKCS#12 (damaged)");
    await expect(readCertificate({ kind: "certificateContent", base64: "€", password })).rejects.toThrow("not base64");
  });

  test("without a certificate of its key is refused", async () => {
    const mixed = makePkcs12({ key: own.key, certificate: other.certificate }, password);
    await expect(content(mixed, password)).rejects.toThrow("none of the certificates in the file belongs");
  });

  const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
  (hasOpenssl ? test : test.skip)("as openssl makes it is opened", async () => {
    const [key, certificate, path] = [
      file("own.key", own.key),
      file("own.crt", own.certificate),
      join(directory, "o.pfx"),
    ];
    const args = ["pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", path, "-passout", `pass:${password}`];
    execFileSync("openssl", args);
    expectOwn(await readCertificate({ kind: "certificate", path, password }));
  });
});

describe("a PEM certificate", () => {
  test("is taken as it is", async () => {
    const pem = `Bag Attributes\n${other.certificate}${own.certificate}${own.key}`;
    expectOwn(await readCertificate({ kind: "certificate", path: file("own.pem", pem), password: undefined }));
    expectOwn(await readCertificate({ kind: "certificateContent", base64: pem, password: undefined }));
    expectOwn(await content(Buffer.from(pem)));
  });

  test("with an encrypted key is opened by its password only", async () => {
    const key = createPrivateKey(own.key).export({
      format: "pem",
      type: "pkcs8",
      cipher: "aes-256-cbc",
      passphrase: password,
    });
    const path = file("encrypted.pem", `${key.toString()}${own.certificate}`);
    expectOwn(await readCertificate({ kind: "certificate", path, password }));
    const failure = readCertificate({ kind: "certificate", path, password: undefined });
    await expect(failure).rejects.toThrow("the password is missing or wrong");
  });

  test("without key, or without certificate, is refused", async () => {
    const read = (pem: string) =>
      readCertificate({ kind: "certificate", path: file("part.pem", pem), password: undefined });
    await expect(read(own.certificate)).rejects.toThrow("holds no private key");
    await expect(read(own.key)).rejects.toThrow("none of the certificates in the file belongs");
  });

  test("that cannot be read is named", async () => {
    const failure = readCertificate({ kind: "certificate", path: "/nowhere/x.pem", password });
    await expect(failure).rejects.toThrow("the certificate file /nowhere/x.pem cannot be read (ENOENT)");
  });

  test("is not named where its path is a secret that somebody pasted there", async () => {
    const failure = readCertificate({ kind: "certificate", path: "Xy18Q~ab_CDefGH", password });
    await expect(failure).rejects.toThrow(/^the certificate file \(not shown, .*\) cannot be read \(ENOENT\)$/);
  });
});
