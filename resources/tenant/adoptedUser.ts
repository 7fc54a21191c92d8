/** A user of others that the stack is to take over: who it is, and whether it may be (its password goes to the call centre). */
import { readDirectoryRolesOfUser } from "../../directory/consents.ts";
import { findUserByPrincipalName } from "../../directory/users.ts";
import type { Context, Problem } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { guid, text } from "../lifecycle/exchangeValue.ts";
import { getAll, getOne } from "../lifecycle/lookup.ts";
import { bearsMark, type MarkedStack } from "../lifecycle/mark.ts";
import { stackBehindAssignment } from "../lifecycle/stackBehind.ts";
import { idsOf, parseMembers } from "../recipients/memberList.ts";
import { declaresUser, uses, type TenantInputs } from "./tenantInputs.ts";

/**
 * Whoever has a listed mailbox, must stay out, or holds a directory role is never taken over. Of any other it is said
 * whether a mailbox comes with it. A name may have gone to somebody else since the preview: every run asks.
 * @param desired with everything looked up
 */
export async function checkAdoptedUser(context: Context, desired: TenantInputs): Promise<Problem[]> {
  const takesOver = uses(desired, "impersonation") && declaresUser(desired) && desired.adopt.includes("serviceUser");
  const [wanted] = parseMembers(desired.user);
  if (context.entra === undefined || !takesOver || wanted === undefined) return [];
  const { graph } = entraOf(context);
  const user = await findUserByPrincipalName(graph, wanted.address);
  if (user === undefined || bearsMark(user.jobTitle, desired.mark)) return [];
  if (idsOf(parseMembers(desired.known.heldUser)).has(user.id)) return [];
  const [roles, account, others] = await Promise.all([
    readDirectoryRolesOfUser(graph, user.id),
    getOne(context.exchange, "Get-User", { Identity: wanted.address }),
    stacksOf(context, wanted.address, desired.mark),
  ]);
  const title = `${wanted.address} ("${user.displayName}", ${user.id})`;
  // Whom Exchange knows by that name is refused already, if he is one of those (refusedIdentity.ts); it may lag behind.
  const isIn = (lines: string): boolean => wanted.id !== user.id && idsOf(parseMembers(lines)).has(user.id);
  const obstacles = [
    ...(isIn(desired.members) ? ["has one of the listed mailboxes"] : []),
    ...(isIn(desired.mustStayOut) ? ["stands in mustStayOut"] : []),
    ...(roles === undefined ? ["may have directory roles: this identity may not read them (User.Read.All)"] : []),
    ...(roles !== undefined && roles.length > 0
      ? [`has directory roles: ${roles.map(({ name }) => name).join(", ")}`]
      : []),
    ...others.map(({ stack, id }) => `is the service user of another stack, ${stack} (id ${id})`),
  ];
  if (obstacles.length === 0) context.report(`user ${title}: ${mailboxOf(account, user.id)}.`);
  return obstacles.map(
    (obstacle) =>
      `serviceUser: ${title} ${obstacle}, so it cannot be taken over: its password would go to the call centre. Nothing was touched. Choose another serviceUser.name.`,
  );
}

/** The other stacks that have a user who bears no mark: it is another's service user by its role group, or its scope. */
async function stacksOf(context: Context, userPrincipalName: string, mark: string): Promise<MarkedStack[]> {
  const asked = { RoleAssignee: userPrincipalName };
  const held = await getAll(context.exchange, "Get-ManagementRoleAssignment", asked);
  const behind = await Promise.all(held.map((each) => stackBehindAssignment(context, each, mark)));
  const found = behind.filter((each) => each !== undefined);
  return [...new Map(found.map((each) => [each.id, each])).values()];
}

function mailboxOf(account: Awaited<ReturnType<typeof getOne>>, id: string): string {
  if (account === undefined || guid(account, "ExternalDirectoryObjectId") !== id) {
    return "Exchange does not know it yet, so whether it has a mailbox is not known";
  }
  const type = text(account, "RecipientTypeDetails");
  return type === "User"
    ? "it has no mailbox"
    : `it has mail in Exchange (${type}): whoever gets its new password gets that, too, and it goes when the user is removed`;
}
