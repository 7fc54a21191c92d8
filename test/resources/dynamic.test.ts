/** The stored text of the providers, frozen, and the engine's calls of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  ImpersonationCheck,
  ServiceAccount,
  ServiceUserListing,
  ApplicationCertificates,
  ApplicationCheck,
  ExchangeServicePrincipal,
  HandoverKey,
  ManagementScope,
  RoleAssignment,
  RoleGroup,
  SecurityGroup,
  ServiceUserPassword,
  Tenant,
} from "../../resources/pulumiResources.ts";
import { startHost, type ProviderHost } from "../../resources/dynamic.ts";
import { checkout } from "../../commands/setup/checkout.mjs";
import type { Kind } from "../../resources/lifecycle/contract.ts";
import { mark, tenantInputs } from "../support/access.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";

const silent = (): void => undefined;
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
  serviceUserPassword: ServiceUserPassword,
  handoverKey: HandoverKey,
  roleGroup: RoleGroup,
  securityGroup: SecurityGroup,
  managementScope: ManagementScope,
  roleAssignment: RoleAssignment,
  impersonationCheck: ImpersonationCheck,
  exchangeServicePrincipal: ExchangeServicePrincipal,
  applicationCheck: ApplicationCheck,
  applicationCertificates: ApplicationCertificates,
  serviceUserListing: ServiceUserListing,
  serviceAccount: ServiceAccount,
} satisfies Record<Kind, unknown>;

const kinds = Object.keys(classes) as Kind[];

/** The text of one kind as the SDK serializes it. */
function textOf(kind: Kind): string {
  return String(registered.find(({ name }) => name === kind)?.inputs["__provider"]);
}

/**
 * This text is FROZEN. It is stored in the state of every customer's stack, and refresh and destroy run the stored
 * text, not today's: they ask the package of exactly this name for exactly this function (facts/pulumi.md §0.5, §2). A
 * stub that changes leaves the old ones in use until each object is really updated; a name that changes breaks preview,
 * refresh and destroy of every stack that exists. So when this test fails, the change is wrong, not the test.
 */
describe("the stored text of a provider", () => {
  test.each(kinds)("is the frozen one: %s", (kind) => {
    expect(textOf(kind)).toBe(readFileSync(goldenFile, "utf8").replaceAll("KIND", kind));
  });

  test.each(["", "stacks", "commands/engine/cli"])(
    'gets what answers each call of the engine, from "%s" in the checkout',
    (folder) => {
      expect(runAll(kinds.map(textOf), join(checkout, folder))).toEqual(kinds.map(() => methods));
    },
  );

  test("of a kind that only a newer version knows says so", () => {
    expect(() => startHost({}, silent).providerOf("sharedMailbox" as Kind)).toThrow(
      "holds a sharedMailbox, which this version does not know",
    );
  });

  test.each([
    ["tenant", "Tenant"],
    ["serviceUserPassword", "ServiceUserPassword"],
    ["handoverKey", "HandoverKey"],
    ["roleGroup", "RoleGroup"],
    ["securityGroup", "SecurityGroup"],
    ["managementScope", "ManagementScope"],
    ["roleAssignment", "RoleAssignment"],
    ["impersonationCheck", "ImpersonationCheck"],
    ["exchangeServicePrincipal", "ExchangeServicePrincipal"],
    ["applicationCheck", "ApplicationCheck"],
    ["applicationCertificates", "ApplicationCertificates"],
    ["serviceUserListing", "ServiceUserListing"],
    ["serviceAccount", "ServiceAccount"],
  ])("belongs to a resource whose type is as frozen: %s", (kind, type) => {
    const resource = registered.find(({ name }) => name === kind);
    expect(resource?.type).toBe(`pulumi-nodejs:dynamic/calendarAccess:${type}`);
  });
});

const methods = ["configure", "check", "diff", "create", "read", "update", "delete"];

/** Runs stored texts as the provider host does, on its Node, and tells what they yield. */
function runAll(texts: readonly string[], folder: string): unknown {
  const handlers = texts.map((text) => `(() => { const exports = {}; ${text}; return exports.handler(); })()`);
  const script = `console.log(JSON.stringify([${handlers.join(",")}].map(Object.keys)))`;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" }));
}

describe("a call of the engine", () => {
  let tenant: TestTenant;
  let settings: Record<string, string>;
  let host: ProviderHost;
  const inputs = {
    __provider: "the stub's text",
    name: "CallPro Calendar Access",
    role: "ApplicationImpersonation",
    marked: true,
    mark: "Managed by Pulumi: p/s",
    adopt: false,
    onDestroy: "remove",
  };

  const use = (values: Record<string, string>): ReturnType<ProviderHost["providerOf"]> => {
    const provider = host.providerOf("roleGroup");
    void provider.configure({ config: { get: (key) => values[key], require: (key) => values[key] ?? "" } });
    return provider;
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

  beforeEach(() => {
    host = startHost({}, silent);
  });

  afterAll(() => tenant.close());

  test("before the host is configured is refused", async () => {
    const error = await failureOf(host.providerOf("roleGroup").read("id", {}));
    expect(error.message).toContain("before it was configured");
  });

  test("with bad settings fails in one line, and one with good ones after it does not remember that", async () => {
    const bad = use({ ...settings, "azuread:tenantId": "nonsense" });
    const error = await failureOf(bad.create(inputs));
    expect(`${String(error)}: ${error.stack ?? ""}`).toBe(`${error.message}: `);
    expect(error.message).toContain("azuread:tenantId");
    expect(error.message).not.toContain(settings["azuread:clientSecret"]);
    const { inputs: checked, failures } = await use(settings).check({}, { ...inputs, members: "" });
    expect(failures).toEqual([]);
    expect(checked).not.toHaveProperty("__provider");
  });

  test("says once for all resources that the sign-in is refused: of the others a beginning", async () => {
    const provider = use({ ...settings, "azuread:clientSecret": "wrong" });
    const properties = { ...inputs, members: "", tenantId: settings["azuread:tenantId"] };
    const reads = ["one", "two", "three"].map((id) => failureOf(provider.read(id, properties)));
    const [first = "", ...others] = (await Promise.all(reads)).map(({ message }) => message);
    expect(first).toMatch(/^signing in to tenant .*Invalid client secret/);
    for (const other of others) expect(other).toBe(`${first.slice(0, 80)}… (as said of another resource)`);
  });

  test("shows what a terminal would obey, in whatever it fails with", async () => {
    const hostile = "x\u001b[2J\nThe access is as asked for\u202e";
    const failed = await failureOf(use({ ...settings, "azuread:tenantId": hostile }).create(inputs));
    const { failures = [] } = await use(settings).check({}, { ...inputs, members: hostile });
    const problems = [failed.message, ...failures.map(({ reason }) => reason)];
    expect(problems).toHaveLength(2);
    for (const text of problems) expect(text).not.toMatch(/\p{Bidi_Control}|\p{Cc}/u);
  });

  test("makes, shows, and removes an object; what is gone is told by an empty id", async () => {
    const provider = use(settings);
    const members = await tenant.makeUser("svc.dynamic@buitendienst.onmicrosoft.com");
    const { id, outs = {} } = await provider.create({ ...inputs, members });
    expect(outs).toMatchObject({ name: inputs.name, members, tenantId: settings["azuread:tenantId"] });
    expect(outs).not.toHaveProperty("__provider");
    const plan = await provider.diff(id, { ...outs, __provider: "old text" }, { ...inputs, members });
    expect(plan).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
    const shown = await provider.read(id, outs);
    expect(shown).toMatchObject({ id, props: { name: inputs.name }, inputs: { name: inputs.name, members } });
    const updated = await provider.update(id, outs, { ...inputs, members, name: "Renamed" });
    expect(updated).toMatchObject({ outs: { name: "Renamed" } });
    await provider.delete(id, outs);
    expect(await provider.read(id, outs)).toEqual({ id: "" });
  });

  test("remembers to the end of the run what the state held: a copy of its mark is none of an interrupted run's", async () => {
    const provider = use(settings);
    const user = await tenant.makeUser("svc.remembered@buitendienst.onmicrosoft.com");
    const asked = { ...inputs, mark, members: user };
    const { id, outs = {} } = await provider.create(asked);
    await provider.delete(id, outs);
    await tenant.byHand("New-RoleGroup", {
      Name: inputs.name,
      Description: mark,
      Members: ["svc.remembered@buitendienst.onmicrosoft.com"],
    });
    const tenantId = tenant.tenant.tenantId;
    const opened = { ...tenantInputs(), tenantId, user, ownsUser: false, ownsApp: false };
    await host.providerOf("tenant").delete(tenantId, opened);
    expect(tenant.tenant.roleGroups.map(({ description }) => description)).toContain(mark);
    await tenant.byHand("Remove-RoleGroup", { Identity: inputs.name });
  });

  test("knows an input that is not shown by its own name, and answers by the name under which it came", async () => {
    const { mark: ownMark, adopt, onDestroy, ...shown } = inputs;
    const provider = use(settings);
    const members = await tenant.makeUser("svc.unshown@buitendienst.onmicrosoft.com");
    const asked = { ...shown, members, __mark: ownMark, __adopt: adopt, __onDestroy: onDestroy };
    expect((await provider.check({}, asked)).inputs).toEqual({ ...asked, __provider: undefined });
    const { id, outs = {} } = await provider.create(asked);
    expect(tenant.tenant.roleGroups.find(({ guid }) => guid === id)).toMatchObject({ description: ownMark });
    expect(outs).toMatchObject({ name: inputs.name, __mark: ownMark, __adopt: adopt, __onDestroy: onDestroy });
    expect(outs).not.toHaveProperty("mark");
    expect(await provider.diff(id, outs, asked)).toMatchObject({ changes: false });
    const { props = {}, inputs: live = {} } = await provider.read(id, outs);
    expect(props).toEqual(outs);
    expect(live).toMatchObject({ __mark: ownMark });
    await provider.delete(id, outs);
  });

  test("says what is wrong with a resource as a failure of its check, not as a crash", async () => {
    const answer = await use(settings).check({}, { ...inputs, members: "nobody@buitendienst.onmicrosoft.com" });
    expect(answer.failures).toEqual([
      { property: "", reason: expect.stringContaining("there is no user nobody@buitendienst.onmicrosoft.com") },
    ]);
  });

  test("that leaves an object unfinished hands on its id, its state and the stub's text", async () => {
    const provider = use(settings);
    const members = await tenant.makeUser("svc.unfinished@buitendienst.onmicrosoft.com");
    tenant.running.faults.set([{ match: { operation: "Get-RoleGroupMember" }, effect: "forbidden", times: 99 }]);
    const error = (await failureOf(provider.create({ ...inputs, members }))) as Error & {
      id: string;
      properties: Record<string, unknown>;
      reasons: string[];
    };
    tenant.running.faults.set([]);
    expect(tenant.tenant.roleGroups.map(({ guid }) => guid)).toContain(error.id);
    expect(error.properties).toMatchObject({ __provider: "the stub's text", name: inputs.name, members });
    expect(JSON.parse(JSON.stringify(error.properties))).toEqual(error.properties);
    expect(error.reasons).toEqual([error.message]);
    await provider.delete(error.id, error.properties);
    expect(tenant.tenant.roleGroups.map(({ guid }) => guid)).not.toContain(error.id);
  });
});
