/** What verify reports of an access mode, from a proof of the embedded tenant. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { reportImpersonation, type ModeReport } from "../../../commands/verify/modeReport.ts";
import { examineImpersonation, type ImpersonationClaim } from "../../../resources/proof/impersonationProof.ts";
import type { Asking } from "../../../resources/recipients/sample.ts";
import { makeAccess, names, type Access } from "../../support/access.ts";
import { gijs } from "../../support/people.ts";
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

async function report(asking: Asking = "sample"): Promise<ModeReport> {
  const claim = access.check.properties as unknown as ImpersonationClaim;
  return reportImpersonation(claim, await examineImpersonation(await tenant.open(), claim, asking));
}

test("something is open beyond the list where the scope itself holds it, though nothing else reaches it", async () => {
  const member = { Identity: names.securityGroup, Member: gijs, BypassSecurityGroupManagerCheck: true };
  await tenant.byHand("Add-DistributionGroupMember", member);
  expect(await report("mustStayOut")).toMatchObject({
    scopedAccess: { holds: false, findings: [{ code: "insideNotListed" }] },
    widerAccess: { none: false, findings: [] },
  });
});
