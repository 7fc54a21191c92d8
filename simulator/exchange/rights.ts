/** What a caller may run: cmdlets and parameters of its roles (facts/exchange.md §1.4). */
import type { ManagementRole, RoleAssignment } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Caller } from "../server/service.ts";
import { principalsOf } from "./principals.ts";
import { entriesOfType } from "./roleEntries.ts";

/** Template ids of Entra directory roles that Exchange knows. */
export const directoryRoles = {
  globalAdministrator: "62e90394-69f5-4237-9190-012177145e10",
  exchangeAdministrator: "29232cdf-9323-42fd-ade2-1d097af3e4de",
  globalReader: "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
} as const;

export interface Rights {
  /** Whether any role of the caller holds the cmdlet. */
  allows(cmdlet: string): boolean;
  /** Whether one of the roles that hold the cmdlet holds the parameter too. */
  grants(cmdlet: string, parameter: string): boolean;
  /** Whether the caller holds an unscoped delegating assignment of the role or of an ancestor. */
  delegates(role: ManagementRole): boolean;
  /** GUIDs of the principals that the caller is in Exchange; its id in Entra for one that Exchange does not know. */
  readonly principals: ReadonlySet<string>;
}

/** The rights of a caller at this moment: from its token's directory roles and from the tenant's role assignments. */
export function rightsOf(tenant: Tenant, caller: Caller): Rights {
  const principals = principalsOfCaller(tenant, caller);
  if (isAdministrator(caller)) {
    return { principals, allows: () => true, grants: () => true, delegates: () => true };
  }
  const assigned = tenant.assignments.filter(({ enabled, assignee }) => enabled && principals.has(assignee));
  const types = [...grantedTypes(tenant, assigned), ...endUserTypes(tenant, caller)];
  const excluded = (cmdlet: string): (readonly string[])[] =>
    types.flatMap((roleType) => {
      const entry = entriesOfType(roleType, tenant).get(cmdlet);
      return entry === undefined ? [] : [entry];
    });
  const reads = caller.directoryRoles.includes(directoryRoles.globalReader);
  const mayRead = (cmdlet: string): boolean => reads && /^(Get|Test)-/.test(cmdlet);
  return {
    principals,
    allows: (cmdlet) => mayRead(cmdlet) || excluded(cmdlet).length > 0,
    grants: (cmdlet, parameter) =>
      mayRead(cmdlet) || excluded(cmdlet).some((parameters) => !parameters.includes(parameter)),
    delegates: (role) => holdsDelegation(tenant, assigned, role),
  };
}

function isAdministrator({ directoryRoles: held }: Caller): boolean {
  return held.includes(directoryRoles.globalAdministrator) || held.includes(directoryRoles.exchangeAdministrator);
}

function principalsOfCaller(tenant: Tenant, caller: Caller): ReadonlySet<string> {
  const self =
    caller.kind === "application"
      ? tenant.exchangeServicePrincipals.find(({ objectId }) => objectId === caller.objectId)
      : tenant.recipients.find(
          ({ externalDirectoryObjectId, softDeleted, group }) =>
            externalDirectoryObjectId === caller.objectId && !softDeleted && group === null,
        );
  return self === undefined ? new Set([caller.objectId]) : principalsOf(tenant, self.guid);
}

function grantedTypes(tenant: Tenant, assigned: readonly RoleAssignment[]): string[] {
  const held = new Set(assigned.filter(({ delegation }) => delegation === "Regular").map(({ role }) => role));
  return tenant.roles.filter(({ guid }) => held.has(guid)).map(({ roleType }) => roleType);
}

/** The roles of the default assignment policy, which every user with a mailbox has. */
function endUserTypes(tenant: Tenant, caller: Caller): string[] {
  if (caller.kind !== "user") return [];
  const hasMailbox = tenant.recipients.some(
    ({ externalDirectoryObjectId, type, softDeleted }) =>
      externalDirectoryObjectId === caller.objectId && type === "UserMailbox" && !softDeleted,
  );
  if (!hasMailbox) return [];
  if ((tenant.roleAssignmentPolicies ?? []).length === 0) return ["MyBaseOptions", "MyDistributionGroups"];
  return grantedTypes(
    tenant,
    tenant.assignments.filter(({ enabled, assigneeType }) => enabled && assigneeType === "RoleAssignmentPolicy"),
  );
}

function holdsDelegation(tenant: Tenant, assigned: readonly RoleAssignment[], role: ManagementRole): boolean {
  const line = ancestry(tenant, role);
  return assigned.some(
    (assignment) =>
      assignment.delegation !== "Regular" &&
      line.has(assignment.role) &&
      (assignment.recipientWriteScope === "Organization" || assignment.recipientWriteScope === "NotApplicable"),
  );
}

/** GUIDs of a role and of all that it descends from. */
export function ancestry(tenant: Tenant, role: ManagementRole): ReadonlySet<string> {
  const line = new Set<string>();
  let current: ManagementRole | undefined = role;
  while (current !== undefined && !line.has(current.guid)) {
    line.add(current.guid);
    const { parent }: ManagementRole = current;
    current = tenant.roles.find(({ guid, name }) => guid === parent || name === parent);
  }
  return line;
}
