/** The whole life of a stack through the real engine: born, changed in every way that opens or shuts mailboxes, undone. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareDrift } from "../../commands/demo/drift.ts";
import { everyMailbox, reachNow } from "../support/reach.ts";
import type { Report } from "../../commands/verify/report.ts";
import { startRehearsal, type Rehearsal } from "../support/rehearsal.ts";
import { type TestStack } from "../support/stack.ts";
import type { TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, dirk, serviceUser } from "../support/people.ts";

const group = "SecurityGroup-CallPro Calendar Access";
const bypass = { BypassSecurityGroupManagerCheck: true };

describe("the life of a stack", () => {
  let rehearsal: Rehearsal;
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;
  let firstPassword: string | undefined;

  beforeAll(async () => {
    rehearsal = await startRehearsal({});
    ({ tenant, stack } = rehearsal);
    before = tenant.dump();
  }, 60_000);

  afterAll(() => rehearsal.close());

  /** An `up` after which the service user reaches exactly the asked mailboxes. */
  const up = (asked: readonly string[]): ReturnType<Rehearsal["up"]> => rehearsal.up(asked, serviceUser);

  test("up opens the listed mailboxes with its last write, and nothing before", async () => {
    const { writes, entries, result } = await up([ad, eva]);
    // The engine cuts a text of more than 150 characters.
    expect(result.stdout).not.toMatch(/^ *\[\d+\]: ".*\.\.\."$/m);
    expect(writes.at(-1)).toBe("New-ManagementRoleAssignment");
    expect(entries.slice(0, -1)).toOpenNobodyBut([]);
    expect(await stack.outputs()).toMatchObject({
      userName: serviceUser,
      impersonationVerification: { verdict: "passed" },
    });
    firstPassword = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser)?.password;
  }, 90_000);

  // That a preview right after it finds nothing to do is seen in the kept demo (test/commands/demo.test.ts).
  test("a preview shows every attribute that was changed by hand, and nothing else", async () => {
    const names = {
      assignment: "ApplicationImpersonation-CallPro Calendar Access",
      scope: "Scope-CallPro Calendar Access",
    };
    await tenant.byHand("Add-DistributionGroupMember", { Identity: group, Member: gijs, ...bypass });
    await tenant.byHand("Remove-DistributionGroupMember", { Identity: group, Member: eva, ...bypass });
    await tenant.byHand("Set-DistributionGroup", {
      Identity: group,
      HiddenFromAddressListsEnabled: false,
      MemberJoinRestriction: "ApprovalRequired",
      ManagedBy: [dirk],
      DisplayName: "Renamed group",
      ...bypass,
    });
    await tenant.byHand("Set-ManagementScope", {
      Identity: names.scope,
      RecipientRestrictionFilter: "RecipientTypeDetails -eq 'UserMailbox'",
    });
    await tenant.byHand("Set-ManagementRoleAssignment", {
      Identity: names.assignment,
      RecipientRelativeWriteScope: "Organization",
    });
    await tenant.byHand("Set-ManagementScope", { Identity: names.scope, Name: "Renamed scope" });
    await tenant.byHand("Add-RoleGroupMember", { Identity: "CallPro Calendar Access", Member: gijs, ...bypass });
    await tenant.byHand("Set-RoleGroup", {
      Identity: "CallPro Calendar Access",
      Name: "Renamed role group",
      ...bypass,
    });
    const { drift } = await rehearsal.preview();
    expect(
      compareDrift(drift, {
        RoleGroup: ["name", "members"],
        SecurityGroup: ["hiddenFromAddressLists", "memberJoinRestriction", "members", "name", "owner"],
        ManagementScope: ["filter", "name"],
        RoleAssignment: ["scope", "writeScope"],
        ImpersonationCheck: ["verdict"],
      }),
    ).toEqual([]);
  }, 90_000);

  test("an up of the group alone puts nobody back while somebody else is in the role group, and says who", async () => {
    const urn = stack.resources().find((each) => each.urn.endsWith("::security-group"))?.urn ?? "";
    const { result, writes } = await rehearsal.run([], "up", "--yes", "--skip-preview", "--target", urn);
    expect(result.code).not.toBe(0);
    expect(result.stdout + result.stderr).toMatch(
      /no mailbox was added to it while somebody else gets in: gijs\S+ \(\S+\) is in the role group/,
    );
    // Whoever is not listed is out again.
    expect(writes).toEqual(["Update-DistributionGroupMember"]);
    expect(tenant.recipient("Renamed group").group?.members).toEqual([tenant.recipient(ad).guid]);
  }, 90_000);

  test("the next up repairs all of that in place and never opens more on the way", async () => {
    const { writes } = await up([ad, eva]);
    expect(writes.filter((operation) => /^(New|Remove|POST|DELETE)/.test(operation))).toEqual([]);
  }, 90_000);

  test("another list, a new password and new names change what bears them; the assignment is made anew, scoped, before the old one goes", async () => {
    stack.configure({
      mailboxes: [ad, gijs],
      passwordRotation: "another",
      names: { securityGroup: "CallPro mailboxes", scope: "CallPro scope", assignment: "CallPro impersonation" },
    });
    const { writes, changes } = await up([ad, gijs]);
    expect(changes).toEqual([
      "created impersonation-assignment",
      "deleted impersonation-assignment",
      "replaced impersonation-assignment",
      "updated impersonation-check",
      "updated scope",
      "updated security-group",
      "updated service-user",
      "updated service-user-password",
      "updated tenant",
    ]);
    // The user is azuread's, and changed beside the rest.
    const inExchange = writes.filter((each) => each !== "PATCH /users");
    expect(inExchange.slice(0, -2).toSorted()).toEqual([
      "Set-DistributionGroup",
      "Set-ManagementScope",
      "Update-DistributionGroupMember",
    ]);
    expect(inExchange.slice(-2)).toEqual(["New-ManagementRoleAssignment", "Remove-ManagementRoleAssignment"]);
    expect(writes).toHaveLength(6);
    expect(tenant.recipient("CallPro mailboxes").guid).toBe(
      stack.resources().find(({ urn }) => urn.endsWith("::security-group"))?.id,
    );
    const user = tenant.tenant.users.find(({ userPrincipalName }) => userPrincipalName === serviceUser);
    expect(user?.password).toBe((await stack.outputs())["password"]);
    expect(user?.password).not.toBe(firstPassword);
  }, 90_000);

  test("reach organization, asked for by name, opens every mailbox and removes scope and group after that", async () => {
    stack.configure({ reach: "organization", mustStayOut: undefined });
    const { writes } = await up(everyMailbox(tenant));
    expect(writes).toEqual(["Set-ManagementRoleAssignment", "Remove-ManagementScope", "Remove-DistributionGroup"]);
  }, 90_000);

  test("back to reach group: one write narrows, the last one; who has no mailbox any more is not handed to the call centre", async () => {
    stack.configure({ reach: "group", mustStayOut: [dirk] });
    const leaver = tenant.recipient(gijs);
    leaver.type = "MailUser";
    const { writes } = await up([ad]);
    leaver.type = "UserMailbox";
    expect(writes.at(-1)).toBe("Set-ManagementRoleAssignment");
    expect(writes.filter((operation) => operation.includes("Assignment"))).toHaveLength(1);
    expect((await stack.outputs())["mailboxes"]).toBe(`${ad}\n`);
  }, 90_000);

  test("a user who was blocked, seen so and then removed is not made anew, not even by an up of it alone; verify names the stop", async () => {
    const restore = tenant.save();
    const folder = mkdtempSync(join(tmpdir(), "state-"));
    const file = join(folder, "state.json");
    expect((await stack.run(["stack", "export", "--file", file])).code).toBe(0);
    await tenant.graph("PATCH", `/users/${serviceUser}`, { accountEnabled: false });
    // A run that is refused for another reason has seen it, too: in its refresh.
    stack.configure({ mailboxes: [ad, "nobody@buitendienst.example"] });
    expect((await rehearsal.run([], "up", "--yes", "--skip-preview")).result.code).not.toBe(0);
    stack.configure({ mailboxes: [ad, gijs] });
    await tenant.graph("DELETE", `/users/${serviceUser}`);
    const urn = stack.resources().find((each) => each.urn.endsWith("::service-user"))?.urn ?? "";
    for (const options of [["--target", urn], []]) {
      const { result, writes } = await rehearsal.run([], "up", "--yes", "--skip-preview", ...options);
      expect(result.code).not.toBe(0);
      expect(result.stdout + result.stderr).toMatch(/the user svcServiceAccount\S* was stopped, and then removed/);
      expect(writes).toEqual([]);
    }
    const { code, stdout } = await stack.verify(["--json"]);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Report).notes).toContainEqual(
      expect.objectContaining({ code: "stoppedAndGone", kind: "user", name: serviceUser }),
    );
    restore();
    expect((await stack.run(["stack", "import", "--file", file])).code).toBe(0);
    rmSync(folder, { recursive: true });
  }, 90_000);

  test("destroy shuts first, undoes in reverse and leaves the tenant as it was", async () => {
    const { writes, entries } = await rehearsal.destroy();
    expect(writes).toEqual([
      "Remove-ManagementRoleAssignment",
      "Remove-ManagementScope",
      "Remove-DistributionGroup",
      "Remove-RoleGroup",
      "DELETE /users",
    ]);
    expect(entries).toOpenNobodyBut([]);
    expect(reachNow(tenant, serviceUser)).toEqual([]);
    expect(tenant.dump()).toEqual(before);
  }, 90_000);
});
