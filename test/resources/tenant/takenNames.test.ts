/** Which names and places of an application's stack are taken, by whom, and what preview says of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { applicationAssignmentName } from "../../../resources/lifecycle/assignmentName.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { applicationTenantInputs, mark, names } from "../../support/access.ts";
import {
  applicationName,
  applicationRole,
  placeApp,
  makeScopedObjects,
  vendorId,
  type ScopedObjects,
  type EnterpriseApp,
} from "../../support/application.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, sander } from "../../support/people.ts";

const assignmentName = applicationAssignmentName(applicationRole, applicationName, "group");
const everything = ["securityGroup", "scope", "assignment", "enterpriseApp", "exchangeServicePrincipal"];

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => {
  tenant.running.reset();
});
afterAll(() => tenant.close());

interface Said {
  readonly problems: readonly string[];
  readonly told: string;
}

/** The preflight of a stack in application mode; nothing is ever touched by it. */
async function preflight(change: Properties = {}, held: readonly string[] = []): Promise<Said> {
  const context = await tenant.open("automation", held);
  const before = tenant.dump();
  const inputs = applicationTenantInputs(change);
  const { problems } = await tenantArtifact.check(context, undefined, inputs);
  expect(tenant.dump()).toEqual(before);
  expect(tenant.running.journal.entries.filter(({ actor }) => actor === "Calendar access automation")).toEqual(own);
  return { problems, told: context.lines.join("\n") };
}

/** What the automation identity itself wrote before the preflight. */
let own: unknown[] = [];
beforeEach(() => {
  own = [];
});

/** As {@link makeScopedObjects}, by a run of the stack. */
async function makeOwn(app: EnterpriseApp): Promise<ScopedObjects> {
  const made = await makeScopedObjects(tenant, await tenant.open(), app);
  own = tenant.running.journal.entries.filter(({ actor }) => actor === "Calendar access automation");
  return made;
}

async function groupByHand(): Promise<void> {
  await tenant.byHand("New-DistributionGroup", {
    Name: names.securityGroup,
    Type: "Security",
    ManagedBy: [sander],
    Members: [ad, eva],
  });
}

async function scopeByHand(): Promise<void> {
  const [group] = await (await tenant.open()).exchange.read("Get-DistributionGroup", { Identity: names.securityGroup });
  await tenant.byHand("New-ManagementScope", {
    Name: names.scope,
    RecipientRestrictionFilter: `MemberOfGroup -eq '${String(group?.["DistinguishedName"])}'`,
  });
}

const pointerByHand = ({ appId, objectId }: EnterpriseApp) =>
  tenant.byHand("New-ServicePrincipal", { AppId: appId, ObjectId: objectId, DisplayName: "Made by hand" });

const assignByHand = (app: EnterpriseApp, name = assignmentName) =>
  tenant.byHand("New-ManagementRoleAssignment", {
    Name: name,
    Role: applicationRole,
    App: app.objectId,
    CustomResourceScope: names.scope,
  });

describe("the names and places of an application's stack", () => {
  test("are free in a fresh tenant, before there is an app and after", async () => {
    expect(await preflight()).toEqual({ problems: [], told: "" });
    const { objectId } = placeApp(tenant, mark);
    expect(await preflight({ app: objectId })).toEqual({ problems: [], told: "" });
  });

  test("do not take a role group or a user: those of impersonation are nobody's business", async () => {
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [gijs] });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: names.assignment,
      Role: "ApplicationImpersonation",
      SecurityGroup: names.roleGroup,
    });
    expect(await preflight()).toEqual({ problems: [], told: "" });
  });

  test("taken by hand are all named, with the setting that takes them over", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await pointerByHand(app);
    await groupByHand();
    await scopeByHand();
    await assignByHand(app);
    const foreign = { app: app.objectId, clientId: vendorId, ownsApp: false };
    const { problems } = await preflight(foreign);
    expect(problems).toHaveLength(4);
    for (const name of ["Made by hand", names.securityGroup, names.scope, assignmentName]) {
      expect(problems.join("\n")).toContain(`"${name}"`);
    }
    for (const problem of problems) expect(problem).toContain("set adopt to take it over");
    const { problems: left, told } = await preflight({ ...foreign, adopt: everything });
    expect(left).toEqual([]);
    expect(told).toMatch(
      /Exchange service principal "Made by hand": exists and would be taken over; up would change displayName/,
    );
    expect(told).toMatch(
      /security group ".*" \(.*\): exists and would be taken over; up would change hiddenFromAddressLists/,
    );
    expect(told).toMatch(/management scope ".*": exists and would be taken over; up would change nothing/);
    expect(told).toMatch(/role assignment ".*": exists and would be taken over; up would change nothing/);
    expect(told.match(/destroy would remove it/g)).toHaveLength(4);
    const kept = await preflight({ ...foreign, adopt: everything, onDestroy: "keep" });
    expect(kept.told.match(/destroy would keep it/g)).toHaveLength(4);
  });

  test.each(["securityGroup", "scope", "assignment", "exchangeServicePrincipal"])(
    "are each taken over by a word of their own: not %s, not at all",
    async (missing) => {
      const app = placeApp(tenant, undefined, vendorId);
      await pointerByHand(app);
      await groupByHand();
      await scopeByHand();
      await assignByHand(app);
      const adopt = everything.filter((each) => each !== missing);
      const { problems } = await preflight({ app: app.objectId, clientId: vendorId, ownsApp: false, adopt });
      expect(problems).toEqual([expect.stringContaining("exists and was not made by this stack")]);
    },
  );

  test("left by an interrupted run are told and gone on with, whatever it got done", async () => {
    const app = placeApp(tenant, mark);
    const made = await makeOwn(app);
    const ids = [made.pointer.id, made.securityGroup.id, made.scope.id, made.assignment.id];
    for (let held = 0; held <= ids.length; held += 1) {
      const { problems, told } = await preflight({ app: app.objectId }, ids.slice(0, held));
      expect(problems).toEqual([]);
      // A stack that holds nothing at all is not the one that was killed, but goes on for it.
      const cause = held === 0 ? "from the stack that movedFrom names; up goes on" : "left by an interrupted run";
      expect(told.split("\n").filter((line) => line.includes(cause))).toHaveLength(4 - held);
    }
  });

  test("that the stack recorded are not looked at again", async () => {
    const app = placeApp(tenant, mark);
    const made = await makeOwn(app);
    const known = {
      ...nothingKnown,
      securityGroup: made.securityGroup.id,
      scope: made.scope.id,
      exchangeServicePrincipal: made.pointer.id,
      applicationAssignments: `${applicationRole} ${made.assignment.id}`,
    };
    expect(await preflight({ app: app.objectId, known })).toEqual({ problems: [], told: "" });
  });

  test("a role that is added is looked for, beside those that the stack holds", async () => {
    const app = placeApp(tenant, mark);
    const made = await makeOwn(app);
    const added = "Application MailboxSettings.Read";
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: applicationAssignmentName(added, applicationName, "group"),
      Role: "Application Contacts.Read",
      App: app.objectId,
      CustomResourceScope: names.scope,
    });
    const known = {
      ...nothingKnown,
      applicationAssignments: `${applicationRole} ${made.assignment.id}`,
    };
    const held = [made.pointer.id, made.securityGroup.id, made.scope.id];
    const roles = `${added}\n${applicationRole}`;
    const { problems } = await preflight({ app: app.objectId, known, roles, adopt: everything }, held);
    expect(problems).toEqual([expect.stringMatching(/cannot be taken over: it assigns Application Contacts\.Read to/)]);
  });
});

describe("what is never taken over, whatever adopt says", () => {
  test("a pointer to another enterprise app of the same client id", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await pointerByHand(app);
    const newer = "0b0b0b0b-0000-4000-8000-00000000ffff";
    const { problems } = await preflight({ app: newer, clientId: vendorId, ownsApp: false, adopt: everything });
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(`cannot be taken over: it points to ${app.objectId}, not to the enterprise app ${newer}`),
      ),
    ]);
  });

  test("an assignment of our name to another app, or of another role", async () => {
    const other = placeApp(tenant, undefined);
    await pointerByHand(other);
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: assignmentName,
      Role: applicationRole,
      App: other.objectId,
    });
    const app = placeApp(tenant, mark);
    for (const objectId of [app.objectId, ""]) {
      const { problems } = await preflight({ app: objectId, adopt: everything });
      expect(problems).toEqual([
        expect.stringMatching(new RegExp(`cannot be taken over: it assigns ${applicationRole} to ${other.objectId}`)),
      ]);
    }
  });

  test("a scope that another app's assignment uses", async () => {
    const other = placeApp(tenant, undefined);
    await pointerByHand(other);
    await groupByHand();
    await scopeByHand();
    await assignByHand(other, "Backup of calendars");
    const { problems } = await preflight({ adopt: everything });
    expect(problems).toEqual([expect.stringMatching(/role assignments of others use it: Backup of calendars/)]);
  });

  test("a group that another scope names", async () => {
    await groupByHand();
    await scopeByHand();
    await tenant.byHand("Set-ManagementScope", { Identity: names.scope, Name: "Backup" });
    const { problems } = await preflight({ adopt: everything });
    expect(problems).toEqual([expect.stringMatching(/another management scope names it: Backup/)]);
  });

  test("two assignments of the role to the app: nobody could tell which is meant", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await pointerByHand(app);
    await groupByHand();
    await scopeByHand();
    await assignByHand(app);
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "All mailboxes",
      Role: applicationRole,
      App: app.objectId,
    });
    const { problems } = await preflight({ app: app.objectId, clientId: vendorId, ownsApp: false, adopt: everything });
    expect(problems).toEqual([
      expect.stringMatching(/role assignment: there are several candidates: .*"All mailboxes"/),
    ]);
  });
});

describe("an own app with the mark", () => {
  test("does not make an assignment ours that somebody widened meanwhile", async () => {
    const app = placeApp(tenant, mark);
    const made = await makeOwn(app);
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: made.assignment.id });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: assignmentName,
      Role: applicationRole,
      App: app.objectId,
    });
    const held = [made.pointer.id, made.securityGroup.id, made.scope.id];
    const { problems } = await preflight({ app: app.objectId }, held);
    expect(problems).toEqual([expect.stringMatching(/role assignment ".*exists and was not made by this stack/)]);
  });

  test("of another stack makes nothing ours", async () => {
    const app = placeApp(tenant, markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b"));
    await pointerByHand(app);
    const { problems } = await preflight({ app: app.objectId, ownsApp: false });
    expect(problems).toEqual([
      expect.stringMatching(/Exchange service principal ".*belongs to another stack, calendar-access\/fabrikam/),
    ]);
  });
});
