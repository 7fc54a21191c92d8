/** The folders of a mailbox: the root, the top of the information store, the calendar and the inbox. */
import { mayUseFolder, type FolderUse } from "../access/delegateAccess.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import { folderNamesOf } from "../tenant/folderNames.ts";
import type { MailboxItem, Tenant } from "../tenant/model.ts";
import type { Caller, Simulator } from "../server/service.ts";
import { invalidSchema } from "./envelope.ts";
import { deniedItem, EwsError, malformedId, missingFolder, missingMailbox } from "./fault.ts";
import { findByAddress } from "./impersonation.ts";
import { child, descend, element, type Element, type Xml } from "./xml.ts";

export type FolderName = "root" | "msgfolderroot" | "calendar" | "inbox";

/** Who opens something: the caller, in the mailbox that it acts in. */
export interface Opening {
  readonly simulator: Simulator;
  readonly caller: Caller;
  readonly mailbox: Recipient | undefined;
}

/**
 * Whether a folder of another mailbox is open by permissions: to the account that the request acts as, which is the
 * impersonated one where there is one.
 */
export function isOpen({ simulator, caller, mailbox }: Opening, folder: Folder, use: FolderUse): boolean {
  if (folder.mailbox === mailbox) return true;
  const { recipients } = simulator.tenant;
  const self = recipients.find(
    (each) => each.externalDirectoryObjectId === caller.objectId && !each.softDeleted && each.group === null,
  );
  const actor = mailbox ?? (caller.kind === "user" ? self : undefined);
  return actor !== undefined && mayUseFolder(simulator.tenant, actor.guid, folder.mailbox, folder.name, use);
}

export interface Folder {
  readonly mailbox: Recipient;
  readonly name: FolderName;
}

interface Description {
  readonly displayName: string;
  readonly parent: FolderName | undefined;
  readonly folderClass: string;
  readonly element: "t:Folder" | "t:CalendarFolder";
}

const folders: Readonly<Record<FolderName, Description>> = {
  root: { displayName: "Root", parent: undefined, folderClass: "IPF", element: "t:Folder" },
  msgfolderroot: {
    displayName: "Top of Information Store",
    parent: "root",
    folderClass: "IPF",
    element: "t:Folder",
  },
  calendar: {
    displayName: "Calendar",
    parent: "msgfolderroot",
    folderClass: "IPF.Appointment",
    element: "t:CalendarFolder",
  },
  inbox: { displayName: "Inbox", parent: "msgfolderroot", folderClass: "IPF.Note", element: "t:Folder" },
};

const folderNames = Object.keys(folders) as FolderName[];

function isFolderName(name: string | undefined): name is FolderName {
  return folderNames.some((known) => known === name);
}

/** Folder ids name mailbox and folder, so that one of another mailbox is recognised. */
function makeFolderId(mailbox: Recipient, name: FolderName): string {
  return Buffer.from(`folder|${mailbox.guid}|${name}`).toString("base64url");
}

/**
 * The folder that a `t:FolderId` or `t:DistinguishedFolderId` names, in the mailbox that the request acts in or in one that
 * permissions open.
 * @throws EwsError ErrorAccessDenied for one of another mailbox, ErrorFolderNotFound and the like.
 */
export function findFolder(opening: Opening, id: Element, use: FolderUse = "read"): Folder {
  const folder = nameFolder(opening, id);
  if (!isOpen(opening, folder, use)) throw deniedItem();
  return folder;
}

function nameFolder({ simulator, mailbox }: Opening, id: Element): Folder {
  if (id.name === "FolderId") return findById(simulator, id.attributes["Id"] ?? "");
  if (id.name !== "DistinguishedFolderId") throw invalidSchema(`${id.name} is no folder id.`);
  const address = descend(id, "Mailbox", "EmailAddress")?.text.trim();
  const owner = address === undefined ? mailbox : findByAddress(simulator, address);
  if (owner === undefined) {
    if (address !== undefined) {
      const { code, message, values } = missingMailbox(address);
      throw new EwsError(code, message, values);
    }
    throw new EwsError(
      "ErrorMissingEmailAddress",
      "When making a request as an account that does not have a mailbox, you must specify the mailbox primary SMTP " +
        "address for any distinguished folder Ids.",
    );
  }
  const name = id.attributes["Id"];
  if (!isFolderName(name)) throw owner === mailbox ? missingFolder() : deniedItem();
  return { mailbox: owner, name };
}

function findById({ tenant }: Simulator, id: string): Folder {
  const [kind, guid, name] = Buffer.from(id, "base64url").toString("utf8").split("|");
  if (kind !== "folder" || !isFolderName(name)) throw malformedId();
  const mailbox = tenant.recipients.find((each) => each.guid === guid);
  if (mailbox === undefined) throw deniedItem();
  return { mailbox, name };
}

/** The folder's items. */
export function listItems(tenant: Tenant, { mailbox, name }: Folder): MailboxItem[] {
  return tenant.items.filter((item) => item.mailbox === mailbox.guid && item.folder === name);
}

/** Folders below one, directly or (deep) at any depth. */
export function listFolders({ mailbox, name }: Folder, deep: boolean): Folder[] {
  const below = folderNames.filter((candidate) => folders[candidate].parent === name);
  return below.flatMap((candidate) => {
    const folder = { mailbox, name: candidate };
    return [folder, ...(deep ? listFolders(folder, true) : [])];
  });
}

/** The folder as GetFolder and FindFolder show it; `idOnly` is the base shape. */
export function writeFolder(tenant: Tenant, folder: Folder, idOnly: boolean): Xml {
  const { mailbox, name } = folder;
  const { displayName, parent, folderClass, element: tag } = folders[name];
  const id = element("t:FolderId", { Id: makeFolderId(mailbox, name), ChangeKey: changeKey });
  if (idOnly) return element(tag, {}, id);
  return element(
    tag,
    {},
    id,
    parent === undefined
      ? undefined
      : element("t:ParentFolderId", { Id: makeFolderId(mailbox, parent), ChangeKey: changeKey }),
    element("t:FolderClass", {}, folderClass),
    element("t:DisplayName", {}, localName(mailbox, name) ?? displayName),
    element("t:TotalCount", {}, listItems(tenant, folder).length),
    element("t:ChildFolderCount", {}, listFolders(folder, false).length),
    tag === "t:Folder" ? element("t:UnreadCount", {}, 0) : undefined,
  );
}

/** What its owner sees. */
function localName(mailbox: Recipient, name: FolderName): string | undefined {
  const { calendar, inbox } = folderNamesOf(mailbox);
  return { calendar, inbox }[name as string];
}

/** Folders never change here. */
const changeKey = "AQAAAA==";

/** `t:ParentFolderId` of an item. */
export function writeParentId(mailbox: Recipient, name: FolderName): Xml {
  return element("t:ParentFolderId", { Id: makeFolderId(mailbox, name), ChangeKey: changeKey });
}

/** Whether a shape asks for ids only, with nothing added. */
export function isIdOnly(shape: Element | undefined): boolean {
  return child(shape, "BaseShape")?.text.trim() === "IdOnly" && child(shape, "AdditionalProperties") === undefined;
}
