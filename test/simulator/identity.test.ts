/** The embedded tenant's sign-in: discovery, tokens, Entra's refusals, and certificates. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID, webcrypto } from "node:crypto";
import { ClientSecretCredential } from "@azure/identity";
import { createRemoteJWKSet, decodeJwt, jwtVerify, SignJWT } from "jose";
import { askWithAssertion, keyCredential, makeCertificate, RSA, thumbprint } from "./assertion.ts";
import type { Pair, Spelling } from "./assertion.ts";
import { startTenant } from "./tenant.ts";
import type { Answer, TestTenant } from "./tenant.ts";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant();
});

afterAll(async () => {
  await tenant.close();
});

function codesOf({ json }: Answer): unknown {
  return json["error_codes"];
}

function applicationForm(purpose = "automation"): Record<string, string> {
  const { clientId, clientSecret } = tenant.applications[purpose] ?? { clientId: "", clientSecret: "" };
  return {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${tenant.origin}/.default`,
  };
}

describe("the cloud describes itself", () => {
  test("azuread finds Graph and login host in the metadata", async () => {
    const { json } = await tenant.send("GET", "/metadata/endpoints?api-version=2022-09-01");
    expect(json).toMatchObject({
      resourceManager: `${tenant.origin}/`,
      microsoftGraphResourceId: tenant.origin,
      authentication: { loginEndpoint: tenant.origin },
    });
    expect(json["name"]).not.toBe("");
  });

  test("the issuer has the authority's origin, as msal demands", async () => {
    const { json } = await tenant.send("GET", "/buitendienst.onmicrosoft.com/v2.0/.well-known/openid-configuration");
    expect(String(json["issuer"])).toMatch(new RegExp(`^${tenant.origin}/`));
    for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri"])
      expect(json[name]).toContain(tenant.origin);
  });

  test("another organisation's tenant is not known here", async () => {
    const id = randomUUID();
    const discovery = await tenant.send("GET", `/${id}/v2.0/.well-known/openid-configuration`);
    expect(discovery.status).toBe(400);
    expect(codesOf(await tenant.askToken(applicationForm(), id))).toEqual([90002]);
  });
});

describe("an application signs in", () => {
  test("@azure/identity gets a token for Graph", async () => {
    const { tenantId, clientId, clientSecret } = tenant.credentials;
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
      authorityHost: tenant.origin,
      disableInstanceDiscovery: true,
    });
    const { token } = await credential.getToken(`${tenant.origin}/.default`);
    expect(decodeJwt(token)).toMatchObject({ tid: tenantId, appid: clientId, aud: tenant.origin });
  });

  test("its token is signed with the published key and carries its rights", async () => {
    const keys = createRemoteJWKSet(new URL(`${tenant.origin}/${tenant.credentials.tenantId}/discovery/v2.0/keys`));
    const { payload } = await jwtVerify(await tenant.signIn(), keys);
    expect(payload["roles"]).toEqual(expect.arrayContaining(["User.ReadWrite.All", "Exchange.ManageAsApp"]));
    expect(payload["wids"]).toEqual(["29232cdf-9323-42fd-ade2-1d097af3e4de"]);
    const principal = tenant.simulator.tenant.servicePrincipals.find(({ appId }) => appId === payload["appid"]);
    expect(payload["oid"]).toBe(principal?.id);
  });

  test("a token for Exchange holds Exchange's permissions only, one for Graph Graph's only", async () => {
    const rolesFor = async (resource: string): Promise<unknown> => {
      const { json } = await tenant.askToken({ ...applicationForm("weak"), scope: `${resource}/.default` });
      return decodeJwt(String(json["access_token"]))["roles"];
    };
    expect(await rolesFor("https://outlook.office365.com")).toEqual(["Exchange.ManageAsApp"]);
    expect(await rolesFor("https://graph.microsoft.com")).toEqual(["Organization.Read.All", "User.Read.All"]);
  });

  test.each([
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client", 7000215],
    ["an unknown application", { client_id: randomUUID() }, 400, "unauthorized_client", 700016],
    ["an unknown resource", { scope: "https://vault.example/.default" }, 400, "invalid_resource", 500011],
    ["a scope without /.default", { scope: "https://graph.microsoft.com/User.Read" }, 400, "invalid_scope", 1002012],
    ["an unknown grant", { grant_type: "device_code" }, 400, "unsupported_grant_type", 70003],
  ])("%s is refused with Entra's code", async (_what, change, status, error, code) => {
    const answer = await tenant.askToken({ ...applicationForm(), ...change });
    expect(answer.status).toBe(status);
    expect(answer.json["error"]).toBe(error);
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.json["error_description"]).toMatch(new RegExp(`^AADSTS${code}: .* Trace ID: .* Timestamp: `));
  });

  test("a vendor's app signs in only once the customer has an enterprise app for it", async () => {
    expect(codesOf(await tenant.askToken(applicationForm("vendor")))).toEqual([700016]);
    const { clientId } = tenant.applications["vendor"] ?? { clientId: "" };
    const { status, json } = await tenant.graph("POST", "/servicePrincipals", { appId: clientId });
    expect(status).toBe(201);
    expect((await tenant.askToken(applicationForm("vendor"))).status).toBe(200);
    await tenant.graph("PATCH", `/servicePrincipals/${String(json["id"])}`, { accountEnabled: false });
    expect(codesOf(await tenant.askToken(applicationForm("vendor")))).toEqual([7000112]);
  });
});

describe("an application signs in with a certificate", () => {
  let clientId: string;
  let own: Pair;
  const ask = (pair: Pair, spelling?: Spelling): Promise<Answer> => askWithAssertion(tenant, clientId, pair, spelling);
  const now = Math.floor(Date.now() / 1000);

  beforeAll(async () => {
    const { json: application } = await tenant.graph("POST", "/applications", { displayName: "Certificate app" });
    clientId = String(application["appId"]);
    await tenant.graph("POST", "/servicePrincipals", { appId: clientId });
    own = await makeCertificate();
    const path = `/applications/${String(application["id"])}`;
    expect((await tenant.graph("PATCH", path, { keyCredentials: [keyCredential(own)] })).status).toBe(204);
  });

  test("the one that is registered is accepted; another key, a stale assertion or a wrong audience is not", async () => {
    const other = await makeCertificate();
    expect((await ask(own)).status).toBe(200);
    expect(codesOf(await ask(other))).toEqual([700027]);
    expect(codesOf(await ask(own, { claims: { exp: now - 3600 } }))).toEqual([700024]);
    expect(codesOf(await ask(own, { claims: { exp: undefined } }))).toEqual([700024]);
    expect(codesOf(await ask(own, { claims: { nbf: now + 3600 } }))).toEqual([700024]);
    expect(codesOf(await ask(own, { claims: { aud: "https://elsewhere.example" } }))).toEqual([700023]);
    const impostor: Pair = { certificate: own.certificate, privateKey: other.privateKey };
    expect(codesOf(await ask(impostor))).toEqual([700027]);
  });

  test.each<[string, (pair: Pair) => Spelling]>([
    ["MSAL for Python: x5t, padded", (pair) => ({ header: { x5t: padded(thumbprint(pair, "sha1")) } })],
    ["the azuread plugin: kid, padded", (pair) => ({ header: { kid: padded(thumbprint(pair, "sha1")) } })],
    ["x5t without padding", (pair) => ({ header: { x5t: thumbprint(pair, "sha1").toString("base64url") } })],
    ["kid in hex", (pair) => ({ header: { kid: thumbprint(pair, "sha1").toString("hex").toUpperCase() } })],
    [
      "MSAL for .NET: times as texts, x5c as one text",
      (pair) => ({
        header: { x5t: thumbprint(pair, "sha1").toString("base64url"), x5c: pair.certificate.raw.toString("base64") },
        claims: { nbf: String(now), exp: String(now + 600) },
      }),
    ],
    ["the client id in capitals", () => ({ claims: { iss: clientId.toUpperCase(), sub: clientId.toUpperCase() } })],
  ])("as clients write it: %s", async (_client, spell) => {
    expect((await ask(own, spell(own))).status).toBe(200);
  });

  test("times as texts still count", async () => {
    expect(codesOf(await ask(own, { claims: { exp: String(now - 3600) } }))).toEqual([700024]);
    expect(codesOf(await ask(own, { claims: { exp: "soon" } }))).toEqual([700024]);
  });

  test("one that is not valid yet signs nobody in", async () => {
    const { json } = await tenant.graph("GET", `/applications(appId='${clientId}')?$select=keyCredentials`);
    const path = `/applications/${String(json["id"])}`;
    const later = await makeCertificate({ from: 60, to: 120 });
    const keyCredentials = [...(json["keyCredentials"] as unknown[]), keyCredential(later)];
    expect((await tenant.graph("PATCH", path, { keyCredentials })).status).toBe(204);
    expect(codesOf(await ask(later))).toEqual([700027]);
    expect((await ask(own)).status).toBe(200);
  });
});

function padded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

describe("a user signs in with a password", () => {
  const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
  const ask = (username: string, password: string): Promise<Answer> =>
    tenant.askToken({
      grant_type: "password",
      client_id: azureCli,
      username,
      password,
      scope: "https://graph.microsoft.com/.default",
    });

  test("the administrator gets a token with the directory roles", async () => {
    const { userName, password } = tenant.administrator ?? { userName: "", password: "" };
    const { json } = await ask(userName, password);
    const claims = decodeJwt(String(json["access_token"]));
    expect(claims).toMatchObject({ upn: userName, wids: ["62e90394-69f5-4237-9190-012177145e10"] });
    expect(claims["roles"]).toBeUndefined();
  });

  test("a new service user signs in until it is blocked or deleted", async () => {
    const upn = "svcSignIn@buitendienst.onmicrosoft.com";
    const password = "Geheim-12345";
    const { json } = await tenant.graph("POST", "/users", {
      accountEnabled: true,
      displayName: "svcSignIn",
      mailNickname: "svcSignIn",
      userPrincipalName: upn,
      passwordProfile: { password, forceChangePasswordNextSignIn: false },
    });
    expect((await ask(upn, password)).status).toBe(200);
    expect(codesOf(await ask(upn, "wrong"))).toEqual([50126]);
    await tenant.graph("PATCH", `/users/${String(json["id"])}`, { accountEnabled: false });
    expect(codesOf(await ask(upn, password))).toEqual([50057]);
    await tenant.graph("DELETE", `/users/${String(json["id"])}`);
    expect(codesOf(await ask(upn, password))).toEqual([50034]);
  });
});

describe("a token is verified", () => {
  test.each([
    ["none", undefined],
    ["one that somebody else signed", "forged"],
    ["one that is no token", "abc"],
  ])("%s: Graph answers 401", async (_what, kind) => {
    const token = kind === "forged" ? await forgeToken() : kind;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await tenant.send("GET", "/v1.0/users", undefined, headers);
    expect(answer.status).toBe(401);
    expect(answer.json["error"]).toMatchObject({ code: "InvalidAuthenticationToken" });
  });

  test("a token for Exchange is no token for Graph", async () => {
    const { json } = await tenant.askToken({ ...applicationForm(), scope: "https://outlook.office365.com/.default" });
    const authorization = `Bearer ${String(json["access_token"])}`;
    expect((await tenant.send("GET", "/v1.0/users", undefined, { authorization })).status).toBe(401);
  });
});

async function forgeToken(): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
  const claims = decodeJwt(await tenant.signIn());
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "embedded-tenant" }).sign(privateKey);
}
