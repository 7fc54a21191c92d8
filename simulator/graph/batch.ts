/** Graph's `$batch`: up to 20 requests, each through the server's faults and routes (facts/calendar-access.md §5). */
import type { Caller, Route, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { GraphError } from "./errors.ts";
import { graphRoute, readBody } from "./route.ts";
import type { GraphRequest } from "./route.ts";

const LARGEST_BATCH = 20;

interface Item {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly dependsOn: readonly string[];
}

interface Answered {
  readonly id: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export const batchRoutes: Route[] = graphRoute("POST", "/$batch", undefined, runBatch);

async function runBatch({ request, simulator, caller }: GraphRequest): Promise<SimulatorResponse> {
  const items = readItems(readBody(request)["requests"]);
  const version = request.url.pathname.split("/")[1] ?? "v1.0";
  const failed = new Set<string>();
  const responses: Answered[] = [];
  for (const item of items) {
    const isBlocked = item.dependsOn.some((id) => failed.has(id));
    const response = isBlocked ? failedDependency() : await run(item, version, caller, simulator);
    if (response.status >= 400) failed.add(item.id);
    responses.push(describe(item.id, response));
  }
  return { status: 200, body: { responses } };
}

async function run(item: Item, version: string, caller: Caller, simulator: Simulator): Promise<SimulatorResponse> {
  const path = item.url.startsWith("/") ? item.url : `/${item.url}`;
  const url = new URL(`/${version}${path}`, simulator.origin);
  const request: SimulatorRequest = {
    method: item.method.toUpperCase(),
    url,
    headers: item.headers,
    body: item.body,
    params: {},
    caller,
  };
  if (simulator.dispatch === undefined) throw new Error("A batch needs the server's dispatcher.");
  return simulator.dispatch(request);
}

function readItems(requests: unknown): Item[] {
  if (!Array.isArray(requests)) throw invalidBatch("Invalid batch payload format.");
  if (requests.length > LARGEST_BATCH) {
    throw invalidBatch(`Number of batch request steps exceeds the maximum value of ${LARGEST_BATCH}.`);
  }
  const items = requests.map(readItem);
  if (new Set(items.map(({ id }) => id)).size < items.length)
    throw invalidBatch("Request Id has to be unique in a batch.");
  return items;
}

function readItem(item: unknown): Item {
  if (typeof item !== "object" || item === null) throw invalidBatch("Invalid batch payload format.");
  const { id, method, url, headers, body, dependsOn } = item as Record<string, unknown>;
  if (typeof id !== "string" || typeof method !== "string" || typeof url !== "string") {
    throw invalidBatch("Invalid batch payload format.");
  }
  const sent = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  return {
    id,
    method,
    url,
    headers: Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: body === undefined ? "" : JSON.stringify(body),
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [],
  };
}

function describe(id: string, { status, headers, body }: SimulatorResponse): Answered {
  const answered = { id, status, headers: { "Content-Type": "application/json", ...headers } };
  return body === undefined || Buffer.isBuffer(body) ? answered : { ...answered, body };
}

function failedDependency(): SimulatorResponse {
  return { status: 424, body: { error: { code: "FailedDependency", message: "Failed Dependency" } } };
}

function invalidBatch(message: string): GraphError {
  return new GraphError(400, "BadRequest", message);
}
