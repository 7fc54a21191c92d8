/** The stored text of the providers, frozen, and the engine's calls of it. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
  ImpersonationCheck,
  AddressListing,
  ApplicationCertificates,
  ApplicationCheck,
  ExchangeServicePrincipal,
  ManagementScope,
  RoleAssignment,
  RoleGroup,
  SecurityGroup,
  ServicePassword,
  Tenant,
} from "../../resources/pulumiResources.ts";
import { configure, serve } from "../../resources/dynamic.ts";
import type { Kind } from "../../resources/lifecycle/contract.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";

const goldenFile = new URL("./dynamic.golden.txt", import.meta.url);

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      registered.push({ type: args.type, name: args.name, inputs: args.inputs as Record<string, unknown> });
      return { id: args.name, state: args.inputs as Record<string, unknown> };
    },
    call: () => ({}),
  });
  const resources = Object.entries(classes).map(([kind, Class]) => new Class(kind, {} as never));
  await Promise.all(resources.map(({ id }) => new Promise((resolve) => id.apply(resolve))));
});

const classes = {
  tenant: Tenant,
  servicePassword: ServicePassword,
  roleGroup: RoleGroup,
  securityGroup: SecurityGroup,
  managementScope: ManagementScope,
  roleAssignment: RoleAssignment,
  impersonationCheck: ImpersonationCheck,
  exchangeServicePrincipal: ExchangeServicePrincipal,
  applicationCheck: ApplicationCheck,
  applicationCertificates: ApplicationCertificates,
  addressListing: AddressListing,
} satisfies Record<Kind, unknown>;

const kinds = Object.keys(classes) as Kind[];

/** The text of one kind as the SDK serializes it. */
function textOf(kind: Kind): string {
  return String(registered.find(({ name }) => name === kind)?.inputs["__provider"]);
}

/**
 * This text is FROZEN. It is stored in the state of every customer's stack, and refresh and destroy run the stored
 * text, not today's: they look for exactly this file and this function in it (facts/pulumi.md §0.5, §2). A stub that
 * changes leaves the old ones in use until each object is really updated; a file or function that is renamed breaks
 * preview, refresh and destroy of every stack that exists. So when this test fails, the change is wrong, not the test.
 */
describe("the stored text of a provider", () => {
  test.each(kinds)("is the frozen one: %s", (kind) => {
    if (process.env["WRITE_GOLDEN"] === "1")
      writeFileSync(goldenFile, textOf("tenant").replaceAll('"tenant"', '"KIND"'));
    expect(textOf(kind)).toBe(readFileSync(goldenFile, "utf8").replaceAll("KIND", kind));
  });

  test.each(kinds)("hands each call of the engine to this kind of artifact: %s", async (kind) => {
    const calls: unknown[][] = [];
    const provider = run(textOf(kind), calls);
    expect(Object.keys(provider)).toEqual(["configure", "check", "diff", "create", "read", "update", "delete"]);
    for (const [method, stub] of Object.entries(provider)) {
      const args = Array.from({ length: stub.length }, (_, index) => `argument ${index}`);
      await stub(...args);
      expect(calls.pop()).toEqual(method === "configure" ? ["configure", ...args] : ["serve", kind, method, args]);
    }
  });

  test.each([
    ["tenant", "Tenant"],
    ["servicePassword", "ServicePassword"],
    ["roleGroup", "RoleGroup"],
    ["securityGroup", "SecurityGroup"],
    ["managementScope", "ManagementScope"],
    ["roleAssignment", "RoleAssignment"],
    ["impersonationCheck", "ImpersonationCheck"],
    ["exchangeServicePrincipal", "ExchangeServicePrincipal"],
    ["applicationCheck", "ApplicationCheck"],
    ["applicationCertificates", "ApplicationCertificates"],
    ["addressListing", "AddressListing"],
  ])("belongs to a resource whose type is as frozen: %s", (kind, type) => {
    const resource = registered.find(({ name }) => name === kind);
    expect(resource?.type).toBe(`pulumi-nodejs:dynamic/calendarAccess:${type}`);
  });
});

type Stub = (...args: unknown[]) => Promise<unknown>;

/** Runs a stored text as the provider host does, with the project's file replaced by a recorder. */
function run(text: string, calls: unknown[][]): Record<string, Stub> {
  const requireFile = (path: string): unknown => {
    expect(path).toBe(`${process.cwd()}/resources/dynamic.ts`);
    const record =
      (name: string): Stub =>
      (...args) =>
        Promise.resolve(calls.push([name, ...args]));
    return { configure: record("configure"), serve: record("serve") };
  };
  const module: { handler?: () => Record<string, Stub> } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- so does the host
  new Function("require", "exports", text)(requireFile, module);
  return module.handler?.() ?? {};
}

describe("a call of the engine", () => {
  let tenant: TestTenant;
  let settings: Record<string, string>;
  const inputs = {
    __provider: "the stub's text",
    name: "CallPro Calendar Access",
    role: "ApplicationImpersonation",
    mark: "Managed by Pulumi: p/s",
    adopt: false,
    onDestroy: "remove",
  };

  const use = (values: Record<string, string>): void => {
    configure({
      config: { get: (key) => values[key], require: (key) => values[key] ?? "" },
    });
  };

  beforeAll(async () => {
    tenant = await startTenant();
    const { tenantId, clientId, clientSecret } = tenant.running.credentials;
    settings = {
      "azuread:tenantId": tenantId,
      "azuread:clientId": clientId,
      "azuread:clientSecret": clientSecret,
      "azuread:metadataHost": `localhost:${tenant.running.port}`,
      exchangeEndpoint: tenant.running.origin,
    };
  });

  afterAll(() => tenant.close());

  test("before the host is configured is refused", async () => {
    expect((await failureOf(serve("roleGroup", "diff", ["id", {}, {}]))).message).toContain("before it was configured");
  });

  test("with bad settings fails in one line, and one with good ones after it does not remember that", async () => {
    use({ ...settings, "azuread:tenantId": "nonsense" });
    const error = await failureOf(serve("roleGroup", "create", [inputs]));
    expect(`${String(error)}: ${error.stack ?? ""}`).toBe(`${error.message}: `);
    expect(error.message).toContain("azuread:tenantId");
    expect(error.message).not.toContain(settings["azuread:clientSecret"]);
    use(settings);
    const { inputs: checked, failures } = (await serve("roleGroup", "check", [{}, { ...inputs, members: "" }])) as {
      inputs: unknown;
      failures: unknown[];
    };
    expect(failures).toEqual([]);
    expect(checked).not.toHaveProperty("__provider");
  });

  test("makes, shows, and removes an object; what is gone is told by an empty id", async () => {
    use(settings);
    const members = await tenant.makeUser("svc.dynamic@buitendienst.onmicrosoft.com");
    const made = (await serve("roleGroup", "create", [{ ...inputs, members }])) as { id: string; outs: object };
    expect(made.outs).toMatchObject({ name: inputs.name, members, tenantId: settings["azuread:tenantId"] });
    expect(made.outs).not.toHaveProperty("__provider");
    const plan = await serve("roleGroup", "diff", [
      made.id,
      { ...made.outs, __provider: "old text" },
      { ...inputs, members },
    ]);
    expect(plan).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
    const shown = (await serve("roleGroup", "read", [made.id, made.outs])) as { id: string; inputs: object };
    expect(shown).toMatchObject({ id: made.id, props: { name: inputs.name }, inputs: { name: inputs.name, members } });
    const updated = await serve("roleGroup", "update", [made.id, made.outs, { ...inputs, members, name: "Renamed" }]);
    expect(updated).toMatchObject({ outs: { name: "Renamed" } });
    await serve("roleGroup", "delete", [made.id, made.outs]);
    expect(await serve("roleGroup", "read", [made.id, made.outs])).toEqual({ id: "" });
  });

  test("says what is wrong with a resource as a failure of its check, not as a crash", async () => {
    use(settings);
    const members = "nobody@buitendienst.onmicrosoft.com";
    const answer = (await serve("roleGroup", "check", [{}, { ...inputs, members }])) as { failures: unknown[] };
    expect(answer.failures).toEqual([
      { property: "", reason: expect.stringContaining("there is no user nobody@buitendienst.onmicrosoft.com") },
    ]);
  });

  test("that leaves an object unfinished hands on its id, its state and the stub's text", async () => {
    use(settings);
    const members = await tenant.makeUser("svc.unfinished@buitendienst.onmicrosoft.com");
    tenant.running.faults.set([{ match: { operation: "Get-RoleGroupMember" }, effect: "forbidden", times: 99 }]);
    const error = (await failureOf(serve("roleGroup", "create", [{ ...inputs, members }]))) as Error & {
      id: string;
      properties: Record<string, unknown>;
      reasons: string[];
    };
    tenant.running.faults.set([]);
    expect(tenant.tenant.roleGroups.map(({ guid }) => guid)).toContain(error.id);
    expect(error.properties).toMatchObject({ __provider: "the stub's text", name: inputs.name, members });
    expect(JSON.parse(JSON.stringify(error.properties))).toEqual(error.properties);
    expect(error.reasons).toEqual([error.message]);
    await serve("roleGroup", "delete", [error.id, error.properties]);
    expect(tenant.tenant.roleGroups.map(({ guid }) => guid)).not.toContain(error.id);
  });
});
