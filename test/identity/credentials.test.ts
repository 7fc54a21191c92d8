/** Settings and environment: who signs in, to which tenant of which cloud, and every reason why not, all at once. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { inspect } from "node:util";
import type { CredentialSource } from "../../identity/connection.ts";
import { planConnection, readConnection } from "../../identity/credentials.ts";

const tenantId = "11111111-2222-3333-4444-555555555555";
const clientId = "a0700000-0000-4000-8000-000000000001";
const other = "99999999-2222-3333-4444-555555555555";
const own = { "azuread:tenantId": tenantId, "azuread:clientId": clientId };

type Values = Record<string, string>;

function plan(stack: Values, environment: Values = {}, files: Values = {}) {
  const readFile = (path: string): string => {
    const content = files[path];
    if (content === undefined) throw new Error("ENOENT");
    return content;
  };
  return planConnection((key) => stack[key], environment, readFile);
}

function credentialOf(stack: Values, environment: Values = {}, files: Values = {}): CredentialSource {
  const result = plan({ ...own, ...stack }, environment, files);
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.plan.credential;
}

function problemsOf(stack: Values, environment: Values = {}, files: Values = {}): readonly string[] {
  const result = plan(stack, environment, files);
  return "problems" in result ? result.problems : [];
}

describe("tenant and client", () => {
  test("are the stack's, also where the environment says the same in other letters", () => {
    const result = plan(
      { ...own, "azuread:clientSecret": "s" },
      { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: clientId.toUpperCase() },
    );
    expect(result).toMatchObject({ plan: { tenantId, clientId } });
  });

  test("are never the environment's alone", () => {
    const environment = { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: "s" };
    expect(problemsOf({}, environment)).toEqual([
      "azuread:tenantId is not set in this stack's configuration",
      "azuread:clientId is not set in this stack's configuration",
    ]);
  });

  test("of another customer in the environment stop the run, and both are named", () => {
    const environment = { ARM_TENANT_ID: other, ARM_CLIENT_ID_FILE_PATH: "/id", ARM_CLIENT_SECRET: "s" };
    const problems = problemsOf(own, environment, { "/id": `${other}\n` });
    expect(problems).toEqual([
      expect.stringMatching(`ARM_TENANT_ID is ${other}, but this stack's azuread:tenantId is ${tenantId}`),
      expect.stringMatching(`ARM_CLIENT_ID is ${other}, but this stack's azuread:clientId is ${clientId}`),
    ]);
  });

  test.each(["contoso.onmicrosoft.com", "common", "{11111111-2222-3333-4444-555555555555}"])(
    "have to be GUIDs, not %s",
    (name) => {
      expect(problemsOf({ ...own, "azuread:tenantId": name }, { ARM_CLIENT_SECRET: "s" })).toEqual([
        expect.stringMatching("azuread:tenantId has to be a GUID"),
      ]);
    },
  );

  test("are in no message where a secret stands in their place, and neither is one in the place of a path or a switch", () => {
    const secret = "Xy18Q~ab_CDefGHijKLmnOPqrSTuvWXyz.012345";
    const names = ["tenantId", "clientId", "environment", "metadataHost", "useOidc", "useCli", "useMsi"];
    const stacks: Values[] = [...names.map((name) => `azuread:${name}`), "exchangeEndpoint"].map((key) => ({
      ...own,
      [key]: secret,
    }));
    const environments: Values[] = [
      ...["ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_ENVIRONMENT", "ARM_METADATA_HOSTNAME", "ARM_USE_OIDC"],
      ...["ARM_CLIENT_SECRET_FILE_PATH", "ARM_TENANT_ID_FILE_PATH", "ARM_CLIENT_ID_FILE_PATH"],
    ].map((name) => ({ [name]: secret }));
    for (const problems of [
      ...stacks.map((stack) => problemsOf(stack)),
      ...environments.map((environment) => problemsOf(own, environment)),
    ]) {
      expect(problems).not.toEqual([]);
      expect(problems.join("\n")).not.toContain(secret.slice(0, 12));
    }
  });
});

describe("the credential", () => {
  test.each<[string, Values, Values, unknown]>([
    ["a secret in the stack", { clientSecret: "s" }, {}, { kind: "secret", secret: "s", from: "azuread:clientSecret" }],
    [
      "a secret in the environment, before one in the stack",
      { clientSecret: "old" },
      { ARM_CLIENT_SECRET: "new" },
      { kind: "secret", secret: "new", from: "ARM_CLIENT_SECRET" },
    ],
    [
      "a secret in a file",
      {},
      { ARM_CLIENT_SECRET_FILE_PATH: "/secret" },
      { kind: "secret", secret: "from file", from: "the file that ARM_CLIENT_SECRET_FILE_PATH names" },
    ],
    [
      "any credential of the environment, before one in the stack",
      { clientCertificate: "b64" },
      { ARM_CLIENT_SECRET: "new" },
      { kind: "secret", secret: "new" },
    ],
    [
      "OIDC of the environment, before a secret in the stack",
      { clientSecret: "old" },
      { ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "t" },
      { kind: "oidc" },
    ],
    [
      "a secret, before OIDC in the same place",
      { useOidc: "true", oidcToken: "t", clientSecret: "s" },
      {},
      { kind: "secret" },
    ],
    [
      "a certificate, before a secret in the same place",
      { clientSecret: "s", clientCertificatePath: "/c.pfx" },
      {},
      { kind: "certificate", path: "/c.pfx", from: "azuread:clientCertificatePath" },
    ],
    [
      "a certificate's content, with its password",
      {},
      { ARM_CLIENT_CERTIFICATE: "b64", ARM_CLIENT_CERTIFICATE_PASSWORD: "p" },
      { kind: "certificateContent", base64: "b64", password: "p" },
    ],
    [
      "a certificate in the stack, with a password of the environment",
      { clientCertificatePath: "/c.pfx", clientCertificatePassword: "old" },
      { ARM_CLIENT_CERTIFICATE_PASSWORD: "new" },
      { kind: "certificate", password: "new" },
    ],
    [
      "OIDC of a GitHub job",
      { useOidc: "1" },
      { ACTIONS_ID_TOKEN_REQUEST_URL: "https://x/", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" },
      { kind: "oidc" },
    ],
    ["OIDC from a file", { useOidc: "TRUE" }, { ARM_OIDC_TOKEN_FILE_PATH: "/t" }, { kind: "oidc" }],
    ["the Azure CLI, where there is nothing else", {}, {}, { kind: "cli" }],
    [
      "the Azure CLI, where a pipeline's secrets are blank",
      {},
      { ARM_CLIENT_SECRET: " ", ARM_CLIENT_CERTIFICATE: "" },
      { kind: "cli" },
    ],
  ])("is %s", (_, stack, environment, expected) => {
    const prefixed = Object.fromEntries(Object.entries(stack).map(([key, value]) => [`azuread:${key}`, value]));
    const credential = credentialOf(prefixed, environment, { "/secret": "from file\n" });
    const names = Object.keys(expected as object) as (keyof CredentialSource)[];
    expect(Object.fromEntries(names.map((name) => [name, credential[name]]))).toEqual(expected);
  });

  test("of OIDC is fetched when it is needed", async () => {
    const credential = credentialOf({ "azuread:useOidc": "true" }, { ARM_OIDC_TOKEN: "the token" });
    await expect(credential.kind === "oidc" ? credential.token() : "").resolves.toBe("the token");
  });

  test("may be the Azure CLI's without a client", () => {
    expect(plan({ "azuread:tenantId": tenantId })).toMatchObject({
      plan: { clientId: undefined, credential: { kind: "cli" } },
    });
  });

  test.each<[RegExp, Values, Values]>([
    [/there is no credential: set ARM_CLIENT_SECRET/, { "azuread:useCli": "false" }, {}],
    [
      /azuread:useOidc is on, but there is no token/,
      { "azuread:useOidc": "true" },
      { ACTIONS_ID_TOKEN_REQUEST_URL: "https://x/" },
    ],
    [/a managed identity is not supported/, { "azuread:useMsi": "true" }, {}],
    [/ARM_USE_OIDC has to be true or false, not "yes"/, {}, { ARM_USE_OIDC: "yes", ARM_CLIENT_SECRET: "s" }],
    [
      /ARM_CLIENT_SECRET_FILE_PATH names the file \/none, which cannot be read/,
      {},
      { ARM_CLIENT_SECRET_FILE_PATH: "/none" },
    ],
    [
      /ARM_CLIENT_SECRET_FILE_PATH names the file \/empty, which is empty/,
      {},
      { ARM_CLIENT_SECRET_FILE_PATH: "/empty" },
    ],
  ])("is missing: %s", (problem, stack, environment) => {
    expect(problemsOf({ ...own, ...stack }, environment, { "/empty": "\n" })).toEqual([expect.stringMatching(problem)]);
  });
});

describe("the cloud", () => {
  const cloudOf = (stack: Values, environment: Values = {}) => {
    const result = plan({ ...own, "azuread:clientSecret": "s", ...stack }, environment);
    return "plan" in result ? result.plan.endpoints : result.problems;
  };

  test.each([
    ["public", "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://outlook.office365.com"],
    ["usgovernment", "https://login.microsoftonline.us", "https://graph.microsoft.us", "https://outlook.office365.us"],
    [
      "usgovernmentl5",
      "https://login.microsoftonline.us",
      "https://dod-graph.microsoft.us",
      "https://outlook-dod.office365.us",
    ],
    [
      "china",
      "https://login.chinacloudapi.cn",
      "https://microsoftgraph.chinacloudapi.cn",
      "https://outlook.office365.cn",
    ],
  ])("%s has its documented hosts", (environment, authority, graph, exchange) => {
    const expected = { authority, graph, exchange, isPrivate: false };
    expect(cloudOf({ "azuread:environment": environment })).toEqual(expected);
    expect(cloudOf({}, { ARM_ENVIRONMENT: environment })).toEqual(expected);
  });

  test("is the public one, and its Exchange is not the environment's to choose", () => {
    expect(cloudOf({}, { EXCHANGE_ENDPOINT: "https://evil.example" })).toMatchObject({
      exchange: "https://outlook.office365.com",
    });
  });

  test("may be a private one that describes itself", async () => {
    const stack: Values = { ...own, "azuread:metadataHost": "localhost:8443" };
    const environment = { ARM_CLIENT_SECRET: "s", EXCHANGE_ENDPOINT: "https://localhost:8443/" };
    const lookUp = (host: string) =>
      Promise.resolve({ authority: `https://login.${host}`, graph: `https://graph.${host}` });
    expect(await readConnection((key) => stack[key], environment, lookUp)).toMatchObject({
      connection: {
        tenantId,
        endpoints: {
          authority: "https://login.localhost:8443",
          graph: "https://graph.localhost:8443",
          exchange: "https://localhost:8443",
          isPrivate: true,
        },
      },
    });
    const failing = () => Promise.reject(new Error("localhost:8443 cannot be reached (ECONNREFUSED)"));
    expect(await readConnection((key) => stack[key], environment, failing)).toEqual({
      problems: [
        "azuread:metadataHost localhost:8443 does not describe a cloud: localhost:8443 cannot be reached (ECONNREFUSED)",
      ],
    });
  });

  test.each<[RegExp, Values]>([
    [/azuread:environment has to be one of public, global/, { "azuread:environment": "mars" }],
    [/azuread:metadataHost describes no Exchange/, { "azuread:metadataHost": "localhost" }],
    [
      /azuread:metadataHost has to be a host name/,
      { "azuread:metadataHost": "https://localhost", exchangeEndpoint: "https://x" },
    ],
    [
      /azuread:metadataHost has to be a host name/,
      { "azuread:metadataHost": "localhost/../x", exchangeEndpoint: "https://x" },
    ],
    [/exchangeEndpoint has to be an https address/, { exchangeEndpoint: "http://outlook.office365.com" }],
    [/exchangeEndpoint has to be an https address/, { exchangeEndpoint: "https://x/path" }],
    [/exchangeEndpoint has to be an https address/, { exchangeEndpoint: "https://user:pass@x" }],
  ])("is refused: %s", (problem, stack) => {
    expect(cloudOf(stack)).toEqual([expect.stringMatching(problem)]);
  });
});

describe("everything that is wrong", () => {
  test("comes at once", () => {
    const stack = {
      "azuread:tenantId": "contoso",
      "azuread:useCli": "false",
      "azuread:environment": "mars",
      exchangeEndpoint: "x",
    };
    expect(problemsOf(stack, { ARM_TENANT_ID: other })).toHaveLength(5);
  });

  test("holds no secret, nor does the connection when it is printed or copied", () => {
    const secret = fc.stringMatching(/^[!-~]{12,40}$/).filter((text) => !/^[\d.]+$/.test(text));
    const names = ["clientSecret", "clientCertificate", "clientCertificatePassword", "oidcToken", "oidcRequestToken"];
    fc.assert(
      fc.property(secret, fc.subarray(names), fc.boolean(), fc.boolean(), (value, chosen, useOidc, broken) => {
        const entries = chosen.map((name): [string, string] => [`azuread:${name}`, value]);
        const stack: Values = { ...own, "azuread:clientCertificatePath": "/x", ...Object.fromEntries(entries) };
        if (broken) stack["azuread:tenantId"] = "contoso";
        const result = plan(stack, { ARM_USE_OIDC: `${useOidc}`, ARM_CLIENT_SECRET: value });
        const shown = [inspect(result, { depth: 9 }), JSON.stringify(result), inspect({ ...result }, { depth: 9 })];
        for (const text of shown) expect(text).not.toContain(value);
        if ("plan" in result) expect(JSON.stringify({ ...result.plan.credential })).not.toContain(value);
      }),
    );
  });
});

test("a setting that was changed since the last run is guessed at only where the program does not run", async () => {
  const settings: Record<string, string> = {
    "azuread:tenantId": "11111111-2222-4333-8444-555555555555",
    "azuread:clientId": "12345678-aaaa-4bbb-8ccc-1234567890ab",
  };
  const environment = { ARM_CLIENT_SECRET: "s", ARM_TENANT_ID: "99999999-2222-4333-8444-555555555555" };
  const read = (key: string): string | undefined => settings[key];
  expect(JSON.stringify(planConnection(read, environment))).not.toContain("last run");
  expect(JSON.stringify(await readConnection(read, environment))).toContain("since the stack's last run");
});
