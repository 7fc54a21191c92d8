/** Management scopes as an administrator makes, changes and removes them. */
import { describe, expect, test } from "@jest/globals";
import { names, Organization, setUpByHand } from "./organization.ts";

const scope = "Scope-CallPro Calendar Access";
const filter = "Department -eq 'Buitendienst'";

describe("a management scope", () => {
  test("shows its filter as Exchange stored it, under another name than it was sent", () => {
    const organization = new Organization();
    const created = organization.one("New-ManagementScope", {
      Name: scope,
      RecipientRestrictionFilter: "department   -eq 'Buitendienst' -or Name -eq 'x'",
    });
    expect(created).toMatchObject({
      Name: scope,
      Identity: scope,
      RecipientFilter: "((Department -eq 'Buitendienst') -or (Name -eq 'x'))",
      RecipientRoot: "",
      Exclusive: false,
      ScopeRestrictionType: "RecipientScope",
      "Guid@data.type": "System.Guid",
      "Guid@odata.type": "#Guid",
    });
    expect(created).not.toHaveProperty("RecipientRestrictionFilter");
    expect(organization.one("Get-ManagementScope", { Identity: String(created["Guid"]) })).toEqual(created);
    expect(organization.one("Get-ManagementScope", { Identity: scope.toLowerCase() })).toEqual(created);
  });

  test("has a name of its own, of at most 64 characters", () => {
    const organization = new Organization();
    const tooLong = organization.call("New-ManagementScope", {
      Name: "x".repeat(65),
      RecipientRestrictionFilter: filter,
    });
    expect(tooLong).toMatchObject({ status: 400, exceptionType: "Microsoft.Exchange.Data.DataValidationException" });
    organization.run("New-ManagementScope", { Name: "x".repeat(64), RecipientRestrictionFilter: filter });
    const twice = organization.call("New-ManagementScope", {
      Name: "X".repeat(64),
      RecipientRestrictionFilter: filter,
    });
    expect(twice).toMatchObject({
      status: 400,
      exceptionType: "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
    });
    expect(organization.simulator.tenant.scopes).toHaveLength(1);
  });

  test("is refused with a filter that does not parse", () => {
    const organization = new Organization();
    const answer = organization.call("New-ManagementScope", { Name: scope, RecipientRestrictionFilter: "Name -eq" });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("Invalid filter syntax");
    expect(organization.writes).toEqual([]);
  });

  test("takes a new filter, name and root at once, and returns nothing", () => {
    const organization = new Organization();
    const created = organization.one("New-ManagementScope", { Name: scope, RecipientRestrictionFilter: filter });
    const changes = {
      Identity: created["Guid"],
      Name: "other",
      RecipientRestrictionFilter: "Title -eq 'Planner'",
      RecipientRoot: "buitendienst.onmicrosoft.com",
    };
    expect(organization.run("Set-ManagementScope", changes)).toEqual([]);
    expect(organization.one("Get-ManagementScope", { Identity: "other" })).toMatchObject({
      Guid: created["Guid"],
      RecipientFilter: "Title -eq 'Planner'",
      RecipientRoot:
        "EURPR05A001.prod.outlook.com/Microsoft Exchange Hosted Organizations/buitendienst.onmicrosoft.com",
    });
    expect(organization.call("Set-ManagementScope", { Identity: "other", Exclusive: true })).toMatchObject({
      exceptionType: "Microsoft.Exchange.AdminApi.CommandInvocation.AmbiguousParameterSetException",
    });
  });

  test("that is in use is refused to go", () => {
    const organization = new Organization({ scopeInUse: "refused" });
    setUpByHand(organization, ["ad.viseur@buitendienst.example"]);
    const answer = organization.call("Remove-ManagementScope", { Identity: scope, Confirm: false });
    expect(answer).toMatchObject({ status: 400, exceptionType: "System.InvalidOperationException" });
    expect(answer.text).toContain("placeholder");
    expect(names(organization.run("Get-ManagementScope"))).toEqual([scope]);
  });

  test("that is in use goes as the document says, and leaves the access without a limit", () => {
    const organization = new Organization({ scopeInUse: "cleared" });
    setUpByHand(organization, ["ad.viseur@buitendienst.example"]);
    organization.run("Remove-ManagementScope", { Identity: scope });
    expect(organization.run("Get-ManagementScope")).toEqual([]);
    const assignment = "ApplicationImpersonation-CallPro Calendar Access";
    expect(organization.one("Get-ManagementRoleAssignment", { Identity: assignment })).toMatchObject({
      RecipientWriteScope: "Organization",
      CustomRecipientWriteScope: null,
      Enabled: true,
    });
  });

  test("that nothing uses is an orphan", () => {
    const organization = new Organization();
    setUpByHand(organization, ["ad.viseur@buitendienst.example"]);
    organization.run("New-ManagementScope", { Name: "orphan", RecipientRestrictionFilter: filter });
    organization.run("New-ManagementScope", {
      Name: "exclusive",
      RecipientRestrictionFilter: "Title -eq 'Algemeen directeur'",
      Exclusive: true,
    });
    expect(names(organization.run("Get-ManagementScope", { Orphan: true }))).toEqual(["exclusive", "orphan"]);
    expect(names(organization.run("Get-ManagementScope", { Exclusive: true }))).toEqual(["exclusive"]);
  });

  test("cannot be found on another back end at first, except in the answer that made it", () => {
    const organization = new Organization({}, { exchangeVisibility: 20_000 });
    const created = organization.one("New-ManagementScope", { Name: scope, RecipientRestrictionFilter: filter });
    expect(created["Name"]).toBe(scope);
    const missing = organization.call("Get-ManagementScope", { Identity: scope });
    expect(missing).toMatchObject({
      status: 404,
      exceptionType: "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
    });
    expect(organization.run("Get-ManagementScope")).toEqual([]);
    expect(organization.call("Remove-ManagementScope", { Identity: scope }).status).toBe(404);
    expect(
      organization.call("New-ManagementScope", { Name: scope, RecipientRestrictionFilter: filter }).exceptionType,
    ).toContain("AlreadyExists");
    organization.pass(20_000);
    expect(organization.one("Get-ManagementScope", { Identity: scope })).toEqual(created);
  });
});
