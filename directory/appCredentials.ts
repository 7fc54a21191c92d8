/** What signs in as an app, and who can add to it: keys, secrets, federated credentials, owners (Graph v1.0). */
import { isDirectoryError } from "./errors.ts";
import type { GraphObject, GraphSession } from "./graph.ts";

/** Trust in another issuer's tokens. */
export interface FederatedCredential {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
}

/** An owner; `name` is the principal name, the display name, or the id where the identity may not read more. */
export interface Owner {
  readonly id: string;
  readonly name: string;
}

/** What is at an app registration; `undefined` for what may not be read. */
export interface RegistrationCredentials {
  /** The registration itself, with its keys and secrets. */
  readonly application: GraphObject | undefined;
  readonly federated: readonly FederatedCredential[] | undefined;
  readonly owners: readonly Owner[] | undefined;
}

/**
 * What is at the registration of a client id; `elsewhere` where this tenant has none. Three reads in one `$batch`.
 * @throws DirectoryError for every other failure than a refusal
 */
export async function readRegistration(
  graph: GraphSession,
  appId: string,
): Promise<RegistrationCredentials | "elsewhere"> {
  const path = `/applications(appId='${appId}')`;
  const [application, federated, owners] = await Promise.all([
    // The keys' bytes come only where they are selected by name, on one object.
    readable(graph.read(`${path}?$select=id,appId,keyCredentials,passwordCredentials`)),
    readable(graph.list(`${path}/federatedIdentityCredentials`)),
    readable(graph.list(`${path}/owners`)),
  ]);
  if (application === "gone") return "elsewhere";
  return {
    application,
    federated: federated === "gone" ? [] : federated?.map(federatedOf),
    owners: owners === "gone" ? [] : owners?.map(ownerOf),
  };
}

/** Owners of an enterprise app, by object id; `undefined` where they may not be read. */
export async function readPrincipalOwners(
  graph: GraphSession,
  servicePrincipalId: string,
): Promise<readonly Owner[] | undefined> {
  const owners = await readable(graph.list(`/servicePrincipals/${servicePrincipalId}/owners`));
  return owners === "gone" ? [] : owners?.map(ownerOf);
}

function federatedOf(object: GraphObject): FederatedCredential {
  return {
    id: text(object, "id").toLowerCase(),
    name: text(object, "name"),
    issuer: text(object, "issuer"),
    subject: text(object, "subject"),
  };
}

function ownerOf(object: GraphObject): Owner {
  const id = text(object, "id").toLowerCase();
  return { id, name: text(object, "userPrincipalName") || text(object, "displayName") || id };
}

/** `undefined` where the identity may not read, `gone` where there is nothing to read. */
async function readable<T>(reading: Promise<T>): Promise<T | "gone" | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isDirectoryError(error, "forbidden", "unauthorized")) return undefined;
    if (isDirectoryError(error, "notFound")) return "gone";
    throw error;
  }
}

function text(object: GraphObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}
