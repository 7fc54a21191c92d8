/** The service user is hidden from address lists, also where azuread takes it for hidden. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { DirectoryError } from "../../directory/errors.ts";
import { serviceUserListing } from "../../resources/serviceUserListing.ts";
import { unknownValue, type Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Properties } from "../../resources/lifecycle/contract.ts";
import { connect } from "../../standIn/azuread/graph.ts";
import { user as azureadUser } from "../../standIn/azuread/user.ts";
import type { DirectoryUser } from "../../simulator/tenant/directoryModel.ts";
import { mark, previewOf, up } from "../support/access.ts";
import { failureOf, startTenant, type TestTenant } from "../support/tenant.ts";
import { serviceUser } from "../support/people.ts";

let tenant: TestTenant;
let restore: () => void;
let id: string;

beforeAll(async () => {
  tenant = await startTenant();
  id = (await tenant.makeUser(serviceUser, mark)).trim().split(" ")[1] ?? "";
  restore = tenant.save();
});
beforeEach(() => {
  restore();
  user().showInAddressList = null;
});
afterAll(() => tenant.close());

const user = (): DirectoryUser => {
  const found = tenant.tenant.users.find((each) => each.id === id);
  if (found === undefined) throw new Error("The user is gone.");
  return found;
};
const desired = (): Properties => ({ user: id, showInAddressList: false });
const make = async (recorded?: Recorded): Promise<Recorded> =>
  up(serviceUserListing, await tenant.open(), desired(), recorded);
const preview = async (recorded: Recorded): Promise<string[]> =>
  (await previewOf(serviceUserListing, await tenant.open(), recorded, desired())).changed;
const patches = (): number => tenant.calls().filter((call) => call.startsWith("PATCH /users/")).length;

describe("a service user of which nothing is set", () => {
  test("is shown, and the azuread plugin takes it for hidden and leaves it so", async () => {
    const { tenantId, clientId, clientSecret } = tenant.running.credentials;
    const metadataHost = `localhost:${tenant.running.port}`;
    const graph = await connect({ metadataHost, tenantId, clientId, proof: { client_secret: clientSecret } });
    const state = await azureadUser.read(graph, `/users/${id}`, {});
    expect(state?.["showInAddressList"]).toBe(false);
    await azureadUser.update?.(graph, `/users/${id}`, state ?? {}, {
      ...state,
      displayName: "svcServiceAccount",
      showInAddressList: false,
    });
    expect(user()).toMatchObject({ displayName: "svcServiceAccount", showInAddressList: null });
  });

  test("is hidden, once", async () => {
    tenant.running.requests.clear();
    const made = await make();
    expect(user().showInAddressList).toBe(false);
    expect(made).toEqual({ id, properties: { ...desired(), tenantId: tenant.running.credentials.tenantId } });
    expect(await preview(made)).toEqual([]);
    await make(made);
    expect(patches()).toBe(1);
  });

  test.each([null, true])("that is shown again (%s) is drift, and hidden by the next up", async (value) => {
    const made = await make();
    user().showInAddressList = value;
    expect(await preview(made)).toEqual(["showInAddressList"]);
    await make(made);
    expect(user().showInAddressList).toBe(false);
  });

  test("that is hidden already is not written to", async () => {
    user().showInAddressList = false;
    tenant.running.requests.clear();
    await make();
    expect(patches()).toBe(0);
  });
});

describe("the user", () => {
  test("that is gone takes it out of the state; one that Graph does not answer about does not", async () => {
    const made = await make();
    const context = await tenant.open();
    const other = new DirectoryError("other", "GET /users/x", "Not Found", { status: 404 });
    const silent = {
      ...context,
      entra: { ...context.entra, graph: { ...context.entra.graph, read: () => Promise.reject(other) } },
    };
    await expect(serviceUserListing.read(silent, made)).rejects.toBe(other);
    await tenant.graph("DELETE", `/users/${id}`);
    expect(await serviceUserListing.read(context, made)).toBeUndefined();
    await serviceUserListing.remove(context, made);
  });

  test("that was just made is waited for", async () => {
    const context = await tenant.open();
    const { graph } = context.entra;
    let reads = 0;
    const late = {
      requests: 0,
      list: (path: string) => graph.list(path),
      readMany: (paths: readonly string[]) => graph.readMany(paths),
      update: (path: string, change: Properties) => graph.update(path, change),
      remove: (path: string) => graph.remove(path),
      read: (path: string) =>
        ++reads <= 2 ? Promise.reject(new DirectoryError("notFound", "GET", "gone")) : graph.read(path),
    };
    await serviceUserListing.create({ ...context, entra: { ...context.entra, graph: late } }, desired());
    expect(user().showInAddressList).toBe(false);
  });

  test("of another tenant is not asked about", async () => {
    const made = await make();
    const foreign = { ...made, properties: { ...made.properties, tenantId: "another" } };
    expect((await failureOf(serviceUserListing.read(await tenant.open(), foreign))).message).toContain(
      "tenant another",
    );
  });

  test("that is another one is a replacement; one that a preview does not know yet is not", () => {
    const recorded = { ...desired(), tenantId: "x" };
    expect(serviceUserListing.diff(recorded, { ...desired(), user: "other" })).toMatchObject({ replaces: ["user"] });
    expect(serviceUserListing.diff(recorded, { ...desired(), user: unknownValue })).toMatchObject({
      changes: true,
      replaces: [],
    });
  });
});
