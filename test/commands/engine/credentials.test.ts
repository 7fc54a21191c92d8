// The credential reaches the azuread plugin in a form that it takes, and no secret outlives the run.
import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { withPluginCredentials } from "../../../commands/engine/credentials.ts";
import { engineEnvironment } from "../../../commands/engine/engine.ts";
import { checkout } from "../../../commands/setup/checkout.mjs";
import { planConnection } from "../../../identity/credentials.ts";
import { pluginProblems, providerSecrets } from "../../../stacks/entraProvider.ts";
import { readSettings } from "../../../standIn/azuread/graph.ts";

const stack: Readonly<Record<string, string>> = {
  "azuread:tenantId": "11111111-2222-3333-4444-555555555555",
  "azuread:clientId": "a0700000-0000-4000-8000-000000000001",
};
const read = (key: string): string | undefined => stack[key];
const cloud = { ARM_METADATA_HOSTNAME: "localhost:1", ARM_TENANT_ID: "t", ARM_CLIENT_ID: "c" };

/** What the stand-in's check before configuration says; empty where it goes on. */
function plugin(environment: NodeJS.ProcessEnv): string {
  try {
    readSettings({}, { ...cloud, ...environment });
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function credential(environment: NodeJS.ProcessEnv) {
  const planned = planConnection(read, environment);
  if ("problems" in planned) throw new Error(planned.problems.join("\n"));
  return planned.plan.credential;
}

describe("a credential that the plugin takes for none", () => {
  const folder = mkdtempSync(join(tmpdir(), "credential-"));
  const file = join(folder, "secret");
  writeFileSync(file, "from the file\n");
  const fromFile = {
    ARM_CLIENT_SECRET: "from the file",
    CALENDAR_ACCESS_CREDENTIAL_ORIGIN: "ARM_CLIENT_SECRET_FILE_PATH",
  };
  const bytes = Buffer.from([48, 130, 1, 2, 0, 255]);
  const kinds: readonly NodeJS.ProcessEnv[] = [
    { ARM_CLIENT_SECRET_FILE_PATH: file },
    { ARM_USE_OIDC: "true", ARM_OIDC_TOKEN_FILE_PATH: file },
    { ARM_CLIENT_CERTIFICATE: bytes.toString("base64") },
  ];

  test.each(kinds)(
    "ends in the Azure CLI, is refused by the program, and is handed over by our commands: %j",
    (kind) => {
      const environment = { ...kind, ARM_USE_CLI: "false" };
      expect(plugin(environment)).toMatch(/^could not configure AzureCli Authorizer/);
      expect(pluginProblems(read, environment)).toEqual([
        expect.stringMatching(/^ARM_\w+: the azuread plugin does not understand it .* Start with npm run pulumi/),
      ]);
      const handed = engineEnvironment(environment);
      expect(plugin(handed)).not.toContain("AzureCli");
      expect(pluginProblems(read, handed)).toEqual([]);
      // The side of Exchange uses the same one.
      expect(credential(handed).kind.replace("Content", "")).toBe(credential(environment).kind.replace("Content", ""));
    },
  );

  test("of a file is its content, without a path that could say something else meanwhile", async () => {
    expect(withPluginCredentials({ ARM_CLIENT_SECRET_FILE_PATH: file })).toEqual(fromFile);
    const handed = withPluginCredentials({ ARM_USE_OIDC: "true", ARM_OIDC_TOKEN_FILE_PATH: file });
    expect(handed).not.toHaveProperty("ARM_OIDC_TOKEN_FILE_PATH");
    expect(handed["ARM_OIDC_TOKEN"]).toBe("from the file");
    // Our own side reads the file whenever it signs in.
    writeFileSync(file, "renewed");
    const source = credential(handed);
    expect(source.kind === "oidc" ? await source.token() : "").toBe("renewed");
    writeFileSync(file, "from the file\n");
  });

  test("is called in a refused sign-in by the variable that the operator set, not by the one it was handed over in", () => {
    const fromOf = (environment: NodeJS.ProcessEnv): string | undefined => {
      const source = credential(withPluginCredentials(environment));
      return "from" in source ? source.from : undefined;
    };
    const content = { ARM_CLIENT_CERTIFICATE: bytes.toString("base64") };
    const secretFile = { ARM_CLIENT_SECRET_FILE_PATH: file };
    const path = { ARM_CLIENT_CERTIFICATE_PATH: "/c.pfx" };
    expect(fromOf(secretFile)).toBe("the file that ARM_CLIENT_SECRET_FILE_PATH names");
    expect(fromOf({ ...secretFile, ARM_CLIENT_SECRET: "value" })).toBe("ARM_CLIENT_SECRET");
    expect(fromOf({ ...secretFile, ...content })).toBe("ARM_CLIENT_CERTIFICATE");
    expect(fromOf({ ...secretFile, ...path })).toBe("ARM_CLIENT_CERTIFICATE_PATH");
  });

  test("of the environment leaves none of the stack's to the plugin, which would take a certificate first", () => {
    const given = { ...stack, "azuread:clientSecret": "s", "azuread:clientCertificatePath": "/c.pfx" };
    const handed = (environment: NodeJS.ProcessEnv): string[] =>
      providerSecrets((key) => given[key as keyof typeof given], environment).filter(
        (name) => `azuread:${name}` in given,
      );
    expect(handed({})).toEqual(["clientSecret", "clientCertificatePath"]);
    expect(handed({ ARM_CLIENT_SECRET: "new" })).toEqual([]);
    expect(handed({ ARM_CLIENT_CERTIFICATE_PATH: "/new.pfx" })).toEqual([]);
    expect(handed({ ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "t" })).toEqual([]);
  });

  test("of a file that cannot be read is left to the program, which says so", () => {
    const environment = { ARM_CLIENT_SECRET_FILE_PATH: join(folder, "none") };
    expect(withPluginCredentials(environment)).toEqual(environment);
    const planned = planConnection(read, environment);
    expect("problems" in planned ? planned.problems.join() : "").toMatch(/names the file .*none, which cannot be read/);
  });

  test("in a file of another encoding than UTF-8 stays as it is, and is said without a word of what it holds", () => {
    const wide = join(folder, "wide");
    writeFileSync(wide, Buffer.from("\uFEFFQq8Q~secret\r\n", "utf16le"));
    for (const name of ["ARM_CLIENT_SECRET_FILE_PATH", "ARM_OIDC_TOKEN_FILE_PATH"]) {
      expect(withPluginCredentials({ [name]: wide })).toEqual({ [name]: wide });
    }
    const planned = planConnection(read, { ARM_CLIENT_SECRET_FILE_PATH: wide });
    const said = "problems" in planned ? planned.problems.join("\n") : "";
    expect(said).toMatch(/ARM_CLIENT_SECRET_FILE_PATH names the file .*wide, which is not in UTF-8: save it as UTF-8/);
    expect(said).not.toContain("Qq8Q");
  });

  test("that is a value stays one, and a pipeline's blank ones count as not set", () => {
    const value = { ARM_CLIENT_SECRET: "value", ARM_CLIENT_SECRET_FILE_PATH: file };
    expect(withPluginCredentials(value)).toEqual({ ARM_CLIENT_SECRET: "value" });
    const blank = { ARM_CLIENT_SECRET: " ", ARM_CLIENT_SECRET_FILE_PATH: file };
    expect(withPluginCredentials(blank)).toEqual(fromFile);
    expect(withPluginCredentials({ ARM_CLIENT_CERTIFICATE: "" })).toEqual({ ARM_CLIENT_CERTIFICATE: "" });
  });

  test("as a certificate is readable by its path as long as the command lives, and lies nowhere under a name", () => {
    // A folder of its own for temporary files: in the machine's other programs come and go.
    const temporary = mkdtempSync(join(folder, "temporary-"));
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = temporary;
    const handed = withPluginCredentials({ ARM_CLIENT_CERTIFICATE: bytes.toString("base64") });
    const path = handed["ARM_CLIENT_CERTIFICATE_PATH"] ?? "";
    expect(handed).not.toHaveProperty("ARM_CLIENT_CERTIFICATE");
    // Another process, as the plugin is one.
    expect(execFileSync("cat", [path])).toEqual(bytes);
    expect(statSync(path)).toMatchObject({ nlink: 0, mode: 0o100600 });
    expect(readdirSync(temporary)).toEqual([]);
    expect(withPluginCredentials({ ARM_CLIENT_CERTIFICATE: bytes.toString("base64") })).toEqual(handed);
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });

  test("as a certificate is gone with the command, killed or not", () => {
    const program = `
      import { withPluginCredentials } from ${JSON.stringify(join(checkout, "commands/engine/credentials.ts"))};
      const { ARM_CLIENT_CERTIFICATE_PATH: path } = withPluginCredentials({ ARM_CLIENT_CERTIFICATE: "MIIB" });
      process.stdout.write(path, () => process.kill(process.pid, "SIGKILL"));`;
    let path = "";
    try {
      execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd: checkout });
    } catch (error) {
      path = String((error as { stdout: unknown }).stdout);
    }
    expect(path).toMatch(/^\/proc\/\d+\/fd\/\d+$/);
    expect(() => readFileSync(path)).toThrow("ENOENT");
    rmSync(folder, { recursive: true });
  });
});
