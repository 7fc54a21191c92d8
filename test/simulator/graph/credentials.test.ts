/** Who may sign in as an app: secrets, certificates and trusts of app registrations and enterprise apps. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { askWithAssertion, keyCredential, makeCertificate } from "../assertion.ts";
import { errorOf, startTenant, valueOf } from "../tenant.ts";
import type { Answer, TestTenant } from "../tenant.ts";

let tenant: TestTenant;
let appId: string;
let application: string;
let principal: string;

beforeAll(async () => {
  tenant = await startTenant();
});

beforeEach(async () => {
  tenant.reset();
  const { json } = await tenant.graph("POST", "/applications", { displayName: "Credentials" });
  appId = String(json["appId"]);
  application = `/applications/${String(json["id"])}`;
  const { json: made } = await tenant.graph("POST", "/servicePrincipals", { appId });
  principal = `/servicePrincipals/${String(made["id"])}`;
});

afterAll(async () => {
  await tenant.close();
});

function signIn(secret: unknown): Promise<Answer> {
  return tenant.askToken({
    grant_type: "client_credentials",
    client_id: appId,
    client_secret: String(secret),
    scope: `${tenant.origin}/.default`,
  });
}

async function read(path: string, property: string): Promise<Record<string, unknown>[]> {
  return (await tenant.graph("GET", path)).json[property] as Record<string, unknown>[];
}

describe.each([
  ["app registration", () => application],
  ["enterprise app", () => principal],
])("a client secret of the %s", (_holder, pathOf) => {
  test("is shown once, signs in, and stops doing so when it is removed", async () => {
    const wish = { passwordCredential: { displayName: "by hand" } };
    const made = await tenant.graph("POST", `${pathOf()}/addPassword`, wish);
    expect(made.status).toBe(200);
    const { secretText, keyId } = made.json;
    expect(String(secretText).length).toBeGreaterThan(20);
    const [shown] = await read(pathOf(), "passwordCredentials");
    expect(shown).toMatchObject({ keyId, displayName: "by hand", hint: String(secretText).slice(0, 3) });
    expect(shown?.["secretText"]).toBeNull();
    const dump = await tenant.send("GET", "/simulator/state");
    expect(dump.text).not.toContain(String(secretText));
    expect((await signIn(secretText)).status).toBe(200);
    const body = { keyId: String(keyId).toUpperCase() };
    expect((await tenant.graph("POST", `${pathOf()}/removePassword`, body)).status).toBe(204);
    expect((await signIn(secretText)).json["error_codes"]).toEqual([7000215]);
    expect((await tenant.graph("POST", `${pathOf()}/removePassword`, body)).status).toBe(400);
  });

  test("ends when it says, two years later where it says nothing", async () => {
    const { json } = await tenant.graph("POST", `${pathOf()}/addPassword`, {});
    expect(Date.parse(String(json["endDateTime"])) - tenant.clock.now()).toBeGreaterThan(700 * 86_400_000);
    const soon = new Date(tenant.clock.now() + 60_000).toISOString();
    const short = await tenant.graph("POST", `${pathOf()}/addPassword`, { passwordCredential: { endDateTime: soon } });
    tenant.clock.advance(120_000);
    expect((await signIn(short.json["secretText"])).json["error_codes"]).toEqual([7000222]);
    expect((await signIn(json["secretText"])).status).toBe(200);
  });

  test("is not made by a change of the list, which may only shorten it", async () => {
    await tenant.graph("POST", `${pathOf()}/addPassword`, {});
    const listed = await read(pathOf(), "passwordCredentials");
    const more = [...listed, { displayName: "smuggled", secretText: "own choice" }];
    const refused = await tenant.graph("PATCH", pathOf(), { passwordCredentials: more });
    expect(errorOf(refused).message).toContain("must be generated with service actions");
    expect((await tenant.graph("PATCH", pathOf(), { passwordCredentials: listed })).status).toBe(204);
    expect(await read(pathOf(), "passwordCredentials")).toHaveLength(1);
    await tenant.graph("PATCH", pathOf(), { passwordCredentials: [] });
    expect(await read(pathOf(), "passwordCredentials")).toEqual([]);
  });

  test("is made by nobody who may not change the app", async () => {
    expect((await tenant.graph("POST", `${pathOf()}/addPassword`, {}, "reader")).status).toBe(403);
  });
});

describe.each([
  ["app registration", () => application],
  ["enterprise app", () => principal],
])("a certificate of the %s", (_holder, pathOf) => {
  test("signs in, stays while its entry is given back without its key, and goes with its entry", async () => {
    const [first, second] = [await makeCertificate(), await makeCertificate()];
    expect((await tenant.graph("PATCH", pathOf(), { keyCredentials: [keyCredential(first)] })).status).toBe(204);
    expect((await askWithAssertion(tenant, appId, first)).status).toBe(200);
    const kept = await read(pathOf(), "keyCredentials");
    expect(kept).toMatchObject([{ key: null, displayName: "CN=automation" }]);
    const both = [...kept, { ...keyCredential(second), displayName: "second" }];
    expect((await tenant.graph("PATCH", pathOf(), { keyCredentials: both })).status).toBe(204);
    for (const pair of [first, second]) expect((await askWithAssertion(tenant, appId, pair)).status).toBe(200);
    const [, last] = await read(pathOf(), "keyCredentials");
    const capitals = { ...last, keyId: String(last?.["keyId"]).toUpperCase() };
    expect((await tenant.graph("PATCH", pathOf(), { keyCredentials: [capitals] })).status).toBe(204);
    expect((await askWithAssertion(tenant, appId, first)).json["error_codes"]).toEqual([700027]);
    expect((await askWithAssertion(tenant, appId, second)).status).toBe(200);
  });

  test("needs its key when it is new; the same one may stand there twice", async () => {
    const pair = await makeCertificate();
    const withoutKey = { ...keyCredential(pair), key: null };
    const refused = await tenant.graph("PATCH", pathOf(), { keyCredentials: [withoutKey] });
    expect(errorOf(refused).message).toContain("must have a key");
    const twice = [keyCredential(pair), keyCredential(pair)];
    expect((await tenant.graph("PATCH", pathOf(), { keyCredentials: twice })).status).toBe(204);
    const ids = (await read(pathOf(), "keyCredentials")).map(({ keyId }) => keyId);
    expect(new Set(ids).size).toBe(2);
  });

  test("shows its key where that is selected, on one object", async () => {
    const pair = await makeCertificate();
    await tenant.graph("PATCH", pathOf(), { keyCredentials: [keyCredential(pair)] });
    const [shown] = await read(`${pathOf()}?$select=id,keyCredentials`, "keyCredentials");
    expect(shown?.["key"]).toBe(pair.certificate.raw.toString("base64"));
  });
});

describe("the federated credentials of an app registration", () => {
  const trust = {
    name: "pipeline",
    issuer: "https://token.actions.example",
    subject: "repo:org/repo:ref:refs/heads/main",
    audiences: ["api://AzureADTokenExchange"],
  };

  test("are added once, listed and removed", async () => {
    const path = `${application}/federatedIdentityCredentials`;
    expect(valueOf(await tenant.graph("GET", path))).toEqual([]);
    const made = await tenant.graph("POST", path, trust);
    expect(made.status).toBe(201);
    expect(valueOf(await tenant.graph("GET", path))).toMatchObject([trust]);
    expect((await tenant.graph("GET", `${path}/pipeline`)).json["id"]).toBe(made.json["id"]);
    expect((await tenant.graph("POST", path, { ...trust, name: "again" })).status).toBe(400);
    expect((await tenant.graph("POST", path, { ...trust, subject: "another" })).status).toBe(400);
    expect((await tenant.graph("POST", path, { ...trust, name: "new", audiences: [] })).status).toBe(400);
    expect((await tenant.graph("DELETE", `${path}/${String(made.json["id"])}`)).status).toBe(204);
    expect(valueOf(await tenant.graph("GET", path))).toEqual([]);
  });
});

describe("a change of an app registration", () => {
  test("merges nested objects and replaces lists", async () => {
    await tenant.graph("PATCH", application, {
      web: { homePageUrl: "https://a.example", redirectUris: ["https://a"] },
    });
    await tenant.graph("PATCH", application, { web: { redirectUris: ["https://b"] }, tags: ["one"], notes: "kept" });
    const { json } = await tenant.graph("GET", application);
    expect(json["web"]).toMatchObject({
      homePageUrl: "https://a.example",
      redirectUris: ["https://b"],
      implicitGrantSettings: { enableIdTokenIssuance: false },
    });
    expect(json).toMatchObject({ tags: ["one"], notes: "kept", api: { knownClientApplications: [] } });
  });
});

describe("Microsoft's own apps", () => {
  const microsoft = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

  test("belong to Microsoft's tenant, the own and a vendor's app do not", async () => {
    const rows = valueOf(await tenant.graph("GET", "/servicePrincipals"));
    const owners = new Map(rows.map((row) => [row["displayName"], row["appOwnerOrganizationId"]]));
    expect(owners.get("Office 365 Exchange Online")).toBe(microsoft);
    expect(owners.get("Microsoft Graph")).toBe(microsoft);
    expect(owners.get("Credentials")).toBe(tenant.credentials.tenantId);
    const vendor = tenant.applications["vendor"]?.clientId;
    const { json } = await tenant.graph("POST", "/servicePrincipals", { appId: vendor });
    expect([microsoft, tenant.credentials.tenantId, null]).not.toContain(json["appOwnerOrganizationId"]);
  });

  test("come back with their app roles when their enterprise app is made again", async () => {
    const path = "/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')";
    const { json: before } = await tenant.graph("GET", path);
    await tenant.graph("DELETE", `/servicePrincipals/${String(before["id"])}`);
    const { json } = await tenant.graph("POST", "/servicePrincipals", { appId: before["appId"] });
    expect(json).toMatchObject({ appOwnerOrganizationId: microsoft, appRoles: before["appRoles"] });
    const teams = { appId: "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe" };
    const made = await tenant.graph("POST", "/servicePrincipals", teams);
    expect(made.json).toMatchObject({ displayName: "Microsoft Teams Services", appOwnerOrganizationId: microsoft });
  });
});

describe("a security group of Entra alone", () => {
  const group = { displayName: "Beheerders", mailEnabled: false, mailNickname: "beheerders", securityEnabled: true };
  const make = (change: object): Promise<Answer> =>
    tenant.graph("POST", "/groups", { ...group, ...change }, "administrator");

  test("may have the name of one of Exchange's, holds members, and Exchange never sees it", async () => {
    const [exchange] = valueOf(await tenant.graph("GET", "/groups?$filter=mail eq 'allen@buitendienst.example'"));
    const made = await make({ displayName: exchange?.["displayName"] });
    expect(made.status).toBe(201);
    const path = `/groups/${String(made.json["id"])}`;
    const user = (await tenant.graph("GET", "/users/ad.viseur@buitendienst.example")).json;
    const link = { "@odata.id": `${tenant.origin}/v1.0/directoryObjects/${String(user["id"])}` };
    const add = (): Promise<Answer> => tenant.graph("POST", `${path}/members/$ref`, link, "administrator");
    expect((await add()).status).toBe(204);
    expect((await add()).status).toBe(400);
    tenant.settle();
    expect(valueOf(await tenant.graph("GET", `${path}/members`))).toMatchObject([{ displayName: "Ad Viseur" }]);
    expect(tenant.simulator.tenant.recipients.some((each) => each.externalDirectoryObjectId === made.json["id"])).toBe(
      false,
    );
    const member = `${path}/members/${String(user["id"])}/$ref`;
    expect((await tenant.graph("DELETE", member)).status).toBe(403);
    expect((await tenant.graph("DELETE", member, undefined, "administrator")).status).toBe(204);
    expect((await tenant.graph("PATCH", path, { description: "nieuw" }, "administrator")).status).toBe(204);
    expect((await tenant.graph("GET", path)).json["description"]).toBe("nieuw");
    expect((await tenant.graph("DELETE", path, undefined, "administrator")).status).toBe(204);
    expect((await tenant.graph("GET", path)).status).toBe(404);
  });

  test("is refused where it would be Exchange's, or lacks what Entra wants", async () => {
    expect(errorOf(await make({ mailEnabled: true })).message).toContain("mail-enabled groups");
    expect(errorOf(await make({ mailNickname: undefined })).message).toContain("'mailNickname'");
    expect((await make({ groupTypes: ["Unified"] })).status).toBe(501);
    expect((await tenant.graph("POST", "/groups", group)).status).toBe(403);
  });
});
