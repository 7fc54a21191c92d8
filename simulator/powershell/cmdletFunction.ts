/** A cmdlet of a catalogue as a function of PowerShell: what both doors are made of. */
import type { Cmdlet } from "../exchange/cmdlet.ts";
import type { Parameter } from "../exchange/parameter.ts";

/**
 * Flags that are switches in the real cmdlets, and so stand without a value there; the others are booleans
 * (MicrosoftDocs/office-docs-powershell, the cmdlets' pages).
 */
const usualSwitches = new Set([
  ...["Force", "BypassSecurityGroupManagerCheck", "Delegating", "GetEffectiveUsers", "GetChildren", "Recurse"],
  ...["Exclusive", "Orphan", "IgnoreNamingPolicy", "IncludeSoftDeletedObjects", "IncludeSoftDeletedRecipients"],
  ...["SoftDeletedMailbox", "RetrieveEwsOperationAccessPolicy", "RoomList", "PublicFolder", "Archive"],
  ...["Deny", "IncludeUnresolvedPermissions", "LocalizeDefaultFolderName"],
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

/**
 * The function's text: the parameters of the real cmdlet, and a body that hands on what was bound to the door's own
 * Invoke-Exchange, with the cmdlet that errors come from.
 *
 * @param grants whether the caller's roles hold a parameter: one that they do not hold is not there
 */
export function functionOf(cmdlet: Cmdlet, grants: (parameter: string) => boolean = () => true): string {
  const { name, parameters, unmodelled = "", switches = usualSwitches } = cmdlet;
  const rest = unmodelled.split(" ").filter((each) => each !== "" && !common.has(each));
  const declared = [
    ...Object.entries(parameters)
      .filter(([each]) => !common.has(each) && grants(each))
      .map(([each, parameter]) => declare(each, parameter, switches)),
    // What the tenant does not model is there, and says so when it is used.
    ...rest
      .filter((each) => !(each in parameters) && grants(each))
      .map((each) => `[${switches.has(each) ? "switch" : "object"}] $${each}`),
  ];
  const impact = name.startsWith("Remove-") || asks.has(name) ? "High" : "Medium";
  const binding = "write" in cmdlet ? `SupportsShouldProcess, ConfirmImpact = '${impact}'` : "";
  const guard = "write" in cmdlet ? `if ($PSCmdlet.ShouldProcess("$Identity", '${name}')) ` : "";
  return [
    `function ${name} {`,
    `  [CmdletBinding(${binding})]`,
    `  param(${declared.join(", ")})`,
    `  ${guard}{ Invoke-Exchange '${name}' $PSBoundParameters $PSCmdlet }`.replace(/ {2}\{ (Invoke.*) \}$/, "  $1"),
    "}",
  ].join("\n");
}

function declare(name: string, parameter: Parameter, switches: ReadonlySet<string>): string {
  const mandatory = parameter.required ? "[Parameter(Mandatory)] " : "";
  return `${mandatory}[${typeOf(name, parameter, switches)}] $${name}`;
}

/** Lists take a table of changes, too; sizes a word or a number. Enumerations are bound by the server. */
function typeOf(name: string, { kind }: Parameter, switches: ReadonlySet<string>): string {
  if (kind === "flag") return switches.has(name) ? "switch" : "bool";
  if (kind === "secret") return "securestring";
  return kind === "text" ? "string" : "object";
}
