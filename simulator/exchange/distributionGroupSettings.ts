/** Changing mail-enabled groups: Set-DistributionGroup and Set-Group (facts/exchange.md §2.5). */
import type { GroupProperties, Recipient } from "../tenant/exchangeModel.ts";
import { replicateGroup } from "../tenant/replication.ts";
import { refuseForeignDomain, refuseTakenAddress, setAddresses, setPrimaryAddress } from "./addresses.ts";
import { isSameName, limitLength, type Invocation, type WriteCmdlet } from "./cmdlet.ts";
import { changeOwners, managedGroup } from "./groupManager.ts";
import { applyNamingPolicy, chooseAlias, refuseTakenName } from "./groupNames.ts";
import { rewriteFilters } from "./groupRename.ts";
import { refuseOpen, restriction, type Restriction } from "./memberRestriction.ts";
import { applyChange, flag, list, requiredText, text } from "./parameter.ts";

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
    changes.push(() => {
      recipient.displayName = applyNamingPolicy(invocation, displayName);
    });
  }
  const alias = values.text("Alias");
  if (alias !== undefined && !isSameName(alias, recipient.alias ?? "")) {
    const chosen = chooseAlias(invocation, alias, recipient.name);
    changes.push(() => {
      recipient.alias = chosen;
    });
  }
  changes.push(...planAddressChanges(invocation, recipient), ...planSettings(invocation, recipient, group));
  return changes;
}

function planAddressChanges({ tenant, values }: Invocation, recipient: Recipient): (() => void)[] {
  const primary = values.text("PrimarySmtpAddress");
  if (primary !== undefined) {
    refuseForeignDomain(tenant, primary);
    refuseTakenAddress(tenant, primary, recipient);
    return [
      () => {
        setPrimaryAddress(recipient, primary);
      },
    ];
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
  return [
    () => {
      setAddresses(recipient, proxies);
    },
  ];
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
