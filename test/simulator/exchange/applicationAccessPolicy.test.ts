/** Application access policies: made, read, tested and removed; what they do to an app's reach is in access.test.ts. */
import { describe, expect, test } from "@jest/globals";
import { applicationReach } from "../../../simulator/access/applicationAccess.ts";
import { Organization, type Row } from "./organization.ts";
import { ad, dirk, gijs } from "../../support/people.ts";

const appId = "a0700000-0000-4000-8000-000000000002";

/** The group holds a group that holds Gijs. */
function restricted(change: Row = {}): { organization: Organization; policy: Row } {
  const organization = new Organization();
  const policy = organization.one("New-ApplicationAccessPolicy", {
    AppId: appId.toUpperCase(),
    PolicyScopeGroupId: "Buitendienst medewerkers",
    AccessRight: "RestrictAccess",
    Description: "only the field staff",
    ...change,
  });
  return { organization, policy };
}

function check(organization: Organization, mailbox: string): unknown {
  return organization.one("Test-ApplicationAccessPolicy", { AppId: appId, Identity: mailbox })[
    "ImpersonationCheckResult"
  ];
}

describe("an application access policy", () => {
  test("shows app, right and group, and is found by its identity", () => {
    const { organization, policy } = restricted();
    expect(policy).toMatchObject({
      AppId: appId,
      AccessRight: "RestrictAccess",
      Description: "only the field staff",
      ScopeName: "Buitendienst medewerkers",
      IsValid: true,
    });
    expect(String(policy["Identity"])).toMatch(new RegExp(`\\\\${appId}:S-1-5-21-[-\\d]+;[0-9a-f-]{36}$`));
    const { Identity } = policy;
    expect(organization.one("Get-ApplicationAccessPolicy", { Identity })).toEqual(policy);
    expect(organization.run("Get-ApplicationAccessPolicy")).toHaveLength(1);
  });

  test("grants its members, nested ones too, and denies the rest; without one everybody is granted", () => {
    const { organization, policy } = restricted();
    expect([ad, gijs, dirk].map((mailbox) => check(organization, mailbox))).toEqual(["Granted", "Granted", "Denied"]);
    organization.run("Remove-ApplicationAccessPolicy", { Identity: policy["Identity"] });
    expect(check(organization, dirk)).toBe("Granted");
    expect(organization.run("Get-ApplicationAccessPolicy")).toEqual([]);
    expect(organization.call("Remove-ApplicationAccessPolicy", { Identity: policy["Identity"] }).status).toBe(404);
  });

  test("may deny instead, and may name one mailbox", () => {
    const { organization } = restricted({ AccessRight: "DenyAccess", PolicyScopeGroupId: ad });
    expect([ad, dirk].map((mailbox) => check(organization, mailbox))).toEqual(["Denied", "Granted"]);
  });

  test("is refused twice, for a group that is no security principal, and for an unknown group", () => {
    const { organization, policy } = restricted();
    const make = (change: Row): Row => ({
      ...organization.call("New-ApplicationAccessPolicy", {
        AppId: appId,
        PolicyScopeGroupId: policy["ScopeName"],
        AccessRight: "RestrictAccess",
        ...change,
      }),
    });
    expect(make({})).toMatchObject({
      exceptionType: "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
    });
    expect(make({ PolicyScopeGroupId: "allen@buitendienst.example" })["text"]).toContain("security principal");
    expect(make({ PolicyScopeGroupId: "nobody" })["status"]).toBe(404);
    expect(make({ AccessRight: undefined })["status"]).toBe(400);
  });
});

test("a consent to Exchange's own calendar permission opens calendars as Graph's does", () => {
  const { tenant } = new Organization().simulator;
  const exchange = tenant.servicePrincipals.find(({ displayName }) => displayName === "Office 365 Exchange Online");
  const app = tenant.servicePrincipals.find((each) => each.appId === appId);
  const role = exchange?.appRoles.find(({ value }) => value === "Calendars.ReadWrite.All");
  const ids = { appRoleId: role?.id ?? "", principalId: app?.id ?? "", resourceId: exchange?.id ?? "" };
  expect(applicationReach(tenant, ids.principalId)).toEqual([]);
  tenant.appRoleAssignments.push({ id: "consent", createdDateTime: "", ...ids });
  expect(applicationReach(tenant, ids.principalId, ["Calendars.ReadWrite"]).length).toBeGreaterThan(20);
});
