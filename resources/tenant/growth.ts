/**
 * No mailbox is opened to a stranger who is known to be inside: where the list grows, the reach widens or a role is
 * added, who gets in is judged before anything is written (design.md §7.12). A run that adds nothing asks nothing here.
 */
import type { Context, Problem } from "../lifecycle/contract.ts";
import { idsOf, linesOf, parseMembers } from "../recipients/memberList.ts";
import { strangersInside } from "../proof/strangers.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

/** Refuses to add while somebody else gets in by the access as it was proved last. */
export async function checkGrowth(
  context: Context,
  desired: TenantInputs,
  recorded: TenantInputs | undefined,
): Promise<Problem[]> {
  context.judged.add("preflight");
  const growth = recorded === undefined ? undefined : growthOf(desired, recorded);
  if (growth === undefined) return [];
  const strangers = await strangersInside(context, desired.known);
  context.judged.add("growth");
  return strangers.map(
    (text) =>
      `${growth} while somebody else gets in: ${text}. What is added would be open to him, too: put that right first, and leave the setting as it was until then; taking mailboxes off stays possible. Nothing was changed.`,
  );
}

/** What is to be more than before; pure. `undefined` where nothing is. */
export function growthOf(desired: TenantInputs, recorded: TenantInputs): string | undefined {
  const before = idsOf(parseMembers(recorded.members));
  if (parseMembers(desired.members).some(({ id }) => id !== "" && !before.has(id))) return "mailboxes: the list grows";
  if (desired.reach === "organization" && recorded.reach !== "organization") return "reach: it widens";
  const roles = linesOf(recorded.roles);
  const isMore = uses(recorded, "application") && linesOf(desired.roles).some((role) => !roles.includes(role));
  return isMore && uses(desired, "application") ? "application.roles: a role is added" : undefined;
}
