/** Microsoft Graph through Microsoft's own client, with this project's transport, retries and errors. */
import type { Client, GraphRequest } from "@microsoft/microsoft-graph-client";
import { collectQuestions } from "../network/batch.ts";
import { InterruptedError } from "../network/interruption.ts";
import { askedPause, defaultRetryPolicy, repeat } from "../network/retry.ts";
import type { RetryPolicy } from "../network/retry.ts";
import { httpTransport } from "../network/transport.ts";
import type { Transport } from "../network/transport.ts";
import type { Waits } from "../network/waits.ts";
import { classifyAnswer, DirectoryError } from "./errors.ts";
import { asDirectoryError, Carrier, sender } from "./graphChain.ts";

/** One object as Graph returned it. */
export type GraphObject = Readonly<Record<string, unknown>>;

/**
 * One tenant's directory. Methods reject with a DirectoryError; paths are those of v1.0, e.g. `/users/<id>`, or of beta,
 * e.g. `/beta/users/<id>`. Reads of v1.0 that fall due in one tick share a `$batch` of up to 20.
 */
export interface GraphSession {
  /** HTTP requests sent so far, continuations, batches and repetitions included. */
  readonly requests: number;
  /** One object. */
  read(path: string): Promise<GraphObject>;
  /** A list with all its pages; never a part of it. */
  list(path: string): Promise<readonly GraphObject[]>;
  /** Several reads; a result for each path, in their order. */
  readMany(paths: readonly string[]): Promise<readonly PromiseSettledResult<GraphObject>[]>;
  /**
   * Changes properties of an object. Repeated after a lost answer, so `change` has to mean the same twice: whole values,
   * never an addition to what is there.
   */
  update(path: string, change: GraphObject): Promise<void>;
  /** Deletes an object. Repeated after a lost answer, so that a later `notFound` can mean that it is done. */
  remove(path: string): Promise<void>;
}

/** One tenant's Graph and who speaks to it. */
export interface GraphOptions {
  readonly tenantId: string;
  /** Origin. */
  readonly endpoint: string;
  /** An access token for Graph; called for every request. */
  readonly token: () => Promise<string>;
  readonly waits: Waits;
  readonly retry?: RetryPolicy;
  readonly transport?: Transport;
}

/** Reads in one `$batch` at most; Graph's limit (facts/calendar-access.md §5). */
const batchSize = 20;
const pageLimit = 1000;

/** Opens a session. Nothing is sent before the first call. */
export async function openGraph(options: GraphOptions): Promise<GraphSession> {
  // Loaded late: the commands that need no directory start without it.
  const { Client } = await import("@microsoft/microsoft-graph-client");
  const counter = { requests: 0 };
  const middleware = sender(options, options.transport ?? httpTransport(), counter);
  const client = Client.initWithMiddleware({ baseUrl: options.endpoint, defaultVersion: "v1.0", middleware });
  return new Session(client, options, counter);
}

class Session implements GraphSession {
  #client: Client;
  #options: GraphOptions;
  #counter: { requests: number };
  #ask: (path: string) => Promise<GraphObject>;

  constructor(client: Client, options: GraphOptions, counter: { requests: number }) {
    this.#client = client;
    this.#options = options;
    this.#counter = counter;
    const one = (path: string) => this.#get(`GET ${bare(path)}`, path);
    const many = (paths: readonly string[]) => this.#readGroup(paths);
    this.#ask = collectQuestions(batchSize, one, many, (path) => path, options.waits);
  }

  get requests(): number {
    return this.#counter.requests;
  }

  async read(path: string): Promise<GraphObject> {
    return isBeta(path) ? this.#get(`GET ${bare(path)}`, path) : this.#ask(path);
  }

  async list(path: string): Promise<readonly GraphObject[]> {
    const request = `GET ${bare(path)}`;
    const objects: GraphObject[] = [];
    const links = new Set<string>();
    let page = await this.#ask(path);
    for (;;) {
      const { value, "@odata.nextLink": link } = page;
      if (!Array.isArray(value)) throw new DirectoryError("incomplete", request, "Graph's answer is not a list");
      objects.push(...(value as GraphObject[]));
      if (link === undefined || link === null) return objects;
      if (typeof link !== "string" || URL.parse(link)?.origin !== this.#options.endpoint) {
        throw new DirectoryError("incomplete", request, "the list's next page is said to be at another address");
      }
      if (links.has(link) || links.size >= pageLimit) {
        throw new DirectoryError("incomplete", request, "the list's pages do not come to an end");
      }
      links.add(link);
      try {
        page = await this.#get(request, link);
      } catch (cause) {
        if (cause instanceof InterruptedError) throw cause;
        throw new DirectoryError("incomplete", request, `page ${links.size + 1} of the list failed`, { cause });
      }
    }
  }

  async readMany(paths: readonly string[]): Promise<readonly PromiseSettledResult<GraphObject>[]> {
    return Promise.allSettled(paths.map((path) => this.#ask(path)));
  }

  async update(path: string, change: GraphObject): Promise<void> {
    const request = `PATCH ${bare(path)}`;
    await this.#send(request, path, (call): Promise<unknown> => call.patch(change));
  }

  async remove(path: string): Promise<void> {
    const request = `DELETE ${bare(path)}`;
    await this.#send(request, path, (call): Promise<unknown> => call.delete());
  }

  async #get(request: string, path: string): Promise<GraphObject> {
    return this.#send(request, path, async (call) => {
      const answer: unknown = await call.get();
      if (isRecord(answer)) return answer;
      throw new DirectoryError("transient", request, "Graph's answer cannot be read");
    });
  }

  /** Items that are refused for the moment are asked again one by one, each with its own Retry-After. */
  async #readGroup(paths: readonly string[]): Promise<readonly PromiseSettledResult<GraphObject>[]> {
    const requests = paths.map((path, index) => ({ id: String(index), method: "GET", url: path }));
    const name = `${paths.length} reads`;
    const batch = await this.#send(name, "/$batch", async (call) => {
      const answer: unknown = await call.post({ requests });
      if (isRecord(answer) && Array.isArray(answer["responses"])) return answer["responses"] as readonly unknown[];
      throw new DirectoryError("transient", name, "Graph's answer cannot be read");
    });
    const items = new Map(batch.filter(isRecord).map((item) => [String(item["id"]), item]));
    return Promise.allSettled(
      paths.map(async (path, index) => {
        const item = items.get(String(index));
        const body = item?.["body"];
        const status = typeof item?.["status"] === "number" ? item["status"] : 0;
        if (status >= 200 && status < 300 && isRecord(body)) return body;
        if (item === undefined || status === 429 || status >= 500 || status < 400)
          return this.#get(`GET ${bare(path)}`, path);
        const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
        const code = typeof error["code"] === "string" ? error["code"] : undefined;
        const message = typeof error["message"] === "string" ? error["message"] : undefined;
        throw classifyAnswer(`GET ${bare(path)}`, { status, code, message, retryAfter: undefined });
      }),
    );
  }

  #call(path: string): GraphRequest {
    return isBeta(path) ? this.#client.api(path.replace("/beta", "")).version("beta") : this.#client.api(path);
  }

  /** Everything here may be made again: reads, deletes by id, and changes to whole values. */
  async #send<T>(request: string, path: string, attempt: (call: GraphRequest) => Promise<T>): Promise<T> {
    const { waits, retry } = this.#options;
    const judged = async () => {
      const carrier = new Carrier();
      try {
        return await attempt(this.#call(path).middlewareOptions([carrier]));
      } catch (error) {
        const failure = carrier.failure ?? error;
        throw failure instanceof InterruptedError ? failure : asDirectoryError(request, failure, waits.now());
      }
    };
    const judge = (error: unknown) => {
      const { kind, retryAfter, message } = error as DirectoryError;
      const reason = kind === "throttled" ? "Graph is throttling" : message;
      return { again: kind === "throttled" || kind === "transient", retryAfter, reason };
    };
    return repeat(request, judged, judge, waits, retry ?? defaultRetryPolicy).catch((error: unknown) => {
      throw withAskedPause(request, error);
    });
  }
}

function isBeta(path: string): boolean {
  return path.startsWith("/beta/");
}

/** The last failure, with the pause that Graph asked for. */
function withAskedPause(request: string, error: unknown): unknown {
  if (!(error instanceof DirectoryError)) return error;
  const { kind, code, status, retryAfter, message } = error;
  const asked = askedPause(retryAfter);
  if (asked === "") return error;
  const text = message.slice(`${request}: `.length);
  const known = { ...(code !== undefined && { code }), ...(status !== undefined && { status }) };
  return new DirectoryError(kind, request, `${text}${asked}`, { ...known, retryAfter, cause: error });
}

/** A path without its query: what a message needs. */
function bare(path: string): string {
  return (path.startsWith("https:") ? new URL(path).pathname : path).split("?")[0] ?? path;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text in an OData filter, with its quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
