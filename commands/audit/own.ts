// What of the tenant is the stack's own, and which mailboxes are audited: as the last `up` recorded it. Pure.
import type { Own } from "../../resources/proof/audit/own.ts";
import { linesOf, parseMembers, type Member } from "../../resources/recipients/memberList.ts";
import type { RecordedClaims } from "../verify/stack.ts";

type Claims = Pick<RecordedClaims, "impersonation" | "application">;

/** @param operator object id of the identity that asks, where its token tells it */
export function ownOf({ impersonation, application }: Claims, operator: string | undefined): Own {
  const [user] = parseMembers(impersonation?.claim.user ?? "");
  const assignments = [impersonation?.claim.assignment ?? "", ...linesOf(application?.claim.assignments ?? "")];
  return {
    assignments: new Set(assignments.filter((id) => id !== "").map((id) => id.toLowerCase())),
    app: (application?.claim.app ?? impersonation?.claim.app ?? "").toLowerCase(),
    appId: (application?.claim.appId ?? impersonation?.claim.appId ?? "").toLowerCase(),
    user: user?.id ?? "",
    operator: operator ?? "",
  };
}

/** The listed mailboxes of both access modes, sorted by address. */
export function auditedMailboxes({ impersonation, application }: Claims): Member[] {
  const all = [impersonation, application].flatMap((each) => parseMembers(each?.claim.members ?? ""));
  const unique = new Map(all.map((each) => [each.id || each.address.toLowerCase(), each]));
  return [...unique.values()].toSorted((one, other) => (one.address < other.address ? -1 : 1));
}
