// `npm run pulumi -- …` hands signals on: once each, so that calls in flight are finished and recorded.
import { afterAll, describe, expect, test } from "@jest/globals";
import { join } from "node:path";

import { checkout } from "../../commands/setup.mjs";
import { SlowProgram, waitForEnd } from "./slowProgram.ts";

describe("interrupting a run", () => {
  const program = new SlowProgram();
  afterAll(() => {
    program.remove();
  });

  test("Ctrl-C, which arrives twice under npm, lets the call in flight finish and leaves no lock", async () => {
    expect(await program.run("stack", "init", "test")).toMatchObject({ code: 0 });
    const command = join(checkout, "commands", "pulumi.ts");
    const run = await program.startUp(join(checkout, "node_modules/.bin/node"), [command], 1_500, true);
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

  test("a destroy that Ctrl-C ends does not pass for a whole one, though the engine says so", async () => {
    const command = join(checkout, "commands", "pulumi.ts");
    const run = await program.startDestroy(join(checkout, "node_modules/.bin/node"), [command], 1_500);
    process.kill(-Number(run.pid), "SIGINT");
    expect(await waitForEnd(run)).toBe(130);
  }, 60_000);
});
