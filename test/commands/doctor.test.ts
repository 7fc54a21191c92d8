/** npm run doctor: a stack that is well, and each thing that is not, on the embedded tenant; it writes nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { examine } from "../../commands/doctor.ts";
import { exitCodeOf, type Check } from "../../commands/doctor/check.ts";
import { readOptions } from "../../commands/doctor/options.ts";
import { formatChecks } from "../../commands/doctor/page.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

let tenant: TestTenant;
let stack: TestStack;
let restore: () => void;
let writes: number;

beforeAll(async () => {
  tenant = await startTenant();
  stack = await makeStack(tenant);
  restore = tenant.save();
}, 60_000);

beforeEach(() => {
  writes = tenant.running.journal.entries.length;
});

afterEach(() => {
  expect(tenant.running.journal.entries.length).toBe(writes);
  restore();
  stack.configure({ access: ["impersonation"], application: undefined, allowOrganizationCustomization: undefined });
});

afterAll(async () => {
  stack.close();
  await tenant.close();
});

const look = async (environment: Readonly<Record<string, string>> = {}, isReader = false): Promise<readonly Check[]> =>
  examine({ stack: stack.name, isReader, json: false }, () => undefined, { ...stack.environment, ...environment });

/** Those that are not well, without the plugin, which no machine without its host has. */
const unwell = (checks: readonly Check[]): Check[] =>
  checks.filter(({ code, state }) => !["ok", "notAsked"].includes(state) && code !== "plugin");

describe("npm run doctor", () => {
  test("finds nothing wrong before a first up, and names each right that the stack needs", async () => {
    const checks = await look();
    expect(unwell(checks)).toEqual([]);
    expect(exitCodeOf(checks)).toBe(0);
    const rights = checks.flatMap((check) => (check.code === "right" ? [check.id] : []));
    expect(rights).toEqual([
      "Exchange.ManageAsApp",
      "Organization.Read.All",
      "User.Read.All",
      "User.ReadWrite.All",
      "Global Reader",
      "Exchange Administrator",
    ]);
    expect(checks.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["node", "engine", "backend", "lock", "secrets", "settings", "clock", "organization"]),
    );
  }, 60_000);

  test("names each right that a reading identity lacks to write, and what breaks without it", async () => {
    const { clientId, clientSecret } = tenant.running.applications["reader"] ?? {};
    stack.configure({ "azuread:clientId": clientId });
    const environment = { ARM_CLIENT_SECRET: clientSecret ?? "" };
    const checks = await look(environment);
    expect(exitCodeOf(checks)).toBe(1);
    expect(unwell(checks).map((check) => ("id" in check ? check.id : check.code))).toEqual([
      "User.ReadWrite.All",
      "Exchange Administrator",
      "role assignment",
      "role group",
      "security group",
      "scope",
    ]);
    expect(formatChecks(checks, false)).toMatch(
      /WRONG +User\.ReadWrite\.All is missing: the service user is neither made/,
    );
    expect(unwell(await look(environment, true))).toEqual([]);
    stack.configure({ "azuread:clientId": tenant.running.credentials.clientId });
  }, 60_000);

  test("tells a secret that does not sign in, and asks no further", async () => {
    const checks = await look({ ARM_CLIENT_SECRET: "wrong-secret-of-the-test" });
    expect(unwell(checks)).toMatchObject([{ code: "signIn", state: "wrong" }]);
    expect(JSON.stringify(checks) + formatChecks(checks, false)).not.toContain("wrong-secret-of-the-test");
  }, 60_000);

  test("tells a credential that is not there, with the variables that were looked for", async () => {
    const checks = await look({ ARM_CLIENT_SECRET: "" });
    expect(unwell(checks)).toMatchObject([
      { code: "credential", state: "wrong", reason: expect.stringContaining("ARM_CLIENT_SECRET") },
    ]);
  }, 60_000);

  test("tells a passphrase that is not the stack's, settings with mistakes and a backend that is not there", async () => {
    expect(unwell(await look({ PULUMI_CONFIG_PASSPHRASE: "another" }))).toMatchObject([
      { code: "secrets", state: "wrong", provider: "passphrase" },
    ]);
    stack.configure({ reach: "everywhere" });
    expect(unwell(await look())).toMatchObject([
      { code: "settings", state: "wrong", problems: [expect.stringContaining('reach: "everywhere"')] },
    ]);
    stack.configure({ reach: undefined });
    const elsewhere = await look({ PULUMI_BACKEND_URL: "file:///nowhere/at/all" });
    expect(unwell(elsewhere)).toMatchObject([{ code: "backend", state: "wrong" }]);
    expect(elsewhere.at(-1)?.code).toBe("backend");
  }, 60_000);

  test("tells an organisation that was never customised and a role that Exchange has lost", async () => {
    tenant.tenant.organization.isDehydrated = true;
    tenant.tenant.roles = tenant.tenant.roles.filter(({ name }) => name !== "ApplicationImpersonation");
    expect(unwell(await look())).toMatchObject([
      { code: "organization", state: "wrong", isCustomised: false },
      { code: "role", state: "wrong", name: "ApplicationImpersonation" },
    ]);
    stack.configure({ allowOrganizationCustomization: true });
    expect(unwell(await look())[0]).toMatchObject({ code: "organization", state: "warning" });
  }, 60_000);

  test("tells a way in that is shut", async () => {
    tenant.tenant.organization.ewsEnabled = false;
    const [found] = unwell(await look());
    expect(found).toMatchObject({ code: "wayIn", state: "wrong", reasons: [{ code: "ewsOff" }] });
  }, 60_000);

  test("tells a clock that is an hour off", async () => {
    tenant.running.clock.advance(3_600_000);
    const [found] = unwell(await look());
    expect(found).toMatchObject({ code: "clock", state: "wrong" });
  }, 60_000);

  test("runs as a command: a table, JSON, the exit code, and the machine alone without a stack", async () => {
    const { code, stdout } = await stack.doctor();
    expect(stdout).toMatch(/^ *Node +ok +\d/m);
    expect(stdout).not.toContain("\u001b");
    expect(code).toBe(/WRONG/.test(stdout) ? 1 : 0);
    const json = JSON.parse((await stack.doctor(["--json"])).stdout) as { schema: number; checks: Check[] };
    expect(json).toMatchObject({ schema: 1, stack: stack.name, checks: expect.any(Array) });
    const alone = await examine({ stack: undefined, isReader: false, json: false }, () => undefined, stack.environment);
    expect(alone.map((check) => check.code)).toEqual(["node", "engine", "plugin", "backend"]);
    const { ARM_CLIENT_SECRET = "?" } = stack.environment;
    expect(stdout + JSON.stringify(json)).not.toContain(ARM_CLIENT_SECRET);
  }, 60_000);

  test("says of a wrong option what is right", () => {
    expect(() => readOptions(["--stak", "x"])).toThrow(/--stak.*Options: --stack NAME, --reader/);
    expect(() => readOptions(["--reader"])).toThrow(/are about a stack: name it/);
    expect(() => readOptions(["--stack", " "])).toThrow(/write the name of a stack/);
  });
});
