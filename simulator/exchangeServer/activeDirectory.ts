/** What an administrator of Active Directory does beside Exchange: objects moved, units renamed, accounts disabled. */
import { dnKey, organizationalUnitDn, principalDn, usersContainer } from "../exchange/distinguishedName.ts";
import { findUnit, isBelow } from "../exchange/organizationalUnit.ts";
import type { Simulator } from "../server/service.ts";
import type { ExchangeObject } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { writeAt } from "./domainControllers.ts";
import { serverOf } from "./serverOf.ts";

const ACTOR = "Active Directory Users and Computers";

/** Moves a user or a group into another unit; both by DN. Throws a plain message where one of them is not there. */
export function moveObject(simulator: Simulator, dn: string, unitDn: string): void {
  change(simulator, "move", dn, (tenant) => {
    const container = requireUnit(tenant, unitDn);
    const object = principalsOf(tenant).find((each) => dnKey(principalDn(tenant, each)) === dnKey(dn));
    if (object === undefined) throw new Error(`${dn} is not there.`);
    object.container = container;
  });
}

/** Renames a unit: everything below it has another DN then. */
export function renameUnit(simulator: Simulator, unitDn: string, name: string): void {
  change(simulator, "rename", unitDn, (tenant) => {
    const unit = requireUnit(tenant, unitDn);
    const renamed = unit.replace(/^(OU)=(\\.|[^,\\])*/i, `$1=${name.replace(/[\\,+"<>;=]/g, "\\$&")}`);
    const rewrite = (container: string): string => container.slice(0, container.length - unit.length) + renamed;
    const server = serverOf(tenant);
    for (const each of principalsOf(tenant)) {
      if (isBelow(each, unit)) each.container = rewrite(each.container ?? usersContainer);
    }
    // Shared by all domain controllers: which units there are is known at once.
    const units = server.organizationalUnits;
    units.splice(0, units.length, ...units.map((each) => (isBelow({ container: each }, unit) ? rewrite(each) : each)));
  });
}

/** Enables or disables a user's account, by its UPN. Throws a plain message where there is none. */
export function enableAccount(simulator: Simulator, userPrincipalName: string, enabled: boolean): void {
  change(simulator, enabled ? "enable" : "disable", userPrincipalName, (tenant) => {
    const account = tenant.users.find(
      (each) => each.userPrincipalName.toLowerCase() === userPrincipalName.toLowerCase(),
    );
    const recipient = tenant.recipients.find(({ guid }) => guid === account?.id);
    if (account === undefined || recipient === undefined) throw new Error(`${userPrincipalName} is no account.`);
    account.accountEnabled = enabled;
    recipient.accountDisabled = !enabled;
  });
}

function principalsOf(tenant: Tenant): readonly ExchangeObject[] {
  return [...tenant.recipients.filter(({ softDeleted }) => !softDeleted), ...tenant.roleGroups];
}

function requireUnit(tenant: Tenant, dn: string): string {
  const unit = findUnit(tenant, dn);
  if (unit === undefined || unit === "") throw new Error(`${dn} is no unit of ${organizationalUnitDn(tenant)}.`);
  return unit;
}

function change(simulator: Simulator, operation: string, target: string, write: (tenant: Tenant) => void): void {
  const [first = ""] = serverOf(simulator.tenant).domainControllers;
  writeAt(simulator, first, ({ tenant }) => write(tenant));
  simulator.record({ actor: ACTOR, operation, target, status: 200 });
}
