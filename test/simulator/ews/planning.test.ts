// What a planning client asks first over EWS, within the same rules of access.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import {
  addServiceUser,
  assignRole,
  basic,
  callEws,
  createAppointment,
  readId,
  smtp,
  startTenant,
  type EwsAnswer,
  type ServiceUser,
} from "./client.ts";
import { ad, carla, dirk } from "../../support/people.ts";

let running: RunningSimulator;
let service: ServiceUser;

beforeAll(async () => {
  running = await startTenant();
});
afterAll(() => running.close());
beforeEach(async () => {
  running.reset();
  service = addServiceUser(running);
  assignRole(running, "ApplicationImpersonation", { guid: service.guid, type: "User" }, [ad, carla]);
  await asAd(createAppointment("Bezoek Jansen", "2026-12-07T09:00:00Z", "2026-12-07T10:30:00Z"));
  await asAd(createAppointment("Zomer", "2026-07-06T09:00:00Z", "2026-07-06T10:00:00Z"));
});

const asAd = (operation: string): Promise<EwsAnswer> => callEws(running, basic(service), smtp(ad), operation);

function valuesOf({ text }: EwsAnswer, name: string): string[] {
  return [...text.matchAll(new RegExp(`<t:${name}>([^<]*)</t:${name}>`, "g"))].map(([, value]) => value ?? "");
}

describe("an appointment read whole", () => {
  const whole = (id: string, base = "AllProperties"): string =>
    `<m:GetItem><m:ItemShape><t:BaseShape>${base}</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`;

  test("has every first-class property, in the schema's order", async () => {
    const id = readId(await asAd(createAppointment("Heel", "2026-12-08T09:00:00Z", "2026-12-09T11:30:00Z")));
    const { text } = await asAd(whole(id));
    const item = /<t:CalendarItem>.*<\/t:CalendarItem>/.exec(text)?.[0] ?? "";
    const names = [
      ...["Sensitivity", "DateTimeReceived", "Size", "Importance", "IsSubmitted", "IsDraft", "DateTimeSent"],
      ...["DateTimeCreated", "ReminderDueBy", "ReminderIsSet", "ReminderMinutesBeforeStart", "HasAttachments"],
      ...["Culture", "EffectiveRights", "LastModifiedName", "LastModifiedTime", "ConversationId", "UID", "Start"],
      ...["LegacyFreeBusyStatus", "IsMeeting", "IsCancelled", "IsRecurring", "MeetingRequestWasSent"],
      ...["IsResponseRequested", "CalendarItemType", "MyResponseType", "Organizer", "Duration", "TimeZone"],
      ...["AppointmentSequenceNumber", "AppointmentState", "AllowNewTimeProposal", "IsOnlineMeeting"],
    ];
    const places = names.map((name) => item.search(new RegExp(`<t:${name}[ >/]`)));
    expect(names.filter((_name, index) => (places[index] ?? -1) < 0)).toEqual([]);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(item).toContain("<t:Duration>P1DT2H30M</t:Duration>");
    expect(item).toContain("<t:MyResponseType>Organizer</t:MyResponseType>");
  });

  test("shows what was set on it instead of a default, and less where less is asked for", async () => {
    const more = "<t:Importance>High</t:Importance><t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>";
    const id = readId(await asAd(createAppointment("Set", "2026-12-08T09:00:00Z", "2026-12-08T09:00:00Z", more)));
    const answer = await asAd(whole(id));
    expect([valuesOf(answer, "Importance"), valuesOf(answer, "LegacyFreeBusyStatus")]).toEqual([["High"], ["OOF"]]);
    expect(valuesOf(answer, "Duration")).toEqual(["PT0S"]);
    expect((await asAd(whole(id, "IdOnly"))).text).not.toContain("Duration");
  });
});

describe("FindItem with a restriction", () => {
  const find = (restriction: string, view = ""): Promise<EwsAnswer> =>
    asAd(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>${view}` +
        `<m:Restriction>${restriction}</m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/>` +
        `</m:ParentFolderIds></m:FindItem>`,
    );
  const compare = (name: string, uri: string, value: string): string =>
    `<t:${name}><t:FieldURI FieldURI="${uri}"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:${name}>`;
  const contains = (value: string, mode: string): string =>
    `<t:Contains ContainmentMode="${mode}" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/>` +
    `<t:Constant Value="${value}"/></t:Contains>`;

  test.each([
    [compare("IsGreaterThanOrEqualTo", "calendar:Start", "2026-12-01T00:00:00Z"), ["Bezoek Jansen"]],
    [compare("IsLessThan", "calendar:Start", "2026-12-01T00:00:00Z"), ["Zomer"]],
    [compare("IsEqualTo", "item:Subject", "zomer"), ["Zomer"]],
    [compare("IsNotEqualTo", "item:Subject", "zomer"), ["Bezoek Jansen"]],
    [contains("jansen", "Substring"), ["Bezoek Jansen"]],
    [contains("jansen", "Prefixed"), []],
    [`<t:Not>${contains("zo", "Prefixed")}</t:Not>`, ["Bezoek Jansen"]],
    [`<t:Or>${contains("zo", "Prefixed")}${contains("be", "Prefixed")}</t:Or>`, ["Zomer", "Bezoek Jansen"]],
    [`<t:And>${contains("zo", "Prefixed")}${contains("be", "Prefixed")}</t:And>`, []],
    [`<t:Exists><t:FieldURI FieldURI="calendar:Start"/></t:Exists>`, ["Zomer", "Bezoek Jansen"]],
  ])("%s", async (restriction, subjects) => {
    expect(valuesOf(await find(restriction), "Subject")).toEqual(subjects);
  });

  test("does not go with a calendar view", async () => {
    const view = '<m:CalendarView StartDate="2026-12-01T00:00:00Z" EndDate="2026-12-31T00:00:00Z"/>';
    expect((await find(contains("zo", "Prefixed"), view)).code).toBe("ErrorInvalidOperation");
  });
});

describe("SyncFolderItems", () => {
  const sync = (state: string, most = 100, as = ad): Promise<EwsAnswer> =>
    callEws(
      running,
      basic(service),
      smtp(as),
      `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>` +
        `<t:DistinguishedFolderId Id="calendar"/></m:SyncFolderId><m:SyncState>${state}</m:SyncState>` +
        `<m:MaxChangesReturned>${most}</m:MaxChangesReturned></m:SyncFolderItems>`,
    );
  const stateOf = ({ text }: EwsAnswer): string => /<m:SyncState>([^<]*)</.exec(text)?.[1] ?? "";
  const kinds = ({ text }: EwsAnswer): string[] =>
    [...text.matchAll(/<t:(Create|Update|Delete)>/g)].map(([, kind]) => kind ?? "");

  test("tells what came, changed and went since the state before, page by page", async () => {
    const first = await sync("", 1);
    expect([kinds(first), first.text.includes("IncludesLastItemInRange>false")]).toEqual([["Create"], true]);
    const second = await sync(stateOf(first));
    expect(kinds(second)).toEqual(["Create"]);
    expect(kinds(await sync(stateOf(second)))).toEqual([]);
    const [one, other] = running.simulator.tenant.items;
    if (one === undefined || other === undefined) throw new Error("There are two appointments.");
    other.changeKey = "changed";
    running.simulator.tenant.items = [other];
    expect(kinds(await sync(stateOf(second)))).toEqual(["Update", "Delete"]);
    expect((await sync("bm9uc2Vuc2U=")).code).toBe("ErrorInvalidSyncStateData");
  });

  test("is refused where the mailbox is", async () => {
    expect((await sync("", 100, dirk)).code).toBe("ErrorImpersonateUserDenied");
  });
});

describe("ResolveNames", () => {
  const resolve = (entry: string): Promise<EwsAnswer> =>
    asAd(
      `<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );

  test("finds one, warns of several, and says when there is none", async () => {
    const one = await resolve("carla.de");
    expect([one.code, valuesOf(one, "EmailAddress")]).toEqual(["NoError", [carla]]);
    expect(valuesOf(await resolve("Viseur"), "EmailAddress")).toEqual([ad]);
    // Who is hidden is not in the list.
    expect((await resolve("dirk.directeur")).code).toBe("ErrorNameResolutionNoResults");
    const several = await resolve("b");
    expect(several.text).toContain('ResponseClass="Warning"');
    expect(several.code).toBe("ErrorNameResolutionMultipleResults");
    expect((await resolve("niemand")).code).toBe("ErrorNameResolutionNoResults");
  });
});

test("GetServerTimeZones tells the rules of the zones that are asked for, which clients put into that question", async () => {
  const { text, code } = await asAd(
    '<m:GetServerTimeZones ReturnFullTimeZoneData="true"><m:Ids><t:Id>W. Europe Standard Time</t:Id></m:Ids></m:GetServerTimeZones>',
  );
  expect(code).toBe("NoError");
  expect([...text.matchAll(/TimeZoneDefinition Id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    "W. Europe Standard Time",
  ]);
  expect(text).toContain('<t:Period Bias="-PT120M" Name="Daylight"');
  expect(text).toContain("<t:TimeOffset>PT120M</t:TimeOffset><t:Month>3</t:Month>");
});

describe("GetUserAvailability", () => {
  const change = (name: string, bias: number, month: number): string =>
    `<t:${name}><t:Bias>${bias}</t:Bias><t:Time>0${name === "StandardTime" ? 3 : 2}:00:00</t:Time><t:DayOrder>5</t:DayOrder>` +
    `<t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:${name}>`;
  const amsterdam = `<t:TimeZone><t:Bias>-60</t:Bias>${change("StandardTime", 0, 10)}${change("DaylightTime", -60, 3)}</t:TimeZone>`;
  const ask = (addresses: readonly string[], day: string, view = "DetailedMerged"): Promise<EwsAnswer> =>
    asAd(
      `<m:GetUserAvailabilityRequest>${amsterdam}<m:MailboxDataArray>` +
        addresses
          .map((address) => `<t:MailboxData><t:Email><t:Address>${address}</t:Address></t:Email></t:MailboxData>`)
          .join("") +
        `</m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>${day}T08:00:00</t:StartTime>` +
        `<t:EndTime>${day}T14:00:00</t:EndTime></t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>60` +
        `</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>${view}</t:RequestedView></t:FreeBusyViewOptions>` +
        `</m:GetUserAvailabilityRequest>`,
    );

  test("tells who is busy when, in the zone of the request, in winter and in summer", async () => {
    const winter = await ask([ad], "2026-12-07");
    expect(valuesOf(winter, "MergedFreeBusy")).toEqual(["002200"]);
    expect(valuesOf(winter, "StartTime")).toEqual(["2026-12-07T10:00:00"]);
    expect(valuesOf(winter, "Subject")).toEqual(["Bezoek Jansen"]);
    const summer = await ask([ad], "2026-07-06", "FreeBusy");
    expect(valuesOf(summer, "StartTime")).toEqual(["2026-07-06T11:00:00"]);
    expect([valuesOf(summer, "Subject"), valuesOf(summer, "MergedFreeBusy")]).toEqual([[], []]);
  });

  test("answers each mailbox by itself: reached, not reached, unknown", async () => {
    const { status, text } = await ask([ad, carla, dirk, "niemand@buitendienst.example"], "2026-12-07");
    const codes = [...text.matchAll(/<m:ResponseCode>([^<]*)</g)].map(([, code]) => code);
    expect(status).toBe(200);
    expect(codes).toEqual(["NoError", "NoError", "ErrorNoFreeBusyAccess", "ErrorMailRecipientNotFound"]);
  });
});
