/**
 * The whole first-class set of an appointment: clients that read one whole (`AllProperties`) stop at the first property
 * that is missing. Names and order are those of EWS's schema (CalendarItemType).
 */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import { element, type Xml } from "./xml.ts";

/** The order of the schema, which strict clients read in; a message's own properties come last. */
export const order: readonly string[] = [
  ...["ItemId", "ParentFolderId", "ItemClass", "Subject", "Sensitivity", "Body", "DateTimeReceived", "Size"],
  ...["Categories", "Importance", "IsSubmitted", "IsDraft", "IsFromMe", "IsResend", "IsUnmodified", "DateTimeSent"],
  ...["DateTimeCreated", "ReminderDueBy", "ReminderIsSet", "ReminderMinutesBeforeStart", "DisplayCc", "DisplayTo"],
  ...["HasAttachments", "Culture", "EffectiveRights", "LastModifiedName", "LastModifiedTime", "IsAssociated"],
  ...["WebClientReadFormQueryString", "ConversationId", "UID", "DateTimeStamp", "Start", "End", "IsAllDayEvent"],
  ...["LegacyFreeBusyStatus", "Location", "IsMeeting", "IsCancelled", "IsRecurring", "MeetingRequestWasSent"],
  ...["IsResponseRequested", "CalendarItemType", "MyResponseType", "Organizer", "ConflictingMeetingCount"],
  ...["AdjacentMeetingCount", "Duration", "TimeZone", "AppointmentSequenceNumber", "AppointmentState"],
  ...["StartTimeZone", "EndTimeZone", "ConferenceType", "AllowNewTimeProposal", "IsOnlineMeeting"],
  ...["IsReadReceiptRequested", "IsDeliveryReceiptRequested", "IsRead"],
];

/** What neither FindItem nor GetItem's base shape `Default` shows of an item. */
export const detailsOnly: ReadonlySet<string> = new Set([
  ...["Body", "Culture", "UID", "StartTimeZone", "EndTimeZone", "EffectiveRights", "ConversationId", "DisplayCc"],
  ...["IsSubmitted", "IsDraft", "IsFromMe", "IsResend", "IsUnmodified", "DateTimeStamp", "ConflictingMeetingCount"],
  ...["AdjacentMeetingCount", "WebClientReadFormQueryString", "ConferenceType", "AllowNewTimeProposal", "IsAssociated"],
]);

/** Texts of an appointment without attendees, in a calendar of its own; what was set on the item outranks them. */
function plainProperties(item: MailboxItem, mailbox: Recipient): Record<string, string | number | boolean> {
  const created = typeof item.other["DateTimeCreated"] === "string" ? item.other["DateTimeCreated"] : item.start;
  return {
    ItemClass: "IPM.Appointment",
    Sensitivity: "Normal",
    DateTimeReceived: created,
    Importance: "Normal",
    IsSubmitted: false,
    IsDraft: false,
    IsFromMe: false,
    IsResend: false,
    IsUnmodified: false,
    DateTimeSent: created,
    DateTimeCreated: created,
    ReminderDueBy: item.start,
    ReminderIsSet: false,
    ReminderMinutesBeforeStart: 15,
    DisplayCc: "",
    DisplayTo: "",
    Culture: "nl-NL",
    LastModifiedName: mailbox.displayName,
    LastModifiedTime: created,
    IsAssociated: false,
    WebClientReadFormQueryString: `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(item.id)}`,
    DateTimeStamp: created,
    Start: item.start,
    End: item.end,
    IsAllDayEvent: item.isAllDay,
    LegacyFreeBusyStatus: "Busy",
    Location: "",
    IsMeeting: false,
    IsCancelled: false,
    IsRecurring: false,
    MeetingRequestWasSent: false,
    IsResponseRequested: true,
    CalendarItemType: "Single",
    MyResponseType: "Organizer",
    ConflictingMeetingCount: 0,
    AdjacentMeetingCount: 0,
    Duration: writeDuration(Date.parse(item.end) - Date.parse(item.start)),
    TimeZone: "(UTC) Coordinated Universal Time",
    AppointmentSequenceNumber: 0,
    AppointmentState: 0,
    ConferenceType: 0,
    AllowNewTimeProposal: true,
    IsOnlineMeeting: false,
  };
}

/** `P1DT2H30M`; nothing at all is `PT0S`. */
function writeDuration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const time = `${hours > 0 ? `${hours}H` : ""}${rest > 0 ? `${rest}M` : ""}`;
  if (days === 0 && time === "") return "PT0S";
  return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}

const own = new Set(["Start", "End", "IsAllDayEvent", "ItemClass"]);

/** Everything but the item's ids, subject and body. */
export function describeAppointment(item: MailboxItem, mailbox: Recipient): Record<string, Xml> {
  const texts = Object.entries(plainProperties(item, mailbox)).filter(
    ([name]) => own.has(name) || item.other[name] === undefined,
  );
  const mailboxOf = [
    element("t:Name", {}, mailbox.displayName),
    element("t:EmailAddress", {}, mailbox.primarySmtpAddress),
    element("t:RoutingType", {}, "SMTP"),
  ];
  const rights = { CreateAssociated: false, CreateContents: false, CreateHierarchy: false };
  const granted = { ...rights, Delete: true, Modify: true, Read: true, ViewPrivateItems: true };
  const written = Object.entries(granted).map(([name, value]) => element(`t:${name}`, {}, value));
  return {
    ...Object.fromEntries(texts.map(([name, value]) => [name, element(`t:${name}`, {}, value)])),
    EffectiveRights: element("t:EffectiveRights", {}, written),
    ConversationId: element("t:ConversationId", { Id: Buffer.from(`conversation|${item.id}`).toString("base64url") }),
    Organizer: element("t:Organizer", {}, element("t:Mailbox", {}, mailboxOf)),
  };
}

/** The text of a property for a restriction; `undefined` where the item has no such value. */
export function readProperty(item: MailboxItem, mailbox: Recipient, name: string): string | undefined {
  if (name === "Subject") return item.subject;
  if (name === "Body") return item.body;
  const set = item.other[name];
  if (typeof set === "string" && !own.has(name)) return set;
  const plain = plainProperties(item, mailbox)[name];
  return plain === undefined ? undefined : String(plain);
}
