/** The automation identity is never the access that it makes. */
import { expect, test } from "@jest/globals";
import { refuseAutomationIdentity } from "../../stacks/automationIdentity.ts";
import { readSettings } from "../../stacks/configuration.ts";

const own = "0c0c0c0c-0000-4000-8000-00000000000c";

function settingsWith(clientId: string): ReturnType<typeof readSettings> {
  const application = JSON.stringify({ clientId });
  const raw = { access: '["application"]', application, mailboxes: '["a@x.example"]', owner: "o@x.example" };
  return readSettings(raw, () => []);
}

test("application.clientId is refused where it is azuread:clientId, in any case", () => {
  const { settings } = settingsWith(own.toUpperCase());
  expect(settings).toBeDefined();
  expect(refuseAutomationIdentity(settings, own)).toEqual([
    expect.stringMatching(/^application\.clientId: .* is the automation identity itself \(azuread:clientId\)/),
  ]);
  expect(refuseAutomationIdentity(settings, "another")).toEqual([]);
  expect(refuseAutomationIdentity(settings, undefined)).toEqual([]);
  expect(refuseAutomationIdentity(undefined, own)).toEqual([]);
});

test("application.clientId is refused where it is the tenant's id", () => {
  expect(refuseAutomationIdentity(settingsWith(own.toUpperCase()).settings, "another", own)).toEqual([
    expect.stringMatching(/^application\.clientId: .* is the id of the tenant \(azuread:tenantId\)/),
  ]);
});

test.each([
  ["00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"],
  ["00000003-0000-0000-C000-000000000000", "Microsoft Graph"],
  ["04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"],
  ["00000007-0000-0000-c000-000000000000", "one of Microsoft's services"],
])("application.clientId %s is refused as an app of Microsoft's own", (clientId, name) => {
  expect(settingsWith(clientId).problems).toEqual([
    `application.clientId: "${clientId.toLowerCase()}" is ${name}, an app of Microsoft's own, which others depend on. Write the client id of the vendor's app.`,
  ]);
});
