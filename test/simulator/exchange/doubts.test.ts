/** What nobody knows of Exchange: the tenant does either, as its switches say. */
import { describe, expect, test } from "@jest/globals";
import { impersonation, names, Organization, setUpByHand, type Row } from "./organization.ts";
import { ad, eva } from "../../support/people.ts";

const minute = 60_000;
const group = "CallPro Calendar Access";

describe("-Filter ExternalDirectoryObjectId", () => {
  const find = (organization: Organization, property: string, cmdlet = "Get-Recipient"): Row => {
    const mailbox = organization.one("Get-Mailbox", { Identity: ad });
    return {
      ...organization.call(cmdlet, { Filter: `Alias -eq 'x' -or ${property} -eq '${String(mailbox[property])}'` }),
    };
  };

  test("finds, or is refused as an unknown property; an Identity finds all the same", () => {
    expect(find(new Organization(), "ExternalDirectoryObjectId")).toMatchObject({ rows: [{ Alias: "ad.viseur" }] });
    const organization = new Organization({ filterByObjectId: "refused" });
    for (const cmdlet of ["Get-Recipient", "Get-Mailbox", "Get-User"]) {
      expect(find(organization, "ExternalDirectoryObjectId", cmdlet)).toMatchObject({
        status: 400,
        exceptionType: "Microsoft.Exchange.AdminApi.CommandInvocation.ParameterBindingException",
      });
    }
    expect(find(organization, "PrimarySmtpAddress")["status"]).toBe(200);
    const { ExternalDirectoryObjectId } = organization.one("Get-Mailbox", { Identity: ad });
    expect(organization.run("Get-Recipient", { Identity: ExternalDirectoryObjectId })).toHaveLength(1);
  });
});

describe("-RecipientPreviewFilter", () => {
  const preview = (organization: Organization, filter: string): Row => ({
    ...organization.call("Get-Recipient", { RecipientPreviewFilter: filter }),
  });

  test("reads OPATH and refuses LDAP, or the other way round", () => {
    for (const previewFilter of ["opath", "ldap"] as const) {
      const organization = new Organization({ previewFilter });
      const dn = setUpByHand(organization, [ad, eva]);
      const opath = preview(organization, `MemberOfGroup -eq '${dn}'`);
      const ldap = preview(organization, `(memberOf=${dn})`);
      const [read, refused] = previewFilter === "opath" ? [opath, ldap] : [ldap, opath];
      expect(names(read["rows"] as Row[], "PrimarySmtpAddress")).toEqual([ad, eva]);
      expect(refused).toMatchObject({
        status: 400,
        exceptionType: "Microsoft.Exchange.AdminApi.CommandInvocation.ParameterBindingException",
      });
      expect(organization.run("Get-Recipient", { Filter: `MemberOfGroup -eq '${dn}'` })).toHaveLength(2);
    }
  });

  test("in LDAP joins, negates, and wants what is special escaped", () => {
    const organization = new Organization({ previewFilter: "ldap" });
    organization.run("New-DistributionGroup", { Name: "Team (Noord), A*", Alias: "team", Members: [ad] });
    const { DistinguishedName } = organization.one("Get-DistributionGroup", { Identity: "team" });
    const dn = String(DistinguishedName);
    const escaped = dn.replace(/[\\()*]/g, (character) => `\\${character.charCodeAt(0).toString(16)}`);
    const found = (filter: string): string[] =>
      names((preview(organization, filter)["rows"] ?? []) as Row[], "PrimarySmtpAddress");
    expect(found(`(memberOf=${escaped})`)).toEqual([ad]);
    expect(found(`(|(mail=${eva})(memberOf=${escaped}))`)).toEqual([ad, eva]);
    expect(found(`(&(memberOf=${escaped})(!(mail=${ad})))`)).toEqual([]);
    expect(preview(organization, `(memberOf=${dn})`)["status"]).toBe(400);
    expect(preview(organization, `(memberOf=${escaped}`)["status"]).toBe(400);
    expect(preview(organization, "(mail=ad*)")["status"]).toBe(501);
  });
});

describe("-GetEffectiveUsers", () => {
  const rowsOf = (effectiveUsers: "all" | "direct" | "none"): unknown[][] => {
    const organization = new Organization({ effectiveUsers });
    organization.run("New-RoleGroup", { Name: group, Roles: [impersonation], Members: [eva, "Regio Noord"] });
    const asked = { Role: impersonation, GetEffectiveUsers: true, Delegating: false };
    const rows = organization.run("Get-ManagementRoleAssignment", asked);
    return rows.map((row) => [row["EffectiveUserName"], row["AssignmentChain"]]).sort();
  };

  test("names everybody, also in nested groups; or the nested group unexpanded; or the role group", () => {
    expect(rowsOf("all")).toEqual([
      ["eva.smit", `\\${group}`],
      ["gijs.bakker", `\\${group}\\Regio Noord`],
      ["hanneke.mulder", `\\${group}\\Regio Noord`],
    ]);
    expect(rowsOf("direct")).toEqual([
      ["All Group Members", `\\${group}\\Regio Noord`],
      ["eva.smit", `\\${group}`],
    ]);
    expect(rowsOf("none")).toEqual([["All Group Members", ""]]);
  });
});

describe("the manager of a role group that an app makes", () => {
  test("is the app itself, where the tenant says so; it passes the check as that", () => {
    const organization = new Organization({ appOnlyRoleGroupManager: "creator" });
    const made = organization.one("New-RoleGroup", { Name: group });
    expect(made["ManagedBy"]).toEqual(["aaaaaaaa-0000-4000-8000-000000000001"]);
    expect(organization.call("Add-RoleGroupMember", { Identity: group, Member: eva }).status).toBe(200);
    const user = organization.user("bea.beheerder@buitendienst.example", ["62e90394-69f5-4237-9190-012177145e10"]);
    expect(organization.call("Add-RoleGroupMember", { Identity: group, Member: ad }, { caller: user }).status).toBe(
      400,
    );
  });
});

describe("Enable-OrganizationCustomization", () => {
  test("may answer an error and take effect later all the same", () => {
    const organization = new Organization(
      { customizationAnswer: "error" },
      { hydration: 10 * minute, delegationAfterHydration: 0 },
    );
    organization.simulator.tenant.organization.isDehydrated = true;
    expect(organization.call("Enable-OrganizationCustomization").status).toBe(500);
    expect(organization.one("Get-OrganizationConfig")["IsDehydrated"]).toBe(true);
    organization.pass(11 * minute);
    expect(organization.one("Get-OrganizationConfig")["IsDehydrated"]).toBe(false);
    expect(organization.call("New-RoleGroup", { Name: group }).status).toBe(400);
    organization.pass(11 * minute);
    expect(organization.call("New-RoleGroup", { Name: group }).status).toBe(200);
  });
});
