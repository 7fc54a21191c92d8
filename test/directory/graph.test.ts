/** Graph through Microsoft's client: what is sent, repeated, completed and refused. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import { openGraph } from "../../directory/graph.ts";
import type { GraphOptions, GraphSession } from "../../directory/graph.ts";
import { SignInError } from "../../identity/tokens.ts";
import { InterruptedError } from "../../network/interruption.ts";
import { TransportError } from "../../network/transport.ts";
import type { HttpRequest } from "../../network/transport.ts";
import { fakeToken, tenantId } from "../exchange/exchangeServer.ts";
import { fakeWaits } from "../network/fakeWaits.ts";
import type { FakeWaits } from "../network/fakeWaits.ts";
import { prepareInterruption } from "../support/interruption.ts";

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const endpoint = "https://graph.example:8443";
let waits: FakeWaits;
let sent: HttpRequest[];
let reply: (request: HttpRequest, number: number) => Reply;

function open(options: Partial<GraphOptions> = {}): Promise<GraphSession> {
  return openGraph({
    tenantId,
    endpoint,
    token: () => Promise.resolve(fakeToken()),
    waits,
    transport: (request) => {
      sent.push(request);
      const { status = 200, headers = {}, body } = reply(request, sent.length);
      const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
      return Promise.resolve({ status, headers: { "content-type": "application/json", ...headers }, body: text });
    },
    ...options,
  });
}

function refusal(status: number, code: string, message = "No."): Reply {
  return { status, body: { error: { code, message, innerError: { "request-id": "r", date: "2026-11-22T10:00:00" } } } };
}

const failing = (kind: string, text: RegExp | string = "") =>
  expect.objectContaining({ name: "DirectoryError", kind, message: expect.stringMatching(text) });

beforeEach(() => {
  waits = fakeWaits();
  sent = [];
  reply = () => ({ body: { id: "x" } });
});

describe("a request", () => {
  test("goes to v1.0 of the directory, with its token", async () => {
    const graph = await open();
    expect(await graph.read("/users/a%23b?$select=id,mail")).toEqual({ id: "x" });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: "GET",
      url: `${endpoint}/v1.0/users/a%23b?$select=id,mail`,
      headers: { authorization: `Bearer ${fakeToken()}`, "accept-language": "en-US" },
    });
  });

  test("with another tenant's token is not sent", async () => {
    const graph = await open({ token: () => Promise.resolve(fakeToken("99999999-2222-3333-4444-555555555555")) });
    await expect(graph.read("/users/a")).rejects.toEqual(failing("unauthorized", "99999999-.*11111111-"));
    expect([sent.length, graph.requests]).toEqual([0, 0]);
  });

  test("to another address is not sent", async () => {
    const graph = await open();
    await expect(graph.read("https://graph.microsoft.com/v1.0/users/a")).rejects.toEqual(failing("other"));
    expect(sent).toEqual([]);
  });

  test("without a token says what signing in said", async () => {
    const graph = await open({ token: () => Promise.reject(new SignInError("signing in failed: AADSTS7000215")) });
    await expect(graph.read("/users/a")).rejects.toEqual(failing("unauthorized", "AADSTS7000215"));
  });

  test.each([
    ["notFound", refusal(404, "Request_ResourceNotFound")],
    ["notFound", refusal(404, "ResourceNotFound")],
    ["other", refusal(404, "UnknownError")],
    ["other", { status: 404, headers: { "content-type": "text/html" }, body: "<html>Not Found</html>" }],
    ["other", { status: 404 }],
    ["forbidden", refusal(403, "Authorization_RequestDenied")],
    ["unauthorized", refusal(401, "InvalidAuthenticationToken")],
    ["conflict", refusal(409, "Request_Conflict")],
    [
      "conflict",
      refusal(
        400,
        "Request_BadRequest",
        "Another object with the same value for property userPrincipalName already exists.",
      ),
    ],
    ["other", refusal(400, "Request_BadRequest")],
    ["other", { status: 302, headers: { location: "https://evil.example" } }],
    ["other", refusal(501, "NotImplemented")],
  ])("that is refused as %s is not repeated: %j", async (kind, answer) => {
    reply = () => answer;
    const graph = await open();
    await expect(graph.read("/users/a?$select=id")).rejects.toEqual(failing(kind, "^GET /users/a: "));
    expect(sent).toHaveLength(1);
  });

  test.each([
    ["throttling", { ...refusal(429, "TooManyRequests"), headers: { "retry-after": "7" } }, 7000],
    ["a server error", refusal(500, "InternalServerError"), 1500],
    ["a server that is away", { status: 503 }, 1500],
    ["an answer that is cut", { body: '{"id":' }, 1500],
    ["an answer that is empty", { status: 200 }, 1500],
  ])("that meets %s is repeated, visibly", async (_, answer, pause) => {
    reply = (_request, number) => (number === 1 ? answer : { body: { id: "x" } });
    const graph = await open();
    expect(await graph.read("/users/a")).toEqual({ id: "x" });
    expect(waits.slept[0]).toBeGreaterThanOrEqual(pause);
    expect(waits.lines).toHaveLength(1);
    expect(graph.requests).toBe(2);
  });

  test("that is to be made in twenty minutes fails at once, and says when to come back", async () => {
    reply = () => ({ ...refusal(429, "TooManyRequests", "Too many."), headers: { "retry-after": "1200" } });
    const graph = await open();
    const text = "Too many. (it asks to be left alone for 20 min: run the same command again after that)";
    await expect(graph.read("/users/a")).rejects.toMatchObject({
      kind: "throttled",
      status: 429,
      code: "TooManyRequests",
      message: `GET /users/a: ${text}`,
    });
    await expect(graph.list("/users")).rejects.toMatchObject({ message: `GET /users: ${text}` });
    expect(waits.slept).toEqual([]);
  });

  test("whose repetition the operator interrupts is told as that", async () => {
    const interruption = prepareInterruption();
    interruption.press();
    reply = () => ({ status: 503 });
    const graph = await open();
    await expect(graph.read("/users/a")).rejects.toThrow(InterruptedError);
    interruption.remove();
  });

  test("whose connection breaks is repeated, one to a server that nobody vouches for is not", async () => {
    let made = 0;
    const failWith = (reason: TransportError["reason"]) => () =>
      Promise.reject((made++, new TransportError(reason, reason)));
    const lost = await open({ transport: failWith("lost") });
    await expect(lost.read("/users/a")).rejects.toEqual(failing("transient", "lost"));
    expect(made).toBe(6);
    const untrusted = await open({ transport: failWith("untrusted") });
    await expect(untrusted.read("/users/a")).rejects.toEqual(failing("other", "untrusted"));
    expect(made).toBe(7);
  });

  test("to change an object is repeated after a lost answer, with the same body, and not after a refusal", async () => {
    reply = (_request, number) => (number === 1 ? { status: 503 } : { status: 204, body: "" });
    const graph = await open();
    await graph.update("/applications/a", { keyCredentials: [] });
    expect(sent.map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 2 }, () => ["PATCH", '{"keyCredentials":[]}']),
    );
    reply = () => refusal(400, "Request_BadRequest");
    await expect(graph.update("/applications/a", {})).rejects.toEqual(failing("other", "^PATCH /applications/a: "));
    expect(sent).toHaveLength(3);
  });

  test("of beta goes there, alone: a batch is of one version", async () => {
    const graph = await open();
    await Promise.all([graph.read("/beta/users/a?$select=showInAddressList"), graph.read("/users/b")]);
    await graph.update("/beta/users/a", { showInAddressList: false });
    expect(sent.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual([
      `GET ${endpoint}/beta/users/a?$select=showInAddressList`,
      `GET ${endpoint}/v1.0/users/b`,
      `PATCH ${endpoint}/beta/users/a`,
    ]);
  });

  test("to delete is repeated after a lost answer", async () => {
    reply = (_request, number) => (number === 1 ? { status: 503 } : { status: 204, body: "" });
    const graph = await open();
    await graph.remove("/users/a");
    expect(sent.map(({ method }) => method)).toEqual(["DELETE", "DELETE"]);
  });
});

describe("a list", () => {
  const link = `${endpoint}/v1.0/users?$skiptoken=2`;

  test("comes with all its pages, empty ones included", async () => {
    const pages: Reply[] = [
      { body: { value: [{ id: "a" }], "@odata.nextLink": link } },
      { body: { value: [], "@odata.nextLink": `${link}3` } },
      { body: { value: [{ id: "b" }] } },
    ];
    reply = (_, number) => pages[number - 1] ?? {};
    expect(await (await open()).list("/users")).toEqual([{ id: "a" }, { id: "b" }]);
    expect(sent.map(({ url }) => url)).toEqual([`${endpoint}/v1.0/users`, link, `${link}3`]);
  });

  test.each([
    ["fails", { value: [], "@odata.nextLink": link }, refusal(400, "Directory_ExpiredPageToken")],
    ["is not found", { value: [], "@odata.nextLink": link }, refusal(404, "Request_ResourceNotFound")],
    ["is elsewhere", { value: [], "@odata.nextLink": "https://evil.example/v1.0/users" }, {}],
    ["is itself", { value: [], "@odata.nextLink": link }, { body: { value: [], "@odata.nextLink": link } }],
    ["is no list", { value: [], "@odata.nextLink": link }, { body: { id: "x" } }],
  ])("whose continuation %s is no list", async (_, first, second) => {
    reply = (_request, number) => (number === 1 ? { body: first } : second);
    await expect((await open()).list("/users")).rejects.toEqual(failing("incomplete"));
    for (const { url } of sent) expect(url).toMatch(endpoint);
  });
});

describe("many reads", () => {
  const paths = Array.from({ length: 45 }, (_, index) => `/users/${index}`);
  const batched = ({ body = "{}" }: HttpRequest, answer: (url: string) => Reply): Reply => {
    const { requests } = JSON.parse(body) as { requests: { id: string; url: string }[] };
    const responses = requests.map(({ id, url }) => ({ id, status: 200, ...answer(url) }));
    return { body: { responses: responses.reverse() } };
  };

  test("share requests of twenty, and come back in their order", async () => {
    reply = (request) => batched(request, (url) => ({ body: { url } }));
    const results = await (await open()).readMany(paths);
    expect(results).toEqual(paths.map((url) => ({ status: "fulfilled", value: { url } })));
    expect(sent).toHaveLength(3);
    expect(sent[0]?.url).toBe(`${endpoint}/v1.0/$batch`);
  });

  test("fail one by one, and are asked again where they were refused for the moment or left out", async () => {
    const answers: Record<string, Reply> = {
      "/users/0": refusal(404, "Request_ResourceNotFound"),
      "/users/1": { status: 429 },
      "/users/2": { body: { id: "2" } },
    };
    reply = (request) => {
      if (request.method === "GET") return { body: { id: "alone" } };
      const { body } = batched(request, (url) => answers[url] ?? {});
      const { responses } = body as { responses: { id: string }[] };
      return { body: { responses: responses.filter(({ id }) => id !== "3") } };
    };
    const results = await (await open()).readMany(paths.slice(0, 4));
    expect(results).toEqual([
      { status: "rejected", reason: failing("notFound", "^GET /users/0: No.") },
      { status: "fulfilled", value: { id: "alone" } },
      { status: "fulfilled", value: { id: "2" } },
      { status: "fulfilled", value: { id: "alone" } },
    ]);
  });

  test("of one moment share a request, a list's first page among them; its next page goes alone", async () => {
    const link = `${endpoint}/v1.0/groups?$skiptoken=2`;
    reply = (request) => {
      if (request.method === "GET") return { body: { value: [{ id: "b" }] } };
      const list = { value: [{ id: "a" }], "@odata.nextLink": link };
      return batched(request, (url) => ({ body: url === "/groups" ? list : { id: url } }));
    };
    const graph = await open();
    expect(await Promise.all([graph.read("/users/1"), graph.list("/groups"), graph.read("/users/2")])).toEqual([
      { id: "/users/1" },
      [{ id: "a" }, { id: "b" }],
      { id: "/users/2" },
    ]);
    expect(sent.map(({ url }) => url)).toEqual([`${endpoint}/v1.0/$batch`, link]);
  });

  test("are none without a request", async () => {
    expect(await (await open()).readMany([])).toEqual([]);
    expect(sent).toEqual([]);
  });
});
