/** Query options of Graph reads: `$select`, `$filter`, `$top` with continuation links, `$count`. */
import type { Simulator, SimulatorRequest } from "../server/service.ts";
import { badRequest, GraphError, notModelled } from "./errors.ts";
import { parseFilter, requireKnownProperties } from "./filter.ts";
import type { Row } from "./filter.ts";

/** Graph's defaults for directory objects. */
const PAGE = 100;
const LARGEST_PAGE = 999;

const SUPPORTED = ["$select", "$filter", "$top", "$count", "$skiptoken", "api-version"];

/** How a kind of object is served. */
export interface Shape {
  /** E.g. `microsoft.graph.user`. */
  readonly type: string;
  /** Name in `@odata.context`, e.g. `users`. */
  readonly set: string;
  /** Properties that v1.0 serves without `$select`; absent: all. */
  readonly defaults?: readonly string[];
  /** What `$expand` may name; the rows come with it then. */
  readonly expands?: string;
}

/** Reads one option; `URLSearchParams` turns plus signs into spaces, as azuread needs it. */
function option(request: SimulatorRequest, name: string): string | undefined {
  return request.url.searchParams.get(name) ?? undefined;
}

function requireSupported(request: SimulatorRequest, { expands }: Shape): void {
  for (const [name, value] of request.url.searchParams) {
    if (name === "$expand" && value === expands) continue;
    if (!SUPPORTED.includes(name)) throw notModelled(`The query option '${name}'`);
  }
}

/** One object with the properties that the request asked for. */
export function projectRow(request: SimulatorRequest, simulator: Simulator, row: Row, shape: Shape): Row {
  requireSupported(request, shape);
  const context = `${baseOf(request, simulator)}/$metadata#${shape.set}/$entity`;
  return { "@odata.context": context, ...selectFrom(request, row, shape) };
}

/** A page of the rows that pass the filter. `rows` must come in a stable order. */
export function projectRows(
  request: SimulatorRequest,
  simulator: Simulator,
  rows: readonly Row[],
  shape: Shape,
): Record<string, unknown> {
  requireSupported(request, shape);
  const kept = filterRows(request, rows, shape);
  const size = readTop(request);
  const start = readSkip(request);
  const page = kept.slice(start, start + size);
  const base = baseOf(request, simulator);
  const counted = option(request, "$count") === "true" ? { "@odata.count": kept.length } : {};
  const next = start + size < kept.length ? { "@odata.nextLink": linkTo(request, simulator, start + size) } : {};
  const value = page.map((row) => selectFrom(request, row, shape));
  return { "@odata.context": `${base}/$metadata#${shape.set}`, ...counted, ...next, value };
}

function filterRows(request: SimulatorRequest, rows: readonly Row[], shape: Shape): readonly Row[] {
  const filter = option(request, "$filter");
  if (filter === undefined) return rows;
  const isEventual = request.headers["consistencylevel"]?.toLowerCase() === "eventual";
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  if (rows.length > 0) requireKnownProperties(filter, known, shape.type);
  return rows.filter(parseFilter(filter, isEventual && option(request, "$count") === "true"));
}

function selectFrom(request: SimulatorRequest, row: Row, shape: Shape): Row {
  const select = option(request, "$select");
  const isBeta = request.url.pathname.toLowerCase().startsWith("/beta/");
  if (select === undefined) return shape.defaults === undefined || isBeta ? row : pick(row, shape.defaults);
  const names = select.split(",").map((name) => name.trim());
  if (names.includes("")) throw badRequest("Parsing OData Select and Expand failed: Term '' is not valid.");
  // `id` comes along whatever is selected; a known property without a value is null.
  return pick(row, names.includes("*") ? Object.keys(row) : [...new Set(["id", ...names])]);
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

function readTop(request: SimulatorRequest): number {
  const top = option(request, "$top");
  if (top === undefined) return PAGE;
  const size = Number(top);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    throw badRequest(`Invalid page size specified: '${top}'. Must be between 1 and ${LARGEST_PAGE} inclusive.`);
  }
  return size;
}

function readSkip(request: SimulatorRequest): number {
  const token = option(request, "$skiptoken");
  if (token === undefined) return 0;
  const start = Number(
    Buffer.from(token, "base64url")
      .toString()
      .replace(/^from:/, ""),
  );
  if (!Number.isInteger(start)) throw new GraphError(400, "Directory_ExpiredPageToken", "The page token is not valid.");
  return start;
}

function linkTo(request: SimulatorRequest, simulator: Simulator, start: number): string {
  const url = new URL(request.url.pathname + request.url.search, simulator.origin);
  url.searchParams.set("$skiptoken", Buffer.from(`from:${start}`).toString("base64url"));
  return url.href;
}

/** `<origin>/v1.0` or `<origin>/beta`. */
export function baseOf(request: SimulatorRequest, { origin }: Simulator): string {
  return `${origin}/${request.url.pathname.split("/")[1] ?? "v1.0"}`;
}
