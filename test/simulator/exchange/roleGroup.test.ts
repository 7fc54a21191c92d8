/** Role groups and their members. */
import { describe, expect, test } from "@jest/globals";
import { automation, impersonation, names, Organization } from "./organization.ts";
import { sander, bea } from "../../support/people.ts";

const group = "CallPro Calendar Access";

describe("a role group", () => {
  test("comes with a description, its roles as assignments, and its members", () => {
    const organization = new Organization();
    organization.run("New-ManagementScope", { Name: "scope", RecipientRestrictionFilter: "Alias -eq 'x'" });
    const created = organization.one("New-RoleGroup", {
      Name: group,
      Description: "made by a stack",
      Roles: [impersonation, "Mail Recipients"],
      Members: [sander],
      CustomRecipientWriteScope: "scope",
    });
    expect(created).toMatchObject({
      Name: group,
      DisplayName: group,
      Description: "made by a stack",
      Roles: [impersonation, "Mail Recipients"],
      "Roles@odata.type": "#Collection(String)",
      RoleAssignments: [`${impersonation}-${group}`, `Mail Recipients-${group}`],
      Members: ["sander.brouwer"],
    });
    expect(organization.one("Get-RoleGroup", { Identity: String(created["DistinguishedName"]) })).toEqual(created);
    const scopes = organization
      .run("Get-ManagementRoleAssignment", { RoleAssignee: group })
      .map((row) => row["CustomRecipientWriteScope"]);
    expect(scopes).toEqual(["scope", "scope"]);
  });

  test("is not made at all when one of its roles, members or scopes does not exist", () => {
    const organization = new Organization();
    const before = structuredClone(organization.simulator.tenant);
    const sets = [
      { Roles: [impersonation, "No Role"] },
      { Roles: [impersonation], Members: ["nobody@buitendienst.example"] },
      { Roles: [impersonation], CustomRecipientWriteScope: "no scope" },
    ];
    for (const parameters of sets) {
      expect(organization.call("New-RoleGroup", { Name: group, ...parameters })).toMatchObject({ status: 404 });
    }
    expect(organization.simulator.tenant).toEqual(before);
    expect(organization.writes).toEqual([]);
  });

  test("refuses a description that is null", () => {
    const organization = new Organization();
    expect(organization.call("New-RoleGroup", { Name: group, Description: null }).status).toBe(400);
  });

  test("takes its assignments along when it goes, and leaves the role", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: group, Roles: [impersonation], Members: [sander] });
    organization.run("Remove-RoleGroup", { Identity: group, Confirm: false });
    expect(organization.call("Get-RoleGroup", { Identity: group }).status).toBe(404);
    expect(organization.call("Get-ManagementRoleAssignment", { Identity: `${impersonation}-${group}` }).status).toBe(
      404,
    );
    expect(organization.run("Get-ManagementRole", { Identity: impersonation })).toHaveLength(1);
  });

  test("that is built in stays", () => {
    const organization = new Organization();
    const answer = organization.call("Remove-RoleGroup", {
      Identity: "Help Desk",
      BypassSecurityGroupManagerCheck: true,
    });
    expect(answer.status).toBe(400);
    expect(organization.run("Get-RoleGroup", { Identity: "Help Desk" })).toHaveLength(1);
  });

  test("keeps out whoever is not its manager, unless he bypasses the check", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: group, ManagedBy: [bea] });
    const refused = organization.call("Add-RoleGroupMember", { Identity: group, Member: sander });
    expect(refused).toMatchObject({
      status: 400,
      exceptionType: "Microsoft.Exchange.Management.Tasks.OperationRequiresGroupManagerException",
      text: "You don't have sufficient permissions. This operation can only be performed by a manager of the group.",
    });
    organization.run("Add-RoleGroupMember", { Identity: group, Member: sander, BypassSecurityGroupManagerCheck: true });
    organization.run("Set-RoleGroup", { Identity: group, Description: "by Bea" }, { caller: organization.user(bea) });
    expect(organization.one("Get-RoleGroup", { Identity: group })).toMatchObject({
      Members: ["sander.brouwer"],
      ManagedBy: ["bea.beheerder"],
      Description: "by Bea",
    });
  });

  test.each([
    ["empty", []],
    ["organizationManagement", ["Organization Management"]],
  ] as const)("made by an app without managers has %s", (appOnlyGroupOwner, expected) => {
    const organization = new Organization({ appOnlyGroupOwner });
    expect(organization.one("New-RoleGroup", { Name: group })["ManagedBy"]).toEqual(expected);
  });
});

describe("members of a role group", () => {
  const bypass = { Identity: group, BypassSecurityGroupManagerCheck: true };

  test("are added, removed and replaced one by one, with Exchange's errors", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: group, Members: [sander] });
    const again = organization.call("Add-RoleGroupMember", { ...bypass, Member: sander });
    expect(again.exceptionType).toBe("Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException");
    const absent = organization.call("Remove-RoleGroupMember", { ...bypass, Member: bea });
    expect(absent.text).toContain("isn't a member of the group");
    organization.run("Update-RoleGroupMember", { ...bypass, Members: [bea] });
    expect(names(organization.run("Get-RoleGroupMember", { Identity: group }))).toEqual(["bea.beheerder"]);
    organization.run("Update-RoleGroupMember", {
      ...bypass,
      Members: { "@odata.type": "#Exchange.GenericHashTable", Add: [sander], Remove: [bea] },
    });
    expect(organization.one("Get-RoleGroupMember", { Identity: group })).toMatchObject({
      Name: "sander.brouwer",
      PrimarySmtpAddress: sander,
      RecipientTypeDetails: "UserMailbox",
    });
  });

  test("may be mail-enabled security groups, but no distribution groups and no contacts", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: group });
    organization.run("Add-RoleGroupMember", { ...bypass, Member: "Regio Noord" });
    expect(organization.call("Add-RoleGroupMember", { ...bypass, Member: "Alle medewerkers" }).status).toBe(400);
    expect(organization.call("Add-RoleGroupMember", { ...bypass, Member: "Loodgieter Lek" }).status).toBe(400);
  });

  test.each([
    [true, 400],
    [false, 200],
  ])("without a mailbox, where one is needed: %s", (roleGroupMemberNeedsMailbox, status) => {
    const organization = new Organization({ roleGroupMemberNeedsMailbox });
    organization.run("New-RoleGroup", { Name: group });
    const member = "zeger.zonderbak@buitendienst.example";
    expect(organization.call("Add-RoleGroupMember", { ...bypass, Member: member }).status).toBe(status);
  });

  test("without a group's name are the members of all groups, and a write needs one", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: group, Members: [sander] });
    for (const parameters of [{}, { Identity: null }, { Identity: "" }]) {
      expect(names(organization.run("Get-RoleGroupMember", parameters))).toEqual(["bea.beheerder", "sander.brouwer"]);
      const write = organization.call("Remove-RoleGroup", parameters, { caller: automation });
      expect(write.status).toBe(400);
    }
  });
});
