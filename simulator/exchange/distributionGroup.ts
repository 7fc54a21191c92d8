/** Mail-enabled groups: Get-, New- and Remove-DistributionGroup (facts/exchange.md §2.5). */
import { randomUUID } from "node:crypto";
import type { GroupProperties, Recipient } from "../tenant/exchangeModel.ts";
import { replicateGroup } from "../tenant/replication.ts";
import { refuseForeignDomain, refuseTakenAddress } from "./addresses.ts";
import { limitLength, newObject, type Invocation, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { resolveGroupMembers } from "./distributionGroupMember.ts";
import { defaultOwners, managedGroup, resolveOwners } from "./groupManager.ts";
import { applyNamingPolicy, chooseAlias, refuseTakenName, suffixedName } from "./groupNames.ts";
import { groups, recipients } from "./lookup.ts";
import { refuseOpen, restriction, type Restriction } from "./memberRestriction.ts";
import { notFound } from "./failure.ts";
import { defaultDomain } from "./organization.ts";
import { findUnit } from "./organizationalUnit.ts";
import { anyOf, flag, initialValues, list, oneOf, requiredText, size, text } from "./parameter.ts";
import { forgetPrincipal } from "./principals.ts";
import { listRecipients } from "./recipient.ts";
import { distributionGroupOutput } from "./recipientOutput.ts";

const groupTypes = ["MailUniversalSecurityGroup", "MailUniversalDistributionGroup"] as const;

export const getDistributionGroup: ReadCmdlet = {
  name: "Get-DistributionGroup",
  parameters: {
    Identity: text,
    Filter: text,
    ManagedBy: text,
    ResultSize: size,
    RecipientTypeDetails: anyOf("RecipientTypeDetails[]", ...groupTypes, "MailNonUniversalGroup", "RoomList"),
  },
  unmodelled:
    "Anr OrganizationalUnit SortBy IncludeManagedByWithDisplayNames IncludeGrantSendOnBehalfToWithDisplayNames " +
    "IncludeModeratedByWithDisplayNames IncludeAcceptMessagesOnlyFromWithDisplayNames Credential",
  exclusive: [["Identity", "Filter", "ManagedBy"]],
  read(invocation) {
    const { tenant, values } = invocation;
    const owner = values.text("ManagedBy");
    const ownerGuid = owner === undefined ? undefined : recipients.one(invocation, owner).guid;
    return listRecipients(invocation, groups.get(invocation, values.text("Identity")))
      .filter(({ group }) => ownerGuid === undefined || group?.managedBy.includes(ownerGuid) === true)
      .map((recipient) => distributionGroupOutput(tenant, recipient));
  },
};

export const newDistributionGroup: WriteCmdlet = {
  name: "New-DistributionGroup",
  parameters: {
    Name: requiredText,
    Alias: text,
    DisplayName: text,
    Type: oneOf("Microsoft.Exchange.Management.RecipientTasks.GroupType", "Distribution", "Security"),
    PrimarySmtpAddress: text,
    ManagedBy: list,
    Members: list,
    MemberJoinRestriction: restriction,
    MemberDepartRestriction: restriction,
    RequireSenderAuthenticationEnabled: flag,
    IgnoreNamingPolicy: flag,
    CopyOwnerToMember: flag,
    Notes: text,
  },
  unmodelled:
    "BccBlocked BypassNestedModerationEnabled Description HiddenGroupMembershipEnabled ModeratedBy ModerationEnabled " +
    "OrganizationalUnit RoomList SendModerationNotifications",
  write(invocation) {
    const { simulator, tenant, values } = invocation;
    const name = applyNamingPolicy(invocation, values.required("Name"));
    refuseTakenName(invocation, name);
    limitLength(values.text("DisplayName"), 256);
    const alias = chooseAlias(invocation, values.text("Alias"), values.required("Name"));
    const address = values.text("PrimarySmtpAddress") ?? `${alias}@${defaultDomain(tenant)}`;
    refuseForeignDomain(tenant, address);
    refuseTakenAddress(tenant, address);
    const displayName = values.text("DisplayName");
    const recipient: Recipient = {
      ...newObject(invocation, name, suffixedName(name, simulator.now(), tenant)),
      ...newPlace(invocation),
      type: values.text("Type") === "Security" ? "MailUniversalSecurityGroup" : "MailUniversalDistributionGroup",
      externalDirectoryObjectId: randomUUID(),
      displayName: displayName === undefined ? name : applyNamingPolicy(invocation, displayName),
      alias,
      primarySmtpAddress: address,
      emailAddresses: [`SMTP:${address}`],
      userPrincipalName: null,
      hiddenFromAddressListsEnabled: false,
      accountDisabled: false,
      softDeleted: false,
      customAttributes: {},
      group: newGroupProperties(invocation),
    };
    tenant.recipients.push(recipient);
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: name, output: [distributionGroupOutput(tenant, recipient, { isNew: true })] };
  },
};

/** The unit of a new group, where the organisation has several. */
function newPlace({ tenant, values }: Invocation): { container?: string } {
  const given = values.text("OrganizationalUnit");
  if (tenant.server === undefined || given === undefined) return {};
  const container = findUnit(tenant, given);
  if (container === undefined || container === "") throw notFound(tenant, given);
  return { container };
}

function newGroupProperties(invocation: Invocation): GroupProperties {
  const { values } = invocation;
  const owners = values.list("ManagedBy");
  const managedBy = owners === undefined ? defaultOwners(invocation) : resolveOwners(invocation, initialValues(owners));
  const members = resolveGroupMembers(invocation, initialValues(values.list("Members")));
  const isSecurity = values.text("Type") === "Security";
  // Nobody joins or leaves a security group by himself (facts/exchange.md §2.5).
  const usual: Restriction = isSecurity ? "Closed" : "Open";
  const join = (values.text("MemberJoinRestriction") as Restriction | undefined) ?? usual;
  const depart = (values.text("MemberDepartRestriction") as Restriction | undefined) ?? usual;
  if (isSecurity) refuseOpen(join, depart);
  return {
    managedBy,
    members: [...new Set([...members, ...(values.flag("CopyOwnerToMember") === true ? managedBy : [])])],
    memberJoinRestriction: join,
    memberDepartRestriction: depart,
    requireSenderAuthenticationEnabled: values.flag("RequireSenderAuthenticationEnabled") ?? true,
    notes: values.text("Notes") ?? "",
    isDirSynced: false,
  };
}

export const removeDistributionGroup: WriteCmdlet = {
  name: "Remove-DistributionGroup",
  parameters: { Identity: requiredText, BypassSecurityGroupManagerCheck: flag },
  write(invocation) {
    const { tenant } = invocation;
    const { recipient } = managedGroup(invocation);
    // No recycle bin, and nobody asks which scopes name the group: their filters now match nobody.
    tenant.recipients = tenant.recipients.filter((other) => other !== recipient);
    forgetPrincipal(tenant, recipient.guid);
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: recipient.name };
  },
};
