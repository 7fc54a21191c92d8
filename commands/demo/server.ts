// The document's procedure where it still runs: an organisation of Exchange Server, over a real remote PowerShell. What
// differs from the story in Microsoft 365 is how an administrator changes things by hand.
import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { executableVariable } from "../../exchange/powershell/shell.ts";
import { remotingModule } from "../../simulator/powershell/module.ts";
import { handMadeChanges } from "./administrator.ts";
import { director, names } from "./customer.ts";
import { usedAndRepaired } from "./impersonation.ts";
import { awaitMailbox, byHand, calendarsOf, type Scene, type StepMaker } from "./scene.ts";
import { demand, type Step } from "./step.ts";

/**
 * The machine's PowerShell.
 * @throws Error that says in one line where to get it
 */
export function findPowerShell(): string {
  const executable = process.env[executableVariable] || "pwsh";
  try {
    execFileSync(executable, ["-NoProfile", "-NonInteractive", "-Command", "exit"], { stdio: "ignore" });
    return executable;
  } catch {
    throw new Error(
      `the story "server" needs PowerShell 7.5 or newer, and there is no ${executable}: install it (https://aka.ms/install-powershell), or name it with ${executableVariable}`,
    );
  }
}

/** The steps between the beginning and the end. */
export function serverStory(): readonly StepMaker[] {
  return usedAndRepaired(changeByHand);
}

function changeByHand(scene: Scene): Step {
  const { administrator } = scene.stage.tenant;
  return {
    title: "Somebody changes things by hand",
    told: [`${administrator.userName} opens a remote session with the server, and opens what was closed.`],
    async run() {
      await byHand(scene, "changes in Exchange", () => change(scene));
      await awaitMailbox(scene, director, async () => calendarsOf(scene), "open");
      scene.told(`So the call centre now opens the calendar of ${director}.`);
    },
  };
}

/** In a session of PowerShell's own; the values of the changes travel as JSON, and the password in the environment. */
async function change({ stage, told }: Scene): Promise<void> {
  const { server, administrator, bundleFile } = stage.tenant;
  demand(server !== undefined, "this is no organisation of Exchange Server");
  const changes = handMadeChanges(names, director);
  const path = join(stage.folder, "by-hand.ps1");
  writeFileSync(path, script);
  const env = {
    ...process.env,
    SSL_CERT_FILE: bundleFile,
    DEMO_MODULE: remotingModule(),
    DEMO_URI: server.connectionUri,
    DEMO_USER: administrator.userName,
    DEMO_PASSWORD: administrator.password,
    DEMO_CHANGES: JSON.stringify(changes),
  };
  await promisify(execFile)(server.powershell, ["-NoProfile", "-NonInteractive", "-File", path], { env });
  for (const { cmdlet, told: what } of changes) told(`${cmdlet}: ${what}.`);
}

const script = `
$ErrorActionPreference = 'Stop'
Import-Module $env:DEMO_MODULE
$credential = [pscredential]::new($env:DEMO_USER, (ConvertTo-SecureString $env:DEMO_PASSWORD -AsPlainText -Force))
$session = New-PSSession -ConnectionUri $env:DEMO_URI -ConfigurationName Microsoft.Exchange -Authentication Kerberos -Credential $credential
foreach ($change in ConvertFrom-Json $env:DEMO_CHANGES -AsHashtable) {
  $pipeline = [powershell]::Create()
  $pipeline.Runspace = $session.Runspace
  [void] $pipeline.AddCommand($change.cmdlet).AddParameters($change.parameters).AddParameter('Confirm', $false).Invoke()
  if ($pipeline.Streams.Error.Count) { throw $pipeline.Streams.Error[0].Exception }
}
Remove-PSSession $session
`;
