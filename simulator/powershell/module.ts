/**
 * The module ExchangeOnlineManagement of the embedded tenant: what a real PowerShell loads instead of Microsoft's, where a
 * demo or a test puts it into PSModulePath.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cmdletNames, findCmdlet } from "../exchange/cmdlets.ts";
import { functionOf } from "./cmdletFunction.ts";

const name = "ExchangeOnlineManagement";
/** Of Microsoft's module, whose parameters this one has. */
const version = "3.9.2";

/** Where the tenant is. */
export interface ModuleTenant {
  readonly origin: string;
  /** PEM; the module trusts nobody else. */
  readonly caCertificate: string;
}

/** Writes the module into a folder, which then belongs into PSModulePath. */
export function writeModule(folder: string, { origin, caCertificate }: ModuleTenant): void {
  const own = join(folder, name, version);
  mkdirSync(own, { recursive: true });
  const functions = cmdletNames.map((each) => findCmdlet(each)).filter((each) => each !== undefined);
  const manifest = [
    `ModuleVersion = '${version}'`,
    `RootModule = '${name}.psm1'`,
    "FunctionsToExport = @('Connect-ExchangeOnline', 'Disconnect-ExchangeOnline', 'Get-ConnectionInformation')",
    "CmdletsToExport = @()",
    "AliasesToExport = @()",
    "PrivateData = @{ Description = 'Stands in for the module of Microsoft' }",
  ];
  writeFileSync(join(own, `${name}.psd1`), `@{\n  ${manifest.join("\n  ")}\n}\n`);
  writeFileSync(join(own, `${name}.psm1`), readFileSync(join(import.meta.dirname, "exchangeOnline.ps1")));
  writeFileSync(join(own, "values.ps1"), readFileSync(join(import.meta.dirname, "values.ps1")));
  writeFileSync(join(own, "cmdlets.ps1"), `${functions.map((each) => functionOf(each)).join("\n\n")}\n`);
  writeFileSync(join(own, "tenant.txt"), `${origin}\n${caCertificate}`);
}

/**
 * The path of the module that opens remote sessions with the embedded Exchange Server: a PowerShell that has imported it
 * finds its New-PSSession before its own. It lies in the checkout's cache, because PowerShell compiles a part of it, which
 * takes longer than all else of a session's start: once for all.
 */
export function remotingModule(): string {
  const sources = ["remoting.ps1", "transport.cs"].map((each) => readFileSync(join(import.meta.dirname, each)));
  const version = createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 12);
  const folder = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "remoting", version);
  const path = join(folder, "EmbeddedExchangeServer.psm1");
  mkdirSync(folder, { recursive: true });
  for (const [index, target] of [path, join(folder, "transport.cs")].entries()) {
    if (existsSync(target)) continue;
    // Whole or not at all, for others that come at the same time.
    writeFileSync(`${target}.${process.pid}`, sources[index] ?? "");
    renameSync(`${target}.${process.pid}`, target);
  }
  return path;
}

/**
 * Writes a launcher, and answers its path: PowerShell reading its standard input, as `pwsh -Command -` does, with that
 * module imported before the first line. Its process is PowerShell's own.
 */
export function writeLauncher(folder: string, powershell: string): string {
  const path = join(folder, "pwsh");
  const first = `Import-Module '${remotingModule()}'`;
  const lines = ["#!/bin/bash", "exec 3<&0", `exec '${powershell}' "$@" < <(echo "${first}"; exec cat <&3) 3<&-`];
  writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o755 });
  return path;
}
