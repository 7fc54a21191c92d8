/** Others who use the stack's group: said before, and the group is left when the stack lets go of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { lastingOf, nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { makeAccess, names, roleGroupInputs, securityGroupInputs, tenantInputs, up } from "../../support/access.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { applicationRole, placeApp, vendorId } from "../../support/application.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { serviceUser } from "../../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
beforeAll(async () => {
  tenant = await startTenant();
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const make = async (): Promise<Recorded> => up(securityGroup, await tenant.open(), securityGroupInputs(tenant));
const isThere = (id: string): boolean => tenant.tenant.recipients.some(({ guid }) => guid === id);

const policy = (AccessRight: string) => async (): Promise<void> => {
  placeApp(tenant, undefined, vendorId);
  await tenant.byHand("New-ApplicationAccessPolicy", {
    AppId: vendorId,
    PolicyScopeGroupId: names.securityGroup,
    AccessRight,
    Description: "by hand",
  });
};
const scope = (filter: (dn: string) => string) => async (made: Recorded) => {
  await tenant.byHand("New-ManagementScope", {
    Name: "Others'",
    RecipientRestrictionFilter: filter(String(made.properties["distinguishedName"])),
  });
  await assignTo({ CustomResourceScope: "Others'" });
};
const assign = (): Promise<void> => assignTo({ RecipientGroupScope: names.securityGroup });
async function assignTo(place: Record<string, string>): Promise<void> {
  const { appId, objectId } = placeApp(tenant, undefined, vendorId);
  await tenant.byHand("New-ServicePrincipal", { AppId: appId, ObjectId: objectId, DisplayName: "Backup" });
  await tenant.byHand("New-ManagementRoleAssignment", {
    Name: "Backup of calendars",
    Role: applicationRole,
    App: objectId,
    ...place,
  });
}

describe.each<[string, (made: Recorded) => Promise<void>, string]>([
  ["a policy that denies", policy("DenyAccess"), `an application access policy keeps the app ${vendorId} out by it`],
  ["a policy that allows", policy("RestrictAccess"), `an application access policy limits the app ${vendorId} to it`],
  [
    "a scope that leaves it out",
    scope((dn) => `-not (MemberOfGroup -eq '${dn}')`),
    `the management scope "Others'" keeps somebody out by it`,
  ],
  ["a scope that names it", scope((dn) => `MemberOfGroup -eq '${dn}'`), `the management scope "Others'" names it`],
  ["a role assignment", assign, 'the role assignment "Backup of calendars" (Application Calendars.ReadWrite of'],
])("a group that others use by %s", (_what, use, said) => {
  test("is left with its members when the stack lets go of it, which ends and says so", async () => {
    const made = await make();
    await use(made);
    const before = tenant.dump();
    const context = await tenant.open();
    await securityGroup.remove(context, made);
    const told = context.lines.join("\n");
    expect(told).toContain(said);
    expect(told).toContain("left as it is, with its members");
    // The sweep at the end of the same run does not take it, and says nothing else of it.
    await tenantArtifact.remove(context, {
      id: context.tenantId,
      properties: { ...lastingOf(tenantInputs()), tenantId: context.tenantId },
    });
    expect(context.lines.join("\n")).toBe(told);
    expect(tenant.dump()).toEqual(before);
  });

  test("is said in the preview before", async () => {
    const made = await make();
    await use(made);
    const context = await tenant.open();
    const known = { ...nothingKnown, securityGroup: made.id };
    await tenantArtifact.check(context, undefined, { ...tenantInputs(), known });
    const told = context.lines.join("\n");
    expect(told).toContain(said);
    expect(told).toContain("destroy would leave the group as it is");
  });
});

describe("a group that nobody else uses", () => {
  test("goes, and no preview speaks of it", async () => {
    const before = tenant.dump();
    const made = await make();
    const context = await tenant.open();
    await tenantArtifact.check(context, undefined, {
      ...tenantInputs(),
      known: { ...nothingKnown, securityGroup: made.id },
    });
    expect(context.lines.join("\n")).not.toContain("others use it");
    await securityGroup.remove(context, made);
    expect(tenant.dump()).toEqual(before);
  });

  test("is not said to be used by others because somebody renamed the stack's own scope", async () => {
    const access = await makeAccess(tenant, await tenant.open());
    await tenant.byHand("Set-ManagementScope", { Identity: names.scope, Name: "Old S" });
    tenant.running.settle();
    const context = await tenant.open();
    const ids = { roleGroup: access.roleGroup.id, securityGroup: access.securityGroup?.id ?? "" };
    const known = { ...nothingKnown, ...ids, scope: access.scope?.id ?? "", assignment: access.assignment.id };
    await tenantArtifact.check(context, undefined, { ...tenantInputs(), known });
    expect(context.lines.join("\n")).not.toContain("others use it");
  });

  test.each(["Get-ApplicationAccessPolicy", "Get-ManagementRoleAssignment"])(
    "goes where %s is forbidden for ever, and what was not asked is said",
    async (operation) => {
      const made = await make();
      tenant.running.faults.set([{ match: { operation }, effect: "forbidden", times: 99 }]);
      const context = await tenant.open();
      await securityGroup.remove(context, made);
      expect(isThere(made.id)).toBe(false);
      expect(context.lines.join("\n")).toContain("could not be asked");
    },
  );
});

test("an object that was renamed by hand is not given a name back that another has by now", async () => {
  const user = await tenant.makeUser(serviceUser);
  const made = await up(roleGroup, await tenant.open(), roleGroupInputs(user));
  await tenant.byHand("Set-RoleGroup", {
    Identity: names.roleGroup,
    Name: "Old",
    DisplayName: "Old",
    BypassSecurityGroupManagerCheck: true,
  });
  await tenant.byHand("New-RoleGroup", { Name: names.roleGroup });
  const known = { ...nothingKnown, roleGroup: made.id, names: { [made.id]: names.roleGroup } };
  const context = { ...(await tenant.open("automation", [made.id])), seenNames: new Map([[made.id, "Old"]]) };
  const { problems } = await tenantArtifact.check(context, undefined, { ...tenantInputs(), known });
  expect(problems).toContainEqual(
    expect.stringMatching(
      new RegExp(`^role group "Old" cannot be renamed: that name has role group "${names.roleGroup}"`),
    ),
  );
});
