/** The scope parameters of New- and Set-ManagementRoleAssignment (facts/exchange.md §2.3, §3.2). */
import type { AssigneeType, RoleAssignment } from "../tenant/exchangeModel.ts";
import type { Invocation } from "./cmdlet.ts";
import { invalidOperation, notFound } from "./failure.ts";
import { groups } from "./lookup.ts";
import { exclusiveScope, regularScope } from "./managementScope.ts";
import { nullableText, oneOf, text } from "./parameter.ts";
import { findUnit } from "./organizationalUnit.ts";

/** At most one of these can be given. */
export const scopeParameters = {
  CustomRecipientWriteScope: nullableText,
  ExclusiveRecipientWriteScope: nullableText,
  RecipientOrganizationalUnitScope: nullableText,
  RecipientRelativeWriteScope: oneOf(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.RecipientWriteScopeType",
    "None",
    "Organization",
    "MyGAL",
    "Self",
    "MyDistributionGroups",
  ),
  CustomResourceScope: nullableText,
  RecipientAdministrativeUnitScope: text,
  RecipientGroupScope: text,
} as const;

type Scope = Pick<RoleAssignment, "recipientWriteScope" | "scope">;

const wholeOrganization: Scope = { recipientWriteScope: "Organization", scope: null };

/** The scope that a call asks for; `undefined` where it names none. A `null` clears a scope: it widens the access. */
export function readScope(invocation: Invocation, assigneeType: AssigneeType): Scope | undefined {
  const { tenant, values } = invocation;
  const cleared = Object.keys(scopeParameters).some((name) => values.isNull(name));
  if (cleared) return wholeOrganization;
  refuseForeignFamily(invocation, assigneeType);
  const custom = values.text("CustomRecipientWriteScope");
  if (custom !== undefined) return customScope(invocation, "CustomRecipientWriteScope", custom);
  const resource = values.text("CustomResourceScope");
  if (resource !== undefined) return customScope(invocation, "CustomResourceScope", resource);
  const exclusive = values.text("ExclusiveRecipientWriteScope");
  if (exclusive !== undefined) {
    const { guid } = exclusiveScope(invocation, "ExclusiveRecipientWriteScope", exclusive);
    return { recipientWriteScope: "ExclusiveRecipientScope", scope: guid };
  }
  const relative = values.text("RecipientRelativeWriteScope");
  if (relative !== undefined) {
    return { recipientWriteScope: relative as RoleAssignment["recipientWriteScope"], scope: null };
  }
  const group = values.text("RecipientGroupScope");
  if (group !== undefined) return { recipientWriteScope: "Group", scope: groups.one(invocation, group).guid };
  const unit = values.text("RecipientAdministrativeUnitScope");
  if (unit !== undefined) return { recipientWriteScope: "AdministrativeUnit", scope: unit };
  const organizationalUnit = values.text("RecipientOrganizationalUnitScope");
  if (organizationalUnit === undefined) return undefined;
  if (findUnit(tenant, organizationalUnit) === undefined) throw notFound(tenant, organizationalUnit);
  return { recipientWriteScope: "OU", scope: organizationalUnit };
}

/** Whether these parameters take a GUID, as identity parameters elsewhere do, no document says (`scopeByGuid`). */
function customScope(invocation: Invocation, parameter: string, identity: string): Scope {
  const { tenant, simulator } = invocation;
  if (simulator.switches.scopeByGuid === false && isGuid(identity)) throw notFound(tenant, identity);
  return { recipientWriteScope: "CustomRecipientScope", scope: regularScope(invocation, parameter, identity).guid };
}

function isGuid(identity: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(identity);
}

/** Apps take CustomResourceScope, everybody else the recipient scopes; groups and units hold for both. */
function refuseForeignFamily({ values }: Invocation, assigneeType: AssigneeType): void {
  const isApp = assigneeType === "ServicePrincipal";
  const foreign = isApp
    ? ["CustomRecipientWriteScope", "ExclusiveRecipientWriteScope", "RecipientOrganizationalUnitScope"]
    : ["CustomResourceScope"];
  const named = [...foreign, ...(isApp ? ["RecipientRelativeWriteScope"] : [])].find((name) => values.has(name));
  if (named === undefined) return;
  throw invalidOperation(`The parameter ${named} can't be used with a role assignee of type ${assigneeType}.`);
}
