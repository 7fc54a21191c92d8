/** Federated identity credentials of an app registration: which other issuer's tokens it trusts. */
import { randomUUID } from "node:crypto";
import type { DirectoryApplication } from "../tenant/directoryModel.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { findApplication } from "./applications.ts";
import { conflict, missingValue, notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { requireControl } from "./owners.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";

const TYPE = "FederatedIdentityCredential";
const SHAPE: Shape = { type: `microsoft.graph.${TYPE}`, set: "federatedIdentityCredentials" };
const PATH = "/applications/:id/federatedIdentityCredentials";

export const federatedCredentialRoutes: Route[] = [
  ...graphRoute("GET", PATH, "readApplications", ({ request, simulator, ...call }) => {
    const rows = listOf(findApplication({ request, simulator, ...call }));
    return { status: 200, body: projectRows(request, simulator, rows, SHAPE) };
  }),
  ...graphRoute("GET", `${PATH}/:credential`, "readApplications", (call) => {
    return { status: 200, body: projectRow(call.request, call.simulator, findOne(call), SHAPE) };
  }),
  ...graphRoute("POST", PATH, "writeApplications", add),
  ...graphRoute("DELETE", `${PATH}/:credential`, "writeApplications", remove),
];

function listOf(application: DirectoryApplication): Row[] {
  return application.federatedIdentityCredentials ?? [];
}

/** By id or by name. */
function findOne(call: GraphRequest): Row {
  const wanted = call.request.params["credential"] ?? "";
  const found = listOf(findApplication(call)).find(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
  if (found === undefined) throw notFound(wanted);
  return found;
}

function add(call: GraphRequest): SimulatorResponse {
  const application = findApplication(call);
  requireControl(call, application);
  const { name, issuer, subject, audiences, description = null } = readBody(call.request);
  for (const [property, value] of Object.entries({ name, issuer, subject })) {
    if (typeof value !== "string" || value === "") throw missingValue(property, TYPE);
  }
  if (!Array.isArray(audiences) || audiences.length !== 1) throw missingValue("audiences", TYPE);
  const others = listOf(application);
  if (others.some((other) => other["name"] === name)) throw conflict("name");
  if (others.some((other) => other["issuer"] === issuer && other["subject"] === subject)) throw conflict("subject");
  const created: Row = { id: randomUUID(), name, issuer, subject, description, audiences: audiences as unknown[] };
  application.federatedIdentityCredentials = [...others, created];
  recordWrite(call, application.displayName, 201);
  return { status: 201, body: projectRow(call.request, call.simulator, created, SHAPE) };
}

function remove(call: GraphRequest): SimulatorResponse {
  const application = findApplication(call);
  requireControl(call, application);
  const found = findOne(call);
  application.federatedIdentityCredentials = listOf(application).filter((other) => other !== found);
  recordWrite(call, application.displayName, 204);
  return { status: 204 };
}
