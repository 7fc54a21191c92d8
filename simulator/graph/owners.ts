/** Owners of app registrations and enterprise apps, and what owning allows. */
import type { DirectoryApplication, DirectoryServicePrincipal } from "../tenant/directoryModel.ts";
import type { Simulator, SimulatorResponse } from "../server/service.ts";
import { hasRight } from "./authorization.ts";
import { badRequest, denied, notFound } from "./errors.ts";
import type { Row } from "./filter.ts";
import { appeared } from "./lag.ts";
import { projectRows } from "./query.ts";
import { readBody, recordWrite } from "./route.ts";
import type { GraphRequest } from "./route.ts";
import { describeServicePrincipal } from "./servicePrincipalShape.ts";
import { describeUser } from "./userShape.ts";

type Owned = DirectoryApplication | DirectoryServicePrincipal;

/** `Application.ReadWrite.OwnedBy` alone allows changes to what the caller owns. */
export function requireControl({ caller }: GraphRequest, object: Owned): void {
  const { roles } = caller;
  const isFull = roles.includes("Application.ReadWrite.All") || hasRight({ ...caller, roles: [] }, "writeApplications");
  const isOwner = roles.includes("Application.ReadWrite.OwnedBy") && object.ownerIds.includes(caller.objectId);
  if (!isFull && !isOwner) throw denied();
}

/** Ids in `owners@odata.bind`; an app that creates becomes an owner even where it does not name itself. */
export function readOwners(body: Readonly<Record<string, unknown>>, { caller, simulator }: GraphRequest): string[] {
  const bound = body["owners@odata.bind"];
  const links: unknown[] = Array.isArray(bound) ? bound : [];
  const ids = links.map((link) => readReference(link, simulator));
  return [...new Set(caller.kind === "application" ? [...ids, caller.objectId] : ids)];
}

function readReference(link: unknown, simulator: Simulator): string {
  const id = typeof link === "string" ? (link.split("/").at(-1) ?? "").toLowerCase() : "";
  if (describeOwner(id, simulator) === undefined) throw notFound(id);
  return id;
}

function describeOwner(id: string, simulator: Simulator): Row | undefined {
  const { tenant } = simulator;
  const user = appeared(simulator, tenant.users).find((each) => each.id === id && each.deletedDateTime === null);
  if (user !== undefined) return { "@odata.type": "#microsoft.graph.user", ...describeUser(user) };
  const principal = appeared(simulator, tenant.servicePrincipals).find((each) => each.id === id);
  if (principal === undefined) return undefined;
  return { "@odata.type": "#microsoft.graph.servicePrincipal", ...describeServicePrincipal(principal) };
}

export function listOwners({ request, simulator }: GraphRequest, object: Owned): SimulatorResponse {
  const rows = object.ownerIds.flatMap((id): Row[] => {
    const row = describeOwner(id, simulator);
    return row === undefined ? [] : [row];
  });
  const shape = { type: "microsoft.graph.directoryObject", set: "directoryObjects" };
  return { status: 200, body: projectRows(request, simulator, rows, shape) };
}

export function addOwner(call: GraphRequest, object: Owned): SimulatorResponse {
  requireControl(call, object);
  const id = readReference(readBody(call.request)["@odata.id"], call.simulator);
  if (object.ownerIds.includes(id)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
  }
  object.ownerIds.push(id);
  recordWrite(call, object.displayName, 204);
  return { status: 204 };
}

export function removeOwner(call: GraphRequest, object: Owned): SimulatorResponse {
  requireControl(call, object);
  const id = (call.request.params["ownerId"] ?? "").toLowerCase();
  if (!object.ownerIds.includes(id)) throw notFound(id);
  object.ownerIds = object.ownerIds.filter((other) => other !== id);
  recordWrite(call, object.displayName, 204);
  return { status: 204 };
}
