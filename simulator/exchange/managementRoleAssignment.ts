/** Role assignments: Get-, New-, Set- and Remove-ManagementRoleAssignment (facts/exchange.md §2.3). */
import type { RoleAssignment } from "../tenant/exchangeModel.ts";
import {
  assignmentOutput,
  directRow,
  effectiveRows,
  methodFor,
  type AssignmentMethod,
  type AssignmentRow,
} from "./assignmentOutput.ts";
import { addAssignment, refuseAssignment, requireDelegation, type NewAssignment } from "./assignmentRules.ts";
import { readScope, scopeParameters } from "./assignmentScope.ts";
import { isSameName, limitLength, type Invocation, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { configurationDn } from "./distinguishedName.ts";
import { alreadyExists, badParameterSet, invalidOperation, notFound } from "./failure.ts";
import { assignments, groups, recipients, roleGroups, roles, scopes, servicePrincipals, visible } from "./lookup.ts";
import { refuseWhileDehydrated } from "./organization.ts";
import { anyOf, flag, oneOf, requiredText, text } from "./parameter.ts";
import { principalsOf } from "./principals.ts";
import { recipientsInScope } from "./writeScope.ts";

const writeScopeNames = [
  "None",
  "NotApplicable",
  "Organization",
  "MyGAL",
  "Self",
  "OU",
  "CustomRecipientScope",
  "MyDistributionGroups",
  "ExclusiveRecipientScope",
  "AdministrativeUnit",
  "Group",
];

export const getManagementRoleAssignment: ReadCmdlet = {
  name: "Get-ManagementRoleAssignment",
  parameters: {
    Identity: text,
    Role: text,
    RoleAssignee: text,
    AssignmentMethod: anyOf("AssignmentMethod[]", "Direct", "SecurityGroup", "RoleGroup", "RoleAssignmentPolicy"),
    RoleAssigneeType: oneOf(
      "Microsoft.Exchange.Data.Directory.SystemConfiguration.RoleAssigneeType",
      "User",
      "SecurityGroup",
      "RoleAssignmentPolicy",
      "RoleGroup",
      "ServicePrincipal",
    ),
    Enabled: flag,
    Delegating: flag,
    Exclusive: flag,
    GetEffectiveUsers: flag,
    WritableRecipient: text,
    RecipientWriteScope: oneOf(
      "Microsoft.Exchange.Data.Directory.SystemConfiguration.RecipientWriteScopeType",
      ...writeScopeNames,
    ),
    CustomRecipientWriteScope: text,
    ExclusiveRecipientWriteScope: text,
    RecipientGroupScope: text,
    RecipientAdministrativeUnitScope: text,
  },
  unmodelled: "ConfigWriteScope RecipientOrganizationalUnitScope",
  exclusive: [
    ["Identity", "Role"],
    ["Identity", "RoleAssignee"],
    ["Identity", "AssignmentMethod"],
  ],
  read(invocation) {
    const { tenant, values } = invocation;
    const selected = selectAssignments(invocation);
    const methods = values.names("AssignmentMethod") as readonly AssignmentMethod[] | undefined;
    return rowsOf(invocation, selected)
      .filter(({ method }) => methods === undefined || methods.includes(method))
      .map((row) => assignmentOutput(tenant, row));
  },
};

/** Every assignment that passes all the filters which do not depend on who holds it. */
function selectAssignments(invocation: Invocation): RoleAssignment[] {
  const { tenant, values } = invocation;
  const roleName = values.text("Role");
  const role = roleName === undefined ? undefined : roles.one(invocation, roleName);
  const recipient = findWritableRecipient(invocation);
  const scopeGuid = findScopeFilter(invocation);
  const tests: ((assignment: RoleAssignment) => boolean)[] = [
    (assignment) => role === undefined || assignment.role === role.guid,
    ({ enabled }) => (values.flag("Enabled") ?? enabled) === enabled,
    ({ delegation }) => [undefined, delegation !== "Regular"].includes(values.flag("Delegating")),
    ({ recipientWriteScope }) =>
      [undefined, recipientWriteScope === "ExclusiveRecipientScope"].includes(values.flag("Exclusive")),
    ({ assigneeType }) => (values.text("RoleAssigneeType") ?? assigneeType) === assigneeType,
    ({ recipientWriteScope }) => (values.text("RecipientWriteScope") ?? recipientWriteScope) === recipientWriteScope,
    ({ scope }) => scopeGuid === undefined || scope === scopeGuid,
    (assignment) => recipient === undefined || recipientsInScope(tenant, assignment).has(recipient),
  ];
  return assignments
    .get(invocation, values.text("Identity"))
    .filter((assignment) => tests.every((test) => test(assignment)));
}

function findWritableRecipient(invocation: Invocation): string | undefined {
  const identity = invocation.values.text("WritableRecipient");
  return identity === undefined ? undefined : recipients.one(invocation, identity).guid;
}

/** GUID (or id of the unit) that the scope parameters of a Get- ask for. */
function findScopeFilter(invocation: Invocation): string | undefined {
  const { values } = invocation;
  const scope = values.text("CustomRecipientWriteScope") ?? values.text("ExclusiveRecipientWriteScope");
  if (scope !== undefined) return scopes.one(invocation, scope).guid;
  const group = values.text("RecipientGroupScope");
  return group === undefined ? values.text("RecipientAdministrativeUnitScope") : groups.one(invocation, group).guid;
}

/** Rows for the assignments; with -RoleAssignee only those that the assignee holds, through groups as well. */
function rowsOf(invocation: Invocation, selected: readonly RoleAssignment[]): AssignmentRow[] {
  const { simulator, tenant, values } = invocation;
  const expand = values.flag("GetEffectiveUsers") === true;
  const { effectiveUsers = "all" } = simulator.switches;
  const expanded = (assignment: RoleAssignment): AssignmentRow[] => effectiveRows(tenant, assignment, effectiveUsers);
  const identity = values.text("RoleAssignee");
  if (identity === undefined) {
    return selected.flatMap((assignment) => (expand ? expanded(assignment) : [directRow(assignment)]));
  }
  const assignee = findAssignee(invocation, identity);
  const principals = principalsOf(tenant, assignee);
  const held = selected.filter((assignment) => principals.has(assignment.assignee));
  if (expand) return held.flatMap(expanded);
  return held.map((assignment) => ({ ...directRow(assignment), method: methodFor(assignment, assignee) }));
}

function findAssignee(invocation: Invocation, identity: string): string {
  const { tenant } = invocation;
  const policies = visible(invocation, tenant.roleAssignmentPolicies ?? []);
  const found =
    roleGroups.maybe(invocation, identity) ??
    servicePrincipals.maybe(invocation, identity) ??
    recipients.maybe(invocation, identity) ??
    policies.find(({ name, guid }) => guid === identity || isSameName(name, identity));
  if (found === undefined) throw notFound(tenant, identity);
  return found.guid;
}

export const newManagementRoleAssignment: WriteCmdlet = {
  name: "New-ManagementRoleAssignment",
  parameters: {
    Name: text,
    Role: requiredText,
    SecurityGroup: text,
    User: text,
    App: text,
    Delegating: flag,
    ...scopeParameters,
    Force: flag,
  },
  unmodelled: "Policy",
  exclusive: [
    ["SecurityGroup", "User", "App"],
    Object.keys(scopeParameters),
    ...["CustomRecipientWriteScope", "ExclusiveRecipientWriteScope"].map((name) => ["App", name]),
    ...["RecipientOrganizationalUnitScope", "RecipientRelativeWriteScope"].map((name) => ["App", name]),
    ["CustomResourceScope", "SecurityGroup"],
    ["CustomResourceScope", "User"],
  ],
  write(invocation) {
    const { tenant, values } = invocation;
    refuseWhileDehydrated(invocation);
    const name = values.text("Name");
    refuseTakenName(invocation, name);
    const role = roles.one(invocation, values.required("Role"));
    const assignee = resolveAssignee(invocation);
    const scope = readScope(invocation, assignee.assigneeType) ?? { recipientWriteScope: "Organization", scope: null };
    const grant: NewAssignment = {
      ...assignee,
      ...scope,
      role: role.guid,
      delegation: values.flag("Delegating") === true ? "Delegating" : "Regular",
    };
    refuseAssignment(invocation, role, grant, name ?? `${role.name}-${assignee.assigneeName}`);
    const assignment = addAssignment(invocation, grant, name);
    return { target: assignment.name, output: [assignmentOutput(tenant, directRow(assignment))] };
  },
};

function refuseTakenName({ tenant }: Invocation, name: string | undefined): void {
  if (name === undefined) return;
  limitLength(name, 64);
  if (tenant.assignments.some((assignment) => isSameName(assignment.name, name))) {
    throw alreadyExists(tenant, configurationDn(tenant, "assignment", { cn: name }));
  }
}

function resolveAssignee(invocation: Invocation): Pick<NewAssignment, "assignee" | "assigneeName" | "assigneeType"> {
  const { values } = invocation;
  const app = values.text("App");
  if (app !== undefined) {
    const pointer = servicePrincipals.one(invocation, app);
    return { assignee: pointer.guid, assigneeName: pointer.objectId, assigneeType: "ServicePrincipal" };
  }
  const user = values.text("User");
  if (user !== undefined) {
    const recipient = recipients.one(invocation, user);
    if (recipient.group !== null || recipient.type === "MailContact") throw notFound(invocation.tenant, user);
    return { assignee: recipient.guid, assigneeName: recipient.name, assigneeType: "User" };
  }
  const group = values.text("SecurityGroup");
  if (group === undefined) throw badParameterSet();
  const roleGroup = roleGroups.maybe(invocation, group);
  if (roleGroup !== undefined) {
    return { assignee: roleGroup.guid, assigneeName: roleGroup.name, assigneeType: "RoleGroup" };
  }
  const securityGroup = groups.one(invocation, group);
  if (securityGroup.type !== "MailUniversalSecurityGroup") {
    throw invalidOperation(`The group '${securityGroup.name}' isn't a universal security group.`);
  }
  return { assignee: securityGroup.guid, assigneeName: securityGroup.name, assigneeType: "SecurityGroup" };
}

export const setManagementRoleAssignment: WriteCmdlet = {
  name: "Set-ManagementRoleAssignment",
  parameters: { Identity: requiredText, Enabled: flag, ...scopeParameters, Force: flag },
  exclusive: [Object.keys(scopeParameters)],
  write(invocation) {
    const { values } = invocation;
    const assignment = changeableAssignment(invocation);
    const scope = readScope(invocation, assignment.assigneeType);
    assignment.enabled = values.flag("Enabled") ?? assignment.enabled;
    Object.assign(assignment, scope ?? {});
    return { target: assignment.name };
  },
};

export const removeManagementRoleAssignment: WriteCmdlet = {
  name: "Remove-ManagementRoleAssignment",
  parameters: { Identity: requiredText, Force: flag },
  write(invocation) {
    const { tenant } = invocation;
    const assignment = changeableAssignment(invocation);
    tenant.assignments = tenant.assignments.filter((other) => other !== assignment);
    return { target: assignment.name };
  },
};

/** The assignment that a Set- or Remove- names, once the caller has been let through. */
function changeableAssignment(invocation: Invocation): RoleAssignment {
  refuseWhileDehydrated(invocation);
  const assignment = assignments.one(invocation, invocation.values.required("Identity"));
  const role = invocation.tenant.roles.find(({ guid }) => guid === assignment.role);
  if (role !== undefined) requireDelegation(invocation, role, assignment.name);
  return assignment;
}
