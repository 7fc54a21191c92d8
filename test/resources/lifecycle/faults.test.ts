/** A fault in every HTTP call of the artifacts of impersonation. */
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { assignmentInputs, mark, roleGroupInputs, scopeInputs, securityGroupInputs } from "../../support/access.ts";
import { testFaults, type Subject } from "../../support/faults.ts";
import { dirk, serviceUser } from "../../support/people.ts";

const bypass = { BypassSecurityGroupManagerCheck: true };
const kinds = ["role group", "security group", "management scope", "role assignment"];

testFaults(kinds, serviceUser, async (tenant, context) => {
  const user = await tenant.makeUser(serviceUser, mark);
  const subjects: Record<string, Subject> = {};
  subjects["role group"] = {
    artifact: roleGroup,
    desired: roleGroupInputs(user),
    restore: tenant.save(),
    drift: async (Identity) => {
      await tenant.byHand("Set-RoleGroup", { Identity, Name: "Other", ...bypass });
      await tenant.byHand("Add-RoleGroupMember", { Identity, Member: dirk, ...bypass });
    },
  };
  const madeRoleGroup = await roleGroup.create(context, roleGroupInputs(user));
  subjects["security group"] = {
    artifact: securityGroup,
    desired: securityGroupInputs(tenant),
    restore: tenant.save(),
    drift: async (Identity) => {
      await tenant.byHand("Set-DistributionGroup", { Identity, HiddenFromAddressListsEnabled: false, ...bypass });
      await tenant.byHand("Add-DistributionGroupMember", { Identity, Member: dirk, ...bypass });
    },
  };
  const group = await securityGroup.create(context, securityGroupInputs(tenant));
  subjects["management scope"] = {
    artifact: managementScope,
    desired: scopeInputs(group.id, madeRoleGroup.id),
    restore: tenant.save(),
    drift: (Identity) =>
      tenant.byHand("Set-ManagementScope", { Identity, Name: "Other", RecipientRestrictionFilter: "Alias -like '*'" }),
  };
  const scope = await managementScope.create(context, scopeInputs(group.id, madeRoleGroup.id));
  subjects["role assignment"] = {
    artifact: roleAssignment,
    desired: { ...assignmentInputs(tenant, madeRoleGroup.id, scope.id), regrant: true },
    restore: tenant.save(),
    drift: (Identity) => tenant.byHand("Set-ManagementRoleAssignment", { Identity, Enabled: false }),
  };
  return subjects;
});
