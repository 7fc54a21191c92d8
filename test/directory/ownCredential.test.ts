/** The automation identity's own credential: when it ends, and what was looked for where there is none. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { credentialHint } from "../../identity/credentialHint.ts";
import { DirectoryError } from "../../directory/errors.ts";
import type { GraphObject, GraphSession } from "../../directory/graph.ts";
import { credentialEnd } from "../../directory/ownCredential.ts";
import { credentialWarning, warnOfOwnCredential } from "../../resources/tenant/ownCredential.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { makeCertificate, makePkcs12 } from "../identity/certificates.ts";

const endpoints = { authority: "https://x", graph: "https://x", exchange: "https://x", isPrivate: true };
const connection = { tenantId: "t", clientId: "c", endpoints };
const now = Date.parse("2026-11-23T12:00:00Z");
const day = 24 * 60 * 60 * 1000;

/** A Graph that knows one application, and counts what it is asked. */
function graphWith(answer: GraphObject | DirectoryError): { graph: GraphSession; asked: string[] } {
  const asked: string[] = [];
  const read = (path: string): Promise<GraphObject> => {
    asked.push(path);
    return answer instanceof DirectoryError ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { graph: { read } as unknown as GraphSession, asked };
}

const secret = { kind: "secret", secret: "abc~secret" } as const;
const reader = ["Application.Read.All"];

describe("the end of the identity's own credential", () => {
  const folder = mkdtempSync(join(tmpdir(), "own-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("is its certificate's, which nobody has to be asked about", async () => {
    const notAfter = new Date(Math.floor((Date.now() + 5 * day) / 1000) * 1000);
    const path = join(folder, "own.pfx");
    writeFileSync(path, makePkcs12(makeCertificate("automation", notAfter), "p"));
    const { graph, asked } = graphWith({});
    const credential = { kind: "certificate", path, password: "p" } as const;
    const end = await credentialEnd({ ...connection, credential }, graph, []);
    expect(end).toEqual({ kind: "certificate", notAfter: notAfter.toISOString().replace(".000Z", "Z") });
    expect(asked).toEqual([]);
  });

  test("is what Graph says of the secret that begins alike, the last of several", async () => {
    const of = (hint: string, endDateTime: string) => ({ hint, endDateTime });
    const passwordCredentials = [
      of("abc", "2026-12-01T00:00:00Z"),
      of("xyz", "2026-11-24T00:00:00Z"),
      of("abc", "2026-12-10T00:00:00.0000000Z"),
    ];
    const { graph, asked } = graphWith({ passwordCredentials });
    const end = await credentialEnd({ ...connection, credential: secret }, graph, reader);
    expect(end).toEqual({ kind: "client secret", notAfter: "2026-12-10T00:00:00Z" });
    expect(asked).toEqual(["/applications(appId='c')?$select=id,passwordCredentials"]);
  });

  test("is unknown, and no failure, where Graph may not be asked, refuses, or knows no such secret", async () => {
    const ask = (answer: GraphObject | DirectoryError, roles: readonly string[]) =>
      credentialEnd({ ...connection, credential: secret }, graphWith(answer).graph, roles);
    expect(await ask({ passwordCredentials: [] }, reader)).toBeUndefined();
    expect(await ask({}, reader)).toBeUndefined();
    expect(await ask(new DirectoryError("forbidden", "GET", "no"), reader)).toBeUndefined();
    const { graph, asked } = graphWith({});
    expect(await credentialEnd({ ...connection, credential: secret }, graph, ["User.Read.All"])).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test("is warned of from 30 days before, and after it", () => {
    const ending = (days: number) => ({
      kind: "client secret" as const,
      notAfter: new Date(now + days * day).toISOString(),
    });
    expect(credentialWarning(ending(30), now)).toBeUndefined();
    expect(credentialWarning(ending(29.9), now)).toMatch(
      /^WARNING: the automation identity's own client secret ends on/,
    );
    expect(credentialWarning(ending(-1), now)).toMatch(/ended on 2026-11-22/);
  });

  describe("on the embedded tenant", () => {
    let tenant: TestTenant;
    beforeAll(async () => {
      tenant = await startTenant();
    });
    afterAll(() => tenant.close());

    test("is read of the stack's own app, and shown in the preflight's lines", async () => {
      const { clientId, clientSecret } = tenant.running.credentials;
      const registration = tenant.tenant.applications.find(({ appId }) => appId === clientId);
      const context = await tenant.open();
      await warnOfOwnCredential(context);
      expect(context.lines).toEqual([]);
      const endDateTime = new Date(Date.now() + 10 * day).toISOString().replace(/\.\d+Z$/, "Z");
      const own = { keyId: "11111111-0000-4000-8000-000000000001", displayName: "runs", endDateTime };
      Object.assign(registration ?? {}, { passwordCredentials: [{ ...own, secretText: clientSecret }] });
      await warnOfOwnCredential(context);
      expect(context.lines).toEqual([
        expect.stringMatching(`^WARNING: the automation identity's own client secret ends on ${endDateTime}`),
      ]);
    });
  });
});

describe("where no credential is found", () => {
  test.each([
    ["ARM_CLIENT_SECRT", "ARM_CLIENT_SECRET"],
    ["ARM_CLIENTSECRET", "ARM_CLIENT_SECRET"],
    ["arm_client_secret", "ARM_CLIENT_SECRET"],
    ["AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"],
    ["ARM_CERTIFICATE_PATH", undefined],
    ["ARM_CLIENT_CERT_PATH", undefined],
    ["ARM_CLIENT_CERTIFICATE_PTH", "ARM_CLIENT_CERTIFICATE_PATH"],
    ["AZURE_TENANT_ID", "ARM_TENANT_ID"],
    ["PATH", undefined],
    ["HOME", undefined],
    ["ARM_CLIENT_ID", undefined],
  ])("%s is told for what it may have been meant: %s", (name, meant) => {
    const hint = credentialHint({ [name]: "s3cret-value", EMPTY: "" });
    expect(hint).not.toContain("s3cret-value");
    const told = /^.*? (\S+) is set, but nothing reads it: did you mean (\S+)\?/.exec(hint);
    expect(told?.[2]).toBe(meant);
  });

  test("it is said what was looked for, and a token without the switch that makes it count", () => {
    const hint = credentialHint({ ARM_OIDC_TOKEN: "s3cret-value" });
    expect(hint).toMatch(
      /^Looked for ARM_CLIENT_SECRET, ARM_CLIENT_SECRET_FILE_PATH, .*with ARM_USE_OIDC=true also for/,
    );
    expect(hint).toMatch(/ARM_OIDC_TOKEN is set, but ARM_USE_OIDC is not\.$/);
    expect(hint).not.toContain("s3cret-value");
    expect(credentialHint({ ARM_CLIENT_SECRET: " " })).not.toContain("is set");
  });
});
