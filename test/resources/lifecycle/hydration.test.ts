/** An organisation that is being customised: who waits for it, for how long, and what is said meanwhile. */
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { UnfinishedError } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { makeAccess, tenantInputs, tryUp, up } from "../../support/access.ts";
import { rest } from "../../support/channels.ts";
import { prepareInterruption, type Interruption } from "../../support/interruption.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";

const minute = 60_000;
const slowly = { isDehydrated: true, hydration: 45 * minute, delegationAfterHydration: 50 * minute };
const allowed: Properties = { ...tenantInputs(), allowOrganizationCustomization: true };

let tenant: TestTenant;
let interruption: Interruption;
beforeAll(async () => {
  // Hours of the virtual clock, in which a PowerShell would have to be opened anew for each look.
  tenant = await startTenant({}, rest);
  interruption = prepareInterruption();
});
afterEach(() => {
  interruption.clear();
});
afterAll(async () => {
  interruption.remove();
  await tenant.close();
});

const told = ({ lines }: TestContext): string => lines.join("\n");

/** How long something takes by the tenant's clock, in minutes. */
async function minutesOf(action: () => Promise<unknown>): Promise<number> {
  const start = tenant.running.clock.now();
  await action();
  return (tenant.running.clock.now() - start) / minute;
}

/** Want of delegation that no hydration explains, and that does not end. */
function refuseForEver(): void {
  tenant.tenant.organization.delegationRefusesUntil = Number.MAX_SAFE_INTEGER;
}

test("one that somebody else customises is waited for at the first object and at the assignment, with the advice", async () => {
  tenant.running.reset({ settings: slowly });
  await tenant.byHand("Enable-OrganizationCustomization", {});
  tenant.running.clock.advance(5 * minute);
  const context = await tenant.open();
  await up(tenantArtifact, context, tenantInputs());
  const access = await makeAccess(tenant, context);
  expect(access.check.properties["verdict"]).toBe("passed");
  expect(told(context)).toContain("waiting for the freshly customised organisation to accept New-RoleGroup");
  const assignment = told(context).indexOf("organisation to accept New-ManagementRoleAssignment");
  expect(assignment).toBeGreaterThan(-1);
  // Said before the wait, so that nobody watches for an hour what will not come.
  const advice = told(context).indexOf(
    "does not have the role Organization Management it never ends: end the run with",
  );
  expect(advice).toBeGreaterThan(-1);
  expect(advice).toBeLessThan(assignment);
});

test("a real want of delegation is not waited for, whatever allowOrganizationCustomization says", async () => {
  tenant.running.reset();
  refuseForEver();
  const context = await tenant.open();
  await up(tenantArtifact, context, allowed);
  let error = new Error("none");
  expect(await minutesOf(async () => (error = await failureOf(makeAccess(tenant, context))))).toBeLessThan(2);
  expect(error.message).toContain("You must be assigned a delegating role assignment");
  expect(error.message).toContain("If somebody ran Enable-OrganizationCustomization within the last two hours");
});

test("one that was customised long ago explains no refusal any more", async () => {
  tenant.running.reset({ settings: slowly });
  const first = await up(tenantArtifact, await tenant.open(), allowed);
  expect(first.properties["customizationAsked"]).toMatch(/^20\d\d-/);
  tenant.running.clock.advance(130 * minute);
  refuseForEver();
  const context = await tenant.open();
  await up(tenantArtifact, context, allowed, first);
  expect(await minutesOf(() => failureOf(makeAccess(tenant, context)))).toBeLessThan(2);
});

test("a want of delegation that does not end is told in the end as what it is", async () => {
  tenant.running.reset({ settings: slowly });
  const context = await tenant.open();
  await up(tenantArtifact, context, allowed);
  refuseForEver();
  let error = new Error("none");
  const took = await minutesOf(async () => (error = await failureOf(makeAccess(tenant, context))));
  expect(took).toBeGreaterThan(115);
  expect(took).toBeLessThan(125);
  expect(error.message).toMatch(/^role assignment: Exchange refused to assign /);
});

test("one that answers an error and takes it up later is waited for", async () => {
  tenant.running.reset({ settings: { ...slowly, customizationAnswer: "error" } });
  const context = await tenant.open();
  await up(tenantArtifact, context, allowed);
  expect(tenant.tenant.organization.isDehydrated).toBe(false);
  expect(told(context)).toMatch(
    /Enable-OrganizationCustomization: .* It may take effect all the same, which is waited for/,
  );
  expect((await makeAccess(tenant, context)).check.properties["verdict"]).toBe("passed");
});

test("one that answers an error of which nothing comes ends in that error", async () => {
  tenant.running.reset({ settings: { ...slowly, hydration: 600 * minute, customizationAnswer: "error" } });
  const context = await tenant.open();
  const { error, recorded } = await tryUp(tenantArtifact, context, allowed);
  expect(error?.message).toMatch(/^tenant: Enable-OrganizationCustomization: .*timed out/);
  expect(recorded?.properties).toMatchObject({ isOpen: false });
});

test("a run that is ended while it waits leaves a record of what it asked for, and the next one waits because of it", async () => {
  tenant.running.reset({ settings: { ...slowly, customizationAnswer: "error" } });
  interruption.press();
  const { error, recorded } = await tryUp(tenantArtifact, await tenant.open(), allowed);
  expect(error).toBeInstanceOf(UnfinishedError);
  expect(error?.message).toContain("interrupted while waiting for the organisation to be customised");
  interruption.clear();
  // The organisation took it up meanwhile, and refuses for want of delegation only.
  tenant.running.clock.advance(95 * minute);
  const context = await tenant.open();
  const opened = await up(tenantArtifact, context, tenantInputs(), recorded);
  expect(opened.properties["isOpen"]).toBeUndefined();
  const access = await makeAccess(tenant, context);
  expect(access.check.properties["verdict"]).toBe("passed");
  expect(told(context)).not.toContain("to accept New-RoleGroup");
  expect(told(context)).toContain("organisation to accept New-ManagementRoleAssignment");
});
