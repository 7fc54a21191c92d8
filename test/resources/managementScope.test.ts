/** The management scope: made, drifted, taken over, removed; and whose assignments keep it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { managementScope, rightFilter } from "../../resources/managementScope.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { previewFilter, recipientsInside } from "../../resources/recipients/scopeMembers.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import type { ManagementScope } from "../../simulator/tenant/exchangeModel.ts";
import {
  mark,
  names,
  tryUp,
  previewOf,
  role,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
} from "../support/access.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, dirk, serviceUser } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let desired: Properties;
let group: Recorded;
let ownRoleGroup: Recorded;

beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  const user = await tenant.makeUser(serviceUser, mark);
  ownRoleGroup = await roleGroup.create(context, roleGroupInputs(user));
  group = await securityGroup.create(context, securityGroupInputs(tenant));
  desired = scopeInputs(group.id, ownRoleGroup.id);
  restore = tenant.save();
});
beforeEach(() => {
  restore();
  const switches = { filterAfterRename: "stale", scopeInUse: "refused", previewFilter: "opath" };
  Object.assign(tenant.running.simulator.switches, switches);
});
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };

function ours(): ManagementScope[] {
  return tenant.tenant.scopes.filter(({ name }) => name === names.scope);
}

async function make(change: Properties = {}): Promise<Recorded> {
  return up(managementScope, await tenant.open(), { ...desired, ...change });
}

async function inside(made: Recorded): Promise<string[]> {
  return (await recipientsInside(await tenant.open(), made.id)).map(({ address }) => address).sort();
}

/** Whom the last write left somebody able to reach. */
function reachOf(who: string): unknown {
  return tenant.running.journal.entries.at(-1)?.reach[who];
}

/** An assignment of the role to the stack's own role group, or to somebody else, on a scope. */
async function assign(name: string, scope: string, assignee: Record<string, string>): Promise<void> {
  await tenant.byHand("New-ManagementRoleAssignment", {
    Name: name,
    Role: role,
    CustomRecipientWriteScope: scope,
    ...assignee,
  });
}

describe("a management scope", () => {
  test("holds exactly the direct members of the security group", async () => {
    const made = await make();
    expect(ours()).toMatchObject([{ guid: made.id, name: names.scope, exclusive: false }]);
    expect(await inside(made)).toEqual([ad, eva]);
    expect(made.properties).toMatchObject({ ...desired, filter: rightFilter });
    // Exchange's own casing of the DN.
    expect(String(made.properties["recipientFilter"]).toLowerCase()).toContain(
      String(group.properties["distinguishedName"]).toLowerCase(),
    );
  });

  test("tells who is inside also where previews are asked in LDAP's language, and asks it so from then on", async () => {
    const made = await make();
    const recipient = tenant.tenant.recipients.find(({ guid }) => guid === group.id);
    const scope = ours()[0];
    if (recipient === undefined || scope === undefined) throw new Error("The group or the scope is gone.");
    // Brackets, stars and backslashes have to be escaped a second time.
    recipient.cn = "Team (Noord)*, West";
    const [live] = await (await tenant.open()).exchange.read("Get-DistributionGroup", { Identity: group.id });
    scope.recipientFilter = `((MemberOfGroup -eq '${String(live?.["DistinguishedName"])}'))`;
    tenant.running.simulator.switches.previewFilter = "ldap";
    const context = await tenant.open();
    const ask = async (): Promise<string[]> =>
      (await recipientsInside(context, made.id)).map(({ address }) => address).sort();
    expect(await ask()).toEqual([ad, eva]);
    const before = tenant.calls().length;
    expect(await ask()).toEqual([ad, eva]);
    const reads = tenant.calls().slice(before);
    // The last look of this run is one of the two that have to agree.
    expect(reads.filter((call) => call === "Get-Recipient")).toHaveLength(1);
    // A filter that is no list of groups is asked as it stands: OPATH, without a doubt.
    scope.recipientFilter = "Alias -eq 'dirk.directeur'";
    expect((await previewFilter(context, scope.recipientFilter)).map(({ address }) => address)).toEqual([dirk]);
  });

  test("shows no difference, and makes no write, where nothing changed", async () => {
    const made = await make();
    const writes = tenant.running.journal.entries.length;
    expect(await previewOf(managementScope, await tenant.open(), made, desired)).toEqual({ changed: [], replaces: [] });
    expect(await up(managementScope, await tenant.open(), desired, made)).toEqual(made);
    expect(tenant.running.journal.entries).toHaveLength(writes);
  });

  test("does not differ when only the members of the group changed", async () => {
    const made = await make();
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group.id, Member: dirk, ...bypass });
    expect((await previewOf(managementScope, await tenant.open(), made, desired)).changed).toEqual([]);
    expect(await inside(made)).toEqual([ad, dirk, eva].sort());
  });

  test.each([
    ["another filter", "Title -eq 'Adviseur buitendienst'"],
    ["a filter for everybody", "Alias -like '*'"],
    ["another group", "MemberOfGroup -eq 'CN=Other,OU=x,DC=y'"],
  ])("shows %s as the filter that it is, and gets the right one back", async (_what, RecipientRestrictionFilter) => {
    const made = await make();
    const before = tenant.dump();
    await tenant.byHand("Set-ManagementScope", { Identity: made.id, RecipientRestrictionFilter });
    const context = await tenant.open();
    expect((await managementScope.read(context, made))?.inputs["filter"]).toBe(ours()[0]?.recipientFilter);
    expect((await previewOf(managementScope, context, made, desired)).changed).toEqual(["filter"]);
    await up(managementScope, await tenant.open(), desired, made);
    expect(tenant.dump()).toEqual(before);
  });

  test("that somebody let name one more group gets the right filter back", async () => {
    const made = await make();
    const { recipientFilter = "" } = ours()[0] ?? {};
    await tenant.byHand("Set-ManagementScope", {
      Identity: made.id,
      RecipientRestrictionFilter: `${recipientFilter} -or MemberOfGroup -eq 'CN=Alle medewerkers20240304081512,DC=x'`,
    });
    expect((await previewOf(managementScope, await tenant.open(), made, desired)).changed).toEqual(["filter"]);
    await up(managementScope, await tenant.open(), desired, made);
    expect(await inside(made)).toEqual([ad, eva]);
  });

  test("that somebody renamed gets its name back", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementScope", { Identity: made.id, Name: "Other" });
    expect((await previewOf(managementScope, await tenant.open(), made, desired)).changed).toEqual(["name"]);
    await up(managementScope, await tenant.open(), desired, made);
    expect(ours()).toMatchObject([{ guid: made.id }]);
  });

  test("says who is in the way, and which setting avoids it, where its name was given to another since the preview", async () => {
    const made = await make();
    await tenant.byHand("Set-ManagementScope", { Identity: made.id, Name: "Other" });
    const taking = { Name: names.scope, RecipientRestrictionFilter: "RecipientTypeDetails -eq 'UserMailbox'" };
    await tenant.byHand("New-ManagementScope", taking);
    const { error } = await tryUp(managementScope, await tenant.open(), desired, made);
    expect(error?.message).toMatch(
      /^management scope "Other" cannot be renamed to "Scope-CallPro Calendar Access": .*\(names\.scope\), then run up again\. Exchange said: .*already exists/,
    );
    expect(tenant.tenant.scopes.find(({ guid }) => guid === made.id)?.name).toBe("Other");
  });

  test("takes a new name in place", async () => {
    const made = await make();
    const renamed = await up(managementScope, await tenant.open(), { ...desired, name: "New name" }, made);
    expect(renamed.id).toBe(made.id);
    expect(tenant.tenant.scopes.find(({ guid }) => guid === made.id)?.name).toBe("New name");
  });

  test("takes another group in place", async () => {
    const made = await make();
    const other = await securityGroup.create(await tenant.open(), {
      ...securityGroupInputs(tenant),
      name: "Other group",
      mark: "Managed by Pulumi: calendar-access/other [0c0ffee0-0000-4000-8000-00000000000b]",
      members: tenant.lines(dirk),
    });
    const updated = await up(managementScope, await tenant.open(), { ...desired, group: other.id }, made);
    expect(updated.id).toBe(made.id);
    expect(await inside(made)).toEqual([dirk]);
  });

  test.each(["stale", "rewritten"] as const)(
    "of a group whose Name somebody changed is repaired, where Exchange leaves the filter %s",
    async (position) => {
      const made = await make();
      tenant.running.simulator.switches.filterAfterRename = position;
      await tenant.byHand("Set-DistributionGroup", { Identity: group.id, Name: "Renamed group", ...bypass });
      const { changed } = await previewOf(managementScope, await tenant.open(), made, desired);
      expect(changed).toEqual(position === "stale" ? ["filter"] : []);
      expect(await inside(made)).toEqual(position === "stale" ? [] : [ad, eva]);
      await up(managementScope, await tenant.open(), desired, made);
      expect(await inside(made)).toEqual([ad, eva]);
    },
  );

  test("waits for the name of a group that another back end does not show yet", async () => {
    const context = await tenant.open();
    const live = tenant.tenant.recipients.find(({ guid }) => guid === group.id);
    if (live === undefined) throw new Error("no group");
    live.visibleAt = tenant.running.clock.now() + 30_000;
    const made = await up(managementScope, context, desired);
    expect(context.lines.join("\n")).toContain("waiting for the security group's distinguished name");
    expect(await inside(made)).toEqual([ad, eva]);
  });

  test("is not made without its group: a filter that names nobody could mean anything", async () => {
    await tenant.byHand("Remove-DistributionGroup", { Identity: group.id, ...bypass });
    const before = tenant.dump();
    expect((await failureOf(make())).message).toContain("gave up waiting for the security group's distinguished name");
    expect(tenant.dump()).toEqual(before);
  });

  test("is found again after an interrupted run", async () => {
    const made = await make();
    expect((await make()).id).toBe(made.id);
    expect(ours()).toHaveLength(1);
  });
});

describe("a scope of others", () => {
  const adopting = { adopt: true };
  const makeByHand = (parameters: Record<string, string | boolean> = {}): Promise<void> =>
    tenant.byHand("New-ManagementScope", {
      Name: names.scope,
      RecipientRestrictionFilter: "Title -eq 'Adviseur buitendienst'",
      ...parameters,
    });

  test("is a conflict that touches nothing", async () => {
    await makeByHand();
    const before = tenant.dump();
    expect((await failureOf(make())).message).toMatch(/management scope ".*" \(.*\) exists and was not made by/);
    expect(tenant.dump()).toEqual(before);
  });

  test("that names a group of others is a conflict, even with our name", async () => {
    Object.assign(tenant.tenant.recipients.find(({ guid }) => guid === group.id)?.group ?? {}, { notes: "By hand" });
    await makeByHand({
      RecipientRestrictionFilter: `MemberOfGroup -eq '${String(group.properties["distinguishedName"])}'`,
    });
    expect((await failureOf(make())).message).toContain("was not made by this stack");
  });

  test("is taken over where adopt says so, and gets our filter", async () => {
    await makeByHand();
    const made = await make(adopting);
    expect(ours()).toMatchObject([{ guid: made.id }]);
    expect(await inside(made)).toEqual([ad, eva]);
    expect((await previewOf(managementScope, await tenant.open(), made, { ...desired, ...adopting })).changed).toEqual(
      [],
    );
  });

  test("that an assignment of others uses cannot be taken over", async () => {
    await makeByHand();
    await assign("Somebody's", names.scope, { User: dirk });
    const before = tenant.dump();
    expect((await failureOf(make(adopting))).message).toContain("role assignments of others use it: Somebody's");
    expect(tenant.dump()).toEqual(before);
  });

  test("that is exclusive cannot be taken over", async () => {
    await makeByHand({ Exclusive: true });
    expect((await failureOf(make(adopting))).message).toContain("it is an exclusive scope");
  });
});

describe("removing a scope", () => {
  test("leaves everything as it was before", async () => {
    const before = tenant.dump();
    const made = await make();
    await managementScope.remove(await tenant.open(), made);
    expect(tenant.dump()).toEqual(before);
  });

  test.each(["refused", "cleared"] as const)(
    "removes the assignment that a killed run left on it first, where Exchange answers a scope in use with %s",
    async (position) => {
      tenant.running.simulator.switches.scopeInUse = position;
      const made = await make();
      await assign(names.assignment, names.scope, { SecurityGroup: ownRoleGroup.id });
      const start = tenant.running.journal.entries.length;
      await managementScope.remove(await tenant.open(), made);
      const entries = tenant.running.journal.entries.slice(start);
      expect(entries.map(({ operation }) => operation)).toEqual([
        "Remove-ManagementRoleAssignment",
        "Remove-ManagementScope",
      ]);
      expect(entries.map(({ reach }) => reach[serviceUser] ?? [])).toEqual([[], []]);
    },
  );

  test.each(["refused", "cleared"] as const)(
    "lets go of one that an assignment of others uses, and says so: without it that would reach every mailbox (%s)",
    async (position) => {
      tenant.running.simulator.switches.scopeInUse = position;
      const made = await make();
      await assign("Somebody's", names.scope, { User: dirk });
      const before = tenant.dump();
      const context = await tenant.open();
      await managementScope.remove(context, made);
      expect(context.lines.join("\n")).toMatch(
        /others use it: the role assignment "Somebody's"\..* so it is left as it is/,
      );
      expect(tenant.dump()).toEqual(before);
    },
  );

  test.each([false, true])(
    "that others use stays with its group, also where another run comes to the group (%s), so that nothing opens or shuts",
    async (isOtherRun) => {
      const made = await make();
      await assign("Somebody's", names.scope, { User: dirk });
      const before = reachOf(dirk);
      expect(before).toEqual([ad, eva]);
      const context = await tenant.open();
      await managementScope.remove(context, made);
      const next = isOtherRun ? await tenant.open() : context;
      await securityGroup.remove(next, group);
      expect(next.lines.join("\n")).toContain(`others use it: the management scope "${names.scope}" names it`);
      expect([reachOf(dirk), await inside(made)]).toEqual([before, [ad, eva]]);
    },
  );

  test("that is gone already is done", async () => {
    const made = await make();
    await tenant.byHand("Remove-ManagementScope", { Identity: made.id });
    await managementScope.remove(await tenant.open(), made);
    expect(await managementScope.read(await tenant.open(), made)).toBeUndefined();
  });

  test("works where its group is gone already", async () => {
    const made = await make();
    await tenant.byHand("Remove-DistributionGroup", { Identity: group.id, ...bypass });
    expect((await previewOf(managementScope, await tenant.open(), made, desired)).changed).toEqual(["filter"]);
    await managementScope.remove(await tenant.open(), made);
    expect(ours()).toEqual([]);
  });
});
