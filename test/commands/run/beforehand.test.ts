/** What a run cannot do without is said before it begins, and by what to do. */
import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingBackend, missingPlugin } from "../../../commands/run/beforehand.ts";
import { hasAzureadPlugin } from "../../../commands/setup/plugin.mjs";

const folder = mkdtempSync(join(tmpdir(), "beforehand-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a backend", () => {
  const nowhere = { PULUMI_CREDENTIALS_PATH: folder };
  test.each([[["preview", "--stack", "a"]], [["stack", "init", "a"]], [["config", "set", "x"]]])(
    "that nobody named is asked for by its variable, not as an account: %j",
    (args) => {
      expect(missingBackend(args, nowhere, folder)).toEqual([
        expect.stringMatching(
          /^there is no backend: PULUMI_BACKEND_URL is not set\. .*export PULUMI_BACKEND_URL=file:/,
        ),
      ]);
      expect(missingBackend(args, { ...nowhere, PULUMI_BACKEND_URL: "file:///x" }, folder)).toEqual([]);
      expect(missingBackend(args, { ...nowhere, PULUMI_ACCESS_TOKEN: "x" }, folder)).toEqual([]);
    },
  );

  test.each([[["login", "file:///x"]], [["version"]], [["up", "--help"]], [["plugin", "ls"]]])(
    "is nothing to %j",
    (args) => {
      expect(missingBackend(args, nowhere, folder)).toEqual([]);
    },
  );
});

describe("the azuread plugin", () => {
  const state = { resources: [{ urn: "p", type: "pulumi:providers:azuread" }] };

  test("is missed by a stack that holds objects of azuread's, and by no other", () => {
    const path = { PATH: folder };
    const missed = hasAzureadPlugin(folder)
      ? []
      : [expect.stringMatching(/^the azuread plugin .* --retry\. .* --file/)];
    expect(missingPlugin(state, path)).toEqual(missed);
    expect(missingPlugin({ resources: [{ urn: "t", type: "x" }] }, path)).toEqual([]);
    expect(missingPlugin({}, path)).toEqual([]);
  });

  test("may be on PATH, as its stand-in is in a rehearsal", () => {
    writeFileSync(join(folder, "pulumi-resource-azuread"), "");
    expect(missingPlugin(state, { PATH: `/nowhere:${folder}` })).toEqual([]);
  });
});
