/** Access tokens: signed when they are issued, verified when they are shown. */
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import type { JWK, JWTPayload } from "jose";
import type { DirectoryServicePrincipal, DirectoryUser } from "../tenant/directoryModel.ts";
import type { Caller, Simulator } from "../server/service.ts";
import { resourcesOf } from "./resources.ts";

/** Lifetime in s; of the client's clock, not the tenant's: clients plan by `expires_in` on their own. */
export const LIFETIME = 3599;

const KEY_ID = "embedded-tenant";

/** One key for the life of the process: making it takes a moment, and a reset must not sign anybody out. */
let keys: ReturnType<typeof generateKeyPair> | undefined;

function signingKeys(): ReturnType<typeof generateKeyPair> {
  keys ??= generateKeyPair("RS256");
  return keys;
}

/** What the token endpoint has established. */
export interface SignIn {
  readonly clientId: string;
  /** As the client asked for it, without `/.default`. */
  readonly resource: string;
  readonly subject:
    | { readonly kind: "user"; readonly user: DirectoryUser }
    | { readonly kind: "application"; readonly servicePrincipal: DirectoryServicePrincipal };
}

/** The public key, for `jwks_uri`. */
export async function readKeySet(): Promise<{ keys: JWK[] }> {
  const { publicKey } = await signingKeys();
  return { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, use: "sig", alg: "RS256" }] };
}

/** Signs an access token with what the subject holds at this moment. */
export async function issueToken(signIn: SignIn, simulator: Simulator): Promise<string> {
  const { privateKey } = await signingKeys();
  const { tenantId } = simulator.tenant;
  const claims =
    signIn.subject.kind === "user"
      ? userClaims(signIn.subject.user)
      : applicationClaims(signIn.subject.servicePrincipal, signIn.resource, simulator);
  return new SignJWT({ ...claims, tid: tenantId, appid: signIn.clientId, ver: "1.0", uti: randomUUID() })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: KEY_ID })
    .setIssuer(`${simulator.origin}/${tenantId}/v2.0`)
    .setAudience(signIn.resource)
    .setIssuedAt()
    .setNotBefore("-5s")
    .setExpirationTime(`${LIFETIME}s`)
    .sign(privateKey);
}

function userClaims(user: DirectoryUser): JWTPayload {
  const wids = user.directoryRoles ?? [];
  return { oid: user.id, sub: user.id, upn: user.userPrincipalName, idtyp: "user", wids, scp: "user_impersonation" };
}

function applicationClaims(principal: DirectoryServicePrincipal, resource: string, simulator: Simulator): JWTPayload {
  const roles = readRoles(principal, resourcesOf(resource, simulator), simulator);
  const wids = principal.directoryRoles;
  const claims = { oid: principal.id, sub: principal.id, app_displayname: principal.displayName, idtyp: "app", wids };
  return roles.length === 0 ? claims : { ...claims, roles };
}

/** Values of the app roles that are consented on these resources. */
function readRoles(principal: DirectoryServicePrincipal, resources: string[], simulator: Simulator): string[] {
  const { appRoleAssignments, servicePrincipals } = simulator.tenant;
  const granted = appRoleAssignments.filter(({ principalId }) => principalId === principal.id);
  const values = granted.flatMap(({ resourceId, appRoleId }) => {
    const resource = servicePrincipals.find(({ id, appId }) => id === resourceId && resources.includes(appId));
    return resource?.appRoles.filter(({ id }) => id === appRoleId).map(({ value }) => value) ?? [];
  });
  return [...new Set(values)].sort();
}

/** Tokens whose signature was found good, with their claims: whoever shows one again within its time need not be verified anew. */
const verified = new Map<string, JWTPayload>();

/** Reads who an `Authorization: Bearer` header stands for; `undefined` where it is not a valid token of this tenant. */
export async function readCaller(authorization: string | undefined, simulator: Simulator): Promise<Caller | undefined> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  const issuer = `${simulator.origin}/${simulator.tenant.tenantId}/v2.0`;
  const known = verified.get(token);
  if (known?.iss === issuer && (known.exp ?? 0) > Date.now() / 1000) return readClaims(known);
  const { publicKey } = await signingKeys();
  try {
    const { payload } = await jwtVerify(token, publicKey, { issuer, algorithms: ["RS256"] });
    verified.set(token, payload);
    return readClaims(payload);
  } catch {
    return undefined;
  }
}

function readClaims(payload: JWTPayload): Caller {
  const isUser = payload["idtyp"] === "user";
  return {
    objectId: text(payload["oid"]),
    name: text(isUser ? payload["upn"] : payload["app_displayname"]),
    kind: isUser ? "user" : "application",
    appId: text(payload["appid"]),
    roles: texts(payload["roles"]),
    directoryRoles: texts(payload["wids"]),
    audience: text(payload.aud),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
