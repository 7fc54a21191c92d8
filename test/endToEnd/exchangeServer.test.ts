/** A stack for Exchange Server, through the real engine and a real remote PowerShell: its whole life, without Entra. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { EngineResult } from "../../commands/engine/engine.ts";
import { passwordVariable, userVariable } from "../../connection/serverPlace.ts";
import { executableVariable } from "../../exchange/powershell/shell.ts";
import { writeLauncher, remotingModule } from "../../simulator/powershell/module.ts";
import { AdministratorsWindow } from "../support/administrator.ts";
import { describeWithPowerShell, powershell } from "../support/powershell.ts";
import { reachNow } from "../support/reach.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva } from "../support/people.ts";

const timeLimit = 180_000;
/** As the settings hold it, and as the directory does. */
const [userName, user] = ["svcnobody@ad.buitendienst.example", "svcNobody@ad.buitendienst.example"];

/** The account that the stack makes itself. */
const domain = "ad.buitendienst.example";
const account = `svcCallPro@${domain}`;

/**
 * The cmdlets of Exchange as the Exchange Management Shell has them: functions that run in the session. What is no named
 * parameter's value is left out, as its scripts name each.
 */
const managementShell = `
Import-Module $env:MODULE
$secret = ConvertTo-SecureString $env:PASSWORD -AsPlainText -Force
$opened = New-PSSession -ConnectionUri $env:URI -ConfigurationName Microsoft.Exchange -Authentication Kerberos -Credential ([pscredential]::new($env:ADMINISTRATOR, $secret))
function Invoke-There([string] $Name, [object[]] $Given) {
  $bound = @{}
  for ($i = 0; $i -lt $Given.Count; $i++) {
    if ("$($Given[$i])" -notmatch '^-([A-Za-z]+):?$') { continue }
    $parameter = $Matches[1]
    $isFlag = $i + 1 -ge $Given.Count -or "$($Given[$i + 1])" -match '^-[A-Za-z]'
    $bound[$parameter] = if ($isFlag) { $true } else { $Given[++$i] }
  }
  $pipeline = [powershell]::Create()
  $pipeline.Runspace = $opened.Runspace
  [void] $pipeline.AddCommand($Name).AddParameters($bound)
  $found = $pipeline.Invoke()
  if ($pipeline.Streams.Error.Count) { throw $pipeline.Streams.Error[0].Exception }
  $found
}
foreach ($name in 'Get-User', 'Set-User', 'Get-OrganizationConfig', 'Get-RoleGroup', 'New-RoleGroup', 'Remove-RoleGroup', 'Get-RoleGroupMember', 'Add-RoleGroupMember', 'Get-ManagementRoleAssignment', 'New-ManagementRoleAssignment') {
  Set-Item "function:global:$name" ([scriptblock]::Create("Invoke-There '$name' " + '$args'))
}`;

describeWithPowerShell("a stack for Exchange Server", () => {
  const folder = mkdtempSync(join(tmpdir(), "server-stack-"));
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;
  let window: AdministratorsWindow;
  /** Where the server is. */
  let place: Record<string, unknown>;
  /** The account of the automation, and where its PowerShell is. */
  let environment: Record<string, string>;

  beforeAll(async () => {
    tenant = await startTenant({ flavour: "server", powershell: powershell ?? "" });
    const { running } = tenant;
    const { userName: automation = "", password = "" } = running.server?.accounts["automation"] ?? {};
    environment = {
      [userVariable]: automation,
      [passwordVariable]: password,
      [executableVariable]: writeLauncher(folder, powershell ?? ""),
      ARM_CLIENT_SECRET: "",
    };
    place = {
      uri: running.server?.connectionUri,
      organization: running.simulator.tenant.tenantId,
      domainController: "dc01.ad.buitendienst.example",
    };
    const noEntra = ["tenantId", "clientId", "metadataHost"].map((name) => [`azuread:${name}`, undefined] as const);
    const settings = {
      ...Object.fromEntries(noEntra),
      exchangeEndpoint: undefined,
      exchange: { channel: "server", server: place },
      serviceUser: { existing: userName },
    };
    stack = await makeStack(tenant, settings);
    before = tenant.dump();
    const { userName: administrator = "", password: itsPassword = "" } =
      running.server?.accounts["administrator"] ?? {};
    window = new AdministratorsWindow(folder, {
      SSL_CERT_FILE: running.bundleFile,
      MODULE: remotingModule(),
      URI: running.server?.connectionUri,
      ADMINISTRATOR: administrator,
      PASSWORD: itsPassword,
    });
    expect(await window.run(managementShell)).toMatchObject({ code: 0 });
  }, 120_000);
  afterAll(async () => {
    window.close();
    stack.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  const run = (...args: readonly string[]): Promise<EngineResult> => stack.run(args, environment);
  /** With the hosts that the engine starts itself. */
  const runWhole = (...args: readonly string[]): Promise<EngineResult> => stack.start(args, environment).ended;
  const passwordOf = (upn: string): string | undefined =>
    tenant.tenant.users.find((each) => each.userPrincipalName === upn && each.deletedDateTime === null)?.password;

  test(
    "is refused with the mode that Exchange Server does not have, with azuread's settings and without its account",
    async () => {
      stack.configure({
        access: ["application"],
        application: { clientId: "12345678-aaaa-bbbb-cccc-1234567890ab" },
        serviceUser: undefined,
        "azuread:tenantId": tenant.running.simulator.tenant.tenantId,
      });
      const { code, stdout, stderr } = await stack.run(["preview"], { ...environment, [passwordVariable]: "" });
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(
        /access: "application" is RBAC for Applications, which Exchange Server does not have/,
      );
      expect(stdout + stderr).toMatch(/azuread:tenantId: has no effect over the channel "server"/);
      expect(stdout + stderr).toMatch(/EXCHANGE_SERVER_USER is set alone/);
      stack.configure({ access: ["impersonation"], application: undefined, "azuread:tenantId": undefined });
      expect((await run("preview")).stdout).toMatch(/serviceUser: domain is missing\./);
      stack.configure({ serviceUser: { existing: userName } });
    },
    timeLimit,
  );

  /** Runs a script of `npm run onboard` as an administrator does in the Exchange Management Shell. */
  async function runScript(args: readonly string[]): Promise<string> {
    const { code, stdout: script, stderr } = await stack.onboard(args);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const ran = await window.run(script);
    expect(ran).toMatchObject({ code: 0 });
    return ran.said;
  }

  test(
    "has its account's roles given by the script of onboard, which can be run again and undone",
    async () => {
      const account = ["--account", userName, "--name", "Calendar runs"];
      const state = tenant.dump();
      expect(await runScript(account)).toMatch(/Role group Calendar runs: made/);
      // An account that the stack makes takes two roles more: what is there already is found.
      stack.configure({ serviceUser: { name: "svcCallPro", domain } });
      const again = (await runScript(account)).trim().split("\n");
      expect(again.filter((line) => /: made|is its member now|may be assigned|has the role/.test(line))).toEqual([
        expect.stringContaining("has the role Mail Recipient Creation now"),
        expect.stringContaining("has the role User Options now"),
      ]);
      tenant.running.settle();
      const { password = "" } = tenant.running.server?.accounts["weak"] ?? {};
      const asAccount = { ...environment, [userVariable]: user, [passwordVariable]: password };
      const examined = await stack.doctor([], asAccount);
      expect(examined.stdout.split("\n").filter((line) => /WRONG|UNKNOWN/.test(line) && !/plugin/.test(line))).toEqual(
        [],
      );
      stack.configure({ serviceUser: { existing: userName } });
      expect(await runScript([...account, "--undo"])).toMatch(/Role group Calendar runs: removed/);
      tenant.running.settle();
      expect(tenant.dump()).toEqual(state);
      expect(await stack.onboard(["--certificate", "x"])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("the stack is of Exchange Server: name the account of the runs"),
      });
    },
    timeLimit,
  );

  test(
    // A drift, its repair and a preview without changes: the kept demo (test/commands/demo.test.ts).
    "is made and proved by up, which opens the listed mailboxes and no other",
    async () => {
      const { code, stdout, stderr } = await runWhole("up", "--yes", "--skip-preview");
      expect(stdout + stderr).toMatch(/Resources:/);
      expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
      expect(reachNow(tenant, user)).toEqual([ad, eva]);
      expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
      expect(await stack.outputs()).toMatchObject({ userName, impersonationVerification: { verdict: "passed" } });
      expect(
        stack.resources().filter(({ type }) => type.startsWith("azuread:") || type.includes("providers:azuread")),
      ).toEqual([]);
      expect(stdout + stderr + stack.everyFile()).not.toContain(environment[passwordVariable]);
    },
    timeLimit,
  );

  test(
    "is found in order by verify, in the words of Exchange Server",
    async () => {
      const verified = await stack.verify([], environment);
      expect(verified.stdout + verified.stderr).toContain("The access is as asked for");
      expect(verified.code).toBe(0);
      expect(verified.stdout).not.toMatch(/Microsoft turns it off|application access policy/);
    },
    timeLimit,
  );

  test(
    "is reported in the words of Exchange Server: nothing of Microsoft 365 is named",
    async () => {
      const file = join(folder, "report.html");
      expect(await stack.report(["--language", "nl", "--out", file], environment)).toMatchObject({ code: 0 });
      const page = readFileSync(file, "utf8");
      expect(page).toContain("Exchange Management Shell: Get-ManagementRoleAssignment");
      expect(page).toContain(`${userName}, `);
      expect(page).not.toMatch(/Entra|Microsoft 365|Connect-ExchangeOnline|Exchange Online/);
      expect(page).toContain("hoort bij Exchange Server");
      const audited = await stack.audit(["--json"], environment);
      // Who sends as, an account with these roles may not ask.
      expect(audited).toMatchObject({ code: 2 });
      const { findings, notAsked } = JSON.parse(audited.stdout) as Record<string, unknown>;
      expect(notAsked).toMatchObject([{ area: "sendAs", right: "Get-ADPermission" }]);
      expect(findings).toContainEqual(expect.objectContaining({ code: "impersonation", whose: "stack" }));
      // The account that asks is known as the operator's.
      expect(JSON.stringify(findings)).toContain('"whose":"operator"');
      expect(findings).toContainEqual(expect.objectContaining({ code: "impersonation", whose: "exchange" }));
    },
    timeLimit,
  );

  test(
    // Another password, and what an interrupted run leaves: test/resources/serviceAccount.test.ts.
    "makes an account of its own in place of the other, with a password that is a secret",
    async () => {
      stack.configure({
        serviceUser: { name: "svcCallPro", domain, organizationalUnit: `${domain}/Serviceaccounts` },
      });
      const { entries } = tenant.running.journal;
      const since = entries.length;
      const { code, stdout, stderr } = await run("up", "--yes", "--skip-preview");
      expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
      expect(reachNow(tenant, account)).toEqual([ad, eva]);
      expect(entries.slice(since)).toOpenNobodyBut([ad, eva]);
      const outputs = await stack.outputs();
      expect(outputs).toMatchObject({ userName: account, impersonationVerification: { verdict: "passed" } });
      expect(passwordOf(account)).toBe(outputs["password"]);
      expect(stdout + stderr + stack.everyFile()).not.toContain(outputs["password"]);
    },
    timeLimit,
  );

  test(
    "never proves an account that it is about to delete, and is gone without a trace after destroy, the other account as it was",
    async () => {
      stack.configure({ serviceUser: { existing: account } });
      expect((await run("preview")).stdout).toMatch(/was made by this stack: this up would prove its access and then/);
      const password = String((await stack.outputs())["password"]);
      Object.assign(tenant.running.simulator.switches, { ewsBasic: true });
      const ewsUri = `${tenant.running.origin}/EWS/Exchange.asmx`;
      stack.configure({ exchange: { channel: "server", server: { ...place, ewsUri } } });
      const { code, stdout, stderr } = await stack.pulumi(["destroy", "--yes", "--skip-preview"], environment);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toMatch(/user svcCallPro@\S+: proved before it goes: EWS refuses it the calendar of ad\.viseur@/);
      expect(stdout).toMatch(/user svcCallPro@.*: Remove-Mailbox deletes the account/);
      expect(stdout + stderr).not.toContain(password);
      expect(reachNow(tenant, user)).toEqual([]);
      expect(reachNow(tenant, account)).toEqual([]);
      expect(stack.resources()).toEqual([]);
      tenant.running.settle();
      expect(tenant.dump()).toEqual(before);
    },
    timeLimit,
  );
});
