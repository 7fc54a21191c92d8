/**
 * What an organisation and its mailboxes let in by EWS, and, for its lists of user agents, by Graph (facts/exchange.md
 * §4). Pure.
 */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Organization } from "../tenant/model.ts";
import type { Switches } from "../tenant/switches.ts";

/** What a refused caller is told; the two are the front end's own words (facts/calendar-access.md §2). */
export type EwsRefusal = "disabled" | "blocked by policy";

/** Why the organisation refuses a caller of EWS; `undefined` where it lets it in. `appId` is `null` with Basic. */
export function refusalOfOrganization(
  organization: Organization,
  { emptyEwsAppList }: Pick<Switches, "emptyEwsAppList">,
  appId: string | null,
  userAgent: string,
): EwsRefusal | undefined {
  if (organization.ewsEnabled === false) return "disabled";
  if (refusesAgent(organization, userAgent)) return "blocked by policy";
  // As long as nobody set EwsEnabled, the list of client ids is ignored.
  if (organization.ewsEnabled !== true) return undefined;
  const listed = (organization.ewsAllowedAppIds ?? []).map((id) => id.toLowerCase()).filter((id) => id !== "");
  if (listed.length === 0) return emptyEwsAppList === "nobody" ? "blocked by policy" : undefined;
  return listed.includes(appId?.toLowerCase() ?? "") ? undefined : "blocked by policy";
}

/** Why a mailbox refuses every caller of EWS: both levels have to be open. */
export function refusalOfMailbox(mailbox: Recipient | undefined): EwsRefusal | undefined {
  return mailbox?.ewsEnabled === false ? "disabled" : undefined;
}

/** Whether the organisation's lists of user agents keep a client out. */
export function refusesAgent(organization: Organization, userAgent: string): boolean {
  const { ewsApplicationAccessPolicy: policy, ewsAllowList, ewsBlockList } = organization;
  const isIn = (patterns: readonly string[]): boolean => patterns.some((pattern) => matches(pattern, userAgent));
  if (policy === "EnforceAllowList") return !isIn(ewsAllowList);
  return policy === "EnforceBlockList" && isIn(ewsBlockList);
}

/** `*` stands for any text. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is").test(text);
}
