// What a planning client asks first of Graph: calendars, schedules, filtered events, within the same rules of access.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startTenant } from "../tenant.ts";
import type { Answer, TestTenant } from "../tenant.ts";
import { ad, eva, dirk } from "../../support/people.ts";

let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  tenant = await startTenant({ settings: { authorizationCache: 0 } });
});
afterAll(() => tenant.close());

/** The reader's app, with Exchange's role for calendars inside a group of Ad and Eva. */
beforeEach(async () => {
  tenant.reset();
  const { tenant: state } = tenant.simulator;
  const reader = tenant.applications["reader"];
  const app = state.servicePrincipals.find(({ appId }) => appId === reader?.clientId);
  const role = state.roles.find(({ name }) => name === "Application Calendars.ReadWrite");
  const group = state.recipients.find(({ displayName }) => displayName === "Regio Noord");
  if (app === undefined || role === undefined || group?.group === null || group === undefined) throw new Error("seed");
  group.group.members = state.recipients
    .filter(({ primarySmtpAddress }) => primarySmtpAddress === ad || primarySmtpAddress === eva)
    .map(({ guid }) => guid);
  const object = { visibleAt: 0, whenCreated: "2026-11-01T00:00:00Z" };
  const pointer = { ...object, guid: "0a000000-0000-4000-8000-000000000001", name: app.id, cn: app.id };
  state.exchangeServicePrincipals.push({ ...pointer, appId: app.appId, objectId: app.id, displayName: "reader" });
  state.assignments.push({
    ...object,
    guid: "0a000000-0000-4000-8000-000000000002",
    name: "reader",
    cn: "reader",
    role: role.guid,
    assignee: pointer.guid,
    assigneeType: "ServicePrincipal",
    delegation: "Regular",
    enabled: true,
    recipientWriteScope: "Group",
    scope: group.guid,
  });
  token = await tenant.signIn("reader");
  for (const [subject, day, hour] of [
    ["Bezoek Jansen", "07", "09"],
    ["Kantoor", "08", "11"],
    ["Bezoek Pietersen", "09", "10"],
  ] as const) {
    const at = (minute: string): object => ({ dateTime: `2026-12-${day}T${hour}:${minute}:00`, timeZone: "UTC" });
    expect((await send("POST", `/users/${ad}/events`, { subject, start: at("00"), end: at("30") })).status).toBe(201);
  }
});

function send(method: string, path: string, body?: object): Promise<Answer> {
  return tenant.send(method, `/v1.0${path}`, body, { authorization: `Bearer ${token}` });
}

async function subjectsOf(query: string): Promise<unknown[]> {
  const { json, text } = await send("GET", `/users/${ad}/events?${query}`);
  if (json["value"] === undefined) throw new Error(text);
  return (json["value"] as { subject: unknown }[]).map(({ subject }) => subject);
}

describe("events", () => {
  test.each([
    ["start/dateTime ge '2026-12-08T00:00:00'", ["Kantoor", "Bezoek Pietersen"]],
    ["start/dateTime ge '2026-12-08T00:00:00' and end/dateTime lt '2026-12-09T00:00:00'", ["Kantoor"]],
    ["start/dateTime eq '2026-12-08T11:00:00'", ["Kantoor"]],
    ["contains(subject,'jansen')", ["Bezoek Jansen"]],
    ["startswith(subject,'Bezoek') and not contains(subject,'Jansen')", ["Bezoek Pietersen"]],
    ["subject ne 'Kantoor' and isAllDay eq false", ["Bezoek Jansen", "Bezoek Pietersen"]],
    ["lastModifiedDateTime gt 2020-01-01T00:00:00Z and createdDateTime lt 2020-01-01T00:00:00+01:00", []],
  ])("pass $filter=%s", async (filter, subjects) => {
    expect(await subjectsOf(`$filter=${encodeURIComponent(filter)}`)).toEqual(subjects);
  });

  test("come in the order asked for, with their count", async () => {
    expect(await subjectsOf("$orderby=start/dateTime desc")).toEqual(["Bezoek Pietersen", "Kantoor", "Bezoek Jansen"]);
    expect(await subjectsOf("$orderby=isAllDay,subject")).toEqual(["Bezoek Jansen", "Bezoek Pietersen", "Kantoor"]);
    const { json } = await send("GET", `/users/${ad}/events?$count=true&$top=1&$filter=startswith(subject,'Bezoek')`);
    expect([json["@odata.count"], (json["value"] as unknown[]).length]).toEqual([2, 1]);
  });
});

describe("calendars", () => {
  test("are one for each mailbox, by its id too, and refused where the mailbox is", async () => {
    const { json } = await send("GET", `/users/${ad}/calendars`);
    const [calendar] = json["value"] as Record<string, unknown>[];
    expect(calendar).toMatchObject({ name: "Calendar", isDefaultCalendar: true, owner: { address: ad } });
    const path = `/users/${ad}/calendars/${String(calendar?.["id"])}`;
    expect((await send("GET", path)).json["id"]).toBe(calendar?.["id"]);
    expect((await send("GET", `/users/${ad}/calendars/none`)).status).toBe(404);
    expect((await send("GET", `/users/${dirk}/calendars`)).status).toBe(403);
  });
});

describe("getSchedule", () => {
  const ask = (own: string, schedules: readonly string[]): Promise<Answer> =>
    send("POST", `/users/${own}/calendar/getSchedule`, {
      schedules,
      startTime: { dateTime: "2026-12-07T08:00:00", timeZone: "UTC" },
      endTime: { dateTime: "2026-12-07T11:00:00", timeZone: "UTC" },
      availabilityViewInterval: 30,
    });

  test("answers each mailbox by itself: reached, not reached, unknown", async () => {
    const { status, json } = await ask(ad, [ad, eva, dirk, "niemand@buitendienst.example"]);
    expect(status).toBe(200);
    expect(json["value"]).toMatchObject([
      { scheduleId: ad, availabilityView: "002000", scheduleItems: [{ status: "busy", subject: "Bezoek Jansen" }] },
      { scheduleId: eva, availabilityView: "000000", scheduleItems: [] },
      { scheduleId: dirk, availabilityView: "", error: { responseCode: "ErrorNoFreeBusyAccess" } },
      { error: { responseCode: "ErrorMailRecipientNotFound" } },
    ]);
  });

  test("is refused on a mailbox that the app does not reach, and without a window", async () => {
    expect((await ask(dirk, [ad])).status).toBe(403);
    expect((await send("POST", `/users/${ad}/calendar/getSchedule`, { schedules: [ad] })).status).toBe(400);
  });
});
