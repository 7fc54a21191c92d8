/** Whose an app's keys are: told by the certificate, and by what the stack wrote beside it. */
import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { GraphObject } from "../../../directory/graph.ts";
import { describeKey, keysIn, sortKeys, type SortedKeys } from "../../../resources/lifecycle/applicationKeys.ts";
import { makeCertificate } from "../../identity/certificates.ts";
import { mark } from "../../support/access.ts";

const listed = new X509Certificate(makeCertificate("listed").certificate);
const other = new X509Certificate(makeCertificate("other").certificate);
const thumbprintOf = ({ fingerprint }: X509Certificate): string => fingerprint.replaceAll(":", "");
const base64 = ({ raw }: X509Certificate): string => raw.toString("base64");

let number = 0;
const entry = (certificate: X509Certificate, displayName: string | null, change: GraphObject = {}): GraphObject => ({
  keyId: `00000000-0000-4000-8000-${String(++number).padStart(12, "0")}`,
  type: "AsymmetricX509Cert",
  key: base64(certificate),
  displayName,
  endDateTime: "2027-01-01T00:00:00Z",
  ...change,
});

const sort = (...entries: GraphObject[]): SortedKeys => sortKeys(keysIn(entries), mark, [thumbprintOf(listed)]);
const sizes = ({ kept, surplus, copies, foreign }: SortedKeys): number[] =>
  [kept, surplus, copies, foreign].map((each) => each.length);

describe("a key of the app", () => {
  test("with our name and a listed certificate is ours once; its double and one off the list are to go", () => {
    expect(sizes(sort(entry(listed, mark), entry(listed, mark), entry(other, mark)))).toEqual([1, 2, 0, 0]);
  });

  test("without our name is somebody else's; of a listed certificate it opens nothing more", () => {
    expect(sizes(sort(entry(listed, "CN=listed"), entry(other, null)))).toEqual([0, 0, 1, 1]);
  });

  test("is known by its certificate, not by the thumbprint that somebody wrote beside another", () => {
    const forged = { customKeyIdentifier: thumbprintOf(listed) };
    expect(sizes(sort(entry(other, mark, forged), entry(other, "app", forged)))).toEqual([0, 1, 0, 1]);
  });

  test("is the same certificate in DER and in PEM, in any base64", () => {
    const pem = Buffer.from(listed.toString()).toString("base64");
    const url = base64(listed).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    for (const key of [pem, url]) expect(sizes(sort(entry(listed, mark, { key })))).toEqual([1, 0, 0, 0]);
  });

  test("that is no certificate is somebody else's, whatever it claims", () => {
    const symmetric = { type: "Symmetric", key: "AAECAw==", customKeyIdentifier: thumbprintOf(listed) };
    expect(sizes(sort(entry(listed, "secret", symmetric)))).toEqual([0, 0, 0, 1]);
  });

  test("that Graph does not show counts by what is written beside it, and is told apart", () => {
    const hex = { key: null, customKeyIdentifier: thumbprintOf(listed).toLowerCase() };
    const bytes = { key: null, customKeyIdentifier: Buffer.from(thumbprintOf(listed), "hex").toString("base64") };
    const { kept, copies, foreign } = sort(
      entry(listed, mark, hex),
      entry(listed, "x", bytes),
      entry(listed, "y", { key: null }),
    );
    expect([kept, copies, foreign].map((each) => each.map(({ isShown }) => isShown))).toEqual([
      [false],
      [false],
      [false],
    ]);
  });

  test("is named by certificate, name and end", () => {
    const [key] = keysIn([entry(other, "CN=other", { keyId: "ABCD" })]);
    expect(key === undefined ? "" : describeKey(key)).toBe(
      `key abcd (certificate ${thumbprintOf(other)}, "CN=other", until 2027-01-01)`,
    );
  });
});
