/** What a first proof would find is said before anything is made; what a rename leaves is not said twice. */
import { say } from "../../../resources/proof/words/english.ts";
import { summarizeApplication } from "../../../resources/proof/words/summariesEnglish.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { proveApplication, type ApplicationClaim } from "../../../resources/proof/applicationProof.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import {
  applicationTenantInputs,
  checkInputs,
  makeAccess,
  mark,
  names,
  role,
  tenantInputs,
} from "../../support/access.ts";
import {
  applicationCheckInputs,
  applicationRole,
  consent,
  makeApplicationAccess,
  placeApp,
  vendorId,
  type EnterpriseApp,
} from "../../support/application.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

async function preflight(inputs: Properties): Promise<{ problems: readonly string[]; lines: string }> {
  const context = await tenant.open();
  const before = tenant.dump();
  const { problems } = await tenantArtifact.check(context, undefined, inputs);
  expect(tenant.dump()).toEqual(before);
  return { problems, lines: context.lines.join("\n") };
}

/** An exclusive scope that holds one mailbox. */
function reserve(address: string): Promise<void> {
  const RecipientRestrictionFilter = `PrimarySmtpAddress -eq '${address}'`;
  return tenant.byHand("New-ManagementScope", {
    Name: "VIP",
    RecipientRestrictionFilter,
    Exclusive: true,
    Force: true,
  });
}

test("the first preview of an app that is taken over says what is accepted with it; of one that is made, nothing", async () => {
  const { objectId } = placeApp(tenant, undefined, vendorId);
  await tenant.graph("POST", `/servicePrincipals/${objectId}/addPassword`, {
    passwordCredential: { displayName: "CRM" },
  });
  const adopted = applicationTenantInputs({
    clientId: vendorId,
    app: objectId,
    ownsApp: false,
    adopt: ["enterpriseApp"],
  });
  expect((await preflight(adopted)).lines).toMatch(
    /accepted when it is taken over, unless it goes first: the enterprise app has the client secret .*"CRM"/,
  );
  expect((await preflight({ ...adopted, ownsApp: true })).lines).not.toContain("accepted when");
});

describe("the first preview of impersonation", () => {
  test("names a wide assignment that the service user has already, and none that the stack does not ask about", async () => {
    await tenant.makeUser(serviceUser, mark);
    expect((await preflight(tenantInputs())).problems).toEqual([]);
    await tenant.byHand("New-ManagementRoleAssignment", { Name: "Old", Role: role, User: serviceUser });
    expect((await preflight(tenantInputs())).problems).toEqual([
      expect.stringMatching(
        /^serviceUser: svc\S+ already has "Old" \(ApplicationImpersonation through .*Organization\)/,
      ),
    ]);
    // What comes by a role group in the stack's place is judged where that group is taken over, whatever its Name is.
    tenant.running.reset();
    await tenant.makeUser(serviceUser, mark);
    const group = { Name: "Group_7f3a91", DisplayName: names.roleGroup, Roles: [role], Members: [serviceUser] };
    await tenant.byHand("New-RoleGroup", group);
    expect((await preflight(tenantInputs())).problems.join("")).not.toContain("already has");
    // A stack that holds the access says it in its proof.
    const { problems } = await preflight({ ...tenantInputs(), known: { ...nothingKnown, assignment: "x" } });
    expect(problems.join("")).not.toContain("Old");
  });

  test("names an exclusive scope that holds a listed mailbox; one of others is no matter", async () => {
    await reserve(gijs);
    expect((await preflight(tenantInputs())).problems).toEqual([]);
    tenant.running.reset();
    await reserve(eva);
    expect((await preflight(tenantInputs())).problems).toEqual([
      expect.stringContaining(`mailboxes: the exclusive scope "VIP" holds ${eva}: impersonation is refused there`),
    ]);
  });

  test("an exclusive scope that comes later is named by the proof, and the mailbox is shut", async () => {
    const access = await makeAccess(tenant, await tenant.open());
    await reserve(eva);
    expect(tenant.running.journal.entries.at(-1)?.reach[serviceUser]).toEqual([ad]);
    const reading = await impersonationCheck.read(await tenant.open(), access.check);
    expect(reading?.properties["verdict"]).toMatch(/the exclusive scope "VIP" holds eva\.smit@/);
    expect(checkInputs(tenant, access)["verdict"]).not.toBe("passed");
  });
});

describe("the first preview of an application", () => {
  let app: EnterpriseApp;
  const inputs = (change: Properties = {}): Properties => applicationTenantInputs({ app: app.objectId, ...change });

  beforeEach(() => {
    app = placeApp(tenant, mark);
  });

  test("names a consent that is there already, unless the stack may take it away: then it says when", async () => {
    expect((await preflight(inputs())).problems).toEqual([]);
    consent(tenant, app.objectId, "Calendars.ReadWrite");
    expect((await preflight(inputs())).problems).toEqual([
      expect.stringMatching(
        /tenant-wide consent Calendars\.ReadWrite on Microsoft Graph.*or set revokeTenantWideConsent/,
      ),
    ]);
    const { problems, lines } = await preflight(inputs({ revokeTenantWideConsent: true }));
    expect(problems).toEqual([]);
    expect(lines).toContain("a later up takes it away, once the scoped access is effective");
    expect((await preflight(inputs({ reach: "organization", owner: "" }))).problems).toEqual([]);
  });

  test.each(["AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All"])(
    "names the consent %s, by which the app can let itself into more mailboxes, whatever is asked for",
    async (permission) => {
      consent(tenant, app.objectId, permission);
      const named = [
        expect.stringMatching(
          new RegExp(
            `^application: the app has the consent ${permission} on .*can let itself into more mailboxes: .*: the proof would fail\\. Nothing was changed\\.$`,
          ),
        ),
      ];
      expect((await preflight(inputs())).problems).toEqual(named);
      const revokes = { revokeTenantWideConsent: true };
      expect((await preflight(inputs(revokes))).problems).toEqual(named);
      expect((await preflight(inputs({ reach: "organization", owner: "" }))).problems).toEqual(named);
    },
  );

  test("names another role that the app has already", async () => {
    await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId });
    await tenant.byHand("New-ManagementRoleAssignment", {
      ...{ Name: "Mail", Role: "Application Mail.Read", App: app.objectId },
    });
    expect((await preflight(inputs())).problems).toEqual([
      expect.stringMatching(/already has Application Mail\.Read by the role assignment "Mail"/),
    ]);
  });
});

test("after a rename of the group the stack's own assignment is said with its scope, not as something wider", async () => {
  const access = await makeApplicationAccess(tenant, await tenant.open());
  const claim = applicationCheckInputs(tenant, access) as unknown as ApplicationClaim;
  await tenant.byHand("Set-DistributionGroup", {
    ...{ Identity: names.securityGroup, Name: "Renamed", BypassSecurityGroupManagerCheck: true },
  });
  const verdict = await proveApplication(await tenant.open(), claim, "sample");
  expect(verdict).toMatchObject({ scopedAccessHolds: false, wider: [] });
  expect(summarizeApplication(verdict)).toContain("is not limited to the stack's security group");
  // A scope that holds more is still something wider.
  await tenant.byHand("Set-ManagementScope", { Identity: names.scope, RecipientRestrictionFilter: "Alias -like '*'" });
  const wide = await proveApplication(await tenant.open(), claim, "sample");
  expect(wide.wider.map(say).join()).toContain(`the app also has ${applicationRole} on ${names.scope}`);
});
