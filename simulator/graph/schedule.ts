/** `getSchedule`: free and busy times of several mailboxes, each within the caller's right on it or with its own error. */
import { mayReachMailbox } from "../access/authorization.ts";
import { findByAddress } from "../ews/impersonation.ts";
import { appointmentsIn, mergeView, statusOf } from "../access/freeBusy.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { toEpoch } from "../server/timeZone.ts";
import { GraphError } from "./errors.ts";
import { showAsOf } from "./event.ts";
import { openMailbox } from "./mailboxAccess.ts";
import { baseOf } from "./query.ts";
import { graphRoute, readBody, type GraphRequest } from "./route.ts";

export const scheduleRoutes: Route[] = graphRoute("POST", "/users/:id/calendar/getSchedule", undefined, getSchedule);

type Json = Record<string, unknown>;

function getSchedule(call: GraphRequest): SimulatorResponse {
  const own = openMailbox(call, "Calendars.ReadBasic.All");
  const body = readBody(call.request);
  const schedules: unknown[] = Array.isArray(body["schedules"]) ? body["schedules"] : [];
  const minutes = body["availabilityViewInterval"] ?? 30;
  if (schedules.length === 0 || typeof minutes !== "number" || minutes < 5 || minutes > 1440) throw invalid();
  const window = { start: readTime(body["startTime"]), end: readTime(body["endTime"]), minutes };
  if (window.end <= window.start) throw invalid();
  const context = `${baseOf(call.request, call.simulator)}/$metadata#Collection(microsoft.graph.scheduleInformation)`;
  const value = schedules.map((address) => describe(call, own, String(address), window));
  return { status: 200, body: { "@odata.context": context, value } };
}

function describe(
  { simulator, caller }: GraphRequest,
  own: Recipient,
  scheduleId: string,
  { start, end, minutes }: { readonly start: number; readonly end: number; readonly minutes: number },
): Json {
  const refuse = (responseCode: string, message: string): Json => ({
    scheduleId,
    availabilityView: "",
    scheduleItems: [],
    error: { message, responseCode },
  });
  const mailbox = findByAddress(simulator, scheduleId);
  if (mailbox === undefined)
    return refuse("ErrorMailRecipientNotFound", `Unable to resolve e-mail address ${scheduleId}.`);
  if (mailbox !== own && !mayReachMailbox(simulator, caller, mailbox.guid, "Calendars.ReadBasic.All")) {
    return refuse("ErrorNoFreeBusyAccess", `The caller does not have free busy access to the account ${scheduleId}.`);
  }
  const items = appointmentsIn(simulator.tenant, mailbox, start, end);
  const availabilityView = mergeView(items, start, end, minutes);
  return { scheduleId, availabilityView, scheduleItems: items.map(describeItem) };
}

function describeItem(item: MailboxItem): Json {
  const isPrivate = item.other["Sensitivity"] === "Private";
  const at = (instant: string): Json => ({ dateTime: `${instant.slice(0, 19)}.0000000`, timeZone: "UTC" });
  return {
    isPrivate,
    status: showAsOf(statusOf(item)),
    ...(isPrivate ? {} : { subject: item.subject, location: item.other["Location"] ?? "" }),
    start: at(item.start),
    end: at(item.end),
  };
}

function readTime(value: unknown): number {
  const { dateTime, timeZone } = (typeof value === "object" && value !== null ? value : {}) as Json;
  const epoch = toEpoch(String(dateTime), typeof timeZone === "string" ? timeZone : "UTC");
  if (epoch === undefined || Number.isNaN(epoch)) throw invalid();
  return epoch;
}

function invalid(): GraphError {
  return new GraphError(400, "ErrorInvalidParameter", "The schedules, the time window or the interval is invalid.");
}
