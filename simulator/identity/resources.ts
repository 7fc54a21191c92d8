/** The resources that tokens are for: Microsoft Graph and Exchange Online, and the names that clients ask them by. */
import type { Simulator } from "../server/service.ts";

/** facts/calendar-access.md §5. */
export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
export const EXCHANGE_APP_ID = "00000002-0000-0ff1-ce00-000000000000";

const GRAPH_NAMES = ["https://graph.microsoft.com", GRAPH_APP_ID];
const EXCHANGE_NAMES = ["https://outlook.office365.com", "https://outlook.office.com", EXCHANGE_APP_ID];

/**
 * App ids of the resources that `name` stands for; empty for an unknown one. The tenant's own origin stands for both,
 * because one host plays Graph and Exchange here: its tokens carry the permissions on both.
 */
export function resourcesOf(name: string, simulator: Simulator): string[] {
  const plain = name.replace(/\/+$/, "").toLowerCase();
  if (plain === simulator.origin.toLowerCase()) return [GRAPH_APP_ID, EXCHANGE_APP_ID];
  if (GRAPH_NAMES.includes(plain)) return [GRAPH_APP_ID];
  if (EXCHANGE_NAMES.includes(plain)) return [EXCHANGE_APP_ID];
  return [];
}
