/**
 * A process of its own (shell.test.ts): it prints what became of its shells, and whatever would end it or print a secret
 * shows in its exit code and its output.
 */
import { Pipe } from "../../../exchange/powershell/pipe.ts";
import { Shell } from "../../../exchange/powershell/shell.ts";

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Nobody waits for it, and it is not there.
const missing = new Pipe("/nowhere/pwsh");
await pause(100);
console.log("missing:", missing.end?.code);

const shell = await Shell.start();
const [result] = await shell.run([{ cmdlet: "Get-Variable", parameters: { Name: "PID" }, select: ["Value"] }], 10_000);
process.kill(Number(result?.objects[0]?.["Value"]), "SIGKILL");
for (let waited = 0; shell.isAlive && waited < 5_000; waited += 20) await pause(20);
console.log("killed while idle:", shell.isAlive);

const idle = await Shell.start();
await idle.run([{ cmdlet: "Get-Date", secrets: { Format: "a very secret text" } }], 10_000);
console.log("idle:", idle.isAlive);
// Here the program ends, although a PowerShell waits for its next line.
