/** What addresses may mean is looked up by as few cmdlets as it takes, and means the same whichever way. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { organizationOf } from "../../../commands/bench/organization.ts";
import type { Context } from "../../../resources/lifecycle/contract.ts";
import { findCandidates, findUnlessStanding } from "../../../resources/recipients/candidate.ts";
import type { Member } from "../../../resources/recipients/memberList.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { names, securityGroupInputs } from "../../support/access.ts";
import { rest } from "../../support/channels.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs } from "../../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let context: Context;
let group: string;

beforeAll(async () => {
  // Its log says what was asked with which parameters, in REST's form.
  tenant = await startTenant({ seed: organizationOf(1100).seed }, rest);
  group = (await securityGroup.create(await tenant.open(), securityGroupInputs(tenant))).id;
  restore = tenant.save();
});
beforeEach(async () => {
  restore();
  context = await tenant.open();
  tenant.running.requests.clear();
});
afterAll(() => tenant.close());

function recorded(...addresses: readonly string[]): Member[] {
  return addresses.map((address) => ({ address, id: tenant.recipient(address).externalDirectoryObjectId ?? "" }));
}

/** The cmdlets since the log was cleared, with what they name of an address. */
function asked(): string[] {
  const { cmdlets } = tenant.running.requests.describe();
  return cmdlets.filter(({ isContinuation }) => !isContinuation).map(({ name, parameters }) => `${name} ${parameters}`);
}

describe("recorded addresses", () => {
  test("are not looked up while their mailboxes are in the group and have them still", async () => {
    const found = await findUnlessStanding(context, [ad, eva.toUpperCase()], recorded(ad, eva), group);
    expect([...found.keys()].toSorted()).toEqual([ad, eva]);
    expect(found.get(ad)).toEqual([{ id: recorded(ad)[0]?.id, type: "UserMailbox", primarySmtpAddress: ad }]);
    expect(asked()).toEqual([expect.stringMatching(/^Get-DistributionGroupMember /)]);
  });

  test.each<[string, () => void]>([
    ["has another primary address now", () => Object.assign(tenant.recipient(eva), { primarySmtpAddress: "e@x.nl" })],
    ["is no mailbox any more", () => Object.assign(tenant.recipient(eva), { type: "MailUser" })],
    [
      "is not in the group any more",
      () => Object.assign(tenant.recipient(names.securityGroup).group ?? {}, { members: [tenant.recipient(ad).guid] }),
    ],
  ])("are looked up where one %s, that one alone", async (_what, change) => {
    const known = recorded(ad, eva);
    change();
    const found = await findUnlessStanding(context, [ad, eva], known, group);
    const lookedUp = asked().slice(1).join("\n");
    expect(lookedUp).toContain(eva);
    expect(lookedUp).not.toContain(ad);
    expect(found.get(ad)).toHaveLength(1);
  });

  test("are looked up where they were recorded with another object, which then is judged by what they are now", async () => {
    const [other] = recorded(gijs);
    const found = await findUnlessStanding(context, [ad], [{ address: ad, id: other?.id ?? "" }], group);
    expect(found.get(ad)).toEqual([expect.objectContaining({ id: recorded(ad)[0]?.id })]);
    expect(asked().join("\n")).toContain(`PrimarySmtpAddress -eq '${ad}'`);
  });

  test("are looked up where the group is gone, or cannot be read", async () => {
    const gone = await findUnlessStanding(context, [ad], recorded(ad), "0a0a0a0a-0000-4000-8000-000000000000");
    expect(gone.get(ad)).toHaveLength(1);
    const match = { operation: "Get-DistributionGroupMember" };
    tenant.running.faults.set([{ match, effect: "forbidden", times: 9 }]);
    const unread = await findUnlessStanding(await tenant.open(), [ad], recorded(ad), group);
    expect(unread.get(ad)).toHaveLength(1);
  });
});

describe("a long list", () => {
  const { mailboxes } = organizationOf(1050);

  test("is found in two whole lists, as it is address by address", async () => {
    const whole = await findCandidates(context, mailboxes);
    // What is no mailbox's primary address is asked for: here user names.
    expect(asked().length).toBeLessThan(10);
    const single = await findCandidates(context, mailboxes.slice(0, 1000));
    for (const [address, candidates] of single) expect(whole.get(address)).toEqual(candidates);
    expect(whole.size).toBe(single.size + 50);
  });

  test("tells of an address that is one mailbox's and another user's name", async () => {
    const last = mailboxes.at(-1) ?? "";
    Object.assign(tenant.recipient(gijs), { userPrincipalName: last });
    expect((await findCandidates(context, mailboxes)).get(last)).toHaveLength(2);
  });

  test("tells what else than a mailbox bears an address", async () => {
    const last = mailboxes.at(-1) ?? "";
    Object.assign(tenant.recipient(last), { type: "MailUser" });
    expect((await findCandidates(context, mailboxes)).get(last)).toEqual([
      expect.objectContaining({ type: "MailUser" }),
    ]);
  });
});
