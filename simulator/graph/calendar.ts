/**
 * Calendars and messages in Graph, for applications and for users on their own mailbox (facts/calendar-access.md §3).
 */
import { makeChangeKey, readItemMailbox, toInstant } from "../ews/item.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { MailboxItem } from "../tenant/model.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { toEpoch } from "../server/timeZone.ts";
import { GraphError, notModelled } from "./errors.ts";
import { applyEvent, createEvent, describeEvent, describeMessage } from "./event.ts";
import { queryItems } from "./itemQuery.ts";
import { holdsAlso, openMailbox } from "./mailboxAccess.ts";
import { graphRoute, readBody, type GraphRequest } from "./route.ts";

export const calendarRoutes: Route[] = [
  ...graphRoute("GET", "/users/:id/calendar", undefined, readCalendar),
  ...graphRoute("GET", "/users/:id/calendars", undefined, listCalendars),
  ...graphRoute("GET", "/users/:id/calendars/:calendar", undefined, readCalendar),
  ...["/users/:id/events", "/users/:id/calendar/events"].flatMap((path) => [
    ...graphRoute("GET", path, undefined, listEvents),
    ...graphRoute("POST", path, undefined, postEvent),
    ...graphRoute("GET", `${path}/:item`, undefined, readEvent),
    ...graphRoute("PATCH", `${path}/:item`, undefined, updateEvent),
    ...graphRoute("DELETE", `${path}/:item`, undefined, deleteEvent),
  ]),
  ...graphRoute("GET", "/users/:id/calendarView", undefined, viewCalendar),
  ...graphRoute("GET", "/users/:id/calendar/calendarView", undefined, viewCalendar),
  ...graphRoute("GET", "/users/:id/messages", undefined, listMessages),
  ...graphRoute("GET", "/users/:id/mailFolders/inbox/messages", undefined, listMessages),
  ...graphRoute("GET", "/users/:id/messages/:item", undefined, readMessage),
];

type Json = Record<string, unknown>;

function contextOf({ simulator, request }: GraphRequest, rest: string): string {
  const version = request.url.pathname.toLowerCase().startsWith("/beta/") ? "beta" : "v1.0";
  return `${simulator.origin}/${version}/$metadata#users('${request.params["id"] ?? ""}')/${rest}`;
}

function readCalendar(call: GraphRequest): SimulatorResponse {
  const calendar = describeCalendar(openMailbox(call, "Calendars.ReadBasic.All"));
  const wanted = call.request.params["calendar"];
  if (wanted !== undefined && wanted !== calendar["id"]) {
    throw new GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.");
  }
  return { status: 200, body: { "@odata.context": contextOf(call, "calendar/$entity"), ...select(call, calendar) } };
}

/** Every mailbox has one. */
function listCalendars(call: GraphRequest): SimulatorResponse {
  const calendar = describeCalendar(openMailbox(call, "Calendars.ReadBasic.All"));
  return { status: 200, body: { "@odata.context": contextOf(call, "calendars"), value: [select(call, calendar)] } };
}

function describeCalendar(mailbox: Recipient): Json {
  return {
    id: Buffer.from(`calendar|${mailbox.guid}`).toString("base64url"),
    name: "Calendar",
    color: "auto",
    hexColor: "",
    isDefaultCalendar: true,
    changeKey: "AQAAAA==",
    canShare: true,
    canViewPrivateItems: true,
    canEdit: true,
    isTallyingResponses: true,
    isRemovable: false,
    owner: { name: mailbox.displayName, address: mailbox.primarySmtpAddress },
  };
}

function listEvents(call: GraphRequest): SimulatorResponse {
  const mailbox = openMailbox(call, "Calendars.ReadBasic.All");
  return answerEvents(call, mailbox, listItems(call, mailbox, "calendar"), "events");
}

function viewCalendar(call: GraphRequest): SimulatorResponse {
  const mailbox = openMailbox(call, "Calendars.ReadBasic.All");
  const start = readWindow(call, "startDateTime");
  const end = readWindow(call, "endDateTime");
  const inside = listItems(call, mailbox, "calendar").filter(
    (item) => Date.parse(item.start) < end && Date.parse(item.end) > start,
  );
  return answerEvents(call, mailbox, inside, "calendarView");
}

/** Either end of a calendar view; without an offset it is UTC. */
function readWindow({ request }: GraphRequest, name: string): number {
  const options = [...request.url.searchParams].map(([key, text]) => [key.toLowerCase(), text] as const);
  // A plus sign of an offset that the client did not encode has become a space.
  const value = options.find(([key]) => key === name.toLowerCase())?.[1].replace(" ", "+");
  const epoch = value === undefined ? undefined : toEpoch(value, "UTC");
  if (epoch === undefined || Number.isNaN(epoch)) {
    throw new GraphError(
      400,
      "ErrorInvalidParameter",
      "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.",
    );
  }
  return epoch;
}

function answerEvents(call: GraphRequest, mailbox: Recipient, items: MailboxItem[], set: string): SimulatorResponse {
  requireUtc(call);
  const withBody = holdsAlso(call, mailbox, "Calendars.Read");
  return answerList(call, set, items, (item) => describeEvent(item, mailbox, withBody));
}

function readEvent(call: GraphRequest): SimulatorResponse {
  const mailbox = openMailbox(call, "Calendars.ReadBasic.All");
  requireUtc(call);
  const event = describeEvent(findItem(call, mailbox, "calendar"), mailbox, holdsAlso(call, mailbox, "Calendars.Read"));
  return { status: 200, body: { "@odata.context": contextOf(call, "events/$entity"), ...select(call, event) } };
}

function postEvent(call: GraphRequest): SimulatorResponse {
  const { simulator, request } = call;
  const mailbox = openMailbox(call, "Calendars.ReadWrite");
  const item = createEvent(readBody(request), mailbox, simulator.now());
  simulator.tenant.items.push(item);
  record(call, mailbox, item, 201);
  const event = describeEvent(item, mailbox, true);
  return { status: 201, body: { "@odata.context": contextOf(call, "events/$entity"), ...event } };
}

function updateEvent(call: GraphRequest): SimulatorResponse {
  const { simulator, request } = call;
  const mailbox = openMailbox(call, "Calendars.ReadWrite");
  const item = findItem(call, mailbox, "calendar");
  const changed = { ...item, other: { ...item.other } };
  applyEvent(changed, readBody(request));
  changed.changeKey = makeChangeKey();
  changed.other["LastModifiedTime"] = toInstant(simulator.now());
  Object.assign(item, changed);
  record(call, mailbox, item, 200);
  const event = describeEvent(item, mailbox, true);
  return { status: 200, body: { "@odata.context": contextOf(call, "events/$entity"), ...event } };
}

function deleteEvent(call: GraphRequest): SimulatorResponse {
  const { tenant } = call.simulator;
  const mailbox = openMailbox(call, "Calendars.ReadWrite");
  const item = findItem(call, mailbox, "calendar");
  tenant.items = tenant.items.filter((other) => other !== item);
  record(call, mailbox, item, 204);
  return { status: 204 };
}

function listMessages(call: GraphRequest): SimulatorResponse {
  const mailbox = openMailbox(call, "Mail.ReadBasic.All");
  const withBody = holdsAlso(call, mailbox, "Mail.Read");
  const newestFirst = listItems(call, mailbox, "inbox").reverse();
  return answerList(call, "messages", newestFirst, (item) => describeMessage(item, withBody));
}

function readMessage(call: GraphRequest): SimulatorResponse {
  const mailbox = openMailbox(call, "Mail.ReadBasic.All");
  const item = findItem(call, mailbox, "inbox");
  const message = describeMessage(item, holdsAlso(call, mailbox, "Mail.Read"));
  return { status: 200, body: { "@odata.context": contextOf(call, "messages/$entity"), ...select(call, message) } };
}

/** A folder's items by start, which for a message is when it came. */
function listItems({ simulator }: GraphRequest, mailbox: Recipient, folder: MailboxItem["folder"]): MailboxItem[] {
  const items = simulator.tenant.items.filter((item) => item.mailbox === mailbox.guid && item.folder === folder);
  return items.sort((one, other) => one.start.localeCompare(other.start));
}

function findItem({ simulator, request }: GraphRequest, mailbox: Recipient, folder: string): MailboxItem {
  const id = request.params["item"] ?? "";
  if (readItemMailbox(id) === undefined) throw new GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.");
  const item = simulator.tenant.items.find((candidate) => candidate.id === id);
  if (item?.mailbox === mailbox.guid && item.folder === folder) return item;
  throw new GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.");
}

const viewOptions = new Set([
  "startdatetime",
  "enddatetime",
  "$top",
  "$skip",
  "$select",
  "$orderby",
  "$filter",
  "$count",
]);

function answerList(
  call: GraphRequest,
  set: string,
  items: readonly MailboxItem[],
  describe: (item: MailboxItem) => Json,
): SimulatorResponse {
  const { request, simulator } = call;
  const { searchParams } = request.url;
  for (const name of searchParams.keys()) {
    if (!viewOptions.has(name.toLowerCase())) throw notModelled(`The query option '${name}'`);
  }
  const sorted = queryItems(call, items.map(describe));
  const top = readNumber(searchParams.get("$top"), 10, 1);
  const skip = readNumber(searchParams.get("$skip"), 0, 0);
  const next = new URL(`${simulator.origin}${request.url.pathname}${request.url.search}`);
  next.searchParams.set("$skip", String(skip + top));
  return {
    status: 200,
    body: {
      "@odata.context": contextOf(call, set),
      ...(searchParams.get("$count") === "true" ? { "@odata.count": sorted.length } : {}),
      value: sorted.slice(skip, skip + top).map((row) => select(call, row)),
      ...(skip + top < sorted.length ? { "@odata.nextLink": next.href } : {}),
    },
  };
}

function readNumber(text: string | null, fallback: number, least: number): number {
  if (text === null) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= 1000) return value;
  throw new GraphError(400, "ErrorInvalidUrlQuery", `The query parameter value '${text}' is invalid.`);
}

function select({ request }: GraphRequest, row: Json): Json {
  const names = request.url.searchParams.get("$select")?.split(",");
  if (names === undefined) return row;
  const wanted = new Set(["@odata.etag", "id", ...names.map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name)));
}

/** `Prefer: outlook.timezone` would turn the answer's times into another zone. */
function requireUtc({ request }: GraphRequest): void {
  const zone = /outlook\.timezone\s*=\s*"?([^",;]+)"?/i.exec(request.headers["prefer"] ?? "")?.[1];
  if (zone !== undefined && zone.trim() !== "UTC") throw notModelled(`Prefer: outlook.timezone="${zone}"`);
}

function record({ simulator, caller, request }: GraphRequest, mailbox: Recipient, item: MailboxItem, status: number) {
  const target = `${mailbox.primarySmtpAddress ?? ""}/calendar/${item.subject}`;
  simulator.record({ actor: caller.name, operation: `${request.method} /users/events`, target, status });
}
