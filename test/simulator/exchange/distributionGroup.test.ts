/** Mail-enabled groups and their members, as an app, an owner and somebody else change them. */
import { describe, expect, test } from "@jest/globals";
import { automation, names, Organization, setUpByHand, type Row } from "./organization.ts";
import { ad, dirk, sander } from "../../support/people.ts";

const group = "SecurityGroup-CallPro Calendar Access";
const bypass = { Identity: group, BypassSecurityGroupManagerCheck: true };

function makeGroup(organization: Organization, parameters: Row = {}): Row {
  return organization.one("New-DistributionGroup", { Name: group, Type: "Security", ...parameters });
}

describe("a new mail-enabled security group", () => {
  test("comes back without a DN, and gets one with a CN of its own", () => {
    const organization = new Organization();
    const created = makeGroup(organization, { Members: [ad], Notes: "made by a stack" });
    expect(created).toMatchObject({
      Name: group,
      DisplayName: group,
      Alias: "SecurityGroup-CallProCalendarAccess",
      PrimarySmtpAddress: "SecurityGroup-CallProCalendarAccess@buitendienst.example",
      DistinguishedName: null,
      GroupType: "Universal, SecurityEnabled",
      RecipientTypeDetails: "MailUniversalSecurityGroup",
      MemberJoinRestriction: "Closed",
      MemberDepartRestriction: "Closed",
      RequireSenderAuthenticationEnabled: true,
      HiddenFromAddressListsEnabled: false,
      ManagedBy: [],
    });
    const read = organization.one("Get-DistributionGroup", { Identity: String(created["Guid"]) });
    expect(read["DistinguishedName"]).toBe(
      "CN=SecurityGroup-CallPro Calendar Access20261123090000,OU=buitendienst.onmicrosoft.com," +
        "OU=Microsoft Exchange Hosted Organizations,DC=EURPR05A001,DC=prod,DC=outlook,DC=com",
    );
    const shown = organization.one("Get-Group", { Identity: group });
    expect(shown).toMatchObject({ Notes: "made by a stack", Members: ["ad.viseur"] });
    expect(shown).not.toHaveProperty("ExternalDirectoryObjectId");
  });

  test("has a name, an alias and an address of its own", () => {
    const organization = new Organization();
    makeGroup(organization);
    const again = organization.call("New-DistributionGroup", { Name: group.toUpperCase(), Type: "Security" });
    expect(again).toMatchObject({
      status: 400,
      text: `The name "${group.toUpperCase()}" is already being used. Please try another name.`,
    });
    const address = organization.call("New-DistributionGroup", { Name: "other", PrimarySmtpAddress: ad });
    expect(address.exceptionType).toContain("ProxyAddressExistsException");
    const alias = organization.call("New-DistributionGroup", { Name: "other", Alias: "ad.viseur" });
    expect(alias.status).toBe(400);
    const foreign = organization.call("New-DistributionGroup", { Name: "other", PrimarySmtpAddress: "x@gmail.com" });
    expect(foreign.text).toContain("not an accepted domain");
  });

  test("cannot be hidden when it is made, cannot be open, and does not change its kind", () => {
    const organization = new Organization();
    const hidden = organization.call("New-DistributionGroup", { Name: group, HiddenFromAddressListsEnabled: true });
    expect(hidden.text).toMatch(/Invalid cmdlet parameters specified. HiddenFromAddressListsEnabled$/);
    const open = organization.call("New-DistributionGroup", {
      Name: group,
      Type: "Security",
      MemberJoinRestriction: "Open",
    });
    expect(open.status).toBe(400);
    makeGroup(organization);
    expect(organization.call("Set-DistributionGroup", { ...bypass, Type: "Distribution" }).status).toBe(400);
    organization.run("Set-DistributionGroup", { ...bypass, HiddenFromAddressListsEnabled: true });
    expect(organization.one("Get-DistributionGroup", { Identity: group })["HiddenFromAddressListsEnabled"]).toBe(true);
  });

  test("gets the naming policy, unless it is told to ignore it", () => {
    const organization = new Organization();
    organization.simulator.tenant.organization.groupNamingPolicy = { prefix: "GRP_", suffix: "_NL" };
    expect(makeGroup(organization, { Name: "a" })).toMatchObject({ Name: "GRP_a_NL", DisplayName: "GRP_a_NL" });
    expect(makeGroup(organization, { Name: "b", IgnoreNamingPolicy: true })["Name"]).toBe("b");
  });

  test.each([
    ["empty", []],
    ["organizationManagement", ["Organization Management"]],
  ] as const)("made by an app has as owners: %s", (appOnlyGroupOwner, owners) => {
    const organization = new Organization({ appOnlyGroupOwner });
    expect(makeGroup(organization)["ManagedBy"]).toEqual(owners);
  });

  test("belongs to the user who makes it", () => {
    const organization = new Organization();
    const caller = organization.user(sander);
    const created = organization.one("New-DistributionGroup", { Name: group, Type: "Security" }, { caller });
    expect(created["ManagedBy"]).toEqual(["sander.brouwer"]);
  });

  test("appears in Entra later, and goes there later too", () => {
    const organization = new Organization({}, { exchangeToEntra: 5000 });
    const created = makeGroup(organization, { Members: [ad] });
    const inEntra = (): string[] => organization.simulator.tenant.groups.map(({ displayName }) => displayName);
    expect(inEntra()).not.toContain(group);
    organization.pass(5000);
    const entry = organization.simulator.tenant.groups.find(({ displayName }) => displayName === group);
    expect(entry).toMatchObject({ id: created["ExternalDirectoryObjectId"], mailEnabled: true, securityEnabled: true });
    expect(entry?.memberIds).toHaveLength(1);
    organization.run("Remove-DistributionGroup", bypass);
    expect(inEntra()).toContain(group);
    organization.pass(5000);
    expect(inEntra()).not.toContain(group);
  });

  test("cannot be found on another back end at first", () => {
    const organization = new Organization({}, { exchangeVisibility: 60_000 });
    makeGroup(organization);
    const early = organization.call("Add-DistributionGroupMember", { ...bypass, Member: ad });
    expect(early).toMatchObject({ status: 404 });
    expect(early.text).toBe(
      `The operation couldn't be performed because object '${group}' couldn't be found on ` +
        "'AM4PR05A001DC001.EURPR05A001.PROD.OUTLOOK.COM'.",
    );
    organization.pass(60_000);
    organization.run("Add-DistributionGroupMember", { ...bypass, Member: ad });
  });
});

describe("members of a mail-enabled group", () => {
  test("are changed by an app only with the bypass", () => {
    const organization = new Organization();
    makeGroup(organization);
    const plain = organization.call("Add-DistributionGroupMember", { Identity: group, Member: ad });
    expect(plain.text).toBe(
      "You don't have sufficient permissions. This operation can only be performed by a manager of the group.",
    );
    expect(organization.run("Add-DistributionGroupMember", { ...bypass, Member: ad })).toEqual([]);
    const again = organization.call("Add-DistributionGroupMember", { ...bypass, Member: ad });
    expect(again).toMatchObject({
      status: 400,
      exceptionType: "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
    });
    organization.run("Remove-DistributionGroupMember", { ...bypass, Member: ad, Confirm: false });
    const absent = organization.call("Remove-DistributionGroupMember", { ...bypass, Member: ad });
    expect(absent.text).toContain("isn't a member of the group");
  });

  test("are changed by an owner with his own account, and by nobody else", () => {
    const organization = new Organization();
    makeGroup(organization, { ManagedBy: [sander] });
    const owner = organization.user(sander);
    const other = organization.user(ad);
    const add = { Identity: group, Member: dirk };
    expect(organization.call("Add-DistributionGroupMember", add, { caller: other }).exceptionType).toContain(
      "OperationRequiresGroupManagerException",
    );
    const bypassed = organization.call(
      "Add-DistributionGroupMember",
      { ...add, BypassSecurityGroupManagerCheck: true },
      { caller: other },
    );
    expect(bypassed.exceptionType).toContain("AmbiguousParameterSetException");
    organization.run("Add-DistributionGroupMember", add, { caller: owner });
    expect(organization.writes.at(-1)).toEqual({
      actor: sander,
      operation: "Add-DistributionGroupMember",
      target: `${group}: dirk.directeur`,
      status: 200,
    });
  });

  test("can be replaced as a whole, nulls included", () => {
    const organization = new Organization();
    makeGroup(organization, { Members: [ad] });
    organization.run("Update-DistributionGroupMember", { ...bypass, Members: [dirk, sander, dirk] });
    const members = (): string[] => names(organization.run("Get-DistributionGroupMember", { Identity: group }));
    expect(members()).toEqual(["dirk.directeur", "sander.brouwer"]);
    const unknown = organization.call("Update-DistributionGroupMember", { ...bypass, Members: [ad, "nobody"] });
    expect(unknown.status).toBe(404);
    expect(members()).toHaveLength(2);
    organization.run("Update-DistributionGroupMember", { ...bypass, Members: null });
    expect(members()).toEqual([]);
  });

  test("may be groups and contacts, but no Microsoft 365 groups and no users without mail", () => {
    const organization = new Organization();
    makeGroup(organization);
    for (const member of ["Regio Noord", "Loodgieter Lek", "xander.extern@buitendienst.example"]) {
      expect(organization.call("Add-DistributionGroupMember", { ...bypass, Member: member }).status).toBe(200);
    }
    for (const member of ["Projectgroep CallPro", "Zeger Zonderbak"]) {
      expect(organization.call("Add-DistributionGroupMember", { ...bypass, Member: member }).status).toBe(400);
    }
  });

  test("of a synchronised group are not changed here", () => {
    const organization = new Organization();
    makeGroup(organization);
    const recipient = organization.simulator.tenant.recipients.find(({ name }) => name === group);
    if (recipient?.group) recipient.group.isDirSynced = true;
    const answer = organization.call("Add-DistributionGroupMember", { ...bypass, Member: ad });
    expect(answer.text).toContain("synchronized from your on-premises organization");
  });
});

describe("a group that a scope names", () => {
  test.each(["stale", "rewritten"] as const)(
    "gets a new DN with a new name, and the filter is %s",
    (filterAfterRename) => {
      const organization = new Organization({ filterAfterRename });
      const dn = setUpByHand(organization, [ad]);
      organization.run("Set-DistributionGroup", { ...bypass, Name: "Renamed" });
      const renamed = String(organization.one("Get-Group", { Identity: "Renamed" })["DistinguishedName"]);
      expect(renamed).toMatch(/^CN=Renamed,OU=/);
      const filter = String(organization.one("Get-ManagementScope", {})["RecipientFilter"]);
      const expected = filterAfterRename === "stale" ? dn : renamed;
      expect(filter.toLowerCase()).toBe(`memberofgroup -eq '${expected.toLowerCase()}'`);
      const inside = organization.run("Get-Recipient", { RecipientPreviewFilter: filter });
      expect(names(inside)).toEqual(filterAfterRename === "stale" ? [] : ["ad.viseur"]);
    },
  );

  test("keeps its DN when only its display name changes", () => {
    const organization = new Organization();
    const dn = setUpByHand(organization, [ad]);
    organization.run("Set-DistributionGroup", { ...bypass, DisplayName: "Agenda's" });
    expect(organization.one("Get-Group", { Identity: "Agenda's" })["DistinguishedName"]).toBe(dn);
  });

  test("can be removed without a question; the scope then matches nobody", () => {
    const organization = new Organization();
    setUpByHand(organization, [ad]);
    organization.run("Remove-DistributionGroup", bypass);
    const filter = organization.one("Get-ManagementScope", {})["RecipientFilter"];
    expect(organization.run("Get-Recipient", { RecipientPreviewFilter: filter })).toEqual([]);
    expect(organization.call("Get-DistributionGroup", { Identity: group }).status).toBe(404);
  });
});

test("owners and notes are changed through Set-Group", () => {
  const organization = new Organization();
  makeGroup(organization, { ManagedBy: [sander] });
  organization.run("Set-Group", { ...bypass, Notes: "other mark" }, { caller: automation });
  organization.run("Set-DistributionGroup", { ...bypass, ManagedBy: ["Regio Noord"] });
  expect(organization.one("Get-Group", { Identity: group })).toMatchObject({
    Notes: "other mark",
    ManagedBy: ["Regio Noord"],
  });
  const gijs = organization.user("gijs.bakker@buitendienst.example");
  organization.run("Add-DistributionGroupMember", { Identity: group, Member: ad }, { caller: gijs });
});
