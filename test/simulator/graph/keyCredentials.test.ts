/** Certificates of an app registration: the whole list at once, as Graph takes and shows it. */
import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { makeCertificate } from "../../identity/certificates.ts";
import { errorOf, startTenant, type Answer, type TestTenant } from "../tenant.ts";

type Entry = Record<string, unknown>;

let tenant: TestTenant;
let id: string;
const certificates = ["first", "second"].map((name) => new X509Certificate(makeCertificate(name).certificate));
const [first = "", second = ""] = certificates.map(({ raw }) => raw.toString("base64"));

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  tenant.reset();
  id = String((await tenant.graph("POST", "/applications", { displayName: "App" })).json["id"]);
});
afterAll(() => tenant.close());

const patch = (keyCredentials: readonly Entry[]): Promise<Answer> =>
  tenant.graph("PATCH", `/applications/${id}`, { keyCredentials });
const read = async (query = ""): Promise<Entry[]> =>
  (await tenant.graph("GET", `/applications/${id}${query}`)).json["keyCredentials"] as Entry[];

test("an entry that is given back as it was read keeps its key, and a new one stands beside it", async () => {
  expect((await patch([{ key: first, displayName: "by hand" }])).status).toBe(204);
  const [old = {}] = await read();
  expect(old["key"]).toBeNull();
  expect((await patch([old, { key: second }])).status).toBe(204);
  const [kept, added] = await read("?$select=keyCredentials");
  expect(kept).toEqual({ ...old, key: first });
  expect(added).toMatchObject({ key: second, customKeyIdentifier: certificates[1]?.fingerprint.replaceAll(":", "") });
});

test("an entry that is there cannot be changed, only left out; how a value is written is no change", async () => {
  await patch([{ key: first }]);
  const [old = {}] = await read();
  const end = String(old["endDateTime"]);
  for (const change of [{ displayName: "another" }, { key: second }, { endDateTime: "2026-01-01T00:00:00Z" }]) {
    const refused = await patch([{ ...old, ...change }]);
    expect(refused.status).toBe(400);
    expect(errorOf(refused).message).toBe(
      `Update to existing credential with KeyId '${String(old["keyId"])}' is not allowed.`,
    );
  }
  const written = {
    keyId: String(old["keyId"]).toUpperCase(),
    key: first.replace(/=+$/, ""),
    endDateTime: end.replace("Z", ".000Z"),
  };
  expect((await patch([{ ...old, ...written }])).status).toBe(204);
  expect(await read()).toEqual([old]);
  expect((await patch([])).status).toBe(204);
  expect(await read()).toEqual([]);
});

test("an entry that is not there any more cannot be given back without its key", async () => {
  await patch([{ key: first }]);
  const read1 = await read();
  await patch([]);
  const refused = await patch(read1);
  expect(refused.status).toBe(400);
  expect(errorOf(refused).message).toBe("New key credentials must have a key value.");
});

test("the certificate is shown only where it is selected of one object, and whole whatever was sent", async () => {
  const pem = Buffer.from(certificates[0]?.toString() ?? "").toString("base64");
  await patch([{ key: pem }]);
  expect((await read("?$select=id,keyCredentials"))[0]?.["key"]).toBe(first);
  expect((await read("?$select=*"))[0]?.["key"]).toBeNull();
  const list = await tenant.graph("GET", "/applications?$select=keyCredentials");
  const all = (list.json["value"] as { keyCredentials: Entry[] }[]).flatMap(({ keyCredentials }) => keyCredentials);
  expect(all.map(({ key }) => key)).toEqual([null]);
});

test("a display name is cut to 90 characters", async () => {
  await patch([{ key: first, displayName: "x".repeat(100) }]);
  expect((await read())[0]?.["displayName"]).toBe("x".repeat(90));
});
