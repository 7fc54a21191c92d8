/**
 * Groups in Graph: mail-enabled ones come from Exchange and are read-only here (facts/exchange.md §2.5); security groups
 * of Entra alone are made and changed here, and Exchange never sees them.
 */
import { randomUUID } from "node:crypto";
import type { DirectoryGroup, DirectoryUser } from "../tenant/directoryModel.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { requireRight } from "./authorization.ts";
import { badRequest, missingValue, notFound, notModelled } from "./errors.ts";
import type { Row } from "./filter.ts";
import { appeared, appearLater, hasAppeared } from "./lag.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { groupsAround } from "./membership.ts";
import { describeUser, USER } from "./userShape.ts";
import { describeDirectoryRole, findUser } from "./users.ts";

const SHAPE: Shape = { type: "microsoft.graph.group", set: "groups" };

export const groupRoutes: Route[] = [
  ...graphRoute("GET", "/groups", "readGroups", ({ request, simulator }) => ({
    status: 200,
    body: projectRows(request, simulator, appeared(simulator, simulator.tenant.groups).map(describeGroup), SHAPE),
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
    const id = (call.request.params["id"] ?? "").toLowerCase();
    return listTransitively(call, call.simulator.tenant.servicePrincipals.find((each) => each.id === id) ?? { id });
  }),
  ...graphRoute("GET", "/users/:id/transitiveMemberOf", "readUsers", (call) =>
    listTransitively(call, findUser(call.request.params["id"] ?? "", call.simulator)),
  ),
  ...graphRoute("POST", "/groups", "writeGroups", createGroup),
  ...graphRoute("PATCH", "/groups/:id", "readGroups", updateGroup),
  ...graphRoute("DELETE", "/groups/:id", "readGroups", deleteGroup),
  ...graphRoute("POST", "/groups/:id/members/$ref", "readGroups", addMember),
  ...graphRoute("DELETE", "/groups/:id/members/:memberId/$ref", "readGroups", removeMember),
];

function find({ request, simulator }: GraphRequest): DirectoryGroup {
  const id = request.params["id"] ?? "";
  const group = simulator.tenant.groups.find((candidate) => candidate.id === id.toLowerCase());
  if (group === undefined || !hasAppeared(simulator, group)) throw notFound(id);
  return group;
}

function describeGroup(group: DirectoryGroup): Row {
  return {
    id: group.id,
    deletedDateTime: null,
    description: group.description ?? null,
    displayName: group.displayName,
    groupTypes: group.groupTypes,
    mail: group.mail,
    mailEnabled: group.mailEnabled,
    mailNickname: group.mailNickname ?? group.mail?.split("@")[0] ?? null,
    proxyAddresses: group.mail === null ? [] : [`SMTP:${group.mail}`],
    securityEnabled: group.securityEnabled,
  };
}

/** Groups around a user or an app, and the directory roles that it has itself or through one of them. */
function listTransitively(
  call: GraphRequest,
  { id, directoryRoles = [] }: { readonly id: string; readonly directoryRoles?: readonly string[] },
): SimulatorResponse {
  const groups = groupsAround(call.simulator.tenant, id);
  const roles = new Set([...directoryRoles, ...groups.flatMap((group) => group.directoryRoles ?? [])]);
  const rows = [
    ...groups.map((group): Row => ({ "@odata.type": "#microsoft.graph.group", ...describeGroup(group) })),
    ...[...roles].map(describeDirectoryRole),
  ];
  return { status: 200, body: projectRows(call.request, call.simulator, rows, SHAPE) };
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

/** Names need not be unique in Entra: a group may have the name of one of Exchange's. */
function createGroup(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const body = readBody(request);
  const required = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];
  const missing = required.find((name) => body[name] === undefined || body[name] === null || body[name] === "");
  if (missing !== undefined) throw missingValue(missing, "Group");
  const { mailEnabled, securityEnabled, groupTypes = [] } = body;
  if (Array.isArray(groupTypes) && groupTypes.length > 0) throw notModelled(`Groups of the types ${groupTypes.join()}`);
  if (mailEnabled !== false || securityEnabled !== true) {
    throw badRequest(
      "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement " +
        "property is unset and the security-enablement property is set.",
    );
  }
  const links = Object.keys(body).find((name) => name.endsWith("@odata.bind"));
  if (links !== undefined) throw notModelled(`The property '${links}' of a new group`);
  const group: DirectoryGroup = {
    id: randomUUID(),
    displayName: String(body["displayName"]),
    mail: null,
    mailEnabled: false,
    securityEnabled: true,
    groupTypes: [],
    memberIds: [],
    description: typeof body["description"] === "string" ? body["description"] : null,
    mailNickname: String(body["mailNickname"]),
  };
  simulator.tenant.groups.push(group);
  appearLater(simulator, group);
  recordWrite(call, group.displayName, 201);
  return { status: 201, body: projectRow(request, simulator, describeGroup(group), SHAPE) };
}

/** The group of a write: one that Entra owns, by a caller that may change it. */
function findOwned(call: GraphRequest): DirectoryGroup {
  const group = find(call);
  if (group.mailEnabled && !group.groupTypes.includes("Unified")) {
    throw badRequest("Cannot Update a mail-enabled security groups and or distribution list.");
  }
  requireRight(call.caller, "writeGroups");
  if (group.mailEnabled) throw notModelled(`${call.request.method} on Microsoft 365 groups`);
  return group;
}

function updateGroup(call: GraphRequest): SimulatorResponse {
  const group = findOwned(call);
  const { displayName, description } = readBody(call.request);
  if (typeof displayName === "string" && displayName !== "") group.displayName = displayName;
  if (typeof description === "string" || description === null) group.description = description;
  recordWrite(call, group.displayName, 204);
  return { status: 204 };
}

function deleteGroup(call: GraphRequest): SimulatorResponse {
  const group = findOwned(call);
  const { tenant } = call.simulator;
  tenant.groups = tenant.groups.filter((other) => other !== group);
  for (const other of tenant.groups) other.memberIds = other.memberIds.filter((id) => id !== group.id);
  recordWrite(call, group.displayName, 204);
  return { status: 204 };
}

function addMember(call: GraphRequest): SimulatorResponse {
  const group = findOwned(call);
  const { tenant } = call.simulator;
  const link = readBody(call.request)["@odata.id"];
  const wanted = typeof link === "string" ? (link.split("/").at(-1) ?? "").toLowerCase() : "";
  const objects = [...tenant.users.filter(isLive), ...tenant.groups, ...tenant.servicePrincipals];
  if (!appeared(call.simulator, objects).some(({ id }) => id === wanted)) throw notFound(wanted);
  if (group.memberIds.includes(wanted)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
  }
  group.memberIds.push(wanted);
  recordWrite(call, group.displayName, 204);
  return { status: 204 };
}

function removeMember(call: GraphRequest): SimulatorResponse {
  const group = findOwned(call);
  const wanted = (call.request.params["memberId"] ?? "").toLowerCase();
  if (!group.memberIds.includes(wanted)) throw notFound(wanted);
  group.memberIds = group.memberIds.filter((id) => id !== wanted);
  recordWrite(call, group.displayName, 204);
  return { status: 204 };
}

function isLive({ deletedDateTime }: DirectoryUser): boolean {
  return deletedDateTime === null;
}
