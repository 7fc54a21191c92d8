/** What callers may run: directory roles, role groups, own groups, and nothing. */
import { describe, expect, test } from "@jest/globals";
import { automation, globalReader, impersonation, Organization, type Row } from "./organization.ts";
import { ad, sander } from "../../support/people.ts";

const scope: Row = { Name: "scope", RecipientRestrictionFilter: "Alias -eq 'x'" };

describe("a caller", () => {
  test("without a token, for Graph only, or without Exchange.ManageAsApp is not let in", () => {
    const organization = new Organization();
    for (const caller of [
      { ...automation, audience: "https://graph.microsoft.com" },
      { ...automation, roles: [] },
    ]) {
      const answer = organization.call("Get-OrganizationConfig", {}, { caller });
      expect(answer).toMatchObject({ status: 401, body: "" });
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    }
  });

  test("without any role gets thousands of NUL bytes", () => {
    const organization = new Organization();
    const caller = { ...automation, directoryRoles: [] };
    const answer = organization.call("Get-ManagementScope", {}, { caller });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(Buffer.alloc(4096));
    expect(answer.headers["x-ms-diagnostics"]).toContain("Get-ManagementScope");
  });

  test("who reads may read and test, and write nothing", () => {
    const organization = new Organization();
    const caller = { ...automation, directoryRoles: [globalReader] };
    expect(organization.call("Get-ManagementScope", {}, { caller }).status).toBe(200);
    expect(organization.call("New-ManagementScope", scope, { caller }).status).toBe(403);
    expect(organization.writes).toEqual([]);
  });

  test("in another tenant's address is refused", () => {
    const organization = new Organization();
    const url = (tenant: string): string => `https://localhost:8443/adminapi/beta/${tenant}/InvokeCommand`;
    const status = (tenant: string): number =>
      organization.call("Get-OrganizationConfig", {}, { url: url(tenant) }).status;
    expect(status("99999999-2222-3333-4444-555555555555")).toBe(403);
    expect(status("buitendienst.onmicrosoft.com")).toBe(200);
  });

  test("by his role groups has what their roles hold, and no more", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: "Scopes", Roles: ["Role Management"], Members: [sander] });
    const caller = organization.user(sander);
    expect(organization.call("New-ManagementScope", scope, { caller }).status).toBe(200);
    expect(organization.call("Set-Mailbox", { Identity: ad }, { caller }).status).toBe(403);
    // He may use the cmdlet, but not give away what nobody delegated to him.
    const grant = organization.call("New-ManagementRoleAssignment", { Role: impersonation, User: sander }, { caller });
    expect(grant.text).toContain("You must be assigned a delegating role assignment");
    organization.run("New-ManagementRoleAssignment", { Role: impersonation, User: sander, Delegating: true });
    const allowed = organization.call("New-ManagementRoleAssignment", { Role: impersonation, User: ad }, { caller });
    expect(allowed.status).toBe(200);
  });

  test("as member of Organization Management may do all of it", () => {
    const organization = new Organization();
    const caller = organization.user("bea.beheerder@buitendienst.example");
    expect(organization.call("New-ManagementScope", scope, { caller }).status).toBe(200);
    expect(organization.call("New-RoleGroup", { Name: "g", Roles: [impersonation] }, { caller }).status).toBe(200);
  });

  test("whose roles lack a parameter is told that it does not exist", () => {
    const organization = new Organization();
    organization.run("New-RoleGroup", { Name: "Lists", Roles: ["Distribution Groups"], Members: [sander] });
    const caller = organization.user(sander);
    const parameters = { Identity: "Alle medewerkers", Member: ad, BypassSecurityGroupManagerCheck: true };
    expect(organization.call("Remove-DistributionGroupMember", parameters, { caller }).text).toBe(
      "Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. " +
        "BypassSecurityGroupManagerCheck",
    );
    const role = "Security Group Creation and Membership";
    organization.run("New-ManagementRoleAssignment", { Role: role, SecurityGroup: "Lists" });
    expect(organization.call("Remove-DistributionGroupMember", parameters, { caller }).status).toBe(200);
  });

  test("that is an app has the roles of its pointer", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const [entry] = tenant.servicePrincipals.slice(-1);
    if (entry === undefined) throw new Error("no enterprise app");
    organization.run("New-ServicePrincipal", { AppId: entry.appId, ObjectId: entry.id, DisplayName: "app" });
    const caller = { ...automation, objectId: entry.id, directoryRoles: [] };
    expect(organization.call("Get-ManagementScope", {}, { caller }).status).toBe(403);
    organization.run("New-ManagementRoleAssignment", { Role: "View-Only Configuration", App: entry.id });
    expect(organization.call("Get-ManagementScope", {}, { caller }).status).toBe(200);
  });
});

describe("a cmdlet or parameter", () => {
  test("that is not modelled answers 501 with its name", () => {
    const organization = new Organization();
    expect(organization.call("Get-TransportRule")).toMatchObject({
      status: 501,
      text: "Get-TransportRule is not modelled by the embedded tenant.",
    });
    expect(organization.call("Get-Recipient", { Anr: "ad" })).toMatchObject({
      status: 501,
      text: "parameter Anr of Get-Recipient is not modelled by the embedded tenant.",
    });
  });

  test("that Exchange does not have, or that comes in a wrong type, fails before anything runs", () => {
    const organization = new Organization();
    const answer = organization.call("New-ManagementScope", { ...scope, Bogus: 1 });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body).toMatchObject({
      error: {
        code: "BadRequest",
        message: "Invalid Operation",
        details: [{ message: expect.stringMatching(/^\|Microsoft\.Exchange\.AdminApi\.CommandInvocation\./) }],
        innererror: {
          internalexception: {
            message:
              "Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters " +
              "specified. Bogus",
          },
        },
      },
    });
    expect(organization.call("New-ManagementScope", { ...scope, Exclusive: "true" }).exceptionType).toContain(
      "ParameterTransformationException",
    );
    expect(organization.call("New-ManagementScope", { Name: "x" }).text).toContain("RecipientRestrictionFilter");
    expect(organization.simulator.tenant.scopes).toEqual([]);
  });
});

describe("an anchor", () => {
  const guid = "11111111-2222-3333-4444-555555555555";
  const mailbox = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}";
  test.each([
    [`UPN:${mailbox}@${guid}`, 400],
    [`UPN:${mailbox}@buitendienst.onmicrosoft.com`, 200],
    [`APP:${mailbox}@${guid}`, 200],
    ["", 200],
  ])("of %s makes a write answer %i, and lets reads through", (anchor, status) => {
    const organization = new Organization();
    const headers = { "x-anchormailbox": anchor };
    expect(organization.call("Get-ManagementScope", {}, { headers }).status).toBe(200);
    const write = organization.call("New-ManagementScope", scope, { headers });
    expect(write.status).toBe(status);
    expect(organization.writes).toHaveLength(status === 200 ? 1 : 0);
    if (status === 400) expect(write.text).toContain("INSUFF_ACCESS_RIGHTS");
  });
});
