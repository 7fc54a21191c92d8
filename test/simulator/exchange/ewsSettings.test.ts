/** The organisation's and the mailboxes' own switches of EWS, as the cmdlets set and show them. */
import { describe, expect, test } from "@jest/globals";
import { names, Organization } from "./organization.ts";
import { ad } from "../../support/people.ts";

const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const other = "f9d374ce-f7cf-4028-831d-112d731869a2";

describe("the organisation's EWS settings", () => {
  test("are shown as they were set, the client ids as one text and only when asked for", () => {
    const organization = new Organization();
    expect(organization.one("Get-OrganizationConfig")).toMatchObject({
      EwsEnabled: null,
      EwsAllowedAppIDs: null,
      EwsApplicationAccessPolicy: null,
      EwsAllowList: [],
      EwsBlockList: [],
    });
    organization.run("Set-OrganizationConfig", {
      EwsEnabled: true,
      EwsAllowedAppIDs: `${vendor}, ${other}`,
      EwsApplicationAccessPolicy: "EnforceBlockList",
      EwsBlockList: ["OldClient/*"],
    });
    expect(organization.one("Get-OrganizationConfig")).toMatchObject({
      EwsEnabled: true,
      EwsAllowedAppIDs: null,
      EwsApplicationAccessPolicy: "EnforceBlockList",
      EwsBlockList: ["OldClient/*"],
    });
    const asked = organization.one("Get-OrganizationConfig", { RetrieveEwsOperationAccessPolicy: true });
    expect(asked["EwsAllowedAppIDs"]).toBe(`${vendor},${other}`);
  });

  test("are cleared by null, and left alone by what does not name them", () => {
    const organization = new Organization();
    organization.run("Set-OrganizationConfig", { EwsEnabled: false, EwsAllowedAppIDs: vendor });
    organization.run("Set-OrganizationConfig", { EwsEnabled: null });
    const all = { RetrieveEwsOperationAccessPolicy: true };
    expect(organization.one("Get-OrganizationConfig", all)).toMatchObject({
      EwsEnabled: null,
      EwsAllowedAppIDs: vendor,
    });
    organization.run("Set-OrganizationConfig", { EwsAllowedAppIDs: null });
    expect(organization.one("Get-OrganizationConfig", all)["EwsAllowedAppIDs"]).toBeNull();
  });
});

describe("a mailbox's own switch", () => {
  test("is set by Set-CASMailbox and found by a filter", () => {
    const organization = new Organization();
    expect(organization.one("Get-CASMailbox", { Identity: ad })).toMatchObject({
      PrimarySmtpAddress: ad,
      EwsEnabled: null,
    });
    organization.run("Set-CASMailbox", { Identity: ad, EwsEnabled: false });
    const filter = { Filter: "EwsEnabled -eq $false", ResultSize: "Unlimited" };
    expect(names(organization.run("Get-CASMailbox", filter), "PrimarySmtpAddress")).toEqual([ad]);
    organization.run("Set-CASMailbox", { Identity: ad, EwsEnabled: null });
    expect(organization.run("Get-CASMailbox", filter)).toEqual([]);
  });

  test("is no property of other filters, nor of this one where the switch says so", () => {
    const organization = new Organization();
    const filter = "EwsEnabled -eq $false";
    const unknown = /"EwsEnabled" is not a recognized filterable property/;
    expect(organization.call("Get-Mailbox", { Filter: filter }).text).toMatch(unknown);
    expect(organization.call("New-ManagementScope", { Name: "x", RecipientRestrictionFilter: filter }).text).toMatch(
      unknown,
    );
    const strict = new Organization({ casMailboxFilter: "refused" });
    expect(strict.call("Get-CASMailbox", { Filter: filter }).text).toMatch(unknown);
  });

  test("takes a mailbox, and is for administrators of recipients", () => {
    const organization = new Organization();
    const off = { EwsEnabled: false };
    expect(organization.call("Set-CASMailbox", { Identity: "allen@buitendienst.example", ...off }).status).toBe(404);
    const caller = organization.user(ad);
    expect(organization.call("Set-CASMailbox", { Identity: ad, ...off }, { caller }).status).toBe(403);
  });
});
