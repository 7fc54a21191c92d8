/** The token endpoint's decisions: client credentials (secret or certificate) and a user's password. */
import { timingSafeEqual, createHash } from "node:crypto";
import type {
  CredentialHolder,
  DirectoryApplication,
  DirectoryServicePrincipal,
  DirectoryUser,
} from "../tenant/directoryModel.ts";
import type { Simulator } from "../server/service.ts";
import { appeared } from "../graph/lag.ts";
import { readAssertionSubject, verifyAssertion } from "./assertions.ts";
import * as failures from "./failures.ts";
import { resourcesOf } from "./resources.ts";
import type { SignIn } from "./tokens.ts";

/**
 * Public clients of Microsoft's own that every tenant knows: Azure CLI, Exchange Online PowerShell, Graph PowerShell.
 */
const MICROSOFT_CLIENTS = [
  "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
  "fb78d390-0c51-40cd-8e17-fdbfab77341b",
  "14d82eec-204b-4c2f-b7e8-296a70dab67e",
];

/** Finds who signs in with this form; rejects with a {@link failures.SignInError}. */
export async function signIn(form: URLSearchParams, simulator: Simulator): Promise<SignIn> {
  const grant = form.get("grant_type");
  if (grant === null) throw failures.missingParameter("grant_type");
  if (grant === "client_credentials") return signInApplication(form, simulator);
  if (grant === "password") return signInUser(form, simulator);
  throw failures.unsupportedGrant(grant);
}

async function signInApplication(form: URLSearchParams, simulator: Simulator): Promise<SignIn> {
  const clientId = readClientId(form);
  const { tenant } = simulator;
  const holders = findHolders(clientId, simulator);
  if (holders.length === 0) throw failures.unknownApplication(clientId, tenant.displayName);
  await verifyCredential(form, { appId: clientId, holders }, simulator);
  const servicePrincipal = findServicePrincipal(clientId, simulator);
  const resource = readResource(form, simulator);
  return { clientId, resource, subject: { kind: "application", servicePrincipal } };
}

async function signInUser(form: URLSearchParams, simulator: Simulator): Promise<SignIn> {
  const clientId = readClientId(form);
  const application = findApplication(clientId, simulator);
  if (application === undefined && !MICROSOFT_CLIENTS.includes(clientId)) {
    throw failures.unknownApplication(clientId, simulator.tenant.displayName);
  }
  if (application !== undefined && application.other["isFallbackPublicClient"] !== true) {
    if (!form.has("client_secret") && !form.has("client_assertion")) throw failures.confidentialClient();
    await verifyCredential(form, { appId: clientId, holders: findHolders(clientId, simulator) }, simulator);
  }
  const resource = readResource(form, simulator);
  const user = verifyPassword(form.get("username") ?? "", form.get("password") ?? "", simulator);
  return { clientId, resource, subject: { kind: "user", user } };
}

/** The user whose name and password these are; throws with Entra's refusal. */
export function verifyPassword(name: string, password: string, simulator: Simulator): DirectoryUser {
  const wanted = name.toLowerCase();
  const user = simulator.tenant.users.find(
    ({ userPrincipalName, deletedDateTime }) => deletedDateTime === null && userPrincipalName.toLowerCase() === wanted,
  );
  if (user === undefined) throw failures.unknownUser(simulator.tenant.displayName);
  if (!equals(user.password, password)) throw failures.wrongPassword();
  if (!user.accountEnabled) throw failures.disabledUser();
  return user;
}

function readClientId(form: URLSearchParams): string {
  const clientId = form.get("client_id") ?? readAssertionSubject(form.get("client_assertion") ?? "");
  if (clientId === undefined || clientId === "") throw failures.missingParameter("client_id");
  return clientId.toLowerCase();
}

function findApplication(clientId: string, { tenant }: Simulator): DirectoryApplication | undefined {
  const known = [...tenant.applications, ...(tenant.foreignApplications ?? [])];
  return known.find(({ appId }) => appId.toLowerCase() === clientId);
}

/** What holds credentials of an app: its registration, here or elsewhere, and its enterprise app in this tenant. */
function findHolders(clientId: string, simulator: Simulator): CredentialHolder[] {
  const principal = simulator.tenant.servicePrincipals.find(({ appId }) => appId.toLowerCase() === clientId);
  const found = [findApplication(clientId, simulator), principal].filter((holder) => holder !== undefined);
  return appeared(simulator, found);
}

/** The enterprise app that a token would be for. */
function findServicePrincipal(clientId: string, { tenant }: Simulator): DirectoryServicePrincipal {
  const principal = tenant.servicePrincipals.find(({ appId }) => appId.toLowerCase() === clientId);
  if (principal === undefined) {
    const isOwn = tenant.applications.some(({ appId }) => appId.toLowerCase() === clientId);
    if (isOwn) throw failures.missingServicePrincipal(clientId, tenant.tenantId);
    throw failures.unknownApplication(clientId, tenant.displayName);
  }
  if (!principal.accountEnabled) throw failures.disabledApplication(clientId, principal.displayName);
  return principal;
}

/** A client and everything that holds credentials of it. */
interface Client {
  readonly appId: string;
  readonly holders: readonly (CredentialHolder & { readonly secrets?: readonly string[] })[];
}

async function verifyCredential(form: URLSearchParams, client: Client, simulator: Simulator): Promise<void> {
  const { appId, holders } = client;
  const assertion = form.get("client_assertion");
  if (assertion !== null) {
    const keys = holders.flatMap(({ keyCredentials }) => keyCredentials ?? []);
    return verifyAssertion(assertion, { appId, keys }, simulator);
  }
  const secret = form.get("client_secret");
  if (secret === null) throw failures.missingCredential();
  const made = holders.flatMap(({ passwordCredentials }) => passwordCredentials ?? []);
  const found = made.find(({ secretText }) => equals(secretText, secret));
  if (found !== undefined && Date.parse(found.endDateTime) < simulator.now()) throw failures.expiredSecret(appId);
  const accepted = holders.flatMap(({ secrets }) => secrets ?? []);
  if (found === undefined && !accepted.some((text) => equals(text, secret))) throw failures.invalidSecret(appId);
}

/** The resource that the scope names: `<resource>/.default`, or for users any of its permissions. */
function readResource(form: URLSearchParams, simulator: Simulator): string {
  const scope = form.get("scope");
  if (scope === null) throw failures.missingParameter("scope");
  const isForUser = form.get("grant_type") === "password";
  const named = scope.split(/\s+/).filter((part) => /^https?:|^[0-9a-f-]{36}/i.test(part));
  const first = named[0];
  if (first === undefined) {
    if (isForUser) return "https://graph.microsoft.com";
    throw failures.invalidScope(scope);
  }
  if (!isForUser && !first.endsWith("/.default")) throw failures.invalidScope(scope);
  const resource = first.replace(/\/+[^/]*$/, "");
  if (resourcesOf(resource, simulator).length === 0) {
    throw failures.unknownResource(resource, simulator.tenant.displayName);
  }
  return resource;
}

function equals(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
