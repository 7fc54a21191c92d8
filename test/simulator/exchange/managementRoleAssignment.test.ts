/** Role assignments: names, scopes, who holds them, and who may make them. */
import { describe, expect, test } from "@jest/globals";
import { impersonation, names, Organization, setUpByHand, type Row } from "./organization.ts";
import { ad, dirk, sander } from "../../support/people.ts";

const group = "CallPro Calendar Access";
const scope = "Scope-CallPro Calendar Access";
const assignment = `${impersonation}-${group}`;

function show(organization: Organization, identity = assignment): Row {
  return organization.one("Get-ManagementRoleAssignment", { Identity: identity });
}

describe("step 4 and step 7 of the document", () => {
  test("the service user holds the role through its group, and the scope shows", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    const row = organization.one("Get-ManagementRoleAssignment", { RoleAssignee: sander, Role: impersonation });
    expect(row).toMatchObject({
      Name: assignment,
      Identity: assignment,
      Role: impersonation,
      RoleAssignee: group,
      RoleAssigneeName: group,
      RoleAssigneeType: "RoleGroup",
      AssignmentMethod: "RoleGroup",
      EffectiveUserName: "All Group Members",
      RoleAssignmentDelegationType: "Regular",
      Enabled: true,
      RecipientReadScope: "Organization",
      RecipientWriteScope: "CustomRecipientScope",
      CustomRecipientWriteScope: scope,
      CustomResourceScope: null,
    });
  });
});

describe("a generated name", () => {
  test("is role and assignee, cut to 64, and numbered when taken", () => {
    const organization = new Organization();
    const long = "g".repeat(60);
    organization.run("New-RoleGroup", { Name: long });
    const make = (parameters: Row): string =>
      String(organization.one("New-ManagementRoleAssignment", parameters)["Name"]);
    const base = `${impersonation}-${"g".repeat(39)}`;
    expect(base).toHaveLength(64);
    expect(make({ Role: impersonation, SecurityGroup: long })).toBe(base);
    expect(make({ Role: impersonation, SecurityGroup: long })).toBe(`${base.slice(0, 61)}-1`);
    expect(make({ Role: impersonation, SecurityGroup: long })).toBe(`${base.slice(0, 61)}-2`);
    expect(make({ Role: impersonation, User: sander, Delegating: true })).toBe(
      "ApplicationImpersonation-sander.brouwer-Delegating",
    );
  });

  test("is not made for an explicit one that is taken", () => {
    const organization = new Organization();
    const parameters = { Name: "mine", Role: impersonation, User: sander };
    organization.run("New-ManagementRoleAssignment", parameters);
    expect(organization.call("New-ManagementRoleAssignment", parameters)).toMatchObject({
      status: 400,
      exceptionType: "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
    });
  });
});

describe("the scope of an assignment", () => {
  test("is the whole organisation where none is named", () => {
    const organization = new Organization();
    const row = organization.one("New-ManagementRoleAssignment", { Role: impersonation, User: sander });
    expect(row).toMatchObject({ RecipientWriteScope: "Organization", CustomRecipientWriteScope: null });
  });

  test("is born with the assignment, or fails with it", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    const make = (name: string): number =>
      organization.call("New-ManagementRoleAssignment", {
        Role: impersonation,
        User: sander,
        CustomRecipientWriteScope: name,
      }).status;
    expect(make("no scope")).toBe(404);
    expect(make(scope)).toBe(200);
    expect(show(organization, `${impersonation}-sander.brouwer`)["CustomRecipientWriteScope"]).toBe(scope);
  });

  test("is cleared by null, and by Organization", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    organization.run("Set-ManagementRoleAssignment", { Identity: assignment, CustomRecipientWriteScope: null });
    expect(show(organization)).toMatchObject({ RecipientWriteScope: "Organization", CustomRecipientWriteScope: null });
    organization.run("Set-ManagementRoleAssignment", { Identity: assignment, CustomRecipientWriteScope: scope });
    expect(show(organization)["CustomRecipientWriteScope"]).toBe(scope);
    organization.run("Set-ManagementRoleAssignment", {
      Identity: assignment,
      RecipientRelativeWriteScope: "Organization",
    });
    expect(show(organization)["RecipientWriteScope"]).toBe("Organization");
  });

  test.each([true, false])("is named by its GUID where Exchange takes one (%s)", (scopeByGuid) => {
    const organization = new Organization({ scopeByGuid });
    setUpByHand(organization, [ad]);
    const { Guid } = organization.one("Get-ManagementScope", { Identity: scope });
    const CustomRecipientWriteScope = String(Guid);
    const parameters = { Role: impersonation, User: sander, CustomRecipientWriteScope };
    const made = organization.call("New-ManagementRoleAssignment", parameters);
    const set = organization.call("Set-ManagementRoleAssignment", { Identity: assignment, CustomRecipientWriteScope });
    expect([made.status, set.status]).toEqual(scopeByGuid ? [200, 200] : [404, 404]);
    expect(show(organization)["CustomRecipientWriteScope"]).toBe(scope);
  });

  test("is one only", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    const answer = organization.call("Set-ManagementRoleAssignment", {
      Identity: assignment,
      CustomRecipientWriteScope: scope,
      RecipientRelativeWriteScope: "Self",
    });
    expect(answer.exceptionType).toContain("AmbiguousParameterSetException");
  });

  test("cannot be an exclusive one where a regular one belongs", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    organization.run("New-ManagementScope", {
      Name: "directors",
      RecipientRestrictionFilter: "Title -eq 'Algemeen directeur'",
      Exclusive: true,
    });
    const answer = organization.call("Set-ManagementRoleAssignment", {
      Identity: assignment,
      CustomRecipientWriteScope: "directors",
    });
    expect(answer.text).toBe(
      "The management scope object directors is an exclusive scope, and it can't be specified as parameter " +
        "CustomRecipientWriteScope.",
    );
  });

  test("may be a group, which then shows in CustomResourceScope", () => {
    const organization = new Organization();
    const row = organization.one("New-ManagementRoleAssignment", {
      Role: impersonation,
      User: sander,
      RecipientGroupScope: "Regio Noord",
    });
    expect(row).toMatchObject({ RecipientWriteScope: "Group", CustomResourceScope: "Regio Noord" });
    expect(row).not.toHaveProperty("RecipientGroupScope");
    expect(organization.run("Get-ManagementRoleAssignment", { RecipientGroupScope: "Regio Noord" })).toHaveLength(1);
  });

  test("has a relative form with fixed names", () => {
    const organization = new Organization();
    const answer = organization.call("New-ManagementRoleAssignment", {
      Role: impersonation,
      User: sander,
      RecipientRelativeWriteScope: "Everything",
    });
    expect(answer).toMatchObject({
      status: 400,
      exceptionType: "Microsoft.Exchange.AdminApi.CommandInvocation.ParameterTransformationException",
    });
    expect(answer.text).toContain(
      'Error: "Unable to match the identifier name Everything to a valid enumerator name. Specify one of the following ' +
        'enumerator names and try again: None, Organization, MyGAL, Self, MyDistributionGroups"',
    );
  });
});

describe("finding assignments", () => {
  test("of a user shows those of his role groups, nested security groups included", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: group, Roles: [impersonation], Members: ["Buitendienst medewerkers"] });
    // Gijs is in Regio Noord, which is in Buitendienst medewerkers, which is in the role group.
    const found = organization.run("Get-ManagementRoleAssignment", {
      RoleAssignee: "gijs.bakker@buitendienst.example",
      Role: impersonation,
      GetEffectiveUsers: true,
    });
    expect(names(found, "EffectiveUserName")).toEqual(["ad.viseur", "eva.smit", "gijs.bakker", "hanneke.mulder"]);
    const chain = found.find((row) => row["EffectiveUserName"] === "gijs.bakker")?.["AssignmentChain"];
    expect(chain).toBe(`\\${group}\\Buitendienst medewerkers\\Regio Noord`);
    expect(organization.run("Get-ManagementRoleAssignment", { RoleAssignee: dirk, Role: impersonation })).toEqual([]);
  });

  test("by who can be written to takes scopes into account, disabled ones too", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    const ask = (parameters: Row): string[] =>
      names(
        organization.run("Get-ManagementRoleAssignment", { Role: impersonation, Delegating: false, ...parameters }),
      );
    expect(ask({ WritableRecipient: ad })).toEqual([assignment]);
    expect(ask({ WritableRecipient: dirk })).toEqual([]);
    organization.run("Set-ManagementRoleAssignment", { Identity: assignment, Enabled: false });
    expect(ask({ WritableRecipient: ad })).toEqual([assignment]);
    expect(ask({ WritableRecipient: ad, Enabled: true })).toEqual([]);
    expect(ask({ Enabled: false })).toEqual([assignment]);
  });

  test("without an assignee finds them all: a null is no question", () => {
    const organization = new Organization();
    const all = organization.run("Get-ManagementRoleAssignment").length;
    expect(organization.run("Get-ManagementRoleAssignment", { RoleAssignee: null })).toHaveLength(all);
    expect(organization.run("Get-ManagementRoleAssignment", { Identity: null })).toHaveLength(all);
    expect(all).toBeGreaterThan(50);
  });

  test("has no -App, no -CustomResourceScope and no -ResultSize", () => {
    const organization = new Organization();
    for (const name of ["App", "CustomResourceScope", "ResultSize", "DomainController"]) {
      expect(organization.call("Get-ManagementRoleAssignment", { [name]: "x" }).text).toBe(
        `Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. ${name}`,
      );
    }
  });
});

describe("the role ApplicationImpersonation", () => {
  test("where it is missing cannot be found nor assigned", () => {
    const organization = new Organization({ impersonationRole: "missing" });
    expect(organization.call("Get-ManagementRole", { Identity: impersonation }).status).toBe(404);
    expect(names(organization.run("Get-ManagementRole"))).not.toContain(impersonation);
    expect(organization.call("New-RoleGroup", { Name: group, Roles: [impersonation] }).status).toBe(404);
    expect(organization.call("New-ManagementRoleAssignment", { Role: impersonation, User: sander }).status).toBe(404);
  });

  test("where it is refused is listed, and fails only when it is assigned", () => {
    const organization = new Organization({ impersonationRole: "refused" });
    expect(organization.run("Get-ManagementRole", { Identity: impersonation })).toHaveLength(1);
    const answer = organization.call("New-ManagementRoleAssignment", { Role: impersonation, User: sander });
    expect(answer).toMatchObject({ status: 400, exceptionType: "System.InvalidOperationException" });
    expect(organization.call("New-RoleGroup", { Name: group, Roles: [impersonation] }).status).toBe(400);
    expect(organization.run("New-RoleGroup", { Name: group })).toHaveLength(1);
  });
});

describe("child roles", () => {
  test("have their parent's type and are found with it", () => {
    const organization = new Organization();
    organization.run("New-ManagementRole", { Name: "Our impersonation", Parent: impersonation });
    organization.run("New-ManagementRole", { Name: "Deeper", Parent: "Our impersonation" });
    const ask = (parameters: Row): string[] => names(organization.run("Get-ManagementRole", parameters));
    expect(ask({ Identity: impersonation, GetChildren: true })).toEqual(["Our impersonation"]);
    expect(ask({ Identity: impersonation, Recurse: true })).toEqual([impersonation, "Deeper", "Our impersonation"]);
    expect(ask({ RoleType: impersonation })).toEqual([impersonation, "Deeper", "Our impersonation"]);
    expect(ask({ Cmdlet: "New-ManagementScope" })).toEqual(["Role Management"]);
    expect(organization.one("Get-ManagementRole", { Identity: "Deeper" })["Parent"]).toBe("Our impersonation");
    organization.run("New-ManagementRoleAssignment", { Role: "Deeper", User: sander });
    expect(organization.call("Remove-ManagementRole", { Identity: "Deeper" }).status).toBe(400);
    expect(organization.call("Remove-ManagementRole", { Identity: impersonation, Recurse: true }).status).toBe(400);
  });
});
