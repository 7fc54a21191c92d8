/** Remote PowerShell of the embedded Exchange Server, opened and used by a real PowerShell. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeWithPowerShell } from "../../support/powershell.ts";
import { ad, eva } from "../../support/people.ts";
import { startRemote, type Remote } from "./remote.ts";

const timeLimit = 60_000;

describeWithPowerShell("remote PowerShell of the embedded Exchange Server", () => {
  let remote: Remote;
  beforeAll(async () => {
    remote = await startRemote();
    const opened = await remote.open("automation", "automation");
    expect(opened.faults).toEqual([]);
  }, timeLimit);
  afterAll(() => remote.close());

  test("gives typed objects of the organisation", async () => {
    const { objects, types } = await remote.ask("automation", "Get-RoleGroup", { Identity: "Hygiene Management" });
    expect(objects).toMatchObject([
      {
        Identity: "ad.buitendienst.example/Microsoft Exchange Security Groups/Hygiene Management",
        DistinguishedName:
          "CN=Hygiene Management,OU=Microsoft Exchange Security Groups,DC=ad,DC=buitendienst,DC=example",
      },
    ]);
    expect(types).toEqual(expect.arrayContaining(["Guid", "ArrayList", "DateTime", "String"]));
  });

  test("tells of a failure in Exchange's shape, by type and category", async () => {
    const { faults, objects } = await remote.ask("automation", "Get-RoleGroup", { Identity: "nobody" });
    expect(objects).toEqual([]);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      type: "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
      reason: "ManagementObjectNotFoundException",
      category: "NotSpecified",
    });
    expect(faults[0]?.id).toMatch(
      /^\[Server=EX01,RequestId=[\w-]+,TimeStamp=.*\] \[FailureCategory=Cmdlet-ManagementObjectNotFoundException\] 8288830C,/,
    );
    expect(faults[0]?.message).toMatch(/'nobody' couldn't be found on 'dc01\.ad\.buitendienst\.example'/);
  });

  test("has no language, no cmdlet of Exchange Online and no parameter that is not there", async () => {
    expect((await remote.script("automation", "1 + 1")).faults).toMatchObject([{ id: "ScriptsNotAllowed" }]);
    for (const cmdlet of ["Get-ServicePrincipal", "Enable-OrganizationCustomization", "Get-ChildItem"]) {
      expect((await remote.ask("automation", cmdlet)).faults).toMatchObject([{ id: "CommandNotFoundException" }]);
    }
    const forced = await remote.ask("automation", "New-RoleGroup", { Name: "Forced", Force: true });
    expect(forced.faults).toMatchObject([{ id: "NamedParameterNotFound,New-RoleGroup" }]);
  });

  test("asks before it removes, and fails where nobody can answer", async () => {
    await remote.run("automation", "New-RoleGroup", { Name: "Asked" });
    const asked = await remote.ask("automation", "Remove-RoleGroup", { Identity: "Asked" });
    expect(asked.faults).toHaveLength(1);
    expect(await remote.run("automation", "Get-RoleGroup", { Identity: "Asked" })).toHaveLength(1);
    await remote.run("automation", "Remove-RoleGroup", { Identity: "Asked", Confirm: false });
  });

  test("takes a password as a SecureString only", async () => {
    const mailbox = { Name: "svcCallPro", UserPrincipalName: "svcCallPro@buitendienst.example" };
    const plain = await remote.ask("automation", "New-Mailbox", { ...mailbox, Password: "Abcdefg1!" });
    expect(plain.faults).toMatchObject([{ id: "ParameterArgumentTransformationError,New-Mailbox" }]);
    const unit = "OU=Serviceaccounts,DC=ad,DC=buitendienst,DC=example";
    const secrets = { Password: "Abcdefg1!" };
    await remote.run("automation", "New-Mailbox", { ...mailbox, OrganizationalUnit: unit }, secrets);
    expect(await remote.run("automation", "Get-User", { Identity: "svcCallPro" })).toMatchObject([
      { DistinguishedName: `CN=svcCallPro,${unit}`, ExternalDirectoryObjectId: "", RemotePowerShellEnabled: true },
    ]);
    const made = remote.running.simulator.tenant.users.find(
      ({ userPrincipalName }) => userPrincipalName === mailbox.UserPrincipalName,
    );
    expect(made?.password).toBe(secrets.Password);
  });

  test("grants the procedure's access to the listed mailboxes and to no other", async () => {
    const run = (cmdlet: string, parameters: object) => remote.run("automation", cmdlet, parameters);
    await run("New-RoleGroup", { Name: "Access", Members: ["svcCallPro"] });
    await run("New-DistributionGroup", { Name: "Calendars", Type: "Security", Members: [ad, eva] });
    const [group] = await run("Get-Group", { Identity: "Calendars" });
    expect(group?.["DistinguishedName"]).toBe("CN=Calendars,CN=Users,DC=ad,DC=buitendienst,DC=example");
    const filter = `MemberOfGroup -eq '${String(group?.["DistinguishedName"])}'`;
    await run("New-ManagementScope", { Name: "Scope", RecipientRestrictionFilter: filter });
    const scoped = { SecurityGroup: "Access", Role: "ApplicationImpersonation", CustomRecipientWriteScope: "Scope" };
    await run("New-ManagementRoleAssignment", scoped);
    expect(remote.running.journal.entries.at(-1)?.reach["svcCallPro@buitendienst.example"]).toEqual([ad, eva]);
    const asked = {
      Role: "ApplicationImpersonation",
      GetEffectiveUsers: true,
      WritableRecipient: ad,
      Delegating: false,
    };
    const rows = await run("Get-ManagementRoleAssignment", asked);
    expect(rows.map((row) => row["EffectiveUserName"])).toEqual(["svcCallPro"]);
  });

  test(
    "shows each caller the cmdlets and parameters of his roles alone, and ends its process with the session",
    async () => {
      const before = remote.server.shells.all.length;
      await remote.open("reader", "reader");
      expect(await remote.run("reader", "Get-RoleGroup", { Identity: "Help Desk" })).toHaveLength(1);
      const written = await remote.ask("reader", "New-RoleGroup", { Name: "Not his" });
      expect(written.faults).toMatchObject([{ id: "CommandNotFoundException" }]);
      expect(remote.server.shells.all).toHaveLength(before + 1);
      await remote.shut("reader");
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(remote.server.shells.all).toHaveLength(before);
    },
    timeLimit,
  );

  test("refuses whoever may not open it, with the reason", async () => {
    const wrong = { userName: "svcNobody@ad.buitendienst.example", password: "wrong" };
    const refused = await remote.open("refused", wrong);
    expect(refused.faults).toMatchObject([
      {
        id: "LogonFailure,PSSessionOpenFailed,New-PSSession",
        type: "System.Management.Automation.Remoting.PSRemotingTransportException",
      },
    ]);
    const basic = await remote.open("refused", "automation", { Authentication: "Basic" });
    expect(basic.faults).toMatchObject([{ id: "AccessDenied,PSSessionOpenFailed,New-PSSession" }]);
    const weak = await remote.open("refused", "weak");
    expect(weak.faults[0]?.message).toMatch(/isn't assigned to any management roles/);
  });

  test(
    "opens with the machine's ticket, tells of too many calls, and loses the shell where no answer comes",
    async () => {
      expect((await remote.open("ticket", undefined)).faults).toEqual([]);
      const { faults } = remote.running;
      faults.set([{ match: { operation: "Get-RoleGroup" }, effect: "throttle" }]);
      expect((await remote.ask("ticket", "Get-RoleGroup", { Identity: "Help Desk" })).faults).toMatchObject([
        { id: expect.stringMatching(/\[FailureCategory=Cmdlet-ThrottlingOverBudgetException\]/) },
      ]);
      faults.set([{ match: { operation: "New-RoleGroup" }, effect: "lostAnswer" }]);
      expect((await remote.ask("ticket", "New-RoleGroup", { Name: "Unanswered" })).faults).toHaveLength(1);
      faults.set([]);
      expect(await remote.run("automation", "Get-RoleGroup", { Identity: "Unanswered" })).toHaveLength(1);
    },
    timeLimit,
  );

  test(
    "ends a shell that was idle for a quarter of an hour, and breaks the session of one whose process was killed",
    async () => {
      remote.running.clock.advance(16 * 60_000);
      expect((await remote.ask("automation", "Get-ManagementScope")).faults).toHaveLength(1);
      await remote.open("killed", "automation");
      expect((await remote.ask("killed", "Get-ManagementScope")).faults).toEqual([]);
      remote.server.shells.all.at(-1)?.process.kill("SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { faults } = await remote.ask("killed", "Get-ManagementScope");
      expect(faults).toMatchObject([{ id: expect.stringMatching(/^InvalidRunspaceState|^IOException/) }]);
    },
    timeLimit,
  );
});
