/** Organisational units: one for everybody in Exchange Online, a tree in Active Directory. */
import type { ServerOrganization, Tenant } from "../tenant/model.ts";
import {
  dnKey,
  isDn,
  organizationalUnitDn,
  organizationalUnitName,
  usersContainer,
  type Named,
} from "./distinguishedName.ts";

/**
 * The container that a DN, a canonical name or a domain means, below the domain and "" for the whole organisation;
 * `undefined` where there is none.
 */
export function findUnit(tenant: Tenant, root: string): string | undefined {
  const whole = [organizationalUnitDn(tenant), tenant.server?.domain ?? organizationalUnitName(tenant)];
  if (root === "" || [...whole, tenant.initialDomain].some((name) => isSame(name, root))) return "";
  return tenant.server?.organizationalUnits.find(
    (unit) =>
      isSame(`${unit},${organizationalUnitDn(tenant)}`, root) || isSame(organizationalUnitName(tenant, unit), root),
  );
}

function isSame(one: string, other: string): boolean {
  if (isDn(one) && isDn(other)) return dnKey(one) === dnKey(other);
  return one.toLowerCase() === other.trim().toLowerCase();
}

/** The domain below the first one that a container is in; `undefined` in the first. */
export function childDomainOf(
  { childDomains }: ServerOrganization,
  container = usersContainer,
): ServerOrganization["childDomains"][number] | undefined {
  return childDomains.find((each) => isBelow({ container }, each.container));
}

/** Whether a principal lives in a unit that {@link findUnit} found, or in one below it. */
export function isBelow({ container = usersContainer }: Pick<Named, "container">, unit: string): boolean {
  return unit === "" || `,${container}`.toLowerCase().endsWith(`,${unit}`.toLowerCase());
}
