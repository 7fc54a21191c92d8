/** Makes Graph routes: both versions, rights checked, refusals in Graph's envelope. */
import type { Caller, Route, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { requireCaller, requireRight } from "./authorization.ts";
import type { Right } from "./authorization.ts";
import { badRequest, describeError, GraphError } from "./errors.ts";

/** A request by a caller who has the route's right. */
export interface GraphRequest {
  readonly request: SimulatorRequest;
  readonly simulator: Simulator;
  readonly caller: Caller;
}

export type GraphHandler = (call: GraphRequest) => SimulatorResponse | Promise<SimulatorResponse>;

/** One route in v1.0 and beta. `path` has no version, e.g. `/users/:id`. */
export function graphRoute(
  method: Route["method"],
  path: string,
  right: Right | undefined,
  handler: GraphHandler,
): Route[] {
  const guarded: Route["handler"] = async (request, simulator) => {
    try {
      const caller = requireCaller(request, simulator);
      if (right !== undefined) requireRight(caller, right);
      return await handler({ request, simulator, caller });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return describeError(error, simulator.now(), request.headers["client-request-id"]);
    }
  };
  return ["/v1.0", "/beta"].flatMap((version) =>
    spellingsOf(path).map((spelling) => ({ method, path: `${version}${spelling}`, handler: guarded })),
  );
}

/** What is below an app registration or enterprise app can be asked for by its app id, too. */
function spellingsOf(path: string): string[] {
  const byAppId = path.replace(/^\/(applications|servicePrincipals)\/:id\//, "/$1(appId=':appId')/");
  return byAppId === path ? [path] : [path, byAppId];
}

/** The request's body as a JSON object; throws 400 for anything else. */
export function readBody(request: SimulatorRequest): Record<string, unknown> {
  try {
    const body: unknown = request.body === "" ? {} : JSON.parse(request.body);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest(
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
  );
}

/** Adds a line to the journal for a write that the caller made. */
export function recordWrite(call: GraphRequest, target: string, status: number): void {
  const path = call.request.url.pathname.replace(/^\/(v1\.0|beta)/i, "");
  const kind = path.split("/")[1] ?? "";
  const operation = `${call.request.method} /${kind}${path.endsWith("$ref") ? "/…/$ref" : ""}`;
  call.simulator.record({ actor: call.caller.name, operation, target, status });
}
