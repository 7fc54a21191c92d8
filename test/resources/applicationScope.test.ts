/** A management scope that an app's assignment uses, alone or beside impersonation's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ExchangeSession } from "../../exchange/session.ts";
import { sessionWith } from "../../exchange/sessionWith.ts";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../resources/exchangeServicePrincipal.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import {
  mark,
  names,
  previewOf,
  role as impersonationRole,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
} from "../support/access.ts";
import {
  applicationName,
  applicationRole,
  applicationScopeInputs,
  makeApp,
  pointerInputs,
  type EnterpriseApp,
} from "../support/application.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../support/tenant.ts";
import { ad, eva, serviceUser } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let app: EnterpriseApp;
let other: EnterpriseApp;
let group: Recorded;
let ownRoleGroup: Recorded;
let desired: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  app = await makeApp(tenant);
  other = await makeApp(tenant, "Somebody's app");
  await exchangeServicePrincipal.create(context, pointerInputs(app));
  await exchangeServicePrincipal.create(context, pointerInputs(other));
  ownRoleGroup = await roleGroup.create(context, roleGroupInputs(await tenant.makeUser(serviceUser, mark)));
  group = await securityGroup.create(context, securityGroupInputs(tenant));
  desired = applicationScopeInputs(group.id, app);
  restore = tenant.save();
});
beforeEach(() => {
  restore();
  tenant.running.simulator.switches.scopeInUse = "refused";
});
afterAll(() => tenant.close());

async function make(changes: Properties = {}): Promise<Recorded> {
  return up(managementScope, await tenant.open(), { ...desired, ...changes });
}

/** Assigns an application role on the stack's scope. */
function assign(Name: string, { objectId }: EnterpriseApp, Role = applicationRole): Promise<void> {
  const parameters = { Name, Role, App: objectId, CustomResourceScope: names.scope };
  return tenant.byHand("New-ManagementRoleAssignment", parameters);
}

/** Exchange's other possible answer: its filter by CustomRecipientWriteScope need not look at an app's scope column. */
async function openWithNarrowFilter(): Promise<TestContext> {
  const context = await tenant.open();
  const { exchange } = context;
  const read: ExchangeSession["read"] = async (cmdlet, parameters, options) => {
    const found = await exchange.read(cmdlet, parameters, options);
    if (parameters?.["CustomRecipientWriteScope"] === undefined) return found;
    return found.filter((assignment) => assignment["RoleAssigneeType"] !== "ServicePrincipal");
  };
  return { ...context, exchange: sessionWith(exchange, { read }) };
}

function operations(from: number): string[] {
  return tenant.running.journal.entries.slice(from).map(({ operation }) => operation);
}

describe.each(["refused", "cleared"] as const)(
  "removing a scope that Exchange, in use, answers with %s",
  (position) => {
    beforeEach(() => {
      tenant.running.simulator.switches.scopeInUse = position;
    });

    test("removes what a killed run left on it for the stack's own app first: nothing is ever wider", async () => {
      const made = await make();
      await assign("One", app);
      await assign("Two", app, "Application EWS.AccessAsApp");
      const start = tenant.running.journal.entries.length;
      await managementScope.remove(await tenant.open(), made);
      expect(operations(start)).toEqual([
        "Remove-ManagementRoleAssignment",
        "Remove-ManagementRoleAssignment",
        "Remove-ManagementScope",
      ]);
      const reached = tenant.running.journal.entries.slice(start).map(({ reach }) => reach[applicationName] ?? []);
      expect(reached).toEqual([[ad, eva], [], []]);
    });

    test("removes those of both access modes during a change-over", async () => {
      const made = await make({ roleGroup: ownRoleGroup.id });
      await assign("One", app);
      await tenant.byHand("New-ManagementRoleAssignment", {
        Name: "Two",
        Role: impersonationRole,
        SecurityGroup: ownRoleGroup.id,
        CustomRecipientWriteScope: names.scope,
      });
      const start = tenant.running.journal.entries.length;
      await managementScope.remove(await tenant.open(), made);
      expect(operations(start).at(-1)).toBe("Remove-ManagementScope");
      const reached = tenant.running.journal.entries
        .slice(start)
        .flatMap(({ reach }) => [reach[applicationName] ?? [], reach[serviceUser] ?? []].flat());
      expect(reached.filter((address) => ![ad, eva].includes(address as string))).toEqual([]);
    });

    test.each<[string, () => Properties]>([
      ["another app", () => ({})],
      ["an app, while the stack has none", () => ({ app: "" })],
    ])("lets go of one that an assignment of others uses, and says so: %s", async (_what, changes) => {
      const made = await make(changes());
      await assign("Somebody's", other);
      const before = tenant.dump();
      const context = await tenant.open();
      await managementScope.remove(context, made);
      expect(context.lines.join("\n")).toMatch(
        /others use it: the role assignment "Somebody's"\..* so it is left as it is/,
      );
      expect(tenant.dump()).toEqual(before);
    });

    test("finds an app's assignments whether or not Exchange's filter by scope does", async () => {
      const made = await make();
      await assign("Somebody's", other);
      const before = tenant.dump();
      const context = await openWithNarrowFilter();
      await managementScope.remove(context, made);
      expect(context.lines.join("\n")).toMatch(
        /others use it: the role assignment "Somebody's"\..* so it is left as it is/,
      );
      expect(tenant.dump()).toEqual(before);
    });
  },
);

describe("a scope with an app's assignment on it", () => {
  test("cannot be taken over where the app is another one", async () => {
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter: "Alias -like 'a*'" });
    await assign("Somebody's", other);
    const before = tenant.dump();
    const { message } = await failureOf(make({ adopt: true }));
    expect(message).toContain("role assignments of others use it: Somebody's");
    expect(tenant.dump()).toEqual(before);
  });

  test("can be taken over where the app is the stack's own", async () => {
    await tenant.byHand("New-ManagementScope", { Name: names.scope, RecipientRestrictionFilter: "Alias -like 'a*'" });
    await assign("One", app);
    const made = await make({ adopt: true });
    const preview = await previewOf(managementScope, await tenant.open(), made, { ...desired, adopt: true });
    expect(preview).toEqual({ changed: [], replaces: [] });
    expect(tenant.running.journal.entries.at(-1)?.reach[applicationName]).toEqual([ad, eva]);
  });

  test("of an app that is gone with its assignments is free again", async () => {
    const made = await make();
    await assign("Somebody's", other);
    await tenant.graph("DELETE", `/servicePrincipals/${other.objectId}`);
    tenant.running.clock.settle();
    await managementScope.remove(await tenant.open(), made);
    expect(tenant.tenant.scopes.map(({ name }) => name)).not.toContain(names.scope);
  });
});

describe("a scope that both access modes share", () => {
  test("learns of the app when it joins, so that a later removal knows its assignments", async () => {
    const made = await up(managementScope, await tenant.open(), scopeInputs(group.id, ownRoleGroup.id));
    const both = { ...desired, roleGroup: ownRoleGroup.id };
    const { changed, replaces } = await previewOf(managementScope, await tenant.open(), made, both);
    expect({ changed, replaces }).toEqual({ changed: ["app"], replaces: [] });
    const joined = await up(managementScope, await tenant.open(), both, made);
    expect(joined.id).toBe(made.id);
    expect(joined.properties).toMatchObject({ app: app.objectId, recipientFilter: made.properties["recipientFilter"] });
    await assign("One", app);
    await managementScope.remove(await tenant.open(), joined);
    expect(tenant.tenant.scopes.map(({ name }) => name)).not.toContain(names.scope);
  });
});
