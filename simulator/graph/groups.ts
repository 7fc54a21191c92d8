/** Groups in Graph: mail-enabled ones come from Exchange and are read-only here (facts/exchange.md §2.5). */
import type { DirectoryGroup } from "../model.ts";
import type { Route, SimulatorResponse } from "../service.ts";
import { badRequest, notFound, notModelled } from "./errors.ts";
import type { Row } from "./filter.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { groupsAround } from "./membership.ts";
import { describeUser, USER } from "./userShape.ts";

const SHAPE: Shape = { type: "microsoft.graph.group", set: "groups" };

export const groupRoutes: Route[] = [
  ...graphRoute("GET", "/groups", "readGroups", ({ request, simulator }) => ({
    status: 200,
    body: projectRows(request, simulator, simulator.tenant.groups.map(describeGroup), SHAPE),
  })),
  ...graphRoute("GET", "/groups/:id", "readGroups", (call) => ({
    status: 200,
    body: projectRow(call.request, call.simulator, describeGroup(find(call)), SHAPE),
  })),
  ...graphRoute("GET", "/groups/:id/members", "readGroups", listMembers),
  ...graphRoute("GET", "/groups/:id/appRoleAssignments", "readApplications", (call) => {
    const { tenant } = call.simulator;
    const { id } = find(call);
    const rows = tenant.appRoleAssignments.filter(({ principalId }) => principalId === id);
    const shape = { type: "microsoft.graph.appRoleAssignment", set: "appRoleAssignments" };
    const described = rows.map((row): Row => ({ ...row, principalType: "Group" }));
    return { status: 200, body: projectRows(call.request, call.simulator, described, shape) };
  }),
  ...graphRoute("GET", "/servicePrincipals/:id/transitiveMemberOf", "readApplications", (call) => {
    const { tenant } = call.simulator;
    const groups = groupsAround(tenant, (call.request.params["id"] ?? "").toLowerCase());
    const rows = groups.map((group): Row => ({ "@odata.type": "#microsoft.graph.group", ...describeGroup(group) }));
    return { status: 200, body: projectRows(call.request, call.simulator, rows, SHAPE) };
  }),
  ...graphRoute("PATCH", "/groups/:id", "readGroups", refuseWrite),
  ...graphRoute("DELETE", "/groups/:id", "readGroups", refuseWrite),
  ...graphRoute("POST", "/groups/:id/members/$ref", "readGroups", refuseWrite),
  ...graphRoute("DELETE", "/groups/:id/members/:memberId/$ref", "readGroups", refuseWrite),
];

function find({ request, simulator }: GraphRequest): DirectoryGroup {
  const id = request.params["id"] ?? "";
  const group = simulator.tenant.groups.find((candidate) => candidate.id === id.toLowerCase());
  if (group === undefined) throw notFound(id);
  return group;
}

function describeGroup(group: DirectoryGroup): Row {
  return {
    id: group.id,
    deletedDateTime: null,
    description: null,
    displayName: group.displayName,
    groupTypes: group.groupTypes,
    mail: group.mail,
    mailEnabled: group.mailEnabled,
    mailNickname: group.mail?.split("@")[0] ?? null,
    proxyAddresses: group.mail === null ? [] : [`SMTP:${group.mail}`],
    securityEnabled: group.securityEnabled,
  };
}

function listMembers(call: GraphRequest): SimulatorResponse {
  const { tenant } = call.simulator;
  const rows = find(call).memberIds.flatMap((id): Row[] => {
    const user = tenant.users.find((candidate) => candidate.id === id && candidate.deletedDateTime === null);
    if (user !== undefined) return [{ "@odata.type": "#microsoft.graph.user", ...describeUser(user) }];
    const group = tenant.groups.find((candidate) => candidate.id === id);
    if (group !== undefined) return [{ "@odata.type": "#microsoft.graph.group", ...describeGroup(group) }];
    return [{ "@odata.type": "#microsoft.graph.orgContact", id, displayName: null }];
  });
  const shape = { ...USER, set: "directoryObjects", defaults: ["@odata.type", ...(USER.defaults ?? [])] };
  return { status: 200, body: projectRows(call.request, call.simulator, rows, shape) };
}

function refuseWrite(call: GraphRequest): SimulatorResponse {
  const { mailEnabled, groupTypes } = find(call);
  if (mailEnabled && !groupTypes.includes("Unified")) {
    throw badRequest("Cannot Update a mail-enabled security groups and or distribution list.");
  }
  throw notModelled(`${call.request.method} on groups that Exchange does not own`);
}
