/** No mailbox is added while a stranger is known to be inside; taking one off stays possible, and no change asks more. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { checkInputs, gijs, listed, makeAccess, names, tenantInputs, type Access } from "../../support/access.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
let access: Access;
let restore: () => void;
beforeAll(async () => {
  tenant = await startTenant();
  access = await makeAccess(tenant, await tenant.open());
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

/** The preflight of a stack that holds the access, with another list. */
async function preflight(...mailboxes: readonly string[]): Promise<{ problems: readonly string[]; calls: number }> {
  const known = {
    ...nothingKnown,
    roleGroup: access.roleGroup.id,
    securityGroup: access.securityGroup?.id ?? "",
    scope: access.scope?.id ?? "",
    assignment: access.assignment.id,
    accessClaim: JSON.stringify({ ...checkInputs(tenant, access), entrantsBaseline: "" }),
  };
  const held = { ...tenantInputs(), user: access.user, known };
  const context = await tenant.open();
  const recorded: Properties = { ...held, members: tenant.lines(...listed) };
  const desired = { ...held, members: mailboxes.map((address) => `${address}\n`).join("") };
  const before = tenant.dump();
  const { problems } = await tenantArtifact.check(context, recorded, desired);
  expect(tenant.dump()).toEqual(before);
  return { problems, calls: context.exchange.requests };
}

test("a stranger on the stack's scope keeps the list from growing, by name; it may shrink", async () => {
  await tenant.byHand("New-ManagementRoleAssignment", {
    ...{ Name: "Foreign", Role: "Mail Recipients", User: gijs },
    CustomRecipientWriteScope: names.scope,
  });
  expect((await preflight(...listed, gijs)).problems).toEqual([
    expect.stringMatching(/^mailboxes: the list grows while somebody else gets in: the role assignment "Foreign"/),
  ]);
  expect((await preflight(listed[0] ?? "")).problems).toEqual([]);
  expect((await preflight(...listed)).problems).toEqual([]);
});

test("without a stranger the list grows; only then anything is asked for it", async () => {
  const grown = await preflight(...listed, gijs);
  expect(grown.problems).toEqual([]);
  expect((await preflight(...listed)).calls).toBeLessThan(grown.calls);
});
