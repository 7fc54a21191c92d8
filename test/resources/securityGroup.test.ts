/** The security group with the mailboxes: made, drifted, taken over, removed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { markOfUse } from "../../resources/lifecycle/mark.ts";
import { securityGroup, securityGroupLifecycle } from "../../resources/securityGroup.ts";
import type { Recipient } from "../../simulator/tenant/exchangeModel.ts";
import { mark, names, previewOf, securityGroupInputs, tryUp, up } from "../support/access.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, dirk, sander } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let desired: Properties;

beforeAll(async () => {
  tenant = await startTenant();
  desired = securityGroupInputs(tenant);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const bypass = { BypassSecurityGroupManagerCheck: true };

function ours(): Recipient[] {
  return tenant.tenant.recipients.filter(({ displayName, name }) =>
    [displayName, name].some((text) => text === names.securityGroup),
  );
}

function membersOf({ group }: Recipient): string[] {
  const guids = new Set(group?.members);
  return tenant.tenant.recipients
    .filter(({ guid }) => guids.has(guid))
    .map(({ primarySmtpAddress }) => primarySmtpAddress ?? "")
    .sort();
}

async function make(change: Properties = {}): Promise<Recorded> {
  return up(securityGroup, await tenant.open(), { ...desired, ...change });
}

describe("a security group", () => {
  test("is made with its members, hidden, closed, marked, and owned by the administrator alone", async () => {
    const made = await make();
    const [group] = ours();
    expect(ours()).toHaveLength(1);
    expect(group).toMatchObject({
      guid: made.id,
      type: "MailUniversalSecurityGroup",
      hiddenFromAddressListsEnabled: true,
      group: {
        notes: mark,
        managedBy: [tenant.recipient(sander).guid],
        memberJoinRestriction: "Closed",
        memberDepartRestriction: "Closed",
        requireSenderAuthenticationEnabled: true,
      },
    });
    expect(group === undefined ? [] : membersOf(group)).toEqual([ad, eva]);
    expect(made.properties).toMatchObject(desired);
    expect(made.properties["distinguishedName"]).toMatch(/^CN=SecurityGroup-CallPro Calendar Access\d{14},OU=/);
  });

  test("has no moment at which others could join, leave or find it in the address lists for long", async () => {
    await make();
    const operations = tenant.running.journal.entries.map(({ operation }) => operation);
    expect(operations.filter((operation) => operation.endsWith("DistributionGroup"))).toEqual([
      "New-DistributionGroup",
      "Set-DistributionGroup",
    ]);
  });

  test("shows no difference, and makes no write, where nothing changed", async () => {
    const made = await make();
    const writes = tenant.running.journal.entries.length;
    expect(await previewOf(securityGroup, await tenant.open(), made, desired)).toEqual({ changed: [], replaces: [] });
    expect(await up(securityGroup, await tenant.open(), desired, made)).toEqual(made);
    expect(tenant.running.journal.entries).toHaveLength(writes);
  });

  test("of which the notes cannot be read is gone on with, and goes: nothing hangs on them", async () => {
    const made = await make();
    tenant.running.faults.set([{ match: { operation: "Get-Group" }, effect: "forbidden", times: 99 }]);
    expect((await previewOf(securityGroup, await tenant.open(), made, desired)).changed).toEqual([]);
    await securityGroup.remove(await tenant.open(), made);
    tenant.running.faults.set([]);
    expect(ours()).toEqual([]);
  });

  test("gets a plain alias where its name has no letters that an address can hold", async () => {
    await make({ name: "Агенда" });
    expect(tenant.recipient("Агенда").alias).toMatch(/^group-[0-9a-f]{12}$/);
    restore();
    await make({ name: ".Sales..North." });
    expect(tenant.recipient(".Sales..North.").alias).toBe("Sales.North");
  });

  test.each<[string, (id: string) => [string, Record<string, string | boolean | string[]>], string]>([
    ["a mailbox that was added", (Identity) => ["Add-DistributionGroupMember", { Identity, Member: dirk }], "members"],
    [
      "a mailbox that was removed",
      (Identity) => ["Remove-DistributionGroupMember", { Identity, Member: eva }],
      "members",
    ],
    [
      "a group inside the group",
      (Identity) => ["Add-DistributionGroupMember", { Identity, Member: "regio.noord@buitendienst.example" }],
      "members",
    ],
    [
      "a contact in the group",
      (Identity) => ["Add-DistributionGroupMember", { Identity, Member: "storing@loodgieterlek.example" }],
      "members",
    ],
    ["another owner", (Identity) => ["Set-DistributionGroup", { Identity, ManagedBy: [gijs] }], "owner"],
    ["a second owner", (Identity) => ["Set-DistributionGroup", { Identity, ManagedBy: [sander, gijs] }], "owner"],
    [
      "an address list that shows it",
      (Identity) => ["Set-DistributionGroup", { Identity, HiddenFromAddressListsEnabled: false }],
      "hiddenFromAddressLists",
    ],
    [
      "an open door",
      (Identity) => ["Set-DistributionGroup", { Identity, MemberJoinRestriction: "ApprovalRequired" }],
      "memberJoinRestriction",
    ],
    [
      "a way out",
      (Identity) => ["Set-DistributionGroup", { Identity, MemberDepartRestriction: "ApprovalRequired" }],
      "memberDepartRestriction",
    ],
    ["emptied notes", (Identity) => ["Set-Group", { Identity, Notes: "" }], "marked"],
    ["another display name", (Identity) => ["Set-DistributionGroup", { Identity, DisplayName: "Other" }], "name"],
  ])("shows %s as that and nothing else, and repairs it", async (_name, byHand, changed) => {
    const made = await make();
    const before = tenant.dump();
    const [cmdlet, parameters] = byHand(made.id);
    await tenant.byHand(cmdlet, { ...parameters, ...bypass });
    expect(tenant.dump()).not.toEqual(before);
    expect((await previewOf(securityGroup, await tenant.open(), made, desired)).changed).toEqual([changed]);
    await up(securityGroup, await tenant.open(), desired, made);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
  });

  test("keeps its Name, and so its DN, when its name changes", async () => {
    const made = await make();
    const renamed = await up(securityGroup, await tenant.open(), { ...desired, name: "Other" }, made);
    expect(renamed.id).toBe(made.id);
    expect(tenant.recipient("Other")).toMatchObject({ guid: made.id, displayName: "Other", name: names.securityGroup });
    expect(renamed.properties["distinguishedName"]).toBe(made.properties["distinguishedName"]);
  });

  test("removing a mailbox from the list revokes it and touches no other", async () => {
    const made = await make();
    const less = { ...desired, members: tenant.lines(ad) };
    expect((await previewOf(securityGroup, await tenant.open(), made, less)).changed).toEqual(["members"]);
    await up(securityGroup, await tenant.open(), less, made);
    const [group] = ours();
    expect(group === undefined ? [] : membersOf(group)).toEqual([ad]);
  });

  test("of our name that somebody else made is named with its GUID and members; one with groups in it is not taken over", async () => {
    await tenant.byHand("New-DistributionGroup", { Name: "Inner", Type: "Security", Members: [gijs] });
    const Members = [ad, "Inner"];
    await tenant.byHand("New-DistributionGroup", { Name: String(desired["name"]), Type: "Security", Members });
    const [found] = await securityGroupLifecycle.find(await tenant.open(), desired as never);
    expect(found?.title).toMatch(/^security group ".*" \([0-9a-f-]{36}, \S+@\S+, 2 members\)$/);
    expect(found?.obstacles).toEqual(["it holds groups: Inner"]);
  });

  test("whose owner was deleted is no change, and takes another list all the same", async () => {
    const made = await make();
    const [, owner = ""] = String(desired["owner"]).trim().split(" ");
    await tenant.graph("DELETE", `/users/${owner}`);
    tenant.running.settle();
    expect((await previewOf(securityGroup, await tenant.open(), made, desired)).changed).toEqual([]);
    await up(securityGroup, await tenant.open(), { ...desired, members: tenant.lines(ad) }, made);
    const [group] = ours();
    expect(group === undefined ? [] : membersOf(group)).toEqual([ad]);
  });

  test("whose owner was deleted, and which somebody else owns, is brought about all the same, and owner is named", async () => {
    const made = await make();
    const [, owner = ""] = String(desired["owner"]).trim().split(" ");
    await tenant.byHand("Set-DistributionGroup", { Identity: made.id, ManagedBy: [sander, gijs], ...bypass });
    await tenant.graph("DELETE", `/users/${owner}`);
    tenant.running.settle();
    const asked = { ...desired, name: "Another name", members: tenant.lines(ad) };
    const { error } = await tryUp(securityGroup, await tenant.open(), asked, made);
    expect(error?.message).toMatch(
      /owner: sander\.brouwer@\S+ \([0-9a-f-]{36}\) no longer exists, .* gijs\.bakker@\S+ owns it instead, .*Name another owner/,
    );
    const [group] = ours();
    expect(group === undefined ? [] : membersOf(group)).toEqual([ad]);
    expect(group?.displayName).toBe("Another name");
    await tenant.byHand("Remove-DistributionGroup", { Identity: made.id, ...bypass });
    expect((await failureOf(securityGroup.create(await tenant.open(), desired))).message).toMatch(
      /owner: sander\.brouwer@.* no longer exists, so the security group cannot be given to that owner\. Name another/,
    );
  });

  test("changes everything at once where everything changed, the members first", async () => {
    const made = await make();
    const operationsBefore = tenant.running.journal.entries.length;
    const changed = {
      ...desired,
      name: "Other",
      members: tenant.lines(gijs),
      owner: tenant.lines("bea.beheerder@buitendienst.example"),
      hiddenFromAddressLists: false,
      memberJoinRestriction: "ApprovalRequired",
      memberDepartRestriction: "ApprovalRequired",
    };
    const updated = await up(securityGroup, await tenant.open(), changed, made);
    expect(updated.properties).toMatchObject(changed);
    const after = tenant.running.journal.entries.slice(operationsBefore).map(({ operation }) => operation);
    expect(after).toEqual(["Update-DistributionGroupMember", "Set-DistributionGroup"]);
  });

  test("adds and removes one by one where the list is too long for one call", async () => {
    const made = await make();
    const many = Array.from({ length: 5001 }, (_, index) => addMailbox(index));
    const context = await tenant.open();
    const members = many
      .map(
        ({ primarySmtpAddress, externalDirectoryObjectId }) => `${primarySmtpAddress} ${externalDirectoryObjectId}\n`,
      )
      .sort();
    const [group] = ours();
    if (group?.group === undefined || group.group === null) throw new Error("no group");
    // All but two are in it already, and one who does not belong.
    group.group.members = [...many.slice(2).map(({ guid }) => guid), tenant.recipient(dirk).guid];
    tenant.running.requests.clear();
    const updated = await up(securityGroup, context, { ...desired, members: members.join("") }, made);
    expect(String(updated.properties["members"]).split("\n")).toHaveLength(5002);
    expect(group.group.members).toHaveLength(5001);
    expect(group.group.members).not.toContain(tenant.recipient(dirk).guid);
    const { cmdlets } = tenant.running.requests.describe();
    expect(cmdlets.map(({ name }) => name).filter((name) => /^(?!Get-).*DistributionGroupMember$/.test(name))).toEqual([
      "Remove-DistributionGroupMember",
      "Add-DistributionGroupMember",
      "Add-DistributionGroupMember",
    ]);
  });

  test("of an organisation with a naming policy keeps the name that was asked for", async () => {
    tenant.tenant.organization.groupNamingPolicy = { prefix: "GRP_", suffix: "_NL" };
    const made = await make();
    expect(made.properties["name"]).toBe(names.securityGroup);
    expect(ours()).toMatchObject([{ name: names.securityGroup, displayName: names.securityGroup }]);
    const renamed = await up(securityGroup, await tenant.open(), { ...desired, name: "Other" }, made);
    expect(renamed.properties["name"]).toBe("Other");
  });

  test("is found again after an interrupted run, and finished", async () => {
    const made = await make();
    await tenant.byHand("Set-DistributionGroup", {
      Identity: made.id,
      HiddenFromAddressListsEnabled: false,
      ...bypass,
    });
    const again = await make();
    expect(again.id).toBe(made.id);
    expect(ours()).toMatchObject([{ hiddenFromAddressListsEnabled: true }]);
  });
});

describe("a security group of others", () => {
  const makeByHand = async (parameters: Record<string, string | string[]> = {}): Promise<void> => {
    await tenant.byHand("New-DistributionGroup", {
      Name: names.securityGroup,
      Type: "Security",
      ManagedBy: [sander],
      Members: [ad, dirk],
      ...parameters,
    });
  };
  const adopting = { adopt: true };

  test("is a conflict that touches nothing", async () => {
    await makeByHand();
    const before = tenant.dump();
    expect((await failureOf(make())).message).toMatch(
      /security group ".*" \(.*\) exists and was not made by this stack/,
    );
    expect(tenant.dump()).toEqual(before);
  });

  test.each([
    ["Name", { Name: names.securityGroup, DisplayName: "Something" }],
    ["display name", { Name: "Something", DisplayName: names.securityGroup }],
    ["alias", { Name: "Something", Alias: "SecurityGroup-CallProCalendarAccess" }],
  ])("is found by its %s", async (_what, parameters) => {
    await makeByHand(parameters);
    expect((await failureOf(make())).message).toContain("was not made by this stack");
  });

  test("is taken over where adopt says so: only the listed mailboxes stay in it", async () => {
    await makeByHand();
    const [{ guid } = { guid: "" }] = ours();
    const made = await make(adopting);
    expect(made.id).toBe(guid);
    const [group] = ours();
    expect(group === undefined ? [] : membersOf(group)).toEqual([ad, eva]);
    expect(group?.hiddenFromAddressListsEnabled).toBe(true);
    const wanted = { ...desired, ...adopting };
    expect((await previewOf(securityGroup, await tenant.open(), made, wanted)).changed).toEqual([]);
  });

  test("that another scope names cannot be taken over", async () => {
    await makeByHand();
    await tenant.byHand("New-ManagementScope", {
      Name: "Somebody's scope",
      RecipientRestrictionFilter: `MemberOfGroup -eq '${await dnOf()}'`,
    });
    const before = tenant.dump();
    expect((await failureOf(make(adopting))).message).toContain("another management scope names it: Somebody's scope");
    expect(tenant.dump()).toEqual(before);
  });

  test("that is synchronised from the customer's own servers cannot be taken over", async () => {
    await makeByHand();
    const [group] = ours();
    if (group?.group !== undefined && group.group !== null) group.group.isDirSynced = true;
    expect((await failureOf(make(adopting))).message).toContain("synchronised from an Active Directory");
  });

  test.each([
    ["a distribution list", "New-DistributionGroup", { Name: names.securityGroup, Type: "Distribution" }],
    ["a mailbox of that name", "Set-DistributionGroup", undefined],
  ])("is no mail-enabled security group: %s", async (_what, cmdlet, parameters) => {
    if (parameters === undefined) tenant.recipient(dirk).displayName = names.securityGroup;
    else await tenant.byHand(cmdlet, parameters);
    const before = tenant.dump();
    expect((await failureOf(make(adopting))).message).toContain("it is no mail-enabled security group");
    expect(tenant.dump()).toEqual(before);
  });

  test("that was taken over is kept at destroy where onDestroy says so, and bears the mark until then", async () => {
    await makeByHand({ Notes: "Field staff\nAsk Jan first" });
    const made = await make({ ...adopting, onDestroy: "keep" });
    const notes = () => ours().map(({ group }) => group?.notes);
    expect(notes()).toEqual([`Field staff\nAsk Jan first\n${markOfUse(mark)}`]);
    await securityGroup.remove(await tenant.open(), made);
    expect(notes()).toEqual(["Field staff\nAsk Jan first"]);
  });
});

describe("removing a security group", () => {
  test("leaves everything as it was before", async () => {
    const before = tenant.dump();
    const made = await make();
    await securityGroup.remove(await tenant.open(), made);
    tenant.running.clock.settle();
    expect(tenant.dump()).toEqual(before);
  });

  test("that is gone already is done", async () => {
    const made = await make();
    await tenant.byHand("Remove-DistributionGroup", { Identity: made.id, ...bypass });
    await securityGroup.remove(await tenant.open(), made);
    expect(await securityGroup.read(await tenant.open(), made)).toBeUndefined();
  });

  test("takes along the scope that a killed run left on it", async () => {
    const made = await make();
    await tenant.byHand("New-ManagementScope", {
      Name: names.scope,
      RecipientRestrictionFilter: `MemberOfGroup -eq '${await dnOf()}'`,
    });
    const context = await tenant.open();
    await securityGroup.remove(context, made);
    expect(tenant.tenant.scopes.map(({ name }) => name)).not.toContain(names.scope);
    expect(context.lines.join("\n")).toContain(
      'management scope "Scope-CallPro Calendar Access": left by an interrupted',
    );
  });

  test.each([
    ["of another name", { Name: "Somebody's scope" }, ""],
    ["that names another group too", { Name: names.scope }, " -or MemberOfGroup -eq 'CN=Other,DC=x'"],
  ])("leaves a scope %s alone", async (_what, parameters, rest) => {
    const made = await make();
    await tenant.byHand("New-ManagementScope", {
      ...parameters,
      RecipientRestrictionFilter: `MemberOfGroup -eq '${await dnOf()}'${rest}`,
    });
    await securityGroup.remove(await tenant.open(), made);
    expect(tenant.tenant.scopes.map(({ name }) => name)).toContain(parameters.Name);
    expect(ours()).toEqual([]);
  });
});

/** The DN of the group, as Exchange shows it. */
async function dnOf(): Promise<string> {
  const context = await tenant.open();
  const [{ guid } = { guid: "" }] = ours();
  const [group] = await context.exchange.read("Get-DistributionGroup", { Identity: guid });
  return String(group?.["DistinguishedName"]);
}

/** One more mailbox, put straight into Exchange's directory. */
function addMailbox(index: number): Recipient {
  const id = `0e0e0e0e-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const mailbox: Recipient = {
    ...structuredClone(tenant.recipient(ad)),
    guid: id.replace(/^0e/, "0f"),
    externalDirectoryObjectId: id,
    name: `Mailbox ${index}`,
    cn: `Mailbox ${index}`,
    displayName: `Mailbox ${index}`,
    alias: `mailbox${index}`,
    primarySmtpAddress: `mailbox${index}@buitendienst.example`,
    emailAddresses: [`SMTP:mailbox${index}@buitendienst.example`],
    userPrincipalName: `mailbox${index}@buitendienst.example`,
  };
  tenant.tenant.recipients.push(mailbox);
  return mailbox;
}
