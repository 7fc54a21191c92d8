/** App registrations in Graph, as azuread 6.9.1 uses them (facts/azuread-recorded.md, facts/pulumi.md §7). */
import { randomUUID } from "node:crypto";
import type { DirectoryApplication } from "../tenant/directoryModel.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { APPLICATION, describeApplication } from "./applicationShape.ts";
import { missingValue, notFound } from "./errors.ts";
import { replaceKeyCredentials, withKeys } from "./keyCredentials.ts";
import { appeared, appearLater, hasAppeared } from "./lag.ts";
import { addOwner, listOwners, readOwners, removeOwner, requireControl } from "./owners.ts";
import { addPassword, removePassword, replacePasswords } from "./passwordCredentials.ts";
import { mergeProperties, readOthers } from "./properties.ts";
import { projectRow, projectRows } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { dropServicePrincipal } from "./servicePrincipals.ts";

export const applicationRoutes: Route[] = [
  ...graphRoute("GET", "/applications", "readApplications", listApplications),
  ...graphRoute("POST", "/applications", "writeApplications", createApplication),
  ...graphRoute("GET", "/applications(appId=':appId')", "readApplications", readApplication),
  ...graphRoute("GET", "/applications/:id", "readApplications", readApplication),
  ...graphRoute("PATCH", "/applications/:id", "writeApplications", updateApplication),
  ...graphRoute("DELETE", "/applications/:id", "writeApplications", deleteApplication),
  ...graphRoute("GET", "/applications/:id/owners", "readApplications", (call) =>
    listOwners(call, findApplication(call)),
  ),
  ...graphRoute("POST", "/applications/:id/owners/$ref", "writeApplications", (call) =>
    addOwner(call, findApplication(call)),
  ),
  ...graphRoute("DELETE", "/applications/:id/owners/:ownerId/$ref", "writeApplications", (call) =>
    removeOwner(call, findApplication(call)),
  ),
  ...graphRoute("POST", "/applications/:id/addPassword", "writeApplications", (call) =>
    addPassword(call, findApplication(call)),
  ),
  ...graphRoute("POST", "/applications/:id/removePassword", "writeApplications", (call) =>
    removePassword(call, findApplication(call)),
  ),
];

/** Not kept in `other`: fields of the model, and what only the service sets. */
const OWN = ["id", "appId", "displayName", "keyCredentials", "passwordCredentials", "owners@odata.bind"];

/** Finds the app registration that the path names by object id or app id; throws 404. */
export function findApplication({ request, simulator }: GraphRequest): DirectoryApplication {
  const { id, appId } = request.params;
  const wanted = (id ?? appId ?? "").toLowerCase();
  const application = simulator.tenant.applications.find((candidate) =>
    appId === undefined ? candidate.id === wanted : candidate.appId === wanted,
  );
  if (application === undefined || !hasAppeared(simulator, application)) throw notFound(wanted);
  return application;
}

function listApplications({ request, simulator }: GraphRequest): SimulatorResponse {
  const rows = appeared(simulator, simulator.tenant.applications).map(describeApplication);
  return { status: 200, body: projectRows(request, simulator, rows, APPLICATION) };
}

function readApplication(call: GraphRequest): SimulatorResponse {
  const application = findApplication(call);
  const row = withKeys(call.request, describeApplication(application), application);
  return { status: 200, body: projectRow(call.request, call.simulator, row, APPLICATION) };
}

function createApplication(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const body = readBody(request);
  if (typeof body["displayName"] !== "string" || body["displayName"] === "") {
    throw missingValue("displayName", "Application");
  }
  const application: DirectoryApplication = {
    id: randomUUID(),
    appId: randomUUID(),
    displayName: body["displayName"],
    secrets: [],
    keyCredentials: replaceKeyCredentials([], body["keyCredentials"] ?? []),
    ownerIds: readOwners(body, call),
    other: {
      createdDateTime: new Date(simulator.now()).toISOString(),
      publisherDomain: simulator.tenant.initialDomain,
      ...readOthers(body, OWN),
    },
  };
  simulator.tenant.applications.push(application);
  appearLater(simulator, application);
  recordWrite(call, application.displayName, 201);
  return { status: 201, body: projectRow(request, simulator, describeApplication(application), APPLICATION) };
}

function updateApplication(call: GraphRequest): SimulatorResponse {
  const application = findApplication(call);
  requireControl(call, application);
  const body = readBody(call.request);
  if (typeof body["displayName"] === "string") application.displayName = body["displayName"];
  if (body["keyCredentials"] !== undefined) {
    application.keyCredentials = replaceKeyCredentials(application.keyCredentials, body["keyCredentials"]);
  }
  if (body["passwordCredentials"] !== undefined) replacePasswords(application, body["passwordCredentials"]);
  application.other = mergeProperties(application.other, readOthers(body, OWN));
  recordWrite(call, application.displayName, 204);
  return { status: 204 };
}

/** Into the recycle bin, with the enterprise app in this tenant. */
function deleteApplication(call: GraphRequest): SimulatorResponse {
  const { simulator } = call;
  const application = findApplication(call);
  requireControl(call, application);
  const { tenant } = simulator;
  tenant.applications = tenant.applications.filter((other) => other !== application);
  const deletedDateTime = new Date(simulator.now()).toISOString();
  tenant.deletedItems = [...(tenant.deletedItems ?? []), { type: "application", deletedDateTime, object: application }];
  const principal = tenant.servicePrincipals.find(({ appId }) => appId === application.appId);
  if (principal !== undefined) dropServicePrincipal(simulator, principal);
  recordWrite(call, application.displayName, 204);
  return { status: 204 };
}
