/** Changing mailboxes by hand: Set-Mailbox (names and addresses) and Remove-Mailbox. */
import type { MailboxPermissions, Recipient } from "../tenant/exchangeModel.ts";
import { permissionsOf } from "../tenant/mailboxPermissions.ts";
import type { Tenant } from "../tenant/model.ts";
import { plainAddress, refuseForeignDomain, refuseTakenAddress, setAddresses, setPrimaryAddress } from "./addresses.ts";
import { isSameName, limitLength, type Invocation, type WriteCmdlet } from "./cmdlet.ts";
import { principalDn } from "./distinguishedName.ts";
import { alreadyExists, notFound } from "./failure.ts";
import { recipients } from "./lookup.ts";
import { applyChange, flag, list, requiredText, text, type ListChange } from "./parameter.ts";
import { forgetPrincipal } from "./principals.ts";
import { isMailbox } from "./writeScope.ts";

/** The mailbox that `-Identity` names. Throws the not-found. */
export function findMailbox(invocation: Invocation): Recipient {
  return findNamedMailbox(invocation, invocation.values.required("Identity"));
}

/** The mailbox of a name. Throws the not-found. */
export function findNamedMailbox(invocation: Invocation, identity: string): Recipient {
  const mailbox = recipients.one(invocation, identity);
  if (!isMailbox(mailbox)) throw notFound(invocation.tenant, identity);
  return mailbox;
}

export const setMailbox: WriteCmdlet = {
  name: "Set-Mailbox",
  parameters: {
    Identity: requiredText,
    DisplayName: text,
    Name: text,
    EmailAddresses: list,
    WindowsEmailAddress: text,
    MicrosoftOnlineServicesID: text,
    HiddenFromAddressListsEnabled: flag,
    AccountDisabled: flag,
    GrantSendOnBehalfTo: list,
    ...Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`CustomAttribute${index + 1}`, text] as const)),
    Force: flag,
  },
  unmodelled:
    "AcceptMessagesOnlyFrom AddressBookPolicy Alias ArchiveName AuditEnabled CalendarRepairDisabled " +
    "DefaultPublicFolderMailbox DeliverToMailboxAndForward ForwardingAddress ForwardingSmtpAddress " +
    "InactiveMailbox Languages LitigationHoldEnabled MailTip MaxReceiveSize MaxSendSize " +
    "ModeratedBy ModerationEnabled Office Password ProhibitSendQuota RecipientLimits " +
    "RequireSenderAuthenticationEnabled ResourceCapacity RetentionPolicy RoleAssignmentPolicy SharingPolicy " +
    "SimpleDisplayName SingleItemRecoveryEnabled Type",
  exclusive: [["EmailAddresses", "WindowsEmailAddress"]],
  write(invocation) {
    const { tenant, values } = invocation;
    const mailbox = findMailbox(invocation);
    limitLength(values.text("DisplayName"), 256);
    const name = values.text("Name");
    if (name !== undefined) refuseTakenName(tenant, name, mailbox);
    const changed = { ...mailbox, customAttributes: { ...mailbox.customAttributes } };
    const change = values.list("EmailAddresses");
    if (change !== undefined) setAddresses(changed, applyChange(mailbox.emailAddresses, change));
    const onBehalf = values.list("GrantSendOnBehalfTo");
    if (onBehalf !== undefined) changed.permissions = withSendOnBehalf(invocation, mailbox, onBehalf);
    const primary = values.text("WindowsEmailAddress");
    if (primary !== undefined) setPrimaryAddress(changed, primary);
    for (const proxy of changed.emailAddresses.filter((proxy) => /^smtp:/i.test(proxy))) {
      refuseForeignDomain(tenant, plainAddress(proxy));
      refuseTakenAddress(tenant, plainAddress(proxy), mailbox);
    }
    // The CN goes along, and with it the DN.
    if (name !== undefined) Object.assign(changed, { name, cn: name });
    changed.displayName = values.text("DisplayName") ?? mailbox.displayName;
    changed.userPrincipalName = values.text("MicrosoftOnlineServicesID") ?? mailbox.userPrincipalName;
    changed.hiddenFromAddressListsEnabled =
      values.flag("HiddenFromAddressListsEnabled") ?? mailbox.hiddenFromAddressListsEnabled;
    changed.accountDisabled = values.flag("AccountDisabled") ?? mailbox.accountDisabled;
    for (let index = 1; index <= 15; index += 1) {
      const value = values.text(`CustomAttribute${index}`);
      if (value !== undefined) changed.customAttributes[`CustomAttribute${index}`] = value;
    }
    Object.assign(mailbox, changed);
    writeToEntra(invocation, mailbox);
    return { target: mailbox.name };
  },
};

/** Names are looked up before they are compared: the same principal has many. */
function withSendOnBehalf(invocation: Invocation, mailbox: Recipient, change: ListChange): MailboxPermissions {
  const guids = (names: readonly string[]): string[] => recipients.each(invocation, names).map(({ guid }) => guid);
  const { sendOnBehalf, ...rest } = permissionsOf(mailbox);
  const resolved: ListChange =
    change.kind === "replace"
      ? { kind: "replace", values: guids(change.values) }
      : { kind: "change", add: guids(change.add), remove: guids(change.remove) };
  return { ...rest, sendOnBehalf: applyChange(sendOnBehalf, resolved) };
}

function refuseTakenName(tenant: Tenant, name: string, own: Recipient): void {
  limitLength(name, 64);
  const isTaken = tenant.recipients.some((other) => other !== own && isSameName(other.name, name));
  if (isTaken) throw alreadyExists(tenant, principalDn(tenant, { ...own, cn: name }));
}

/** Users' properties are written to both directories at once (facts/exchange.md §6). */
function writeToEntra({ tenant }: Invocation, mailbox: Recipient): void {
  const user = tenant.users.find(({ id }) => id === mailbox.externalDirectoryObjectId);
  if (user === undefined) return;
  user.displayName = mailbox.displayName;
  user.mail = mailbox.primarySmtpAddress;
  user.proxyAddresses = [...mailbox.emailAddresses];
  user.userPrincipalName = mailbox.userPrincipalName ?? user.userPrincipalName;
  user.accountEnabled = !mailbox.accountDisabled;
}

export const removeMailbox: WriteCmdlet = {
  name: "Remove-Mailbox",
  parameters: { Identity: requiredText, Force: flag },
  unmodelled: "Migration PermanentlyDelete PublicFolder RemoveCNFPublicFolderMailboxPermanently",
  write(invocation) {
    const { simulator, tenant } = invocation;
    const mailbox = findMailbox(invocation);
    const user = tenant.users.find(({ id }) => id === mailbox.externalDirectoryObjectId);
    if (user !== undefined) user.deletedDateTime = new Date(simulator.now()).toISOString();
    mailbox.softDeleted = true;
    forgetPrincipal(tenant, mailbox.guid);
    return { target: mailbox.name };
  },
};
