/** Members of role groups: Get-, Add-, Remove- and Update-RoleGroupMember (facts/exchange.md §2.2). */
import type { ExchangeServicePrincipal, Recipient, RecipientType, RoleGroup } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Invocation, ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { configurationDn } from "./distinguishedName.ts";
import { alreadyMember, badBinding, invalidOperation, notMember } from "./failure.ts";
import { requireRoleGroupManager } from "./groupManager.ts";
import { nameOfPrincipal, recipients, roleGroups, servicePrincipals } from "./lookup.ts";
import { refuseWhileDehydrated } from "./organization.ts";
import { guidOrNull, type Output } from "./output.ts";
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
  "MailUniversalSecurityGroup",
]);

/** GUID of a user, a mail-enabled security group or a service principal that may join a role group. */
export function resolveRoleGroupMember(invocation: Invocation, identity: string): string {
  const pointer = servicePrincipals.maybe(invocation, identity);
  if (pointer !== undefined) return pointer.guid;
  const member = recipients.one(invocation, identity);
  const isUserWithoutMailbox = member.type === "User" && !invocation.simulator.switches.roleGroupMemberNeedsMailbox;
  if (!allowedTypes.has(member.type) && !isUserWithoutMailbox) {
    throw invalidOperation(`The recipient "${member.name}" can't be a member of a role group: it is a ${member.type}.`);
  }
  return member.guid;
}

function pointerOutput(tenant: Tenant, pointer: ExchangeServicePrincipal): Output {
  return {
    Name: pointer.objectId,
    Identity: pointer.objectId,
    DisplayName: pointer.displayName,
    Guid: guidOrNull(pointer.guid),
    DistinguishedName: configurationDn(tenant, "servicePrincipal", pointer),
    RecipientType: "ServicePrincipal",
    RecipientTypeDetails: "ServicePrincipal",
    ExternalDirectoryObjectId: pointer.objectId,
  };
}

function memberOutputs(tenant: Tenant, members: readonly string[]): Output[] {
  return members.flatMap((guid) => {
    const pointer = tenant.exchangeServicePrincipals.find((object) => object.guid === guid);
    if (pointer !== undefined) return [pointerOutput(tenant, pointer)];
    const recipient = tenant.recipients.find((object) => object.guid === guid);
    return recipient === undefined || recipient.softDeleted ? [] : [recipientOutput(tenant, recipient)];
  });
}

export const getRoleGroupMember: ReadCmdlet = {
  name: "Get-RoleGroupMember",
  parameters: { Identity: text, ResultSize: size },
  read(invocation) {
    const { tenant, values } = invocation;
    const identity = values.text("Identity");
    // The trap of every Get-: no identity, all objects (facts/exchange.md §2).
    const held =
      identity === undefined ? roleGroups.get(invocation, undefined) : [roleGroups.one(invocation, identity)];
    return memberOutputs(tenant, [...new Set(held.flatMap(({ members }) => members))]);
  },
};

/** The group of a write on its members, once the caller has been let through. */
function managedGroup(invocation: Invocation): RoleGroup {
  const group = roleGroups.one(invocation, invocation.values.required("Identity"));
  if (!group.builtIn) refuseWhileDehydrated(invocation);
  requireRoleGroupManager(invocation, group.managedBy);
  if (group.linkedGroup !== undefined) {
    throw invalidOperation(
      `You can't add or remove members of the linked role group '${group.name}': manage the group '${group.linkedGroup}'.`,
    );
  }
  return group;
}

const singleMember = { Identity: requiredText, Member: requiredText, BypassSecurityGroupManagerCheck: flag };

export const addRoleGroupMember: WriteCmdlet = {
  name: "Add-RoleGroupMember",
  parameters: singleMember,
  write(invocation) {
    const { tenant, values } = invocation;
    const group = managedGroup(invocation);
    const member = resolveRoleGroupMember(invocation, values.required("Member"));
    if (group.members.includes(member)) throw alreadyMember(nameOfPrincipal(tenant, member), group.name);
    group.members.push(member);
    return { target: `${group.name}: ${nameOfPrincipal(tenant, member)}` };
  },
};

/** GUID of anything that can be in a role group, allowed today or not. */
function resolveAnyMember(invocation: Invocation, identity: string): string {
  const pointer = servicePrincipals.maybe(invocation, identity);
  const found: ExchangeServicePrincipal | Recipient = pointer ?? recipients.one(invocation, identity);
  return found.guid;
}

export const removeRoleGroupMember: WriteCmdlet = {
  name: "Remove-RoleGroupMember",
  parameters: singleMember,
  write(invocation) {
    const { tenant, values } = invocation;
    const group = managedGroup(invocation);
    const member = resolveAnyMember(invocation, values.required("Member"));
    if (!group.members.includes(member)) throw notMember(nameOfPrincipal(tenant, member), group.name);
    group.members = group.members.filter((guid) => guid !== member);
    return { target: `${group.name}: ${nameOfPrincipal(tenant, member)}` };
  },
};

export const updateRoleGroupMember: WriteCmdlet = {
  name: "Update-RoleGroupMember",
  parameters: { Identity: requiredText, Members: list, BypassSecurityGroupManagerCheck: flag },
  write(invocation) {
    const { values } = invocation;
    const group = managedGroup(invocation);
    const change = values.list("Members");
    if (change === undefined) throw badBinding("Cannot process command because of missing Members.");
    group.members =
      change.kind === "replace"
        ? [...new Set(change.values.map((member) => resolveRoleGroupMember(invocation, member)))]
        : changeMembers(invocation, group, change.add, change.remove);
    return { target: group.name };
  },
};

function changeMembers(
  invocation: Invocation,
  group: RoleGroup,
  add: readonly string[],
  remove: readonly string[],
): string[] {
  const removed = new Set(remove.map((member) => resolveAnyMember(invocation, member)));
  const added = add.map((member) => resolveRoleGroupMember(invocation, member));
  return [...new Set([...group.members, ...added])].filter((guid) => !removed.has(guid));
}
