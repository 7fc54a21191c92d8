// What a stack made in a tenant, object by object, with where the portals show it. Pure.
import { kindIn } from "../../resources/stub.ts";
import type { ExportedResource } from "../verify/stack.ts";

/** One object of the tenant. */
export interface Change {
  readonly what: string;
  /** As the portals show it. */
  readonly name: string;
  readonly where: string;
}

const shell = (cmdlet: string): string => `Exchange Online PowerShell: ${cmdlet} (no portal shows it)`;

/** Kinds of this program's own. */
const kinds: Readonly<Record<string, readonly [what: string, where: string]>> = {
  roleGroup: ["Role group", "Exchange admin center, Roles, Admin roles"],
  securityGroup: ["Mail-enabled security group with the mailboxes", "Exchange admin center, Recipients, Groups"],
  managementScope: ["Management scope: only members of that group", shell("Get-ManagementScope")],
  roleAssignment: ["Role assignment", shell("Get-ManagementRoleAssignment")],
  exchangeServicePrincipal: ["Pointer of Exchange to the enterprise app", shell("Get-ServicePrincipal")],
};

/** Types of the azuread provider. */
const types: Readonly<Record<string, readonly [what: string, where: string]>> = {
  "azuread:index/user:User": ["Service user", "Entra admin center, Users"],
  "azuread:index/application:Application": ["App registration", "Entra admin center, App registrations"],
  "azuread:index/servicePrincipal:ServicePrincipal": ["Enterprise app", "Entra admin center, Enterprise applications"],
};

/** In the order in which they were made; what the stack only reads is left out. */
export function changesOf(resources: readonly ExportedResource[]): Change[] {
  return resources
    .filter((each) => each.delete !== true && !("external" in each && each.external === true))
    .flatMap(({ type, outputs }) => {
      const known = types[type] ?? kinds[kindIn(type)];
      if (known === undefined) return [];
      const [what, where] = known;
      return [{ what, name: nameIn(outputs ?? {}), where }];
    });
}

function nameIn(outputs: Readonly<Record<string, unknown>>): string {
  const names = ["userPrincipalName", "displayName", "name"].map((key) => outputs[key]);
  return names.find((each): each is string => typeof each === "string" && each !== "") ?? "(without a name)";
}
