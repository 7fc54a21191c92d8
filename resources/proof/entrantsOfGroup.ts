/** Who can put mailboxes into the stack's security group, and so into its scope; pure. */
import type { ExchangeObject } from "../../exchange/session.ts";
import type { Entrant, EntrantsEvidence } from "./entrants.ts";
import { list, nameOf, text } from "../lifecycle/exchangeValue.ts";

/**
 * Owners beside the first, and a group that lets people join by themselves. That the one owner is the one that was asked
 * for is the group's own refresh to say: here his name alone is known.
 */
export function entrantsOfGroup(group: ExchangeObject | undefined): EntrantsEvidence {
  if (group === undefined) return { entrants: [], notes: [], notProved: [] };
  const title = `the security group "${text(group, "DisplayName") || text(group, "Name")}"`;
  const owners = list(group, "ManagedBy").map(nameOf);
  const joining = text(group, "MemberJoinRestriction");
  // Up sets both right before it proves: what still shows is lag.
  const lasting = { mayPass: true, mayBeThere: false, remedy: "up sets it right again" };
  const entrants: Entrant[] = [];
  if (owners.length > 1) {
    const what = `${title} has several owners, ${owners.join(", ")}, of whom the stack names one: each can put mailboxes into it`;
    entrants.push({ key: "owners of the security group", text: what, ...lasting });
  }
  if (joining !== "" && joining !== "Closed") {
    const what = `${title} lets people join (MemberJoinRestriction is ${joining}): each that does is open to the call centre`;
    entrants.push({ key: "joining the security group", text: what, ...lasting });
  }
  return { entrants, notes: [], notProved: [] };
}
