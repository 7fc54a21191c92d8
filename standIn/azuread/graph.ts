// The stand-in's way to Microsoft Graph: metadata, token, requests, and the refusal of every tenant but the embedded
// one.
import { readFileSync } from "node:fs";
import type { PropertyMap } from "./property.ts";
import { PluginError } from "./resourceType.ts";

/** `name` in the cloud metadata that only the embedded tenant serves. */
export const embeddedTenantName = "EmbeddedTenant";

const metadataPath = "/metadata/endpoints?api-version=2022-09-01";
const attempts = 6;

/** How often in a row the real plugin wants to see what it waits for (facts/azuread-recorded.md). */
const sightings = 5;
/** It waits five minutes; at its own five seconds these are as many looks. */
const mostLooks = 60;
/** Seconds between two looks, 5 as in the real plugin; where it is not set, the stand-in does not look again. */
export const pollVariable = "AZUREAD_STAND_IN_POLL_SECONDS";

/** Where to sign in and as whom. */
export interface Settings {
  metadataHost: string;
  tenantId: string;
  clientId: string;
  /** What proves it in the token request: `client_secret`, or `client_assertion` and its type. */
  proof: Record<string, string>;
  /** Of {@link pollVariable}; without it there are no polls. */
  pollSeconds?: number | undefined;
}

/**
 * Settings from the provider's configuration, then from the environment, in the order of the real plugin.
 * @throws PluginError naming what is missing.
 */
export function readSettings(configuration: PropertyMap, environment: NodeJS.ProcessEnv): Settings {
  const look = (key: string, variable: string): string => {
    const value = configuration[key];
    if (typeof value === "string" && value !== "") return value;
    return environment[variable] ?? "";
  };
  const lookFile = (key: string, variable: string): string => {
    const direct = look(key, variable);
    const path = look(`${key}FilePath`, `${variable}_FILE_PATH`);
    return direct !== "" || path === "" ? direct : readFileSync(path, "utf8").trim();
  };
  demandKnownCredential(look);
  const settings = {
    metadataHost: look("metadataHost", "ARM_METADATA_HOSTNAME"),
    tenantId: look("tenantId", "ARM_TENANT_ID"),
    clientId: lookFile("clientId", "ARM_CLIENT_ID"),
    proof: proveClient(lookFile("clientSecret", "ARM_CLIENT_SECRET"), lookFile("oidcToken", "ARM_OIDC_TOKEN")),
    pollSeconds: readPollSeconds(environment[pollVariable] ?? ""),
  };
  if (!isLoopback(settings.metadataHost)) throw refusal(settings.metadataHost || "the public cloud");
  for (const [name, value] of Object.entries({ tenantId: settings.tenantId, clientId: settings.clientId })) {
    if (value === "") throw new PluginError(`azuread: ${name} is not set (azuread:${name}, or the ARM_ variables)`);
  }
  return settings;
}

function readPollSeconds(value: string): number | undefined {
  if (value === "") return undefined;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= 60) return seconds;
  throw new PluginError(`${pollVariable} is "${value}": set it to seconds above 0, at most 60 (the real plugin: 5)`);
}

/**
 * The real plugin's check before it configures itself: it takes these for a credential and, where there is none, asks
 * the Azure CLI, whatever ARM_USE_CLI says; a file's path or a certificate's content is none to it (seen in 6.9.1).
 */
function demandKnownCredential(look: (key: string, variable: string) => string): void {
  const known = [
    look("clientSecret", "ARM_CLIENT_SECRET"),
    look("clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH"),
    look("oidcToken", "ARM_OIDC_TOKEN"),
    look("oidcRequestToken", "ARM_OIDC_REQUEST_TOKEN"),
    look("oidcRequestToken", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
  ];
  if (known.some((value) => value !== "")) return;
  throw new PluginError(
    'could not configure AzureCli Authorizer: could not parse Azure CLI version: launching Azure CLI: exec: "az": executable file not found in $PATH (the stand-in: no credentials)',
  );
}

function proveClient(secret: string, oidcToken: string): Record<string, string> {
  if (secret !== "") return { client_secret: secret };
  if (oidcToken !== "") {
    return {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: oidcToken,
    };
  }
  throw new PluginError(
    "azuread: no credentials. The stand-in signs in with a client secret (ARM_CLIENT_SECRET) or an OIDC token (ARM_OIDC_TOKEN)",
  );
}

function isLoopback(host: string): boolean {
  if (!URL.canParse(`https://${host}`)) return false;
  const { hostname } = new URL(`https://${host}`);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function refusal(what: string): PluginError {
  return new PluginError(
    `This is the stand-in for the azuread plugin, which serves the embedded tenant only; it refuses ${what}. ` +
      "For a real tenant: pulumi plugin install resource azuread 6.9.1, and take the stand-in off PATH",
  );
}

/** An answer of Graph that is not a success, with the text that the real plugin shows. */
export class GraphError extends PluginError {
  readonly status: number;
  constructor(status: number, statusText: string, code: string, message: string) {
    const detail = code === "" ? "" : ` with error: ${code}: ${message}`;
    super(`unexpected status ${status} (${status} ${statusText})${detail}`);
    this.status = status;
  }
}

/** A signed-in connection to the embedded tenant's Graph. */
export class Graph {
  /** Object id of the service principal that is signed in. */
  readonly callerId: string;
  /** E.g. `https://localhost:8443`. */
  readonly origin: string;
  readonly #token: string;
  readonly #pollSeconds: number | undefined;

  constructor(origin: string, token: string, pollSeconds: number | undefined) {
    this.origin = origin;
    this.#token = token;
    this.#pollSeconds = pollSeconds;
    const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { oid?: string };
    this.callerId = payload.oid ?? "";
  }

  /**
   * Calls `path` (from `/v1.0` or `/beta`), again after 429, 5xx, 408 and 424, after 404 where `patient`, and after a
   * lost connection unless it is a POST, which may have landed.
   * @returns the parsed body, or an empty object without one.
   * @throws GraphError
   */
  async call(method: string, path: string, body?: PropertyMap, patient = false): Promise<PropertyMap> {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= attempts;
      const response = await this.#send(method, path, body).catch((error: unknown) => {
        if (isLast || method === "POST") throw new PluginError(`${method} ${path}: ${explainFetch(error)}`);
        return undefined;
      });
      if (response !== undefined) {
        const text = await response.text();
        if (response.ok) return text === "" ? {} : (JSON.parse(text) as PropertyMap);
        const again = [408, 424, 429].includes(response.status) || response.status >= 500;
        if (isLast || !(again || (patient && response.status === 404))) throw describe(response, text);
      }
      const seconds = Number(response?.headers.get("retry-after") ?? "");
      await wait(seconds > 0 ? seconds * 1000 : 100 * 2 ** attempt);
    }
  }

  #send(method: string, path: string, body: PropertyMap | undefined): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** `GET path`, or `undefined` where Graph says 404. */
  async find(path: string): Promise<PropertyMap | undefined> {
    try {
      return await this.call("GET", path);
    } catch (error) {
      if (error instanceof GraphError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Polls as the real plugin does after it made or deleted an object: until the object was there, or gone, five times in
   * a row. The first look is immediate, so that it takes at least four intervals. Without {@link pollVariable} it sees
   * once that the object is there, and does not look whether one is gone.
   * @throws PluginError after 60 looks; GraphError
   */
  async pollUntil(end: "there" | "gone", path: string): Promise<void> {
    if (this.#pollSeconds === undefined) {
      if (end === "there") await this.call("GET", path, undefined, true);
      return;
    }
    for (let look = 1, inRow = 0; look <= mostLooks; look += 1) {
      const found = (await this.find(path)) === undefined ? "gone" : "there";
      inRow = found === end ? inRow + 1 : 0;
      if (inRow === sightings) return;
      await wait(this.#pollSeconds * 1000);
    }
    throw new PluginError(`${path} is still not ${end} after ${mostLooks} looks, ${this.#pollSeconds} s apart`);
  }
}

function describe(response: Response, text: string): GraphError {
  let error: { code?: string; message?: string } = {};
  try {
    error = (JSON.parse(text) as { error?: typeof error }).error ?? {};
  } catch {
    // not JSON: the status says it all
  }
  return new GraphError(response.status, response.statusText, error.code ?? "", error.message ?? "");
}

/** fetch hides the reason in the cause. */
function explainFetch(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Signs in: metadata (which must be the embedded tenant's), then a token for Graph. */
export async function connect(settings: Settings): Promise<Graph> {
  const where = `https://${settings.metadataHost}`;
  const metadata = (await fetchJson(`${where}${metadataPath}`)) as {
    name?: string;
    microsoftGraphResourceId?: string;
    authentication?: { loginEndpoint?: string };
  };
  const graphOrigin = (metadata.microsoftGraphResourceId ?? "").replace(/\/$/, "");
  const login = (metadata.authentication?.loginEndpoint ?? "").replace(/\/$/, "");
  const local = [graphOrigin, login].every((url) => URL.canParse(url) && isLoopback(new URL(url).host));
  if (metadata.name !== embeddedTenantName || !local) throw refusal(`the cloud at ${settings.metadataHost}`);
  const token = (await fetchJson(`${login}/${settings.tenantId}/oauth2/v2.0/token`, {
    client_id: settings.clientId,
    grant_type: "client_credentials",
    scope: `${graphOrigin}/.default`,
    ...settings.proof,
  })) as { access_token?: string };
  return new Graph(graphOrigin, token.access_token ?? "", settings.pollSeconds);
}

async function fetchJson(url: string, form?: Record<string, string>): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) });
  } catch (error) {
    throw new PluginError(`azuread: ${url} cannot be reached: ${explainFetch(error)}`);
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new PluginError(`azuread: ${url} answered ${response.status}: ${text.slice(0, 500)}`);
}
