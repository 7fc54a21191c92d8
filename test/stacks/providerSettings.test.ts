/** azuread's settings in a stack: misspelt ones are refused, and so are secrets that lie open. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { checkout } from "../../commands/setup/checkout.mjs";
import { providerProblems } from "../../stacks/providerSettings.ts";

function problemsOf(keys: readonly string[], ...secret: string[]): string[] {
  return providerProblems(keys, { project: "calendar-access", stack: "contoso", secretKeys: new Set(secret) });
}

describe("a secret", () => {
  test.each(["clientSecret", "clientCertificatePassword", "oidcToken"])(
    "%s in clear is refused with the command that mends it, and taken when it is one",
    (name) => {
      const [problem, ...others] = problemsOf([`azuread:${name}`]);
      expect(others).toEqual([]);
      expect(problem).toMatch(/stands in the stack's file in clear, and would go into the state in clear/);
      // Without a value: the engine asks for it.
      expect(problem).toMatch(new RegExp(`npm run pulumi -- config set --secret azuread:${name} --stack contoso$`));
      expect(problemsOf([`azuread:${name}`], `azuread:${name}`)).toEqual([]);
    },
  );

  test.each(["clientCertificate", "oidcRequestToken"])("%s in clear is said, though nothing reads it", (name) => {
    expect(problemsOf([`azuread:${name}`])).toEqual([
      expect.stringContaining("in clear"),
      expect.stringMatching(/nothing here reads it\. Take it out: .*ARM_/),
    ]);
    expect(problemsOf([`azuread:${name}`], `azuread:${name}`)).toHaveLength(1);
  });

  test("among this project's own settings would lie open in the state, and is refused", () => {
    expect(problemsOf(["calendar-access:passwordRotation"], "calendar-access:passwordRotation")).toEqual([
      expect.stringMatching(/^calendar-access:passwordRotation: is set with --secret, but no setting .* is one/),
    ]);
  });
});

describe("a setting of azuread", () => {
  test.each([
    ["azuread:tenantID", "azuread:tenantId"],
    ["azuread:tennantId", "azuread:tenantId"],
    ["azuread:clientid", "azuread:clientId"],
    ["azuread:client_secret", "azuread:clientSecret"],
    ["azuread:metadatahost", "azuread:metadataHost"],
    ["azuread:useOIDC", "azuread:useOidc"],
  ])("%s is misspelt", (key, meant) => {
    expect(problemsOf([key])).toEqual([
      expect.stringMatching(`^${key}: azuread has no such setting\\. Did you mean ${meant}\\? Read here: tenantId,`),
    ]);
  });

  test("that is like none is refused without a guess", () => {
    expect(problemsOf(["azuread:colour"])).toEqual([
      expect.stringMatching(/^azuread:colour: azuread has no such setting\. Read here: /),
    ]);
  });

  test("that nothing here reads is refused with what to use instead", () => {
    expect(problemsOf(["azuread:clientSecretFilePath"])).toEqual([
      "azuread:clientSecretFilePath: nothing here reads it. Take it out: set the variable ARM_CLIENT_SECRET_FILE_PATH, and start with npm run pulumi.",
    ]);
  });

  test("is known, whichever the installed azuread has", () => {
    const text = readFileSync(join(checkout, "node_modules/@pulumi/azuread/provider.d.ts"), "utf8");
    const names = [...text.slice(text.indexOf("interface ProviderArgs")).matchAll(/^ {4}(\w+)\?: /gm)];
    expect(names.length).toBeGreaterThan(20);
    const keys = names.map(([, name]) => `azuread:${name ?? ""}`);
    const unknown = problemsOf(keys, ...keys).filter((problem) => problem.includes("no such setting"));
    expect(unknown).toEqual([]);
  });
});
