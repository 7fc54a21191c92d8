/** A run that the operator ends while Exchange takes its time: what was made by then is recorded. */
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { UnfinishedError } from "../../../resources/lifecycle/artifact.ts";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { checkInputs, makeAccess, names, securityGroupInputs } from "../../support/access.ts";
import { prepareInterruption, type Interruption } from "../../support/interruption.ts";
import { afterWrite, failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad } from "../../support/people.ts";

const second = 1000;

let tenant: TestTenant;
let interruption: Interruption;
beforeAll(async () => {
  tenant = await startTenant();
  interruption = prepareInterruption();
});
afterEach(() => {
  interruption.clear();
});
afterAll(async () => {
  interruption.remove();
  await tenant.close();
});

test("an object that no back end shows yet is recorded, and the next run goes on with it", async () => {
  tenant.running.reset({ settings: { exchangeVisibility: 40 * second } });
  const context = afterWrite(await tenant.open(), "New-DistributionGroup", async () => {
    interruption.press();
  });
  const start = tenant.running.clock.now();
  const error = await failureOf(securityGroup.create(context, securityGroupInputs(tenant)));
  expect(tenant.running.clock.now() - start).toBeLessThan(5 * second);
  if (!(error instanceof UnfinishedError)) throw error;
  expect(error.message).toMatch(/^security group: interrupted while waiting for /);
  expect(error.message).toMatch(
    / The object exists and is recorded: run up again to go on, or destroy to remove it\.$/,
  );

  interruption.clear();
  const { id, properties } = error;
  const made = tenant.tenant.recipients.find(({ displayName }) => displayName === names.securityGroup);
  expect(id).toBe(made?.guid);
  const next = await tenant.open();
  const reading = await securityGroup.read(next, { id, properties });
  const recorded = { id, properties: reading?.properties ?? {} };
  const after = await securityGroup.update(next, recorded, securityGroupInputs(tenant));
  expect(after).toMatchObject({ members: securityGroupInputs(tenant)["members"], hiddenFromAddressLists: true });
});

test("a proof that is waited for ends as interrupted, not as one that failed", async () => {
  tenant.running.reset();
  const context = await tenant.open();
  const access = await makeAccess(tenant, context);
  await tenant.byHand("Remove-DistributionGroupMember", {
    Identity: names.securityGroup,
    Member: ad,
    BypassSecurityGroupManagerCheck: true,
  });
  interruption.press();
  const error = await failureOf(impersonationCheck.create(context, checkInputs(tenant, access)));
  expect(error.message).toBe("interrupted while waiting for the access to be as asked for");
});
