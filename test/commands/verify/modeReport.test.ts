/** What verify reports of an access mode, from a proof of the embedded tenant. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { reportImpersonation, type ModeReport } from "../../../commands/verify/modeReport.ts";
import { examineImpersonation, type ImpersonationClaim } from "../../../resources/proof/impersonationProof.ts";
import type { Asking } from "../../../resources/recipients/sample.ts";
import { makeAccess, names, type Access } from "../../support/access.ts";
import { ad, eva, gijs } from "../../support/people.ts";
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

test("a listed mailbox whose address somebody else has by now goes by the one that it has itself", async () => {
  const [mailbox, stranger] = [tenant.recipient(ad), tenant.recipient(gijs)];
  const own = "ad.nieuw@buitendienst.example";
  const give = (recipient: typeof mailbox, address: string): void => {
    Object.assign(recipient, { primarySmtpAddress: address, emailAddresses: [`SMTP:${address}`] });
  };
  give(mailbox, own);
  expect((await report()).asked.mailboxes).toEqual([ad, eva]);
  give(stranger, ad);
  const found = await report();
  expect(found).toMatchObject({ passed: true, asked: { mailboxes: [own, eva] } });
  expect(found.probes).toContainEqual({ mailbox: own, listed: true, open: true });
  expect(found.probes.filter(({ mailbox: each, listed }) => each === ad && listed)).toEqual([]);
});
