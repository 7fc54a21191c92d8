/** The preflight, the opening of a tenant and its closing. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import {
  assignmentInputs,
  makeAccess,
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
} from "../../support/access.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";
import { reachNow } from "../../support/reach.ts";
import { ad, eva, gijs, dirk, sander, serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

async function preflight(
  change: Properties = {},
  recorded?: Properties,
): Promise<{ problems: readonly string[]; inputs: Properties; lines: string[] }> {
  const context = await tenant.open();
  const answer = await tenantArtifact.check(context, recorded, { ...tenantInputs(), ...change });
  return { ...answer, lines: context.lines };
}

async function open(change: Properties = {}, recorded?: Recorded): Promise<Recorded> {
  return up(tenantArtifact, await tenant.open(), { ...tenantInputs(), ...change }, recorded);
}

describe("the preflight of a fresh tenant", () => {
  test("has no problem, writes nothing, and looks everybody up", async () => {
    const before = tenant.dump();
    const { problems, inputs } = await preflight();
    expect(problems).toEqual([]);
    expect(inputs).toMatchObject({ members: tenant.lines(ad, eva), vanished: "", mustStayOut: tenant.lines(dirk) });
    expect(tenant.dump()).toEqual(before);
    expect(tenant.running.journal.entries).toEqual([]);
  });

  test("says everything that is wrong together", async () => {
    tenant.running.reset({ settings: { impersonationRole: "missing", isDehydrated: true } });
    await makeByHandInState();
    const { problems } = await preflight({
      members: `bram@buitendienst.example\n${eva}\nniemand@buitendienst.example\n`,
      mustStayOut: `${eva}\nstoring@loodgieterlek.example\n`,
      owner: "allen@buitendienst.example",
    });
    const all = problems.join("\n");
    for (const text of [
      "This organisation was never customised",
      "The role ApplicationImpersonation does not exist",
      "mailboxes: bram@buitendienst.example is an alias of",
      "mailboxes: niemand@buitendienst.example is unknown",
      "mustStayOut: storing@loodgieterlek.example is a mail contact",
      `mustStayOut: ${eva} is one of the listed mailboxes`,
      "owner: allen@buitendienst.example is a MailUniversalDistributionGroup",
      `role group "${names.roleGroup}"`,
      "Set adopt",
    ]) {
      expect(all.toLowerCase()).toContain(text.toLowerCase());
    }
    for (const problem of problems) expect(problem).not.toContain("\n");
  });

  test("names the mode that works where Microsoft has removed the role", async () => {
    tenant.running.reset({ settings: { impersonationRole: "missing" } });
    const { problems } = await preflight();
    expect(problems).toEqual([
      expect.stringMatching(
        /does not exist in this organisation.*removed it from Exchange Online.*Set access to \["application"\].*Nothing was changed/,
      ),
    ]);
  });

  test("refuses an owner that is a listed mailbox or the service user, by whatever address", async () => {
    await tenant.makeUser(serviceUser, mark);
    Object.assign(tenant.recipient(serviceUser), {
      type: "UserMailbox",
      primarySmtpAddress: "callpro@buitendienst.example",
      emailAddresses: ["SMTP:callpro@buitendienst.example"],
    });
    expect((await preflight({ owner: "callpro@buitendienst.example" })).problems).toEqual([
      "owner: callpro@buitendienst.example is the service user; an owner can widen the group. Name somebody else.",
    ]);
    const alias = { owner: "bram@buitendienst.example", members: "bram.buitenhuis@buitendienst.example\n" };
    expect((await preflight(alias)).problems).toEqual([
      "owner: bram@buitendienst.example is one of the listed mailboxes; an owner can widen the group. Name somebody else.",
    ]);
  });

  test("needs no owner and asks for no group in reach organization", async () => {
    await tenant.byHand("New-DistributionGroup", { Name: names.securityGroup, Type: "Security", ManagedBy: [sander] });
    const { problems } = await preflight({ reach: "organization", owner: "", mustStayOut: "" });
    expect(problems).toEqual([]);
  });

  test("fails as a whole where something cannot be asked", async () => {
    for (const operation of [
      "Get-Recipient",
      "Get-User",
      "Get-OrganizationConfig",
      "Get-ManagementRole",
      "Get-RoleGroup",
    ]) {
      tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
      const { problems } = await preflight();
      expect(problems).toEqual([expect.stringContaining(`may not read Exchange (${operation}: `)]);
      expect(problems.join("")).toContain("Exchange Administrator");
    }
  });

  test("fails as a whole where something cannot be asked", async () => {
    tenant.running.faults.set([{ match: { operation: "Get-Recipient" }, effect: "error500", times: 99 }]);
    expect((await failureOf(preflight())).message).toContain("Get-Recipient");
  });

  test("works with the right to read alone", async () => {
    const context = await tenant.open("reader");
    const { problems } = await tenantArtifact.check(context, undefined, tenantInputs());
    expect(problems).toEqual([]);
  });
});

/** A role group of our name, put straight into the state: a dehydrated organisation accepts none. */
async function makeByHandInState(): Promise<void> {
  const [template] = tenant.tenant.roleGroups;
  if (template === undefined) throw new Error("no role group");
  tenant.tenant.roleGroups.push({
    ...structuredClone(template),
    guid: "0e0e0e0e-0000-4000-8000-00000000000a",
    name: names.roleGroup,
    cn: names.roleGroup,
    displayName: names.roleGroup,
    description: "",
    members: [],
    builtIn: false,
  });
}

describe("the preflight remembers whom addresses meant", () => {
  test("a mailbox that vanished is told, and blocks nothing in any later run", async () => {
    const opened = await open();
    tenant.recipient(eva).softDeleted = true;
    const first = await preflight({}, opened.properties);
    expect(first.problems).toEqual([]);
    expect(first.lines.join("\n")).toContain(`${eva}: this mailbox no longer exists`);
    expect(first.inputs).toMatchObject({ members: tenant.lines(ad) });
    const second = await open({}, opened);
    expect(second.properties).toMatchObject({ members: tenant.lines(ad), vanished: expect.stringContaining(eva) });
    expect((await preflight({}, (await tenantArtifact.read(await tenant.open(), second))?.inputs)).problems).toEqual(
      [],
    );
  });

  test("also one that was listed later, and one that must stay out", async () => {
    const opened = await open();
    const more = { members: `${ad}\n${eva}\n${gijs}\n` };
    const updated = await open(more, opened);
    tenant.recipient(gijs).softDeleted = true;
    tenant.recipient(dirk).softDeleted = true;
    const third = await open(more, updated);
    expect(third.properties).toMatchObject({ vanished: expect.stringContaining(gijs) });
    const fourth = await open(more, third);
    expect(fourth.properties).toMatchObject({
      vanished: expect.stringContaining(gijs),
      members: tenant.lines(ad, eva),
    });
  });

  test("an address that means another mailbox now stops until it is confirmed, and not after", async () => {
    const opened = await open();
    tenant.recipient(eva).externalDirectoryObjectId = "0e0e0e0e-0000-4000-8000-000000000001";
    expect((await preflight({}, opened.properties)).problems).toEqual([
      expect.stringContaining(`mailboxes: ${eva} was mailbox`),
    ]);
    const confirmed = await open({ confirmedAddresses: [eva] }, opened);
    expect((await preflight({}, confirmed.properties)).problems).toEqual([]);
  });

  test("a list of which nobody exists any more is refused", async () => {
    const opened = await open();
    for (const address of [ad, eva]) tenant.recipient(address).softDeleted = true;
    expect((await preflight({}, opened.properties)).problems).toEqual([
      "mailboxes: none of the listed mailboxes exists any more. List others, or run destroy.",
    ]);
  });
});

describe("names that are taken", () => {
  test("by others are all named, with the setting that takes them over; nothing is touched", async () => {
    await tenant.makeUser(serviceUser, mark);
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser] });
    await tenant.byHand("New-DistributionGroup", {
      Name: names.securityGroup,
      Type: "Security",
      ManagedBy: [sander],
      Members: [ad, eva],
    });
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter: "Alias -like 'a*'" });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: names.assignment,
      Role: role,
      SecurityGroup: names.roleGroup,
      CustomRecipientWriteScope: names.scope,
    });
    const before = tenant.dump();
    const { problems } = await preflight();
    expect(problems).toHaveLength(4);
    for (const name of Object.values(names)) expect(problems.join("\n")).toContain(`"${name}"`);
    for (const problem of problems) expect(problem).toContain("set adopt to take it over");

    const adopted = await preflight({ adopt: ["roleGroup", "securityGroup", "scope", "assignment"] });
    expect(adopted.problems).toEqual([]);
    const told = adopted.lines.join("\n");
    expect(told).toContain(
      `role group "${names.roleGroup}": exists and would be taken over; up would change its mark;`,
    );
    expect(told).toMatch(
      /security group ".*" \(.*\): exists and would be taken over; up would change hiddenFromAddressLists, its mark; destroy/,
    );
    expect(told).toMatch(/management scope ".*": exists and would be taken over; up would change filter/);
    expect(told).toContain("destroy would remove it");
    expect(tenant.dump()).toEqual(before);
  });

  test("cannot be adopted together with what others use", async () => {
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [gijs], Roles: ["Mail Recipients"] });
    const { problems } = await preflight({ adopt: ["roleGroup"] });
    expect(problems).toEqual([
      expect.stringMatching(/it also has the role Mail Recipients; it has other members: gijs/),
    ]);
  });

  test("by the stack itself are no problem, recorded or held in the state alone", async () => {
    const access = await makeAccess(tenant, await tenant.open());
    const ids = {
      roleGroup: access.roleGroup.id,
      securityGroup: access.securityGroup?.id ?? "",
      scope: access.scope?.id ?? "",
      assignment: access.assignment.id,
    };
    const recorded = await preflight({ known: { ...nothingKnown, ...ids } });
    expect(recorded.problems).toEqual([]);
    expect(recorded.lines.filter((line) => !line.startsWith("way in: "))).toEqual([]);
    const context = await tenant.open("automation", Object.values(ids));
    const held = await tenantArtifact.check(context, undefined, tenantInputs());
    expect(held.problems).toEqual([]);
    expect(context.lines.filter((line) => !line.startsWith("way in: "))).toEqual([]);
  });

  test("by an interrupted run of the stack are told and gone on with, whatever it got done", async () => {
    const context = await tenant.open();
    const user = await tenant.makeUser(serviceUser, mark);
    const madeRoleGroup = await roleGroup.create(context, roleGroupInputs(user));
    const group = await securityGroup.create(context, securityGroupInputs(tenant));
    const scope = await managementScope.create(context, scopeInputs(group.id, madeRoleGroup.id));
    await roleAssignment.create(context, assignmentInputs(tenant, madeRoleGroup.id, scope.id));
    // The kill may have come at any moment: the state holds the first few of them.
    for (const held of [[], [madeRoleGroup.id], [madeRoleGroup.id, group.id], [madeRoleGroup.id, group.id, scope.id]]) {
      const next = await tenant.open("automation", held);
      const { problems } = await tenantArtifact.check(next, undefined, tenantInputs());
      expect(problems).toEqual([]);
      // A stack that holds nothing at all is not the one that was killed, but goes on for it.
      const cause =
        held.length === 0 ? "from the stack that movedFrom names; up goes on" : "left by an interrupted run";
      expect(next.lines.filter((line) => line.includes(cause))).toHaveLength(4 - held.length);
    }
  });
});

describe("opening a tenant", () => {
  test("records the tenant and everything that a sweep will need", async () => {
    const opened = await open();
    expect(opened.id).toBe(tenant.tenant.tenantId);
    expect(opened.properties).toMatchObject({ tenantId: tenant.tenant.tenantId, mark, ...names });
    expect(await previewOf(tenantArtifact, await tenant.open(), opened, tenantInputs())).toEqual({
      changed: [],
      replaces: [],
    });
  });

  test("makes everything that the state holds the run's own, before any other call names it", async () => {
    const [group, ofApp] = ["0e0e0e0e-0000-4000-8000-0000000000a1", "0e0e0e0e-0000-4000-8000-0000000000a2"];
    const applicationAssignments = `Application Calendars.Read ${ofApp}`;
    const known = { ...nothingKnown, securityGroup: group, applicationAssignments };
    const context = await tenant.open();
    await tenantArtifact.check(context, undefined, { ...tenantInputs(), known });
    expect([...context.held].toSorted()).toEqual([group, ofApp]);
  });

  test("shows nothing as changed after an up that only learned what the stack holds, or was asked otherwise", async () => {
    const opened = await open();
    const id = "0e0e0e0e-0000-4000-8000-00000000000b";
    const known = { ...nothingKnown, roleGroup: id, securityGroup: id, scope: id, assignment: id };
    const asked = { known, adopt: ["scope"], regrant: true, confirmedAddresses: [eva] };
    const { inputs, problems } = await preflight(asked, opened.properties);
    expect(problems).toEqual([]);
    expect(tenantArtifact.diff(opened.properties, inputs).changes).toBe(false);
    // The engine records these inputs beside the outputs of before, and compares them with what the next read says.
    const reading = await tenantArtifact.read(await tenant.open(), opened);
    expect(reading?.inputs).toEqual(inputs);
    expect(reading?.properties).toEqual(opened.properties);
  });

  test.each([
    [
      "reader",
      /may not run New-ManagementRoleAssignment, .*New-RoleGroup, .*New-ManagementScope.* in Exchange.*may not make users/,
    ],
    ["weak", /The automation identity may not read Exchange \(Get-OrganizationConfig: .*Exchange Administrator/],
  ])("fails before the first write where the identity lacks rights: %s", async (purpose, text) => {
    const before = tenant.dump();
    const context = await tenant.open(purpose);
    expect((await failureOf(up(tenantArtifact, context, tenantInputs()))).message).toMatch(text);
    expect(tenant.dump()).toEqual(before);
  });

  test("asks for no right to make users where an existing one is used", async () => {
    const context = await tenant.open("reader");
    const error = await failureOf(up(tenantArtifact, context, { ...tenantInputs(), ownsUser: false }));
    expect(error.message).not.toContain("may not make users");
  });

  test("asks for the right to remove users where leftovers are to be removed", async () => {
    const context = await tenant.open("reader");
    const inputs = { ...tenantInputs(), ownsUser: false, removeLeftovers: true };
    expect((await failureOf(up(tenantArtifact, context, inputs))).message).toContain("may not make users");
  });

  test("customises the organisation only where that is allowed, waits visibly, and the access comes up", async () => {
    tenant.running.reset({
      settings: { isDehydrated: true, hydration: 45 * 60_000, delegationAfterHydration: 50 * 60_000 },
    });
    expect((await preflight()).problems).toEqual([
      expect.stringContaining("Set allowOrganizationCustomization to true"),
    ]);
    const context = await tenant.open();
    await up(tenantArtifact, context, { ...tenantInputs(), allowOrganizationCustomization: true });
    expect(tenant.tenant.organization.isDehydrated).toBe(false);
    const access = await makeAccess(tenant, context);
    expect(access.check.properties["verdict"]).toBe("passed");
    const told = context.lines.join("\n");
    expect(told).toContain("this cannot be undone");
    expect(told).toContain("waiting for the freshly customised organisation to accept New-RoleGroup (");
    expect(told).toContain("waiting for the freshly customised organisation to accept New-ManagementRoleAssignment");
    expect(told).toContain("120 min at most");
  });

  test("of another tenant is refused before anything is asked", async () => {
    const opened = await open();
    const foreign = { ...opened, properties: { ...opened.properties, tenantId: "other" } };
    const context = await tenant.open();
    const calls = tenant.calls().length;
    for (const action of [
      tenantArtifact.read(context, foreign),
      tenantArtifact.update(context, foreign, tenantInputs()),
      tenantArtifact.remove(context, foreign),
    ]) {
      expect((await failureOf(action)).message).toContain("belongs to tenant other");
    }
    expect(tenant.calls()).toHaveLength(calls);
  });
});

describe("closing a tenant sweeps what interrupted runs left", () => {
  type Step = (context: TestContext) => Promise<void>;

  /** Makes the stack's objects up to one of them, as a run that was killed before it could be recorded. */
  async function makeUpTo(count: number, reach: "group" | "organization"): Promise<void> {
    const user = await tenant.makeUser(serviceUser, mark);
    let made = { roleGroup: "", group: "", scope: "" };
    const steps: Step[] = [
      async (context) => {
        made = { ...made, roleGroup: (await roleGroup.create(context, roleGroupInputs(user))).id };
      },
      ...(reach === "organization"
        ? []
        : [
            async (context: TestContext) => {
              made = { ...made, group: (await securityGroup.create(context, securityGroupInputs(tenant))).id };
            },
            async (context: TestContext) => {
              const inputs = scopeInputs(made.group, made.roleGroup);
              made = { ...made, scope: (await managementScope.create(context, inputs)).id };
            },
          ]),
      async (context) => {
        await roleAssignment.create(context, assignmentInputs(tenant, made.roleGroup, made.scope));
      },
    ];
    const context = await tenant.open();
    for (const step of steps.slice(0, count)) await step(context);
  }

  test.each([
    [0, "group"],
    [1, "group"],
    [2, "group"],
    [3, "group"],
    [4, "group"],
    [1, "organization"],
    [2, "organization"],
  ] as const)("%i objects in reach %s, the service user included: nothing is left", async (count, reach) => {
    const before = tenant.dump();
    const opened = await open({ reach });
    await makeUpTo(count, reach);
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
    expect(context.lines.filter((line) => line.includes("left by an interrupted run"))).toHaveLength(count + 1);
    if (reach === "group") expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
    expect(reachNow(tenant, serviceUser)).toEqual([]);
  });

  test("access goes first", async () => {
    const opened = await open();
    await makeUpTo(4, "group");
    const start = tenant.running.journal.entries.length;
    await tenantArtifact.remove(await tenant.open(), opened);
    const operations = tenant.running.journal.entries.slice(start).map(({ operation }) => operation);
    expect(operations.filter((operation) => /^(Remove-|DELETE)/.test(operation))).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-RoleGroup",
      "DELETE /users",
    ]);
  });

  test("what others made is never touched, whatever its name", async () => {
    const opened = await open();
    await tenant.makeUser(serviceUser, "Receptionist");
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser] });
    await tenant.byHand("New-DistributionGroup", { Name: names.securityGroup, Type: "Security", ManagedBy: [sander] });
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter: "Alias -like 'a*'" });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: names.assignment,
      Role: role,
      SecurityGroup: names.roleGroup,
      CustomRecipientWriteScope: names.scope,
    });
    const before = tenant.dump();
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    expect(tenant.dump()).toEqual(before);
    expect(context.lines).toEqual([]);
  });

  test("an existing service user is never swept, even one with the mark", async () => {
    const opened = await open({ ownsUser: false });
    await tenant.makeUser(serviceUser, mark);
    await tenantArtifact.remove(await tenant.open(), opened);
    expect(tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser)).toMatchObject({
      deletedDateTime: null,
    });
  });

  test("a scope that somebody else's assignment uses keeps everything that it needs", async () => {
    const opened = await open();
    await makeUpTo(4, "group");
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Somebody's",
      Role: "Mail Recipients",
      User: gijs,
      CustomRecipientWriteScope: names.scope,
    });
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    expect(context.lines.join("\n")).toMatch(
      /others use it: the role assignment "Somebody's"\..* so it is left as it is/,
    );
    expect(tenant.tenant.scopes.map(({ name }) => name)).toContain(names.scope);
    expect(tenant.tenant.recipients.map(({ name }) => name)).toContain(names.securityGroup);
  });

  test("nothing at all is nothing to do after a whole destroy", async () => {
    const opened = await open({ ownsUser: false });
    const access = await makeAccess(tenant, await tenant.open());
    await removeAccess(await tenant.open(), access);
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    expect(context.lines).toEqual([]);
  });
});
