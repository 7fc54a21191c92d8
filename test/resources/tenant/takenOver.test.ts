/** What was on an object when it was taken over is accepted with it; what comes between that and the first proof is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { applicationCheck } from "../../../resources/applicationCheck.ts";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { keysTakenOver } from "../../../resources/proof/takenOver.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import {
  applicationTenantInputs,
  assignmentInputs,
  checkInputs,
  mark,
  names,
  roleGroupInputs,
  tenantInputs,
  tryUp,
} from "../../support/access.ts";
import { applicationCheckInputs, makeScopedObjects, placeApp, vendorId } from "../../support/application.ts";
import { gijs, sander, serviceUser } from "../../support/people.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

/** The tenant's check: its inputs as recorded from then on, and what it says. */
async function check(desired: Properties, recorded?: Properties): Promise<{ inputs: Properties; lines: string }> {
  tenant.running.settle();
  const context = await tenant.open();
  const { inputs, problems } = await tenantArtifact.check(context, recorded, desired);
  expect(problems).toEqual([]);
  return { inputs, lines: context.lines.join("\n") };
}

describe("a vendor's app that is taken over", () => {
  const addSecret = (objectId: string, displayName: string): Promise<unknown> =>
    tenant.graph("POST", `/servicePrincipals/${objectId}/addPassword`, { passwordCredential: { displayName } });
  const adopting = (app: string, change: Properties = {}): Properties =>
    applicationTenantInputs({ clientId: vendorId, app, ownsApp: false, adopt: ["enterpriseApp"], ...change });

  test("keeps what it had when the preview said so, and names what came before the first proof", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    await addSecret(app.objectId, "CRM");
    const first = await check(adopting(app.objectId));
    expect(first.lines).toMatch(/accepted when it is taken over, unless it goes first: .*client secret .*"CRM"/);
    await addSecret(app.objectId, "Late");
    // What was recorded stays, and is not asked again: not even what came later is accepted by asking once more.
    const second = await check(adopting(app.objectId), first.inputs);
    expect(second.inputs["takenOver"]).toBe(first.inputs["takenOver"]);
    expect(second.lines).not.toContain("accepted");

    const made = await makeScopedObjects(tenant, await tenant.open(), app);
    const claim = { ...applicationCheckInputs(tenant, made), isOwnApp: false, appIsAdopted: true };
    const { takenOver } = second.inputs;
    const { error, recorded } = await tryUp(applicationCheck, await tenant.open(), { ...claim, takenOver });
    expect(error?.message).toMatch(/somebody else gets in: the enterprise app has the client secret \S+ \("Late"/);
    expect(error?.message).not.toContain('"CRM"');
    // Nor is it accepted once the failed proof is recorded.
    const again = await applicationCheck.read(await tenant.open(), recorded ?? { id: "", properties: {} });
    expect(again?.properties["verdict"]).toContain('"Late"');
  });

  test("begins anew with another app", async () => {
    const { objectId } = placeApp(tenant, undefined, vendorId);
    await addSecret(objectId, "CRM");
    const { inputs } = await check(adopting(objectId));
    expect(keysTakenOver(String(inputs["takenOver"]), { holder: "app", id: vendorId })?.size).toBe(1);
    const other = placeApp(tenant, undefined, "87654321-aaaa-4bbb-8ccc-1234567890ab");
    const moved = await check(adopting(other.objectId, { clientId: other.appId }), inputs);
    expect(keysTakenOver(String(moved.inputs["takenOver"]), { holder: "app", id: vendorId })).toBeUndefined();
    expect(keysTakenOver(String(moved.inputs["takenOver"]), { holder: "app", id: other.appId })?.size).toBe(0);
  });
});

describe("a role group that is taken over", () => {
  const adopting = { ...tenantInputs(), adopt: ["roleGroup"] };

  test("says in the preview who manages it, and names who manages it since", async () => {
    const user = await tenant.makeUser(serviceUser, mark);
    await tenant.byHand("New-RoleGroup", { Name: names.roleGroup, Members: [serviceUser], ManagedBy: [sander] });
    const before = tenant.dump();
    const first = await check(adopting);
    expect(first.lines).toMatch(
      /role group: accepted when it is taken over, unless it goes first: sander\.brouwer manages the role group "CallPro Calendar Access" and can add members to it/,
    );
    expect(tenant.dump()).toEqual(before);
    // Between the preview that was agreed to and the first proof.
    await tenant.byHand("Set-RoleGroup", { Identity: names.roleGroup, ManagedBy: [sander, gijs], ...bypass });
    const { takenOver } = (await check(adopting, first.inputs)).inputs;

    const context = await tenant.open();
    const group = await roleGroup.create(context, { ...roleGroupInputs(user), adopt: true });
    const assignment = await roleAssignment.create(context, assignmentInputs(tenant, group.id, ""));
    const access = { user, roleGroup: group, securityGroup: undefined, scope: undefined, assignment };
    const claim = checkInputs(tenant, access);
    const { error } = await tryUp(impersonationCheck, await tenant.open(), { ...claim, takenOver });
    expect(error?.message).toContain("gijs.bakker manages the role group");
    expect(error?.message).not.toContain("sander");
    // Without the record both would have been a beginning.
    expect((await tryUp(impersonationCheck, await tenant.open(), claim)).error).toBeUndefined();
    // A state that holds the group keeps what was recorded of it, whatever adopt says by then.
    const held = { ...tenantInputs(), adopt: ["assignment"], known: { ...nothingKnown, roleGroup: group.id } };
    expect((await check(held, { ...first.inputs })).inputs["takenOver"]).toBe(takenOver);
  });

  test("records nothing of one that is the stack's own, or that is not to be taken over", async () => {
    await tenant.makeUser(serviceUser, mark);
    const made = { Name: names.roleGroup, Members: [serviceUser], Description: mark, ManagedBy: [sander] };
    await tenant.byHand("New-RoleGroup", made);
    expect((await check(adopting)).inputs["takenOver"]).toBe("");
  });
});

const bypass = { BypassSecurityGroupManagerCheck: true };
