/** What lies under Microsoft's Graph client: token check, transport, and errors that keep what they know. */
import type { Context, GraphError, Middleware } from "@microsoft/microsoft-graph-client";
import { tenantProblem } from "../network/accessToken.ts";
import { readRetryAfter } from "../network/retry.ts";
import { TransportError } from "../network/transport.ts";
import type { HttpAnswer, Transport } from "../network/transport.ts";
import { classifyAnswer, DirectoryError } from "./errors.ts";
import type { GraphOptions } from "./graph.ts";
import { SignInError } from "../identity/tokens.ts";

/** Brings a failure past the client, which would make its own error of it and forget the rest. */
export class Carrier {
  failure: unknown;
}

/**
 * All of the client's chain: this project's token check and transport instead of `fetch` and Microsoft's handlers,
 * which would follow redirects, wait unseen, and send the token to each of their hosts but to no private cloud.
 */
export function sender(options: GraphOptions, transport: Transport, counter: { requests: number }): Middleware {
  const send = async (context: Context): Promise<Response> => {
    // The client's types speak of the browser's; it sends an address and plain options.
    const { request, options: fetchOptions = {} } = context as { request: unknown; options?: PlainOptions };
    const url = String(request);
    if (URL.parse(url)?.origin !== options.endpoint) throw new TypeError("the request is not for this directory");
    const token = await options.token();
    const problem = tenantProblem(token, options.tenantId);
    if (problem !== undefined) throw new DirectoryError("unauthorized", "Microsoft Graph", problem);
    const headers = new Headers(fetchOptions.headers);
    headers.set("authorization", `Bearer ${token}`);
    headers.set("user-agent", "calendar-access");
    headers.set("accept-language", "en-US");
    counter.requests++;
    return asResponse(
      await transport({
        method: fetchOptions.method ?? "GET",
        url,
        headers: Object.fromEntries(headers),
        ...(typeof fetchOptions.body === "string" && { body: fetchOptions.body }),
      }),
    );
  };
  return {
    async execute(context) {
      try {
        context.response = await send(context);
      } catch (error) {
        const carrier: unknown = context.middlewareControl?.getMiddlewareOptions(Carrier);
        if (carrier instanceof Carrier) carrier.failure = error;
        throw error;
      }
    },
  };
}

interface PlainOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function asResponse({ status, headers, body }: HttpAnswer): Response {
  const kept = ["content-type", "retry-after"].flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  return new Response(status === 204 || status === 304 ? null : body, { status, headers: kept });
}

/** Says what a failure of the client, the transport or the sign-in means. */
export function asDirectoryError(request: string, error: unknown, now: number): DirectoryError {
  if (error instanceof DirectoryError) return error;
  if (error instanceof TransportError) {
    const kind = ["untrusted", "tooLarge"].includes(error.reason) ? "other" : "transient";
    return new DirectoryError(kind, request, error.message);
  }
  if (error instanceof SignInError) return new DirectoryError("unauthorized", request, error.message);
  // What is left is the client's own: an answer that is not a success, or one that is not JSON.
  const { statusCode = 0, code, message, headers } = error as Partial<GraphError>;
  const retryAfter = readRetryAfter(headers?.get("retry-after") ?? undefined, now);
  if (statusCode >= 300) {
    return classifyAnswer(request, { status: statusCode, code: code ?? undefined, message, retryAfter });
  }
  const kind = statusCode >= 200 ? "transient" : "other";
  return new DirectoryError(
    kind,
    request,
    `Graph's answer cannot be read${message === undefined ? "" : ` (${message})`}`,
  );
}
