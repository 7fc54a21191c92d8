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

/**
 * A user's access token for Exchange, by name and password (the flow that a service account of an older client uses).
 * @throws Error with the tenant's own words where it refuses
 */
export async function signIn(
  send: Send,
  origin: string,
  user: { readonly userName: string; readonly password: string },
  app: { readonly tenantId: string; readonly clientId: string; readonly clientSecret?: string },
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "password",
    client_id: app.clientId,
    ...(app.clientSecret === undefined ? {} : { client_secret: app.clientSecret }),
    scope: "https://outlook.office365.com/.default",
    username: user.userName,
    password: user.password,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await send("POST", `${origin}/${app.tenantId}/oauth2/v2.0/token`, headers, form.toString());
  const { access_token: token, error_description: refusal } = JSON.parse(answer.text) as Record<string, unknown>;
  if (typeof token === "string") return token;
  throw new Error(`${user.userName} cannot sign in: ${typeof refusal === "string" ? refusal : answer.text}`);
}
