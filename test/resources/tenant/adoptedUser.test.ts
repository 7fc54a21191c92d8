/** Who may be taken over as the service user, whatever adopt says. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { nothingKnown, type TenantInputs } from "../../../resources/tenant/tenantInputs.ts";
import { runPreflight } from "../../../resources/tenant/preflight.ts";
import { mark, role, roleGroupInputs, tenantInputs } from "../../support/access.ts";
import { putIntoGroup } from "../../support/application.ts";
import { ad, dirk, gijs, serviceUser } from "../../support/people.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.running.reset());
afterAll(() => tenant.close());

/** The preflight of a stack that takes the user over; it writes nothing. */
async function preflight(user: string, change: Partial<TenantInputs> = {}) {
  const context = await tenant.open();
  const before = tenant.dump();
  const desired = {
    ...(tenantInputs() as unknown as TenantInputs),
    user: `${user}\n`,
    adopt: ["serviceUser"],
    ...change,
  };
  const { problems } = await runPreflight(context, desired, undefined);
  expect(tenant.dump()).toEqual(before);
  return { problems, told: context.lines.join("\n") };
}

const directoryUser = (upn: string) => {
  const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === upn);
  if (user === undefined) throw new Error(`There is no ${upn}.`);
  return user;
};

describe("a user that is to be taken over", () => {
  test("without a mailbox is told so, with its object id and display name", async () => {
    await tenant.makeUser(serviceUser);
    const { id, displayName } = directoryUser(serviceUser);
    const { problems, told } = await preflight(serviceUser);
    expect(problems).toEqual([]);
    expect(told).toContain(`user ${serviceUser} ("${displayName}", ${id}): it has no mailbox.`);
  });

  test("with a mailbox of somebody's is named with it", async () => {
    const { problems, told } = await preflight(gijs);
    expect(problems).toEqual([]);
    expect(told).toMatch(/^user gijs\.bakker@.* \("Gijs.*it has mail in Exchange \(UserMailbox\): whoever gets/m);
  });

  test.each([
    [ad, "one of the listed mailboxes"],
    [dirk, "one of mustStayOut"],
  ])("is never %s, by object id and under any name", async (person, reason) => {
    directoryUser(person).userPrincipalName = serviceUser;
    const recipient = tenant.recipient(person);
    Object.assign(recipient, { userPrincipalName: serviceUser });
    const { problems } = await preflight(serviceUser, { mustStayOut: `${dirk}\n` });
    expect(problems).toEqual([expect.stringContaining(`${serviceUser} is ${reason}; `)]);
  });

  test("is never one of them where Exchange does not know the new name yet", async () => {
    directoryUser(dirk).userPrincipalName = serviceUser;
    const { problems, told } = await preflight(serviceUser, { mustStayOut: `${dirk}\n` });
    expect(problems).toEqual([
      expect.stringMatching(
        /^serviceUser: svc\S+ \("Dirk Directeur", [0-9a-f-]{36}\) stands in mustStayOut, so it cannot/,
      ),
    ]);
    expect(told).not.toContain(`user ${serviceUser}`);
  });

  test("is never one with a directory role, nor one whose roles may not be read", async () => {
    await tenant.makeUser(serviceUser);
    directoryUser(serviceUser).directoryRoles = ["29232cdf-9323-42fd-ade2-1d097af3e4de"];
    expect((await preflight(serviceUser)).problems).toEqual([
      expect.stringContaining("has directory roles: Exchange Administrator, so it cannot be taken over"),
    ]);
    directoryUser(serviceUser).directoryRoles = [];
    putIntoGroup(tenant, "Role-assignable", directoryUser(serviceUser).id, "62e90394-69f5-4237-9190-012177145e10");
    expect((await preflight(serviceUser)).problems).toEqual([
      expect.stringContaining("has directory roles: Global Administrator, so it cannot be taken over"),
    ]);
    tenant.running.faults.set([
      { match: { operation: "GET /users/:id/transitiveMemberOf" }, effect: "forbidden", times: 999 },
    ]);
    expect((await preflight(serviceUser)).problems).toEqual([expect.stringContaining("may not read them")]);
  });

  test("is never another stack's service user, which bears no mark where that one took it over", async () => {
    const user = await tenant.makeUser(serviceUser);
    const other = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");
    await tenant.byHand("New-RoleGroup", { Name: "Planning", Members: [serviceUser], Description: "By hand" });
    const theirs = { ...roleGroupInputs(user), name: "Planning", mark: other, adopt: true };
    await roleGroup.create(await tenant.open(), theirs);
    await tenant.byHand("New-ManagementRoleAssignment", { Role: role, SecurityGroup: "Planning" });
    expect((await preflight(serviceUser)).problems).toContainEqual(
      expect.stringContaining(
        "is the service user of another stack, calendar-access/fabrikam (id 0c0ffee0-0000-4000-8000-00000000000b), so it",
      ),
    );
  });

  test("is not asked about where the stack holds it, made it, or does not take it over", async () => {
    const line = (await tenant.makeUser(serviceUser)).trim();
    directoryUser(serviceUser).directoryRoles = ["29232cdf-9323-42fd-ade2-1d097af3e4de"];
    expect((await preflight(serviceUser, { known: { ...nothingKnown, heldUser: line } })).problems).toEqual([]);
    expect((await preflight(serviceUser, { adopt: [] })).problems).toEqual([]);
    directoryUser(serviceUser).other["jobTitle"] = mark;
    expect((await preflight(serviceUser)).problems).toEqual([]);
  });
});
