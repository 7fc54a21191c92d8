/** The proof of an app's access as a resource, and the consents that it takes away. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { applicationCheck } from "../../resources/applicationCheck.ts";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { withFreshReads } from "../../resources/lifecycle/lookup.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import type { FaultEffect } from "../../simulator/server/faults.ts";
import { names, previewOf, tryUp, up } from "../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationCheckInputs,
  applicationReaches,
  applicationRole,
  assignmentsOfApp,
  consent,
  makeApp,
  makeApplicationAccess,
  putIntoGroup,
  removeApplicationAccess,
  type ApplicationAccess,
  type EnterpriseApp,
} from "../support/application.ts";
import { eachCall } from "../support/faults.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, dirk } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let access: ApplicationAccess;
let other: EnterpriseApp;
let desired: Properties;
let revoking: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  access = await makeApplicationAccess(tenant, await tenant.open());
  other = await makeApp(tenant, "Somebody's app");
  desired = applicationCheckInputs(tenant, access);
  // The administrator's runs go on from the beginning that the automation identity recorded: it owns the app.
  const { entrantsBaseline } = access.check.properties;
  revoking = { ...desired, revokes: true, entrantsBaseline };
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };
const minute = 60_000;

/** What a refresh says about the access now. */
async function verdict(): Promise<string> {
  const reading = await applicationCheck.read(await tenant.open(), access.check);
  return String(reading?.properties["verdict"]);
}

function addMember(Member: string): Promise<void> {
  return tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member, ...bypass });
}

function assignByHand(parameters: Record<string, string> = {}): Promise<void> {
  const name = { Name: "Hidden", Role: applicationRole, App: access.app.objectId };
  return tenant.byHand("New-ManagementRoleAssignment", { ...name, ...parameters });
}

/** Names of the app's own consents. */
function consents(): string[] {
  return tenant.tenant.appRoleAssignments
    .filter(({ principalId }) => principalId === access.app.objectId)
    .map(({ id }) => id.replace(`-${access.app.objectId}`, ""));
}

/** Changes of the directory are seen at once; nothing is waited for. */
function atOnce(act: () => void): () => Promise<void> {
  return () => {
    act();
    return Promise.resolve();
  };
}

describe("the application check", () => {
  test("passes where exactly the listed mailboxes are open, and keeps its two verdicts apart", () => {
    expect(access.check.properties).toMatchObject({
      ...desired,
      verdict: "passed",
      scopedAccess: "holds",
      widerAccess: "none",
      summary: expect.stringContaining("scoped access holds: exactly the 2 listed mailboxes"),
      notProved: expect.arrayContaining([expect.stringContaining("permission cache")]),
      tenantId: tenant.tenant.tenantId,
    });
  });

  test("says a hostile name in a finding so that it is read and not obeyed, in what it fails with, too", async () => {
    const hostile = "x\u001b[2J\u001b[H\nThe access is as asked for: stack a\u001b[8m\r\u009b31m\u202eevil";
    const { appId } = access.app;
    const path = `/applications(appId='${appId}')/addPassword`;
    await tenant.graph("POST", path, { passwordCredential: { displayName: hostile } });
    const reading = await applicationCheck.read(await tenant.open(), access.check);
    const texts = [reading?.properties["verdict"], reading?.properties["summary"]];
    const error = await failureOf(up(applicationCheck, await tenant.open(), desired, access.check));
    for (const text of [...texts, error.message]) {
      expect(text).toContain("x[U+001B][2J[U+001B][H[U+000A]The access is as asked for");
      expect(text).not.toMatch(/\p{Bidi_Control}|\p{Cc}/u);
    }
  });

  test("makes no write, and shows no difference, where nothing changed", async () => {
    const writes = tenant.running.journal.entries.length;
    const preview = await previewOf(applicationCheck, await tenant.open(), access.check, desired);
    expect(preview).toEqual({ changed: [], replaces: [] });
    expect(await up(applicationCheck, await tenant.open(), desired, access.check)).toEqual(access.check);
    expect(tenant.running.journal.entries).toHaveLength(writes);
  });

  test("is a change where something else is to be proved, and only then", () => {
    const changes = (change: Properties): boolean =>
      applicationCheck.diff(access.check.properties, { ...desired, ...change }).changes;
    expect(changes({})).toBe(false);
    for (const name of Object.keys(desired).filter((each) => each !== "verdict")) {
      expect([name, changes({ [name]: "other" })]).toEqual([name, true]);
    }
    expect(applicationCheck.diff({ ...access.check.properties, verdict: "scoped access …" }, desired).changes).toBe(
      true,
    );
  });

  test.each(["Test-ServicePrincipalAuthorization", "GET /servicePrincipals/:id/appRoleAssignments"])(
    "never passes while it cannot know (%s): a refresh says so and blocks nothing",
    async (operation) => {
      tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
      const reading = await applicationCheck.read(await tenant.open(), access.check);
      expect(reading?.properties).toMatchObject({ scopedAccess: "unknown", widerAccess: "unknown", notes: [] });
      expect(reading?.properties["verdict"]).toMatch(/^not proved: it could not be asked: /);
      expect(reading?.properties["verdict"]).not.toContain("\n");
      await removeApplicationAccess(await tenant.open(), access);
      expect(assignmentsOfApp(tenant, access.app)).toEqual([]);
    },
  );

  test.each<FaultEffect>(["forbidden", "dropped"])(
    "says in a refresh what holds, or that it cannot be said, whatever call meets a fault (%s)",
    async (effect) => {
      const context = withFreshReads(await tenant.open());
      const met = await eachCall(tenant, effect, async (arm, disarm) => {
        arm();
        const reading = await applicationCheck.read(context, access.check);
        disarm();
        const properties = reading?.properties ?? {};
        if (properties["verdict"] === "passed") {
          // What may not be read about who gets in is said, and nothing else changes.
          const { notProved, ...proved } = access.check.properties;
          expect(properties).toMatchObject(proved);
          const more = (properties["notProved"] as string[]).filter((line) => !(notProved as string[]).includes(line));
          if (more.length > 0) expect([effect, ...more]).toEqual(["forbidden", expect.stringMatching(/read/)]);
        } else
          expect(properties).toMatchObject({
            verdict: expect.stringMatching(/^not proved: /),
            scopedAccess: "unknown",
          });
      });
      expect(met).toBeGreaterThan(5);
    },
  );

  test("is of the stack's tenant alone", async () => {
    const foreign = { ...access.check, properties: { ...access.check.properties, tenantId: "other" } };
    expect((await failureOf(applicationCheck.read(await tenant.open(), foreign))).message).toContain("tenant other");
    expect((await failureOf(applicationCheck.update(await tenant.open(), foreign, desired))).message).toContain(
      "other",
    );
  });

  test("shows what it warns of in an up, too", async () => {
    const end = new Date(tenant.running.clock.now() + 10.5 * 24 * 60 * minute).toISOString();
    const context = await tenant.open();
    const { properties } = await up(applicationCheck, context, { ...desired, certificates: `AA ${end}` }, access.check);
    expect(properties["verdict"]).toBe("passed");
    expect(properties["notes"]).toEqual([expect.stringContaining("a certificate expires in 10 days")]);
    expect(context.lines.join("\n")).toContain("application check: a certificate expires in 10 days");
  });
});

describe("somebody's change breaks the proof, shows in a preview, and keeps nothing from being removed", () => {
  test.each<[string, () => Promise<void>, RegExp, Properties]>([
    ["a second assignment without scope", () => assignByHand(), /the app also has/, { scopedAccess: "holds" }],
    [
      "an assignment through a group",
      () => assignByHand({ RecipientGroupScope: "Regio Noord" }),
      /on Regio Noord \(Group\)/,
      { scopedAccess: "holds", widerAccess: "found" },
    ],
    [
      "an assignment through an administrative unit",
      () => assignByHand({ RecipientAdministrativeUnitScope: "2b1f6f5a-0000-4000-8000-000000000000" }),
      /\(AdministrativeUnit\)/,
      { widerAccess: "found" },
    ],
    [
      "a second assignment in the stack's own scope, of another role",
      () => assignByHand({ Role: "Application Mail.Read", CustomResourceScope: names.scope }),
      /the app also has Application Mail\.Read/,
      { widerAccess: "found" },
    ],
    [
      "a consent on Microsoft Graph",
      atOnce(() => {
        consent(tenant, access.app.objectId, "Calendars.ReadWrite");
      }),
      /the tenant-wide consent Calendars\.ReadWrite on Microsoft Graph/,
      { scopedAccess: "holds", widerAccess: "found" },
    ],
    [
      "a consent on Office 365 Exchange Online through a group",
      atOnce(() => {
        const group = putIntoGroup(tenant, "Apps", access.app.objectId);
        consent(tenant, group, "full_access_as_app", "Office 365 Exchange Online");
      }),
      /full_access_as_app on Office 365 Exchange Online, inherited from the group "Apps"/,
      { scopedAccess: "holds", widerAccess: "found" },
    ],
    [
      "a changed pointer",
      atOnce(() => {
        const [pointer] = tenant.tenant.exchangeServicePrincipals;
        Object.assign(pointer ?? {}, { objectId: other.objectId });
      }),
      /does not point to the enterprise app/,
      { scopedAccess: "does not hold" },
    ],
    [
      "a filter for everybody",
      () =>
        tenant.byHand("Set-ManagementScope", { Identity: names.scope, RecipientRestrictionFilter: "Alias -like '*'" }),
      /is not limited to the stack's security group/,
      { scopedAccess: "does not hold", widerAccess: "found" },
    ],
    ["a member added", () => addMember(dirk), /inside the scope but not listed: dirk/, { widerAccess: "found" }],
    [
      "a stop",
      () => tenant.byHand("Set-ManagementRoleAssignment", { Identity: access.assignment.id, Enabled: false }),
      /somebody stopped it/,
      { scopedAccess: "does not hold", widerAccess: "none" },
    ],
    [
      "the enterprise app gone",
      async () => {
        await tenant.graph("DELETE", `/servicePrincipals/${access.app.objectId}`);
        tenant.running.clock.settle();
      },
      /the enterprise app does not exist/,
      { scopedAccess: "does not hold" },
    ],
  ])("%s", async (_what, act, text, outputs) => {
    await act();
    const reading = await applicationCheck.read(await tenant.open(), access.check);
    expect(reading?.properties["verdict"]).toMatch(text);
    expect(reading?.properties).toMatchObject(outputs);
    const preview = await previewOf(applicationCheck, await tenant.open(), access.check, desired);
    expect(preview.changed).toEqual(["verdict"]);
    await removeApplicationAccess(await tenant.open(), access);
    expect(tenant.tenant.scopes.map(({ name }) => name)).not.toContain(names.scope);
    expect(assignmentsOfApp(tenant, access.app)).toEqual([]);
    expect(tenant.tenant.exchangeServicePrincipals.map(({ guid }) => guid)).not.toContain(access.pointer.id);
  });

  test("an expired certificate, once its day has come", async () => {
    const end = new Date(tenant.running.clock.now() + 24 * 60 * minute).toISOString();
    const dated = { ...desired, certificates: `AA ${end}` };
    const made = await up(applicationCheck, await tenant.open(), dated, access.check);
    expect(made.properties["verdict"]).toBe("passed");
    tenant.running.clock.advance(3 * 24 * 60 * minute);
    const { changed } = await previewOf(applicationCheck, await tenant.open(), made, dated);
    expect(changed).toEqual(["verdict"]);
    const { error } = await tryUp(applicationCheck, await tenant.open(), dated, made);
    expect(error?.message).toContain("every certificate of the app has expired: add one that is valid");
  });
});

describe("an up whose proof fails", () => {
  test("fails at once where no lag can explain it, and says what to do", async () => {
    await assignByHand();
    const start = tenant.running.clock.now();
    const { error } = await tryUp(applicationCheck, await tenant.open(), desired, access.check);
    expect(error?.message).toMatch(/^application check: scoped access holds: .*the app also has .*destroy is always/);
    expect(error?.message).not.toContain("\n");
    expect(tenant.running.clock.now() - start).toBeLessThan(10_000);
  });

  test("waits, visibly, for what may be lag, and fails when it does not pass", async () => {
    await addMember(dirk);
    const context = await tenant.open();
    const start = tenant.running.clock.now();
    const { error } = await tryUp(applicationCheck, context, desired, access.check);
    expect(error?.message).toContain("inside the scope but not listed: dirk.directeur@buitendienst.example");
    expect(tenant.running.clock.now() - start).toBeGreaterThan(100_000);
    expect(context.lines.join("\n")).toMatch(
      /waiting for the application's access to be as asked for \((.* so far, )?2 min at most\)/,
    );
  });

  test("passes as soon as the lag has passed", async () => {
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: eva, ...bypass });
    const context = await tenant.open();
    tenant.running.clock.after(30_000, "the member arrives", () => {
      tenant.recipient(names.securityGroup).group?.members.push(tenant.recipient(eva).guid);
    });
    const { recorded, error } = await tryUp(applicationCheck, context, desired, access.check);
    expect(error).toBeUndefined();
    expect(recorded?.properties["verdict"]).toBe("passed");
  });

  test("fails at the first one too, where the app had a consent before the stack", async () => {
    consent(tenant, access.app.objectId, "Calendars.ReadWrite");
    const { recorded, error } = await tryUp(applicationCheck, await tenant.open(), desired);
    // It is recorded, so that `verify` and the next `up` prove what is there.
    expect(recorded?.properties["verdict"]).toMatch(/tenant-wide consent/);
    expect(error?.message).toMatch(/tenant-wide consent.*Remove the consent in Entra.*or set revokeTenantWideConsent/);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
  });

  test("proves a new list", async () => {
    await addMember(gijs);
    const more = { ...desired, members: tenant.lines(ad, eva, gijs) };
    const { properties } = await up(applicationCheck, await tenant.open(), more, access.check);
    expect(properties["summary"]).toContain("exactly the 3 listed mailboxes");
  });
});

describe("taking a tenant-wide consent away (revokeTenantWideConsent)", () => {
  beforeEach(() => {
    const granted = { whenCreated: new Date(tenant.running.clock.now()).toISOString() };
    Object.assign(assignmentsOfApp(tenant, access.app)[0] ?? {}, granted);
    consent(tenant, access.app.objectId, "Calendars.ReadWrite");
  });

  /** The check as recorded by an up that found the consent. */
  async function found(): Promise<Recorded> {
    return up(applicationCheck, await tenant.open("administrator"), revoking);
  }

  // A little more: the time that Exchange's answers carry has whole seconds.
  const later = (hours = 2): void => {
    tenant.running.clock.advance((hours * 60 + 1) * minute);
  };

  test("is never done by the up that granted, however old the assignment is", async () => {
    later(5);
    const context = await tenant.open("administrator");
    const { properties } = await up(applicationCheck, context, revoking);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    expect(properties["verdict"]).toContain("the tenant-wide consent Calendars.ReadWrite");
    expect(properties).toMatchObject({ scopedAccess: "holds", widerAccess: "found" });
    expect(context.lines.join("\n")).toMatch(/The consent is taken away by an up \d+ minutes from now or later/);
  });

  test("waits for the two hours that a grant may take, by Exchange's clock, and says how long still", async () => {
    const made = await found();
    tenant.running.clock.advance(60 * minute);
    const context = await tenant.open("administrator");
    const again = await up(applicationCheck, context, revoking, made);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    expect(context.lines.join("\n")).toMatch(/by an up (59|60|61) minutes from now or later/);
    expect(applicationCheck.diff(again.properties, revoking).changes).toBe(true);
  });

  test("is done by a later up, visibly, and the proof then passes", async () => {
    const made = await found();
    later();
    const context = await tenant.open("administrator");
    const revoked = await up(applicationCheck, context, revoking, made);
    expect(consents()).toEqual([]);
    expect(revoked.properties).toMatchObject({ verdict: "passed", scopedAccess: "holds", widerAccess: "none" });
    expect(context.lines.join("\n")).toContain(
      "taking away the tenant-wide consent Calendars.ReadWrite on Microsoft Graph",
    );
    expect(applicationReaches(tenant).at(-1)).toEqual([ad, eva]);
    const preview = await previewOf(applicationCheck, await tenant.open(), revoked, revoking);
    expect(preview).toEqual({ changed: [], replaces: [] });
  });

  test("takes every one of them, on both resources, and leaves what opens no calendar", async () => {
    consent(tenant, access.app.objectId, "full_access_as_app", "Office 365 Exchange Online");
    consent(tenant, access.app.objectId, "Mail.Read");
    consent(tenant, other.objectId, "Calendars.ReadWrite");
    const made = await found();
    later();
    const { properties } = await up(applicationCheck, await tenant.open("administrator"), revoking, made);
    expect(consents()).toEqual(["Mail.Read"]);
    expect(tenant.tenant.appRoleAssignments.some(({ principalId }) => principalId === other.objectId)).toBe(true);
    expect(properties["verdict"]).toBe("passed");
  });

  test("is not done without the setting", async () => {
    later();
    const { error } = await tryUp(applicationCheck, await tenant.open("administrator"), desired, access.check);
    expect(error?.message).toContain("or set revokeTenantWideConsent");
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
  });

  test.each<[string, () => Promise<void>]>([
    [
      "the scoped access does not hold: a member is missing",
      () =>
        tenant.byHand("Remove-DistributionGroupMember", {
          Identity: names.securityGroup,
          Member: eva,
          ...bypass,
        }),
    ],
    [
      "the scoped access does not hold: it was stopped",
      () => tenant.byHand("Set-ManagementRoleAssignment", { Identity: access.assignment.id, Enabled: false }),
    ],
    ["something else reaches wider, too", () => assignByHand()],
  ])("is not done while %s", async (_what, act) => {
    const made = await found();
    later();
    await act();
    const { error } = await tryUp(applicationCheck, await tenant.open("administrator"), revoking, made);
    expect(error?.message).toContain("the tenant-wide consent Calendars.ReadWrite");
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
  });

  test("waits anew where the assignment is a new one", async () => {
    const made = await found();
    later();
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: access.assignment.id });
    const inputs = applicationAssignmentInputs(tenant, access.app, access.scope?.id ?? "");
    const successor = await up(roleAssignment, await tenant.open(), inputs);
    const claim = { ...revoking, assignments: successor.id };
    await up(applicationCheck, await tenant.open("administrator"), claim, made);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
  });

  test.each([
    ["the mailboxes are others", { members: "others" }],
    ["the scope is another one", { scope: "other" }],
    ["the pointer is another one", { pointer: "other" }],
  ])("counts from a new proof where %s than those of the last one", async (_what, change) => {
    const made = await found();
    later();
    // As if the last up had proved something else: whatever it was, it has held for long.
    const before = { ...made, properties: { ...made.properties, ...change } };
    const noted = await applicationCheck.update(await tenant.open("administrator"), before, revoking);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    expect(Date.parse(String(noted["heldSince"]))).toBeGreaterThan(Date.parse(String(made.properties["heldSince"])));
    await applicationCheck.update(await tenant.open("administrator"), { ...made, properties: noted }, revoking);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    later();
    await applicationCheck.update(await tenant.open("administrator"), { ...made, properties: noted }, revoking);
    expect(consents()).toEqual([]);
  });

  test("goes on counting where only an address changed", async () => {
    const made = await found();
    later();
    const members = String(made.properties["members"]).replace(/^\S+/, "new.address@buitendienst.example");
    const renamed = { ...made, properties: { ...made.properties, members } };
    await applicationCheck.update(await tenant.open("administrator"), renamed, revoking);
    expect(consents()).toEqual([]);
  });

  test("is not done where nobody knows how old the grant is", async () => {
    const made = await found();
    later();
    const [assignment] = assignmentsOfApp(tenant, access.app);
    Object.assign(assignment ?? {}, { whenCreated: "" });
    const undated = { ...made, properties: { ...made.properties, heldSince: "" } };
    const noted = await up(applicationCheck, await tenant.open("administrator"), revoking, undated);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    // From here on it is dated by the proof.
    expect(noted.properties["heldSince"]).not.toBe("");
    await up(applicationCheck, await tenant.open("administrator"), revoking, noted);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    later();
    await up(applicationCheck, await tenant.open("administrator"), revoking, noted);
    expect(consents()).toEqual([]);
  });

  test("says what right is missing where the identity has only its standing ones, and leaves the consent", async () => {
    const made = await found();
    later();
    const { error } = await tryUp(applicationCheck, await tenant.open(), revoking, made);
    expect(error?.message).toMatch(
      /may not take consents away\. Lend it AppRoleAssignment\.ReadWrite\.All for this one up/,
    );
    expect(error?.message).not.toContain("\n");
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
    await removeApplicationAccess(await tenant.open(), { ...access, check: made });
    expect(assignmentsOfApp(tenant, access.app)).toEqual([]);
  });

  test("refuses one that comes from a group, which others may need, and takes nothing away", async () => {
    const group = putIntoGroup(tenant, "Apps", access.app.objectId);
    consent(tenant, group, "Calendars.Read");
    const made = await found();
    later();
    const before = tenant.tenant.appRoleAssignments.length;
    const { error } = await tryUp(applicationCheck, await tenant.open("administrator"), revoking, made);
    expect(error?.message).toMatch(/a consent comes from the group "Apps".*it was left.*out of the group/);
    expect(tenant.tenant.appRoleAssignments).toHaveLength(before);
  });

  test("is not needed, and not done, where a policy limits the consent to the stack's own group", async () => {
    const { guid } = tenant.recipient(names.securityGroup);
    const policy = { identity: "p", appId: access.app.appId, group: guid, description: "" };
    tenant.tenant.applicationAccessPolicies.push({ ...policy, accessRight: "RestrictAccess" });
    const made = await found();
    expect(made.properties["verdict"]).toBe("passed");
    later();
    await up(applicationCheck, await tenant.open("administrator"), { ...revoking, mustStayOut: "" }, made);
    expect(consents()).toEqual(["Calendars.ReadWrite"]);
  });

  test.each(["lostAnswer", "dropped"] as const)("is whole after a broken connection (%s)", async (effect) => {
    const made = await found();
    later();
    tenant.running.faults.set([
      { match: { operation: "DELETE /servicePrincipals/:id/appRoleAssignments/:assignmentId" }, effect },
    ]);
    const { properties } = await up(applicationCheck, await tenant.open("administrator"), revoking, made);
    expect(tenant.running.faults.describe().faults[0]?.fired).toBe(1);
    expect(properties["verdict"]).toBe("passed");
    expect(consents()).toEqual([]);
  });

  test("that was interrupted goes on with what is left", async () => {
    consent(tenant, access.app.objectId, "full_access_as_app", "Office 365 Exchange Online");
    const made = await found();
    later();
    tenant.running.faults.set([
      {
        match: { operation: "DELETE /servicePrincipals/:id/appRoleAssignments/:assignmentId", nth: 2 },
        effect: "error500",
        times: 99,
      },
    ]);
    const { recorded, error } = await tryUp(applicationCheck, await tenant.open("administrator"), revoking, made);
    expect(error?.message).not.toContain("\n");
    expect(consents()).toHaveLength(1);
    tenant.running.faults.set([]);
    const { properties } = await up(applicationCheck, await tenant.open("administrator"), revoking, recorded);
    expect(properties["verdict"]).toBe("passed");
    expect(consents()).toEqual([]);
  });

  test("that comes back later is found again", async () => {
    const made = await found();
    later();
    const revoked = await up(applicationCheck, await tenant.open("administrator"), revoking, made);
    consent(tenant, access.app.objectId, "Calendars.Read");
    const { changed } = await previewOf(applicationCheck, await tenant.open(), revoked, { ...desired, revokes: true });
    expect(changed).toEqual(["verdict"]);
    expect(await verdict()).toContain("the tenant-wide consent Calendars.Read");
  });
});
