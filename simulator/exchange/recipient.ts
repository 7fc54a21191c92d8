/** Reading recipients: Get-Recipient, Get-User, Get-Mailbox and Get-Group (facts/exchange.md §2.6). */
import type { Recipient, RecipientType } from "../tenant/exchangeModel.ts";
import type { Invocation, ReadCmdlet } from "./cmdlet.ts";
import { badFilter, notFound } from "./failure.ts";
import { anyRecipients, recipients, roleGroups } from "./lookup.ts";
import { compileLdapFilter } from "./ldapFilter.ts";
import { FilterSyntaxError, refuseProperty } from "./opath.ts";
import { pickProperties } from "./output.ts";
import { anyOf, flag, list, size, text } from "./parameter.ts";
import { coarseTypes, compileFilter, isRecipient, type RecipientPredicate } from "./recipientFilter.ts";
import { groupOutput, mailboxOutput, recipientOutput, roleGroupAsGroup, userOutput } from "./recipientOutput.ts";

export const mailboxTypes = [
  "UserMailbox",
  "SharedMailbox",
  "RoomMailbox",
  "EquipmentMailbox",
  "LinkedMailbox",
] as const;
const userTypes = [...mailboxTypes, "MailUser", "GuestMailUser", "RemoteUserMailbox", "User"] as const;
const groupTypes = ["MailUniversalSecurityGroup", "MailUniversalDistributionGroup", "GroupMailbox"] as const;
const recipientTypes = [
  ...mailboxTypes,
  "MailUser",
  "GuestMailUser",
  "RemoteUserMailbox",
  "MailContact",
  ...groupTypes,
] as const;

const detailsType = "Microsoft.Exchange.Data.Directory.Recipient.RecipientTypeDetails[]";
const coarseType = "Microsoft.Exchange.Data.Directory.Recipient.RecipientType[]";

/** The recipients that pass `-Filter`, `-RecipientTypeDetails` and `-RecipientType`, where the cmdlet has them. */
export function listRecipients(
  invocation: Invocation,
  candidates: readonly Recipient[],
  further: readonly string[] = [],
): Recipient[] {
  const { values } = invocation;
  const filter = predicateOf(invocation, "Filter", further);
  const details = values.names("RecipientTypeDetails");
  const types = values.names("RecipientType");
  return candidates
    .filter(filter)
    .filter(({ type }) => details === undefined || details.includes(type))
    .filter(({ type }) => types === undefined || types.includes(coarseTypes[type]));
}

/** What an OPATH parameter asks for; everything where it is not given. */
function predicateOf(
  { simulator, tenant, values }: Invocation,
  parameter: string,
  further: readonly string[] = [],
): RecipientPredicate {
  const source = values.text(parameter);
  if (source === undefined) return () => true;
  try {
    if (parameter === "RecipientPreviewFilter" && simulator.switches.previewFilter === "ldap") {
      return compileLdapFilter(tenant, source);
    }
    if (simulator.switches.filterByObjectId === "refused") refuseProperty(source, "ExternalDirectoryObjectId");
    return compileFilter(tenant, source, further);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw badFilter(parameter, error.message);
    throw error;
  }
}

/** Matches of `-Identity` among some types; one that matches only others is not found. */
export function getOfTypes(invocation: Invocation, types: readonly RecipientType[], finder = recipients): Recipient[] {
  const identity = invocation.values.text("Identity");
  const found = finder.get(invocation, identity).filter(({ type }) => types.includes(type));
  if (identity !== undefined && found.length === 0 && !identity.includes("*")) {
    throw notFound(invocation.tenant, identity);
  }
  return found;
}

export const getRecipient: ReadCmdlet = {
  name: "Get-Recipient",
  parameters: {
    Identity: text,
    Filter: text,
    RecipientPreviewFilter: text,
    RecipientType: anyOf(coarseType, ...new Set(Object.values(coarseTypes))),
    RecipientTypeDetails: anyOf(detailsType, ...recipientTypes),
    Properties: list,
    ResultSize: size,
    IncludeSoftDeletedRecipients: flag,
  },
  unmodelled:
    "Anr AuthenticationType BookmarkDisplayName Capabilities IncludeBookmarkObject IncludeManagerWithDisplayName " +
    "OrganizationalUnit PropertySet SortBy",
  exclusive: [["Identity", "RecipientPreviewFilter"]],
  read(invocation) {
    const { tenant, values } = invocation;
    const finder = values.flag("IncludeSoftDeletedRecipients") === true ? anyRecipients : recipients;
    const change = values.list("Properties");
    const properties = change?.kind === "replace" ? change.values : undefined;
    const preview = predicateOf(invocation, "RecipientPreviewFilter");
    return listRecipients(invocation, getOfTypes(invocation, recipientTypes, finder))
      .filter((recipient) => preview(recipient) && (isRecipient(recipient) || recipient.softDeleted))
      .map((recipient) => pickProperties(recipientOutput(tenant, recipient), properties));
  },
};

export const getUser: ReadCmdlet = {
  name: "Get-User",
  parameters: {
    Identity: text,
    Filter: text,
    ResultSize: size,
    RecipientTypeDetails: anyOf(detailsType, ...userTypes),
  },
  unmodelled:
    "Anr IncludeDirectReportsWithDisplayNames IncludeManagerWithDisplayName IsVIP OrganizationalUnit PublicFolder Sortby",
  exclusive: [["Identity", "Filter"]],
  read(invocation) {
    return listRecipients(invocation, getOfTypes(invocation, userTypes)).map((user) =>
      userOutput(invocation.tenant, user),
    );
  },
};

export const getMailbox: ReadCmdlet = {
  name: "Get-Mailbox",
  parameters: {
    Identity: text,
    Filter: text,
    ResultSize: size,
    SoftDeletedMailbox: flag,
    RecipientTypeDetails: anyOf(detailsType, ...mailboxTypes),
  },
  unmodelled:
    "Anr Archive GroupMailbox InactiveMailboxOnly IncludeInactiveMailbox IncludeEmailAddressDisplayNames MailboxPlan " +
    "IncludeAcceptMessagesOnlyFromDLMembersWithDisplayNames IncludeAcceptMessagesOnlyFromWithDisplayNames " +
    "IncludeAcceptMessagesOnlyFromSendersOrMembersWithDisplayNames IncludeForwardingAddressWithDisplayNames " +
    "IncludeGrantSendOnBehalfToWithDisplayNames Migration OrganizationalUnit PublicFolder SortBy",
  exclusive: [["Identity", "Filter"]],
  read(invocation) {
    const { tenant, values } = invocation;
    const deleted = values.flag("SoftDeletedMailbox") === true;
    const finder = deleted ? anyRecipients : recipients;
    return listRecipients(invocation, getOfTypes(invocation, mailboxTypes, finder), ["GrantSendOnBehalfTo"])
      .filter(({ softDeleted }) => softDeleted === deleted)
      .map((mailbox) => mailboxOutput(tenant, mailbox));
  },
};

export const getGroup: ReadCmdlet = {
  name: "Get-Group",
  parameters: {
    Identity: text,
    Filter: text,
    ResultSize: size,
    RecipientTypeDetails: anyOf(detailsType, ...groupTypes, "RoleGroup"),
  },
  unmodelled: "Anr OrganizationalUnit SortBy",
  exclusive: [["Identity", "Filter"]],
  read(invocation) {
    const { tenant, values } = invocation;
    const identity = values.text("Identity");
    const details = values.names("RecipientTypeDetails");
    const wantsRoleGroups = !values.has("Filter") && (details === undefined || details.includes("RoleGroup"));
    const named = identity === undefined ? undefined : roleGroups.maybe(invocation, identity);
    const roleGroupList = identity === undefined ? roleGroups.get(invocation, undefined) : named ? [named] : [];
    const isRoleGroupOnly = named !== undefined && recipients.maybe(invocation, identity ?? "") === undefined;
    const found = isRoleGroupOnly ? [] : listRecipients(invocation, getOfTypes(invocation, groupTypes));
    return [
      ...found.map((group) => groupOutput(tenant, group)),
      ...(wantsRoleGroups ? roleGroupList.map((group) => roleGroupAsGroup(tenant, group)) : []),
    ];
  },
};
