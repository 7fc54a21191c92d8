// A run is killed in the middle of a create: the lock goes only when its owner is dead, and the stack works again.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { engine } from "../../commands/engine.ts";
import { lockFolder, readLocks } from "../../commands/lock.ts";
import { recover } from "../../commands/recover.ts";
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

  const recoverTest = async (): Promise<{ code: number; said: string }> => {
    const lines: string[] = [];
    const code = await recover("test", program.folder, (line) => lines.push(line));
    return { code, said: lines.join("\n") };
  };
  const locks = () => readLocks(lockFolder(process.env["PULUMI_BACKEND_URL"] ?? "", "slow", "test") ?? "?");

  test("a living run keeps its lock; a killed one loses it and its pending operation, and the next up succeeds", async () => {
    const run = await program.startUp(engine().binary, [], 60_000);
    const [lock] = locks();
    expect(lock?.owner?.pid).toBe(run.pid);

    const living = await recoverTest();
    expect(living.code).toBe(1);
    expect(living.said).toContain(`process ${run.pid} (pulumi) is at work`);
    expect(existsSync(lock?.path ?? "?")).toBe(true);

    run.kill("SIGKILL");
    expect(await waitForEnd(run)).toBe("SIGKILL");
    const blocked = await program.run("up", "--stack", "test", "--yes", "--skip-preview");
    expect(blocked.stderr + blocked.stdout).toContain("currently locked");

    const killed = await recoverTest();
    expect(killed.code).toBe(0);
    expect(killed.said).toContain("is gone");
    const host = /host (\d+)/.exec(program.readLog())?.[1] ?? "?";
    // It says so, unless another run of this checkout, which ends such hosts too, was quicker (hosts.test.ts).
    const commandLine = `/proc/${host}/cmdline`;
    expect(existsSync(commandLine) && readFileSync(commandLine, "utf8").includes("dynamic-provider")).toBe(false);
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
    expect(idle.said).not.toContain("goes on where the run ended");
  }, 90_000);

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
