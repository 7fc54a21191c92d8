/** What an interrupted run left of an own app is removed; what only looks like it is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import type { Context, Properties } from "../../../resources/lifecycle/contract.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { applicationAssignmentName } from "../../../resources/lifecycle/assignmentName.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import {
  mark,
  names,
  scopeInputs,
  securityGroupInputs,
  applicationTenantInputs,
  tenantInputs,
  up,
} from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationRole,
  placeApp,
  pointerInputs,
  vendorId,
  type EnterpriseApp,
} from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { reachNow } from "../../support/reach.ts";
import { ad, eva, sander } from "../../support/people.ts";

const otherMark = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => {
  tenant.running.reset();
});
afterAll(() => tenant.close());

/** Opens the stack's tenant, as its first resource does. */
async function open(change: Properties = {}): Promise<Recorded> {
  return up(tenantArtifact, await tenant.open(), applicationTenantInputs(change));
}

interface Made {
  group: string;
  scope: string;
}

/** Makes Exchange's objects for an app up to one of them, as a run that was killed before it could record any. */
async function makeUpTo(count: number, app: EnterpriseApp, ownsApp = true): Promise<Made> {
  const context = await tenant.open();
  const made: Made = { group: "", scope: "" };
  const steps = [
    () => exchangeServicePrincipal.create(context, pointerInputs(app, ownsApp)),
    async () => {
      made.group = (await securityGroup.create(context, securityGroupInputs(tenant))).id;
    },
    async () => {
      const inputs = { ...scopeInputs(made.group, ""), app: app.objectId };
      made.scope = (await managementScope.create(context, inputs)).id;
    },
    () =>
      roleAssignment.create(context, {
        ...applicationAssignmentInputs(tenant, app, made.scope),
        ownsApp,
      }),
  ];
  for (const step of steps.slice(0, count)) await step();
  return made;
}

/** The tenant without the recycle bin of apps, which a removal fills. */
function dump(): unknown {
  const state = structuredClone(tenant.dump()) as Record<string, unknown>;
  delete state["deletedItems"];
  return state;
}

async function close(recorded: Recorded, held: readonly string[] = []): Promise<Context & { lines: string[] }> {
  const context = await tenant.open("automation", held);
  await tenantArtifact.remove(context, recorded);
  tenant.running.clock.settle();
  return context;
}

describe("an own app that an interrupted run left", () => {
  test.each([0, 1, 2, 3, 4])("with %i objects in Exchange: nothing is left of it", async (count) => {
    const before = dump();
    const opened = await open();
    await makeUpTo(count, placeApp(tenant, mark));
    const { lines } = await close(opened);
    expect(dump()).toEqual(before);
    expect(lines.filter((line) => line.includes("left by an interrupted run"))).toHaveLength(count + 1);
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
  });

  test("goes in the safe order: access first, app last", async () => {
    const opened = await open();
    const app = placeApp(tenant, mark);
    await makeUpTo(4, app);
    const start = tenant.running.journal.entries.length;
    await close(opened);
    const entries = tenant.running.journal.entries;
    const removals = entries.slice(start).map(({ operation }) => operation);
    expect(removals.filter((operation) => /^(Remove-|DELETE)/.test(operation))).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-ServicePrincipal",
      "DELETE /servicePrincipals",
      "DELETE /applications",
    ]);
    expect(entries).toOpenNobodyBut([ad, eva]);
    expect(reachNow(tenant, applicationName)).toEqual([]);
  });

  test("without its enterprise app yet, or made twice by a repeated call, is removed whole", async () => {
    const before = dump();
    const opened = await open();
    const first = placeApp(tenant, mark);
    placeApp(tenant, mark);
    tenant.tenant.servicePrincipals = tenant.tenant.servicePrincipals.filter(({ id }) => id !== first.objectId);
    await close(opened);
    expect(dump()).toEqual(before);
  });

  test("is found by its mark also under the name that azuread gives it for a moment", async () => {
    const opened = await open();
    const before = dump();
    const mine = placeApp(tenant, mark);
    for (const each of tenant.tenant.applications) {
      if (each.appId === mine.appId) each.displayName = "TERRAFORM_UPDATE_34e74e00-97c6-49af-878e-407ce6c45bc0";
    }
    await close(opened);
    expect(dump()).toEqual(before);
    const others = placeApp(tenant, otherMark);
    for (const each of tenant.tenant.applications) {
      if (each.appId === others.appId) each.displayName = "TERRAFORM_UPDATE_9ad1f0c2-0000-4000-8000-000000000000";
    }
    const between = dump();
    await close(opened);
    expect(dump()).toEqual(between);
  });

  test.each(["CallPro's app", "CallPro & Co #1"])(
    "is found by a name that a query has to be careful with: %s",
    async (name) => {
      const opened = await open({ application: name });
      const before = dump();
      const mine = placeApp(tenant, mark);
      for (const each of tenant.tenant.applications) if (each.appId === mine.appId) each.displayName = name;
      await close(opened);
      expect(dump()).toEqual(before);
    },
  );

  test("with the whole organisation: that assignment is removed, too", async () => {
    const before = dump();
    const opened = await open({ reach: "organization", owner: "", mustStayOut: "" });
    const app = placeApp(tenant, mark);
    const context = await tenant.open();
    await exchangeServicePrincipal.create(context, pointerInputs(app));
    await roleAssignment.create(context, applicationAssignmentInputs(tenant, app, ""));
    await close(opened);
    expect(dump()).toEqual(before);
  });

  test("between two reaches: both assignments are removed", async () => {
    const before = dump();
    const opened = await open();
    const app = placeApp(tenant, mark);
    await makeUpTo(4, app);
    // The state holds the scoped one, which is replaced.
    const held = tenant.tenant.assignments.filter(({ name }) => name.endsWith(applicationName)).map(({ guid }) => guid);
    await roleAssignment.create(await tenant.open("automation", held), applicationAssignmentInputs(tenant, app, ""));
    await close(opened);
    expect(dump()).toEqual(before);
  });

  test("with every role of it", async () => {
    const before = dump();
    const roles = ["Application Calendars.Read", "Application MailboxSettings.Read"];
    const opened = await open({ roles: roles.join("\n") });
    const app = placeApp(tenant, mark);
    const { scope } = await makeUpTo(3, app);
    for (const role of roles) {
      const name = applicationAssignmentName(role, applicationName, "group");
      await roleAssignment.create(await tenant.open(), {
        ...applicationAssignmentInputs(tenant, app, scope),
        name,
        role,
      });
    }
    await close(opened);
    expect(dump()).toEqual(before);
  });

  test("is swept by the next destroy where this one broke off in any call", async () => {
    for (const operation of [
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-ServicePrincipal",
      "DELETE /servicePrincipals/:id",
      "DELETE /applications/:id",
    ]) {
      tenant.running.reset();
      const before = dump();
      const opened = await open();
      await makeUpTo(4, placeApp(tenant, mark));
      tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
      await failureOf(close(opened));
      tenant.running.faults.set([]);
      tenant.running.clock.settle();
      await close(opened);
      expect(dump()).toEqual(before);
    }
  });

  test("is not swept where the look for it fails", async () => {
    const opened = await open();
    await makeUpTo(4, placeApp(tenant, mark));
    const before = dump();
    for (const operation of ["GET /applications", "GET /servicePrincipals", "Get-ManagementRoleAssignment"]) {
      tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
      await failureOf(close(opened));
    }
    tenant.running.faults.set([]);
    expect(dump()).toEqual(before);
  });
});

describe("what is not the stack's", () => {
  test.each([
    ["nobody's mark", undefined],
    ["another stack's", otherMark],
  ])("an app of the same name with %s stays, with all that it has", async (_name, notes) => {
    const opened = await open();
    const app = placeApp(tenant, notes);
    await tenant.byHand("New-ServicePrincipal", {
      AppId: app.appId,
      ObjectId: app.objectId,
      DisplayName: applicationName,
    });
    await tenant.byHand("New-DistributionGroup", { Name: names.securityGroup, Type: "Security", ManagedBy: [sander] });
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter: "Alias -like 'a*'" });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: applicationAssignmentName(applicationRole, applicationName, "group"),
      Role: applicationRole,
      App: app.objectId,
      CustomResourceScope: names.scope,
    });
    const before = dump();
    const { lines } = await close(opened);
    expect(dump()).toEqual(before);
    expect(lines).toEqual([]);
  });

  test("the own app's other assignments stay until it goes itself, and keep the scope that they use", async () => {
    const opened = await open();
    const app = placeApp(tenant, mark);
    await makeUpTo(4, app);
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Somebody's",
      Role: "Mail Recipients",
      User: "gijs.bakker@buitendienst.example",
      CustomRecipientWriteScope: names.scope,
    });
    const { lines } = await close(opened);
    expect(lines.join("\n")).toMatch(/others use it: the role assignment "Somebody's"\..* so it is left as it is/);
    // The access is gone all the same, and nothing waits for another destroy.
    expect(tenant.tenant.assignments.map(({ name }) => name)).not.toContain(
      applicationAssignmentName(applicationRole, applicationName, "group"),
    );
    expect(tenant.tenant.scopes.map(({ name }) => name)).toContain(names.scope);
  });

  test("the vendor's app that was taken over stays, with its enterprise app and pointer", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId, DisplayName: "CallPro" });
    const before = dump();
    const opened = await open({
      clientId: vendorId,
      app: app.objectId,
      ownsApp: false,
      adopt: ["enterpriseApp"],
    }).catch(() => undefined);
    // Without adopt for the pointer the stack does not even start.
    expect(opened).toBeUndefined();
    const adopted = { clientId: vendorId, app: app.objectId, ownsApp: false };
    const taken = await open({ ...adopted, adopt: ["enterpriseApp", "exchangeServicePrincipal"] });
    const context = await tenant.open();
    const group = await securityGroup.create(context, securityGroupInputs(tenant));
    await managementScope.create(context, { ...scopeInputs(group.id, ""), app: app.objectId });
    await close(taken);
    expect(dump()).toEqual(before);
  });

  test("the vendor's enterprise app with our mark goes, the vendor's registration is elsewhere", async () => {
    const before = dump();
    const opened = await open({ clientId: vendorId });
    await makeUpTo(4, placeApp(tenant, mark, vendorId));
    await close(opened);
    expect(dump()).toEqual(before);
  });
});

describe("an assignment that an interrupted run left on an app that was there before", () => {
  const adopted = { clientId: vendorId, ownsApp: false };

  /** A run that recorded everything but the assignment. */
  async function interrupt(): Promise<{ app: EnterpriseApp; made: Made; pointer: string; known: Properties }> {
    const app = placeApp(tenant, undefined, vendorId);
    const made = await makeUpTo(4, app, false);
    const pointer =
      tenant.tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === app.objectId)?.guid ?? "";
    const known = { ...(tenantInputs()["known"] as Properties) };
    return { app, made, pointer, known };
  }

  test("is known by the scope that the stack holds, and gone on with", async () => {
    const { app, made, pointer, known } = await interrupt();
    const context = await tenant.open("automation", [pointer, made.group, made.scope]);
    const inputs = applicationTenantInputs({ ...adopted, app: app.objectId, known });
    const { problems } = await tenantArtifact.check(context, undefined, inputs);
    expect(problems).toEqual([]);
    expect(context.lines.join("\n")).toMatch(
      /role assignment ".*": left by an interrupted run of this stack, or unknown .*; up goes on/,
    );
    const again = await roleAssignment.create(context, {
      ...applicationAssignmentInputs(tenant, app, made.scope),
      ownsApp: false,
    });
    expect(tenant.tenant.assignments.filter(({ assignee }) => assignee === pointer)).toHaveLength(1);
    expect(again.properties["adoption"]).toBeUndefined();
  });

  test("is a stranger's where the stack holds no scope: nothing is taken over silently", async () => {
    const { app, made, pointer, known } = await interrupt();
    const context = await tenant.open("automation", [pointer, made.group]);
    const inputs = applicationTenantInputs({ ...adopted, app: app.objectId, known });
    const { problems } = await tenantArtifact.check(context, undefined, inputs);
    expect(problems.join("\n")).toMatch(/role assignment ".*exists and was not made by this stack/);
  });

  test("goes with the scope that the state holds, before anything else", async () => {
    const { app, made } = await interrupt();
    const before = tenant.running.journal.entries.length;
    const context = await tenant.open("automation", [made.scope]);
    const inputs = { ...scopeInputs(made.group, ""), app: app.objectId };
    const recorded = { id: made.scope, properties: { ...inputs, tenantId: tenant.tenant.tenantId } };
    await managementScope.remove(context, recorded);
    expect(tenant.running.journal.entries.slice(before).map(({ operation }) => operation)).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
    ]);
  });
});
