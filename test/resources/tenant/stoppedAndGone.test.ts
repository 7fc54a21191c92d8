/** A stop that a run has seen outlives what was stopped: deleted, it is not made anew until `regrant`. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { assignmentInputs, makeAccess, mark, tenantInputs, type Access } from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationRole,
  makeScopedObjects,
  placeApp,
  type ScopedObjects,
} from "../../support/application.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

/** Of a stack that has nothing to sweep here. */
const otherMark = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");

let tenant: TestTenant;
let back: () => void;
let access: Access;
let made: ScopedObjects;

beforeAll(async () => {
  tenant = await startTenant();
  const context = await tenant.open();
  access = await makeAccess(tenant, context);
  made = await makeScopedObjects(tenant, context, placeApp(tenant, mark), access);
  back = tenant.save();
});
beforeEach(() => {
  back();
});
afterAll(() => tenant.close());

function inputs(change: Properties = {}): Properties {
  const known = {
    ...nothingKnown,
    roleGroup: access.roleGroup.id,
    securityGroup: made.securityGroup.id,
    scope: made.scope.id,
    assignment: access.assignment.id,
    exchangeServicePrincipal: made.pointer.id,
    applicationAssignments: `${applicationRole} ${made.assignment.id}`,
    app: made.app.objectId,
    heldUser: access.user.trim(),
  };
  return {
    ...tenantInputs(),
    access: "application\nimpersonation",
    app: made.app.objectId,
    ownsApp: true,
    known,
    ...change,
  };
}

/** What a run's check records, and its refusal for a stop. */
async function check(recorded: Properties, change: Properties = {}) {
  tenant.running.settle();
  const held = [access.roleGroup.id, made.pointer.id];
  const answer = await tenantArtifact.check(await tenant.open("automation", held), recorded, inputs(change));
  const refusals = answer.problems.filter((each) => each.startsWith("regrant:"));
  return { recorded: answer.inputs, stopped: answer.inputs["stopped"], refusals: refusals.join("\n") };
}

const userPath = (): string => `/users/${access.user.trim().split(" ")[1] ?? ""}`;
const appPath = (): string => `/servicePrincipals/${made.app.objectId}`;
const set = (Identity: string, Enabled: boolean): Promise<void> =>
  tenant.byHand("Set-ManagementRoleAssignment", { Identity, Enabled });
const remove = (Identity: string): Promise<void> =>
  tenant.byHand("Remove-ManagementRoleAssignment", { Identity, Confirm: false });

type Act = () => Promise<unknown>;
const stops: [string, "impersonation" | "application", Act, Act, Act, string][] = [
  [
    "impersonation's assignment",
    "impersonation",
    () => set(access.assignment.id, false),
    () => set(access.assignment.id, true),
    () => remove(access.assignment.id),
    'the role assignment "ApplicationImpersonation-CallPro Calendar Access" was stopped, and then removed',
  ],
  [
    "the app's assignment",
    "application",
    () => set(made.assignment.id, false),
    () => set(made.assignment.id, true),
    () => remove(made.assignment.id),
    'the role assignment "Application Calendars.ReadWrite-CallPro Calendar Access" was stopped, and then removed',
  ],
  [
    "the service user",
    "impersonation",
    () => tenant.graph("PATCH", userPath(), { accountEnabled: false }),
    () => tenant.graph("PATCH", userPath(), { accountEnabled: true }),
    () => tenant.graph("DELETE", userPath()),
    "was stopped, and then removed",
  ],
  [
    "the enterprise app",
    "application",
    () => tenant.graph("PATCH", appPath(), { accountEnabled: false }),
    () => tenant.graph("PATCH", appPath(), { accountEnabled: true }),
    () => tenant.graph("DELETE", appPath()),
    "was stopped, and then removed",
  ],
];

describe.each(stops)("%s, stopped", (_what, mode, stop, start, destroy, text) => {
  test("and then deleted, is not made anew until regrant, which ends the record", async () => {
    await stop();
    const seen = await check(inputs());
    expect(seen.stopped).not.toBe("");
    await destroy();
    const refused = await check(seen.recorded);
    expect(refused.refusals).toContain(text);
    expect(refused.refusals).toContain("Or set regrant to true");
    expect(refused.stopped).toBe(seen.stopped);
    // What the state forgot of it, because a refresh found it gone, changes nothing.
    expect((await check(seen.recorded, { known: nothingKnown })).refusals).toContain(text);
    const granted = await check(seen.recorded, { regrant: true });
    expect(granted).toMatchObject({ refusals: "", stopped: "" });
  });

  test("and seen so by a refresh alone, is not made anew either when it was deleted", async () => {
    const { recorded } = await check(inputs());
    await stop();
    tenant.running.settle();
    const state = { id: "tenant", properties: { ...recorded, tenantId: tenant.running.credentials.tenantId } };
    const seen = await tenantArtifact.read(await tenant.open(), state);
    await destroy();
    expect((await check(seen?.properties ?? {})).refusals).toContain(text);
    // Another look, at what is gone, forgets nothing.
    const again = await tenantArtifact.read(await tenant.open(), { ...state, properties: seen?.properties ?? {} });
    expect(again?.properties["stopped"]).toBe(seen?.properties["stopped"]);
  });

  /** The last step of a destroy, whose refresh has seen what is stopped; of a state that does not know its own app yet. */
  async function close(before: Act): Promise<string[]> {
    const { tenantId } = tenant.running.credentials;
    const state = { id: tenantId, properties: { ...inputs({ app: "" }), mark: otherMark, tenantId } };
    const seen = await tenantArtifact.read(await tenant.open(), state);
    await before();
    tenant.running.settle();
    const context = await tenant.open();
    await tenantArtifact.remove(context, { ...state, properties: seen?.properties ?? {} });
    return context.lines;
  }

  test("is said to be forgotten by the destroy of the stack", async () => {
    await stop();
    tenant.running.settle();
    const said = await close(destroy);
    expect(said).toEqual([expect.stringContaining("with this stack that stop is forgotten")]);
    expect(said[0]).toMatch(
      /^the (role assignment ".*-CallPro Calendar Access"|user svc.*|enterprise app .*) was stopped/,
    );
  });

  test("is said to be stopped still where the destroy leaves it", async () => {
    await stop();
    tenant.running.settle();
    const said = await close(() => Promise.resolve());
    expect(said).toEqual([expect.stringContaining("is left as it is, and is still stopped")]);
  });

  test("is not spoken of by a destroy where somebody opened it by hand", async () => {
    await stop();
    tenant.running.settle();
    expect(await close(start)).toEqual([]);
  });

  test("and then deleted, is not made anew by an up of the assignment alone, which passes the tenant by", async () => {
    await stop();
    const { stopped } = await check(inputs());
    await destroy();
    tenant.running.settle();
    const asked =
      mode === "impersonation"
        ? assignmentInputs(tenant, access.roleGroup.id, access.scope?.id ?? "")
        : applicationAssignmentInputs(tenant, made.app, made.scope.id);
    const of = async (change: Properties): Promise<string> => {
      const answer = await roleAssignment.check(await tenant.open(), undefined, { ...asked, stopped, ...change });
      return answer.problems.join("\n");
    };
    expect(await of({})).toContain(text);
    expect(await of({ regrant: true })).toBe("");
    // A stop of the other way in is none of this one's.
    const others = mode === "impersonation" ? `app ${made.app.objectId} \n` : `assignment ${access.assignment.id} x\n`;
    expect(await of({ stopped: others })).toBe("");
  });

  test("stays recorded while it is stopped, and refuses nothing by that", async () => {
    await stop();
    const seen = await check(inputs());
    expect(await check(seen.recorded)).toMatchObject({ stopped: seen.stopped, refusals: "" });
  });

  test("is forgotten once somebody opened it by hand", async () => {
    await stop();
    const seen = await check(inputs());
    await start();
    const opened = await check(seen.recorded);
    expect(opened).toMatchObject({ refusals: "", stopped: "" });
  });

  test("and then deleted, keeps no other way in from staying", async () => {
    await stop();
    const seen = await check(inputs());
    await destroy();
    const other = mode === "impersonation" ? "application" : "impersonation";
    const change =
      other === "application"
        ? { access: other, user: "", ownsUser: false }
        : { access: other, app: "", ownsApp: false };
    expect((await check(seen.recorded, change)).refusals).not.toContain("was stopped, and then removed");
  });
});

describe("a stopped assignment of a role that is asked for no more, which the stack itself removed", () => {
  const other = "Application Mail.Read";
  const both = { roles: `${applicationRole}\n${other}` };

  test("refuses nothing while no more is asked for, is not forgotten, and refuses another way in and its return", async () => {
    await set(made.assignment.id, false);
    const seen = await check(inputs(both), both);
    await remove(made.assignment.id);
    const left = await check(seen.recorded, { roles: other });
    expect(left).toMatchObject({ refusals: "", stopped: seen.stopped });
    expect((await check(left.recorded, { roles: other, mailboxes: "" })).refusals).toBe("");
    const refused = expect.stringContaining("was stopped, and then removed");
    expect((await check(left.recorded, both)).refusals).toEqual(refused);
    expect((await check(left.recorded, { roles: `${other}\nApplication Mail.Send` })).refusals).toEqual(refused);
    expect((await check(left.recorded, { roles: other, reach: "organization" })).refusals).toEqual(refused);
  });
});

describe("an assignment that was taken over and is kept, which a change would let go of", () => {
  /** What the check says of it where the change leaves the mode, or the role. */
  const refusals = async (change: Properties): Promise<string[]> => {
    tenant.running.settle();
    const known = { ...(inputs()["known"] as Properties), adopted: "applicationAssignment keep\nroleAssignment keep" };
    const context = await tenant.open("automation", [access.roleGroup.id, made.pointer.id]);
    const { problems } = await tenantArtifact.check(context, inputs(), inputs({ ...change, known }));
    return problems.filter((each) => each.includes("is to be kept"));
  };
  const changes: [string, Properties, () => string][] = [
    ["impersonation", { access: "application" }, () => access.assignment.id],
    ["the role", { roles: "Application Mail.Read" }, () => made.assignment.id],
    ["application", { access: "impersonation" }, () => made.assignment.id],
  ];

  test.each(changes)(
    "of %s, is refused and named while it is on, not once it is disabled or gone",
    async (_, change, id) => {
      expect(await refusals({})).toEqual([]);
      expect(await refusals(change)).toEqual([expect.stringContaining(`(${id()}), was there before this stack`)]);
      await set(id(), false);
      expect(await refusals(change)).toEqual([]);
      await set(id(), true);
      expect(await refusals(change)).toHaveLength(1);
      await remove(id());
      expect(await refusals(change)).toEqual([]);
    },
  );
});
