/** What belongs to another stack, what was renamed and what is gone: the preflight knows before the first write. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { markOf, markOfUse } from "../../../resources/lifecycle/mark.ts";
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import { applicationAssignmentName } from "../../../resources/lifecycle/assignmentName.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown, type KnownObjects } from "../../../resources/tenant/tenantInputs.ts";
import {
  applicationTenantInputs,
  assignmentInputs,
  makeAccess,
  mark,
  names,
  role,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  tenantInputs,
  up,
  type Access,
} from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationRole,
  applicationScopeInputs,
  makeScopedObjects,
  placeApp,
  pointerInputs,
  vendorId,
  type EnterpriseApp,
} from "../../support/application.ts";
import { serviceUser } from "../../support/people.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";

const otherId = "0c0ffee0-0000-4000-8000-00000000000b";
// The same name, in another backend: only the id tells them apart.
const other = { mark: markOf("calendar-access", "contoso", otherId) };
const adopt = ["roleGroup", "securityGroup", "scope", "assignment", "enterpriseApp", "exchangeServicePrincipal"];

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => {
  tenant.running.reset();
});
afterAll(() => tenant.close());

interface Run {
  readonly recorded?: Properties;
  readonly gone?: readonly string[];
}

/** The problems that a preview tells; nothing is ever touched by it. */
async function problemsOf(inputs: Properties, { recorded, gone = [] }: Run = {}): Promise<readonly string[]> {
  const before = tenant.dump();
  const context = { ...(await tenant.open()), gone: new Set(gone) };
  const { problems } = await tenantArtifact.check(context, recorded, inputs);
  expect(tenant.dump()).toEqual(before);
  return problems;
}

/** The objects of impersonation of the other stack; its user is another one. */
async function makeOthers(): Promise<void> {
  const context = await tenant.open();
  const user = await tenant.makeUser("svcOther@buitendienst.onmicrosoft.com", other.mark);
  const madeRoleGroup = await roleGroup.create(context, { ...roleGroupInputs(user), ...other });
  const group = await securityGroup.create(context, { ...securityGroupInputs(tenant), ...other });
  const scope = await managementScope.create(context, { ...scopeInputs(group.id, madeRoleGroup.id), ...other });
  await roleAssignment.create(context, { ...assignmentInputs(tenant, madeRoleGroup.id, scope.id), ...other });
}

/** The other stack's access for a vendor's app that was there before, and so bears no mark. */
async function makeOthersForVendor(app: EnterpriseApp): Promise<void> {
  const context = await tenant.open();
  const named = (name: string): Properties => ({ ...other, name });
  await exchangeServicePrincipal.create(context, { ...pointerInputs(app, false), ...other });
  const groupInputs = { ...securityGroupInputs(tenant), ...named("Other group"), scopeName: "Other scope" };
  const group = await securityGroup.create(context, groupInputs);
  const scope = await managementScope.create(context, {
    ...applicationScopeInputs(group.id, app),
    ...named("Other scope"),
  });
  await roleAssignment.create(context, {
    ...applicationAssignmentInputs(tenant, app, scope.id, "Application Contacts.Read"),
    ...named("Other assignment"),
    ownsApp: false,
    writeScope: "Other scope",
  });
}

describe("the objects of another stack", () => {
  test.each([false, true])("are never taken over, each is named with whose it is; adopt: %s", async (takesOver) => {
    await makeOthers();
    const inputs = { ...tenantInputs(), adopt: takesOver ? adopt : [] };
    const problems = await problemsOf(inputs, { recorded: inputs });
    expect(problems).toHaveLength(4);
    for (const name of [names.roleGroup, names.securityGroup, names.scope, names.assignment]) {
      expect(problems).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `"${name}" .*belongs to another stack, calendar-access/contoso \\(id ${otherId}\\), and is not taken`,
          ),
        ),
      );
    }
    for (const problem of problems) {
      expect(problem).toContain("Or choose another name");
      // This stack has an id of its own already: it cannot go on for the other one.
      expect(problem).not.toContain("movedFrom");
    }
  });

  test("may be a new stack's own, moved, which it has to say by that id", async () => {
    await makeOthers();
    for (const problem of await problemsOf({ ...tenantInputs(), adopt })) {
      expect(problem).toContain(`set movedFrom to ${otherId}: a preview then says`);
    }
    // What the program makes of it (index.ts): the other's id in the mark.
    const moved = { ...tenantInputs(), mark: markOf("calendar-access", "renamed", otherId), adopt: [] };
    expect(await problemsOf({ ...moved, user: "svcOther@buitendienst.onmicrosoft.com" })).toEqual([]);
  });

  test("are refused at the write, too, where they came after the preflight", async () => {
    await makeOthers();
    const [, ...line] = (await tenant.makeUser("svcThird@buitendienst.onmicrosoft.com", mark)).split(/(?=svc)/);
    const context = await tenant.open();
    const before = tenant.dump();
    const inputs = { ...roleGroupInputs(line.join("")), adopt: true };
    expect((await failureOf(roleGroup.create(context, inputs))).message).toContain("belongs to another stack");
    expect(
      (await failureOf(securityGroup.create(context, { ...securityGroupInputs(tenant), adopt: true }))).message,
    ).toContain("belongs to another stack");
    expect(tenant.dump()).toEqual(before);
  });

  test("on one vendor's app keep every other stack from it, by the group behind the assignment's scope", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await makeOthersForVendor(app);
    const inputs = applicationTenantInputs({ app: app.objectId, clientId: vendorId, ownsApp: false, adopt });
    // What the first proof would find is said beside it (foreseen.ts).
    expect(await problemsOf(inputs)).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^Exchange service principal .*belongs to another stack, calendar-access/contoso \\(id ${otherId}\\).*in one tenant an app can be given its access by one stack only`,
        ),
      ),
    );
    // Nor does another name help, and nothing says that it would.
    expect((await problemsOf(inputs)).join()).not.toContain("another name");
  });
});

describe("what another living stack took over", () => {
  /** All by hand, then adopted by the other stack. */
  async function adoptByOther(): Promise<Recorded[]> {
    const user = await tenant.makeUser(serviceUser);
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Description: "Ask Jan", Members: [serviceUser] });
    await tenant.byHand("New-DistributionGroup", { Name: names.securityGroup, Type: "Security", Notes: "Ask Piet" });
    const opened = await tenant.open();
    const [madeGroup] = await opened.exchange.read("Get-Group", { Identity: names.securityGroup });
    const RecipientRestrictionFilter = `MemberOfGroup -eq '${String(madeGroup?.["DistinguishedName"])}'`;
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: names.assignment,
      Role: role,
      SecurityGroup: names.roleGroup,
      CustomRecipientWriteScope: names.scope,
    });
    const context = await tenant.open();
    const theirs = { ...other, adopt: true, onDestroy: "keep" };
    const theirRoleGroup = await roleGroup.create(context, { ...roleGroupInputs(user), ...theirs });
    const group = await securityGroup.create(context, {
      ...securityGroupInputs(tenant, theirRoleGroup.id),
      ...theirs,
    });
    const scope = await managementScope.create(context, { ...scopeInputs(group.id, theirRoleGroup.id), ...theirs });
    const assignment = await roleAssignment.create(context, {
      ...assignmentInputs(tenant, theirRoleGroup.id, scope.id),
      ...theirs,
    });
    return [assignment, scope, group, theirRoleGroup];
  }

  test("is not taken over, the user by his role group included, until that stack lets go of it", async () => {
    const held = await adoptByOther();
    const inputs = { ...tenantInputs(), adopt: [...adopt, "serviceUser"] };
    const problems = (await problemsOf(inputs, { recorded: inputs })).join("\n");
    for (const name of [names.roleGroup, names.securityGroup, names.scope, names.assignment]) {
      expect(problems).toMatch(
        new RegExp(`"${name}" .*belongs to another stack, calendar-access/contoso .*took it over`),
      );
    }
    expect(problems).toContain(`is the service user of another stack, calendar-access/contoso (id ${otherId})`);
    expect(problems).toContain(`take "${markOfUse(other.mark)}" out of`);
    const context = await tenant.open();
    for (const [index, artifact] of [roleAssignment, managementScope, securityGroup, roleGroup].entries()) {
      const recorded = held[index];
      if (recorded !== undefined) await artifact.remove(context, recorded);
    }
    expect(await problemsOf(inputs, { recorded: inputs })).toEqual([]);
  });
});

describe("a conflict that was found by role and app", () => {
  test("does not recommend another name", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId, DisplayName: "By hand" });
    await tenant.byHand("New-ManagementRoleAssignment", { Name: "By hand", Role: applicationRole, App: app.objectId });
    const inputs = applicationTenantInputs({ app: app.objectId, clientId: vendorId, ownsApp: false });
    const problems = await problemsOf(inputs);
    expect(problems).toHaveLength(2);
    for (const problem of problems) {
      expect(problem).toMatch(/which no other name avoids: remove it, or set adopt to take it over\.$/);
    }
  });
});

describe("what the state holds", () => {
  function knownOf(access: Access, change: Partial<KnownObjects> = {}): KnownObjects {
    const [group, scope] = [access.securityGroup?.id ?? "", access.scope?.id ?? ""];
    return {
      ...nothingKnown,
      roleGroup: access.roleGroup.id,
      securityGroup: group,
      scope,
      assignment: access.assignment.id,
      names: {
        [access.roleGroup.id]: names.roleGroup,
        [group]: names.securityGroup,
        [scope]: names.scope,
        [access.assignment.id]: names.assignment,
      },
      ...change,
    };
  }

  test("is not asked for while it keeps its names", async () => {
    const known = knownOf(await makeAccess(tenant, await tenant.open()));
    const inputs = { ...tenantInputs(), known };
    tenant.running.requests.clear();
    expect(await problemsOf(inputs, { recorded: inputs })).toEqual([]);
    const { cmdlets } = tenant.running.requests.describe();
    expect(cmdlets.map(({ name }) => name)).toContain("Get-ManagementRoleAssignment");
    const byName = cmdlets.filter(({ parameters }) =>
      Object.values(names).some((name) => parameters.includes(`"${name}"`)),
    );
    expect(byName).toEqual([]);
  });

  test("is renamed to names that nobody has", async () => {
    const known = knownOf(await makeAccess(tenant, await tenant.open()));
    const renamed = { roleGroup: "New 1", securityGroup: "New 2", scope: "New 3", assignment: "New 4" };
    const inputs = { ...tenantInputs(), known };
    expect(await problemsOf({ ...inputs, ...renamed }, { recorded: inputs })).toEqual([]);
  });

  test("is not renamed to names that others have: all are told, with adopt or without", async () => {
    const known = knownOf(await makeAccess(tenant, await tenant.open()));
    await tenant.byHand("New-RoleGroup", { Name: "Taken 1" });
    await tenant.byHand("New-DistributionGroup", { Name: "Taken 2", Type: "Security" });
    await tenant.byHand("New-ManagementScope", { Name: "Taken 3", RecipientRestrictionFilter: "Alias -like 'a*'" });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Taken 4",
      Role: "Mail Recipients",
      SecurityGroup: "Taken 1",
    });
    const taken = { roleGroup: "Taken 1", securityGroup: "Taken 2", scope: "Taken 3", assignment: "Taken 4" };
    const inputs = { ...tenantInputs(), known, adopt };
    const problems = await problemsOf({ ...inputs, ...taken }, { recorded: inputs });
    expect(problems).toEqual(
      Object.entries(taken).map(([kind, name]): unknown =>
        expect.stringMatching(
          new RegExp(
            `"${names[kind as keyof typeof names]}" cannot be renamed: that name has .*"${name}" \\(.*Choose another name \\(names.${kind}\\)`,
          ),
        ),
      ),
    );
  });

  test("of an older backup does not know a later name: the object is the stack's own all the same", async () => {
    const access = await makeAccess(tenant, await tenant.open());
    const known = knownOf(access);
    const inputs = { ...tenantInputs(), known };
    // An assignment gets another name by being made anew.
    const later = "Later name";
    const desired = assignmentInputs(tenant, access.roleGroup.id, access.scope?.id ?? "");
    await up(roleAssignment, await tenant.open(), { ...desired, name: later }, access.assignment);
    // With other settings than at the last up, a refresh is another process's: nobody told that the old one is gone.
    const named = { ...inputs, assignment: later };
    expect(await problemsOf(named, { recorded: inputs })).toEqual([]);
    expect(await problemsOf(named, { recorded: inputs, gone: [known.assignment] })).toEqual([]);
    // With the settings of the backup the step is to put the name back.
    expect(await problemsOf(inputs, { recorded: inputs, gone: [known.assignment] })).toEqual([
      expect.stringMatching(
        /^role assignment "Later name" \(.*\) is on this stack's own role group, by another name .*put names\.assignment back as it was then/,
      ),
    ]);
  });

  test("but is gone is looked up like a first one: a stranger in its place is told", async () => {
    const known = knownOf(await makeAccess(tenant, await tenant.open()));
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: names.assignment });
    await tenant.byHand("Remove-RoleGroup", { Identity: names.roleGroup, BypassSecurityGroupManagerCheck: true });
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup });
    const inputs = { ...tenantInputs(), known };
    const gone = [known.roleGroup, known.assignment];
    expect(await problemsOf(inputs, { recorded: inputs, gone })).toEqual([
      expect.stringMatching(/^role group ".*exists and was not made by this stack\. Nothing was touched\./),
    ]);
  });
});

describe("an enterprise app that was made again", () => {
  /** The stack's objects for an app, and another enterprise app of the same client id in its place. */
  async function makeAgain(): Promise<{ inputs: Properties; again: EnterpriseApp; name: string }> {
    const app = placeApp(tenant, undefined, vendorId);
    const made = await makeScopedObjects(tenant, await tenant.open(), app);
    const name = applicationAssignmentName(applicationRole, applicationName, "group");
    const known: KnownObjects = {
      ...nothingKnown,
      securityGroup: made.securityGroup.id,
      scope: made.scope.id,
      exchangeServicePrincipal: made.pointer.id,
      applicationAssignments: `${applicationRole} ${made.assignment.id}`,
      app: app.objectId,
      names: { [made.assignment.id]: name },
    };
    tenant.tenant.servicePrincipals.splice(
      tenant.tenant.servicePrincipals.findIndex(({ id }) => id === app.objectId),
      1,
    );
    placeApp(tenant, undefined);
    const again = placeApp(tenant, undefined, vendorId);
    expect(again.objectId).not.toBe(app.objectId);
    const change = { app: again.objectId, clientId: vendorId, ownsApp: false, adopt: ["enterpriseApp"], known };
    return { inputs: applicationTenantInputs(change), again, name };
  }

  test("is gone on with: the old pointer and assignment are the stack's own, and go first", async () => {
    const { inputs } = await makeAgain();
    expect(await problemsOf(inputs, { recorded: inputs })).toEqual([]);
  });

  test("and has the role from somebody else already is a conflict before the first write", async () => {
    const { inputs, again, name } = await makeAgain();
    // Somebody made the pointer to it, too.
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: name });
    await tenant.byHand("Remove-ServicePrincipal", { Identity: again.appId });
    await tenant.byHand("New-ServicePrincipal", {
      AppId: again.appId,
      ObjectId: again.objectId,
      DisplayName: "By hand",
    });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "By hand",
      Role: applicationRole,
      App: again.objectId,
    });
    expect(await problemsOf(inputs, { recorded: inputs })).toContainEqual(
      expect.stringMatching(/^role assignment "By hand" .*which no other name avoids/),
    );
  });
});
