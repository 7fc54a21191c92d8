/**
 * Nobody else gets in: who joins afterwards, by whatever way, fails the proof of either access mode by name; nothing of
 * others is removed, and what cannot be asked is said.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { applicationCheck } from "../../../resources/applicationCheck.ts";
import type { Artifact, Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { proveImpersonation, type ImpersonationClaim } from "../../../resources/proof/impersonationProof.ts";
import { say } from "../../../resources/proof/words/english.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import {
  checkInputs,
  listed,
  makeAccess,
  names,
  previewOf,
  role,
  roleGroupInputs,
  tryUp,
  up,
  type Access,
} from "../../support/access.ts";
import {
  applicationCheckInputs,
  applicationRole,
  makeApp,
  makeScopedObjects,
  type EnterpriseApp,
  type ScopedObjects,
} from "../../support/application.ts";
import { askWithAssertion, keyCredential, makeCertificate, thumbprint, type Pair } from "../../simulator/assertion.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { eva, gijs, dirk, sander } from "../../support/people.ts";

const bypass = { BypassSecurityGroupManagerCheck: true };
let tenant: TestTenant;
let restore: () => void;
let clean: () => void;

/** What a refresh says now, and what a preview of it shows as changed. */
async function look(
  check: Artifact,
  recorded: Recorded,
  desired: Properties,
  purpose = "automation",
): Promise<Properties & { changed: string[] }> {
  const context = await tenant.open(purpose);
  const reading = await check.read(context, recorded);
  const { changed } = await previewOf(check, context, recorded, desired);
  return { ...reading?.properties, changed };
}

function addPolicy(appId: string, accessRight: "RestrictAccess" | "DenyAccess"): void {
  const { guid } = tenant.recipient(names.securityGroup);
  tenant.tenant.applicationAccessPolicies.push({ identity: "p", appId, group: guid, accessRight, description: "" });
}

/** An app of somebody else's with Exchange's pointer; returns its enterprise app. */
async function makeForeignApp(): Promise<EnterpriseApp> {
  const app = await makeApp(tenant, "Somebody's app");
  tenant.running.clock.settle();
  await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId });
  return app;
}

/** Uses of the stack's scope and group by others: the same for both access modes. */
const foreignUses: [string, (app: EnterpriseApp) => Promise<void>, RegExp][] = [
  [
    "an assignment to another app on the stack's group",
    (app) =>
      tenant.byHand("New-ManagementRoleAssignment", {
        ...{ Name: "Foreign", Role: applicationRole, App: app.objectId },
        RecipientGroupScope: names.securityGroup,
      }),
    /"Foreign" \(Application Calendars\.ReadWrite of [0-9a-f-]{36}\) uses the stack's security group/,
  ],
  [
    "an assignment to another app on the stack's scope",
    (app) =>
      tenant.byHand("New-ManagementRoleAssignment", {
        ...{ Name: "Foreign", Role: applicationRole, App: app.objectId },
        CustomResourceScope: names.scope,
      }),
    /"Foreign" .* uses the stack's scope "Scope-CallPro Calendar Access"/,
  ],
  [
    "an assignment to people on the stack's scope",
    () =>
      tenant.byHand("New-ManagementRoleAssignment", {
        ...{ Name: "Help desk", Role: "Mail Recipients", User: gijs },
        CustomRecipientWriteScope: names.scope,
      }),
    /"Help desk" \(Mail Recipients of .*\) uses the stack's scope/,
  ],
  [
    "an assignment on another scope that names the stack's group among others",
    async () => {
      const RecipientRestrictionFilter = `Department -eq 'X' -or MemberOfGroup -eq '${await groupName()}'`;
      await tenant.byHand("New-ManagementScope", { Name: "Other", RecipientRestrictionFilter });
      await tenant.byHand("New-ManagementRoleAssignment", {
        ...{ Name: "Help desk", Role: "Mail Recipients", User: gijs },
        CustomRecipientWriteScope: "Other",
      });
    },
    /"Help desk" .* uses the scope "Other", which names the stack's security group/,
  ],
  [
    "an application access policy of another app on the stack's group",
    (app) => {
      addPolicy(app.appId, "RestrictAccess");
      return Promise.resolve();
    },
    /an application access policy of the app [0-9a-f-]{36} uses the stack's security group/,
  ],
];

/** The group's DN as Exchange shows it. */
async function groupName(): Promise<string> {
  const context = await tenant.open();
  const [group] = await context.exchange.read("Get-DistributionGroup", { Identity: names.securityGroup });
  return String(group?.["DistinguishedName"]);
}

beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

describe("impersonation", () => {
  let access: Access;
  let desired: Properties;

  beforeAll(async () => {
    clean = tenant.save();
    access = await makeAccess(tenant, await tenant.open());
    desired = checkInputs(tenant, access);
    restore = tenant.save();
  });
  beforeEach(() => restore());
  afterAll(() => clean());

  const lookAt = (purpose?: string): ReturnType<typeof look> =>
    look(impersonationCheck, access.check, desired, purpose);

  test("passes where nobody but the service user is in, for whoever asks", async () => {
    expect(access.check.properties["summary"]).toContain("nobody else gets in");
    expect(await lookAt("reader")).toMatchObject({ verdict: "passed", whoGetsIn: "nobody else", changed: [] });
  });

  test("names who joins the role group and reaches the mailboxes; an up takes him out again", async () => {
    await tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: gijs, ...bypass });
    const reached = tenant.running.journal.entries.at(-1)?.reach[gijs];
    expect(reached).toEqual([...listed].toSorted());
    const found = await lookAt();
    expect(found).toMatchObject({ whoGetsIn: "somebody else", changed: ["verdict"] });
    expect(found["verdict"]).toMatch(
      /gijs\.bakker@\S+ \([0-9a-f-]{36}\) is in the role group .* impersonates through it/,
    );
    expect((await tryUp(impersonationCheck, await tenant.open(), desired, access.check)).error?.message).toContain(
      gijs,
    );
    await up(roleGroup, await tenant.open(), roleGroupInputs(access.user), access.roleGroup);
    expect(await lookAt()).toMatchObject({ verdict: "passed", whoGetsIn: "nobody else" });
  });

  test("names a nested group and who is in it, and says that deeper ones are not documented", async () => {
    await tenant.byHand("New-DistributionGroup", {
      Name: "Outer",
      Type: "Security",
      ManagedBy: [gijs],
      Members: [eva],
    });
    await tenant.byHand("New-DistributionGroup", { Name: "Inner", Type: "Security", ManagedBy: [gijs] });
    tenant.recipient("Outer").group?.members.push(tenant.recipient("Inner").guid);
    tenant.recipient("Inner").group?.members.push(tenant.recipient(dirk).guid);
    await tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: "Outer", ...bypass });
    const found = await lookAt();
    expect(found["verdict"]).toMatch(/the group \S+ \([0-9a-f-]{36}\), with .*eva\.smit@.*, is in the role group/);
    // Exchange's own expansion names who comes in from deeper down.
    expect(found["verdict"]).toMatch(/dirk\.directeur impersonates through the role group .* by a group in it/);
    expect((found["notProved"] as string[]).join("\n")).toMatch(/inside the group \S+: what Exchange makes of groups/);
  });

  test("says that a nested group could not be asked, and names it all the same", async () => {
    await tenant.byHand("New-DistributionGroup", {
      Name: "Outer",
      Type: "Security",
      ManagedBy: [gijs],
      Members: [eva],
    });
    await tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: "Outer", ...bypass });
    tenant.running.faults.set([
      { match: { operation: "Get-DistributionGroupMember" }, effect: "forbidden", times: 99 },
    ]);
    const found = await lookAt();
    expect(found["verdict"]).toMatch(/the group \S+ \([0-9a-f-]{36}\) is in the role group/);
    expect((found["notProved"] as string[]).join("\n")).toMatch(/its members could not be read/);
  });

  test("accepts who managed the role group at its birth, and names who came later", async () => {
    const creator = "Organization Management";
    await tenant.byHand("Set-RoleGroup", { Identity: names.roleGroup, ManagedBy: [creator], ...bypass });
    const born = await impersonationCheck.create(await tenant.open(), desired);
    expect(born.properties).toMatchObject({ verdict: "passed", entrantsBaseline: `manager ${creator}` });
    await tenant.byHand("Set-RoleGroup", { Identity: names.roleGroup, ManagedBy: [creator, gijs], ...bypass });
    const found = await look(impersonationCheck, born, desired);
    expect(found["verdict"]).toMatch(/^not proved: gijs\.bakker manages the role group .* and can add members to it/);
    expect(found["entrantsBaseline"]).toBe(`manager ${creator}`);
    const { error } = await tryUp(impersonationCheck, await tenant.open(), desired, born);
    expect(error?.message).toContain("gijs.bakker manages");
  });

  test("a second owner of the security group, and one that lets people join, are named", async () => {
    const change = { ManagedBy: [sander, gijs], MemberJoinRestriction: "ApprovalRequired", ...bypass };
    await tenant.byHand("Set-DistributionGroup", { Identity: names.securityGroup, ...change });
    const { verdict } = await lookAt();
    expect(verdict).toMatch(/has several owners, .*gijs.*each can put mailboxes into it/);
    expect(verdict).toMatch(/lets people join \(MemberJoinRestriction is ApprovalRequired\)/);
  });

  test("one who became the security group's owner instead is named where the owner is known", async () => {
    const claim = { ...access.check.properties, owner: tenant.lines(sander) } as unknown as ImpersonationClaim;
    const named = async () => {
      const { entrants } = await proveImpersonation(await tenant.open(), claim, "mustStayOut");
      return entrants.findings.map(say);
    };
    expect(await named()).toEqual([]);
    await tenant.byHand("Set-DistributionGroup", { Identity: names.securityGroup, ManagedBy: [gijs], ...bypass });
    expect(await named()).toEqual([expect.stringMatching(/is owned by gijs\S*, not by sander\S+: its owner can put/)]);
  });

  test.each(foreignUses)("%s is somebody else", async (_what, byHand, text) => {
    await byHand(await makeForeignApp());
    const found = await lookAt();
    expect(found).toMatchObject({ whoGetsIn: "somebody else", changed: ["verdict"] });
    expect(found["verdict"]).toMatch(text);
    expect(tenant.tenant.assignments.find(({ name }) => name === names.assignment)?.enabled).toBe(true);
  });

  test("others' own assignments and policies that use nothing of the stack's fail nothing; who reaches all is told", async () => {
    const app = await makeForeignApp();
    await tenant.byHand("New-ManagementRoleAssignment", { Name: "Theirs", Role: role, User: gijs });
    await tenant.byHand("New-ManagementRoleAssignment", { Name: "App", Role: applicationRole, App: app.objectId });
    addPolicy(app.appId, "DenyAccess");
    const found = await lookAt();
    expect(found).toMatchObject({ verdict: "passed", whoGetsIn: "nobody else" });
    const notes = (begin: string) => (found["notes"] as string[]).filter((note) => note.startsWith(begin));
    expect(notes("opens nothing now")).toEqual([expect.stringContaining("an application access policy")]);
    const [theirs] = notes("others reach every mailbox, the listed ones too, by roles of their own");
    expect(theirs).toContain(`${applicationRole} of ${app.objectId} ("App"), ${role} of gijs.bakker ("Theirs")`);
    expect(theirs).toContain("npm run audit");
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: "App", Enabled: false });
    await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: "Theirs" });
    expect((await lookAt())["notes"]).not.toContainEqual(expect.stringContaining("others reach"));
  });

  test("the stack's own app on the same scope is not somebody else", async () => {
    const app = await makeForeignApp();
    const shared = { Name: "Own", Role: applicationRole, App: app.objectId, CustomResourceScope: names.scope };
    await tenant.byHand("New-ManagementRoleAssignment", shared);
    const both = { ...access.check, properties: { ...access.check.properties, app: app.objectId, appId: app.appId } };
    const reading = await impersonationCheck.read(await tenant.open(), both);
    expect(reading?.properties).toMatchObject({ verdict: "passed" });
  });

  test("policies that may not be read are not proved, never absent", async () => {
    tenant.running.faults.set([
      { match: { operation: "Get-ApplicationAccessPolicy" }, effect: "forbidden", times: 99 },
    ]);
    const { verdict, notProved } = await lookAt();
    expect(verdict).toBe("passed");
    expect((notProved as string[]).join("\n")).toContain("application access policy opens the security group");
  });
});

describe("an own app", () => {
  let access: ScopedObjects;
  let check: Recorded;
  let desired: Properties;
  let own: Pair;
  let stranger: Pair;
  let path: string;

  beforeAll(async () => {
    [own, stranger] = await Promise.all([makeCertificate({ to: 600 }), makeCertificate({ to: 600 })]);
    const context = await tenant.open();
    access = await makeScopedObjects(tenant, context, await makeApp(tenant));
    const application = tenant.tenant.applications.find(({ appId }) => appId === access.app.appId);
    path = `/applications/${application?.id ?? ""}`;
    await tenant.graph("PATCH", path, { keyCredentials: [keyCredential(own)] });
    const certificates = `${thumbprint(own, "sha1").toString("hex").toUpperCase()} 2030-01-01T00:00:00Z`;
    desired = { ...applicationCheckInputs(tenant, access), certificates };
    check = await applicationCheck.create(context, desired);
    restore = tenant.save();
  });
  beforeEach(() => restore());

  const lookAt = (purpose?: string): ReturnType<typeof look> => look(applicationCheck, check, desired, purpose);
  const keys = () => tenant.tenant.applications.find(({ appId }) => appId === access.app.appId)?.keyCredentials ?? [];

  /** Whether the embedded tenant gives a token for this key. */
  async function signsIn(pair: Pair): Promise<boolean> {
    const { origin, credentials } = tenant.running;
    const askToken = (form: Record<string, string>) =>
      fetch(`${origin}/${credentials.tenantId}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) });
    const asked = { origin, credentials, askToken } as unknown as Parameters<typeof askWithAssertion>[0];
    const { status } = (await askWithAssertion(asked, access.app.appId, pair)) as unknown as Response;
    return status === 200;
  }

  test("passes with the stack's certificate alone, for whoever asks", async () => {
    expect(check.properties).toMatchObject({ verdict: "passed", whoGetsIn: "nobody else" });
    expect(await lookAt("reader")).toMatchObject({ verdict: "passed", whoGetsIn: "nobody else", changed: [] });
  });

  test("a second key signs in, and the proof names its id", async () => {
    const { keyCredentials } = await tenant.graph("GET", `${path}?$select=keyCredentials`);
    const kept = keyCredentials as Record<string, unknown>[];
    await tenant.graph("PATCH", path, {
      keyCredentials: [...kept, { ...keyCredential(stranger), displayName: "CRM" }],
    });
    expect([await signsIn(own), await signsIn(stranger)]).toEqual([true, true]);
    const found = await lookAt();
    expect(found).toMatchObject({ whoGetsIn: "somebody else", scopedAccess: "holds", changed: ["verdict"] });
    expect(found["verdict"]).toContain(`the app registration has the key ${String(keys()[1]?.["keyId"])}`);
    expect((await tryUp(applicationCheck, await tenant.open(), desired, check)).error?.message).toContain("CRM");
    // Nothing of others is removed.
    expect(keys()).toHaveLength(2);
  });

  test("a key that claims the stack's thumbprint is known by its certificate", async () => {
    const customKeyIdentifier = thumbprint(own, "sha1").toString("hex").toUpperCase();
    const claimed = { ...keyCredential(stranger), customKeyIdentifier, displayName: "CN=automation" };
    await tenant.graph("PATCH", path, { keyCredentials: [claimed] });
    expect((await lookAt())["verdict"]).toContain(`has the key ${String(keys()[0]?.["keyId"])}`);
  });

  test("a key with a copied name is told as one that up takes off by that name", async () => {
    const copied = markOf("calendar-access", "contoso", randomUUID());
    await tenant.graph("PATCH", path, { keyCredentials: [{ ...keyCredential(stranger), displayName: copied }] });
    expect((await lookAt())["verdict"]).toMatch(
      /bears a stack's name and is of no listed certificate.*up takes it off/,
    );
  });

  test("a certificate that was taken off the list and is still there is somebody else's way in", async () => {
    const { certificates, ...rest } = desired;
    const rotated = { ...rest, certificates: String(certificates).replace(/^\w+/, "AA".repeat(20)) };
    const update = { ...check, properties: { ...check.properties, certificates: rotated.certificates } };
    expect((await look(applicationCheck, update, rotated))["verdict"]).toContain("has the key");
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "a client secret",
      () => tenant.graph("POST", `${path}/addPassword`, { passwordCredential: { displayName: "CRM" } }),
      /the app registration has the client secret [0-9a-f-]{36} \("CRM", until \d{4}-\d\d-\d\d\)/,
    ],
    [
      "a federated credential",
      () =>
        tenant.graph("POST", `${path}/federatedIdentityCredentials`, {
          ...{ name: "actions", issuer: "https://issuer.example", subject: "repo:x" },
          audiences: ["api://AzureADTokenExchange"],
        }),
      /federated credential "actions" \([0-9a-f-]{36}\), so that repo:x of https:\/\/issuer\.example signs in/,
    ],
    [
      "an owner of the registration",
      () => addOwner(`${path}/owners/$ref`),
      /sander\.brouwer@\S+ \([0-9a-f-]{36}\) owns the app registration and can add a key/,
    ],
    [
      "an owner of the enterprise app",
      () => addOwner(`/servicePrincipals/${access.app.objectId}/owners/$ref`),
      /sander\.brouwer@\S+ \([0-9a-f-]{36}\) owns the enterprise app and can add a key/,
    ],
    [
      "a key on the enterprise app",
      () =>
        tenant.graph("PATCH", `/servicePrincipals/${access.app.objectId}`, { keyCredentials: [keyCredential(own)] }),
      /the enterprise app has the key [0-9a-f-]{36} .*remove it from the enterprise app by Graph/,
    ],
    [
      "a client secret on the enterprise app",
      () => tenant.graph("POST", `/servicePrincipals/${access.app.objectId}/addPassword`, {}),
      /the enterprise app has the client secret [0-9a-f-]{36}/,
    ],
  ])("%s fails the proof by name", async (_what, act, text) => {
    await act();
    const found = await lookAt();
    expect(found).toMatchObject({ whoGetsIn: "somebody else", changed: ["verdict"] });
    expect(found["verdict"]).toMatch(text);
  });

  test("a stranger's secret fails an up at once: no lag between back ends explains it", async () => {
    await tenant.graph("POST", `${path}/addPassword`, { passwordCredential: { displayName: "CRM" } });
    const before = tenant.running.clock.now();
    const { error } = await tryUp(applicationCheck, await tenant.open(), desired, check);
    expect(error?.message).toContain("the app registration has the client secret");
    expect(tenant.running.clock.now() - before).toBeLessThan(20_000);
  });

  test("what has expired signs nobody in", async () => {
    const past = { displayName: "old", endDateTime: "2020-01-01T00:00:00Z", startDateTime: "2019-01-01T00:00:00Z" };
    await tenant.graph("POST", `${path}/addPassword`, { passwordCredential: past });
    expect(await lookAt()).toMatchObject({ verdict: "passed" });
  });

  test.each(foreignUses)("%s is somebody else", async (_what, byHand, text) => {
    await byHand(await makeForeignApp());
    const found = await lookAt();
    expect(found).toMatchObject({ whoGetsIn: "somebody else", changed: ["verdict"] });
    expect(found["verdict"]).toMatch(text);
  });

  test.each(["GET /applications(appId=':appId')/owners", "GET /servicePrincipals/:id/owners"])(
    "what may not be read (%s) is not proved, never absent",
    async (operation) => {
      tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
      const { verdict, notProved } = await lookAt();
      expect(verdict).toBe("passed");
      expect((notProved as string[]).join("\n")).toMatch(
        /this identity may not read .*owners.*\(Application\.Read\.All\)/,
      );
    },
  );

  test("a first proof that fails is recorded, with who was there", async () => {
    await addOwner(`${path}/owners/$ref`);
    const { recorded, error } = await tryUp(applicationCheck, await tenant.open(), desired);
    expect(error?.message).toMatch(/somebody else gets in: sander/);
    expect(recorded?.properties).toMatchObject({ whoGetsIn: "somebody else", tenantId: tenant.tenant.tenantId });
    expect(recorded?.properties["entrantsBaseline"]).not.toContain(tenant.recipient(sander).externalDirectoryObjectId);
  });

  async function addOwner(link: string): Promise<void> {
    const id = tenant.recipient(sander).externalDirectoryObjectId ?? "";
    await tenant.graph("POST", link, { "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });
  }

  test("of a vendor, what was there at adoption is accepted, and what comes later is named", async () => {
    await addOwner(`/servicePrincipals/${access.app.objectId}/owners/$ref`);
    const context = await tenant.open();
    const ofVendor = { ...desired, certificates: "", isOwnApp: false, appIsAdopted: true };
    const adopted = await applicationCheck.create(context, ofVendor);
    // Accepted, and said so wherever who gets in is said.
    const accepted = /nobody else but what was there at the beginning: .*sander\.brouwer.* owns the enterprise app/;
    const said = expect.stringMatching(accepted) as unknown;
    expect(adopted.properties).toMatchObject({ verdict: "passed", whoGetsIn: said, summary: said });
    expect(adopted.properties["summary"]).not.toContain("nobody else gets in");
    expect(context.lines.join("\n")).toMatch(/accepted, because it was there at the beginning: sander\.brouwer/);
    await tenant.graph("POST", `/servicePrincipals/${access.app.objectId}/addPassword`, {});
    const found = await look(applicationCheck, adopted, ofVendor);
    expect(found["verdict"]).toMatch(/somebody else gets in: the enterprise app has the client secret [^;]*$/);
    // Another app has a beginning of its own.
    const again = await applicationCheck.update(
      await tenant.open(),
      { ...adopted, properties: { ...adopted.properties, app: "other" } },
      ofVendor,
    );
    expect(again).toMatchObject({ verdict: "passed" });
  });

  test("of a vendor, nothing is accepted on an enterprise app that the stack made", async () => {
    const ofVendor = { ...desired, certificates: "", isOwnApp: false, appIsAdopted: false };
    await tenant.graph("POST", `/servicePrincipals/${access.app.objectId}/addPassword`, {});
    const { recorded, error } = await tryUp(applicationCheck, await tenant.open(), ofVendor);
    expect(error?.message).toMatch(/somebody else gets in: the enterprise app has the client secret/);
    // Nor ever after: the failing proof recorded nothing as accepted.
    const again = await look(applicationCheck, recorded ?? check, ofVendor);
    expect(again["verdict"]).toMatch(/somebody else gets in: the enterprise app has the client secret/);
  });

  test("of a vendor from another tenant says that its keys are not proved", async () => {
    tenant.tenant.applications = tenant.tenant.applications.filter(({ appId }) => appId !== access.app.appId);
    const ofVendor = { ...desired, certificates: "", isOwnApp: false };
    const { properties } = await applicationCheck.create(await tenant.open(), ofVendor);
    expect((properties["notProved"] as string[]).join("\n")).toContain("its registration is in another tenant");
  });
});
