/** Who may send as a mailbox, on Exchange Server: the right Send-As on its object in Active Directory; of others nothing. */
import type { Invocation, ReadCmdlet, WriteCmdlet } from "../exchange/cmdlet.ts";
import { isDn } from "../exchange/distinguishedName.ts";
import { NotModelled, notFound } from "../exchange/failure.ts";
import { identityOf } from "../exchange/lookup.ts";
import { findNamedMailbox } from "../exchange/mailbox.ts";
import { findTrustee, trusteeName } from "../exchange/mailboxPermission.ts";
import type { Output } from "../exchange/output.ts";
import { anyOf, requiredText, text } from "../exchange/parameter.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import { permissionsOf } from "../tenant/mailboxPermissions.ts";
import type { Tenant } from "../tenant/model.ts";

const sendAs = anyOf("Microsoft.Exchange.Configuration.Tasks.ExtendedRightIdParameter[]", "Send As", "Send-As");

/** Its page promises a DN, and of names no more than that they may work: a GUID is refused here. */
function findObject(invocation: Invocation): Recipient {
  const identity = invocation.values.required("Identity");
  if (!isDn(identity) && /^[0-9a-f-]{36}$/i.test(identity)) throw notFound(invocation.tenant, identity);
  return findNamedMailbox(invocation, identity);
}

function rowOf(tenant: Tenant, mailbox: Recipient, user: string, kind: Output = {}): Output {
  return {
    Identity: identityOf(tenant, mailbox),
    User: user,
    AccessRights: ["ExtendedRight"],
    ExtendedRights: ["Send-As"],
    IsInherited: false,
    Deny: false,
    InheritanceType: "None",
    ...kind,
  };
}

export const getAdPermission: ReadCmdlet = {
  name: "Get-ADPermission",
  parameters: { Identity: requiredText },
  read(invocation) {
    const { tenant } = invocation;
    const mailbox = findObject(invocation);
    const readers = { AccessRights: ["ReadProperty"], ExtendedRights: null };
    return [
      rowOf(tenant, mailbox, "NT AUTHORITY\\SELF"),
      rowOf(tenant, mailbox, "NT AUTHORITY\\Authenticated Users", readers),
      rowOf(tenant, mailbox, `${tenant.server?.netBiosName ?? ""}\\Exchange Servers`, { IsInherited: true }),
      ...permissionsOf(mailbox).sendAs.map((guid) => rowOf(tenant, mailbox, trusteeName(tenant, guid))),
    ];
  },
};

export const addAdPermission: WriteCmdlet = {
  name: "Add-ADPermission",
  parameters: { Identity: requiredText, User: requiredText, AccessRights: text, ExtendedRights: sendAs },
  write(invocation) {
    const { tenant, values } = invocation;
    const mailbox = findObject(invocation);
    const { guid } = findTrustee(invocation, "User");
    if (values.names("ExtendedRights") === undefined) throw new NotModelled("Add-ADPermission without ExtendedRights");
    const permissions = permissionsOf(mailbox);
    mailbox.permissions = { ...permissions, sendAs: [...new Set([...permissions.sendAs, guid])] };
    const name = trusteeName(tenant, guid);
    return { target: `${mailbox.name}: ${name}`, output: [rowOf(tenant, mailbox, name)] };
  },
};
