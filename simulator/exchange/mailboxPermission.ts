/**
 * Who may open a whole mailbox: Get-, Add- and Remove-MailboxPermission (facts/exchange.md §2.9). What
 * the permissions open is in access/delegateAccess.ts.
 */
import type { Recipient } from "../tenant/exchangeModel.ts";
import { permissionsOf } from "../tenant/mailboxPermissions.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { invalidOperation } from "./failure.ts";
import { domainName, identityOf, recipients } from "./lookup.ts";
import { findMailbox } from "./mailbox.ts";
import type { Output } from "./output.ts";
import { anyOf, flag, requiredText, size, text } from "./parameter.ts";
import { securityId } from "./securityId.ts";

const accessRight = anyOf(
  "Microsoft.Exchange.Management.RecipientTasks.MailboxRights[]",
  ...["ChangeOwner", "ChangePermission", "DeleteItem", "ExternalAccount", "FullAccess", "ReadPermission"],
);

/** A user or security group that permissions can be given to. */
export function findTrustee(invocation: Invocation, parameter: string): Recipient {
  const name = invocation.values.required(parameter);
  const trustee = recipients.one(invocation, name);
  const isGroup = trustee.group !== null;
  if ((isGroup && trustee.type !== "MailUniversalSecurityGroup") || trustee.type === "MailContact") {
    throw invalidOperation(`The recipient '${trustee.name}' isn't a security principal: it is a ${trustee.type}.`);
  }
  return trustee;
}

/**
 * A principal as permissions show it: an address, a group by its name, one that is gone by its SID; on Exchange Server
 * each as the domain names it.
 */
export function trusteeName(tenant: Tenant, guid: string): string {
  const found = tenant.recipients.find((each) => each.guid === guid && !each.softDeleted);
  if (found === undefined) return securityId(tenant, guid);
  if (tenant.server !== undefined) return domainName(tenant.server, found);
  return found.group === null ? (found.userPrincipalName ?? found.primarySmtpAddress ?? found.name) : found.name;
}

/** Whether a row is of a principal that is gone: then a SID is all that is known of it. */
const isUnresolved = (user: Output[string] | undefined): boolean =>
  typeof user === "string" && user.startsWith("S-1-5-21-");

function rowOf(tenant: Tenant, mailbox: Recipient, user: string, rights: readonly string[], kind: Output = {}): Output {
  return {
    Identity: identityOf(tenant, mailbox),
    User: user,
    AccessRights: rights,
    IsInherited: false,
    Deny: "False",
    InheritanceType: "All",
    ...kind,
  };
}

/** What every mailbox has: its owner, and what comes down from the organisation. */
function standingRows(tenant: Tenant, mailbox: Recipient): Output[] {
  const inherited = { IsInherited: true };
  const domain = tenant.server?.netBiosName ?? tenant.forest;
  return [
    rowOf(tenant, mailbox, "NT AUTHORITY\\SELF", ["FullAccess", "ReadPermission"]),
    rowOf(tenant, mailbox, "NT AUTHORITY\\SYSTEM", ["FullAccess"], inherited),
    rowOf(tenant, mailbox, `${domain}\\Exchange Servers`, ["FullAccess", "ReadPermission"], inherited),
    rowOf(tenant, mailbox, `${domain}\\Domain Admins`, ["FullAccess"], { ...inherited, Deny: "True" }),
  ];
}

export const getMailboxPermission: ReadCmdlet = {
  name: "Get-MailboxPermission",
  parameters: { Identity: requiredText, User: text, ResultSize: size, IncludeUnresolvedPermissions: flag },
  unmodelled:
    "Credential DomainController GroupMailbox IncludeSoftDeletedUserPermissions Owner ReadFromDomainController " +
    "SoftDeletedMailbox UseCustomRouting",
  read(invocation) {
    const { tenant, values } = invocation;
    const mailbox = findMailbox(invocation);
    const given = permissionsOf(mailbox).entries.map(({ user, accessRights, deny }) =>
      rowOf(tenant, mailbox, trusteeName(tenant, user), accessRights, deny ? { Deny: "True" } : {}),
    );
    const withGone = values.flag("IncludeUnresolvedPermissions") === true;
    const shown = given.filter(({ User }) => withGone || !isUnresolved(User));
    const asked = values.has("User") ? trusteeName(tenant, findTrustee(invocation, "User").guid) : undefined;
    return [...standingRows(tenant, mailbox), ...shown].filter(({ User }) => asked === undefined || User === asked);
  },
};

export const addMailboxPermission: WriteCmdlet = {
  name: "Add-MailboxPermission",
  parameters: {
    Identity: requiredText,
    User: requiredText,
    AccessRights: { ...accessRight, required: true },
    AutoMapping: flag,
    Deny: flag,
    InheritanceType: text,
  },
  unmodelled: "DomainController GroupMailbox IgnoreDefaultScope Owner",
  write(invocation) {
    const { tenant, values } = invocation;
    const mailbox = findMailbox(invocation);
    const { guid } = findTrustee(invocation, "User");
    const deny = values.flag("Deny") === true;
    const rights = values.names("AccessRights") ?? [];
    const { entries, ...rest } = permissionsOf(mailbox);
    const held = entries.find((entry) => entry.user === guid && entry.deny === deny);
    const accessRights = [...new Set([...(held?.accessRights ?? []), ...rights])];
    mailbox.permissions = {
      ...rest,
      entries: [...entries.filter((entry) => entry !== held), { user: guid, accessRights, deny }],
    };
    const name = trusteeName(tenant, guid);
    const output = [rowOf(tenant, mailbox, name, accessRights, deny ? { Deny: "True" } : {})];
    return { target: `${mailbox.name}: ${name}`, output };
  },
};

export const removeMailboxPermission: WriteCmdlet = {
  name: "Remove-MailboxPermission",
  parameters: {
    Identity: requiredText,
    User: requiredText,
    AccessRights: { ...accessRight, required: true },
    Deny: flag,
    InheritanceType: text,
  },
  unmodelled:
    "BypassMasterAccountSid ClearAutoMapping DomainController GroupMailbox IgnoreDefaultScope ResetDefault SoftDeletedMailbox",
  write(invocation) {
    const { values } = invocation;
    const mailbox = findMailbox(invocation);
    const { guid, name } = findTrustee(invocation, "User");
    const deny = values.flag("Deny") === true;
    const removed = new Set(values.names("AccessRights") ?? []);
    const { entries, ...rest } = permissionsOf(mailbox);
    mailbox.permissions = {
      ...rest,
      entries: entries
        .map((entry) =>
          entry.user === guid && entry.deny === deny
            ? { ...entry, accessRights: entry.accessRights.filter((right) => !removed.has(right)) }
            : entry,
        )
        .filter(({ accessRights }) => accessRights.length > 0),
    };
    return { target: `${mailbox.name}: ${name}` };
  },
};
