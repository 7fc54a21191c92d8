/** What looks like an id, an address, a path or plain words is quoted in a message; anything else may be a secret. */
import { expect, test } from "@jest/globals";
import { mayBeSecret, named, quoted } from "../../network/quoted.ts";

test.each([
  ["a client secret of Entra's", "Xy18Q~ab_CDefGHijKLmnOPqrSTuvWXyz.012345"],
  ["a password", "Welkom2026!"],
  ["one of letters and digits", "hunter2"],
  ["a passphrase", "correct horse battery staple"],
  ["base64", "q7Tz0Lw4bQ1rV8mN/3sYxA9cKfE2hJ5uGdPo6WiZtRk="],
  ["hexadecimal digits", "0123456789abcdef0123456789abcdef"],
  ["a token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
  ["a private key", "-----BEGIN PRIVATE KEY----- x"],
  ["a key of age", "AGE-SECRET-KEY-QQQ"],
  ["a link with a signature", "https://x.blob.example/a?sig=abc"],
  ["several lines", "a\nb"],
])("%s is not quoted", (_what, text) => {
  expect(mayBeSecret(text)).toBe(true);
  expect(quoted(text)).toMatch(/^\(not shown, as it may be a secret/);
  expect(named(text)).not.toContain(text);
});

test.each([
  ["an id", "11111111-2222-3333-4444-555555555555"],
  ["an id with a slip", "{1111111-2222-3333-4444-55555555555}"],
  ["an address", "svc2.x+y@mail-01.contoso.example"],
  ["an address without its sign", "ad.viseur.contoso.example"],
  ["a wildcard", "*@contoso.example"],
  ["a host", "ex01.contoso.example:8443"],
  ["an https address", "http://ex01.example.com/PowerShell/"],
  ["a path", "lists/2026contoso.txt"],
  ["a path from the root", "/tmp/calendar-access-x1Y2z3/secret"],
  ["a path from the home", "~/own/passphrase"],
  ["a role", "Application Calendars.ReadWrit"],
  ["a name in another script", "Zoë Ångström 田中"],
  ["a word", "organisation"],
  ["a number", "2026"],
  ["nothing", ""],
])("%s is quoted", (_what, text) => {
  expect(quoted(text)).toBe(JSON.stringify(text));
  expect(named(text)).toBe(text);
});
