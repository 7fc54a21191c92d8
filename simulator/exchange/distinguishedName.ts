/** Distinguished and canonical names as Exchange Online builds them (facts/exchange.md §3.4). */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";

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

/** The organisational unit that holds all of a tenant's principals: the only possible `RecipientRoot`. */
export function organizationalUnitDn(tenant: Tenant): string {
  return `OU=${tenant.initialDomain},OU=Microsoft Exchange Hosted Organizations,DC=${tenant.forest},DC=prod,DC=outlook,DC=com`;
}

/** DN of a recipient, a role group or another security principal: they share one organisational unit. */
export function principalDn(tenant: Tenant, principal: { cn: string }): string {
  return `CN=${escapeRelativeName(principal.cn)},${organizationalUnitDn(tenant)}`;
}

/** DN of a scope, role, assignment or service principal pointer. */
export function configurationDn(tenant: Tenant, kind: keyof typeof containers, object: { cn: string }): string {
  const root = `CN=Configuration,CN=${tenant.initialDomain},CN=ConfigurationUnits,DC=${tenant.forest},DC=PROD,DC=OUTLOOK,DC=COM`;
  return `CN=${escapeRelativeName(object.cn)},${containers[kind]},${root}`;
}

/** `EURPR05A001.prod.outlook.com/Microsoft Exchange Hosted Organizations/<tenant>/<cn>`. */
export function canonicalName(tenant: Tenant, principal: { cn: string }): string {
  return `${organizationalUnitName(tenant)}/${principal.cn}`;
}

/** The organisational unit as Exchange prints it in `OrganizationalUnit` and `RecipientRoot`. */
export function organizationalUnitName(tenant: Tenant): string {
  return `${tenant.forest}.prod.outlook.com/Microsoft Exchange Hosted Organizations/${tenant.initialDomain}`;
}

/** The parts of a DN, split at commas that are not escaped. */
function splitDn(dn: string): string[] {
  return dn.match(/(?:\\.|[^,\\])+/g) ?? [];
}

/** Whether a text has the form of a DN. */
export function isDn(text: string): boolean {
  return /^\s*CN=/i.test(text) && splitDn(text).every((part) => /^\s*(CN|OU|DC)=/i.test(part));
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
export function namesPrincipal(tenant: Tenant, principal: Pick<Recipient, "cn">, text: string): boolean {
  if (isDn(text)) return dnKey(text) === dnKey(principalDn(tenant, principal));
  return text.toLowerCase() === canonicalName(tenant, principal).toLowerCase();
}
