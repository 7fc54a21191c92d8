/** Role groups: Get-, New-, Set- and Remove-RoleGroup (facts/exchange.md §2.2). */
import type { ManagementRole, ManagementScope, RoleAssignment, RoleGroup } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { addAssignment, refuseAssignment, requireDelegation, type NewAssignment } from "./assignmentRules.ts";
import { isSameName, limitLength, newObject, type Invocation, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { principalDn, roleGroupContainer } from "./distinguishedName.ts";
import { alreadyExists, invalidOperation } from "./failure.ts";
import { defaultManagers, requireRoleGroupManager } from "./groupManager.ts";
import { identityOf, referenceTo, recipients, roleGroups, roles } from "./lookup.ts";
import { regularScope } from "./managementScope.ts";
import { refuseWhileDehydrated } from "./organization.ts";
import { guidOrNull, type Output } from "./output.ts";
import { flag, initialValues, list, requiredText, size, text, type ListChange } from "./parameter.ts";
import { filterRoleGroups } from "./roleGroupFilter.ts";
import { resolveRoleGroupMember } from "./roleGroupMember.ts";

function roleGroupOutput(tenant: Tenant, group: RoleGroup): Output {
  const assignments = tenant.assignments.filter(({ assignee }) => assignee === group.guid);
  const regular = new Set(assignments.filter(({ delegation }) => delegation === "Regular").map(({ role }) => role));
  return {
    Name: group.name,
    Identity: identityOf(tenant, group),
    DisplayName: group.displayName,
    Description: group.description,
    Guid: guidOrNull(group.guid),
    DistinguishedName: principalDn(tenant, group),
    Roles: tenant.roles.filter(({ guid }) => regular.has(guid)).map(({ name }) => name),
    RoleAssignments: assignments.map(({ name }) => name),
    Members: group.members.map((guid) => referenceTo(tenant, guid)),
    ManagedBy: group.managedBy.map((guid) => referenceTo(tenant, guid)),
    RoleGroupType: group.linkedGroup === undefined ? "Standard" : "Linked",
    ...(tenant.server !== undefined && { LinkedGroup: group.linkedGroup ?? "" }),
    WhenCreatedUTC: group.whenCreated,
  };
}

function refuseTakenName({ tenant }: Invocation, name: string, own?: RoleGroup): void {
  limitLength(name, 64);
  if (tenant.roleGroups.some((group) => group !== own && isSameName(group.name, name)))
    throw alreadyExists(tenant, principalDn(tenant, { cn: name, container: roleGroupContainer }));
}

/** GUIDs of the values of `-ManagedBy`: users, mail-enabled security groups or role groups. */
function resolveManagers(invocation: Invocation, values: readonly string[]): string[] {
  return values.map((value) => roleGroups.maybe(invocation, value)?.guid ?? recipients.one(invocation, value).guid);
}

export const getRoleGroup: ReadCmdlet = {
  name: "Get-RoleGroup",
  parameters: { Identity: text, Filter: text, ResultSize: size },
  unmodelled: "ShowPartnerLinked SortBy",
  read(invocation) {
    const { tenant, values } = invocation;
    const found = filterRoleGroups(roleGroups.get(invocation, values.text("Identity")), values.text("Filter"));
    return found.map((group) => roleGroupOutput(tenant, group));
  },
};

export const newRoleGroup: WriteCmdlet = {
  name: "New-RoleGroup",
  parameters: {
    Name: requiredText,
    DisplayName: text,
    // Without `nullable`: a null description makes the creation fail (facts/exchange.md §2.2).
    Description: text,
    Roles: list,
    Members: list,
    ManagedBy: list,
    CustomRecipientWriteScope: text,
    Force: flag,
  },
  unmodelled: "WellKnownObject",
  write(invocation) {
    const { tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const name = values.required("Name");
    refuseTakenName(invocation, name);
    limitLength(values.text("DisplayName"), 256);
    const members = initialValues(values.list("Members")).map((member) => resolveRoleGroupMember(invocation, member));
    const managers = values.list("ManagedBy");
    const group: RoleGroup = {
      ...newObject(invocation, name),
      ...(tenant.server !== undefined && { container: roleGroupContainer }),
      displayName: values.text("DisplayName") ?? name,
      description: values.text("Description") ?? "",
      members: [...new Set(members)],
      managedBy: managers ? resolveManagers(invocation, initialValues(managers)) : defaultManagers(invocation),
      builtIn: false,
    };
    const grants = planGrants(invocation, group);
    tenant.roleGroups.push(group);
    for (const grant of grants) addAssignment(invocation, grant);
    return { target: name, output: [roleGroupOutput(tenant, group)] };
  },
};

/**
 * One assignment for each of `-Roles`, all with the given scope; refused as New-ManagementRoleAssignment refuses them.
 */
function planGrants(invocation: Invocation, group: RoleGroup): NewAssignment[] {
  const { values } = invocation;
  const scopeName = values.text("CustomRecipientWriteScope");
  const scope = scopeName === undefined ? undefined : regularScope(invocation, "CustomRecipientWriteScope", scopeName);
  const granted = initialValues(values.list("Roles")).map((role) => roles.one(invocation, role));
  return granted.map((role) => {
    const grant = grantTo(group, role, scope);
    refuseAssignment(invocation, role, grant, `${role.name}-${group.name}`);
    return grant;
  });
}

function grantTo(group: RoleGroup, role: ManagementRole, scope: ManagementScope | undefined): NewAssignment {
  return {
    role: role.guid,
    assignee: group.guid,
    assigneeName: group.name,
    assigneeType: "RoleGroup",
    delegation: "Regular",
    recipientWriteScope: scope === undefined ? "Organization" : "CustomRecipientScope",
    scope: scope?.guid ?? null,
  };
}

export const setRoleGroup: WriteCmdlet = {
  name: "Set-RoleGroup",
  parameters: {
    Identity: requiredText,
    Name: text,
    DisplayName: text,
    Description: text,
    ManagedBy: list,
    BypassSecurityGroupManagerCheck: flag,
    Force: flag,
  },
  unmodelled: "WellKnownObject",
  write(invocation) {
    const { values } = invocation;
    const group = roleGroups.one(invocation, values.required("Identity"));
    if (!group.builtIn) refuseWhileDehydrated(invocation);
    requireRoleGroupManager(invocation, group.managedBy);
    const name = values.text("Name");
    if (name !== undefined) refuseTakenName(invocation, name, group);
    limitLength(values.text("DisplayName"), 256);
    const change = values.list("ManagedBy");
    const managers = change === undefined ? undefined : changeManagers(invocation, group, change);
    if (name !== undefined) Object.assign(group, { name, cn: name });
    group.displayName = values.text("DisplayName") ?? group.displayName;
    group.description = values.text("Description") ?? group.description;
    group.managedBy = managers ?? group.managedBy;
    return { target: group.name };
  },
};

function changeManagers(invocation: Invocation, group: RoleGroup, change: ListChange): string[] {
  if (change.kind === "replace") return resolveManagers(invocation, change.values);
  const removed = new Set(resolveManagers(invocation, change.remove));
  return [...new Set([...group.managedBy, ...resolveManagers(invocation, change.add)])].filter(
    (guid) => !removed.has(guid),
  );
}

export const removeRoleGroup: WriteCmdlet = {
  name: "Remove-RoleGroup",
  parameters: { Identity: requiredText, BypassSecurityGroupManagerCheck: flag, Force: flag },
  write(invocation) {
    const { tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const group = roleGroups.one(invocation, values.required("Identity"));
    if (group.builtIn) throw invalidOperation(`The built-in role group '${group.name}' can't be removed.`);
    requireRoleGroupManager(invocation, group.managedBy);
    const held = tenant.assignments.filter(({ assignee }) => assignee === group.guid);
    for (const assignment of held) requireDelegationFor(invocation, assignment);
    tenant.assignments = tenant.assignments.filter((assignment) => !held.includes(assignment));
    tenant.roleGroups = tenant.roleGroups.filter((other) => other !== group);
    return { target: group.name };
  },
};

function requireDelegationFor(invocation: Invocation, assignment: RoleAssignment): void {
  const role = invocation.tenant.roles.find(({ guid }) => guid === assignment.role);
  if (role !== undefined) requireDelegation(invocation, role, assignment.name);
}
