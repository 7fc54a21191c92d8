/** Somebody's emergency stop survives everything but `regrant`: a replacement, another way in, an `up` of one resource. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { refusedWhileStopped } from "../../../resources/lifecycle/emergencyStop.ts";
import { unknownValue, type Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { assignmentInputs, makeAccess, mark, names, tenantInputs, up, type Access } from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationName,
  applicationRole,
  makeScopedObjects,
  placeApp,
  vendorId,
  type ScopedObjects,
} from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, dirk, serviceUser } from "../../support/people.ts";

const both = "application\nimpersonation";

let tenant: TestTenant;
let back: () => void;
/** A stack with both ways in, on one group and scope. */
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

const disable = (id: string): Promise<void> =>
  tenant.byHand("Set-ManagementRoleAssignment", { Identity: id, Enabled: false });

/** The four ways to stop the stack's access in an emergency. */
const stops: [string, RegExp, () => Promise<void>][] = [
  [
    "impersonation's assignment is disabled",
    /the role assignment "ApplicationImpersonation-.*" is disabled/,
    () => disable(access.assignment.id),
  ],
  [
    "the application's assignment is disabled",
    /the role assignment "Application Calendars\.ReadWrite-.*" is disabled/,
    () => disable(made.assignment.id),
  ],
  [
    "the service user is blocked",
    /the user svcServiceAccount@buitendienst\.onmicrosoft\.com is blocked from signing in/i,
    async () => {
      await tenant.graph("PATCH", `/users/${access.user.trim().split(" ")[1] ?? ""}`, { accountEnabled: false });
      tenant.running.clock.settle();
    },
  ],
  [
    "the enterprise app is disabled",
    /the enterprise app \S+ is disabled/,
    async () => {
      await Promise.resolve();
      for (const each of tenant.tenant.servicePrincipals)
        if (each.id === made.app.objectId) each.accountEnabled = false;
    },
  ],
];

const writes = (): number => tenant.running.journal.entries.length;

describe.each(stops)("while %s", (_what, text, stop) => {
  beforeEach(() => stop());

  function known(change: Properties = {}): Properties {
    return {
      ...nothingKnown,
      roleGroup: access.roleGroup.id,
      securityGroup: made.securityGroup.id,
      scope: made.scope.id,
      assignment: access.assignment.id,
      exchangeServicePrincipal: made.pointer.id,
      applicationAssignments: `${applicationRole} ${made.assignment.id}`,
      applicationHeldSince: "",
      impersonationHeldSince: "",
      ...change,
    };
  }

  const recorded = (change: Properties = {}): Properties => ({
    ...tenantInputs(),
    access: both,
    app: made.app.objectId,
    ownsApp: true,
    members: tenant.lines(ad, eva),
    mustStayOut: tenant.lines(dirk),
    known: known(),
    ...change,
  });

  /** What the preflight says of a change of the settings. */
  async function preflight(change: Properties, before: Properties = {}): Promise<readonly string[]> {
    const context = await tenant.open("automation", [made.pointer.id, access.roleGroup.id]);
    const start = writes();
    const { problems } = await tenantArtifact.check(context, recorded(before), recorded({ ...before, ...change }));
    expect(writes()).toBe(start);
    return problems;
  }

  test.each<[string, Properties, string, Properties?]>([
    [
      "another name of impersonation's assignment",
      { assignment: "Another name" },
      `Set names.assignment back to "${names.assignment}"`,
    ],
    ["another name of the app", { application: "Another name" }, `Set names.application back to "${applicationName}"`],
    [
      "another role",
      { roles: `${applicationRole}\nApplication Calendars.Read` },
      "Take Application Calendars.Read off application.roles",
    ],
    ["another app", { clientId: vendorId, ownsApp: false, app: "" }, "Take application.clientId away"],
    [
      "an assignment that is gone",
      { known: { roleGroup: "", assignment: "0f0f0f0f-0000-4000-8000-000000000001" } },
      "would be made anew",
    ],
  ])("the preflight refuses %s, and says what to do", async (_change, change, advice) => {
    const { known: part, ...rest } = change;
    const all = part === undefined ? rest : { ...rest, known: known(part as Properties) };
    const stopped = await preflight(all);
    // Whatever else is wrong with such a change is not the matter here.
    const [problem = ""] = stopped.filter((each) => each.startsWith("regrant:"));
    if (part === undefined) expect(problem).toMatch(text);
    expect(problem).toContain(advice);
    expect(problem).toContain("Or set regrant to true: only that opens what was stopped. Nothing was changed.");
    expect((await preflight({ ...all, regrant: true })).filter((each) => each.startsWith("regrant:"))).toEqual([]);
  });

  test("the preflight refuses another way in beside one that is stopped", async () => {
    const isOfUser = /ApplicationImpersonation|svcServiceAccount/i.test(text.source);
    const before = isOfUser ? { access: "impersonation", roles: applicationRole } : { access: "application" };
    const added = isOfUser ? "application" : "impersonation";
    const [problem = ""] = (await preflight({ access: both }, before)).filter((each) => each.startsWith("regrant:"));
    expect(problem).toMatch(text);
    expect(problem).toContain(`access "${added}" would be another way in. Leave "${added}" out of access.`);
  });

  test("the preflight leaves alone what opens nothing: members, other lists, an owner, one mode less", async () => {
    expect(await preflight({})).toEqual([]);
    expect(await preflight({ members: `${ad}\n${eva}\n${gijs}\n` })).toEqual([]);
    expect(await preflight({ members: `${ad}\n`, mustStayOut: "" })).toEqual([]);
    expect(await preflight({ securityGroup: "Another group", scope: "Another scope" })).toEqual([]);
    expect(await preflight({ access: "impersonation", app: "", ownsApp: false })).toEqual([]);
  });
});

describe.each(stops)("an up of the assignment alone, while %s", (_what, text, stop) => {
  beforeEach(() => stop());

  const ofUser = (): Properties => assignmentInputs(tenant, access.roleGroup.id, made.scope.id);
  const ofApp = (): Properties => applicationAssignmentInputs(tenant, made.app, made.scope.id);
  /** On one scope, so both know of a stopped assignment; who is blocked is known to his own way in. */
  const isOfUser = /ApplicationImpersonation|svcServiceAccount/i.test(text.source);

  /** Whether what was recorded is what is there now. */
  async function refused(recorded: Recorded, desired: Properties): Promise<void> {
    const start = writes();
    const message = (await failureOf(up(roleAssignment, await tenant.open(), desired, recorded))).message;
    expect(message).toMatch(text);
    expect(message).toContain("another role assignment would be made in place of");
    // Without a refresh before it.
    const { problems } = await roleAssignment.check(await tenant.open(), recorded.properties, desired);
    expect(problems.join("\n")).toMatch(text);
    expect(writes()).toBe(start);
  }

  test("refuses another name", async () => {
    const [recorded, desired] = isOfUser ? [access.assignment, ofUser()] : [made.assignment, ofApp()];
    await refused(recorded, { ...desired, name: "Another name" });
  });

  test("refuses it for another holder of the role, and for one that a preview cannot know yet", async () => {
    const [recorded, desired, holder] = isOfUser
      ? [access.assignment, ofUser(), "roleGroup"]
      : [made.assignment, ofApp(), "app"];
    for (const other of [unknownValue, "0f0f0f0f-0000-4000-8000-000000000001"]) {
      const { problems } = await roleAssignment.check(await tenant.open(), recorded.properties, {
        ...desired,
        [holder]: other,
      });
      expect(problems.join("\n")).toMatch(text);
    }
  });

  test("refuses another role beside it", async () => {
    const desired = isOfUser
      ? { ...ofUser(), name: "Another", role: "Mail Recipients" }
      : applicationAssignmentInputs(tenant, made.app, made.scope.id, "Application Calendars.Read");
    const start = writes();
    expect((await failureOf(up(roleAssignment, await tenant.open(), desired))).message).toMatch(text);
    expect(writes()).toBe(start);
  });

  test("is opened again, made anew, by regrant", async () => {
    const [recorded, desired] = isOfUser ? [access.assignment, ofUser()] : [made.assignment, ofApp()];
    const renamed = { ...desired, name: "Another name", regrant: true };
    await up(roleAssignment, await tenant.open(), renamed, recorded);
    expect(tenant.tenant.assignments.filter(({ name }) => name === "Another name")).toMatchObject([{ enabled: true }]);
  });

  test("changes nothing where nothing is replaced", async () => {
    const start = writes();
    const [recorded, desired] = isOfUser ? [access.assignment, ofUser()] : [made.assignment, ofApp()];
    await up(roleAssignment, await tenant.open(), { ...desired, members: tenant.lines(ad, eva, gijs) }, recorded);
    expect(writes()).toBe(start);
  });
});

test("a stopped assignment of ours is never answered by a new one, even where nobody asked before", async () => {
  await disable(access.assignment.id);
  const start = writes();
  const context = await tenant.open("automation", [access.assignment.id]);
  const renamed = { ...assignmentInputs(tenant, access.roleGroup.id, made.scope.id), name: "Another name" };
  expect((await failureOf(roleAssignment.create(context, renamed))).message).toMatch(
    /somebody stopped this access: the role assignment ".*" is disabled/,
  );
  expect(writes()).toBe(start);
});

test("one way in that is stopped keeps the other from being made on the same mailboxes", async () => {
  await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: made.assignment.id });
  await disable(access.assignment.id);
  const desired = applicationAssignmentInputs(tenant, made.app, made.scope.id);
  const { problems } = await roleAssignment.check(await tenant.open(), undefined, desired);
  expect(problems).toEqual([
    expect.stringMatching(/"ApplicationImpersonation-.*" is disabled\. It would be open again, because the role/),
  ]);
});

test("a user that was deleted by hand is no stop", async () => {
  await tenant.graph("DELETE", `/users/${access.user.trim().split(" ")[1] ?? ""}`);
  tenant.running.clock.settle();
  const renamed = { ...assignmentInputs(tenant, access.roleGroup.id, made.scope.id), name: "Another name" };
  const { problems } = await roleAssignment.check(await tenant.open(), access.assignment.properties, renamed);
  expect(problems).toEqual([]);
  expect(serviceUser).toContain("svcServiceAccount");
});

test("a user is named once in a refusal, however its name is written", () => {
  const stops = [
    "the user svc@x.example is blocked from signing in",
    "the user Svc@x.example is blocked from signing in",
  ];
  expect(refusedWhileStopped(stops, ["it would be made"], "Leave it.").match(/blocked/g)).toHaveLength(1);
});
