/**
 * Split permissions of Active Directory (switch `splitPermissions`): Exchange may not make, remove or fill security
 * principals (OfficeDocs-Exchange, "Understanding split permissions").
 */
import { CmdletFailure, domainController } from "../exchange/failure.ts";
import { rightsOf, type Rights } from "../exchange/rights.ts";
import type { Caller, Simulator } from "../server/service.ts";
import type { Tenant } from "../tenant/model.ts";

/** Nobody's roles hold them any more. */
const gone = new Set(["New-Mailbox", "Remove-Mailbox"]);

/** Roles hold them, and the directory refuses them. */
const refused = new Set([
  "New-DistributionGroup",
  "Remove-DistributionGroup",
  "Add-DistributionGroupMember",
  "Remove-DistributionGroupMember",
  "Update-DistributionGroupMember",
]);

/** What the caller's roles let him run. */
export function serverRightsOf({ tenant, switches }: Simulator, caller: Caller): Rights {
  const rights = rightsOf(tenant, caller);
  if (switches.splitPermissions !== "activeDirectory") return rights;
  return { ...rights, allows: (cmdlet) => !gone.has(cmdlet) && rights.allows(cmdlet) };
}

/** Refuses what the directory does not let Exchange do. */
export function refuseSplit({ tenant, switches }: Simulator, cmdlet: string): void {
  if (switches.splitPermissions === "activeDirectory" && refused.has(cmdlet)) throw accessDenied(tenant);
}

function accessDenied(tenant: Tenant): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.ADOperationException",
    `Active Directory operation failed on ${domainController(tenant)}. This error is not retriable. Additional ` +
      "information: Access is denied. Active directory response: 00002098: SecErr: DSID-03150F94, problem 4003 " +
      "(INSUFF_ACCESS_RIGHTS), data 0",
  );
}
