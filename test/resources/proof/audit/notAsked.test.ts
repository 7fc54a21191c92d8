/** An audit that cannot ask everything says so; an error is never absence. And what an audit costs. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { auditMailboxes } from "../../../../resources/proof/audit/audit.ts";
import type { Own } from "../../../../resources/proof/audit/own.ts";
import { rightsFor, type AuditFindings } from "../../../../resources/proof/audit/subjects.ts";
import { parseMembers, type Member } from "../../../../resources/recipients/memberList.ts";
import { rest } from "../../../support/channels.ts";
import { eachCall } from "../../../support/faults.ts";
import { ad, dirk, eva } from "../../../support/people.ts";
import { startTenant, type TestContext, type TestTenant } from "../../../support/tenant.ts";

let tenant: TestTenant;
let restore: () => void;
let context: TestContext;

beforeAll(async () => {
  // What shares a request is a matter of that channel.
  tenant = await startTenant({}, rest);
  restore = tenant.save();
});
beforeEach(async () => {
  restore();
  context = await tenant.open("reader");
});
afterAll(() => tenant.close());

const own: Own = { assignments: new Set(), app: "", appId: "", user: "", operator: "" };

const run = (mailboxes: readonly Member[], given = context): Promise<AuditFindings> =>
  auditMailboxes(given, own, mailboxes, (line) => {
    given.lines.push(line);
  });
const two = (): Member[] => parseMembers(tenant.lines(ad, eva));

describe("what could not be asked", () => {
  test("for want of a right in Entra is told with that right, and everything else is asked", async () => {
    const { facts, notAsked } = await run(two(), await tenant.open("automation"));
    expect(notAsked.map(({ area, reason }) => [area, reason]).toSorted()).toEqual([
      ["delegatedConsents", "rightMissing"],
      ["directoryRoles", "rightMissing"],
    ]);
    expect(facts.some(({ code }) => code === "calendarPermission")).toBe(true);
    expect(facts).toContainEqual(expect.objectContaining({ permissions: ["Exchange.ManageAsApp"], role: "unread" }));
    expect(rightsFor.delegatedConsents).toBe("Directory.Read.All");
  });

  test("for want of every right in Exchange is asked once, not for each mailbox, and names all of them", async () => {
    const weak = await tenant.open("weak");
    tenant.running.requests.clear();
    const { facts, notAsked } = await run(two(), weak);
    expect(facts.filter(({ code }) => code === "calendarPermission" || code === "mailboxPermission")).toEqual([]);
    const areas = new Set(notAsked.map(({ area }) => area));
    for (const area of [
      "mailboxPermissions",
      "sendAs",
      "sendOnBehalf",
      "calendars",
      "exchangeRoles",
      "policies",
    ] as const) {
      expect(areas).toContain(area);
    }
    const full = notAsked.filter(({ area }) => area === "mailboxPermissions");
    expect(full).toMatchObject([{ reason: "rightMissing" }]);
    expect(full[0]?.mailboxes.map(({ address }) => address)).toEqual([ad, eva]);
    expect(
      tenant.running.requests.describe().cmdlets.filter(({ name }) => name === "Get-MailboxFolderPermission"),
    ).toEqual([]);
  });

  test("is nothing of Exchange's where an identity without a role in Entra has the two view-only roles there", async () => {
    const { clientId } = tenant.running.applications["weak"] ?? tenant.running.credentials;
    const app = tenant.tenant.servicePrincipals.find(({ appId }) => appId === clientId);
    await tenant.byHand("New-ServicePrincipal", { AppId: clientId, ObjectId: app?.id ?? "" });
    const Roles = ["View-Only Recipients", "View-Only Configuration"];
    await tenant.byHand("New-RoleGroup", { Name: "Auditors", Roles, Members: [app?.id ?? ""] });
    const { notAsked } = await run(two(), await tenant.open("weak"));
    const ofEntra = ["consents", "delegatedConsents", "directoryRoles"];
    expect(notAsked.map(({ area, reason }) => [area, reason]).toSorted()).toEqual(
      ofEntra.map((area) => [area, "rightMissing"]),
    );
  });

  test.each([
    ["Get-MailboxPermission", "mailboxPermissions"],
    ["Get-RecipientPermission", "sendAs"],
    ["Get-MailboxFolderStatistics", "calendars"],
    ["Get-MailboxFolderPermission", "calendars"],
    ["Get-Mailbox", "sendOnBehalf"],
    ["Get-ManagementRoleAssignment", "exchangeRoles"],
    ["Get-RoleGroupMember", "roleGroups"],
    ["Get-ApplicationAccessPolicy", "policies"],
    ["GET /oauth2PermissionGrants", "delegatedConsents"],
    ["GET /roleManagement/directory/roleAssignments", "directoryRoles"],
    ["GET /servicePrincipals/:id/appRoleAssignedTo", "consents"],
  ])("because %s failed is no absence, and keeps nothing else from being found", async (operation, area) => {
    await tenant.byHand("Add-MailboxPermission", { Identity: ad, User: dirk, AccessRights: ["FullAccess"] });
    tenant.running.faults.set([{ match: { operation }, effect: "error500", times: 1000 }]);
    const { facts, notAsked } = await run(two());
    tenant.running.faults.set([]);
    expect(notAsked).toContainEqual(expect.objectContaining({ area, reason: "failed", message: expect.any(String) }));
    const others = facts.map(({ code }) => code);
    if (area !== "mailboxPermissions") expect(others).toContain("mailboxPermission");
    if (area !== "calendars") expect(others).toContain("calendarPermission");
  });

  test("of one mailbox alone names that one: it is gone, or has no calendar", async () => {
    tenant.recipient(eva).softDeleted = true;
    const { facts, notAsked } = await run(two());
    expect(new Set(notAsked.map(({ area }) => area))).toEqual(new Set(["mailboxPermissions", "sendAs", "calendars"]));
    for (const { mailboxes, reason } of notAsked) {
      expect(mailboxes.map(({ address }) => address)).toEqual([eva]);
      expect(reason).toBe("failed");
    }
    expect(facts).toContainEqual(
      expect.objectContaining({ code: "calendarPermission", mailboxes: [expect.objectContaining({ address: ad })] }),
    );
  });

  test("about a role group leaves its members open, and is no empty group", async () => {
    tenant.running.faults.set([{ match: { operation: "Get-RoleGroupMember" }, effect: "forbidden", times: 1000 }]);
    const { facts, notAsked } = await run(two());
    expect(notAsked).toMatchObject([{ area: "roleGroups", reason: "rightMissing" }]);
    expect(facts).toContainEqual(
      expect.objectContaining({
        code: "grantingRoles",
        holder: expect.objectContaining({ name: "Organization Management" }),
        members: null,
      }),
    );
  });

  test("about a scope leaves open which mailboxes a role reaches, and is not taken for none", async () => {
    await tenant.byHand("New-ManagementScope", {
      Name: "Somebody",
      RecipientRestrictionFilter: `PrimarySmtpAddress -eq '${ad}'`,
    });
    const [app] = tenant.tenant.servicePrincipals.filter(({ displayName }) => /reader/.test(displayName));
    await tenant.byHand("New-ServicePrincipal", { AppId: app?.appId ?? "", ObjectId: app?.id ?? "" });
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "scoped",
      Role: "Application Mail.Read",
      App: app?.id ?? "",
      CustomResourceScope: "Somebody",
    });
    tenant.running.faults.set([{ match: { operation: "Get-ManagementScope" }, effect: "error500", times: 1000 }]);
    const { facts } = await run(two());
    expect(facts).toContainEqual(
      expect.objectContaining({ code: "applicationRole", covers: "unknown", scope: "Somebody", mailboxes: [] }),
    );
  });
});

describe("whatever call meets a fault", () => {
  test.each(["forbidden", "error500", "truncatedPage", "notFound"] as const)(
    "%s: nothing that is there goes missing without a word",
    async (effect) => {
      await tenant.byHand("Add-MailboxPermission", { Identity: ad, User: dirk, AccessRights: ["FullAccess"] });
      await tenant.byHand("Add-RecipientPermission", { Identity: eva, Trustee: dirk, AccessRights: ["SendAs"] });
      await tenant.byHand("Set-Mailbox", { Identity: eva, GrantSendOnBehalfTo: [dirk] });
      const texts = ({ facts }: AuditFindings): Set<string> => new Set(facts.map((fact) => JSON.stringify(fact)));
      const whole = texts(await run(two(), await tenant.open("reader")));
      const met = await eachCall(tenant, effect, async (arm, disarm) => {
        const given = await tenant.open("reader");
        arm();
        const findings = await run(two(), given);
        disarm();
        const missing = [...whole].filter((each) => !texts(findings).has(each));
        if (missing.length > 0) expect(findings.notAsked).not.toEqual([]);
      });
      expect(met).toBeGreaterThan(20);
    },
    60_000,
  );
});

test("200 mailboxes take four cmdlets each and a few for the organisation, in full requests, and it shows how far it is", async () => {
  const example = tenant.recipient(ad);
  const mailboxes = Array.from({ length: 200 }, (_, index): Member => {
    const number = String(index).padStart(3, "0");
    const id = `77777777-0000-4000-8000-000000000${number}`;
    const address = `m${number}@buitendienst.example`;
    const names = { name: `m${number}`, cn: `m${number}`, alias: `m${number}`, displayName: `M ${number}` };
    tenant.tenant.recipients.push({
      ...structuredClone(example),
      ...names,
      guid: id.replace("7777", "8888"),
      externalDirectoryObjectId: id,
      userPrincipalName: address,
      primarySmtpAddress: address,
      emailAddresses: [`SMTP:${address}`],
      permissions: {
        entries: [{ user: tenant.recipient(dirk).guid, accessRights: ["FullAccess"], deny: false }],
        sendAs: [],
        sendOnBehalf: [],
        calendar: [],
      },
    });
    return { address, id };
  });
  tenant.running.requests.clear();
  const { facts, notAsked } = await run(mailboxes);
  expect(notAsked).toEqual([]);
  const full = facts.filter(({ code }) => code === "mailboxPermission");
  expect(full).toHaveLength(1);
  expect(full[0]).toMatchObject({ holder: { name: dirk }, mailboxes: { length: 200 } });
  const { cmdlets, requests } = tenant.running.requests.describe();
  const count = (name: string): number => cmdlets.filter((each) => each.name === name).length;
  for (const name of [
    "MailboxPermission",
    "RecipientPermission",
    "MailboxFolderStatistics",
    "MailboxFolderPermission",
  ]) {
    expect(count(`Get-${name}`)).toBe(200);
  }
  expect(cmdlets.length).toBeLessThanOrEqual(4 * 200 + 12);
  const sent = requests.filter(({ path }) => path.includes("/adminapi/"));
  expect(sent.length).toBeLessThanOrEqual((4 * 200) / 10 + 12);
  const shown = context.lines.filter((line) => line.startsWith("asked about"));
  expect(shown).toHaveLength(10);
  expect(shown.at(-1)).toBe("asked about 200 of 200 mailboxes");
}, 60_000);
