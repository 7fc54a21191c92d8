/** Cmdlets that only Exchange Server has, or that do more there. */
import type { Cmdlet, ReadCmdlet } from "../exchange/cmdlet.ts";
import { domainDn, organizationalUnitDn, organizationalUnitName } from "../exchange/distinguishedName.ts";
import { notFound } from "../exchange/failure.ts";
import { findUnit } from "../exchange/organizationalUnit.ts";
import { size, text } from "../exchange/parameter.ts";
import type { ServerOrganization, Tenant } from "../tenant/model.ts";
import { newMailbox, setMailbox, setUser } from "./mailbox.ts";

/** The tenant's part that only this flavour has. */
export function serverOf({ server }: Tenant): ServerOrganization {
  if (server === undefined) throw new Error("This tenant is in Exchange Online.");
  return server;
}

const getDomainController: ReadCmdlet = {
  name: "Get-DomainController",
  parameters: { DomainName: text },
  read({ tenant }) {
    const server = serverOf(tenant);
    return server.domainControllers.map((name) => ({
      Name: name.split(".")[0] ?? name,
      Identity: name,
      DnsHostName: name,
      DistinguishedName: `CN=${name.split(".")[0] ?? name},OU=Domain Controllers,${domainDn(server)}`,
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

export const ownCmdlets: readonly Cmdlet[] = [
  newMailbox,
  setMailbox,
  setUser,
  getDomainController,
  getOrganizationalUnit,
];
