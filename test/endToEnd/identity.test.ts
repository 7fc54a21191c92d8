/** Another automation identity, and a run that is refused or breaks off: what `npm run pulumi` makes of them. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { EngineResult } from "../../commands/engine/engine.ts";
import { checkout } from "../../commands/setup/checkout.mjs";
import { makeCertificate } from "../identity/certificates.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const folder = mkdtempSync(join(tmpdir(), "identity-"));
let tenant: TestTenant;
let stack: TestStack;

beforeAll(async () => {
  const certificate = join(folder, "certificate.pem");
  writeFileSync(certificate, makeCertificate("CallPro", new Date(Date.now() + 63_072_000_000)).certificate);
  tenant = await startTenant();
  stack = await makeStack(tenant, { access: ["application"], application: { certificates: [certificate] } });
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  stack.close();
  await tenant.close();
});

/** `npm run pulumi -- …`, as an operator without a terminal. */
async function wrapper(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<EngineResult> {
  const all = [join(checkout, "commands", "pulumi.ts"), ...args, "--stack", stack.name, "--non-interactive"];
  const child = spawn(process.execPath, all, { cwd: checkout, env: { ...stack.environment, ...more } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

/** The state's resources as they stand in the file; what is encrypted is so anew each time that it is written. */
const resources = (): string =>
  JSON.stringify(stack.resources(), (key, value: unknown) => (key === "ciphertext" ? "" : value));

test("an enterprise app that Entra did not see in time: it is said that the next up goes on, and it does", async () => {
  tenant.running.faults.set([
    { match: { channel: "graph", operation: "PATCH /servicePrincipals/:id" }, effect: "notFound", times: 1 },
  ]);
  const broken = await wrapper(["up", "--yes", "--skip-preview"]);
  expect(broken.code).not.toBe(0);
  expect(broken.stdout).toContain("Timed out whilst waiting for new service principal to be replicated");
  expect(broken.stderr).toMatch(/enterprise-app: made, but not brought to its end\. Run the same command again/);
  tenant.running.faults.set([]);
  const next = await wrapper(["up", "--yes", "--skip-preview"]);
  expect({ code: next.code, said: next.code === 0 ? "" : next.stdout }).toEqual({ code: 0, said: "" });
}, 120_000);

test("another client works at once; a run that is refused leaves the state as it was", async () => {
  const other = tenant.running.applications["administrator"];
  if (other === undefined) throw new Error("The seed has no administrator.");
  const before = resources();
  stack.configure({ "azuread:clientId": other.clientId });
  const wrong = await wrapper(["up", "--yes", "--skip-preview"], { ARM_CLIENT_SECRET: "not-the-secret" });
  expect(wrong.code).not.toBe(0);
  expect(wrong.stdout).toMatch(/Nothing was changed.*[\s\S]*signing in to tenant .* failed/);
  expect(resources()).toBe(before);

  stack.configure({ "azuread:tenantId": "99999999-2222-3333-4444-555555555555" });
  const elsewhere = await wrapper(["up", "--yes", "--skip-preview"], { ARM_CLIENT_SECRET: other.clientSecret });
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stdout).toContain("a stack stays with its tenant");
  expect(resources()).toBe(before);

  stack.configure({ "azuread:tenantId": tenant.running.credentials.tenantId });
  const gone = await wrapper(["destroy", "--yes", "--skip-preview"], { ARM_CLIENT_SECRET: other.clientSecret });
  expect(gone.stderr).toContain("the automation identity was changed since the stack's last run");
  expect({ code: gone.code, said: gone.code === 0 ? "" : gone.stdout + gone.stderr }).toEqual({ code: 0, said: "" });
  expect(stack.resources()).toEqual([]);
}, 180_000);
