/** Delegated consents in Graph. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { errorOf, startTenant, valueOf, type Answer, type TestTenant } from "../tenant.ts";
import { sander } from "../../support/people.ts";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());
beforeEach(() => {
  tenant.reset();
});

const path = "/oauth2PermissionGrants";
const principal = (name: string): string =>
  tenant.simulator.tenant.servicePrincipals.find(({ displayName }) => displayName === name)?.id ?? "";
const grant = (more: Record<string, unknown> = {}): Promise<Answer> =>
  tenant.graph(
    "POST",
    path,
    {
      clientId: principal("Calendar access reader"),
      consentType: "AllPrincipals",
      resourceId: principal("Microsoft Graph"),
      scope: "Calendars.ReadWrite Mail.Read",
      ...more,
    },
    "administrator",
  );

test("a delegated consent is made for all or for one user, listed, and taken away", async () => {
  expect((await grant()).status).toBe(201);
  const user = tenant.simulator.tenant.users.find(({ userPrincipalName }) => userPrincipalName === sander);
  const one = await grant({ consentType: "Principal", principalId: user?.id, scope: "Mail.Send" });
  expect(one.status).toBe(201);
  expect(valueOf(await tenant.graph("GET", path, undefined, "reader"))).toMatchObject([
    { consentType: "AllPrincipals", principalId: null, scope: "Calendars.ReadWrite Mail.Read" },
    { consentType: "Principal", principalId: user?.id, scope: "Mail.Send" },
  ]);
  const byResource = `${path}?$filter=resourceId eq '${principal("Office 365 Exchange Online")}'`;
  expect(valueOf(await tenant.graph("GET", byResource, undefined, "reader"))).toEqual([]);
  expect((await tenant.graph("DELETE", `${path}/${String(one.json["id"])}`, undefined, "administrator")).status).toBe(
    204,
  );
  expect(valueOf(await tenant.graph("GET", path, undefined, "reader"))).toHaveLength(1);
});

test("one for nobody, or of an app that is not there, is refused", async () => {
  for (const wrong of [{ consentType: "Principal" }, { clientId: sander }, { resourceId: "" }, { scope: undefined }]) {
    expect((await grant(wrong)).status).toBe(400);
  }
  expect(valueOf(await tenant.graph("GET", path, undefined, "reader"))).toEqual([]);
});

test("Application.Read.All does not show them", async () => {
  const answer = await tenant.graph("GET", path);
  expect(answer.status).toBe(403);
  expect(errorOf(answer).code).toBe("Authorization_RequestDenied");
});
