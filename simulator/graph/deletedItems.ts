/** Entra's recycle bin in Graph: deleted users, app registrations and enterprise apps. */
import type { DeletedDirectoryObject, DirectoryUser } from "../tenant/directoryModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { replicateUser } from "../tenant/replication.ts";
import type { Route, SimulatorResponse } from "../server/service.ts";
import { describeApplication } from "./applicationShape.ts";
import { hasRight } from "./authorization.ts";
import type { Right } from "./authorization.ts";
import { denied, notFound, notModelled } from "./errors.ts";
import type { Row } from "./filter.ts";
import { projectRow, projectRows } from "./query.ts";
import type { Shape } from "./query.ts";
import { graphRoute, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { describeServicePrincipal } from "./servicePrincipalShape.ts";
import { checkUnique } from "./userRules.ts";
import { describeUser, USER } from "./userShape.ts";

export const deletedItemRoutes: Route[] = [
  ...graphRoute("GET", "/directory/deletedItems/:id", undefined, readOrList),
  ...graphRoute("DELETE", "/directory/deletedItems/:id", undefined, deleteForEver),
  ...graphRoute("POST", "/directory/deletedItems/:id/restore", undefined, restore),
];

const KINDS = ["user", "application", "servicePrincipal"] as const;
type Kind = (typeof KINDS)[number];

const READ: Record<Kind, Right> = {
  user: "readUsers",
  application: "readApplications",
  servicePrincipal: "readApplications",
};
const WRITE: Record<Kind, Right> = {
  user: "deleteUsers",
  application: "writeApplications",
  servicePrincipal: "writeApplications",
};

interface Found {
  readonly kind: Kind;
  readonly id: string;
  readonly row: Row;
}

function listDeleted(tenant: Tenant): Found[] {
  const users = tenant.users.filter(({ deletedDateTime }) => deletedDateTime !== null);
  return [
    ...users.map((user): Found => ({ kind: "user", id: user.id, row: describeUser(user) })),
    ...(tenant.deletedItems ?? []).map((item): Found => ({
      kind: item.type,
      id: item.object.id,
      row: describeDeleted(item),
    })),
  ];
}

function describeDeleted(item: DeletedDirectoryObject): Row {
  const row = item.type === "application" ? describeApplication(item.object) : describeServicePrincipal(item.object);
  return { ...row, deletedDateTime: item.deletedDateTime };
}

function shapeOf(kind: Kind): Shape {
  return kind === "user"
    ? { ...USER, set: "directoryObjects" }
    : { type: `microsoft.graph.${kind}`, set: "directoryObjects" };
}

/** `…/microsoft.graph.user` lists, `…/<id>` reads. */
function readOrList(call: GraphRequest): SimulatorResponse {
  const { request, simulator } = call;
  const name = request.params["id"] ?? "";
  if (!name.toLowerCase().startsWith("microsoft.graph.")) {
    const { kind, row } = findDeleted(call, READ);
    const typed = { "@odata.type": `#microsoft.graph.${kind}`, ...row };
    return { status: 200, body: projectRow(request, simulator, typed, shapeOf(kind)) };
  }
  const kind = KINDS.find((known) => `microsoft.graph.${known}`.toLowerCase() === name.toLowerCase());
  if (kind === undefined) throw notModelled(`GET /directory/deletedItems/${name}`);
  if (!hasRight(call.caller, READ[kind])) throw denied();
  const rows = listDeleted(simulator.tenant).filter((found) => found.kind === kind);
  return {
    status: 200,
    body: projectRows(
      request,
      simulator,
      rows.map(({ row }) => row),
      shapeOf(kind),
    ),
  };
}

function deleteForEver(call: GraphRequest): SimulatorResponse {
  const { id } = findDeleted(call, WRITE);
  const { tenant } = call.simulator;
  tenant.users = tenant.users.filter((user) => user.id !== id);
  tenant.deletedItems = (tenant.deletedItems ?? []).filter(({ object }) => object.id !== id);
  tenant.recipients = tenant.recipients.filter(
    (recipient) => !(recipient.softDeleted && recipient.externalDirectoryObjectId === id),
  );
  recordWrite(call, id, 204);
  return { status: 204 };
}

function restore(call: GraphRequest): SimulatorResponse {
  const found = findDeleted(call, WRITE);
  const { tenant } = call.simulator;
  const user = tenant.users.find(({ id }) => id === found.id);
  if (user === undefined) restoreItem(found.id, tenant);
  else restoreUser(user, call);
  recordWrite(call, found.id, 200);
  const restored = user === undefined ? { ...found.row, deletedDateTime: null } : describeUser(user);
  return {
    status: 200,
    body: projectRow(
      call.request,
      call.simulator,
      { "@odata.type": `#microsoft.graph.${found.kind}`, ...restored },
      shapeOf(found.kind),
    ),
  };
}

function restoreUser(user: DirectoryUser, { simulator }: GraphRequest): void {
  checkUnique(user, simulator.tenant);
  user.deletedDateTime = null;
  replicateUser(simulator, user.id);
}

function restoreItem(id: string, tenant: Tenant): void {
  const items = tenant.deletedItems ?? [];
  const item = items.find(({ object }) => object.id === id);
  if (item === undefined) throw notFound(id);
  tenant.deletedItems = items.filter((other) => other !== item);
  if (item.type === "application") tenant.applications.push(item.object);
  else tenant.servicePrincipals.push(item.object);
}

function findDeleted(call: GraphRequest, rights: Record<Kind, Right>): Found {
  const name = call.request.params["id"] ?? "";
  const found = listDeleted(call.simulator.tenant).find(({ id }) => id === name.toLowerCase());
  if (!hasRight(call.caller, rights[found?.kind ?? "user"])) throw denied();
  if (found === undefined) throw notFound(name);
  return found;
}
