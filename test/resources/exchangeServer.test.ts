/** The artifacts of impersonation on an Exchange Server organisation; over a real PowerShell: contract.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkServerSession } from "../../commands/doctor/tenant.ts";
import type { Artifact, Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { impersonationCheck } from "../../resources/impersonationCheck.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { moveObject } from "../../simulator/exchangeServer/activeDirectory.ts";
import {
  assignmentInputs,
  checkInputs,
  previewOf,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
} from "../support/access.ts";
import { ad, eva } from "../support/people.ts";
import { startQuickServer, type QuickServer } from "../support/quickServer.ts";

describe("impersonation on Exchange Server", () => {
  const user = "svcNobody@ad.buitendienst.example";
  let tenant: QuickServer;
  let context: Context;
  let dump: unknown;
  const made: Record<string, Recorded> = {};

  beforeAll(async () => {
    tenant = await startQuickServer();
    context = await tenant.open();
    dump = tenant.dump();
  });
  afterAll(() => tenant.close());

  const reach = (): unknown => tenant.running.journal.entries.at(-1)?.reach[user] ?? [];

  test("is made by the same artifacts, and opens the listed mailboxes and no other", async () => {
    made["roleGroup"] = await up(roleGroup, context, roleGroupInputs(tenant.lines(user)));
    const roleGroupId = made["roleGroup"].id;
    made["group"] = await up(securityGroup, context, securityGroupInputs(tenant, roleGroupId));
    made["scope"] = await up(managementScope, context, scopeInputs(made["group"].id, roleGroupId));
    made["assignment"] = await up(roleAssignment, context, assignmentInputs(tenant, roleGroupId, made["scope"].id));
    expect(reach()).toEqual([ad, eva]);
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
  });

  test("is asked by the doctor without Entra: the account's cmdlets, and what a lesser one lacks", async () => {
    const read = (key: string) => (key === "exchange" ? '{"channel":"server"}' : undefined);
    const ask = async (purpose: string) =>
      checkServerSession(await tenant.open(purpose), { read, settings: undefined, isReader: false });
    const [well, reader] = [await ask("automation"), await ask("reader")];
    expect(well.filter(({ state }) => state !== "ok" && state !== "notAsked")).toEqual([]);
    expect(well.map(({ code }) => code)).toEqual(expect.arrayContaining(["exchange", "cmdlets"]));
    expect(reader).toContainEqual(
      expect.objectContaining({ code: "cmdlets", state: "wrong", id: "role group", missing: expect.any(Array) }),
    );
  });

  test("is proved by what Exchange Server says of who can reach whom", async () => {
    const [group, scope] = [made["group"], made["scope"]];
    const [ownRoleGroup, assignment] = [made["roleGroup"], made["assignment"]];
    if (!group || !scope || !ownRoleGroup || !assignment) throw new Error("There is nothing to prove.");
    const access = { user: tenant.lines(user), roleGroup: ownRoleGroup, securityGroup: group, scope, assignment };
    const check = await up(impersonationCheck, context, checkInputs(tenant, access));
    expect(check.properties).toMatchObject({ verdict: "passed" });
  });

  /** Each artifact with what the stack wants of it, in the order of their making. */
  const all = (): readonly (readonly [Artifact, Recorded, Properties])[] => {
    const recorded = (name: string): Recorded => made[name] ?? { id: "", properties: {} };
    const [group, scope] = [recorded("group"), recorded("scope")];
    const roleGroupId = recorded("roleGroup").id;
    return [
      [roleGroup, recorded("roleGroup"), roleGroupInputs(tenant.lines(user))],
      [securityGroup, group, securityGroupInputs(tenant, roleGroupId)],
      [managementScope, scope, scopeInputs(group.id, roleGroupId)],
      [roleAssignment, recorded("assignment"), assignmentInputs(tenant, roleGroupId, scope.id)],
    ];
  };
  /** The artifacts that a preview would change. */
  const changes = async (): Promise<string[]> => {
    const found = [];
    for (const [artifact, recorded, desired] of all()) {
      const { changed } = await previewOf(artifact, context, recorded, desired);
      if (changed.length > 0) found.push(artifact.title);
    }
    return found;
  };

  test("shows no changes as long as nobody changes anything", async () => {
    expect(await changes()).toEqual([]);
  });

  test("shows a group that was moved as a scope that holds nobody any more, and repairs it", async () => {
    const dn = "CN=SecurityGroup-CallPro Calendar Access,CN=Users,DC=ad,DC=buitendienst,DC=example";
    moveObject(tenant.running.simulator, dn, "OU=Groepen,DC=ad,DC=buitendienst,DC=example");
    tenant.running.settle();
    expect(reach()).toEqual([]);
    context = await tenant.open();
    expect(await changes()).toEqual([managementScope.title]);
    for (const [artifact, recorded, desired] of all()) await up(artifact, context, desired, recorded);
    expect(reach()).toEqual([ad, eva]);
    expect(await changes()).toEqual([]);
  });

  test("is gone without a trace after its removal", async () => {
    for (const [artifact, recorded] of all().toReversed()) await artifact.remove(context, recorded);
    expect(reach()).toEqual([]);
    tenant.running.settle();
    expect(tenant.dump()).toEqual(dump);
  });
});
