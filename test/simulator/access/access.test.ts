/** Who can reach which mailboxes: the truth that the journal records. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { impersonationReach, mayImpersonate, reachOf } from "../../../simulator/access/access.ts";
import { applicationReach, mayUseMailbox } from "../../../simulator/access/applicationAccess.ts";
import { rewriteFilters } from "../../../simulator/exchange/groupRename.ts";
import type { DirectoryServicePrincipal } from "../../../simulator/tenant/directoryModel.ts";
import type { Recipient } from "../../../simulator/tenant/exchangeModel.ts";
import type { Tenant } from "../../../simulator/tenant/model.ts";
import { impersonation, Organization, setUpByHand, type Row } from "../exchange/organization.ts";
import { ad, eva, gijs, dirk, sander } from "../../support/people.ts";

const group = "SecurityGroup-CallPro Calendar Access";
const assignment = "ApplicationImpersonation-CallPro Calendar Access";

function reach(organization: Organization, principal = sander): readonly string[] {
  return reachOf(organization.simulator.tenant).get(principal) ?? [];
}

function allMailboxes({ tenant }: Organization["simulator"]): string[] {
  const types = ["UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox"];
  return tenant.recipients
    .filter(({ type, softDeleted }) => types.includes(type) && !softDeleted)
    .flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? [])
    .sort();
}

function recipient(tenant: Tenant, address: string): Recipient {
  const found = tenant.recipients.find(({ primarySmtpAddress }) => primarySmtpAddress === address);
  if (found === undefined) throw new Error(`${address} is not in the seed`);
  return found;
}

function objectId(tenant: Tenant, address: string): string {
  return recipient(tenant, address).externalDirectoryObjectId ?? "";
}

/** ApplicationImpersonation for one user, with the given scope parameters. */
function assign(organization: Organization, parameters: Row = {}): void {
  organization.run("New-ManagementRoleAssignment", { Name: "grant", Role: impersonation, User: sander, ...parameters });
}

describe("the document's procedure", () => {
  test("opens exactly the mailboxes in the group", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    expect(reachOf(tenant).size).toBe(0);
    setUpByHand(organization, [ad, eva]);
    expect(reach(organization)).toEqual([ad, eva]);
    expect([...reachOf(tenant).keys()]).toEqual([sander]);
    const user = objectId(tenant, sander);
    expect(mayImpersonate(tenant, user, recipient(tenant, ad).guid)).toBe(true);
    expect(mayImpersonate(tenant, user, recipient(tenant, dirk).guid)).toBe(false);
    expect(mayImpersonate(tenant, objectId(tenant, dirk), recipient(tenant, ad).guid)).toBe(false);
  });

  test("opened every mailbox until the scope was set, and does so again when it is cleared", () => {
    const organization = new Organization({ scopeInUse: "cleared" });
    organization.run("New-RoleGroup", { Name: "CallPro Calendar Access", Roles: [impersonation], Members: [sander] });
    expect(reach(organization)).toEqual(allMailboxes(organization.simulator));
    organization.run("Remove-RoleGroup", { Identity: "CallPro Calendar Access" });
    expect(reach(organization)).toEqual([]);
    setUpByHand(organization, [ad]);
    expect(reach(organization)).toEqual([ad]);
    organization.run("Remove-ManagementScope", { Identity: "Scope-CallPro Calendar Access" });
    expect(reach(organization)).toEqual(allMailboxes(organization.simulator));
  });

  test.each<[string, (organization: Organization) => void, string[]]>([
    [
      "a mailbox that joins",
      (organization) => {
        const change = { Identity: group, Member: dirk, BypassSecurityGroupManagerCheck: true };
        organization.run("Add-DistributionGroupMember", change);
      },
      [ad, dirk],
    ],
    [
      "a group that joins: direct members only",
      (organization) => {
        const change = { Identity: group, Member: "Regio Noord", BypassSecurityGroupManagerCheck: true };
        organization.run("Add-DistributionGroupMember", change);
      },
      [ad],
    ],
    [
      "a group that goes: the scope matches nobody",
      (organization) => {
        organization.run("Remove-DistributionGroup", { Identity: group, BypassSecurityGroupManagerCheck: true });
      },
      [],
    ],
    [
      "an assignment that is disabled",
      (organization) => {
        organization.run("Set-ManagementRoleAssignment", { Identity: assignment, Enabled: false });
      },
      [],
    ],
    [
      "a mailbox that is removed",
      (organization) => {
        organization.run("Remove-Mailbox", { Identity: ad });
      },
      [],
    ],
    [
      "a service user that leaves the role group",
      (organization) => {
        organization.run("Remove-RoleGroupMember", { Identity: "CallPro Calendar Access", Member: sander });
      },
      [],
    ],
  ])("follows %s", (_name, change, expected) => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    change(organization);
    expect(reach(organization)).toEqual(expected);
  });

  test("counts an object at once, whatever other back ends see", () => {
    const organization = new Organization({}, { exchangeVisibility: 1000 });
    organization.run("New-RoleGroup", { Name: "CallPro Calendar Access", Roles: [impersonation], Members: [sander] });
    expect(reach(organization)).toEqual(allMailboxes(organization.simulator));
  });

  test("a user in the recycle bin reaches nothing, a blocked one keeps his rights", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    setUpByHand(organization, [ad]);
    const user = tenant.users.find(({ userPrincipalName }) => userPrincipalName === sander);
    if (user === undefined) throw new Error("no user");
    user.accountEnabled = false;
    expect(reach(organization)).toEqual([ad]);
    user.deletedDateTime = "2026-11-23T09:00:00.000Z";
    expect(reach(organization)).toEqual([]);
    expect(impersonationReach(tenant, user.id)).toEqual([]);
  });
});

describe("ways to hold the role", () => {
  test("through a child role", () => {
    const organization = new Organization();
    organization.run("New-ManagementRole", { Name: "child", Parent: impersonation });
    assign(organization, { Role: "child", RecipientGroupScope: "Regio Noord" });
    expect(reach(organization)).toEqual([gijs, "hanneke.mulder@buitendienst.example"]);
  });

  test("through a security group, and one inside it", () => {
    const organization = new Organization();
    organization.run("New-ManagementRoleAssignment", {
      Role: impersonation,
      SecurityGroup: "Buitendienst medewerkers",
      RecipientGroupScope: "Alle medewerkers",
    });
    const expected = [ad, dirk, "petra.willems@buitendienst.example"];
    for (const principal of [ad, eva, gijs]) expect(reach(organization, principal)).toEqual(expected);
    expect(reach(organization, sander)).toEqual([]);
  });

  test("through several assignments at once: their union", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    assign(organization, { RecipientGroupScope: "Regio Noord" });
    expect(reach(organization)).toEqual([ad, gijs, "hanneke.mulder@buitendienst.example"]);
  });

  test("not through a delegating assignment, a distribution group, or a role of another kind", () => {
    const organization = new Organization();
    assign(organization, { Delegating: true });
    organization.run("New-ManagementRoleAssignment", { Role: "Mail Recipients", User: sander });
    const asGroup = { Role: impersonation, SecurityGroup: "Alle medewerkers" };
    expect(organization.call("New-ManagementRoleAssignment", asGroup).status).toBe(400);
    expect(reachOf(organization.simulator.tenant).size).toBe(0);
  });
});

describe("scopes", () => {
  test.each([
    ["Organization", null],
    ["Self", [sander]],
    ["None", []],
    ["MyGAL", []],
    ["MyDistributionGroups", []],
  ])("a relative scope %s", (relative, expected) => {
    const organization = new Organization();
    assign(organization, { RecipientRelativeWriteScope: relative });
    expect(reach(organization)).toEqual(expected ?? allMailboxes(organization.simulator));
  });

  test("a root that holds the organisation changes nothing; another one is refused", () => {
    const organization = new Organization();
    const scope = { RecipientRestrictionFilter: "Alias -eq 'ad.viseur'" };
    const root =
      "OU=buitendienst.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,DC=EURPR05A001,DC=prod,DC=outlook,DC=com";
    organization.run("New-ManagementScope", { ...scope, Name: "rooted", RecipientRoot: root });
    assign(organization, { CustomRecipientWriteScope: "rooted" });
    expect(reach(organization)).toEqual([ad]);
    const elsewhere = { ...scope, Name: "elsewhere", RecipientRoot: "OU=elsewhere,DC=com" };
    expect(organization.call("New-ManagementScope", elsewhere).status).toBe(404);
    const [stored] = organization.simulator.tenant.scopes;
    if (stored) stored.recipientRoot = "OU=elsewhere,DC=com";
    expect(reach(organization)).toEqual([]);
  });

  test("an exclusive scope takes its mailboxes from everybody without it, applications excepted", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    assign(organization);
    organization.run("New-ManagementScope", {
      Name: "directors",
      RecipientRestrictionFilter: "Alias -eq 'dirk.directeur'",
      Exclusive: true,
    });
    expect(reach(organization)).toEqual(allMailboxes(organization.simulator).filter((address) => address !== dirk));
    assign(organization, { Name: "exclusive", User: eva, ExclusiveRecipientWriteScope: "directors" });
    expect(reach(organization, eva)).toEqual([dirk]);
    const app = enterpriseApp(tenant);
    organization.run("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.id });
    organization.run("New-ManagementRoleAssignment", { Role: "Application Calendars.Read", App: app.id });
    expect(reach(organization, app.displayName)).toContain(dirk);
  });

  test("a filter that follows a rename keeps the reach, a stale one loses it", () => {
    for (const filterAfterRename of ["rewritten", "stale"] as const) {
      const organization = new Organization({ filterAfterRename });
      setUpByHand(organization, [ad]);
      organization.run("Set-DistributionGroup", {
        Identity: group,
        Name: "new",
        BypassSecurityGroupManagerCheck: true,
      });
      expect(reach(organization)).toEqual(filterAfterRename === "rewritten" ? [ad] : []);
    }
  });

  test("a filter is rewritten for its own group alone", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const dn = setUpByHand(organization, [ad]);
    const north = String(organization.one("Get-Group", { Identity: "Regio Noord" })["DistinguishedName"]);
    organization.run("Set-ManagementScope", {
      Identity: "Scope-CallPro Calendar Access",
      RecipientRestrictionFilter: `MemberOfGroup -eq '${dn}' -or MemberOfGroup -eq '${north}'`,
    });
    const before = reach(organization);
    const renamed = tenant.recipients.find(({ name }) => name === group);
    if (renamed === undefined) throw new Error("no group");
    const { cn } = renamed;
    renamed.cn = "renamed, by hand";
    rewriteFilters(tenant, cn, renamed);
    expect(reach(organization)).toEqual(before);
    expect(tenant.scopes[0]?.recipientFilter).toContain("Regio Noord");
  });
});

/** The vendor's or any other enterprise app of the organisation, without a consent on mailboxes. */
function enterpriseApp(tenant: Tenant): DirectoryServicePrincipal {
  const app: DirectoryServicePrincipal = {
    id: "bbbbbbbb-0000-4000-8000-000000000001",
    appId: "bbbbbbbb-0000-4000-8000-000000000002",
    displayName: "CallPro",
    accountEnabled: true,
    appRoles: [],
    ownerIds: [],
    directoryRoles: [],
    other: {},
  };
  tenant.servicePrincipals.push(app);
  return app;
}

function consent(tenant: Tenant, app: DirectoryServicePrincipal, permission: string): void {
  for (const resource of tenant.servicePrincipals) {
    for (const { id, value } of resource.appRoles) {
      if (value !== permission) continue;
      tenant.appRoleAssignments.push({
        id: `${permission} ${resource.id}`,
        appRoleId: id,
        principalId: app.id,
        resourceId: resource.id,
        createdDateTime: "2026-11-23T09:00:00.000Z",
      });
    }
  }
}

describe("applications", () => {
  test("reach the union of what Entra consents and what Exchange scopes", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const app = enterpriseApp(tenant);
    organization.run("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.id });
    expect(applicationReach(tenant, app.id)).toEqual([]);
    organization.run("New-ManagementRoleAssignment", {
      Name: "app",
      Role: "Application Calendars.ReadWrite",
      App: app.id,
      RecipientGroupScope: "Regio Noord",
    });
    expect(reach(organization, "CallPro")).toEqual([gijs, "hanneke.mulder@buitendienst.example"]);
    consent(tenant, app, "Calendars.Read");
    expect(reach(organization, "CallPro")).toEqual(allMailboxes(organization.simulator));
    // The consent is for reading only: writing stays inside the scope.
    expect(mayUseMailbox(tenant, app.id, "Calendars.ReadWrite", recipient(tenant, dirk).guid)).toBe(false);
    expect(mayUseMailbox(tenant, app.id, "Calendars.Read", recipient(tenant, dirk).guid)).toBe(true);
    expect(mayUseMailbox(tenant, app.id, "Calendars.Read", recipient(tenant, gijs).guid)).toBe(true);
  });

  test("with a calendar role open no inbox; with EWS.AccessAsApp the whole mailbox", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const app = enterpriseApp(tenant);
    organization.run("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.id });
    const { guid } = recipient(tenant, gijs);
    const grant = { App: app.id, RecipientGroupScope: "Regio Noord" };
    organization.run("New-ManagementRoleAssignment", { ...grant, Role: "Application Calendars.ReadWrite" });
    expect(mayUseMailbox(tenant, app.id, "Mail.Read", guid)).toBe(false);
    expect(mayUseMailbox(tenant, app.id, "EWS.AccessAsApp", guid)).toBe(false);
    organization.run("New-ManagementRoleAssignment", { ...grant, Role: "Application EWS.AccessAsApp" });
    expect(mayUseMailbox(tenant, app.id, "EWS.AccessAsApp", guid)).toBe(true);
    expect(mayUseMailbox(tenant, app.id, "EWS.AccessAsApp", recipient(tenant, dirk).guid)).toBe(false);
  });

  test("are held back by access policies in what Entra consents, not in what Exchange grants", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const app = enterpriseApp(tenant);
    consent(tenant, app, "full_access_as_app");
    expect(reach(organization, "CallPro")).toEqual(allMailboxes(organization.simulator));
    const north = tenant.recipients.find(({ name }) => name === "Regio Noord");
    const policy = { identity: "policy", appId: app.appId, group: north?.guid ?? "", description: "" };
    tenant.applicationAccessPolicies.push({ ...policy, accessRight: "RestrictAccess" });
    expect(reach(organization, "CallPro")).toEqual([gijs, "hanneke.mulder@buitendienst.example"]);
    organization.run("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.id });
    organization.run("New-ManagementScope", { Name: "one", RecipientRestrictionFilter: "Alias -eq 'dirk.directeur'" });
    const grant = { App: app.id, Role: "Application Calendars.Read", CustomResourceScope: "one" };
    organization.run("New-ManagementRoleAssignment", grant);
    expect(reach(organization, "CallPro")).toEqual([dirk, gijs, "hanneke.mulder@buitendienst.example"]);
    tenant.applicationAccessPolicies.push({ ...policy, identity: "deny", accessRight: "DenyAccess" });
    expect(reach(organization, "CallPro")).toEqual([dirk]);
    expect(organization.run("Get-ApplicationAccessPolicy").map((row) => row["AccessRight"])).toEqual([
      "RestrictAccess",
      "DenyAccess",
    ]);
  });

  test("a consent for mail alone is no reach to a calendar", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    const app = enterpriseApp(tenant);
    consent(tenant, app, "Mail.ReadWrite");
    expect(reach(organization, "CallPro")).toEqual([]);
    expect(mayUseMailbox(tenant, app.id, "Mail.Read", recipient(tenant, dirk).guid)).toBe(true);
  });
});

describe("whatever the members of the group", () => {
  test("the reach is the mailboxes among its direct members, never more", () => {
    const organization = new Organization();
    const { tenant } = organization.simulator;
    setUpByHand(organization, []);
    const mailboxes = new Set(allMailboxes(organization.simulator));
    const candidates = tenant.recipients.filter(
      ({ type, softDeleted }) => type !== "User" && type !== "GroupMailbox" && !softDeleted,
    );
    const target = tenant.recipients.find(({ name }) => name === group);
    fc.assert(
      fc.property(fc.subarray(candidates.filter((other) => other !== target)), (members) => {
        if (target?.group) target.group.members = members.map(({ guid }) => guid);
        const expected = members
          .flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? [])
          .filter((address) => mailboxes.has(address))
          .sort();
        expect(reach(organization)).toEqual(expected);
      }),
    );
  });
});
