/** What an access token says about itself. It is read, never verified: the service that gets it does that. */

export interface TokenClaims {
  /** The tenant's GUID (`tid`). */
  readonly tenantId: string;
  /** Object id in Entra of the user or of the enterprise app (`oid`). */
  readonly objectId: string | undefined;
  /** Client id of the app (`appid`). */
  readonly appId: string | undefined;
  /** Application permissions, e.g. `User.ReadWrite.All`. */
  readonly roles: readonly string[];
  /** Template ids of the identity's Entra directory roles (`wids`). */
  readonly directoryRoles: readonly string[];
  /** Delegated permissions (`scp`); only in a user's token. */
  readonly scopes: readonly string[];
  /** When it ends (`exp`), in ms since the epoch. */
  readonly expires: number | undefined;
}

/**
 * The claims of a JWT; `undefined` where the text is none, or names no tenant. Never throws, never quotes the token.
 */
export function readClaims(token: string): TokenClaims | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof claims !== "object" || claims === null) return undefined;
  const { tid, oid, appid, azp, roles, wids, scp, exp } = claims as Record<string, unknown>;
  if (typeof tid !== "string" || tid === "") return undefined;
  return {
    tenantId: tid,
    objectId: text(oid),
    appId: text(appid) ?? text(azp),
    roles: texts(roles),
    directoryRoles: texts(wids),
    scopes: text(scp)?.split(" ").filter(Boolean) ?? [],
    expires: typeof exp === "number" ? exp * 1000 : undefined,
  };
}

/**
 * Says what is wrong with using `token` for this tenant, or nothing. A run with another customer's credentials must
 * stop before it reads anything (design.md §7.3).
 */
export function tenantProblem(token: string, tenantId: string): string | undefined {
  const claims = readClaims(token);
  if (claims === undefined) return "the access token does not name its tenant, so nothing is sent";
  if (claims.tenantId.toLowerCase() === tenantId.toLowerCase()) return undefined;
  return `the access token is for tenant ${claims.tenantId}, but this stack is for tenant ${tenantId}; nothing is sent`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
