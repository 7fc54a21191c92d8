/** Everything that can be known before the first write, said all together (design.md §4, Tenant). */
import { resolveMailboxes, resolveOwner } from "./address.ts";
import { isDehydrated, noteHydration } from "./hydration.ts";
import { differences, type Context, type Found, type Lifecycle, type Ownership, type Problem } from "./lifecycle.ts";
import { getAll } from "./lookup.ts";
import { managementScopeLifecycle, rightFilter } from "./managementScope.ts";
import { formatMembers, idsOf, parseMembers } from "./memberList.ts";
import { conflictOf } from "./reconciler.ts";
import { roleAssignmentLifecycle, wholeOrganization } from "./roleAssignment.ts";
import { roleGroupLifecycle } from "./roleGroup.ts";
import { resolveServiceUser } from "./serviceUser.ts";
import { securityGroupLifecycle } from "./securityGroup.ts";
import type { TenantInputs } from "./tenant.ts";

export interface Preflight {
  /** The mailbox list, looked up. */
  readonly members: string;
  readonly vanished: string;
  readonly mustStayOut: string;
  readonly problems: readonly Problem[];
}

/** Asks everything; problems are collected, never thrown one by one. */
export async function runPreflight(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Preflight> {
  if (desired.allowOrganizationCustomization) noteHydration();
  const [[user, addresses], organization, role] = await Promise.all([
    completeServiceUser(context, desired.user).then(
      async (line) => [line, await checkAddresses(context, desired, recorded, line)] as const,
    ),
    checkOrganization(context, desired),
    checkRole(context, desired.role),
  ]);
  const { members, vanished, mustStayOut, owner } = addresses;
  // Looked up by now, so that what would change about an object that is there is told as it is.
  const objects = await checkObjects(context, { ...desired, user, members, owner });
  return { members, vanished, mustStayOut, problems: [...organization, ...role, ...addresses.problems, ...objects] };
}

async function checkAddresses(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
  serviceUser: string,
): Promise<Preflight & { readonly owner: string }> {
  const ask = (lines: string, old: string): ReturnType<typeof resolveMailboxes> =>
    resolveMailboxes(context, {
      addresses: parseMembers(lines).map((member) => member.address),
      recorded: parseMembers(old),
      confirmed: desired.confirmedAddresses,
    });
  const [mailboxes, mustStayOut, owner] = await Promise.all([
    ask(desired.members, `${recorded?.members ?? ""}\n${recorded?.vanished ?? ""}`),
    ask(desired.mustStayOut, recorded?.mustStayOut ?? ""),
    resolveOwner(context, desired.owner),
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

/** The service user with its object id, where Exchange knows it already: a role group's members are compared by that. */
async function completeServiceUser(context: Context, line: string): Promise<string> {
  const { line: complete, problems } = await resolveServiceUser(context, line);
  return problems.length > 0 ? line : complete;
}

async function checkOrganization(context: Context, desired: TenantInputs): Promise<Problem[]> {
  if (!(await isDehydrated(context))) return [];
  if (desired.allowOrganizationCustomization) {
    context.report("The organisation was never customised: up will run Enable-OrganizationCustomization first.");
    return [];
  }
  return [
    "This organisation was never customised, so it accepts no role groups or scopes of its own. Set allowOrganizationCustomization to true to run Enable-OrganizationCustomization (once, cannot be undone; the organisation may refuse custom roles for up to two hours after it).",
  ];
}

async function checkRole(context: Context, role: string): Promise<Problem[]> {
  const found = await getAll(context.exchange, "Get-ManagementRole", { Identity: role });
  if (found.length > 0) return [];
  return [
    `The role ${role} does not exist in this organisation. Microsoft has removed it from Exchange Online; there the access mode "application" does the same job. Nothing was changed.`,
  ];
}

/** Which names are taken, and by whom; only where the stack does not hold the object yet. */
async function checkObjects(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const ownership = { mark: desired.mark, onDestroy: desired.onDestroy };
  const adopts = (name: string): boolean => desired.adopt.includes(name);
  const known = desired.known;
  const problems: Problem[] = [];
  const look = async <Inputs extends Ownership>(
    lifecycle: Lifecycle<Inputs>,
    name: keyof TenantInputs["known"],
    inputs: Inputs,
  ): Promise<string> => {
    const recordedId = known[name];
    if (recordedId !== "") return recordedId;
    const found = await lifecycle.find(context, inputs);
    // In the state already, though an interrupted run left no record: what follows is judged by it.
    const own = found.find((each) => context.held.has(each.id));
    if (own !== undefined) return own.id;
    const conflict = conflictOf(lifecycle.title, found, inputs.adopt);
    if (conflict !== undefined) problems.push(conflict);
    else if (found[0] !== undefined) await announce(context, lifecycle, found[0], inputs);
    return found[0]?.id ?? "";
  };

  const roleGroup = await look(roleGroupLifecycle, "roleGroup", {
    ...ownership,
    adopt: adopts("roleGroup"),
    name: desired.roleGroup,
    role: desired.role,
    members: desired.user,
  });
  let scope = "";
  if (desired.reach === "group") {
    const group = await look(securityGroupLifecycle, "securityGroup", {
      ...ownership,
      adopt: adopts("securityGroup"),
      name: desired.securityGroup,
      members: desired.members,
      owner: desired.owner,
      hiddenFromAddressLists: true,
      memberJoinRestriction: "Closed",
      memberDepartRestriction: "Closed",
      scopeName: desired.scope,
    });
    scope = await look(managementScopeLifecycle, "scope", {
      ...ownership,
      adopt: adopts("scope"),
      name: desired.scope,
      filter: rightFilter,
      group,
      roleGroup,
    });
  }
  await look(roleAssignmentLifecycle, "assignment", {
    ...ownership,
    adopt: adopts("assignment"),
    name: desired.assignment,
    role: desired.role,
    roleGroup,
    writeScope: desired.reach === "group" ? desired.scope : wholeOrganization,
    scope,
    enabled: true,
    regrant: desired.regrant,
    members: desired.members,
  });
  return problems;
}

/** Says what will happen to an object that is there already. */
async function announce<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  found: Found,
  desired: Inputs,
): Promise<void> {
  if (found.ours) {
    context.report(`${found.title}: left by an interrupted run of this stack; up goes on with it.`);
    return;
  }
  const live = await lifecycle.observe(context, found.id, desired);
  const changed =
    live === undefined ? [] : differences(lifecycle, live.inputs, desired).filter((name) => name !== "name");
  const changes = changed.length === 0 ? "nothing about it" : changed.join(", ");
  const end = desired.onDestroy === "remove" ? "destroy would remove it" : "destroy would keep it";
  context.report(`${found.title}: exists and would be taken over; up would change ${changes}; ${end}.`);
}
