/** Users in Graph: create, read, list, update, delete, and their manager. */
import { randomUUID } from "node:crypto";
import type { DirectoryUser } from "../tenant/directoryModel.ts";
import { forgetUser, replicateUser } from "../tenant/replication.ts";
import type { Route, Simulator, SimulatorResponse } from "../server/service.ts";
import { DIRECTORY_ROLES, requireRight } from "./authorization.ts";
import { badRequest, notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { appeared, appearLater, hasAppeared } from "./lag.ts";
import { projectRow, projectRows } from "./query.ts";
import { graphRoute, readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { checkPassword, checkProperties, checkRequired, checkUnique } from "./userRules.ts";
import { describeUser, USER } from "./userShape.ts";

export const userRoutes: Route[] = [
  ...graphRoute("GET", "/users", "readUsers", listUsers),
  ...graphRoute("POST", "/users", "writeUsers", createUser),
  ...graphRoute("GET", "/users/:id", "readUsers", readUser),
  ...graphRoute("PATCH", "/users/:id", undefined, updateUser),
  ...graphRoute("DELETE", "/users/:id", "deleteUsers", deleteUser),
  ...graphRoute("GET", "/users/:id/memberOf", "readUsers", listMemberships),
  ...graphRoute("GET", "/users/:id/manager", "readUsers", readManager),
  ...graphRoute("PUT", "/users/:id/manager/$ref", "writeUsers", setManager),
  ...graphRoute("DELETE", "/users/:id/manager/$ref", "writeUsers", removeManager),
];

/** Properties with a field of their own in the model; all others are kept in `other`. */
const OWN = [
  "id",
  "accountEnabled",
  "createdDateTime",
  "deletedDateTime",
  "displayName",
  "mail",
  "mailNickname",
  "passwordPolicies",
  "passwordProfile",
  "proxyAddresses",
  "showInAddressList",
  "userPrincipalName",
  "userType",
];

/** Finds a live user by object id or UPN; throws 404. */
export function findUser(name: string, simulator: Simulator): DirectoryUser {
  const { tenant } = simulator;
  const wanted = name.toLowerCase();
  const user = tenant.users.find(
    ({ id, userPrincipalName, deletedDateTime }) =>
      deletedDateTime === null && (id.toLowerCase() === wanted || userPrincipalName.toLowerCase() === wanted),
  );
  if (user === undefined || !hasAppeared(simulator, user)) throw notFound(name);
  return user;
}

function findNamed(call: GraphRequest): DirectoryUser {
  return findUser(call.request.params["id"] ?? "", call.simulator);
}

function listUsers({ request, simulator }: GraphRequest): SimulatorResponse {
  const live = appeared(simulator, simulator.tenant.users).filter(({ deletedDateTime }) => deletedDateTime === null);
  return { status: 200, body: projectRows(request, simulator, live.map(describeUser), USER) };
}

function readUser(call: GraphRequest): SimulatorResponse {
  return { status: 200, body: projectRow(call.request, call.simulator, describeUser(findNamed(call)), USER) };
}

function createUser(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const body = readBody(request);
  checkRequired(body);
  checkProperties(body, simulator.tenant);
  const user = applyProperties(makeUser(simulator.now()), body);
  user.password = checkPassword(readPassword(body), user.passwordPolicies);
  checkUnique(user, simulator.tenant);
  simulator.tenant.users.push(user);
  appearLater(simulator, user);
  replicateUser(simulator, user.id);
  recordWrite(call, user.userPrincipalName, 201);
  return { status: 201, body: projectRow(request, simulator, describeUser(user), USER) };
}

function updateUser(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const user = findNamed(call);
  const body = readBody(request);
  requireUpdateRights(call, body);
  checkProperties(body, simulator.tenant);
  const changed = applyProperties(structuredClone(user), body);
  if (body["passwordProfile"] !== undefined && body["passwordProfile"] !== null) {
    const password = readPassword(body);
    if (password !== undefined) changed.password = checkPassword(password, changed.passwordPolicies);
  }
  checkUnique(changed, simulator.tenant);
  Object.assign(user, changed);
  replicateUser(simulator, user.id);
  recordWrite(call, user.userPrincipalName, 204);
  return { status: 204 };
}

/** A password alone needs the password right only; with it, an app that may write users still may not set one. */
function requireUpdateRights({ caller }: GraphRequest, body: Record<string, unknown>): void {
  const names = Object.keys(body).filter((name) => !name.startsWith("@"));
  const hasPassword = names.includes("passwordProfile") && body["passwordProfile"] !== null;
  if (hasPassword) requireRight(caller, "setPasswords");
  if (!hasPassword || names.length > 1) requireRight(caller, "writeUsers");
}

function deleteUser(call: GraphRequest): SimulatorResponse {
  const { simulator } = call;
  const user = findNamed(call);
  user.deletedDateTime = new Date(simulator.now()).toISOString();
  for (const other of simulator.tenant.users) if (other.managerId === user.id) other.managerId = null;
  for (const group of simulator.tenant.groups) group.memberIds = group.memberIds.filter((id) => id !== user.id);
  forgetUser(simulator, user.id);
  recordWrite(call, user.userPrincipalName, 204);
  return { status: 204 };
}

/** Direct memberships: groups and directory roles. */
function listMemberships(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const user = findNamed(call);
  const groups = simulator.tenant.groups.filter(({ memberIds }) => memberIds.includes(user.id));
  const rows: Row[] = [
    ...groups.map(({ id, displayName }) => ({ "@odata.type": "#microsoft.graph.group", id, displayName })),
    ...(user.directoryRoles ?? []).map(describeDirectoryRole),
  ];
  const shape = { type: "microsoft.graph.directoryObject", set: "directoryObjects" };
  return { status: 200, body: projectRows(request, simulator, rows, shape) };
}

/** A directory role among what a user or an app is a member of. */
export function describeDirectoryRole(template: string): Row {
  return {
    "@odata.type": "#microsoft.graph.directoryRole",
    id: template,
    displayName: nameOfDirectoryRole(template),
    roleTemplateId: template,
  };
}

/** Of a role that the tenant knows; its key is its display name in one word. */
function nameOfDirectoryRole(template: string): string | null {
  const key = Object.entries(DIRECTORY_ROLES).find(([, id]) => id === template)?.[0];
  return key?.replaceAll(/[A-Z]/g, " $&").replace(/^[a-z]/, (first) => first.toUpperCase()) ?? null;
}

function readManager(call: GraphRequest): SimulatorResponse {
  const { managerId } = findNamed(call);
  const manager = call.simulator.tenant.users.find(({ id }) => id === managerId);
  if (manager === undefined) throw notFound("manager");
  const row = { "@odata.type": "#microsoft.graph.user", ...describeUser(manager) };
  return { status: 200, body: projectRow(call.request, call.simulator, row, { ...USER, set: "directoryObjects" }) };
}

function setManager(call: GraphRequest): SimulatorResponse {
  const user = findNamed(call);
  const reference = readBody(call.request)["@odata.id"];
  if (typeof reference !== "string") throw badRequest("A value is required for property '@odata.id'.");
  const manager = findUser(decodeURIComponent(reference.split("/").at(-1) ?? ""), call.simulator);
  if (manager.id === user.id) throw badRequest("A user cannot be their own manager.");
  user.managerId = manager.id;
  recordWrite(call, user.userPrincipalName, 204);
  return { status: 204 };
}

function removeManager(call: GraphRequest): SimulatorResponse {
  const user = findNamed(call);
  if (user.managerId === null) throw notFound("manager");
  user.managerId = null;
  recordWrite(call, user.userPrincipalName, 204);
  return { status: 204 };
}

function makeUser(now: number): DirectoryUser {
  return {
    id: randomUUID(),
    userPrincipalName: "",
    displayName: "",
    mailNickname: "",
    mail: null,
    proxyAddresses: [],
    userType: "Member",
    accountEnabled: false,
    password: "",
    passwordPolicies: null,
    showInAddressList: null,
    managerId: null,
    createdDateTime: new Date(now).toISOString(),
    deletedDateTime: null,
    other: {},
  };
}

/** Writes the sent properties into `user`; a mail address becomes the primary proxy address, as in Entra. */
function applyProperties(user: DirectoryUser, body: Readonly<Record<string, unknown>>): DirectoryUser {
  if (body["proxyAddresses"] !== undefined || body["id"] !== undefined) {
    throw badRequest("Property 'proxyAddresses' or 'id' is read-only and cannot be set.");
  }
  for (const name of ["displayName", "mailNickname", "userPrincipalName"] as const) {
    const value = body[name];
    if (typeof value === "string") user[name] = value;
  }
  if (typeof body["accountEnabled"] === "boolean") user.accountEnabled = body["accountEnabled"];
  if (body["userType"] === "Guest" || body["userType"] === "Member") user.userType = body["userType"];
  if (body["passwordPolicies"] !== undefined) user.passwordPolicies = textOrNull(body["passwordPolicies"]);
  if (body["showInAddressList"] !== undefined) user.showInAddressList = body["showInAddressList"] as boolean | null;
  const mail = textOrNull(body["mail"]);
  if (mail !== null && mail !== user.mail) {
    const aliases = user.proxyAddresses.map((address) => address.replace(/^SMTP:/, "smtp:"));
    user.proxyAddresses = [
      `SMTP:${mail}`,
      ...aliases.filter((alias) => alias.toLowerCase() !== `smtp:${mail}`.toLowerCase()),
    ];
    user.mail = mail;
  }
  const others = Object.entries(body).filter(([name]) => !name.startsWith("@") && !OWN.includes(name));
  user.other = Object.fromEntries(
    Object.entries({ ...user.other, ...Object.fromEntries(others) }).filter(([, value]) => value !== null),
  );
  return user;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function readPassword(body: Readonly<Record<string, unknown>>): unknown {
  const profile = body["passwordProfile"];
  return typeof profile === "object" && profile !== null && "password" in profile ? profile.password : undefined;
}
