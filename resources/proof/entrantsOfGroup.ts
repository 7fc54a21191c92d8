/** Who can put mailboxes into the stack's security group, and so into its scope; pure. */
import type { ExchangeObject } from "../../exchange/session.ts";
import type { Entrant, EntrantsEvidence } from "./entrants.ts";
import type { Fact } from "./finding.ts";
import { guid, isNamed, list, nameOf, text } from "../lifecycle/exchangeValue.ts";

/** The owner that was asked for. */
export interface AskedOwner {
  readonly address: string;
  /** Object id in Entra. */
  readonly id: string;
  /** Name in Exchange, by which a group's owners go; empty where there is no such recipient any more. */
  readonly name: string;
  /** The same as Active Directory has it: with its place. */
  readonly identity?: string;
}

/**
 * Owners beside the first, one in the place of the owner that was asked for, and a group that lets people join by
 * themselves. Without `asked` his name alone is known: the group's own refresh says whether he is the one.
 */
export function entrantsOfGroup(group: ExchangeObject | undefined, asked?: AskedOwner): EntrantsEvidence {
  if (group === undefined) return { entrants: [], notes: [], notProved: [] };
  const subject = { name: text(group, "DisplayName") || text(group, "Name"), id: guid(group) };
  const identities = list(group, "ManagedBy");
  const owners = identities.map(nameOf);
  const restriction = text(group, "MemberJoinRestriction");
  // Up sets both right before it proves: what still shows is lag.
  const lasting = { mayPass: true, mayBeThere: false };
  const entrants: Entrant[] = [];
  if (owners.length > 1) {
    const fact: Fact = { code: "groupOwners", group: subject, owners, remedy: "runUp" };
    entrants.push({ key: "owners of the security group", fact, ...lasting });
  }
  const [only = ""] = identities;
  if (asked !== undefined && owners.length === 1 && !isOwner(only, asked)) {
    const fact: Fact = {
      code: "groupOwner",
      group: subject,
      owner: nameOf(only),
      asked: asked.address,
      remedy: "runUp",
    };
    entrants.push({ key: "owner of the security group", fact, ...lasting });
  }
  if (restriction !== "" && restriction !== "Closed") {
    const fact: Fact = { code: "groupJoining", group: subject, restriction, remedy: "runUp" };
    entrants.push({ key: "joining the security group", fact, ...lasting });
  }
  return { entrants, notes: [], notProved: [] };
}

/** By his identity, or by the id that is all that is left of one who is gone. */
function isOwner(shown: string, { id, name, identity = "" }: AskedOwner): boolean {
  return isNamed(shown, { Name: name, Identity: identity }) || shown.toLowerCase() === id;
}
