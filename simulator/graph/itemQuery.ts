/** `$filter` and `$orderby` of events and messages. */
import { notModelled } from "./errors.ts";
import { parseItemFilter } from "./filter.ts";
import type { GraphRequest } from "./route.ts";

type Json = Record<string, unknown>;

/** The rows that pass, in the order asked for; in the order given without one. */
export function queryItems({ request }: GraphRequest, rows: readonly Json[]): Json[] {
  const { searchParams } = request.url;
  const filter = searchParams.get("$filter");
  const passes = filter === null ? () => true : parseItemFilter(filter);
  const kept = rows.filter((row) => passes(flatten(row)));
  // The first property counts most, so it is sorted by last; sorting is stable.
  const orders = (searchParams.get("$orderby") ?? "").split(",").map((part) => part.trim());
  return orders
    .filter((order) => order !== "")
    .reverse()
    .reduce((sorted, order) => sortBy(sorted, order), kept);
}

function sortBy(rows: readonly Json[], order: string): Json[] {
  const [, path, direction] = /^([A-Za-z]+(?:\/[A-Za-z]+)?)(?: (asc|desc))?$/i.exec(order) ?? [];
  if (path === undefined) throw notModelled(`$orderby=${order}`);
  const sign = direction?.toLowerCase() === "desc" ? -1 : 1;
  const key = (row: Json): string => {
    const value = Object.entries(flatten(row)).find(([name]) => name.toLowerCase() === path.toLowerCase())?.[1];
    return value === undefined || value === null ? "" : JSON.stringify(value);
  };
  return [...rows].sort((one, other) => sign * key(one).localeCompare(key(other)));
}

/** Nested values also under their path: `start/dateTime`. */
function flatten(row: Json): Json {
  const flat: Json = { ...row };
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const [inner, nested] of Object.entries(value)) flat[`${name}/${inner}`] = nested as unknown;
  }
  return flat;
}
