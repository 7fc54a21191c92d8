/**
 * The module ExchangeOnlineManagement of the embedded tenant: what a real PowerShell loads instead of Microsoft's, where a
 * demo or a test puts it into PSModulePath.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  writeFileSync(join(own, "cmdlets.ps1"), `${functions.map(functionOf).join("\n\n")}\n`);
  writeFileSync(join(own, "tenant.json"), JSON.stringify({ origin, caCertificate }));
}
