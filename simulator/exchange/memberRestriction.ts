/** Whether people join and leave a group by themselves (facts/exchange.md §2.5). */
import type { GroupProperties } from "../tenant/exchangeModel.ts";
import { invalidOperation } from "./failure.ts";
import { oneOf } from "./parameter.ts";

/** `-MemberJoinRestriction` and `-MemberDepartRestriction`. */
export const restriction = oneOf(
  "Microsoft.Exchange.Data.Directory.Recipient.MemberUpdateType",
  "Open",
  "Closed",
  "ApprovalRequired",
);

export type Restriction = GroupProperties["memberJoinRestriction"];

/** Nobody joins or leaves a security group by himself. */
export function refuseOpen(...restrictions: (Restriction | undefined)[]): void {
  if (!restrictions.includes("Open")) return;
  throw invalidOperation("The security group can't have an Open join or depart restriction.");
}
