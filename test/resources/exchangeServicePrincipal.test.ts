/** Exchange's pointer to an enterprise app: made, drifted, found, taken over, removed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../resources/exchangeServicePrincipal.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import type { ExchangeServicePrincipal } from "../../simulator/tenant/exchangeModel.ts";
import { previewOf, tryUp, up } from "../support/access.ts";
import {
  applicationName,
  applicationRole,
  makeApp,
  pointerInputs,
  type EnterpriseApp,
} from "../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";

let tenant: TestTenant;
let restore: () => void;
let app: EnterpriseApp;
let other: EnterpriseApp;
let desired: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  app = await makeApp(tenant);
  other = await makeApp(tenant, "Somebody's app");
  desired = pointerInputs(app);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

function pointers(): ExchangeServicePrincipal[] {
  return tenant.tenant.exchangeServicePrincipals;
}

async function make(changes: Properties = {}): Promise<Recorded> {
  return up(exchangeServicePrincipal, await tenant.open(), { ...desired, ...changes });
}

function operations(from = 0): string[] {
  return tenant.running.journal.entries.slice(from).map(({ operation }) => operation);
}

/** Takes the enterprise app out of what Exchange knows, until replication brings it after so many ms. */
function hideApp({ objectId }: EnterpriseApp, milliseconds?: number): void {
  const hidden = tenant.tenant.servicePrincipals.filter(({ id }) => id === objectId);
  tenant.tenant.servicePrincipals = tenant.tenant.servicePrincipals.filter(({ id }) => id !== objectId);
  if (milliseconds === undefined) return;
  tenant.running.clock.after(milliseconds, "the enterprise app reaches Exchange", () => {
    tenant.tenant.servicePrincipals.push(...hidden);
  });
}

describe("a pointer to the enterprise app", () => {
  test("is made by the app's ids and opens nothing by itself", async () => {
    const made = await make();
    expect(pointers()).toMatchObject([{ guid: made.id, ...app, displayName: applicationName }]);
    expect(made.properties).toMatchObject({ ...desired, tenantId: tenant.tenant.tenantId });
    expect(operations()).toEqual(["New-ServicePrincipal"]);
    expect(tenant.running.journal.entries.at(-1)?.reach).toEqual({});
  });

  test("shows no difference, and makes no write, where nothing changed", async () => {
    const made = await make();
    const writes = operations().length;
    const preview = await previewOf(exchangeServicePrincipal, await tenant.open(), made, desired);
    expect(preview).toEqual({ changed: [], replaces: [] });
    expect(await up(exchangeServicePrincipal, await tenant.open(), desired, made)).toEqual(made);
    expect(operations()).toHaveLength(writes);
  });

  test("waits, visibly, until Exchange knows the new enterprise app", async () => {
    hideApp(app, 10 * 60_000);
    const context = await tenant.open();
    const made = await up(exchangeServicePrincipal, context, desired);
    expect(pointers()).toMatchObject([{ guid: made.id, ...app }]);
    // On a busy machine a second may have passed by then.
    expect(context.lines.join("\n")).toMatch(
      new RegExp(`waiting for Exchange to know the enterprise app ${app.objectId} \\(.*15 min at most\\)`),
    );
    // Refused attempts leave nothing behind.
    expect(tenant.running.journal.entries.filter(({ status }) => status < 300)).toHaveLength(1);
  });

  test("gives up after a quarter of an hour, with nothing made", async () => {
    hideApp(app);
    const start = tenant.running.clock.now();
    const { recorded, error } = await tryUp(exchangeServicePrincipal, await tenant.open(), desired);
    expect(error?.message).toContain(`Exchange to know the enterprise app ${app.objectId}`);
    expect(error?.message).not.toContain("\n");
    expect(recorded).toBeUndefined();
    expect(pointers()).toEqual([]);
    expect(tenant.running.clock.now() - start).toBeGreaterThan(14 * 60_000);
  });

  test("does not wait where waiting cannot help", async () => {
    const reader = await tenant.open("reader");
    const start = tenant.running.clock.now();
    const error = await failureOf(up(exchangeServicePrincipal, reader, desired));
    expect(error.message).toMatch(/^Exchange service principal: New-ServicePrincipal/);
    expect(tenant.running.clock.now() - start).toBeLessThan(60_000);
    expect(pointers()).toEqual([]);
  });
});

describe("drift of the pointer", () => {
  test("another display name shows, and is set back", async () => {
    const made = await make();
    await tenant.byHand("Set-ServicePrincipal", { Identity: made.id, DisplayName: "By hand" });
    const { changed, replaces } = await previewOf(exchangeServicePrincipal, await tenant.open(), made, desired);
    expect({ changed, replaces }).toEqual({ changed: ["displayName"], replaces: [] });
    const start = operations().length;
    const repaired = await up(exchangeServicePrincipal, await tenant.open(), desired, made);
    expect(repaired.id).toBe(made.id);
    expect(operations(start)).toEqual(["Set-ServicePrincipal"]);
    expect(pointers()).toMatchObject([{ displayName: applicationName }]);
  });

  test("a new name of the app is an update in place", async () => {
    const made = await make();
    const renamed = { ...desired, displayName: "CallPro" };
    await up(exchangeServicePrincipal, await tenant.open(), renamed, made);
    expect(pointers()).toMatchObject([{ guid: made.id, displayName: "CallPro" }]);
  });

  test.each([
    ["objectId", (): Partial<ExchangeServicePrincipal> => ({ objectId: other.objectId })],
    ["appId", (): Partial<ExchangeServicePrincipal> => ({ appId: other.appId })],
  ])("a changed %s shows as what it is, and the pointer is made anew", async (name, change) => {
    const made = await make();
    Object.assign(pointers()[0] ?? {}, change());
    const reading = await exchangeServicePrincipal.read(await tenant.open(), made);
    expect(reading?.inputs[name]).toBe(Object.values(change())[0]);
    const { changed, replaces } = await previewOf(exchangeServicePrincipal, await tenant.open(), made, desired);
    expect({ changed, replaces }).toEqual({ changed: [name], replaces: [name] });
    const start = operations().length;
    const successor = await up(exchangeServicePrincipal, await tenant.open(), desired, made);
    expect(successor.id).not.toBe(made.id);
    expect(operations(start)).toEqual(["Remove-ServicePrincipal", "New-ServicePrincipal"]);
    expect(pointers()).toMatchObject([{ guid: successor.id, ...app }]);
  });

  test("an enterprise app that was made anew gets a pointer of its own in place of the old one", async () => {
    const made = await make();
    const replaced = pointerInputs(other);
    expect(exchangeServicePrincipal.diff(made.properties, replaced)).toMatchObject({
      replaces: ["appId", "objectId"],
      deleteBeforeReplace: true,
    });
    const successor = await up(exchangeServicePrincipal, await tenant.open(), replaced, made);
    expect(pointers()).toMatchObject([{ guid: successor.id, ...other }]);
  });

  test("one that was removed by hand is made again", async () => {
    const made = await make();
    await tenant.byHand("Remove-ServicePrincipal", { Identity: made.id });
    expect(await exchangeServicePrincipal.read(await tenant.open(), made)).toBeUndefined();
    const again = await up(exchangeServicePrincipal, await tenant.open(), desired, made);
    expect(pointers()).toMatchObject([{ guid: again.id, ...app }]);
  });

  test("one that went with its enterprise app is gone, not an error", async () => {
    const made = await make();
    await tenant.graph("DELETE", `/servicePrincipals/${app.objectId}`);
    tenant.running.clock.settle();
    expect(await exchangeServicePrincipal.read(await tenant.open(), made)).toBeUndefined();
  });
});

describe("a pointer that is there already", () => {
  const byHand = (target: EnterpriseApp, DisplayName = "By hand"): Promise<void> =>
    tenant.byHand("New-ServicePrincipal", { AppId: target.appId, ObjectId: target.objectId, DisplayName });

  test("is the stack's own where an interrupted run left it on the app that the stack made", async () => {
    await byHand(app, applicationName);
    const context = await tenant.open();
    const made = await up(exchangeServicePrincipal, context, desired);
    expect(pointers()).toMatchObject([{ guid: made.id }]);
    expect(operations()).toEqual(["New-ServicePrincipal"]);
    expect(context.lines.join("\n")).toContain("made by an earlier, interrupted run of this stack");
  });

  test("on an app of others is a conflict that names adopt and touches nothing", async () => {
    await byHand(app);
    const before = tenant.dump();
    const { message } = await failureOf(make({ ownsApp: false }));
    expect(message).toMatch(
      /^Exchange service principal "By hand" \(.*\) exists and was not made by this stack.*adopt/,
    );
    expect(message).not.toContain("\n");
    expect(tenant.dump()).toEqual(before);
  });

  test("is taken over where adopt says so, gets our name, and goes with the stack", async () => {
    await byHand(app);
    const adopting = { ownsApp: false, adopt: true };
    const made = await make(adopting);
    expect(pointers()).toMatchObject([{ guid: made.id, displayName: applicationName }]);
    const preview = await previewOf(exchangeServicePrincipal, await tenant.open(), made, { ...desired, ...adopting });
    expect(preview).toEqual({ changed: [], replaces: [] });
    await exchangeServicePrincipal.remove(await tenant.open(), made);
    expect(pointers()).toEqual([]);
  });

  test("is kept at the end where it was taken over and onDestroy says keep", async () => {
    await byHand(app);
    const made = await make({ ownsApp: false, adopt: true, onDestroy: "keep" });
    const context = await tenant.open();
    await exchangeServicePrincipal.remove(context, made);
    expect(pointers()).toMatchObject([{ guid: made.id }]);
    expect(context.lines.join("\n")).toContain("is kept, as onDestroy says");
  });

  test.each([
    ["the client id", { objectId: "0e0e0e0e-0000-4000-8000-000000000001" }],
    ["the object id", { appId: "0e0e0e0e-0000-4000-8000-000000000001" }],
  ])("that has only %s in common cannot be taken over", async (_what, change) => {
    await byHand(app);
    Object.assign(pointers()[0] ?? {}, change);
    const before = tenant.dump();
    const { message } = await failureOf(make({ adopt: true }));
    expect(message).toMatch(/cannot be taken over: it points to .*, not to the enterprise app/);
    expect(tenant.dump()).toEqual(before);
  });

  test("for another app is no concern of the stack's", async () => {
    await byHand(other, applicationName);
    const made = await make();
    expect(pointers().map(({ objectId }) => objectId)).toEqual([other.objectId, app.objectId]);
    await exchangeServicePrincipal.remove(await tenant.open(), made);
    expect(pointers().map(({ objectId }) => objectId)).toEqual([other.objectId]);
  });

  test("twice, by one id each, is a conflict that names both", async () => {
    await byHand(app, "One");
    await byHand(other, "Two");
    Object.assign(pointers()[0] ?? {}, { appId: other.appId });
    Object.assign(pointers()[1] ?? {}, { appId: app.appId });
    const { message } = await failureOf(make({ adopt: true }));
    expect(message).toMatch(/several candidates: .*"One".*"Two"/);
  });
});

describe("an interrupted run", () => {
  test("whose write landed without an answer goes on with what it made", async () => {
    tenant.running.faults.set([{ match: { operation: "New-ServicePrincipal" }, effect: "lostAnswer" }]);
    const made = await make();
    expect(pointers()).toMatchObject([{ guid: made.id, ...app }]);
    expect(operations()).toEqual(["New-ServicePrincipal"]);
  });

  test("whose write never landed makes it at the second try", async () => {
    tenant.running.faults.set([{ match: { operation: "New-ServicePrincipal" }, effect: "dropped" }]);
    const made = await make();
    expect(pointers()).toMatchObject([{ guid: made.id, ...app }]);
  });

  test("leaves nothing that the next one does not find, and nothing is doubled", async () => {
    const first = await make();
    const second = await make();
    expect(second.id).toBe(first.id);
    expect(pointers()).toHaveLength(1);
  });
});

describe("removing a pointer", () => {
  test("leaves everything as it was before", async () => {
    const before = tenant.dump();
    await exchangeServicePrincipal.remove(await tenant.open(), await make());
    expect(tenant.dump()).toEqual(before);
  });

  test("that is gone already is done", async () => {
    const made = await make();
    await tenant.byHand("Remove-ServicePrincipal", { Identity: made.id });
    await exchangeServicePrincipal.remove(await tenant.open(), made);
    expect(pointers()).toEqual([]);
  });

  test("insists where the answer was lost", async () => {
    const made = await make();
    tenant.running.faults.set([{ match: { operation: "Remove-ServicePrincipal" }, effect: "dropped" }]);
    await exchangeServicePrincipal.remove(await tenant.open(), made);
    expect(pointers()).toEqual([]);
  });

  const assignByHand = (Name: string): Promise<void> =>
    tenant.byHand("New-ManagementRoleAssignment", { Name, Role: applicationRole, App: app.objectId });

  test("takes along what somebody assigned by hand to the stack's own app, access first", async () => {
    const before = tenant.dump();
    const made = await make();
    await assignByHand("One");
    await assignByHand("Two");
    const start = operations().length;
    const context = await tenant.open();
    await exchangeServicePrincipal.remove(context, made);
    expect(operations(start)).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementRoleAssignment",
      "Remove-ServicePrincipal",
    ]);
    expect(context.lines.join("\n")).toContain('removing what is still assigned to the app: "One", "Two"');
    expect(tenant.dump()).toEqual(before);
  });

  test("leaves it, says so and ends, while roles are assigned to an app of others", async () => {
    const made = await make({ ownsApp: false });
    await assignByHand("Somebody's");
    const before = tenant.dump();
    const context = await tenant.open();
    await exchangeServicePrincipal.remove(context, made);
    expect(context.lines.join("\n")).toMatch(
      /role assignments of others use it, and would lose the app without it: "Somebody's"\. It is left there, and is no/,
    );
    expect(tenant.dump()).toEqual(before);
    // The state lets go of it: a later up says what is there, and takes nothing over unasked.
    expect((await failureOf(make({ ownsApp: false }))).message).toMatch(/was not made by this stack.*adopt/);
  });

  test("takes along the stack's own assignment where the pointer alone is made anew, whosever the app is", async () => {
    const made = await make({ ownsApp: false });
    await assignByHand("The stack's");
    const [own] = tenant.tenant.assignments.filter(({ name }) => name === "The stack's");
    const context = await tenant.open("automation", [made.id, own?.guid ?? ""]);
    await exchangeServicePrincipal.remove(context, made);
    expect(pointers()).toEqual([]);
  });

  test("leaves other apps' assignments alone", async () => {
    await tenant.byHand("New-ServicePrincipal", { AppId: other.appId, ObjectId: other.objectId, DisplayName: "Other" });
    const place = { Name: "Other's", Role: applicationRole, App: other.objectId };
    await tenant.byHand("New-ManagementRoleAssignment", place);
    const before = tenant.dump();
    await exchangeServicePrincipal.remove(await tenant.open(), await make());
    expect(tenant.dump()).toEqual(before);
  });

  test("of another tenant is refused before anything is asked", async () => {
    const made = await make();
    const foreign = { ...made, properties: { ...made.properties, tenantId: "other" } };
    const context = await tenant.open();
    const calls = tenant.calls().length;
    const { message } = await failureOf(exchangeServicePrincipal.remove(context, foreign));
    expect(message).toContain("belongs to tenant other");
    expect(tenant.calls()).toHaveLength(calls);
    expect(pointers()).toHaveLength(1);
  });
});
