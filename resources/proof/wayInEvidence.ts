/** Asks Exchange whether EWS lets the call centre in: three cmdlets at most, and none for an access by Graph alone. */
import { isExchangeError } from "../../exchange/errors.ts";
import type { ExchangeObject } from "../../exchange/session.ts";
import { comesByEws } from "../lifecycle/applicationRoles.ts";
import { flag, guid, list, text } from "../lifecycle/exchangeValue.ts";
import type { Context } from "../lifecycle/contract.ts";
import { linesOf, parseMembers, type Member } from "../recipients/memberList.ts";
import { messageOf } from "../lifecycle/userError.ts";
import {
  judgeWayIn,
  type OrganizationSwitches,
  type ShutMailbox,
  type Unread,
  type WayInAsked,
  type WayInEvidence,
  type WayInVerdict,
} from "./wayIn.ts";

/** Who is to come in, by which roles, and to which mailboxes. */
interface Claim {
  readonly members: readonly Member[];
  readonly user: string;
  readonly callCentreClientId: string;
  readonly roles: string;
}

/** What a claim of impersonation asks: it always comes by EWS. */
export function askedByImpersonation(claim: Omit<Claim, "roles">): WayInAsked {
  const [user] = parseMembers(claim.user);
  const advice = "sayClientId";
  return { comesBy: "ews", clientId: claim.callCentreClientId, advice, members: claim.members, user };
}

/** What a claim of an application asks: by EWS where a role is EWS's. */
export function askedByApplication(claim: Pick<Claim, "members" | "roles"> & { readonly appId: string }): WayInAsked {
  const comesBy = linesOf(claim.roles).some(comesByEws) ? "ews" : "graph";
  const advice = "listOwnClientId";
  return { comesBy, clientId: claim.appId, advice, members: claim.members, user: undefined };
}

/** Asks, and judges. Nothing that cannot be read is an error here: it is unknown, and says why. */
export async function examineWayIn(context: Context, asked: WayInAsked): Promise<WayInVerdict> {
  if (asked.comesBy === "graph") return judgeWayIn(asked, undefined);
  const [{ organization, clientIds }, shut] = await Promise.all([readOrganization(context), readShut(context)]);
  const isServer = context.entra === undefined;
  return judgeWayIn(asked, { organization, clientIds, shut, isServer, now: context.exchange.serverTime });
}

/**
 * Whether an access mode of the stack lets nobody in, whatever its rights: there is no access to keep then.
 * @param inputs what the stack was asked for last, as the tenant's artifact holds it
 * @param appId client id of its app
 */
export async function isShut(
  context: Context,
  mode: string,
  inputs: Omit<Claim, "members"> & { readonly members: string },
  appId: () => Promise<string>,
): Promise<boolean> {
  const recorded = { ...inputs, members: parseMembers(inputs.members) };
  if (mode === "impersonation") return (await examineWayIn(context, askedByImpersonation(recorded))).isWhollyShut;
  // By Graph the app still gets in.
  if (!linesOf(recorded.roles).every(comesByEws)) return false;
  return (await examineWayIn(context, askedByApplication({ ...recorded, appId: await appId() }))).isWhollyShut;
}

async function readOrganization(context: Context): Promise<Pick<WayInEvidence, "organization" | "clientIds">> {
  const found = await unlessUnread(context.exchange.read("Get-OrganizationConfig", {}));
  const organization = "unread" in found ? found : switchesOf(found[0]);
  const isAsked = context.entra !== undefined && !("unread" in organization) && organization.isEnabled === true;
  if (!isAsked) return { organization, clientIds: undefined };
  // Only with the switch Exchange fetches the list, as one text.
  const asked = await unlessUnread(
    context.exchange.read("Get-OrganizationConfig", { RetrieveEwsOperationAccessPolicy: true }),
  );
  return { organization, clientIds: "unread" in asked ? asked : clientIdsOf(asked[0]) };
}

function switchesOf(organization: ExchangeObject | undefined): OrganizationSwitches | Unread {
  const value = organization?.["EwsEnabled"];
  if (organization === undefined || value === undefined)
    return { unread: "Get-OrganizationConfig does not show EwsEnabled" };
  return {
    isEnabled: text(organization, "EwsEnabled") === "" ? undefined : flag(organization, "EwsEnabled"),
    policy: text(organization, "EwsApplicationAccessPolicy"),
    allowList: list(organization, "EwsAllowList"),
    blockList: list(organization, "EwsBlockList"),
  };
}

function clientIdsOf(organization: ExchangeObject | undefined): string[] | Unread {
  if (organization?.["EwsAllowedAppIDs"] === undefined) {
    return { unread: "Get-OrganizationConfig does not show EwsAllowedAppIDs" };
  }
  const ids = list(organization, "EwsAllowedAppIDs").flatMap((each) => each.split(/[,;\s]+/));
  return ids.map((id) => id.toLowerCase()).filter((id) => id !== "");
}

/** One question for the whole organisation; that it filters on EwsEnabled is inferred (facts/exchange.md §4). */
async function readShut({ exchange }: Context): Promise<readonly ShutMailbox[] | Unread> {
  const found = await unlessUnread(exchange.read("Get-CASMailbox", { Filter: "EwsEnabled -eq $false" }));
  if ("unread" in found) return found;
  // A filter that was not heeded would answer with mailboxes that are open.
  return found
    .filter((mailbox) => text(mailbox, "EwsEnabled").toLowerCase() === "false")
    .map((mailbox) => ({
      address: text(mailbox, "PrimarySmtpAddress"),
      id: guid(mailbox, "ExternalDirectoryObjectId"),
    }));
}

async function unlessUnread(answer: Promise<readonly ExchangeObject[]>): Promise<readonly ExchangeObject[] | Unread> {
  try {
    return await answer;
  } catch (error) {
    if (!isExchangeError(error)) throw error;
    return { unread: messageOf(error) };
  }
}
