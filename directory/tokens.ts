/** Access tokens of the automation identity. Whoever holds a TokenSource can ask for tokens, but not for the secret. */
import type { TokenCredential } from "@azure/identity";
import { readCertificate } from "./certificate.ts";
import type { Connection } from "./connection.ts";
import type { RetryPolicy } from "../exchange/retry.ts";
import type { Waits } from "../exchange/waits.ts";
import { patientSignIn } from "./signInPolicy.ts";
import type { PatientSignIn } from "./signInPolicy.ts";

/**
 * Yields an access token for a scope, e.g. `https://graph.microsoft.com/.default`; kept until shortly before its end.
 */
export type TokenSource = (scope: string) => Promise<string>;

/** No access token could be had. The message is one line without a secret. */
export class SignInError extends Error {
  override readonly name = "SignInError";
}

/** A token is renewed this many ms before it ends. */
const margin = 5 * 60_000;

/** Who waits between two attempts, and how long. */
export interface TokenOptions {
  readonly waits: Waits;
  readonly retry?: RetryPolicy;
}

/**
 * Prepares the sign-in; rejects with a SignInError where the credential itself is unusable. Nothing is sent yet. A
 * token's request rejects with an InterruptedError where the operator ends the run meanwhile.
 */
export async function openTokens(connection: Connection, { waits, retry }: TokenOptions): Promise<TokenSource> {
  const { options, note } = patientSignIn(waits, retry);
  const credential = await createCredential(connection, options).catch((error: unknown) => {
    throw signInError(error, connection);
  });
  const kept = new Map<string, { token: Promise<string>; until: number }>();
  return (scope) => {
    const known = kept.get(scope);
    if (known !== undefined && Date.now() < known.until) return known.token;
    const entry = { token: Promise.resolve(""), until: Infinity };
    entry.token = requestToken(credential, scope).then(
      ({ token, expires }) => {
        entry.until = expires - margin;
        return token;
      },
      (error: unknown) => {
        if (kept.get(scope) === entry) kept.delete(scope);
        throw note.interruption ?? signInError(error, connection, note.askedPause);
      },
    );
    kept.set(scope, entry);
    return entry.token;
  };
}

async function requestToken(credential: TokenCredential, scope: string): Promise<{ token: string; expires: number }> {
  const answer = await credential.getToken(scope);
  if (answer === null) throw new Error("no access token was returned");
  return { token: answer.token, expires: answer.expiresOnTimestamp };
}

async function createCredential(
  { credential, tenantId, clientId, endpoints }: Connection,
  patience: PatientSignIn["options"],
): Promise<TokenCredential> {
  // Loaded late: it takes longer than all the rest of this program together (facts/pulumi.md §0.8).
  const identity = await import("@azure/identity");
  if (credential.kind === "cli") return new identity.AzureCliCredential({ tenantId, processTimeoutInMs: 60_000 });
  if (clientId === undefined) throw new Error("azuread:clientId is not set in this stack's configuration");
  // A private cloud is not known to Microsoft: asking there would only end in an error (facts/pulumi.md §0.7).
  const options = { authorityHost: endpoints.authority, disableInstanceDiscovery: endpoints.isPrivate, ...patience };
  switch (credential.kind) {
    case "secret":
      return new identity.ClientSecretCredential(tenantId, clientId, credential.secret, options);
    case "oidc":
      return new identity.ClientAssertionCredential(tenantId, clientId, credential.token, options);
    default: {
      const certificate = await readCertificate(credential);
      return new identity.ClientCertificateCredential(tenantId, clientId, { certificate }, options);
    }
  }
}

/**
 * How MSAL says that the login service describes no such tenant, or could not be asked, and Entra that there is none; MSAL's
 * text tells nothing but the address of a page about errors.
 */
const unknownTenant = /endpoints_resolution_error|openid_config_error|AADSTS90002\b/;

/** Entra's text in one line; secrets are cut out even where a library should have quoted one. */
function signInError(
  error: unknown,
  { credential, tenantId, clientId, endpoints }: Connection,
  askedPause = "",
): SignInError {
  const secrets = [
    credential.kind === "secret" ? credential.secret : undefined,
    credential.kind === "certificateContent" ? credential.base64 : undefined,
    "password" in credential ? credential.password : undefined,
  ];
  let text = error instanceof Error ? error.message : String(error);
  for (const secret of secrets) if (secret !== undefined) text = text.replaceAll(secret, "[secret]");
  const line = unknownTenant.test(text)
    ? `no such tenant at ${endpoints.authority}: check azuread:tenantId, or the network`
    : text.replace(/\s+/g, " ").trim().slice(0, 1000);
  const who = clientId === undefined ? "the Azure CLI's user" : `application ${clientId}`;
  return new SignInError(`signing in to tenant ${tenantId} as ${who} failed: ${line}${askedPause}`);
}
