/** Long lists: `-ResultSize` and pages with continuation links (facts/exchange.md §1.2). */
import { randomUUID } from "node:crypto";
import type { Tenant } from "../tenant/model.ts";
import type { Simulator, SimulatorRequest } from "../server/service.ts";
import { badBinding } from "./failure.ts";
import type { Output } from "./output.ts";
import type { Arguments, Parameters } from "./parameter.ts";

const defaultResultSize = 1000;
const largestPage = 1000;
/** A continuation is good for half an hour. */
const lifetime = 30 * 60 * 1000;

const moreThanDefault =
  "By default, only the first 1000 items are returned. Use the ResultSize parameter to specify the number of items " +
  'returned. To return all items, specify "-ResultSize Unlimited". Be aware that, depending on the actual number of ' +
  "items, returning all items can take a long time and consume a large amount of memory. Also, we don't recommend " +
  "storing the results in a variable. Instead, pipe the results to another task or script to perform batch changes.";
const moreThanAsked =
  "There are more results available than are currently displayed. To view them, increase the value for the ResultSize " +
  "parameter.";

/** What `-ResultSize` lets through; warns where it cuts. Cmdlets without the parameter return everything. */
export function cutToSize(
  output: readonly Output[],
  parameters: Parameters,
  values: Arguments,
  warn: (text: string) => void,
): readonly Output[] {
  if (parameters["ResultSize"] === undefined) return output;
  const asked = values.resultSize();
  const limit = asked ?? defaultResultSize;
  if (output.length <= limit) return output;
  warn(asked === undefined ? moreThanDefault : moreThanAsked);
  return output.slice(0, limit);
}

interface Pending {
  /** The request's body: a continuation repeats it. */
  body: string;
  rest: readonly Record<string, unknown>[];
  expires: number;
}

/** Continuations by tenant state: a reset forgets them. */
const pendingPages = new WeakMap<Tenant, Map<string, Pending>>();

export interface Page {
  value: readonly Record<string, unknown>[];
  nextLink: string | undefined;
}

/** The first page of a list, and a link to the others. */
export function firstPage(
  value: readonly Record<string, unknown>[],
  request: SimulatorRequest,
  simulator: Simulator,
): Page {
  const preferred = /odata\.maxpagesize=(\d+)/i.exec(request.headers["prefer"] ?? "")?.[1];
  const size = Math.min(Math.max(Number(preferred ?? largestPage), 1), largestPage);
  if (value.length <= size) return { value, nextLink: undefined };
  const pages = pendingPages.get(simulator.tenant) ?? new Map<string, Pending>();
  pendingPages.set(simulator.tenant, pages);
  const token = randomUUID();
  pages.set(token, { body: request.body, rest: value.slice(size), expires: simulator.now() + lifetime });
  const link = new URL(`${simulator.origin}${request.url.pathname}${request.url.search}`);
  link.searchParams.set("$skiptoken", token);
  return { value: value.slice(0, size), nextLink: link.href };
}

/** The page that a continuation asks for; `undefined` for a request that is none. Throws for an expired one. */
export function nextPage(request: SimulatorRequest, simulator: Simulator): Page | undefined {
  const token = request.url.searchParams.get("$skiptoken");
  if (token === null) return undefined;
  const pending = pendingPages.get(simulator.tenant)?.get(token);
  if (pending === undefined || pending.body !== request.body || pending.expires < simulator.now()) {
    throw badBinding("Expired or Invalid pagination request. Default Expiry time is 00:30:00");
  }
  return firstPage(pending.rest, request, simulator);
}
