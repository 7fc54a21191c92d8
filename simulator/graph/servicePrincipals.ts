/** Enterprise apps in Graph, as azuread 6.9.1 and this tenant's callers use them. */
import { randomUUID } from "node:crypto";
import type { DirectoryApplication, DirectoryServicePrincipal } from "../tenant/directoryModel.ts";
import { forgetServicePrincipal } from "../tenant/replication.ts";
import { appRolesOf } from "../tenant/resourceApplications.ts";
import type { Route, Simulator, SimulatorResponse } from "../server/service.ts";
import { badRequest, GraphError, missingValue, notFound } from "./errors.ts";
import { replaceKeyCredentials, withKeys } from "./keyCredentials.ts";
import { appeared, appearLater, hasAppeared } from "./lag.ts";
import { addOwner, listOwners, readOwners, removeOwner, requireControl } from "./owners.ts";
import { addPassword, removePassword, replacePasswords } from "./passwordCredentials.ts";
import { mergeProperties, readOthers } from "./properties.ts";
import { projectRow, projectRows } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { describeServicePrincipal, SERVICE_PRINCIPAL } from "./servicePrincipalShape.ts";

export const servicePrincipalRoutes: Route[] = [
  ...graphRoute("GET", "/servicePrincipals", "readApplications", listServicePrincipals),
  ...graphRoute("POST", "/servicePrincipals", "writeApplications", createServicePrincipal),
  ...graphRoute("GET", "/servicePrincipals(appId=':appId')", "readApplications", readServicePrincipal),
  ...graphRoute("GET", "/servicePrincipals/:id", "readApplications", readServicePrincipal),
  ...graphRoute("PATCH", "/servicePrincipals/:id", "writeApplications", updateServicePrincipal),
  ...graphRoute("DELETE", "/servicePrincipals/:id", "writeApplications", deleteServicePrincipal),
  ...graphRoute("GET", "/servicePrincipals/:id/owners", "readApplications", (call) =>
    listOwners(call, findNamed(call)),
  ),
  ...graphRoute("POST", "/servicePrincipals/:id/owners/$ref", "writeApplications", (call) =>
    addOwner(call, findNamed(call)),
  ),
  ...graphRoute("DELETE", "/servicePrincipals/:id/owners/:ownerId/$ref", "writeApplications", (call) =>
    removeOwner(call, findNamed(call)),
  ),
  ...graphRoute("POST", "/servicePrincipals/:id/addPassword", "writeApplications", (call) =>
    addPassword(call, findNamed(call)),
  ),
  ...graphRoute("POST", "/servicePrincipals/:id/removePassword", "writeApplications", (call) =>
    removePassword(call, findNamed(call)),
  ),
];

/** Not kept in `other`: fields of the model, and what only the service sets. */
const OWN = ["id", "appId", "displayName", "accountEnabled", "appRoles", "keyCredentials", "passwordCredentials"];

/** Finds the enterprise app that the path names by object id or app id; throws 404. */
export function findNamed({ request, simulator }: GraphRequest): DirectoryServicePrincipal {
  const { id, appId } = request.params;
  const wanted = (id ?? appId ?? "").toLowerCase();
  const principal = simulator.tenant.servicePrincipals.find((candidate) =>
    appId === undefined ? candidate.id === wanted : candidate.appId === wanted,
  );
  if (principal === undefined || !hasAppeared(simulator, principal)) throw notFound(wanted);
  return principal;
}

function listServicePrincipals({ request, simulator }: GraphRequest): SimulatorResponse {
  const rows = appeared(simulator, simulator.tenant.servicePrincipals).map(describeServicePrincipal);
  return { status: 200, body: projectRows(request, simulator, rows, SERVICE_PRINCIPAL) };
}

function readServicePrincipal(call: GraphRequest): SimulatorResponse {
  const principal = findNamed(call);
  const row = withKeys(call.request, describeServicePrincipal(principal), principal);
  return { status: 200, body: projectRow(call.request, call.simulator, row, SERVICE_PRINCIPAL) };
}

function createServicePrincipal(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const { tenant } = simulator;
  const body = readBody(request);
  if (typeof body["appId"] !== "string") throw missingValue("appId", "ServicePrincipal");
  const appId = body["appId"].toLowerCase();
  const application = findApplication(appId, simulator);
  if (tenant.servicePrincipals.some((other) => other.appId === appId)) throw inUse(appId);
  const isOwn = tenant.applications.includes(application);
  const principal: DirectoryServicePrincipal = {
    id: randomUUID(),
    appId,
    displayName: application.displayName,
    accountEnabled: body["accountEnabled"] !== false,
    appRoles: appRolesOf(appId),
    ownerIds: readOwners(body, call),
    directoryRoles: [],
    keyCredentials: replaceKeyCredentials([], body["keyCredentials"] ?? []),
    other: {
      createdDateTime: new Date(simulator.now()).toISOString(),
      appOwnerOrganizationId: isOwn ? tenant.tenantId : (application.other["organizationId"] ?? null),
      signInAudience: application.other["signInAudience"] ?? "AzureADMyOrg",
      ...readOthers(body, OWN),
    },
  };
  tenant.servicePrincipals.push(principal);
  appearLater(simulator, principal);
  recordWrite(call, principal.displayName, 201);
  const row = describeServicePrincipal(principal);
  return { status: 201, body: projectRow(request, simulator, row, SERVICE_PRINCIPAL) };
}

/** The app registration behind an app id: this tenant's own, or a multi-tenant one elsewhere. */
function findApplication(appId: string, simulator: Simulator): DirectoryApplication {
  const { tenant } = simulator;
  const known = [...tenant.applications, ...(tenant.foreignApplications ?? [])];
  const application = known.find((candidate) => candidate.appId === appId);
  if (application !== undefined && hasAppeared(simulator, application)) return application;
  throw badRequest(`The appId '${appId}' of the service principal does not reference a valid application object.`);
}

function inUse(appId: string): GraphError {
  return new GraphError(
    409,
    "Request_MultipleObjectsWithSameKeyValue",
    `The service principal cannot be created, updated, or restored because the service principal name ${appId} is ` +
      "already in use.",
  );
}

function updateServicePrincipal(call: GraphRequest): SimulatorResponse {
  const principal = findNamed(call);
  requireControl(call, principal);
  const body = readBody(call.request);
  if (typeof body["accountEnabled"] === "boolean") principal.accountEnabled = body["accountEnabled"];
  if (body["keyCredentials"] !== undefined) {
    principal.keyCredentials = replaceKeyCredentials(principal.keyCredentials ?? [], body["keyCredentials"]);
  }
  if (body["passwordCredentials"] !== undefined) replacePasswords(principal, body["passwordCredentials"]);
  principal.other = mergeProperties(principal.other, readOthers(body, OWN));
  recordWrite(call, principal.displayName, 204);
  return { status: 204 };
}

function deleteServicePrincipal(call: GraphRequest): SimulatorResponse {
  const principal = findNamed(call);
  requireControl(call, principal);
  dropServicePrincipal(call.simulator, principal);
  recordWrite(call, principal.displayName, 204);
  return { status: 204 };
}

/** Into the recycle bin; its consents go at once, Exchange's pointer and its assignments after replication. */
export function dropServicePrincipal(simulator: Simulator, principal: DirectoryServicePrincipal): void {
  const { tenant } = simulator;
  tenant.servicePrincipals = tenant.servicePrincipals.filter((other) => other !== principal);
  tenant.appRoleAssignments = tenant.appRoleAssignments.filter(
    ({ principalId, resourceId }) => principalId !== principal.id && resourceId !== principal.id,
  );
  tenant.permissionGrants = (tenant.permissionGrants ?? []).filter(
    ({ clientId, resourceId }) => clientId !== principal.id && resourceId !== principal.id,
  );
  const deletedDateTime = new Date(simulator.now()).toISOString();
  tenant.deletedItems = [
    ...(tenant.deletedItems ?? []),
    { type: "servicePrincipal", deletedDateTime, object: principal },
  ];
  forgetServicePrincipal(simulator, principal.id);
}
