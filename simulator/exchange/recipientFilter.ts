/** Which recipients an OPATH filter matches: direct group membership only, text compared without case. */
import type { Recipient, RecipientType } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { namesPrincipal, principalDn, dnKey } from "./distinguishedName.ts";
import { type Comparison, type Filter, parseFilter } from "./opath.ts";
import { findUnit, isBelow } from "./organizationalUnit.ts";

export type RecipientPredicate = (recipient: Recipient) => boolean;

/** `RecipientType`, the coarse kind, for each `RecipientTypeDetails`. */
export const coarseTypes: Record<RecipientType, string> = {
  UserMailbox: "UserMailbox",
  SharedMailbox: "UserMailbox",
  RoomMailbox: "UserMailbox",
  EquipmentMailbox: "UserMailbox",
  MailUser: "MailUser",
  GuestMailUser: "MailUser",
  LinkedMailbox: "UserMailbox",
  RemoteUserMailbox: "MailUser",
  MailContact: "MailContact",
  MailUniversalSecurityGroup: "MailUniversalSecurityGroup",
  MailUniversalDistributionGroup: "MailUniversalDistributionGroup",
  GroupMailbox: "MailUniversalDistributionGroup",
  User: "User",
};

/**
 * A predicate for a filter as it stands now. Throws FilterSyntaxError.
 *
 * @param further properties that only this filter can name, beside those of every recipient
 */
export function compileFilter(tenant: Tenant, source: string, further: readonly string[] = []): RecipientPredicate {
  return compile(tenant, parseFilter(source, further));
}

function compile(tenant: Tenant, filter: Filter): RecipientPredicate {
  if (filter.kind === "not") {
    const operand = compile(tenant, filter.operand);
    return (recipient) => !operand(recipient);
  }
  if (filter.kind === "comparison") {
    return filter.property === "MemberOfGroup" ? compileMembership(tenant, filter) : compileComparison(tenant, filter);
  }
  const left = compile(tenant, filter.left);
  const right = compile(tenant, filter.right);
  if (filter.kind === "and") return (recipient) => left(recipient) && right(recipient);
  return (recipient) => left(recipient) || right(recipient);
}

/** A name that no group has (any more) has no members: it matches nobody. */
function compileMembership(tenant: Tenant, { operator, value }: Comparison): RecipientPredicate {
  const name = typeof value === "string" ? value : "";
  const groups = tenant.recipients.filter(
    (recipient) => recipient.group !== null && !recipient.softDeleted && namesPrincipal(tenant, recipient, name),
  );
  const members = new Set(groups.flatMap(({ group }) => group?.members ?? []));
  return operator === "ne" ? ({ guid }) => !members.has(guid) : ({ guid }) => members.has(guid);
}

function compileComparison(tenant: Tenant, { property, operator, value }: Comparison): RecipientPredicate {
  const negative = operator === "ne" || operator === "notlike";
  const read = (recipient: Recipient): readonly string[] => readProperty(tenant, recipient, property);
  if (value === null) return (recipient) => (read(recipient).length === 0) !== negative;
  const wanted = (typeof value === "boolean" ? String(value) : value).toLowerCase();
  const key = property === "DistinguishedName" ? dnKey(wanted) : wanted;
  const isPrefix = (operator === "like" || operator === "notlike") && key.endsWith("*");
  const prefix = key.slice(0, -1);
  const matches = (text: string): boolean => (isPrefix ? text.startsWith(prefix) : text === key);
  return (recipient) => read(recipient).some(matches) !== negative;
}

/** The values of a property in lower case; an address also without its `smtp:`. */
function readProperty(tenant: Tenant, recipient: Recipient, property: string): readonly string[] {
  const values = rawProperty(tenant, recipient, property);
  return values.filter((value) => value !== null && value !== "").map((value) => String(value).toLowerCase());
}

function rawProperty(tenant: Tenant, recipient: Recipient, property: string): readonly (string | boolean | null)[] {
  switch (property) {
    case "Alias":
      return [recipient.alias];
    case "DisplayName":
      return [recipient.displayName];
    case "DistinguishedName":
      return [dnKey(principalDn(tenant, recipient))];
    case "EmailAddresses":
      return recipient.emailAddresses.flatMap((address) => [address, address.replace(/^[^:]*:/, "")]);
    case "EwsEnabled":
      return [recipient.ewsEnabled ?? null];
    case "ExternalDirectoryObjectId":
      return [recipient.externalDirectoryObjectId];
    case "GrantSendOnBehalfTo":
      return principalDns(tenant, recipient.permissions?.sendOnBehalf ?? []);
    case "Guid":
      return [recipient.guid];
    case "HiddenFromAddressListsEnabled":
      return [recipient.hiddenFromAddressListsEnabled];
    case "Name":
      return [recipient.name];
    case "PrimarySmtpAddress":
      return [recipient.primarySmtpAddress];
    case "RecipientType":
      return [coarseTypes[recipient.type]];
    case "RecipientTypeDetails":
      return [recipient.type];
    case "UserPrincipalName":
      return [recipient.userPrincipalName];
    default:
      return [recipient.customAttributes[property] ?? null];
  }
}

function principalDns(tenant: Tenant, guids: readonly string[]): string[] {
  return tenant.recipients.filter(({ guid }) => guids.includes(guid)).map((each) => principalDn(tenant, each));
}

/** Whether something is a recipient at all: not a plain user, not deleted. */
export function isRecipient(recipient: Recipient): boolean {
  return recipient.type !== "User" && !recipient.softDeleted;
}

/** All recipients below `root` (DN or canonical name of a unit; empty for the organisation) that a filter matches. */
export function matchRecipients(tenant: Tenant, source: string, root = ""): Recipient[] {
  const unit = findUnit(tenant, root);
  if (unit === undefined) return [];
  const predicate = compileFilter(tenant, source);
  return tenant.recipients.filter(
    (recipient) => isRecipient(recipient) && isBelow(recipient, unit) && predicate(recipient),
  );
}
