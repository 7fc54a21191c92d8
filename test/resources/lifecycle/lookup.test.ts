/** An object that stands in a list which is read whole is not asked for by itself; its absence is no answer. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { getByGuid, withWholeLists } from "../../../resources/lifecycle/lookup.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

const cmdlet = "Get-ManagementRoleAssignment";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => {
  tenant.running.reset();
});
afterAll(() => tenant.close());

function asked(): string[] {
  return tenant.running.requests.describe().cmdlets.map(({ name, parameters }) => `${name} ${parameters}`);
}

test("several are taken out of one answer, as they would be by themselves", async () => {
  const { exchange } = withWholeLists(await tenant.open());
  const ids = tenant.tenant.assignments.slice(0, 3).map(({ guid }) => guid);
  expect(ids).toHaveLength(3);
  const found = await Promise.all(ids.map((id) => getByGuid(exchange, cmdlet, id)));
  expect(asked()).toEqual([`${cmdlet} {}`]);
  const alone = (await tenant.open()).exchange;
  expect(found).toEqual(await Promise.all(ids.map((id) => getByGuid(alone, cmdlet, id))));
});

test("one that is in no list is asked for by itself, and only that says that it is gone", async () => {
  const { exchange } = withWholeLists(await tenant.open());
  const id = "0a0a0a0a-0000-4000-8000-000000000000";
  expect(await getByGuid(exchange, cmdlet, id)).toBeUndefined();
  expect(asked()).toEqual([`${cmdlet} {}`, `${cmdlet} {"Identity":"${id}"}`]);
});

test("one is asked for by itself where the list cannot be read", async () => {
  const { exchange } = withWholeLists(await tenant.open());
  const id = tenant.tenant.assignments[0]?.guid ?? "";
  tenant.running.faults.set([{ match: { operation: cmdlet }, effect: "forbidden", times: 1 }]);
  expect(await getByGuid(exchange, cmdlet, id)).toBeDefined();
});
