/** The way in as a part of both proofs: only what is known to be shut fails them, in up, preview and verify alike. */
import { summarizeApplication } from "../../../resources/proof/words/summariesEnglish.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { reportApplication, reportImpersonation } from "../../../commands/verify/modeReport.ts";
import { formatMode } from "../../../commands/verify/modeText.ts";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { applicationCheck } from "../../../resources/applicationCheck.ts";
import { examineApplication, type ApplicationClaim } from "../../../resources/proof/applicationProof.ts";
import type { Artifact, Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { examineImpersonation, type ImpersonationClaim } from "../../../resources/proof/impersonationProof.ts";
import { makeAccess, removeAccess, type Access } from "../../support/access.ts";
import {
  applicationAssignmentInputs,
  applicationCheckInputs,
  makeApplicationAccess,
  type ApplicationAccess,
} from "../../support/application.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { eva } from "../../support/people.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

/** What a refresh says of a proof. */
async function readingOf(artifact: Artifact, check: Recorded): Promise<Properties> {
  const reading = await artifact.read(await tenant.open(), check);
  if (reading === undefined) throw new Error("The proof is gone.");
  return reading.properties;
}

function setEws(change: Partial<TestTenant["tenant"]["organization"]>): void {
  Object.assign(tenant.tenant.organization, change);
}

describe("an access by impersonation", () => {
  let access: Access;
  let restore: () => void;
  beforeAll(async () => {
    tenant.running.reset();
    access = await makeAccess(tenant, await tenant.open());
    restore = tenant.save();
  });
  beforeEach(() => restore());

  const claim = (): ImpersonationClaim => access.check.properties as unknown as ImpersonationClaim;

  test("is proved with the way in open", () => {
    expect(access.check.properties).toMatchObject({ verdict: "passed", wayIn: "open" });
  });

  test("fails where EWS is off for the organisation: as drift in a preview, and as a failing up", async () => {
    setEws({ ewsEnabled: false });
    const reading = await readingOf(impersonationCheck, access.check);
    expect(reading["wayIn"]).toMatch(/^shut: EWS is off for the whole organisation/);
    expect(reading["verdict"]).toMatch(/the way in is shut: EWS is off for the whole organisation/);
    expect(impersonationCheck.diff(reading, access.check.properties).changes).toBe(true);
    const failure = await failureOf(
      impersonationCheck.update(await tenant.open(), access.check, access.check.properties),
    );
    expect(failure.message).toMatch(/^access check: .*the way in is shut/);
  });

  test("names the listed mailbox that has EWS off", async () => {
    await tenant.byHand("Set-CASMailbox", { Identity: eva, EwsEnabled: false });
    expect((await readingOf(impersonationCheck, access.check))["wayIn"]).toContain(`EWS is off for ${eva} (`);
  });

  test("passes where it is unknown, which stands under what is not proved", async () => {
    setEws({ ewsEnabled: true });
    const reading = await readingOf(impersonationCheck, access.check);
    expect(reading).toMatchObject({ verdict: "passed", wayIn: expect.stringMatching(/^unknown: it may be shut/) });
    expect(reading["notProved"]).toContainEqual(expect.stringMatching(/^whether the way in is open: it may be shut/));
  });

  test("is looked for by the call centre's client id, whose change is a new proof", async () => {
    const callCentreClientId = "12345678-aaaa-bbbb-cccc-1234567890ab";
    setEws({ ewsEnabled: true, ewsAllowedAppIds: ["another"] });
    const desired = { ...access.check.properties, callCentreClientId };
    expect(impersonationCheck.diff(access.check.properties, desired).changes).toBe(true);
    const failure = await failureOf(impersonationCheck.update(await tenant.open(), access.check, desired));
    expect(failure.message).toContain(`${callCentreClientId} is none of them`);
  });

  test("is shown by verify", async () => {
    setEws({ ewsEnabled: false });
    const report = reportImpersonation(claim(), await examineImpersonation(await tenant.open(), claim(), "sample"));
    expect(report).toMatchObject({ passed: false, wayIn: { state: "shut" } });
    expect(formatMode(report).join("\n")).toMatch(/way in +shut: EWS is off for the whole organisation/);
  });

  test("is removed whatever the way in", async () => {
    setEws({ ewsEnabled: false });
    await removeAccess(await tenant.open(), access);
    expect(tenant.tenant.assignments.map(({ guid }) => guid)).not.toContain(access.assignment.id);
  });
});

describe("an app's access", () => {
  const ewsRole = "Application EWS.AccessAsApp";
  let access: ApplicationAccess;
  let restore: () => void;
  beforeAll(async () => {
    tenant.running.reset();
    access = await makeApplicationAccess(tenant, await tenant.open());
    restore = tenant.save();
  });
  beforeEach(() => restore());

  /** The claim of the same access with the role of EWS. */
  async function withEws(): Promise<ApplicationClaim> {
    const context = await tenant.open();
    const inputs = applicationAssignmentInputs(tenant, access.app, access.scope?.id ?? "", ewsRole);
    const { id } = await roleAssignment.create(context, inputs);
    const claim = applicationCheckInputs(tenant, access) as unknown as ApplicationClaim;
    return { ...claim, roles: `${claim.roles}\n${ewsRole}`, assignments: `${claim.assignments}\n${id}` };
  }

  test("by Graph alone passes in an organisation without EWS, and asks nothing of it", async () => {
    setEws({ ewsEnabled: false });
    const reading = await readingOf(applicationCheck, access.check);
    expect(reading).toMatchObject({ verdict: "passed", wayIn: expect.stringMatching(/^not asked: /) });
  });

  test("by EWS fails there, and passes where the app's client id is listed", async () => {
    const claim = await withEws();
    setEws({ ewsEnabled: true, ewsAllowedAppIds: [access.app.appId] });
    const open = await examineApplication(await tenant.open(), claim, "mustStayOut");
    expect(open.verdict).toMatchObject({ passed: true, wayIn: { state: "open" } });
    setEws({ ewsAllowedAppIds: ["another"] });
    const { verdict, ...proof } = await examineApplication(await tenant.open(), claim, "mustStayOut");
    expect(verdict).toMatchObject({ passed: false, scopedAccessHolds: true, wayIn: { state: "shut" } });
    expect(summarizeApplication(verdict)).toMatch(/the way in is shut: .* is none of them/);
    const report = reportApplication(claim, { verdict, ...proof }, null);
    expect(report).toMatchObject({ passed: false, wayIn: { state: "shut" } });
    expect(formatMode(report).join("\n")).toMatch(/way in +shut: /);
  });
});
