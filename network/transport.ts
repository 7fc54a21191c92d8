/** One HTTP request to Microsoft's services: long time limit, gzip, no redirects, no endless answers. */
import * as http from "node:http";
import * as https from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** A request as it goes out. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer of any status. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Sends a request; rejects with a {@link TransportError} where no whole answer came. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

/** No (whole) answer. The message never holds the request's headers or body. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** `unsent`: the service never saw the request; `untrusted`: refused by us; `lost`: it may have been carried out. */
  readonly reason: "unsent" | "untrusted" | "timeout" | "tooLarge" | "lost";

  constructor(reason: TransportError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

const unpack = promisify(gunzip);

/**
 * One minute more than the server gives a cmdlet (facts/exchange.md §1.2). This is why the built-in `fetch` is not
 * used: it gives up after five minutes without a header, and cannot be told otherwise without another package.
 */
const timeLimit = 16 * 60_000;

/** Bytes after unpacking; a page of 1000 mailboxes with all properties is about 10 MB. */
const sizeLimit = 128 * 1024 * 1024;

/** Failures before a request has left; the service has certainly not seen it. */
const unsentCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Opens connections that are kept for later calls and do not keep the process alive. */
export function httpTransport(limits: { timeLimit?: number; sizeLimit?: number } = {}): Transport {
  const agents = new Map<string, http.Agent>();
  return (request) => {
    const url = new URL(request.url);
    let agent = agents.get(url.protocol);
    if (agent === undefined) {
      const options = { keepAlive: true, proxyEnv: proxyEnvironment(process.env) };
      agent = url.protocol === "https:" ? new https.Agent(options) : new http.Agent(options);
      agents.set(url.protocol, agent);
    }
    return exchange(request, url, agent, limits.timeLimit ?? timeLimit, limits.sizeLimit ?? sizeLimit);
  };
}

/** The proxy of the environment, as azuread uses it: never for this machine itself. */
export function proxyEnvironment(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const { HTTP_PROXY, HTTPS_PROXY, http_proxy, https_proxy } = environment;
  const excepted = environment["NO_PROXY"] ?? environment["no_proxy"];
  const NO_PROXY = [excepted, "localhost", "127.0.0.1", "[::1]"].filter(Boolean).join(",");
  return { HTTP_PROXY, HTTPS_PROXY, http_proxy, https_proxy, NO_PROXY };
}

function exchange(
  request: HttpRequest,
  url: URL,
  agent: http.Agent,
  timeLimit: number,
  sizeLimit: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(asTransportError(error, url));
    const options = {
      method: request.method,
      agent,
      headers: {
        ...request.headers,
        "Accept-Encoding": "gzip",
        ...(request.body === undefined ? {} : { "Content-Length": Buffer.byteLength(request.body) }),
      },
      signal: AbortSignal.timeout(timeLimit),
    };
    const start = url.protocol === "https:" ? https.request : http.request;
    const sent = start(url, options, (message) => {
      readBody(message, sizeLimit).then(
        (body) => resolve({ status: message.statusCode ?? 0, headers: headersOf(message), body }),
        fail,
      );
    });
    sent.on("error", fail);
    sent.end(request.body);
  });
}

async function readBody(message: http.IncomingMessage, sizeLimit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > sizeLimit) throw tooLarge(sizeLimit);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  // An empty answer may be said to be packed, too.
  if (message.headers["content-encoding"] !== "gzip" || size === 0) return bytes.toString("utf8");
  try {
    return (await unpack(bytes, { maxOutputLength: sizeLimit })).toString("utf8");
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(sizeLimit) : error;
  }
}

function tooLarge(sizeLimit: number): TransportError {
  return new TransportError("tooLarge", `the answer is larger than ${Math.round(sizeLimit / 1024 / 1024)} MB`);
}

function headersOf(message: http.IncomingMessage): Record<string, string | undefined> {
  const entries = Object.entries(message.headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}

function asTransportError(error: Error & { code?: unknown }, url: URL): TransportError {
  if (error instanceof TransportError) return error;
  const code = typeof error.code === "string" ? error.code : "";
  if (error.name === "TimeoutError" || code === "ABORT_ERR") {
    return new TransportError("timeout", `${url.host} did not answer in time`);
  }
  if (unsentCodes.has(code)) return new TransportError("unsent", `${url.host} cannot be reached (${code})`);
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)) {
    return new TransportError("untrusted", `the certificate of ${url.host} is not trusted (${code}: ${error.message})`);
  }
  return new TransportError("lost", `the connection to ${url.host} broke (${code || error.message})`);
}
