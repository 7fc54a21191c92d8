/** A tenant for tests over HTTPS, and the requests that they send to it. */
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { startSimulator } from "../../simulator/simulator.ts";
import type { RunningSimulator, SimulatorOptions } from "../../simulator/simulator.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the body; `{}` without one. */
  readonly json: Record<string, unknown>;
}

export interface TestTenant extends RunningSimulator {
  /** Sends a request; an object as body goes as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Asks the token endpoint. */
  askToken(form: Record<string, string>, tenant?: string): Promise<Answer>;
  /** A Graph token of an application of the seed; `automation` where absent. */
  signIn(purpose?: string): Promise<string>;
  /** A Graph request as that application. */
  graph(method: string, path: string, body?: unknown, purpose?: string): Promise<Answer>;
}

/** Starts a tenant that this process trusts. */
export async function startTenant(options: SimulatorOptions = {}): Promise<TestTenant> {
  const running = await startSimulator(options);
  setDefaultCACertificates([...getCACertificates("default"), running.caCertificate]);
  const { origin } = running;
  const tokens = new Map<string, string>();
  const send: TestTenant["send"] = async (method, path, body, headers = {}) => {
    const payload = typeof body === "string" ? body : JSON.stringify(body);
    const isJson = typeof body === "object";
    const response = await fetch(path.startsWith("https:") ? path : `${origin}${path}`, {
      method,
      headers: { ...(isJson ? { "content-type": "application/json" } : {}), ...headers },
      ...(body === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
  const askToken: TestTenant["askToken"] = (form, tenant = running.credentials.tenantId) =>
    send("POST", `/${tenant}/oauth2/v2.0/token`, new URLSearchParams(form).toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
  const signIn: TestTenant["signIn"] = async (purpose = "automation") => {
    const known = tokens.get(purpose);
    if (known !== undefined) return known;
    const credentials = running.applications[purpose];
    if (credentials === undefined) throw new Error(`The seed has no application for ${purpose}.`);
    const answer = await askToken({
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope: `${origin}/.default`,
    });
    const token = String(answer.json["access_token"]);
    tokens.set(purpose, token);
    return token;
  };
  const graph: TestTenant["graph"] = async (method, path, body, purpose) => {
    const authorization = `Bearer ${await signIn(purpose)}`;
    const url = path.startsWith("/beta/") || path.startsWith("https:") ? path : `/v1.0${path}`;
    return send(method, url, body, { authorization });
  };
  return { ...running, send, askToken, signIn, graph };
}

function parse(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `error` of a Graph answer. */
export function errorOf({ json }: Answer): { code: string; message: string; details?: unknown } {
  return json["error"] as { code: string; message: string; details?: unknown };
}

/** `value` of a list answer. */
export function valueOf({ json }: Answer): Record<string, unknown>[] {
  return json["value"] as Record<string, unknown>[];
}
