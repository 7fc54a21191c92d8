/** A mark that somebody copied along with the text that it stands in proves nothing: its object is left, and named. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { markOf, markOfUse } from "../../../resources/lifecycle/mark.ts";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { mark, names, roleGroupInputs, securityGroupInputs, tenantInputs, up } from "../../support/access.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";
import { gijs, dirk, sander, serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
let user: string;
let back: () => void;

beforeAll(async () => {
  tenant = await startTenant();
  user = await tenant.makeUser(serviceUser);
  back = tenant.save();
});
beforeEach(() => {
  back();
});
afterAll(() => tenant.close());

const inputs = (): Properties => ({ ...tenantInputs(), user: serviceUser, ownsUser: false });
const roleGroups = (): string[] => tenant.tenant.roleGroups.filter(({ builtIn }) => !builtIn).map(({ name }) => name);

/** What a destroy says that knows of no object but the tenant. */
async function close(): Promise<string> {
  const opened = await up(tenantArtifact, await tenant.open(), inputs());
  const context = await tenant.open();
  await tenantArtifact.remove(context, opened);
  return context.lines.join("\n");
}

/** Role groups of others that bear the mark, each with what tells it from one of the stack's. */
const copies: [string, Properties, string][] = [
  [
    "another member, role and name",
    { Name: "Helpdesk field staff", Roles: ["Mail Recipients"], Members: [dirk] },
    "it also has the role Mail Recipients; it has other members: ",
  ],
  ["another member", { Name: names.roleGroup, Members: [serviceUser, dirk] }, "it has other members: "],
  [
    "another role",
    { Name: names.roleGroup, Roles: ["Mail Recipients"], Members: [serviceUser] },
    "it also has the role",
  ],
  ["another name and no member", { Name: "Helpdesk field staff" }, "it has another name, and the service user"],
];

describe.each(copies)("a role group with the stack's mark and %s", (_what, parameters, why) => {
  beforeEach(() => tenant.byHand("New-RoleGroup", { Description: mark, ...parameters }));

  test("stays when the stack goes, and is named", async () => {
    const context = await tenant.open();
    // Opened before the copy was there, or with another role group in the state: the tenant alone is asked.
    await tenantArtifact.remove(context, {
      id: context.tenantId,
      properties: { ...inputs(), tenantId: context.tenantId },
    });
    expect(roleGroups()).toEqual([parameters["Name"]]);
    expect(context.lines.join("\n")).toContain(`role group "${String(parameters["Name"])}": bears this stack's mark`);
    expect(context.lines.join("\n")).toContain(why);
  });

  test("is not taken over, by the preflight or the role group itself", async () => {
    const before = tenant.dump();
    const { problems } = await tenantArtifact.check(await tenant.open(), undefined, inputs());
    expect(problems.join("\n")).toContain(why);
    const { message } = await failureOf(up(roleGroup, await tenant.open(), roleGroupInputs(user)));
    expect(message).toContain(why);
    expect(message).toContain("bears this stack's mark, but is not as the stack makes it");
    expect(tenant.dump()).toEqual(before);
  });
});

test("what an interrupted run left goes, though", async () => {
  await up(roleGroup, await tenant.open(), roleGroupInputs(user));
  expect(await close()).toContain(`role group "${names.roleGroup}": left by an interrupted run`);
  expect(roleGroups()).toEqual([]);
});

test("one of a former name is left and named: nobody can tell it from a copy", async () => {
  await up(roleGroup, await tenant.open(), { ...roleGroupInputs(user), name: "A former name" });
  expect(await close()).toContain(`role group "A former name": bears this stack's mark`);
  expect(roleGroups()).toEqual(["A former name"]);
});

describe("a group with the stack's name and Notes", () => {
  const groups = (): string[] =>
    tenant.tenant.recipients.filter(({ displayName }) => displayName === names.securityGroup).map(({ guid }) => guid);

  test("goes where it holds only listed mailboxes", async () => {
    await up(securityGroup, await tenant.open(), securityGroupInputs(tenant));
    expect(await close()).toContain("left by an interrupted run");
    expect(groups()).toEqual([]);
  });

  test("stays where it holds others, and is named", async () => {
    const made = await up(securityGroup, await tenant.open(), securityGroupInputs(tenant));
    await tenant.byHand("Add-DistributionGroupMember", {
      Identity: made.id,
      Member: gijs,
      BypassSecurityGroupManagerCheck: true,
    });
    expect(await close()).toContain(`it has members that are not listed: ${gijs}`);
    expect(groups()).toEqual([made.id]);
  });

  test("stays where it has another name, whatever its Notes", async () => {
    await tenant.byHand("New-DistributionGroup", {
      Name: "Sales",
      Type: "Security",
      Notes: mark,
      ManagedBy: [sander],
    });
    await close();
    expect(tenant.tenant.recipients.some(({ displayName }) => displayName === "Sales")).toBe(true);
  });
});

describe("what a run was about to take over when it was interrupted", () => {
  const otherUse = markOfUse(markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b"));
  const own = names.roleGroup;
  const description = (): string | undefined => tenant.tenant.roleGroups.find(({ name }) => name === own)?.description;
  const notes = async (): Promise<unknown> => {
    const { exchange } = await tenant.open("administrator");
    return (await exchange.read("Get-Group", { Identity: names.securityGroup }))[0]?.["Notes"];
  };

  test.each([
    ["this stack's", markOfUse(mark), "Ticket 4711"],
    ["another stack's", otherUse, `Ticket 4711\n${otherUse}`],
  ])("stays, and of the marks of use only the stack's own goes: %s", async (_whose, used, left) => {
    const text = `Ticket 4711\n${used}`;
    await tenant.byHand("New-RoleGroup", { Name: own, Members: [dirk], Description: text });
    await tenant.byHand("New-DistributionGroup", {
      Name: names.securityGroup,
      Type: "Security",
      Members: [gijs],
      Notes: text,
    });
    const context = await tenant.open();
    const properties = { ...inputs(), tenantId: context.tenantId };
    await tenantArtifact.remove(context, { id: context.tenantId, properties });
    expect([description(), await notes()]).toEqual([left, left]);
  });
});
