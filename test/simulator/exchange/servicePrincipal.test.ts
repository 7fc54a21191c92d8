/** Pointers to enterprise apps, application roles, and the test of what they open. */
import { describe, expect, test } from "@jest/globals";
import { names, Organization, type Row } from "./organization.ts";
import { ad, dirk } from "../../support/people.ts";

const role = "Application Calendars.ReadWrite";

function pointAtApp(organization: Organization): Row {
  const entry = organization.simulator.tenant.servicePrincipals.at(-1);
  if (entry === undefined) throw new Error("no enterprise app");
  return organization.one("New-ServicePrincipal", { AppId: entry.appId, ObjectId: entry.id, DisplayName: "CallPro" });
}

describe("a pointer to an enterprise app", () => {
  test("is found by app id, object id, name and display name", () => {
    const organization = new Organization();
    const pointer = pointAtApp(organization);
    for (const property of ["AppId", "ObjectId", "Name", "DisplayName", "Guid"]) {
      expect(organization.one("Get-ServicePrincipal", { Identity: pointer[property] })).toEqual(pointer);
    }
    organization.run("Set-ServicePrincipal", { Identity: pointer["ObjectId"], DisplayName: "other" });
    expect(organization.one("Get-ServicePrincipal", { Identity: "other" })["ObjectId"]).toBe(pointer["ObjectId"]);
    organization.run("Remove-ServicePrincipal", { Identity: pointer["ObjectId"], Confirm: false });
    expect(organization.run("Get-ServicePrincipal")).toEqual([]);
  });

  test("is refused for an app that is not there, and a second time", () => {
    const organization = new Organization();
    const pointer = pointAtApp(organization);
    const again = { AppId: pointer["AppId"], ObjectId: pointer["ObjectId"] };
    expect(organization.call("New-ServicePrincipal", again).exceptionType).toContain("AlreadyExists");
    const wrong = { AppId: pointer["AppId"], ObjectId: "00000000-0000-4000-8000-000000000000" };
    expect(organization.call("New-ServicePrincipal", wrong).status).toBe(404);
  });
});

describe("an application role", () => {
  function assign(organization: Organization, scope: Row): Row {
    const app = pointAtApp(organization)["ObjectId"];
    return organization.one("New-ManagementRoleAssignment", { Role: role, App: app, ...scope });
  }

  test("with a management scope shows it in CustomResourceScope", () => {
    const organization = new Organization();
    organization.run("New-ManagementScope", { Name: "scope", RecipientRestrictionFilter: "Alias -eq 'ad.viseur'" });
    const row = assign(organization, { CustomResourceScope: "scope" });
    expect(row).toMatchObject({
      RoleAssigneeType: "ServicePrincipal",
      RecipientWriteScope: "CustomRecipientScope",
      CustomResourceScope: "scope",
      CustomRecipientWriteScope: null,
    });
    expect(String(row["Name"])).toHaveLength(64);
    const ask = (resource?: string): Row[] =>
      organization.run("Test-ServicePrincipalAuthorization", {
        Identity: row["RoleAssigneeName"],
        ...(resource === undefined ? {} : { Resource: resource }),
      });
    expect(ask(ad)).toEqual([
      {
        RoleName: role,
        GrantedPermissions: "Calendars.ReadWrite",
        AllowedResourceScope: "scope",
        ScopeType: "CustomRecipientScope",
        InScope: "True",
      },
    ]);
    expect(names(ask(dirk), "InScope")).toEqual(["False"]);
    expect(names(ask(), "InScope")).toEqual(["Not Run"]);
  });

  test("with a group or a unit shows it where Exchange shows it", () => {
    const organization = new Organization();
    const row = assign(organization, { RecipientGroupScope: "Regio Noord" });
    expect(row).toMatchObject({ RecipientWriteScope: "Group", CustomResourceScope: "Regio Noord" });
    const unit = organization.one("New-ManagementRoleAssignment", {
      Role: "Application Mail.Read",
      App: row["RoleAssigneeName"],
      RecipientAdministrativeUnitScope: "2b1f6f5a-0000-4000-8000-000000000000",
    });
    expect(unit).toMatchObject({
      RecipientWriteScope: "AdministrativeUnit",
      CustomRecipientWriteScope: "2b1f6f5a-0000-4000-8000-000000000000",
    });
    const found = organization.run("Get-ManagementRoleAssignment", { RoleAssigneeType: "ServicePrincipal" });
    expect(found).toHaveLength(2);
    expect(organization.run("Get-ManagementRoleAssignment", { RoleAssignee: row["RoleAssigneeName"] })).toHaveLength(2);
  });

  test("goes to apps only, has no children, and takes no scope of a user's", () => {
    const organization = new Organization();
    organization.run("New-ManagementScope", { Name: "scope", RecipientRestrictionFilter: "Alias -eq 'ad.viseur'" });
    const row = assign(organization, {});
    expect(row).toMatchObject({ RecipientWriteScope: "Organization", CustomResourceScope: null });
    expect(organization.call("New-ManagementRoleAssignment", { Role: role, User: ad }).status).toBe(400);
    expect(organization.call("New-ManagementRole", { Name: "child", Parent: role }).status).toBe(400);
    const set = { Identity: row["Name"], CustomRecipientWriteScope: "scope" };
    expect(organization.call("Set-ManagementRoleAssignment", set).status).toBe(400);
    const created = organization.call("New-ManagementRoleAssignment", {
      Role: role,
      App: row["RoleAssigneeName"],
      CustomRecipientWriteScope: "scope",
    });
    expect(created.exceptionType).toContain("AmbiguousParameterSetException");
  });

  test("keeps its pointer from being removed", () => {
    const organization = new Organization();
    const row = assign(organization, {});
    expect(organization.call("Remove-ServicePrincipal", { Identity: row["RoleAssigneeName"] }).status).toBe(400);
  });
});
