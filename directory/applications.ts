/** App registrations and their service principals (enterprise apps) in Graph. */
import type { GraphObject, GraphSession } from "./graph.ts";

/**
 * The app registrations that an OData filter finds, e.g. `displayName eq 'Calendars'`; display names are not unique.
 * @throws DirectoryError where Graph does not answer
 */
export function findApplications(graph: GraphSession, filter: string): Promise<readonly GraphObject[]> {
  return graph.list(`/applications?$filter=${encodeURIComponent(filter)}`);
}

/**
 * The tenant's service principal of an app, by the app's client id; a tenant has at most one.
 * @throws DirectoryError where Graph does not answer
 */
export async function findServicePrincipal(graph: GraphSession, appId: string): Promise<GraphObject | undefined> {
  const [principal] = await graph.list(`/servicePrincipals?$filter=appId eq '${appId}'`);
  return principal;
}

/** An object's id (`id`, or the client id as `appId`), lower case; empty without one. */
export function idOf(object: GraphObject | undefined, name: "id" | "appId" = "id"): string {
  const id = object?.[name];
  return typeof id === "string" ? id.toLowerCase() : "";
}
