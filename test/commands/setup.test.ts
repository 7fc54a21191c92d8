// What `npm run setup` decides, without installing anything.
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import {
  azureadVersion,
  checkout,
  engineParts,
  engineVersion,
  findEngine,
  isAtLeast,
  isDead,
  isSameTree,
  missingParts,
  withLock,
} from "../../commands/setup.mjs";

const folder = mkdtempSync(join(tmpdir(), "setup-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(join(checkout, path), "utf8");

describe("Node packages", () => {
  const installed = {
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/b": { version: "2.0.0", integrity: "sha512-b", optional: true },
  };
  const lock = { packages: { "": { version: "0.1.0" }, ...installed } };

  test("are current when npm installed what the lock file names; what is for other platforms may be missing", () => {
    expect(isSameTree(lock, { packages: installed })).toBe(true);
    expect(isSameTree(lock, { packages: { "node_modules/a": installed["node_modules/a"] } })).toBe(true);
  });

  test("are stale when one is missing, another version, altered, or too many", () => {
    expect(isSameTree(lock, { packages: { "node_modules/b": installed["node_modules/b"] } })).toBe(false);
    for (const change of [{ version: "1.0.1" }, { integrity: "sha512-x" }]) {
      const changed = { ...installed, "node_modules/a": { ...installed["node_modules/a"], ...change } };
      expect(isSameTree(lock, { packages: changed })).toBe(false);
    }
    expect(isSameTree(lock, { packages: { ...installed, "node_modules/c": { version: "1.0.0" } } })).toBe(false);
  });
});

describe("the engine", () => {
  test("a version counts from the pinned one upwards, within its major version", () => {
    expect(isAtLeast("3.259.0", "3.259.0")).toBe(true);
    expect(isAtLeast("3.270.1", "3.259.0")).toBe(true);
    expect(isAtLeast("3.258.9", "3.259.0")).toBe(false);
    expect(isAtLeast("4.0.0", "3.259.0")).toBe(false);
    fc.assert(
      fc.property(fc.nat(9), fc.nat(999), fc.nat(99), fc.nat(999), fc.nat(99), (major, a, b, c, d) => {
        const forward = isAtLeast(`${major}.${a}.${b}`, `${major}.${c}.${d}`);
        const backward = isAtLeast(`${major}.${c}.${d}`, `${major}.${a}.${b}`);
        expect(forward && backward).toBe(a === c && b === d);
        expect(forward || backward).toBe(true);
      }),
    );
  });

  test("a part that is missing, empty or not executable is made anew", () => {
    const bin = join(folder, "parts");
    mkdirSync(bin);
    expect(missingParts(bin)).toEqual(engineParts);
    for (const part of engineParts) writeFileSync(join(bin, part), "x", { mode: 0o755 });
    expect(missingParts(bin)).toEqual([]);
    writeFileSync(join(bin, "pulumi"), "");
    chmodSync(join(bin, "pulumi-language-nodejs"), 0o644);
    expect(missingParts(bin)).toEqual(["pulumi", "pulumi-language-nodejs"]);
  });

  test("a script named pulumi on PATH is passed over, and so is one that npm put there", () => {
    for (const place of [join(folder, "own", "bin"), join(folder, "node_modules", ".bin")]) {
      mkdirSync(place, { recursive: true });
      for (const part of engineParts)
        writeFileSync(join(place, part), `#!/bin/sh\necho v${engineVersion}\n`, { mode: 0o755 });
      expect(findEngine(place + delimiter + (process.env["PATH"] ?? ""))?.binary).not.toBe(join(place, "pulumi"));
    }
  });

  test("all versions are pinned once: the SDK's is the engine's and the Go module's", () => {
    expect(engineVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(azureadVersion).toMatch(/^\d+\.\d+\.\d+$/);
    for (const module of ["pkg", "sdk"]) {
      expect(read("commands/engine/cli/go.mod")).toContain(`github.com/pulumi/pulumi/${module}/v3 v${engineVersion}`);
    }
    expect(read("commands/engine/cli/go.sum")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion} h1:`);
    expect(read("package.json")).not.toMatch(/: "[\^~]/);
    expect(read("package-lock.json")).not.toContain('"resolved"');
  });
});

describe("two set-ups at once", () => {
  test("one waits for the other, and nothing is left of the lock", async () => {
    const path = join(folder, "locks", "setup.lock");
    const events: string[] = [];
    const work = (name: string) =>
      withLock(path, async () => {
        events.push(`${name} begins`);
        await new Promise((done) => setTimeout(done, 50));
        events.push(`${name} ends`);
      });
    await Promise.all([work("a"), work("b")]);
    expect(events).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    expect(readdirSync(join(folder, "locks"))).toEqual([]);
  });

  test("the lock of a set-up that was killed is taken over", async () => {
    const path = join(folder, "killed.lock");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(path, `${pid} 1 ${hostname()}\n`);
    expect(await withLock(path, async () => "done")).toBe("done");
    expect(existsSync(path)).toBe(false);
  });

  test("an owner is dead when its pid is gone or belongs to a process of another start; never on another machine", () => {
    expect(isDead(`${process.pid} 1 ${hostname()}`)).toBe(true);
    expect(isDead(`${process.pid} 1 elsewhere`)).toBe(false);
    expect(isDead("half a li")).toBe(true);
  });
});
