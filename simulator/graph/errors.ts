/** Graph's refusals and their envelope (facts/calendar-access.md §3). */
import { randomUUID } from "node:crypto";
import type { SimulatorResponse } from "../server/service.ts";

export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

/** A refused Graph request; routes throw it. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];

  constructor(status: number, code: string, message: string, details: readonly ErrorDetail[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** `{"error":{code, message, details?, innerError}}`. */
export function describeError(error: GraphError, now: number, clientRequestId?: string): SimulatorResponse {
  const requestId = randomUUID();
  const innerError = {
    date: new Date(now).toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": clientRequestId ?? requestId,
  };
  const details = error.details.length > 0 ? { details: error.details } : {};
  return {
    status: error.status,
    body: { error: { code: error.code, message: error.message, ...details, innerError } },
  };
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, "Request_BadRequest", message);
}

export function notFound(name: string): GraphError {
  return new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function denied(): GraphError {
  return new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

/** Something that Graph has and this tenant does not. */
export function notModelled(what: string): GraphError {
  return new GraphError(501, "NotModelled", `${what} is not modelled by the embedded tenant.`);
}

/** A value that another object holds. */
export function conflict(property: string): GraphError {
  const message = `Another object with the same value for property ${property} already exists.`;
  return new GraphError(400, "Request_BadRequest", message, [{ code: "ObjectConflict", message, target: property }]);
}

export function missingValue(property: string, resource: string): GraphError {
  return badRequest(`A value is required for property '${property}' of resource '${resource}'.`);
}

export function invalidValue(property: string): GraphError {
  return badRequest(`Invalid value specified for property '${property}' of resource 'User'.`);
}
