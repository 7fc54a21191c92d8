/** A cmdlet of the catalogue as the function that the module ExchangeOnlineManagement makes of it. */
import type { Cmdlet } from "../exchange/cmdlet.ts";
import type { Parameter } from "../exchange/parameter.ts";

/**
 * Flags that are switches in the real cmdlets, and so stand without a value there; the others are booleans
 * (MicrosoftDocs/office-docs-powershell, the cmdlets' pages).
 */
const switches = new Set([
  ...["Force", "BypassSecurityGroupManagerCheck", "Delegating", "GetEffectiveUsers", "GetChildren", "Recurse"],
  ...["Exclusive", "Orphan", "IgnoreNamingPolicy", "IncludeSoftDeletedObjects", "IncludeSoftDeletedRecipients"],
  ...["SoftDeletedMailbox", "RetrieveEwsOperationAccessPolicy", "RoomList", "PublicFolder", "Archive"],
]);

/** Cmdlets that ask before they act, besides every Remove-: ConfirmImpact High (facts/exchange.md §2). */
const asks = new Set([
  "Set-ManagementScope",
  "Set-ManagementRoleAssignment",
  "Update-RoleGroupMember",
  "Update-DistributionGroupMember",
]);

/** Common parameters of PowerShell, which are its own and not the cmdlet's. */
const common = new Set(["Confirm", "WhatIf"]);

/** The function's text: the parameters of the real cmdlet, and a body that sends what was bound. */
export function functionOf(cmdlet: Cmdlet): string {
  const { name, parameters, unmodelled = "" } = cmdlet;
  const rest = unmodelled.split(" ").filter((each) => each !== "" && !common.has(each));
  const declared = [
    ...Object.entries(parameters)
      .filter(([each]) => !common.has(each))
      .map(([each, parameter]) => declare(each, parameter)),
    // What the tenant does not model is there, and says so when it is used.
    ...rest.filter((each) => !(each in parameters)).map((each) => `[object] $${each}`),
  ];
  const impact = name.startsWith("Remove-") || asks.has(name) ? "High" : "Medium";
  const binding = "write" in cmdlet ? `SupportsShouldProcess, ConfirmImpact = '${impact}'` : "";
  const guard = "write" in cmdlet ? `if ($PSCmdlet.ShouldProcess("$Identity", '${name}')) ` : "";
  return [
    `function ${name} {`,
    `  [CmdletBinding(${binding})]`,
    `  param(${declared.join(", ")})`,
    `  ${guard}{ Invoke-Exchange '${name}' $PSBoundParameters }`.replace(/ {2}\{ (Invoke.*) \}$/, "  $1"),
    "}",
  ].join("\n");
}

function declare(name: string, parameter: Parameter): string {
  const mandatory = parameter.required ? "[Parameter(Mandatory)] " : "";
  return `${mandatory}[${typeOf(name, parameter)}] $${name}`;
}

/** Lists take a table of changes, too; sizes a word or a number. Enumerations are bound by the server. */
function typeOf(name: string, { kind }: Parameter): string {
  if (kind === "flag") return switches.has(name) ? "switch" : "bool";
  return kind === "text" ? "string" : "object";
}
