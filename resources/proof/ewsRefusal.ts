/**
 * Whether EWS still lets an account into a listed mailbox once its role assignment is gone, before the account goes, too:
 * Exchange remembers for a while who may impersonate, and where EWS takes Basic IIS remembers a password (facts/powershell.md
 * §3). A refusal is proved; an open mailbox is waited for; what cannot be asked is said, and keeps nothing from going.
 */
import { askImpersonation, type Ews, type EwsAccount, type EwsAnswer } from "../../exchange/ews.ts";
import { isExchangeError } from "../../exchange/errors.ts";
import { duration, WaitTimeoutError } from "../../network/waiting.ts";
import type { Context } from "../lifecycle/contract.ts";
import { text } from "../lifecycle/exchangeValue.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { UserError } from "../lifecycle/userError.ts";

/** Exchange Server is said to see a role assignment after 15 minutes (facts/calendar-access.md §2); some more. */
const waitSeconds = 20 * 60;

/**
 * Proves that EWS refuses the account, or says why nobody knows.
 * @throws UserError where it is open after all the waiting: the account is still there then
 */
export async function demandRefusal(context: Context, account: EwsAccount): Promise<void> {
  const { userName } = account;
  const question = await questionOf(context, account);
  if (typeof question === "string") {
    context.report(notProved(userName, question));
    return;
  }
  const { ews, mailbox } = question;
  const answers: EwsAnswer[] = [];
  const ask = async (): Promise<EwsAnswer | undefined> => {
    const answer = await askImpersonation(ews, account, mailbox);
    answers.push(answer);
    // Once it was open, only a refusal ends the waiting.
    return answer.kind === "refused" || answers.every(({ kind }) => kind === "unanswered") ? answer : undefined;
  };
  try {
    const what = `EWS to refuse ${userName} the calendar of ${mailbox}`;
    const { kind, reason } = await context.waitFor(what, ask, waitSeconds);
    if (kind === "unanswered") context.report(notProved(userName, `${reason} (${ews.uri})`));
    else
      context.report(`user ${userName}: proved before it goes: EWS refuses it the calendar of ${mailbox} (${reason}).`);
  } catch (error) {
    if (error instanceof WaitTimeoutError) throw new UserError(stillOpen(userName, mailbox), { cause: error });
    throw error;
  }
}

function notProved(userName: string, reason: string): string {
  return `user ${userName}: not proved that EWS refuses it by now: ${reason}. It goes all the same.`;
}

function stillOpen(userName: string, mailbox: string): string {
  return (
    `user ${userName}: its role assignment is gone, and EWS still lets it into the calendar of ${mailbox} after ${duration(waitSeconds)}, so the account was not removed. ` +
    `Run the same command again: it asks again. If it stays open, somebody else lets the account in: Get-ManagementRoleAssignment -Role ApplicationImpersonation -GetEffectiveUsers names through what. ` +
    `To stop it at once, disable the account in Active Directory. To remove the account without this proof, write exchange.server.ewsUri: none.`
  );
}

/** Where to ask about which mailbox; a text that says why nobody can. */
async function questionOf(
  context: Context,
  { password }: EwsAccount,
): Promise<{ readonly ews: Ews; readonly mailbox: string } | string> {
  const { ews } = context;
  if (ews === undefined) return "it cannot be asked here";
  if (/^none$/i.test(ews.uri ?? "")) return "exchange.server.ewsUri is none";
  if (password === "") return "its password is not known here";
  if (ews.mailboxes.length === 0) return "nobody told this run which mailboxes were listed (npm run pulumi does)";
  const mailbox = await mailboxOf(context, ews.mailboxes);
  if (mailbox === undefined) return "none of the listed mailboxes that were looked for is there";
  const uri = ews.uri ?? (await addressOf(context));
  if (uri === undefined) return "no https address of EWS is known: exchange.server.ewsUri names one";
  return { ews: { uri, send: ews.send }, mailbox };
}

/** The primary address of the first that is there. */
async function mailboxOf({ exchange }: Context, ids: readonly string[]): Promise<string | undefined> {
  const select = ["Guid", "PrimarySmtpAddress"];
  for (const id of ids) {
    const found = await getByGuid(exchange, "Get-Mailbox", id, { select }).catch(noAnswer);
    if (found !== undefined) return text(found, "PrimarySmtpAddress");
  }
  return undefined;
}

/** As the virtual directories name it: their internal address first, because the run is inside. */
async function addressOf({ exchange }: Context): Promise<string | undefined> {
  // What Active Directory knows, without asking each server's IIS.
  const parameters = { ADPropertiesOnly: true };
  const select = ["InternalUrl", "ExternalUrl"];
  const found = await exchange
    .read("Get-WebServicesVirtualDirectory", parameters, { all: true, select })
    .catch(noAnswer);
  const urls = ["InternalUrl", "ExternalUrl"].flatMap((name) => (found ?? []).map((row) => text(row, name)));
  return urls.find((url) => /^https:\/\//i.test(url));
}

/** A question beside the removal keeps nothing from going. */
function noAnswer(error: unknown): undefined {
  if (isExchangeError(error) || error instanceof UserError) return undefined;
  throw error;
}
