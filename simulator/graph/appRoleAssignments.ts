/**
 * Consents of application permissions in Graph: `appRoleAssignedTo` of the resource, `appRoleAssignments` of the app.
 */
import { randomBytes } from "node:crypto";
import type { AppRoleAssignment, DirectoryServicePrincipal } from "../tenant/directoryModel.ts";
import type { Tenant } from "../tenant/model.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { badRequest, notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { hasAppeared } from "./lag.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { findNamed } from "./servicePrincipals.ts";

const SHAPE: Shape = { type: "microsoft.graph.appRoleAssignment", set: "appRoleAssignments" };

/** Which end of the assignment the path names. */
type End = "resourceId" | "principalId";

export const appRoleAssignmentRoutes: Route[] = [
  ...routesOf("/servicePrincipals/:id/appRoleAssignedTo", "resourceId"),
  ...routesOf("/servicePrincipals/:id/appRoleAssignments", "principalId"),
];

function routesOf(path: string, end: End): Route[] {
  return [
    ...graphRoute("GET", path, "readApplications", (call) => list(call, end)),
    ...graphRoute("POST", path, "writeConsents", (call) => create(call, end)),
    ...graphRoute("GET", `${path}/:assignmentId`, "readApplications", (call) => read(call, end)),
    ...graphRoute("DELETE", `${path}/:assignmentId`, "writeConsents", (call) => remove(call, end)),
  ];
}

function describe(assignment: AppRoleAssignment, tenant: Tenant): Row {
  return {
    id: assignment.id,
    deletedDateTime: null,
    appRoleId: assignment.appRoleId,
    createdDateTime: assignment.createdDateTime,
    principalDisplayName: findPrincipal(assignment.principalId, tenant)?.displayName ?? null,
    principalId: assignment.principalId,
    principalType: "ServicePrincipal",
    resourceDisplayName: findPrincipal(assignment.resourceId, tenant)?.displayName ?? null,
    resourceId: assignment.resourceId,
  };
}

function findPrincipal(id: unknown, tenant: Tenant): DirectoryServicePrincipal | undefined {
  return tenant.servicePrincipals.find((candidate) => candidate.id === id);
}

function listOf(call: GraphRequest, end: End): AppRoleAssignment[] {
  const { id } = findNamed(call);
  return call.simulator.tenant.appRoleAssignments.filter((assignment) => assignment[end] === id);
}

function find(call: GraphRequest, end: End): AppRoleAssignment {
  const name = call.request.params["assignmentId"] ?? "";
  const assignment = listOf(call, end).find(({ id }) => id === name);
  if (assignment === undefined) throw notFound(name);
  return assignment;
}

function list(call: GraphRequest, end: End): SimulatorResponse {
  const rows = listOf(call, end).map((assignment) => describe(assignment, call.simulator.tenant));
  return { status: 200, body: projectRows(call.request, call.simulator, rows, SHAPE) };
}

function read(call: GraphRequest, end: End): SimulatorResponse {
  const row = describe(find(call, end), call.simulator.tenant);
  return { status: 200, body: projectRow(call.request, call.simulator, row, SHAPE) };
}

function create(call: GraphRequest, end: End): SimulatorResponse {
  const { request, simulator } = call;
  const { tenant } = simulator;
  const { id } = findNamed(call);
  const { principalId, resourceId, appRoleId } = readBody(request);
  const found = findPrincipal(principalId, tenant);
  const principal = found !== undefined && hasAppeared(simulator, found) ? found : undefined;
  const resource = findPrincipal(resourceId, tenant);
  if (principal === undefined || resource === undefined || (end === "resourceId" ? resource : principal).id !== id) {
    throw badRequest("Not a valid reference update.");
  }
  const role = resource.appRoles.find((candidate) => candidate.id === appRoleId);
  if (role === undefined) throw badRequest("Permission being assigned was not found on application");
  const held = tenant.appRoleAssignments.some(
    (other) => other.principalId === principal.id && other.resourceId === resource.id && other.appRoleId === role.id,
  );
  if (held) throw badRequest("Permission being assigned already exists on the object");
  const assignment: AppRoleAssignment = {
    id: randomBytes(32).toString("base64url"),
    appRoleId: role.id,
    principalId: principal.id,
    resourceId: resource.id,
    createdDateTime: new Date(simulator.now()).toISOString(),
  };
  tenant.appRoleAssignments.push(assignment);
  recordWrite(call, `${principal.displayName}: ${role.value}`, 201);
  return { status: 201, body: projectRow(request, simulator, describe(assignment, tenant), SHAPE) };
}

function remove(call: GraphRequest, end: End): SimulatorResponse {
  const assignment = find(call, end);
  const { tenant } = call.simulator;
  tenant.appRoleAssignments = tenant.appRoleAssignments.filter((other) => other !== assignment);
  recordWrite(call, findPrincipal(assignment.principalId, tenant)?.displayName ?? assignment.principalId, 204);
  return { status: 204 };
}
