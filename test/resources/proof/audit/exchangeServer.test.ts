/** Who else reaches mailboxes on Exchange Server: its own cmdlets, no Entra, and what it comes with shown as such. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { auditMailboxes } from "../../../../resources/proof/audit/audit.ts";
import type { Own } from "../../../../resources/proof/audit/own.ts";
import type { AuditFact, AuditFindings } from "../../../../resources/proof/audit/subjects.ts";
import { auditDutch } from "../../../../resources/proof/words/auditDutch.ts";
import { auditEnglish } from "../../../../resources/proof/words/auditEnglish.ts";
import { sayAuditFact, whoseOf } from "../../../../resources/proof/words/auditWords.ts";
import { parseMembers } from "../../../../resources/recipients/memberList.ts";
import { ad, carla, dirk, eva, gijs } from "../../../support/people.ts";
import { startQuickServer, type QuickServer } from "../../../support/quickServer.ts";

let server: QuickServer;
let restore: () => void;

beforeAll(async () => {
  server = await startQuickServer();
  restore = server.save();
});
beforeEach(() => restore());
afterAll(() => server.close());

const nobody: Own = { assignments: new Set(), app: "", appId: "", user: "", operator: "" };
const idOf = (key: string): string => server.recipient(key).guid;
const of = (...addresses: readonly string[]) => addresses.map((address) => ({ address, id: idOf(address) }));
const person = (address: string) => ({ kind: "user", name: address, id: idOf(address), whose: "other" });

async function audit(own: Partial<Own> = {}, purpose = "administrator"): Promise<AuditFindings> {
  const context = await server.open(purpose);
  return auditMailboxes(context, { ...nobody, ...own }, parseMembers(server.lines(ad, eva)), () => undefined);
}

async function find<Code extends AuditFact["code"]>(code: Code, own: Partial<Own> = {}) {
  const { facts, notAsked } = await audit(own);
  expect(notAsked).toEqual([]);
  return facts.filter((fact): fact is Extract<AuditFact, { code: Code }> => fact.code === code);
}

const everywhere = { scope: "", covers: "all", mailboxes: [] };

describe("an untouched Exchange Server", () => {
  test("shows the role group that it comes with as its own, and that nobody is in it", async () => {
    expect(await find("impersonation")).toEqual([
      {
        code: "impersonation",
        holder: { kind: "group", name: "Hygiene Management", whose: "exchange" },
        assignment: { name: "ApplicationImpersonation-Hygiene Management", id: expect.any(String) },
        role: "ApplicationImpersonation",
        ...everywhere,
        isVacant: true,
      },
    ]);
    const granting = (await find("grantingRoles")).map((fact) => [fact.holder.name, whoseOf(fact)]);
    expect(granting.toSorted()).toEqual([
      ["Calendar Access Automation", "other"],
      ["Organization Management", "exchange"],
    ]);
  });

  test("names nothing that it does not have, in no language, and says what it cannot ask", async () => {
    const { facts, notLookedAt } = await audit();
    expect(notLookedAt).toEqual(["groupMembers", "directory", "otherFolders", "compliance"]);
    for (const words of [auditEnglish, auditDutch]) {
      const said = [
        ...facts.map((fact) => sayAuditFact(words, fact)),
        ...notLookedAt.map((each) => words.notLookedAt[each]),
      ];
      expect(said.join("\n")).not.toMatch(/Entra|consent|toestemming|\bapp\b/i);
    }
  });
});

test("shows who impersonates: by that role group, by one of somebody's own within its scope, and by the stack's", async () => {
  await server.byHand("Add-RoleGroupMember", { Identity: "Hygiene Management", Member: gijs });
  await server.byHand("New-ManagementScope", {
    Name: "Only Ad",
    RecipientRestrictionFilter: `PrimarySmtpAddress -eq '${ad}'`,
  });
  await server.byHand("New-ManagementScope", {
    Name: "Only Carla",
    RecipientRestrictionFilter: `PrimarySmtpAddress -eq '${carla}'`,
  });
  const Role = "ApplicationImpersonation";
  const backup = { Name: "Backup", Members: [dirk], Roles: [Role], CustomRecipientWriteScope: "Only Ad" };
  await server.byHand("New-RoleGroup", backup);
  await server.byHand("New-ManagementRoleAssignment", {
    ...{ Role, Name: "elsewhere", User: carla, CustomRecipientWriteScope: "Only Carla" },
  });
  await server.byHand("New-ManagementRoleAssignment", {
    ...{ Role, Name: "unit", User: eva, RecipientOrganizationalUnitScope: "ad.buitendienst.example/Kantoor" },
  });
  const own = server.tenant.assignments.find(({ name }) => name === `${Role}-Backup`);
  const told = new Map((await find("impersonation")).map((fact) => [fact.assignment.name, fact]));
  expect([...told.keys()].toSorted()).toEqual([`${Role}-Backup`, `${Role}-Hygiene Management`, "unit"]);
  expect(told.get(`${Role}-Hygiene Management`)).toMatchObject({ holder: person(gijs), ...everywhere });
  expect(told.get(`${Role}-Backup`)).toMatchObject({ holder: person(dirk), scope: "Only Ad", mailboxes: of(ad) });
  expect(told.get("unit")).toMatchObject({ holder: person(eva), covers: "some", mailboxes: of(ad, eva) });
  const asOwn = await find("impersonation", { assignments: new Set([own?.guid ?? ""]), user: idOf(dirk) });
  expect(asOwn.filter(({ holder }) => holder.whose === "stack")).toMatchObject([{ holder: { name: dirk } }]);
});

test("knows of units: of a scope only what lives below its root, and of an assignment what lives below its own", async () => {
  const unitOf = (address: string): string => {
    const units = (server.recipient(address).container ?? "").split(",").map((part) => part.slice(3));
    return ["ad.buitendienst.example", ...units.toReversed()].join("/");
  };
  server.recipient(eva).container = "OU=Groepen";
  const Role = "ApplicationImpersonation";
  await server.byHand("New-ManagementScope", {
    ...{ Name: "Office", RecipientRestrictionFilter: "RecipientType -eq 'UserMailbox'", RecipientRoot: unitOf(ad) },
  });
  await server.byHand("New-ManagementRoleAssignment", {
    ...{ Role, Name: "rooted", User: dirk, CustomRecipientWriteScope: "Office" },
  });
  await server.byHand("New-ManagementRoleAssignment", {
    ...{
      Role,
      Name: "elsewhere",
      User: dirk,
      RecipientOrganizationalUnitScope: "ad.buitendienst.example/Serviceaccounts",
    },
  });
  const found = (await find("impersonation")).filter(({ holder }) => holder.name === dirk);
  expect(found).toMatchObject([{ assignment: { name: "rooted" }, scope: "Office", mailboxes: of(ad) }]);
  // Of a root in another form nobody can tell.
  const scope = server.tenant.scopes.find(({ name }) => name === "Office");
  if (scope !== undefined) scope.recipientRoot = "OU=Kantoor,DC=ad,DC=buitendienst,DC=example";
  const [rooted] = (await find("impersonation")).filter(({ holder }) => holder.name === dirk);
  expect(rooted).toMatchObject({ covers: "unknown", mailboxes: [] });
});

test("shows who was let in: the whole mailbox, send as by Active Directory's right, on its behalf, the calendar", async () => {
  const dn = `CN=${server.recipient(eva).name},${server.recipient(eva).container ?? ""},DC=ad,DC=buitendienst,DC=example`;
  await server.byHand("Add-MailboxPermission", { Identity: ad, User: dirk, AccessRights: ["FullAccess"] });
  await server.byHand("Add-ADPermission", {
    ...{ Identity: dn, User: gijs, AccessRights: "ExtendedRight", ExtendedRights: ["Send As"] },
  });
  await server.byHand("Set-Mailbox", { Identity: ad, GrantSendOnBehalfTo: [carla] });
  await server.byHand("Add-MailboxFolderPermission", {
    ...{ Identity: `${ad}:\\Calendar`, User: dirk, AccessRights: ["Editor"] },
  });
  const { facts, notAsked } = await audit();
  expect(notAsked).toEqual([]);
  const people = facts.filter((fact) => "holder" in fact && fact.holder.kind === "user");
  expect(people).toEqual([
    { code: "sendOnBehalf", holder: person(carla), mailboxes: of(ad) },
    { code: "mailboxPermission", holder: person(dirk), rights: ["FullAccess"], mailboxes: of(ad) },
    { code: "calendarPermission", holder: person(dirk), rights: ["Editor"], mailboxes: of(ad) },
    { code: "sendAs", holder: person(gijs), mailboxes: of(eva) },
  ]);
});

test("says what an account may not ask, with the right that is missing, and asks everything else", async () => {
  for (const purpose of ["automation", "reader"]) {
    const { facts, notAsked } = await audit({}, purpose);
    expect(notAsked).toMatchObject([{ area: "sendAs", reason: "rightMissing", right: "Get-ADPermission" }]);
    expect(notAsked.map(auditEnglish.notAsked).join("\n")).toContain("the right Get-ADPermission is missing");
    expect(facts.map(({ code }) => code)).toEqual(expect.arrayContaining(["impersonation", "calendarPermission"]));
  }
});
