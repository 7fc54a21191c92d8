/** What a program loads before its stack says that it needs it. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const checkout = join(import.meta.dirname, "..", "..");

/** Packages that were loaded by the time that a script ends. */
function loadedBy(script: string): string[] {
  const tell = `import { createRequire } from "node:module";
    ${script}
    const packages = ["@pulumi/azuread", "@azure/identity", "@pulumi/pulumi"];
    const files = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(packages.filter((name) => files.some((file) => file.includes("node_modules/" + name)))));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", tell], { cwd: checkout });
  return JSON.parse(String(said)) as string[];
}

test("a stack's parts load neither azuread nor what signs in to Entra", () => {
  const parts = ["calendarAccess", "entraProvider", "identities"].map((name) => `await import("./stacks/${name}.ts");`);
  expect(loadedBy(parts.join(""))).toEqual(["@pulumi/pulumi"]);
});

test("the first resource of Entra's loads azuread", () => {
  expect(loadedBy('(await import("./stacks/azuread.ts")).azureadSdk().User;')).toContain("@pulumi/azuread");
});
