/**
 * Entra's refusals: AADSTS codes with their texts (facts/calendar-access.md §6), as the token endpoint answers them.
 */
import { randomUUID } from "node:crypto";
import type { SimulatorResponse } from "../server/service.ts";

/** A refused token request. */
export class SignInError extends Error {
  readonly status: number;
  readonly error: string;
  readonly code: number;

  constructor(status: number, error: string, code: number, text: string) {
    super(`AADSTS${code}: ${text}`);
    this.status = status;
    this.error = error;
    this.code = code;
  }
}

/** The error's JSON, with the trace ids that Entra appends to the text. */
export function describeFailure(failure: SignInError, now: number): SimulatorResponse {
  const [trace, correlation] = [randomUUID(), randomUUID()];
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return {
    status: failure.status,
    body: {
      error: failure.error,
      error_description: `${failure.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [failure.code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${failure.code}`,
    },
  };
}

export function unknownTenant(tenant: string): SignInError {
  return new SignInError(
    400,
    "invalid_request",
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct ` +
      "cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for " +
      "the tenant.",
  );
}

export function unknownApplication(clientId: string, tenant: string): SignInError {
  return new SignInError(
    400,
    "unauthorized_client",
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the ` +
      "application has not been installed by the administrator of the tenant or consented to by any user in the " +
      "tenant. You may have sent your authentication request to the wrong tenant.",
  );
}

export function missingServicePrincipal(clientId: string, tenantId: string): SignInError {
  return new SignInError(
    400,
    "unauthorized_client",
    7000229,
    `The client application ${clientId} is missing service principal in the tenant ${tenantId}.`,
  );
}

export function disabledApplication(clientId: string, name: string): SignInError {
  return new SignInError(400, "unauthorized_client", 7000112, `Application '${clientId}'(${name}) is disabled.`);
}

export function invalidSecret(clientId: string): SignInError {
  return new SignInError(
    401,
    "invalid_client",
    7000215,
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the " +
      `client secret ID, for a secret added to app '${clientId}'.`,
  );
}

export function expiredSecret(clientId: string): SignInError {
  const text = `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app.`;
  return new SignInError(401, "invalid_client", 7000222, text);
}

export function missingCredential(): SignInError {
  return new SignInError(
    401,
    "invalid_client",
    7000216,
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  );
}

export function confidentialClient(): SignInError {
  const text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
  return new SignInError(401, "invalid_client", 7000218, text);
}

export function unusableKey(reason: string, thumbprint: string, clientId: string): SignInError {
  return new SignInError(
    401,
    "invalid_client",
    700027,
    "The certificate with identifier used to sign the client assertion is not registered on application. " +
      `[Reason - ${reason}, Thumbprint of key used by client: '${thumbprint}', Please visit the Azure Portal, Graph ` +
      `Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.]`,
  );
}

export function untimelyAssertion(): SignInError {
  return new SignInError(401, "invalid_client", 700024, "Client assertion is not within its valid time range.");
}

export function wrongAudience(): SignInError {
  const text = "Client assertion audience claim does not match Realm issuer.";
  return new SignInError(401, "invalid_client", 700023, text);
}

export function unknownResource(resource: string, tenant: string): SignInError {
  return new SignInError(
    400,
    "invalid_resource",
    500011,
    `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the ` +
      "application has not been installed by the administrator of the tenant or consented to by any user in the " +
      "tenant. You might have sent your authentication request to the wrong tenant.",
  );
}

export function invalidScope(scope: string): SignInError {
  return new SignInError(
    400,
    "invalid_scope",
    1002012,
    `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      "/.default suffixed to the resource identifier (application ID URI).",
  );
}

export function missingParameter(name: string): SignInError {
  const text = `The request body must contain the following parameter: '${name}'.`;
  return new SignInError(400, "invalid_request", 900144, text);
}

export function unsupportedGrant(grant: string): SignInError {
  return new SignInError(
    400,
    "unsupported_grant_type",
    70003,
    `The app requested an unsupported grant type '${grant}'.`,
  );
}

export function wrongPassword(): SignInError {
  return new SignInError(
    400,
    "invalid_grant",
    50126,
    "Error validating credentials due to invalid username or password.",
  );
}

export function unknownUser(tenant: string): SignInError {
  return new SignInError(
    400,
    "invalid_grant",
    50034,
    `The user account {EUII Hidden} does not exist in the ${tenant} directory. To sign into this application, the ` +
      "account must be added to the directory.",
  );
}

export function disabledUser(): SignInError {
  return new SignInError(400, "invalid_grant", 50057, "The user account is disabled.");
}
