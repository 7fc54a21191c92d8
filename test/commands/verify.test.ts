// The proof repeated on a live tenant: it holds, it is broken by hand, it cannot be run; with read rights and no
// engine's update; and what Graph itself answers the application.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { exitCodeOf, verify } from "../../commands/verify.ts";
import type { Report } from "../../commands/verify/report.ts";
import { makeCertificate } from "../identity/certificates.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, gijs, dirk } from "../support/people.ts";

const scope = "Scope-CallPro Calendar Access";
const assignment = "ApplicationImpersonation-CallPro Calendar Access";
const hour = 3_600_000;

let tenant: TestTenant;
let stack: TestStack;
let folder: string;
/** The environment that holds the app's own credential. */
let own: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
  const soon = makeCertificate("calendar-sync", new Date(Date.now() + 20.5 * 24 * hour));
  writeFileSync(join(folder, "public.pem"), soon.certificate);
  writeFileSync(join(folder, "private.pem"), `${soon.key}${soon.certificate}`);
  own = { APPLICATION_CERTIFICATE_PATH: join(folder, "private.pem") };
  tenant = await startTenant();
  const application = { certificates: [join(folder, "public.pem")] };
  stack = await makeStack(tenant, { access: ["impersonation", "application"], application });
  expect(await stack.verify()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no access to prove"),
  });
  // The first up fails at its proof, because somebody else has a key by then; verify says so, too.
  const running = stack.up();
  while (idOfOwnApp() === "") await sleep(20);
  const path = `/applications/${idOfOwnApp()}`;
  const { keyId } = await tenant.graph("POST", `${path}/addPassword`, {});
  const first = await running;
  expect(first.code).not.toBe(0);
  expect(first.stdout + first.stderr).toMatch(/somebody else gets in: the app registration has the client secret/);
  expect(await stack.verify()).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/the app registration has the client secret/),
  });
  await tenant.graph("POST", `${path}/removePassword`, { keyId });
  expect(await stack.up()).toMatchObject({ code: 0 });
}, 180_000);

/** Object id of the registration that the stack made. */
function idOfOwnApp(): string {
  const own = tenant.tenant.applications.find(({ displayName }) => displayName === "CallPro Calendar Access");
  return own?.id ?? "";
}

afterAll(async () => {
  stack.close();
  rmSync(folder, { recursive: true, force: true });
  await tenant.close();
});

describe("npm run verify", () => {
  let writes: number;

  /** A configuration file beside the stack's own. */
  const writeConfiguration = (content: string): string => {
    const file = join(folder, `Pulumi.${stack.name}-${randomUUID()}.yaml`);
    writeFileSync(file, content);
    return file;
  };

  beforeEach(() => {
    writes = tenant.running.journal.entries.length;
  });

  afterEach(() => {
    expect(tenant.running.journal.entries.length).toBe(writes);
  });

  const report = async (): Promise<{ code: number; report: Report }> => {
    const { code, stdout } = await stack.verify(["--json"]);
    return { code, report: JSON.parse(stdout) as Report };
  };

  type ByHand = readonly [string, Record<string, string | boolean>];

  /** Changes something by hand, proves, and changes it back. */
  const proveBetween = (change: ByHand, undo: ByHand): ReturnType<typeof report> => askBetween(change, undo, report);

  const askBetween = async <T>(change: ByHand, undo: ByHand, ask: () => Promise<T>): Promise<T> => {
    await tenant.byHand(...change);
    try {
      return await ask();
    } finally {
      await tenant.byHand(...undo);
      writes = tenant.running.journal.entries.length;
    }
  };

  test("an access that is as asked for passes, and says what is not proved", async () => {
    const { code, stdout } = await stack.verify();
    expect(code).toBe(0);
    expect(stdout).toContain("The access is as asked for");
    expect(stdout).toContain("the whole mailbox, not the calendar alone");
    expect(stdout).toMatch(new RegExp(`${ad} +yes +open`));
    expect(stdout).toMatch(new RegExp(`${dirk} +no +shut`));
    expect(stdout).toContain("Not proved:");
    expect(stdout).not.toContain("<- wrong");
  }, 60_000);

  test("as JSON it tells the same, with every mailbox that was asked about", async () => {
    const { code, report: told } = await report();
    expect(code).toBe(0);
    expect(told).toMatchObject({
      schema: 1,
      stack: stack.name,
      tenantId: tenant.running.credentials.tenantId,
      passed: true,
      impersonation: {
        asked: { reach: "group", mailboxes: [ad, eva], mustStayOut: [dirk] },
        assignments: [{ id: expect.any(String), name: assignment, enabled: true, writeScope: scope }],
        scopedAccess: { holds: true, findings: [] },
        widerAccess: { none: true, findings: [] },
      },
      application: { passed: true },
      notes: [],
    });
    const probes = told.impersonation?.probes ?? [];
    expect(probes.filter(({ listed }) => listed).map(({ mailbox }) => mailbox)).toEqual(
      expect.arrayContaining([ad, eva]),
    );
    expect(probes.filter(({ listed }) => !listed).length).toBeGreaterThanOrEqual(6);
    expect(probes.every(({ listed, open }) => listed === open)).toBe(true);
  }, 60_000);

  test("the report is one file that names each object as the tenant has it, and has verify's exit code", async () => {
    const file = join(folder, "report.html");
    const asked = ["--language", "en", "--out", file];
    expect(await stack.report(asked)).toMatchObject({ code: 0, stdout: expect.stringContaining(file) });
    const page = readFileSync(file, "utf8");
    for (const name of [scope, assignment, "SecurityGroup-CallPro Calendar Access", ad, eva]) {
      expect(page).toContain(name);
    }
    for (const what of ["Role group", "Service user", "App registration", "Enterprise app", "Certificates of"]) {
      expect(page).toContain(`<th scope="row">${what}`);
    }
    expect(page).toContain("The access is as asked for.");
    expect(page).not.toContain("(the state tells no name)");
    expect(page).not.toMatch(/<script|https?:/);
    expect(await stack.report(["--language", "de"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("nothing was written: --language"),
    });
  }, 60_000);

  test("a scope that was taken off the assignment fails it, and the director is named", async () => {
    const { code, report: told } = await proveBetween(
      ["Set-ManagementRoleAssignment", { Identity: assignment, RecipientRelativeWriteScope: "Organization" }],
      ["Set-ManagementRoleAssignment", { Identity: assignment, CustomRecipientWriteScope: scope }],
    );
    expect(code).toBe(1);
    expect(told).toMatchObject({ passed: false, impersonation: { assignments: [{ writeScope: "Organization" }] } });
    const scoped = told.impersonation?.scopedAccess.findings ?? [];
    const wider = told.impersonation?.widerAccess.findings ?? [];
    const texts = [...scoped, ...wider].map(({ text }) => text).join("\n");
    expect(texts).toContain("reaches beyond the listed mailboxes");
    expect(texts).toContain(dirk);
    expect(told.impersonation?.probes).toContainEqual({ mailbox: dirk, listed: false, open: true });
  }, 60_000);

  test("the report of a broken access says so, in Dutch, and on the terminal", async () => {
    const file = join(folder, "broken.html");
    const told = await askBetween(
      ["Set-ManagementRoleAssignment", { Identity: assignment, Enabled: false }],
      ["Set-ManagementRoleAssignment", { Identity: assignment, Enabled: true }],
      () => stack.report(["--out", file]),
    );
    expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining("The access is NOT as asked for.") });
    const page = readFileSync(file, "utf8");
    expect(page).toContain("De toegang is NIET zoals afgesproken.");
    expect(page).toContain(`de roltoewijzing &quot;${assignment}&quot; is uitgeschakeld`);
    expect(page).toContain("Op de lijst, maar dicht: 2");
  }, 60_000);

  test("a mailbox that somebody put into the group fails it", async () => {
    const member = {
      Identity: "SecurityGroup-CallPro Calendar Access",
      Member: gijs,
      BypassSecurityGroupManagerCheck: true,
    };
    const { code, report: told } = await proveBetween(
      ["Add-DistributionGroupMember", member],
      ["Remove-DistributionGroupMember", member],
    );
    expect(code).toBe(1);
    expect(told.impersonation?.summary).toContain(`inside the scope but not listed: ${gijs}`);
  }, 60_000);

  test("somebody who joined the role group fails it by name, though the lists are as asked for", async () => {
    const member = { Identity: "CallPro Calendar Access", Member: gijs, BypassSecurityGroupManagerCheck: true };
    const { code, report: told } = await proveBetween(
      ["Add-RoleGroupMember", member],
      ["Remove-RoleGroupMember", member],
    );
    expect(code).toBe(1);
    expect(told.impersonation?.whoGetsIn).toMatchObject({
      nobodyElse: false,
      findings: [{ text: expect.stringContaining(`${gijs} (`) }],
    });
    expect(told).toMatchObject({ passed: false, application: { passed: true, whoGetsIn: { nobodyElse: true } } });
  }, 60_000);

  test("an identity that may only read can prove; a list that was changed since the last up is noted", async () => {
    const own = stack.files().configuration;
    const { credentials, applications } = tenant.running;
    const { clientId, clientSecret } = applications["reader"] ?? { clientId: "?", clientSecret: "?" };
    const file = writeConfiguration(own.replace(credentials.clientId, clientId).replace(eva, gijs));
    const result = await stack.verify(["--config-file", file], { ARM_CLIENT_SECRET: clientSecret });
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain(`changed since the last up (${gijs} added; ${eva} taken off)`);
  }, 60_000);

  test("a secret that only the stack holds is decrypted for it, and never shown", async () => {
    const { clientSecret } = tenant.running.credentials;
    const file = writeConfiguration(stack.files().configuration);
    const set = ["config", "set", "--secret", "azuread:clientSecret", clientSecret, "--config-file", file];
    expect(await stack.run(set)).toMatchObject({ code: 0 });
    const options = ["--config-file", file];
    const { code, stdout, stderr } = await stack.verify(options, { ARM_CLIENT_SECRET: "" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).not.toContain(clientSecret);
    const locked = { ARM_CLIENT_SECRET: "", PULUMI_CONFIG_PASSPHRASE: "wrong" };
    expect(await stack.verify(options, locked)).toMatchObject({ code: 2 });
  }, 60_000);

  test.each([
    [
      "credentials of another customer",
      [],
      { ARM_TENANT_ID: "22222222-2222-3333-4444-555555555555" },
      "another customer",
    ],
    ["a wrong secret", [], { ARM_CLIENT_SECRET: "wrong" }, "Invalid client secret"],
    ["an unknown option", ["--loud"], {}, "usage: npm run verify"],
    ["a stack that does not exist", ["--stack", "nobody"], {}, "no stack named 'nobody'"],
  ])(
    "with %s it is not run, and says why",
    async (_what, args, environment, reason) => {
      const { code, stdout, stderr } = await stack.verify(["--json", ...args], environment);
      expect(code).toBe(2);
      expect(stderr).toContain(reason);
      expect(JSON.parse(stdout)).toMatchObject({ passed: null, error: expect.stringContaining(reason) });
    },
    60_000,
  );
});

describe("npm run verify with an application", () => {
  const group = "SecurityGroup-CallPro Calendar Access";
  const role = "Application Calendars.ReadWrite";

  /** The proof in this process: what the command adds, its options and its output, is tested above. */
  const prove = async (environment: Record<string, string> = {}) => {
    const writes = tenant.running.journal.entries.length;
    const lines: string[] = [];
    const found = await verify({ stack: stack.name }, (line) => lines.push(line), {
      ...stack.environment,
      ...environment,
    });
    expect(tenant.running.journal.entries.length).toBe(writes);
    const text = JSON.stringify(found);
    const [, keyLine = "?"] = readFileSync(join(folder, "private.pem"), "utf8").split("\n");
    expect(text + lines.join()).not.toContain(keyLine);
    const report = JSON.parse(text) as Report;
    return { code: exitCodeOf(report), report, application: report.application, live: report.application?.app?.live };
  };

  /** Runs something while the tenant keeps for five hours what it found about a principal; then all is as before. */
  const withCache = async (act: () => Promise<void>): Promise<void> => {
    const { clock, simulator } = tenant.running;
    const usual = simulator.delays.authorizationCache;
    const restore = tenant.save();
    simulator.delays.authorizationCache = 5 * hour;
    try {
      await act();
    } finally {
      simulator.delays.authorizationCache = usual;
      restore();
      clock.reset();
    }
  };

  const member = (address: string) => ({ Identity: group, Member: address, BypassSecurityGroupManagerCheck: true });

  test("both modes are proved, each by itself, and the app by three verdicts", async () => {
    const { code, report, application } = await prove();
    expect({ code, passed: report.passed, notes: report.notes }).toEqual({ code: 0, passed: true, notes: [] });
    expect(report.impersonation).toMatchObject({ passed: true, asked: { mailboxes: [ad, eva] } });
    expect(application).toMatchObject({
      passed: true,
      asked: { reach: "group", roles: [role], mailboxes: [ad, eva], mustStayOut: [dirk] },
      opens: [{ role, part: "calendars" }],
      assignments: [{ role, enabled: true, writeScope: scope }],
      scopedAccess: { holds: true, findings: [] },
      widerAccess: { none: true, findings: [] },
      whoGetsIn: { nobodyElse: true, findings: [], accepted: [] },
      notes: [{ code: "certificateEnding", days: 20, remedy: "addSuccessor" }],
      app: { certificates: [{ daysLeft: 20 }], live: null },
    });
    expect(application?.probes).toContainEqual({ mailbox: dirk, listed: false, open: false });
    expect(application?.notProved.map(({ text }) => text).join()).toContain("permission cache");
  }, 60_000);

  test("a key that somebody added to the app fails the proof, and its table names the key", async () => {
    const restore = tenant.save();
    const [app] = tenant.tenant.applications.filter(({ displayName }) => displayName === "CallPro Calendar Access");
    const key = Buffer.from(makeCertificate("stranger").certificate).toString("base64");
    const added = { type: "AsymmetricX509Cert", usage: "Verify", keyId: randomUUID(), key };
    app?.keyCredentials.push(added);
    try {
      const { code, application } = await prove();
      expect(code).toBe(1);
      expect(application).toMatchObject({ passed: false, scopedAccess: { holds: true }, widerAccess: { none: true } });
      expect(application?.whoGetsIn.findings).toMatchObject([
        { code: "foreignKey", keyId: added.keyId, mayPass: false, text: expect.stringContaining(added.keyId) },
      ]);
      expect((await stack.verify()).stdout).toMatch(
        /who gets in +SOMEBODY ELSE[^]*Gets in, too:\n +- the app registration/,
      );
    } finally {
      restore();
    }
  }, 60_000);

  test("without the app's own credential the live probe names the variables, an own app's first", async () => {
    const { stdout } = await stack.verify();
    expect(stdout).toMatch(/live probe +not run: .*\(APPLICATION_CERTIFICATE_PATH, or APPLICATION_CLIENT_SECRET\)/);
  }, 60_000);

  test("with the app's own credential, Graph opens the listed calendars and no others", async () => {
    const { code, stdout } = await stack.verify([], own);
    expect(code).toBe(0);
    expect(stdout).toContain("calendars only (Application Calendars.ReadWrite)");
    expect(stdout).toMatch(/scoped access +holds/);
    expect(stdout).toMatch(/wider access +none/);
    expect(stdout).toMatch(/live probe +2 allowed, 6 denied/);
    expect(stdout).toMatch(new RegExp(`${ad} +yes +open +allowed`));
    expect(stdout).toMatch(new RegExp(`${dirk} +no +shut +denied`));
    expect(stdout).not.toContain("<- wrong");
  }, 60_000);

  test("a consent that opens every calendar fails the second verdict, and Graph shows it open", async () => {
    const { servicePrincipals, appRoleAssignments } = tenant.tenant;
    const graph = servicePrincipals.find(({ appId }) => appId.startsWith("00000003-0000-0000-c000"));
    const right = graph?.appRoles.find(({ value }) => value === "Calendars.Read");
    const app = servicePrincipals.find(({ displayName }) => displayName === "CallPro Calendar Access");
    if (graph === undefined || right === undefined || app === undefined) throw new Error("the seed has no such app");
    const consent = { id: "a-consent", appRoleId: right.id, principalId: app.id, resourceId: graph.id };
    appRoleAssignments.push({ ...consent, createdDateTime: "2026-01-01T00:00:00Z" });
    try {
      const { code, report, application, live } = await prove(own);
      expect(code).toBe(1);
      expect(report).toMatchObject({ passed: false, impersonation: { passed: true } });
      expect(application).toMatchObject({
        passed: false,
        scopedAccess: { holds: true },
        widerAccess: { none: false },
        app: { consents: [{ permission: "Calendars.Read", resource: "Microsoft Graph", inheritedFrom: "" }] },
      });
      expect(live).toMatchObject({ passed: false });
      expect(live?.mailboxes).toContainEqual({ mailbox: dirk, listed: false, outcome: "open" });
    } finally {
      tenant.tenant.appRoleAssignments = appRoleAssignments.filter(({ id }) => id !== consent.id);
    }
  }, 60_000);

  test("a new mailbox that Graph refuses is not yet effective; two hours later it is refused", async () => {
    await withCache(async () => {
      await tenant.byHand("Remove-DistributionGroupMember", member(eva));
      // The app is used: what it may do without Eva is remembered.
      expect((await prove(own)).code).toBe(1);
      await tenant.byHand("Add-DistributionGroupMember", member(eva));
      const early = await prove(own);
      expect(early.code).toBe(0);
      expect(early.live).toMatchObject({ passed: true, findings: [] });
      expect(early.live?.mailboxes).toContainEqual({ mailbox: eva, listed: true, outcome: "not yet effective" });
      expect(early.live?.notes.map(({ text }) => text).join()).toContain("Leave the app idle for 30 minutes");
      tenant.running.clock.advance(2.5 * hour);
      const late = await prove(own);
      expect(late.code).toBe(1);
      expect(late.application).toMatchObject({ scopedAccess: { holds: true }, app: { live: { passed: false } } });
      expect(late.live?.mailboxes).toContainEqual({ mailbox: eva, listed: true, outcome: "refused" });
      tenant.running.clock.advance(2.5 * hour);
      expect(await prove(own)).toMatchObject({ code: 0, live: { passed: true, notes: [] } });
    });
  }, 60_000);

  test("a calendar that the cache keeps open after a right is gone is still open; two hours later it is open", async () => {
    await withCache(async () => {
      const app = tenant.tenant.exchangeServicePrincipals[0]?.objectId ?? "";
      const wide = { Name: "Tenant-wide by hand", Role: "Application Calendars.Read", App: app };
      await tenant.byHand("New-ManagementRoleAssignment", wide);
      const during = await prove(own);
      expect(during.application).toMatchObject({ passed: false, widerAccess: { none: false } });
      expect(during.live?.mailboxes).toContainEqual({ mailbox: dirk, listed: false, outcome: "open" });
      await tenant.byHand("Remove-ManagementRoleAssignment", { Identity: wide.Name });
      const early = await prove(own);
      expect(early.code).toBe(1);
      expect(early.application).toMatchObject({ passed: false, widerAccess: { none: true } });
      expect(early.live?.findings).toMatchObject([{ mayPass: true, text: expect.stringContaining(dirk) }]);
      expect(early.live?.mailboxes).toContainEqual({ mailbox: dirk, listed: false, outcome: "still open" });
      tenant.running.clock.advance(2.5 * hour);
      const late = await prove(own);
      expect(late.code).toBe(1);
      expect(late.live?.mailboxes).toContainEqual({ mailbox: dirk, listed: false, outcome: "open" });
      tenant.running.clock.advance(2.5 * hour);
      expect(await prove(own)).toMatchObject({ code: 0, live: { passed: true } });
    });
  }, 60_000);

  test.each([
    ["a certificate that is not the app's", () => makeCertificate("stranger"), /AADSTS\d+/],
    ["a certificate file without a key", () => ({ key: "", certificate: "none" }), /private key|PKCS#12/],
  ])(
    "with %s the proof is told all the same, and that the live probe was not run",
    async (_what, make, reason) => {
      const { key, certificate } = make();
      const file = join(folder, "wrong.pem");
      writeFileSync(file, `${key}${certificate}`);
      const { code, report, application, live } = await prove({ APPLICATION_CERTIFICATE_PATH: file });
      expect(code).toBe(2);
      expect(report).toMatchObject({ passed: null, impersonation: { passed: true } });
      expect(application).toMatchObject({ passed: null, scopedAccess: { holds: true }, widerAccess: { none: true } });
      expect(live).toMatchObject({ passed: null, error: expect.stringMatching(reason), mailboxes: [] });
    },
    60_000,
  );

  test("an app that somebody disabled fails the proof, though it cannot sign in to be tried", async () => {
    const app = tenant.tenant.servicePrincipals.find(({ displayName }) => displayName === "CallPro Calendar Access");
    if (app === undefined) throw new Error("the enterprise app is gone");
    app.accountEnabled = false;
    const { code, application, live } = await prove(own);
    app.accountEnabled = true;
    expect(code).toBe(1);
    expect(application).toMatchObject({ passed: false, scopedAccess: { holds: false } });
    expect(live).toMatchObject({ passed: null, error: expect.stringContaining("signing in") });
  }, 60_000);

  test("a stack that asks for less than it holds says so", async () => {
    stack.configure({ access: ["application"] });
    const { code, report } = await prove();
    stack.configure({ access: ["impersonation", "application"] });
    expect(code).toBe(0);
    expect(report.notes.map(({ text }) => text).join()).toContain("access impersonation taken off");
  }, 60_000);

  test("a mode whose check is missing from the state is never passed over", async () => {
    const { code, stdout } = await stack.run(["stack", "export"]);
    expect(code).toBe(0);
    const exported = JSON.parse(stdout) as { deployment: { resources: { type: string }[] } };
    const { deployment } = exported;
    const resources = deployment.resources.filter(({ type }) => !type.endsWith(":ApplicationCheck"));
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify({ ...exported, deployment: { ...deployment, resources } }));
    expect(await stack.run(["stack", "import", "--file", file])).toMatchObject({ code: 0 });
    const { code: result, report } = await prove();
    expect(result).toBe(2);
    expect(report).toMatchObject({ passed: null, impersonation: { passed: true }, application: null });
    expect(report.notes.map(({ text }) => text).join()).toContain(
      "NOT PROVED: the stack also holds objects of the access mode application",
    );
  }, 60_000);
});
