/**
 * Is the way in open: a verdict of its own, beside what is reached and who gets in. A call centre that comes by EWS is
 * refused, whatever its rights, where the organisation or a mailbox has EWS off, or lets in listed clients only
 * (facts/exchange.md §4). Pure. Only what is known to be shut fails a proof; what nobody can tell is said.
 */
import type { Member } from "../recipients/memberList.ts";
import { nameSome } from "./sentence.ts";
import type { Finding, PartialVerdict } from "./impersonationVerdict.ts";

/** Who comes, and by what. */
export interface WayInAsked {
  /** `graph` asks nothing of what is judged here. */
  readonly comesBy: "ews" | "graph";
  /** Client id of the app that signs in; empty where it is not known. */
  readonly clientId: string;
  /** What to do where it is not known and is asked for. */
  readonly advice: string;
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
  /** Exchange's own time, in ms since the epoch; `undefined` where it told none. */
  readonly now: number | undefined;
}

/** The verdict. */
export interface WayInVerdict extends PartialVerdict {
  readonly state: "open" | "shut" | "unknown" | "not asked";
  /** Whether no listed mailbox is open to anybody who comes this way: then there is no access to keep. */
  readonly isWhollyShut: boolean;
  /** The state with its reasons, for an output: `open`, `shut: …`, `unknown: …`, `not asked: …`. */
  readonly summary: string;
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
  const why = (shut.length > 0 ? shut : unknown).join("; ");
  return {
    state,
    isWhollyShut: isForAll || areAll,
    summary: why === "" ? state : `${state}: ${why}`,
    findings: shut.map((text): Finding => ({ text: `the way in is shut: ${text}`, mayPass: false })),
    notes,
    notProved: [
      ...unknown.map((text) => `whether the way in is open: ${text}`),
      "lists of user agents that single mailboxes have of their own (Get-CASMailbox, EwsApplicationAccessPolicy)",
    ],
  };
}

const notAsked: WayInVerdict = {
  state: "not asked",
  isWhollyShut: false,
  summary: "not asked: the access is by Microsoft Graph, which EwsEnabled does not shut",
  findings: [],
  notes: [],
  notProved: [
    "whether the organisation's lists of user agents (EwsApplicationAccessPolicy), which hold for Microsoft Graph too, let the call centre's client in",
  ],
};

interface Reasons {
  readonly shut: string[];
  readonly unknown: string[];
  readonly notes: string[];
}

function judgeOrganization(asked: WayInAsked, evidence: WayInEvidence, reasons: Reasons): void {
  const { organization, clientIds, now } = evidence;
  if ("unread" in organization) {
    reasons.unknown.push(`the organisation's settings of EWS could not be read (${organization.unread})`);
    return;
  }
  if (organization.isEnabled === false) {
    reasons.shut.push(
      "EWS is off for the whole organisation (EwsEnabled is False; Set-OrganizationConfig -EwsEnabled $true opens it, which can take an hour)",
    );
    return;
  }
  judgeDate(organization.isEnabled, now, reasons);
  // The list of client ids counts only where EwsEnabled is True.
  if (organization.isEnabled === true) judgeClientIds(asked, clientIds ?? [], reasons);
  judgeAgents(organization, reasons);
}

function judgeDate(isEnabled: boolean | undefined, now: number | undefined, { unknown, notes }: Reasons): void {
  if (now !== undefined && now >= closed) {
    unknown.push("Exchange Online has had no EWS since 2027-04-01; only an Exchange Server still has it");
  } else if (isEnabled === undefined && (now === undefined || now >= closingBegins)) {
    notes.push(
      "EwsEnabled of the organisation is not set: EWS is open until Microsoft turns it off, tenant by tenant since 2026-10-01. Set it to True, with the call centre's client id in EwsAllowedAppIDs; EWS ends for good on 2027-04-01",
    );
  } else if (isEnabled === undefined) {
    notes.push(
      "EwsEnabled of the organisation is not set: from 2026-10-01 on Microsoft turns it off, tenant by tenant. Set it to True, with the call centre's client id in EwsAllowedAppIDs",
    );
  } else if (now === undefined || now >= closingBegins) {
    notes.push("EWS in Exchange Online ends for good on 2027-04-01: Microsoft Graph is the way after it");
  }
}

function judgeClientIds({ clientId, advice }: WayInAsked, listed: readonly string[] | Unread, reasons: Reasons): void {
  const { shut, unknown } = reasons;
  if ("unread" in listed) {
    unknown.push(`the client ids that EWS lets in could not be read (${listed.unread})`);
  } else if (listed.length === 0) {
    unknown.push(
      "it may be shut: EwsEnabled is True and EwsAllowedAppIDs is empty, of which Microsoft says both that everybody and that nobody gets in. List the call centre's client id",
    );
  } else if (clientId === "") {
    unknown.push(`EWS lets in listed client ids only (EwsAllowedAppIDs of the organisation). ${advice}`);
  } else if (!listed.includes(clientId.toLowerCase())) {
    shut.push(
      `EWS lets in listed client ids only, and ${clientId} is none of them (EwsAllowedAppIDs of the organisation; a change can take a day)`,
    );
  }
}

function judgeAgents({ policy, allowList, blockList }: OrganizationSwitches, { shut, unknown }: Reasons): void {
  const unnamed = "which user agent the call centre's client names is not known here";
  const isAll = (patterns: readonly string[]): boolean => patterns.some((pattern) => /^\*+$/.test(pattern.trim()));
  switch (policy.toLowerCase()) {
    case "":
      return;
    case "enforceallowlist":
      if (allowList.length === 0) {
        shut.push("only listed user agents get in, and none is listed (EnforceAllowList with an empty EwsAllowList)");
      } else if (!isAll(allowList)) {
        unknown.push(`only listed user agents get in (EwsAllowList: ${allowList.join(", ")}); ${unnamed}`);
      }
      return;
    case "enforceblocklist":
      if (isAll(blockList)) shut.push("every user agent is kept out (EnforceBlockList with * in EwsBlockList)");
      else if (blockList.length > 0) {
        unknown.push(`listed user agents are kept out (EwsBlockList: ${blockList.join(", ")}); ${unnamed}`);
      }
      return;
    default:
      unknown.push(`EwsApplicationAccessPolicy is ${policy}, which is not known here`);
  }
}

/** @returns whether every listed mailbox has EWS off */
function judgeMailboxes({ members, user }: WayInAsked, shut: WayInEvidence["shut"], reasons: Reasons): boolean {
  if ("unread" in shut) {
    reasons.unknown.push(`which mailboxes have EWS off could not be read (${shut.unread})`);
    return false;
  }
  const ids = new Set(shut.map(({ id }) => id).filter((id) => id !== ""));
  const addresses = new Set(shut.map(({ address }) => address.toLowerCase()));
  const isShut = (member: Member): boolean =>
    (member.id !== "" && ids.has(member.id)) || addresses.has(member.address.toLowerCase());
  const ours = members.filter(isShut);
  if (ours.length > 0) {
    reasons.shut.push(
      `EWS is off for ${nameSome(ours)} (EwsEnabled of the mailbox is False; Set-CASMailbox -EwsEnabled $true opens it)`,
    );
  }
  if (user !== undefined && isShut(user)) {
    reasons.unknown.push(`EWS is off for the service user's own mailbox, ${user.address}`);
  }
  return members.length > 0 && ours.length === members.length;
}

/** A proof with this verdict as a part of it: shut is wrong, unknown is not proved. */
export type WithWayIn<Verdict> = Verdict & { readonly wayIn: WayInVerdict };

/** Adds the verdict to another one; pure. */
export function withWayIn<
  Verdict extends {
    readonly passed: boolean;
    readonly summary: string;
    readonly notes: readonly string[];
    readonly notProved: readonly string[];
  },
>(verdict: Verdict, wayIn: WayInVerdict): WithWayIn<Verdict> {
  const isShut = wayIn.state === "shut";
  const shut = wayIn.findings.map(({ text }) => text).join("; ");
  return {
    ...verdict,
    passed: verdict.passed && !isShut,
    summary: isShut ? `${verdict.passed ? "not proved" : verdict.summary}; ${shut}` : verdict.summary,
    notes: [...verdict.notes, ...wayIn.notes],
    notProved: [...verdict.notProved, ...wayIn.notProved],
    wayIn,
  };
}
