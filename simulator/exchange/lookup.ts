/** Finds objects by what an `-Identity` can hold. Objects that this back end does not see yet are not found. */
import type {
  ExchangeObject,
  ExchangeServicePrincipal,
  ManagementRole,
  ManagementScope,
  Recipient,
  RoleAssignment,
  RoleGroup,
} from "../tenant/exchangeModel.ts";
import type { ServerOrganization, Tenant } from "../tenant/model.ts";
import { canonicalName, configurationDn, dnKey, isDn, principalDn, type Named } from "./distinguishedName.ts";
import { ambiguous, notFound } from "./failure.ts";
import { childDomainOf } from "./organizationalUnit.ts";
import type { Invocation } from "./cmdlet.ts";

/** The texts by which an object can be called; those that the identity's form rules out can be left out. */
type Keys<T> = (object: T, identity: string) => readonly (string | null)[];

/** Objects that have reached the back end that answers. */
export function visible<T extends ExchangeObject>({ simulator }: Invocation, objects: readonly T[]): T[] {
  const now = simulator.now();
  return objects.filter(({ visibleAt }) => visibleAt <= now);
}

/** All matches; a GUID outranks names, and `*` stands for any text, as in PowerShell. */
function findAll<T extends ExchangeObject>(objects: readonly T[], identity: string, keys: Keys<T>): T[] {
  const byGuid = objects.filter(({ guid }) => guid === identity.toLowerCase());
  if (byGuid.length > 0) return byGuid;
  const matches = matcher(identity);
  return objects.filter((object) => keys(object, identity).some((key) => key !== null && matches(key)));
}

function matcher(identity: string): (key: string) => boolean {
  if (identity.includes("*")) {
    const parts = identity.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`, "is");
    return (key) => pattern.test(key);
  }
  if (isDn(identity)) {
    const wanted = dnKey(identity);
    return (key) => isDn(key) && dnKey(key) === wanted;
  }
  const wanted = identity.toLowerCase();
  return (key) => key.length === wanted.length && key.toLowerCase() === wanted;
}

/** Objects by their GUID and plain names in lower case. */
function indexByKey<T extends ExchangeObject>(objects: readonly T[], keys: Keys<T>): ReadonlyMap<string, readonly T[]> {
  const index = new Map<string, T[]>();
  for (const object of objects) {
    const names = [object.guid, ...keys(object, "")].flatMap((key) => key?.toLowerCase() ?? []);
    for (const name of new Set(names)) index.set(name, [...(index.get(name) ?? []), object]);
  }
  return index;
}

/** A finder for one kind: all that match (Get-), or exactly one (everything else). */
interface Finder<T> {
  /** All that match; without an identity, all there are. Throws the not-found. */
  get(invocation: Invocation, identity: string | undefined): T[];
  /** Exactly one. Throws the not-found, or that several match. */
  one(invocation: Invocation, identity: string): T;
  /** Exactly one, or `undefined` where none matches. */
  maybe(invocation: Invocation, identity: string): T | undefined;
  /** Exactly one for each identity, in their order; for lists of thousands. */
  each(invocation: Invocation, identities: readonly string[]): T[];
}

function makeFinder<T extends ExchangeObject>(
  select: (tenant: Tenant, invocation: Invocation) => readonly T[],
  keys: (tenant: Tenant) => Keys<T>,
): Finder<T> {
  const all = (invocation: Invocation): T[] => visible(invocation, select(invocation.tenant, invocation));
  const find = (invocation: Invocation, identity: string): T[] =>
    findAll(all(invocation), identity, keys(invocation.tenant));
  const maybe = (invocation: Invocation, identity: string): T | undefined => {
    // Only a Get- takes wildcards.
    if (identity === "" || identity.includes("*")) return undefined;
    const found = find(invocation, identity);
    if (found.length > 1) throw ambiguous(identity);
    return found[0];
  };
  const one = (invocation: Invocation, identity: string): T => {
    const found = maybe(invocation, identity);
    if (found === undefined) throw notFound(invocation.tenant, identity);
    return found;
  };
  return {
    get(invocation, identity) {
      if (identity === undefined) return all(invocation);
      const found = find(invocation, identity);
      if (found.length === 0 && !identity.includes("*")) throw notFound(invocation.tenant, identity);
      return found;
    },
    one,
    maybe,
    each(invocation, identities) {
      const index = indexByKey(all(invocation), keys(invocation.tenant));
      return identities.map((identity) => {
        const [found, ...others] = index.get(identity.toLowerCase()) ?? [];
        // What is not in the index is a DN, a canonical name or unknown.
        return found === undefined || others.length > 0 ? one(invocation, identity) : found;
      });
    },
  };
}

/** Names with structure are only made where the identity has the same: lists of thousands of members are looked up. */
const recipientKeys =
  (tenant: Tenant): Keys<Recipient> =>
  (recipient, identity) => {
    if (isDn(identity)) return [principalDn(tenant, recipient)];
    if (identity.includes("\\") && tenant.server !== undefined) return [domainName(tenant.server, recipient)];
    if (identity.includes("/")) return [canonicalName(tenant, recipient), recipient.displayName];
    return [
      recipient.externalDirectoryObjectId,
      recipient.name,
      recipient.cn,
      recipient.alias,
      recipient.displayName,
      recipient.userPrincipalName,
      ...recipient.emailAddresses.map((address) => address.replace(/^[^:]*:/, "")),
    ];
  };

/** `DOMAIN\account`, as Windows names somebody. */
export function domainName(server: ServerOrganization, { account, name, container }: Recipient): string {
  const { netBiosName } = childDomainOf(server, container) ?? server;
  return `${netBiosName}\\${account?.samAccountName ?? name}`;
}

/** A session sees the first domain, unless it has asked for the whole forest. */
function seen({ tenant: { server }, session }: Invocation, all: readonly Recipient[]): readonly Recipient[] {
  if (server === undefined || session === undefined || session.viewEntireForest) return all;
  return all.filter(({ container }) => childDomainOf(server, container) === undefined);
}

/** Everything in the recipient list: recipients and plain users, soft-deleted ones included. */
export const anyRecipients = makeFinder<Recipient>(
  ({ recipients: all }, invocation) => seen(invocation, all),
  recipientKeys,
);

/** The same without what is soft-deleted. */
export const recipients = makeFinder<Recipient>(
  (tenant, invocation) => seen(invocation, tenant.recipients).filter(({ softDeleted }) => !softDeleted),
  recipientKeys,
);

export const groups = makeFinder<Recipient>(
  (tenant, invocation) =>
    seen(invocation, tenant.recipients).filter(
      ({ type, softDeleted }) =>
        !softDeleted && (type === "MailUniversalSecurityGroup" || type === "MailUniversalDistributionGroup"),
    ),
  recipientKeys,
);

export const roleGroups = makeFinder<RoleGroup>(
  (tenant) => tenant.roleGroups,
  (tenant) => (group) => [group.name, group.displayName, principalDn(tenant, group), canonicalName(tenant, group)],
);

export const scopes = makeFinder<ManagementScope>(
  (tenant) => tenant.scopes,
  (tenant) => (scope) => [scope.name, configurationDn(tenant, "scope", scope)],
);

/** Without ApplicationImpersonation where the organisation does not have it (any more). */
export const roles = makeFinder<ManagementRole>(
  (tenant, { simulator }) =>
    tenant.roles.filter(
      ({ roleType }) => simulator.switches.impersonationRole !== "missing" || roleType !== "ApplicationImpersonation",
    ),
  (tenant) => (role) => [role.name, configurationDn(tenant, "role", role)],
);

export const assignments = makeFinder<RoleAssignment>(
  (tenant) => tenant.assignments,
  (tenant) => (assignment) => [
    assignment.name,
    `${tenant.initialDomain}\\${assignment.name}`,
    configurationDn(tenant, "assignment", assignment),
  ],
);

export const servicePrincipals = makeFinder<ExchangeServicePrincipal>(
  (tenant) => tenant.exchangeServicePrincipals,
  (tenant) => (pointer) => [
    pointer.name,
    pointer.appId,
    pointer.objectId,
    pointer.displayName,
    configurationDn(tenant, "servicePrincipal", pointer),
  ],
);

/** A principal as another object names it: by its canonical name in Active Directory, else by its name. */
export function referenceTo(tenant: Tenant, guid: string): string {
  return referencesTo(tenant, [guid])[0] ?? guid;
}

/** The same of many: a group's members. */
export function referencesTo(tenant: Tenant, guids: readonly string[]): string[] {
  const sought = new Set(guids);
  const objects = [...tenant.recipients, ...tenant.roleGroups].filter(({ guid }) => sought.has(guid));
  const found = new Map(objects.map((object) => [object.guid, object]));
  return guids.map((guid) => {
    const object = found.get(guid);
    if (object === undefined) return nameOfPrincipal(tenant, guid);
    return tenant.server === undefined ? object.name : canonicalName(tenant, object);
  });
}

/** What a principal calls itself. */
export function identityOf(tenant: Tenant, object: Named & { name: string }): string {
  return tenant.server === undefined ? object.name : canonicalName(tenant, object);
}

/** The name that Exchange shows for a principal: of a recipient, a role group or a service principal. */
export function nameOfPrincipal(tenant: Tenant, guid: string): string {
  const pointer = tenant.exchangeServicePrincipals.find((object) => object.guid === guid);
  if (pointer !== undefined) return pointer.objectId;
  const object = [...tenant.recipients, ...tenant.roleGroups].find((candidate) => candidate.guid === guid);
  return object?.name ?? guid;
}
