/**
 * Step 7 of the document, made whole: gathers what Exchange says about the access, starting from the live assignment
 * and its live scope, never from what was asked for.
 */
import { readDirectoryRolesOfUser, type HeldDirectoryRole } from "../../directory/consents.ts";
import { isDirectoryError } from "../../directory/errors.ts";
import { namesOnlyGroup } from "../../exchange/filter.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { assigneeOf, customScopeOf, isRegular } from "../lifecycle/assignmentRow.ts";
import type { AccessVerdict } from "./accessVerdict.ts";
import { entrantsByUses, joinEvidence, notesOfWideRoles } from "./entrants.ts";
import { askRoleGroup, evidenceOfRoleGroup, isOwnAssignment, readAskedOwner } from "./entrantsEvidence.ts";
import { entrantsOfGroup } from "./entrantsOfGroup.ts";
import { entrantsOfRoleGroup } from "./entrantsOfRoleGroup.ts";
import { flag, guid, nameOf, text } from "../lifecycle/exchangeValue.ts";
import { foreignUses, readUsers, wideRoles } from "./foreignUses.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getAll, getByGuid, getOne, withWholeLists } from "../lifecycle/lookup.ts";
import { listedMailboxes, type Listed } from "../recipients/listed.ts";
import { parseMembers, type Member } from "../recipients/memberList.ts";
import {
  choose,
  mailboxesToChooseFrom,
  nameAsNow,
  namesOf,
  type Asking,
  type Chosen,
  type Named,
} from "../recipients/sample.ts";
import { previewFilter } from "../recipients/scopeMembers.ts";
import {
  judgeImpersonation,
  type ImpersonationAssignmentEvidence,
  type ImpersonationEvidence,
  type ExclusiveScope,
  type ImpersonationProbe,
} from "./impersonationVerdict.ts";
import { keysTakenOver } from "./takenOver.ts";
import { withWayIn, type WithWayIn } from "./wayIn.ts";
import { askedByImpersonation, examineWayIn } from "./wayInEvidence.ts";

/** What a proof is about. */
export interface ImpersonationClaim {
  readonly reach: "group" | "organization";
  readonly role: string;
  /** GUID of the role assignment. */
  readonly assignment: string;
  /** GUID of the one that the engine removes at the end of this `up`; a refresh knows of none. */
  readonly going?: string;
  /** GUID of the role group. */
  readonly roleGroup: string;
  /** GUID of the management scope; empty in reach `organization`. */
  readonly scope: string;
  /** GUID of the security group; empty in reach `organization`. */
  readonly group: string;
  /** The service user, as `upn objectId`. */
  readonly user: string;
  /** The mailboxes, as lines or as their digest (recipients/listed.ts). */
  readonly members: string;
  /** Mailboxes that are asked about in every proof, as lines. */
  readonly mustStayOut: string;
  /** The security group's owner, as `address objectId`; only `verify` asks about him (entrantsEvidence.ts). */
  readonly owner?: string;
  /** Client id of the app that the call centre signs in with; empty where it was not said. */
  readonly callCentreClientId: string;
  /** Object id and client id of the stack's own app, where it has one beside: it uses the same scope and group. */
  readonly app: string;
  readonly appId: string;
  /** Who was there when the role group was taken over (takenOver.ts), as lines. */
  readonly takenOver: string;
  /** Who got in when the stack began (entrants.ts); recorded by the check, never asked for. */
  readonly entrantsBaseline?: string;
}

/** A verdict with what it rests on. */
export interface ImpersonationProof {
  readonly verdict: WithWayIn<AccessVerdict>;
  readonly evidence: ImpersonationEvidence;
  readonly named: Named;
}

/** Gathers the evidence and judges it. A failing proof is a verdict; an error is that nothing can be said. */
export async function proveImpersonation(
  context: Context,
  claim: ImpersonationClaim,
  asking: Asking,
): Promise<WithWayIn<AccessVerdict>> {
  return (await examineImpersonation(context, claim, asking)).verdict;
}

/** As {@link proveImpersonation}, for reports that show the evidence too. */
export async function examineImpersonation(
  given: Context,
  claim: ImpersonationClaim,
  asking: Asking,
): Promise<ImpersonationProof> {
  const context = withWholeLists(given);
  const listed = listedMailboxes(context, claim);
  const toChooseFrom = mailboxesToChooseFrom(context, claim, asking);
  const [{ members: recorded, areListed }, mailboxes, evidence, wayIn] = await Promise.all([
    listed,
    toChooseFrom,
    gatherEvidence(context, claim, listed, toChooseFrom, asking),
    listed.then(({ members }) => examineWayIn(context, askedByImpersonation({ ...claim, members }))),
  ]);
  const { reach, role, entrantsBaseline, going } = claim;
  const takenOver = keysTakenOver(claim.takenOver, { holder: "roleGroup", id: claim.roleGroup });
  const members = nameAsNow(recorded, mailboxes);
  const verdict = judgeImpersonation({ reach, role, members, areListed, entrantsBaseline, takenOver, going }, evidence);
  return { verdict: withWayIn(verdict, wayIn), evidence, named: namesOf(claim, mailboxes) };
}

async function gatherEvidence(
  context: Context,
  claim: ImpersonationClaim,
  listed: Promise<Listed>,
  toChooseFrom: Promise<Member[]>,
  asking: Asking,
): Promise<ImpersonationEvidence> {
  const [user] = parseMembers(claim.user);
  const { exchange } = context;
  const upn = user?.address ?? "";
  const [assignment, roleGroup, ownScope, group, account, assignments, mailboxes, answers, users, userRoles, owner] =
    await Promise.all([
      getByGuid(exchange, "Get-ManagementRoleAssignment", claim.assignment),
      getByGuid(exchange, "Get-RoleGroup", claim.roleGroup),
      claim.scope === "" ? undefined : getByGuid(exchange, "Get-ManagementScope", claim.scope),
      claim.group === "" ? undefined : getByGuid(exchange, "Get-DistributionGroup", claim.group),
      getOne(exchange, "Get-User", { Identity: upn }),
      getAll(exchange, "Get-ManagementRoleAssignment", { RoleAssignee: upn }),
      toChooseFrom,
      askRoleGroup(context, claim),
      readUsers(context),
      readUserRoles(context, user),
      readAskedOwner(context, claim.owner),
    ]);
  const ours = assignment === undefined ? undefined : evidenceOf(assignment);
  const scope = await liveScopeOf(context, ours, ownScope);
  const filter = scope === undefined ? "" : text(scope, "RecipientFilter");
  const { members } = await listed;
  const chosen = choose({ ...claim, asking, seed: claim.assignment }, members, mailboxes);
  const userName = text(account ?? {}, "Name");
  const [held, inside, probes, exclusive, ofRoleGroup] = await Promise.all([
    evidenceOfHoldings(context, assignments),
    filter === "" ? [] : previewFilter(context, filter),
    Promise.all(chosen.map((each) => probe(context, claim, each, userName, assignments))),
    exclusiveAmong(context, claim.reach === "group" ? users.scopes : []),
    evidenceOfRoleGroup(context, answers, { roleGroup, user, account, assignments: users.assignments }),
  ]);
  const isOwn = isOwnAssignment(context, { roleGroup, app: claim.app, account });
  const used = { scope: text(ownScope ?? {}, "Name"), group };
  return {
    assignment: ours,
    roleGroup: roleGroup === undefined ? undefined : text(roleGroup, "Name"),
    scope: scope === undefined ? undefined : { id: guid(scope), name: text(scope, "Name"), filter },
    scopeIsOurs: isOurs(claim, scope, group),
    inside,
    assignments: held,
    probes,
    userIsBlocked: account !== undefined && flag(account, "AccountDisabled"),
    isServer: context.entra === undefined,
    userExists: account !== undefined && guid(account, "ExternalDirectoryObjectId") === user?.id,
    userRoles,
    exclusive,
    entrants: joinEvidence(
      entrantsOfRoleGroup(ofRoleGroup),
      entrantsOfGroup(group, owner),
      entrantsByUses(foreignUses(used, users, isOwn, claim.appId), users),
      notesOfWideRoles(wideRoles(users, isOwn)),
    ),
  };
}

/** One list of Graph, without a cmdlet; a user that Entra no longer knows has none. */
async function readUserRoles(
  { entra }: Context,
  user: Member | undefined,
): Promise<readonly HeldDirectoryRole[] | undefined> {
  if (entra === undefined) return [];
  if (user === undefined || user.id === "") return undefined;
  return readDirectoryRolesOfUser(entra.graph, user.id).catch((error: unknown) => {
    if (isDirectoryError(error, "notFound")) return [];
    throw error;
  });
}

/** The scope that the live assignment names, which need not be the stack's. */
async function liveScopeOf(
  context: Context,
  assignment: ImpersonationAssignmentEvidence | undefined,
  ownScope: ExchangeObject | undefined,
): Promise<ExchangeObject | undefined> {
  if (assignment === undefined || assignment.customScope === "") return undefined;
  if (ownScope !== undefined && text(ownScope, "Name") === assignment.customScope) return ownScope;
  return getOne(context.exchange, "Get-ManagementScope", { Identity: assignment.customScope });
}

/** Whether a live scope is the stack's own, names exactly its group, and is not exclusive. */
export function isOurs(
  claim: Pick<ImpersonationClaim, "scope">,
  scope: ExchangeObject | undefined,
  group: ExchangeObject | undefined,
): boolean {
  if (scope === undefined || group === undefined || guid(scope) !== claim.scope || flag(scope, "Exclusive"))
    return false;
  return namesOnlyGroup(text(scope, "RecipientFilter"), text(group, "DistinguishedName"));
}

/** All assignments that reach a user: any role, any name, through any group. */
export async function holdingsOf(
  context: Context,
  userPrincipalName: string,
): Promise<ImpersonationAssignmentEvidence[]> {
  const asked = { RoleAssignee: userPrincipalName };
  return evidenceOfHoldings(context, await getAll(context.exchange, "Get-ManagementRoleAssignment", asked));
}

async function evidenceOfHoldings(
  context: Context,
  assignments: readonly ExchangeObject[],
): Promise<ImpersonationAssignmentEvidence[]> {
  const endUserRoles = await endUserRolesAmong(context, assignments);
  return assignments.map((each) => {
    const evidence = evidenceOf(each);
    return { ...evidence, isEndUserRole: isOfPolicy(each) && endUserRoles.has(evidence.role) };
  });
}

/** The organisation's exclusive scopes with who is in them; two cmdlets for each, and most organisations have none. */
export async function readExclusiveScopes(context: Context): Promise<ExclusiveScope[]> {
  return exclusiveAmong(context, await getAll(context.exchange, "Get-ManagementScope", {}, { all: true }));
}

async function exclusiveAmong(context: Context, scopes: readonly ExchangeObject[]): Promise<ExclusiveScope[]> {
  const exclusive = scopes.filter((scope) => flag(scope, "Exclusive") && text(scope, "RecipientFilter") !== "");
  return Promise.all(
    exclusive.map(async (scope) => ({
      id: guid(scope),
      name: text(scope, "Name"),
      inside: await previewFilter(context, text(scope, "RecipientFilter")),
    })),
  );
}

function isOfPolicy(assignment: ExchangeObject): boolean {
  return text(assignment, "RoleAssigneeType") === "RoleAssignmentPolicy";
}

/** Names of the end-user roles among those that an assignment policy gives with the scope of the whole organisation. */
async function endUserRolesAmong(
  context: Context,
  assignments: readonly ExchangeObject[],
): Promise<ReadonlySet<string>> {
  const wide = assignments.filter((each) => isOfPolicy(each) && text(each, "RecipientWriteScope") === "Organization");
  const names = [...new Set(wide.map((each) => nameOf(text(each, "Role"))))];
  const roles = await Promise.all(
    names.map((name) => getAll(context.exchange, "Get-ManagementRole", { Identity: name })),
  );
  return new Set(roles.flat().flatMap((role) => (flag(role, "IsEndUserRole") ? [text(role, "Name")] : [])));
}

function evidenceOf(assignment: ExchangeObject): ImpersonationAssignmentEvidence {
  return {
    id: guid(assignment),
    name: text(assignment, "Name"),
    role: nameOf(text(assignment, "Role")),
    assigneeType: text(assignment, "RoleAssigneeType"),
    assignee: assigneeOf(assignment),
    enabled: flag(assignment, "Enabled"),
    isRegular: isRegular(assignment),
    writeScope: text(assignment, "RecipientWriteScope"),
    customScope: customScopeOf(assignment),
    isEndUserRole: false,
  };
}

/** Which of the service user's assignments allow it to reach one mailbox, by Exchange's own evaluation. */
async function probe(
  context: Context,
  claim: ImpersonationClaim,
  chosen: Chosen,
  userName: string,
  assignments: readonly ExchangeObject[],
): Promise<ImpersonationProbe> {
  const own = new Set(assignments.map((assignment) => guid(assignment)));
  const rows = await getAll(context.exchange, "Get-ManagementRoleAssignment", {
    Role: claim.role,
    WritableRecipient: chosen.id,
    GetEffectiveUsers: true,
    Enabled: true,
    Delegating: false,
  });
  const opening = rows.filter(
    (row) => own.has(guid(row)) || (userName !== "" && nameOf(text(row, "EffectiveUserName")) === userName),
  );
  return { ...chosen, openedBy: [...new Set(opening.map((row) => guid(row)))] };
}
