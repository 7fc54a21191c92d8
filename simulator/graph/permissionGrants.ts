/** Delegated consents in Graph: `/oauth2PermissionGrants`. What a user's token may do by them is not modelled. */
import { randomBytes } from "node:crypto";
import type { PermissionGrant } from "../tenant/directoryModel.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { badRequest, notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";

const SHAPE: Shape = { type: "microsoft.graph.oAuth2PermissionGrant", set: "oauth2PermissionGrants" };
const PATH = "/oauth2PermissionGrants";

export const permissionGrantRoutes: Route[] = [
  ...graphRoute("GET", PATH, "readPermissionGrants", list),
  ...graphRoute("POST", PATH, "writePermissionGrants", create),
  ...graphRoute("DELETE", `${PATH}/:id`, "writePermissionGrants", remove),
];

function describe(grant: PermissionGrant): Row {
  return { ...grant };
}

function grantsOf({ simulator }: GraphRequest): PermissionGrant[] {
  return (simulator.tenant.permissionGrants ??= []);
}

function list(call: GraphRequest): SimulatorResponse {
  const rows = grantsOf(call).map(describe);
  return { status: 200, body: projectRows(call.request, call.simulator, rows, SHAPE) };
}

function create(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const { servicePrincipals, users } = simulator.tenant;
  const { clientId, consentType, principalId, resourceId, scope } = readBody(request);
  const client = servicePrincipals.find(({ id }) => id === clientId);
  const resource = servicePrincipals.find(({ id }) => id === resourceId);
  if (client === undefined || resource === undefined || typeof scope !== "string") {
    throw badRequest("Invalid value specified for property of resource 'oAuth2PermissionGrant'.");
  }
  const user = users.find(({ id }) => id === principalId);
  const isForAll = consentType === "AllPrincipals";
  if (!isForAll && (consentType !== "Principal" || user === undefined)) {
    throw badRequest("Invalid value specified for property 'consentType' of resource 'oAuth2PermissionGrant'.");
  }
  const grant: PermissionGrant = {
    id: randomBytes(32).toString("base64url"),
    clientId: client.id,
    consentType: isForAll ? "AllPrincipals" : "Principal",
    principalId: isForAll ? null : (user?.id ?? null),
    resourceId: resource.id,
    scope,
  };
  grantsOf(call).push(grant);
  recordWrite(call, `${client.displayName}: ${scope}`, 201);
  return { status: 201, body: projectRow(request, simulator, describe(grant), SHAPE) };
}

function remove(call: GraphRequest): SimulatorResponse {
  const name = call.request.params["id"] ?? "";
  const grants = grantsOf(call);
  const found = grants.find(({ id }) => id === name);
  if (found === undefined) throw notFound(name);
  call.simulator.tenant.permissionGrants = grants.filter((grant) => grant !== found);
  recordWrite(call, found.scope, 204);
  return { status: 204 };
}
