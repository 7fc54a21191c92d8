/** A security group that was there before, or that others have to do with: taken over, kept, read and removed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { resolveOwner } from "../../../resources/recipients/address.ts";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { aliasOf } from "../../../resources/lifecycle/shortName.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import {
  assignmentInputs,
  makeAccess,
  mark,
  names,
  previewOf,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
} from "../../support/access.ts";
import { applicationRole, placeApp, vendorId } from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { gijs, dirk, sander, serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let desired: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  desired = securityGroupInputs(tenant);
  restore = tenant.save();
});
beforeEach(() => {
  restore();
});
afterAll(() => tenant.close());

const adopting = { adopt: true, onDestroy: "keep" };

/** The customer's own group, as an administrator makes it. */
const makeByHand = (): Promise<void> =>
  tenant.byHand("New-DistributionGroup", { Name: names.securityGroup, Type: "Security", ManagedBy: [sander] });

async function adopt(change: Properties = {}): Promise<Recorded> {
  return up(securityGroup, await tenant.open(), { ...desired, ...adopting, ...change });
}

const scopeNames = (): string[] => tenant.tenant.scopes.map(({ name }) => name);

describe("a group is not taken over where that would open mailboxes to others", () => {
  async function foreignApp(): Promise<{ objectId: string; appId: string }> {
    const app = placeApp(tenant, undefined, vendorId);
    await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId, DisplayName: "Backup" });
    return app;
  }

  test("a role assignment of another app names it", async () => {
    await makeByHand();
    const { objectId } = await foreignApp();
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Backup of calendars",
      Role: applicationRole,
      App: objectId,
      RecipientGroupScope: names.securityGroup,
    });
    const before = tenant.dump();
    expect((await failureOf(adopt())).message).toMatch(
      /cannot be taken over: the role assignment "Backup of calendars" \(.*\) names it\./,
    );
    expect(tenant.dump()).toEqual(before);
    // The stack's own app may.
    const made = await adopt({ app: objectId });
    expect(made.properties["adoption"]).toBeDefined();
  });

  test.each(["RestrictAccess", "DenyAccess"])(
    "an application access policy (%s) of another app names it",
    async (right) => {
      await makeByHand();
      await foreignApp();
      await tenant.byHand("New-ApplicationAccessPolicy", {
        AppId: vendorId,
        PolicyScopeGroupId: names.securityGroup,
        AccessRight: right,
        Description: "by hand",
      });
      expect((await failureOf(adopt())).message).toContain(
        `an application access policy for the app ${vendorId} names it`,
      );
      expect((await adopt({ clientId: vendorId })).properties["adoption"]).toBeDefined();
    },
  );

  test("nobody can tell whether a policy names it", async () => {
    await makeByHand();
    tenant.running.faults.set([
      { match: { operation: "Get-ApplicationAccessPolicy" }, effect: "forbidden", times: 99 },
    ]);
    expect((await failureOf(adopt())).message).toContain("could not be asked");
  });
});

describe("an owner whose name two recipients share", () => {
  async function makeWithTwins(): Promise<Recorded> {
    const made = await up(securityGroup, await tenant.open(), desired);
    tenant.recipient(gijs).name = tenant.recipient(dirk).name;
    const live = tenant.tenant.recipients.find(({ guid }) => guid === made.id);
    live?.group?.managedBy.push(tenant.recipient(dirk).guid);
    return made;
  }

  test("is shown as Exchange names him, and taken off by the next up", async () => {
    const made = await makeWithTwins();
    expect((await previewOf(securityGroup, await tenant.open(), made, desired)).changed).toEqual(["owner"]);
    await up(securityGroup, await tenant.open(), desired, made);
    const live = tenant.tenant.recipients.find(({ guid }) => guid === made.id);
    expect(live?.group?.managedBy).toEqual([tenant.recipient(sander).guid]);
  });

  test("keeps nothing from being removed", async () => {
    const made = await makeWithTwins();
    await securityGroup.remove(await tenant.open(), made);
    expect(tenant.tenant.recipients.some(({ guid }) => guid === made.id)).toBe(false);
  });
});

test.each(["Get-DistributionGroupMember", "Get-Recipient", "Get-RoleGroupMember", "Get-User"])(
  "a removal asks nothing that does not matter to it: %s fails for ever",
  async (operation) => {
    const access = await makeAccess(tenant, await tenant.open());
    tenant.running.faults.set([{ match: { operation }, effect: "error500", times: 9999 }]);
    const context = await tenant.open();
    await roleAssignment.remove(context, access.assignment);
    if (access.scope !== undefined) await managementScope.remove(context, access.scope);
    if (access.securityGroup !== undefined) await securityGroup.remove(context, access.securityGroup);
    await roleGroup.remove(context, access.roleGroup);
    expect(scopeNames()).not.toContain(names.scope);
    expect(tenant.tenant.recipients.some(({ guid }) => guid === access.securityGroup?.id)).toBe(false);
  },
);

describe("the owner is judged as a mailbox of the list is", () => {
  const ask = async (owner: string, recorded = "", confirmed: string[] = []) =>
    resolveOwner(await tenant.open(), { owner, recorded, confirmed });
  const shared = (): string =>
    tenant.tenant.recipients.find(({ type }) => type === "SharedMailbox")?.primarySmtpAddress ?? "";

  test("a shared mailbox is no person", async () => {
    expect((await ask(shared())).problems).toEqual([
      expect.stringContaining("is a SharedMailbox, and the owner has to be one person"),
    ]);
  });

  test("by the user name, where that is another address", async () => {
    tenant.recipient(sander).userPrincipalName = "sb@buitendienst.onmicrosoft.com";
    const { line, problems } = await ask("sb@buitendienst.onmicrosoft.com");
    expect(problems).toEqual([]);
    expect(line).toContain(tenant.recipient(sander).externalDirectoryObjectId ?? "no id");
  });

  test("is followed by the object id when the address changes, and blocks nothing once gone", async () => {
    const id = tenant.recipient(sander).externalDirectoryObjectId ?? "";
    const recorded = `${sander} ${id}\n`;
    const live = tenant.recipient(sander);
    Object.assign(live, {
      primarySmtpAddress: "new@buitendienst.example",
      userPrincipalName: "new@buitendienst.example",
    });
    live.emailAddresses = ["SMTP:new@buitendienst.example"];
    expect(await ask(sander, recorded)).toEqual({ line: recorded, problems: [] });
    tenant.tenant.recipients.splice(tenant.tenant.recipients.indexOf(live), 1);
    expect(await ask(sander, recorded)).toEqual({ line: recorded, problems: [] });
    expect((await ask(sander)).problems).toEqual([expect.stringContaining("is unknown in this organisation")]);
  });

  test("is confirmed where the address means somebody else by now", async () => {
    const recorded = `${sander} 0f0f0f0f-0000-4000-8000-000000000001\n`;
    expect((await ask(sander, recorded)).problems).toEqual([
      expect.stringContaining("add the address to confirmedAddresses"),
    ]);
    expect((await ask(sander, recorded, [sander])).problems).toEqual([]);
  });
});

describe("a scope of ours that an interrupted run left", () => {
  const makeScope = async (group: string): Promise<Recorded> =>
    managementScope.create(await tenant.open(), scopeInputs(group, ""));

  test("goes with a group of ours, whatever onDestroy says", async () => {
    const made = await up(securityGroup, await tenant.open(), { ...desired, onDestroy: "keep" });
    await makeScope(made.id);
    await securityGroup.remove(await tenant.open(), made);
    expect(scopeNames()).not.toContain(names.scope);
  });

  test("goes from a group that was taken over and is removed", async () => {
    await makeByHand();
    const made = await adopt({ onDestroy: "remove" });
    await makeScope(made.id);
    await securityGroup.remove(await tenant.open(), made);
    expect(scopeNames()).not.toContain(names.scope);
  });

  test("goes from a group that is kept, but not one that was there before the stack", async () => {
    await makeByHand();
    const made = await adopt();
    await makeScope(made.id);
    await securityGroup.remove(await tenant.open(), made);
    expect(scopeNames()).not.toContain(names.scope);
    expect(tenant.tenant.recipients.some(({ guid }) => guid === made.id)).toBe(true);

    restore();
    await makeByHand();
    const dn = String(
      (await (await tenant.open()).exchange.read("Get-DistributionGroup", { Identity: names.securityGroup }))[0]?.[
        "DistinguishedName"
      ],
    );
    const RecipientRestrictionFilter = `MemberOfGroup -eq '${dn}'`;
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter });
    await securityGroup.remove(await tenant.open(), await adopt());
    expect(scopeNames()).toContain(names.scope);
  });

  test("and an access of ours on a scope that is kept: what was there before stays", async () => {
    const user = await tenant.makeUser(serviceUser, mark);
    const context = await tenant.open();
    const ownRoleGroup = await roleGroup.create(context, roleGroupInputs(user));
    const group = await securityGroup.create(context, desired);
    const scope = await managementScope.create(context, scopeInputs(group.id, ownRoleGroup.id));
    const inputs = { ...scopeInputs(group.id, ownRoleGroup.id), ...adopting };
    const adoption = { name: names.scope, as: names.scope, beside: [] as string[] };
    const kept = { id: scope.id, properties: { ...scope.properties, ...inputs, adoption } };
    const left = await roleAssignment.create(context, assignmentInputs(tenant, ownRoleGroup.id, scope.id));
    await managementScope.remove(await tenant.open(), {
      ...kept,
      properties: { ...kept.properties, adoption: { ...adoption, beside: [left.id] } },
    });
    expect(tenant.tenant.assignments.some(({ guid }) => guid === left.id)).toBe(true);
    await managementScope.remove(await tenant.open(), kept);
    expect(tenant.tenant.assignments.some(({ guid }) => guid === left.id)).toBe(false);
    expect(scopeNames()).toContain(names.scope);
  });
});

test("groups whose names differ only in what an alias cannot hold have aliases of their own", () => {
  expect(aliasOf("SecurityGroup-CallPro Calendar Access")).toBe("SecurityGroup-CallProCalendarAccess");
  const all = ["Büro", "Bro", "B&ro", "x".repeat(70), `${"x".repeat(70)}y`].map(aliasOf);
  expect(new Set(all).size).toBe(all.length);
  for (const alias of all) expect(alias.length).toBeLessThanOrEqual(64);
});
