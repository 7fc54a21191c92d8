/** The session over a real PowerShell with the embedded tenant's module: what it does that no other channel does. */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { serverCmdlets } from "../../../exchange/cmdlets.ts";
import { connect } from "../../../exchange/powershell/connection.ts";
import type { Connection } from "../../../exchange/powershell/opening.ts";
import { powershellSession } from "../../../exchange/powershell/session.ts";
import type { PowerShellOptions } from "../../../exchange/powershell/session.ts";
import { NoShellError, Shell, tooOld } from "../../../exchange/powershell/shell.ts";
import type { ExchangeSession } from "../../../exchange/session.ts";
import { writeModule } from "../../../simulator/powershell/module.ts";
import { fakeToken } from "../exchangeServer.ts";
import { fakeWaits } from "../../network/fakeWaits.ts";
import { startTenant } from "../../simulator/tenant.ts";
import type { TestTenant } from "../../simulator/tenant.ts";
import { lend } from "../../support/lentShell.ts";
import { describeWithPowerShell, powershell } from "../../support/powershell.ts";
import { failureOf } from "../../support/tenant.ts";

// Each start of a PowerShell takes a second, and more where others work beside it.
jest.setTimeout(120_000);

describeWithPowerShell("a session over PowerShell", () => {
  let tenant: TestTenant;
  let folder: string;
  let before: string | undefined;
  const open: ExchangeSession[] = [];
  const shell = { executable: powershell ?? "", grace: 500 };

  beforeAll(async () => {
    tenant = await startTenant();
    folder = mkdtempSync(join(tmpdir(), "module-"));
    writeModule(folder, tenant);
    before = process.env["PSModulePath"];
  });
  beforeEach(() => {
    process.env["PSModulePath"] = folder;
    tenant.reset();
    tenant.requests.clear();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    if (before === undefined) delete process.env["PSModulePath"];
    else process.env["PSModulePath"] = before;
    rmSync(folder, { recursive: true });
    for (const session of open) await session.close();
    await tenant.close();
  });

  function openSession(options: Partial<PowerShellOptions> = {}): ExchangeSession {
    const session = powershellSession({
      tenantId: tenant.credentials.tenantId,
      token: () => tenant.signIn(),
      organization: () => Promise.resolve(tenant.simulator.tenant.initialDomain),
      waits: fakeWaits(),
      retry: { attempts: 2, firstPause: 10, longestPause: 20, budget: 60_000 },
      shell,
      ...options,
    });
    open.push(session);
    return session;
  }

  const groups = (): readonly string[] => tenant.simulator.tenant.roleGroups.map(({ name }) => name);
  const asked = (): readonly string[] => tenant.requests.describe().requests.flatMap(({ operation }) => operation);

  /** The last connection that was opened for good: what is not about the start of a PowerShell goes over it. */
  let last: Connection;
  const keep: typeof connect = async (options) => (last = await connect(options));
  const reuse: typeof connect = (options) => (last.shell.isAlive ? Promise.resolve(last) : keep(options));

  test("starts nothing before its first call, connects once, and brings the cmdlets that the caller's roles hold", async () => {
    const session = openSession({ token: () => tenant.signIn("reader"), connect: keep });
    expect(session.requests).toBe(0);
    await Promise.all([session.read("Get-RoleGroup"), session.read("Get-ManagementScope")]);
    await session.read("Get-OrganizationConfig");
    expect(session.requests).toBe(2);
    expect(asked().filter((operation) => /EXOModuleFile/.test(operation))).toHaveLength(1);
    const reader = await session.allowedCmdlets();
    expect(reader).toContain("Get-RoleGroup");
    expect(reader).not.toContain("New-RoleGroup");
    lend(last.shell);
    const allowed = await openSession({ connect: keep }).allowedCmdlets();
    expect(allowed).toContain("New-ManagementRoleAssignment");
  });

  test("gives back what was written, in any letters", async () => {
    const session = openSession({ connect: reuse });
    const Name = `Groep "één" $(Get-Date) 'x' \u{1F4C5} ${"n".repeat(30)}`;
    const [made] = await session.write("New-RoleGroup", { Name, Description: "line\nline" });
    tenant.settle();
    const [read] = await session.read("Get-RoleGroup", { Identity: String(made?.["Guid"]) });
    expect(read).toMatchObject({ Name, Description: "line\nline", Members: [], Guid: made?.["Guid"] });
    expect(read?.["WhenCreatedUTC"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("does not know what a write did that PowerShell did not answer, and goes on in a new one", async () => {
    const session = openSession({ deadline: 3_000, connect: reuse });
    await session.read("Get-OrganizationConfig");
    tenant.faults.set([{ match: { operation: "New-RoleGroup" }, effect: "slowAnswer", ms: 8_000 }]);
    const failure = await failureOf(session.write("New-RoleGroup", { Name: "Slow" }));
    expect(failure).toMatchObject({ kind: "unknownOutcome" });
    expect(groups()).toContain("Slow");
    expect(await session.read("Get-RoleGroup", { Identity: "Slow" })).toHaveLength(1);
  });

  test("does not know what a write did whose PowerShell was killed, and finds in a new one what had landed", async () => {
    let pid = 0;
    const session = openSession({
      connect: async (options) => {
        const connection = await reuse(options);
        const call = { cmdlet: "Get-Variable", parameters: { Name: "PID" }, select: ["Value"] };
        const [result] = await connection.shell.run([call], 10_000);
        pid = Number(result?.objects[0]?.["Value"]);
        return connection;
      },
    });
    await session.read("Get-OrganizationConfig");
    tenant.faults.set([{ match: { operation: "New-RoleGroup" }, effect: "slowAnswer", ms: 60_000 }]);
    const failure = failureOf(session.write("New-RoleGroup", { Name: "Killed" }));
    while (!groups().includes("Killed")) await new Promise((resolve) => setTimeout(resolve, 10));
    const first = pid;
    process.kill(first, "SIGKILL");
    expect(await failure).toMatchObject({ kind: "unknownOutcome" });
    expect(await session.read("Get-RoleGroup", { Identity: "Killed" })).toHaveLength(1);
    expect(pid).not.toBe(first);
  });

  test("connects anew before its token ends", async () => {
    const waits = fakeWaits();
    let expires = waits.now() + 3_600_000;
    const real = await tenant.signIn();
    const [head = "", body = "", end = ""] = real.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const token = async (): Promise<string> =>
      [head, Buffer.from(JSON.stringify({ ...claims, exp: expires / 1000 })).toString("base64url"), end].join(".");
    const connected: number[] = [];
    const session = openSession({
      waits,
      token,
      connect: async (options) => {
        connected.push(waits.now());
        const open = connected.length === 1 ? reuse : keep;
        const connection = await open({ ...options, token: () => tenant.signIn() });
        return { ...connection, expires };
      },
    });
    await session.read("Get-RoleGroup");
    await session.read("Get-ManagementScope");
    expect(connected).toHaveLength(1);
    await waits.sleep(3_400_000, "the token to end");
    expires += 3_600_000;
    await session.read("Get-ManagementRole", { Identity: "Mail Recipients" });
    expect(connected).toHaveLength(2);
  });

  const nothing = (): void => undefined;
  const withLast = (): void => lend(last.shell);
  const tooOldOne = (): void => {
    jest.spyOn(Shell, "start").mockRejectedValue(new NoShellError(tooOld("pwsh", "7.4.6")));
  };
  const noModule = (): void => {
    process.env["PSModulePath"] = tmpdir();
  };
  const token = (tenantId: string) => () => Promise.resolve(fakeToken(tenantId));
  const ours = token("11111111-2222-3333-4444-555555555555");
  const others = token("99999999-0000-4000-8000-000000000000");
  test.each([
    ["no module", noModule, {}, /has no module ExchangeOnlineManagement of version 3\.5\.0 or newer/],
    ["no PowerShell", nothing, { shell: { executable: "/nowhere/pwsh" } }, /there is no \/nowhere\/pwsh\. Install/],
    ["a PowerShell that is too old", tooOldOne, {}, /pwsh is PowerShell 7\.4\.6, which is too old/],
    ["credentials that Exchange does not take", withLast, { token: ours }, /no connection: UnAuthorized/],
    ["a token for another tenant", withLast, { token: others }, /the access token is for tenant 99999999/],
    ["no sign-in", withLast, { token: () => Promise.reject(new Error("AADSTS7000215")) }, /no access token: AADSTS7/],
  ] as const)("says what is missing before anything is written: %s", async (_, arrange, options, message) => {
    arrange();
    const before = groups();
    const failure = await failureOf(openSession(options).write("New-RoleGroup", { Name: "Early" }));
    expect(failure.message).toMatch(message);
    expect(failure).toMatchObject({ kind: arrange === withLast ? "unauthorized" : "other" });
    expect(groups()).toEqual(before);
  });

  test("does the same in the process's own runspace", async () => {
    const session = openSession({ shell: { ...shell, inHost: true } });
    const [group] = await session.read("Get-RoleGroup", { Identity: "Organization Management" });
    expect(group?.["Roles"]).toContain("Mail Recipients");
    expect(await failureOf(session.read("Get-RoleGroup", { Identity: "Nobody's" }))).toMatchObject({
      kind: "notFound",
    });
    await session.write("New-RoleGroup", { Name: "Here" });
    tenant.settle();
    await session.write("Remove-RoleGroup", { Identity: "Here" });
    expect(groups()).not.toContain("Here");
  });
});

test("the project runs no cmdlet that a connection would not bring", () => {
  const files = globSync("{resources,commands,stacks,connection}/**/*.ts");
  const named = files.flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(/"((?:Get|Set|New|Remove|Add|Update|Enable|Test)-[A-Z]\w+)"/g),
  ]);
  const missing = named.map(([, cmdlet = ""]) => cmdlet).filter((cmdlet) => !serverCmdlets.includes(cmdlet));
  expect([...new Set(missing)]).toEqual([]);
});
