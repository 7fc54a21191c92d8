/** An organisation that was never customised, and what it takes to make it ready. */
import { describe, expect, test } from "@jest/globals";
import { impersonation, Organization, type Row } from "./organization.ts";

const minute = 60_000;

function dehydratedOrganization(): Organization {
  const organization = new Organization({}, { hydration: 45 * minute, delegationAfterHydration: 50 * minute });
  organization.simulator.tenant.organization.isDehydrated = true;
  return organization;
}

const roleGroup: Row = { Name: "CallPro Calendar Access", Roles: [impersonation] };
const dehydrated = {
  status: 400,
  exceptionType: "Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException",
  text:
    "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to " +
    "run the command: Enable-OrganizationCustomization.",
};

describe("a dehydrated organisation", () => {
  test("refuses custom roles, scopes, role groups and assignments, but not groups", () => {
    const organization = dehydratedOrganization();
    expect(organization.one("Get-OrganizationConfig")["IsDehydrated"]).toBe(true);
    const refused: [string, Row][] = [
      ["New-RoleGroup", roleGroup],
      ["New-ManagementScope", { Name: "scope", RecipientRestrictionFilter: "Alias -eq 'x'" }],
      ["New-ManagementRole", { Name: "child", Parent: impersonation }],
      ["New-ManagementRoleAssignment", { Role: impersonation, User: "ad.viseur@buitendienst.example" }],
    ];
    for (const [cmdlet, parameters] of refused) expect(organization.call(cmdlet, parameters)).toMatchObject(dehydrated);
    expect(organization.call("New-DistributionGroup", { Name: "group" }).status).toBe(200);
    const member = {
      Identity: "Help Desk",
      Member: "ad.viseur@buitendienst.example",
      BypassSecurityGroupManagerCheck: true,
    };
    expect(organization.call("Add-RoleGroupMember", member).status).toBe(200);
  });

  test("is not ready when it says so: first dehydrated, then without delegation, then ready", () => {
    const organization = dehydratedOrganization();
    organization.run("Enable-OrganizationCustomization");
    expect(organization.one("Get-OrganizationConfig")["IsDehydrated"]).toBe(false);
    expect(organization.call("New-RoleGroup", roleGroup)).toMatchObject(dehydrated);
    organization.pass(45 * minute);
    const refused = organization.call("New-RoleGroup", roleGroup);
    expect(refused.text).toBe(
      "You don't have access to create, change, or remove the " +
        '"buitendienst.onmicrosoft.com\\ApplicationImpersonation-CallPro Calendar Access" management role assignment. ' +
        "You must be assigned a delegating role assignment to the management role or its parent in the hierarchy without " +
        "a scope restriction.",
    );
    expect(organization.call("New-RoleGroup", { Name: "without roles" }).status).toBe(200);
    organization.pass(50 * minute);
    expect(organization.call("New-RoleGroup", roleGroup).status).toBe(200);
  });

  test("is enabled once", () => {
    const organization = new Organization();
    expect(organization.call("Enable-OrganizationCustomization")).toMatchObject({ status: 400 });
  });
});

test("the domains of the organisation", () => {
  const organization = new Organization();
  expect(
    organization.run("Get-AcceptedDomain").map((row) => [row["DomainName"], row["Default"], row["InitialDomain"]]),
  ).toEqual([
    ["buitendienst.example", true, false],
    ["buitendienst.onmicrosoft.com", false, true],
  ]);
});
