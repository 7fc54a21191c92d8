// A run is killed in the middle of a create: the lock goes only when its owner is dead, and the stack works again.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { engine } from "../../../commands/engine/engine.ts";
import { lockFolder } from "../../../commands/engine/backend.ts";
import { readLocks } from "../../../commands/engine/lock.ts";
import { readNotes } from "../../../commands/engine/lockOwner.ts";
import { recover } from "../../../commands/engine/recovery.ts";
import { lockAdvice } from "../../../commands/run/lockAdvice.ts";
import { readCall } from "../../../commands/run/state.ts";
import { checkout } from "../../../commands/setup/checkout.mjs";
import { until } from "../../support/processes.ts";
import { SlowProgram, waitForEnd } from "./slowProgram.ts";

describe("recovering a stack after its run was killed", () => {
  const program = new SlowProgram();
  const before = { ...process.env };

  beforeAll(async () => {
    Object.assign(process.env, program.environment(0));
    expect(await program.run("stack", "init", "test")).toMatchObject({ code: 0 });
  });

  afterAll(() => {
    process.env = before;
    program.remove();
  });

  const recoverTest = async (force = false): Promise<{ code: number; said: string }> => {
    const lines: string[] = [];
    const code = await recover("test", program.folder, (line) => lines.push(line), force);
    return { code, said: lines.join("\n") };
  };
  /** What the wrapper says after a command of the engine that failed. */
  const adviceFor = async (command: string): Promise<string[]> => {
    const call = readCall([command, "--stack", "test"]);
    return call === undefined ? [] : lockAdvice(call, process.env, program.folder);
  };
  const backend = (): string => process.env["PULUMI_BACKEND_URL"] ?? "";
  const locks = () => readLocks(lockFolder(backend(), "slow", "test") ?? "?");

  test("a living run keeps its lock; a killed one loses it and its pending operation, and the next up succeeds", async () => {
    const run = await program.startUp(engine().binary, [], 60_000);
    const [lock] = locks();
    expect(lock?.owner?.pid).toBe(run.pid);
    expect((await adviceFor("destroy")).join()).toContain("the stack test is locked by ");

    await until("the owner to be noted", () => lock !== undefined && readNotes(backend(), lock).length === 1);

    for (const force of [false, true]) {
      const living = await recoverTest(force);
      expect(living.code).toBe(1);
      expect(living.said).toContain(`process ${run.pid} (pulumi) is at work`);
      expect(existsSync(lock?.path ?? "?")).toBe(true);
    }

    run.kill("SIGKILL");
    expect(await waitForEnd(run)).toBe("SIGKILL");
    const blocked = await program.run("up", "--stack", "test", "--yes", "--skip-preview");
    expect(blocked.stderr + blocked.stdout).toContain("currently locked");
    expect(await adviceFor("up")).toEqual([
      expect.stringMatching(
        new RegExp(
          `^the stack test is locked by .* on ${hostname()} since \\d{4}-.*: its owner, process ${run.pid}, is gone\\. npm run recover -- --stack test releases it\\.`,
        ),
      ),
    ]);
    expect(await adviceFor("preview")).toEqual([]);

    const killed = await recoverTest();
    expect(killed.code).toBe(0);
    expect(killed.said).toContain("is gone");
    // It says so, unless another run of this checkout, which ends such processes too, was quicker (hosts.test.ts).
    expect(program.processes()).toEqual([]);
    expect(killed.said).toContain("cleared: creating pulumi-nodejs:dynamic:Resource slow");
    expect(killed.said).toContain("next: npm run pulumi -- up --stack test");
    expect(locks()).toEqual([]);

    const state = await program.run("stack", "export", "--stack", "test");
    expect(state.stdout).not.toContain("pending_operations");
    expect(await program.run("up", "--stack", "test", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    const idle = await recoverTest();
    expect(idle.code).toBe(0);
    expect(idle.said).toContain("not locked");
    expect(idle.said).toContain("nothing to recover");
    expect(await adviceFor("up")).toEqual([]);
    expect(idle.said).not.toContain("goes on where the run ended");
  }, 90_000);

  const canUnshare = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status === 0;
  (canUnshare ? test : test.skip)(
    "a run in another PID namespace keeps its lock and its state, and loses them by force only",
    async () => {
      const command = join(checkout, "commands", "pulumi.ts");
      const node = join(checkout, "node_modules", ".bin", "node");
      const inside = ["--pid", "--fork", "--mount-proc", "--kill-child", node, command];
      await program.run("destroy", "--stack", "test", "--yes", "--skip-preview");
      const run = await program.startUp("unshare", inside, 60_000);
      const [lock] = locks();
      await until("the owner to be noted", () => lock !== undefined && readNotes(backend(), lock).length === 1);
      const before = await program.run("stack", "export", "--stack", "test");
      const refused = await recoverTest();
      expect(refused.code).toBe(1);
      expect(refused.said).toContain("lives in another PID namespace (a container) of this machine");
      expect(refused.said).toContain("npm run recover -- --stack test --force");
      expect(locks()).toHaveLength(1);
      expect(await program.run("stack", "export", "--stack", "test")).toEqual(before);

      run.kill("SIGKILL");
      await waitForEnd(run);
      expect(await recoverTest()).toMatchObject({ code: 1 });
      const forced = await recoverTest(true);
      expect(forced.code).toBe(0);
      expect(forced.said).toMatch(
        /^lock of .* released by force: its owner, process \d+, lives in another PID namespace/m,
      );
      expect(forced.said).toContain("cleared: creating pulumi-nodejs:dynamic:Resource slow");
      expect(locks()).toEqual([]);
    },
    90_000,
  );

  test("a lock of a run that nobody noted stays, though its process is gone", async () => {
    const folder = lockFolder(backend(), "slow", "test") ?? "?";
    const ended = spawnSync("true").pid;
    const lock = { pid: ended, username: "ann", hostname: hostname(), timestamp: new Date().toISOString() };
    writeFileSync(join(folder, "0b0e4a52-0000-4000-8000-000000000001.json"), JSON.stringify(lock));
    const result = await recoverTest();
    expect(result.code).toBe(1);
    expect(result.said).toContain("the run was not started with npm run pulumi");
    expect(locks()).toHaveLength(1);
    expect(await recoverTest(true)).toMatchObject({ code: 0, said: expect.stringContaining("released by force") });
  }, 30_000);

  test("a lock from another machine stays", async () => {
    const folder = lockFolder(process.env["PULUMI_BACKEND_URL"] ?? "", "slow", "test") ?? "?";
    const path = join(folder, "0b0e4a52-0000-4000-8000-000000000000.json");
    const content = '{"pid":1,"username":"ann","hostname":"elsewhere","timestamp":"2026-01-01T00:00:00Z"}';
    writeFileSync(path, content);
    const result = await recoverTest();
    expect(result.code).toBe(1);
    expect(result.said).toContain("another machine, elsewhere");
    expect(readFileSync(path, "utf8")).toBe(content);
    expect(await program.run("cancel", "--yes", "--stack", "test")).toMatchObject({ code: 0 });
  }, 30_000);

  test("an unknown stack is said to be unknown", async () => {
    const lines: string[] = [];
    expect(await recover("nobody", program.folder, (line) => lines.push(line))).toBe(2);
    // And nothing else: to call it not locked would say that there is one.
    expect(lines).toEqual([expect.stringMatching(/^no stack named 'nobody'/)]);
  }, 30_000);
});
