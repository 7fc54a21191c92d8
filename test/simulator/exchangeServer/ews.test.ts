/** EWS of the embedded Exchange Server: who gets in, and as whom. */
import { Agent, get, request } from "node:https";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { NtlmClient } from "axios-ntlm";
import { enableAccount } from "../../../simulator/exchangeServer/activeDirectory.ts";
import { ad, eva, dirk } from "../../support/people.ts";
import { startOrganization, type ServerOrganization } from "./organization.ts";

const timeLimit = 30_000;
const account = { userName: "svcCallPro@buitendienst.example", password: "Abcdefg1!" };

let organization: ServerOrganization;
beforeAll(async () => {
  organization = await startOrganization();
}, timeLimit);
afterAll(() => organization.running.close());
beforeEach(async () => {
  organization.running.reset({ settings: { authorizationCache: 0 } });
  const { run } = organization.session();
  await run("New-Mailbox", { Name: "svcCallPro", UserPrincipalName: account.userName, Password: account.password });
  await run("New-RoleGroup", { Name: "Access", Members: ["svcCallPro"] });
  await run("New-DistributionGroup", { Name: "Calendars", Type: "Security", Members: [ad, eva] });
  const filter = "MemberOfGroup -eq 'CN=Calendars,CN=Users,DC=ad,DC=buitendienst,DC=example'";
  await run("New-ManagementScope", { Name: "Scope", RecipientRestrictionFilter: filter });
  const scoped = { SecurityGroup: "Access", Role: "ApplicationImpersonation", CustomRecipientWriteScope: "Scope" };
  await run("New-ManagementRoleAssignment", scoped);
});

function envelope(mailbox: string): string {
  return (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" ' +
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>' +
    '<t:RequestServerVersion Version="Exchange2016"/><t:ExchangeImpersonation><t:ConnectingSID>' +
    `<t:PrimarySmtpAddress>${mailbox}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation></s:Header>` +
    "<s:Body><m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>" +
    '<t:DistinguishedFolderId Id="calendar"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>'
  );
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly challenge: string;
}

/** Asks for a calendar with Windows authentication, by a client of its own. */
async function askByNtlm(
  mailbox: string,
  who: { username: string; password: string; domain: string },
): Promise<Answered> {
  const httpsAgent = new Agent({ keepAlive: true, maxSockets: 1, ca: organization.running.caCertificate });
  const client = NtlmClient(who, { httpsAgent, proxy: false, responseType: "text" });
  const headers = { "content-type": "text/xml" };
  const address = `${organization.running.origin}/EWS/Exchange.asmx`;
  type Response = { status: number; data: string; headers: Record<string, string> };
  const {
    status,
    data,
    headers: told,
  } = await client
    .post<string>(address, envelope(mailbox), { headers })
    .catch((error: unknown) => (error as { response: Response }).response);
  httpsAgent.destroy();
  return { status, text: data, challenge: String(told["www-authenticate"] ?? "") };
}

async function askByBasic(mailbox: string, password: string): Promise<Answered> {
  const authorization = `Basic ${Buffer.from(`${account.userName}:${password}`).toString("base64")}`;
  return new Promise((resolve, reject) => {
    const options = { method: "POST", ca: organization.running.caCertificate, agent: false as const };
    const headers = { authorization, "content-type": "text/xml" };
    const sent = request(`${organization.running.origin}/EWS/Exchange.asmx`, { ...options, headers }, (response) => {
      let text = "";
      response.on("data", (part) => (text += String(part)));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text, challenge: response.headers["www-authenticate"] ?? "" });
      });
    });
    sent.on("error", reject);
    sent.end(envelope(mailbox));
  });
}

const byName = { username: "svcCallPro", password: account.password, domain: "BUITENDIENST" };

describe("EWS of the embedded Exchange Server", () => {
  test("lets NTLM in, and impersonate inside the scope alone", async () => {
    expect(await askByNtlm(ad, byName)).toMatchObject({ status: 200, text: expect.stringMatching(/NoError/) });
    expect(await askByNtlm(dirk, byName)).toMatchObject({
      status: 500,
      text: expect.stringMatching(/ErrorImpersonateUserDenied/),
    });
  });

  test("knows an account by its UPN, too", async () => {
    const byPrincipalName = { username: account.userName, password: account.password, domain: "" };
    expect(await askByNtlm(eva, byPrincipalName)).toMatchObject({ status: 200 });
  });

  test("refuses a wrong password, a foreign domain and a disabled account", async () => {
    expect(await askByNtlm(ad, { ...byName, password: "wrong" })).toMatchObject({ status: 401 });
    expect(await askByNtlm(ad, { ...byName, domain: "ELSEWHERE" })).toMatchObject({ status: 401 });
    await organization.session("administrator").run("Set-Mailbox", { Identity: "svcCallPro", AccountDisabled: true });
    expect(await askByNtlm(ad, byName)).toMatchObject({ status: 200 });
    enableAccount(organization.running.simulator, account.userName, false);
    expect(await askByNtlm(ad, byName)).toMatchObject({ status: 401 });
  });

  test("takes Basic only where it is switched on", async () => {
    expect(await askByBasic(ad, account.password)).toMatchObject({ status: 401, challenge: "NTLM" });
    organization.running.simulator.switches.ewsBasic = true;
    expect(await askByBasic(ad, account.password)).toMatchObject({ status: 200 });
    expect(await askByBasic(ad, "wrong")).toMatchObject({ status: 401, challenge: expect.stringMatching(/Basic/) });
    const [directory] = await organization.session().run("Get-WebServicesVirtualDirectory");
    expect(directory).toMatchObject({ BasicAuthentication: true, WindowsAuthentication: true });
  });

  test("shuts out an account whose policy blocks what is not modern", async () => {
    const { run } = organization.session();
    const [policy] = await run("Get-AuthenticationPolicy");
    expect(policy).toMatchObject({ BlockLegacyAuthWebServices: true });
    await run("Set-User", { Identity: "svcCallPro", AuthenticationPolicy: policy?.["Name"] });
    expect(await askByNtlm(ad, byName)).toMatchObject({ status: 401 });
  });

  test("has nothing of Entra beside it", async () => {
    const paths = ["/v1.0/users", "/metadata/endpoints", "/adminapi/beta/x/InvokeCommand"];
    for (const path of paths) {
      const url = new URL(path, organization.running.origin);
      expect(await statusOf(url)).toBe(501);
    }
  });

  async function statusOf(url: URL): Promise<number> {
    return new Promise((resolve, reject) => {
      get(url, { ca: organization.running.caCertificate, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on("error", reject);
    });
  }
});
