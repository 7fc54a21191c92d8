import { expect, test } from "@jest/globals";
import { openExchange } from "../../connection/channel.ts";
import type { ExchangeOptions } from "../../connection/channel.ts";
import type { ConnectOptions } from "../../exchange/powershell/connection.ts";
import { fakeWaits } from "../network/fakeWaits.ts";

function open(exchange: string | undefined, options: Partial<ExchangeOptions> = {}) {
  return openExchange((key) => (key === "exchange" ? exchange : undefined), {
    tenantId: "11111111-2222-3333-4444-555555555555",
    endpoint: "https://outlook.office365.com",
    token: () => Promise.reject(new Error("nobody signs in here")),
    anchorDomain: () => Promise.resolve("contoso.onmicrosoft.com"),
    serverTime: () => 5,
    isUsed: false,
    waits: fakeWaits(),
    ...options,
  });
}

/** What PowerShell would have been connected with. */
async function connectOptions(exchange: string, endpoint: string): Promise<ConnectOptions> {
  let seen: ConnectOptions | undefined;
  const connect: ExchangeOptions["connect"] = (options) => {
    seen = options;
    return Promise.reject(new Error("not today"));
  };
  const session = await open(exchange, { endpoint, connect });
  expect(session.serverTime).toBe(5);
  await expect(session.read("Get-RoleGroup")).rejects.toThrow("not today");
  if (seen === undefined) throw new Error("It was not connected.");
  return seen;
}

test("a stack speaks to Exchange over REST unless it asks for something else", async () => {
  for (const setting of [undefined, "{}", '{"channel":"rest"}']) {
    await expect((await open(setting)).read("Get-RoleGroup")).rejects.toThrow(/^Get-RoleGroup: nobody signs in here$/);
  }
});

test.each([
  ["https://outlook.office365.com", undefined],
  ["https://outlook.office365.us", "O365USGovGCCHigh"],
  ["https://outlook-dod.office365.us", "O365USGovDoD"],
  ["https://outlook.office365.cn", "O365China"],
])("PowerShell is told the cloud by its own name for it: %s", async (endpoint, environment) => {
  const options = await connectOptions('{"channel":"powershell","runspace":"host"}', endpoint);
  expect(options).toMatchObject({ tenantId: "11111111-2222-3333-4444-555555555555", shell: { inHost: true } });
  expect(options.environment).toBe(environment);
  expect(await options.organization()).toBe("contoso.onmicrosoft.com");
});

test.each([
  ['{"channel":"pwsh"}', 'exchange.channel must be "rest" or "powershell"'],
  ['{"channel":"powershell","runspace":"mine"}', 'exchange.runspace must be "own" or "host"'],
  ["powershell", "exchange must be an object"],
])("a setting that is none is refused: %s", async (setting, message) => {
  await expect(open(setting)).rejects.toThrow(message);
});
