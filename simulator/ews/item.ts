/** Appointments and messages: from and to XML. Only properties that are modelled get in; others are refused by name. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import { toEpoch } from "../server/timeZone.ts";
import { describeAppointment, detailsOnly, order } from "./appointment.ts";
import { EwsError, NotModelled } from "./fault.ts";
import { writeParentId } from "./folder.ts";
import { child, element, type Element, type Xml } from "./xml.ts";

/** Scalar properties that are kept as they are sent. */
const scalars = new Set([
  "Sensitivity",
  "Importance",
  "ReminderIsSet",
  "ReminderMinutesBeforeStart",
  "LegacyFreeBusyStatus",
  "Location",
  "IsResponseRequested",
  "Culture",
  "UID",
  "IsRead",
  "IsReadReceiptRequested",
  "IsDeliveryReceiptRequested",
]);

/** Properties with an `Id` that is kept. */
const timeZones = new Set(["StartTimeZone", "EndTimeZone", "MeetingTimeZone"]);

/** What an item can be sorted by: the text of a property, all of which sort as text. */
export function readSortKey(item: MailboxItem, name: string): string {
  switch (name) {
    case "Subject":
      return item.subject;
    case "Start":
    case "DateTimeReceived":
    case "DateTimeSent":
      return item.start;
    case "End":
      return item.end;
    case "DateTimeCreated":
    case "LastModifiedTime":
      return readOther(item, name, item.start);
    default:
      throw new NotModelled(`Sorting by ${name}`);
  }
}

export function makeItemId(mailboxGuid: string): string {
  return Buffer.from(`item|${mailboxGuid}|${randomUUID()}`).toString("base64url");
}

/** GUID of the mailbox that an item id is of; `undefined` for what is no item id. */
export function readItemMailbox(id: string): string | undefined {
  const [kind, guid, unique] = Buffer.from(id, "base64url").toString("utf8").split("|");
  return kind === "item" && unique !== undefined ? guid : undefined;
}

export function makeChangeKey(): string {
  return randomBytes(12).toString("base64");
}

/** A new item from `t:CalendarItem` or `t:Message`; `now` is virtual time in ms. */
export function createItem(source: Element, mailbox: Recipient, timeZone: string, now: number): MailboxItem {
  const created = toInstant(now);
  const isCalendarItem = source.name === "CalendarItem";
  const item: MailboxItem = {
    id: makeItemId(mailbox.guid),
    changeKey: makeChangeKey(),
    mailbox: mailbox.guid,
    folder: isCalendarItem ? "calendar" : "inbox",
    subject: "",
    body: "",
    start: created,
    end: created,
    isAllDay: false,
    other: { DateTimeCreated: created, LastModifiedTime: created },
  };
  for (const property of source.children) setProperty(item, property, timeZone);
  if (isCalendarItem) {
    for (const name of ["Start", "End"]) {
      if (child(source, name) === undefined) {
        throw new EwsError("ErrorRequiredPropertyMissing", `Required property is missing: calendar:${name}.`);
      }
    }
    item.other["UID"] ??= Buffer.from(randomUUID()).toString("hex").toUpperCase();
    requireOrder(item);
  }
  return item;
}

/** A copy of the item with the property as in the XML. */
export function setProperty(item: MailboxItem, source: Element, timeZone: string): void {
  const { name, text } = source;
  switch (name) {
    case "Subject":
      item.subject = text;
      return;
    case "Body":
      item.body = text;
      item.other["BodyType"] = source.attributes["BodyType"] ?? "Text";
      return;
    case "Start":
      item.start = readInstant(text, timeZone);
      return;
    case "End":
      item.end = readInstant(text, timeZone);
      return;
    case "IsAllDayEvent":
      item.isAllDay = readBoolean(text);
      return;
    case "Categories":
      item.other["Categories"] = source.children.map((category) => category.text);
      return;
    case "ItemClass":
      return; // follows from the kind of item
  }
  if (scalars.has(name)) item.other[name] = text;
  else if (timeZones.has(name)) item.other[name] = source.attributes["Id"] ?? "UTC";
  else throw new NotModelled(`The item property ${name}`);
}

/** Back to what the property is without a value. */
export function clearProperty(item: MailboxItem, name: string): void {
  if (name === "Subject") item.subject = "";
  else if (name === "Body") item.body = "";
  else if (["Start", "End", "IsAllDayEvent"].includes(name)) {
    throw new EwsError("ErrorInvalidPropertyDelete", "The property cannot be deleted.");
  } else Reflect.deleteProperty(item.other, name);
}

/** Refuses an appointment that ends before it starts. */
export function requireOrder({ start, end }: MailboxItem): void {
  if (Date.parse(end) < Date.parse(start)) {
    throw new EwsError("ErrorCalendarEndDateIsEarlierThanStartDate", "EndDate is earlier than StartDate.");
  }
}

function readBoolean(text: string): boolean {
  return ["true", "1"].includes(text.trim().toLowerCase());
}

/** Virtual time as EWS writes it: UTC, whole seconds. */
export function toInstant(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A date and time of EWS; one without an offset is in the request's time zone. */
export function readInstant(text: string, timeZone: string): string {
  const value = text.trim();
  const epoch = toEpoch(value, timeZone);
  if (epoch === undefined) throw new NotModelled(`The time zone ${timeZone}`);
  if (Number.isNaN(epoch)) throw new EwsError("ErrorInvalidPropertySet", `The date "${value}" is invalid.`);
  return toInstant(epoch);
}

/** What a shape asks for: all, the default properties, or ids and those named. */
export function readShape(shape: Element | undefined): (name: string) => boolean {
  const base = child(shape, "BaseShape")?.text.trim() ?? "AllProperties";
  const added = child(shape, "AdditionalProperties")?.children ?? [];
  // "calendar:Start" stands for the element Start.
  const named = new Set(added.map(({ attributes }) => attributes["FieldURI"]?.split(":")[1] ?? ""));
  return (name) => {
    if (name === "ItemId" || base === "AllProperties" || named.has(name)) return true;
    return base === "Default" && !detailsOnly.has(name);
  };
}

/** The item with the properties that `wants` accepts, in the schema's order. */
export function writeItem(item: MailboxItem, mailbox: Recipient, wants: (name: string) => boolean): Xml {
  const properties = item.folder === "calendar" ? describeAppointment(item, mailbox) : describeMessage(item);
  const common: Record<string, Xml> = {
    ItemId: element("t:ItemId", { Id: item.id, ChangeKey: item.changeKey }),
    ParentFolderId: writeParentId(mailbox, item.folder),
    Subject: element("t:Subject", {}, item.subject),
    Body: element("t:Body", { BodyType: readOther(item, "BodyType", "Text") }, item.body),
    Size: element("t:Size", {}, Buffer.byteLength(item.subject + item.body)),
    HasAttachments: element("t:HasAttachments", {}, false),
  };
  const all = { ...describeOthers(item), ...common, ...properties };
  const written = order.filter((name) => name in all && wants(name)).map((name) => all[name]);
  return element(item.folder === "calendar" ? "t:CalendarItem" : "t:Message", {}, written);
}

function readOther(item: MailboxItem, name: string, fallback: string): string {
  const value = item.other[name];
  return typeof value === "string" ? value : fallback;
}

function describeOthers(item: MailboxItem): Record<string, Xml> {
  const described: Record<string, Xml> = {};
  for (const [name, value] of Object.entries(item.other)) {
    if (name === "Categories" && Array.isArray(value)) {
      const categories = value.map((category) => element("t:String", {}, String(category)));
      described[name] = element("t:Categories", {}, categories);
    } else if (timeZones.has(name)) described[name] = element(`t:${name}`, { Id: String(value) });
    else if (typeof value === "string") described[name] = element(`t:${name}`, {}, value);
  }
  return described;
}

function describeMessage(item: MailboxItem): Record<string, Xml> {
  return {
    ItemClass: element("t:ItemClass", {}, "IPM.Note"),
    DateTimeReceived: element("t:DateTimeReceived", {}, item.start),
    DateTimeSent: element("t:DateTimeSent", {}, item.start),
    IsRead: element("t:IsRead", {}, readOther(item, "IsRead", "false")),
  };
}
