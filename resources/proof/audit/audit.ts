/**
 * Who else can reach some mailboxes: what the proof says it does not prove. Nothing of it is judged. Four cmdlets a
 * mailbox and about twenty for the organisation, whatever is found, but for one for each name and each scope.
 */
import type { Context } from "../../lifecycle/contract.ts";
import type { Member } from "../../recipients/memberList.ts";
import { mailboxesOf } from "../finding.ts";
import { Asking } from "./asking.ts";
import { askEntra } from "./entra.ts";
import { askRoles } from "./exchangeRoles.ts";
import { findHolders, type FindHolder } from "./holders.ts";
import { askMailboxes, type Permission } from "./mailboxes.ts";
import type { Own } from "./own.ts";
import { rightsFor, rightsOnServer, type AuditFact, type AuditFindings, type NotLookedAt } from "./subjects.ts";

/**
 * Asks everything. A question that fails is told among the findings, and keeps no other from being asked.
 * @param show gets a line for what takes long
 */
export async function auditMailboxes(
  context: Context,
  own: Own,
  mailboxes: readonly Member[],
  show: (line: string) => void,
): Promise<AuditFindings> {
  const asking = new Asking(context.entra === undefined ? rightsOnServer : rightsFor);
  const [permissions, byRoles, byEntra] = await Promise.all([
    askPermissions(context, asking, own, mailboxes, show),
    askRoles(context, asking, own, mailboxes),
    context.entra === undefined ? [] : askEntra(context, asking, own, mailboxes),
  ]);
  const facts = [...permissions, ...byRoles, ...byEntra];
  return {
    mailboxes: mailboxesOf(mailboxes),
    facts,
    notAsked: asking.notAsked,
    notLookedAt: notLookedAt(context, facts),
  };
}

/** What is left open, and what these findings add to it. */
function notLookedAt({ entra }: Context, facts: readonly AuditFact[]): NotLookedAt[] {
  const holders = facts.map((fact) => ("holder" in fact ? fact.holder : fact.app));
  const hasGroups = holders.some(({ kind }) => kind === "group");
  const hasApps = holders.some(({ kind, whose }) => kind === "app" && whose === "other");
  return [
    ...(hasGroups ? (["groupMembers"] as const) : []),
    ...(hasApps ? (["appKeys"] as const) : []),
    ...(entra === undefined ? (["directory"] as const) : (["eligibleRoles"] as const)),
    "otherFolders",
    "compliance",
    ...(entra === undefined ? [] : (["othersConsents"] as const)),
  ];
}

async function askPermissions(
  context: Context,
  asking: Asking,
  own: Own,
  mailboxes: readonly Member[],
  show: (line: string) => void,
): Promise<AuditFact[]> {
  const permissions = await askMailboxes(context, asking, mailboxes, show);
  const holder = await findHolders(
    context,
    asking,
    own,
    permissions.map(({ user }) => user),
  );
  return groupPermissions(permissions, holder);
}

/** One fact for what the same holder has on several mailboxes; pure. An owner has nothing on his own. */
export function groupPermissions(permissions: readonly Permission[], holder: FindHolder): AuditFact[] {
  const others = permissions.filter(({ user, mailbox }) => holder(user).id !== mailbox.id);
  const grouped = Map.groupBy(others, ({ code, user, rights }) => {
    const { id, kind, name } = holder(user);
    return JSON.stringify([code, kind, id ?? name, rights.toSorted()]);
  });
  return [...grouped.values()].flatMap((same): AuditFact[] => {
    const [first] = same;
    if (first === undefined) return [];
    const about = { holder: holder(first.user), mailboxes: mailboxesOf(same.map(({ mailbox }) => mailbox)) };
    const { code, rights } = first;
    if (code === "sendAs" || code === "sendOnBehalf") return [{ code, ...about }];
    return [{ code, rights: rights.toSorted(), ...about }];
  });
}
