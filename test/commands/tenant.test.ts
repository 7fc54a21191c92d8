// `npm run tenant`: the tenant's environment, with the stand-in for the azuread plugin exactly where it is needed.
import { afterAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { azureadVersion, checkout } from "../../commands/setup/checkout.mjs";

const home = mkdtempSync(join(tmpdir(), "tenant-"));
const plugins = join(home, "installed", "plugins", `resource-azuread-v${azureadVersion}`);
mkdirSync(plugins, { recursive: true });
writeFileSync(join(plugins, "pulumi-resource-azuread"), "");
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** Runs the command until it ends, or until it is ready and then ended by `signal`. */
async function run(args: readonly string[], pulumiHome = "empty", signal: NodeJS.Signals = "SIGTERM") {
  const child = spawn(process.execPath, [join(checkout, "commands", "tenant.ts"), ...args], {
    env: { ...process.env, PATH: "/usr/bin:/bin", PULUMI_HOME: join(home, pulumiHome) },
  });
  const ended = once(child, "exit");
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stdout.includes("# Ready")) child.kill(signal);
  });
  const [code, endedBy] = (await ended) as [number | null, NodeJS.Signals | null];
  return { stdout, stderr, code, endedBy };
}

describe("npm run tenant", () => {
  test("puts the stand-in on PATH where the azuread plugin is not installed, before what is there", async () => {
    const { stdout, code } = await run(["--port", "0"]);
    expect(code).toBe(0);
    const line = /^export PATH=.*$/m.exec(stdout)?.[0] ?? "no line";
    const shell = spawn("/bin/sh", ["-c", `${line}; printf %s "$PATH"`], { env: { PATH: "/usr/bin" } });
    let path = "";
    for await (const chunk of shell.stdout as AsyncIterable<Buffer>) path += chunk.toString();
    expect(path).toBe(`${join(checkout, "standIn", "azuread", "bin")}:/usr/bin`);
  });

  test("leaves PATH alone where the plugin is installed: the stand-in would shadow it", async () => {
    const { stdout, code } = await run(["--port", "0"], "installed", "SIGINT");
    expect(code).toBe(0);
    expect(stdout).toContain("export ARM_TENANT_ID=");
    expect(stdout).not.toMatch(/^export PATH=/m);
  });

  test("explains its options, and refuses a wrong one in one line", async () => {
    const help = await run(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/^Usage: npm run tenant -- \[options\]\n/);
    const wrong = await run(["--port", "x"]);
    expect(wrong).toMatchObject({ code: 1, stdout: "", stderr: "--port x: not a port\n" });
  });
});
