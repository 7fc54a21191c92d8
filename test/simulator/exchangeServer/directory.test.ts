/** The embedded Exchange Server's Active Directory: domain controllers, units, moves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { moveObject, renameUnit } from "../../../simulator/exchangeServer/activeDirectory.ts";
import { ad, eva } from "../../support/people.ts";
import { startOrganization, type ServerOrganization, type Session } from "./organization.ts";

const domain = "DC=ad,DC=buitendienst,DC=example";
const minutes = 60_000;

let organization: ServerOrganization;
let here: Session;
let there: Session;
beforeAll(async () => {
  organization = await startOrganization();
});
afterAll(() => organization.running.close());
beforeEach(() => {
  organization.running.reset({ settings: { domainControllers: 10 * minutes } });
  here = organization.session("automation", "dc01");
  there = organization.session("automation", "dc02");
});

/** The procedure, with a group in its own unit; answers the group's DN. */
async function giveAccess(session: Session): Promise<string> {
  await session.run("New-RoleGroup", { Name: "Access", Members: ["svcNobody"] });
  await session.run("New-DistributionGroup", {
    ...{ Name: "Calendars", Type: "Security", Members: [ad, eva] },
    OrganizationalUnit: "ad.buitendienst.example/Groepen",
  });
  const [group] = await session.run("Get-Group", { Identity: "Calendars" });
  const dn = String(group?.["DistinguishedName"]);
  await session.run("New-ManagementScope", { Name: "Scope", RecipientRestrictionFilter: `MemberOfGroup -eq '${dn}'` });
  await session.run("New-ManagementRoleAssignment", {
    ...{ SecurityGroup: "Access", Role: "ApplicationImpersonation", CustomRecipientWriteScope: "Scope" },
  });
  return dn;
}

function reach(): unknown {
  return organization.running.journal.entries.at(-1)?.reach["svcNobody@ad.buitendienst.example"] ?? [];
}

describe("domain controllers of the embedded Exchange Server", () => {
  test("know what was written to another one only some time later", async () => {
    const [made] = await here.run("New-RoleGroup", { Name: "Fresh" });
    expect((await there.ask("Get-RoleGroup", { Identity: "Fresh" })).failure).toMatchObject({
      type: "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
      message: expect.stringMatching(/dc02\.ad\.buitendienst\.example/),
    });
    organization.running.clock.advance(11 * minutes);
    expect(await there.run("Get-RoleGroup", { Identity: "Fresh" })).toMatchObject([{ Guid: made?.["Guid"] }]);
  });

  test("are asked by the name that a call or a session gives", async () => {
    await here.run("New-RoleGroup", { Name: "Pinned", DomainController: "dc02.ad.buitendienst.example" });
    expect((await here.ask("Get-RoleGroup", { Identity: "Pinned" })).failure).toBeDefined();
    await here.run("Set-ADServerSettings", { PreferredServer: "dc02.ad.buitendienst.example" });
    expect(await here.run("Get-RoleGroup", { Identity: "Pinned" })).toHaveLength(1);
    const lost = await here.ask("Get-RoleGroup", { Identity: "Pinned", DomainController: "dc09" });
    expect(lost.failure).toMatchObject({ type: expect.stringMatching(/SuitabilityDirectoryException$/) });
    const pinned = await here.ask("Set-RoleGroup", { Identity: "Pinned", Description: "x", DomainController: "dc02" });
    expect(pinned.failure).toMatchObject({ id: "MissingMandatoryParameter" });
  });

  test("merge memberships that were changed at both of them", async () => {
    await here.run("New-RoleGroup", { Name: "Shared", Members: ["svcNobody"] });
    organization.running.clock.advance(11 * minutes);
    await here.run("Add-RoleGroupMember", { Identity: "Shared", Member: "svcExchangeReader" });
    await there.run("Remove-RoleGroupMember", { Identity: "Shared", Member: "svcNobody", Confirm: false });
    organization.running.clock.advance(11 * minutes);
    for (const session of [here, there]) {
      const members = await session.run("Get-RoleGroupMember", { Identity: "Shared" });
      expect(members.map(({ Name }) => Name)).toEqual(["svcExchangeReader"]);
    }
  });

  test("count as open as long as one of them lets somebody in", async () => {
    await giveAccess(here);
    organization.running.clock.advance(11 * minutes);
    expect(reach()).toEqual([ad, eva]);
    const name = "ApplicationImpersonation-Access";
    await there.run("Remove-ManagementRoleAssignment", { Identity: name, Confirm: false });
    expect(reach()).toEqual([ad, eva]);
    organization.running.clock.advance(11 * minutes);
    expect(reach()).toEqual([]);
  });
});

describe("units of the embedded Exchange Server", () => {
  test("stand in the DN of what was made in them, and a group that is moved leaves a scope that holds nobody", async () => {
    const dn = await giveAccess(here);
    expect(dn).toBe(`CN=Calendars,OU=Groepen,${domain}`);
    moveObject(organization.running.simulator, dn, `OU=Serviceaccounts,${domain}`);
    expect(await here.run("Get-Group", { Identity: "Calendars" })).toMatchObject([
      { DistinguishedName: `CN=Calendars,OU=Serviceaccounts,${domain}` },
    ]);
    expect(reach()).toEqual([]);
  });

  test("take everything below them along when they are renamed", async () => {
    await giveAccess(here);
    renameUnit(organization.running.simulator, `OU=Groepen,${domain}`, "Groups, new");
    expect(await here.run("Get-Group", { Identity: "Calendars" })).toMatchObject([
      { DistinguishedName: `CN=Calendars,OU=Groups\\, new,${domain}` },
    ]);
    expect(reach()).toEqual([]);
  });

  test("bound a scope to what lives in them and below", async () => {
    const filter = { RecipientRestrictionFilter: "Alias -like '*'", RecipientRoot: "ad.buitendienst.example/Kantoor" };
    expect(await here.run("New-ManagementScope", { Name: "Office", ...filter })).toMatchObject([
      { RecipientRoot: "ad.buitendienst.example/Kantoor" },
    ]);
    await here.run("New-RoleGroup", { Name: "Access", Members: ["svcNobody"] });
    await here.run("New-ManagementRoleAssignment", {
      ...{ SecurityGroup: "Access", Role: "ApplicationImpersonation", CustomRecipientWriteScope: "Office" },
    });
    expect(reach()).toContain(ad);
    const everybody = reach() as string[];
    moveObject(
      organization.running.simulator,
      String((await user(ad))["DistinguishedName"]),
      `OU=Serviceaccounts,${domain}`,
    );
    expect(reach()).toEqual(everybody.filter((address) => address !== ad));
    const missing = await here.ask("New-ManagementScope", {
      Name: "None",
      ...filter,
      RecipientRoot: `OU=Nowhere,${domain}`,
    });
    expect(missing.failure).toMatchObject({ type: expect.stringMatching(/ManagementObjectNotFoundException$/) });
  });

  async function user(address: string): Promise<Record<string, unknown>> {
    const [found = {}] = await here.run("Get-User", { Identity: address });
    return found;
  }
});

describe("accounts of the embedded Exchange Server", () => {
  const mailbox = { Name: "svc", UserPrincipalName: "svc@buitendienst.example", Password: "Abcdefg1!" };

  test("get another user name from Set-User, but not that of somebody else", async () => {
    const [made] = await here.run("New-Mailbox", mailbox);
    const taken = await here.ask("Set-User", {
      Identity: "svc",
      UserPrincipalName: "svcNobody@ad.buitendienst.example",
    });
    expect(taken.failure?.message).toMatch(/already in use/);
    await here.run("Set-User", { Identity: "svc", UserPrincipalName: "other@buitendienst.example", Notes: "Of X" });
    expect(await here.run("Get-User", { Identity: "other@buitendienst.example" })).toMatchObject([
      { Guid: made?.["Guid"], Notes: "Of X" },
    ]);
  });

  test("take no notes as they are made, and leave their names free when they are deleted", async () => {
    expect((await here.ask("New-Mailbox", { ...mailbox, Notes: "Of X" })).failure).toMatchObject({
      id: "AmbiguousParameterSet",
    });
    await here.run("New-Mailbox", mailbox);
    await here.run("Remove-Mailbox", { Identity: "svc", Confirm: false });
    expect(await here.run("New-Mailbox", mailbox)).toMatchObject([{ SamAccountName: "svc" }]);
  });
});
