/** A destroy after a killed run never ends well while an assignment that the run made is open. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import { applicationAssignmentName } from "../../../resources/lifecycle/assignmentName.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import {
  applicationTenantInputs,
  assignmentInputs,
  names,
  roleGroupInputs,
  securityGroupInputs,
  tenantInputs,
  up,
} from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationRole,
  applicationScopeInputs,
  placeApp,
  pointerInputs,
  vendorId,
  type EnterpriseApp,
} from "../../support/application.ts";
import { serviceUser } from "../../support/people.ts";
import { reachNow } from "../../support/reach.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

type Reach = "group" | "organization";

const wide = { reach: "organization", owner: "", mustStayOut: "" };

/** What the state holds after the run was killed while the answer to its last call was on its way. */
interface Killed {
  readonly app: EnterpriseApp;
  readonly opened: Recorded;
  readonly pointer: Recorded;
  readonly group: Recorded | undefined;
  readonly scope: Recorded | undefined;
  readonly inputs: Properties;
  /** What the killed call was to make, and has made. */
  readonly assignment: Properties;
  readonly before: unknown;
}

/** An `up` for the vendor's app, which was in the tenant before; killed when its assignment was made. */
async function killUp(reach: Reach): Promise<Killed> {
  const app = placeApp(tenant, undefined, vendorId);
  const before = tenant.dump();
  const inputs = applicationTenantInputs({
    ...(reach === "organization" ? wide : {}),
    clientId: vendorId,
    app: app.objectId,
    ownsApp: false,
  });
  const context = await tenant.open();
  const opened = await up(tenantArtifact, context, inputs);
  const pointer = await exchangeServicePrincipal.create(context, pointerInputs(app, false));
  const group =
    reach === "group"
      ? await securityGroup.create(context, { ...securityGroupInputs(tenant), app: app.objectId, clientId: vendorId })
      : undefined;
  const scope = group && (await managementScope.create(context, applicationScopeInputs(group.id, app)));
  const assignment = { ...applicationAssignmentInputs(tenant, app, scope?.id ?? ""), ownsApp: false };
  await roleAssignment.create(context, assignment);
  return { app, opened, pointer, group, scope, inputs, assignment, before };
}

/** A later run: what its refresh reads is its own. */
async function startRun({ opened, pointer, group, scope }: Killed): Promise<{ context: TestContext; seen: Recorded }> {
  const held = [pointer.id, ...(group === undefined ? [] : [group.id]), ...(scope === undefined ? [] : [scope.id])];
  const context = await tenant.open("automation", held);
  const reading = await tenantArtifact.read(context, opened);
  return { context, seen: { id: opened.id, properties: reading?.properties ?? {} } };
}

/** Removes what the state holds, in the order of a destroy. */
async function destroy(killed: Killed): Promise<string[]> {
  const { context, seen } = await startRun(killed);
  if (killed.scope !== undefined) await managementScope.remove(context, killed.scope);
  if (killed.group !== undefined) await securityGroup.remove(context, killed.group);
  await exchangeServicePrincipal.remove(context, killed.pointer);
  await tenantArtifact.remove(context, seen);
  tenant.running.clock.settle();
  return context.lines;
}

function nameIn(reach: Reach): string {
  return applicationAssignmentName(applicationRole, applicationName, reach);
}

function known(killed: Killed): Properties {
  const { pointer, group, scope, app } = killed;
  return {
    ...nothingKnown,
    exchangeServicePrincipal: pointer.id,
    securityGroup: group?.id ?? "",
    scope: scope?.id ?? "",
    app: app.objectId,
  };
}

/** As a version left the state that recorded nothing before it made an assignment. */
function withoutRecord(killed: Killed): Killed {
  const properties = { ...killed.opened.properties };
  delete properties["begun"];
  return { ...killed, opened: { ...killed.opened, properties } };
}

/** Somebody moves it to a scope of his own, which holds other mailboxes. */
async function moveScope(reach: Reach): Promise<void> {
  await tenant.byHand("New-ManagementScope", {
    Name: "HX-wide",
    RecipientRestrictionFilter: "Department -eq 'Verkoop'",
  });
  await tenant.byHand("Set-ManagementRoleAssignment", { Identity: nameIn(reach), CustomResourceScope: "HX-wide" });
}

function isThere(name: string): boolean {
  return tenant.tenant.assignments.some((each) => each.name === name);
}

describe.each<Reach>(["group", "organization"])(
  "the assignment of a killed up to the vendor's app, reach %s",
  (reach) => {
    test("is removed by destroy, and nothing of the stack is left", async () => {
      const killed = await killUp(reach);
      await destroy(killed);
      expect(tenant.dump()).toEqual(killed.before);
    });

    test("is removed by destroy, too, where somebody moved it to another scope", async () => {
      const killed = await killUp(reach);
      await moveScope(reach);
      await destroy(killed);
      expect(tenant.tenant.assignments.filter(({ name }) => name === nameIn(reach))).toEqual([]);
      expect(reachNow(tenant, applicationName)).toEqual([]);
      expect(tenant.tenant.exchangeServicePrincipals.map(({ objectId }) => objectId)).not.toContain(
        killed.app.objectId,
      );
    });

    test("is removed by a destroy without refresh, which leaves the pointer and says so", async () => {
      const killed = await killUp(reach);
      await moveScope(reach);
      const context = await tenant.open("automation", [killed.pointer.id]);
      await exchangeServicePrincipal.remove(context, killed.pointer);
      await tenantArtifact.remove(context, killed.opened);
      expect(isThere(nameIn(reach))).toBe(false);
      expect(context.lines.join("\n")).toMatch(/Remove-ServicePrincipal/);
    });

    test("is found again by the next up", async () => {
      const killed = await killUp(reach);
      const made = tenant.tenant.assignments.find(({ name }) => name === nameIn(reach));
      const { context, seen } = await startRun(killed);
      const asked = { ...killed.inputs, known: known(killed) };
      const { inputs, problems } = await tenantArtifact.check(context, seen.properties, asked);
      expect(problems).toEqual([]);
      expect(tenantArtifact.diff(seen.properties, inputs).changes).toBe(false);
      const again = await roleAssignment.create(context, killed.assignment);
      expect(again.id).toBe(made?.guid);
      expect(again.properties["adoption"]).toBeUndefined();
    });

    test("stays disabled in the next up where somebody disabled it, and goes with destroy", async () => {
      const killed = await killUp(reach);
      await tenant.byHand("Set-ManagementRoleAssignment", { Identity: nameIn(reach), Enabled: false });
      const { context, seen } = await startRun(killed);
      await tenantArtifact.check(context, seen.properties, { ...killed.inputs, known: known(killed) });
      const { id } = await roleAssignment.create(context, killed.assignment);
      expect(tenant.tenant.assignments.find(({ guid }) => guid === id)?.enabled).toBe(false);
      await destroy(killed);
      expect(isThere(nameIn(reach))).toBe(false);
    });

    test("is refused by the next up where somebody moved it, and removed by destroy all the same", async () => {
      const killed = await killUp(reach);
      await moveScope(reach);
      const { context, seen } = await startRun(killed);
      const asked = { ...killed.inputs, known: known(killed) };
      const { problems } = await tenantArtifact.check(context, seen.properties, asked);
      expect(problems.join("\n")).toMatch(/role assignment ".*" .*exists and was not made by this stack/);
      await destroy(killed);
      expect(isThere(nameIn(reach))).toBe(false);
    });
  },
);

describe("the pointer of a killed up to the vendor's app", () => {
  async function kill(): Promise<{ opened: Recorded; app: EnterpriseApp; inputs: Properties; before: unknown }> {
    const app = placeApp(tenant, undefined, vendorId);
    const before = tenant.dump();
    const inputs = applicationTenantInputs({ clientId: vendorId, app: app.objectId, ownsApp: false });
    const context = await tenant.open();
    const opened = await up(tenantArtifact, context, inputs);
    await exchangeServicePrincipal.create(context, pointerInputs(app, false));
    return { opened, app, inputs, before };
  }

  test("is found again by the next up", async () => {
    const { opened, app, inputs } = await kill();
    const context = await tenant.open();
    const { problems } = await tenantArtifact.check(context, opened.properties, inputs);
    expect(problems).toEqual([]);
    await exchangeServicePrincipal.create(context, pointerInputs(app, false));
    expect(tenant.tenant.exchangeServicePrincipals.filter(({ objectId }) => objectId === app.objectId)).toHaveLength(1);
  });

  test("is removed by destroy", async () => {
    const { opened, before } = await kill();
    await tenantArtifact.remove(await tenant.open(), opened);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
  });

  test("is left, and named, where others use it by then; and left where somebody gave it another name", async () => {
    const { opened, app } = await kill();
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Somebody's",
      Role: "Application Mail.Read",
      App: app.objectId,
    });
    const context = await tenant.open();
    await tenantArtifact.remove(context, opened);
    expect(context.lines.join("\n")).toMatch(/others use it.*"Somebody's"/);
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: "Somebody's" });
    await tenant.byHand("Set-ServicePrincipal", { Identity: app.objectId, DisplayName: "Theirs" });
    await tenantArtifact.remove(await tenant.open(), opened);
    expect(tenant.tenant.exchangeServicePrincipals.map(({ displayName }) => displayName)).toContain("Theirs");
  });
});

describe("an assignment that only may be the stack's", () => {
  test("keeps destroy from ending well, and is named with what removes it", async () => {
    const killed = withoutRecord(await killUp("organization"));
    const guid = tenant.tenant.assignments.find(({ name }) => name === nameIn("organization"))?.guid;
    const { message } = await failureOf(destroy(killed));
    expect(message).toContain(nameIn("organization"));
    expect(message).toContain("in the whole organization");
    expect(message).toContain(`Remove-ManagementRoleAssignment -Identity "${guid}"`);
    expect(isThere(nameIn("organization"))).toBe(true);
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: nameIn("organization") });
    // The pointer was let go of, with the reason.
    await tenantArtifact.remove(await tenant.open(), killed.opened);
  });

  test("is named, and keeps nothing, where it is disabled", async () => {
    const killed = withoutRecord(await killUp("organization"));
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: nameIn("organization"), Enabled: false });
    const lines = await destroy(killed);
    expect(lines.join("\n")).toMatch(/called as this stack's, but disabled, so it was left/);
    expect(isThere(nameIn("organization"))).toBe(true);
  });

  test("is found also where another enterprise app of the vendor's took the place of the recorded one", async () => {
    const killed = withoutRecord(await killUp("organization"));
    const other = { ...killed.opened.properties, app: "0d0d0d0d-0000-4000-8000-000000000000" };
    const { message } = await failureOf(destroy({ ...killed, opened: { ...killed.opened, properties: other } }));
    expect(message).toContain(nameIn("organization"));
  });

  test("is none that was there before the stack: nothing is recorded where the name was taken", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId, DisplayName: "CallPro" });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: nameIn("organization"),
      Role: applicationRole,
      App: app.objectId,
    });
    const adopt = ["exchangeServicePrincipal", "assignment"];
    const inputs = { ...wide, clientId: vendorId, app: app.objectId, ownsApp: false, adopt };
    const opened = await up(tenantArtifact, await tenant.open(), applicationTenantInputs(inputs));
    expect(opened.properties["begun"]).toBe("");
    expect((await failureOf(tenantArtifact.remove(await tenant.open(), opened))).message).toContain("Still open");
    // One that the state holds is kept as onDestroy says.
    const held = tenant.tenant.assignments
      .filter(({ name }) => name === nameIn("organization"))
      .map(({ guid }) => guid);
    await tenantArtifact.remove(await tenant.open("automation", held), opened);
    expect(isThere(nameIn("organization"))).toBe(true);
  });
});

describe("a role group of others that was taken over, and is kept", () => {
  test("does not keep the assignment of a killed up", async () => {
    const user = await tenant.makeUser(serviceUser);
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser] });
    const before = tenant.dump();
    const context = await tenant.open();
    const keeps = { adopt: ["roleGroup"], onDestroy: "keep", ownsUser: false, user };
    const opened = await up(tenantArtifact, context, { ...tenantInputs(), ...wide, ...keeps });
    const taken = await roleGroup.create(context, { ...roleGroupInputs(user), adopt: true, onDestroy: "keep" });
    await roleAssignment.create(context, assignmentInputs(tenant, taken.id, ""));
    expect(isThere(names.assignment)).toBe(true);
    const later = await tenant.open("automation", [taken.id]);
    await roleGroup.remove(later, taken);
    await tenantArtifact.remove(later, opened);
    expect(tenant.dump()).toEqual(before);
  });
});

test("an assignment whose answer is lost is found again, also on the vendor's app", async () => {
  const app = placeApp(tenant, undefined, vendorId);
  const inputs = { ...wide, clientId: vendorId, app: app.objectId, ownsApp: false };
  const context = await tenant.open();
  await up(tenantArtifact, context, applicationTenantInputs(inputs));
  await exchangeServicePrincipal.create(context, pointerInputs(app, false));
  tenant.running.faults.set([{ match: { operation: "New-ManagementRoleAssignment" }, effect: "lostAnswer" }]);
  await roleAssignment.create(context, { ...applicationAssignmentInputs(tenant, app, ""), ownsApp: false });
  expect(tenant.tenant.assignments.filter(({ name }) => name === nameIn("organization"))).toHaveLength(1);
});
