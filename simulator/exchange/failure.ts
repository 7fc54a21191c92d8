/** How a cmdlet fails: the exceptions of Exchange with their texts (facts/exchange.md §1.3, §2, §3, §6). */
import type { Tenant } from "../tenant/model.ts";

/** Where it failed: in the cmdlet, or before it ran, when its parameters were bound. */
export type FailureLayer = "cmdlet" | "binding";

/** A failure as Exchange reports it. `message` is the text for people. */
export class CmdletFailure extends Error {
  override readonly name = "CmdletFailure";
  readonly status: number;
  readonly layer: FailureLayer;
  /** Full .NET type. */
  readonly exceptionType: string;

  constructor(exceptionType: string, message: string, details: { status?: number; layer?: FailureLayer } = {}) {
    super(message);
    this.exceptionType = exceptionType;
    this.status = details.status ?? 400;
    this.layer = details.layer ?? "cmdlet";
  }
}

/** Something of the real Exchange that this tenant does not have: answered with 501. */
export class NotModelled extends Error {
  override readonly name = "NotModelled";
}

/** The domain controller that texts name. */
export function domainController(tenant: Tenant): string {
  if (tenant.server !== undefined) return tenant.server.answering;
  return `AM4${tenant.forest.slice(3)}DC001.${tenant.forest}.PROD.OUTLOOK.COM`;
}

export function notFound(tenant: Tenant, identity: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
    `The operation couldn't be performed because object '${identity}' couldn't be found on '${domainController(tenant)}'.`,
    { status: 404 },
  );
}

export function ambiguous(identity: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Configuration.Tasks.ManagementObjectAmbiguousException",
    `The operation couldn't be performed because '${identity}' matches multiple entries.`,
  );
}

/** The name of a scope, role, role group or assignment is taken; `dn` is what it would be called. */
export function alreadyExists(tenant: Tenant, dn: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
    `Active Directory operation failed on ${domainController(tenant)}. The object '${dn}' already exists.`,
  );
}

export function nameTaken(name: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Configuration.Tasks.NameNotAvailableException",
    `The name "${name}" is already being used. Please try another name.`,
  );
}

export function proxyAddressTaken(address: string, owner: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.ProxyAddressExistsException",
    `The proxy address "${address}" is already being used by the proxy addresses or LegacyExchangeDN of "${owner}". ` +
      "Please choose another proxy address.",
  );
}

export function alreadyMember(member: string, group: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
    `The recipient "${member}" is already a member of the group "${group}".`,
  );
}

export function notMember(member: string, group: string): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Management.Tasks.MemberNotFoundException",
    `The recipient "${member}" isn't a member of the group "${group}".`,
  );
}

export function requiresGroupManager(): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Management.Tasks.OperationRequiresGroupManagerException",
    "You don't have sufficient permissions. This operation can only be performed by a manager of the group.",
  );
}

export function dehydrated(): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException",
    "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to " +
      "run the command: Enable-OrganizationCustomization.",
  );
}

export function needsDelegation(tenant: Tenant, assignment: string): CmdletFailure {
  return new CmdletFailure(
    "System.InvalidOperationException",
    "You don't have access to create, change, or remove the " +
      `"${tenant.initialDomain}\\${assignment}" management role assignment. You must be assigned a delegating role ` +
      "assignment to the management role or its parent in the hierarchy without a scope restriction.",
  );
}

/** A refusal whose exact text nobody has recorded. */
export function invalidOperation(message: string): CmdletFailure {
  return new CmdletFailure("System.InvalidOperationException", message);
}

export function tooLong(maximum: number, length: number): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Data.DataValidationException",
    `The length of the property is too long. The maximum length is ${maximum} and the length of the value provided is ${length}.`,
  );
}

/** The caller's anchor names the tenant's GUID: reads work, writes reach a DC that they may not write to. */
export function insufficientAccess(tenant: Tenant): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.ADOperationException",
    `Active Directory operation failed on ${domainController(tenant)}. The requesting account doesn't have write ` +
      "permission to target DC. Additional information: insufficient access rights (INSUFF_ACCESS_RIGHTS).",
  );
}

const bindingNamespace = "Microsoft.Exchange.AdminApi.CommandInvocation";

/**
 * A parameter that the cmdlet does not have, or that the caller's roles do not grant; without names: a clash of sets.
 */
export function badParameterSet(...names: string[]): CmdletFailure {
  const text = "Parameter set cannot be resolved using the specified named parameters.";
  return new CmdletFailure(
    `${bindingNamespace}.AmbiguousParameterSetException`,
    names.length === 0 ? text : `${text} Invalid cmdlet parameters specified. ${names.join(", ")}`,
    { layer: "binding" },
  );
}

export function badValue(parameter: string, value: unknown, type: string, reason = ""): CmdletFailure {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return new CmdletFailure(
    `${bindingNamespace}.ParameterTransformationException`,
    `Cannot process argument transformation on parameter '${parameter}'. Cannot convert value "${shown}" to type ` +
      `"${type}".${reason}`,
    { layer: "binding" },
  );
}

export function badEnumerator(parameter: string, value: string, type: string, names: readonly string[]): CmdletFailure {
  const reason =
    ` Error: "Unable to match the identifier name ${value} to a valid enumerator name. Specify one of the following ` +
    `enumerator names and try again: ${names.join(", ")}"`;
  return badValue(parameter, value, type, reason);
}

export function badBinding(message: string): CmdletFailure {
  return new CmdletFailure(`${bindingNamespace}.ParameterBindingException`, message, { layer: "binding" });
}

/** A filter that does not parse. */
export function badFilter(parameter: string, message: string): CmdletFailure {
  return badBinding(
    `Cannot bind parameter '${parameter}' to the target. Exception setting "${parameter}": "${message}"`,
  );
}
