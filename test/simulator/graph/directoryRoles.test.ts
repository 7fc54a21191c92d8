/** Entra's directory roles over Graph: who holds one, given and taken by who may. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { errorOf, startTenant, valueOf } from "../tenant.ts";
import type { TestTenant } from "../tenant.ts";

const path = "/roleManagement/directory/roleAssignments";
const exchangeAdministrator = "29232cdf-9323-42fd-ade2-1d097af3e4de";
let tenant: TestTenant;
let principalId: string;

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  tenant.reset();
  const { json } = await tenant.graph("POST", "/applications", { displayName: "Roles" });
  const { json: made } = await tenant.graph("POST", "/servicePrincipals", { appId: json["appId"] });
  principalId = String(made["id"]);
});
afterAll(() => tenant.close());

const wish = () => ({ principalId, roleDefinitionId: exchangeAdministrator, directoryScopeId: "/" });

test("a role is given by who may manage roles, shown by its principal, and taken again", async () => {
  const made = await tenant.graph("POST", path, wish(), "administrator");
  expect(made).toMatchObject({ status: 201, json: wish() });
  const held = await tenant.graph("GET", `${path}?$filter=principalId eq '${principalId}'`, undefined, "administrator");
  expect(valueOf(held)).toEqual([expect.objectContaining(wish())]);
  expect((await tenant.graph("POST", path, wish(), "administrator")).status).toBe(400);
  const one = `${path}/${String(made.json["id"])}`;
  expect((await tenant.graph("DELETE", one, undefined, "administrator")).status).toBe(204);
  expect((await tenant.graph("GET", one, undefined, "administrator")).status).toBe(404);
});

test("an assignment shows its principal where it is asked to, and expands nothing else", async () => {
  await tenant.graph("POST", path, wish(), "administrator");
  const of = `${path}?$filter=roleDefinitionId eq '${exchangeAdministrator}'`;
  const held = valueOf(await tenant.graph("GET", `${of}&$expand=principal`, undefined, "reader"));
  expect(held).toContainEqual(
    expect.objectContaining({
      principalId,
      principal: expect.objectContaining({ "@odata.type": "#microsoft.graph.servicePrincipal", displayName: "Roles" }),
    }),
  );
  expect(valueOf(await tenant.graph("GET", of, undefined, "reader"))[0]).not.toHaveProperty("principal");
  expect((await tenant.graph("GET", `${of}&$expand=roleDefinition`, undefined, "reader")).status).toBe(501);
});

test("the automation identity may not give itself one", async () => {
  expect(errorOf(await tenant.graph("POST", path, wish()))).toMatchObject({ code: "Authorization_RequestDenied" });
});

test("a principal that is not there, a role that is not known and another scope are refused", async () => {
  const as = "administrator";
  const stranger = "00000000-0000-4000-8000-000000000000";
  expect((await tenant.graph("POST", path, { ...wish(), principalId: stranger }, as)).status).toBe(404);
  expect((await tenant.graph("POST", path, { ...wish(), roleDefinitionId: stranger }, as)).status).toBe(404);
  expect((await tenant.graph("POST", path, { ...wish(), directoryScopeId: "/administrativeUnits/x" }, as)).status).toBe(
    400,
  );
});
