/** The digest of a hand-over: another one for everything that the call centre has to enter anew, and for nothing else. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { digestOf, formatSeal, readSeal } from "../../../commands/handover/digest.ts";
import type { Content, Facts } from "../../../commands/handover/facts.ts";

const key = "ab".repeat(32);
const content: Content = {
  tenantId: "11111111-2222-3333-4444-555555555555",
  impersonation: { userName: "svc@contoso.example", password: "geheim" },
  application: { clientId: "66666666-7777-8888-9999-000000000000", thumbprints: ["AA", "BB"] },
  mailboxes: [
    { primaryAddress: "ad@contoso.example", userName: "ad@contoso.example" },
    { primaryAddress: "eva@contoso.example", userName: "e.smit@contoso.example" },
  ],
};
const opens: Facts["opens"] = {
  wholeOrganization: false,
  wholeMailbox: false,
  audiences: ["https://graph.microsoft.com/.default"],
};
const digest = digestOf({ content, opens }, key);

describe("the digest of a hand-over", () => {
  test.each<[string, Partial<Content>]>([
    ["the password", { impersonation: { userName: "svc@contoso.example", password: "ander" } }],
    [
      "that the password is the customer's",
      { impersonation: { userName: "svc@contoso.example", password: undefined } },
    ],
    ["the user name", { impersonation: { userName: "other@contoso.example", password: "geheim" } }],
    ["an access mode", { application: undefined }],
    ["the certificates", { application: { clientId: "66666666-7777-8888-9999-000000000000", thumbprints: ["AA"] } }],
    ["the list", { mailboxes: content.mailboxes.slice(1) }],
    [
      "a name on the list",
      { mailboxes: content.mailboxes.map((each) => ({ ...each, userName: "x@contoso.example" })) },
    ],
    ["the tenant", { tenantId: "21111111-2222-3333-4444-555555555555" }],
  ])("tells %s", (_what, change) => {
    expect(digestOf({ content: { ...content, ...change }, opens }, key)).not.toBe(digest);
  });

  test.each<[string, Partial<Facts["opens"]>]>([
    ["that every mailbox is open", { wholeOrganization: true }],
    ["that mail is open, too", { wholeMailbox: true }],
    ["what tokens are asked for", { audiences: ["https://outlook.office365.com/.default (EWS)"] }],
  ])("tells %s", (_what, change) => {
    expect(digestOf({ content, opens: { ...opens, ...change } }, key)).not.toBe(digest);
  });

  test("is the same in any order, and in any case of the letters of an address", () => {
    const same = {
      ...content,
      application: { clientId: "66666666-7777-8888-9999-000000000000", thumbprints: ["BB", "AA"] },
      mailboxes: content.mailboxes
        .toReversed()
        .map((each) => ({ ...each, primaryAddress: each.primaryAddress.toUpperCase() })),
    };
    expect(digestOf({ content: same, opens }, key)).toBe(digest);
  });

  test("cannot be made without the stack's key", () => {
    expect(digestOf({ content, opens }, "cd".repeat(32))).not.toBe(digest);
  });
});

describe("the line that carries it", () => {
  test("is found again, however a mail program quoted and broke the letter", () => {
    const lines = fc.array(fc.string().filter((line) => !line.includes("hand-over ")));
    fc.assert(
      fc.property(
        lines,
        fc.constantFrom("", "> ", ">> ", "  "),
        fc.constantFrom("\n", "\r\n"),
        (before, quote, end) => {
          const letter = [...before, formatSeal({ stack: "contoso", digest }), ""]
            .map((line) => quote + line)
            .join(end);
          expect(readSeal(letter)).toEqual({ stack: "contoso", digest });
        },
      ),
    );
  });

  test("is not guessed where it is cut short, or where two letters lie in one file", () => {
    expect(readSeal(`hand-over contoso ${digest.slice(1)}\n`)).toBeUndefined();
    const [one, other] = [digest, digest.replace(/^./, (first) => (first === "0" ? "1" : "0"))].map((each) =>
      formatSeal({ stack: "contoso", digest: each }),
    );
    expect(readSeal(`${one}\n${other}\n`)).toBeUndefined();
  });
});
