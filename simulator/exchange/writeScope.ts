/** Which recipients an assignment's write scope holds. Pure; rules in docs/fidelity.md, "Access evaluation". */
import type { ManagementRole, Recipient, RecipientType, RoleAssignment } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { findUnit, isBelow } from "./organizationalUnit.ts";
import { matchRecipients } from "./recipientFilter.ts";

const mailboxTypes: ReadonlySet<RecipientType> = new Set([
  "UserMailbox",
  "SharedMailbox",
  "RoomMailbox",
  "EquipmentMailbox",
  "LinkedMailbox",
]);

/** Whether a recipient is a mailbox that can be opened (a Microsoft 365 group is none: calendar-access.md §4). */
export function isMailbox(recipient: Recipient): boolean {
  return mailboxTypes.has(recipient.type) && !recipient.softDeleted;
}

/** A role and all that descend from it have one `RoleType`. */
export function isOfType(role: ManagementRole | undefined, roleType: string): boolean {
  return role !== undefined && role.roleType.toLowerCase() === roleType.toLowerCase();
}

/**
 * GUIDs of all recipients inside an assignment's write scope. `actor` is the recipient of the user that acts through
 * it: scopes like `Self` depend on it. Exclusive scopes take their recipients away from every assignment of a user that
 * does not name an exclusive scope itself; they do not restrict applications (facts/exchange.md §2.1).
 */
export function recipientsInScope(tenant: Tenant, assignment: RoleAssignment, actor?: Recipient): ReadonlySet<string> {
  const inside = recipientsBeforeExclusion(tenant, assignment, actor);
  if (assignment.assigneeType === "ServicePrincipal" || assignment.recipientWriteScope === "ExclusiveRecipientScope") {
    return inside;
  }
  const reserved = new Set(
    tenant.scopes
      .filter(({ exclusive }) => exclusive)
      .flatMap((scope) => matchRecipients(tenant, scope.recipientFilter, scope.recipientRoot).map(({ guid }) => guid)),
  );
  return reserved.size === 0 ? inside : new Set([...inside].filter((guid) => !reserved.has(guid)));
}

function recipientsBelow(tenant: Tenant, root: string | null): Set<string> {
  const unit = root === null ? undefined : findUnit(tenant, root);
  const inside = tenant.recipients.filter((each) => !each.softDeleted && unit !== undefined && isBelow(each, unit));
  return new Set(inside.map(({ guid }) => guid));
}

function recipientsBeforeExclusion(tenant: Tenant, assignment: RoleAssignment, actor?: Recipient): Set<string> {
  const everybody = (): Set<string> =>
    new Set(tenant.recipients.filter(({ softDeleted }) => !softDeleted).map(({ guid }) => guid));
  switch (assignment.recipientWriteScope) {
    case "Organization":
      return everybody();
    case "CustomRecipientScope":
    case "ExclusiveRecipientScope": {
      // An assignment that names a scope that is gone reaches nobody.
      const scope = tenant.scopes.find(({ guid }) => guid === assignment.scope);
      if (scope === undefined) return new Set();
      return new Set(matchRecipients(tenant, scope.recipientFilter, scope.recipientRoot).map(({ guid }) => guid));
    }
    case "Group": {
      const group = tenant.recipients.find(({ guid, softDeleted }) => guid === assignment.scope && !softDeleted);
      return new Set(group?.group?.members ?? []);
    }
    case "OU":
      return recipientsBelow(tenant, assignment.scope);
    case "Self":
      return new Set(actor === undefined ? [] : [actor.guid]);
    case "MyDistributionGroups":
      return new Set(
        tenant.recipients
          .filter(({ group }) => actor !== undefined && group?.managedBy.includes(actor.guid) === true)
          .map(({ guid }) => guid),
      );
    // Administrative units have no members in this tenant.
    case "AdministrativeUnit":
    case "MyGAL":
    case "None":
    case "NotApplicable":
      return new Set();
  }
}
