// The set-up runs before anything is installed.
import { expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../../commands/setup/checkout.mjs";

test("the set-up imports Node's own modules and its own files, and nothing that it has to install", () => {
  const commands = join(checkout, "commands");
  const files = ["setup.mjs", ...readdirSync(join(commands, "setup")).map((name) => join("setup", name))];
  const imported = files.flatMap((file) => {
    const text = readFileSync(join(commands, file), "utf8");
    return [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, name]) => name ?? "");
  });
  expect(files.length).toBeGreaterThan(5);
  expect(imported.length).toBeGreaterThan(files.length);
  expect(imported.filter((name) => !/^(node:|\.{1,2}\/[\w/]+\.mjs$)/.test(name))).toEqual([]);
});
