/** The two texts of a hand-over in both languages: what is secret, and what is told to whom. */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatSeal } from "../../../commands/handover/digest.ts";
import type { Content, Facts } from "../../../commands/handover/facts.ts";
import { isLanguage, wordingOf } from "../../../commands/handover/language.ts";
import { checkout } from "../../../commands/setup/checkout.mjs";

const impersonation: Content["impersonation"] = {
  userName: "svcServiceAccount@contoso.onmicrosoft.example",
  password: "Een-geheim~wachtwoord.dat_32.lang",
};
const application: Content["application"] = {
  clientId: "66666666-7777-8888-9999-000000000000",
  thumbprints: ["0123456789ABCDEF0123456789ABCDEF01234567"],
};
const mailboxes: Content["mailboxes"] = [
  { primaryAddress: "ad.viseur@contoso.example", userName: "a.viseur@contoso.example" },
  { primaryAddress: "carla.dewit@contoso.example", userName: "carla.dewit@contoso.example" },
];
const base: Facts = {
  stack: "contoso",
  content: { tenantId: "11111111-2222-3333-4444-555555555555", impersonation: undefined, application, mailboxes },
  opens: { wholeOrganization: false, wholeMailbox: false, audiences: ["https://graph.microsoft.com/.default"] },
  certificateEnds: [Date.UTC(2028, 10, 20, 12)],
  provedAt: Date.UTC(2026, 10, 25, 12),
  madeAt: Date.UTC(2026, 10, 26, 12),
  contact: "Servicedesk, 030 123 45 67",
  file: "contoso-handover.age",
  fingerprint: "1a2b 3c4d 5e6f 7081 92a3 b4c5 d6e7 f809",
};
const asUser: Facts = {
  ...base,
  content: { ...base.content, impersonation, application: undefined },
  certificateEnds: [],
};
const both: Facts = { ...base, content: { ...base.content, impersonation } };
const wide: Facts = {
  ...both,
  opens: { wholeOrganization: true, wholeMailbox: true, audiences: ["https://outlook.office365.com/.default"] },
  contact: undefined,
};
const everything = [base, asUser, both, wide];
/** What both texts could tell, and the letter must not. */
const kept = [
  impersonation.password ?? "",
  impersonation.userName,
  application.clientId,
  base.content.tenantId,
  ...application.thumbprints,
  ...mailboxes.flatMap(({ primaryAddress, userName }) => [primaryAddress, userName]),
];

describe.each(["nl", "en"])("a hand-over in the language %s", (language) => {
  if (!isLanguage(language)) throw new Error(language);
  const { letter, plainText } = wordingOf(language);
  const textOf = (lines: readonly string[]): string => lines.join("\n");

  test("has a letter without anything that the file holds", () => {
    for (const facts of everything) {
      for (const secret of kept) expect(textOf(letter(facts))).not.toContain(secret);
    }
  });

  test("has a letter that any mail program leaves as it is", () => {
    for (const facts of everything) {
      for (const line of textOf(letter(facts)).split("\n")) expect(line.length).toBeLessThanOrEqual(78);
    }
  });

  test("tells in the letter what the call centre has to know of its access mode, and of no other", () => {
    expect(textOf(letter(base))).toContain("https://graph.microsoft.com/.default");
    expect(textOf(letter(base))).toMatch(/2028/);
    expect(textOf(letter(base))).not.toContain("MFA");
    expect(textOf(letter(asUser))).toContain("MFA");
    expect(textOf(letter(asUser))).not.toContain("client");
    expect(textOf(letter(wide))).toContain("https://outlook.office365.com/.default");
    expect(textOf(letter(wide))).toMatch(/A(LLE|LL) mailbox/);
  });

  test("names whom to call, the key's fingerprint, and how to open the file", () => {
    for (const part of [base.contact ?? "", base.fingerprint, `age --decrypt --identity`, base.file]) {
      expect(textOf(letter(base))).toContain(part);
    }
    expect(textOf(letter(wide))).not.toContain("undefined");
  });

  test("holds in the file what is entered in CallPro: each mailbox with its primary address and user name", () => {
    const text = textOf(plainText(both));
    for (const secret of kept) expect(text).toContain(secret);
    expect(text).toContain("ad.viseur@contoso.example\ta.viseur@contoso.example\n");
  });

  test("holds no password in the file where that is the customer's, and says so", () => {
    const existing = { ...asUser.content, impersonation: { ...impersonation, password: undefined } };
    const text = textOf(plainText({ ...asUser, content: existing }));
    expect(text).toMatch(/: +\((dat hebt u al|you have it already)/);
    expect(text).not.toContain("undefined");
  });
});

describe("the example of a letter", () => {
  test("is what the program writes", () => {
    const digest = "5c9f0e1d2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5";
    const lines = [...wordingOf("nl").letter(base), formatSeal({ stack: base.stack, digest }), ""];
    expect(readFileSync(join(checkout, "docs", "examples", "handover-letter.nl.txt"), "utf8")).toBe(lines.join("\n"));
  });
});
