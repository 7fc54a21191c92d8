/** Events and messages in Graph's words; the store keeps EWS's, so that both channels see the same item. */
import { randomUUID } from "node:crypto";
import { makeChangeKey, makeItemId, toInstant } from "../ews/item.ts";
import { statusOf } from "../access/freeBusy.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import { toEpoch } from "../server/timeZone.ts";
import { GraphError, notModelled } from "./errors.ts";

type Json = Record<string, unknown>;

/** Graph's showAs, EWS's LegacyFreeBusyStatus. */
const busyStatus: readonly (readonly [string, string])[] = [
  ["free", "Free"],
  ["tentative", "Tentative"],
  ["busy", "Busy"],
  ["oof", "OOF"],
  ["workingElsewhere", "WorkingElsewhere"],
  ["unknown", "NoData"],
];

/** Graph's word for EWS's status. */
export function showAsOf(status: string): string {
  return busyStatus.find(([, ews]) => ews === status)?.[0] ?? "busy";
}

/** Properties that Graph takes and that change nothing here. */
const ignored = new Set([
  "@odata.type",
  "transactionId",
  "allowNewTimeProposals",
  "responseRequested",
  "hideAttendees",
]);

/** A new event from the body of a POST; `now` is virtual time in ms. */
export function createEvent(body: Json, mailbox: Recipient, now: number): MailboxItem {
  const created = toInstant(now);
  for (const name of ["start", "end"]) {
    if (body[name] === undefined) throw invalid(`The property '${name}' is required.`);
  }
  const item: MailboxItem = {
    id: makeItemId(mailbox.guid),
    changeKey: makeChangeKey(),
    mailbox: mailbox.guid,
    folder: "calendar",
    subject: "",
    body: "",
    start: created,
    end: created,
    isAllDay: false,
    other: {
      BodyType: "Text",
      DateTimeCreated: created,
      LastModifiedTime: created,
      ReminderIsSet: "true",
      ReminderMinutesBeforeStart: "15",
      UID: Buffer.from(randomUUID()).toString("hex").toUpperCase(),
    },
  };
  applyEvent(item, body);
  return item;
}

/** Sets on the item what the body says; throws for what is not modelled, or an event that ends before it starts. */
export function applyEvent(item: MailboxItem, body: Json): void {
  for (const [name, value] of Object.entries(body)) setProperty(item, name, value);
  if (Date.parse(item.end) < Date.parse(item.start)) {
    throw new GraphError(400, "ErrorPropertyValidationFailure", "At least one property failed validation.");
  }
}

function setProperty(item: MailboxItem, name: string, value: unknown): void {
  switch (name) {
    case "subject":
      item.subject = readText(value, name);
      return;
    case "body": {
      const { content, contentType } = readObject(value, name);
      item.body = readText(content ?? "", "body/content");
      item.other["BodyType"] = readText(contentType ?? "text", "body/contentType") === "html" ? "HTML" : "Text";
      return;
    }
    case "start":
    case "end":
      item[name] = readDateTimeZone(value, name);
      return;
    case "isAllDay":
      item.isAllDay = readBoolean(value, name);
      return;
    case "location":
      item.other["Location"] = readText(readObject(value, name)["displayName"] ?? "", "location/displayName");
      return;
    case "categories":
      if (!Array.isArray(value)) throw invalid("categories is a list.");
      item.other["Categories"] = value.map((category) => readText(category, name));
      return;
    case "showAs":
      item.other["LegacyFreeBusyStatus"] = busyStatus.find(([graph]) => graph === value)?.[1] ?? "Busy";
      return;
    case "importance":
    case "sensitivity":
      item.other[capitalize(name)] = capitalize(readText(value, name));
      return;
    case "isReminderOn":
      item.other["ReminderIsSet"] = String(readBoolean(value, name));
      return;
    case "reminderMinutesBeforeStart":
      item.other["ReminderMinutesBeforeStart"] = String(value);
      return;
    case "attendees":
      if (Array.isArray(value) && value.length === 0) return;
      throw notModelled("An event with attendees, who would be invited,");
  }
  if (!ignored.has(name) && value !== null) throw notModelled(`The event property '${name}'`);
}

function readDateTimeZone(value: unknown, name: string): string {
  const { dateTime, timeZone } = readObject(value, name);
  const epoch = toEpoch(readText(dateTime, `${name}/dateTime`), readText(timeZone ?? "UTC", `${name}/timeZone`));
  if (epoch === undefined) {
    throw new GraphError(400, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified.");
  }
  if (Number.isNaN(epoch)) throw invalid(`The property '${name}' has no valid date and time.`);
  return toInstant(epoch);
}

function readObject(value: unknown, name: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw invalid(`The property '${name}' is no object.`);
}

function readText(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw invalid(`The property '${name}' is no string.`);
}

function readBoolean(value: unknown, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(`The property '${name}' is no boolean.`);
}

function invalid(message: string): GraphError {
  return new GraphError(400, "RequestBodyRead", message);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function uncapitalize(value: unknown, fallback: string): string {
  return typeof value === "string" && value !== "" ? value.charAt(0).toLowerCase() + value.slice(1) : fallback;
}

function common(item: MailboxItem): Json {
  return {
    "@odata.etag": `W/"${item.changeKey}"`,
    id: item.id,
    createdDateTime: item.other["DateTimeCreated"] ?? item.start,
    lastModifiedDateTime: item.other["LastModifiedTime"] ?? item.start,
    changeKey: item.changeKey,
    categories: item.other["Categories"] ?? [],
    subject: item.subject,
    hasAttachments: false,
    importance: uncapitalize(item.other["Importance"], "normal"),
  };
}

/** Body and its preview, which the `ReadBasic` permissions do not show. */
function describeBody(item: MailboxItem): Json {
  const isHtml = item.other["BodyType"] === "HTML";
  const plain = isHtml ? item.body.replace(/<[^>]*>/g, "") : item.body;
  return {
    bodyPreview: plain.slice(0, 255),
    body: { contentType: isHtml ? "html" : "text", content: item.body },
  };
}

/** An event as Graph shows it; `withBody` needs more than `Calendars.ReadBasic`. Times are in UTC. */
export function describeEvent(item: MailboxItem, mailbox: Recipient, withBody: boolean): Json {
  const location = item.other["Location"] ?? "";
  return {
    ...common(item),
    transactionId: null,
    iCalUId: item.other["UID"] ?? item.id,
    reminderMinutesBeforeStart: Number(item.other["ReminderMinutesBeforeStart"] ?? 15),
    isReminderOn: item.other["ReminderIsSet"] === "true",
    sensitivity: uncapitalize(item.other["Sensitivity"], "normal"),
    isAllDay: item.isAllDay,
    isCancelled: false,
    isOrganizer: true,
    responseRequested: true,
    seriesMasterId: null,
    showAs: showAsOf(statusOf(item)),
    type: "singleInstance",
    ...(withBody ? describeBody(item) : {}),
    start: { dateTime: `${item.start.slice(0, 19)}.0000000`, timeZone: "UTC" },
    end: { dateTime: `${item.end.slice(0, 19)}.0000000`, timeZone: "UTC" },
    location: { displayName: location, locationType: "default" },
    recurrence: null,
    attendees: [],
    organizer: { emailAddress: { name: mailbox.displayName, address: mailbox.primarySmtpAddress } },
  };
}

/** A message as Graph shows it; `withBody` needs more than `Mail.ReadBasic`. */
export function describeMessage(item: MailboxItem, withBody: boolean): Json {
  return {
    ...common(item),
    receivedDateTime: item.start,
    sentDateTime: item.start,
    isRead: item.other["IsRead"] === "true",
    isDraft: false,
    ...(withBody ? describeBody(item) : {}),
  };
}
