/** A credential that does not sign in is said once, before the engine starts; what the program says better is left to it. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signInProblems } from "../../../commands/run/signIn.ts";
import { readCall, type Call, type Known } from "../../../commands/run/state.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
let folder: string;
beforeAll(async () => {
  tenant = await startTenant();
  folder = mkdtempSync(join(tmpdir(), "sign-in-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await tenant.close();
});

const resource = { urn: "urn:pulumi:a::b::c::d", type: "c" };

/** A stack that holds something, and was last run by the identity of its settings. */
function known(settings: Readonly<Record<string, string>> = {}): Known {
  const { tenantId, clientId } = tenant.running.credentials;
  const values: Readonly<Record<string, string>> = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:metadataHost": `localhost:${tenant.running.port}`,
    "calendar-access:exchangeEndpoint": tenant.running.origin,
    ...settings,
  };
  const configuration = Object.entries(values).map(([key, value]) => [key, { value, secret: false }] as const);
  return { state: { resources: [resource] }, configuration: Object.fromEntries(configuration) };
}

async function ask(environment: NodeJS.ProcessEnv, more: Partial<Known> = {}, command = "up"): Promise<string> {
  const call = readCall([command, "--stack", "a"]) as Call;
  const lines: string[] = [];
  const problems = await signInProblems(call, { ...known(), ...more }, environment, (line) => void lines.push(line));
  expect(lines).toEqual([]);
  return problems.join("\n");
}

describe("before a run", () => {
  test.each(["preview", "up", "refresh", "destroy"])(
    "of %s a credential that signs in is nothing to speak of",
    async (command) => {
      expect(await ask({ ARM_CLIENT_SECRET: tenant.running.credentials.clientSecret }, {}, command)).toBe("");
    },
  );

  test("a wrong secret is said, with the variable that it came from", async () => {
    const path = join(folder, "secret");
    writeFileSync(path, "wrong");
    const inFile = await ask({ ARM_CLIENT_SECRET_FILE_PATH: path });
    expect(inFile).toMatch(
      /^signing in to tenant .* failed: AADSTS7000215: .*the file that ARM_CLIENT_SECRET_FILE_PATH names$/,
    );
    expect(await ask({ ARM_CLIENT_SECRET: "wrong" }, {}, "destroy")).toMatch(/came from ARM_CLIENT_SECRET$/);
  });

  test("no credential, or another customer's, is said without asking anybody", async () => {
    expect(await ask({ ARM_USE_CLI: "false" })).toMatch(/^there is no credential: set ARM_CLIENT_SECRET/);
    const other = { ARM_CLIENT_SECRET: "x", ARM_TENANT_ID: "99999999-2222-3333-4444-555555555555" };
    expect(await ask(other)).toMatch(/or this is the wrong stack$/);
  });

  test("nothing is said where the program runs first, or no Entra is asked", async () => {
    const wrong = { ARM_CLIENT_SECRET: "wrong" };
    expect(await ask(wrong, { state: {} })).toBe("");
    expect(await ask(wrong, { state: undefined })).toBe("");
    expect(await ask(wrong, { configuration: undefined })).toBe("");
    expect(await ask(wrong, known({ "calendar-access:exchange": '{"channel":"server"}' }))).toBe("");
    const inputs = { "azuread:tenantId": "another" };
    const host = { urn: "h", type: "pulumi:providers:pulumi-nodejs", inputs };
    expect(await ask(wrong, { state: { resources: [host] } })).toBe("");
    // But for a destroy: its refresh comes first, whoever runs it.
    expect(await ask(wrong, { state: { resources: [host] } }, "destroy")).toMatch(/^signing in/);
  });
});
