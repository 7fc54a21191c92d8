/** The operations of EWS that a calendar client uses; each returns the content of its response messages. */
import type { FolderUse } from "../access/delegateAccess.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import type { Caller, Simulator } from "../server/service.ts";
import { invalidSchema } from "./envelope.ts";
import { deniedItem, describeError, EwsError, malformedId, missingItem, NotModelled } from "./fault.ts";
import { findFolder, isIdOnly, isOpen, listFolders, listItems, writeFolder, type Folder } from "./folder.ts";
import {
  clearProperty,
  createItem,
  makeChangeKey,
  readItemMailbox,
  readShape,
  requireOrder,
  setProperty,
  toInstant,
  writeItem,
} from "./item.ts";
import { getUserAvailability } from "./availability.ts";
import { cutPage, filterByView, sortItems } from "./itemView.ts";
import { resolveNames } from "./names.ts";
import { readRestriction } from "./restriction.ts";
import { syncFolder } from "./sync.ts";
import { listTimeZones } from "./timeZones.ts";
import { child, descend, element, type Element, type Xml } from "./xml.ts";

/** One operation as one caller asks for it, in the mailbox that it may open. */
export interface OperationCall {
  readonly simulator: Simulator;
  readonly caller: Caller;
  readonly mailbox: Recipient | undefined;
  readonly timeZone: string;
  readonly operation: Element;
}

/** Answers one part (folder, item) of a request; throws an {@link EwsError} for that part only. */
type Part = () => Xml[];

/** The `m:<Operation>Response` of an operation; throws {@link NotModelled} for one that is not modelled. */
export function runOperation(call: OperationCall): Xml {
  const { name } = call.operation;
  const whole = wholes[name];
  if (whole !== undefined) return whole(call);
  const run = operations[name];
  if (run === undefined) throw new NotModelled(`The EWS operation ${name}`);
  const messages = run(call).map((part) => {
    const tag = `m:${name}ResponseMessage`;
    try {
      return element(tag, { ResponseClass: "Success" }, element("m:ResponseCode", {}, "NoError"), part());
    } catch (error) {
      if (!(error instanceof EwsError)) throw error;
      // Some clients require the element even in an error.
      const empty = name === "CreateItem" || name === "GetItem" ? element("m:Items", {}) : undefined;
      return element(tag, { ResponseClass: "Error" }, describeError(error), empty);
    }
  });
  return element(`m:${name}Response`, {}, element("m:ResponseMessages", {}, messages));
}

const operations: Readonly<Record<string, (call: OperationCall) => Part[]>> = {
  GetFolder: getFolder,
  FindFolder: findFolders,
  CreateItem: createItems,
  FindItem: findItems,
  GetItem: getItems,
  UpdateItem: updateItems,
  DeleteItem: deleteItems,
  ConvertId: convertIds,
  SyncFolderItems: syncItems,
  GetServerTimeZones: (call) => [() => listTimeZones(call)],
};

/** Operations that write their whole answer: its messages are of another form, or warn. */
const wholes: Readonly<Record<string, (call: OperationCall) => Xml>> = {
  GetUserAvailabilityRequest: getUserAvailability,
  ResolveNames: resolveNames,
};

function parts(list: Element | undefined, what: string): readonly Element[] {
  if (list === undefined || list.children.length === 0) throw invalidSchema(`The element ${what} is missing or empty.`);
  return list.children;
}

function getFolder(call: OperationCall): Part[] {
  const { simulator, operation } = call;
  const idOnly = isIdOnly(child(operation, "FolderShape"));
  return parts(child(operation, "FolderIds"), "FolderIds").map((id) => () => [
    element("m:Folders", {}, writeFolder(simulator.tenant, findFolder(call, id), idOnly)),
  ]);
}

function findFolders(call: OperationCall): Part[] {
  const { simulator, operation } = call;
  if (child(operation, "Restriction") !== undefined) throw new NotModelled("FindFolder with a Restriction");
  const deep = operation.attributes["Traversal"] === "Deep";
  const idOnly = isIdOnly(child(operation, "FolderShape"));
  return parts(child(operation, "ParentFolderIds"), "ParentFolderIds").map((id) => () => {
    const found = listFolders(findFolder(call, id), deep);
    const written = found.map((folder) => writeFolder(simulator.tenant, folder, idOnly));
    return [writeRoot(found.length, found.length, true, element("t:Folders", {}, written))];
  });
}

function writeRoot(total: number, next: number, isLast: boolean, content: Xml): Xml {
  return element(
    "m:RootFolder",
    { IndexedPagingOffset: next, TotalItemsInView: total, IncludesLastItemInRange: isLast },
    content,
  );
}

function createItems(call: OperationCall): Part[] {
  const { simulator, operation, timeZone } = call;
  const disposition = operation.attributes["MessageDisposition"] ?? "SaveOnly";
  if (disposition !== "SaveOnly") throw new NotModelled(`CreateItem with MessageDisposition ${disposition}`);
  return parts(child(operation, "Items"), "Items").map((source) => () => {
    const isAppointment = source.name === "CalendarItem";
    if (!isAppointment && source.name !== "Message") throw new NotModelled(`CreateItem of ${source.name}`);
    if (isAppointment) requireChoice(operation, "SendMeetingInvitations");
    const target = descend(operation, "SavedItemFolderId")?.children[0];
    const folder = findTarget(call, target, isAppointment);
    const item = createItem(source, folder.mailbox, timeZone, simulator.now());
    simulator.tenant.items.push(item);
    record(call, item);
    return [
      element(
        "m:Items",
        {},
        writeItem(item, folder.mailbox, (name) => name === "ItemId"),
      ),
    ];
  });
}

function findTarget(call: OperationCall, target: Element | undefined, isAppointment: boolean): Folder {
  const wanted = isAppointment ? "calendar" : "inbox";
  if (target === undefined && !isAppointment)
    throw new NotModelled("CreateItem of a message without SavedItemFolderId");
  const id = target ?? { name: "DistinguishedFolderId", attributes: { Id: wanted }, text: "", children: [] };
  const folder = findFolder(call, id, "create");
  if (folder.name !== wanted) throw new NotModelled(`An item of this kind in the folder ${folder.name}`);
  return folder;
}

/** For appointments EWS insists on being told whether invitations go out. */
function requireChoice(operation: Element, attribute: string): void {
  if (operation.attributes[attribute] !== undefined) return;
  throw new EwsError(`Error${attribute}Required`, `${attribute} attribute is required for Calendar items.`);
}

function findItems(call: OperationCall): Part[] {
  const { simulator, operation, timeZone } = call;
  for (const name of ["GroupBy", "DistinguishedGroupBy", "QueryString", "FractionalPageItemView"]) {
    if (child(operation, name) !== undefined) throw new NotModelled(`FindItem with ${name}`);
  }
  const restriction = child(operation, "Restriction");
  const passes = readRestriction(restriction, timeZone);
  const wants = readShape(child(operation, "ItemShape"));
  const view = child(operation, "CalendarView");
  return parts(child(operation, "ParentFolderIds"), "ParentFolderIds").map((id) => () => {
    const folder = findFolder(call, id);
    if (view !== undefined && restriction !== undefined) {
      throw new EwsError("ErrorInvalidOperation", "Restrictions may not be specified for a CalendarView.");
    }
    const all = listItems(simulator.tenant, folder).filter((item) => passes(item, folder.mailbox));
    const sorted = sortItems(all, child(operation, "SortOrder"));
    const found = view === undefined ? sorted : filterByView(sorted, folder, view, timeZone);
    const { page, next, isLast } = cutPage(found, operation);
    const written = page.map((item) => writeItem(item, folder.mailbox, (name) => name !== "Body" && wants(name)));
    return [writeRoot(found.length, next, isLast, element("t:Items", {}, written))];
  });
}

function syncItems(call: OperationCall): Part[] {
  const { simulator, operation } = call;
  const [id] = parts(child(operation, "SyncFolderId"), "SyncFolderId");
  if (id === undefined) return [];
  return [() => syncFolder(simulator, findFolder(call, id), operation)];
}

/** The item that a `t:ItemId` names; throws for one that is gone or of another mailbox. */
function findItem(call: OperationCall, id: Element | undefined, use: FolderUse): [MailboxItem, Recipient] {
  const { simulator, mailbox } = call;
  const value = id?.attributes["Id"] ?? "";
  const guid = readItemMailbox(value);
  if (guid === undefined) throw malformedId();
  const item = simulator.tenant.items.find((candidate) => candidate.id === value);
  const owner = guid === mailbox?.guid ? mailbox : simulator.tenant.recipients.find((each) => each.guid === guid);
  // Of another mailbox nobody learns whether there was such an item.
  if (owner === undefined || !isOpen(call, { mailbox: owner, name: item?.folder ?? "root" }, use)) throw deniedItem();
  if (item === undefined) throw missingItem();
  return [item, owner];
}

function getItems(call: OperationCall): Part[] {
  const wants = readShape(child(call.operation, "ItemShape"));
  return parts(child(call.operation, "ItemIds"), "ItemIds").map((id) => () => {
    const [item, mailbox] = findItem(call, id, "read");
    return [element("m:Items", {}, writeItem(item, mailbox, wants))];
  });
}

function updateItems(call: OperationCall): Part[] {
  const { simulator, operation, timeZone } = call;
  return parts(child(operation, "ItemChanges"), "ItemChanges").map((change) => () => {
    const id = child(change, "ItemId");
    const [item, mailbox] = findItem(call, id, "change");
    if (item.folder === "calendar") requireChoice(operation, "SendMeetingInvitationsOrCancellations");
    const changeKey = id?.attributes["ChangeKey"];
    if (operation.attributes["ConflictResolution"] === "NeverOverwrite" && changeKey !== item.changeKey) {
      throw new EwsError(
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the request does not " +
          "match the current change key for the item.",
      );
    }
    // All changes or none.
    const changed = { ...item, other: { ...item.other } };
    for (const update of child(change, "Updates")?.children ?? []) applyUpdate(changed, update, timeZone);
    if (changed.folder === "calendar") requireOrder(changed);
    changed.changeKey = makeChangeKey();
    changed.other["LastModifiedTime"] = toInstant(simulator.now());
    Object.assign(item, changed);
    record(call, item);
    return [
      element(
        "m:Items",
        {},
        writeItem(item, mailbox, (name) => name === "ItemId"),
      ),
      element("m:ConflictResults", {}, element("t:Count", {}, 0)),
    ];
  });
}

function applyUpdate(item: MailboxItem, update: Element, timeZone: string): void {
  const uri = child(update, "FieldURI")?.attributes["FieldURI"];
  const name = uri?.split(":")[1];
  if (name === undefined) throw new NotModelled(`${update.name} of ${update.children[0]?.name ?? "nothing"}`);
  if (update.name === "DeleteItemField") {
    clearProperty(item, name);
    return;
  }
  if (update.name !== "SetItemField") throw new NotModelled(update.name);
  const value = update.children.find(({ name: tag }) => tag === "CalendarItem" || tag === "Message")?.children[0];
  if (value?.name !== name) {
    throw new EwsError(
      "ErrorIncorrectUpdatePropertyCount",
      "An object within a change description must contain one and only one property to modify.",
    );
  }
  setProperty(item, value, timeZone);
}

function deleteItems(call: OperationCall): Part[] {
  const { simulator, operation } = call;
  return parts(child(operation, "ItemIds"), "ItemIds").map((id) => () => {
    const [item] = findItem(call, id, "change");
    if (item.folder === "calendar") requireChoice(operation, "SendMeetingCancellations");
    simulator.tenant.items = simulator.tenant.items.filter((other) => other !== item);
    record(call, item);
    return [];
  });
}

/** Ids have one form here, which serves as every format. */
function convertIds({ operation }: OperationCall): Part[] {
  const format = operation.attributes["DestinationFormat"] ?? "EwsId";
  return parts(child(operation, "SourceIds"), "SourceIds").map((source) => () => {
    const { Id, Mailbox } = source.attributes;
    if (Id === undefined || readItemMailbox(Id) === undefined) throw malformedId();
    const type = { "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xsi:type": "t:AlternateIdType" };
    return [element("m:AlternateId", { ...type, Format: format, Id, Mailbox })];
  });
}

function record({ simulator, caller, operation, mailbox }: OperationCall, item: MailboxItem): void {
  const target = `${mailbox?.primarySmtpAddress ?? ""}/${item.folder}/${item.subject}`;
  simulator.record({ actor: caller.name, operation: operation.name, target, status: 200 });
}
