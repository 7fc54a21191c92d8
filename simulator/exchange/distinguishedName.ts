/**
 * Distinguished and canonical names: as Exchange Online builds them (facts/exchange.md §3.4), and as they stand in the
 * Active Directory of an Exchange Server organisation (facts/powershell.md §3).
 */
import type { ServerOrganization, Tenant } from "../tenant/model.ts";

/** What a principal's DN is made of. */
export interface Named {
  readonly cn: string;
  readonly container?: string;
}

/** Where role groups live in Active Directory, whoever makes them. */
export const roleGroupContainer = "OU=Microsoft Exchange Security Groups";

/** Where everything else lives that names no unit. */
export const usersContainer = "CN=Users";

/** Kinds of configuration objects and the containers that hold them. */
const containers = {
  scope: "CN=Scopes,CN=RBAC",
  role: "CN=Roles,CN=RBAC",
  assignment: "CN=Role Assignments,CN=RBAC",
  servicePrincipal: "CN=ServicePrincipals",
} as const;

/** Escapes what a relative DN may not hold as it is, in LDAP's way. */
function escapeRelativeName(name: string): string {
  return name
    .replace(/[\\,+"<>;=]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ");
}

/** `DC=ad,DC=example`. */
export function domainDn({ domain }: Pick<ServerOrganization, "domain">): string {
  return domain
    .split(".")
    .map((part) => `DC=${part}`)
    .join(",");
}

/**
 * The unit that holds all of a tenant's principals: in Exchange Online the only possible `RecipientRoot`, in Active
 * Directory the domain.
 */
export function organizationalUnitDn(tenant: Tenant): string {
  if (tenant.server !== undefined) return domainDn(tenant.server);
  return `OU=${tenant.initialDomain},OU=Microsoft Exchange Hosted Organizations,DC=${tenant.forest},DC=prod,DC=outlook,DC=com`;
}

/** DN of a recipient, a role group or another security principal. */
export function principalDn(tenant: Tenant, { cn, container = usersContainer }: Named): string {
  const unit = tenant.server === undefined ? "" : `${container},`;
  return `CN=${escapeRelativeName(cn)},${unit}${organizationalUnitDn(tenant)}`;
}

/** DN of a scope, role, assignment or service principal pointer. */
export function configurationDn(tenant: Tenant, kind: keyof typeof containers, object: { cn: string }): string {
  const root =
    tenant.server === undefined
      ? `CN=Configuration,CN=${tenant.initialDomain},CN=ConfigurationUnits,DC=${tenant.forest},DC=PROD,DC=OUTLOOK,DC=COM`
      : `CN=${tenant.server.name},CN=Microsoft Exchange,CN=Services,CN=Configuration,${domainDn(tenant.server)}`;
  return `CN=${escapeRelativeName(object.cn)},${containers[kind]},${root}`;
}

/** `EURPR05A001.prod.outlook.com/Microsoft Exchange Hosted Organizations/<tenant>/<cn>`, or below Active Directory's domain. */
export function canonicalName(tenant: Tenant, principal: Named): string {
  return `${organizationalUnitName(tenant, principal.container)}/${principal.cn}`;
}

/** The organisational unit as Exchange prints it in `OrganizationalUnit` and `RecipientRoot`. */
export function organizationalUnitName(tenant: Tenant, container = usersContainer): string {
  if (tenant.server !== undefined) {
    const [domains, units] = [true, false].map((isDomain) =>
      splitDn(container).filter((part) => /^\s*DC=/i.test(part) === isDomain),
    );
    const domain = [...namesOf(domains ?? []), tenant.server.domain].join(".");
    return [domain, ...namesOf(units ?? []).reverse()].join("/");
  }
  return `${tenant.forest}.prod.outlook.com/Microsoft Exchange Hosted Organizations/${tenant.initialDomain}`;
}

function namesOf(parts: readonly string[]): string[] {
  return parts.map((part) => part.slice(part.indexOf("=") + 1).replace(/\\(.)/g, "$1"));
}

/** The parts of a DN, split at commas that are not escaped. */
function splitDn(dn: string): string[] {
  return dn.match(/(?:\\.|[^,\\])+/g) ?? [];
}

/** Whether a text has the form of a DN. */
export function isDn(text: string): boolean {
  return /^\s*(CN|OU|DC)=/i.test(text) && splitDn(text).every((part) => /^\s*(CN|OU|DC)=/i.test(part));
}

/**
 * A DN as a stored filter shows it: Exchange's own casing of types and domain, no spaces around commas. Idempotent.
 * Text that is no DN comes back as it is.
 */
export function normalizeDn(dn: string): string {
  if (!isDn(dn)) return dn;
  const parts = splitDn(dn).map((part) => {
    const separator = part.indexOf("=");
    const type = part.slice(0, separator).trim().toUpperCase();
    const value = trimValue(part.slice(separator + 1));
    return `${type}=${type === "DC" ? value.toUpperCase() : value}`;
  });
  return parts.join(",");
}

/** Removes spaces around a value, except the last one where it is escaped. */
function trimValue(value: string): string {
  const trimmed = value.trim();
  return /(^|[^\\])(\\\\)*\\$/.test(trimmed) ? `${trimmed} ` : trimmed;
}

/** What two spellings of one DN have in common. */
export function dnKey(dn: string): string {
  return normalizeDn(dn).toLowerCase();
}

/** Whether `text` is the DN or the canonical name of this principal. */
export function namesPrincipal(tenant: Tenant, principal: Named, text: string): boolean {
  if (isDn(text)) return dnKey(text) === dnKey(principalDn(tenant, principal));
  return text.toLowerCase() === canonicalName(tenant, principal).toLowerCase();
}
