/** The session with Exchange Server over a real PowerShell and the embedded tenant's remoting endpoint. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Connection } from "../../../exchange/powershell/opening.ts";
import { connectToServer } from "../../../exchange/powershell/serverConnection.ts";
import { serverSession } from "../../../exchange/powershell/session.ts";
import type { ServerOptions } from "../../../exchange/powershell/session.ts";
import type { ExchangeSession } from "../../../exchange/session.ts";
import { writeLauncher } from "../../../simulator/powershell/module.ts";
import { startSimulator } from "../../../simulator/simulator.ts";
import type { RunningServer, RunningSimulator } from "../../../simulator/simulator.ts";
import { fakeWaits } from "../../network/fakeWaits.ts";
import { sessionsOf } from "../../simulator/exchangeServer/organization.ts";
import { lend } from "../../support/lentShell.ts";
import { describeWithPowerShell, powershell } from "../../support/powershell.ts";
import { failureOf } from "../../support/tenant.ts";

// A session takes a PowerShell here, and one of the server's.
jest.setTimeout(120_000);

describeWithPowerShell("a session with Exchange Server", () => {
  const folder = mkdtempSync(join(tmpdir(), "server-"));
  const before = process.env["SSL_CERT_FILE"];
  const open: ExchangeSession[] = [];
  let running: RunningSimulator;
  let server: RunningServer;
  let shared: ExchangeSession;
  /** The last one of the shared session. */
  let connection: Promise<Connection>;

  beforeAll(async () => {
    running = await startSimulator({ flavour: "server", powershell: powershell ?? "" });
    if (running.server === undefined) throw new Error("It is no Exchange Server.");
    server = running.server;
    process.env["SSL_CERT_FILE"] = running.bundleFile;
    shared = openSession({ connect: (options) => (connection = connectToServer(options)) });
  });
  beforeEach(() => {
    running.reset();
  });
  afterAll(async () => {
    if (before === undefined) delete process.env["SSL_CERT_FILE"];
    else process.env["SSL_CERT_FILE"] = before;
    for (const session of open) await session.close();
    await running.close();
    rmSync(folder, { recursive: true });
  });

  function openSession(options: Partial<ServerOptions> = {}, purpose = "automation"): ExchangeSession {
    const session = serverSession({
      tenantId: running.simulator.tenant.tenantId,
      uri: server.connectionUri,
      credential: () => Promise.resolve(server.accounts[purpose]),
      domainController: "dc01.ad.buitendienst.example",
      viewEntireForest: true,
      waits: fakeWaits(),
      retry: { attempts: 2, firstPause: 10, longestPause: 20, budget: 60_000 },
      shell: { executable: writeLauncher(folder, powershell ?? "") },
      ...options,
    });
    open.push(session);
    return session;
  }

  test("gives back what was written, in any letters", async () => {
    const Name = `Groep "één" $(Get-Date) 'x' \u{1F4C5} ${"n".repeat(30)}`;
    const [made] = await shared.write("New-RoleGroup", { Name, Description: "2026-11-25T10:00:00" });
    const [read] = await shared.read("Get-RoleGroup", { Identity: String(made?.["Guid"]) });
    expect(read).toMatchObject({ Name, Description: "2026-11-25T10:00:00", Members: [], Guid: made?.["Guid"] });
    expect(read).not.toHaveProperty("PSComputerName");
    expect(read?.["WhenCreatedUTC"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("classifies by types, whatever language the server speaks", async () => {
    running.reset({ settings: { language: "nl" } });
    const missing = await failureOf(shared.read("Get-RoleGroup", { Identity: "Niemand" }));
    expect(missing).toMatchObject({ kind: "notFound", message: expect.stringMatching(/niet kan worden gevonden/) });
    await shared.write("New-RoleGroup", { Name: "Dubbel" });
    expect(await failureOf(shared.write("New-RoleGroup", { Name: "Dubbel" }))).toMatchObject({ kind: "alreadyExists" });
    await shared.write("New-DistributionGroup", { Name: "Groep", Type: "Security" });
    const again = shared.write("New-DistributionGroup", { Name: "Groep", Type: "Security" });
    expect(await failureOf(again)).toMatchObject({ kind: "alreadyExists" });
    const member = { Identity: "Dubbel", Member: "svcNobody" };
    await shared.write("Add-RoleGroupMember", member);
    expect(await failureOf(shared.write("Add-RoleGroupMember", member))).toMatchObject({ kind: "alreadyMember" });
    const forced = shared.write("New-RoleGroup", { Name: "Gedwongen", Force: true });
    expect(await failureOf(forced)).toMatchObject({ kind: "unknownParameter" });
    const foreign = shared.read("Get-ServicePrincipal", undefined, { all: true });
    expect(await failureOf(foreign)).toMatchObject({ kind: "forbidden" });
  });

  test("does not know what a write did whose shell was lost, and finds it in a new session", async () => {
    await shared.read("Get-OrganizationConfig");
    running.faults.set([{ match: { operation: "New-RoleGroup" }, effect: "lostAnswer" }]);
    expect(await failureOf(shared.write("New-RoleGroup", { Name: "Lost" }))).toMatchObject({ kind: "unknownOutcome" });
    expect(await shared.read("Get-RoleGroup", { Identity: "Lost" })).toHaveLength(1);
    // What it was told of Active Directory the new one is told again.
    expect(await shared.read("Get-ADServerSettings")).toMatchObject([
      { ViewEntireForest: true, UserPreferredGlobalCatalog: "dc01.ad.buitendienst.example" },
    ]);
  });

  test("waits for a server that has had too many calls", async () => {
    await shared.read("Get-OrganizationConfig");
    running.faults.set([{ match: { operation: "New-RoleGroup" }, effect: "throttle" }]);
    expect(await shared.write("New-RoleGroup", { Name: "Patient" })).toHaveLength(1);
  });

  // What an opening brings, or says: in the PowerShell that the tests before have left.
  describe("opened anew", () => {
    beforeAll(async () => {
      await shared.read("Get-OrganizationConfig");
      lend(await connection.then(({ shell }) => shell));
    });
    afterAll(() => {
      jest.restoreAllMocks();
    });

    test("knows the cmdlets that the account's roles hold, asks the domain controller that it was given, and removes its session at the end", async () => {
      const reader = openSession({ domainController: "dc02.ad.buitendienst.example" }, "reader");
      const allowed = await reader.allowedCmdlets();
      const parameters = await reader.allowedParameters("Get-RoleGroup");
      expect(parameters).toContain("Identity");
      expect(parameters).not.toContain("Members");
      expect(allowed).toContain("Get-RoleGroup");
      expect(allowed).not.toContain("New-RoleGroup");
      expect(allowed).not.toContain("Get-ServicePrincipal");
      running.reset({ settings: { domainControllers: 600_000 } });
      await sessionsOf(running)("administrator").run("New-RoleGroup", { Name: "Fresh" });
      expect(await failureOf(reader.read("Get-RoleGroup", { Identity: "Fresh" }))).toMatchObject({ kind: "notFound" });
      // The server would keep it.
      const shells = server.shells.all.length;
      await reader.close();
      for (let waited = 0; server.shells.all.length === shells && waited < 5_000; waited += 50) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(server.shells.all).toHaveLength(shells - 1);
    });

    test("says before anything is asked why there is no session", async () => {
      const wrong = { userName: "svcNobody@ad.buitendienst.example", password: "s3cret-wrong" };
      const refused = await failureOf(
        openSession({ credential: () => Promise.resolve(wrong) }).read("Get-OrganizationConfig"),
      );
      expect(refused).toMatchObject({
        kind: "unauthorized",
        message: expect.stringMatching(/user name or the password/),
      });
      expect(String(refused)).not.toContain(wrong.password);
      const weak = await failureOf(openSession({}, "weak").read("Get-OrganizationConfig"));
      expect(weak).toMatchObject({ kind: "unauthorized", message: expect.stringMatching(/RemotePowerShellEnabled/) });
      const other = "99999999-2222-3333-4444-555555555555";
      const foreign = await failureOf(openSession({ tenantId: other }).read("Get-OrganizationConfig"));
      expect(foreign).toMatchObject({ kind: "unauthorized", message: expect.stringMatching(/not to 99999999/) });
      const open = { uri: "http://localhost/PowerShell/", authentication: "Basic" as const };
      const plain = await failureOf(openSession(open).read("Get-OrganizationConfig"));
      expect(plain).toMatchObject({ kind: "invalid", message: expect.stringMatching(/use https/) });
    });

    test("refuses a certificate that this machine does not trust", async () => {
      const stranger = await startSimulator({ flavour: "server" });
      const uri = stranger.server?.connectionUri ?? "";
      const refused = await failureOf(openSession({ uri }).read("Get-OrganizationConfig"));
      await stranger.close();
      expect(refused).toMatchObject({ message: expect.stringMatching(/certificate of .* is not trusted/) });
    });
  });
});
