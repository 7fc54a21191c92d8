/** Two customers' tenants served by one process, side by side: nothing of the one is known, waited for or done in the other. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startHost, type ProviderHost } from "../../resources/dynamic.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { markOf } from "../../resources/lifecycle/mark.ts";
import { readSeed } from "../../simulator/tenant/seed.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";

const userName = "svc.two@buitendienst.onmicrosoft.com";
const inputs = {
  name: "CallPro Calendar Access",
  role: "ApplicationImpersonation",
  mark: markOf("calendar-access", "contoso", "6e4f1c2a-8b1d-4f0e-9c57-1a2b3c4d5e6f"),
  adopt: false,
  onDestroy: "remove",
};

type Provider = ReturnType<ProviderHost["providerOf"]>;

/** A host of its own for a tenant, as the engine of that customer's stack would start it. */
function roleGroupsOf({ running }: TestTenant, lines: string[] = []): Provider {
  const { tenantId, clientId, clientSecret } = running.credentials;
  const settings: Record<string, string> = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:clientSecret": clientSecret,
    "azuread:metadataHost": `localhost:${running.port}`,
    exchangeEndpoint: running.origin,
  };
  const provider = startHost({}, (line) => lines.push(line)).providerOf("roleGroup");
  void provider.configure({ config: { get: (key) => settings[key], require: (key) => settings[key] ?? "" } });
  return provider;
}

/** Makes a role group, of which the provider tells everything. */
async function made(provider: Provider, asked: Properties): Promise<{ id: string; outs: Properties }> {
  const { id, outs } = await provider.create({ ...inputs, ...asked });
  if (outs === undefined) throw new Error("Nothing was told of it.");
  return { id, outs };
}

describe("two tenants in one process", () => {
  let one: TestTenant;
  let other: TestTenant;
  let members: { one: string; other: string };

  beforeAll(async () => {
    one = await startTenant();
    other = await startTenant({ seed: { ...readSeed(), tenantId: "66666666-7777-8888-9999-000000000000" } });
  });

  beforeEach(async () => {
    one.running.reset();
    other.running.reset();
    members = { one: await one.makeUser(userName), other: await other.makeUser(userName) };
  });

  afterAll(async () => {
    await one.close();
    await other.close();
  });

  test("get what was asked for each of them, at the same time, and are refused each other's objects", async () => {
    const [first, second] = [roleGroupsOf(one), roleGroupsOf(other)];
    const [mine, yours] = await Promise.all([
      made(first, { name: "Mine", members: members.one }),
      made(second, { name: "Yours", members: members.other }),
    ]);
    const own = ({ tenant }: TestTenant): string[] =>
      tenant.roleGroups.map(({ name }) => name).filter((name) => ["Mine", "Yours"].includes(name));
    expect([own(one), own(other)]).toEqual([["Mine"], ["Yours"]]);
    const refusal = await failureOf(second.read(mine.id, mine.outs));
    expect(refusal.message).toContain("belongs to tenant");
    await Promise.all([first.delete(mine.id, mine.outs), second.delete(yours.id, yours.outs)]);
    expect([own(one), own(other)]).toEqual([[], []]);
  });

  test("do not take what the one holds for the other's", async () => {
    const [first, second] = [roleGroupsOf(one), roleGroupsOf(other)];
    const { id } = await made(first, { members: members.one });
    // What an interrupted run left in the other tenant has the same id: it is recognised there, although the first
    // stack holds one of that id, which its own create would never hand out again.
    await second.create({ ...inputs, members: members.other });
    const left = other.tenant.roleGroups.find(({ name }) => name === inputs.name);
    if (left === undefined) throw new Error("There is no role group.");
    for (const assignment of other.tenant.assignments) {
      if (assignment.assignee === left.guid) assignment.assignee = id;
    }
    left.guid = id;
    expect(await roleGroupsOf(other).create({ ...inputs, members: members.other })).toMatchObject({ id });
  });

  test("do not wait for each other: one that is throttled holds nobody back but itself", async () => {
    one.running.faults.set([{ match: { channel: "exchange" }, effect: "throttle", retryAfter: 2, times: 1 }]);
    const [slow, quick]: [string[], string[]] = [[], []];
    const first = made(roleGroupsOf(one, slow), { name: "Held", members: members.one });
    await made(roleGroupsOf(other, quick), { name: "Held", members: members.other });
    const others = { isOver: one.tenant.roleGroups.some(({ name }) => name === "Held") };
    await first;
    one.running.faults.set([]);
    expect(others).toEqual({ isOver: false });
    expect([slow, quick]).toEqual([[expect.stringContaining("Exchange is throttling")], []]);
  });
});
