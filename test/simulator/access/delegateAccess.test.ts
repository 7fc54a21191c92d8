/** What permissions open to people who sign in themselves, by EWS and by Graph. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import {
  addGroup,
  addServiceUser,
  basic,
  callEws,
  fetchToken,
  findRecipient,
  startTenant,
  type EwsAnswer,
  type ServiceUser,
} from "../ews/client.ts";
import { ad, carla } from "../../support/people.ts";

let running: RunningSimulator;
let delegate: ServiceUser;

beforeAll(async () => {
  running = await startTenant();
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
  delegate = addServiceUser(running);
});

const folderOf = (address: string, name: string): string =>
  `<t:DistinguishedFolderId Id="${name}"><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
const ask = (operation: string): Promise<EwsAnswer> => callEws(running, basic(delegate), undefined, operation);
const open = (name: string, address = ad): Promise<EwsAnswer> =>
  ask(
    `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${folderOf(address, name)}</m:FolderIds></m:GetFolder>`,
  );
const plan = (): Promise<EwsAnswer> =>
  ask(
    `<m:CreateItem SendMeetingInvitations="SendToNone"><m:SavedItemFolderId>${folderOf(ad, "calendar")}</m:SavedItemFolderId><m:Items><t:CalendarItem>` +
      `<t:Subject>S</t:Subject><t:Start>2026-12-01T09:00:00Z</t:Start><t:End>2026-12-01T10:00:00Z</t:End></t:CalendarItem></m:Items></m:CreateItem>`,
  );
const remove = (id: string): Promise<EwsAnswer> =>
  ask(
    `<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendToNone"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
  );

/** Gives rights on Ad's calendar, or the whole mailbox, straight into the state. */
const letIn = (user: string, right: string, isFull = false): void => {
  const rights = { user, accessRights: [right] };
  const nothing = { entries: [], sendAs: [], sendOnBehalf: [], calendar: [] };
  findRecipient(running, ad).permissions = isFull
    ? { ...nothing, entries: [{ ...rights, deny: false }] }
    : { ...nothing, calendar: [rights] };
};

describe("by EWS", () => {
  test("nobody opens another's folders by himself", async () => {
    expect((await open("calendar")).code).toBe("ErrorAccessDenied");
    expect((await plan()).code).toBe("ErrorAccessDenied");
  });

  test("FullAccess opens all folders of that mailbox and of no other, also by a group in a group", async () => {
    letIn(delegate.guid, "FullAccess", true);
    expect([(await open("calendar")).code, (await open("inbox")).code]).toEqual(["NoError", "NoError"]);
    expect((await open("inbox", carla)).code).toBe("ErrorAccessDenied");
    const inner = addGroup(running, []);
    const outer = addGroup(running, []);
    const groups = running.simulator.tenant.recipients;
    groups.find(({ guid }) => guid === inner)?.group?.members.push(delegate.guid);
    groups.find(({ guid }) => guid === outer)?.group?.members.push(inner);
    letIn(outer, "FullAccess", true);
    expect((await open("inbox")).code).toBe("NoError");
    findRecipient(running, ad).permissions?.entries.push({ user: inner, accessRights: ["FullAccess"], deny: true });
    expect((await open("inbox")).code).toBe("ErrorAccessDenied");
  });

  test("Reviewer reads the calendar, Author also adds, Editor changes; nothing opens the inbox", async () => {
    letIn(delegate.guid, "Reviewer");
    expect([(await open("calendar")).code, (await plan()).code]).toEqual(["NoError", "ErrorAccessDenied"]);
    letIn(delegate.guid, "Author");
    const made = await plan();
    expect(made.code).toBe("NoError");
    const id = /ItemId Id="([^"]*)"/.exec(made.text)?.[1] ?? "";
    expect((await remove(id)).code).toBe("ErrorAccessDenied");
    letIn(delegate.guid, "Editor");
    expect((await open("inbox")).code).toBe("ErrorAccessDenied");
    expect((await remove(id)).code).toBe("NoError");
  });

  test("Default opens it to everybody who has no entry of his own; Anonymous to nobody who signs in", async () => {
    letIn("Anonymous", "Reviewer");
    expect((await open("calendar")).code).toBe("ErrorAccessDenied");
    letIn("Default", "Reviewer");
    expect((await open("calendar")).code).toBe("NoError");
    findRecipient(running, ad).permissions?.calendar.push({ user: delegate.guid, accessRights: ["None"] });
    expect((await open("calendar")).code).toBe("ErrorAccessDenied");
  });

  test("a calendar shows its name in its owner's language", async () => {
    const mailbox = findRecipient(running, ad);
    mailbox.language = "nl-NL";
    letIn(delegate.guid, "Reviewer");
    expect((await open("calendar")).text).toContain("<t:DisplayName>Agenda</t:DisplayName>");
  });
});

test("by Graph, a user's token opens calendars as permissions say", async () => {
  const token = await fetchToken(running, {
    grant_type: "password",
    client_id: running.credentials.clientId,
    client_secret: running.credentials.clientSecret,
    username: delegate.upn,
    password: delegate.password,
  });
  const send = async (method: string, path: string, body?: unknown): Promise<number> => {
    const response = await fetch(`${running.origin}/v1.0/users/${ad}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.status;
  };
  const time = (hour: string) => ({ dateTime: `2026-12-01T${hour}:00:00`, timeZone: "UTC" });
  const event = { subject: "S", start: time("09"), end: time("10") };
  expect(await send("GET", "/calendar")).toBe(403);
  letIn(delegate.guid, "Reviewer");
  expect([await send("GET", "/calendar"), await send("POST", "/events", event)]).toEqual([200, 403]);
  letIn(delegate.guid, "Editor");
  expect(await send("POST", "/events", event)).toBe(201);
  expect(await send("GET", "/messages")).toBe(403);
});
