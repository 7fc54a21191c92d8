/** Who can put mailboxes into the stack's security group, and so into its scope; pure. */
import type { ExchangeObject } from "../../exchange/session.ts";
import type { Entrant, EntrantsEvidence } from "./entrants.ts";
import type { Fact } from "./finding.ts";
import { guid, list, nameOf, text } from "../lifecycle/exchangeValue.ts";

/**
 * Owners beside the first, and a group that lets people join by themselves. That the one owner is the one that was asked
 * for is the group's own refresh to say: here his name alone is known.
 */
export function entrantsOfGroup(group: ExchangeObject | undefined): EntrantsEvidence {
  if (group === undefined) return { entrants: [], notes: [], notProved: [] };
  const subject = { name: text(group, "DisplayName") || text(group, "Name"), id: guid(group) };
  const owners = list(group, "ManagedBy").map(nameOf);
  const restriction = text(group, "MemberJoinRestriction");
  // Up sets both right before it proves: what still shows is lag.
  const lasting = { mayPass: true, mayBeThere: false };
  const entrants: Entrant[] = [];
  if (owners.length > 1) {
    const fact: Fact = { code: "groupOwners", group: subject, owners, remedy: "runUp" };
    entrants.push({ key: "owners of the security group", fact, ...lasting });
  }
  if (restriction !== "" && restriction !== "Closed") {
    const fact: Fact = { code: "groupJoining", group: subject, restriction, remedy: "runUp" };
    entrants.push({ key: "joining the security group", fact, ...lasting });
  }
  return { entrants, notes: [], notProved: [] };
}
