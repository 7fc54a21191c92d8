/** What the caller of a Graph route may do: the application permissions and directory roles of its token. */
import type { Caller, Simulator, SimulatorRequest } from "../server/service.ts";
import { GRAPH_APP_ID, resourcesOf } from "../identity/resources.ts";
import { denied, GraphError } from "./errors.ts";

/** Template ids of Entra's directory roles. */
export const DIRECTORY_ROLES = {
  globalAdministrator: "62e90394-69f5-4237-9190-012177145e10",
  globalReader: "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
  userAdministrator: "fe930be7-5e62-47db-91af-98c3a49a38b1",
  exchangeAdministrator: "29232cdf-9323-42fd-ade2-1d097af3e4de",
} as const;

/** Application permissions, any of which allows a kind of access. */
export const RIGHTS = {
  readUsers: ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  writeUsers: ["User.ReadWrite.All", "Directory.ReadWrite.All"],
  deleteUsers: ["User.ReadWrite.All", "User.DeleteRestore.All", "Directory.ReadWrite.All"],
  setPasswords: ["User-PasswordProfile.ReadWrite.All"],
  readOrganization: [
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
  readGroups: [
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
  writeGroups: ["Group.ReadWrite.All", "Directory.ReadWrite.All"],
  readApplications: [
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
  writeApplications: ["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"],
  readPermissionGrants: [
    "DelegatedPermissionGrant.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
  writePermissionGrants: ["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"],
  writeConsents: ["AppRoleAssignment.ReadWrite.All"],
  readDirectoryRoles: [
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
  writeDirectoryRoles: ["RoleManagement.ReadWrite.Directory"],
} as const satisfies Record<string, readonly string[]>;

export type Right = keyof typeof RIGHTS;

/** What directory roles allow, in the words of {@link RIGHTS}; for users and for apps that hold such a role. */
const RIGHTS_OF_ROLES: Readonly<Record<string, readonly Right[]>> = {
  [DIRECTORY_ROLES.globalAdministrator]: Object.keys(RIGHTS) as Right[],
  [DIRECTORY_ROLES.globalReader]: [
    "readUsers",
    "readOrganization",
    "readGroups",
    "readApplications",
    "readPermissionGrants",
    "readDirectoryRoles",
  ],
  [DIRECTORY_ROLES.userAdministrator]: [
    "readUsers",
    "writeUsers",
    "deleteUsers",
    "setPasswords",
    "readOrganization",
    "readGroups",
    "writeGroups",
  ],
};

/** Members of a tenant may read its directory; guests less, which is not modelled. */
const RIGHTS_OF_MEMBERS: readonly Right[] = ["readUsers", "readOrganization", "readGroups", "readApplications"];

/** The caller of a request for Graph; throws 401 without a valid token for Graph. */
export function requireCaller(request: SimulatorRequest, simulator: Simulator): Caller {
  const { caller } = request;
  if (caller === undefined) throw invalidToken(explainRefusal(request.headers["authorization"]));
  if (!resourcesOf(caller.audience, simulator).includes(GRAPH_APP_ID)) {
    throw invalidToken("Access token validation failure. Invalid audience.");
  }
  return caller;
}

/** Throws 403 `Authorization_RequestDenied` unless the caller has the right. */
export function requireRight(caller: Caller, right: Right): void {
  if (!hasRight(caller, right)) throw denied();
}

export function hasRight(caller: Caller, right: Right): boolean {
  const permissions: readonly string[] = RIGHTS[right];
  if (caller.roles.some((role) => permissions.includes(role))) return true;
  if (caller.directoryRoles.some((role) => RIGHTS_OF_ROLES[role]?.includes(right))) return true;
  return caller.kind === "user" && RIGHTS_OF_MEMBERS.includes(right);
}

function invalidToken(message: string): GraphError {
  return new GraphError(401, "InvalidAuthenticationToken", message);
}

function explainRefusal(authorization: string | undefined): string {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return "Access token is empty.";
  const payload = token.split(".")[1];
  if (payload === undefined) return "IDX14100: JWT is not well formed, there are no dots (.).";
  return isExpired(payload)
    ? "Lifetime validation failed, the token is expired."
    : "Invalid authentication token: signature, issuer or tenant do not fit.";
}

function isExpired(payload: string): boolean {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    const exp = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
    return typeof exp === "number" && exp * 1000 < Date.now();
  } catch {
    return false;
  }
}
