/** A list as its digest: who only compares with it needs no more, and never takes less than the whole list for it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { asDigest, digestOf, isDigest, rememberList } from "../../../resources/recipients/listed.ts";
import { formatMembers, type Member } from "../../../resources/recipients/memberList.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { assignmentInputs, checkInputs, makeAccess, names, tryUp, type Access } from "../../support/access.ts";
import { ad, dirk, eva, gijs, serviceUser } from "../../support/people.ts";
import { reachNow } from "../../support/reach.ts";
import { afterWrite, startTenant, type TestTenant } from "../../support/tenant.ts";

const members: fc.Arbitrary<Member[]> = fc.uniqueArray(
  fc.record({ address: fc.emailAddress().filter((each) => !/\s/.test(each)), id: fc.uuid() }),
  { selector: ({ id }) => id, maxLength: 12 },
);

describe("the digest of a list", () => {
  test("is the same for the same mailboxes, in any order and under any addresses, and for no others", () => {
    fc.assert(
      fc.property(members, members, (one, other) => {
        const renamed = one.map(({ id }) => ({ address: `x.${id}@example.org`, id })).toReversed();
        expect(digestOf(renamed)).toBe(digestOf(one));
        expect(asDigest(formatMembers(one))).toBe(digestOf(one));
        expect(asDigest(digestOf(one))).toBe(digestOf(one));
        const idsOf = (list: readonly Member[]): string[] => list.map(({ id }) => id).toSorted();
        expect(digestOf(one) === digestOf(other)).toBe(idsOf(one).join() === idsOf(other).join());
        // No list is taken for a digest.
        expect(isDigest(formatMembers(one))).toBe(false);
      }),
    );
  });

  test("says how many they are", () => {
    expect(digestOf([{ address: "a@example.org", id: "1" }])).toMatch(/^1 mailbox \(sha256 [0-9a-f]{64}\)$/);
    expect(digestOf([])).toMatch(/^0 mailboxes /);
  });
});

describe("an artifact that holds the digest of its list", () => {
  let tenant: TestTenant;
  let access: Access;
  let restore: () => void;
  let digest: string;

  beforeAll(async () => {
    tenant = await startTenant();
    access = await makeAccess(tenant, await tenant.open());
    digest = asDigest(tenant.lines(ad, eva));
    restore = tenant.save();
  });
  beforeEach(() => {
    restore();
  });
  afterAll(() => tenant.close());

  const bypass = { BypassSecurityGroupManagerCheck: true };
  const addToGroup = (): Promise<void> =>
    tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: gijs, ...bypass });
  const claim = (): Properties => ({ ...checkInputs(tenant, access), members: digest });

  describe("as a check", () => {
    const read = async (lines?: string): Promise<Properties> => {
      tenant.running.settle();
      const context = await tenant.open();
      if (lines !== undefined) rememberList(context, lines);
      const recorded = { id: access.check.id, properties: { ...access.check.properties, ...claim() } };
      return (await impersonationCheck.read(context, recorded))?.properties ?? {};
    };

    test("is proved by the group's live members, and holds the digest afterwards", async () => {
      expect(await read()).toMatchObject({ verdict: "passed", members: digest });
      expect((await read())["summary"]).toContain("exactly the 2 listed mailboxes");
    });

    test("fails while the group holds others, and names them where the run knows the list", async () => {
      await addToGroup();
      const found = await read();
      expect(found["verdict"]).toMatch(/^not proved: the security group does not hold exactly the listed mailboxes/);
      expect(found["verdict"]).not.toContain(gijs);
      // One that must stay out is no listed mailbox because somebody put it into the group.
      await tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: dirk, ...bypass });
      expect((await read())["verdict"]).toContain(`can be reached but must not: ${dirk}`);
      await tenant.byHand("Remove-DistributionGroupMember", {
        Identity: names.securityGroup,
        Member: dirk,
        ...bypass,
      });
      expect((await read(tenant.lines(ad, eva)))["verdict"]).toContain(`inside the scope but not listed: ${gijs}`);
      await tenant.byHand("Remove-DistributionGroupMember", {
        Identity: names.securityGroup,
        Member: gijs,
        ...bypass,
      });
      await tenant.byHand("Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: ad, ...bypass });
      expect((await read())["verdict"]).toMatch(/^not proved: the security group does not hold exactly/);
    });
  });

  describe("as a role assignment", () => {
    const inputs = (): Properties => ({
      ...assignmentInputs(tenant, access.roleGroup.id, access.scope?.id ?? ""),
      members: digest,
    });

    beforeEach(() =>
      tenant.byHand("Remove-ManagementRoleAssignment", { Identity: access.assignment.id, Confirm: false }),
    );

    test("is made where the scope holds that list, though the run does not know it", async () => {
      const start = tenant.running.journal.entries.length;
      const { error } = await tryUp(roleAssignment, await tenant.open(), inputs());
      expect(error).toBeUndefined();
      expect(tenant.running.journal.entries.slice(start)).toOpenNobodyBut([ad, eva]);
    });

    test("is not made where the scope holds another", async () => {
      await addToGroup();
      const start = tenant.running.journal.entries.length;
      const context = await tenant.open();
      const { error } = await tryUp(roleAssignment, context, inputs());
      expect(error?.message).toMatch(
        /no access was given\. Inside are 3 mailboxes \(sha256 \w+\), listed are 2 mailboxes/,
      );
      expect(tenant.running.journal.entries.slice(start)).toEqual([]);
    });

    test("is disabled where somebody joined while it was made", async () => {
      const context = afterWrite(await tenant.open(), "New-ManagementRoleAssignment", addToGroup);
      const { error } = await tryUp(roleAssignment, context, inputs());
      expect(error?.message).toMatch(/its scope holds 3 mailboxes .*The assignment was disabled/);
      expect(reachNow(tenant, serviceUser)).toEqual([]);
    });
  });
});
