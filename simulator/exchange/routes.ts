/** The Exchange admin API's routes: InvokeCommand, $batch and EXOModuleFile (facts/exchange.md §1.1, §1.2). */
import type { Route, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { notModelled, refusal } from "./answer.ts";
import { cmdletNames } from "./cmdlets.ts";
import { authorize, invokeCommand, isRecord, isResponse } from "./invoke.ts";
import { rightsOf } from "./rights.ts";

/** Most requests that a batch may hold; what clients send at most (the server's own limit is not known). */
const largestBatch = 10;

interface BatchItem {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

function readItems(body: string): BatchItem[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const requests = isRecord(parsed) ? parsed["requests"] : undefined;
    if (!Array.isArray(requests) || !requests.every(isRecord)) return undefined;
    return requests.map((item) => ({
      id: textOf(item["id"]),
      method: textOf(item["method"], "POST").toUpperCase(),
      url: textOf(item["url"]),
      headers: isRecord(item["headers"]) ? lowerNames(item["headers"]) : {},
      body: item["body"],
    }));
  } catch {
    return undefined;
  }
}

function textOf(value: unknown, fallback = ""): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : fallback;
}

function lowerNames(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** `POST /adminapi/beta/:tenant/$batch`: every item stands for itself; answers come in another order than requests. */
async function runBatch(request: SimulatorRequest, simulator: Simulator): Promise<SimulatorResponse> {
  const caller = authorize(request, simulator);
  if (isResponse(caller)) return caller;
  const items = readItems(request.body);
  if (items === undefined) return refusal(400, "BadRequest", "The request's body holds no requests.");
  if (items.length > largestBatch) {
    return refusal(400, "BadRequest", `The batch holds ${items.length} requests, more than ${largestBatch}.`);
  }
  if (new Set(items.map(({ id }) => id)).size < items.length) {
    return refusal(400, "BadRequest", "The ids of the requests in a batch must be unique.");
  }
  const responses: unknown[] = [];
  for (const item of items) responses.unshift(await runItem(item, request, simulator));
  return { status: 200, body: { responses } };
}

const itemPath = /^\/adminapi\/beta\/([^/]+)\/InvokeCommand$/i;

async function runItem(item: BatchItem, batch: SimulatorRequest, simulator: Simulator): Promise<unknown> {
  const url = itemUrl(item.url, batch);
  const tenant = itemPath.exec(url?.pathname ?? "")?.[1];
  if (url === undefined || tenant === undefined || item.method !== "POST") {
    return encodeItem(item.id, notModelled(`${item.method} ${item.url} in a batch`));
  }
  const request: SimulatorRequest = {
    method: "POST",
    url,
    // Preferences are the item's own; who asks is known from the batch.
    headers: { ...batch.headers, prefer: "", ...item.headers },
    body: JSON.stringify(item.body),
    params: { tenant: decodeURIComponent(tenant) },
    caller: batch.caller,
  };
  const response = simulator.dispatch ? await simulator.dispatch(request) : invokeCommand(request, simulator);
  return encodeItem(item.id, response);
}

/** Absolute, or relative to the tenant's address. */
function itemUrl(url: string, batch: SimulatorRequest): URL | undefined {
  const base = new URL(batch.url.href);
  base.pathname = base.pathname.replace(/[^/]*$/, "");
  base.search = "";
  return URL.canParse(url, base.href) ? new URL(url, base) : undefined;
}

/** A body that is no JSON, as that of a 403, does not fit into the envelope and is left out. */
function encodeItem(id: string, { status, headers, body }: SimulatorResponse): unknown {
  const isJson = isRecord(body) && !Buffer.isBuffer(body);
  return { id, status, headers: headers ?? {}, ...(isJson || typeof body === "string" ? { body } : {}) };
}

/**
 * `GET /adminapi/v1.0/:tenant/EXOModuleFile`: the cmdlets that the caller's roles allow, in one comma-separated text.
 */
function listCmdlets(request: SimulatorRequest, simulator: Simulator): SimulatorResponse {
  const caller = authorize(request, simulator);
  if (isResponse(caller)) return caller;
  const rights = rightsOf(simulator.tenant, caller);
  const exportedCmdlets = cmdletNames.filter((name) => rights.allows(name)).join(",");
  const context = `${simulator.origin}/adminapi/v1.0/${request.params["tenant"] ?? ""}/$metadata#EXOModuleFile`;
  return { status: 200, body: { "@odata.context": context, value: [{ exportedCmdlets }] } };
}

export const exchangeRoutes: Route[] = [
  { method: "POST", path: "/adminapi/beta/:tenant/InvokeCommand", handler: invokeCommand },
  { method: "POST", path: "/adminapi/beta/:tenant/$batch", handler: runBatch },
  { method: "GET", path: "/adminapi/v1.0/:tenant/EXOModuleFile", handler: listCmdlets },
];
