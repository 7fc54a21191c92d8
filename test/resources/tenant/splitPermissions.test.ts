/** Split permissions on Exchange Server: found out before anything is written, and worked with where that is possible. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { describeCheck } from "../../../commands/doctor/english.ts";
import { checkServerSession } from "../../../commands/doctor/tenant.ts";
import { ExchangeError } from "../../../exchange/errors.ts";
import { sessionWith } from "../../../exchange/sessionWith.ts";
import type { Recorded } from "../../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../../resources/lifecycle/contract.ts";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { managementScope } from "../../../resources/managementScope.ts";
import { roleAssignment } from "../../../resources/roleAssignment.ts";
import { roleGroup } from "../../../resources/roleGroup.ts";
import { securityGroup } from "../../../resources/securityGroup.ts";
import { serviceAccount } from "../../../resources/serviceAccount.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { generatePassword } from "../../../resources/serviceUserPassword.ts";
import {
  assignmentInputs,
  checkInputs,
  listed,
  mark,
  names,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  tenantInputs,
  up,
} from "../../support/access.ts";
import { ad, dirk, eva, sander } from "../../support/people.ts";
import { reachNow } from "../../support/reach.ts";
import { startQuickServer, type QuickServer } from "../../support/quickServer.ts";
import { failureOf } from "../../support/tenant.ts";

const user = "svcNobody@ad.buitendienst.example";
let server: QuickServer;
let restore: () => void;
let lines: string[];
beforeAll(async () => {
  server = await startQuickServer();
  restore = server.save();
});
beforeEach(() => {
  restore();
  lines = [];
});
afterAll(() => server.close());

const open = (): ReturnType<QuickServer["open"]> => server.open("automation", (line) => lines.push(line));
/** What a run's check says of a stack with an account and a group that are there, unless told otherwise. */
async function check(change: Properties = {}, context?: Context, recorded?: Properties): Promise<readonly string[]> {
  const inputs = { ...tenantInputs(), user, ownsUser: false, adopt: ["securityGroup"], ...change };
  return (await tenantArtifact.check(context ?? (await open()), recorded, inputs)).problems;
}

/** The group, as Active Directory's administrators make it before Exchange may not any more. */
async function makeGroup(members: readonly string[] = listed): Promise<string> {
  await server.byHand("New-DistributionGroup", {
    ...{ Name: names.securityGroup, Type: "Security", Members: [...members], ManagedBy: [sander] },
    ...{ MemberJoinRestriction: "Closed", MemberDepartRestriction: "Closed" },
  });
  const hidden = { HiddenFromAddressListsEnabled: true, BypassSecurityGroupManagerCheck: true };
  await server.byHand("Set-DistributionGroup", { Identity: names.securityGroup, ...hidden });
  return server.recipient(names.securityGroup).guid;
}

const split = (): void => server.behave({ splitPermissions: "activeDirectory" });

describe("split permissions of Active Directory", () => {
  test("refuse an account and a group that the stack would make, with who has to make them", async () => {
    split();
    const before = server.dump();
    expect(await check({ user: "svcNew@ad.buitendienst.example", ownsUser: true })).toEqual([
      expect.stringMatching(
        /^serviceUser: .*split permissions.* name it in serviceUser\.existing\. Nothing was changed\.$/,
      ),
      expect.stringMatching(
        /^names\.securityGroup: .*Enable-DistributionGroup.* adopt: \[securityGroup\]\. Nothing was changed\.$/,
      ),
    ]);
    expect(server.dump()).toEqual(before);
  });

  test("let a stack use an account and a group that are as it wants them, and leave the group at the end", async () => {
    const id = await makeGroup();
    split();
    expect(await check()).toEqual([]);
    expect(lines.join("\n")).toMatch(/^Not proved: whether Exchange may make and fill role groups/m);
    const context = await open();
    await up(tenantArtifact, context, { ...tenantInputs(), user, ownsUser: false, adopt: ["securityGroup"] });
    const { id: roleGroupId } = await up(roleGroup, context, roleGroupInputs(server.lines(user)));
    const adopted = { ...securityGroupInputs(server, roleGroupId), adopt: true };
    const group = await up(securityGroup, context, adopted);
    expect(group.id).toBe(id);
    const scope = await up(managementScope, context, scopeInputs(group.id, roleGroupId));
    const assignment = await up(roleAssignment, context, assignmentInputs(server, roleGroupId, scope.id));
    const access = {
      user: server.lines(user),
      roleGroup: { id: roleGroupId, properties: {} },
      securityGroup: group,
      scope,
      assignment,
    };
    const proof = await up(impersonationCheck, context, checkInputs(server, access));
    expect(proof.properties["verdict"]).toBe("passed");
    expect(reachNow(server, user)).toEqual(listed);
    await roleAssignment.remove(context, assignment);
    await managementScope.remove(context, scope);
    await securityGroup.remove(context, group);
    expect(lines.join("\n")).toMatch(/security group .*may remove no users and groups here.*Remove-ADGroup -Identity/);
    expect(server.recipient(names.securityGroup).softDeleted).toBe(false);
  });

  test("are told by the doctor, too", async () => {
    const read = (key: string): string | undefined =>
      key === "exchange" ? JSON.stringify({ channel: "server" }) : undefined;
    const ask = async () => {
      const checks = await checkServerSession(await open(), { read, settings: undefined, isReader: false });
      return checks.filter(({ code }) => code === "splitPermissions");
    };
    expect(await ask()).toEqual([{ code: "splitPermissions", state: "ok", split: "none", reason: "" }]);
    split();
    const told = await ask();
    expect(told).toEqual([{ code: "splitPermissions", state: "wrong", split: "activeDirectory", reason: "" }]);
    expect(told.map((each) => describeCheck(each).text).join()).toMatch(
      /serviceUser\.existing, adopt: \[securityGroup\]/,
    );
  });

  test("name what is to be changed about a group by others, be it held already", async () => {
    const id = await makeGroup([ad, dirk]);
    server.recipient(names.securityGroup).hiddenFromAddressListsEnabled = false;
    split();
    const named = [
      expect.stringMatching(
        new RegExp(
          `add ${eva} to it; in Active Directory, take ${dirk} out of it; .*Set-DistributionGroup ${id} -HiddenFromAddressListsEnabled \\$true\\.`,
        ),
      ),
    ];
    expect(await check()).toEqual(named);
    expect(await check({ adopt: [], known: { ...nothingKnown, securityGroup: id } })).toEqual(named);
  });

  describe("and an account that the stack made before", () => {
    const name = "svcBefore@ad.buitendienst.example";
    const desired: Properties = {
      ...{ mark, adopt: false, onDestroy: "remove", name, displayName: "CallPro", organizationalUnit: "" },
      ...{ hiddenFromAddressLists: true, remotePowerShell: false, password: generatePassword() },
    };
    let made: Recorded;
    beforeEach(async () => {
      made = await up(serviceAccount, await open(), desired);
      split();
    });

    test("leave it at its removal, and say who removes it", async () => {
      await serviceAccount.remove(await open(), made);
      expect(lines.join("\n")).toMatch(/user svcBefore@.*may remove no users and groups here.*Remove-ADUser -Identity/);
      expect(server.recipient(name).softDeleted).toBe(false);
    });

    test("refuse what would change it, before it is tried", async () => {
      expect((await up(serviceAccount, await open(), desired, made)).id).toBe(made.id);
      const password = generatePassword();
      const change = up(serviceAccount, await open(), { ...desired, password, displayName: "Other" }, made);
      expect((await failureOf(change)).message).toMatch(
        /^serviceUser: Exchange may change no account here \(split permissions.*displayName, password.*Nothing was changed\.$/,
      );
      await expect(
        server.organization.session("administrator").run("Set-Mailbox", { Identity: name, Password: password }),
      ).rejects.toThrow(/ADOperationException/);
    });
  });

  /** A session that does not see the group by which it is told. */
  const blind = async (error?: ExchangeError): Promise<Context> => {
    const context = await open();
    const exchange = sessionWith(context.exchange, {
      read: async (cmdlet, parameters, options) => {
        if (cmdlet !== "Get-Group") return context.exchange.read(cmdlet, parameters, options);
        if (error !== undefined) throw error;
        return [];
      },
    });
    return { ...context, exchange };
  };

  test("are told by the roles that nobody has, where the group is not shown; else it is not proved, and that is said", async () => {
    split();
    expect(await check({}, await blind())).toEqual([expect.stringMatching(/^names\.securityGroup: /)]);
    server.behave({ splitPermissions: "none" });
    for (const error of [undefined, new ExchangeError("forbidden", "Get-Group", "no")]) {
      expect(await check({}, await blind(error))).toEqual([]);
      expect(lines.join("\n")).toMatch(/^Not proved: whether Exchange may make users and groups here .*Get-Group/m);
      lines = [];
    }
    expect(await check()).toEqual([]);
    expect(lines.join("\n")).not.toMatch(/Not proved/);
  });
});

describe("split permissions by roles", () => {
  /** What Active Directory's administrators keep for themselves. */
  const take = (...roles: readonly string[]): void => {
    const taken = server.tenant.roles.filter(({ name }) => roles.includes(name)).map(({ guid }) => guid);
    const own = server.tenant.roleGroups.find(({ name }) => name === "Calendar Access Automation")?.guid;
    server.tenant.assignments = server.tenant.assignments.filter(
      ({ role, assignee }) => !(taken.includes(role) && assignee === own),
    );
  };

  test("are said before the first write, with the roles that the account lacks", async () => {
    take("Mail Recipient Creation", "Security Group Creation and Membership");
    const before = server.dump();
    const inputs = { ...tenantInputs(), user: "svcNew@ad.buitendienst.example" };
    const failure = await failureOf(up(tenantArtifact, await open(), inputs));
    expect(failure.message).toMatch(/may not run New-Mailbox, Remove-Mailbox.*Mail Recipient Creation/);
    expect(failure.message).toMatch(
      /Update-DistributionGroupMember -BypassSecurityGroupManagerCheck.*Security Group Creation and Membership/,
    );
    expect(server.dump()).toEqual(before);
  });

  test("are not proved where PowerShell does not tell the parameters, and that is said", async () => {
    const context = await open();
    const exchange = sessionWith(context.exchange, { allowedParameters: () => Promise.resolve(undefined) });
    await up(tenantArtifact, { ...context, exchange }, { ...tenantInputs(), user, ownsUser: false });
    expect(lines.join("\n")).toMatch(
      /^Not proved: whether the account may pass Update-DistributionGroupMember -Bypass/m,
    );
    const read = (key: string): string | undefined =>
      key === "exchange" ? JSON.stringify({ channel: "server" }) : undefined;
    const checks = await checkServerSession({ ...context, exchange }, { read, settings: undefined, isReader: false });
    const ofGroup = checks.find((each) => each.code === "cmdlets" && each.id === "security group");
    expect(ofGroup && describeCheck(ofGroup).text).toMatch(
      /^allowed; not proved: Update-DistributionGroupMember -Bypass/,
    );
  });

  test("keep nothing from a stack whose account has them", async () => {
    expect((await up(tenantArtifact, await open(), { ...tenantInputs(), user, ownsUser: false })).id).not.toBe("");
  });
});
