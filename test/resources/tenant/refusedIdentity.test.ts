/** Who is never made an access, whatever the settings say: Microsoft's own apps, the automation identity, a mailbox. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { exchangeServicePrincipal } from "../../../resources/exchangeServicePrincipal.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { refuseApp } from "../../../resources/lifecycle/refusedApp.ts";
import { refuseServiceUser } from "../../../resources/tenant/refusedIdentity.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { applicationTenantInputs, mark, tenantInputs } from "../../support/access.ts";
import { placeApp, pointerInputs, vendorId } from "../../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { ad, eva, gijs, dirk, serviceUser } from "../../support/people.ts";

const exchangeOnline = "00000002-0000-0ff1-ce00-000000000000";
/** Microsoft's, though nothing about its client id tells. */
const unknownOfMicrosoft = "0aaaaaaa-1111-4222-8333-444444444444";
const microsofts = ["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"];
const caller = { appId: "0c0c0c0c-0000-4000-8000-00000000000c", objectId: "0d0d0d0d-0000-4000-8000-00000000000d" };
const vendors = { appId: vendorId, objectId: "", displayName: "CallPro Calendar Sync", owner: "another-tenant" };

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

async function preflight(desired: Properties): Promise<readonly string[]> {
  return (await tenantArtifact.check(await tenant.open(), undefined, desired)).problems;
}

/** A stack for an app of elsewhere that is there already and is to be taken over. */
function adopting(clientId: string, app = ""): Properties {
  return applicationTenantInputs({
    clientId,
    app,
    ownsApp: false,
    adopt: ["enterpriseApp", "exchangeServicePrincipal"],
  });
}

describe("an app", () => {
  test("of Microsoft's own is refused, by its client id or by the tenant that owns it", () => {
    expect(refuseApp({ ...vendors, appId: exchangeOnline, displayName: "", owner: undefined }, caller)).toMatch(
      /^application\.clientId: 00000002-0000-0ff1-ce00-000000000000 is "Office 365 Exchange Online", an app of Microsoft's own/,
    );
    for (const owner of [...microsofts, microsofts[0]?.toUpperCase()]) {
      expect(refuseApp({ ...vendors, owner }, caller)).toMatch(/is "CallPro Calendar Sync", an app of Microsoft's own/);
    }
  });

  test("that is the automation identity is refused, by its client id and by its enterprise app", () => {
    const refused = /^application\.clientId: .* is the automation identity itself/;
    expect(refuseApp({ ...vendors, appId: caller.appId }, caller)).toMatch(refused);
    expect(refuseApp({ ...vendors, objectId: caller.objectId }, caller)).toMatch(refused);
  });

  test("of the vendor's is not, nor is one of which nothing is known yet", () => {
    for (const owner of ["another-tenant", null, undefined])
      expect(refuseApp({ ...vendors, owner }, caller)).toBeUndefined();
    expect(refuseApp(vendors, { appId: undefined, objectId: undefined })).toBeUndefined();
  });
});

describe("a service user", () => {
  const user = { user: "svc@x.example 0d0d0d0d-0000-4000-8000-00000000000d\n", members: "", mustStayOut: "" };
  const nobody = { appId: undefined, objectId: undefined };

  test("is neither who runs this, nor one of the mailboxes, nor one that must stay out", () => {
    expect(refuseServiceUser(user, nobody)).toEqual([]);
    expect(refuseServiceUser(user, caller)).toEqual([
      expect.stringMatching(/^serviceUser: svc@x\.example is the automation identity itself/),
    ]);
    expect(refuseServiceUser({ ...user, members: user.user }, nobody)).toEqual([
      expect.stringMatching(/^serviceUser: svc@x\.example is one of the listed mailboxes/),
    ]);
    expect(refuseServiceUser({ ...user, mustStayOut: user.user }, nobody)).toEqual([
      expect.stringMatching(/^serviceUser: svc@x\.example is one of mustStayOut/),
    ]);
  });

  test("that Exchange does not know yet is nobody's", () => {
    expect(refuseServiceUser({ ...user, user: "svc@x.example\n", members: "svc@x.example\n" }, caller)).toEqual([]);
  });
});

describe("the preflight", () => {
  test("refuses Office 365 Exchange Online with adopt, and touches nothing", async () => {
    const principal = tenant.tenant.servicePrincipals.find(({ appId }) => appId === exchangeOnline);
    const before = tenant.dump();
    expect(await preflight(adopting(exchangeOnline, principal?.id ?? ""))).toEqual([
      expect.stringMatching(/"Office 365 Exchange Online", an app of Microsoft's own.*Nothing was changed\.$/),
    ]);
    expect(tenant.dump()).toEqual(before);
  });

  test("refuses an app of Microsoft's that no list names, by its owner", async () => {
    const app = placeApp(tenant, undefined, unknownOfMicrosoft);
    const principal = tenant.tenant.servicePrincipals.find(({ id }) => id === app.objectId);
    Object.assign(principal?.other ?? {}, { appOwnerOrganizationId: microsofts[1] });
    expect(await preflight(adopting(unknownOfMicrosoft, app.objectId))).toEqual([
      expect.stringContaining("an app of Microsoft's own"),
    ]);
  });

  test("refuses the automation identity", async () => {
    const { clientId } = tenant.running.credentials;
    const principal = tenant.tenant.servicePrincipals.find(({ appId }) => appId === clientId);
    expect(await preflight(adopting(clientId, principal?.id ?? ""))).toContainEqual(
      expect.stringContaining("is the automation identity itself"),
    );
  });

  test("lets the vendor's app through", async () => {
    const app = placeApp(tenant, undefined, vendorId);
    expect(await preflight(adopting(vendorId, app.objectId))).toEqual([]);
  });

  test("says of a client id that nobody here knows what Entra may answer, and what to do then", async () => {
    const lines = async (): Promise<string> => {
      const context = await tenant.open();
      await tenantArtifact.check(context, undefined, applicationTenantInputs({ clientId: vendorId, ownsApp: true }));
      return context.lines.join("\n");
    };
    expect(await lines()).toMatch(
      new RegExp(
        `^application: this tenant has no enterprise app of the client id ${vendorId} yet; .*"does not reference a valid application object".*application\\.clientId`,
        "m",
      ),
    );
    placeApp(tenant, undefined, vendorId);
    expect(await lines()).not.toContain("has no enterprise app of");
  });

  test("refuses an existing user that is one of the mailboxes, by whatever address", async () => {
    const existing = { ownsUser: false, user: `${gijs}\n` };
    expect(await preflight({ ...tenantInputs(), ...existing })).toEqual([]);
    expect(await preflight({ ...tenantInputs(), ...existing, members: `${ad}\n${eva}\n${gijs}\n` })).toEqual([
      expect.stringMatching(/^serviceUser: gijs\.bakker@.* is one of the listed mailboxes/),
    ]);
    expect(await preflight({ ...tenantInputs(), ...existing, user: `${dirk}\n` })).toEqual([
      expect.stringMatching(/^serviceUser: dirk\.directeur@.* is one of mustStayOut/),
    ]);
  });
});

describe("the domain of the service user", () => {
  const foreign = "svcServiceAccount@elders.example\n";

  test("is one that the tenant has verified, or nothing is written", async () => {
    const before = tenant.dump();
    expect(await preflight({ ...tenantInputs(), user: foreign })).toEqual([
      "serviceUser.domain: elders.example is no verified domain of this tenant (it has buitendienst.onmicrosoft.com, buitendienst.example). Have it verified in Entra first, or write one of these. Nothing was changed.",
    ]);
    expect(tenant.dump()).toEqual(before);
    expect(await preflight({ ...tenantInputs(), user: foreign, ownsUser: false, userIsAdopted: true })).toHaveLength(1);
  });

  test("may be any verified one, in any case", async () => {
    for (const user of [`${serviceUser}\n`, "svcServiceAccount@Buitendienst.EXAMPLE\n"]) {
      expect(await preflight({ ...tenantInputs(), user })).toEqual([]);
    }
  });

  test("is not judged for a user that exists, whose absence is told by itself", async () => {
    const problems = await preflight({ ...tenantInputs(), user: foreign, ownsUser: false });
    expect(problems.filter((problem) => problem.startsWith("serviceUser.domain"))).toEqual([]);
  });
});

test("a pointer is never made to an app of Microsoft's that was new in the tenant", async () => {
  const app = placeApp(tenant, mark, unknownOfMicrosoft);
  const principal = tenant.tenant.servicePrincipals.find(({ id }) => id === app.objectId);
  Object.assign(principal?.other ?? {}, { appOwnerOrganizationId: microsofts[0] });
  const failure = await failureOf(exchangeServicePrincipal.create(await tenant.open(), pointerInputs(app, false)));
  expect(failure.message).toContain("an app of Microsoft's own");
  expect(tenant.tenant.exchangeServicePrincipals).toEqual([]);
});
