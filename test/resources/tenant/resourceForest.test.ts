/** A forest of resources on Exchange Server: role groups and mailboxes whose people belong to another forest. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import {
  makeAccess,
  mark,
  names,
  roleGroupInputs,
  securityGroupInputs,
  tenantInputs,
  up,
} from "../../support/access.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { ad } from "../../support/people.ts";
import { reachNow } from "../../support/reach.ts";
import { startQuickServer, type QuickServer } from "../../support/quickServer.ts";
import { failureOf } from "../../support/tenant.ts";

const user = "svcNobody@ad.buitendienst.example";
const linked = "lars.link@buitendienst.example";
let server: QuickServer;
let restore: () => void;
beforeAll(async () => {
  server = await startQuickServer();
  restore = server.save();
});
beforeEach(() => restore());
afterAll(() => server.close());

const check = async (change: Properties, recorded?: Properties): Promise<readonly string[]> =>
  (await tenantArtifact.check(await server.open(), recorded, { ...tenantInputs(), user, ownsUser: false, ...change }))
    .problems;

describe("a role group whose members are in another forest", () => {
  const refusal =
    /^role group "CallPro Calendar Access" .*it is linked: its members are those of the group ACCOUNTS\\CallPro in another forest/;

  beforeEach(async () => {
    await server.byHand("New-RoleGroup", { Name: names.roleGroup });
    const group = server.tenant.roleGroups.find(({ name }) => name === names.roleGroup);
    if (group !== undefined) group.linkedGroup = "ACCOUNTS\\CallPro";
  });

  test.each([[[]], [["roleGroup"]]])("is refused before a write, with the way out, adopt %p", async (adopt) => {
    const before = server.dump();
    const problems = await check({ adopt });
    expect(problems).toEqual([expect.stringMatching(refusal)]);
    expect(problems[0]).toMatch(/cannot be taken over.*Choose another name \(names\.roleGroup\)\.$/);
    const inputs = { ...roleGroupInputs(server.lines(user)), adopt: adopt.length > 0 };
    expect((await failureOf(up(roleGroup, await server.open(), inputs))).message).toMatch(refusal);
    expect(server.dump()).toEqual(before);
  });

  test("is refused with this stack's mark, too", async () => {
    await server.byHand("Set-RoleGroup", { Identity: names.roleGroup, Description: mark });
    expect(await check({})).toEqual([expect.stringMatching(/bears this stack's mark, but .*it is linked: /)]);
  });
});

describe("a mailbox whose account is in another forest", () => {
  test("is a mailbox of the list, that stays out or that owns, like any other", async () => {
    const lists = [{ members: `${ad}\n${linked}\n` }, { mustStayOut: `${linked}\n` }, { owner: linked }];
    for (const list of lists) expect(await check(list)).toEqual([]);
  });

  test("is opened by the stack that lists it", async () => {
    const access = await makeAccess(server, await server.open());
    const members = server.lines(ad, linked);
    const inputs = { ...securityGroupInputs(server, access.roleGroup.id), members };
    await up(securityGroup, await server.open(), inputs, access.securityGroup);
    expect(reachNow(server, access.user.split(" ")[0] ?? "")).toEqual([ad, linked].toSorted());
  });

  test("is no service user: a stop would not be seen", async () => {
    const refusal = expect.stringMatching(
      /^serviceUser\.existing: lars\.link@.* is a LinkedMailbox: .*another forest.*Name an account of this forest/,
    );
    expect(await check({ user: linked })).toEqual([refusal]);
    const { inputs: recorded } = await tenantArtifact.check(await server.open(), undefined, {
      ...tenantInputs(),
      user,
      ownsUser: false,
    });
    const access = await makeAccess(server, await server.open());
    const known = { ...(tenantInputs()["known"] as object), roleGroup: access.roleGroup.id };
    expect(await check({ user: linked, known, conflicts: [] }, recorded)).toContainEqual(refusal);
  });
});
