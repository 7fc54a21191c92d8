/**
 * Whom a mailbox that joins the security group would open to, too. The preflight asks it of the whole access (growth.ts);
 * an `up` of the group alone passes that by, and to put back whom somebody took out is growth, too.
 */
import { say } from "./words/english.ts";
import type { OwnUse } from "./groupUsers.ts";
import { entrantsByUses } from "./entrants.ts";
import { isOwnAssignment } from "./entrantsEvidence.ts";
import { foreignUses, readUsers } from "./foreignUses.ts";
import { isUnknown } from "../lifecycle/artifact.ts";
import type { Context } from "../lifecycle/contract.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { strangersInside, type LastProofs } from "./strangers.ts";
import { formatMembers, idsOf, parseMembers } from "../recipients/memberList.ts";

/** The growth to judge. */
export interface Growth {
  /** Members as they are and as they are to be, as lines. */
  readonly now: string;
  readonly desired: string;
}

/** The members that are there already among those that are to be, as lines of `desired`. */
export function withoutGrowth({ now, desired }: Growth): string {
  const there = idsOf(parseMembers(now));
  return formatMembers(parseMembers(desired).filter(({ id }) => there.has(id)));
}

/**
 * Who else gets into what is added, and through what; asks nothing where nothing is, or the preflight has judged it. A
 * run that passed the preflight by asks what that would have. One of the whole stack may have changed since what was
 * proved last (its keys, its user), so there only the uses of others are asked: a member whom it put out of the role
 * group is no stranger any more, and its own proof follows.
 */
export async function strangersOnGrowth(
  context: Context,
  id: string,
  growth: Growth,
  own: OwnUse & LastProofs & { readonly clientId: string },
): Promise<string[]> {
  const { now, desired } = growth;
  const there = idsOf(parseMembers(now));
  const grows = parseMembers(desired).some(({ id }) => !there.has(id));
  if (!grows || context.judged.has("growth")) return [];
  const isProved = own.accessClaim !== "" || own.applicationClaim !== "";
  if (isProved && !context.judged.has("preflight")) return strangersInside(context, own);
  const isKnown = own.roleGroup !== "" && !isUnknown(own.roleGroup);
  const [group, users, roleGroup] = await Promise.all([
    getByGuid(context.exchange, "Get-DistributionGroup", id),
    readUsers(context),
    isKnown ? getByGuid(context.exchange, "Get-RoleGroup", own.roleGroup) : undefined,
  ]);
  const isOwn = isOwnAssignment(context, { roleGroup, app: own.app, account: undefined });
  const uses = foreignUses({ scope: own.scopeName, group }, users, isOwn, own.clientId);
  return entrantsByUses(uses, users).entrants.map(({ fact }) => say(fact));
}
