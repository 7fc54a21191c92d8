/**
 * GetUserAvailability: free and busy times of several mailboxes. Of the mailbox that the caller acts in, and of those
 * that it may impersonate; every other one gets the documented error of its own. (In a real tenant the default
 * permission of a calendar may show the times to the whole organisation.)
 */
import { mayReachMailbox } from "../access/authorization.ts";
import { appointmentsIn, mergeView, statusOf } from "../access/freeBusy.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import { toEpoch } from "../server/timeZone.ts";
import { invalidSchema } from "./envelope.ts";
import { describeError, EwsError } from "./fault.ts";
import { findByAddress } from "./impersonation.ts";
import type { OperationCall } from "./operations.ts";
import { readZone, type Zone } from "./zone.ts";
import { child, descend, element, type Element, type Xml } from "./xml.ts";

interface Window {
  readonly start: number;
  readonly end: number;
  readonly minutes: number;
  readonly view: string;
  readonly zone: Zone;
}

export function getUserAvailability(call: OperationCall): Xml {
  const window = readWindow(call.operation);
  const asked = child(call.operation, "MailboxDataArray")?.children ?? [];
  if (asked.length === 0) throw invalidSchema("MailboxDataArray is empty.");
  const responses = asked.map((data) => answerOne(call, descend(data, "Email", "Address")?.text.trim() ?? "", window));
  return element("m:GetUserAvailabilityResponse", {}, element("m:FreeBusyResponseArray", {}, responses));
}

function answerOne(call: OperationCall, address: string, window: Window): Xml {
  try {
    const mailbox = openSchedule(call, address);
    const items = appointmentsIn(call.simulator.tenant, mailbox, window.start, window.end);
    return element(
      "m:FreeBusyResponse",
      {},
      element("m:ResponseMessage", { ResponseClass: "Success" }, element("m:ResponseCode", {}, "NoError")),
      element("m:FreeBusyView", {}, writeView(items, window)),
    );
  } catch (error) {
    if (!(error instanceof EwsError)) throw error;
    const message = element("m:ResponseMessage", { ResponseClass: "Error" }, describeError(error));
    return element("m:FreeBusyResponse", {}, message);
  }
}

function openSchedule({ simulator, caller, mailbox }: OperationCall, address: string): Recipient {
  const wanted = findByAddress(simulator, address);
  if (wanted === undefined) {
    throw new EwsError("ErrorMailRecipientNotFound", `Unable to resolve e-mail address ${address} to a mailbox.`);
  }
  const channel = caller.kind === "user" ? "impersonation" : "EWS.AccessAsApp";
  if (wanted === mailbox || mayReachMailbox(simulator, caller, wanted.guid, channel)) return wanted;
  throw new EwsError("ErrorNoFreeBusyAccess", `The caller doesn't have free busy access to the account ${address}.`);
}

function readWindow(operation: Element): Window {
  const options = child(operation, "FreeBusyViewOptions");
  const zone = readZone(child(operation, "TimeZone"));
  const read = (name: string): number => {
    const epoch = toEpoch(descend(options, "TimeWindow", name)?.text.trim() ?? "", "UTC");
    if (epoch === undefined || Number.isNaN(epoch)) throw invalidSchema(`${name} of TimeWindow is no time.`);
    return zone.toInstant(epoch);
  };
  const minutes = Number(child(options, "MergedFreeBusyIntervalInMinutes")?.text ?? "30");
  if (!(minutes >= 5 && minutes <= 1440)) throw invalidSchema("MergedFreeBusyIntervalInMinutes is from 5 to 1440.");
  const view = child(options, "RequestedView")?.text.trim() ?? "FreeBusy";
  const window = { start: read("StartTime"), end: read("EndTime"), minutes, view, zone };
  if (window.end > window.start) return window;
  throw new EwsError("ErrorInvalidTimeInterval", "The end of the time window is not after its start.");
}

function writeView(items: readonly MailboxItem[], window: Window): (Xml | undefined)[] {
  const { view, start, end, minutes, zone } = window;
  const local = (instant: string): string => new Date(zone.toLocal(Date.parse(instant))).toISOString().slice(0, 19);
  const isDetailed = view.startsWith("Detailed");
  const events = items.map((item) =>
    element(
      "t:CalendarEvent",
      {},
      element("t:StartTime", {}, local(item.start)),
      element("t:EndTime", {}, local(item.end)),
      element("t:BusyType", {}, statusOf(item)),
      isDetailed ? element("t:CalendarEventDetails", {}, writeDetails(item)) : undefined,
    ),
  );
  return [
    element("t:FreeBusyViewType", {}, view),
    view.includes("Merged") ? element("t:MergedFreeBusy", {}, mergeView(items, start, end, minutes)) : undefined,
    view === "MergedOnly" || events.length === 0 ? undefined : element("t:CalendarEventArray", {}, events),
  ];
}

function writeDetails(item: MailboxItem): Xml[] {
  const isPrivate = item.other["Sensitivity"] === "Private";
  const location = item.other["Location"];
  return [
    element("t:ID", {}, item.id),
    element("t:Subject", {}, isPrivate ? "" : item.subject),
    element("t:Location", {}, isPrivate || typeof location !== "string" ? "" : location),
    element("t:IsMeeting", {}, false),
    element("t:IsRecurring", {}, false),
    element("t:IsException", {}, false),
    element("t:IsReminderSet", {}, item.other["ReminderIsSet"] === "true"),
    element("t:IsPrivate", {}, isPrivate),
  ];
}
