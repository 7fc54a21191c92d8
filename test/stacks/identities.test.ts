/** What azuread is to make: nothing that is there, what an interrupted run left, or a stranger's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { markOf } from "../../resources/lifecycle/mark.ts";
import { findIdentities, type Identities } from "../../stacks/identities.ts";
import { stateIn, type OwnState } from "../../stacks/ownState.ts";
import { readSettings } from "../../stacks/configuration.ts";
import type { Settings } from "../../stacks/settings.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const mark = markOf("calendar-access", "contoso", "0c0ffee0-0000-4000-8000-00000000000a");
const otherId = "0c0ffee0-0000-4000-8000-00000000000b";
const otherMark = markOf("calendar-access", "fabrikam", otherId);
const initialDomain = "buitendienst.onmicrosoft.com";
const upn = `svcServiceAccount@${initialDomain}`;
const vendor = "12345678-aaaa-bbbb-cccc-1234567890ab";
const appName = "CallPro Calendar Access";
const certificates = ["app.pem"];

/** A stack that was brought up before, and one that was not. */
const [born, unborn] = [{ ...stateIn([]), mark, initialDomain }, stateIn([])];

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

function settingsOf(values: Readonly<Record<string, unknown>>): Settings {
  const good = {
    access: ["impersonation"],
    mailboxes: ["ad.viseur@buitendienst.example"],
    owner: "bea.beheerder@buitendienst.example",
  };
  const raw = Object.entries({ ...good, ...values }).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { settings, problems } = readSettings(Object.fromEntries(raw), () => []);
  if (settings === undefined) throw new Error(problems.join("\n"));
  return settings;
}

type Answer = (Identities | { problems: readonly string[] }) & { readonly lines: readonly string[] };

async function look(values: Readonly<Record<string, unknown>>, state: OwnState = born): Promise<Answer> {
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
    state,
    mark,
    (key) => connection[key],
    (line) => void lines.push(line),
  );
  return { ...found, lines };
}

async function find(
  values: Readonly<Record<string, unknown>>,
  state?: OwnState,
): Promise<Identities & { readonly lines: readonly string[] }> {
  const answer = await look(values, state);
  if ("problems" in answer) throw new Error(answer.problems.join("\n"));
  expect(answer.conflicts).toEqual([]);
  return answer;
}

async function conflictsOf(values: Readonly<Record<string, unknown>>, state?: OwnState): Promise<readonly string[]> {
  const answer = await look(values, state);
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
    const rest = "up goes on with it, and it gets a new password: hand that over.";
    expect(lines).toEqual([`user ${upn}: left by an interrupted run of this stack; ${rest}`]);
    const movedFrom = "0c0ffee0-0000-4000-8000-00000000000a";
    const moved = (await find({ ...impersonation, movedFrom }, unborn)).lines;
    expect(moved).toEqual([`user ${upn}: taken over from the stack that movedFrom names; ${rest}`]);
    const again = (await find({ ...impersonation, movedFrom })).lines;
    expect(again).toEqual([expect.stringContaining("movedFrom names, or left by an interrupted run of this stack; ")]);
  });

  test.each([
    ["no mark", undefined],
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
        /^user svcServiceAccount@\S+ \("[^"]+", [0-9a-f-]{36}\): exists and would be taken over; its password is replaced; destroy, or access without "impersonation", would remove it/,
      ),
    ]);
    const kept = await find({ adopt: ["serviceUser"], onDestroy: "keep" });
    expect(kept.lines).toEqual([expect.stringMatching(/its password is replaced; destroy would keep it\.$/)]);
    expect(tenant.dump()).toEqual(before);
  });

  test.each([false, true])("of another stack is never taken over, with adopt or without: %s", async (adopt) => {
    await tenant.makeUser(upn, otherMark);
    const before = tenant.dump();
    const [conflict] = await conflictsOf({ ...impersonation, adopt });
    expect(conflict).toMatch(
      /^serviceUser: svcServiceAccount@.* belongs to another stack, calendar-access\/fabrikam \(id /,
    );
    expect(conflict).toContain(otherId);
    // Only a stack that holds nothing yet may be that other one.
    expect(conflict).not.toContain("movedFrom");
    expect((await conflictsOf({ ...impersonation, adopt }, unborn))[0]).toContain(
      `Only if that is this very stack, whose state was lost, is kept elsewhere now, or which was destroyed and left it to others, set movedFrom to ${otherId}:`,
    );
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

  test("of another stack is not used as an existing one either", async () => {
    const serviceUser = { existing: "svcother@buitendienst.onmicrosoft.com" };
    await tenant.makeUser(serviceUser.existing, otherMark);
    expect(await conflictsOf({ ...impersonation, serviceUser }, unborn)).toEqual([
      expect.stringMatching(/^serviceUser\.existing: svcother@.* belongs to another stack, calendar-access\/fabrikam/),
    ]);
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

  test("that the customer's administrator consented to is a conflict, and is used only with adopt", async () => {
    const { id } = await makePrincipal(vendor, null);
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

  test.each([false, true])("of another stack is never used, with adopt or without: %s", async (adopt) => {
    await makePrincipal(vendor, otherMark);
    expect(await conflictsOf({ ...vendors, adopt })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^application\\.clientId: the enterprise app .* another stack, calendar-access/fabrikam \\(id ${otherId}\\)`,
        ),
      ),
    ]);
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

describe("what the state holds", () => {
  const both = { access: ["impersonation", "application"], application: { certificates } };

  const heldUser = (objectId: string, userPrincipalName = upn, isAdopted = false): OwnState => ({
    ...born,
    user: { objectId, userPrincipalName, isAdopted },
  });
  const heldVendor = (objectId: string, isAdopted: boolean): OwnState => ({
    ...born,
    enterpriseApp: { objectId, clientId: vendor, isAdopted },
  });
  async function makeOwnApp(): Promise<OwnState & { readonly appId: string; readonly principalId: string }> {
    const { id, appId } = await makeApp(appName, mark);
    const { id: principalId } = await makePrincipal(appId, mark);
    const enterpriseApp = { objectId: principalId, clientId: appId, isAdopted: false };
    return { ...born, application: { objectId: id, clientId: appId }, enterpriseApp, appId, principalId };
  }
  const idOf = async (userPrincipalName: string, jobTitle?: string): Promise<string> =>
    (await tenant.makeUser(userPrincipalName, jobTitle)).trim().split(" ")[1] ?? "";
  const removeUser = (id: string) => tenant.graph("DELETE", `/users/${id}`);

  test("and is there is neither made nor taken in again, at a sign-in and one call for all of it", async () => {
    const id = await idOf(upn, "Adviseur");
    const app = await makeOwnApp();
    const before = tenant.calls().length;
    const { lines, ...found } = await find(both, { ...app, ...heldUser(id, upn, true), ...appOf(app) });
    expect(found.account).toEqual({ userPrincipalName: upn, importId: undefined, isAdopted: true });
    expect(found.app).toEqual({
      objectId: app.principalId,
      importApplication: undefined,
      importServicePrincipal: undefined,
      isAdopted: false,
    });
    expect(lines).toEqual([]);
    expect(tenant.calls().slice(before)).toEqual([
      "GET /metadata/endpoints",
      expect.stringContaining("openid-configuration"),
      expect.stringContaining("/token"),
      "POST /$batch",
    ]);
  });

  test("of one way in leaves the other to be looked up, as in a change-over", async () => {
    const userId = await idOf(upn, mark);
    const { id } = await makeApp(appName, mark);
    const { account, app } = await find(both, heldUser(userId));
    expect(account).toEqual({ userPrincipalName: upn, importId: undefined, isAdopted: false });
    expect(app?.importApplication).toBe(`/applications/${id}`);
  });

  test("of one app says nothing of another that takes its place", async () => {
    const { id } = await makePrincipal(vendor, null);
    const app = await makeOwnApp();
    expect(await conflictsOf(vendors, app)).toEqual([
      expect.stringContaining(`(${id}) exists and was not made by this stack`),
    ]);
    expect((await find(own, heldVendor(id, true))).app?.importApplication).toContain("/applications/");
  });

  test("says nothing of a way in that is no longer used", async () => {
    const app = await makeOwnApp();
    expect(await find(own, { ...heldUser("0e0e0e0e-0000-4000-8000-000000000001"), ...appOf(app) })).toMatchObject({
      account: undefined,
    });
    expect(await find(impersonation, { ...app, ...heldUser(await idOf(upn, mark)) })).toMatchObject({
      app: undefined,
    });
  });

  test("a user that somebody removed is made anew, which is said", async () => {
    const id = await idOf(upn, mark);
    await removeUser(id);
    const { account, lines } = await find(impersonation, heldUser(id));
    expect(account).toEqual({ userPrincipalName: upn, importId: undefined, isAdopted: false });
    expect(lines).toEqual([`user ${upn} (${id}): the stack's user was removed by somebody.`]);
  });

  test("a user that somebody removed and made again is a stranger, that adopt takes over", async () => {
    const id = await idOf(upn, mark);
    await removeUser(id);
    const another = await idOf(upn, "Adviseur");
    const answer = await look(impersonation, heldUser(id));
    expect("conflicts" in answer && answer.conflicts).toEqual([
      expect.stringMatching(new RegExp(`^serviceUser: .*\\(${another}\\) exists and was not made by this stack`)),
    ]);
    const { account } = await find({ ...impersonation, adopt: ["serviceUser"] }, heldUser(id));
    expect(account).toEqual({ userPrincipalName: upn, importId: `/users/${another}`, isAdopted: true });
  });

  test("no longer, a user that was restored from the recycle bin is taken in again as ours", async () => {
    const id = await idOf(upn, mark);
    await removeUser(id);
    for (const user of tenant.tenant.users.filter((each) => each.id === id)) {
      Object.assign(user, { deletedDateTime: null, userPrincipalName: upn });
    }
    expect((await find(impersonation)).account).toEqual({
      userPrincipalName: upn,
      importId: `/users/${id}`,
      isAdopted: false,
    });
  });

  test.each(["nobody", "somebody"])("a user is renamed to a name that %s has", async (who) => {
    const id = await idOf(upn, mark);
    const wanted = `callpro@${initialDomain}`;
    const renamed = { ...impersonation, serviceUser: { name: "callpro" } };
    const other = who === "nobody" ? "" : await idOf(wanted, "Adviseur");
    if (who === "nobody") {
      expect((await find(renamed, heldUser(id))).account).toEqual({
        userPrincipalName: wanted,
        importId: undefined,
        isAdopted: false,
      });
      return;
    }
    // Not even with adopt: the stack has a user already.
    expect(await conflictsOf({ ...renamed, adopt: true }, heldUser(id))).toEqual([
      `serviceUser: ${wanted} is the name of another user (${other}), so the stack's user ${upn} cannot be renamed to it. Nothing was touched. Choose another serviceUser.name.`,
    ]);
  });

  test("an enterprise app that a consent made again is a stranger, that adopt takes over", async () => {
    const { id } = await makePrincipal(vendor, mark);
    await tenant.graph("DELETE", `/servicePrincipals/${id}`);
    const again = await makePrincipal(vendor, null);
    expect(await conflictsOf(vendors, heldVendor(id, false))).toEqual([
      expect.stringMatching(/somebody made again since the last up, exists and was not made by this stack/),
    ]);
    const { app } = await find({ ...vendors, adopt: ["enterpriseApp"] }, heldVendor(id, false));
    expect(app).toMatchObject({
      objectId: again.id,
      importServicePrincipal: `/servicePrincipals/${again.id}`,
      isAdopted: true,
    });
    expect((await find(vendors, heldVendor(again.id, true))).app).toMatchObject({
      objectId: again.id,
      importServicePrincipal: undefined,
      isAdopted: true,
    });
  });

  test("the own app's enterprise app that was made again is taken in, which is said", async () => {
    const app = await makeOwnApp();
    await tenant.graph("DELETE", `/servicePrincipals/${app.principalId}`);
    const again = await makePrincipal(app.appId, null);
    const { app: found, lines } = await find(own, app);
    expect(found).toEqual({
      objectId: again.id,
      importApplication: undefined,
      importServicePrincipal: `/servicePrincipals/${again.id}`,
      isAdopted: false,
    });
    expect(lines).toEqual([expect.stringContaining("the stack did not make it; up goes on with it")]);
  });

  test("an own app that somebody removed is made anew, which is said", async () => {
    const app = await makeOwnApp();
    await tenant.graph("DELETE", `/applications/${app.application?.objectId ?? ""}`);
    const { app: found, lines } = await find(own, app);
    expect(found).toEqual({
      objectId: "",
      importApplication: undefined,
      importServicePrincipal: undefined,
      isAdopted: false,
    });
    expect(lines).toEqual([expect.stringContaining("the stack's app registration was removed by somebody")]);
  });
});

function appOf({ application, enterpriseApp }: OwnState): Pick<OwnState, "application" | "enterpriseApp"> {
  return { application, enterpriseApp };
}

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
      unborn,
      mark,
      (key) => (key === "azuread:tenantId" ? tenant.tenant.tenantId : undefined),
      () => undefined,
    );
    expect("problems" in answer && answer.problems.length > 0).toBe(true);
  });
});

describe("what was stopped, and then removed", () => {
  const gone = "0b0b0b0b-0000-4000-8000-0000000000ff";
  const application = { access: ["application"], application: { clientId: vendor } };
  const stopped = (lines: string): OwnState => ({ ...born, stopped: lines });

  test.each([
    ["the user", {}, `user ${gone} ${upn}\n`, new RegExp(`the user ${upn} was stopped, and then removed`)],
    ["the enterprise app", application, `app ${gone} \n`, new RegExp(`the enterprise app ${gone} was stopped`)],
  ])("is not made anew by any run, nor by one of it alone: %s, until regrant", async (_what, settings, lines, text) => {
    const refused = await look(settings, stopped(lines));
    expect("problems" in refused ? refused.problems : []).toEqual([expect.stringMatching(text)]);
    expect(await look({ ...settings, regrant: true }, stopped(lines))).not.toHaveProperty("problems");
    // The other way in has nothing to do with it.
    const other = lines.startsWith("user") ? application : {};
    expect(await look(other, stopped(lines))).not.toHaveProperty("problems");
  });

  test("is no matter while it is there: blocked or not, nothing is made in its place", async () => {
    const { id } = await tenant.graph("POST", "/users", {
      ...{ accountEnabled: false, displayName: "svc", mailNickname: "svcServiceAccount", userPrincipalName: upn },
      ...{ jobTitle: mark, passwordProfile: { password: "A-password~of.the-test" } },
    });
    expect(await look({}, stopped(`user ${String(id)} ${upn}\n`))).not.toHaveProperty("problems");
  });
});
