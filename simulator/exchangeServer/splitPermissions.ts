/**
 * Split permissions of Active Directory (switch `splitPermissions`): Exchange may not make, remove or fill security
 * principals (OfficeDocs-Exchange, "Understanding split permissions").
 */
import { createHash } from "node:crypto";
import { organizationalUnitName, principalDn } from "../exchange/distinguishedName.ts";
import { CmdletFailure, domainController } from "../exchange/failure.ts";
import { Guid, type Output } from "../exchange/output.ts";
import { rightsOf, type Rights } from "../exchange/rights.ts";
import type { Caller, Simulator } from "../server/service.ts";
import type { Tenant } from "../tenant/model.ts";

/** Types of the roles that nobody has any more, but for giving them to others. */
const unassigned = new Set(
  ["MailRecipientCreation", "SecurityGroupCreationAndMembership"].map((each) => each.toLowerCase()),
);

/** Roles hold them, and the directory refuses them. */
const refused = new Set([
  "New-DistributionGroup",
  "Remove-DistributionGroup",
  "Add-DistributionGroupMember",
  "Remove-DistributionGroupMember",
  "Update-DistributionGroupMember",
]);

/** The organisation without the role assignments that the switch has taken away: for reading. */
export function asSplit(simulator: Simulator): Simulator {
  if (simulator.switches.splitPermissions !== "activeDirectory") return simulator;
  const { tenant } = simulator;
  const taken = new Set(
    tenant.roles.filter(({ roleType }) => unassigned.has(roleType.toLowerCase())).map(({ guid }) => guid),
  );
  const assignments = tenant.assignments.filter(({ role, delegation }) => delegation !== "Regular" || !taken.has(role));
  return { ...simulator, tenant: { ...tenant, assignments } };
}

/** What the caller's roles let him run. */
export function serverRightsOf(simulator: Simulator, caller: Caller): Rights {
  return rightsOf(asSplit(simulator).tenant, caller);
}

const subsystem = "Exchange Trusted Subsystem";

/** The groups of Exchange itself, as Get-Group shows them: where one stands, and who is in it, tells the model. */
export function ownGroups({ tenant, switches }: Simulator): (Output & { readonly Name: string })[] {
  const isSplit = switches.splitPermissions === "activeDirectory";
  const usual = "OU=Microsoft Exchange Security Groups";
  const place = isSplit ? "OU=Microsoft Exchange Protected Groups" : usual;
  return [
    ownGroup(tenant, subsystem, usual, []),
    ownGroup(
      tenant,
      "Exchange Windows Permissions",
      place,
      isSplit ? [] : [`${organizationalUnitName(tenant, usual)}/${subsystem}`],
    ),
  ];
}

function ownGroup(
  tenant: Tenant,
  name: string,
  container: string,
  members: readonly string[],
): Output & { readonly Name: string } {
  return {
    Name: name,
    Identity: `${organizationalUnitName(tenant, container)}/${name}`,
    DisplayName: name,
    Guid: new Guid(guidOf(name)),
    DistinguishedName: principalDn(tenant, { cn: name, container }),
    GroupType: "Universal, SecurityEnabled",
    Members: members,
    Notes: "",
    RecipientType: "Group",
    RecipientTypeDetails: "UniversalSecurityGroup",
    IsDirSynced: false,
  };
}

/** Made up, but stable. */
function guidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** What is no attribute of Exchange's, as Set-User and Set-Mailbox take it. */
const others = ["Password", "DisplayName", "UserPrincipalName", "Notes", "Name"];

/** Refuses what the directory does not let Exchange do. */
export function refuseSplit(
  { tenant, switches }: Simulator,
  cmdlet: string,
  sent: Readonly<Record<string, unknown>>,
): void {
  if (switches.splitPermissions !== "activeDirectory") return;
  const changesOthers = /^Set-(User|Mailbox)$/.test(cmdlet) && others.some((name) => name in sent);
  if (refused.has(cmdlet) || changesOthers) throw accessDenied(tenant);
}

function accessDenied(tenant: Tenant): CmdletFailure {
  return new CmdletFailure(
    "Microsoft.Exchange.Data.Directory.ADOperationException",
    `Active Directory operation failed on ${domainController(tenant)}. This error is not retriable. Additional ` +
      "information: Access is denied. Active directory response: 00002098: SecErr: DSID-03150F94, problem 4003 " +
      "(INSUFF_ACCESS_RIGHTS), data 0",
  );
}
