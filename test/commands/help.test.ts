// `--help` says what a command does, and does nothing.
import { expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../commands/setup/checkout.mjs";

test.each([
  ["bench", "bench.ts"],
  ["demo", "demo.ts"],
  ["recover", "recover.ts"],
  ["settings", "settings.ts"],
  ["setup", "setup.mjs"],
])("npm run %s", (name, command) => {
  const before = existsSync(join(checkout, ".demo"));
  for (const option of ["--help", "-h"]) {
    const run = spawnSync(process.execPath, [join(checkout, "commands", command), option], { encoding: "utf8" });
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toMatch(new RegExp(`^usage: npm run ${name} `));
    expect(run.stdout.split("\n").length).toBeGreaterThan(5);
  }
  expect(existsSync(join(checkout, ".demo"))).toBe(before);
});
