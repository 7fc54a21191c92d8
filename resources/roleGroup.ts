/**
 * The role group: made without roles, with the service user as its only member; the role comes by the assignment, which
 * is born with its scope.
 */
import { isExchangeError } from "../exchange/errors.ts";
import { isUnknown } from "./lifecycle/artifact.ts";
import { guid, text } from "./lifecycle/exchangeValue.ts";
import type { Context, Found, Lifecycle, Marked, Observed, Ownership } from "./lifecycle/contract.ts";
import { getAll, getByGuid } from "./lifecycle/lookup.ts";
import { bearsMark, foreignMark, roomProblem } from "./lifecycle/mark.ts";
import { markInField, markedIn, readOtherHolder, roleGroupDescription, unmarkField } from "./lifecycle/markedField.ts";
import { formatMembers, idsOf, nameAsRecorded, parseMembers, type Member } from "./recipients/memberList.ts";
import { artifactOf } from "./lifecycle/reconciler.ts";
import { awaitServiceUser, resolveServiceUser } from "./recipients/serviceUser.ts";
import { UnsettledError, UserError } from "./lifecycle/userError.ts";
import { writeWhenReady } from "./lifecycle/hydration.ts";

/** What the role group is to be. */
export interface RoleGroupInputs extends Ownership, Marked {
  /** Name of the role group; at most 64 characters. */
  readonly name: string;
  /** The service user, as `upn objectId` (memberList.ts). */
  readonly members: string;
  /** The role that the stack assigns; a group that has others is not taken over. */
  readonly role: string;
}

const bypass = { BypassSecurityGroupManagerCheck: true };

/** The role group's lifecycle (facts/exchange.md §2.2). */
export const roleGroupLifecycle: Lifecycle<RoleGroupInputs> = {
  kind: "roleGroup",
  title: "role group",
  compared: ["name", "members", "marked"],
  replacedBy: [],

  async resolve(context, desired, recorded) {
    if (isUnknown(desired.members)) return { inputs: desired, problems: [] };
    // A user of another id comes completed, once the preflight let it pass.
    const known = { line: recorded?.members ?? "", confirmed: [] };
    const { line, problems } = await resolveServiceUser(context, desired.members, known);
    return { inputs: { ...desired, members: line }, problems };
  },

  async find(context, desired) {
    // An organisation has a few dozen; all of them are read, so that one of ours is found under any name.
    const all = await getAll(context.exchange, "Get-RoleGroup", { ResultSize: "Unlimited" }, { all: true });
    const bearsName = (text: string): boolean => text.toLowerCase() === desired.name.toLowerCase();
    const groups = all.filter(
      (group) =>
        bearsName(text(group, "Name")) ||
        bearsName(text(group, "DisplayName")) ||
        bearsMark(group["Description"], desired.mark),
    );
    return Promise.all(groups.map((group) => describe(context, group, desired)));
  },

  async create(context, desired) {
    const members = await exchangeIdsOf(context, desired.members);
    const [made] = await writeWhenReady(context, "New-RoleGroup", {
      Name: desired.name,
      Description: desired.mark,
      Members: members,
    });
    if (made === undefined) throw new UserError("role group: Exchange accepted it but returned nothing.");
    return guid(made);
  },

  observe: observeRoleGroup,

  async sight(context, id, recorded) {
    const group = await getByGuid(context.exchange, "Get-RoleGroup", id);
    return group && { id, inputs: recorded, outputs: {} };
  },

  tries: ["marked"],

  async align(context, live, desired) {
    const Identity = live.id;
    if (live.inputs.name !== desired.name) {
      const names = { Name: desired.name, DisplayName: desired.name };
      await context.exchange.write("Set-RoleGroup", { Identity, ...names, ...bypass });
    }
    if (live.inputs.members !== desired.members) {
      const Members = await exchangeIdsOf(context, desired.members);
      await context.exchange.write("Update-RoleGroupMember", { Identity, Members, ...bypass });
    }
    if (!live.inputs.marked) await markInField(context, Identity, roleGroupDescription, desired.mark);
  },

  release: (context, id, { mark }) => unmarkField(context, id, roleGroupDescription, mark),

  whyStays: (context, { id, inputs }) => readOtherHolder(context, id, roleGroupDescription, inputs.mark),

  async remove(context, live) {
    await reportTakenAlong(context, live);
    await context.exchange.write("Remove-RoleGroup", { Identity: live.id, ...bypass, Confirm: false });
  },
};

/** Says what others hung on the role group, which goes with it: once the stack's own assignment is gone, all of it is theirs. */
async function reportTakenAlong(context: Context, { id, inputs }: Observed<RoleGroupInputs>): Promise<void> {
  const assignments = await getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: id });
  const told = assignments.filter((each) => text(each, "RoleAssignmentDelegationType") !== "DelegatingOrgWide");
  if (told.length === 0) return;
  const names = told.map((each) => `"${text(each, "Name")}" (${text(each, "Role")})`).join(", ");
  context.report(`role group "${inputs.name}": with it go role assignments that others hung on it: ${names}.`);
}

async function observeRoleGroup(
  context: Context,
  id: string,
  recorded: RoleGroupInputs,
): Promise<Observed<RoleGroupInputs> | undefined> {
  const [group, members] = await Promise.all([
    getByGuid(context.exchange, "Get-RoleGroup", id),
    roleGroupMembers(context, id),
  ]);
  if (group === undefined) return undefined;
  if (members === undefined) throw new UnsettledError("role group: Exchange shows the group but not its members.");
  const named = nameAsRecorded(members, isUnknown(recorded.members) ? [] : parseMembers(recorded.members));
  const marked = markedIn(context, roleGroupDescription, group["Description"], recorded.mark);
  const inputs = { ...recorded, name: text(group, "Name"), members: formatMembers(named), marked };
  return { id, inputs: pick(inputs), outputs: { description: text(group, "Description") } };
}

function pick({ name, members, role, marked, mark, adopt, onDestroy }: RoleGroupInputs): RoleGroupInputs {
  return { name, members, role, marked, mark, adopt, onDestroy };
}

/** Direct members; one without an object id in Entra is named by its own GUID. `undefined` where the group is gone. */
async function roleGroupMembers(context: Context, id: string): Promise<Member[] | undefined> {
  try {
    const members = await context.exchange.read("Get-RoleGroupMember", { Identity: id, ResultSize: "Unlimited" });
    return members.map((member) => ({
      address: (text(member, "PrimarySmtpAddress") || text(member, "Name")).replaceAll(/\s+/g, "_"),
      id: guid(member, "ExternalDirectoryObjectId") || guid(member),
    }));
  } catch (error) {
    if (isExchangeError(error, "notFound")) return undefined;
    throw error;
  }
}

async function exchangeIdsOf(context: Context, lines: string): Promise<string[]> {
  return Promise.all(parseMembers(lines).map(async (user) => guid(await awaitServiceUser(context, user))));
}

async function describe(context: Context, group: Parameters<typeof guid>[0], desired: RoleGroupInputs): Promise<Found> {
  const id = guid(group);
  const [members, assignments] = await Promise.all([
    roleGroupMembers(context, id),
    getAll(context.exchange, "Get-ManagementRoleAssignment", { RoleAssignee: id }),
  ]);
  const otherRoles = assignments.map((each) => text(each, "Role")).filter((role) => role !== desired.role);
  const wanted = isUnknown(desired.members) ? [] : parseMembers(desired.members);
  const names = new Set(wanted.map((member) => member.address.toLowerCase()));
  const isWanted = (member: Member): boolean => idsOf(wanted).has(member.id) || names.has(member.address.toLowerCase());
  const others = (members ?? []).filter((member) => !isWanted(member));
  const ours = bearsMark(group["Description"], desired.mark);
  const isNamed = [text(group, "Name"), text(group, "DisplayName")].some(
    (name) => name.toLowerCase() === desired.name.toLowerCase(),
  );
  // One of an earlier run may have a former name, but then it holds the service user: the call that made it said so.
  const isStrange = ours && !isNamed && !(members ?? []).some(isWanted);
  return {
    id,
    title: `role group "${text(group, "Name")}"`,
    ours,
    other: foreignMark(group["Description"], desired.mark),
    obstacles: [
      ...(ours ? [] : roomProblem("Description", group["Description"], desired.mark)),
      // Facts/powershell.md §3: such a group takes no members here, and none of its people is seen here.
      ...(/Linked$/.test(text(group, "RoleGroupType"))
        ? [`it is linked: its members are those of the group ${text(group, "LinkedGroup")} in another forest`]
        : []),
      ...(otherRoles.length > 0 ? [`it also has the role ${[...new Set(otherRoles)].join(", ")}`] : []),
      ...(others.length > 0 ? [`it has other members: ${others.map((member) => member.address).join(", ")}`] : []),
      ...(isStrange ? ["it has another name, and the service user is not in it"] : []),
    ],
  };
}

/** The role group as an artifact. */
export const roleGroup = artifactOf(roleGroupLifecycle);
