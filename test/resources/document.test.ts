/** A tenant that somebody set up by hand after the document: taken over, finished, undone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { impersonationCheck } from "../../resources/impersonationCheck.ts";
import type { Artifact, Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { markOfUse } from "../../resources/lifecycle/mark.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../resources/tenant/tenant.ts";
import {
  assignmentInputs,
  checkInputs,
  mark,
  names,
  previewOf,
  removeAccess,
  role,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  tenantInputs,
  up,
  type Access,
} from "../support/access.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../support/tenant.ts";
import { reachAfterEachWrite, reachNow } from "../support/reach.ts";
import { ad, eva, gijs, dirk, sander, serviceUser } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let user: string;
beforeAll(async () => {
  tenant = await startTenant();
  // The administrator makes the user in the portal.
  user = await tenant.makeUser(serviceUser);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };
const all = ["roleGroup", "securityGroup", "scope", "assignment"];

/** "Maak een extra admin role aan": the portal's role group brings its assignment along, for every mailbox. */
async function makeRoleByHand(name = names.roleGroup): Promise<void> {
  await tenant.byHand("New-RoleGroup", {
    Name: name,
    DisplayName: names.roleGroup,
    Roles: [role],
    Members: [serviceUser],
  });
}

/** Stap 1 and 2: the security group with its members, hidden. */
async function makeGroupByHand(members: string[] = [ad, eva]): Promise<void> {
  await tenant.byHand("New-DistributionGroup", {
    Name: names.securityGroup,
    Type: "Security",
    ManagedBy: [sander],
    Members: members,
  });
  const hidden = { HiddenFromAddressListsEnabled: true, ...bypass };
  await tenant.byHand("Set-DistributionGroup", { Identity: names.securityGroup, ...hidden });
}

/** Stap 5: the scope, with the DN that Get-Group shows. */
async function makeScopeByHand(): Promise<void> {
  const context = await tenant.open("administrator");
  const [group] = await context.exchange.read("Get-Group", { Identity: names.securityGroup });
  await tenant.byHand("New-ManagementScope", {
    Name: names.scope,
    RecipientRestrictionFilter: `MemberOfGroup -eq '${String(group?.["DistinguishedName"])}'`,
  });
}

/** Stap 6. */
async function narrowByHand(assignment = names.assignment): Promise<void> {
  await tenant.byHand("Set-ManagementRoleAssignment", {
    Identity: assignment,
    CustomRecipientWriteScope: names.scope,
  });
}

/** The whole document, with the name that the portal gives the role group. */
async function followDocument(roleGroupName = names.roleGroup): Promise<void> {
  await makeRoleByHand(roleGroupName);
  await makeGroupByHand();
  await makeScopeByHand();
  await narrowByHand(`ApplicationImpersonation-${roleGroupName}`.slice(0, 64));
}

interface Wish {
  readonly adopt?: readonly string[];
  readonly onDestroy?: "remove" | "keep";
}

/** An `up` of the whole stack, as the program orders it; nothing is recorded before. */
async function upAll(context: TestContext, { adopt = all, onDestroy = "remove" }: Wish = {}): Promise<Access> {
  await up(tenantArtifact, context, { ...tenantInputs(), adopt, onDestroy });
  const wish = (name: string, inputs: Properties): Properties => ({
    ...inputs,
    adopt: adopt.includes(name),
    onDestroy,
  });
  const madeRoleGroup = await up(roleGroup, context, wish("roleGroup", roleGroupInputs(user)));
  const group = await up(securityGroup, context, wish("securityGroup", securityGroupInputs(tenant, madeRoleGroup.id)));
  const scope = await up(managementScope, context, wish("scope", scopeInputs(group.id, madeRoleGroup.id)));
  const inputs = assignmentInputs(tenant, madeRoleGroup.id, scope.id);
  const assignment = await up(roleAssignment, context, wish("assignment", inputs));
  const made = { user, roleGroup: madeRoleGroup, securityGroup: group, scope, assignment };
  return { ...made, check: await up(impersonationCheck, context, checkInputs(tenant, made)) };
}

/** What a preview of the stack shows after that. */
async function driftOf(access: Access): Promise<string[]> {
  const context = await tenant.open();
  const wish = { adopt: true };
  const group = access.securityGroup?.id ?? "";
  const rows: [Artifact, Recorded | undefined, Properties][] = [
    [roleGroup, access.roleGroup, { ...roleGroupInputs(user), ...wish }],
    [securityGroup, access.securityGroup, { ...securityGroupInputs(tenant, access.roleGroup.id), ...wish }],
    [managementScope, access.scope, { ...scopeInputs(group, access.roleGroup.id), ...wish }],
    [
      roleAssignment,
      access.assignment,
      { ...assignmentInputs(tenant, access.roleGroup.id, access.scope?.id ?? ""), ...wish },
    ],
    [impersonationCheck, access.check, checkInputs(tenant, access)],
  ];
  const drift: string[] = [];
  for (const [artifact, recorded, desired] of rows) {
    if (recorded === undefined) continue;
    const { changed } = await previewOf(artifact, context, recorded, desired);
    drift.push(...changed.map((name) => `${artifact.title}: ${name}`));
  }
  return drift;
}

/** The service user's reach after each write since `start`. */
function reachesSince(start: number): (readonly string[])[] {
  return reachAfterEachWrite(tenant.running.journal.entries.slice(start), serviceUser);
}

describe("a tenant that was set up by hand after the document", () => {
  test.each([
    ["with the document's names", names.roleGroup],
    ["with the name that the portal chose", "CallPro Calendar Access_7f3a91"],
  ])(
    "is adopted whole, %s: nothing about it changes but that it bears the mark, and everything is proved",
    async (_what, roleGroupName) => {
      await followDocument(roleGroupName);
      const before = tenant.dump();
      const start = tenant.running.journal.entries.length;
      const access = await upAll(await tenant.open());
      expect(access.check.properties["verdict"]).toBe("passed");
      const writes = tenant.running.journal.entries.slice(start);
      expect(writes.map(({ operation }) => operation)).toEqual(["Set-RoleGroup", "Set-Group"]);
      const marked = JSON.stringify(tenant.dump());
      expect(marked).toContain(markOfUse(mark));
      const [withoutIt, asBefore] = [marked.replaceAll(markOfUse(mark), ""), JSON.stringify(before)];
      expect(JSON.parse(withoutIt)).toEqual(JSON.parse(asBefore));
      expect(await driftOf(access)).toEqual([]);
    },
  );

  test("goes without a trace at destroy", async () => {
    const before = tenant.dump();
    await followDocument("CallPro Calendar Access_7f3a91");
    const access = await upAll(await tenant.open());
    const start = tenant.running.journal.entries.length;
    await removeAccess(await tenant.open(), access);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
    expect(tenant.running.journal.entries.slice(start)).toOpenNobodyBut([]);
  });

  test("stays as it was at destroy where onDestroy says so", async () => {
    await followDocument();
    const before = tenant.dump();
    const access = await upAll(await tenant.open(), { onDestroy: "keep" });
    await removeAccess(await tenant.open(), access);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
  });

  test("is a conflict without adopt, object by object, and untouched", async () => {
    await followDocument();
    const before = tenant.dump();
    const error = await failureOf(upAll(await tenant.open(), { adopt: ["roleGroup", "scope"] }));
    expect(error.message).toContain(`"${names.securityGroup}"`);
    expect(error.message).toContain(`"${names.assignment}"`);
    expect(error.message).not.toContain(`role group "${names.roleGroup}" (`);
    expect(tenant.dump()).toEqual(before);
  });

  test("is repaired while it is adopted, and never reaches further than it did or than is asked for", async () => {
    await followDocument();
    await tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: dirk, ...bypass });
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: eva, ...bypass });
    await tenant.byHand("Set-DistributionGroup", {
      Identity: names.securityGroup,
      HiddenFromAddressListsEnabled: false,
      ManagedBy: [gijs],
      ...bypass,
    });
    const start = tenant.running.journal.entries.length;
    const access = await upAll(await tenant.open());
    expect(access.check.properties["verdict"]).toBe("passed");
    expect(
      reachesSince(start)
        .flat()
        .filter((address) => ![ad, dirk, eva].includes(address)),
    ).toEqual([]);
    expect(reachesSince(start).at(-1)).toEqual([ad, eva]);
    expect(tenant.recipient(names.securityGroup)).toMatchObject({
      hiddenFromAddressListsEnabled: true,
      group: { managedBy: [tenant.recipient(sander).guid] },
    });
  });

  test("is narrowed where the document's steps 3 to 6 were left out", async () => {
    await makeRoleByHand();
    const wide = reachesSince(0).at(-1) ?? [];
    expect(wide.length).toBeGreaterThan(30);
    const start = tenant.running.journal.entries.length;
    const access = await upAll(await tenant.open(), { adopt: ["roleGroup", "assignment"] });
    expect(access.check.properties["verdict"]).toBe("passed");
    const reached = reachesSince(start);
    expect(reached.flat().filter((address) => !wide.includes(address))).toEqual([]);
    expect(reached.at(-1)).toEqual([ad, eva]);
    expect(await driftOf(access)).toEqual([]);
  });

  test("is narrowed where its scope was removed as the document's undo says, and the access opened", async () => {
    await followDocument();
    tenant.running.simulator.switches.scopeInUse = "cleared";
    await tenant.byHand("Remove-ManagementScope", { Identity: names.scope });
    tenant.running.simulator.switches.scopeInUse = "refused";
    expect((reachesSince(0).at(-1) ?? []).length).toBeGreaterThan(30);
    const access = await upAll(await tenant.open());
    expect(access.check.properties["verdict"]).toBe("passed");
    expect(reachesSince(0).at(-1)).toEqual([ad, eva]);
  });

  test("cannot be adopted where somebody else was put into the role group", async () => {
    await followDocument();
    await tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: gijs, ...bypass });
    const before = tenant.dump();
    expect((await failureOf(upAll(await tenant.open()))).message).toContain(`it has other members: ${gijs}`);
    expect(tenant.dump()).toEqual(before);
  });

  test("cannot be adopted where somebody else's assignment uses the scope", async () => {
    await followDocument();
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Somebody's",
      Role: "Mail Recipients",
      User: gijs,
      CustomRecipientWriteScope: names.scope,
    });
    const before = tenant.dump();
    expect((await failureOf(upAll(await tenant.open()))).message).toContain("role assignments of others use it");
    expect(tenant.dump()).toEqual(before);
  });
});

describe("an interrupted run beside objects that were taken over", () => {
  test("is gone on with: what it made for them is recognised without adopt", async () => {
    await makeRoleByHand();
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: names.assignment });
    await makeGroupByHand();
    const context = await tenant.open();
    const adopting = { adopt: true };
    const madeRoleGroup = await up(roleGroup, context, { ...roleGroupInputs(user), ...adopting });
    const group = await up(securityGroup, context, { ...securityGroupInputs(tenant, madeRoleGroup.id), ...adopting });
    // Killed before these two were recorded.
    const scope = await up(managementScope, context, scopeInputs(group.id, madeRoleGroup.id));
    const desired = assignmentInputs(tenant, madeRoleGroup.id, scope.id);
    const assignment = await up(roleAssignment, context, desired);

    const next = await tenant.open("automation", [madeRoleGroup.id, group.id]);
    const { problems } = await tenantArtifact.check(next, undefined, {
      ...tenantInputs(),
      adopt: ["roleGroup", "securityGroup"],
    });
    expect(problems).toEqual([]);
    expect((await up(managementScope, next, scopeInputs(group.id, madeRoleGroup.id))).id).toBe(scope.id);
    expect((await up(roleAssignment, next, desired)).id).toBe(assignment.id);
    // Without the state nobody knows whose they are.
    expect((await failureOf(up(roleAssignment, await tenant.open(), desired))).message).toContain("was not made by");
  });
});

describe("what the document's set-up left behind", () => {
  test.each<[string, () => Promise<void>]>([
    [
      "a scope whose group is gone",
      async () => {
        await makeGroupByHand();
        await makeScopeByHand();
        await tenant.byHand("Remove-DistributionGroup", { Identity: names.securityGroup, ...bypass });
      },
    ],
    ["a group without a scope", () => makeGroupByHand([ad, gijs])],
    [
      "a group and a scope without a role",
      async () => {
        await makeGroupByHand();
        await makeScopeByHand();
      },
    ],
    [
      "a role group whose assignment is gone, as where Microsoft took the role away",
      async () => {
        await makeRoleByHand();
        await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: names.assignment });
      },
    ],
    [
      "a role group whose user is gone",
      async () => {
        await makeRoleByHand();
        await tenant.byHand("Remove-RoleGroupMember", { Identity: names.roleGroup, Member: serviceUser, ...bypass });
      },
    ],
    [
      "everything but the role group",
      async () => {
        await followDocument();
        await tenant.byHand("Remove-RoleGroup", { Identity: names.roleGroup, ...bypass });
      },
    ],
  ])("is adopted and completed: %s", async (_what, leave) => {
    const before = tenant.dump();
    await leave();
    const guids = new Set(guidsOf());
    const start = tenant.running.journal.entries.length;
    const access = await upAll(await tenant.open());
    expect(access.check.properties["verdict"]).toBe("passed");
    expect(guidsOf().filter((guid) => guids.has(guid))).toHaveLength(guids.size);
    expect(guidsOf()).toHaveLength(4);
    expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
    const entries = tenant.running.journal.entries;
    // What somebody opened wide by hand may stay so until the run has narrowed it.
    const wasWide = reachAfterEachWrite(entries.slice(0, start), serviceUser).some((each) => each.length >= 5);
    if (!wasWide) expect(entries.slice(start)).toOpenNobodyBut([ad, eva, gijs]);
    expect(await driftOf(access)).toEqual([]);
    await removeAccess(await tenant.open(), access);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
  });

  test("is a user alone, where everything else is gone: nothing needs adopting but the user", async () => {
    const access = await upAll(await tenant.open(), { adopt: [] });
    expect(access.check.properties["verdict"]).toBe("passed");
  });
});

/** GUIDs of the four objects that are there. */
function guidsOf(): string[] {
  const { roleGroups, recipients, scopes, assignments } = tenant.tenant;
  return [
    ...roleGroups.filter(({ builtIn }) => !builtIn),
    ...recipients.filter(({ name }) => name === names.securityGroup),
    ...scopes.filter(({ name }) => name === names.scope),
    ...assignments.filter(({ assignee }) => roleGroups.some(({ guid, builtIn }) => !builtIn && guid === assignee)),
  ].map(({ guid }) => guid);
}
