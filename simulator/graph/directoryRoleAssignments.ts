/** Entra's directory roles and who holds them, for the whole directory: `/roleManagement/directory`. */
import type { Route, Simulator, SimulatorResponse } from "../server/service.ts";
import type { Tenant } from "../tenant/model.ts";
import { DIRECTORY_ROLES } from "./authorization.ts";
import { badRequest, conflict, missingValue, notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { projectRow, projectRows } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";

const ASSIGNMENT = {
  type: "microsoft.graph.unifiedRoleAssignment",
  set: "roleManagement/directory/roleAssignments",
  expands: "principal",
};
const DEFINITION = { type: "microsoft.graph.unifiedRoleDefinition", set: "roleManagement/directory/roleDefinitions" };
const PATH = "/roleManagement/directory/roleAssignments";

/** Display names by template id. */
const NAMES: Readonly<Record<string, string>> = {
  [DIRECTORY_ROLES.globalAdministrator]: "Global Administrator",
  [DIRECTORY_ROLES.globalReader]: "Global Reader",
  [DIRECTORY_ROLES.userAdministrator]: "User Administrator",
  [DIRECTORY_ROLES.exchangeAdministrator]: "Exchange Administrator",
};

export const directoryRoleRoutes: Route[] = [
  ...graphRoute("GET", "/roleManagement/directory/roleDefinitions", "readDirectoryRoles", (call) => {
    const rows = Object.entries(NAMES).map(([id, displayName]) => ({
      id,
      templateId: id,
      displayName,
      isBuiltIn: true,
    }));
    return { status: 200, body: projectRows(call.request, call.simulator, rows, DEFINITION) };
  }),
  ...graphRoute("GET", PATH, "readDirectoryRoles", (call) => {
    const { tenant } = call.simulator;
    const isExpanded = call.request.url.searchParams.has("$expand");
    const rows = assignmentsOf(tenant).map((row) =>
      isExpanded ? { ...row, principal: principalOf(tenant, row) } : row,
    );
    return { status: 200, body: projectRows(call.request, call.simulator, rows, ASSIGNMENT) };
  }),
  ...graphRoute("GET", `${PATH}/:id`, "readDirectoryRoles", (call) => {
    return { status: 200, body: projectRow(call.request, call.simulator, findOne(call), ASSIGNMENT) };
  }),
  ...graphRoute("POST", PATH, "writeDirectoryRoles", create),
  ...graphRoute("DELETE", `${PATH}/:id`, "writeDirectoryRoles", remove),
];

/** Who holds roles: users, and enterprise apps. */
type Holder = { readonly id: string; directoryRoles?: string[] };

function holdersIn({ users, servicePrincipals }: Tenant): Holder[] {
  return [...users.filter(({ deletedDateTime }) => deletedDateTime === null), ...servicePrincipals];
}

function assignmentsOf(tenant: Tenant): Row[] {
  return holdersIn(tenant).flatMap(({ id, directoryRoles = [] }) => directoryRoles.map((role) => describe(id, role)));
}

/** Only assignments for the whole directory are modelled. */
function describe(principalId: string, roleDefinitionId: string): Row {
  const id = Buffer.from(`${roleDefinitionId}${principalId}`.replaceAll("-", ""), "hex").toString("base64url");
  return { id, principalId, roleDefinitionId, directoryScopeId: "/" };
}

/** The holder of an assignment, as `$expand` shows it: a few of its properties. */
function principalOf({ users, servicePrincipals }: Tenant, { principalId: id }: Row): Row {
  const user = users.find((each) => each.id === id);
  if (user !== undefined) {
    const { displayName, userPrincipalName } = user;
    return { "@odata.type": "#microsoft.graph.user", id, displayName, userPrincipalName };
  }
  const { displayName = null, appId = null } = servicePrincipals.find((each) => each.id === id) ?? {};
  return { "@odata.type": "#microsoft.graph.servicePrincipal", id, displayName, appId };
}

function findOne(call: GraphRequest): Row {
  const wanted = call.request.params["id"] ?? "";
  const found = assignmentsOf(call.simulator.tenant).find(({ id }) => id === wanted);
  if (found === undefined) throw notFound(wanted);
  return found;
}

function findHolder({ tenant }: Simulator, id: unknown): Holder | undefined {
  return holdersIn(tenant).find((holder) => holder.id === id);
}

function create(call: GraphRequest): SimulatorResponse {
  const { principalId, roleDefinitionId, directoryScopeId } = readBody(call.request);
  for (const [property, value] of Object.entries({ principalId, roleDefinitionId, directoryScopeId })) {
    if (typeof value !== "string" || value === "") throw missingValue(property, "UnifiedRoleAssignment");
  }
  if (directoryScopeId !== "/") throw badRequest("Only the scope of the whole directory is modelled.");
  const role = String(roleDefinitionId);
  const holder = findHolder(call.simulator, principalId);
  if (holder === undefined || NAMES[role] === undefined) throw notFound(String(holder ? role : principalId));
  const held = (holder.directoryRoles ??= []);
  if (held.includes(role)) throw conflict("roleDefinitionId");
  held.push(role);
  recordWrite(call, `${NAMES[role]}: ${holder.id}`, 201);
  return { status: 201, body: projectRow(call.request, call.simulator, describe(holder.id, role), ASSIGNMENT) };
}

function remove(call: GraphRequest): SimulatorResponse {
  const { principalId, roleDefinitionId } = findOne(call);
  const holder = findHolder(call.simulator, principalId);
  if (holder?.directoryRoles !== undefined) {
    holder.directoryRoles = holder.directoryRoles.filter((role) => role !== roleDefinitionId);
  }
  recordWrite(call, `${NAMES[String(roleDefinitionId)]}: ${String(principalId)}`, 204);
  return { status: 204 };
}
