/** What a program loads before its stack says that it needs it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const checkout = join(import.meta.dirname, "..", "..");

/** Packages that were loaded by the time that a script ends, by `import` or `require`. */
function loadedBy(script: string): string[] {
  const tell = `import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    ${script}
    const packages = ["@pulumi/azuread", "@azure/identity", "@pulumi/pulumi"];
    console.log(JSON.stringify(packages.filter((name) => loaded.some((url) => url.includes("/node_modules/" + name + "/")))));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", tell], { cwd: checkout });
  return JSON.parse(String(said)) as string[];
}

const imports = (paths: readonly string[]): string => paths.map((path) => `await import("${path}");`).join("");

test("a stack's parts load neither azuread nor what signs in to Entra", () => {
  const parts = ["calendarAccess", "entraProvider", "identities"].map((name) => `./stacks/${name}.ts`);
  expect(loadedBy(imports(parts))).toEqual(["@pulumi/pulumi"]);
});

test("a stack for Exchange Server loads neither, from its program to its session and its artifacts", () => {
  const program = [...readFileSync(join(checkout, "index.ts"), "utf8").matchAll(/ from "(\.\/[^"]+)";/g)];
  expect(program.length).toBeGreaterThan(10);
  const artifacts = ["tenant/tenant", "serviceAccount", "serviceUserPassword", "handoverKey", "roleGroup"];
  const more = ["securityGroup", "managementScope", "roleAssignment", "impersonationCheck"];
  const files = [...artifacts, ...more].map((name) => `./resources/${name}.ts`);
  const server = { uri: "http://ex01.example.com/PowerShell/", organization: "11111111-2222-4333-8444-555555555555" };
  const settings = JSON.stringify({ exchange: JSON.stringify({ channel: "server", server }) });
  // Nothing is started or sent before the first call.
  const open = `const settings = ${settings};
    const place = await (await import("./connection/place.ts")).openPlace((key) => settings[key], {}, () => undefined);
    if ("problems" in place) throw new Error(place.problems.join());`;
  const loaded = loadedBy(imports(program.map(([, path = ""]) => path)) + imports(files) + open);
  expect(loaded).toEqual(["@pulumi/pulumi"]);
});

test("the first resource of Entra's loads azuread, and what signs in is seen where it is loaded", () => {
  expect(loadedBy('(await import("./stacks/azuread.ts")).azureadSdk().User;')).toContain("@pulumi/azuread");
  expect(loadedBy('await import("@azure/identity");')).toContain("@azure/identity");
});
