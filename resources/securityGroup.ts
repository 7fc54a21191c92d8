/** The mail-enabled security group of the mailboxes that may be reached: hidden, closed, with one owner. */
import { quote } from "../exchange/filter.ts";
import { isExchangeError } from "../exchange/errors.ts";
import type { ExchangeObject } from "../exchange/session.ts";
import { resolveOwner } from "./recipients/address.ts";
import { isUnknown } from "./lifecycle/artifact.ts";
import { isOfApp, isOfRoleGroup } from "./lifecycle/assignmentRow.ts";
import { flag, guid, text } from "./lifecycle/exchangeValue.ts";
import { foreignUses, readUsers, scopesNaming, type Users } from "./proof/foreignUses.ts";
import { strangersOnGrowth, withoutGrowth } from "./proof/groupGrowth.ts";
import { whyGroupStays } from "./proof/groupUsers.ts";
import type { LastProofs } from "./proof/strangers.ts";
import type { Context, Found, Lifecycle, Marked, Observed, Ownership } from "./lifecycle/contract.ts";
import { getAll, getByGuid } from "./lifecycle/lookup.ts";
import { removeLeftoverScope } from "./managementScope.ts";
import { bearsMark, foreignMark, roomProblem } from "./lifecycle/mark.ts";
import { groupNotes, markedIn, markInField, readField, unmarkField } from "./lifecycle/markedField.ts";
import {
  alignMembers,
  bypass,
  failForOwner,
  mostAtOnce,
  ownersOf,
  readGroupMembers,
  recipientOf,
  securityGroupMembers,
  whyNoOwner,
} from "./recipients/groupMembers.ts";
import { countOf } from "./proof/sentence.ts";
import { rememberList } from "./recipients/listed.ts";
import { formatMembers, idsOf, nameAsRecorded, parseMembers } from "./recipients/memberList.ts";
import { whySplitStays } from "./lifecycle/splitPermissions.ts";
import { artifactOf } from "./lifecycle/reconciler.ts";
import { aliasOf } from "./lifecycle/shortName.ts";
import { messageOf, UnsettledError, UserError } from "./lifecycle/userError.ts";

/** What the group is to be. */
export interface SecurityGroupInputs extends Ownership, Marked, LastProofs {
  /** Display name; the Name (and so the DN) is set at birth and stays. At most 64 characters. */
  readonly name: string;
  /** The mailboxes as the tenant's preflight looked them up, `address objectId` a line (memberList.ts). */
  readonly members: string;
  /** The owner, as `address objectId`: who may change the members in Exchange. */
  readonly owner: string;
  readonly hiddenFromAddressLists: boolean;
  readonly memberJoinRestriction: string;
  readonly memberDepartRestriction: string;
  /** The scope that may name this group; one that any other scope names is not taken over. */
  readonly scopeName: string;
  /** GUID of the role group, object id of the enterprise app, and client id of the vendor's app: what they use is ours. */
  readonly roleGroup: string;
  readonly app: string;
  readonly clientId: string;
}

/** The group's lifecycle (facts/exchange.md §2.5). */
export const securityGroupLifecycle: Lifecycle<SecurityGroupInputs> = {
  kind: "securityGroup",
  title: "security group",
  compared: [
    ...(["name", "members", "owner", "hiddenFromAddressLists"] as const),
    ...(["memberJoinRestriction", "memberDepartRestriction", "marked"] as const),
  ],
  tries: ["marked"],
  replacedBy: [],

  async resolve(context, desired, recorded) {
    rememberList(context, desired.members);
    // With its object id, the preflight has looked it up.
    if (parseMembers(desired.owner).every(({ id }) => id !== "")) return { inputs: desired, problems: [] };
    // Whether the address may mean somebody else by now is the preflight's question.
    const { line, problems } = await resolveOwner(context, {
      owner: desired.owner,
      recorded: recorded?.owner ?? "",
      confirmed: [desired.owner],
    });
    return { inputs: { ...desired, owner: line }, problems };
  },

  async find(context, desired) {
    const name = quote(desired.name);
    const named = await getAll(context.exchange, "Get-Recipient", {
      Filter: `Name -eq ${name} -or DisplayName -eq ${name} -or Alias -eq ${quote(aliasOf(desired.name))}`,
      ResultSize: "Unlimited",
    });
    return Promise.all(named.map((recipient) => describe(context, recipient, desired)));
  },

  async create(context, desired) {
    const [made] = await context.exchange
      .write("New-DistributionGroup", {
        Name: desired.name,
        DisplayName: desired.name,
        Alias: aliasOf(desired.name),
        Type: "Security",
        Notes: desired.mark,
        ManagedBy: parseMembers(desired.owner).map((owner) => owner.id),
        MemberJoinRestriction: desired.memberJoinRestriction,
        MemberDepartRestriction: desired.memberDepartRestriction,
        RequireSenderAuthenticationEnabled: true,
        IgnoreNamingPolicy: true,
        // The others of a longer list join by themselves.
        Members: [...idsOf(parseMembers(desired.members))].slice(0, mostAtOnce),
      })
      .catch((error: unknown) => failForOwner(context, desired.owner, error));
    if (made === undefined) throw new UserError("security group: Exchange accepted it but returned nothing.");
    return guid(made);
  },

  observe: observeSecurityGroup,
  align: alignSecurityGroup,

  async sight(context, id, recorded) {
    const group = await getByGuid(context.exchange, "Get-DistributionGroup", id);
    return group && { id, inputs: recorded, outputs: { distinguishedName: text(group, "DistinguishedName") } };
  },

  async beside({ exchange }, _id, desired) {
    return (await getAll(exchange, "Get-ManagementScope", { Identity: desired.scopeName })).map((scope) => guid(scope));
  },

  async release(context, id, { scopeName, mark }, beside) {
    await unmarkField(context, id, groupNotes, mark);
    const group = await getByGuid(context.exchange, "Get-DistributionGroup", id);
    if (group === undefined) return;
    await removeLeftoverScope(context, scopeName, text(group, "DistinguishedName"), beside);
  },

  whyStays: async (context, { id, inputs }) =>
    (await whyGroupStays(context, id, inputs)) ??
    whySplitStays(context, `security group "${inputs.name}"`, `Remove-ADGroup -Identity ${id}`),

  async remove(context, live) {
    await removeLeftoverScope(context, live.inputs.scopeName, String(live.outputs["distinguishedName"]));
    await context.exchange.write("Remove-DistributionGroup", { Identity: live.id, ...bypass, Confirm: false });
  },
};

/** Who is to be in it; while somebody else gets in by the group or its scope, nobody is added: that would open to him. */
async function changeMembers(
  context: Context,
  { id, inputs: now }: Observed<SecurityGroupInputs>,
  desired: SecurityGroupInputs,
): Promise<void> {
  const growth = { now: now.members, desired: desired.members };
  const strangers = await strangersOnGrowth(context, id, growth, desired);
  if (strangers.length === 0) return alignMembers(context, id, now.members, desired.members);
  // Whoever is to go out goes all the same.
  const kept = withoutGrowth(growth);
  if (kept !== "" && kept !== now.members) await alignMembers(context, id, now.members, kept);
  throw new UserError(
    `security group "${now.name}": no mailbox was added to it while somebody else gets in: ${strangers.join("; ")}. What is added would be open to him, too: put that right first, then run up again.`,
  );
}

async function alignSecurityGroup(
  context: Context,
  live: Observed<SecurityGroupInputs>,
  desired: SecurityGroupInputs,
): Promise<void> {
  const Identity = live.id;
  const now = live.inputs;
  // Who can be reached comes first: it is what must not wait for anything else.
  if (now.members !== desired.members) await changeMembers(context, live, desired);
  const isOwned = now.owner === desired.owner;
  const orphaned = isOwned ? undefined : await whyNoOwner(context, desired.owner, now.owner);
  const changes = {
    ...(now.name === desired.name ? {} : { DisplayName: desired.name, IgnoreNamingPolicy: true }),
    ...(isOwned || orphaned !== undefined ? {} : { ManagedBy: parseMembers(desired.owner).map((owner) => owner.id) }),
    ...(now.hiddenFromAddressLists === desired.hiddenFromAddressLists
      ? {}
      : { HiddenFromAddressListsEnabled: desired.hiddenFromAddressLists }),
    ...(now.memberJoinRestriction === desired.memberJoinRestriction
      ? {}
      : { MemberJoinRestriction: desired.memberJoinRestriction }),
    ...(now.memberDepartRestriction === desired.memberDepartRestriction
      ? {}
      : { MemberDepartRestriction: desired.memberDepartRestriction }),
  };
  if (Object.keys(changes).length > 0) {
    await context.exchange.write("Set-DistributionGroup", { Identity, ...changes, ...bypass });
  }
  if (!now.marked) await markInField(context, Identity, groupNotes, desired.mark);
  if (orphaned !== undefined) throw new UserError(orphaned);
}

async function observeSecurityGroup(
  context: Context,
  id: string,
  recorded: SecurityGroupInputs,
): Promise<Observed<SecurityGroupInputs> | undefined> {
  const [recordedOwner] = parseMembers(recorded.owner);
  const [group, noted, members, owner] = await Promise.all([
    getByGuid(context.exchange, "Get-DistributionGroup", id),
    readField(context, id, groupNotes),
    securityGroupMembers(context, id),
    recordedOwner === undefined || recordedOwner.id === "" ? undefined : recipientOf(context, recordedOwner.id),
  ]);
  if (group === undefined) return undefined;
  if (members === undefined) throw new UnsettledError("security group: Exchange shows the group but not its members.");
  const owners = await ownersOf(context, group, owner, parseMembers(recorded.owner));
  // Who was deleted is an owner no more and cannot be made one: until the settings name somebody else, nobody is in his place.
  const isOrphaned =
    owners.length === 0 && owner === undefined && recordedOwner !== undefined && recordedOwner.id !== "";
  return {
    id,
    inputs: {
      name: text(group, "DisplayName"),
      members: formatMembers(nameAsRecorded(members, parseMembers(recorded.members))),
      owner: isOrphaned ? recorded.owner : formatMembers(nameAsRecorded(owners, parseMembers(recorded.owner))),
      hiddenFromAddressLists: flag(group, "HiddenFromAddressListsEnabled"),
      memberJoinRestriction: text(group, "MemberJoinRestriction"),
      memberDepartRestriction: text(group, "MemberDepartRestriction"),
      marked: markedIn(context, groupNotes, noted, recorded.mark),
      scopeName: recorded.scopeName,
      roleGroup: recorded.roleGroup,
      app: recorded.app,
      clientId: recorded.clientId,
      accessClaim: recorded.accessClaim,
      applicationClaim: recorded.applicationClaim,
      mark: recorded.mark,
      adopt: recorded.adopt,
      onDestroy: recorded.onDestroy,
    },
    outputs: {
      exchangeName: text(group, "Name"),
      primarySmtpAddress: text(group, "PrimarySmtpAddress"),
      distinguishedName: text(group, "DistinguishedName"),
    },
  };
}

async function describe(context: Context, recipient: ExchangeObject, desired: SecurityGroupInputs): Promise<Found> {
  const id = guid(recipient);
  const type = text(recipient, "RecipientTypeDetails");
  const title = `${type === "MailUniversalSecurityGroup" ? "security group" : type} "${text(recipient, "DisplayName")}"`;
  if (type !== "MailUniversalSecurityGroup") {
    return { id, title, ours: false, obstacles: [`it is no mail-enabled security group`] };
  }
  const [group, details] = await Promise.all([
    getByGuid(context.exchange, "Get-Group", id),
    getByGuid(context.exchange, "Get-DistributionGroup", id),
  ]);
  const ours = bearsMark(group?.["Notes"], desired.mark);
  // Whose group it is: a display name can be moved to another one, and whoever takes this over takes its members out.
  const members = ours ? [] : ((await readGroupMembers(context, id)) ?? []);
  const nested = members.filter((member) => /Group$/.test(text(member, "RecipientTypeDetails")));
  return {
    id,
    title: ours
      ? title
      : `${title} (${id}, ${text(recipient, "PrimarySmtpAddress")}, ${countOf(members.length, "member", "members")})`,
    ours,
    other: foreignMark(group?.["Notes"], desired.mark),
    obstacles: [
      // What is ours is not asked about: there is nothing to take over.
      ...(ours ? [] : roomProblem("Notes", group?.["Notes"], desired.mark)),
      ...(ours || details === undefined ? [] : await othersUses(context, details, desired)),
      ...(nested.length > 0 ? [`it holds groups: ${nested.map((each) => text(each, "Name")).join(", ")}`] : []),
      ...(details !== undefined && flag(details, "IsDirSynced") ? ["it is synchronised from an Active Directory"] : []),
    ],
  };
}

/**
 * What others do with a group that is there: their scopes and role assignments that name it, and application access
 * policies. Each mailbox that joins the list would open, or shut, to them (foreignUses.ts).
 */
async function othersUses(context: Context, group: ExchangeObject, desired: SecurityGroupInputs): Promise<string[]> {
  const { roleGroup, app, clientId, scopeName } = desired;
  let users: Users;
  let ownRoleGroup: ExchangeObject | undefined;
  try {
    [users, ownRoleGroup] = await Promise.all([
      readUsers(context),
      roleGroup === "" || isUnknown(roleGroup) ? undefined : getByGuid(context.exchange, "Get-RoleGroup", roleGroup),
    ]);
  } catch (error) {
    if (!isExchangeError(error) || isExchangeError(error, "forbidden", "unauthorized")) throw error;
    return [`who else uses it could not be asked: ${messageOf(error)}`];
  }
  const isOwn = (each: ExchangeObject): boolean => isOfApp(each, app) || isOfRoleGroup(each, ownRoleGroup);
  const scopes = scopesNaming(users.scopes, group).filter((scope) => scope !== scopeName);
  const uses = foreignUses({ scope: "", group }, users, isOwn, clientId).filter((use) => use.through.kind === "group");
  return [
    ...(scopes.length > 0 ? [`another management scope names it: ${scopes.join(", ")}`] : []),
    ...uses.map((use) =>
      use.kind === "policy"
        ? `an application access policy for the app ${use.name} names it`
        : `the role assignment "${use.name}" (${use.what}) names it`,
    ),
    ...(users.policies === undefined ? ["whether an application access policy names it could not be asked"] : []),
  ];
}

/** The group as an artifact. */
export const securityGroup = artifactOf(securityGroupLifecycle);
