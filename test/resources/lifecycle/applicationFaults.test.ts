/** A fault in every HTTP call of the artifacts of an app's access. */
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { securityGroupInputs } from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationScopeInputs,
  makeApp,
  pointerInputs,
} from "../../support/application.ts";
import { testFaults } from "../../support/faults.ts";

const kinds = ["pointer to the enterprise app", "role assignment of an app"];

testFaults(kinds, applicationName, async (tenant, context) => {
  const app = await makeApp(tenant);
  const pointer = {
    artifact: exchangeServicePrincipal,
    desired: pointerInputs(app),
    restore: tenant.save(),
    drift: (Identity: string) => tenant.byHand("Set-ServicePrincipal", { Identity, DisplayName: "Other" }),
  };
  await exchangeServicePrincipal.create(context, pointerInputs(app));
  const group = await securityGroup.create(context, securityGroupInputs(tenant));
  const scope = await managementScope.create(context, applicationScopeInputs(group.id, app));
  const assignment = {
    artifact: roleAssignment,
    desired: { ...applicationAssignmentInputs(tenant, app, scope.id), regrant: true },
    restore: tenant.save(),
    drift: (Identity: string) =>
      tenant.byHand("Set-ManagementRoleAssignment", {
        Identity,
        Enabled: false,
        RecipientAdministrativeUnitScope: "2b1f6f5a-0000-4000-8000-000000000000",
      }),
  };
  return { [kinds[0] ?? ""]: pointer, [kinds[1] ?? ""]: assignment };
});
