/** App registrations and their service principals (enterprise apps) in Graph. */
import { DirectoryError, isDirectoryError } from "./errors.ts";
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

/**
 * The app registration or the enterprise app of an object id; `undefined` only where Graph's typed answer says that
 * there is none (also: in the recycle bin).
 * @throws DirectoryError where Graph does not answer
 */
export async function readPrincipal(
  graph: GraphSession,
  collection: "applications" | "servicePrincipals",
  id: string,
): Promise<GraphObject | undefined> {
  try {
    return await graph.read(`/${collection}/${id}`);
  } catch (error) {
    if (isDirectoryError(error, "notFound")) return undefined;
    throw error;
  }
}

/** An object's id (`id`, or the client id as `appId`), lower case; empty without one. */
export function idOf(object: GraphObject | undefined, name: "id" | "appId" = "id"): string {
  const id = object?.[name];
  return typeof id === "string" ? id.toLowerCase() : "";
}

/**
 * The keys of an app registration as Graph has them, each with its certificate: Graph shows that only where it is
 * selected of a single object (learn.microsoft.com/graph/api/resources/keycredential).
 * @param id object id of the registration
 * @returns `undefined` only where Graph's typed answer says that there is no such registration
 * @throws DirectoryError where Graph does not answer, or not with a list
 */
export async function readKeys(graph: GraphSession, id: string): Promise<readonly GraphObject[] | undefined> {
  const path = `/applications/${id}`;
  try {
    const { keyCredentials } = await graph.read(`${path}?$select=id,keyCredentials`);
    if (Array.isArray(keyCredentials)) return keyCredentials as GraphObject[];
    throw new DirectoryError("other", `GET ${path}`, "Graph's answer has no list of keys");
  } catch (error) {
    if (isDirectoryError(error, "notFound")) return undefined;
    throw error;
  }
}

/**
 * Replaces the whole list of keys: Graph knows no other change of it, and no condition (If-Match) under which it would
 * refuse one that overlooks somebody else's.
 * @throws DirectoryError
 */
export async function replaceKeys(graph: GraphSession, id: string, keys: readonly GraphObject[]): Promise<void> {
  await graph.update(`/applications/${id}`, { keyCredentials: keys });
}
