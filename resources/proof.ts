/**
 * Step 7 of the document, made whole: gathers what Exchange says about the access, starting from the live assignment and
 * its live scope, never from what was asked for.
 */
import { createHash } from "node:crypto";
import { parseMemberOfGroup, sameGroups } from "../exchange/filter.ts";
import type { ExchangeObject } from "../exchange/session.ts";
import { isMailbox } from "./address.ts";
import { flag, guid, nameOf, text } from "./exchangeValue.ts";
import type { Context } from "./lifecycle.ts";
import { getAll, getByGuid, getOne } from "./lookup.ts";
import { idsOf, parseMembers, type Member } from "./memberList.ts";
import { customScopeOf } from "./roleAssignment.ts";
import { previewFilter } from "./scopeMembers.ts";
import { judge, type AssignmentEvidence, type Evidence, type Probe, type Verdict } from "./verdict.ts";

/** What a proof is about. */
export interface Claim {
  readonly reach: "group" | "organization";
  readonly role: string;
  /** GUID of the role assignment. */
  readonly assignment: string;
  /** GUID of the role group. */
  readonly roleGroup: string;
  /** GUID of the management scope; empty in reach `organization`. */
  readonly scope: string;
  /** GUID of the security group; empty in reach `organization`. */
  readonly group: string;
  /** The service user, as `upn objectId`. */
  readonly user: string;
  /** The mailboxes, as lines. */
  readonly members: string;
  /** Mailboxes that are asked about in every proof, as lines. */
  readonly mustStayOut: string;
}

/** How many of the listed mailboxes, and of the others, are asked about by themselves. */
const sampleSize = 5;

/** A verdict with what it rests on. */
export interface Proof {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

/** Gathers the evidence and judges it. A failing proof is a verdict; an error is that nothing can be said. */
export async function prove(context: Context, claim: Claim): Promise<Verdict> {
  return (await examine(context, claim)).verdict;
}

/** As {@link prove}, for reports that show the evidence too. */
export async function examine(context: Context, claim: Claim): Promise<Proof> {
  const members = parseMembers(claim.members);
  const evidence = await gatherEvidence(context, claim, members);
  return { verdict: judge({ reach: claim.reach, role: claim.role, members }, evidence), evidence };
}

async function gatherEvidence(context: Context, claim: Claim, members: readonly Member[]): Promise<Evidence> {
  const [user] = parseMembers(claim.user);
  const { exchange } = context;
  const upn = user?.address ?? "";
  const [assignment, roleGroup, ownScope, group, account, assignments, mailboxes] = await Promise.all([
    getByGuid(exchange, "Get-ManagementRoleAssignment", claim.assignment),
    getByGuid(exchange, "Get-RoleGroup", claim.roleGroup),
    claim.scope === "" ? undefined : getByGuid(exchange, "Get-ManagementScope", claim.scope),
    claim.group === "" ? undefined : getByGuid(exchange, "Get-DistributionGroup", claim.group),
    getOne(exchange, "Get-User", { Identity: upn }),
    getAll(exchange, "Get-ManagementRoleAssignment", { RoleAssignee: upn }),
    claim.reach === "organization" ? [] : listMailboxes(context),
  ]);
  const ours = assignment === undefined ? undefined : evidenceOf(assignment);
  const scope = await liveScopeOf(context, ours, ownScope);
  const filter = scope === undefined ? "" : text(scope, "RecipientFilter");
  const chosen = choose(claim, members, mailboxes);
  const [endUserRoles, inside, probes] = await Promise.all([
    endUserRolesAmong(context, assignments),
    filter === "" ? [] : previewFilter(context, filter),
    Promise.all(chosen.map((each) => probe(context, claim, each, text(account ?? {}, "Name"), assignments))),
  ]);
  return {
    assignment: ours,
    roleGroup: roleGroup === undefined ? undefined : text(roleGroup, "Name"),
    scope: scope === undefined ? undefined : { id: guid(scope), name: text(scope, "Name"), filter },
    scopeIsOurs: isOurs(claim, scope, group),
    inside,
    assignments: assignments.map((each) => {
      const evidence = evidenceOf(each);
      return { ...evidence, isEndUserRole: isOfPolicy(each) && endUserRoles.has(evidence.role) };
    }),
    probes,
    userIsBlocked: account !== undefined && flag(account, "AccountDisabled"),
    userExists: account !== undefined && guid(account, "ExternalDirectoryObjectId") === user?.id,
  };
}

/** The scope that the live assignment names, which need not be the stack's. */
async function liveScopeOf(
  context: Context,
  assignment: AssignmentEvidence | undefined,
  ownScope: ExchangeObject | undefined,
): Promise<ExchangeObject | undefined> {
  if (assignment === undefined || assignment.customScope === "") return undefined;
  if (ownScope !== undefined && text(ownScope, "Name") === assignment.customScope) return ownScope;
  return getOne(context.exchange, "Get-ManagementScope", { Identity: assignment.customScope });
}

/** Whether a live scope is the stack's own, names exactly its group, and is not exclusive. */
export function isOurs(
  claim: Pick<Claim, "scope">,
  scope: ExchangeObject | undefined,
  group: ExchangeObject | undefined,
): boolean {
  if (scope === undefined || group === undefined || guid(scope) !== claim.scope || flag(scope, "Exclusive"))
    return false;
  const parsed = parseMemberOfGroup(text(scope, "RecipientFilter"));
  const own = text(group, "DistinguishedName");
  return parsed !== undefined && own !== "" && sameGroups(parsed.dns, [own]);
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

function evidenceOf(assignment: ExchangeObject): AssignmentEvidence {
  return {
    id: guid(assignment),
    name: text(assignment, "Name"),
    role: nameOf(text(assignment, "Role")),
    assigneeType: text(assignment, "RoleAssigneeType"),
    assignee: nameOf(text(assignment, "RoleAssigneeName")),
    enabled: flag(assignment, "Enabled"),
    isRegular: text(assignment, "RoleAssignmentDelegationType") === "Regular",
    writeScope: text(assignment, "RecipientWriteScope"),
    customScope: customScopeOf(assignment),
    isEndUserRole: false,
  };
}

/** All mailboxes of the organisation that have an object in Entra. */
export async function listMailboxes(context: Context): Promise<Member[]> {
  const recipients = await getAll(context.exchange, "Get-Recipient", {
    RecipientTypeDetails: ["UserMailbox", "SharedMailbox", "RoomMailbox"],
    ResultSize: "Unlimited",
  });
  return recipients
    .filter((recipient) => isMailbox(text(recipient, "RecipientTypeDetails")))
    .map((recipient) => ({
      address: text(recipient, "PrimarySmtpAddress"),
      id: guid(recipient, "ExternalDirectoryObjectId"),
    }))
    .filter((mailbox) => mailbox.id !== "");
}

/** A mailbox to ask about. */
export type Chosen = Pick<Probe, "address" | "id" | "isListed">;

/** The mailboxes to ask about: those that must stay out, and a sample on both sides that is the same every time. */
export function choose(
  claim: Pick<Claim, "reach" | "mustStayOut" | "assignment">,
  members: readonly Member[],
  mailboxes: readonly Member[],
  listedSample = sampleSize,
): Chosen[] {
  if (claim.reach === "organization") return [];
  const listed = idsOf(members);
  const mustStayOut = parseMembers(claim.mustStayOut);
  const named = idsOf(mustStayOut);
  const others = mailboxes.filter(({ id }) => !listed.has(id) && !named.has(id));
  const outside = [...mustStayOut, ...sample(others, claim.assignment)];
  return [
    ...sample(members, claim.assignment, listedSample).map(({ address, id }) => ({ address, id, isListed: true })),
    ...outside.map(({ address, id }) => ({ address, id, isListed: listed.has(id) })),
  ];
}

function sample(mailboxes: readonly Member[], seed: string, size = sampleSize): Member[] {
  const keyed = mailboxes.map((mailbox) => ({
    mailbox,
    key: createHash("sha256").update(`${seed} ${mailbox.id}`).digest("hex"),
  }));
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, size)
    .map(({ mailbox }) => mailbox);
}

/** Which of the service user's assignments allow it to reach one mailbox, by Exchange's own evaluation. */
async function probe(
  context: Context,
  claim: Claim,
  chosen: Chosen,
  userName: string,
  assignments: readonly ExchangeObject[],
): Promise<Probe> {
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
