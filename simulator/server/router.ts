/** Finds the route of a request. Literal parts are compared case-insensitively, `:name` matches within one segment. */
import type { Route } from "./service.ts";

export interface Match {
  readonly route: Route;
  /** Values of the route's `:name` parts, decoded. */
  readonly params: Record<string, string>;
}

export type FindRoute = (method: string, pathname: string) => Match | undefined;

/** Characters that OData paths hold and that some clients percent-encode. */
const ODATA_CHARACTERS: Readonly<Record<string, string>> = {
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%3d": "=",
  "%7b": "{",
  "%7d": "}",
};

/** Routes without `:name` go before those with, otherwise the first wins. */
export function makeRouter(routes: readonly Route[]): FindRoute {
  const literalFirst = [...routes].sort((one, other) => countNames(one) - countNames(other));
  const compiled = literalFirst.map((route) => ({ route, pattern: compile(route.path) }));
  return (method, pathname) => {
    const path = pathname.replace(/%[0-9a-f]{2}/gi, (code) => ODATA_CHARACTERS[code.toLowerCase()] ?? code);
    for (const { route, pattern } of compiled) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match !== null) return { route, params: decode(match.groups ?? {}) };
    }
    return undefined;
  };
}

function countNames(route: Route): number {
  return route.path.match(/:[A-Za-z]+/g)?.length ?? 0;
}

function compile(path: string): RegExp {
  const source = path
    .split(/(:[A-Za-z]+)/)
    .map((part) => (part.startsWith(":") ? `(?<${part.slice(1)}>[^/]+?)` : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}/?$`, "i");
}

function decode(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodePart(value)]));
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
