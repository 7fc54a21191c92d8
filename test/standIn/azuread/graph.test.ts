// The stand-in's way to Graph: where it goes, what it repeats, what it says.
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { connect, pollVariable, readSettings, type Graph } from "../../../standIn/azuread/graph.ts";
import { application } from "../../../standIn/azuread/application.ts";
import { servicePrincipal } from "../../../standIn/azuread/servicePrincipal.ts";
import { user } from "../../../standIn/azuread/user.ts";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import { startTenant } from "../../simulator/ews/client.ts";

let running: RunningSimulator;
let graph: Graph;

const environment = () => ({
  ARM_METADATA_HOSTNAME: new URL(running.origin).host,
  ARM_TENANT_ID: running.credentials.tenantId,
  ARM_CLIENT_ID: running.credentials.clientId,
  ARM_CLIENT_SECRET: running.credentials.clientSecret,
});

const upn = "svc@buitendienst.onmicrosoft.com";
const inputs = { userPrincipalName: upn, displayName: "svc", password: "First-pass-4-the-test" };
/** A multi-tenant app that the embedded tenant takes in. */
const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const count = () =>
  running.simulator.tenant.users.filter((one) => one.userPrincipalName === upn && one.deletedDateTime === null).length;

beforeAll(async () => {
  running = await startTenant();
  graph = await connect(readSettings({}, environment()));
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
});

describe("calls of Graph", () => {
  test("are repeated when Graph is busy", async () => {
    running.faults.set([
      { match: { channel: "graph", operation: "POST /users" }, effect: "throttle", retryAfter: 0 },
      { match: { channel: "graph", operation: "GET /users/:id" }, effect: "error503", times: 2 },
    ]);
    const { id } = await user.create(graph, inputs);
    expect(count()).toBe(1);
    expect(running.faults.describe().faults.map(({ fired }) => fired)).toEqual([1, 2]);
    await user.delete(graph, id, {});
    expect(count()).toBe(0);
  });

  test("of a create are not repeated after a lost answer, which may have landed", async () => {
    running.faults.set([{ match: { operation: "POST /users" }, effect: "lostAnswer" }]);
    await expect(user.create(graph, inputs)).rejects.toThrow("POST /v1.0/users:");
    expect(count()).toBe(1);
    await expect(user.create(graph, inputs)).rejects.toThrow(
      `Creating user "${upn}": unexpected status 400 (400 Bad Request) with error: Request_BadRequest: Another object with the same value for property userPrincipalName already exists.`,
    );
  });

  test("that fail after the user is made leave it with its id and its error", async () => {
    running.faults.set([{ match: { operation: "PATCH /users/:id" }, effect: "forbidden" }]);
    const failure = await user.create(graph, inputs).catch((error: unknown) => error);
    const made = running.simulator.tenant.users.find(({ userPrincipalName }) => userPrincipalName === upn);
    expect(failure).toMatchObject({ id: `/users/${made?.id ?? ""}`, properties: { objectId: made?.id } });
    expect(await user.read(graph, `/users/${made?.id ?? ""}`, {})).toMatchObject({ userPrincipalName: upn });
  });

  test("do not take an object that is gone for deleted, but for gone", async () => {
    const nobody = "/users/00000000-0000-4000-8000-000000000000";
    await expect(user.delete(graph, nobody, {})).rejects.toThrow("unexpected status 404");
    expect(await user.read(graph, nobody, {})).toBeUndefined();
  });

  test("wait for an object that has not replicated yet, where that is to be expected", async () => {
    const { id } = await user.create(graph, inputs);
    const made = running.simulator.tenant.users.find(({ userPrincipalName }) => userPrincipalName === upn);
    if (made === undefined) throw new Error("the user was not made");
    made.deletedDateTime = "2026-11-23T00:00:00Z";
    await expect(graph.call("GET", `/v1.0${id}`)).rejects.toThrow("unexpected status 404");
    setTimeout(() => {
      made.deletedDateTime = null;
    }, 300);
    expect(await graph.call("GET", `/v1.0${id}`, undefined, true)).toMatchObject({ userPrincipalName: upn });
  });

  test("never take a failure for absence", async () => {
    const { id } = await user.create(graph, inputs);
    running.faults.set([{ match: { operation: "GET /users/:id" }, effect: "forbidden" }]);
    await expect(user.read(graph, id, {})).rejects.toThrow("unexpected status 403");
  });
});

describe("the fixed polls of the real plugin", () => {
  const polling = () => connect(readSettings({}, { ...environment(), [pollVariable]: "0.02" }));
  /** Statuses of the looks at the object itself, without what a read of it asks besides. */
  const looksAt = (id: string): (number | null)[] =>
    running.requests
      .describe()
      .requests.filter(({ method, path }) => method === "GET" && path === `/v1.0${id}`)
      .map(({ status }) => status);

  test.each([
    { name: "a user", type: user, given: inputs, made: 5 },
    { name: "an app registration", type: application, given: { displayName: "svc" }, made: 0 },
    { name: "an enterprise app", type: servicePrincipal, given: { clientId: vendor }, made: 0 },
  ])("see five times that $name is gone, and $made times that it is there", async ({ type, given, made }) => {
    running.requests.clear();
    const patient = await polling();
    const { id } = await type.create(patient, given);
    expect(looksAt(id)).toEqual(Array.from({ length: made + 1 }, () => 200)); // the last is the read
    running.requests.clear();
    await type.delete(patient, id, {});
    expect(looksAt(id)).toEqual([404, 404, 404, 404, 404]);
  });

  test("begin anew where the object is seen again", async () => {
    const patient = await polling();
    const answers = [undefined, undefined, undefined, undefined, { id: "back" }];
    const find = jest.spyOn(patient, "find").mockImplementation(() => Promise.resolve(answers.shift()));
    await patient.pollUntil("gone", "/v1.0/users/1");
    expect(find).toHaveBeenCalledTimes(10);
  });

  test("are off unless they are asked for, and refuse an interval that is none", async () => {
    running.requests.clear();
    const { id } = await user.create(graph, inputs);
    await user.delete(graph, id, {});
    expect(looksAt(id)).toEqual([200, 200]);
    for (const bad of ["0", "-1", "often", "61"]) {
      expect(() => readSettings({}, { ...environment(), [pollVariable]: bad })).toThrow(`${pollVariable} is "${bad}"`);
    }
  });
});

describe("settings", () => {
  test("of the configuration win over the environment", () => {
    const configured = { tenantId: "other", clientSecret: "s" };
    expect(readSettings(configured, environment())).toMatchObject({
      tenantId: "other",
      clientId: running.credentials.clientId,
      proof: { client_secret: "s" },
    });
  });

  test("may hold an OIDC token instead of a secret", () => {
    const env = { ...environment(), ARM_CLIENT_SECRET: "", ARM_OIDC_TOKEN: "a.b.c" };
    expect(readSettings({}, env).proof).toMatchObject({ client_assertion: "a.b.c" });
  });

  test.each([
    "graph.microsoft.com",
    "localhost.example",
    "127.0.0.1.example",
    "10.0.0.1:8443",
    "evil@localhost.example",
    "",
  ])("that lead to %j are refused", (host) => {
    expect(() => readSettings({}, { ...environment(), ARM_METADATA_HOSTNAME: host })).toThrow(/refuses/);
  });

  test("without credentials or a tenant say what is missing", () => {
    expect(() => readSettings({}, { ...environment(), ARM_CLIENT_SECRET: "" })).toThrow("no credentials");
    expect(() => readSettings({}, { ...environment(), ARM_TENANT_ID: "" })).toThrow("tenantId is not set");
  });
});
