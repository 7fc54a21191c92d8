/** A bare stand-in for the admin API on this machine: it answers what the test says, and remembers what was asked. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export const tenantId = "11111111-2222-3333-4444-555555555555";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cmdlet: string;
  readonly parameters: Record<string, unknown>;
  /** Whether it came as an item of a `$batch`. */
  readonly inBatch: boolean;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. `destroy` closes the connection instead. */
  readonly body?: unknown;
  readonly destroy?: boolean;
  /** Sends this many bytes of the answer and closes the connection. */
  readonly cutAfter?: number;
}

/** Answers one command; `request` counts the HTTP requests, from 1. */
export type Script = (asked: Asked, request: number) => Reply | Promise<Reply>;

export interface ExchangeServer {
  readonly origin: string;
  readonly asked: Asked[];
  /** Paths of the HTTP requests, in their order. */
  readonly requests: string[];
  script: Script;
  /** Instead of the batch's own answer. */
  batchReply: ((request: number) => Reply | undefined) | undefined;
  close(): Promise<void>;
}

/** An answer with these objects. */
export function page(objects: readonly unknown[], more: Record<string, unknown> = {}): Reply {
  return { body: { "@odata.context": "…", "@adminapi.warnings": [], value: objects, ...more } };
}

/** A cmdlet's failure in Exchange's envelope. */
export function fault(status: number, type: string, text: string): Reply {
  const details = [{ code: "Client", target: "", message: `Ex6F9304|${type}|${text}` }];
  return { status, body: { error: { code: "BadRequest", message: "Error executing cmdlet", details } } };
}

/** A token that names a tenant; nobody checks its signature here. */
export function fakeToken(tid: string = tenantId, more: Record<string, unknown> = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ tid, ...more })}.signature`;
}

export async function startExchange(script: Script = () => page([])): Promise<ExchangeServer> {
  const asked: Asked[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const handle: ExchangeServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    requests,
    script,
    batchReply: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return handle;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const path = request.url ?? "";
    requests.push(path);
    const number = requests.length;
    const isBatch = path.includes("$batch");
    const reply = isBatch
      ? await replyToBatch(body, number)
      : await run(request.method ?? "", path, request.headers, body, number, false);
    send(response, reply);
  }

  async function run(
    method: string,
    path: string,
    headers: Asked["headers"],
    body: unknown,
    number: number,
    inBatch: boolean,
  ): Promise<Reply> {
    const { CmdletName = "", Parameters = {} } =
      (body as { CmdletInput?: { CmdletName?: string; Parameters?: object } }).CmdletInput ?? {};
    const one = {
      method,
      path,
      headers,
      cmdlet: CmdletName,
      parameters: Parameters as Record<string, unknown>,
      inBatch,
    };
    asked.push(one);
    return handle.script(one, number);
  }

  async function replyToBatch(body: unknown, number: number): Promise<Reply> {
    const instead = handle.batchReply?.(number);
    if (instead !== undefined) return instead;
    const { requests: items } = body as {
      requests: { id: string; method: string; url: string; headers: Record<string, string>; body: unknown }[];
    };
    const replies = await Promise.all(
      items.map(async ({ id, method, url, headers, body: content }) => {
        const { status = 200, body: answered, headers: sent } = await run(method, url, headers, content, number, true);
        return { id, status, headers: sent, body: answered };
      }),
    );
    return { body: { responses: replies.reverse() } };
  }
}

async function readAll(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as unknown);
}

function send(response: ServerResponse, { status = 200, headers = {}, body, destroy, cutAfter }: Reply): void {
  if (destroy === true) {
    response.destroy();
    return;
  }
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  const isJson = typeof body === "object";
  const packed = gzipSync(text);
  response.writeHead(status, {
    ...(isJson && { "content-type": "application/json" }),
    "content-encoding": "gzip",
    "content-length": packed.length,
    ...headers,
  });
  if (cutAfter === undefined) response.end(packed);
  else response.write(packed.subarray(0, cutAfter), () => response.destroy());
}
