/** Members of mail-enabled groups: Get-, Add-, Remove- and Update-DistributionGroupMember (facts/exchange.md §2.5). */
import type { Recipient, RecipientType } from "../tenant/exchangeModel.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { alreadyMember, badBinding, invalidOperation, notMember } from "./failure.ts";
import { managedGroup } from "./groupManager.ts";
import { replicateGroup } from "../tenant/replication.ts";
import { anyRecipients, groups, recipients, visible } from "./lookup.ts";
import { flag, list, requiredText, size, text } from "./parameter.ts";
import { recipientOutput } from "./recipientOutput.ts";

const allowedTypes: ReadonlySet<RecipientType> = new Set([
  "UserMailbox",
  "SharedMailbox",
  "RoomMailbox",
  "EquipmentMailbox",
  "MailUser",
  "GuestMailUser",
  "LinkedMailbox",
  "RemoteUserMailbox",
  "MailContact",
  "MailUniversalSecurityGroup",
  "MailUniversalDistributionGroup",
]);

/** Most entries that Update-DistributionGroupMember takes. */
const longestList = 10_000;

/** GUIDs, each once, of recipients that may join a mail-enabled group. */
export function resolveGroupMembers(invocation: Invocation, identities: readonly string[]): string[] {
  const members = recipients.each(invocation, identities);
  for (const member of members) refuseMember(member);
  return [...new Set(members.map(({ guid }) => guid))];
}

function refuseMember({ name, type }: Recipient): void {
  if (allowedTypes.has(type)) return;
  throw invalidOperation(`The recipient "${name}" can't be a member of the group: it is a ${type}.`);
}

export const getDistributionGroupMember: ReadCmdlet = {
  name: "Get-DistributionGroupMember",
  parameters: { Identity: text, ResultSize: size, IncludeSoftDeletedObjects: flag },
  unmodelled: "Credential",
  read(invocation) {
    const { tenant, values } = invocation;
    const identity = values.text("Identity");
    // The trap of every Get-: no identity, all objects (facts/exchange.md §2).
    const held = identity === undefined ? groups.get(invocation, undefined) : [groups.one(invocation, identity)];
    const members = new Set(held.flatMap(({ group }) => group?.members ?? []));
    return visible(invocation, tenant.recipients)
      .filter(({ guid, softDeleted }) => {
        return members.has(guid) && (!softDeleted || values.flag("IncludeSoftDeletedObjects") === true);
      })
      .map((recipient) => recipientOutput(tenant, recipient));
  },
};

const singleMember = { Identity: requiredText, Member: requiredText, BypassSecurityGroupManagerCheck: flag };

export const addDistributionGroupMember: WriteCmdlet = {
  name: "Add-DistributionGroupMember",
  parameters: singleMember,
  write(invocation) {
    const { recipient, group } = managedGroup(invocation);
    const member = recipients.one(invocation, invocation.values.required("Member"));
    refuseMember(member);
    if (group.members.includes(member.guid)) throw alreadyMember(member.name, recipient.name);
    if (member === recipient) throw invalidOperation(`The group "${recipient.name}" can't be a member of itself.`);
    group.members.push(member.guid);
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: `${recipient.name}: ${member.name}` };
  },
};

export const removeDistributionGroupMember: WriteCmdlet = {
  name: "Remove-DistributionGroupMember",
  parameters: singleMember,
  write(invocation) {
    const { recipient, group } = managedGroup(invocation);
    const member = anyRecipients.one(invocation, invocation.values.required("Member"));
    if (!group.members.includes(member.guid)) throw notMember(member.name, recipient.name);
    group.members = group.members.filter((guid) => guid !== member.guid);
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: `${recipient.name}: ${member.name}` };
  },
};

export const updateDistributionGroupMember: WriteCmdlet = {
  name: "Update-DistributionGroupMember",
  parameters: { Identity: requiredText, Members: list, BypassSecurityGroupManagerCheck: flag },
  write(invocation) {
    const { recipient, group } = managedGroup(invocation);
    const change = invocation.values.list("Members");
    if (change === undefined) throw badBinding("Cannot process command because of missing Members.");
    const added = change.kind === "replace" ? change.values : change.add;
    if (added.length > longestList) throw invalidOperation(`Members holds more than ${longestList} entries.`);
    const removed = new Set(
      anyRecipients.each(invocation, change.kind === "replace" ? [] : change.remove).map(({ guid }) => guid),
    );
    const resolved = resolveGroupMembers(invocation, added);
    const kept = change.kind === "replace" ? [] : group.members;
    group.members = [...new Set([...kept, ...resolved])].filter((guid) => !removed.has(guid));
    replicateGroup(invocation.simulator, recipient.guid);
    return { target: recipient.name };
  },
};
