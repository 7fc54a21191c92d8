/** E-mail addresses of recipients: unique in the tenant, one of them primary. */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { invalidOperation, proxyAddressTaken } from "./failure.ts";

/** An address without its `SMTP:` or `smtp:`. */
export function plainAddress(proxy: string): string {
  return proxy.replace(/^[^:@]*:/, "");
}

/** Refuses an address that another recipient has. */
export function refuseTakenAddress(tenant: Tenant, address: string, own?: Recipient): void {
  const wanted = address.toLowerCase();
  const owner = tenant.recipients.find(
    (recipient) =>
      recipient !== own &&
      !recipient.softDeleted &&
      recipient.emailAddresses.some((proxy) => plainAddress(proxy).toLowerCase() === wanted),
  );
  if (owner !== undefined) throw proxyAddressTaken(`SMTP:${address}`, owner.name);
}

/** Refuses an address outside the organisation's domains. */
export function refuseForeignDomain(tenant: Tenant, address: string): void {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  const accepted = [tenant.initialDomain, ...tenant.verifiedDomains].map((name) => name.toLowerCase());
  if (address.includes("@") && accepted.includes(domain)) return;
  throw invalidOperation(
    `You can't use the domain ${domain} because it's not an accepted domain for your organization.`,
  );
}

/** Makes `address` the primary one; the one before stays as an alias. */
export function setPrimaryAddress(recipient: Recipient, address: string): void {
  const others = recipient.emailAddresses
    .filter((proxy) => plainAddress(proxy).toLowerCase() !== address.toLowerCase())
    .map((proxy) => proxy.replace(/^SMTP:/, "smtp:"));
  recipient.emailAddresses = [`SMTP:${address}`, ...others];
  recipient.primarySmtpAddress = address;
}

/** Stores a whole list: exactly one `SMTP:`; where there is none, the first becomes primary. */
export function setAddresses(recipient: Recipient, proxies: readonly string[]): void {
  const typed = proxies.map((proxy) => (/^[^:@]*:/.test(proxy) ? proxy : `smtp:${proxy}`));
  const primaries = typed.filter((proxy) => proxy.startsWith("SMTP:"));
  if (primaries.length > 1) throw invalidOperation("There are multiple primary SMTP addresses.");
  const [primary = typed.find((proxy) => proxy.startsWith("smtp:"))] = primaries;
  if (primary === undefined) throw invalidOperation("The recipient must have a primary SMTP address.");
  recipient.emailAddresses = [...typed];
  setPrimaryAddress(recipient, plainAddress(primary));
}
