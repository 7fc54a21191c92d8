/** What Entra consents to any app, seen from the two resources that hold mailboxes: Microsoft Graph and Exchange Online. */
import { mailboxResources, resourceOf, type Consent, type Resource } from "./consents.ts";
import { isDirectoryError } from "./errors.ts";
import type { GraphObject, GraphSession } from "./graph.ts";

/** An app that has a consent; the client id is empty where it could not be read. */
export interface ConsentedApp {
  /** Object id of the enterprise app, or of the user or group that has the permission. */
  readonly id: string;
  readonly name: string;
  readonly appId: string;
  readonly kind: "app" | "group" | "user";
}

/** A tenant-wide consent of an application permission. */
export interface TenantConsent {
  readonly app: ConsentedApp;
  readonly consent: Consent;
}

/** Delegated permissions that an app has for whoever is signed in to it. */
export interface DelegatedConsent {
  readonly app: ConsentedApp;
  /** Each as a consent, so that what it opens is told as for application permissions. */
  readonly permissions: readonly Consent[];
  readonly resource: string;
  /** Object id of the one user that it is for; `undefined` for everybody. */
  readonly user: string | undefined;
}

interface KnownResource extends Resource {
  readonly id: string;
}

/** The resources by their client ids, with the names of their permissions; rejects where one cannot be read. */
async function readResources(graph: GraphSession): Promise<KnownResource[]> {
  const select = "$select=id,appId,displayName,appRoles";
  const paths = [...mailboxResources].map((appId) => `/servicePrincipals(appId='${appId}')?${select}`);
  const objects = await Promise.all(paths.map((path) => graph.read(path)));
  return objects.map((object) => ({ ...resourceOf(object), id: text(object, "id") }));
}

/** All of them: one list a resource. `isMeant` chooses, before the apps' client ids are looked up. */
export async function readTenantConsents(
  graph: GraphSession,
  isMeant: (consent: Consent) => boolean,
): Promise<TenantConsent[]> {
  const resources = await readResources(graph);
  const lists = await Promise.all(
    resources.map(async (resource) => {
      const rows = await graph.list(`/servicePrincipals/${resource.id}/appRoleAssignedTo`);
      return rows.map((row) => ({ row, consent: consentOf(resource, row) }));
    }),
  );
  const meant = lists.flat().filter(({ consent }) => isMeant(consent));
  const apps = await readApps(
    graph,
    meant.flatMap(({ row }) => (kindOf(row) === "app" ? [text(row, "principalId")] : [])),
  );
  return meant.map(({ row, consent }) => {
    const id = text(row, "principalId");
    const { name = text(row, "principalDisplayName") || id, appId = "" } = apps.get(id) ?? {};
    return { app: { id, name, appId, kind: kindOf(row) }, consent };
  });
}

function consentOf(resource: KnownResource, row: GraphObject): Consent {
  const role = text(row, "appRoleId");
  const id = text(row, "id");
  return {
    id,
    permission: resource.permissions.get(role) ?? role,
    resource: resource.name,
    resourceAppId: resource.appId,
    inheritedFrom: "",
    path: `/servicePrincipals/${resource.id}/appRoleAssignedTo/${id}`,
  };
}

function kindOf(row: GraphObject): ConsentedApp["kind"] {
  const type = text(row, "principalType");
  return type === "Group" ? "group" : type === "User" ? "user" : "app";
}

/** All delegated consents to the two resources, those of single users too. */
export async function readDelegatedConsents(
  graph: GraphSession,
  isMeant: (consent: Consent) => boolean,
  isOf: (user: string | undefined) => boolean,
): Promise<DelegatedConsent[]> {
  const [resources, grants] = await Promise.all([readResources(graph), graph.list("/oauth2PermissionGrants")]);
  const known = new Map(resources.map((resource) => [resource.id, resource]));
  const meant = grants.flatMap((grant) => {
    const resource = known.get(text(grant, "resourceId"));
    const user = text(grant, "principalId") || undefined;
    if (resource === undefined || !isOf(user)) return [];
    const permissions = text(grant, "scope")
      .split(/\s+/)
      .filter((permission) => permission !== "")
      .map((permission) => ({
        ...consentOf(resource, grant),
        permission,
        path: `/oauth2PermissionGrants/${text(grant, "id")}`,
      }))
      .filter(isMeant);
    return permissions.length === 0 ? [] : [{ client: text(grant, "clientId"), permissions, user, resource }];
  });
  const apps = await readApps(
    graph,
    meant.map(({ client }) => client),
  );
  return meant.map(({ client, permissions, user, resource }) => {
    const { name = client, appId = "" } = apps.get(client) ?? {};
    return { app: { id: client, name, appId, kind: "app" }, permissions, resource: resource.name, user };
  });
}

/** Names and client ids of enterprise apps; one that is gone meanwhile is left out. Rejects where one cannot be read. */
async function readApps(
  graph: GraphSession,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { name: string; appId: string }>> {
  const unique = [...new Set(ids)];
  const paths = unique.map((id) => `/servicePrincipals/${id}?$select=id,appId,displayName`);
  const results = paths.length === 0 ? [] : await graph.readMany(paths);
  return new Map(
    results.flatMap((result, index) => {
      if (result.status === "rejected") {
        if (isDirectoryError(result.reason, "notFound")) return [];
        throw result.reason;
      }
      const { value } = result;
      return [[unique[index] ?? "", { name: text(value, "displayName"), appId: text(value, "appId").toLowerCase() }]];
    }),
  );
}

function text(object: GraphObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}
