/** What azuread is to make: nothing that is there, what an interrupted run left, or a stranger's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { markOf } from "../../resources/mark.ts";
import { nothingKnown } from "../../resources/tenantInputs.ts";
import { findIdentities, type Identities } from "../../stacks/identities.ts";
import type { StackRecord } from "../../stacks/record.ts";
import { readSettings } from "../../stacks/configuration.ts";
import type { Settings } from "../../stacks/settings.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const mark = markOf("calendar-access", "contoso", "0c0ffee0-0000-4000-8000-00000000000a");
const otherMark = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");
const initialDomain = "buitendienst.onmicrosoft.com";
const upn = `svcServiceAccount@${initialDomain}`;
const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const appName = "CallPro Calendar Access";
const certificates = ["app.pem"];

const nothingRecorded: StackRecord = {
  ...nothingKnown,
  initialDomain: "",
  userPrincipalName: "",
  serviceUserAdopted: false,
  enterpriseApp: "",
  vendorApp: "",
  enterpriseAppAdopted: false,
};

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

function settingsOf(values: Readonly<Record<string, unknown>>): Settings {
  const good = { mailboxes: ["ad.viseur@buitendienst.example"], owner: "bea.beheerder@buitendienst.example" };
  const raw = Object.entries({ ...good, ...values }).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { settings, problems } = readSettings(Object.fromEntries(raw), () => []);
  if (settings === undefined) throw new Error(problems.join("\n"));
  return settings;
}

type Answer = (Identities | { problems: readonly string[] }) & { readonly lines: readonly string[] };

async function look(values: Readonly<Record<string, unknown>>, record: Partial<StackRecord> = {}): Promise<Answer> {
  const { tenantId, clientId, clientSecret } = tenant.running.credentials;
  const connection: Record<string, string> = {
    "azuread:tenantId": tenantId,
    "azuread:clientId": clientId,
    "azuread:clientSecret": clientSecret,
    "azuread:metadataHost": `localhost:${tenant.running.port}`,
    exchangeEndpoint: tenant.running.origin,
  };
  const lines: string[] = [];
  const found = await findIdentities(
    settingsOf(values),
    { ...nothingRecorded, ...record },
    mark,
    (key) => connection[key],
    (line) => void lines.push(line),
  );
  return { ...found, lines };
}

async function find(
  values: Readonly<Record<string, unknown>>,
  record?: Partial<StackRecord>,
): Promise<Identities & { readonly lines: readonly string[] }> {
  const answer = await look(values, record);
  if ("problems" in answer) throw new Error(answer.problems.join("\n"));
  expect(answer.conflicts).toEqual([]);
  return answer;
}

async function conflictsOf(values: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const answer = await look(values);
  if ("problems" in answer || answer.conflicts.length === 0) throw new Error("There was no conflict.");
  expect(answer.lines).toEqual([]);
  return answer.conflicts;
}

/** Sends a write to Graph as azuread and administrators do; returns the new object's ids. */
async function post(path: string, body: object): Promise<{ id: string; appId: string }> {
  const { tenantId, clientId, clientSecret } = tenant.running.credentials;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const scope = `${tenant.running.origin}/.default`;
  const signIn = await fetch(`${tenant.running.origin}/${tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...form, scope }).toString(),
  });
  const { access_token: token } = (await signIn.json()) as { access_token: string };
  const response = await fetch(`${tenant.running.origin}/v1.0${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(await response.text());
  return (await response.json()) as { id: string; appId: string };
}

const makeApp = (displayName: string, notes: string | null) => post("/applications", { displayName, notes });
const makePrincipal = (appId: string, notes: string | null) => post("/servicePrincipals", { appId, notes });

const impersonation = { access: ["impersonation"] };
const own = { access: ["application"], application: { certificates } };
const vendors = { access: ["application"], application: { clientId: vendor } };

describe("the service user", () => {
  test("is made on the initial domain where nobody has its name", async () => {
    const { lines, ...identities } = await find(impersonation);
    expect(identities).toEqual({
      initialDomain,
      account: { userPrincipalName: upn, importId: undefined, isAdopted: false },
      app: undefined,
      conflicts: [],
    });
    expect(lines).toEqual([]);
    expect(tenant.running.journal.entries).toEqual([]);
  });

  test("is made on another domain where the settings say so", async () => {
    const serviceUser = { name: "callpro", domain: "buitendienst.example" };
    expect((await find({ ...impersonation, serviceUser })).account?.userPrincipalName).toBe(
      "callpro@buitendienst.example",
    );
  });

  test("that an interrupted run left is gone on with, as ours", async () => {
    const [, id = ""] = (await tenant.makeUser(upn, mark)).trim().split(" ");
    const { account, lines } = await find(impersonation);
    expect(account).toEqual({ userPrincipalName: upn, importId: `/users/${id}`, isAdopted: false });
    expect(lines).toEqual([`user ${upn}: left by an interrupted run of this stack; up goes on with it.`]);
  });

  test.each([
    ["no mark", undefined],
    ["another stack's mark", otherMark],
    ["our mark with more behind it", `${mark}-2`],
    ["a title of its own", "Adviseur"],
  ])("with %s is a conflict that nothing touches, and is taken over only with adopt", async (_name, jobTitle) => {
    const [, id = ""] = (await tenant.makeUser(upn, jobTitle)).trim().split(" ");
    const before = tenant.dump();
    expect(await conflictsOf(impersonation)).toEqual([
      expect.stringMatching(/^serviceUser: .* exists and was not made by this stack\. Nothing was touched\..*adopt/),
    ]);
    // Of other objects only is not enough.
    expect(await conflictsOf({ ...impersonation, adopt: ["roleGroup", "enterpriseApp"] })).toHaveLength(1);
    const { account, lines } = await find({ ...impersonation, adopt: ["serviceUser"] });
    expect(account).toEqual({ userPrincipalName: upn, importId: `/users/${id}`, isAdopted: true });
    expect(lines).toEqual([
      expect.stringMatching(
        /would be taken over; its password is replaced; destroy, or access without "impersonation", would remove it/,
      ),
    ]);
    const kept = await find({ adopt: ["serviceUser"], onDestroy: "keep" });
    expect(kept.lines).toEqual([expect.stringMatching(/its password is replaced; destroy would keep it\.$/)]);
    expect(tenant.dump()).toEqual(before);
  });

  test("in the recycle bin is none", async () => {
    await tenant.makeUser(upn, mark);
    for (const user of tenant.tenant.users.filter(({ userPrincipalName }) => userPrincipalName === upn)) {
      user.deletedDateTime = "2026-11-01T00:00:00Z";
    }
    expect((await find(impersonation)).account?.importId).toBeUndefined();
  });

  test("that exists and is only put into the role group is neither made nor looked up here", async () => {
    const serviceUser = { existing: "gijs.bakker@buitendienst.example" };
    expect((await find({ ...impersonation, serviceUser })).account).toBeUndefined();
  });

  test("is nobody's business where only the application is used", async () => {
    await tenant.makeUser(upn);
    expect((await find(own)).account).toBeUndefined();
  });

  test("cannot be told where the look-up fails: an error is no absence", async () => {
    await tenant.makeUser(upn);
    tenant.running.faults.set([{ match: { operation: "GET /users/:id" }, effect: "forbidden", times: 99 }]);
    const answer = await look(impersonation);
    expect("problems" in answer && answer.problems).toEqual([
      expect.stringMatching(
        /^GET \/users\/.*The automation identity needs Organization\.Read\.All, User\.Read\.All in Micro/,
      ),
    ]);
  });
});

describe("the customer's own app", () => {
  const absent = { objectId: "", importApplication: undefined, importServicePrincipal: undefined, isAdopted: false };

  test("is made where there is none", async () => {
    const { app, lines } = await find(own);
    expect(app).toEqual(absent);
    expect(lines).toEqual([]);
  });

  test("that an interrupted run left is gone on with, as ours: registration and enterprise app", async () => {
    const { id, appId } = await makeApp(appName, mark);
    const principal = await makePrincipal(appId, mark);
    const { app, lines } = await find(own);
    expect(app).toEqual({
      objectId: principal.id,
      importApplication: `/applications/${id}`,
      importServicePrincipal: `/servicePrincipals/${principal.id}`,
      isAdopted: false,
    });
    expect(lines).toEqual([`app "${appName}": left by an interrupted run of this stack; up goes on with it.`]);
  });

  test("that a run left before it had its enterprise app gets one", async () => {
    const { id } = await makeApp(appName, mark);
    const { app } = await find(own);
    expect(app).toEqual({ ...absent, importApplication: `/applications/${id}` });
  });

  test("is told from apps of the same display name, which are none of our business", async () => {
    for (const notes of [null, otherMark, "made by hand", `${mark} `.repeat(2)]) {
      await makePrincipal((await makeApp(appName, notes)).appId, notes);
    }
    const before = tenant.dump();
    expect(await find(own)).toMatchObject({ app: absent, lines: [] });
    // Not even with adopt: an own app is never taken over, so that nobody's keys come into it.
    expect(await find({ ...own, adopt: true })).toMatchObject({ app: absent, lines: [] });
    const { id } = await makeApp(appName, mark);
    expect((await find(own)).app?.importApplication).toBe(`/applications/${id}`);
    expect(tenant.dump()).not.toEqual(before);
  });

  test("that interrupted runs made twice is not chosen by chance", async () => {
    const twins = [await makeApp(appName, mark), await makeApp(appName, mark)];
    const problems = await conflictsOf(own);
    expect(problems).toEqual([expect.stringMatching(/^application: several apps bear this stack's mark/)]);
    for (const { appId } of twins) expect(problems[0]).toContain(appId);
  });

  test("of our mark under another name is another stack setting's, and not found by it", async () => {
    await makeApp("CallPro Agenda", mark);
    expect((await find(own)).app).toEqual(absent);
    const renamed = { ...own, names: { application: "CallPro Agenda" } };
    expect((await find(renamed)).app?.importApplication).toContain("/applications/");
  });

  test.each(["CallPro's app", "CallPro & Co", "Agenda #1 + 50%", "Agenda? = ja"])(
    "is found by a name that a query has to be careful with: %s",
    async (name) => {
      const { id } = await makeApp(name, mark);
      await makeApp("CallPro", mark);
      const { app } = await find({ ...own, names: { application: name } });
      expect(app?.importApplication).toBe(`/applications/${id}`);
    },
  );

  test.each(["/applications", "/servicePrincipals"])("cannot be told where the look-up fails: %s", async (path) => {
    const { appId } = await makeApp(appName, mark);
    await makePrincipal(appId, mark);
    tenant.running.faults.set([{ match: { operation: `GET ${path}` }, effect: "forbidden", times: 99 }]);
    const answer = await look(own);
    expect("problems" in answer && answer.problems).toEqual([
      expect.stringMatching(
        new RegExp(`^GET ${path}.*needs Organization\\.Read\\.All, Application\\.Read\\.All in Micro`),
      ),
    ]);
  });
});

describe("the vendor's app", () => {
  test("gets an enterprise app where there is none", async () => {
    const { app, lines } = await find(vendors);
    expect(app).toEqual({
      objectId: "",
      importApplication: undefined,
      importServicePrincipal: undefined,
      isAdopted: false,
    });
    expect(lines).toEqual([]);
  });

  test.each([
    ["that the customer's administrator consented to", null],
    ["of another stack", otherMark],
  ])("%s is a conflict, and is used only with adopt", async (_name, notes) => {
    const { id } = await makePrincipal(vendor, notes);
    const before = tenant.dump();
    expect(await conflictsOf(vendors)).toEqual([
      expect.stringMatching(
        /^application\.clientId: the enterprise app "CallPro Calendar Sync" \(.*\) exists and was not made by this stack\. Nothing was touched\. Set adopt/,
      ),
    ]);
    expect(await conflictsOf({ ...vendors, adopt: ["exchangeServicePrincipal"] })).toHaveLength(1);
    const { app, lines } = await find({ ...vendors, adopt: ["enterpriseApp"] });
    expect(app).toEqual({
      objectId: id,
      importApplication: undefined,
      importServicePrincipal: `/servicePrincipals/${id}`,
      isAdopted: true,
    });
    expect(lines).toEqual([
      expect.stringMatching(/exists and would be taken over; destroy would keep it, and take off what the stack added/),
    ]);
    expect(tenant.dump()).toEqual(before);
  });

  test("whose enterprise app an interrupted run made is ours, with adopt or without", async () => {
    const { id } = await makePrincipal(vendor, mark);
    for (const adopt of [false, true]) {
      const { app, lines } = await find({ ...vendors, adopt });
      expect(app).toMatchObject({ importServicePrincipal: `/servicePrincipals/${id}`, isAdopted: false });
      expect(lines).toEqual([expect.stringContaining("left by an interrupted run of this stack")]);
    }
  });

  test("is not confused with an app of the same display name", async () => {
    await makePrincipal((await makeApp("CallPro Calendar Sync", mark)).appId, mark);
    expect((await find(vendors)).app?.objectId).toBe("");
  });
});

describe("what the stack recorded", () => {
  const recorded = { initialDomain, userPrincipalName: upn, enterpriseApp: "0e0e0e0e-0000-4000-8000-000000000001" };
  const both = { access: ["impersonation", "application"], application: { certificates } };

  test("is believed: no look-up and no call", async () => {
    const before = tenant.running.requests.describe().requests.length;
    const { account, app } = await find(both, { ...recorded, enterpriseAppAdopted: true, serviceUserAdopted: true });
    expect(account).toEqual({ userPrincipalName: upn, importId: undefined, isAdopted: true });
    expect(app).toEqual({
      objectId: recorded.enterpriseApp,
      importApplication: undefined,
      importServicePrincipal: undefined,
      isAdopted: true,
    });
    expect(tenant.running.requests.describe().requests).toHaveLength(before);
  });

  test("of one way in leaves the other to be looked up, as in a change-over", async () => {
    await tenant.makeUser(upn);
    const { id } = await makeApp(appName, mark);
    const { account, app } = await find(both, { ...recorded, enterpriseApp: "" });
    expect(account).toEqual({ userPrincipalName: upn, importId: undefined, isAdopted: false });
    expect(app?.importApplication).toBe(`/applications/${id}`);
  });

  test("of one app says nothing of another that takes its place", async () => {
    const adopted = { ...recorded, vendorApp: vendor, enterpriseAppAdopted: true };
    expect((await find(own, adopted)).app).toEqual({
      objectId: "",
      importApplication: undefined,
      importServicePrincipal: undefined,
      isAdopted: false,
    });
    const { id } = await makePrincipal(vendor, null);
    const answer = await look(vendors, recorded);
    expect("conflicts" in answer && answer.conflicts.join("")).toContain(
      `(${id}) exists and was not made by this stack`,
    );
    expect((await find(vendors, adopted)).app?.objectId).toBe(recorded.enterpriseApp);
  });

  test("says nothing of a way in that is no longer used", async () => {
    expect(await find(own, recorded)).toMatchObject({ account: undefined });
    expect(await find(impersonation, recorded)).toMatchObject({ app: undefined });
  });
});

describe("strangers of both kinds", () => {
  test("are named together", async () => {
    await tenant.makeUser(upn);
    await makePrincipal(vendor, null);
    const problems = await conflictsOf({ ...vendors, access: ["impersonation", "application"] });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["application.clientId", "serviceUser"]);
  });

  test("are not looked for by an identity that cannot sign in", async () => {
    const answer = await findIdentities(
      settingsOf(vendors),
      nothingRecorded,
      mark,
      (key) => (key === "azuread:tenantId" ? tenant.tenant.tenantId : undefined),
      () => undefined,
    );
    expect("problems" in answer && answer.problems.length > 0).toBe(true);
  });
});
