// What a calendar client does over EWS once it is let in.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import {
  addServiceUser,
  assignRole,
  basic,
  callEws,
  createAppointment,
  getFolder,
  onlyItem,
  readId,
  smtp,
  startTenant,
  viewCalendar,
  type EwsAnswer,
  type ServiceUser,
} from "./client.ts";
import { ad, carla } from "../../support/people.ts";

let running: RunningSimulator;
let service: ServiceUser;

beforeAll(async () => {
  running = await startTenant();
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
  service = addServiceUser(running);
  assignRole(running, "ApplicationImpersonation", { guid: service.guid, type: "User" }, [ad, carla]);
});

const asAd = (operation: string): Promise<EwsAnswer> => callEws(running, basic(service), smtp(ad), operation);
const asCarla = (operation: string): Promise<EwsAnswer> => callEws(running, basic(service), smtp(carla), operation);

const monday = createAppointment(
  "Afspraak &lt;Jansen&gt; &amp; Zn. &#233;",
  "2026-12-07T09:00:00Z",
  "2026-12-07T10:00:00Z",
);
const getItem = (id: string, shape = "<t:BaseShape>AllProperties</t:BaseShape>"): string =>
  `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`;
const deleteItem = (id: string, attributes = 'SendMeetingCancellations="SendToNone"'): string =>
  `<m:DeleteItem DeleteType="HardDelete" ${attributes}><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`;
const setField = (id: string, uri: string, value: string): string =>
  `<m:UpdateItem ConflictResolution="AutoResolve" MessageDisposition="SaveOnly" SendMeetingInvitationsOrCancellations="SendToNone">` +
  `<m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="${uri}"/>` +
  `<t:CalendarItem>${value}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;

describe("an appointment", () => {
  test("is placed, found, read, moved and taken out again; the journal names each write", async () => {
    const id = readId(await asAd(monday));
    const view = await asAd(viewCalendar("2026-12-07T00:00:00Z", "2026-12-08T00:00:00Z"));
    expect(view.text).toContain('TotalItemsInView="1" IncludesLastItemInRange="true"');
    expect(view.text).toContain("<t:Subject>Afspraak &lt;Jansen&gt; &amp; Zn. é</t:Subject>");
    expect(view.text).not.toContain("notes");
    expect((await asAd(getItem(id))).text).toContain('<t:Body BodyType="Text">notes</t:Body>');

    const moved = await asAd(setField(id, "calendar:End", "<t:End>2026-12-07T11:00:00+01:00</t:End>"));
    expect(moved).toMatchObject({ status: 200, code: "NoError" });
    expect(readId(moved)).toBe(id);
    expect(onlyItem(running).end).toBe("2026-12-07T10:00:00Z");
    await asAd(setField(id, "item:Subject", "<t:Subject>Verzet</t:Subject>"));
    expect(onlyItem(running)).toMatchObject({ subject: "Verzet", start: "2026-12-07T09:00:00Z" });

    expect(await asAd(deleteItem(id))).toMatchObject({ status: 200, code: "NoError" });
    expect(running.simulator.tenant.items).toEqual([]);
    expect(await asAd(getItem(id))).toMatchObject({ status: 200, code: "ErrorItemNotFound" });
    expect(
      running.journal.entries.map(({ actor, operation, target }) => [actor, operation, target.split("/")[0]]),
    ).toEqual([
      [service.upn, "CreateItem", ad],
      [service.upn, "UpdateItem", ad],
      [service.upn, "UpdateItem", ad],
      [service.upn, "DeleteItem", ad],
    ]);
  });

  test("of one mailbox cannot be touched while somebody else is impersonated", async () => {
    const id = readId(await asAd(monday));
    for (const operation of [getItem(id), deleteItem(id), setField(id, "item:Subject", "<t:Subject>x</t:Subject>")]) {
      expect(await asCarla(operation)).toMatchObject({ status: 200, code: "ErrorAccessDenied" });
    }
    expect(onlyItem(running).subject).toContain("Afspraak");
    expect((await asCarla(viewCalendar("2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z"))).text).toContain(
      'TotalItemsInView="0"',
    );
  });

  test("shows what the shape asks for", async () => {
    const id = readId(await asAd(monday));
    const idOnly = await asAd(getItem(id, "<t:BaseShape>IdOnly</t:BaseShape>"));
    expect(idOnly.text).toMatch(/<t:CalendarItem><t:ItemId [^>]*\/><\/t:CalendarItem>/);
    const start = '<t:AdditionalProperties><t:FieldURI FieldURI="calendar:Start"/></t:AdditionalProperties>';
    const withStart = await asAd(getItem(id, `<t:BaseShape>IdOnly</t:BaseShape>${start}`));
    expect(withStart.text).toContain("<t:Start>2026-12-07T09:00:00Z</t:Start>");
    expect(withStart.text).not.toContain("<t:Subject>");
  });

  test.each([
    [
      "ends before it starts",
      createAppointment("x", "2026-12-07T09:00:00Z", "2026-12-07T08:00:00Z"),
      "ErrorCalendarEndDateIsEarlierThanStartDate",
    ],
    ["has no end", monday.replace(/<t:End>.*?<\/t:End>/, ""), "ErrorRequiredPropertyMissing"],
    ["has an odd date", createAppointment("x", "yesterday", "2026-12-07T08:00:00Z"), "ErrorInvalidPropertySet"],
    [
      "does not say who is invited",
      monday.replace(' SendMeetingInvitations="SendToNone"', ""),
      "ErrorSendMeetingInvitationsRequired",
    ],
  ])("is refused where it %s", async (_what, operation, code) => {
    expect(await asAd(operation)).toMatchObject({ status: 200, code });
    expect(running.simulator.tenant.items).toEqual([]);
    expect(running.journal.entries).toEqual([]);
  });

  test("is not deleted without a word about cancellations", async () => {
    const id = readId(await asAd(monday));
    expect(await asAd(deleteItem(id, ""))).toMatchObject({ code: "ErrorSendMeetingCancellationsRequired" });
    expect(await asAd(deleteItem("nonsense"))).toMatchObject({ code: "ErrorInvalidIdMalformed" });
    expect(onlyItem(running).id).toBe(id);
  });

  test("keeps a change that another overtook away, where the client asks for that", async () => {
    const id = readId(await asAd(monday));
    const update = setField(id, "item:Subject", "<t:Subject>late</t:Subject>").replace("AutoResolve", "NeverOverwrite");
    expect(await asAd(update)).toMatchObject({ code: "ErrorIrresolvableConflict" });
    expect(onlyItem(running).subject).toContain("Afspraak");
  });

  test("in local time is understood, in a zone that nobody knows refused", async () => {
    const local = createAppointment("x", "2026-07-01T09:00:00", "2026-07-01T10:00:00");
    const inZone = async (zone: string): Promise<EwsAnswer> => {
      const authorization = basic(service);
      const response = await fetch(`${running.origin}/EWS/Exchange.asmx`, {
        method: "POST",
        headers: { authorization },
        body:
          `<s:Envelope xmlns:s="s" xmlns:t="t" xmlns:m="m"><s:Header><t:ExchangeImpersonation><t:ConnectingSID>${smtp(ad)}` +
          `</t:ConnectingSID></t:ExchangeImpersonation><t:TimeZoneContext><t:TimeZoneDefinition Id="${zone}"/></t:TimeZoneContext>` +
          `</s:Header><s:Body>${local}</s:Body></s:Envelope>`,
      });
      return { status: response.status, headers: response.headers, text: await response.text(), code: undefined };
    };
    expect((await inZone("W. Europe Standard Time")).status).toBe(200);
    expect(onlyItem(running).start).toBe("2026-07-01T07:00:00Z");
    expect(await inZone("Samoa Standard Time")).toMatchObject({ status: 501 });
  });
});

describe("a calendar view", () => {
  beforeEach(async () => {
    for (const day of ["07", "08", "09"]) {
      await asAd(createAppointment(`day ${day}`, `2026-12-${day}T09:00:00Z`, `2026-12-${day}T10:00:00Z`));
    }
  });

  test("holds what overlaps it, in the order of time", async () => {
    const { text } = await asAd(viewCalendar("2026-12-07T09:30:00Z", "2026-12-09T09:00:00Z"));
    expect([...text.matchAll(/<t:Subject>(.*?)</g)].map(([, subject]) => subject)).toEqual(["day 07", "day 08"]);
  });

  test.each([
    [
      "the wrong way round",
      "2026-12-09T00:00:00Z",
      "2026-12-07T00:00:00Z",
      "ErrorCalendarEndDateIsEarlierThanStartDate",
    ],
    ["of more than two years", "2026-12-09T00:00:00Z", "2029-12-07T00:00:00Z", "ErrorCalendarViewRangeTooBig"],
  ])("%s is refused", async (_what, start, end, code) => {
    expect(await asAd(viewCalendar(start, end))).toMatchObject({ status: 200, code });
  });

  test("is for calendars only", async () => {
    const onInbox = viewCalendar("2026-12-07T00:00:00Z", "2026-12-08T00:00:00Z").replace('Id="calendar"', 'Id="inbox"');
    expect(await asAd(onInbox)).toMatchObject({ code: "ErrorCalendarFolderIsInvalidForCalendarView" });
  });

  test("is not needed to list a folder page by page", async () => {
    const page = (offset: number): string =>
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>` +
      `<m:IndexedPageItemView MaxEntriesReturned="2" Offset="${offset}" BasePoint="Beginning"/>` +
      `<m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:Subject"/></t:FieldOrder></m:SortOrder>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`;
    const subjects = ({ text }: EwsAnswer) => [...text.matchAll(/<t:Subject>(.*?)</g)].map(([, subject]) => subject);
    const first = await asAd(page(0));
    expect(first.text).toContain('IndexedPagingOffset="2" TotalItemsInView="3" IncludesLastItemInRange="false"');
    const last = await asAd(page(2));
    expect(last.text).toContain('IncludesLastItemInRange="true"');
    expect([...subjects(first), ...subjects(last)]).toEqual(["day 09", "day 08", "day 07"]);
  });
});

describe("the rest of the mailbox", () => {
  test("is open too: impersonation is not limited to the calendar", async () => {
    const message =
      `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="inbox"/></m:SavedItemFolderId>` +
      `<m:Items><t:Message><t:Subject>private</t:Subject></t:Message></m:Items></m:CreateItem>`;
    expect(await asAd(message)).toMatchObject({ status: 200, code: "NoError" });
    const list =
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds>` +
      `<t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`;
    expect((await asAd(list)).text).toContain("<t:Message><t:ItemId");
    expect((await asAd(list)).text).toContain("<t:Subject>private</t:Subject>");
    expect((await asAd(getFolder("inbox"))).text).toContain("<t:TotalCount>1</t:TotalCount>");
  });

  test("has folders that are found by walking down", async () => {
    const walk =
      `<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="root"/></m:ParentFolderIds></m:FindFolder>`;
    const { text } = await asAd(walk);
    expect([...text.matchAll(/<t:DisplayName>(.*?)</g)].map(([, name]) => name)).toEqual([
      "Top of Information Store",
      "Calendar",
      "Inbox",
    ]);
    expect(await asAd(getFolder("contacts"))).toMatchObject({ status: 200, code: "ErrorFolderNotFound" });
  });
});

describe("what is no request of this kind", () => {
  test.each([
    ["an operation that is not modelled", "<m:GetUserOofSettingsRequest/>", 501, "GetUserOofSettingsRequest"],
    ["a property that is not modelled", monday.replace("<t:Start>", "<t:Recurrence/><t:Start>"), 501, "Recurrence"],
    ["a body that is no XML", "<m:GetFolder>", 500, "ErrorSchemaValidation"],
    ["an empty body", "", 500, "ErrorSchemaValidation"],
    ["a DTD", "<!DOCTYPE x>", 500, "DTD is prohibited"],
    ["an operation without its ids", "<m:GetFolder/>", 500, "FolderIds"],
  ])("%s is named", async (_what, operation, status, words) => {
    const answer = await asAd(operation);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect(running.simulator.tenant.items).toEqual([]);
  });

  test("a user without a mailbox that impersonates nobody has no folders", async () => {
    const answer = await callEws(running, basic(service), undefined, getFolder());
    expect(answer).toMatchObject({ status: 200, code: "ErrorMissingEmailAddress" });
  });
});
