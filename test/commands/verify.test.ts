// The proof repeated on a live tenant: it holds, it is broken by hand, it cannot be run; with read rights and no engine's update.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../commands/setup.mjs";
import type { Report } from "../../commands/verify/report.ts";
import { adviser, director, eva, gijs, makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const scope = "Scope-CallPro Calendar Access";
const assignment = "ApplicationImpersonation-CallPro Calendar Access";

describe("npm run verify", () => {
  let tenant: TestTenant;
  let stack: TestStack;
  let writes: number;
  const files: string[] = [];

  /** A configuration file beside the stack's own. */
  const writeConfiguration = (content: string): string => {
    const file = join(checkout, ".tmp", `Pulumi.${stack.name}-${files.length}.yaml`);
    writeFileSync(file, content);
    files.push(file);
    return file;
  };

  beforeAll(async () => {
    tenant = await startTenant();
    stack = await makeStack(tenant);
    expect(await stack.verify()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no access to prove"),
    });
    expect(await stack.up()).toMatchObject({ code: 0 });
    writes = tenant.running.journal.entries.length;
  }, 120_000);

  afterEach(() => {
    expect(tenant.running.journal.entries.length).toBe(writes);
  });

  afterAll(async () => {
    for (const file of files) rmSync(file);
    stack.close();
    await tenant.close();
  });

  const report = async (): Promise<{ code: number; report: Report }> => {
    const { code, stdout } = await stack.verify(["--json"]);
    return { code, report: JSON.parse(stdout) as Report };
  };

  /** Changes something by hand, proves, and changes it back. */
  const proveBetween = async (
    change: readonly [string, Record<string, string | boolean>],
    undo: readonly [string, Record<string, string | boolean>],
  ): ReturnType<typeof report> => {
    await tenant.byHand(...change);
    try {
      return await report();
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
    expect(stdout).toMatch(new RegExp(`${adviser} +yes +open`));
    expect(stdout).toMatch(new RegExp(`${director} +no +shut`));
    expect(stdout).toContain("Not proved:");
    expect(stdout).not.toContain("<- wrong");
  }, 60_000);

  test("as JSON it tells the same, with every mailbox that was asked about", async () => {
    const { code, report: told } = await report();
    expect(code).toBe(0);
    expect(told).toMatchObject({
      stack: stack.name,
      tenantId: tenant.running.credentials.tenantId,
      passed: true,
      asked: { reach: "group", mailboxes: [adviser, eva], mustStayOut: [director] },
      assignment: { name: assignment, enabled: true, writeScope: scope },
      findings: [],
      notes: [],
    });
    expect(told.probes.filter(({ listed }) => listed).map(({ mailbox }) => mailbox)).toEqual(
      expect.arrayContaining([adviser, eva]),
    );
    expect(told.probes.filter(({ listed }) => !listed).length).toBeGreaterThanOrEqual(6);
    expect(told.probes.every(({ listed, open }) => listed === open)).toBe(true);
  }, 60_000);

  test("a scope that was taken off the assignment fails it, and the director is named", async () => {
    const { code, report: told } = await proveBetween(
      ["Set-ManagementRoleAssignment", { Identity: assignment, RecipientRelativeWriteScope: "Organization" }],
      ["Set-ManagementRoleAssignment", { Identity: assignment, CustomRecipientWriteScope: scope }],
    );
    expect(code).toBe(1);
    expect(told).toMatchObject({ passed: false, assignment: { writeScope: "Organization" } });
    const texts = told.findings.map(({ text }) => text).join("\n");
    expect(texts).toContain("reaches beyond the listed mailboxes");
    expect(texts).toContain(director);
    expect(told.probes).toContainEqual({ mailbox: director, listed: false, open: true });
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
    expect(told.summary).toContain(`inside the scope but not listed: ${gijs}`);
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
