/** Secrets of a stack: shown nowhere, replaced at any time, and of no use to another customer's stack. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { descendantsOf } from "../support/processes.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

/** A text as it may lie in a file, a command line, a request or JSON. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

describe("the secrets of a stack", () => {
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;
  /** Everything that anybody could see, by where it was seen. */
  const seen: [where: string, text: string][] = [];
  const ofStack = "The-secret~that.only-the_stack-holds";
  const rotated = "Another-secret~of.the-automation_identity";

  beforeAll(async () => {
    tenant = await startTenant();
    before = tenant.dump();
    stack = await makeStack(tenant, {}, { hosts: "own" });
  }, 60_000);

  const folder = mkdtempSync(join(tmpdir(), "secrets-"));

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    stack.close();
    await tenant.close();
  });

  /** Where one of the secrets was seen in clear. */
  const leaks = (...secrets: readonly string[]): string[] =>
    seen.filter(([, text]) => secrets.flatMap(formsOf).some((form) => text.includes(form))).map(([where]) => where);

  /** Runs the engine; notes what it says, what it stores and which arguments its processes show, and its exit code. */
  const watch = async (
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<number> => {
    const command = args.join(" ");
    const run = stack.start(args, environment);
    const ended = run.ended.then(() => "ended" as const);
    let state: "running" | "ended" = "running";
    while (state === "running") {
      seen.push([
        `processes of ${command}`,
        descendantsOf(run.pid)
          .map((each) => each.command)
          .join("\n"),
      ]);
      state = await Promise.race([ended, sleep(200, "running" as const)]);
    }
    const { code, stdout, stderr } = await run.ended;
    seen.push([`output of ${command}`, stdout], [`errors of ${command}`, stderr], ["files", stack.everyFile()]);
    return code;
  };

  test("are refused in clear by the program, before anything is made, with the command that mends it", async () => {
    expect(await stack.run(["config", "set", "--plaintext", "azuread:clientSecret", ofStack])).toMatchObject({
      code: 0,
    });
    try {
      const { code, stdout, stderr } = await stack.run(["preview"]);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/azuread:clientSecret: .*--secret/);
      expect(stdout + stderr).not.toContain(ofStack);
      expect(tenant.dump()).toEqual(before);
    } finally {
      await stack.run(["config", "rm", "azuread:clientSecret"]);
    }
  }, 60_000);

  test("are nowhere in clear: not in what is said, not in what is stored, not among the processes' arguments", async () => {
    const { clientSecret } = tenant.running.credentials;
    // Beside the environment's secret, which wins, the stack holds one: the engine hands it to every plugin.
    expect(await stack.run(["config", "set", "--secret", "azuread:clientSecret", ofStack])).toMatchObject({ code: 0 });

    expect(await watch(["up", "--yes", "--diff", "--show-config"])).toBe(0);
    // The first preview promises nothing that nobody has proved.
    const [planned = ""] = (seen.find(([where]) => where.startsWith("output of up"))?.[1] ?? "").split("Updating (");
    expect(planned).toContain("verdict");
    expect(planned).toContain('"to be proved"');
    expect(planned).not.toContain('"passed"');
    expect(await watch(["preview", "--diff", "--json"])).toBe(0);
    const proof = await stack.verify(["--json"]);
    expect(proof).toMatchObject({ code: 0 });
    seen.push(["output of verify", proof.stdout], ["errors of verify", proof.stderr]);

    const { password } = await stack.outputs();
    expect(leaks(clientSecret, ofStack, String(password))).toEqual([]);
    // What looked for them would have found them.
    const processes = seen.filter(([where]) => where.startsWith("processes of up")).map(([, text]) => text);
    for (const part of ["pulumi-language-nodejs", "dynamic-provider", "azuread"])
      expect(processes.join("\n")).toContain(part);
    expect(seen.map(([, text]) => text).join("\n")).toContain("ciphertext");
    expect(tenant.tenant.users.some((user) => user.password === password)).toBe(true);
  }, 120_000);

  test("of another customer's tenant are refused by preview and destroy before anything is read", async () => {
    const environment = {
      ARM_TENANT_ID: "22222222-2222-3333-4444-555555555555",
      ARM_CLIENT_ID: "66666666-2222-3333-4444-555555555555",
      ARM_CLIENT_SECRET: "The-secret~of.another-customer",
    };
    const held = stack.resources().map(({ urn, id }) => ({ urn, id }));
    tenant.running.requests.clear();
    for (const command of [["preview"], ["destroy", "--yes", "--skip-preview"]]) {
      const { code, stdout, stderr } = await stack.run(command, environment);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toContain("another customer");
    }
    // azuread's plugin tries to sign in, as the stack's identity, and is turned away.
    const { requests } = tenant.running.requests.describe();
    expect(requests.filter(({ caller }) => caller !== null)).toEqual([]);
    expect(stack.resources().map(({ urn, id }) => ({ urn, id }))).toEqual(held);
  }, 120_000);

  test("that were replaced work from the environment, in refresh and destroy too", async () => {
    const { clientId } = tenant.running.credentials;
    const application = tenant.tenant.applications.find(({ appId }) => appId === clientId);
    if (application === undefined) throw new Error("no application");
    application.secrets = [rotated];
    const stale = await stack.run(["refresh", "--yes", "--skip-preview"]);
    expect(stale.code).not.toBe(0);
    expect(stale.stdout + stale.stderr).toContain("Invalid client secret");

    expect(await watch(["refresh", "--yes", "--skip-preview"], { ARM_CLIENT_SECRET: rotated })).toBe(0);
    expect(leaks(rotated)).toEqual([]);
  }, 120_000);

  test("in a file work through npm run pulumi, which hands the plugin what it understands", async () => {
    const file = join(folder, "secret");
    writeFileSync(file, `${rotated}\n`);
    const environment = { ARM_CLIENT_SECRET: "", ARM_CLIENT_SECRET_FILE_PATH: file };
    const plugin = await stack.run(["refresh", "--yes", "--skip-preview"], environment);
    expect(plugin.code).not.toBe(0);
    expect(plugin.stdout + plugin.stderr).toContain("could not configure AzureCli Authorizer");
    const { code, stdout, stderr } = await stack.pulumi(["destroy", "--yes", "--skip-preview"], environment);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout + stderr + stack.everyFile()).not.toContain(rotated);
    tenant.running.settle();
    expect(tenant.dump()).toEqual(before);
  }, 120_000);
});
