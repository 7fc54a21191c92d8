/** Rules that every new role assignment obeys, whoever makes it (facts/exchange.md §2.3, §4, §5). */
import type { AssigneeType, ManagementRole, RecipientWriteScope, RoleAssignment } from "../tenant/exchangeModel.ts";
import { isSameName, newObject, type Invocation } from "./cmdlet.ts";
import { invalidOperation, needsDelegation } from "./failure.ts";
import { isApplicationRole } from "./roleEntries.ts";

/** An assignment that is about to be made. */
export interface NewAssignment {
  /** GUIDs of role and assignee. */
  role: string;
  assignee: string;
  /** What generated names end in. */
  assigneeName: string;
  assigneeType: AssigneeType;
  delegation: RoleAssignment["delegation"];
  recipientWriteScope: RecipientWriteScope;
  scope: string | null;
}

const nameLimit = 64;

/**
 * `<role>-<assignee>`, cut to 64 characters; when that is taken, cut to 61 and numbered from 1 (facts/exchange.md
 * §2.3).
 */
export function generateName(taken: readonly string[], role: string, grant: NewAssignment): string {
  const suffix = grant.delegation === "Regular" ? "" : "-Delegating";
  const base = `${role}-${grant.assigneeName}${suffix}`.trim().slice(0, nameLimit);
  const isTaken = (name: string): boolean => taken.some((other) => isSameName(other, name));
  if (!isTaken(base)) return base;
  for (let number = 1; number < 100; number += 1) {
    const name = `${base.slice(0, nameLimit - 3)}-${number}`;
    if (!isTaken(name)) return name;
  }
  throw invalidOperation(`There are too many role assignments named like '${base}'.`);
}

/** Refuses a caller without an unscoped delegating assignment, and everybody shortly after hydration. */
export function requireDelegation(invocation: Invocation, role: ManagementRole, assignmentName: string): void {
  const { simulator, tenant, rights } = invocation;
  const isTooSoon = simulator.now() < tenant.organization.delegationRefusesUntil;
  if (isTooSoon || !rights.delegates(role)) throw needsDelegation(tenant, assignmentName);
}

/** Refuses what the role does not allow: to nobody (retired), only to apps, or for want of delegation. */
export function refuseAssignment(
  invocation: Invocation,
  role: ManagementRole,
  grant: NewAssignment,
  assignmentName: string,
): void {
  if (role.roleType === "ApplicationImpersonation" && invocation.simulator.switches.impersonationRole === "refused") {
    throw invalidOperation(
      `[placeholder text] The management role '${role.name}' is deprecated and can't be assigned any more.`,
    );
  }
  if (isApplicationRole(role) && grant.assigneeType !== "ServicePrincipal") {
    throw invalidOperation(`The management role '${role.name}' can only be assigned to a service principal.`);
  }
  requireDelegation(invocation, role, assignmentName);
}

/** Stores an assignment under its given or generated name. */
export function addAssignment(invocation: Invocation, grant: NewAssignment, name?: string): RoleAssignment {
  const { tenant } = invocation;
  const role = tenant.roles.find(({ guid }) => guid === grant.role);
  const taken = tenant.assignments.map((assignment) => assignment.name);
  const { assignee, assigneeType, delegation, recipientWriteScope, scope } = grant;
  const assignment: RoleAssignment = {
    ...newObject(invocation, name ?? generateName(taken, role?.name ?? "", grant)),
    role: grant.role,
    assignee,
    assigneeType,
    delegation,
    recipientWriteScope,
    scope,
    enabled: true,
  };
  tenant.assignments.push(assignment);
  return assignment;
}
