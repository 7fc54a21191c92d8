/**
 * Who was let into the mailboxes one by one: four cmdlets a mailbox (five on Exchange Server), ten in a request. The calendar is found by its type,
 * because its name is in its owner's language (facts/exchange.md §2.9).
 */
import type { ExchangeObject } from "../../../exchange/session.ts";
import { flag, list, text } from "../../lifecycle/exchangeValue.ts";
import type { Context } from "../../lifecycle/contract.ts";
import { getByGuid } from "../../lifecycle/lookup.ts";
import { UserError } from "../../lifecycle/userError.ts";
import type { Member } from "../../recipients/memberList.ts";
import type { Asking } from "./asking.ts";

/** One permission on one mailbox, as Exchange names who has it. */
export interface Permission {
  readonly code: "mailboxPermission" | "sendAs" | "sendOnBehalf" | "calendarPermission";
  readonly mailbox: Member;
  readonly user: string;
  /** Empty for the codes that are one right. */
  readonly rights: readonly string[];
}

/** Mailboxes that are asked about together: what one of them needs fills whole requests. */
const chunkSize = 20;

/** Asks about all of them; `show` gets a line from time to time. */
export async function askMailboxes(
  context: Context,
  asking: Asking,
  mailboxes: readonly Member[],
  show: (line: string) => void,
): Promise<Permission[]> {
  const permissions = await askOnBehalf(context, asking, mailboxes);
  for (let start = 0; start < mailboxes.length; start += chunkSize) {
    const chunk = mailboxes.slice(start, start + chunkSize);
    // First of all mailboxes: what comes next goes in full requests then.
    const calendars = await Promise.all(chunk.map((each) => askCalendar(context, asking, each)));
    const found = await Promise.all(
      chunk.flatMap((mailbox, index) => [
        askFullAccess(context, asking, mailbox),
        askSendAs(context, asking, mailbox),
        askFolder(context, asking, mailbox, calendars[index]),
      ]),
    );
    permissions.push(...found.flat());
    if (mailboxes.length > chunkSize) show(`asked about ${start + chunk.length} of ${mailboxes.length} mailboxes`);
  }
  return permissions;
}

/** One question for all: most organisations have few of them. */
async function askOnBehalf({ exchange }: Context, asking: Asking, mailboxes: readonly Member[]): Promise<Permission[]> {
  const select = ["ExternalDirectoryObjectId", "GrantSendOnBehalfTo"];
  const parameters = { Filter: "GrantSendOnBehalfTo -ne $null" };
  const found = await asking.ask("sendOnBehalf", () => exchange.read("Get-Mailbox", parameters, { select }));
  const byId = new Map(mailboxes.map((each) => [each.id, each]));
  return (found ?? []).flatMap((row) => {
    const mailbox = byId.get(text(row, "ExternalDirectoryObjectId").toLowerCase());
    if (mailbox === undefined) return [];
    return list(row, "GrantSendOnBehalfTo").map((user) => ({ code: "sendOnBehalf", mailbox, user, rights: [] }));
  });
}

const isOwner = (user: string): boolean => /^NT AUTHORITY\\SELF$/i.test(user);

/** Inherited ones are Exchange's own, and the same in every mailbox; those that deny let nobody in. */
async function askFullAccess({ exchange }: Context, asking: Asking, mailbox: Member): Promise<Permission[]> {
  const parameters = { Identity: mailbox.id };
  const rows = await asking.ask(
    "mailboxPermissions",
    () => exchange.read("Get-MailboxPermission", parameters),
    mailbox,
  );
  return (rows ?? []).flatMap((row) => {
    const user = text(row, "User");
    if (flag(row, "IsInherited") || flag(row, "Deny") || isOwner(user)) return [];
    return [{ code: "mailboxPermission" as const, mailbox, user, rights: list(row, "AccessRights") }];
  });
}

async function askSendAs(context: Context, asking: Asking, mailbox: Member): Promise<Permission[]> {
  const { exchange, entra } = context;
  if (entra === undefined) return askDirectory(context, asking, mailbox);
  const parameters = { Identity: mailbox.id };
  const rows = await asking.ask("sendAs", () => exchange.read("Get-RecipientPermission", parameters), mailbox);
  return (rows ?? []).flatMap((row) => {
    const user = text(row, "Trustee");
    if (isOwner(user) || /^deny$/i.test(text(row, "AccessControlType"))) return [];
    return [{ code: "sendAs" as const, mailbox, user, rights: [] }];
  });
}

/** On Exchange Server it is a right on the object in Active Directory, whose cmdlet is sure to take a DN alone. */
async function askDirectory({ exchange }: Context, asking: Asking, mailbox: Member): Promise<Permission[]> {
  const find = async (): Promise<readonly ExchangeObject[]> => {
    const found = await getByGuid(exchange, "Get-Mailbox", mailbox.id, { select: ["Guid", "DistinguishedName"] });
    if (found === undefined) throw new UserError("Get-Mailbox did not find it");
    return exchange.read("Get-ADPermission", { Identity: text(found, "DistinguishedName") });
  };
  const rows = await asking.ask("sendAs", find, mailbox);
  return (rows ?? []).flatMap((row) => {
    const user = text(row, "User");
    if (flag(row, "IsInherited") || flag(row, "Deny") || isOwner(user)) return [];
    const isSendAs = list(row, "ExtendedRights").some((right) => /^send-?as$/i.test(right));
    return isSendAs ? [{ code: "sendAs" as const, mailbox, user, rights: [] }] : [];
  });
}

/** The calendar as `mailbox:\name`; `undefined` where it could not be asked. */
async function askCalendar({ exchange }: Context, asking: Asking, mailbox: Member): Promise<string | undefined> {
  const parameters = { Identity: mailbox.id, FolderScope: "Calendar" };
  const find = async (): Promise<string> => {
    const folders = await exchange.read("Get-MailboxFolderStatistics", parameters);
    const calendars = folders.filter((folder) => text(folder, "FolderType") === "Calendar");
    const [path, ...others] = calendars.map((folder) => text(folder, "FolderPath").replaceAll("/", "\\"));
    if (path === undefined || path === "" || others.length > 0) {
      throw new UserError(`Get-MailboxFolderStatistics named ${calendars.length} calendars where there is one`);
    }
    return `${mailbox.id}:${path}`;
  };
  return asking.ask("calendars", find, mailbox);
}

async function askFolder(
  { exchange }: Context,
  asking: Asking,
  mailbox: Member,
  calendar: string | undefined,
): Promise<Permission[]> {
  if (calendar === undefined) return [];
  const parameters = { Identity: calendar };
  const rows = await asking.ask("calendars", () => exchange.read("Get-MailboxFolderPermission", parameters), mailbox);
  return (rows ?? []).flatMap((row) => {
    const rights = list(row, "AccessRights").filter((right) => right !== "None");
    return rights.length === 0 ? [] : [{ code: "calendarPermission" as const, mailbox, user: userOf(row), rights }];
  });
}

/** A name over REST; PowerShell's object has it as its display name. */
function userOf(row: ExchangeObject): string {
  const { User: user } = row;
  if (typeof user !== "object" || user === null) return text(row, "User");
  return text(user as ExchangeObject, "DisplayName");
}
