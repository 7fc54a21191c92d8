/** What a request is, in the words that fault plans and the request log use: a channel and an operation. */
import type { Route, SimulatorRequest } from "./service.ts";

export type Channel = "graph" | "exchange" | "ews" | "token" | "metadata";

export const CHANNELS: readonly Channel[] = ["graph", "exchange", "ews", "token", "metadata"];

export interface Call {
  readonly channel: Channel;
  /**
   * What a fault plan can name it by: the cmdlet, the EWS operation, or method and path without the version, both as it
   * was sent and as the route writes it (`PATCH /users/1b…`, `PATCH /users/:id`).
   */
  readonly operations: readonly string[];
}

export function describeCall(request: SimulatorRequest, route: Route | undefined): Call {
  const channel = channelOf(request.url.pathname);
  if (channel === "exchange") return { channel, operations: [cmdletOf(request)] };
  if (channel === "ews") return { channel, operations: [soapOperationOf(request.body)] };
  const sent = `${request.method} ${withoutVersion(request.url.pathname)}`;
  const operations = route === undefined ? [sent] : [sent, `${request.method} ${withoutVersion(route.path)}`];
  return { channel, operations };
}

function channelOf(path: string): Channel {
  const lower = path.toLowerCase();
  if (lower.startsWith("/adminapi/") || lower.startsWith("/powershell/")) return "exchange";
  if (lower.startsWith("/ews/")) return "ews";
  if (lower.endsWith("/token")) return "token";
  return /^\/(v1\.0|beta)\//.test(lower) ? "graph" : "metadata";
}

function withoutVersion(path: string): string {
  return path.replace(/^\/(v1\.0|beta)(?=\/)/i, "").replaceAll("%24", "$");
}

/** The cmdlet of an InvokeCommand or of a shell, or the last part of the path (`$batch`, `EXOModuleFile`). */
function cmdletOf(request: SimulatorRequest): string {
  const last = request.url.pathname.split("/").at(-1)?.replace("%24", "$") ?? "";
  if (!/^invoke(command)?$/i.test(last)) return last;
  const name = /"(?:CmdletName|cmdlet)"\s*:\s*"([^"]*)"/.exec(request.body)?.[1];
  return name ?? last;
}

/** The name of the first element in the SOAP body. */
function soapOperationOf(body: string): string {
  return /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? "";
}
