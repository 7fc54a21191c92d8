// HTTPS requests that trust one more authority: the embedded tenant's own.
import { Agent, request } from "node:https";
import { rootCertificates } from "node:tls";

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends one request; rejects only where no answer comes. */
export type Send = (method: string, url: string, headers?: Record<string, string>, body?: string) => Promise<Answer>;

/** How long an answer may take. */
const TIME_LIMIT_MS = 30_000;

/**
 * Requests that accept the certificates of `authority` too.
 * @param authority a CA as PEM text
 */
export function trusting(authority: string): Send {
  // Connections are not kept: an idle one would keep the process from ending.
  const agent = new Agent({ ca: [...rootCertificates, authority], keepAlive: false });
  return (method, url, headers = {}, body = "") =>
    new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, agent, timeout: TIME_LIMIT_MS }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
        });
        incoming.on("error", reject);
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${url}: no answer within 30 s`)));
      outgoing.on("error", reject);
      outgoing.end(body);
    });
}

/** Resources that tokens are for. */
export const exchangeOnline = "https://outlook.office365.com";
/** The resource that tokens for Graph are for. */
export const microsoftGraph = "https://graph.microsoft.com";

/**
 * A user's access token, by name and password (the flow that a service account of an older client uses).
 * @throws Error with the tenant's own words where it refuses
 */
export async function signIn(
  send: Send,
  origin: string,
  user: { readonly userName: string; readonly password: string },
  app: { readonly tenantId: string; readonly clientId: string; readonly clientSecret?: string },
  resource = exchangeOnline,
): Promise<string> {
  const form = {
    grant_type: "password",
    client_id: app.clientId,
    ...(app.clientSecret === undefined ? {} : { client_secret: app.clientSecret }),
    scope: `${resource}/.default`,
    username: user.userName,
    password: user.password,
  };
  return requestToken(send, tokenEndpoint(origin, app.tenantId), user.userName, form);
}

/** Where a tenant gives tokens. */
export function tokenEndpoint(origin: string, tenantId: string): string {
  return `${origin}/${tenantId}/oauth2/v2.0/token`;
}

/**
 * An access token for what a form proves.
 * @param who begins the message, where it is refused with the tenant's own words
 */
export async function requestToken(
  send: Send,
  endpoint: string,
  who: string,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await send("POST", endpoint, headers, new URLSearchParams(form).toString());
  const { access_token: token, error_description: refusal } = JSON.parse(answer.text) as Record<string, unknown>;
  if (typeof token === "string") return token;
  throw new Error(`${who} cannot sign in: ${typeof refusal === "string" ? refusal : answer.text}`);
}
