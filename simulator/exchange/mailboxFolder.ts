/** The folders of mailboxes: Get-MailboxFolderStatistics, and Set-MailboxRegionalConfiguration, which renames them. */
import { createHash } from "node:crypto";
import type { Recipient } from "../tenant/exchangeModel.ts";
import { folderNamesOf, namesIn } from "../tenant/folderNames.ts";
import type { Tenant } from "../tenant/model.ts";
import type { ReadCmdlet, WriteCmdlet } from "./cmdlet.ts";
import { NotModelled } from "./failure.ts";
import { findMailbox } from "./mailbox.ts";
import { identityOf } from "./lookup.ts";
import type { Output } from "./output.ts";
import { flag, oneOf, requiredText, text } from "./parameter.ts";

/** A default folder; `type` is what does not depend on the language. */
interface DefaultFolder {
  readonly type: "Root" | "Calendar" | "BirthdayCalendar" | "Inbox";
  /** With a slash before it. */
  readonly path: string;
  readonly name: string;
  readonly items: number;
}

function foldersOf(tenant: Tenant, mailbox: Recipient): DefaultFolder[] {
  const { calendar, birthdays, inbox } = folderNamesOf(mailbox);
  const count = (folder: string): number =>
    tenant.items.filter((item) => item.mailbox === mailbox.guid && item.folder === folder).length;
  return [
    { type: "Root", name: "Top of Information Store", path: "/Top of Information Store", items: 0 },
    { type: "Calendar", name: calendar, path: `/${calendar}`, items: count("calendar") },
    { type: "BirthdayCalendar", name: birthdays, path: `/${calendar}/${birthdays}`, items: 0 },
    { type: "Inbox", name: inbox, path: `/${inbox}`, items: count("inbox") },
  ];
}

/** By `-FolderScope`: the folder and what is below it. */
const scopes: Readonly<Record<string, readonly DefaultFolder["type"][]>> = {
  All: ["Root", "Calendar", "BirthdayCalendar", "Inbox"],
  Calendar: ["Calendar", "BirthdayCalendar"],
  Inbox: ["Inbox"],
};

const otherScopes =
  "Archive Contacts ConversationHistory DeletedItems Drafts JunkEmail Journal LegacyArchiveJournals ManagedCustomFolder " +
  "NonIpmRoot Notes Outbox Personal RecoverableItems RssSubscriptions SentItems SyncIssues Tasks";

export const getMailboxFolderStatistics: ReadCmdlet = {
  name: "Get-MailboxFolderStatistics",
  parameters: {
    Identity: requiredText,
    FolderScope: oneOf(
      "Microsoft.Exchange.Data.Directory.SystemConfiguration.ElcFolderType",
      ...Object.keys(scopes),
      ...otherScopes.split(" "),
    ),
  },
  unmodelled:
    "Archive AuditLog Database DiagnosticInfo DomainController IncludeAnalysis IncludeOldestAndNewestItems " +
    "IncludeSoftDeletedRecipients ResultSize SkipCount StoreMailboxIdentity UseCustomRouting",
  read(invocation) {
    const { tenant, values } = invocation;
    const mailbox = findMailbox(invocation);
    const scope = values.text("FolderScope") ?? "All";
    const types = scopes[scope];
    if (types === undefined) throw new NotModelled(`FolderScope ${scope} of Get-MailboxFolderStatistics`);
    return foldersOf(tenant, mailbox)
      .filter(({ type }) => types.includes(type))
      .map((folder) => statisticsOutput(tenant, mailbox, folder));
  },
};

function statisticsOutput(tenant: Tenant, mailbox: Recipient, { type, name, path, items }: DefaultFolder): Output {
  return {
    Identity: `${identityOf(tenant, mailbox)}${path.replaceAll("/", "\\")}`,
    Name: name,
    FolderPath: path,
    FolderId: createHash("sha256").update(`${mailbox.guid}${type}`).digest("base64"),
    FolderType: type,
    ItemsInFolder: items,
    ItemsInFolderAndSubfolders: items,
  };
}

/** Renames the default folders with the language; the names of the other languages are not modelled. */
export const setMailboxRegionalConfiguration: WriteCmdlet = {
  name: "Set-MailboxRegionalConfiguration",
  parameters: { Identity: requiredText, Language: text, LocalizeDefaultFolderName: flag },
  unmodelled: "Archive DateFormat DomainController TimeFormat TimeZone UseCustomRouting",
  write(invocation) {
    const { values } = invocation;
    const mailbox = findMailbox(invocation);
    const language = values.text("Language");
    if (language !== undefined && namesIn(language) === undefined) throw new NotModelled(`the language ${language}`);
    if (language !== undefined && values.flag("LocalizeDefaultFolderName") === true) mailbox.language = language;
    return { target: mailbox.name };
  },
};
