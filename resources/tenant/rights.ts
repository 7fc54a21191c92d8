/** What the automation identity has to be allowed, in Exchange and in Graph (docs/permissions.md). */
import type { ExchangeError } from "../../exchange/errors.ts";
import type { Entra } from "../../connection/session.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { uses, type LastingInputs } from "./tenantInputs.ts";

/** Cmdlets that an `up` may need. */
const assignmentWrites = [
  "New-ManagementRoleAssignment",
  "Set-ManagementRoleAssignment",
  "Remove-ManagementRoleAssignment",
];
const roleGroupWrites = ["New-RoleGroup", "Set-RoleGroup", "Remove-RoleGroup", "Update-RoleGroupMember"];
const applicationWrites = ["New-ServicePrincipal", "Set-ServicePrincipal", "Remove-ServicePrincipal"];
const groupWrites = [
  "New-DistributionGroup",
  "Set-DistributionGroup",
  "Remove-DistributionGroup",
  "Update-DistributionGroupMember",
  "New-ManagementScope",
  "Set-ManagementScope",
  "Remove-ManagementScope",
];

function neededWrites(inputs: LastingInputs): string[] {
  return [
    ...assignmentWrites,
    ...(uses(inputs, "impersonation") ? roleGroupWrites : []),
    ...(uses(inputs, "application") ? applicationWrites : []),
    ...(inputs.reach === "group" ? groupWrites : []),
  ];
}

/** Permissions of Graph, one of which is needed to make an app. */
const appAdministrators = new Set(["Application.ReadWrite.All", "Directory.ReadWrite.All"]);

/** Global Administrator and User Administrator (template ids). */
const userAdministrators = new Set(["62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1"]);

/**
 * Which rights to write are missing for what is asked for. A user's token shows none of Graph's: then Entra says it.
 */
export async function missingRights(context: Context, inputs: LastingInputs): Promise<Problem[]> {
  const allowed = await context.exchange.allowedCmdlets();
  const needed = neededWrites(inputs);
  const missing = allowed === undefined ? [] : needed.filter((cmdlet) => !allowed.has(cmdlet));
  const advice =
    context.entra === undefined
      ? "Make its account a member of role groups whose roles hold them"
      : "Give its app the Entra role Exchange Administrator";
  return [
    ...(missing.length > 0
      ? [`The automation identity may not run ${missing.join(", ")} in Exchange. ${advice}. Nothing was changed.`]
      : []),
    ...(context.entra === undefined ? [] : missingInEntra(context.entra, inputs)),
  ];
}

/** What is missing to make users and apps. */
function missingInEntra({ graphRoles, directoryRoles }: Entra, inputs: LastingInputs): Problem[] {
  const canMakeApps = graphRoles.some((role) => appAdministrators.has(role));
  const canMakeUsers =
    graphRoles.some((role) => ["User.ReadWrite.All", "Directory.ReadWrite.All"].includes(role)) ||
    directoryRoles.some((role) => userAdministrators.has(role));
  return [
    ...(inputs.ownsApp && graphRoles.length > 0 && !canMakeApps
      ? [
          "The automation identity may not make apps: it lacks Application.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
    ...((inputs.ownsUser || inputs.removeLeftovers) && graphRoles.length > 0 && !canMakeUsers
      ? [
          "The automation identity may not make users: it lacks User.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
  ];
}

/** The problem where the identity may not even read. */
export function missingRead(error: ExchangeError): Problem {
  return `The automation identity may not read Exchange (${error.message}). Give its app the permission Exchange.ManageAsApp and the Entra role Exchange Administrator; to preview and verify, Global Reader is enough. Nothing was changed.`;
}
