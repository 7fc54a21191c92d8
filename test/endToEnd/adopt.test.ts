/**
 * A tenant that was set up by hand after the document: left alone, taken over whole, given back. Undone after it was taken
 * over: changeOver.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { documentNames, followDocument } from "../support/document.ts";
import { reachNow } from "../support/reach.ts";
import { originsInReport } from "../support/report.ts";
import { startRehearsal, type Rehearsal } from "../support/rehearsal.ts";
import { type TestStack } from "../support/stack.ts";
import type { TestTenant } from "../support/tenant.ts";
import { ad, eva, serviceUser } from "../support/people.ts";

const { group, scope, assignment } = documentNames;

describe("a tenant that was set up by hand after the document", () => {
  let rehearsal: Rehearsal;
  let tenant: TestTenant;
  let stack: TestStack;
  let handMade: unknown;

  beforeAll(async () => {
    rehearsal = await startRehearsal({});
    ({ tenant, stack } = rehearsal);
    await followDocument(tenant);
  }, 60_000);

  afterAll(() => rehearsal.close());

  /** Everything but the service user, whose password and mark a taking over replaces. */
  const dumpOfExchange = (): unknown => ({ ...(tenant.dump() as object), users: undefined, now: undefined });
  /** What bears the mark of what was taken over. */
  const marked = (): number => JSON.stringify(tenant.dump()).split("Used by Pulumi: ").length - 1;

  test("is a conflict without adopt, all of it told together; nothing is touched", async () => {
    const byHand = tenant.dump();
    const said = await rehearsal.refusedUp();
    expect(said).toMatch(new RegExp(`serviceUser: ${serviceUser} .* was not made by this stack`));
    for (const title of [`"CallPro Calendar Access"`, `"${group}"`, `"${scope}"`, `"${assignment}"`]) {
      expect(said).toMatch(new RegExp(`${title.replace(' Access"', " Access.*")}.* was not made by this stack`));
    }
    expect(tenant.dump()).toEqual(byHand);
  }, 120_000);

  test("is taken over whole: only the user is written to, and the mark, and everything is proved", async () => {
    stack.configure({ adopt: true, onDestroy: "keep" });
    const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
    const own = { department: "Automatisering", city: "Utrecht", usageLocation: "NL", jobTitle: "Koppeling" };
    Object.assign(user?.other ?? {}, own);
    expect(user?.showInAddressList).toBeNull();
    const before = dumpOfExchange();
    const { writes, entries } = await rehearsal.up([ad, eva], serviceUser);
    expect(entries).toOpenNobodyBut([ad, eva]);
    expect(new Set(writes)).toEqual(new Set(["PATCH /users", "Set-Group", "Set-RoleGroup"]));
    expect(marked()).toBe(2);
    handMade = before;
    expect(user?.other).toMatchObject(own);
    expect(user?.showInAddressList).toBe(false);
    expect(await stack.outputs()).toMatchObject({
      impersonationAssignment: assignment,
      impersonationVerification: { verdict: "passed" },
    });
    // User, role group, group, scope and assignment.
    expect(await originsInReport(stack)).toEqual(Array.from({ length: 5 }, () => "takenOverAndStays"));
  }, 120_000);

  test("gives its user back as one that is only used: nothing is written, and nobody is deleted", async () => {
    const before = tenant.dump();
    stack.configure({ serviceUser: { existing: serviceUser } });
    expect((await rehearsal.up([ad, eva], serviceUser)).writes).toEqual([]);
    expect(tenant.dump()).toEqual(before);
    const types = stack.resources().map(({ type }) => type);
    expect(types.filter((type) => type.includes("azuread"))).toEqual([]);
  }, 120_000);

  test("stays at destroy, as it was before the stack, where onDestroy says so", async () => {
    expect((await rehearsal.destroy()).writes.toSorted()).toEqual(["Set-Group", "Set-RoleGroup"]);
    expect(dumpOfExchange()).toEqual(handMade);
    expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
  }, 120_000);
});
