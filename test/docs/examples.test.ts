/** The stack files of the documents are read without a problem, and ask for what they say. */
import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "../../commands/setup/checkout.mjs";
import { isServer, serverProblems } from "../../connection/serverPlace.ts";
import { planConnection } from "../../identity/credentials.ts";
import { readSettings, unreadKeys } from "../../stacks/configuration.ts";
import { idleKeys, providerProblems } from "../../stacks/providerSettings.ts";

const folder = join(checkout, "docs", "examples");
const project = "calendar-access";

/** A stack's configuration as the engine holds it: structured values as JSON text. */
function configurationIn(yaml: string): Record<string, string> {
  const { config } = parse(yaml) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function read(yaml: string) {
  const configuration = configurationIn(yaml);
  const keys = Object.keys(configuration);
  const own = keys.filter((key) => key.startsWith(`${project}:`)).map((key) => key.slice(project.length + 1));
  const readKey = (key: string): string | undefined => configuration[key.includes(":") ? key : `${project}:${key}`];
  const planned = isServer(readKey)
    ? { problems: [...serverProblems(readKey, {}), ...idleKeys(keys)] }
    : planConnection(readKey, { ARM_CLIENT_SECRET: "set for the test" });
  const { settings, problems = [] } = readSettings(
    Object.fromEntries(own.map((key) => [key, configuration[`${project}:${key}`] ?? ""])),
    () => ["# as in lists/contoso.txt", "ad.viseur@contoso.example", ""],
  );
  return {
    settings,
    problems: [
      ...problems,
      ...unreadKeys(keys, project),
      ...providerProblems(keys, { project, stack: "contoso", secretKeys: new Set() }),
      ...("problems" in planned ? planned.problems : []),
    ],
  };
}

function example(name: string) {
  return read(readFileSync(join(folder, name), "utf8"));
}

describe("the example of a stack", () => {
  const files = readdirSync(folder).filter((name) => name.startsWith("Pulumi."));

  test("is there for every way in", () => {
    expect(files.length).toBe(5);
  });

  test.each(files)("%s has no problems", (name) => {
    expect(example(name).problems).toEqual([]);
  });

  test("asks for what it is called after", () => {
    expect(example("Pulumi.own-app.yaml").settings).toMatchObject({
      access: ["application"],
      application: { certificates: ["lists/callpro.pem"], roles: ["Application Calendars.ReadWrite"] },
    });
    expect(example("Pulumi.vendor-app.yaml").settings).toMatchObject({
      access: ["application"],
      application: { clientId: "12345678-aaaa-bbbb-cccc-1234567890ab", certificates: [] },
    });
    expect(example("Pulumi.impersonation.yaml").settings?.access).toEqual(["impersonation"]);
    expect(example("Pulumi.exchange-server.yaml").settings).toMatchObject({
      access: ["impersonation"],
      exchange: { channel: "server", server: { authentication: "Kerberos" } },
    });
    expect(example("Pulumi.change-over.yaml").settings?.access).toEqual(["impersonation", "application"]);
  });
});

describe("a stack file within a document", () => {
  const found = ["README.md", "docs/operator.md"].flatMap((file) => {
    const text = readFileSync(join(checkout, file), "utf8");
    return [...text.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, yaml = ""]) =>
      /^config:$/m.test(yaml) ? [{ file, yaml }] : [],
    );
  });

  test("is found", () => {
    expect(found.map(({ file }) => file)).toContain("README.md");
  });

  test.each(found)("has no problems ($file)", ({ yaml }) => {
    expect(read(yaml).problems).toEqual([]);
  });
});

describe("the example of a drift job", () => {
  interface Workflow {
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, { env: Record<string, string>; steps: { run?: string }[] }>>;
  }
  const { permissions, jobs } = parse(readFileSync(join(folder, "drift.yml"), "utf8")) as Workflow;
  const runs = (jobs["drift"]?.steps ?? []).flatMap(({ run }) => run ?? []);

  test("signs in with the job's own token", () => {
    expect(permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs["drift"]?.env).toMatchObject({ ARM_USE_OIDC: "true", ARM_USE_CLI: "false" });
  });

  test("runs commands that there are, and writes nothing", () => {
    const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const used = runs.map((run) => /^npm run (?:--silent )?([a-z]+)/.exec(run)?.[1] ?? run);
    expect(used).toEqual(["setup", "verify", "pulumi"]);
    expect(used.filter((name) => !(name in scripts))).toEqual([]);
    expect(runs.join("\n")).toMatch(/preview --stack contoso --expect-no-changes --diff/);
    expect(runs.join("\n")).not.toMatch(/ (up|destroy|refresh) /);
  });
});
