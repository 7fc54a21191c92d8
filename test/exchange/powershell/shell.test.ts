import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import type { ShellCall, ShellResult } from "../../../exchange/powershell/message.ts";
import { childEnvironment, Pipe } from "../../../exchange/powershell/pipe.ts";
import { executableVariable, LostShellError, NoShellError, Shell, tooOld } from "../../../exchange/powershell/shell.ts";
import type { ShellOptions } from "../../../exchange/powershell/shell.ts";
import { describeWithPowerShell, powershell } from "../../support/powershell.ts";
import { failureOf } from "../../support/tenant.ts";

// Each start of a PowerShell takes a second, and more where others work beside it.
jest.setTimeout(120_000);

const executable = powershell ?? "";
// A module is known by its extension, which the formatter does not know.
const folder = mkdtempSync(join(tmpdir(), "hostile-"));
const hostile = join(folder, "hostile.psm1");
copyFileSync(join(import.meta.dirname, "hostile.ps1"), hostile);
afterAll(() => rmSync(folder, { recursive: true }));
const deadline = 20_000;

/** A shell with the hostile cmdlets. */
async function startHostile(options: ShellOptions = {}): Promise<Shell> {
  const shell = await Shell.start({ executable, ...options });
  await ask(shell, { cmdlet: "Import-Module", parameters: { Name: hostile } });
  return shell;
}

async function ask(shell: Shell, call: ShellCall): Promise<ShellResult> {
  const [result] = await shell.run([call], deadline);
  if (result === undefined) throw new Error("It has no result.");
  return result;
}

async function echo(shell: Shell, value: string | readonly string[]): Promise<unknown> {
  const { objects, faults } = await ask(shell, { cmdlet: "Get-Echo", parameters: { Value: value } });
  expect(faults).toEqual([]);
  return objects[0]?.["Value"];
}

async function faultOf(shell: Shell, call: ShellCall): Promise<unknown> {
  const { objects, faults } = await ask(shell, call);
  expect(objects).toEqual([]);
  return faults[0]?.type;
}

describeWithPowerShell("a PowerShell that is there", () => {
  for (const inHost of [false, true]) {
    describeWithPowerShell(
      inHost ? "and runs cmdlets in its own runspace" : "and runs cmdlets in one without a host",
      () => {
        let shell: Shell;
        beforeAll(async () => {
          shell = await startHostile({ inHost });
        });
        afterAll(() => shell.end());

        test("answers with values as JSON can hold them", async () => {
          const { objects } = await ask(shell, { cmdlet: "Get-Types" });
          expect(objects).toEqual([
            {
              Scope: "CustomRecipientScope",
              Guid: "0d1f6c6a-7a09-4c4f-9a3b-3f2b1c0d9e8f",
              Created: "2026-11-25T10:00:00.000Z",
              Size: 5_000_000_000,
              One: ["only"],
              None: [],
              Many: ["a", "None"],
              Missing: null,
              Enabled: true,
              Text: "2026-11-25T10:00:00",
              Table: "System.Collections.Hashtable",
            },
          ]);
        });

        test("answers with the properties that are asked for, and does not mind one that is not there", async () => {
          const call = { cmdlet: "Get-Types", select: ["Missing", "Enabled", "Nothing"] };
          expect((await ask(shell, call)).objects).toEqual([{ Missing: null, Enabled: true }]);
        });

        test("keeps every text as it is, whatever PowerShell, .NET or a console would make of it", async () => {
          const texts = [
            `it's "quoted" ‘so’ “so” „so‟`,
            "`backtick`0`n $(Stop-Process) ${env:PATH} $PID @(1) #no comment",
            "line\nline\r\nline\tend\u0085\u2028",
            "\0 in the middle \0",
            "👩‍👩‍👧 \u{1F1F3}\u{1F1F1} e\u0301 \u200F\u202Eright to left\u202C עברית",
            "-Confirm:$true",
            "* ? [a-z]",
            "2026-11-25T10:00:00Z",
            "/Date(1700000000000)/",
            "x".repeat(64),
            "",
          ];
          for (const text of texts) expect(await echo(shell, text)).toBe(text);
          expect(await echo(shell, texts)).toEqual(texts);
        });

        test("has nothing but the answer in it, however much a cmdlet prints", async () => {
          const { objects, warnings, faults } = await ask(shell, { cmdlet: "Write-Noise" });
          expect(objects).toEqual([]);
          expect(warnings).toEqual(["a warning"]);
          expect(faults).toEqual([]);
          expect(await echo(shell, "still there")).toBe("still there");
        });

        test("gives no part of an answer where an error came with it", async () => {
          const { objects, faults } = await ask(shell, { cmdlet: "Get-Part" });
          expect(objects).toEqual([]);
          expect(faults).toEqual([
            {
              type: "System.IO.InvalidDataException",
              reason: "InvalidDataException",
              id: "Broken,Get-Part",
              message: "the second is broken",
            },
          ]);
        });

        test("names each of its own errors by type", async () => {
          const binding = "System.Management.Automation.ParameterBindingException";
          expect(await faultOf(shell, { cmdlet: "Get-Nothing" })).toBe(
            "System.Management.Automation.CommandNotFoundException",
          );
          expect(await faultOf(shell, { cmdlet: "Get-Types", parameters: { Nope: 1 } })).toContain("ParameterBinding");
          expect(await faultOf(shell, { cmdlet: "Get-Echo" })).toBe(binding);
          expect(await faultOf(shell, { cmdlet: "Get-Secret", parameters: { Password: "plain" } })).toContain(
            "ParameterBinding",
          );
        });

        test("never waits for somebody who could answer", async () => {
          expect((await ask(shell, { cmdlet: "Remove-All" })).faults).toHaveLength(1);
          expect((await ask(shell, { cmdlet: "Get-Answer" })).faults).toHaveLength(1);
          const confirmed = await ask(shell, { cmdlet: "Remove-All", parameters: { Confirm: false } });
          expect(confirmed.objects).toEqual([{ Removed: true }]);
        });

        test("takes a secret as a SecureString, and keeps no line in its history", async () => {
          const secret = "Pa$$w0rd` \"';";
          const { objects } = await ask(shell, { cmdlet: "Get-Secret", secrets: { Password: secret } });
          expect(objects).toEqual([{ Plain: secret }]);
          const { objects: history } = await ask(shell, { cmdlet: "Get-History", select: ["CommandLine"] });
          const kept = history.map(({ CommandLine }) => CommandLine).filter((line) => line !== "Receive-Request");
          expect(JSON.stringify(kept)).not.toContain(Buffer.from(secret).toString("base64").slice(0, 12));
        });

        test("takes 10,000 members, and gives 5 MB", async () => {
          const members = Array.from({ length: 10_000 }, (_, index) => `monteur${index}@customer.example`);
          expect(await echo(shell, members)).toEqual(members);
          const { objects } = await ask(shell, { cmdlet: "Get-Many", parameters: { Count: 5, Length: 500_000 } });
          expect(objects.map(({ Text }) => String(Text).length)).toEqual(Array(5).fill(500_000));
        });

        test("keeps any text of whole characters (property)", async () => {
          const texts = fc.array(fc.string({ unit: "binary", maxLength: 40 }), { minLength: 1, maxLength: 30 });
          await fc.assert(
            fc.asyncProperty(texts, async (given) => {
              const { objects } = await ask(shell, { cmdlet: "Get-Echo", parameters: { Value: given } });
              expect(objects[0]?.["Value"]).toEqual(given);
            }),
            { numRuns: 100 },
          );
        });

        test("is not sent half a character", async () => {
          await expect(echo(shell, "half \uD83D")).rejects.toThrow(RangeError);
          expect(await echo(shell, "whole \u{1F600}")).toBe("whole \u{1F600}");
        });

        test("answers requests one after another, each with its own answer", async () => {
          const answers = ["a", "b", "c", "d"].map((text) => echo(shell, text));
          expect(await Promise.all(answers)).toEqual(["a", "b", "c", "d"]);
        });

        if (!inHost) {
          test("stops what takes too long, runs nothing after it, and answers the next request", async () => {
            const calls = [{ cmdlet: "Start-Sleep", parameters: { Seconds: 60 } }, { cmdlet: "Get-Types" }];
            const [stopped, notBegun] = await shell.run(calls, 300);
            expect(stopped?.faults[0]?.type).toBe("System.TimeoutException");
            expect(notBegun).toBeUndefined();
            expect(await echo(shell, "next")).toBe("next");
          });
        }

        test("that ends itself in the middle of a cmdlet has not answered", async () => {
          const Code = inHost ? 143 : 0;
          const failure = await failureOf(ask(shell, { cmdlet: "Exit-Process", parameters: { Code } }));
          expect(failure).toBeInstanceOf(LostShellError);
          expect(shell.isAlive).toBe(false);
        });
      },
    );
  }

  test("is ended where it cannot be stopped, and what it did is not known", async () => {
    const shell = await startHostile({ grace: 200 });
    const failure = await failureOf(shell.run([{ cmdlet: "Wait-Deaf", parameters: { Milliseconds: 60_000 } }], 100));
    expect(failure).toBeInstanceOf(LostShellError);
    expect(failure.message).toBe("no answer came: not within 0.3 s");
    expect(await failureOf(echo(shell, "gone"))).toBeInstanceOf(NoShellError);
  });

  test("loads a module that is wanted while it starts, and waits for it no longer than a call may take", async () => {
    const path = process.env["PSModulePath"];
    process.env["PSModulePath"] = folder;
    try {
      const module = (name: string, text: string) => {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, `${name}.psm1`), text);
        writeFileSync(join(folder, name, `${name}.psd1`), `@{ ModuleVersion = '1.0'; RootModule = '${name}.psm1' }`);
        return { name, minimumVersion: "1.0" };
      };
      const loaded = { cmdlet: "Get-Module", parameters: {}, select: ["Name"] };
      const quick = await Shell.start({ executable, module: module("Quick", "") });
      expect((await ask(quick, loaded)).objects).toContainEqual({ Name: "Quick" });
      quick.end();
      const slow = await Shell.start({ executable, module: module("Slow", "[Threading.Thread]::Sleep(60000)") });
      const [result] = await slow.run([loaded], 2_000);
      expect(result?.faults.map(({ type }) => type)).toEqual(["System.TimeoutException"]);
      slow.end();
    } finally {
      if (path === undefined) delete process.env["PSModulePath"];
      else process.env["PSModulePath"] = path;
    }
  });

  test("reads no profile, knows none of this process's secrets, and shows none of its own", async () => {
    const home = mkdtempSync(join(tmpdir(), "profile-"));
    const before = process.env["HOME"];
    mkdirSync(join(home, ".config/powershell"), { recursive: true });
    writeFileSync(
      join(home, ".config/powershell/profile.ps1"),
      "Write-Host 'Good morning'; function Get-Echo { 'profile' }",
    );
    process.env["HOME"] = home;
    process.env["AZURE_CLIENT_SECRET"] = "from the environment";
    try {
      const shell = await startHostile();
      expect(await echo(shell, "as ever")).toBe("as ever");
      await ask(shell, { cmdlet: "Get-Secret", secrets: { Password: "from a request" } });
      const { objects } = await ask(shell, { cmdlet: "Get-Variable", parameters: { Name: "PID" }, select: ["Value"] });
      const process_ = `/proc/${String(objects[0]?.["Value"])}`;
      const shown = readFileSync(`${process_}/environ`, "utf8") + readFileSync(`${process_}/cmdline`, "utf8");
      expect(shown).toContain("POWERSHELL_TELEMETRY_OPTOUT");
      expect(shown).not.toMatch(/from the environment|from a request|AZURE/);
      const failure = await failureOf(ask(shell, { cmdlet: "Exit-Process", parameters: { Code: 1 } }));
      expect(failure).toBeInstanceOf(LostShellError);
    } finally {
      process.env["HOME"] = before;
      delete process.env["AZURE_CLIENT_SECRET"];
      rmSync(home, { recursive: true });
    }
  });

  test("leaves nothing of what went through it in the package's own history", async () => {
    const pipe = new Pipe(executable);
    expect(await pipe.send("[Console]::Out.WriteLine('said')")).toBe("said");
    expect(pipe.history).toEqual([]);
    pipe.kill();
  });

  test("neither ends this process nor keeps it, and prints nothing even where everybody else is to", async () => {
    const script = join(import.meta.dirname, "survivor.ts");
    const env = { ...process.env, DEBUG: "*", NODE_POWERSHELL: "/nowhere/else", [executableVariable]: executable };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { env, timeout: 25_000 });
    expect(stdout.trim().split("\n")).toEqual(["missing: ENOENT", "killed while idle: false", "idle: true"]);
    expect(stderr).toBe("");
  });

  test("is refused where it is too old, with the way to get a newer one", async () => {
    const failure = await failureOf(Shell.start({ executable, oldest: "99.0" }));
    expect(failure).toBeInstanceOf(NoShellError);
    expect(failure.message).toMatch(/ is PowerShell 7\.\S+, which is too old\. Install PowerShell 7\.5 or newer/);
  });

  test("is refused where it does not answer in time", async () => {
    const failure = await failureOf(Shell.start({ executable, startLimit: 1 }));
    expect(failure.message).toContain("did not answer within 0.001 s of its start");
  });
});

test("a PowerShell that is not there, is none, or cannot be started is named with the way to get one", async () => {
  const tell = async (path: string): Promise<string> => (await failureOf(Shell.start({ executable: path }))).message;
  const way = "Install PowerShell 7.5 or newer (https://aka.ms/install-powershell)";
  expect(await tell("/nowhere/pwsh")).toMatch(/^PowerShell was not found: there is no \/nowhere\/pwsh\./);
  expect(await tell("/nowhere/pwsh")).toContain(way);
  expect(await tell("/bin/true")).toMatch(/^\/bin\/true ended as soon as it was started; is it PowerShell\?/);
  expect(await tell(tmpdir())).toMatch(/ could not be started \(EACCES\)\./);
});

test("Windows PowerShell is called by its name", () => {
  expect(tooOld("powershell", "5.1.26100.2161")).toMatch(
    /^powershell is Windows PowerShell 5\.1\.26100\.2161, which is too old\./,
  );
});

test("a child gets what it needs of an environment, and no secret", () => {
  const given = {
    Path: "C:\\",
    PSModulePath: "/modules",
    HTTPS_PROXY: "http://proxy:8080",
    GITHUB_TOKEN: "t",
    DEBUG: "*",
  };
  expect(Object.keys(childEnvironment(given)).toSorted()).toEqual(
    [
      "Path",
      "PSModulePath",
      "DOTNET_TieredPGO",
      "HTTPS_PROXY",
      "NO_COLOR",
      "POWERSHELL_TELEMETRY_OPTOUT",
      "POWERSHELL_UPDATECHECK",
    ].toSorted(),
  );
});
