/**
 * The data plane's authorisation cache: EWS and the calendar calls of Graph decide by access.ts, and keep what they
 * found about a principal for `delays.authorizationCache` of virtual time (facts/calendar-access.md §3: 30 minutes to 2
 * hours). So a new right comes late, and a revoked one goes late.
 */
import { impersonationReach } from "./access.ts";
import { applicationReach } from "./applicationAccess.ts";
import type { MailboxRight } from "./applicationAccess.ts";
import type { AppRoleAssignment } from "../tenant/directoryModel.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Caller, Simulator } from "../server/service.ts";

/**
 * How a caller wants to use a mailbox: as the user whose it is (EWS impersonation), or by a right of an application.
 */
export type AccessChannel = "impersonation" | MailboxRight;

interface CachedReach {
  readonly objectId: string;
  /** `Caller.name` at the time, for a principal that is gone since. */
  readonly name: string;
  readonly channel: AccessChannel;
  readonly mailboxes: ReadonlySet<string>;
  /** Virtual time in ms from which it is evaluated anew. */
  readonly until: number;
}

/** By the tenant's state, which a reset replaces: a reset empties the cache. */
const caches = new WeakMap<Tenant, Map<string, CachedReach>>();

function cacheOf(tenant: Tenant): Map<string, CachedReach> {
  const existing = caches.get(tenant);
  if (existing !== undefined) return existing;
  const created = new Map<string, CachedReach>();
  caches.set(tenant, created);
  return created;
}

/**
 * Whether the caller may use the mailbox with this Exchange GUID, as the data plane sees it now. What Entra consented
 * is taken from the caller's token, which keeps it for its lifetime; RBAC and policies from the tenant, by way of the
 * cache.
 */
export function mayReachMailbox(
  simulator: Simulator,
  caller: Caller,
  recipientGuid: string,
  channel: AccessChannel,
): boolean {
  return mailboxesOf(simulator, caller, channel).has(recipientGuid);
}

/** Whether the caller may use any mailbox at all in this way, as the data plane sees it now. */
export function mayReachAny(simulator: Simulator, caller: Caller, channel: AccessChannel): boolean {
  return mailboxesOf(simulator, caller, channel).size > 0;
}

/** Whether the tenant grants the caller any mailbox in this way, whatever the cache says. */
export function isGrantedAny({ tenant }: Simulator, caller: Caller, channel: AccessChannel): boolean {
  return evaluateReach(tenant, caller, channel).length > 0;
}

/** Whether it is an application access policy that keeps an app from a mailbox that its consents would open. */
export function isBlockedByPolicy({ tenant }: Simulator, caller: Caller, guid: string, right: MailboxRight): boolean {
  const withoutPolicies = { ...tenant, applicationAccessPolicies: [] };
  return evaluateReach(withoutPolicies, caller, right).some((recipient) => recipient.guid === guid);
}

function mailboxesOf(simulator: Simulator, caller: Caller, channel: AccessChannel): ReadonlySet<string> {
  const { tenant, delays } = simulator;
  const evaluate = (): ReadonlySet<string> =>
    new Set(evaluateReach(tenant, caller, channel).map((recipient) => recipient.guid));
  if (delays.authorizationCache <= 0) return evaluate();
  const cache = cacheOf(tenant);
  const key = [channel, caller.objectId, ...[...caller.roles].sort()].join(" ");
  const cached = cache.get(key);
  if (cached !== undefined && simulator.now() < cached.until) return cached.mailboxes;
  const mailboxes = evaluate();
  const until = simulator.now() + delays.authorizationCache;
  cache.set(key, { objectId: caller.objectId, name: caller.name, channel, mailboxes, until });
  return mailboxes;
}

function evaluateReach(tenant: Tenant, caller: Caller, channel: AccessChannel): readonly Recipient[] {
  if (caller.kind === "user") return channel === "impersonation" ? impersonationReach(tenant, caller.objectId) : [];
  if (channel === "impersonation") return [];
  return applicationReach(asTokenSees(tenant, caller), caller.objectId, [channel]);
}

/** The tenant with the consents that the caller's token carries, instead of those that stand in the directory now. */
function asTokenSees(tenant: Tenant, caller: Caller): Tenant {
  const appRoleAssignments = tenant.servicePrincipals.flatMap((resource) =>
    resource.appRoles
      .filter(({ value }) => caller.roles.includes(value))
      .map(({ id }): AppRoleAssignment => ({
        id: `${caller.objectId} ${resource.id} ${id}`,
        appRoleId: id,
        principalId: caller.objectId,
        resourceId: resource.id,
        createdDateTime: "",
      })),
  );
  return { ...tenant, appRoleAssignments };
}

/** What counts as reach in the journal: everything that opens a calendar (the same in applicationAccess.ts). */
const reachChannels: ReadonlySet<AccessChannel> = new Set<AccessChannel>([
  "impersonation",
  "EWS.AccessAsApp",
  "Calendars.Read",
  "Calendars.ReadWrite",
  "Calendars.ReadBasic.All",
]);

/**
 * Primary SMTP addresses, sorted, of the mailboxes that the cache still allows each principal, under the names that
 * `reachOf` uses; principals without any are left out.
 */
export function cachedReachOf(simulator: Simulator): ReadonlyMap<string, readonly string[]> {
  const { tenant } = simulator;
  const addresses = new Map<string, Set<string>>();
  for (const cached of cacheOf(tenant).values()) {
    if (simulator.now() >= cached.until || !reachChannels.has(cached.channel) || cached.mailboxes.size === 0) continue;
    const name = findName(tenant, cached);
    const known = addresses.get(name) ?? new Set();
    for (const { guid, primarySmtpAddress } of tenant.recipients) {
      if (primarySmtpAddress !== null && cached.mailboxes.has(guid)) known.add(primarySmtpAddress);
    }
    addresses.set(name, known);
  }
  return new Map([...addresses].map(([name, set]) => [name, [...set].sort()]));
}

function findName(tenant: Tenant, { objectId, name }: CachedReach): string {
  const user = tenant.users.find(({ id }) => id === objectId);
  if (user !== undefined) return user.userPrincipalName;
  return tenant.servicePrincipals.find(({ id }) => id === objectId)?.displayName ?? name;
}
