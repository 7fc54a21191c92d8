/** Mail-enabled groups: Get-, New-, Set-, Remove-DistributionGroup and Set-Group (facts/exchange.md §2.5). */
import { randomUUID } from "node:crypto";
import type { GroupProperties, Recipient } from "../model.ts";
import { refuseForeignDomain, refuseTakenAddress, setAddresses, setPrimaryAddress } from "./addresses.ts";
import { isSameName, limitLength, newObject, type Invocation, type ReadCmdlet, type WriteCmdlet } from "./cmdlet.ts";
import { resolveGroupMember } from "./distributionGroupMember.ts";
import { invalidOperation, nameTaken } from "./failure.ts";
import { listRecipients } from "./recipient.ts";
import { defaultOwners, refuseDirSynced, requireManager } from "./groupManager.ts";
import { rewriteFilters } from "./groupRename.ts";
import { groups, recipients, roleGroups } from "./lookup.ts";
import { defaultDomain } from "./organization.ts";
import { anyOf, applyChange, flag, list, oneOf, requiredText, size, text, type ListChange } from "./parameter.ts";
import { distributionGroupOutput } from "./recipientOutput.ts";
import { replicateGroup } from "../replication.ts";

const restriction = oneOf(
  "Microsoft.Exchange.Data.Directory.Recipient.MemberUpdateType",
  "Open",
  "Closed",
  "ApprovalRequired",
);
type Restriction = GroupProperties["memberJoinRestriction"];

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
      ...newObject(invocation, name, suffixedName(name, simulator.now())),
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

function newGroupProperties(invocation: Invocation): GroupProperties {
  const { values } = invocation;
  const owners = values.list("ManagedBy");
  const managedBy = owners === undefined ? defaultOwners(invocation) : resolveOwners(invocation, added(owners));
  const members = added(values.list("Members")).map((member) => resolveGroupMember(invocation, member));
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

function refuseOpen(...restrictions: (Restriction | undefined)[]): void {
  if (!restrictions.includes("Open")) return;
  throw invalidOperation("The security group can't have an Open join or depart restriction.");
}

function added(change: ListChange | undefined): readonly string[] {
  if (change === undefined) return [];
  return change.kind === "replace" ? change.values : change.add;
}

/** GUIDs of owners: mailboxes, mail users, mail-enabled security groups, or a role group. */
function resolveOwners(invocation: Invocation, values: readonly string[]): string[] {
  return values.map((value) => {
    const roleGroup = roleGroups.maybe(invocation, value);
    if (roleGroup !== undefined) return roleGroup.guid;
    const owner = recipients.one(invocation, value);
    if (!["User", "MailContact", "MailUniversalDistributionGroup", "GroupMailbox"].includes(owner.type)) {
      return owner.guid;
    }
    throw invalidOperation(`The recipient "${owner.name}" can't be an owner of a group: it is a ${owner.type}.`);
  });
}

/** Applied to every group that is made or renamed through a cmdlet, unless IgnoreNamingPolicy is sent. */
function applyNamingPolicy({ tenant, values }: Invocation, name: string): string {
  const policy = tenant.organization.groupNamingPolicy;
  if (policy === null || values.flag("IgnoreNamingPolicy") === true) return name;
  const isNamed = name.startsWith(policy.prefix) && name.endsWith(policy.suffix);
  return isNamed ? name : `${policy.prefix}${name}${policy.suffix}`;
}

function refuseTakenName({ tenant }: Invocation, name: string, own?: Recipient): void {
  limitLength(name, 64);
  const taken = tenant.recipients.some((other) => other !== own && !other.softDeleted && isSameName(other.name, name));
  if (taken) throw nameTaken(name);
}

/** The CN of a new group ends in the time of its making: its DN does not follow from its name (facts/exchange.md §3.4). */
function suffixedName(name: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/\D/g, "").slice(0, 14);
  return `${name.slice(0, 64 - stamp.length)}${stamp}`;
}

/** The given alias, or the name without what an alias cannot hold, made unique. */
function chooseAlias({ tenant }: Invocation, given: string | undefined, name: string): string {
  const isTaken = (alias: string): boolean =>
    tenant.recipients.some((other) => !other.softDeleted && other.alias !== null && isSameName(other.alias, alias));
  if (given !== undefined) {
    limitLength(given, 64);
    if (isTaken(given)) throw invalidOperation(`The alias "${given}" is already being used. Please try another alias.`);
    return given;
  }
  const base = name.replace(/[^A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]/g, "").slice(0, 60) || "group";
  if (!isTaken(base)) return base;
  const free = Array.from({ length: 1000 }, (_, index) => `${base}${index + 1}`).find((alias) => !isTaken(alias));
  return free ?? `${base}${randomUUID().slice(0, 4)}`;
}

const customAttributes = Object.fromEntries(
  Array.from({ length: 15 }, (_, index) => [`CustomAttribute${index + 1}`, text] as const),
);

export const setDistributionGroup: WriteCmdlet = {
  name: "Set-DistributionGroup",
  parameters: {
    Identity: requiredText,
    Name: text,
    Alias: text,
    DisplayName: text,
    PrimarySmtpAddress: text,
    EmailAddresses: list,
    ManagedBy: list,
    MemberJoinRestriction: restriction,
    MemberDepartRestriction: restriction,
    RequireSenderAuthenticationEnabled: flag,
    HiddenFromAddressListsEnabled: flag,
    IgnoreNamingPolicy: flag,
    BypassSecurityGroupManagerCheck: flag,
    ...customAttributes,
  },
  unmodelled:
    "AcceptMessagesOnlyFrom AcceptMessagesOnlyFromDLMembers AcceptMessagesOnlyFromSendersOrMembers BccBlocked " +
    "BypassModerationFromSendersOrMembers BypassNestedModerationEnabled Description ExtensionCustomAttribute1 " +
    "ExtensionCustomAttribute2 ExtensionCustomAttribute3 ExtensionCustomAttribute4 ExtensionCustomAttribute5 " +
    "ForceUpgrade GrantSendOnBehalfTo HiddenGroupMembershipEnabled MailTip MailTipTranslations ModeratedBy " +
    "ModerationEnabled RejectMessagesFrom RejectMessagesFromDLMembers RejectMessagesFromSendersOrMembers " +
    "ReportToManagerEnabled ReportToOriginatorEnabled ResetMigrationToUnifiedGroup RoomList " +
    "SendModerationNotifications SendOofMessageToOriginatorEnabled SimpleDisplayName UpdateMemberCount " +
    "WindowsEmailAddress",
  exclusive: [["PrimarySmtpAddress", "EmailAddresses"]],
  write(invocation) {
    const { recipient, group } = managedGroup(invocation);
    const changes = planChanges(invocation, recipient, group);
    for (const change of changes) change();
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: recipient.name };
  },
};

/** A group that the caller may change: his own, or any with the bypass; not one that is mastered on-premises. */
function managedGroup(invocation: Invocation): { recipient: Recipient; group: GroupProperties } {
  const recipient = groups.one(invocation, invocation.values.required("Identity"));
  const { group } = recipient;
  if (group === null) throw invalidOperation(`"${recipient.name}" is no group.`);
  refuseDirSynced(recipient, group);
  requireManager(invocation, group.managedBy);
  return { recipient, group };
}

/** Checks everything that is asked for, and returns what to do about it. */
function planChanges(invocation: Invocation, recipient: Recipient, group: GroupProperties): (() => void)[] {
  const { simulator, tenant, values } = invocation;
  const changes: (() => void)[] = [];
  const given = values.text("Name");
  if (given !== undefined) {
    const name = applyNamingPolicy(invocation, given);
    refuseTakenName(invocation, name, recipient);
    changes.push(() => {
      const before = recipient.cn;
      Object.assign(recipient, { name, cn: name });
      if (simulator.switches.filterAfterRename === "rewritten") rewriteFilters(tenant, before, recipient);
    });
  }
  const displayName = values.text("DisplayName");
  limitLength(displayName, 256);
  if (displayName !== undefined) {
    changes.push(() => (recipient.displayName = applyNamingPolicy(invocation, displayName)));
  }
  const alias = values.text("Alias");
  if (alias !== undefined && !isSameName(alias, recipient.alias ?? "")) {
    const chosen = chooseAlias(invocation, alias, recipient.name);
    changes.push(() => (recipient.alias = chosen));
  }
  changes.push(...planAddressChanges(invocation, recipient), ...planSettings(invocation, recipient, group));
  return changes;
}

function planAddressChanges({ tenant, values }: Invocation, recipient: Recipient): (() => void)[] {
  const primary = values.text("PrimarySmtpAddress");
  if (primary !== undefined) {
    refuseForeignDomain(tenant, primary);
    refuseTakenAddress(tenant, primary, recipient);
    return [() => setPrimaryAddress(recipient, primary)];
  }
  const change = values.list("EmailAddresses");
  if (change === undefined) return [];
  const proxies = applyChange(recipient.emailAddresses, change);
  const probe = { ...recipient };
  setAddresses(probe, proxies);
  for (const proxy of probe.emailAddresses) {
    const address = proxy.slice(proxy.indexOf(":") + 1);
    refuseForeignDomain(tenant, address);
    refuseTakenAddress(tenant, address, recipient);
  }
  return [() => setAddresses(recipient, proxies)];
}

function planSettings(invocation: Invocation, recipient: Recipient, group: GroupProperties): (() => void)[] {
  const { values } = invocation;
  const join = values.text("MemberJoinRestriction") as Restriction | undefined;
  const depart = values.text("MemberDepartRestriction") as Restriction | undefined;
  if (recipient.type === "MailUniversalSecurityGroup") refuseOpen(join, depart);
  const owners = values.list("ManagedBy");
  const managedBy = owners === undefined ? group.managedBy : changeOwners(invocation, group, owners);
  return [
    () => {
      group.memberJoinRestriction = join ?? group.memberJoinRestriction;
      group.memberDepartRestriction = depart ?? group.memberDepartRestriction;
      group.managedBy = managedBy;
      group.requireSenderAuthenticationEnabled =
        values.flag("RequireSenderAuthenticationEnabled") ?? group.requireSenderAuthenticationEnabled;
      recipient.hiddenFromAddressListsEnabled =
        values.flag("HiddenFromAddressListsEnabled") ?? recipient.hiddenFromAddressListsEnabled;
      for (const name of Object.keys(customAttributes)) {
        const value = values.text(name);
        if (value !== undefined) recipient.customAttributes[name] = value;
      }
    },
  ];
}

function changeOwners(invocation: Invocation, group: GroupProperties, change: ListChange): string[] {
  if (change.kind === "replace") return resolveOwners(invocation, change.values);
  const removed = new Set(resolveOwners(invocation, change.remove));
  const owners = new Set([...group.managedBy, ...resolveOwners(invocation, change.add)]);
  return [...owners].filter((guid) => !removed.has(guid));
}

export const removeDistributionGroup: WriteCmdlet = {
  name: "Remove-DistributionGroup",
  parameters: { Identity: requiredText, BypassSecurityGroupManagerCheck: flag },
  write(invocation) {
    const { tenant } = invocation;
    const { recipient } = managedGroup(invocation);
    // No recycle bin, and nobody asks which scopes name the group: their filters now match nobody.
    tenant.recipients = tenant.recipients.filter((other) => other !== recipient);
    for (const { group } of tenant.recipients) {
      if (group === null) continue;
      group.members = group.members.filter((guid) => guid !== recipient.guid);
      group.managedBy = group.managedBy.filter((guid) => guid !== recipient.guid);
    }
    for (const roleGroup of tenant.roleGroups) {
      roleGroup.members = roleGroup.members.filter((guid) => guid !== recipient.guid);
    }
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: recipient.name };
  },
};

export const setGroup: WriteCmdlet = {
  name: "Set-Group",
  parameters: {
    Identity: requiredText,
    DisplayName: text,
    Notes: text,
    ManagedBy: list,
    BypassSecurityGroupManagerCheck: flag,
  },
  unmodelled:
    "Name Description IsHierarchicalGroup PhoneticDisplayName SeniorityIndex SimpleDisplayName Universal " +
    "WindowsEmailAddress",
  write(invocation) {
    const { values } = invocation;
    const { recipient, group } = managedGroup(invocation);
    const owners = values.list("ManagedBy");
    const managedBy = owners === undefined ? group.managedBy : changeOwners(invocation, group, owners);
    limitLength(values.text("DisplayName"), 256);
    recipient.displayName = values.text("DisplayName") ?? recipient.displayName;
    group.notes = values.text("Notes") ?? group.notes;
    group.managedBy = managedBy;
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: recipient.name };
  },
};
