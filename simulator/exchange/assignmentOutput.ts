/** Role assignments as Exchange shows them, one row for each way that they hold (facts/exchange.md §2.3). */
import type { ManagementRole, RoleAssignment } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Switches } from "../tenant/switches.ts";
import { configurationDn } from "./distinguishedName.ts";
import { nameOfPrincipal, referenceTo } from "./lookup.ts";
import { guidOrNull, type Output } from "./output.ts";
import { holdersOf, principalsOf } from "./principals.ts";

/** How an assignment reaches somebody. */
export type AssignmentMethod = "Direct" | "SecurityGroup" | "RoleGroup" | "RoleAssignmentPolicy";

/** One row: an assignment, seen from its assignee or from somebody who holds it through a group. */
export interface AssignmentRow {
  assignment: RoleAssignment;
  method: AssignmentMethod;
  /** GUID of the user, or `null` where the group was not expanded. */
  effectiveUser: string | null;
  /** GUID of a group inside the assignee that was not expanded. */
  group?: string;
}

/** How `principal` holds an assignment. */
export function methodFor(assignment: RoleAssignment, principal: string): AssignmentMethod {
  if (assignment.assignee === principal) return "Direct";
  switch (assignment.assigneeType) {
    case "RoleGroup":
      return "RoleGroup";
    case "RoleAssignmentPolicy":
      return "RoleAssignmentPolicy";
    case "SecurityGroup":
    case "User":
    case "ServicePrincipal":
      return "SecurityGroup";
  }
}

/** The row of an assignment itself: a group is not expanded. */
export function directRow(assignment: RoleAssignment): AssignmentRow {
  const isOne = assignment.assigneeType === "User" || assignment.assigneeType === "ServicePrincipal";
  return { assignment, method: "Direct", effectiveUser: isOne ? assignment.assignee : null };
}

/** How far -GetEffectiveUsers looks into groups: the tenant's switch. */
export type Expansion = Required<Switches>["effectiveUsers"];

/** One row for each user who holds the assignment, and one for each group that is not looked into. */
export function effectiveRows(tenant: Tenant, assignment: RoleAssignment, expansion: Expansion): AssignmentRow[] {
  const { assignee, assigneeType } = assignment;
  const isGroup = assigneeType === "RoleGroup" || assigneeType === "SecurityGroup";
  if (assigneeType === "RoleAssignmentPolicy" || (isGroup && expansion === "none")) return [directRow(assignment)];
  const { users, groups } = expansion === "direct" ? directHolders(tenant, assignee) : allHolders(tenant, assignee);
  return [
    ...users.map((user) => ({ assignment, method: methodFor(assignment, user), effectiveUser: user })),
    ...groups.map((group) => ({ assignment, method: methodFor(assignment, group), effectiveUser: null, group })),
  ];
}

interface Holders {
  readonly users: readonly string[];
  /** Groups whose members hold it too. */
  readonly groups: readonly string[];
}

function allHolders(tenant: Tenant, guid: string): Holders {
  return { users: holdersOf(tenant, guid), groups: [] };
}

/** The members of a group as they stand in it: groups among them stay groups. */
function directHolders(tenant: Tenant, guid: string): Holders {
  const recipient = tenant.recipients.find((candidate) => candidate.guid === guid);
  const members = tenant.roleGroups.find((group) => group.guid === guid)?.members ?? recipient?.group?.members;
  if (members === undefined) return { users: [guid], groups: [] };
  const nested = new Set(tenant.recipients.filter(({ group }) => group !== null).map((group) => group.guid));
  return {
    users: members.filter((member) => !nested.has(member)),
    groups: members.filter((member) => nested.has(member)),
  };
}

/** Name of an assignee: a principal's or an assignment policy's. */
function assigneeName(tenant: Tenant, { assignee }: RoleAssignment): string {
  const policy = (tenant.roleAssignmentPolicies ?? []).find(({ guid }) => guid === assignee);
  return policy?.name ?? nameOfPrincipal(tenant, assignee);
}

/** Names of the groups between an assignment's assignee and a user, outermost first. */
function chainTo(tenant: Tenant, assignment: RoleAssignment, user: string): string {
  const way = [...principalsOf(tenant, user)].filter(
    (guid) => guid !== user && principalsOf(tenant, guid).has(assignment.assignee),
  );
  return way
    .reverse()
    .map((guid) => `\\${nameOfPrincipal(tenant, guid)}`)
    .join("");
}

/** What stands in the scope columns: for an app in CustomResourceScope, else in CustomRecipientWriteScope. */
function scopeColumns(tenant: Tenant, assignment: RoleAssignment): Output {
  const { recipientWriteScope, assigneeType, scope } = assignment;
  if (recipientWriteScope === "Group") {
    const group = tenant.recipients.find(({ guid }) => guid === scope);
    return { CustomRecipientWriteScope: null, CustomResourceScope: group?.name ?? null };
  }
  const name = tenant.scopes.find(({ guid }) => guid === scope)?.name ?? scope;
  const isForApp = assigneeType === "ServicePrincipal" && recipientWriteScope === "CustomRecipientScope";
  return { CustomRecipientWriteScope: isForApp ? null : name, CustomResourceScope: isForApp ? name : null };
}

function configurationScope(role: ManagementRole | undefined): string {
  const hasNone = role === undefined || /^(ApplicationImpersonation|My)/.test(role.roleType);
  return hasNone || role.name.startsWith("Application ") ? "None" : "OrganizationConfig";
}

export function assignmentOutput(tenant: Tenant, row: AssignmentRow): Output {
  const { assignment, method, effectiveUser, group } = row;
  const inner = group === undefined ? "" : `\\${nameOfPrincipal(tenant, group)}`;
  const end = effectiveUser ?? group;
  const role = tenant.roles.find(({ guid }) => guid === assignment.role);
  const isPolicy = assignment.assigneeType === "RoleAssignmentPolicy";
  const everybody = isPolicy ? "All Policy Assignees" : "All Group Members";
  return {
    Name: assignment.name,
    Identity: assignment.name,
    Guid: guidOrNull(assignment.guid),
    DistinguishedName: configurationDn(tenant, "assignment", assignment),
    Role: role?.name ?? assignment.role,
    RoleAssignee: isPolicy ? assigneeName(tenant, assignment) : referenceTo(tenant, assignment.assignee),
    RoleAssigneeName: assigneeName(tenant, assignment),
    RoleAssigneeType: assignment.assigneeType,
    AssignmentMethod: method,
    AssignmentChain: end === undefined || method === "Direct" ? "" : chainTo(tenant, assignment, end) + inner,
    EffectiveUserName: effectiveUser === null ? everybody : nameOfPrincipal(tenant, effectiveUser),
    RoleAssignmentDelegationType: assignment.delegation,
    Enabled: assignment.enabled,
    RecipientReadScope: "Organization",
    ConfigReadScope: configurationScope(role),
    RecipientWriteScope: assignment.recipientWriteScope,
    ConfigWriteScope: configurationScope(role),
    ...scopeColumns(tenant, assignment),
    CustomConfigWriteScope: null,
    WhenCreatedUTC: assignment.whenCreated,
  };
}
