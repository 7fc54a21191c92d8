// The stand-in's answers to the engine, asked for without one: refusals, imports, credentials.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { createProvider } from "../../../standIn/azuread/provider.ts";
import { user } from "../../../standIn/azuread/user.ts";
import { connect, readSettings } from "../../../standIn/azuread/graph.ts";
import type { RunningSimulator } from "../../../simulator/simulator.ts";
import { startTenant } from "../../simulator/ews/client.ts";

const urnOf = (type: string): string => `urn:pulumi:test::test::azuread:index/${type}::name`;
const urn = urnOf("user:User");
const upn = "svc@buitendienst.onmicrosoft.com";
const inputs = { userPrincipalName: upn, displayName: "svc", password: "First-pass-4-the-test" };

let running: RunningSimulator;
let provider: Provider;

/** The provider's settings, as a stack's configuration or an explicit provider hands them over. */
function settingsOf(change: Record<string, string> = {}): Record<string, string> {
  const { tenantId, clientId, clientSecret } = running.credentials;
  return { tenantId, clientId, clientSecret, metadataHost: new URL(running.origin).host, ...change };
}

function makeProvider(configuration: Record<string, string>): Provider {
  return createProvider({ configuration: () => configuration, inputsOfRead: () => undefined });
}

async function refusalOf(answer: Promise<unknown> | undefined): Promise<string> {
  const error: unknown = await answer?.catch((each: unknown) => each);
  if (!(error instanceof Error)) throw new Error("It was not refused.");
  return error.message;
}

beforeAll(async () => {
  running = await startTenant();
});
afterAll(() => running.close());
beforeEach(() => {
  running.reset();
  provider = makeProvider(settingsOf());
});

describe("a user", () => {
  test("that exists is refused in one line", async () => {
    await provider.create?.(urn, inputs);
    const refusal = await refusalOf(provider.create?.(urn, inputs));
    expect(refusal).toContain(`Creating user "${upn}": unexpected status 400`);
    expect(refusal).toContain("Another object with the same value for property userPrincipalName already exists.");
    expect(refusal).not.toContain("\n");
  });

  test("is imported by its whole id, and only where it is there", async () => {
    const settings = readSettings(settingsOf(), {});
    const { id } = await user.create(await connect(settings), inputs);
    expect(await provider.read?.(id, urn, {})).toMatchObject({ id, inputs: { userPrincipalName: upn } });
    const bare = id.replace("/users/", "");
    expect(await refusalOf(provider.read?.(bare, urn, {}))).toContain("the ID must be of the form /users/<object id>");
    const nobody = "/users/00000000-0000-4000-8000-000000000000";
    expect(await refusalOf(provider.read?.(nobody, urn, {}))).toContain(`resource '${nobody}' does not exist`);
  });
});

describe("a user that is there", () => {
  const findUser = () => running.simulator.tenant.users.find(({ userPrincipalName }) => userPrincipalName === upn);
  const asked = { ...inputs, accountEnabled: true, showInAddressList: true };

  test("gets a new password, a manager, and loses what is no longer asked for", async () => {
    const manager = running.simulator.tenant.users.find(({ displayName }) => displayName === "Ad Viseur")?.id;
    const made = await provider.create?.(urn, asked);
    const id = made?.id ?? "";
    const more = { ...asked, password: "Second-pass-4-the-test", managerId: manager, jobTitle: "Service account" };
    const changed = await provider.update?.(id, urn, made?.outs, more);
    expect(findUser()).toMatchObject({ password: "Second-pass-4-the-test", managerId: manager });
    expect(findUser()?.other).toMatchObject({ jobTitle: "Service account" });
    await provider.update?.(id, urn, changed?.outs, { ...asked, password: "Second-pass-4-the-test" });
    expect(findUser()).toMatchObject({ password: "Second-pass-4-the-test", managerId: null });
    expect(findUser()?.other["jobTitle"] ?? null).toBeNull();
  });

  test("is gone where somebody deleted it: the next up makes it again", async () => {
    const made = await provider.create?.(urn, asked);
    const user = findUser();
    if (user === undefined) throw new Error("the user was not made");
    user.deletedDateTime = "2026-11-23T00:00:00Z";
    expect(await provider.read?.(made?.id ?? "", urn, made?.outs)).toMatchObject({ id: "" });
    expect((await provider.create?.(urn, asked))?.id).not.toBe(made?.id);
  });
});

describe("a preview", () => {
  test.each(["graph.microsoft.com", "localhost.attacker.example"])("with a tenant at %s is refused", async (host) => {
    const elsewhere = makeProvider(settingsOf({ metadataHost: host }));
    expect(await refusalOf(elsewhere.check?.(urn, {}, inputs))).toContain(
      `which serves the embedded tenant only; it refuses ${host}`,
    );
  });

  test("with a wrong secret is refused by the tenant, and shows neither secret", async () => {
    const refusal = await refusalOf(makeProvider(settingsOf({ clientSecret: "wrong~one" })).check?.(urn, {}, inputs));
    expect(refusal).toContain("AADSTS7000215");
    for (const secret of ["wrong~one", running.credentials.clientSecret]) expect(refusal).not.toContain(secret);
  });

  test("of a type that the program does not use is refused", async () => {
    const refusal = await refusalOf(provider.check?.(urnOf("group:Group"), {}, { displayName: "g" }));
    expect(refusal).toContain("does not serve the type azuread:index/group:Group");
  });
});
