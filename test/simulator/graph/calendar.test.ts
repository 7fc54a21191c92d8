// Calendars in Graph: what an application reaches by consents, policies and RBAC together.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import {
  addGroup,
  addServiceUser,
  assignRole,
  basic,
  callEws,
  consent,
  fetchAppToken,
  fetchToken,
  findRecipient,
  onlyItem,
  pointTo,
  smtp,
  startTenant,
  viewCalendar,
} from "../ews/client.ts";
import { ad, carla } from "../../support/people.ts";

let running: RunningSimulator;

beforeAll(async () => {
  running = await startTenant();
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
});

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly body: Record<string, unknown>;
}

async function send(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${running.origin}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = (text === "" ? {} : JSON.parse(text)) as Answer["body"];
  const error = parsed["error"] as { code?: string; message?: string } | undefined;
  return { status: response.status, code: error?.code, message: error?.message, body: parsed };
}

/** The weak identity of the seed has no right on any mailbox; a fresh token sees what was granted since. */
const weak = () => running.applications["weak"] ?? running.credentials;
const asApp = async (method: string, path: string, body?: unknown): Promise<Answer> =>
  send(await fetchAppToken(running, weak()), method, path, body);
const scope = (role: string, mailboxes?: readonly string[]) =>
  assignRole(
    running,
    role,
    { guid: pointTo(running, weak().clientId).pointer.guid, type: "ServicePrincipal" },
    mailboxes,
  );
const grantConsent = (permission: string): void => {
  consent(running, pointTo(running, weak().clientId).servicePrincipal.id, permission);
};

const monday = {
  subject: "Afspraak",
  body: { contentType: "html", content: "<p>bij Jansen</p>" },
  start: { dateTime: "2026-12-07T10:00:00", timeZone: "Europe/Amsterdam" },
  end: { dateTime: "2026-12-07T11:00:00", timeZone: "W. Europe Standard Time" },
  location: { displayName: "Utrecht" },
};
const view = "calendarView?startDateTime=2026-12-07T00:00:00&endDateTime=2026-12-08T00:00:00Z";

describe("a scoped Application Calendars.ReadWrite", () => {
  beforeEach(() => {
    scope("Application Calendars.ReadWrite", [ad]);
  });

  test("is kept out by the organisation's lists of user agents, and by no other setting of EWS", async () => {
    const { organization } = running.simulator.tenant;
    organization.ewsEnabled = false;
    expect(await asApp("GET", `/users/${ad}/${view}`)).toMatchObject({ status: 200 });
    organization.ewsApplicationAccessPolicy = "EnforceAllowList";
    expect(await asApp("GET", `/users/${ad}/${view}`)).toMatchObject({
      status: 403,
      code: "ErrorAccessDenied",
      message: "Access to OData is disabled.",
    });
  });

  test("places an appointment inside its scope, which EWS sees too, and takes it out", async () => {
    const created = await asApp("POST", `/users/${ad}/events`, monday);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      subject: "Afspraak",
      bodyPreview: "bij Jansen",
      start: { dateTime: "2026-12-07T09:00:00.0000000", timeZone: "UTC" },
      location: { displayName: "Utrecht" },
      organizer: { emailAddress: { address: ad } },
    });
    const id = String(created.body["id"]);
    const found = await asApp("GET", `/users/${ad}/${view}`);
    expect(found.body["value"]).toMatchObject([{ id, subject: "Afspraak" }]);

    const service = addServiceUser(running);
    assignRole(running, "ApplicationImpersonation", { guid: service.guid, type: "User" });
    const overEws = await callEws(
      running,
      basic(service),
      smtp(ad),
      viewCalendar("2026-12-07T00:00:00Z", "2026-12-08T00:00:00Z"),
    );
    expect(overEws.text).toContain("<t:Start>2026-12-07T09:00:00Z</t:Start>");
    expect(overEws.text).toContain("<t:Location>Utrecht</t:Location>");

    expect(await asApp("PATCH", `/users/${ad}/events/${id}`, { subject: "Verzet" })).toMatchObject({
      status: 200,
      body: { subject: "Verzet" },
    });
    expect(await asApp("DELETE", `/users/${ad}/events/${id}`)).toMatchObject({ status: 204 });
    expect(await asApp("GET", `/users/${ad}/events/${id}`)).toMatchObject({
      status: 404,
      code: "ErrorItemNotFound",
    });
    expect(running.journal.entries.map(({ operation, target }) => `${operation} ${target}`)).toEqual([
      `POST /users/events ${ad}/calendar/Afspraak`,
      `PATCH /users/events ${ad}/calendar/Verzet`,
      `DELETE /users/events ${ad}/calendar/Verzet`,
    ]);
  });

  test("is refused outside its scope, and in the inbox", async () => {
    const refusal = {
      status: 403,
      code: "ErrorAccessDenied",
      message: "Access is denied. Check credentials and try again.",
    };
    expect(await asApp("GET", `/users/${carla}/calendar`)).toMatchObject(refusal);
    expect(await asApp("POST", `/users/${carla}/events`, monday)).toMatchObject(refusal);
    expect(await asApp("GET", `/users/${carla}/${view}`)).toMatchObject(refusal);
    expect(await asApp("GET", `/users/${ad}/messages`)).toMatchObject(refusal);
    expect(running.simulator.tenant.items).toEqual([]);
  });

  test("restricts nothing beside a consent for the whole tenant", async () => {
    expect(await asApp("GET", `/users/${carla}/calendar`)).toMatchObject({ status: 403 });
    grantConsent("Calendars.Read");
    expect(await asApp("GET", `/users/${carla}/calendar`)).toMatchObject({ status: 200 });
    expect(await asApp("POST", `/users/${carla}/events`, monday)).toMatchObject({ status: 403 });
    expect(await asApp("POST", `/users/${ad}/events`, monday)).toMatchObject({ status: 201 });
  });

  test("counts by object id as well as by UPN", async () => {
    const { externalDirectoryObjectId } = findRecipient(running, ad);
    expect(await asApp("GET", `/users/${externalDirectoryObjectId ?? ""}/calendar`)).toMatchObject({
      status: 200,
      body: { name: "Calendar", owner: { address: ad } },
    });
  });

  test.each([
    ["attendees, who would be invited", { attendees: [{ emailAddress: { address: carla } }] }, 501, "NotModelled"],
    [
      "a zone that nobody knows",
      { start: { dateTime: "2026-12-07T10:00:00", timeZone: "Nowhere" } },
      400,
      "TimeZoneNotSupportedException",
    ],
    [
      "an end before its start",
      { end: { dateTime: "2026-12-07T01:00:00", timeZone: "UTC" } },
      400,
      "ErrorPropertyValidationFailure",
    ],
    ["no start", { start: undefined }, 400, "RequestBodyRead"],
  ])("makes no event with %s", async (_what, change, status, code) => {
    const answer = await asApp("POST", `/users/${ad}/events`, { ...monday, ...change });
    expect(answer).toMatchObject({ status, code });
    expect(running.simulator.tenant.items).toEqual([]);
  });

  test("pages through a view, and wants both of its ends", async () => {
    for (const subject of ["a", "b", "c"]) await asApp("POST", `/users/${ad}/events`, { ...monday, subject });
    const first = await asApp("GET", `/users/${ad}/${view}&$top=2&$select=subject`);
    expect(first.body["value"]).toHaveLength(2);
    const next = new URL(String(first.body["@odata.nextLink"]));
    const second = await asApp("GET", `${next.pathname.replace("/v1.0", "")}${next.search}`);
    expect(second.body["value"]).toMatchObject([{ subject: "c" }]);
    expect(second.body["@odata.nextLink"]).toBeUndefined();
    expect(await asApp("GET", `/users/${ad}/calendarView?startDateTime=2026-12-07T00:00:00Z`)).toMatchObject({
      status: 400,
      code: "ErrorInvalidParameter",
    });
  });
});

describe("who has no mailbox here", () => {
  beforeEach(() => {
    scope("Application Calendars.Read");
  });

  test("is named by the code that Graph uses", async () => {
    expect(await asApp("GET", "/users/nobody@buitendienst.example/calendar")).toMatchObject({
      status: 404,
      code: "ErrorInvalidUser",
      message: "The requested user 'nobody@buitendienst.example' is invalid.",
    });
    const service = addServiceUser(running);
    expect(await asApp("GET", `/users/${service.upn}/calendar`)).toMatchObject({
      status: 404,
      code: "MailboxNotEnabledForRESTAPI",
    });
  });

  test("reads, but does not write, with the read role", async () => {
    expect(await asApp("GET", `/users/${carla}/${view}`)).toMatchObject({ status: 200, body: { value: [] } });
    expect(await asApp("POST", `/users/${carla}/events`, monday)).toMatchObject({ status: 403 });
  });
});

describe("application access policies", () => {
  test("limit a consent, not RBAC, and say so", async () => {
    grantConsent("Calendars.ReadWrite");
    const { tenant } = running.simulator;
    tenant.applicationAccessPolicies.push({
      identity: "policy",
      appId: weak().clientId,
      group: addGroup(running, [ad]),
      accessRight: "RestrictAccess",
      description: "",
    });
    expect(await asApp("GET", `/users/${ad}/calendar`)).toMatchObject({ status: 200 });
    const refused = await asApp("GET", `/users/${carla}/calendar`);
    expect(refused).toMatchObject({ status: 403, code: "ErrorAccessDenied" });
    expect(refused.message).toContain("[RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.");
    scope("Application Calendars.Read", [carla]);
    expect(await asApp("GET", `/users/${carla}/calendar`)).toMatchObject({ status: 200 });
  });
});

describe("tokens", () => {
  test("without any permission, of an app without any role, are refused with 401", async () => {
    running.simulator.tenant.appRoleAssignments = [];
    expect(await asApp("GET", `/users/${ad}/calendar`)).toMatchObject({
      status: 401,
      code: "NoPermissionsInAccessToken",
    });
    scope("Application Calendars.Read", [ad]);
    expect(await asApp("GET", `/users/${ad}/calendar`)).toMatchObject({ status: 200 });
    expect(await asApp("GET", `/users/${ad}/mailFolders/inbox/messages`)).toMatchObject({
      status: 403,
      code: "ErrorAccessDenied",
    });
    expect(await send("a.b.c", "GET", `/users/${ad}/calendar`)).toMatchObject({
      status: 401,
      code: "InvalidAuthenticationToken",
    });
  });

  test("keep a consent that was revoked until they end", async () => {
    grantConsent("Calendars.Read");
    const old = await fetchAppToken(running, weak());
    const { tenant } = running.simulator;
    tenant.appRoleAssignments.pop();
    expect(await send(old, "GET", `/users/${carla}/calendar`)).toMatchObject({ status: 200 });
    expect(await asApp("GET", `/users/${carla}/calendar`)).toMatchObject({ status: 403 });
  });

  test("of a user open its own calendar only: impersonation is not for Graph", async () => {
    const user = running.simulator.tenant.users.find(({ userPrincipalName }) => userPrincipalName === ad);
    const recipient = findRecipient(running, ad);
    assignRole(running, "ApplicationImpersonation", { guid: recipient.guid, type: "User" });
    const token = await fetchToken(running, {
      grant_type: "password",
      client_id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
      username: ad,
      password: user?.password ?? "",
    });
    expect(await send(token, "POST", `/users/${ad}/events`, monday)).toMatchObject({ status: 201 });
    expect(onlyItem(running).mailbox).toBe(recipient.guid);
    expect(await send(token, "GET", `/users/${carla}/calendar`)).toMatchObject({ status: 403 });
  });
});
