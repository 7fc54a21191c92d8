/** Refusals of an Exchange Server that speaks another language: told by types and by what is there afterwards, never by words. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { sessionWith } from "../../exchange/sessionWith.ts";
import {
  assignmentInputs,
  listed,
  makeAccess,
  names,
  removeAccess,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
} from "../support/access.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { reachNow } from "../support/reach.ts";
import { startQuickServer, type QuickServer } from "../support/quickServer.ts";
import { failureOf } from "../support/tenant.ts";

const user = "svcNobody@ad.buitendienst.example";
const delegation = "ApplicationImpersonation-Calendar Access Automation-Delegating";

let server: QuickServer;
let restore: () => void;
beforeAll(async () => {
  server = await startQuickServer();
  restore = server.save();
});
afterAll(() => server.close());

describe.each(["en", "de", "nl"] as const)("Exchange Server that speaks %s", (language) => {
  beforeEach(() => {
    restore();
    server.behave({ language });
  });

  const makeScope = async (): Promise<{ group: Recorded; scope: Recorded; roleGroupId: string }> => {
    const context = await server.open();
    const { id: roleGroupId } = await up(roleGroup, context, roleGroupInputs(server.lines(user)));
    const group = await up(securityGroup, context, securityGroupInputs(server, roleGroupId));
    const scope = await up(managementScope, context, scopeInputs(group.id, roleGroupId));
    return { group, scope, roleGroupId };
  };
  test("has a stack made, proved and removed", async () => {
    const context = await server.open();
    const access = await makeAccess(server, context);
    expect(access.check.properties["verdict"]).toBe("passed");
    expect(reachNow(server, access.user.split(" ")[0] ?? "")).toEqual(listed);
    await removeAccess(await server.open(), access);
    expect(server.tenant.scopes).toEqual([]);
  });

  test("is proved where Exchange does not tell whom a group holds", async () => {
    server.behave({ effectiveUsers: "none" });
    const context = await server.open();
    const access = await makeAccess(server, context);
    expect(access.check.properties["verdict"]).toBe("passed");
    const [everybody] = (await context.exchange.read("Get-ManagementRoleAssignment", {}, { all: true })).map(
      (row) => row["EffectiveUserName"],
    );
    expect(everybody).toMatch({ en: /^All Group/, de: /^Alle Gruppen/, nl: /^Alle groeps/ }[language]);
  });

  test("says who may assign the role where the account may not, and is asked once", async () => {
    const { scope, roleGroupId } = await makeScope();
    const { assignments } = server.tenant;
    server.tenant.assignments = assignments.filter(({ name }) => name !== delegation);
    const context = await server.open();
    let tries = 0;
    const counting = {
      ...context,
      exchange: sessionWith(context.exchange, {
        write: (cmdlet, parameters) => {
          tries += 1;
          return context.exchange.write(cmdlet, parameters);
        },
      }),
    };
    const inputs = assignmentInputs(server, roleGroupId, scope.id);
    const failure = await failureOf(up(roleAssignment, counting, inputs));
    expect(failure.message).toMatch(/^role assignment: Exchange refused to assign ApplicationImpersonation/);
    expect(failure.message).toMatch(/delegating assignment of the role may assign it: here Organization Management\. /);
    expect(failure.message).toMatch(
      /New-ManagementRoleAssignment -Role ApplicationImpersonation -SecurityGroup <its role group> -Delegating/,
    );
    expect(failure.message).not.toMatch(/not known whether|Exchange Online/);
    expect(tries).toBe(1);
  });

  test("keeps a scope that somebody began to use while it was removed, and that is said", async () => {
    const { scope } = await makeScope();
    const context = await server.open();
    const racing = {
      ...context,
      exchange: sessionWith(context.exchange, {
        write: async (cmdlet, parameters) => {
          if (cmdlet === "Remove-ManagementScope") {
            const theirs = { Name: "Theirs", Role: "Mail Recipients", SecurityGroup: "Help Desk" };
            await server.byHand("New-ManagementRoleAssignment", { ...theirs, CustomRecipientWriteScope: names.scope });
          }
          return context.exchange.write(cmdlet, parameters);
        },
      }),
    };
    const failure = await failureOf(managementScope.remove(racing, scope));
    expect(failure.message).toMatch(
      /the role assignment "Theirs" of others has just come to it, so it was not removed/,
    );
    expect(server.tenant.scopes).toHaveLength(1);
  });
});
