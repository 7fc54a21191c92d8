/** A stack whose channel is PowerShell, through the real engine: the same life, and no process that outlives a run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { executableVariable } from "../../exchange/powershell/shell.ts";
import { writeModule } from "../../simulator/powershell/module.ts";
import { describeWithPowerShell, powershell } from "../support/powershell.ts";
import { reachNow } from "../support/reach.ts";
import { makeStack, type TestStack } from "../support/stack.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { ad, eva, serviceUser } from "../support/people.ts";

const timeLimit = 180_000;

describeWithPowerShell("a stack that speaks to Exchange over PowerShell", () => {
  const folder = mkdtempSync(join(tmpdir(), "module-"));
  let tenant: TestTenant;
  let stack: TestStack;
  let before: unknown;

  beforeAll(async () => {
    tenant = await startTenant();
    writeModule(folder, tenant.running);
    process.env["PSModulePath"] = folder;
    process.env[executableVariable] = powershell;
    stack = await makeStack(tenant, { exchange: { channel: "powershell" } }, { hosts: "own" });
    before = tenant.dump();
  }, 60_000);
  afterAll(async () => {
    stack.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  /** PowerShells that run with this test's module. */
  function shells(): readonly string[] {
    return readdirSync("/proc").filter((pid) => {
      try {
        return (
          /^\d+$/.test(pid) &&
          readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PSModulePath=${folder}`) &&
          readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("-NonInteractive")
        );
      } catch {
        return false;
      }
    });
  }

  async function untilNoShell(): Promise<void> {
    for (let waited = 0; shells().length > 0 && waited < 20_000; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(shells()).toEqual([]);
  }

  const moduleCalls = (): number => tenant.calls().filter((operation) => /EXOModuleFile/.test(operation)).length;

  test(
    "is made and proved by up, which opens the listed mailboxes and no other",
    async () => {
      const { code, stdout, stderr } = await stack.up();
      expect(stdout + stderr).toMatch(/Resources:/);
      expect(code).toBe(0);
      expect(reachNow(tenant, serviceUser)).toEqual([ad, eva]);
      expect(tenant.running.journal.entries).toOpenNobodyBut([ad, eva]);
      expect(await stack.outputs()).toMatchObject({ impersonationVerification: { verdict: "passed" } });
      expect(stdout + stderr).not.toMatch(/eyJ[\w-]{20}/);
      await untilNoShell();
    },
    timeLimit,
  );

  test(
    "shows no changes in a preview, over PowerShell or over REST",
    async () => {
      tenant.running.requests.clear();
      const preview = ["preview", "--expect-no-changes", "--diff"];
      const over = await stack.run(preview);
      expect(over.stdout + over.stderr).not.toMatch(/error/i);
      expect(over.code).toBe(0);
      expect(moduleCalls()).toBeGreaterThan(0);
      stack.configure({ exchange: undefined });
      expect((await stack.run(preview)).code).toBe(0);
      stack.configure({ exchange: { channel: "powershell" } });
    },
    timeLimit,
  );

  test(
    "is found in order by verify",
    async () => {
      const { code, stdout } = await stack.verify();
      expect(stdout).toContain(ad);
      expect(code).toBe(0);
      await untilNoShell();
    },
    timeLimit,
  );

  test(
    "is gone without a trace after destroy",
    async () => {
      const { code } = await stack.destroy();
      expect(code).toBe(0);
      expect(stack.resources()).toEqual([]);
      expect(reachNow(tenant, serviceUser)).toEqual([]);
      tenant.running.settle();
      expect(tenant.dump()).toEqual(before);
      await untilNoShell();
    },
    timeLimit,
  );
});
