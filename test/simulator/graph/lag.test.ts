/** Replication inside Entra: what was just made is not there yet for the next request. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { application } from "../../../standIn/azuread/application.ts";
import { connect, readSettings, type Graph } from "../../../standIn/azuread/graph.ts";
import { servicePrincipal } from "../../../standIn/azuread/servicePrincipal.ts";
import { user } from "../../../standIn/azuread/user.ts";
import { errorOf, startTenant, valueOf } from "../tenant.ts";
import type { TestTenant } from "../tenant.ts";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant();
});

afterAll(async () => {
  await tenant.close();
});

describe("what a POST has made, while it replicates", () => {
  beforeEach(() => {
    tenant.reset({ settings: { insideEntra: 60_000 } });
  });

  test("is not found by its id or in a list; then it is", async () => {
    const { json } = await tenant.graph("POST", "/applications", { displayName: "Lagging" });
    const path = `/applications/${String(json["id"])}`;
    const named = async (): Promise<number> =>
      valueOf(await tenant.graph("GET", "/applications?$filter=displayName eq 'Lagging'")).length;
    for (const method of ["GET", "PATCH"]) {
      const answer = await tenant.graph(method, path, method === "PATCH" ? { notes: "x" } : undefined);
      expect([answer.status, errorOf(answer).code]).toEqual([404, "Request_ResourceNotFound"]);
    }
    expect(await named()).toBe(0);
    const refused = await tenant.graph("POST", "/servicePrincipals", { appId: json["appId"] });
    expect([refused.status, errorOf(refused).message]).toEqual([
      400,
      expect.stringContaining("does not reference a valid application object"),
    ]);
    tenant.clock.advance(61_000);
    expect((await tenant.graph("PATCH", path, { notes: "x" })).status).toBe(204);
    expect(await named()).toBe(1);
    expect((await tenant.graph("POST", "/servicePrincipals", { appId: json["appId"] })).status).toBe(201);
  });

  test("cannot be referred to: a user as an owner, an enterprise app as one that gets a consent", async () => {
    const { json: made } = await tenant.graph("POST", "/users", {
      accountEnabled: true,
      displayName: "svc",
      mailNickname: "svc",
      userPrincipalName: "svc@buitendienst.onmicrosoft.com",
      passwordProfile: { password: "Geheim-12345" },
    });
    expect((await tenant.graph("GET", `/users/${String(made["id"])}`)).status).toBe(404);
    const own = await tenant.graph("GET", `/applications(appId='${tenant.credentials.clientId}')`);
    const owner = { "@odata.id": `${tenant.origin}/v1.0/directoryObjects/${String(made["id"])}` };
    const path = `/applications/${String(own.json["id"])}/owners/$ref`;
    expect((await tenant.graph("POST", path, owner)).status).toBe(404);
    tenant.clock.advance(61_000);
    expect((await tenant.graph("POST", path, owner)).status).toBe(204);
  });

  test("has its name all the same: nobody else gets it", async () => {
    const body = { appId: tenant.applications["vendor"]?.clientId };
    expect((await tenant.graph("POST", "/servicePrincipals", body)).status).toBe(201);
    expect((await tenant.graph("POST", "/servicePrincipals", body)).status).toBe(409);
  });
});

describe("the stand-in for azuread, when an object is not found right after its create", () => {
  let graph: Graph;
  beforeEach(async () => {
    tenant.reset();
    const { clientId, clientSecret, tenantId } = tenant.credentials;
    const environment = {
      ARM_METADATA_HOSTNAME: new URL(tenant.origin).host,
      ARM_TENANT_ID: tenantId,
      ARM_CLIENT_ID: clientId,
      ARM_CLIENT_SECRET: clientSecret,
    };
    graph = await connect(readSettings({}, environment));
  });

  test("goes on with a user and an application", async () => {
    tenant.faults.set([
      { match: { operation: "PATCH /users/:id" }, effect: "notFound", times: 2 },
      { match: { operation: "PATCH /applications/:id" }, effect: "notFound", times: 2 },
    ]);
    const upn = "svc@buitendienst.onmicrosoft.com";
    await user.create(graph, { userPrincipalName: upn, displayName: "svc", password: "First-pass-4-the-test" });
    await application.create(graph, { displayName: "Lagging" });
    expect(tenant.faults.describe().faults.map(({ fired }) => fired)).toEqual([2, 2]);
  });

  test("gives up with an enterprise app, which then is there with its id and its error", async () => {
    tenant.faults.set([{ match: { operation: "PATCH /servicePrincipals/:id" }, effect: "notFound" }]);
    const clientId = tenant.applications["vendor"]?.clientId;
    const failure = await servicePrincipal.create(graph, { clientId }).catch((error: unknown) => error);
    const made = tenant.simulator.tenant.servicePrincipals.find(({ appId }) => appId === clientId);
    expect(failure).toMatchObject({
      id: `/servicePrincipals/${made?.id ?? ""}`,
      message: expect.stringMatching(
        /^Timed out whilst waiting for new service principal to be replicated in Azure AD: unexpected status 404/,
      ),
    });
  });
});

test("faults answer 404 and 400 as Graph does", async () => {
  tenant.reset();
  tenant.faults.set([
    { match: { operation: "GET /applications" }, effect: "notFound" },
    { match: { operation: "POST /applications" }, effect: "badRequest" },
  ]);
  const found = await tenant.graph("GET", "/applications");
  expect([found.status, errorOf(found).code]).toEqual([404, "Request_ResourceNotFound"]);
  const made = await tenant.graph("POST", "/applications", { displayName: "x" });
  expect([made.status, errorOf(made).code]).toEqual([400, "Request_BadRequest"]);
});
