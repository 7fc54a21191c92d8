/** A stack whose every command is started in a folder below the checkout: program and provider are found all the same. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { adviser, eva, makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

let tenant: TestTenant;
let stack: TestStack;

beforeAll(async () => {
  tenant = await startTenant();
  stack = await makeStack(tenant, {}, "docs/examples");
}, 60_000);

afterAll(async () => {
  stack.close();
  await tenant.close();
});

test("up, refresh, preview and destroy work from a folder of the checkout, with nothing in the state but the package's name", async () => {
  const before = tenant.dump();
  expect(await stack.up()).toMatchObject({ code: 0 });
  const stubs = stack.resources().flatMap(({ inputs }) => inputs?.["__provider"] ?? []);
  expect(stubs).toHaveLength(8);
  for (const stub of stubs) expect(stub).toMatch(/^exports\.handler = .*\("calendar-access\/provider"\).*\n$/);
  expect((await stack.outputs())["mailboxes"]).toBe(`${adviser}\n${eva}\n`);
  expect(await stack.run(["refresh", "--yes", "--skip-preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
  expect(await stack.run(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
  expect(await stack.destroy()).toMatchObject({ code: 0 });
  tenant.running.settle();
  expect(tenant.dump()).toEqual(before);
}, 180_000);
