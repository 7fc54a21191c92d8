// `npm run pulumi -- …` hands signals on: once each, so that calls in flight are finished and recorded.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { checkout } from "../../commands/setup/checkout.mjs";
import { SlowProgram, waitForEnd } from "./engine/slowProgram.ts";

describe("interrupting a run", () => {
  const program = new SlowProgram();
  const node = join(checkout, "node_modules/.bin/node");
  const command = join(checkout, "commands", "pulumi.ts");
  beforeAll(async () => {
    expect(await program.run("stack", "init", "test")).toMatchObject({ code: 0 });
  });
  afterAll(() => {
    program.remove();
  });

  test("Ctrl-C ends a wait of an hour within seconds: what was made is recorded, the lock is given back", async () => {
    const run = await program.startWaitingUp(node, [command]);
    const start = performance.now();
    process.kill(-Number(run.pid), "SIGINT");
    expect(await waitForEnd(run)).not.toBe(0);
    expect(performance.now() - start).toBeLessThan(10_000);
    const state = await program.run("stack", "export", "--stack", "test");
    expect(state.stdout).toContain("interrupted while waiting for the night");
    expect(state.stdout).not.toContain("pending_operations");
    expect(await program.run("destroy", "--stack", "test", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  }, 60_000);

  test("Ctrl-C, which arrives twice under npm, lets the call in flight finish and leaves no lock", async () => {
    const run = await program.startUp(node, [command], 1_500, true);
    // The terminal's copy to the whole group, and npm's own.
    process.kill(-Number(run.pid), "SIGINT");
    process.kill(Number(run.pid), "SIGINT");
    expect(await waitForEnd(run)).not.toBe(0);
    expect(program.readLog()).toContain("created");

    const state = await program.run("stack", "export", "--stack", "test");
    expect(state.stdout).not.toContain("pending_operations");
    expect(state.stdout).toContain("pulumi-nodejs:dynamic:Resource::slow");
    expect(await program.run("up", "--stack", "test", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  }, 60_000);

  test("nothing is begun where nobody could sign in, which is said once", async () => {
    const tenantId = ["azuread:tenantId", "11111111-2222-3333-4444-555555555555"];
    expect(await program.run("config", "set", "--stack", "test", ...tenantId)).toMatchObject({ code: 0 });
    const before = program.readLog();
    const env = { ...program.environment(0), ARM_USE_CLI: "false", ARM_CLIENT_SECRET: "", ARM_CLIENT_CERTIFICATE: "" };
    const options = { cwd: program.folder, env, encoding: "utf8" } as const;
    const run = spawnSync(node, [command, "destroy", "--stack", "test", "--yes"], options);
    expect(run.status).toBe(1);
    expect(run.stdout).toBe("");
    expect(run.stderr.match(/there is no credential/g)).toHaveLength(1);
    expect(program.readLog()).toBe(before);
    expect(await program.run("config", "rm", "--stack", "test", "azuread:tenantId")).toMatchObject({ code: 0 });
  }, 60_000);

  test("a destroy that Ctrl-C ends does not pass for a whole one, though the engine says so", async () => {
    const run = await program.startDestroy(node, [command], 1_500);
    process.kill(-Number(run.pid), "SIGINT");
    expect(await waitForEnd(run)).toBe(130);
  }, 60_000);
});
