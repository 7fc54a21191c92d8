/** What bears the stack's mark, but is not as an interrupted run makes it, is left at a destroy, and named. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Kind, Properties } from "../../../resources/lifecycle/contract.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { applicationTenantInputs, mark, names, tenantInputs } from "../../support/access.ts";
import { applicationName, placeApp, vendorId, type EnterpriseApp } from "../../support/application.ts";
import { ad, serviceUser } from "../../support/people.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

/** The last step of a destroy: of these kinds the state held an object, which is gone by now. */
async function close(inputs: Properties, present: readonly Kind[] = []): Promise<string> {
  const context = await tenant.open();
  for (const kind of present) context.present.add(kind);
  const properties = { ...inputs, tenantId: context.tenantId };
  await tenantArtifact.remove(context, { id: context.tenantId, properties });
  tenant.running.clock.settle();
  return context.lines.join("\n");
}

const left = "bears this stack's mark, but is not as the stack makes it, so it was left";

/** What an administrator does with an app of his own into whose notes he copied the stack's. */
const additions: [string, string, (app: EnterpriseApp) => Promise<unknown>][] = [
  [
    "a client secret",
    "it has a client secret",
    ({ appId }) =>
      tenant.graph("POST", `/applications/${idOf(appId)}/addPassword`, { passwordCredential: { displayName: "x" } }),
  ],
  [
    "a client secret of the enterprise app",
    "it has a client secret",
    ({ objectId }) =>
      tenant.graph("POST", `/servicePrincipals/${objectId}/addPassword`, { passwordCredential: { displayName: "x" } }),
  ],
  [
    "a federated credential",
    "it has a federated credential",
    ({ appId }) =>
      tenant.graph("POST", `/applications/${idOf(appId)}/federatedIdentityCredentials`, {
        name: "his",
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:his/own:ref:refs/heads/main",
        audiences: ["api://AzureADTokenExchange"],
      }),
  ],
  ["another owner", "it has other owners: ", async ({ appId }) => application(appId).ownerIds.push(userId(ad))],
  [
    "another owner of the enterprise app",
    "it has other owners: ",
    async ({ objectId }) => principal(objectId).ownerIds.push(userId(ad)),
  ],
];

function application(appId: string): TestTenant["tenant"]["applications"][number] {
  const found = tenant.tenant.applications.find((each) => each.appId === appId);
  if (found === undefined) throw new Error(`There is no application ${appId}.`);
  return found;
}

function idOf(appId: string): string {
  return application(appId).id;
}

function principal(id: string): TestTenant["tenant"]["servicePrincipals"][number] {
  const found = tenant.tenant.servicePrincipals.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no enterprise app ${id}.`);
  return found;
}

function userId(userPrincipalName: string): string {
  const found = tenant.tenant.users.find((each) => each.userPrincipalName === userPrincipalName);
  if (found === undefined) throw new Error(`There is no user ${userPrincipalName}.`);
  return found.id;
}

describe("an app with the stack's name and notes", () => {
  test.each(additions)("and %s is left, with its enterprise app, and named", async (_what, why, add) => {
    const app = placeApp(tenant, mark);
    await add(app);
    const before = tenant.dump();
    const said = await close(applicationTenantInputs());
    expect(said).toContain(`app ${app.appId}: ${left}: ${why}`);
    expect(tenant.dump()).toEqual(before);
  });

  test("is left where the state held the stack's own app: no run of it was interrupted", async () => {
    const app = placeApp(tenant, mark);
    const before = tenant.dump();
    const said = await close(applicationTenantInputs(), ["applicationCertificates"]);
    expect(said).toContain(`app ${app.appId}: ${left}: the stack had another one`);
    expect(tenant.dump()).toEqual(before);
  });

  test("goes where a run made it and did not come to record it", async () => {
    const before = tenant.dump();
    placeApp(tenant, mark);
    expect(await close(applicationTenantInputs())).toContain("left by an interrupted run");
    expect(tenant.dump()).toMatchObject({ applications: (before as { applications: unknown[] }).applications });
  });

  test("of the vendor's is left where the enterprise app has an owner", async () => {
    const app = placeApp(tenant, mark, vendorId);
    principal(app.objectId).ownerIds.push(userId(ad));
    expect(await close(applicationTenantInputs({ clientId: vendorId }))).toContain(`app ${vendorId}: ${left}`);
    expect(tenant.tenant.servicePrincipals.map(({ id }) => id)).toContain(app.objectId);
  });

  test("keeps no assignment of the stack's name open without a word", async () => {
    const app = placeApp(tenant, mark);
    principal(app.objectId).ownerIds.push(userId(ad));
    await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId, DisplayName: "x" });
    const name = `Application Calendars.ReadWrite-${applicationName}`;
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: name,
      Role: "Application Calendars.ReadWrite",
      App: app.objectId,
    });
    await expect(close(applicationTenantInputs())).rejects.toThrow(`Still open is the role assignment "${name}"`);
  });
});

describe("a user with the service user's name and job title", () => {
  const inputs = (): Properties => ({ ...tenantInputs(), serviceUserDisplayName: "svcServiceAccount" });

  test("is left where it is shown under another name", async () => {
    await tenant.makeUser(serviceUser, mark);
    await tenant.graph("PATCH", `/users/${userId(serviceUser)}`, { displayName: "Sven C. Account" });
    const said = await close(inputs());
    expect(said).toContain(`user ${serviceUser}: ${left}: it is shown as "Sven C. Account"`);
    expect(tenant.tenant.users.find(({ id }) => id === userId(serviceUser))?.deletedDateTime).toBeNull();
  });

  test("is left where the state held the stack's own user", async () => {
    await tenant.makeUser(serviceUser, mark);
    expect(await close(inputs(), ["serviceUserListing"])).toContain(
      `user ${serviceUser}: ${left}: the stack had another`,
    );
    expect(tenant.tenant.users.find(({ id }) => id === userId(serviceUser))?.deletedDateTime).toBeNull();
  });

  test("goes where a run made it, also by a state that does not say how it is shown", async () => {
    await tenant.makeUser(serviceUser, mark);
    expect(await close(tenantInputs())).toContain(`user ${serviceUser}: left by an interrupted run`);
  });
});

describe("a group with the stack's mark", () => {
  const securityGroup = {
    Name: "Field staff mail",
    DisplayName: names.securityGroup,
    Alias: "fieldstaffmail",
    Type: "Security",
    Notes: mark,
    Members: [ad],
  };

  test("is left where its name is not the one that a run gives it", async () => {
    const user = await tenant.makeUser(serviceUser);
    await tenant.byHand("New-DistributionGroup", securityGroup);
    await tenant.byHand("New-RoleGroup", { Name: "Helpdesk telephony", Description: mark, Members: [serviceUser] });
    const before = tenant.dump();
    const said = await close({ ...tenantInputs(), members: tenant.lines(ad), user, ownsUser: false });
    expect(said).toContain(`security group "${names.securityGroup}": ${left}: its name is "Field staff mail"`);
    expect(said).toContain(`role group "Helpdesk telephony": ${left}: its name is "Helpdesk telephony"`);
    expect(tenant.dump()).toEqual(before);
  });

  test("keeps what an interrupted run left from nothing", async () => {
    const user = await tenant.makeUser(serviceUser);
    await tenant.byHand("New-RoleGroup", { Name: "A copy", Description: mark, Members: [serviceUser] });
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Description: mark, Members: [serviceUser] });
    await close({ ...tenantInputs(), user, ownsUser: false });
    expect(tenant.tenant.roleGroups.filter(({ description }) => description === mark)).toMatchObject([
      { name: "A copy" },
    ]);
  });

  test("is left where the state held the stack's own, whatever its name", async () => {
    const user = await tenant.makeUser(serviceUser);
    await tenant.byHand("New-DistributionGroup", { ...securityGroup, Name: names.securityGroup });
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Description: mark, Members: [serviceUser] });
    const before = tenant.dump();
    const inputs = { ...tenantInputs(), members: tenant.lines(ad), user, ownsUser: false };
    const said = await close(inputs, ["securityGroup", "roleGroup"]);
    expect(said.match(/the stack had another one/g)).toHaveLength(2);
    expect(tenant.dump()).toEqual(before);
  });
});
