/** Management roles: Get-, New- and Remove-ManagementRole (facts/exchange.md §2.4). */
import type { ManagementRole } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { isSameName, limitLength, newObject, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { configurationDn } from "./distinguishedName.ts";
import { alreadyExists, invalidOperation } from "./failure.ts";
import { roles } from "./lookup.ts";
import { refuseWhileDehydrated } from "./organization.ts";
import { guidOrNull, type Output } from "./output.ts";
import { flag, requiredText, text } from "./parameter.ts";
import { ancestry } from "./rights.ts";
import { entriesOfType, isApplicationRole } from "./roleEntries.ts";

function roleOutput(tenant: Tenant, role: ManagementRole): Output {
  return {
    Name: role.name,
    Identity: role.name,
    Guid: guidOrNull(role.guid),
    DistinguishedName: configurationDn(tenant, "role", role),
    RoleType: role.roleType,
    Parent: parentOf(tenant, role)?.name ?? "",
    IsRootRole: role.parent === null,
    IsEndUserRole: role.isEndUserRole,
    IsDeprecated: role.isDeprecated,
    RoleEntries: [...entriesOfType(role.roleType, tenant).keys()],
    WhenCreatedUTC: role.whenCreated,
  };
}

function parentOf(tenant: Tenant, { parent }: ManagementRole): ManagementRole | undefined {
  return parent === null ? undefined : tenant.roles.find(({ guid, name }) => guid === parent || name === parent);
}

/** All roles below one, however deep. */
function descendants(tenant: Tenant, role: ManagementRole): ManagementRole[] {
  return tenant.roles.filter((other) => other !== role && ancestry(tenant, other).has(role.guid));
}

export const getManagementRole: ReadCmdlet = {
  name: "Get-ManagementRole",
  parameters: { Identity: text, GetChildren: flag, Recurse: flag, RoleType: text, Cmdlet: text },
  unmodelled: "CmdletParameters Script ScriptParameters",
  exclusive: [
    ["GetChildren", "Recurse"],
    ["Cmdlet", "RoleType", "GetChildren"],
    ["Cmdlet", "Recurse"],
  ],
  read(invocation) {
    const { tenant, values } = invocation;
    const roleType = values.text("RoleType");
    const cmdlet = values.text("Cmdlet");
    const visibleRoles = roles.get(invocation, undefined);
    const expand = (role: ManagementRole): ManagementRole[] => {
      if (values.flag("GetChildren")) return visibleRoles.filter((other) => parentOf(tenant, other) === role);
      return values.flag("Recurse") ? [role, ...descendants(tenant, role)] : [role];
    };
    return roles
      .get(invocation, values.text("Identity"))
      .flatMap(expand)
      .filter((role) => roleType === undefined || isSameName(role.roleType, roleType))
      .filter((role) => cmdlet === undefined || holdsCmdlet(tenant, role, cmdlet))
      .map((role) => roleOutput(tenant, role));
  },
};

function holdsCmdlet(tenant: Tenant, role: ManagementRole, cmdlet: string): boolean {
  return [...entriesOfType(role.roleType, tenant).keys()].some((name) => isSameName(name, cmdlet));
}

export const newManagementRole: WriteCmdlet = {
  name: "New-ManagementRole",
  parameters: { Name: requiredText, Parent: requiredText, Force: flag },
  unmodelled: "Description EnabledCmdlets",
  write(invocation) {
    const { tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const name = values.required("Name");
    const parent = roles.one(invocation, values.required("Parent"));
    limitLength(name, 64);
    if (tenant.roles.some((role) => isSameName(role.name, name))) {
      throw alreadyExists(tenant, configurationDn(tenant, "role", { cn: name }));
    }
    if (isApplicationRole(parent)) {
      throw invalidOperation(`The management role '${parent.name}' can't have child roles.`);
    }
    const { roleType, isEndUserRole } = parent;
    const role = { ...newObject(invocation, name), roleType, isEndUserRole, parent: parent.guid, isDeprecated: false };
    tenant.roles.push(role);
    return { target: name, output: [roleOutput(tenant, role)] };
  },
};

export const removeManagementRole: WriteCmdlet = {
  name: "Remove-ManagementRole",
  parameters: { Identity: requiredText, Recurse: flag, Force: flag },
  write(invocation) {
    const { tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const role = roles.one(invocation, values.required("Identity"));
    const below = descendants(tenant, role);
    if (role.parent === null) throw invalidOperation(`The built-in management role '${role.name}' can't be removed.`);
    if (below.length > 0 && values.flag("Recurse") !== true) {
      throw invalidOperation(
        `The management role '${role.name}' has child roles. Use the Recurse parameter to remove them.`,
      );
    }
    const gone = new Set([role, ...below].map(({ guid }) => guid));
    if (tenant.assignments.some((assignment) => gone.has(assignment.role))) {
      throw invalidOperation(`The management role '${role.name}' can't be removed because it has role assignments.`);
    }
    tenant.roles = tenant.roles.filter(({ guid }) => !gone.has(guid));
    return { target: role.name };
  },
};
