/** Cloud metadata, OpenID discovery and the token endpoint (facts/calendar-access.md §6, facts/pulumi.md §7). */
import type { Route, Simulator, SimulatorRequest, SimulatorResponse } from "../server/service.ts";
import { describeFailure, SignInError, unknownTenant } from "./failures.ts";
import { signIn } from "./signIn.ts";
import { issueToken, LIFETIME, readKeySet } from "./tokens.ts";

export const identityRoutes: Route[] = [
  { method: "GET", path: "/metadata/endpoints", handler: (_request, simulator) => describeCloud(simulator) },
  { method: "GET", path: "/:tenant/v2.0/.well-known/openid-configuration", handler: describeProvider },
  {
    method: "GET",
    path: "/:tenant/discovery/v2.0/keys",
    handler: async () => ({ status: 200, body: await readKeySet() }),
  },
  { method: "POST", path: "/:tenant/oauth2/v2.0/token", handler: answerToken },
];

/** What azuread reads first, to find this cloud's Graph and login hosts. */
function describeCloud({ origin }: Simulator): SimulatorResponse {
  return {
    status: 200,
    body: {
      name: "EmbeddedTenant",
      portal: origin,
      authentication: { loginEndpoint: origin, audiences: [origin], tenant: "common", identityProvider: "AAD" },
      graphAudience: origin,
      graph: origin,
      microsoftGraphResourceId: origin,
      resourceManager: `${origin}/`,
      suffixes: {},
    },
  };
}

/** The issuer has the authority's scheme, host and port: msal refuses any other. */
function describeProvider(request: SimulatorRequest, simulator: Simulator): SimulatorResponse {
  const { origin, tenant } = simulator;
  const name = request.params["tenant"] ?? "";
  if (!isTenant(name, simulator)) return { ...describeFailure(unknownTenant(name), simulator.now()), status: 400 };
  const base = `${origin}/${tenant.tenantId}`;
  return {
    status: 200,
    body: {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
      response_types_supported: ["code", "id_token", "token"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      tenant_region_scope: "EU",
      cloud_instance_name: new URL(origin).host,
      msgraph_host: new URL(origin).host,
    },
  };
}

async function answerToken(request: SimulatorRequest, simulator: Simulator): Promise<SimulatorResponse> {
  try {
    const name = request.params["tenant"] ?? "";
    if (!isTenant(name, simulator)) throw unknownTenant(name);
    const established = await signIn(new URLSearchParams(request.body), simulator);
    const access_token = await issueToken(established, simulator);
    return {
      status: 200,
      headers: { "cache-control": "no-store" },
      body: { token_type: "Bearer", expires_in: LIFETIME, ext_expires_in: LIFETIME, access_token },
    };
  } catch (error) {
    if (error instanceof SignInError) return describeFailure(error, simulator.now());
    throw error;
  }
}

function isTenant(name: string, { tenant }: Simulator): boolean {
  const names = [tenant.tenantId, tenant.initialDomain, ...tenant.verifiedDomains, "organizations"];
  return names.some((known) => known.toLowerCase() === name.toLowerCase());
}
