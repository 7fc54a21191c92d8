/**
 * The front end of EWS: who calls (Bearer or Basic), and the organisation's EWS policy (facts/calendar-access.md §2).
 */
import { isGrantedAny, mayReachAny } from "../access/authorization.ts";
import { refusalOfMailbox, refusalOfOrganization, type EwsRefusal } from "../access/ewsPolicy.ts";
import { requireWindowsCaller } from "../exchangeServer/ewsAuthentication.ts";
import { EXCHANGE_APP_ID, resourcesOf } from "../identity/resources.ts";
import { verifyPassword } from "../identity/signIn.ts";
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Caller, Simulator, SimulatorRequest } from "../server/service.ts";
import { FrontEndRefusal } from "./fault.ts";

/** The application permission that opens EWS; with RBAC for Applications an app needs none. */
const ewsPermission = "full_access_as_app";

/** The caller of an EWS request that the front end lets through; throws a {@link FrontEndRefusal} otherwise. */
export function requireEwsCaller(request: SimulatorRequest, simulator: Simulator): Caller {
  const caller = requireCaller(request, simulator);
  const userAgent = request.headers["user-agent"] ?? "";
  const { organization } = simulator.tenant;
  refuse(refusalOfOrganization(organization, simulator.switches, caller.appId, userAgent));
  return caller;
}

function requireCaller(request: SimulatorRequest, simulator: Simulator): Caller {
  if (simulator.tenant.server !== undefined) return requireWindowsCaller(request, simulator);
  const authorization = request.headers["authorization"] ?? "";
  if (/^Bearer\b/i.test(authorization)) return requireBearer(request, simulator);
  return requireBasic(authorization, simulator);
}

/** A mailbox for which EWS is off refuses every caller, whatever its rights. */
export function enforceMailboxPolicy(mailbox: Recipient | undefined): void {
  refuse(refusalOfMailbox(mailbox));
}

function refuse(what: EwsRefusal | undefined): void {
  if (what === undefined) return;
  throw new FrontEndRefusal(403, { "x-ews-policy-reason": `EWS is ${what} for this user or tenant` });
}

function requireBearer({ caller }: SimulatorRequest, simulator: Simulator): Caller {
  const { tenant } = simulator;
  if (caller === undefined || !resourcesOf(caller.audience, simulator).includes(EXCHANGE_APP_ID)) {
    throw new FrontEndRefusal(401, {
      "www-authenticate":
        `Bearer client_id="${EXCHANGE_APP_ID}", trusted_issuers="00000001-0000-0000-c000-000000000000@*", ` +
        `token_types="app_asserted_user_v1 service_asserted_app_v1", error="invalid_token"`,
    });
  }
  if (caller.kind === "application") {
    requirePermission(caller, simulator);
    return caller;
  }
  const user = tenant.users.find(({ id }) => id === caller.objectId);
  if (user === undefined || user.deletedDateTime !== null || !user.accountEnabled) throw wrongCredentials();
  return caller;
}

/** A token without a fitting permission passes only where RBAC gives its app EWS at all. */
function requirePermission(caller: Caller, simulator: Simulator): void {
  if (caller.roles.includes(ewsPermission) || mayReachAny(simulator, caller, "EWS.AccessAsApp")) return;
  // Granted, but the cache does not know yet (a report of 2024: an empty 403 that vanished later).
  if (isGrantedAny(simulator, caller, "EWS.AccessAsApp")) throw new FrontEndRefusal(403, {});
  const [status, reason] =
    caller.roles.length === 0
      ? ([401, "The token contains no permissions, or permissions can not be understood."] as const)
      : ([403, "The token contains not enough scope to make this call."] as const);
  throw new FrontEndRefusal(status, {
    "x-ms-diagnostics": `2000008;reason="${reason}";error_category="invalid_grant"`,
    ...(status === 401 ? { "www-authenticate": `Bearer client_id="${EXCHANGE_APP_ID}", error="invalid_token"` } : {}),
  });
}

function requireBasic(authorization: string, simulator: Simulator): Caller {
  const credentials = /^Basic\s+(\S+)$/i.exec(authorization)?.[1];
  if (credentials === undefined) throw wrongCredentials();
  const decoded = Buffer.from(credentials, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) throw wrongCredentials();
  try {
    const user = verifyPassword(decoded.slice(0, colon), decoded.slice(colon + 1), simulator);
    return {
      objectId: user.id,
      name: user.userPrincipalName,
      kind: "user",
      appId: null,
      roles: [],
      directoryRoles: [],
      audience: simulator.origin,
    };
  } catch {
    throw wrongCredentials();
  }
}

/** NTLM and Negotiate are not modelled, so they are not offered: clients would try them first. */
function wrongCredentials(): FrontEndRefusal {
  return new FrontEndRefusal(401, { "www-authenticate": 'Basic realm="EmbeddedTenant"' });
}
