/** Where a cloud's services answer: Microsoft's documented clouds, or a private one that describes itself. */
import { httpTransport } from "../network/transport.ts";
import type { Transport } from "../network/transport.ts";
import type { Endpoints } from "./connection.ts";

interface Cloud {
  /** Names that `azuread:environment` takes for it. */
  readonly names: readonly string[];
  readonly authority: string;
  readonly graph: string;
  /** facts/exchange.md §1.1. */
  readonly exchange: string;
}

const clouds: readonly Cloud[] = [
  {
    names: ["public", "global"],
    authority: "https://login.microsoftonline.com",
    graph: "https://graph.microsoft.com",
    exchange: "https://outlook.office365.com",
  },
  {
    names: ["usgovernment", "usgovernmentl4"],
    authority: "https://login.microsoftonline.us",
    graph: "https://graph.microsoft.us",
    exchange: "https://outlook.office365.us",
  },
  {
    names: ["usgovernmentl5", "dod"],
    authority: "https://login.microsoftonline.us",
    graph: "https://dod-graph.microsoft.us",
    exchange: "https://outlook-dod.office365.us",
  },
  {
    names: ["china"],
    authority: "https://login.chinacloudapi.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    exchange: "https://outlook.office365.cn",
  },
];

/** The documented hosts of a cloud, by its name in `azuread:environment`; `undefined` for an unknown name. */
export function endpointsOf(environment: string): Endpoints | undefined {
  const cloud = clouds.find(({ names }) => names.includes(environment.toLowerCase()));
  if (cloud === undefined) return undefined;
  const { authority, graph, exchange } = cloud;
  return { authority, graph, exchange, isPrivate: false };
}

/**
 * The name that tokens for Exchange are asked by: the cloud's documented host, also where Exchange is reached by
 * another address. A private cloud knows the public name (the resource's own, facts/exchange.md §1.1).
 */
export function exchangeResource(endpoints: Endpoints): string {
  const own = clouds.find(({ exchange }) => exchange === endpoints.exchange);
  const same = clouds.find(({ graph }) => graph === endpoints.graph);
  return (own ?? same)?.exchange ?? "https://outlook.office365.com";
}

/** All names that {@link endpointsOf} takes. */
export const environmentNames: readonly string[] = clouds.flatMap(({ names }) => names);

/** The origin of an https address without a path; `undefined` for anything else. */
export function httpsOrigin(address: string): string | undefined {
  const url = URL.parse(address);
  const isPlain = url !== null && url.pathname === "/" && url.search === "" && url.username === "" && url.hash === "";
  return isPlain && url.protocol === "https:" ? url.origin : undefined;
}

/**
 * Reads a private cloud's own description, as azuread does (facts/pulumi.md §7). Rejects with an Error in one line.
 * @param host name, with a port where it has one.
 */
export async function readMetadata(
  host: string,
  transport: Transport = httpTransport({ timeLimit: 30_000, sizeLimit: 1024 * 1024 }),
): Promise<{ authority: string; graph: string }> {
  const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
  const { status, body } = await transport({ method: "GET", url, headers: { Accept: "application/json" } });
  if (status !== 200) throw new Error(`${url} answered with status ${status}`);
  let metadata: unknown;
  try {
    metadata = JSON.parse(body);
  } catch {
    throw new Error(`${url} did not answer with JSON`);
  }
  const { microsoftGraphResourceId, authentication } = record(metadata);
  return {
    authority: origin(url, "authentication.loginEndpoint", record(authentication)["loginEndpoint"]),
    graph: origin(url, "microsoftGraphResourceId", microsoftGraphResourceId),
  };
}

function origin(url: string, name: string, value: unknown): string {
  const found = typeof value === "string" ? httpsOrigin(value) : undefined;
  if (found === undefined) throw new Error(`${url} names no https address as ${name}`);
  return found;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
