/** What the embedded Exchange Server refuses: by its permissions, and in its own language. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ad } from "../../support/people.ts";
import { startOrganization, type ServerOrganization, type Session } from "./organization.ts";

let organization: ServerOrganization;
let session: Session;
beforeAll(async () => {
  organization = await startOrganization();
});
afterAll(() => organization.running.close());
beforeEach(() => {
  organization.running.reset();
  session = organization.session();
});

describe("split permissions of the embedded Exchange Server", () => {
  test("take the cmdlets of mailboxes from everybody, and let those of groups fail", async () => {
    await session.run("New-DistributionGroup", { Name: "Before", Type: "Security" });
    expect(await session.run("Get-Group", { Identity: "Exchange Windows Permissions" })).toMatchObject([
      { Members: [expect.stringMatching(/Exchange Security Groups\/Exchange Trusted Subsystem$/)] },
    ]);
    organization.running.reset({ settings: { splitPermissions: "activeDirectory" } });
    const mailbox = { Name: "svc", UserPrincipalName: "svc@buitendienst.example", Password: "Abcdefg1!" };
    expect((await session.ask("New-Mailbox", mailbox)).failure).toMatchObject({ id: "CommandNotFoundException" });
    const administrator = organization.session("administrator");
    for (const [cmdlet, parameters] of [
      ["New-DistributionGroup", { Name: "After", Type: "Security" }],
      ["Add-DistributionGroupMember", { Identity: "Regio Noord", Member: ad }],
      ["Remove-DistributionGroup", { Identity: "Regio Noord", Confirm: false }],
    ] as const) {
      expect((await administrator.ask(cmdlet, parameters)).failure).toMatchObject({
        type: "Microsoft.Exchange.Data.Directory.ADOperationException",
        message: expect.stringMatching(/INSUFF_ACCESS_RIGHTS/),
      });
    }
    const [permissions] = await session.run("Get-Group", { Identity: "Exchange Windows Permissions" });
    expect(permissions).toMatchObject({
      DistinguishedName: expect.stringMatching(
        /^CN=Exchange Windows Permissions,OU=Microsoft Exchange Protected Groups,/,
      ),
      Members: [],
    });
    const holders = await session.run("Get-ManagementRoleAssignment", { Role: "Mail Recipient Creation" });
    expect(new Set(holders.map((each) => each["RoleAssignmentDelegationType"]))).toEqual(
      new Set(["DelegatingOrgWide"]),
    );
    organization.running.simulator.switches.language = "de";
    const german = await administrator.ask("New-DistributionGroup", { Name: "After", Type: "Security" });
    expect(german.failure?.message).toMatch(
      /^Active Directory-Vorgang .* Active Directory-Antwort: 00002098: SecErr: /,
    );
    expect(await session.run("Get-DistributionGroup", { Identity: "Regio Noord" })).toHaveLength(1);
    await session.run("New-RoleGroup", { Name: "Access", Members: ["svcNobody"] });
  });
});

describe("texts of the embedded Exchange Server", () => {
  test.each([
    ["de", /^Der Vorgang konnte nicht ausgeführt werden, .*'nobody'.*'dc01\.ad\.buitendienst\.example'/],
    ["nl", /^De bewerking kan niet worden uitgevoerd .*'nobody'.*'dc01\.ad\.buitendienst\.example'/],
  ] as const)("speak %s where the server does, and keep types and names", async (language, text) => {
    organization.running.reset({ settings: { language } });
    const missing = await session.ask("Get-RoleGroup", { Identity: "nobody" });
    expect(missing.failure).toMatchObject({
      type: "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
      id: expect.stringMatching(/\[FailureCategory=Cmdlet-ManagementObjectNotFoundException\] 8288830C$/),
      message: expect.stringMatching(text),
    });
    await session.run("New-ManagementScope", { Name: "Taken", RecipientRestrictionFilter: "Alias -eq 'x'" });
    const taken = await session.ask("New-ManagementScope", {
      Name: "Taken",
      RecipientRestrictionFilter: "Alias -eq 'x'",
    });
    expect(taken.failure?.message).toMatch(/'CN=Taken,CN=Scopes,/);
    expect(taken.failure?.message).not.toMatch(/already exists/);
    const member = { Identity: "Help Desk", Member: "svcNobody", BypassSecurityGroupManagerCheck: true };
    await session.run("Add-RoleGroupMember", member);
    const again = await session.ask("Add-RoleGroupMember", member);
    expect(again.failure?.message).not.toMatch(/already a member/);
    expect(again.failure?.message).toMatch(/'svcNobody' 'Help Desk'/);
  });
});

describe("what belongs elsewhere, to the embedded Exchange Server", () => {
  test("is shown for what it is: a mailbox in the cloud, a mailbox of another forest's account", async () => {
    expect(await session.run("Get-Recipient", { Identity: "roos.wolk" })).toMatchObject([
      { RecipientType: "MailUser", RecipientTypeDetails: "RemoteUserMailbox" },
    ]);
    expect((await session.ask("Get-Mailbox", { Identity: "roos.wolk" })).failure).toMatchObject({
      type: expect.stringMatching(/ManagementObjectNotFoundException$/),
    });
    expect(await session.run("Get-Mailbox", { Identity: "lars.link" })).toMatchObject([
      { RecipientTypeDetails: "LinkedMailbox", AccountDisabled: true },
    ]);
  });

  test("takes no members here, as a linked role group", async () => {
    const { tenant } = organization.running.simulator;
    const linked = tenant.roleGroups.find(({ name }) => name === "Help Desk");
    if (linked !== undefined) linked.linkedGroup = "ACCOUNTS\\Help";
    expect(await session.run("Get-RoleGroup", { Identity: "Help Desk" })).toMatchObject([
      { RoleGroupType: "Linked", LinkedGroup: "ACCOUNTS\\Help" },
    ]);
    const member = { Identity: "Help Desk", Member: "svcNobody", BypassSecurityGroupManagerCheck: true };
    expect((await session.ask("Add-RoleGroupMember", member)).failure?.message).toMatch(/linked role group/);
  });
});
