/** Everything that can be known before the first write, said all together (design.md §4, Tenant). */
import { resolveMailboxes, resolveOwner } from "./address.ts";
import { checkStage } from "./changeOver.ts";
import { isDehydrated, noteHydration } from "./hydration.ts";
import { reportLeftovers } from "./leftovers.ts";
import type { Context, Problem } from "./lifecycle.ts";
import { roleExists } from "./managementRole.ts";
import { formatMembers, idsOf, linesOf, parseMembers } from "./memberList.ts";
import { checkObjects } from "./takenNames.ts";
import { uses, type TenantInputs } from "./tenant.ts";

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
  const [addresses, organization, roles, objects] = await Promise.all([
    checkAddresses(context, desired, recorded),
    checkOrganization(context, desired),
    checkRoles(context, desired),
    checkObjects(context, desired),
    reportLeftovers(context, desired),
  ]);
  const { members, mustStayOut } = addresses;
  const stage = await checkStage(context, { ...desired, members, mustStayOut }, recorded);
  const problems = [...organization, ...roles, ...addresses.problems, ...stage, ...objects];
  return { ...addresses, problems };
}

async function checkAddresses(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Preflight> {
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
  const [ownerMember] = parseMembers(owner.line);
  return {
    members: formatMembers(mailboxes.members),
    vanished: formatMembers(mailboxes.vanished),
    mustStayOut: formatMembers(mustStayOut.members),
    problems: [
      ...mailboxes.problems.map((problem) => `mailboxes: ${problem}`),
      ...mustStayOut.problems.map((problem) => `mustStayOut: ${problem}`),
      ...both.map(
        (member) => `mustStayOut: ${member.address} is one of the listed mailboxes. Take it off one of the lists.`,
      ),
      ...owner.problems,
      ...(ownerMember !== undefined && ownerMember.id !== "" && listed.has(ownerMember.id)
        ? [
            `owner: ${ownerMember.address} is one of the listed mailboxes; an owner can widen the group. Name somebody else.`,
          ]
        : []),
    ],
  };
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
        ? `The role ${role} does not exist in this organisation. Microsoft has removed it from Exchange Online; there the access mode "application" does the same job (setting access). Nothing was changed.`
        : `The role ${role} does not exist in this organisation. RBAC for Applications is there in Exchange Online only; on Exchange Server, use the access mode "impersonation". Nothing was changed.`,
    );
}
