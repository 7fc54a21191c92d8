/** The session over the admin API: what it sends, shares, repeats, completes and refuses. */
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { inspect } from "node:util";
import { restSession } from "../../../exchange/rest/rest.ts";
import type { RestOptions } from "../../../exchange/rest/rest.ts";
import { fakeWaits } from "../../network/fakeWaits.ts";
import type { FakeWaits } from "../../network/fakeWaits.ts";
import { fakeToken, fault, page, startExchange, tenantId } from "../exchangeServer.ts";
import type { ExchangeServer } from "../exchangeServer.ts";

const notFound = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException";

let server: ExchangeServer;
let waits: FakeWaits;

function open(options: Partial<RestOptions> = {}) {
  return restSession({
    tenantId,
    endpoint: server.origin,
    token: () => Promise.resolve(fakeToken()),
    anchorDomain: () => Promise.resolve("contoso.onmicrosoft.com"),
    waits,
    ...options,
  });
}

function failing(kind: string, text: RegExp | string = "") {
  return expect.objectContaining({ name: "ExchangeError", kind, message: expect.stringMatching(text) });
}

beforeEach(async () => {
  server = await startExchange();
  waits = fakeWaits();
});
afterEach(() => server.close());

describe("a single call", () => {
  test("goes to the tenant, by its initial domain's system mailbox, with its token", async () => {
    await open().read("Get-ManagementScope", { Identity: "s" });
    const [asked] = server.asked;
    expect(asked).toMatchObject({
      method: "POST",
      path: `/adminapi/beta/${tenantId}/InvokeCommand`,
      cmdlet: "Get-ManagementScope",
      parameters: { Identity: "s" },
      headers: {
        authorization: `Bearer ${fakeToken()}`,
        "x-anchormailbox": "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.onmicrosoft.com",
        "x-cmdletname": "Get-ManagementScope",
        "x-responseformat": "json",
        prefer: "odata.maxpagesize=1000",
        "accept-language": "en-US",
      },
    });
  });

  test("has ids of its own in its connection's", async () => {
    const session = open();
    await session.read("Get-RoleGroup", { Identity: "a" });
    await session.read("Get-RoleGroup", { Identity: "b" });
    const [first, second] = server.asked.map(({ headers }) => headers);
    expect(first?.["connection-id"]).toBe(second?.["connection-id"]);
    expect(first?.["client-request-id"]).not.toBe(second?.["client-request-id"]);
  });

  test("asks for the properties that it is told to", async () => {
    await open().read("Get-Recipient", { Filter: "a -eq 'b'" }, { select: ["Guid", "Alias"] });
    expect(server.asked[0]?.path).toBe(`/adminapi/beta/${tenantId}/InvokeCommand?$select=Alias,Guid`);
  });

  test("returns objects without the wire's annotations", async () => {
    const wire = {
      Guid: "g",
      "Guid@data.type": "System.Guid",
      "Guid@odata.type": "#Guid",
      "@odata.id": "x",
      Members: ["a"],
      "Members@odata.type": "#Collection(String)",
      Nested: { "A@odata.type": "x", A: null },
      "user@contoso.nl": "kept",
    };
    server.script = () => page([wire]);
    const [object] = await open().read("Get-RoleGroup", { Identity: "g" });
    expect(object).toEqual({ Guid: "g", Members: ["a"], Nested: { A: null }, "user@contoso.nl": "kept" });
  });

  test("asks for the initial domain once", async () => {
    let asked = 0;
    const session = open({ anchorDomain: () => Promise.resolve(`d${++asked}.onmicrosoft.com`) });
    await session.read("Get-RoleGroup", { Identity: "a" });
    await session.write("Remove-RoleGroup", { Identity: "a" });
    expect(asked).toBe(1);
  });

  test("is not sent where the initial domain is not known, and asks for it again the next time", async () => {
    let asked = 0;
    const anchorDomain = () => (++asked === 1 ? Promise.reject(new Error("forbidden")) : Promise.resolve("d"));
    const session = open({ anchorDomain });
    const write = () => session.write("Remove-RoleGroup", { Identity: "a" });
    await expect(write()).rejects.toEqual(failing("other", "initial domain is not known: forbidden"));
    expect(server.requests).toEqual([]);
    await write();
    expect([asked, server.requests.length]).toEqual([2, 1]);
  });

  test("with another tenant's token sends nothing at all", async () => {
    let domains = 0;
    const token = () => Promise.resolve(fakeToken("99999999-2222-3333-4444-555555555555"));
    const session = open({ token, anchorDomain: () => Promise.resolve(`${++domains}`) });
    await expect(session.read("Get-RoleGroup", { Identity: "a" })).rejects.toEqual(
      failing("unauthorized", "99999999-2222-3333-4444-555555555555.*11111111-2222-3333-4444-555555555555"),
    );
    await expect(session.write("Remove-RoleGroup", { Identity: "a" })).rejects.toEqual(failing("unauthorized"));
    await expect(session.allowedCmdlets()).rejects.toEqual(failing("unauthorized"));
    await expect(
      open({ token: () => Promise.resolve("opaque") }).read("Get-RoleGroup", { Identity: "a" }),
    ).rejects.toEqual(failing("unauthorized", "does not name its tenant"));
    expect([server.requests.length, domains, session.requests]).toEqual([0, 0, 0]);
  });

  test("that is refused is not sent", async () => {
    const session = open();
    await expect(session.read("Get-ManagementScope", { Identity: "*" })).rejects.toEqual(failing("invalid"));
    await expect(session.write("Remove-ManagementScope", {})).rejects.toEqual(failing("invalid"));
    expect(server.requests).toEqual([]);
  });

  test("goes to no address without encryption, except on this machine", () => {
    expect(() => open({ endpoint: "http://outlook.office365.com" })).toThrow("https");
    expect(() => open({ endpoint: "ftp://localhost" })).toThrow("https");
  });

  test("does not follow a redirect", async () => {
    server.script = () => ({ status: 302, headers: { location: "https://example.org/" } });
    await expect(open().read("Get-RoleGroup", { Identity: "a" })).rejects.toEqual(failing("other", "not followed"));
    expect(server.requests).toHaveLength(1);
  });

  test("shows its token and its answers to nobody", async () => {
    const session = open();
    await session.read("Get-RoleGroup", { Identity: "a" });
    expect(inspect(session, { depth: 9, showHidden: true })).not.toContain("signature");
    server.script = () => ({ status: 401 });
    const error: unknown = await session.read("Get-RoleGroup", { Identity: "b" }).catch((caught: unknown) => caught);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(fakeToken());
  });
});

describe("reads of one tick", () => {
  test("share a request, up to ten", async () => {
    server.script = ({ parameters }) => page([{ Name: parameters["Identity"] }]);
    const session = open();
    const names = Array.from({ length: 23 }, (_, index) => `group ${index}`);
    const found = await Promise.all(names.map((Identity) => session.read("Get-RoleGroup", { Identity })));
    expect(found.map(([object]) => object?.["Name"])).toEqual(names);
    expect(server.requests).toEqual(Array(3).fill(`/adminapi/beta/${tenantId}/$batch`));
    expect(session.requests).toBe(3);
    expect(server.asked[0]?.headers).toMatchObject({ "X-CmdletName": "Get-RoleGroup" });
  });

  test("fail one by one", async () => {
    server.script = ({ parameters }) =>
      parameters["Identity"] === "gone" ? fault(404, notFound, "It couldn't be found.") : page([{ Name: "there" }]);
    const session = open();
    const [gone, there] = await Promise.allSettled([
      session.read("Get-RoleGroup", { Identity: "gone" }),
      session.read("Get-ManagementScope", { Identity: "there" }),
    ]);
    expect(gone).toMatchObject({ reason: { kind: "notFound", cmdlet: "Get-RoleGroup", status: 404 } });
    expect(there).toMatchObject({ value: [{ Name: "there" }] });
  });

  test("are repeated together where the batch is refused, and alone where one of them is", async () => {
    server.batchReply = (request) => (request === 1 ? { status: 503 } : undefined);
    server.script = ({ inBatch, parameters }) =>
      inBatch && parameters["Identity"] === "b" ? { status: 429, headers: { "Retry-After": "9" } } : page([]);
    const session = open();
    await Promise.all(["a", "b", "c"].map((Identity) => session.read("Get-RoleGroup", { Identity })));
    expect(server.requests.map((path) => path.split("/").at(-1))).toEqual(["$batch", "$batch", "InvokeCommand"]);
    expect(waits.lines).toEqual([
      "3 reads: HTTP status 503; attempt 2 of 6 in 2 s",
      "Get-RoleGroup: Exchange is throttling; attempt 2 of 6 in 10 s",
    ]);
  });

  test("are asked again where the batch leaves one out", async () => {
    server.batchReply = () => ({ body: { responses: [{ id: "0", status: 200, body: { value: [{ Name: "a" }] } }] } });
    server.script = () => page([{ Name: "b" }]);
    const session = open();
    const found = await Promise.all(["a", "b"].map((Identity) => session.read("Get-RoleGroup", { Identity })));
    expect(found).toEqual([[{ Name: "a" }], [{ Name: "b" }]]);
  });

  test("that ask the same anew go in requests of their own", async () => {
    const session = open();
    const again = () => session.read("Get-Recipient", { RecipientPreviewFilter: "f" }, { fresh: true });
    await Promise.all([again(), session.read("Get-RoleGroup", { Identity: "a" }), again()]);
    expect(server.requests.map((path) => path.split("/").at(-1)).sort()).toEqual(["$batch", "InvokeCommand"]);
  });

  test("go one by one where the organisation has no batches", async () => {
    server.batchReply = () => ({ status: 404 });
    server.script = ({ parameters }) => page([{ Name: parameters["Identity"] }]);
    const session = open();
    for (const names of [
      ["a", "b"],
      ["c", "d"],
    ]) {
      const found = await Promise.all(names.map((Identity) => session.read("Get-RoleGroup", { Identity })));
      expect(found.flat()).toEqual(names.map((Name) => ({ Name })));
    }
    expect(server.requests.filter((path) => path.endsWith("$batch"))).toHaveLength(1);
  });

  test("of more calls than may be in flight wait for their turn", async () => {
    let inFlight = 0;
    let most = 0;
    server.batchReply = () => ({ status: 404 });
    server.script = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight--;
      return page([]);
    };
    const session = open({ maxConcurrent: 3 });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => session.read("Get-RoleGroup", { Identity: `${index}` })),
    );
    expect(most).toBe(3);
  });
});

describe("an answer", () => {
  test("is shared by equal questions until something is written", async () => {
    let answers = 0;
    server.script = ({ cmdlet }) => (cmdlet.startsWith("Get-") ? page([{ Count: ++answers }]) : { status: 204 });
    const session = open();
    const ask = (fresh = false) => session.read("Get-Recipient", { Filter: "a", ResultSize: "Unlimited" }, { fresh });
    const swapped = () => session.read("Get-Recipient", { ResultSize: "Unlimited", Filter: "a" });
    expect(await Promise.all([ask(), ask(), swapped()])).toEqual(Array(3).fill([{ Count: 1 }]));
    expect(await ask()).toEqual([{ Count: 1 }]);
    expect(await ask(true)).toEqual([{ Count: 2 }]);
    expect(await ask()).toEqual([{ Count: 2 }]);
    await session.write("Set-RoleGroup", { Identity: "x", Description: "y" });
    expect(await ask()).toEqual([{ Count: 3 }]);
    expect(await session.read("Get-Recipient", { Filter: "b" })).toEqual([{ Count: 4 }]);
  });

  test("from before a write is not given out after it, also where the write failed", async () => {
    let state = "before";
    let release = () => {};
    const reading = new Promise<void>((resolve) => (release = resolve));
    server.script = async ({ cmdlet }) => {
      if (cmdlet === "Set-RoleGroup") {
        state = "after";
        return { status: 500 };
      }
      const seen = state;
      if (seen === "before") await reading;
      return page([{ State: seen }]);
    };
    const session = open();
    const early = session.read("Get-RoleGroup", { Identity: "g" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(session.write("Set-RoleGroup", { Identity: "g" })).rejects.toEqual(failing("unknownOutcome"));
    release();
    expect(await early).toEqual([{ State: "before" }]);
    expect(await session.read("Get-RoleGroup", { Identity: "g" })).toEqual([{ State: "after" }]);
  });

  test("that came while a write was under way is not given out after it, nor an older one meanwhile", async () => {
    let state = "before";
    let finish = () => {};
    const writing = new Promise<void>((resolve) => (finish = resolve));
    server.script = async ({ cmdlet }) => {
      if (cmdlet !== "Set-RoleGroup") return page([{ State: state }]);
      await writing;
      state = "after";
      return { status: 204 };
    };
    const session = open();
    const read = () => session.read("Get-RoleGroup", { Identity: "g" });
    await read();
    const write = session.write("Set-RoleGroup", { Identity: "g" });
    expect(await read()).toEqual([{ State: "before" }]);
    expect(server.asked.filter(({ cmdlet }) => cmdlet === "Get-RoleGroup")).toHaveLength(2);
    finish();
    await write;
    expect(await read()).toEqual([{ State: "after" }]);
  });

  test("about a recipient holds while only roles and pointers are written", async () => {
    let answers = 0;
    server.script = ({ cmdlet }) => (cmdlet.startsWith("Get-") ? page([{ Count: ++answers }]) : { status: 204 });
    const session = open();
    const recipient = () => session.read("Get-Recipient", { Identity: "a" });
    const assignment = () => session.read("Get-ManagementRoleAssignment", { Identity: "a" });
    expect([await recipient(), await assignment()]).toEqual([[{ Count: 1 }], [{ Count: 2 }]]);
    await session.write("New-ManagementRoleAssignment", { Name: "a" });
    expect([await recipient(), await assignment()]).toEqual([[{ Count: 1 }], [{ Count: 3 }]]);
    await session.write("Set-DistributionGroup", { Identity: "a" });
    expect(await recipient()).toEqual([{ Count: 4 }]);
  });

  test("is asked for only once a write has had time to be seen everywhere", async () => {
    const session = open({ settleTime: 200 });
    const read = (Identity: string) => session.read("Get-RoleGroup", { Identity });
    await read("a");
    await session.write("Set-RoleGroup", { Identity: "a" });
    expect(waits.slept).toEqual([]);
    await read("a");
    await read("b");
    expect(waits.slept).toEqual([200]);
  });

  test("that failed is not kept", async () => {
    server.script = (_, request) => (request === 1 ? fault(404, notFound, "gone") : page([{ Name: "g" }]));
    const session = open();
    await expect(session.read("Get-RoleGroup", { Identity: "g" })).rejects.toEqual(failing("notFound"));
    expect(await session.read("Get-RoleGroup", { Identity: "g" })).toEqual([{ Name: "g" }]);
  });
});

describe("a list", () => {
  const link = (number: number) => `${server.origin}/adminapi/beta/${tenantId}/InvokeCommand?$skiptoken=${number}`;
  const list = () => open().read("Get-DistributionGroupMember", { Identity: "g" });

  test("comes with all its pages, asked for by the same body", async () => {
    server.script = ({ path }) => {
      const number = Number(/skiptoken=(\d)/.exec(path)?.[1] ?? 0);
      return page([{ Number: number }], number < 3 ? { "@odata.nextLink": link(number + 1) } : {});
    };
    expect(await list()).toEqual([0, 1, 2, 3].map((Number) => ({ Number })));
    for (const { cmdlet, parameters, method } of server.asked) {
      expect([method, cmdlet, parameters]).toEqual([
        "POST",
        "Get-DistributionGroupMember",
        { Identity: "g", ResultSize: "Unlimited" },
      ]);
    }
  });

  test("that begins in a batch goes on alone", async () => {
    server.script = ({ path, parameters }) =>
      path.includes("skiptoken")
        ? page([{ Page: 2 }])
        : page([{ Page: 1 }], parameters["Identity"] === "g" ? { "@odata.nextLink": link(1) } : {});
    const session = open();
    const lists = await Promise.all(["g", "h"].map((Identity) => session.read("Get-RoleGroupMember", { Identity })));
    expect(lists).toEqual([[{ Page: 1 }, { Page: 2 }], [{ Page: 1 }]]);
  });

  test("whose continuation is refused for the moment goes on after it", async () => {
    server.script = ({ path }, request) =>
      path.includes("skiptoken")
        ? request === 2
          ? { status: 503 }
          : page([{ Page: 2 }])
        : page([{ Page: 1 }], { "@odata.nextLink": link(1) });
    expect(await list()).toEqual([{ Page: 1 }, { Page: 2 }]);
  });

  test.each([
    ["fails", () => ({ status: 400, body: { error: { message: "Expired or Invalid pagination request." } } })],
    ["is not found", () => fault(404, notFound, "gone")],
    ["is refused to the end", () => ({ status: 503 })],
    ["is empty", () => ({ status: 200 })],
  ])("whose continuation %s is no list, and not absence", async (_, continuation) => {
    server.script = ({ path }) =>
      path.includes("skiptoken") ? continuation() : page([{ Page: 1 }], { "@odata.nextLink": link(1) });
    await expect(list()).rejects.toEqual(failing("incomplete", "page 2 failed"));
  });

  test.each([
    ["elsewhere", { "@odata.nextLink": "https://evil.example/adminapi" }, "another address"],
    ["in a circle", { "@odata.nextLink": "/adminapi/beta/x/InvokeCommand?$skiptoken=1" }, "do not come to an end"],
    [
      "nowhere, with a warning",
      { "@adminapi.warnings": ["There are more results available than are currently displayed. To view them, …"] },
      "more results",
    ],
    [
      "nowhere, cut by default",
      { "@adminapi.warnings": ["By default, only the first 1000 items are returned."] },
      "more results",
    ],
  ])("that goes on %s is no list", async (_, more, text) => {
    server.script = () => page([{ Name: "a" }], more);
    await expect(list()).rejects.toEqual(failing("incomplete", text));
  });

  test("that its caller limits may be cut", async () => {
    server.script = () => page([{ Name: "a" }], { "@adminapi.warnings": ["There are more results available than …"] });
    expect(await open().read("Get-Recipient", { Filter: "x", ResultSize: 1 })).toHaveLength(1);
  });

  test.each([
    ["nothing", {}],
    ["an object without a list", { body: { "@odata.context": "…" } }],
    ["a list of something else", { body: { value: ["a"] } }],
    ["a page for people", { body: "<html>Maintenance</html>" }],
    ["no content", { status: 204 }],
  ])("is never taken from an answer of %s", async (_, reply) => {
    server.script = () => reply;
    await expect(list()).rejects.toEqual(failing("transient"));
    expect(server.requests).toHaveLength(6);
  });
});

describe("a read that meets a fault", () => {
  const read = () => open().read("Get-RoleGroup", { Identity: "g" });

  test.each([
    ["a lost connection", { destroy: true }],
    ["an answer that breaks off", { ...page([{ Name: "x".repeat(5000) }]), cutAfter: 30 }],
    ["throttling", { status: 429, headers: { "Retry-After": "3" } }],
    [
      "too many calls at once",
      { status: 400, body: "You have reached the maximum number of concurrent requests per tenant." },
    ],
    ["a server error", { status: 500 }],
    ["a server that is away", { status: 503 }],
    ["a transient exception", fault(400, "Microsoft.Exchange.Data.Directory.ADTransientException", "…")],
  ])("of %s is repeated, visibly", async (_, reply) => {
    server.script = (_asked, request) => (request < 3 ? reply : page([{ Name: "g" }]));
    expect(await read()).toEqual([{ Name: "g" }]);
    expect(server.requests).toHaveLength(3);
    expect(waits.lines).toHaveLength(2);
  });

  test.each([
    ["unauthorized", { status: 401 }],
    ["forbidden", { status: 403, body: "\0".repeat(4096) }],
    ["notFound", fault(404, notFound, "gone")],
    ["notFound", fault(500, notFound, "gone")],
    ["other", { status: 404, body: "Not Found" }],
  ])("that is %s is not repeated", async (kind, reply) => {
    server.script = () => reply;
    await expect(read()).rejects.toEqual(failing(kind));
    expect(server.requests).toHaveLength(1);
  });

  test("to the end says what it was", async () => {
    server.script = () => ({ status: 429 });
    await expect(read()).rejects.toEqual(failing("throttled", "^Get-RoleGroup: "));
    expect(server.requests).toHaveLength(6);
  });

  test("of nobody listening is repeated and named", async () => {
    const session = open({ endpoint: "http://127.0.0.1:9" });
    await expect(session.read("Get-RoleGroup", { Identity: "g" })).rejects.toEqual(
      failing("transient", "ECONNREFUSED"),
    );
    expect(session.requests).toBe(6);
  });
});

describe("a write", () => {
  const write = () => open().write("New-ManagementScope", { Name: "s", RecipientRestrictionFilter: "f" });

  test("returns what was made, and nothing where the cmdlet has no output", async () => {
    server.script = ({ cmdlet }) => (cmdlet.startsWith("New-") ? page([{ Guid: "g" }]) : { status: 200 });
    const session = open();
    expect(await session.write("New-RoleGroup", { Name: "g" })).toEqual([{ Guid: "g" }]);
    expect(await session.write("Remove-RoleGroup", { Identity: "g" })).toEqual([]);
    expect(server.asked[1]?.parameters).toEqual({ Identity: "g", Confirm: false });
  });

  test("by itself is never part of a batch", async () => {
    const session = open();
    await Promise.all(["a", "b"].map((Identity) => session.write("Remove-RoleGroup", { Identity })));
    expect(server.asked.map(({ inBatch }) => inBatch)).toEqual([false, false]);
  });

  test.each([
    ["throttling", { status: 429, headers: { "Retry-After": "1" } }],
    [
      "too many calls at once",
      { status: 503, body: "You have reached the maximum number of concurrent requests per tenant." },
    ],
    ["a busy server", fault(400, "Microsoft.Exchange.ServerBusyException", "…")],
  ])("that was refused by %s is repeated", async (_, reply) => {
    server.script = (_asked, request) => (request === 1 ? reply : page([{ Guid: "g" }]));
    expect(await write()).toEqual([{ Guid: "g" }]);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ["a lost connection", { destroy: true }],
    ["an answer that breaks off", { ...page([{ Name: "x".repeat(5000) }]), cutAfter: 30 }],
    ["a server error", { status: 500 }],
    ["a gateway that gave up", { status: 504 }],
    ["an answer that cannot be read", { body: "<html>" }],
    ["a failure half way", fault(400, "Microsoft.Exchange.Data.Directory.ADTransientException", "…")],
  ])("with %s is not repeated: nobody knows what it did", async (_, reply) => {
    server.script = () => reply;
    await expect(write()).rejects.toEqual(failing("unknownOutcome", "not known whether it was carried out"));
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["alreadyExists", fault(400, "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException", "…")],
    ["forbidden", { status: 403 }],
    ["dehydrated", fault(500, "X.InvalidOperationInDehydratedContextException", "…")],
  ])("that failed as %s is said to have failed", async (kind, reply) => {
    server.script = () => reply;
    await expect(write()).rejects.toEqual(failing(kind));
    expect(server.requests).toHaveLength(1);
  });

  test("that the server never saw is repeated, and then did nothing", async () => {
    const session = open({ endpoint: "http://127.0.0.1:9" });
    await expect(session.write("Remove-RoleGroup", { Identity: "g" })).rejects.toEqual(failing("transient"));
    expect(session.requests).toBe(6);
  });
});

describe("several writes of one kind", () => {
  const members = Array.from({ length: 23 }, (_, index) => `m${index}`);
  const writeEach = (session = open(), names: readonly string[] = members) =>
    session.writeEach(
      "Add-DistributionGroupMember",
      names.map((Member) => ({ Identity: "g", Member })),
      ["alreadyMember"],
    );
  const already = fault(400, "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException", "already a member");
  const kindsOfRequests = (): (string | undefined)[] => server.requests.map((path) => path.split("/").at(-1));

  test("share requests, in their order, each carried out once", async () => {
    server.script = () => ({ status: 200 });
    await writeEach();
    expect(server.asked.map(({ parameters }) => parameters["Member"])).toEqual(members);
    expect(kindsOfRequests()).toEqual(["$batch", "$batch", "$batch"]);
  });

  test("take for done what they were told is done, and end at anything else, before the next request", async () => {
    server.script = ({ parameters }) => (parameters["Member"] === "m3" ? already : { status: 200 });
    await writeEach();
    expect(server.asked).toHaveLength(23);
    server.asked.length = 0;
    server.script = ({ parameters }) =>
      parameters["Member"] === "m12" ? fault(404, notFound, "It couldn't be found.") : { status: 200 };
    await expect(writeEach()).rejects.toEqual(failing("notFound"));
    expect(server.asked).toHaveLength(20);
  });

  test.each([
    ["the whole request", () => (server.batchReply = (request) => (request === 1 ? { status: 429 } : undefined))],
    [
      "one of them",
      () =>
        (server.script = ({ inBatch, parameters }) =>
          inBatch && parameters["Member"] === "m1" ? { status: 429 } : { status: 200 }),
    ],
  ])("are sent again where %s was throttled", async (_what, arrange) => {
    server.script = () => ({ status: 200 });
    arrange();
    await writeEach(open(), ["m0", "m1", "m2"]);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ["the request's answer is lost", () => ({ destroy: true })],
    ["the answer cannot be read", () => ({ body: "<html>" })],
    ["the answer leaves one out", () => ({ body: { responses: [{ id: "0", status: 200 }] } })],
    ["the answer says nothing of one", () => ({ body: { responses: [{ id: "0", status: 200 }, { id: "1" }] } })],
    [
      "one failed half way",
      () => ({
        body: {
          responses: [
            { id: "0", status: 200 },
            { id: "1", status: 504 },
          ],
        },
      }),
    ],
  ])("are not sent again where %s: nobody knows what was done", async (_what, reply) => {
    server.batchReply = () => reply();
    await expect(writeEach(open(), ["m0", "m1"])).rejects.toEqual(failing("unknownOutcome"));
    expect(server.requests).toHaveLength(1);
  });

  test("go one by one where the organisation has no batches", async () => {
    server.batchReply = () => ({ status: 404 });
    server.script = () => ({ status: 200 });
    await writeEach(open(), ["m0", "m1", "m2"]);
    expect(kindsOfRequests()).toEqual(["$batch", "InvokeCommand", "InvokeCommand", "InvokeCommand"]);
  });

  test("forget the answers that they can have changed", async () => {
    server.script = () => page([]);
    const session = open();
    const read = () => session.read("Get-DistributionGroupMember", { Identity: "g" });
    await read();
    await writeEach(session, ["m0", "m1"]);
    await read();
    expect(kindsOfRequests()).toEqual(["InvokeCommand", "$batch", "InvokeCommand"]);
  });

  test("of nobody send nothing", async () => {
    await writeEach(open(), []);
    expect(server.requests).toEqual([]);
  });
});

describe("the caller's cmdlets", () => {
  test("are listed by the organisation", async () => {
    server.script = () => page([{ exportedCmdlets: "Get-Mailbox, Get-RoleGroup,New-RoleGroup" }]);
    expect(await open().allowedCmdlets()).toEqual(new Set(["Get-Mailbox", "Get-RoleGroup", "New-RoleGroup"]));
    expect(server.asked[0]).toMatchObject({
      method: "GET",
      path: `/adminapi/v1.0/${tenantId}/EXOModuleFile?Version=3.9.2`,
      headers: { commandname: "*" },
    });
  });

  test.each([[{ status: 404 }], [{ status: 501 }], [page([])], [page([{ other: 1 }])]])(
    "may not be told: %j",
    async (reply) => {
      server.script = () => reply;
      expect(await open().allowedCmdlets()).toBeUndefined();
    },
  );

  test.each([
    ["forbidden", { status: 403 }],
    ["unauthorized", { status: 401 }],
    ["transient", { status: 500 }],
  ])("are an error where the question is %s", async (kind, reply) => {
    server.script = () => reply;
    await expect(open().allowedCmdlets()).rejects.toEqual(failing(kind));
  });
});

describe("a tenant that asks to be left alone for twenty minutes", () => {
  const minutes20 = { "Retry-After": "1200" };
  const asked = "asks to be left alone for 20 min: run the same command again after that";
  const held = "not sent: Exchange throttles this tenant and is to be left alone for another 20 min";

  test.each([
    ["alone", false],
    ["in a batch", true],
  ])("fails the call with that time, and every later one at once, asked %s", async (_how, together) => {
    server.script = () => ({ status: 429, headers: minutes20 });
    const session = open();
    const read = (Identity: string) => session.read("Get-RoleGroup", { Identity });
    const reads = together ? [read("a"), read("b")] : [read("a")];
    for (const result of await Promise.allSettled(reads)) {
      expect(result).toMatchObject({ status: "rejected", reason: { kind: "throttled" } });
      expect(String((result as PromiseRejectedResult).reason)).toMatch(new RegExp(`${asked}|${held}`));
    }
    await expect(read("c")).rejects.toEqual(failing("throttled", held));
    await expect(session.write("New-RoleGroup", { Name: "x" })).rejects.toEqual(failing("throttled", held));
    expect(waits.slept).toEqual([]);
    expect(server.asked.some(({ cmdlet }) => cmdlet === "New-RoleGroup")).toBe(false);
  });

  test("is asked again once that time is over", async () => {
    server.script = (_asked, request) => (request === 1 ? { status: 429, headers: minutes20 } : page([{ Name: "x" }]));
    const session = open();
    await expect(session.read("Get-RoleGroup", { Identity: "a" })).rejects.toEqual(failing("throttled", asked));
    await waits.sleep(1_200_000, "the tenant");
    await expect(session.read("Get-RoleGroup", { Identity: "a" })).resolves.toEqual([{ Name: "x" }]);
  });
});
