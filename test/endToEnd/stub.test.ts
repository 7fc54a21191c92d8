/** The stubs of every kind of artifact in a stack's state, as the engine runs them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startHost } from "../../resources/dynamic.ts";
import type { Kind } from "../../resources/lifecycle/contract.ts";
import { kindIn } from "../../resources/stub.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { makeStack, type StateResource, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva } from "../support/people.ts";

describe("a stack whose engine is started in a folder below the checkout", () => {
  const folder = mkdtempSync(join(tmpdir(), "stub-"));
  const certificate = join(folder, "certificate.pem");
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;

  beforeAll(async () => {
    writeFileSync(certificate, makeCertificate("CallPro").certificate);
    tenant = await startTenant();
    before = tenant.dump();
    const settings = { access: ["application", "impersonation"], application: { certificates: [certificate] } };
    stack = await makeStack(tenant, settings, { folder: "docs/examples", hosts: "own" });
  }, 60_000);

  afterAll(async () => {
    stack.close();
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const own = (): StateResource[] => stack.resources().filter(({ inputs }) => inputs?.["__provider"] !== undefined);

  test("is brought up, with nothing of this version in its state but the package's name", async () => {
    expect(await stack.up()).toMatchObject({ code: 0 });
    expect(own()).toHaveLength(13);
    for (const { inputs } of own()) {
      expect(inputs?.["__provider"]).toMatch(
        /^exports\.handler = \(\) => .*\("calendar-access\/provider"\)\.providerOf/,
      );
    }
    expect((await stack.outputs())["mailboxes"]).toBe(`${ad}\n${eva}\n`);
  }, 120_000);

  test("shows no input in a plan that is no difference when it changes", async () => {
    const unnoticed: string[] = [];
    for (const { type, id = "", inputs = {}, outputs = {} } of own()) {
      const provider = startHost({}, () => undefined).providerOf(kindIn(type) as Kind);
      const isNoticed = async (change: object): Promise<boolean> =>
        (await provider.diff(id, outputs, { ...inputs, ...change })).changes === true;
      expect(await isNoticed({})).toBe(false);
      for (const input of Object.keys(inputs).filter((each) => !each.startsWith("__") && each !== "verdict")) {
        if (!(await isNoticed({ [input]: "another" }))) unnoticed.push(`${kindIn(type)}.${input}`);
      }
    }
    expect(unnoticed).toEqual([]);
  });

  test("is refreshed, found unchanged, and taken down", async () => {
    expect(await stack.run(["refresh", "--yes", "--skip-preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
    expect(await stack.run(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
    tenant.running.settle();
    expect(tenant.dump()).toEqual(before);
  }, 180_000);
});
