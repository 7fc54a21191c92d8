/** An account that somebody disabled, on Exchange Server: a stop, which no cmdlet there lifts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../resources/lifecycle/contract.ts";
import { tenant as tenantArtifact } from "../../../resources/tenant/tenant.ts";
import { nothingKnown } from "../../../resources/tenant/tenantInputs.ts";
import { impersonationCheck } from "../../../resources/impersonationCheck.ts";
import { enableAccount } from "../../../simulator/exchangeServer/activeDirectory.ts";
import { checkInputs, makeAccess, tenantInputs, tryUp, type Access } from "../../support/access.ts";
import { serviceUser } from "../../support/people.ts";
import { startQuickServer, type QuickServer } from "../../support/quickServer.ts";

let server: QuickServer;
let restore: () => void;
let access: Access;
beforeAll(async () => {
  server = await startQuickServer();
  access = await makeAccess(server, await server.open());
  restore = server.save();
});
beforeEach(() => restore());
afterAll(() => server.close());

function inputs(change: Properties = {}): Properties {
  const known = {
    ...nothingKnown,
    roleGroup: access.roleGroup.id,
    securityGroup: access.securityGroup?.id ?? "",
    scope: access.scope?.id ?? "",
    assignment: access.assignment.id,
    heldUser: access.user.trim(),
  };
  return { ...tenantInputs(), known, ...change };
}

/** What a run's check says, and the account's GUID. */
async function check(change: Properties = {}) {
  const { inputs: recorded } = await tenantArtifact.check(await server.open(), undefined, inputs());
  return tenantArtifact.check(await server.open(), recorded, inputs(change));
}

const disable = (): void => enableAccount(server.running.simulator, serviceUser, false);

describe("an account that somebody disabled", () => {
  test("is a stop: it is recorded, and nothing that would open the access is made", async () => {
    disable();
    const { inputs: recorded, problems } = await check({ assignment: "Another name" });
    expect(problems).toEqual([
      expect.stringMatching(/^regrant: somebody stopped this access: the user svcServiceAccount@/),
    ]);
    expect(recorded["stopped"]).toMatch(/^user [0-9a-f-]{36} svcServiceAccount@/m);
  });

  test("is not Exchange's to enable: regrant says so before it opens anything, with the command", async () => {
    disable();
    const { guid } = server.recipient(serviceUser);
    const { problems } = await check({ regrant: true });
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(
          `^regrant: the account ${serviceUser} is disabled.*Enable-ADAccount -Identity ${guid}.*Nothing was changed`,
        ),
      ),
    ]);
  });

  test("is said by the proof with the same command, and by nothing once it is enabled", async () => {
    disable();
    const { error } = await tryUp(impersonationCheck, await server.open(), checkInputs(server, access), access.check);
    expect(error?.message ?? "").toMatch(
      /blocked from signing in \(somebody stopped it; enable the account in Active Directory/,
    );
    enableAccount(server.running.simulator, serviceUser, true);
    expect((await check({ regrant: true })).problems).toEqual([]);
  });
});
