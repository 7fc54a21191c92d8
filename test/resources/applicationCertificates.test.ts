/** The own app's keys: those of the list and no other of the stack's, and what others put there as they left it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { DirectoryError } from "../../directory/errors.ts";
import type { GraphObject, GraphSession } from "../../directory/graph.ts";
import { applicationCertificates } from "../../resources/applicationCertificates.ts";
import { keyNameOf } from "../../resources/lifecycle/applicationKeys.ts";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import { unknownValue } from "../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { bearsMark, markOf } from "../../resources/lifecycle/mark.ts";
import type { DirectoryApplication } from "../../simulator/tenant/directoryModel.ts";
import { askWithAssertion, makeCertificate, thumbprint, type Pair } from "../simulator/assertion.ts";
import { mark, previewOf as previewIn, up } from "../support/access.ts";
import { applicationName, makeApp } from "../support/application.ts";
import { rest } from "../support/channels.ts";
import { failureOf, startTenant, type TestContext, type TestTenant } from "../support/tenant.ts";

let tenant: TestTenant;
let restore: () => void;
let first: Pair;
let second: Pair;
let stranger: Pair;

beforeAll(async () => {
  // Graph's calls alone count here.
  tenant = await startTenant({}, rest);
  await makeApp(tenant);
  [first, second, stranger] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate()]);
  restore = tenant.save();
});
beforeEach(() => restore());
afterAll(() => tenant.close());

const app = (): DirectoryApplication => {
  const found = tenant.tenant.applications.find(({ displayName }) => displayName === applicationName);
  if (found === undefined) throw new Error("The app is gone.");
  return found;
};
const hexOf = (pair: Pair): string => thumbprint(pair, "sha1").toString("hex").toUpperCase();
const contentOf = ({ certificate }: Pair): string => certificate.raw.toString("base64");

/** What the program asks for. */
function desired(pairs: readonly Pair[], removeKeys: readonly string[] = []): Properties {
  const sorted = pairs.toSorted((one, other) => (hexOf(one) < hexOf(other) ? -1 : 1));
  return {
    mark,
    application: app().id,
    certificates: sorted.map(hexOf).join("\n"),
    contents: sorted.map(contentOf).join("\n"),
    removeKeys: removeKeys.join("\n"),
  };
}

const make = async (inputs: Properties, recorded?: Recorded): Promise<Recorded> =>
  up(applicationCertificates, await tenant.open(), inputs, recorded);

/** Whether the key of a certificate signs in as the app. */
async function signsIn(pair: Pair): Promise<boolean> {
  const { origin, credentials } = tenant.running;
  const askToken = async (form: Record<string, string>) => {
    const body = new URLSearchParams(form);
    const response = await fetch(`${origin}/${credentials.tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      body,
      headers: { connection: "close" },
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const answer = await askWithAssertion({ origin, credentials, askToken } as never, app().appId, pair);
  return answer.status === 200;
}

/** Puts a key on the app as an administrator or an interrupted run would; returns its id. */
async function addKey(pair: Pair, displayName: string | null = "by hand"): Promise<string> {
  const read = await tenant.graph("GET", `/applications/${app().id}`);
  const key = { type: "AsymmetricX509Cert", usage: "Verify", key: contentOf(pair), displayName };
  await tenant.graph("PATCH", `/applications/${app().id}`, {
    keyCredentials: [...(read["keyCredentials"] as object[]), key],
  });
  return String(app().keyCredentials.at(-1)?.["keyId"]);
}

const keyIds = (): string[] => app().keyCredentials.map(({ keyId }) => String(keyId));
/** What a preview shows, from what is recorded. */
const previewOf = async (inputs: Properties, recorded: Recorded): ReturnType<typeof previewIn> =>
  previewIn(applicationCertificates, await tenant.open(), recorded, inputs);
/** Calls to Graph since the last reset, without the object ids. */
const calls = (): string[] =>
  tenant.calls().flatMap((call) => {
    const [, method, kind] = /^(\w+) \/(applications)/.exec(call) ?? [];
    return method === undefined ? [] : [`${method} /${kind ?? ""}`];
  });
const patches = (): number => calls().filter((call) => call.startsWith("PATCH")).length;

/** A context whose Graph answers some calls otherwise. */
async function contextWith(change: (graph: GraphSession) => Partial<GraphSession>): Promise<TestContext> {
  const context = await tenant.open();
  const { graph } = context.entra;
  const bound: GraphSession = {
    requests: 0,
    read: (path) => graph.read(path),
    list: (path) => graph.list(path),
    readMany: (paths) => graph.readMany(paths),
    update: (path, body) => graph.update(path, body),
    remove: (path) => graph.remove(path),
  };
  return { ...context, entra: { ...context.entra, graph: { ...bound, ...change(bound) } } };
}

const gone = (): never => {
  throw new DirectoryError("notFound", "GET /applications/x", "Resource does not exist.");
};

describe("the listed certificates", () => {
  test("are put on the app in one write, bear the stack's id, and sign in", async () => {
    tenant.running.requests.clear();
    const made = await make(desired([first, second]));
    expect(calls()).toEqual(["GET /applications", "PATCH /applications", "GET /applications"]);
    expect(made).toMatchObject({ id: app().id, properties: desired([first, second]) });
    expect(app().keyCredentials.every(({ displayName }) => bearsMark(displayName, mark))).toBe(true);
    expect(await Promise.all([first, second, stranger].map(signsIn))).toEqual([true, true, false]);
    expect(await previewOf(desired([first, second]), made)).toEqual({
      changed: [],
      replaces: [],
    });
    tenant.running.requests.clear();
    await make(desired([first, second]), made);
    expect(calls()).toEqual(["GET /applications"]);
  });

  test("rotate: the new one signs in at once, the old one no more once it is taken off", async () => {
    const one = await make(desired([first]));
    const [kept] = keyIds();
    const both = await make(desired([first, second]), one);
    expect(keyIds()[0]).toBe(kept);
    expect(await Promise.all([first, second].map(signsIn))).toEqual([true, true]);
    await make(desired([second]), both);
    expect(await Promise.all([first, second].map(signsIn))).toEqual([false, true]);
    expect(keyIds()).toHaveLength(1);
  });

  test("of a run that was killed are there twice, and once after the next up; the old key ends with its rotation", async () => {
    await make(desired([first]));
    await addKey(first, keyNameOf(mark));
    expect(keyIds()).toHaveLength(2);
    const made = await make(desired([first]));
    expect(keyIds()).toHaveLength(1);
    await addKey(first, keyNameOf(mark));
    const preview = await previewOf(desired([first]), made);
    expect(preview.changed).toEqual(["certificates"]);
    await make(desired([second]), made);
    expect(await Promise.all([first, second].map(signsIn))).toEqual([false, true]);
  });

  test("that somebody took away or left out are drift, and come back", async () => {
    const made = await make(desired([first, second]));
    await tenant.graph("PATCH", `/applications/${app().id}`, { keyCredentials: [] });
    const preview = await previewOf(desired([first, second]), made);
    expect(preview.changed).toEqual(["certificates"]);
    await make(desired([first, second]), made);
    expect(await Promise.all([first, second].map(signsIn))).toEqual([true, true]);
  });

  test("are told with their ends as they are on the app, not as they were asked for", async () => {
    const made = await make(desired([first, second]));
    const lines = made.properties["expiry"] as string[];
    expect(lines.map((line) => line.slice(0, 40))).toEqual([first, second].map(hexOf).toSorted());
    expect(lines.every((line) => line.endsWith(`: ${String(app().keyCredentials[0]?.["endDateTime"])}`))).toBe(true);
    const { keyCredentials } = await tenant.graph("GET", `/applications/${app().id}`);
    await tenant.graph("PATCH", `/applications/${app().id}`, { keyCredentials: (keyCredentials as object[]).slice(1) });
    const reading = await applicationCertificates.read(await tenant.open(), made);
    expect(reading?.properties["expiry"]).toHaveLength(1);
    expect(reading?.inputs).not.toHaveProperty("expiry");
  });

  test("are not added where somebody else has added the same one", async () => {
    const id = await addKey(first);
    tenant.running.requests.clear();
    const made = await make(desired([first]));
    expect([keyIds(), patches()]).toEqual([[id], 0]);
    expect(made.properties["certificates"]).toBe(hexOf(first));
  });

  test("bear the id whole where the stack's name is long", () => {
    const long = markOf("calendar-access", "x".repeat(100), "0c0ffee0-0000-4000-8000-00000000000a");
    expect(keyNameOf(long)).toHaveLength(90);
    expect(bearsMark(keyNameOf(long), mark)).toBe(true);
    expect(keyNameOf(mark)).toBe(mark);
  });
});

describe("somebody else's key", () => {
  test("is no drift, and stays as it was read through every change of ours", async () => {
    const id = await addKey(stranger);
    const before = structuredClone(app().keyCredentials[0]);
    const made = await make(desired([first]));
    expect((await previewOf(desired([first]), made)).changed).toEqual([]);
    const changed = await make(desired([second]), made);
    expect(app().keyCredentials.find(({ keyId }) => keyId === id)).toEqual(before);
    await applicationCertificates.remove(await tenant.open(), changed);
    expect(app().keyCredentials).toEqual([before]);
    expect(await Promise.all([second, stranger].map(signsIn))).toEqual([false, true]);
  });

  test.each(["its key id", "its thumbprint"])(
    "goes where the setting names it by %s, and is drift until then",
    async (by) => {
      const id = await addKey(stranger);
      const made = await make(desired([first]));
      const name = by === "its key id" ? id.toUpperCase() : hexOf(stranger).toLowerCase();
      const asked = desired([first], [name]);
      const preview = await previewOf(asked, made);
      expect(preview.changed).toEqual(["removeKeys"]);
      const done = await make(asked, made);
      expect(await Promise.all([first, stranger].map(signsIn))).toEqual([true, false]);
      // What is gone is done; what comes back is drift again.
      expect((await previewOf(asked, done)).changed).toEqual([]);
      if (by === "its key id") return;
      await addKey(stranger);
      expect((await previewOf(asked, done)).changed).toEqual(["removeKeys"]);
    },
  );

  test("is not named where it is of a listed certificate, by thumbprint or by key id", async () => {
    const made = await make(desired([first]));
    for (const [name, message] of [
      [hexOf(first), `application.removeKeys: application.certificates lists ${hexOf(first)}. Take it off`],
      [keyIds()[0] ?? "", "is of a certificate that application.certificates lists. Take it off one of the lists."],
    ] as const) {
      const { problems } = await applicationCertificates.check(
        await tenant.open(),
        made.properties,
        desired([first], [name]),
      );
      expect(problems).toEqual([expect.stringContaining(message)]);
    }
  });

  test("that is named and not there is said to be done", async () => {
    const made = await make(desired([first]));
    const context = await tenant.open();
    const asked = desired([first], [hexOf(stranger)]);
    expect((await applicationCertificates.check(context, made.properties, asked)).problems).toEqual([]);
    expect(context.lines.join()).toContain(`${hexOf(stranger)} is not among the app's keys (any more)`);
    await make(asked, made);
    expect(keyIds()).toHaveLength(1);
  });

  test("that goes in the moment of our change makes Graph refuse it, and is planned anew", async () => {
    await addKey(stranger);
    let isFirst = true;
    const context = await contextWith((graph) => ({
      async update(path, change) {
        if (isFirst) await tenant.graph("PATCH", path, { keyCredentials: [] });
        isFirst = false;
        await graph.update(path, change);
      },
    }));
    await applicationCertificates.create(context, desired([first]));
    expect(await Promise.all([first, stranger].map(signsIn))).toEqual([true, false]);
  });

  test("that is put in the place of our list just after our change is not fought, but said", async () => {
    const context = await contextWith((graph) => ({
      async update(path, change) {
        await graph.update(path, change);
        const key = { type: "AsymmetricX509Cert", usage: "Verify", key: contentOf(stranger) };
        await tenant.graph("PATCH", path, { keyCredentials: [key] });
      },
    }));
    tenant.running.requests.clear();
    const { message } = await failureOf(applicationCertificates.create(context, desired([first])));
    expect(message).toContain("Entra accepted the list of certificates and shows another one");
    expect(patches()).toBe(2);
  });
});

describe("the app registration", () => {
  test("that is not known everywhere yet is waited for, in reads and in the write", async () => {
    let reads = 0;
    let writes = 0;
    const context = await contextWith((graph) => ({
      read: async (path): Promise<GraphObject> => (++reads <= 2 ? gone() : graph.read(path)),
      update: async (path, change): Promise<void> => (++writes <= 1 ? gone() : graph.update(path, change)),
    }));
    await applicationCertificates.create(context, desired([first]));
    expect(await signsIn(first)).toBe(true);
    expect(keyIds()).toHaveLength(1);
  });

  test("that Entra is slow to know everywhere gets its certificates all the same", async () => {
    const { delays } = tenant.running.simulator;
    delays.insideEntra = 30_000;
    const { id } = await tenant.graph("POST", "/applications", { displayName: "Slow" });
    delays.insideEntra = 0;
    const context = await tenant.open();
    const made = await applicationCertificates.create(context, { ...desired([first]), application: String(id) });
    expect(made.id).toBe(id);
    expect(tenant.tenant.applications.find((each) => each.id === id)?.keyCredentials).toHaveLength(1);
    expect(context.lines.join()).toContain("waiting for Entra to show the app's certificates");
  });

  test("that is gone takes the certificates out of the state, and is no hindrance to their removal", async () => {
    const made = await make(desired([first]));
    await tenant.graph("DELETE", `/applications/${app().id}`);
    expect(await applicationCertificates.read(await tenant.open(), made)).toBeUndefined();
    await applicationCertificates.remove(await tenant.open(), made);
  });

  test("is not taken for gone where Graph only does not answer", async () => {
    const made = await make(desired([first]));
    const other = new DirectoryError("other", "GET /applications/x", "Not Found", { status: 404 });
    const context = await contextWith(() => ({ read: () => Promise.reject(other) }));
    await expect(applicationCertificates.read(context, made)).rejects.toBe(other);
    await expect(applicationCertificates.remove(context, made)).rejects.toBe(other);
    expect(keyIds()).toHaveLength(1);
  });

  test("of another tenant is not touched", async () => {
    const made = await make(desired([first]));
    const foreign = { ...made, properties: { ...made.properties, tenantId: "another" } };
    for (const act of [
      (context: Context) => applicationCertificates.read(context, foreign),
      (context: Context) => applicationCertificates.update(context, foreign, desired([])),
      (context: Context) => applicationCertificates.remove(context, foreign),
    ]) {
      expect((await failureOf(act(await tenant.open()))).message).toContain("belongs to tenant another");
    }
    expect(keyIds()).toHaveLength(1);
  });

  test("that is another one replaces them; one that a preview does not know yet does not", () => {
    const recorded = { ...desired([first]), tenantId: "x" };
    const plan = (application: string) => applicationCertificates.diff(recorded, { ...desired([first]), application });
    expect(plan("another")).toMatchObject({ changes: true, replaces: ["application"] });
    expect(plan(unknownValue)).toMatchObject({ changes: true, replaces: [] });
  });
});

describe("a list of which nobody can sign in", () => {
  const check = async (inputs: Properties, recorded?: Properties): Promise<readonly string[]> =>
    (await applicationCertificates.check(await tenant.open(), recorded, inputs)).problems;
  const refusal = expect.stringContaining("application.certificates: none of them can sign in now");

  test("is refused in the first preview, and where it is new", async () => {
    const early = await makeCertificate({ from: 60, to: 120 });
    const late = await makeCertificate({ from: -120, to: -60 });
    for (const pairs of [[early], [late], [early, late]]) {
      expect(await check({ ...desired(pairs), application: unknownValue })).toEqual([refusal]);
      expect(await check(desired(pairs), desired([first]))).toEqual([refusal]);
    }
    expect(await check(desired([early, late, first]))).toEqual([]);
  });

  test("is left to the proof where time has made it so: a mailbox must come off the list at any time", async () => {
    const late = await makeCertificate({ from: -120, to: -60 });
    expect(await check(desired([late]), { ...desired([late]), certificates: "" })).toEqual([]);
  });
});
