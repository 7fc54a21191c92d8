/** The HTTPS server on loopback: reads requests, dispatches them, writes answers. Connections are always kept alive. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Certificates } from "./certificates.ts";
import type { SimulatorRequest, SimulatorResponse } from "./service.ts";

/** Answers one request; `undefined` destroys the connection. */
export type Answer = (request: SimulatorRequest) => Promise<SimulatorResponse | undefined>;

/** Takes over the connection of a request that asks for another protocol. */
export type Upgrade = (request: SimulatorRequest, socket: Duplex) => void;

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

const LARGEST_BODY = 64 * 1024 * 1024;
/**
 * Longer than clients keep idle connections, so that they close them, not we (a race that looks like a lost answer).
 */
const KEEP_ALIVE = 15 * 60 * 1000;

/** Listens on 127.0.0.1 and, where the machine has it, on ::1; port 0 takes a free one. */
export async function listen(
  port: number,
  certificates: Certificates,
  answer: Answer,
  upgrade?: Upgrade,
): Promise<LoopbackServer> {
  const open = (): Server => {
    const options = { key: certificates.privateKey, cert: certificates.certificate, keepAliveTimeout: KEEP_ALIVE };
    const server = createServer({ ...options, requestTimeout: 0 }, (incoming, outgoing) => {
      void handle(incoming, outgoing, answer);
    });
    if (upgrade !== undefined) {
      server.on("upgrade", (incoming: IncomingMessage, socket: Duplex) => {
        upgrade(describeRequest(incoming, ""), socket);
      });
    }
    // A client that turns away in the handshake is its own business.
    server.on("tlsClientError", () => undefined);
    return server;
  };
  const first = open();
  const bound = await bind(first, "127.0.0.1", port);
  const second = open();
  const servers = [first];
  try {
    await bind(second, "::1", bound);
    servers.push(second);
  } catch (error) {
    if (!isMissingAddress(error)) {
      await closeAll(servers);
      throw error;
    }
  }
  return { port: bound, close: () => closeAll(servers) };
}

function isMissingAddress(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => {
            resolve();
          });
          server.closeAllConnections();
        }),
    ),
  );
}

async function handle(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): Promise<void> {
  try {
    const request = await readRequest(incoming);
    const response = request === undefined ? { status: 413 } : await answer(request);
    if (response === undefined) incoming.socket.destroy();
    else writeResponse(outgoing, response, incoming.headers["client-request-id"]);
  } catch (error) {
    // A mistake in the tenant itself: seen by whoever runs it, and by the client.
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    const message = error instanceof Error ? error.message : String(error);
    if (!outgoing.headersSent)
      writeResponse(outgoing, { status: 500, body: { error: { code: "SimulatorError", message } } });
  }
}

async function readRequest(incoming: IncomingMessage): Promise<SimulatorRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) return undefined;
  return describeRequest(incoming, Buffer.concat(chunks).toString("utf8"));
}

function describeRequest(incoming: IncomingMessage, body: string): SimulatorRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const url = new URL(incoming.url ?? "/", `https://${headers["host"] ?? "localhost"}`);
  return {
    method: incoming.method ?? "GET",
    url,
    headers,
    body,
    params: {},
    connection: incoming.socket,
    caller: undefined,
  };
}

function writeResponse(
  outgoing: ServerResponse,
  response: SimulatorResponse,
  clientRequestId?: string | string[],
): void {
  const headers: Record<string, string> = { "request-id": randomUUID() };
  for (const [name, value] of Object.entries(response.headers ?? {})) headers[name.toLowerCase()] = value;
  if (typeof clientRequestId === "string") headers["client-request-id"] = clientRequestId;
  const payload = encode(response.body, headers);
  if (response.status !== 204) headers["content-length"] = String(payload.length);
  outgoing.writeHead(response.status, headers);
  outgoing.end(payload);
}

function encode(body: unknown, headers: Record<string, string>): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if (Buffer.isBuffer(body)) return body;
  headers["content-type"] ??= "application/json; charset=utf-8";
  return Buffer.from(JSON.stringify(body));
}
