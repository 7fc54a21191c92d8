/** Names, aliases and CNs of mail-enabled groups (facts/exchange.md §2.5, §3.4). */
import { randomUUID } from "node:crypto";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { isSameName, limitLength, type Invocation } from "./cmdlet.ts";
import { invalidOperation, nameTaken } from "./failure.ts";

/** Applied to every group that is made or renamed through a cmdlet, unless IgnoreNamingPolicy is sent. */
export function applyNamingPolicy({ tenant, values }: Invocation, name: string): string {
  const policy = tenant.organization.groupNamingPolicy;
  if (policy === null || values.flag("IgnoreNamingPolicy") === true) return name;
  const isNamed = name.startsWith(policy.prefix) && name.endsWith(policy.suffix);
  return isNamed ? name : `${policy.prefix}${name}${policy.suffix}`;
}

export function refuseTakenName({ tenant }: Invocation, name: string, own?: Recipient): void {
  limitLength(name, 64);
  const taken = tenant.recipients.some((other) => other !== own && !other.softDeleted && isSameName(other.name, name));
  if (taken) throw nameTaken(name);
}

/**
 * The CN of a new group ends in the time of its making: its DN does not follow from its name (facts/exchange.md §3.4).
 */
export function suffixedName(name: string, now: number, { server }: Pick<Tenant, "server"> = {}): string {
  // In Active Directory it is the name itself.
  if (server !== undefined) return name;
  const stamp = new Date(now).toISOString().replace(/\D/g, "").slice(0, 14);
  return `${name.slice(0, 64 - stamp.length)}${stamp}`;
}

/** The given alias, or the name without what an alias cannot hold, made unique. */
export function chooseAlias({ tenant }: Invocation, given: string | undefined, name: string): string {
  const isTaken = (alias: string): boolean =>
    tenant.recipients.some((other) => !other.softDeleted && other.alias !== null && isSameName(other.alias, alias));
  if (given !== undefined) {
    limitLength(given, 64);
    if (isTaken(given)) throw invalidOperation(`The alias "${given}" is already being used. Please try another alias.`);
    return given;
  }
  const base = name.replace(/[^A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]/g, "").slice(0, 60) || "group";
  if (!isTaken(base)) return base;
  const free = Array.from({ length: 1000 }, (_, index) => `${base}${index + 1}`).find((alias) => !isTaken(alias));
  return free ?? `${base}${randomUUID().slice(0, 4)}`;
}
