/**
 * Is the way in open: a verdict of its own, beside what is reached and who gets in. A call centre that comes by EWS is
 * refused, whatever its rights, where the organisation or a mailbox has EWS off, or lets in listed clients only
 * (facts/exchange.md §4). Pure. Only what is known to be shut fails a proof; what nobody can tell is said.
 */
import type { Member } from "../recipients/memberList.ts";
import { mailboxesOf, wrong, type Fact, type ShutReason, type UnknownReason } from "./finding.ts";
import type { PartialVerdict } from "./verdict.ts";

/** Who comes, and by what. */
export interface WayInAsked {
  /** `graph` asks nothing of what is judged here. */
  readonly comesBy: "ews" | "graph";
  /** Client id of the app that signs in; empty where it is not known. */
  readonly clientId: string;
  /** What to do where it is not known and is asked for. */
  readonly advice: "sayClientId" | "listOwnClientId";
  /** The mailboxes that are to be reached. */
  readonly members: readonly Member[];
  /** The user that signs in, with impersonation. */
  readonly user: Member | undefined;
}

/** What could not be read, and why. */
export interface Unread {
  readonly unread: string;
}

/** The organisation's settings of EWS. */
export interface OrganizationSwitches {
  /** `undefined` where nobody set it. */
  readonly isEnabled: boolean | undefined;
  /** `EnforceAllowList`, `EnforceBlockList`, or empty. */
  readonly policy: string;
  /** Patterns of user agents. */
  readonly allowList: readonly string[];
  readonly blockList: readonly string[];
}

/** A mailbox that has EWS off. */
export interface ShutMailbox {
  readonly address: string;
  /** Object id in Entra; empty where Exchange did not tell it. */
  readonly id: string;
}

/** What Exchange says now. */
export interface WayInEvidence {
  readonly organization: OrganizationSwitches | Unread;
  /** Client ids that EWS lets in; `undefined` where the list does not count and was not asked for. */
  readonly clientIds: readonly string[] | Unread | undefined;
  /** Every mailbox of the organisation that has EWS off. */
  readonly shut: readonly ShutMailbox[] | Unread;
  /** Whether it is an organisation of Exchange Server: Microsoft ends EWS, and knows client ids, in Exchange Online. */
  readonly isServer: boolean;
  /** Exchange's own time, in ms since the epoch; `undefined` where it told none. */
  readonly now: number | undefined;
}

/** The verdict. */
export interface WayInVerdict extends PartialVerdict {
  readonly state: "open" | "shut" | "unknown" | "not asked";
  /** Whether no listed mailbox is open to anybody who comes this way: then there is no access to keep. */
  readonly isWhollyShut: boolean;
  /** Why it is shut, or else why nobody can tell. */
  readonly reasons: readonly (ShutReason | UnknownReason)[];
}

/** From this day on Microsoft turns what nobody set into False, tenant by tenant (facts/exchange.md §4). */
const closingBegins = Date.UTC(2026, 9, 1);

/** From this day on Exchange Online has no EWS. */
const closed = Date.UTC(2027, 3, 1);

/** Judges whether the way in is open; never throws. */
export function judgeWayIn(asked: WayInAsked, evidence: WayInEvidence | undefined): WayInVerdict {
  if (asked.comesBy === "graph" || evidence === undefined) return notAsked;
  const reasons: Reasons = { shut: [], unknown: [], notes: [] };
  judgeOrganization(asked, evidence, reasons);
  const isForAll = reasons.shut.length > 0;
  const areAll = judgeMailboxes(asked, evidence.shut, reasons);
  const { shut, unknown, notes } = reasons;
  const state = shut.length > 0 ? "shut" : unknown.length > 0 ? "unknown" : "open";
  return {
    state,
    isWhollyShut: isForAll || areAll,
    reasons: shut.length > 0 ? shut : unknown,
    findings: shut.map((reason) => wrong({ code: "wayInShut", reason })),
    notes,
    notProved: [...unknown.map((reason): Fact => ({ code: "wayInUnknown", reason })), { code: "mailboxAgentLists" }],
  };
}

const notAsked: WayInVerdict = {
  state: "not asked",
  isWhollyShut: false,
  reasons: [],
  findings: [],
  notes: [],
  notProved: [{ code: "graphAgentLists" }],
};

interface Reasons {
  readonly shut: ShutReason[];
  readonly unknown: UnknownReason[];
  readonly notes: Fact[];
}

function judgeOrganization(asked: WayInAsked, evidence: WayInEvidence, reasons: Reasons): void {
  const { organization, clientIds, now, isServer } = evidence;
  if ("unread" in organization) {
    reasons.unknown.push({ code: "organizationUnread", reason: organization.unread });
    return;
  }
  if (organization.isEnabled === false) {
    reasons.shut.push({ code: "ewsOff", remedy: "openEws" });
    return;
  }
  if (!isServer) judgeDate(organization.isEnabled, now, reasons);
  // The list of client ids counts only where EwsEnabled is True.
  if (!isServer && organization.isEnabled === true) judgeClientIds(asked, clientIds ?? [], reasons);
  judgeAgents(organization, reasons);
}

function judgeDate(isEnabled: boolean | undefined, now: number | undefined, { unknown, notes }: Reasons): void {
  const begun = now === undefined || now >= closingBegins;
  if (now !== undefined && now >= closed) unknown.push({ code: "ewsEnded" });
  else if (isEnabled === undefined) notes.push({ code: "ewsUnset", begun });
  else if (begun) notes.push({ code: "ewsEnding" });
}

function judgeClientIds({ clientId, advice }: WayInAsked, listed: readonly string[] | Unread, reasons: Reasons): void {
  const { shut, unknown } = reasons;
  if ("unread" in listed) unknown.push({ code: "clientIdsUnread", reason: listed.unread });
  else if (listed.length === 0) unknown.push({ code: "clientIdsEmpty", remedy: "listClientId" });
  else if (clientId === "") unknown.push({ code: "clientIdUnknown", remedy: advice });
  else if (!listed.includes(clientId.toLowerCase())) {
    shut.push({ code: "clientNotListed", clientId, remedy: "waitForClientIds" });
  }
}

function judgeAgents({ policy, allowList, blockList }: OrganizationSwitches, { shut, unknown }: Reasons): void {
  const isAll = (patterns: readonly string[]): boolean => patterns.some((pattern) => /^\*+$/.test(pattern.trim()));
  switch (policy.toLowerCase()) {
    case "":
      return;
    case "enforceallowlist":
      if (allowList.length === 0) shut.push({ code: "noAgentListed" });
      else if (!isAll(allowList)) unknown.push({ code: "agentsListed", agents: allowList });
      return;
    case "enforceblocklist":
      if (isAll(blockList)) shut.push({ code: "everyAgentBlocked" });
      else if (blockList.length > 0) unknown.push({ code: "agentsBlocked", agents: blockList });
      return;
    default:
      unknown.push({ code: "agentPolicyUnknown", policy });
  }
}

/** @returns whether every listed mailbox has EWS off */
function judgeMailboxes({ members, user }: WayInAsked, shut: WayInEvidence["shut"], reasons: Reasons): boolean {
  if ("unread" in shut) {
    reasons.unknown.push({ code: "mailboxesUnread", reason: shut.unread });
    return false;
  }
  const ids = new Set(shut.map(({ id }) => id).filter((id) => id !== ""));
  const addresses = new Set(shut.map(({ address }) => address.toLowerCase()));
  const isShut = (member: Member): boolean =>
    (member.id !== "" && ids.has(member.id)) || addresses.has(member.address.toLowerCase());
  const ours = members.filter(isShut);
  if (ours.length > 0) {
    reasons.shut.push({ code: "mailboxesOff", mailboxes: mailboxesOf(ours), remedy: "openMailboxes" });
  }
  if (user !== undefined && isShut(user)) {
    reasons.unknown.push({ code: "userOff", user });
  }
  return members.length > 0 && ours.length === members.length;
}

/** A proof with this verdict as a part of it: shut is wrong, unknown is not proved. */
export type WithWayIn<Verdict> = Verdict & { readonly wayIn: WayInVerdict };

/** Adds the verdict to another one; pure. */
export function withWayIn<
  Verdict extends {
    readonly passed: boolean;
    readonly notes: readonly Fact[];
    readonly notProved: readonly Fact[];
  },
>(verdict: Verdict, wayIn: WayInVerdict): WithWayIn<Verdict> {
  return {
    ...verdict,
    passed: verdict.passed && wayIn.state !== "shut",
    notes: [...verdict.notes, ...wayIn.notes],
    notProved: [...verdict.notProved, ...wayIn.notProved],
    wayIn,
  };
}
