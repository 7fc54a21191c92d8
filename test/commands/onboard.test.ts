/** npm run onboard: its script, run by a real PowerShell on the embedded tenant, makes the identity that a stack needs. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { readOptions } from "../../commands/onboard/options.ts";
import { examine } from "../../commands/doctor.ts";
import { writeModule } from "../../simulator/powershell/module.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { AdministratorsWindow, type Said } from "../support/administrator.ts";
import { describeWithPowerShell } from "../support/powershell.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

describe("npm run onboard", () => {
  test.each([
    [["--certificate", "x"], /--stack is missing/],
    [["--stack", "a"], /write how the identity signs in/],
    [["--stack", "a", "--certificate", "x", "--github", "o/r"], /write how the identity signs in/],
    [["--stack", "a", "--github", "o/r"], /--github needs --environment NAME or --branch NAME/],
    [["--stack", "a", "--github", "o/r", "--branch", "b'; exit"], /--github needs/],
    [["--stack", "a", "--github", "owner"], /is no repository: write OWNER\/REPOSITORY/],
    [["--stack", "a", "--undo", "--certificate", "x"], /--undo: leave out --certificate/],
    [["--stack", "a", "--certificat", "x"], /Options: --stack, --certificate/],
  ])("says of %j what is right", (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

/** PowerShell breaks a long error into lines. */
const inOneLine = (text: string): string => text.replaceAll(/\s*\n\s*\|\s*/g, " ");

describeWithPowerShell("the script", () => {
  const name = "Identity for O'Brien ‘calendars’ $(exit 9)";
  let tenant: TestTenant;
  let stack: TestStack;
  let folder: string;
  let window: AdministratorsWindow;
  let restore: () => void;
  let before: unknown;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "onboard-"));
    tenant = await startTenant();
    const { certificate } = makeCertificate("call centre");
    writeFileSync(join(folder, "callpro.pem"), certificate);
    const pair = makeCertificate("automation");
    writeFileSync(join(folder, "own.pem"), pair.certificate);
    writeFileSync(join(folder, "key.pem"), `${pair.key}${pair.certificate}`);
    stack = await makeStack(tenant, {
      access: ["application"],
      application: { certificates: [join(folder, "callpro.pem")] },
    });
    // Azure Cloud Shell, as far as the script needs it: az with a sign-in, and the module of Exchange.
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "az"), '#!/bin/sh\n[ "$2" = get-access-token ] && printf %s "$GRAPH_TOKEN"\n');
    chmodSync(join(folder, "bin", "az"), 0o755);
    writeModule(join(folder, "modules"), tenant.running);
    window = new AdministratorsWindow(folder, {
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
      PSModulePath: join(folder, "modules"),
      SSL_CERT_FILE: tenant.running.bundleFile,
      EMBEDDED_TENANT_ORGANIZATION: tenant.tenant.initialDomain,
    });
    restore = tenant.save();
    before = tenant.dump();
  }, 60_000);

  afterEach(() => {
    restore();
    stack.configure({ "azuread:clientId": tenant.running.credentials.clientId });
  });

  afterAll(async () => {
    window.close();
    stack.close();
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function tokenOf(scope: string): Promise<string> {
    const { tenantId, clientId, clientSecret } =
      tenant.running.applications["administrator"] ?? tenant.running.credentials;
    const response = await fetch(`${tenant.running.origin}/${tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope,
      }),
    });
    return String(((await response.json()) as Record<string, unknown>)["access_token"]);
  }

  /** What `npm run onboard` prints. */
  async function print(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await stack.onboard(["--name", name, ...args]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return stdout;
  }

  /** Runs a script as the customer's administrator does, in one window of Azure Cloud Shell. */
  async function run(script: string): Promise<Said> {
    const { code, said } = await window.run(script, {
      GRAPH_TOKEN: await tokenOf(`${tenant.running.origin}/.default`),
      EMBEDDED_TENANT_TOKEN: await tokenOf("https://outlook.office365.com/.default"),
    });
    return { code, said: inOneLine(said) };
  }

  const certificate = ["--certificate", join(tmpdir(), "never")];
  /** The checks of `doctor` that are wrong, with the identity of the script. */
  async function missing(isReader: boolean): Promise<unknown[]> {
    const environment = {
      ...stack.environment,
      ARM_CLIENT_SECRET: "",
      ARM_CLIENT_CERTIFICATE_PATH: join(folder, "key.pem"),
    };
    const checks = await examine({ stack: stack.name, isReader, json: false }, () => undefined, environment);
    return checks
      .filter(({ code, state }) => state === "wrong" && code !== "plugin")
      .map((each) => ("id" in each ? each.id : each.code));
  }
  const clientIdIn = (said: string): string => /azuread:clientId: (\S+)/.exec(said)?.[1] ?? "";

  test("makes an identity with every right of the stack, finds it there the second time, and is undone without a trace", async () => {
    const script = await print("--certificate", join(folder, "own.pem"));
    expect(script).not.toMatch(/PRIVATE KEY|secret_|password *=/i);
    const first = await run(script);
    expect(first).toEqual({ code: 0, said: expect.stringContaining("azuread:clientId") });
    const after = JSON.stringify(tenant.dump());
    const second = await run(script);
    expect(second.code).toBe(0);
    expect(second.said).not.toMatch(/: (made|added|given)( \(|$)/m);
    expect(JSON.stringify(tenant.dump())).toBe(after);
    stack.configure({ "azuread:clientId": clientIdIn(first.said) });
    expect(await missing(false)).toEqual([]);
    // The plugin's stand-in signs in by secrets alone.
    const [app] = tenant.tenant.applications.filter(({ displayName }) => displayName === name);
    const { secretText } = await tenant.graph("POST", `/applications/${app?.id ?? ""}/addPassword`, {});
    const asMade = { ARM_CLIENT_SECRET: String(secretText) };
    for (const command of ["up", "destroy"]) {
      expect(await stack.run([command, "--yes", "--skip-preview"], asMade)).toMatchObject({ code: 0 });
    }
    expect(await run(await print("--undo"))).toMatchObject({ code: 0, said: expect.stringContaining(": removed") });
    tenant.running.settle();
    expect(tenant.dump()).toEqual(before);
    expect((await run(await print("--undo"))).said).toContain("There is no app registration called Identity for");
  }, 120_000);

  test("is not made with the call centre's own certificate: its key would open every mailbox", async () => {
    expect(await stack.onboard(["--certificate", join(folder, "callpro.pem")])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/--certificate: has the key of the call centre's certificate [0-9A-F]{40} in/),
    });
  }, 60_000);

  test("makes a reading identity that may read and not write", async () => {
    const { said } = await run(await print("--reader", "--certificate", join(folder, "own.pem")));
    stack.configure({ "azuread:clientId": clientIdIn(said) });
    expect(await missing(true)).toEqual([]);
    expect(await missing(false)).toEqual(
      expect.arrayContaining(["Application.ReadWrite.All", "Exchange Administrator", "role assignment"]),
    );
  }, 60_000);

  test("makes a role group of Exchange instead of the Entra role, which does as much, and takes it away", async () => {
    const options = ["--exchange-role-group", "--certificate", join(folder, "own.pem")];
    const { code, said } = await run(await print(...options));
    expect({ code, said }).toMatchObject({ code: 0 });
    tenant.running.settle();
    const appId = clientIdIn(said);
    const principal = tenant.tenant.servicePrincipals.find((each) => each.appId === appId);
    expect(principal?.directoryRoles).toEqual([]);
    expect((await run(await print(...options))).said).toContain("with the app as its member");
    stack.configure({ "azuread:clientId": appId });
    expect(await missing(false)).toEqual([]);
    expect((await run(await print("--undo", "--exchange-role-group"))).code).toBe(0);
    tenant.running.settle();
    expect(tenant.dump()).toEqual(before);
  }, 120_000);

  test("stops at an app of the same name that it did not make, and at a sign-in to another tenant", async () => {
    await tenant.graph("POST", "/applications", {
      displayName: name,
      notes: "of somebody else",
    });
    const taken = tenant.dump();
    const script = await print("--certificate", join(folder, "own.pem"));
    const refused = await run(script);
    expect(refused.code).not.toBe(0);
    expect(refused.said).toMatch(/that this script did not make/);
    expect((await run(await print("--undo"))).said).toContain("There is no app registration");
    const elsewhere = await run(
      script.replace(tenant.running.credentials.tenantId, "00000000-0000-0000-0000-000000000001"),
    );
    expect(elsewhere.code).not.toBe(0);
    expect(tenant.dump()).toEqual(taken);
  }, 60_000);

  test("trusts a pipeline of one environment of GitHub, once", async () => {
    const options = ["--github", "owner/repo", "--environment", "contoso"];
    expect((await run(await print(...options))).code).toBe(0);
    expect((await run(await print(...options))).said).toContain("trusted already");
    const [app] = tenant.tenant.applications.filter(({ displayName }) => displayName === name);
    expect(app?.federatedIdentityCredentials).toMatchObject([
      { issuer: "https://token.actions.githubusercontent.com", subject: "repo:owner/repo:environment:contoso" },
    ]);
    expect(app?.keyCredentials).toEqual([]);
  }, 60_000);

  test("is not printed with a private key, or without a certificate", async () => {
    const key = await stack.onboard(["--certificate", join(folder, "key.pem")]);
    expect(key).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("holds a private key") });
    expect(await stack.onboard(certificate)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("ENOENT"),
    });
    const out = join(folder, "onboard.ps1");
    expect(await stack.onboard(["--certificate", join(folder, "own.pem"), "--out", out])).toMatchObject({
      code: 0,
      stdout: "",
    });
    expect(readFileSync(out, "utf8")).toMatch(/^# Makes the automation identity[^]*\n& \{\n[^]*\n\}\n$/);
  }, 60_000);
});
