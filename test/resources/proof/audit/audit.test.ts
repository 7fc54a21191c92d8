/** Who else can reach the mailboxes: everything that can be found is found, and what could not be asked is said. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { sessionWith } from "../../../../exchange/sessionWith.ts";
import { auditMailboxes } from "../../../../resources/proof/audit/audit.ts";
import type { Own } from "../../../../resources/proof/audit/own.ts";
import type { AuditFact, AuditFindings } from "../../../../resources/proof/audit/subjects.ts";
import { auditEnglish } from "../../../../resources/proof/words/auditEnglish.ts";
import { sayAuditFact } from "../../../../resources/proof/words/auditWords.ts";
import { parseMembers } from "../../../../resources/recipients/memberList.ts";
import {
  applicationRole,
  consent,
  makeApp,
  placeApp,
  putIntoGroup,
  type EnterpriseApp,
} from "../../../support/application.ts";
import { ad, bea, carla, dirk, eva, gijs, sander } from "../../../support/people.ts";
import { startTenant, type TestTenant } from "../../../support/tenant.ts";

let tenant: TestTenant;
let restore: () => void;

beforeAll(async () => {
  tenant = await startTenant();
  restore = tenant.save();
});
beforeEach(() => {
  restore();
  tenant.running.requests.clear();
});
afterAll(() => tenant.close());

const nobody: Own = { assignments: new Set(), app: "", appId: "", user: "", operator: "" };
const idOf = (key: string): string => tenant.recipient(key).externalDirectoryObjectId ?? "";
const of = (...addresses: readonly string[]) => addresses.map((address) => ({ address, id: idOf(address) }));

async function audit(own: Partial<Own> = {}, purpose = "reader", addresses = [ad, eva]): Promise<AuditFindings> {
  const context = await tenant.open(purpose);
  return auditMailboxes(context, { ...nobody, ...own }, parseMembers(tenant.lines(...addresses)), (line) => {
    context.lines.push(line);
  });
}

/** What was found with a code; everything is asked. */
async function find<Code extends AuditFact["code"]>(code: Code, own: Partial<Own> = {}) {
  const { facts, notAsked } = await audit(own);
  expect(notAsked).toEqual([]);
  return facts.filter((fact): fact is Extract<AuditFact, { code: Code }> => fact.code === code);
}

const person = (address: string) => ({ kind: "user", name: address, id: idOf(address), whose: "other" });

/** An app of somebody else's, known to Exchange. */
async function otherApp(): Promise<EnterpriseApp> {
  const app = await makeApp(tenant, "Backup");
  await tenant.byHand("New-ServicePrincipal", { AppId: app.appId, ObjectId: app.objectId, DisplayName: "Backup" });
  return app;
}

describe("an untouched tenant", () => {
  test("shows free and busy times to everybody, and who administers it", async () => {
    const { facts, notAsked, mailboxes } = await audit();
    expect(notAsked).toEqual([]);
    expect(mailboxes).toEqual(of(ad, eva));
    expect(facts.filter(({ code }) => !code.startsWith("granting"))).toEqual([
      {
        code: "calendarPermission",
        holder: { kind: "everybody", name: "Default", whose: "other" },
        rights: ["AvailabilityOnly"],
        mailboxes: of(ad, eva),
      },
    ]);
    expect(facts).toContainEqual(
      expect.objectContaining({
        code: "grantingRoles",
        holder: expect.objectContaining({ kind: "group", name: "Organization Management" }),
        roles: ["Mail Recipients", "Role Management"],
        delegates: expect.arrayContaining(["ApplicationImpersonation", applicationRole]),
        members: [expect.objectContaining({ name: bea, kind: "user", id: idOf(bea) })],
      }),
    );
    // A role group without members gives nobody anything.
    expect(facts).not.toContainEqual(
      expect.objectContaining({ holder: expect.objectContaining({ name: "Recipient Management" }) }),
    );
  });

  test("shows who holds Entra's roles, and apps that can give themselves access, the operator's own among them", async () => {
    const automation = tenant.tenant.servicePrincipals.find(({ displayName }) => /automation/.test(displayName));
    const { facts } = await audit({ operator: automation?.id ?? "" });
    const operator = expect.objectContaining({ kind: "app", id: automation?.id, whose: "operator" });
    expect(facts).toContainEqual(
      expect.objectContaining({ code: "grantingDirectoryRole", holder: operator, scope: "" }),
    );
    expect(facts).toContainEqual(
      expect.objectContaining({
        ...{ code: "grantingConsent", app: operator, permissions: ["Exchange.ManageAsApp"], role: "held" },
      }),
    );
    expect(facts).toContainEqual(
      expect.objectContaining({
        code: "grantingDirectoryRole",
        holder: expect.objectContaining({ kind: "user", name: bea, whose: "other" }),
        role: { name: "Global Administrator", id: "62e90394-69f5-4237-9190-012177145e10" },
      }),
    );
  });
});

test("what administers Exchange only with a role is not said to give access without one", async () => {
  const app = await makeApp(tenant, "Reports");
  consent(tenant, app.objectId, "Exchange.ManageAsApp", "Office 365 Exchange Online");
  consent(tenant, app.objectId, "Application.ReadWrite.All", "Microsoft Graph");
  const found = async () =>
    (await find("grantingConsent"))
      .filter((fact) => fact.app.id === app.objectId)
      .toSorted((a, b) => (a.role < b.role ? -1 : 1));
  const permissions = { permissions: ["Exchange.ManageAsApp"], resource: "Office 365 Exchange Online" };
  const other = { permissions: ["Application.ReadWrite.All"], role: "notNeeded" };
  expect(await found()).toMatchObject([{ ...permissions, role: "none" }, other]);
  const [fact] = await found();
  expect(fact && sayAuditFact(auditEnglish, fact)).toMatch(
    /^app "Reports" \(\S+\): may call .* \(gives nothing without a role; /,
  );
  const principal = tenant.tenant.servicePrincipals.find(({ id }) => id === app.objectId);
  principal?.directoryRoles.push("f2ef992c-3afb-46b9-b7cf-a126ee74c451");
  expect(await found()).toMatchObject([{ role: "none" }, other]);
  const exchangeAdministrator = "29232cdf-9323-42fd-ade2-1d097af3e4de";
  const group = putIntoGroup(tenant, "Exchange's robots", app.objectId, exchangeAdministrator);
  expect(await found()).toMatchObject([{ role: "held" }, other]);
  tenant.tenant.groups = tenant.tenant.groups.filter(({ id }) => id !== group);
  expect(await found()).toMatchObject([{ role: "none" }, other]);
  principal?.directoryRoles.push(exchangeAdministrator);
  expect(await found()).toMatchObject([{ role: "held" }, other]);
});

describe("who was let in", () => {
  test("to whole mailboxes: each holder once, with all of his mailboxes; groups as groups; no owner, nobody who is denied", async () => {
    for (const Identity of [ad, eva]) {
      await tenant.byHand("Add-MailboxPermission", { Identity, User: dirk, AccessRights: ["FullAccess"] });
    }
    const give = (User: string, more: Record<string, boolean> = {}) =>
      tenant.byHand("Add-MailboxPermission", { Identity: ad, User, AccessRights: ["FullAccess"], ...more });
    await give("Buitendienst medewerkers");
    await give(ad);
    await give(gijs, { Deny: true });
    expect(await find("mailboxPermission")).toEqual([
      { code: "mailboxPermission", holder: person(dirk), rights: ["FullAccess"], mailboxes: of(ad, eva) },
      expect.objectContaining({
        holder: expect.objectContaining({ kind: "group", name: "Buitendienst medewerkers", id: expect.any(String) }),
        mailboxes: of(ad),
      }),
    ]);
    expect((await audit()).notLookedAt).toContain("groupMembers");
  });

  test("to send as it, and on its behalf; of mailboxes that are not on the list nothing is told", async () => {
    await tenant.byHand("Add-RecipientPermission", { Identity: eva, Trustee: gijs, AccessRights: ["SendAs"] });
    await tenant.byHand("Set-Mailbox", { Identity: ad, GrantSendOnBehalfTo: [dirk] });
    await tenant.byHand("Set-Mailbox", { Identity: carla, GrantSendOnBehalfTo: [dirk] });
    expect(await find("sendAs")).toEqual([{ code: "sendAs", holder: person(gijs), mailboxes: of(eva) }]);
    expect(await find("sendOnBehalf")).toEqual([{ code: "sendOnBehalf", holder: person(dirk), mailboxes: of(ad) }]);
  });

  test("to calendars, whatever they are called: people, everybody, anybody, and somebody outside", async () => {
    await tenant.byHand("Set-MailboxRegionalConfiguration", {
      Identity: ad,
      Language: "nl-NL",
      LocalizeDefaultFolderName: true,
    });
    const agenda = { Identity: `${ad}:\\Agenda` };
    await tenant.byHand("Add-MailboxFolderPermission", { ...agenda, User: dirk, AccessRights: ["Editor"] });
    await tenant.byHand("Set-MailboxFolderPermission", { ...agenda, User: "Default", AccessRights: ["Reviewer"] });
    await tenant.byHand("Set-MailboxFolderPermission", {
      ...agenda,
      User: "Anonymous",
      AccessRights: ["LimitedDetails"],
    });
    tenant.recipient(ad).permissions?.calendar.push({ user: "yara@partner.example", accessRights: ["Reviewer"] });
    const found = await find("calendarPermission");
    const told = found.map(({ holder, rights, mailboxes }) => [holder.kind, holder.name, rights[0], mailboxes.length]);
    expect(told).toEqual([
      ["user", dirk, "Editor", 1],
      ["everybody", "Default", "Reviewer", 1],
      ["anonymous", "Anonymous", "LimitedDetails", 1],
      ["outside", "yara@partner.example", "Reviewer", 1],
      ["everybody", "Default", "AvailabilityOnly", 1],
    ]);
  });

  test("to calendars, told with an object where a text is expected, as Microsoft's module has it", async () => {
    const context = await tenant.open("reader");
    const { exchange } = context;
    const entry = { User: { DisplayName: "Default", UserType: "Default" }, AccessRights: ["Reviewer"] };
    const asObject = sessionWith(exchange, {
      read: async (cmdlet, parameters, options) =>
        cmdlet === "Get-MailboxFolderPermission" ? [entry] : exchange.read(cmdlet, parameters, options),
    });
    const members = parseMembers(tenant.lines(ad));
    const { facts } = await auditMailboxes({ ...context, exchange: asObject }, nobody, members, () => undefined);
    expect(facts.filter(({ code }) => code === "calendarPermission")).toMatchObject([
      { holder: { kind: "everybody" }, rights: ["Reviewer"], mailboxes: of(ad) },
    ]);
  });

  test("by a name that nobody or several have, or by an account that is gone: the name is told, and no more", async () => {
    const namesake = tenant.recipient(gijs);
    namesake.displayName = tenant.recipient(dirk).displayName;
    const calendar = { Identity: `${ad}:\\Calendar`, AccessRights: ["Editor"] };
    await tenant.byHand("Add-MailboxFolderPermission", { ...calendar, User: dirk });
    await tenant.byHand("Add-MailboxFolderPermission", { ...calendar, User: carla });
    tenant.recipient(carla).softDeleted = true;
    const { facts } = await audit();
    expect(facts).toContainEqual(
      expect.objectContaining({
        holder: { kind: "gone", name: expect.stringMatching(/^NT User:S-1-5/), whose: "other" },
      }),
    );
    const shared = namesake.displayName;
    const unknown = facts.find((fact) => "holder" in fact && fact.holder.name === shared);
    // Two of one name: nobody is accused.
    expect(unknown).toMatchObject({
      code: "calendarPermission",
      holder: { kind: "unknown", name: shared, whose: "other" },
    });
  });
});

describe("apps and impersonation", () => {
  test("a role of Exchange: everywhere, inside a scope with a listed mailbox, and never one that holds none", async () => {
    const app = await otherApp();
    const assign = (more: Record<string, string>) =>
      tenant.byHand("New-ManagementRoleAssignment", { Role: applicationRole, App: app.objectId, ...more });
    const scope = (Name: string, address: string) =>
      tenant.byHand("New-ManagementScope", { Name, RecipientRestrictionFilter: `PrimarySmtpAddress -eq '${address}'` });
    await scope("Only Ad", ad);
    await scope("Only Carla", carla);
    await assign({ Name: "narrow", CustomResourceScope: "Only Ad" });
    await assign({ Name: "elsewhere", CustomResourceScope: "Only Carla" });
    await assign({ Name: "group", RecipientGroupScope: "Buitendienst medewerkers", Role: "Application Mail.Read" });
    await assign({ Name: "wide", Role: "Application EWS.AccessAsApp" });
    await assign({ Name: "off", Role: "Application Contacts.Read" });
    await tenant.byHand("Set-ManagementRoleAssignment", { Identity: "off", Enabled: false });
    const members = tenant.recipient("Buitendienst medewerkers").group?.members ?? [];
    const isIn = members.includes(tenant.recipient(ad).guid);
    const found = await find("applicationRole");
    const told = new Map(found.map((fact) => [fact.assignment.name, fact]));
    expect(told.get("narrow")).toMatchObject({
      covers: "some",
      mailboxes: of(ad),
      scope: "Only Ad",
      role: applicationRole,
    });
    expect(told.get("wide")).toMatchObject({
      covers: "all",
      mailboxes: [],
      scope: "",
      holder: { kind: "app", name: "Backup", id: app.objectId, whose: "other" },
    });
    expect(told.has("group")).toBe(isIn);
    expect([...told.keys()].filter((name) => name !== "group").toSorted()).toEqual(["narrow", "wide"]);
  });

  test("the stack's own access is the stack's, the same app by something else is the call centre's", async () => {
    const app = await otherApp();
    const assign = (Name: string, Role: string) =>
      tenant.byHand("New-ManagementRoleAssignment", { Name, Role, App: app.objectId });
    await assign("ours", applicationRole);
    await assign("beside", "Application Mail.Read");
    const guidOf = (name: string): string => tenant.tenant.assignments.find((each) => each.name === name)?.guid ?? "";
    const own = { assignments: new Set([guidOf("ours")]), app: app.objectId };
    const whose = (await find("applicationRole", own)).map(({ assignment, holder }) => [assignment.name, holder.whose]);
    expect(new Map(whose as [string, string][])).toEqual(
      new Map([
        ["ours", "stack"],
        ["beside", "callCentre"],
      ]),
    );
  });

  test("others who impersonate are named one by one, by a role of their own, too", async () => {
    await tenant.byHand("New-ManagementRole", { Name: "Import of calendars", Parent: "ApplicationImpersonation" });
    await tenant.byHand("New-RoleGroup", {
      Name: "Importers",
      Roles: ["Import of calendars"],
      Members: [gijs, sander],
    });
    const found = await find("impersonation");
    expect(found.map(({ holder, covers, role }) => [holder.name, covers, role]).toSorted()).toEqual([
      [gijs, "all", "Import of calendars"],
      [sander, "all", "Import of calendars"],
    ]);
    tenant.running.simulator.switches.effectiveUsers = "none";
    try {
      expect((await find("impersonation")).map(({ holder }) => holder)).toEqual([
        expect.objectContaining({ kind: "group", name: "Importers" }),
      ]);
    } finally {
      tenant.running.simulator.switches.effectiveUsers = "all";
    }
  });

  test("the service user by the stack's own assignment is the stack's, and nobody else by it is", async () => {
    await tenant.byHand("New-RoleGroup", {
      Name: "CallPro",
      Roles: ["ApplicationImpersonation"],
      Members: [gijs, sander],
    });
    const assignment = tenant.tenant.assignments.find(({ name }) =>
      name.startsWith("ApplicationImpersonation-CallPro"),
    );
    const own = { assignments: new Set([assignment?.guid ?? ""]), user: idOf(sander) };
    const found = await find("impersonation", own);
    expect(new Map(found.map(({ holder }) => [holder.name, holder.whose]))).toEqual(
      new Map([
        [sander, "stack"],
        [gijs, "other"],
      ]),
    );
  });

  test("tenant-wide consents by family, with the policies that narrow them; nothing of what opens no mailbox", async () => {
    const app = placeApp(tenant, undefined);
    consent(tenant, app.objectId, "Calendars.Read");
    consent(tenant, app.objectId, "full_access_as_app", "Office 365 Exchange Online");
    consent(tenant, app.objectId, "Group.Read.All");
    await tenant.byHand("New-ApplicationAccessPolicy", {
      AppId: app.appId,
      PolicyScopeGroupId: "Buitendienst medewerkers",
      AccessRight: "RestrictAccess",
    });
    const policies = [{ right: "RestrictAccess", group: "Buitendienst medewerkers" }];
    const found = (await find("consent")).filter(({ app: { id } }) => id === app.objectId);
    expect(found.map(({ permissions }) => permissions).toSorted()).toEqual([
      ["Calendars.Read"],
      ["full_access_as_app"],
    ]);
    expect(found.map((fact) => fact.policies)).toEqual([policies, policies]);
    expect(await find("accessPolicy")).toEqual([
      expect.objectContaining({ ...policies[0], app: expect.objectContaining({ id: app.objectId }) }),
    ]);
  });

  test("delegated consents: for everybody, and of the mailboxes' own users", async () => {
    const app = placeApp(tenant, undefined);
    const resource = (name: string): string =>
      tenant.tenant.servicePrincipals.find(({ displayName }) => displayName === name)?.id ?? "";
    const grant = (resourceId: string, scope: string, principalId: string | null) =>
      tenant.tenant.permissionGrants?.push({
        id: `${scope}${principalId ?? ""}`,
        clientId: app.objectId,
        consentType: principalId === null ? "AllPrincipals" : "Principal",
        principalId,
        resourceId,
        scope,
      });
    grant(resource("Office 365 Exchange Online"), " EWS.AccessAsUser.All User.Read", null);
    for (const address of [ad, eva, carla]) grant(resource("Microsoft Graph"), "openid Mail.Read", idOf(address));
    grant(resource("Microsoft Graph"), "User.Read openid", null);
    const found = await find("delegatedConsent");
    expect(found.map(({ permissions, mailboxes }) => [permissions, mailboxes])).toEqual([
      [["EWS.AccessAsUser.All"], []],
      [["Mail.Read"], of(ad, eva)],
    ]);
    expect(found[0]?.app).toMatchObject({ kind: "app", id: app.objectId });
  });

  test("who may only set permissions in Exchange can give access, too, by a role that somebody made as well", async () => {
    await tenant.byHand("New-ManagementRole", { Name: "Postvakken beheren", Parent: "Mail Recipients" });
    await tenant.byHand("New-RoleGroup", { Name: "Helpdesk plus", Roles: ["Postvakken beheren"], Members: [gijs] });
    const found = (await find("grantingRoles")).filter(({ holder }) => holder.name === "Helpdesk plus");
    expect(found).toMatchObject([{ roles: ["Postvakken beheren"], members: [{ name: gijs, id: idOf(gijs) }] }]);
  });
});
