/**
 * A tenant that was set up by hand after the document: left alone, taken over whole, given back. Undone after it was taken
 * over: changeOver.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { documentNames, followDocument } from "../support/document.ts";
import { reachNow, writesBeyond, writesOf } from "../support/reach.ts";
import { adviser, eva, makeStack, serviceUser, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const { group, scope, assignment } = documentNames;

describe("a tenant that was set up by hand after the document", () => {
  let tenant: TestTenant;
  let stack: TestStack;
  let byHand: unknown;

  beforeAll(async () => {
    tenant = await startTenant();
    await followDocument(tenant);
    byHand = tenant.dump();
    stack = await makeStack(tenant);
  }, 60_000);

  afterAll(async () => {
    stack.close();
    await tenant.close();
  });

  /** Runs something; returns what it wrote. After no write may anything else be open than the listed mailboxes. */
  const writesDuring = async (action: () => Promise<unknown>): Promise<readonly string[]> => {
    const start = tenant.running.journal.entries.length;
    await action();
    const entries = tenant.running.journal.entries.slice(start);
    expect(writesBeyond(entries, serviceUser, [adviser, eva])).toEqual([]);
    return writesOf(entries);
  };

  /** Everything but the service user, whose password and mark a taking over replaces. */
  const dumpOfExchange = (): unknown => ({ ...(tenant.dump() as object), users: undefined, now: undefined });

  test("is a conflict without adopt, all of it told together; nothing is touched", async () => {
    const writes = await writesDuring(async () => {
      const { code, stdout, stderr } = await stack.up();
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(new RegExp(`serviceUser: ${serviceUser} .* was not made by this stack`));
      for (const title of [`"CallPro Calendar Access"`, `"${group}"`, `"${scope}"`, `"${assignment}"`]) {
        expect(stdout + stderr).toMatch(
          new RegExp(`${title.replace(' Access"', " Access.*")}.* was not made by this stack`),
        );
      }
    });
    expect(writes).toEqual([]);
    expect(tenant.dump()).toEqual(byHand);
  }, 120_000);

  test("is taken over whole: only the user is written to, and everything is proved", async () => {
    stack.configure({ adopt: true, onDestroy: "keep" });
    const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
    const own = { department: "Automatisering", city: "Utrecht", usageLocation: "NL", jobTitle: "Koppeling" };
    Object.assign(user?.other ?? {}, own);
    const before = dumpOfExchange();
    const writes = await writesDuring(async () => expect(await stack.up()).toMatchObject({ code: 0 }));
    expect(new Set(writes)).toEqual(new Set(["PATCH /users"]));
    expect(dumpOfExchange()).toEqual(before);
    expect(user?.other).toMatchObject(own);
    expect(await stack.outputs()).toMatchObject({ assignment, verification: { verdict: "passed" } });
  }, 120_000);

  test("stays as it is at destroy where onDestroy says so", async () => {
    const before = tenant.dump();
    const writes = await writesDuring(async () => expect(await stack.destroy()).toMatchObject({ code: 0 }));
    expect(writes).toEqual([]);
    expect(tenant.dump()).toEqual(before);
    expect(reachNow(tenant, serviceUser)).toEqual([adviser, eva]);
    expect(stack.resources()).toEqual([]);
  }, 120_000);
});
