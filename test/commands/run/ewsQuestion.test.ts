// What a run is told so that it can ask EWS about an account that is about to go.
import { expect, test } from "@jest/globals";

import { ewsQuestion } from "../../../commands/run/ewsQuestion.ts";

const type = (kind: string) => `pulumi-nodejs:dynamic/calendarAccess:${kind}`;
const members = [1, 2, 3, 4].map((each) => `m${each}@contoso.example ${each}\n`).join("");
const tenant = { urn: "t", type: type("Tenant"), outputs: { __members: members } };
const resources = [tenant, { urn: "a", type: type("ServiceAccount") }];
const setting = (server: object) => ({
  "calendar-access:exchange": { secret: false, value: JSON.stringify({ channel: "server", server }) },
});

test("some of the listed mailboxes, and where EWS is by the settings of today, that it is not to be asked among them", () => {
  const told = (server: object) => ewsQuestion({ state: { resources }, configuration: setting(server) });
  expect(told({ ewsUri: "none" })).toEqual({ CALENDAR_ACCESS_LISTED: "1 2 3", CALENDAR_ACCESS_EWS_URI: "none" });
  expect(told({})).toEqual({ CALENDAR_ACCESS_LISTED: "1 2 3", CALENDAR_ACCESS_EWS_URI: "" });
});

test("nothing where the stack has no such account, and no setting where nobody knows it", () => {
  expect(ewsQuestion({ state: { resources: [tenant] }, configuration: setting({}) })).toEqual({});
  expect(ewsQuestion({ state: undefined, configuration: undefined })).toEqual({});
  expect(ewsQuestion({ state: { resources }, configuration: undefined })).toEqual({ CALENDAR_ACCESS_LISTED: "1 2 3" });
});
