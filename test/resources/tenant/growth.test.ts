/** No mailbox is added while a stranger is known to be inside; taking one off stays possible, and no change asks more. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { nothingProved } from "../../../resources/proof/strangers.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import {
  applicationTenantInputs,
  checkInputs,
  listed,
  makeAccess,
  names,
  securityGroupInputs,
  tenantInputs,
  up,
  type Access,
} from "../../support/access.ts";
import { applicationName, applicationRole, makeApplicationAccess } from "../../support/application.ts";
import { ad, dirk, eva, gijs, serviceUser } from "../../support/people.ts";
import { failureOf, startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
let access: Access;
let restore: () => void;
beforeAll(async () => {
  tenant = await startTenant();
  access = await makeAccess(tenant, await tenant.open());
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

/** What the stack's access was proved to be. */
const accessClaim = (): string => JSON.stringify({ ...checkInputs(tenant, access), entrantsBaseline: "" });

/** The preflight of a stack that holds the access, with another list. */
async function preflight(...mailboxes: readonly string[]): Promise<{ problems: readonly string[]; calls: number }> {
  const known = {
    ...nothingKnown,
    roleGroup: access.roleGroup.id,
    securityGroup: access.securityGroup?.id ?? "",
    scope: access.scope?.id ?? "",
    assignment: access.assignment.id,
    accessClaim: accessClaim(),
  };
  const held = { ...tenantInputs(), user: access.user, known };
  const context = await tenant.open();
  const recorded: Properties = { ...held, members: tenant.lines(...listed) };
  const desired = { ...held, members: mailboxes.map((address) => `${address}\n`).join("") };
  const before = tenant.dump();
  const { problems } = await tenantArtifact.check(context, recorded, desired);
  expect(tenant.dump()).toEqual(before);
  return { problems, calls: context.exchange.requests };
}

test("a stranger on the stack's scope keeps the list from growing, by name; it may shrink", async () => {
  await tenant.byHand("New-ManagementRoleAssignment", {
    ...{ Name: "Foreign", Role: "Mail Recipients", User: gijs },
    CustomRecipientWriteScope: names.scope,
  });
  expect((await preflight(...listed, gijs)).problems).toEqual([
    expect.stringMatching(/^mailboxes: the list grows while somebody else gets in: the role assignment "Foreign"/),
  ]);
  expect((await preflight(listed[0] ?? "")).problems).toEqual([]);
  expect((await preflight(...listed)).problems).toEqual([]);
});

test("without a stranger the list grows; only then anything is asked for it", async () => {
  const grown = await preflight(...listed, gijs);
  expect(grown.problems).toEqual([]);
  expect((await preflight(...listed)).calls).toBeLessThan(grown.calls);
});

describe("an app's access", () => {
  /** The preflight of a stack that holds it, where more is asked for. */
  async function refusals(change: Properties): Promise<readonly string[]> {
    const { app, pointer, assignment, scope, securityGroup: group, check } = held;
    const known = {
      ...nothingKnown,
      ...{ app: app.objectId, exchangeServicePrincipal: pointer.id },
      ...{ applicationAssignments: `${applicationRole} ${assignment.id}` },
      ...{ securityGroup: group?.id ?? "", scope: scope?.id ?? "" },
      applicationClaim: JSON.stringify(check.properties),
    };
    const asked = applicationTenantInputs({ app: app.objectId, roles: applicationRole, known });
    const recorded = { ...asked, members: tenant.lines(...listed) };
    return (await tenantArtifact.check(await tenant.open(), recorded, { ...asked, ...change })).problems;
  }

  let held: Awaited<ReturnType<typeof makeApplicationAccess>>;
  beforeEach(async () => {
    tenant.running.reset();
    held = await makeApplicationAccess(tenant, await tenant.open());
  });

  test.each<[string, Properties]>([
    ["mailboxes: the list grows", { members: [...listed, gijs].map((address) => `${address}\n`).join("") }],
    ["reach: it widens", { reach: "organization", mustStayOut: "", owner: "" }],
    ["application.roles: a role is added", { roles: `${applicationRole}\nApplication Mail.Read` }],
  ])("%s: refused while somebody holds another secret, by name, and only then", async (what, change) => {
    expect((await refusals(change)).join("\n")).not.toContain("while somebody else gets in");
    const registration = tenant.tenant.applications.find(({ displayName }) => displayName === applicationName);
    await tenant.graph("POST", `/applications/${registration?.id ?? ""}/addPassword`, {
      passwordCredential: { displayName: "CRM" },
    });
    expect(await refusals(change)).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${what} while somebody else gets in: the app registration has the client secret .*"CRM"`),
      ),
    );
    expect(await refusals({})).toEqual([]);
  });
});

describe("an up of the group alone, which passes the preflight by", () => {
  const reached = (who: string): unknown => tenant.running.journal.entries.at(-1)?.reach[who];
  const asked = (...mailboxes: readonly string[]): Properties => ({
    ...securityGroupInputs(tenant, access.roleGroup.id),
    members: tenant.lines(...mailboxes),
    accessClaim: accessClaim(),
  });
  const joins = (): Promise<unknown> =>
    tenant.byHand("Add-RoleGroupMember", { Identity: names.roleGroup, Member: dirk });

  test.each<[string, Properties]>([
    ["", {}],
    [" before the first proof", { ...nothingProved }],
  ])("adds nobody while an assignment of others uses the scope%s, and takes out who is to go", async (_, proved) => {
    await tenant.byHand("New-ManagementRoleAssignment", {
      ...{ Name: "Foreign", Role: "Mail Recipients", User: gijs },
      CustomRecipientWriteScope: names.scope,
    });
    const desired = { ...asked(ad, gijs), ...proved };
    const failure = await failureOf(up(securityGroup, await tenant.open(), desired, access.securityGroup));
    expect(failure.message).toMatch(
      /^security group ".*": no mailbox was added to it while somebody else gets in: the role assignment "Foreign"/,
    );
    expect(reached(serviceUser)).toEqual([ad]);
    await up(securityGroup, await tenant.open(), asked(ad), access.securityGroup);
  });

  test("adds nobody while somebody has joined the role group since the last proof, and says who", async () => {
    await joins();
    const failure = await failureOf(up(securityGroup, await tenant.open(), asked(ad, eva, gijs), access.securityGroup));
    expect(failure.message).toMatch(
      /^security group ".*": no mailbox was added to it while somebody else gets in: dirk\S+ \(\S+\) is in the role group/,
    );
    expect([reached(serviceUser), reached(dirk)]).toEqual([listed, listed]);
  });

  test("adds where only the stack's own access uses it", async () => {
    await up(securityGroup, await tenant.open(), asked(ad, eva, gijs), access.securityGroup);
    expect(reached(serviceUser)).toEqual([ad, eva, gijs]);
  });
});
