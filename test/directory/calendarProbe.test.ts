// Calendars tried as the vendor's app tries them: Graph's own answers, its cache, and what stands in the way of an
// answer.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createHash, randomUUID, X509Certificate } from "node:crypto";
import { rmSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { probeCalendars, type CalendarProbe } from "../../directory/calendarProbe.ts";
import type { Connection } from "../../identity/connection.ts";
import { isMailbox } from "../../simulator/exchange/writeScope.ts";
import type { DirectoryServicePrincipal } from "../../simulator/tenant/directoryModel.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { ad, eva, dirk } from "../support/people.ts";

const minute = 60_000;

let tenant: TestTenant;
let restore: () => void;
let lines: string[];

/** The vendor's app with Exchange's pointer, and a scope around Ad and Eva. */
const app: DirectoryServicePrincipal = {
  id: randomUUID(),
  appId: "12345678-aaaa-bbbb-cccc-1234567890ab",
  displayName: "CallPro Calendar Sync",
  accountEnabled: true,
  appRoles: [],
  ownerIds: [],
  directoryRoles: [],
  other: {},
};

beforeAll(async () => {
  tenant = await startTenant({ settings: { authorizationCache: 30 * minute } });
  tenant.tenant.servicePrincipals.push(app);
  await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.id, DisplayName: app.displayName });
  const addresses = [ad, eva].map((address) => `(PrimarySmtpAddress -eq '${address}')`);
  const filter = addresses.join(" -or ");
  await tenant.byHand("New-ManagementScope", { Name: "Field staff", RecipientRestrictionFilter: filter });
  restore = tenant.save();
});

beforeEach(() => {
  restore();
  tenant.running.requests.clear();
  lines = [];
});

afterAll(async () => {
  await tenant.close();
});

/** What the customer does by hand, or the stack: the role on the scope. */
const assign = () =>
  tenant.byHand("New-ManagementRoleAssignment", {
    Name: "Calendars",
    Role: "Application Calendars.Read",
    App: app.id,
    CustomResourceScope: "Field staff",
  });

const idOf = (mailbox: string): string =>
  mailbox.includes("@") ? (tenant.recipient(mailbox).externalDirectoryObjectId ?? "") : mailbox;

const secret = (): Connection["credential"] => ({
  kind: "secret",
  secret: tenant.running.applications["vendor"]?.clientSecret ?? "?",
});

/** Tries mailboxes by their addresses or object ids. */
async function probe(mailboxes: readonly string[], credential = secret()): Promise<CalendarProbe> {
  const { origin, credentials, clock } = tenant.running;
  const endpoints = { authority: origin, graph: origin, exchange: origin, isPrivate: true };
  const waits = {
    now: () => clock.now(),
    sleep: async (milliseconds: number) => {
      clock.advance(milliseconds);
      await Promise.resolve();
    },
    tick: () => new Promise<void>((resolve) => setImmediate(resolve)),
    random: () => 0.5,
    report: (line: string) => void lines.push(line),
  };
  const retry = { attempts: 3, firstPause: 10, longestPause: 20, budget: 60_000 };
  return probeCalendars(
    { connection: { tenantId: credentials.tenantId, clientId: app.appId, endpoints, credential }, waits, retry },
    mailboxes.map(idOf),
  );
}

const kinds = ({ answers }: CalendarProbe): string[] => answers.map(({ kind }) => kind);

describe("an app that is authorised on some mailboxes", () => {
  beforeEach(assign);

  test("opens these and is refused elsewhere; every answer in its place, in one request that changes nothing", async () => {
    const writes = tenant.running.journal.entries.length;
    tenant.running.requests.clear();
    const { answers, permissions } = await probe([dirk, ad, eva]);
    expect(answers).toEqual([
      { kind: "refused", reason: "ErrorAccessDenied" },
      { kind: "open", reason: "" },
      { kind: "open", reason: "" },
    ]);
    expect(permissions).toEqual([]);
    expect(tenant.calls().filter((call) => !/openid|token/.test(call))).toEqual(["POST /$batch"]);
    expect(tenant.running.journal.entries.length).toBe(writes);
  });

  test("is asked about more mailboxes than fit in a request, each answered in its place", async () => {
    const mailboxes = tenant.tenant.recipients
      .filter(isMailbox)
      .flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? []);
    expect(mailboxes.length).toBeGreaterThan(20);
    const found = kinds(await probe(mailboxes));
    expect(mailboxes.filter((_address, index) => found[index] === "open").toSorted()).toEqual([ad, eva]);
    expect(new Set(found)).toEqual(new Set(["open", "refused"]));
  });

  test("can sign in with its certificate", async () => {
    const { key, certificate } = makeCertificate("calendar-sync");
    const registered = tenant.tenant.foreignApplications?.find(({ appId }) => appId === app.appId);
    const der = new X509Certificate(certificate).raw;
    registered?.keyCredentials.push({
      keyId: randomUUID(),
      type: "AsymmetricX509Cert",
      usage: "Verify",
      key: der.toString("base64"),
      customKeyIdentifier: createHash("sha1").update(der).digest("hex").toUpperCase(),
    });
    const folder = mkdtempSync(join(tmpdir(), "probe-"));
    const path = join(folder, "app.pem");
    writeFileSync(path, `${key}${certificate}`);
    try {
      expect(kinds(await probe([ad, dirk], { kind: "certificate", path, password: undefined }))).toEqual([
        "open",
        "refused",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("is asked again where Graph throttles, after the time that Graph asks for, visibly", async () => {
    const operation = "GET /users/:id/calendar";
    tenant.running.faults.set([{ match: { operation }, effect: "throttle", retryAfter: 7 }]);
    expect(kinds(await probe([ad, dirk]))).toEqual(["open", "refused"]);
    expect(tenant.running.faults.describe().faults[0]?.fired).toBe(1);
    const before = tenant.running.clock.now();
    tenant.running.faults.set([{ match: { operation: "POST /$batch" }, effect: "throttle", retryAfter: 7 }]);
    expect(kinds(await probe([ad, dirk]))).toEqual(["open", "refused"]);
    expect(tenant.running.clock.now() - before).toBeGreaterThanOrEqual(7000);
    expect(lines.join("\n")).toContain("Graph is throttling");
  });

  test("has no answer where Graph fails to the end; the others have theirs", async () => {
    tenant.running.faults.set([
      { match: { operation: "GET /users/:id/calendar", nth: 2 }, times: 20, effect: "error503" },
    ]);
    const { answers } = await probe([ad, dirk]);
    expect(answers).toMatchObject([
      { kind: "open" },
      { kind: "unanswered", reason: expect.stringContaining("unavailable") },
    ]);
  });

  test("takes a refusal without Graph's own code for no answer: it may come from anywhere", async () => {
    tenant.running.faults.set([{ match: { operation: "GET /users/:id/calendar" }, effect: "forbidden" }]);
    expect(kinds(await probe([dirk]))).toEqual(["unanswered"]);
  });
});

describe("an app", () => {
  test("without any right is refused, though Graph puts it otherwise", async () => {
    const { answers } = await probe([ad]);
    expect(answers).toEqual([{ kind: "refused", reason: "NoPermissionsInAccessToken" }]);
  });

  test("that was granted a moment after it was used is refused until the cache ends", async () => {
    expect(kinds(await probe([ad]))).toEqual(["refused"]);
    await assign();
    expect((await probe([ad])).answers).toEqual([{ kind: "refused", reason: "ErrorAccessDenied" }]);
    tenant.running.clock.advance(31 * minute);
    expect(kinds(await probe([ad]))).toEqual(["open"]);
  });

  test("that was shut out a moment after it was used is still let in until the cache ends", async () => {
    await assign();
    expect(kinds(await probe([ad]))).toEqual(["open"]);
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: "Calendars" });
    expect(kinds(await probe([ad]))).toEqual(["open"]);
    tenant.running.clock.advance(31 * minute);
    expect(kinds(await probe([ad]))).toEqual(["refused"]);
  });

  test("with a tenant-wide consent opens every calendar, and its fresh token says why", async () => {
    const graph = tenant.tenant.servicePrincipals.find(({ appId }) => appId.startsWith("00000003-0000-0000-c000"));
    const appRoleId = graph?.appRoles.find(({ value }) => value === "Calendars.Read")?.id ?? "";
    const consent = { appRoleId, principalId: app.id, resourceId: graph?.id ?? "" };
    const before = await probe([dirk]);
    tenant.tenant.appRoleAssignments.push({ id: "a-consent", ...consent, createdDateTime: "2026-01-01T00:00:00Z" });
    const after = await probe([dirk]);
    expect([kinds(before), before.permissions]).toEqual([["refused"], []]);
    expect([kinds(after), after.permissions]).toEqual([["open"], ["Calendars.Read"]]);
  });

  test("finds no mailbox where there is none", async () => {
    await assign();
    const user = await tenant.makeUser("niemand@buitendienst.onmicrosoft.com");
    const id = user.trim().split(" ")[1] ?? "";
    expect((await probe([id])).answers).toEqual([{ kind: "absent", reason: "MailboxNotEnabledForRESTAPI" }]);
  });

  test("that cannot sign in is told so, without its secret", async () => {
    const error = await failureOf(probe([ad], { kind: "secret", secret: "Geheim-en-verkeerd" }));
    expect(error).toMatchObject({ name: "SignInError", message: expect.stringContaining("AADSTS7000215") });
    expect(error.message).toContain(app.appId);
    expect(`${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`).not.toContain("Geheim-en-verkeerd");
  });
});
