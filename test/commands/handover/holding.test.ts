/** What a stack's state holds for the call centre, and when it is not handed over. */
import { describe, expect, test } from "@jest/globals";
import { holdingOf } from "../../../commands/handover/holding.ts";
import { claimsIn, type ExportedResource } from "../../../commands/verify/stack.ts";

const tenantId = "11111111-2222-3333-4444-555555555555";
const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});
const resource = (type: string, outputs: Record<string, unknown>): ExportedResource => ({
  type: type === "User" ? "azuread:index/user:User" : `pulumi-nodejs:dynamic/calendarAccess:${type}`,
  modified: "2026-11-25T12:00:00Z",
  outputs,
});
const members = "ad@contoso.example 0a\neva@contoso.example 0b\n";
const check = { tenantId, reach: "group", members, user: "svc@contoso.example 0c\n", verdict: "passed", wayIn: "open" };
const appCheck = {
  ...{ tenantId, reach: "group", members, appId: "66", verdict: "passed", wayIn: "open" },
  roles: "Application Calendars.ReadWrite\nApplication EWS.AccessAsApp",
  certificates: "AA 2028-11-20T00:00:00Z 2026-11-20T00:00:00Z",
};
const held = [
  resource("User", { password: secret("one") }),
  resource("ServiceUserPassword", { password: secret("one") }),
  resource("HandoverKey", { key: secret("ab") }),
  resource("ImpersonationCheck", check),
];
const holding = (...resources: readonly ExportedResource[]) =>
  holdingOf(claimsIn({ stack: "contoso" }, resources), resources);
/** The state with some outputs of one resource changed. */
const but = (type: string, change: Record<string, unknown>): ExportedResource[] =>
  held.map((each) => (each.type.endsWith(`:${type}`) ? { ...each, outputs: { ...each.outputs, ...change } } : each));

describe("what a stack holds for the call centre", () => {
  test("is the user with the password that Entra has, and the list", () => {
    expect(holding(...held)).toMatchObject({
      content: {
        tenantId,
        impersonation: { userName: "svc@contoso.example", password: "one" },
        application: undefined,
      },
      members: [{ address: "ad@contoso.example" }, { address: "eva@contoso.example" }],
      key: "ab",
      provedAt: Date.UTC(2026, 10, 25, 12),
      refusals: [],
    });
  });

  test("is the account that the stack made on Exchange Server, with the password that it has", () => {
    const account = resource("ServiceAccount", { password: secret("one") });
    const onServer = (...others: readonly ExportedResource[]) => holding(account, ...others);
    const [, ...rest] = held;
    expect(onServer(...rest)).toMatchObject({ content: { impersonation: { password: "one" } }, refusals: [] });
    const [, ...behind] = but("ServiceUserPassword", { password: secret("two") });
    expect(onServer(...behind).refusals).toEqual([expect.stringContaining("the user does not have it yet")]);
  });

  test("is the app with its certificates, what it opens and what it signs in to", () => {
    expect(holding(resource("ApplicationCheck", appCheck))).toMatchObject({
      content: { impersonation: undefined, application: { clientId: "66", thumbprints: ["AA"] } },
      opens: {
        wholeMailbox: true,
        audiences: ["https://graph.microsoft.com/.default", "https://outlook.office365.com/.default (EWS)"],
      },
      certificateEnds: [Date.UTC(2028, 10, 20)],
      refusals: [],
    });
  });

  test("is no password where the user was there before, and no key where an older version made the stack", () => {
    const { content, key } = holding(resource("ImpersonationCheck", check));
    expect(content.impersonation).toEqual({ userName: "svc@contoso.example", password: undefined });
    expect(key).toBeUndefined();
  });

  test("takes no resource that is about to go", () => {
    const going = { ...resource("ServiceUserPassword", { password: secret("old") }), delete: true };
    expect(holding(going, ...held).refusals).toEqual([]);
  });

  test.each<[string, ExportedResource[], string]>([
    [
      "failed",
      but("ImpersonationCheck", { verdict: "inside the scope but not listed: x" }),
      "not pass: inside the scope",
    ],
    [
      "finds the way in shut",
      but("ImpersonationCheck", { wayIn: "shut: EWS is off" }),
      "the way in is shut: EWS is off",
    ],
    [
      "is of another password",
      but("ServiceUserPassword", { password: secret("two") }),
      "the user does not have it yet",
    ],
    [
      "misses one mode",
      [...held, resource("ExchangeServicePrincipal", {})],
      "application: the stack holds objects of it",
    ],
  ])("is not handed over where the last proof %s", (_what, resources, reason) => {
    expect(holding(...resources).refusals).toEqual([expect.stringContaining(reason)]);
  });
});
