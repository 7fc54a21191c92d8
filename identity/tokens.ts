/** Access tokens of the automation identity. Whoever holds a TokenSource can ask for tokens, but not for the secret. */
import { createRequire } from "node:module";
import type * as Identity from "@azure/identity";
import { httpTransport } from "../network/transport.ts";
import { readCertificate } from "./certificate.ts";
import type { Connection } from "./connection.ts";
import type { RetryPolicy } from "../network/retry.ts";
import type { Waits } from "../network/waits.ts";
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

const load = createRequire(import.meta.url);

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
  const credential = await createCredential(connection, options).catch(async (error: unknown) => {
    throw await signInError(error, connection);
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
      async (error: unknown) => {
        if (kept.get(scope) === entry) kept.delete(scope);
        throw note.interruption ?? (await signInError(error, connection, note.askedPause));
      },
    );
    kept.set(scope, entry);
    return entry.token;
  };
}

async function requestToken(
  credential: Identity.TokenCredential,
  scope: string,
): Promise<{ token: string; expires: number }> {
  const answer = await credential.getToken(scope);
  if (answer === null) throw new Error("no access token was returned");
  return { token: answer.token, expires: answer.expiresOnTimestamp };
}

async function createCredential(
  { credential, tenantId, clientId, endpoints }: Connection,
  patience: PatientSignIn["options"],
): Promise<Identity.TokenCredential> {
  // Loaded late: it takes longer than all the rest of this program together (facts/pulumi.md §0.8). As CommonJS it takes
  // two thirds of what its ES modules take.
  const identity = load("@azure/identity") as typeof Identity;
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

/** How MSAL says that it could not read what the login service tells of a tenant, and nothing of why. */
const unreadTenant = /endpoints_resolution_error|openid_config_error/;

/** Entra's own word for a tenant that there is not. */
const unknownTenant = /AADSTS90002\b/;

/** Entra's text in one line; secrets are cut out even where a library should have quoted one. */
async function signInError(error: unknown, connection: Connection, askedPause = ""): Promise<SignInError> {
  const { credential, tenantId, clientId } = connection;
  const secrets = [
    credential.kind === "secret" ? credential.secret : undefined,
    credential.kind === "certificateContent" ? credential.base64 : undefined,
    "password" in credential ? credential.password : undefined,
  ];
  const raw = error instanceof Error ? error.message : String(error);
  let text = raw;
  for (const secret of secrets) if (secret !== undefined) text = text.replaceAll(secret, "[secret]");
  const line = unreadTenant.test(raw)
    ? await whyUnread(connection)
    : unknownTenant.test(raw)
      ? noTenant(connection)
      : `${inOneLine(text)}${blameOf(raw, credential)}`;
  const isCli = credential.kind === "cli";
  const who = isCli || clientId === undefined ? "the Azure CLI's user" : `application ${clientId}`;
  const last = isCli
    ? ` The Azure CLI was the last try: there is no credential in the environment or the stack. ${credential.hint}`
    : "";
  return new SignInError(`signing in to tenant ${tenantId} as ${who} failed: ${line}${askedPause}${last}`);
}

/**
 * Entra's text; MSAL puts its own beginning before it, and the ids for Microsoft's support and the time behind it once
 * more.
 */
function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const [description = line] = /\bAADSTS\d+.*/.exec(line) ?? [];
  const [repeated = description] = /^.*?\bTimestamp: \S+( \d\d:\d\d:\d\dZ)?/.exec(description) ?? [];
  return repeated.slice(0, 1000);
}

/** Where the key or secret came from that Entra did not take: several may be set. */
function blameOf(raw: string, credential: Connection["credential"]): string {
  const isOfCredential = /\bAADSTS(?:7000215|7000222|700027|700024)\b/.test(raw);
  if (!isOfCredential || !("from" in credential)) return "";
  const what = credential.kind === "secret" ? "client secret" : "certificate";
  return `. The ${what} came from ${credential.from}`;
}

function noTenant({ endpoints }: Connection): string {
  return `no such tenant at ${endpoints.authority}: check azuread:tenantId, or the network`;
}

/** Asks the login service what MSAL asked it, for the reason that MSAL keeps to itself. */
async function whyUnread(connection: Connection): Promise<string> {
  const { authority } = connection.endpoints;
  const url = `${authority}/${connection.tenantId}/v2.0/.well-known/openid-configuration`;
  const ask = httpTransport({ timeLimit: 30_000, sizeLimit: 1024 * 1024 });
  try {
    const { status } = await ask({ method: "GET", url, headers: { Accept: "application/json" } });
    if (status === 400 || status === 404) return noTenant(connection);
    return `the login service at ${authority} answered with status ${status}. Try again later`;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return `the login service ${authority} cannot be reached: ${cause}. Check this machine's network, its proxy (HTTPS_PROXY) and its name server`;
  }
}
