/** The vendor's multi-tenant app through the real engine: made and removed, or somebody's already and left to them. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { applicationName, applicationRole } from "../support/application.ts";
import { originsInReport } from "../support/report.ts";
import { reachNow } from "../support/reach.ts";
import { enterpriseApp, startRehearsal, type Rehearsal } from "../support/rehearsal.ts";
import type { TestTenant } from "../support/tenant.ts";
import { ad, eva, bea } from "../support/people.ts";

/** The vendor's app of the seed: its display name, by which the journal calls it too, and its client id. */
const vendor = { name: "CallPro Calendar Sync", clientId: "12345678-aaaa-bbbb-cccc-1234567890ab" };
const names = {
  group: "SecurityGroup-CallPro Calendar Access",
  scope: "Scope-CallPro Calendar Access",
  assignment: `${applicationRole}-${applicationName}`,
};
const listed = [ad, eva];

describe("the vendor's app", () => {
  let rehearsal: Rehearsal;
  let before: unknown;

  beforeAll(async () => {
    rehearsal = await startRehearsal({ access: ["application"], application: { clientId: vendor.clientId } });
    before = rehearsal.tenant.dump();
  }, 60_000);

  afterAll(() => rehearsal.close());

  test("gets an enterprise app and no key, opened by the last write", async () => {
    const { writes, result } = await rehearsal.up(listed, vendor.name);
    // The engine cuts a text of more than 150 characters.
    expect(result.stdout).not.toMatch(/^ *\[\d+\]: ".*\.\.\."$/m);
    // What azuread sets right after its POST is its own affair.
    expect(writes.filter((write) => !/^PATCH|\$ref$/.test(write))).toEqual([
      "POST /servicePrincipals",
      "New-ServicePrincipal",
      "New-DistributionGroup",
      "Set-DistributionGroup",
      "New-ManagementScope",
      "New-ManagementRoleAssignment",
    ]);
    expect(await rehearsal.stack.outputs()).toMatchObject({
      clientId: vendor.clientId,
      applicationVerification: { verdict: "passed" },
    });
  }, 90_000);

  test("goes with a destroy, and the tenant is as it was", async () => {
    const { writes } = await rehearsal.destroy();
    expect(writes.at(-1)).toBe("DELETE /servicePrincipals");
    expect(rehearsal.tenant.dump()).toEqual(before);
  }, 90_000);

  test("that is there already is a conflict, told together with all others; nothing is touched", async () => {
    await setUpByHand(rehearsal.tenant);
    const byHand = rehearsal.tenant.dump();
    const output = await rehearsal.refusedUp();
    for (const title of [
      `application.clientId: the enterprise app "${vendor.name}"`,
      `Exchange service principal "${applicationName}"`,
      `"${names.group}"`,
      `"${names.scope}"`,
      `role assignment "${names.assignment}"`,
    ]) {
      expect(output).toMatch(new RegExp(`${title}[^\n]* was not made by this stack`));
    }
    expect(rehearsal.tenant.dump()).toEqual(byHand);
  }, 90_000);

  test("is taken over with adopt, and left by a destroy where onDestroy says keep", async () => {
    rehearsal.stack.configure({ adopt: true, onDestroy: "keep" });
    const byHand = rehearsal.tenant.dump();
    // The group bears the mark while it is the stack's.
    expect((await rehearsal.up(listed, vendor.name)).writes).toEqual(["Set-Group"]);
    // Enterprise app, pointer, group, scope and assignment.
    expect(await originsInReport(rehearsal.stack)).toEqual(Array.from({ length: 5 }, () => "takenOverAndStays"));
    expect((await rehearsal.destroy()).writes).toEqual(["Set-Group"]);
    expect(rehearsal.tenant.dump()).toEqual(byHand);
    expect(reachNow(rehearsal.tenant, vendor.name)).toEqual(listed);
  }, 90_000);

  test("that was taken over by a first up that failed at the proof is gone on with, whatever setting changes", async () => {
    const { stack, tenant } = rehearsal;
    stack.configure({ onDestroy: "remove" });
    const refused = {
      match: { operation: "Test-ServicePrincipalAuthorization" },
      effect: "forbidden",
      times: 99,
    } as const;
    tenant.running.faults.set([refused]);
    const { result } = await rehearsal.run(listed, "up", "--yes", "--skip-preview");
    expect(result.stdout).toMatch(/application-check \*\*creating failed\*\*/);
    expect(result.code).not.toBe(0);
    tenant.running.faults.set([]);
    // What it took over is proved: it is as asked for, though nobody could say so then.
    const proved = await stack.verify();
    expect([proved.code, proved.stdout]).toEqual([0, expect.stringContaining("The access is as asked for")]);
    expect(proved.stdout).not.toContain("changed since the last up");
    stack.configure({ mailboxes: [ad] });
    await rehearsal.up([ad], vendor.name);
    expect(new Set(await originsInReport(stack))).toEqual(new Set(["takenOverAndGoes", "takenOverAndStays"]));
  }, 90_000);

  test("that was removed and consented to again is taken over again, with its pointer and assignment made anew", async () => {
    const { stack, tenant } = rehearsal;
    const { objectId } = enterpriseApp(tenant, vendor.name);
    await tenant.graph("DELETE", `/servicePrincipals/${objectId}`);
    await tenant.graph("POST", "/servicePrincipals", { appId: vendor.clientId, accountEnabled: true });
    tenant.running.settle();
    stack.configure({ adopt: undefined });
    expect(await rehearsal.refusedUp()).toMatch(/which somebody made again since the last up, exists[^\n]*Set adopt/);
    stack.configure({ adopt: ["enterpriseApp"] });
    await rehearsal.up([ad], vendor.name);
    expect(enterpriseApp(tenant, vendor.name).objectId).not.toBe(objectId);
  }, 120_000);

  test("that was taken over is never deleted, whatever onDestroy says: what was put on it goes", async () => {
    const byHand = enterpriseApp(rehearsal.tenant, vendor.name);
    expect((await rehearsal.destroy()).writes).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-ServicePrincipal",
    ]);
    expect(enterpriseApp(rehearsal.tenant, vendor.name)).toEqual(byHand);
    expect(reachNow(rehearsal.tenant, vendor.name)).toEqual([]);
  }, 90_000);
});

/** What an administrator makes by hand after the vendor's instructions. */
async function setUpByHand(tenant: TestTenant): Promise<void> {
  // Settings and owners that azuread would set back to its defaults.
  await tenant.graph("POST", "/servicePrincipals", {
    appId: vendor.clientId,
    accountEnabled: true,
    appRoleAssignmentRequired: true,
    description: "Ticket 4711",
    notes: "Asked for by sales",
    notificationEmailAddresses: [bea],
    tags: ["WindowsAzureActiveDirectoryIntegratedApp"],
  });
  const { objectId } = enterpriseApp(tenant, vendor.name);
  tenant.running.settle();
  await tenant.byHand("New-ServicePrincipal", {
    AppId: vendor.clientId,
    ObjectId: objectId,
    DisplayName: applicationName,
  });
  await tenant.byHand("New-DistributionGroup", {
    Name: names.group,
    Type: "Security",
    ManagedBy: [bea],
    Members: listed,
    MemberJoinRestriction: "Closed",
    MemberDepartRestriction: "Closed",
  });
  await tenant.byHand("Set-DistributionGroup", {
    Identity: names.group,
    HiddenFromAddressListsEnabled: true,
    BypassSecurityGroupManagerCheck: true,
  });
  const { exchange } = await tenant.open("administrator");
  const [made] = await exchange.read("Get-Group", { Identity: names.group });
  await tenant.byHand("New-ManagementScope", {
    Name: names.scope,
    RecipientRestrictionFilter: `MemberOfGroup -eq '${String(made?.["DistinguishedName"])}'`,
  });
  await tenant.byHand("New-ManagementRoleAssignment", {
    Name: names.assignment,
    Role: applicationRole,
    App: objectId,
    CustomResourceScope: names.scope,
  });
}
