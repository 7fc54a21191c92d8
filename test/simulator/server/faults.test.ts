/** Fault plans: which call they hit, and what the client sees. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../simulator/server/faults.ts";
import { startTenant, valueOf } from "../tenant.ts";
import type { Answer, TestTenant } from "../tenant.ts";

let tenant: TestTenant;
let authorization: string;

beforeAll(async () => {
  tenant = await startTenant();
  authorization = `Bearer ${await tenant.signIn()}`;
});

beforeEach(() => {
  tenant.reset();
});

afterAll(async () => {
  await tenant.close();
});

const plan = (...faults: Fault[]): Promise<Answer> => tenant.send("POST", "/simulator/faults", faults);
const fired = (): number[] => tenant.faults.describe().faults.map((fault) => fault.fired);
const read = (path = "/users?$top=5"): Promise<Answer> => tenant.graph("GET", path);

function invoke(cmdlet: string, parameters: object = {}): Promise<Answer> {
  const path = `/adminapi/beta/${tenant.credentials.tenantId}/InvokeCommand`;
  return tenant.send("POST", path, { CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }, { authorization });
}

const SERVICE_USER = {
  accountEnabled: true,
  displayName: "svcServiceAccount",
  mailNickname: "svcServiceAccount",
  userPrincipalName: "svcServiceAccount@buitendienst.onmicrosoft.com",
  passwordProfile: { password: "Geheim-12345" },
};

function serviceUserExists(): boolean {
  return tenant.simulator.tenant.users.some(({ displayName }) => displayName === SERVICE_USER.displayName);
}

describe("a plan hits", () => {
  test("only the channel and operation that it names, once unless it says more", async () => {
    await plan({ match: { channel: "graph", operation: "GET /users" }, effect: "error503" });
    expect((await read("/organization")).status).toBe(200);
    expect((await invoke("Get-OrganizationConfig")).status).toBe(200);
    expect((await read()).status).toBe(503);
    expect((await read()).status).toBe(200);
    expect(fired()).toEqual([1]);
  });

  test("a route as it is written, whatever object it names", async () => {
    await plan({ match: { operation: "GET /users/:id" }, effect: "error500" });
    expect((await read("/users/ad.viseur@buitendienst.example")).status).toBe(500);
  });

  test("a cmdlet by its name, from the n-th call on", async () => {
    await plan({ match: { operation: "get-organizationconfig", nth: 2 }, times: 2, effect: "error500" });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await invoke("Get-OrganizationConfig")).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  test("the token endpoint", async () => {
    await plan({ match: { channel: "token" }, effect: "error503" });
    const form = { grant_type: "client_credentials", client_id: "x", client_secret: "y", scope: "z" };
    expect((await tenant.askToken(form)).status).toBe(503);
  });

  test("each call in turn, items of batches too", async () => {
    const run = async (): Promise<number[]> => {
      const first = await read("/organization");
      const items = ["1", "2"].map((id) => ({ id, method: "GET", url: "/organization" }));
      const batch = await tenant.graph("POST", "/$batch", { requests: items });
      const inner = (batch.json["responses"] as { status: number }[] | undefined) ?? [];
      return [first.status, batch.status, ...inner.map(({ status }) => status)];
    };
    const seen: number[][] = [];
    for (let between = 1; between <= 5; between += 1) {
      await plan({ between, effect: "error500" });
      seen.push(await run());
    }
    expect(seen).toEqual([
      [500, 200, 200, 200],
      [200, 500],
      [200, 200, 500, 200],
      [200, 200, 200, 500],
      [200, 200, 200, 200],
    ]);
    expect(tenant.faults.describe()).toMatchObject({ calls: 4, faults: [{ fired: 0 }] });
  });

  test("nothing where it is wrong: every mistake is told", async () => {
    await plan({ match: { channel: "graph" }, effect: "error500" });
    const wrong = [{ effect: "explode" }, { effect: "slow", ms: "x", wat: 1, match: { nth: 0, channel: "fax" } }];
    const answer = await tenant.send("POST", "/simulator/faults", wrong);
    expect(answer.status).toBe(400);
    for (const part of ["[0] effect", "[1] ms", "wat is unknown", "nth", "channel"])
      expect(answer.json["error"]).toContain(part);
    expect((await read()).status).toBe(500);
  });
});

describe("the client sees", () => {
  test("throttling with the time to wait", async () => {
    await plan({ effect: "throttle", retryAfter: 7 });
    const answer = await read();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  test("a lost answer: the write has landed", async () => {
    await plan({ match: { operation: "POST /users" }, effect: "lostAnswer" });
    await expect(tenant.graph("POST", "/users", SERVICE_USER)).rejects.toThrow();
    expect(serviceUserExists()).toBe(true);
    expect(tenant.journal.entries.map(({ operation, status }) => [operation, status])).toContainEqual([
      "POST /users",
      201,
    ]);
    expect(tenant.requests.describe().requests.at(-1)?.status).toBeNull();
  });

  test("a dropped connection: nothing has landed", async () => {
    await plan({ match: { operation: "POST /users" }, effect: "dropped" });
    await expect(tenant.graph("POST", "/users", SERVICE_USER)).rejects.toThrow();
    expect(serviceUserExists()).toBe(false);
    expect((await tenant.graph("POST", "/users", SERVICE_USER)).status).toBe(201);
  });

  test("in a batch, a lost answer as a gateway timeout of that item alone", async () => {
    await plan({ match: { operation: "POST /users" }, effect: "lostAnswer" });
    const batch = await tenant.graph("POST", "/$batch", {
      requests: [
        { id: "1", method: "POST", url: "/users", body: SERVICE_USER, headers: { "Content-Type": "application/json" } },
        { id: "2", method: "GET", url: "/organization" },
      ],
    });
    const responses = batch.json["responses"] as { status: number }[];
    expect(responses.map(({ status }) => status)).toEqual([504, 200]);
    expect(serviceUserExists()).toBe(true);
  });

  test("a refusal without a readable body", async () => {
    await plan({ match: { channel: "exchange" }, effect: "forbidden" });
    const answer = await invoke("Get-OrganizationConfig");
    expect(answer.status).toBe(403);
    expect(answer.text).toMatch(/^\0{1000,}$/);
  });

  test("too many calls at once, told in plain text", async () => {
    await plan({ match: { channel: "exchange" }, effect: "concurrency" });
    const answer = await invoke("Get-OrganizationConfig");
    expect(answer.status).not.toBe(429);
    expect(answer.text).toMatch(/^You have reached the maximum number of concurrent requests per tenant/);
  });

  test("half a page whose continuation fails", async () => {
    await plan({ match: { operation: "GET /users" }, effect: "truncatedPage" });
    const page = await read("/users?$top=999");
    const next = String(page.json["@odata.nextLink"]);
    expect((await tenant.graph("GET", next)).status).toBe(400);
    expect(valueOf(page).length).toBeLessThan(valueOf(await read("/users?$top=999")).length);

    await plan({ match: { operation: "Get-Mailbox" }, effect: "truncatedPage" });
    const mailboxes = await invoke("Get-Mailbox", { ResultSize: "Unlimited" });
    const body = { CmdletInput: { CmdletName: "Get-Mailbox", Parameters: { ResultSize: "Unlimited" } } };
    const rest = await tenant.send("POST", String(mailboxes.json["@odata.nextLink"]), body, { authorization });
    expect([mailboxes.status, rest.status]).toEqual([200, 400]);
  });

  test("a slow answer", async () => {
    await plan({ effect: "slow", ms: 120 });
    const start = Date.now();
    expect((await read()).status).toBe(200);
    expect(Date.now() - start).toBeGreaterThanOrEqual(119);
  });

  test("a write that lands at once and is answered late", async () => {
    await plan({ match: { operation: "POST /users" }, effect: "slowAnswer", ms: 300 });
    const creation = tenant.graph("POST", "/users", SERVICE_USER);
    await tenant.graph("GET", "/organization");
    let isAnswered = false;
    void creation.then(() => (isAnswered = true));
    while (!serviceUserExists()) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isAnswered).toBe(false);
    expect((await creation).status).toBe(201);
  });

  test("EWS throttling as a SOAP fault with the back-off", async () => {
    await plan({ match: { channel: "ews", operation: "GetFolder" }, effect: "throttle", retryAfter: 3 });
    const body =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:GetFolder ' +
      'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"/></s:Body></s:Envelope>';
    const answer = await tenant.send("POST", "/EWS/Exchange.asmx", body, { "content-type": "text/xml" });
    expect(answer.status).toBe(500);
    expect(answer.text).toMatch(/ErrorServerBusy.*BackOffMilliseconds">3000</);
  });
});
