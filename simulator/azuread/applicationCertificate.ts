// azuread:index/applicationCertificate:ApplicationCertificate as plugin 6.9.1 serves it (facts/azuread-recorded.md).
import { randomUUID } from "node:crypto";
import { GraphError, type Graph } from "./graph.ts";
import { isZero, text, type PropertyMap } from "./property.ts";
import type { ResourceType } from "./resourceType.ts";

/** One certificate at a time for each application: every change rewrites the application's whole list. */
const locks = new Map<string, Promise<unknown>>();

async function lock<T>(applicationId: string, action: () => Promise<T>): Promise<T> {
  const before = locks.get(applicationId) ?? Promise.resolve();
  const run = before.then(action, action);
  locks.set(
    applicationId,
    run.catch(() => undefined),
  );
  return run;
}

export const applicationCertificate: ResourceType = {
  inputs: {
    applicationId: { required: true, replace: true },
    encoding: { default: "pem", replace: true, stateOnly: true },
    endDate: { computed: true, replace: true },
    endDateRelative: { replace: true, stateOnly: true },
    keyId: { computed: true, replace: true },
    startDate: { computed: true, replace: true },
    type: { replace: true },
    value: { required: true, replace: true, stateOnly: true },
  },
  secrets: ["value"],
  bookkeeping() {
    const minute = 60_000_000_000;
    const timeouts = { create: 10 * minute, delete: 5 * minute, read: 5 * minute, update: 10 * minute };
    return {
      __meta: JSON.stringify({ "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": timeouts }),
      __pulumi_raw_state_delta: { obj: {} },
    };
  },
  validate(inputs) {
    const both = !isZero(inputs["endDate"]) && !isZero(inputs["endDateRelative"]);
    const encoding = text(inputs["encoding"]) || "pem";
    return [
      ...(both ? [`Conflicting configuration arguments: "endDate" conflicts with "endDateRelative"`] : []),
      ...(["base64", "hex", "pem"].includes(encoding) ? [] : [`expected encoding to be base64, hex or pem`]),
    ];
  },

  async create(graph, inputs) {
    const objectId = parseApplicationId(text(inputs["applicationId"]));
    const keyId = text(inputs["keyId"]) || randomUUID();
    const id = `${objectId}/certificate/${keyId}`;
    await lock(objectId, async () => {
      const live = await listKeys(graph, objectId);
      if (live === undefined) throw new Error(`Application with object ID "${objectId}" was not found`);
      if (live.some((key) => text(key["keyId"]).toLowerCase() === keyId.toLowerCase())) {
        throw new Error(
          `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported into the State`,
        );
      }
      await writeKeys(graph, objectId, [...live, createKey(inputs, keyId)]);
    });
    const state = await this.read(graph, id, inputs);
    if (state === undefined) throw new Error(`Certificate ${id} was not found after it was added`);
    return { id, state };
  },

  async read(graph, id, state) {
    const { objectId, keyId } = parseId(id);
    const live = await listKeys(graph, objectId);
    const key = live?.find((candidate) => text(candidate["keyId"]).toLowerCase() === keyId.toLowerCase());
    if (key === undefined) return undefined;
    return {
      id,
      applicationId: `/applications/${objectId}`,
      encoding: text(state["encoding"]) || "pem",
      endDate: withoutFraction(key["endDateTime"]),
      endDateRelative: text(state["endDateRelative"]) || null,
      keyId,
      startDate: withoutFraction(key["startDateTime"]),
      type: text(key["type"]),
      value: text(state["value"]),
    };
  },

  async delete(graph, id) {
    const { objectId, keyId } = parseId(id);
    await lock(objectId, async () => {
      const live = await listKeys(graph, objectId);
      if (live === undefined) return;
      const others = live.filter((key) => text(key["keyId"]).toLowerCase() !== keyId.toLowerCase());
      if (others.length < live.length) await writeKeys(graph, objectId, others);
    });
  },
};

function parseApplicationId(id: string): string {
  const match = /^\/applications\/([0-9a-f-]{36})$/i.exec(id);
  if (match?.[1] === undefined)
    throw new Error(`parsing "${id}": the ID must be of the form /applications/<object id>`);
  return match[1];
}

function parseId(id: string): { objectId: string; keyId: string } {
  const match = /^([0-9a-f-]{36})\/certificate\/([0-9a-f-]{36})$/i.exec(id);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new Error(`parsing "${id}": the ID must be of the form <application object id>/certificate/<key id>`);
  }
  return { objectId: match[1], keyId: match[2] };
}

async function listKeys(graph: Graph, objectId: string): Promise<PropertyMap[] | undefined> {
  const application = await graph.find(`/v1.0/applications/${objectId}`);
  if (application === undefined) return undefined;
  return (application["keyCredentials"] ?? []) as PropertyMap[];
}

async function writeKeys(graph: Graph, objectId: string, keyCredentials: PropertyMap[]): Promise<void> {
  const body = { "@odata.type": "#microsoft.graph.application", id: objectId, keyCredentials };
  try {
    await graph.call("PATCH", `/v1.0/applications/${objectId}`, body);
  } catch (error) {
    if (error instanceof GraphError) {
      error.message = `Adding or removing a certificate for Application (Application: "${objectId}"): ${error.message}`;
    }
    throw error;
  }
}

function createKey(inputs: PropertyMap, keyId: string): PropertyMap {
  const start = text(inputs["startDate"]);
  const end = text(inputs["endDate"]) || endFromRelative(text(inputs["endDateRelative"]), start);
  return {
    ...(start === "" ? {} : { startDateTime: start }),
    ...(end === "" ? {} : { endDateTime: end }),
    key: encodeKey(text(inputs["value"]), text(inputs["encoding"]) || "pem"),
    keyId,
    type: text(inputs["type"]),
    usage: "Verify",
  };
}

/** Graph takes base64; of a PEM the plugin sends the base64 of the text itself (recorded). */
function encodeKey(value: string, encoding: string): string {
  if (encoding === "base64") return value;
  return Buffer.from(value, encoding === "hex" ? "hex" : "utf8").toString("base64");
}

/** A duration in Go's notation, of hours, minutes and seconds, after the start or now. */
function endFromRelative(duration: string, start: string): string {
  if (duration === "") return "";
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 };
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  if (parts.map(([part]) => part).join("") !== duration) {
    throw new Error(`unable to parse endDateRelative "${duration}" as a duration`);
  }
  const length = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0), 0);
  const from = start === "" ? Date.now() : Date.parse(start);
  return withoutFraction(new Date(from + length).toISOString());
}

function withoutFraction(date: unknown): string {
  return text(date).replace(/\.\d+Z$/, "Z");
}
