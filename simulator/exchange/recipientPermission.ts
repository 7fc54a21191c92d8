/** Who may send as a recipient: Get-, Add- and Remove-RecipientPermission; for mailboxes only. */
import type { Recipient } from "../tenant/exchangeModel.ts";
import { permissionsOf } from "../tenant/mailboxPermissions.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { NotModelled } from "./failure.ts";
import { identityOf } from "./lookup.ts";
import { findMailbox } from "./mailbox.ts";
import { findTrustee, trusteeName } from "./mailboxPermission.ts";
import type { Output } from "./output.ts";
import { anyOf, requiredText, size, text } from "./parameter.ts";

const accessRight = anyOf("Microsoft.Exchange.Management.RecipientTasks.RecipientAccessRight[]", "SendAs");

function rowOf(tenant: Tenant, mailbox: Recipient, trustee: string): Output {
  return {
    Identity: identityOf(tenant, mailbox),
    Trustee: trustee,
    AccessControlType: "Allow",
    AccessRights: ["SendAs"],
    IsInherited: false,
    InheritanceType: "None",
  };
}

export const getRecipientPermission: ReadCmdlet = {
  name: "Get-RecipientPermission",
  parameters: { Identity: text, Trustee: text, AccessRights: accessRight, ResultSize: size },
  unmodelled: "DomainController IncludeSoftDeletedUserPermissions ReadFromDomainController",
  read(invocation) {
    const { tenant, values } = invocation;
    if (!values.has("Identity")) throw new NotModelled("Get-RecipientPermission without Identity");
    const mailbox = findMailbox(invocation);
    const trustees = ["NT AUTHORITY\\SELF", ...permissionsOf(mailbox).sendAs.map((guid) => trusteeName(tenant, guid))];
    const asked = values.has("Trustee") ? trusteeName(tenant, findTrustee(invocation, "Trustee").guid) : undefined;
    return trustees
      .filter((trustee) => asked === undefined || trustee === asked)
      .map((trustee) => rowOf(tenant, mailbox, trustee));
  },
};

const parameters = {
  Identity: requiredText,
  Trustee: requiredText,
  AccessRights: { ...accessRight, required: true },
} as const;
const unmodelled = "DomainController MultiTrustees SkipDomainValidationForMailContact SkipDomainValidationForMailUser";

export const addRecipientPermission: WriteCmdlet = {
  name: "Add-RecipientPermission",
  parameters,
  unmodelled,
  write(invocation) {
    const { mailbox, trustee } = change(invocation, (held, guid) => [...new Set([...held, guid])]);
    const name = trusteeName(invocation.tenant, trustee.guid);
    return { target: `${mailbox.name}: ${name}`, output: [rowOf(invocation.tenant, mailbox, name)] };
  },
};

export const removeRecipientPermission: WriteCmdlet = {
  name: "Remove-RecipientPermission",
  parameters,
  unmodelled: `${unmodelled} Deny`,
  write(invocation) {
    const { mailbox, trustee } = change(invocation, (held, guid) => held.filter((each) => each !== guid));
    return { target: `${mailbox.name}: ${trustee.name}` };
  },
};

function change(
  invocation: Invocation,
  next: (held: readonly string[], guid: string) => string[],
): { mailbox: Recipient; trustee: Recipient } {
  const mailbox = findMailbox(invocation);
  const trustee = findTrustee(invocation, "Trustee");
  const permissions = permissionsOf(mailbox);
  mailbox.permissions = { ...permissions, sendAs: next(permissions.sendAs, trustee.guid) };
  return { mailbox, trustee };
}
