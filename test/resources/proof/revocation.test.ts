/** Taking a tenant-wide consent away: when, which, and with what right. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { applicationCheck } from "../../../resources/applicationCheck.ts";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import { mark } from "../../support/access.ts";
import {
  applicationCheckInputs,
  placeApp,
  makeScopedObjects,
  proveApplicationAccess,
  type ScopedObjects,
} from "../../support/application.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../../support/tenant.ts";

const graphAppId = "00000003-0000-0000-c000-000000000000";
/** Calendars.Read on Microsoft Graph (facts/calendar-access.md §5). */
const calendarsRead = "798ee544-9d2d-430c-a058-570e29e34338";
const unknownRole = "0f0f0f0f-0000-4000-8000-00000000000f";

let tenant: TestTenant;
let back: () => void;
let made: ScopedObjects;
let check: Recorded;
let lender: TestContext;
beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  made = await makeScopedObjects(tenant, context, placeApp(tenant, mark));
  check = await proveApplicationAccess(tenant, context, made);
  tenant.running.clock.advance(3 * 60 * 60 * 1000);
  // An identity that was lent the right to take consents away.
  lender = await tenant.open("administrator");
  back = tenant.save();
});
beforeEach(() => {
  back();
});
afterAll(() => tenant.close());

function grant(appRoleId: string, principalId = made.app.objectId): string {
  const { servicePrincipals, appRoleAssignments } = tenant.tenant;
  const resourceId = servicePrincipals.find(({ appId }) => appId === graphAppId)?.id ?? "";
  const id = `consent-${appRoleAssignments.length}`;
  appRoleAssignments.push({ id, appRoleId, principalId, resourceId, createdDateTime: "2026-11-01T00:00:00Z" });
  return id;
}

function consents(): string[] {
  return tenant.tenant.appRoleAssignments.map(({ id }) => id);
}

/** An `up` with the setting that takes tenant-wide consents away. */
async function revoke(): Promise<void> {
  await applicationCheck.update(lender, check, { ...applicationCheckInputs(tenant, made), revokes: true });
}

describe("taking tenant-wide consents away", () => {
  test("takes the app's own that opens calendars, and no other", async () => {
    const before = consents();
    grant(calendarsRead);
    await revoke();
    expect(consents()).toEqual(before);
  });

  test("leaves everything where nobody can tell what one of them opens, and says so", async () => {
    const named = grant(calendarsRead);
    const unknown = grant(unknownRole);
    const before = consents();
    const { message } = await failureOf(revoke());
    expect(message).toContain(`nobody can tell what the consent ${unknownRole} on Microsoft Graph opens`);
    expect(message).toContain("every consent was left");
    expect(consents()).toEqual(before);
    expect(before).toEqual(expect.arrayContaining([named, unknown]));
  });

  test.each([["Calendar apps"], [""]])(
    "leaves what comes from a group, also one whose name nobody may read: %j",
    async (displayName) => {
      const id = "0d0d0d0d-0000-4000-8000-000000000001";
      const kind = { mail: null, mailEnabled: false, securityEnabled: true, groupTypes: [] };
      tenant.tenant.groups.push({ id, displayName, memberIds: [made.app.objectId], ...kind });
      grant(calendarsRead, id);
      const before = consents();
      const { message } = await failureOf(revoke());
      expect(message).toContain(`a consent comes from the group "${displayName || id}"`);
      expect(consents()).toEqual(before);
    },
  );
});
