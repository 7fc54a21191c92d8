/**
 * Split permissions of Active Directory on Exchange Server: Exchange makes, removes and fills no users and groups there,
 * though it shows the cmdlets for groups (facts/powershell.md §3). What can be read tells it, before anything is written.
 */
import { isExchangeError } from "../../exchange/errors.ts";
import { isRegular } from "./assignmentRow.ts";
import type { Context } from "./contract.ts";
import { nameOf, text } from "./exchangeValue.ts";
import { getAll, getOne } from "./lookup.ts";
import { messageOf } from "./userError.ts";

/** Who may make users and groups: Exchange, Active Directory's administrators alone, or nobody knows. */
export interface Split {
  readonly state: "none" | "activeDirectory" | "unknown";
  /** Why it is not known; empty otherwise. */
  readonly reason: string;
}

/** The group whose permissions Exchange works with: setup moves it and empties it. */
const group = "Exchange Windows Permissions";

/** Types of the roles that setup leaves to nobody. */
const roleTypes = ["MailRecipientCreation", "SecurityGroupCreationAndMembership"];

/** Asks; what may not be read, or fails, is not known. */
export async function readSplit(context: Context): Promise<Split> {
  try {
    const found = await getOne(context.exchange, "Get-Group", { Identity: group });
    if (found !== undefined) return { state: isSplit(found) ? "activeDirectory" : "none", reason: "" };
    if (await hasNoHolders(context)) return { state: "activeDirectory", reason: "" };
    return { state: "unknown", reason: `Get-Group does not show the group ${group} to this account` };
  } catch (error) {
    if (!isExchangeError(error)) throw error;
    return { state: "unknown", reason: messageOf(error) };
  }
}

function isSplit(found: Readonly<Record<string, unknown>>): boolean {
  const members = Array.isArray(found["Members"]) ? found["Members"].map(String) : [];
  const isFilled = members.some((member) => /(^|[/=])Exchange Trusted Subsystem(,|$)/i.test(member));
  return /,OU=Microsoft Exchange Protected Groups,/i.test(text(found, "DistinguishedName")) && !isFilled;
}

/** Where that group is not shown: whether nobody at all has the roles to make users and groups. */
async function hasNoHolders({ exchange }: Context): Promise<boolean> {
  const [assignments, ...roles] = await Promise.all([
    exchange.read("Get-ManagementRoleAssignment", {}, { all: true }),
    ...roleTypes.map((RoleType) => getAll(exchange, "Get-ManagementRole", { RoleType })),
  ]);
  const names = new Set(roles.flat().map((role) => text(role, "Name")));
  if (names.size === 0) return false;
  return !assignments.some((each) => isRegular(each) && names.has(nameOf(text(each, "Role"))));
}

/** Why an object of the stack's stays at its removal; `undefined` where Exchange may remove it, as far as is known. */
export async function whySplitStays(context: Context, title: string, command: string): Promise<string | undefined> {
  if (context.entra !== undefined || (await readSplit(context)).state !== "activeDirectory") return undefined;
  return `${title}: Exchange may remove no users and groups here (split permissions of Active Directory), so it is left as it is. It is no longer this stack's: remove it in Active Directory (${command}).`;
}
