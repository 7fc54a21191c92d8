/** Opening a run: who signs in where, what is refused before anything is read, and what never shows. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { readConnection } from "../../identity/credentials.ts";
import { openTokens } from "../../identity/tokens.ts";
import { openSession } from "../../connection/session.ts";
import type { Session, SessionOptions } from "../../connection/session.ts";
import {
  deleteUser,
  findUserByPrincipalName,
  findUsersByAddress,
  readDeletedUser,
  readUser,
} from "../../directory/users.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import type { RunningSimulator } from "../../simulator/simulator.ts";
import type { Fault } from "../../simulator/server/faults.ts";
import { fakeToken } from "../exchange/exchangeServer.ts";
import { fakeWaits } from "../network/fakeWaits.ts";
import { prepareInterruption } from "../support/interruption.ts";
import { makeCertificate, makePkcs12 } from "../identity/certificates.ts";

type Values = Record<string, string>;

const trusted = getCACertificates("default");
const certificate = makeCertificate();
let running: RunningSimulator;
let directory: string;
let stack: Values;

beforeAll(async () => {
  running = await startSimulator();
  setDefaultCACertificates([...trusted, running.caCertificate, certificate.certificate]);
  directory = mkdtempSync(join(tmpdir(), "session-"));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await running.close();
});
beforeEach(() => {
  running.reset();
  const { tenantId, clientId } = running.credentials;
  stack = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": new URL(running.origin).host,
  };
});

function attempt(environment: Values = {}, options: SessionOptions = {}) {
  const variables = { EXCHANGE_ENDPOINT: running.origin, ...environment };
  return openSession(
    (key) => stack[key],
    variables,
    () => {},
    options,
  );
}

async function open(environment: Values = { ARM_CLIENT_SECRET: running.credentials.clientSecret }): Promise<Session> {
  const session = await attempt(environment);
  if ("problems" in session) throw new Error(session.problems.join("\n"));
  return session;
}

async function problemsOf(environment: Values): Promise<string> {
  const session = await attempt(environment);
  return "problems" in session ? session.problems.join("\n") : "no problems";
}

describe("a run", () => {
  test("signs in with a secret, and knows its own rights", async () => {
    const session = await open();
    expect(session.tenantId).toBe(running.credentials.tenantId);
    expect(session.entra.graphRoles).toContain("User.ReadWrite.All");
    expect(session.entra.directoryRoles).toEqual(["29232cdf-9323-42fd-ade2-1d097af3e4de"]);
    expect(await session.tokenClaims("exchange")).toMatchObject({
      appId: running.credentials.clientId,
      roles: ["Exchange.ManageAsApp"],
    });
  });

  test("signs in with a PKCS#12 certificate, as azuread does", async () => {
    const application = running.simulator.tenant.applications.find(
      ({ appId }) => appId === running.credentials.clientId,
    );
    application?.keyCredentials.push({ key: Buffer.from(certificate.certificate).toString("base64") });
    const path = join(directory, "own.pfx");
    writeFileSync(path, makePkcs12(certificate, "p"));
    const session = await open({ ARM_CLIENT_CERTIFICATE_PATH: path, ARM_CLIENT_CERTIFICATE_PASSWORD: "p" });
    expect(await session.exchange.read("Get-OrganizationConfig")).toHaveLength(1);
  });

  test("asks Entra no more than it has to", async () => {
    const session = await open();
    await Promise.all([
      session.entra.readDomains(),
      session.exchange.read("Get-OrganizationConfig"),
      session.exchange.read("Get-RoleGroup"),
    ]);
    const paths = running.requests
      .describe()
      .requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`);
    const { tenantId } = running.credentials;
    expect(paths.toSorted()).toEqual([
      `GET /${tenantId}/v2.0/.well-known/openid-configuration`,
      "GET /metadata/endpoints",
      "GET /v1.0/organization",
      `POST /${tenantId}/oauth2/v2.0/token`,
      `POST /${tenantId}/oauth2/v2.0/token`,
      `POST /adminapi/beta/${tenantId}/$batch`,
    ]);
    expect([session.exchange.requests, session.entra.graph.requests]).toEqual([1, 1]);
  });

  test("reads and deletes users of the directory", async () => {
    const { graph } = (await open()).entra;
    const user = await findUserByPrincipalName(graph, "AD.VISEUR@buitendienst.example");
    expect(user).toMatchObject({ displayName: "Ad Viseur", accountEnabled: true });
    const found = await findUsersByAddress(graph, ["ad.viseur@buitendienst.example", "nobody@buitendienst.example"]);
    expect([...found.values()].map((users) => users.map(({ id }) => id))).toEqual([[user?.id], []]);
    const id = user?.id ?? "";
    await deleteUser(graph, id);
    await deleteUser(graph, id);
    expect(await readUser(graph, id)).toBeUndefined();
    expect(await findUserByPrincipalName(graph, "ad.viseur@buitendienst.example")).toBeUndefined();
    expect(await readDeletedUser(graph, id)).toMatchObject({ id });
  });

  test("shows neither secret nor token, however it is printed", async () => {
    const session = await open();
    await session.exchange.read("Get-OrganizationConfig");
    const shown = inspect(session, { depth: 12, showHidden: false, getters: true }) + JSON.stringify(session);
    expect(shown).not.toContain(running.credentials.clientSecret);
    expect(shown).not.toMatch(/eyJ[\w-]+\./);
  });
});

describe("a run is refused", () => {
  test("with a secret that is not accepted, which is not shown", async () => {
    const problem = await problemsOf({ ARM_CLIENT_SECRET: "a-wrong-secret-value" });
    expect(problem).toMatch(/^signing in to tenant .* failed: AADSTS7000215: /);
    expect(problem).toMatch(/\. The client secret came from ARM_CLIENT_SECRET$/);
    for (const id of ["Trace ID", "Correlation ID", "Timestamp"]) expect(problem.split(id)).toHaveLength(2);
    expect(problem).not.toContain("a-wrong-secret-value");
    expect(problem).not.toContain("\n");
  });

  test("by a login service that quotes the secret, which is cut out", async () => {
    const issuer = await startIssuer("x", [], (form) => ({
      error: "invalid_client",
      error_description: `AADSTS7000215: ${form.get("client_secret") ?? ""} is wrong.\r\nTrace ID: x`,
    }));
    stack["azuread:metadataHost"] = issuer.host;
    const problem = await problemsOf({ ARM_CLIENT_SECRET: "quoted+by/the~service" });
    await issuer.close();
    expect(problem).toMatch("AADSTS7000215: [secret] is wrong. Trace ID: x");
  });

  test("in a tenant that does not exist", async () => {
    stack["azuread:tenantId"] = "99999999-2222-3333-4444-555555555555";
    const problem = await problemsOf({ ARM_CLIENT_SECRET: running.credentials.clientSecret });
    expect(problem).toBe(
      `signing in to tenant 99999999-2222-3333-4444-555555555555 as application ${running.credentials.clientId} failed: ` +
        `no such tenant at ${running.origin}: check azuread:tenantId, or the network`,
    );
  });

  test("by a network that fails, and not by a tenant that would not exist", async () => {
    const issuer = await startIssuer("x", []);
    stack["azuread:metadataHost"] = issuer.host;
    const plan = await readConnection((key) => stack[key], {
      ARM_CLIENT_SECRET: "s",
      EXCHANGE_ENDPOINT: running.origin,
    });
    await issuer.close();
    if ("problems" in plan) throw new Error(plan.problems.join());
    const tokens = await openTokens(plan.connection, { waits: fakeWaits() });
    const failure = await tokens("https://graph.microsoft.com/.default").catch((error: unknown) => String(error));
    expect(failure).toContain(`the login service https://${issuer.host} cannot be reached: `);
    expect(failure).toContain("ECONNREFUSED");
    expect(failure).toContain("Check this machine's network");
    expect(failure).not.toContain("no such tenant");
  });

  test("by the Azure CLI at last, which was not what was meant", async () => {
    const problem = await problemsOf({ ARM_CLIENT_SECRT: "misspelt", PATH: "/nowhere" });
    expect(problem).toMatch(
      /as the Azure CLI's user failed: .* The Azure CLI was the last try: there is no credential/,
    );
    expect(problem).toContain("ARM_CLIENT_SECRT is set, but nothing reads it: did you mean ARM_CLIENT_SECRET?");
    expect(problem).not.toContain("misspelt");
  });

  test("with a certificate that cannot be opened, before anything is sent", async () => {
    const path = join(directory, "locked.pfx");
    writeFileSync(path, makePkcs12(certificate, "right"));
    const problem = await problemsOf({
      ARM_CLIENT_CERTIFICATE_PATH: path,
      ARM_CLIENT_CERTIFICATE_PASSWORD: "not-right",
    });
    expect(problem).toMatch("the password is wrong");
    expect(problem).not.toContain("not-right");
    expect(running.requests.describe().requests.map(({ path: asked }) => asked.split("?")[0])).toEqual([
      "/metadata/endpoints",
    ]);
  });

  test("in the environment of another customer, before anything is sent", async () => {
    const environment = { ARM_TENANT_ID: "99999999-2222-3333-4444-555555555555", ARM_CLIENT_SECRET: "s" };
    expect(await problemsOf(environment)).toMatch("the credentials of another customer, or this is the wrong stack");
    expect(running.requests.describe().count).toBe(0);
  });

  test("with a token of another tenant, before anything is read", async () => {
    const asked: string[] = [];
    const issuer = await startIssuer("99999999-2222-3333-4444-555555555555", asked);
    stack["azuread:metadataHost"] = issuer.host;
    const problem = await problemsOf({ ARM_CLIENT_SECRET: "s", EXCHANGE_ENDPOINT: `https://${issuer.host}` });
    expect(problem).toMatch(
      "the access token is for tenant 99999999-2222-3333-4444-555555555555, but this stack is for tenant",
    );
    await issuer.close();
    for (const path of asked) expect(path).toMatch(/^\/(metadata\/endpoints|[0-9a-f-]+\/(v2\.0\/\.well-known|oauth2))/);
  });
});

describe("a login service that is busy", () => {
  const signIn = async (fault: Partial<Fault>, waits = fakeWaits()) => {
    running.faults.set([{ match: { channel: "token" }, effect: "throttle", ...fault }]);
    const session = await attempt({ ARM_CLIENT_SECRET: running.credentials.clientSecret }, { waits });
    if ("problems" in session) return { problem: session.problems.join("\n"), waits };
    // Signed in to beside what the caller does: done before the next test counts.
    await session.tokenClaims("exchange");
    return { problem: "no problems", waits };
  };
  const tokenRequests = () => running.requests.describe().requests.filter(({ path }) => /oauth2/.test(path)).length;

  test("is asked again after the pause that it names, and the operator sees it", async () => {
    const { problem, waits } = await signIn({ retryAfter: 42 });
    expect(problem).toBe("no problems");
    expect(waits.slept).toEqual([44_100]);
    expect(waits.lines).toEqual(["sign-in: the login service is throttling; attempt 2 of 4 in 45 s"]);
  });

  test("that asks for twenty minutes is not waited for: one error says when to come back", async () => {
    const { problem, waits } = await signIn({ retryAfter: 1200, times: 9 });
    expect(problem).toMatch(/^signing in to tenant .* failed: /);
    expect(problem).toMatch(/ \(it asks to be left alone for 20 min: run the same command again after that\)$/);
    expect([waits.slept, tokenRequests()]).toEqual([[], 1]);
  });

  test("is given up after its attempts, as any other", async () => {
    const { problem, waits } = await signIn({ effect: "error503", times: 9 });
    expect(problem).toMatch(/^signing in to tenant .* failed: /);
    expect(waits.slept).toHaveLength(3);
    expect(tokenRequests()).toBe(4);
  });

  test("does not keep a run that the operator ends", async () => {
    const interruption = prepareInterruption();
    interruption.press();
    const { problem } = await signIn({ retryAfter: 42 });
    interruption.remove();
    expect(problem).toBe("interrupted while waiting for another attempt of sign-in");
  });
});

/** A login service that hands out tokens of whichever tenant it likes, or refuses as it likes. */
async function startIssuer(
  tid: string,
  asked: string[],
  refuse?: (form: URLSearchParams) => unknown,
): Promise<{ host: string; close(): Promise<unknown> }> {
  const server = createServer({ key: certificate.key, cert: certificate.certificate }, (request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "";
    asked.push(path);
    const form = new URLSearchParams(await text(request));
    const origin = `https://${request.headers.host ?? ""}`;
    const base = `${origin}${path.split("/v2.0")[0] ?? ""}`;
    const provider = {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/keys`,
    };
    const token = { access_token: fakeToken(tid), expires_in: 3600, token_type: "Bearer" };
    const answers: [RegExp, unknown][] = [
      [/metadata/, { microsoftGraphResourceId: origin, authentication: { loginEndpoint: origin } }],
      [/openid-configuration/, provider],
      [/oauth2/, refuse === undefined ? token : refuse(form)],
    ];
    const isRefused = refuse !== undefined && path.includes("oauth2");
    response.writeHead(isRefused ? 401 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answers.find(([pattern]) => pattern.test(path))?.[1] ?? {}));
  };
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
