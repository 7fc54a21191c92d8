/** Everything that can be known before the first write, said all together (design.md §4, Tenant). */
import { formatBegun, parseBegun } from "../lifecycle/begun.ts";
import { resolveMailboxes, resolveOwner, type MailboxAnswer } from "../recipients/address.ts";
import { findUnlessStanding } from "../recipients/candidate.ts";
import { checkAdoptedUser } from "./adoptedUser.ts";
import { checkStage } from "./changeOver.ts";
import { checkDomain } from "./domain.ts";
import { checkExistingAccount } from "./existingAccount.ts";
import { foresee } from "./foreseen.ts";
import { reportUsersOfGroup } from "../proof/groupUsers.ts";
import { checkGrowth } from "./growth.ts";
import { isDehydrated } from "../lifecycle/hydration.ts";
import { reportLeftovers } from "./leftovers.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { withWholeLists } from "../lifecycle/lookup.ts";
import { roleExists } from "../lifecycle/managementRole.ts";
import { addressesOf, formatMembers, idsOf, linesOf, parseMembers, type Member } from "../recipients/memberList.ts";
import { warnOfOwnCredential } from "./ownCredential.ts";
import { checkIdentities } from "./refusedIdentity.ts";
import { judgeRecordedStops, readShut } from "./recordedStops.ts";
import { judgeRelease } from "./release.ts";
import { checkStops } from "./reopening.ts";
import { resolveServiceUser } from "../recipients/serviceUser.ts";
import { checkSplitPermissions } from "./splitCheck.ts";
import { checkObjects } from "./takenNames.ts";
import { readTakenOver } from "./takenOver.ts";
import { declaresUser, uses, type TenantInputs } from "./tenantInputs.ts";
import { checkWayIn } from "./shutWayIn.ts";

/** What the preflight found out; all lists are lines, `address objectId`. */
export interface Preflight {
  /** The mailbox list, looked up. */
  readonly members: string;
  readonly vanished: string;
  readonly mustStayOut: string;
  readonly owner: string;
  /** One that is only used (serviceUser.existing) with the object id that it has; any other as it was asked for. */
  readonly user: string;
  /** What is stopped, to be recorded; empty where nothing is. */
  readonly stopped: string;
  /** What is accepted with what is taken over (proof/takenOver.ts), to be recorded. */
  readonly takenOver: string;
  /** Assignments that a run set out to make (lifecycle/begun.ts), to be recorded. */
  readonly begun: string;
  readonly problems: readonly Problem[];
}

/** Asks everything; problems are collected, never thrown one by one. */
export async function runPreflight(
  given: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Preflight> {
  const context = withWholeLists(given);
  const lookedUp = completeServiceUser(context, desired, recorded).then(
    async ({ line: user, problems: ofUser }) =>
      ({ user, ofUser, ...(await checkAddresses(context, desired, recorded, user)) }) as const,
  );
  // What would change about an object that is there is told by what was looked up.
  const completed = lookedUp.then(({ user, members, mustStayOut, owner }) => ({
    ...desired,
    user,
    members,
    mustStayOut,
    owner,
  }));
  const [
    addresses,
    identities,
    account,
    adoptedUser,
    domain,
    wayIn,
    foreseen,
    growth,
    organization,
    roles,
    stage,
    stops,
    split,
    seen,
    takenOver,
    objects,
    shut,
  ] = await Promise.all([
    lookedUp,
    completed.then((complete) => checkIdentities(context, complete)),
    completed.then((complete) => checkExistingAccount(context, complete, recorded)),
    completed.then((complete) => checkAdoptedUser(context, complete)),
    checkDomain(context, desired),
    completed.then((complete) => checkWayIn(context, complete, recorded)),
    completed.then((complete) => foresee(context, complete)),
    completed.then((complete) => checkGrowth(context, complete, recorded)),
    checkOrganization(context, desired),
    checkRoles(context, desired),
    completed.then((complete) => checkStage(context, complete, recorded)),
    completed.then((complete) => checkStops(context, complete, recorded)),
    completed.then((complete) => checkSplitPermissions(context, complete, recorded)),
    // Nothing of it waits for a look-up: what it asks of Entra shares a call with the others.
    judgeRecordedStops(context, desired, recorded),
    readTakenOver(context, desired, recorded),
    checkObjects(context, desired, completed, recorded === undefined),
    readShut(context, desired),
    reportLeftovers(context, desired),
    reportUsersOfGroup(context, desired.known, desired.scope),
    warnOfOwnCredential(context),
  ]);
  const { members, vanished, mustStayOut, owner } = addresses;
  const user = declaresUser(desired) ? desired.user : addresses.user;
  const release = judgeRelease(await completed, recorded, context.entra === undefined, shut);
  for (const line of release.lines) context.report(line);
  const problems = [
    ...release.problems,
    ...identities,
    ...account,
    ...adoptedUser,
    ...domain,
    ...wayIn,
    ...foreseen,
    ...growth,
    ...organization,
    ...roles,
    ...addresses.ofUser,
    ...addresses.problems,
    ...stage,
    ...stops,
    ...split,
    ...seen.problems,
    ...desired.conflicts,
    ...objects.problems,
  ];
  const begun = formatBegun([...parseBegun(recorded?.begun ?? ""), ...objects.begun]);
  return { members, vanished, mustStayOut, owner, user, stopped: seen.stopped, takenOver, begun, problems };
}

async function checkAddresses(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
  serviceUser: string,
): Promise<Omit<Preflight, "user" | "stopped" | "takenOver" | "begun">> {
  const known = parseMembers(`${recorded?.members ?? ""}\n${recorded?.vanished ?? ""}`);
  // All of them in one question: it costs no more than one of them.
  const candidates = await findUnlessStanding(
    context,
    addressesOf(`${desired.members}\n${desired.mustStayOut}\n${desired.owner}`),
    known,
    desired.known.securityGroup,
  );
  const ask = (lines: string, old: readonly Member[]): Promise<MailboxAnswer> => {
    const question = { addresses: addressesOf(lines), recorded: old, confirmed: desired.confirmedAddresses };
    return resolveMailboxes(context, question, candidates);
  };
  const [mailboxes, mustStayOut, owner] = await Promise.all([
    ask(desired.members, known),
    ask(desired.mustStayOut, parseMembers(recorded?.mustStayOut ?? "")),
    resolveOwner(
      context,
      { owner: desired.owner, recorded: recorded?.owner ?? "", confirmed: desired.confirmedAddresses },
      candidates,
    ),
  ]);
  for (const { address } of mailboxes.vanished) {
    context.report(
      `${address}: this mailbox no longer exists. Take it off the list when you can; nothing waits for it.`,
    );
  }
  const listed = idsOf(mailboxes.members);
  const both = mustStayOut.members.filter((member) => listed.has(member.id));
  const isAllGone = mailboxes.members.length === 0 && mailboxes.problems.length === 0;
  return {
    members: formatMembers(mailboxes.members),
    vanished: formatMembers(mailboxes.vanished),
    // One that vanished stays on this list: it is remembered by it, and who is gone cannot be reached.
    mustStayOut: formatMembers([...mustStayOut.members, ...mustStayOut.vanished]),
    owner: owner.line,
    problems: [
      ...mailboxes.problems.map((problem) => `mailboxes: ${problem}`),
      ...(isAllGone ? ["mailboxes: none of the listed mailboxes exists any more. List others, or run destroy."] : []),
      ...mustStayOut.problems.map((problem) => `mustStayOut: ${problem}`),
      ...both.map(
        (member) => `mustStayOut: ${member.address} is one of the listed mailboxes. Take it off one of the lists.`,
      ),
      ...owner.problems,
      ...checkOwner(owner.line, listed, serviceUser),
    ],
  };
}

/** An owner can widen the group: neither a listed mailbox nor the service user may be one, by whatever address. */
function checkOwner(line: string, listed: ReadonlySet<string>, serviceUser: string): Problem[] {
  const [owner] = parseMembers(line);
  if (owner === undefined || owner.id === "") return [];
  const refuse = (who: string): Problem[] => [
    `owner: ${owner.address} is ${who}; an owner can widen the group. Name somebody else.`,
  ];
  if (listed.has(owner.id)) return refuse("one of the listed mailboxes");
  return parseMembers(serviceUser).some((user) => user.id === owner.id) ? refuse("the service user") : [];
}

/**
 * The service user with its object id, where Exchange knows it already: a role group's members are compared by that.
 * One that is only used may not become another without a word.
 */
async function completeServiceUser(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<{ line: string; problems: readonly Problem[] }> {
  if (declaresUser(desired)) {
    const { line, problems } = await resolveServiceUser(context, desired.user);
    return { line: problems.length > 0 ? desired.user : line, problems: [] };
  }
  const known = { line: recorded?.user ?? "", confirmed: desired.confirmedAddresses };
  const { line, problems } = await resolveServiceUser(context, desired.user, known);
  // That nobody bears a name which was never recorded is said by the role group.
  const isKept = parseMembers(line).some(({ id }) => id !== "");
  return { line, problems: isKept ? problems : [] };
}

async function checkOrganization(context: Context, desired: TenantInputs): Promise<Problem[]> {
  if (!(await isDehydrated(context, false))) return [];
  if (desired.allowOrganizationCustomization) {
    context.report("The organisation was never customised: up will run Enable-OrganizationCustomization first.");
    return [];
  }
  return [
    "This organisation was never customised, so it accepts no role groups or scopes of its own. Set allowOrganizationCustomization to true to run Enable-OrganizationCustomization (once, cannot be undone; the organisation may refuse custom roles for up to two hours after it).",
  ];
}

async function checkRoles(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const wanted = [
    ...(uses(desired, "impersonation") ? [desired.role] : []),
    ...(uses(desired, "application") ? linesOf(desired.roles) : []),
  ];
  const found = await Promise.all(wanted.map((role) => roleExists(context, role)));
  return wanted
    .filter((_, index) => found[index] === false)
    .map((role) =>
      role === desired.role
        ? `The role ${role} does not exist in this organisation. Microsoft has removed it from Exchange Online; there the access mode "application" does the same job. Set access to ["application"]. Nothing was changed.`
        : `The role ${role} does not exist in this organisation. RBAC for Applications is there in Exchange Online only; on Exchange Server, use the access mode "impersonation". Nothing was changed.`,
    );
}
