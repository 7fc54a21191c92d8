/** Gathers who gets in: Exchange's side of it for both access modes, Entra's for an app. */
import { isExchangeError } from "../../exchange/errors.ts";
import type { GraphObject } from "../../directory/graph.ts";
import { readPrincipalOwners, readRegistration } from "../../directory/appCredentials.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { assigneeOf, isOfApp, isOfRoleGroup } from "../lifecycle/assignmentRow.ts";
import type { ApplicationCredentials } from "./entrantsOfApplication.ts";
import type { AskedOwner } from "./entrantsOfGroup.ts";
import { isNested, type RoleGroupEvidence, type RoleGroupMember } from "./entrantsOfRoleGroup.ts";
import { guid, isNamed, list, nameOf, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { getAll } from "../lifecycle/lookup.ts";
import { parseMembers, type Member } from "../recipients/memberList.ts";

/** Answers about a role group that need nothing to be known but its GUID, so that they are asked with all else. */
export interface RoleGroupAnswers {
  readonly members: readonly ExchangeObject[];
  /** Rows of all assignments of the role, one for each user that Exchange knows to have it. */
  readonly effective: readonly ExchangeObject[];
}

/** Two cmdlets; the first is the role group's own look at its members. */
export async function askRoleGroup(
  context: Context,
  { roleGroup, role }: { readonly roleGroup: string; readonly role: string },
): Promise<RoleGroupAnswers> {
  const [members, effective] = await Promise.all([
    getAll(context.exchange, "Get-RoleGroupMember", { Identity: roleGroup, ResultSize: "Unlimited" }),
    getAll(context.exchange, "Get-ManagementRoleAssignment", { Role: role, GetEffectiveUsers: true }),
  ]);
  return { members, effective };
}

/** The role group's evidence; asks once more for each group in it. */
export async function evidenceOfRoleGroup(
  context: Context,
  answers: RoleGroupAnswers,
  live: {
    readonly roleGroup: ExchangeObject | undefined;
    readonly user: Member | undefined;
    readonly account: ExchangeObject | undefined;
    /** All assignments as they are listed where nobody asks for their users. */
    readonly assignments: readonly ExchangeObject[];
  },
): Promise<RoleGroupEvidence> {
  const { roleGroup, user, account } = live;
  const everybody = everybodyIn(live.assignments);
  const members = await Promise.all(
    answers.members.map(memberOf).map(async (member) => {
      return isNested(member) ? { ...member, inside: await membersInside(context, member) } : member;
    }),
  );
  return {
    title: roleGroup === undefined ? "" : text(roleGroup, "Name"),
    user: { id: user?.id ?? "", name: account === undefined ? "" : text(account, "Name") },
    members,
    managers: roleGroup === undefined ? [] : list(roleGroup, "ManagedBy").map(nameOf),
    effective: answers.effective
      .filter((row) => isOfRoleGroup(row, roleGroup))
      .map((row) => nameOf(text(row, "EffectiveUserName")))
      .filter((name) => name !== everybody),
  };
}

/**
 * What stands in the place of users where Exchange does not look into a group, in the server's language: the one name that
 * all groups have in a list of assignments; `undefined` where they have several.
 */
function everybodyIn(assignments: readonly ExchangeObject[]): string | undefined {
  const ofGroups = assignments.filter((row) => /Group$/.test(text(row, "RoleAssigneeType")));
  const names = new Set(ofGroups.map((row) => nameOf(text(row, "EffectiveUserName"))));
  return names.size === 1 && ofGroups.length > 1 ? [...names][0] : undefined;
}

function memberOf(member: ExchangeObject): RoleGroupMember {
  return {
    id: guid(member, "ExternalDirectoryObjectId") || guid(member),
    name: text(member, "Name"),
    address: text(member, "PrimarySmtpAddress") || text(member, "DisplayName") || text(member, "Name"),
    type: text(member, "RecipientTypeDetails"),
  };
}

/** Direct members of a group in the role group; `undefined` where they cannot be read. */
async function membersInside({ exchange }: Context, group: RoleGroupMember): Promise<RoleGroupMember[] | undefined> {
  const asked = { Identity: group.id, ResultSize: "Unlimited" };
  try {
    return (await exchange.read("Get-DistributionGroupMember", asked)).map(memberOf);
  } catch (error) {
    if (isExchangeError(error, "forbidden", "unauthorized", "notFound")) return undefined;
    throw error;
  }
}

/**
 * The owner that the security group was to have; one cmdlet, for `verify` alone: in a run the group's own refresh shows
 * another one as drift.
 * @param line `address objectId`
 */
export async function readAskedOwner({ exchange }: Context, line = ""): Promise<AskedOwner | undefined> {
  const [owner] = parseMembers(line);
  if (owner === undefined || owner.id === "") return undefined;
  const [found] = await getAll(exchange, "Get-Recipient", { Identity: owner.id });
  return found === undefined
    ? { ...owner, name: "" }
    : { ...owner, name: text(found, "Name"), identity: text(found, "Identity") };
}

/** What tells the stack's own assignments from those of others. */
export interface OwnAssignees {
  readonly roleGroup: ExchangeObject | undefined;
  /** Object id of the stack's enterprise app; empty without one. */
  readonly app: string;
  /** The service user; `undefined` without one. */
  readonly account: ExchangeObject | undefined;
}

/** Tells an assignment of the stack's: one of its assignees', or one that it holds and is about to remove. */
export function isOwnAssignment(
  { held }: Pick<Context, "held">,
  { roleGroup, app, account }: OwnAssignees,
): (assignment: ExchangeObject) => boolean {
  return (assignment) =>
    held.has(guid(assignment)) ||
    isOfApp(assignment, app) ||
    isOfRoleGroup(assignment, roleGroup) ||
    (account !== undefined && text(assignment, "RoleAssigneeType") === "User" && isOfUser(assignment, account));
}

function isOfUser(assignment: ExchangeObject, account: ExchangeObject): boolean {
  return isNamed(text(assignment, "RoleAssignee") || assigneeOf(assignment), account);
}

/**
 * Who can sign in as an app: reads of Graph that share one `$batch` with whatever else is asked at the time.
 * @param principal the enterprise app as Graph returns it, with its credentials
 */
export async function readApplicationCredentials(
  context: Context,
  { app, appId }: { readonly app: string; readonly appId: string },
  principal: Promise<GraphObject>,
): Promise<ApplicationCredentials> {
  const { graph } = entraOf(context);
  const [registration, owners, read] = await Promise.all([
    readRegistration(graph, appId),
    readPrincipalOwners(graph, app),
    principal,
  ]);
  return { registration, owners, principal: read };
}
