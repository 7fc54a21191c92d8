/** The artifacts of impersonation on an Exchange Server organisation, over a real PowerShell. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openServer, passwordVariable, userVariable } from "../../connection/serverPlace.ts";
import type { Connection } from "../../exchange/powershell/opening.ts";
import { checkTenant } from "../../commands/doctor/tenant.ts";
import { connectToServer } from "../../exchange/powershell/serverConnection.ts";
import { executableVariable } from "../../exchange/powershell/shell.ts";
import type { Artifact, Recorded } from "../../resources/lifecycle/artifact.ts";
import { contextOf } from "../../resources/lifecycle/context.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { impersonationCheck } from "../../resources/impersonationCheck.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { moveObject } from "../../simulator/exchangeServer/activeDirectory.ts";
import { writeLauncher } from "../../simulator/powershell/module.ts";
import { fakeWaits } from "../network/fakeWaits.ts";
import {
  assignmentInputs,
  checkInputs,
  previewOf,
  roleGroupInputs,
  scopeInputs,
  securityGroupInputs,
  up,
} from "../support/access.ts";
import { ad, eva } from "../support/people.ts";
import { describeWithPowerShell, powershell } from "../support/powershell.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

jest.setTimeout(120_000);

describeWithPowerShell("impersonation on Exchange Server", () => {
  const folder = mkdtempSync(join(tmpdir(), "server-"));
  const before = process.env["SSL_CERT_FILE"];
  const user = "svcNobody@ad.buitendienst.example";
  let tenant: TestTenant;
  let context: Context;
  let dump: unknown;
  let connection: Promise<Connection> | undefined;
  const made: Record<string, Recorded> = {};

  beforeAll(async () => {
    tenant = await startTenant({ flavour: "server", powershell: powershell ?? "" });
    const { running } = tenant;
    process.env["SSL_CERT_FILE"] = running.bundleFile;
    context = await run();
    dump = tenant.dump();
  });
  afterAll(async () => {
    await context.exchange.close();
    if (before === undefined) delete process.env["SSL_CERT_FILE"];
    else process.env["SSL_CERT_FILE"] = before;
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  const settingsOf = (): string => {
    const { running } = tenant;
    const server = {
      uri: running.server?.connectionUri,
      organization: running.simulator.tenant.tenantId,
      domainController: "dc01.ad.buitendienst.example",
    };
    return JSON.stringify({ channel: "server", server });
  };
  const read = (key: string): string | undefined => (key === "exchange" ? settingsOf() : undefined);
  const accountOf = (purpose: string): Record<string, string> => {
    const { userName = "", password = "" } = tenant.running.server?.accounts[purpose] ?? {};
    return { [userVariable]: userName, [passwordVariable]: password };
  };

  /** A run of its own, which knows nothing of the one before; all of them share one connection. */
  async function run(): Promise<Context> {
    const { running } = tenant;
    const place = await openServer(read, accountOf("automation"), () => undefined, {
      waits: fakeWaits(),
      shell: { executable: writeLauncher(folder, powershell ?? "") },
      connect: (options) => (connection ??= connectToServer(options)),
    });
    if ("problems" in place) throw new Error(place.problems.join("\n"));
    return {
      ...contextOf(place, () => undefined),
      waitFor: async (what, probe) => {
        for (let attempt = 0; attempt < 50; attempt += 1) {
          const found = await probe();
          if (found !== undefined) return found;
          running.clock.advance(1_000);
        }
        throw new Error(`waited in vain: ${what}`);
      },
    };
  }

  const reach = (): unknown => tenant.running.journal.entries.at(-1)?.reach[user] ?? [];

  test("is made by the same artifacts, and opens the listed mailboxes and no other", async () => {
    made["roleGroup"] = await up(roleGroup, context, roleGroupInputs(tenant.lines(user)));
    const roleGroupId = made["roleGroup"].id;
    made["group"] = await up(securityGroup, context, securityGroupInputs(tenant, roleGroupId));
    made["scope"] = await up(managementScope, context, scopeInputs(made["group"].id, roleGroupId));
    made["assignment"] = await up(roleAssignment, context, assignmentInputs(tenant, roleGroupId, made["scope"].id));
    expect(reach()).toEqual([ad, eva]);
    expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
  });

  test("is asked by the doctor without Entra: the account's cmdlets, and what a lesser one lacks", async () => {
    const executable = process.env[executableVariable];
    process.env[executableVariable] = writeLauncher(folder, powershell ?? "");
    const ask = (purpose: string) =>
      checkTenant({ read, settings: undefined, isReader: false }, accountOf(purpose), () => undefined);
    try {
      const [well, reader] = [await ask("automation"), await ask("reader")];
      expect(well.filter(({ state }) => state !== "ok" && state !== "notAsked")).toEqual([]);
      expect(well.map(({ code }) => code)).toEqual(expect.arrayContaining(["credential", "exchange", "cmdlets"]));
      expect(reader).toContainEqual(
        expect.objectContaining({ code: "cmdlets", state: "wrong", id: "role group", missing: expect.any(Array) }),
      );
    } finally {
      process.env[executableVariable] = executable ?? "";
    }
  });

  test("is proved by what Exchange Server says of who can reach whom", async () => {
    const [group, scope] = [made["group"], made["scope"]];
    const [ownRoleGroup, assignment] = [made["roleGroup"], made["assignment"]];
    if (!group || !scope || !ownRoleGroup || !assignment) throw new Error("There is nothing to prove.");
    const access = { user: tenant.lines(user), roleGroup: ownRoleGroup, securityGroup: group, scope, assignment };
    const check = await up(impersonationCheck, context, checkInputs(tenant, access));
    expect(check.properties).toMatchObject({ verdict: "passed" });
  });

  /** Each artifact with what the stack wants of it, in the order of their making. */
  const all = (): readonly (readonly [Artifact, Recorded, Properties])[] => {
    const recorded = (name: string): Recorded => made[name] ?? { id: "", properties: {} };
    const [group, scope] = [recorded("group"), recorded("scope")];
    const roleGroupId = recorded("roleGroup").id;
    return [
      [roleGroup, recorded("roleGroup"), roleGroupInputs(tenant.lines(user))],
      [securityGroup, group, securityGroupInputs(tenant, roleGroupId)],
      [managementScope, scope, scopeInputs(group.id, roleGroupId)],
      [roleAssignment, recorded("assignment"), assignmentInputs(tenant, roleGroupId, scope.id)],
    ];
  };
  /** The artifacts that a preview would change. */
  const changes = async (): Promise<string[]> => {
    const found = [];
    for (const [artifact, recorded, desired] of all()) {
      const { changed } = await previewOf(artifact, context, recorded, desired);
      if (changed.length > 0) found.push(artifact.title);
    }
    return found;
  };

  test("shows no changes as long as nobody changes anything", async () => {
    expect(await changes()).toEqual([]);
  });

  test("shows a group that was moved as a scope that holds nobody any more, and repairs it", async () => {
    const dn = "CN=SecurityGroup-CallPro Calendar Access,CN=Users,DC=ad,DC=buitendienst,DC=example";
    moveObject(tenant.running.simulator, dn, "OU=Groepen,DC=ad,DC=buitendienst,DC=example");
    tenant.running.settle();
    expect(reach()).toEqual([]);
    context = await run();
    expect(await changes()).toEqual([managementScope.title]);
    for (const [artifact, recorded, desired] of all()) await up(artifact, context, desired, recorded);
    expect(reach()).toEqual([ad, eva]);
    expect(await changes()).toEqual([]);
  });

  test("is gone without a trace after its removal", async () => {
    for (const [artifact, recorded] of all().toReversed()) await artifact.remove(context, recorded);
    expect(reach()).toEqual([]);
    tenant.running.settle();
    expect(tenant.dump()).toEqual(dump);
  });
});
