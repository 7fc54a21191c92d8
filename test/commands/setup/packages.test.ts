// When npm has nothing to install.
import { describe, expect, test } from "@jest/globals";

import { isSameTree } from "../../../commands/setup/packages.mjs";

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
