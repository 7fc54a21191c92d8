/** What Entra demands of a user's properties. */
import type { DirectoryUser } from "../tenant/directoryModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { badRequest, conflict, invalidValue, missingValue } from "./errors.ts";

/** Properties of a user that this tenant knows by name; the value is how long a text may be. */
const LIMITS: Readonly<Record<string, number>> = {
  displayName: 256,
  mailNickname: 64,
  userPrincipalName: 113,
  usageLocation: 128,
  jobTitle: 128,
  department: 64,
  companyName: 64,
  givenName: 64,
  surname: 64,
};

/** Checks what a create or update sends; throws Graph's refusal for the first thing that is wrong. */
export function checkProperties(body: Readonly<Record<string, unknown>>, tenant: Tenant): void {
  for (const [property, limit] of Object.entries(LIMITS)) {
    const value = body[property];
    if (typeof value === "string" && value.length > limit) throw invalidValue(property);
  }
  const nickname = body["mailNickname"];
  if (nickname !== undefined && (typeof nickname !== "string" || !/^[^@()\\[\]";:<>,\s]+$/.test(nickname))) {
    throw invalidValue("mailNickname");
  }
  const location = body["usageLocation"];
  if (typeof location === "string" && !/^[A-Z]{2}$/i.test(location)) throw invalidValue("usageLocation");
  if (body["displayName"] === "" || body["displayName"] === null) throw invalidValue("displayName");
  if (body["userPrincipalName"] !== undefined) checkPrincipalName(body["userPrincipalName"], tenant);
}

function checkPrincipalName(value: unknown, tenant: Tenant): void {
  if (typeof value !== "string") throw invalidValue("userPrincipalName");
  const [, local, domain] = /^([^@]*)@([^@]+)$/.exec(value) ?? [];
  if (
    local === undefined ||
    domain === undefined ||
    !/^[A-Za-z0-9'._!#^~-]{1,64}$/.test(local) ||
    local.endsWith(".")
  ) {
    throw badRequest("Property userPrincipalName is invalid.");
  }
  const domains = [tenant.initialDomain, ...tenant.verifiedDomains].map((name) => name.toLowerCase());
  if (!domains.includes(domain.toLowerCase())) {
    throw badRequest(
      "The domain portion of the userPrincipalName property is invalid. " +
        "You must use one of the verified domain names in your organization.",
    );
  }
}

/** Refuses a name or address that another live user has. */
export function checkUnique(user: DirectoryUser, tenant: Tenant): void {
  const others = tenant.users.filter(({ id, deletedDateTime }) => id !== user.id && deletedDateTime === null);
  const name = user.userPrincipalName.toLowerCase();
  if (others.some((other) => other.userPrincipalName.toLowerCase() === name)) throw conflict("userPrincipalName");
  const addresses = new Set(user.proxyAddresses.map((address) => address.toLowerCase()));
  const taken = [...others.flatMap(({ proxyAddresses }) => proxyAddresses), ...recipientAddresses(user, tenant)];
  if (taken.some((address) => addresses.has(address.toLowerCase()))) throw conflict("proxyAddresses");
}

/** Addresses of Exchange's own recipients (groups, contacts), which are in Entra too. */
function recipientAddresses(user: DirectoryUser, tenant: Tenant): string[] {
  return tenant.recipients
    .filter((recipient) => !recipient.softDeleted && recipient.externalDirectoryObjectId !== user.id)
    .flatMap((recipient) => recipient.emailAddresses);
}

/** Refuses a create without what Entra requires. */
export function checkRequired(body: Readonly<Record<string, unknown>>): void {
  for (const property of ["accountEnabled", "displayName", "mailNickname", "userPrincipalName"]) {
    if (body[property] === undefined || body[property] === null) throw missingValue(property, "User");
  }
  if (body["passwordProfile"] === undefined || body["passwordProfile"] === null) {
    throw badRequest("A password must be specified to create a new user.");
  }
}

/** Entra's password policy: 8 to 256 characters, three of four kinds unless `DisableStrongPassword`. */
export function checkPassword(password: unknown, policies: string | null): string {
  const text = typeof password === "string" ? password : "";
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  const isStrong = kinds >= 3 || policies?.includes("DisableStrongPassword") === true;
  if (text.length >= 8 && text.length <= 256 && isStrong) return text;
  throw badRequest(
    "The specified password does not comply with password complexity requirements. Please provide a different password.",
  );
}
