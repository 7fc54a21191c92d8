/** Management scopes: Get-, New-, Set- and Remove-ManagementScope (facts/exchange.md §2.1, §3.1). */
import type { ManagementScope } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { isSameName, limitLength, newObject, type Invocation, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { configurationDn, organizationalUnitName } from "./distinguishedName.ts";
import { alreadyExists, badFilter, invalidOperation, notFound } from "./failure.ts";
import { scopes } from "./lookup.ts";
import { findUnit } from "./organizationalUnit.ts";
import { refuseWhileDehydrated } from "./organization.ts";
import { FilterSyntaxError, normalizeFilter } from "./opath.ts";
import { guidOrNull, type Output } from "./output.ts";
import { flag, nullableText, requiredText, text } from "./parameter.ts";

function scopeOutput(tenant: Tenant, scope: ManagementScope): Output {
  return {
    Name: scope.name,
    Identity: scope.name,
    Guid: guidOrNull(scope.guid),
    DistinguishedName: configurationDn(tenant, "scope", scope),
    ScopeRestrictionType: "RecipientScope",
    Exclusive: scope.exclusive,
    RecipientRoot: scope.recipientRoot,
    RecipientFilter: scope.recipientFilter,
    ServerFilter: "",
    DatabaseFilter: "",
    WhenCreatedUTC: scope.whenCreated,
  };
}

/** The filter as it is stored. Throws the failure that Exchange gives for one that does not parse. */
export function storeFilter(parameter: string, filter: string): string {
  try {
    return normalizeFilter(filter);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw badFilter(parameter, error.message);
    throw error;
  }
}

/** The unit of a `-RecipientRoot`, as it is shown. */
function storeRoot({ tenant }: Invocation, root: string | undefined): string | undefined {
  if (root === undefined || root === "") return root;
  const unit = findUnit(tenant, root);
  if (unit === undefined) throw notFound(tenant, root);
  return tenant.server !== undefined && unit === "" ? tenant.server.domain : organizationalUnitName(tenant, unit);
}

function refuseTakenName({ tenant }: Invocation, name: string, own?: ManagementScope): void {
  limitLength(name, 64);
  if (tenant.scopes.some((scope) => scope !== own && isSameName(scope.name, name))) {
    throw alreadyExists(tenant, configurationDn(tenant, "scope", { cn: name }));
  }
}

export const getManagementScope: ReadCmdlet = {
  name: "Get-ManagementScope",
  parameters: { Identity: text, Exclusive: flag, Orphan: flag },
  read(invocation) {
    const { tenant, values } = invocation;
    const exclusive = values.flag("Exclusive");
    const used = new Set(tenant.assignments.map(({ scope }) => scope));
    return scopes
      .get(invocation, values.text("Identity"))
      .filter((scope) => exclusive === undefined || scope.exclusive === exclusive)
      .filter((scope) => values.flag("Orphan") !== true || !used.has(scope.guid))
      .map((scope) => scopeOutput(tenant, scope));
  },
};

export const newManagementScope: WriteCmdlet = {
  name: "New-ManagementScope",
  parameters: {
    Name: requiredText,
    RecipientRestrictionFilter: requiredText,
    RecipientRoot: text,
    Exclusive: flag,
    Force: flag,
  },
  write(invocation) {
    const { tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const name = values.required("Name");
    refuseTakenName(invocation, name);
    const scope: ManagementScope = {
      ...newObject(invocation, name),
      recipientFilter: storeFilter("RecipientRestrictionFilter", values.required("RecipientRestrictionFilter")),
      recipientRoot: storeRoot(invocation, values.text("RecipientRoot")) ?? "",
      exclusive: values.flag("Exclusive") ?? false,
    };
    tenant.scopes.push(scope);
    return { target: name, output: [scopeOutput(tenant, scope)] };
  },
};

export const setManagementScope: WriteCmdlet = {
  name: "Set-ManagementScope",
  parameters: {
    Identity: requiredText,
    Name: text,
    RecipientRestrictionFilter: text,
    RecipientRoot: nullableText,
    Force: flag,
  },
  write(invocation) {
    const { values } = invocation;
    refuseWhileDehydrated(invocation);
    const scope = scopes.one(invocation, values.required("Identity"));
    const name = values.text("Name");
    if (name !== undefined) refuseTakenName(invocation, name, scope);
    const filter = values.text("RecipientRestrictionFilter");
    const stored = filter === undefined ? undefined : storeFilter("RecipientRestrictionFilter", filter);
    const root = values.isNull("RecipientRoot") ? "" : storeRoot(invocation, values.text("RecipientRoot"));
    if (name !== undefined) Object.assign(scope, { name, cn: name });
    if (stored !== undefined) scope.recipientFilter = stored;
    if (root !== undefined) scope.recipientRoot = root;
    return { target: scope.name };
  },
};

/** The exact text for a scope in use is not known (facts/exchange.md §9.1): this one is a placeholder. */
function scopeInUse(scope: ManagementScope): Error {
  return invalidOperation(
    `[placeholder text] The management scope '${scope.name}' can't be removed because it's associated with one or more ` +
      "management role assignments.",
  );
}

export const removeManagementScope: WriteCmdlet = {
  name: "Remove-ManagementScope",
  parameters: { Identity: requiredText, Force: flag },
  write(invocation) {
    const { simulator, tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const scope = scopes.one(invocation, values.required("Identity"));
    const users = tenant.assignments.filter((assignment) => assignment.scope === scope.guid);
    if (users.length > 0 && simulator.switches.scopeInUse === "refused") throw scopeInUse(scope);
    // What the document says happens: the access now holds for all mailboxes (document-nl.md, undo).
    for (const assignment of users) Object.assign(assignment, { recipientWriteScope: "Organization", scope: null });
    tenant.scopes = tenant.scopes.filter((other) => other !== scope);
    return { target: scope.name };
  },
};

/** A regular scope by identity; an exclusive one is refused where a regular one belongs (facts/exchange.md §2.1). */
export function regularScope(invocation: Invocation, parameter: string, identity: string): ManagementScope {
  const scope = scopes.one(invocation, identity);
  if (!scope.exclusive) return scope;
  throw invalidOperation(
    `The management scope object ${scope.name} is an exclusive scope, and it can't be specified as parameter ${parameter}.`,
  );
}

/** An exclusive scope by identity. */
export function exclusiveScope(invocation: Invocation, parameter: string, identity: string): ManagementScope {
  const scope = scopes.one(invocation, identity);
  if (scope.exclusive) return scope;
  throw invalidOperation(
    `The management scope object ${scope.name} isn't an exclusive scope, and it can't be specified as parameter ${parameter}.`,
  );
}
