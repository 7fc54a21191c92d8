// Which engine is taken, without installing anything.
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { azureadVersion, checkout, engineVersion } from "../../../commands/setup/checkout.mjs";
import { findEngine } from "../../../commands/setup/engine.mjs";
import { engineParts, isAtLeast, missingParts } from "../../../commands/setup/engineParts.mjs";

const folder = mkdtempSync(join(tmpdir(), "setup-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(join(checkout, path), "utf8");

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
