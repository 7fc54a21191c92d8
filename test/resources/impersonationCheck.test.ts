/**
 * The proof of impersonation: it passes, it names what somebody broke, and it never keeps an access from being removed.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { impersonationCheck } from "../../resources/impersonationCheck.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import {
  checkInputs,
  listed,
  makeAccess,
  names,
  previewOf,
  removeAccess,
  role,
  tryUp,
  up,
  type Access,
} from "../support/access.ts";
import { putIntoGroup } from "../support/application.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, dirk, serviceUser } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let access: Access;
let desired: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  access = await makeAccess(tenant, await tenant.open());
  desired = checkInputs(tenant, access);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };
type Parameters = Record<string, string | boolean | string[]>;

/** What a refresh says about the access now. */
async function verdict(): Promise<string> {
  const reading = await impersonationCheck.read(await tenant.open(), access.check);
  return String(reading?.properties["verdict"]);
}

/** The mailboxes that were asked about one by one since the log was cleared, in no order. */
function probed(): string[] {
  const { cmdlets } = tenant.running.requests.describe();
  return cmdlets
    .map(({ parameters }) => parameters)
    .filter((each) => each.includes("WritableRecipient"))
    .toSorted();
}

describe("the access check", () => {
  test("passes where exactly the listed mailboxes are open, and says what it did not prove", () => {
    expect(access.check.properties).toMatchObject({
      verdict: "passed",
      summary: expect.stringContaining(`proved: exactly the ${listed.length} listed mailboxes are inside the scope`),
      notProved: expect.arrayContaining([expect.stringContaining("authorisation cache")]),
    });
  });

  test("asks one by one for the listed mailboxes, for who must stay out, and for five others, always the same", async () => {
    const asked = async (): Promise<string[]> => {
      tenant.running.requests.clear();
      const properties = await impersonationCheck.update(await tenant.open(), access.check, desired);
      expect(properties).toMatchObject({ sample: "2 listed and 5 others" });
      return probed();
    };
    const first = await asked();
    expect(first).toHaveLength(8);
    expect(await asked()).toEqual(first);
  });

  test("asks in a refresh only for who must stay out, and says nothing of others", async () => {
    tenant.running.requests.clear();
    const reading = await impersonationCheck.read(await tenant.open(), access.check);
    expect(probed()).toEqual([expect.stringContaining(tenant.recipient(dirk).externalDirectoryObjectId ?? "-")]);
    expect(reading?.properties["summary"]).toBe(
      "proved: exactly the 2 listed mailboxes are inside the scope; the one mailbox that must stay out is shut; nobody else gets in",
    );
    expect(reading?.properties["sample"]).toBe("2 listed and 5 others");
  });

  test("notes since when the access holds: anew for other mailboxes or another user, not for another address", async () => {
    const since = String(access.check.properties["heldSince"]);
    expect(Date.parse(since)).not.toBeNaN();
    tenant.running.clock.advance(60_000);
    const noted = async (change: Properties): Promise<unknown> => {
      const before = { ...access.check, properties: { ...access.check.properties, ...change } };
      return (await impersonationCheck.update(await tenant.open(), before, desired))["heldSince"];
    };
    const members = String(desired["members"]).replace(/^\S+/, "new.address@buitendienst.example");
    for (const same of [{}, { members }, { mustStayOut: "" }]) expect(await noted(same)).toBe(since);
    for (const other of [{ members: "others" }, { user: "other" }, { roleGroup: "other" }, { heldSince: "" }]) {
      expect(Date.parse(String(await noted(other)))).toBeGreaterThan(Date.parse(since));
    }
  });

  test("leaves out of account an assignment that goes in this run, and no other: what was kept goes on opening", async () => {
    await tenant.byHand("New-ManagementRoleAssignment", {
      Name: "Before",
      Role: role,
      SecurityGroup: names.roleGroup,
      CustomRecipientWriteScope: names.scope,
    });
    const before = tenant.tenant.assignments.find(({ name }) => name === "Before")?.guid ?? "";
    const recorded = { ...access.check, properties: { ...access.check.properties, assignment: before } };
    const update = async (held: readonly string[]): Promise<Properties> =>
      impersonationCheck.update(await tenant.open("automation", held), recorded, desired);
    expect(await update([before])).toMatchObject({ verdict: "passed" });
    expect((await failureOf(update([]))).message).toContain("Before");
  });

  test("notes nothing in a refresh that sees it broken, and tells it as what the run found: an up mends it after that", async () => {
    await tenant.byHand("Remove-RoleGroupMember", { Identity: names.roleGroup, Member: serviceUser, ...bypass });
    const context = await tenant.open();
    const reading = await impersonationCheck.read(context, access.check);
    expect(reading?.properties["heldSince"]).toBe("");
    expect(context.lines).toEqual([expect.stringMatching(/^access check: as this run found it, /)]);
  });

  test("makes no write, and shows no difference, where nothing changed", async () => {
    const writes = tenant.running.journal.entries.length;
    expect(await previewOf(impersonationCheck, await tenant.open(), access.check, desired)).toEqual({
      changed: [],
      replaces: [],
    });
    const again = await up(impersonationCheck, await tenant.open(), desired, access.check);
    expect(again).toEqual(access.check);
    expect(tenant.running.journal.entries).toHaveLength(writes);
  });

  test("never passes while it cannot know: a refresh without an answer says so and blocks nothing", async () => {
    tenant.running.faults.set([{ match: { operation: "Get-Recipient" }, effect: "forbidden", times: 99 }]);
    expect(await verdict()).toMatch(/^not proved: it could not be asked: Get-Recipient/);
  });

  test("is of the stack's tenant alone", async () => {
    const foreign = { ...access.check, properties: { ...access.check.properties, tenantId: "other" } };
    expect((await failureOf(impersonationCheck.read(await tenant.open(), foreign))).message).toContain(
      "belongs to tenant other",
    );
    expect((await failureOf(impersonationCheck.update(await tenant.open(), foreign, desired))).message).toContain(
      "other",
    );
  });

  test("is a change where something else is to be proved, and only then", () => {
    const changes = (change: Properties): boolean =>
      impersonationCheck.diff(access.check.properties, { ...desired, ...change }).changes;
    expect(changes({})).toBe(false);
    expect(changes({ members: tenant.lines(ad) })).toBe(true);
    expect(changes({ mustStayOut: "" })).toBe(true);
    expect(changes({ assignment: "other" })).toBe(true);
  });
});

describe("a directory role that somebody gives the service user", () => {
  const exchangeAdministrator = "29232cdf-9323-42fd-ade2-1d097af3e4de";
  const account = () => tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
  const said = async () => (await impersonationCheck.read(await tenant.open(), access.check))?.properties ?? {};
  const broken =
    /the service user has the directory role .*dministrator.*let itself into more.*Roles and administrators/;

  test("breaks the proof, its own or through a group", async () => {
    Object.assign(account() ?? {}, { directoryRoles: [exchangeAdministrator] });
    expect(await verdict()).toMatch(broken);
    restore();
    putIntoGroup(tenant, "Role-assignable", account()?.id ?? "", "62e90394-69f5-4237-9190-012177145e10");
    expect(await verdict()).toMatch(broken);
  });

  test("is told where it only reads", async () => {
    Object.assign(account() ?? {}, { directoryRoles: ["f2ef992c-3afb-46b9-b7cf-a126ee74c451"] });
    expect(await said()).toMatchObject({
      verdict: "passed",
      notes: expect.arrayContaining([expect.stringContaining("directory roles of the service user")]),
    });
  });

  test("is not proved absent where the roles may not be read", async () => {
    tenant.running.faults.set([
      { match: { operation: "GET /users/:id/transitiveMemberOf" }, effect: "forbidden", times: 99 },
    ]);
    expect(await said()).toMatchObject({
      verdict: "passed",
      notProved: expect.arrayContaining([expect.stringContaining("whether the service user has directory roles")]),
    });
  });
});

describe("somebody's change breaks the proof, which names it", () => {
  const set = (Identity: () => string, parameters: Parameters): [string, Parameters] => [
    "Set-ManagementRoleAssignment",
    { Identity: Identity(), ...parameters },
  ];

  test.each<[string, () => [string, Parameters], RegExp]>([
    [
      "a mailbox added to the group",
      () => ["Add-DistributionGroupMember", { Identity: names.securityGroup, Member: dirk, ...bypass }],
      /inside the scope but not listed: dirk\.directeur.*can be reached but must not: dirk\.directeur/,
    ],
    [
      "a mailbox taken from the group",
      () => ["Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: eva, ...bypass }],
      /listed but not inside the scope: eva\.smit/,
    ],
    [
      "a nested group in the group",
      () => [
        "Add-DistributionGroupMember",
        { Identity: names.securityGroup, Member: "regio.noord@buitendienst.example", ...bypass },
      ],
      /inside the scope but not listed: regio\.noord/,
    ],
    [
      "a filter for everybody",
      () => ["Set-ManagementScope", { Identity: names.scope, RecipientRestrictionFilter: "Alias -like '*'" }],
      /is not limited to the stack's security group: .*inside the scope but not listed: .* and \d+ more/,
    ],
    [
      "the scope taken away",
      () => set(() => names.assignment, { RecipientRelativeWriteScope: "Organization" }),
      /has the write scope Organization: it reaches beyond the listed mailboxes.*can be reached but must not/,
    ],
    ["a stop", () => set(() => names.assignment, { Enabled: false }), /is disabled \(somebody stopped it/],
    [
      "the service user taken from the role group",
      () => ["Remove-RoleGroupMember", { Identity: names.roleGroup, Member: serviceUser, ...bypass }],
      /no member of the role group/,
    ],
    [
      "a second assignment for the role group, under another name",
      () => ["New-ManagementRoleAssignment", { Name: "Hidden", Role: role, SecurityGroup: names.roleGroup }],
      /the service user also has "Hidden" .* which reaches further/,
    ],
    [
      "a direct assignment for the service user",
      () => ["New-ManagementRoleAssignment", { Name: "Direct", Role: role, User: serviceUser }],
      /the service user also has "Direct"/,
    ],
    [
      "another role without scope",
      () => ["New-ManagementRoleAssignment", { Name: "Mail", Role: "Mail Recipients", SecurityGroup: names.roleGroup }],
      /the service user also has "Mail" \(Mail Recipients through CallPro Calendar Access, Organization\)/,
    ],
    [
      "the assignment removed",
      () => ["Remove-ManagementRoleAssignment", { Identity: names.assignment }],
      /does not exist/,
    ],
    [
      "the role group removed",
      () => ["Remove-RoleGroup", { Identity: names.roleGroup, ...bypass }],
      /the role assignment does not exist/,
    ],
  ])("%s", async (_what, byHand, text) => {
    const [cmdlet, parameters] = byHand();
    await tenant.byHand(cmdlet, parameters);
    expect(await verdict()).toMatch(text);
    const preview = await previewOf(impersonationCheck, await tenant.open(), access.check, desired);
    expect(preview.changed).toEqual(["verdict"]);
    // The verdict is data: everything can still be removed.
    await removeAccess(await tenant.open(), access);
    expect(tenant.tenant.scopes.map(({ name }) => name)).not.toContain(names.scope);
  });

  test("a child role through a nested group", async () => {
    await tenant.byHand("New-ManagementRole", { Name: "Hidden role", Parent: role });
    await tenant.byHand("New-DistributionGroup", { Name: "Outer", Type: "Security", ManagedBy: [gijs] });
    await tenant.byHand("New-DistributionGroup", { Name: "Inner", Type: "Security", ManagedBy: [gijs] });
    const outer = tenant.recipient("Outer");
    outer.group?.members.push(tenant.recipient("Inner").guid);
    tenant.recipient("Inner").group?.members.push(tenant.recipient(serviceUser).guid);
    await tenant.byHand("New-ManagementRoleAssignment", { Name: "Deep", Role: "Hidden role", SecurityGroup: "Outer" });
    expect(await verdict()).toMatch(/the service user also has "Deep" \(Hidden role through Outer, Organization\)/);
  });

  test.each([
    [true, "passed"],
    [false, 'the service user also has "Policy" (Team role through svcServiceAccount, Organization)'],
  ])("a role of the user's own mailbox only where it is no end-user role (%s)", async (isEndUserRole, text) => {
    const [template] = tenant.tenant.assignments.filter(({ assigneeType }) => assigneeType === "RoleAssignmentPolicy");
    const role = tenant.tenant.roles.find(({ name }) => name === "MyBaseOptions");
    if (template === undefined || role === undefined) throw new Error("no policy");
    const added = { name: "Team role", guid: "0e0e0e0e-0000-4000-8000-000000000001", isEndUserRole };
    tenant.tenant.roles.push({ ...role, ...added });
    const assignment = { name: "Policy", guid: "0e0e0e0e-0000-4000-8000-000000000002", role: added.guid };
    // The embedded tenant does not count assignment policies among what a user holds; here it is made to.
    const assignee = tenant.recipient(serviceUser).guid;
    tenant.tenant.assignments.push({ ...template, ...assignment, assignee, recipientWriteScope: "Organization" });
    expect(await verdict()).toContain(text.replace("svcServiceAccount", tenant.recipient(serviceUser).name));
  });

  test("a blocked user", async () => {
    tenant.recipient(serviceUser).accountDisabled = true;
    expect(await verdict()).toContain("the service user is blocked from signing in");
  });

  test("a deleted user", async () => {
    tenant.tenant.recipients = tenant.tenant.recipients.filter(
      ({ userPrincipalName }) => userPrincipalName !== serviceUser,
    );
    expect(await verdict()).toContain("the service user does not exist in Exchange");
  });

  test("a user of the same name in its place", async () => {
    tenant.recipient(serviceUser).externalDirectoryObjectId = "0e0e0e0e-0000-4000-8000-000000000001";
    expect(await verdict()).toContain("the service user does not exist in Exchange");
  });
});

describe("an up whose proof fails", () => {
  test("fails and names the mailboxes, at once where no lag can explain it", async () => {
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: names.assignment,
      RecipientRelativeWriteScope: "Organization",
    });
    const context = await tenant.open();
    const start = tenant.running.clock.now();
    const { error } = await tryUp(impersonationCheck, context, desired, access.check);
    expect(error?.message).toMatch(/^access check: not proved: .*reaches beyond.*destroy is always possible\.$/);
    expect(tenant.running.clock.now() - start).toBeLessThan(10_000);
  });

  test("waits, visibly, for what may be lag, and fails when it does not pass", async () => {
    await tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: dirk, ...bypass });
    const context = await tenant.open();
    const start = tenant.running.clock.now();
    const { error } = await tryUp(impersonationCheck, context, desired, access.check);
    expect(error?.message).toContain("inside the scope but not listed: dirk.directeur@buitendienst.example");
    expect(tenant.running.clock.now() - start).toBeGreaterThan(100_000);
    expect(context.lines.join("\n")).toMatch(
      /waiting for the access to be as asked for \((.* so far, )?2 min at most\)/,
    );
  });

  test("passes as soon as the lag has passed", async () => {
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: names.securityGroup, Member: eva, ...bypass });
    const context = await tenant.open();
    tenant.running.clock.after(30_000, "the member arrives", () => {
      tenant.recipient(names.securityGroup).group?.members.push(tenant.recipient(eva).guid);
    });
    const { recorded, error } = await tryUp(impersonationCheck, context, desired, access.check);
    expect(error).toBeUndefined();
    expect(recorded?.properties["verdict"]).toBe("passed");
  });

  test("proves a new list", async () => {
    await tenant.byHand("Add-DistributionGroupMember", { Identity: names.securityGroup, Member: gijs, ...bypass });
    const more = { ...desired, members: tenant.lines(ad, eva, gijs) };
    const { properties } = await up(impersonationCheck, await tenant.open(), more, access.check);
    expect(properties["summary"]).toContain("exactly the 3 listed mailboxes");
  });
});

describe("a proof of the whole organization", () => {
  test("passes where that was asked for, and fails where it is narrower", async () => {
    const context = await tenant.open();
    await removeAccess(context, access);
    tenant.tenant.users = tenant.tenant.users.filter(({ userPrincipalName }) => userPrincipalName !== serviceUser);
    tenant.tenant.recipients = tenant.tenant.recipients.filter(
      ({ userPrincipalName }) => userPrincipalName !== serviceUser,
    );
    const wide = await makeAccess(tenant, await tenant.open(), "organization");
    expect(wide.check.properties["summary"]).toContain("opens every mailbox of the organization, as asked for");
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: names.assignment,
      RecipientRelativeWriteScope: "Self",
    });
    const reading = await impersonationCheck.read(await tenant.open(), wide.check);
    expect(reading?.properties["verdict"]).toContain("is limited to Self");
  });
});
