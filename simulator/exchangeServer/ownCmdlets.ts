/** Cmdlets that only Exchange Server has, or that do more there. */
import { isSameName, type Cmdlet, type ReadCmdlet } from "../exchange/cmdlet.ts";
import { domainDn, organizationalUnitDn, organizationalUnitName } from "../exchange/distinguishedName.ts";
import { notFound } from "../exchange/failure.ts";
import { findUnit } from "../exchange/organizationalUnit.ts";
import { getGroup as onlineGetGroup } from "../exchange/recipient.ts";
import { size, text } from "../exchange/parameter.ts";
import { addAdPermission, getAdPermission } from "./adPermission.ts";
import { newDistributionGroup } from "./distributionGroup.ts";
import { newMailbox, setMailbox, setUser } from "./mailbox.ts";
import { ownGroups } from "./splitPermissions.ts";
import { setRoleGroup } from "./roleGroup.ts";
import { controllersOf } from "./domainControllers.ts";
import { serverOf } from "./serverOf.ts";
import { getAdServerSettings, setAdServerSettings } from "./serverSettings.ts";

import { getAuthenticationPolicy, getWebServicesVirtualDirectory } from "./webServices.ts";

const getDomainController: ReadCmdlet = {
  name: "Get-DomainController",
  parameters: { DomainName: text },
  read({ tenant }) {
    const server = serverOf(tenant);
    return controllersOf(server).map((name) => ({
      Name: name.split(".")[0] ?? name,
      Identity: name,
      DnsHostName: name,
      DistinguishedName: `CN=${name.split(".")[0] ?? name},OU=Domain Controllers,${domainDn({ domain: name.replace(/^[^.]+\./, "") })}`,
      IsGlobalCatalog: true,
    }));
  },
};

const getOrganizationalUnit: ReadCmdlet = {
  name: "Get-OrganizationalUnit",
  parameters: { Identity: text, ResultSize: size },
  read({ tenant, values }) {
    const identity = values.text("Identity");
    const wanted = identity === undefined ? undefined : findUnit(tenant, identity);
    if (identity !== undefined && !wanted) throw notFound(tenant, identity);
    return serverOf(tenant)
      .organizationalUnits.filter((unit) => wanted === undefined || unit === wanted)
      .map((unit) => ({
        Name: /^\w+=((?:\\.|[^,\\])*)/.exec(unit)?.[1] ?? unit,
        Identity: organizationalUnitName(tenant, unit),
        DistinguishedName: `${unit},${organizationalUnitDn(tenant)}`,
      }));
  },
};

/** With the groups of Exchange itself, which have no mail. */
const getGroup: ReadCmdlet = {
  ...onlineGetGroup,
  read(invocation) {
    const { simulator, values } = invocation;
    const identity = values.text("Identity");
    const all = values.has("Filter") || values.has("RecipientTypeDetails") ? [] : ownGroups(simulator);
    const own = all.filter(({ Name }) => identity === undefined || isSameName(Name, identity));
    return identity !== undefined && own.length > 0 ? own : [...onlineGetGroup.read(invocation), ...own];
  },
};

export const ownCmdlets: readonly Cmdlet[] = [
  newMailbox,
  setMailbox,
  setUser,
  setRoleGroup,
  getGroup,
  newDistributionGroup,
  getAdServerSettings,
  setAdServerSettings,
  getWebServicesVirtualDirectory,
  getAuthenticationPolicy,
  getDomainController,
  getOrganizationalUnit,
  getAdPermission,
  addAdPermission,
];
