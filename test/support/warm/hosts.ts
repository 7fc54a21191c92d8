/**
 * The process behind warmHosts.ts: keeps the SDK, the project's program and its providers loaded, and serves one run of
 * the engine after the other with them. What it serves is what the engine starts processes for: the SDK's own host of
 * dynamic providers, the SDK's server of a plugin with the stand-in for azuread, and the program, evaluated anew.
 */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import tls from "node:tls";
import grpc from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type * as pluginServerModule from "@pulumi/pulumi/provider/server.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Kind } from "../../../resources/lifecycle/contract.ts";
import { startHost, type ProviderHost } from "../../../resources/dynamic.ts";
import { createProvider } from "../../../standIn/azuread/provider.ts";
import { observeRequests } from "../../../standIn/azuread/requests.ts";
import { languageRuntime, stray } from "./language.ts";
import type { Addresses, Answer, Order } from "./warmHosts.ts";

const require = createRequire(import.meta.url);
/** The SDK's servers, each of which is started once in the life of its module. */
const dynamicServer = require.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
const pluginServer = require.resolve("@pulumi/pulumi/provider/server.js");

/** The run that is served. */
const run: { servers: grpc.Server[]; host: ProviderHost | undefined } = { servers: [], host: undefined };

const answer = (given: Answer): void => void process.send?.(given);
const say = (line: unknown): void => answer({ line: String(line) });

// What the stubs in the state ask for (resources/stub.ts): the host of this run, not one for the life of the process.
const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load;
loader._load = (request, ...rest) =>
  request === "calendar-access/provider"
    ? { providerOf: (kind: Kind) => run.host?.providerOf(kind) }
    : load.call(Module, request, ...rest);

// The engine tells who is there already its address, which the SDK's host of dynamic providers has no use for.
const server = grpc.Server.prototype as { addService: (this: grpc.Server, ...given: ServiceArguments) => void };
const { addService } = server;
server.addService = function (service, implementation) {
  run.servers.push(this);
  const attach = (_call: unknown, callback: grpc.sendUnaryData<unknown>): void => callback(null, new empty.Empty());
  addService.call(this, service, Object.assign(implementation, { attach }));
};

type ServiceArguments = Parameters<grpc.Server["addService"]>;

/** Starts one of the SDK's servers, whose first line is its port. */
async function portOf(start: () => unknown): Promise<number> {
  const port = new Promise<number>((resolve) => (console.log = (line: string) => resolve(Number(line))));
  await start();
  return port;
}

function loadAnew(file: string): unknown {
  Reflect.deleteProperty(require.cache, file);
  return require(file);
}

async function serveLanguage(): Promise<number> {
  const server = new grpc.Server();
  server.addService(languageService.LanguageRuntimeService, languageRuntime());
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}

async function open(environment: Readonly<Record<string, string>>): Promise<Addresses> {
  process.env = { ...environment };
  // What Node reads of the environment when it starts.
  const { NODE_EXTRA_CA_CERTS: bundle } = environment;
  tls.setDefaultCACertificates(bundle === undefined ? [] : [readFileSync(bundle, "utf8")]);
  run.host = startHost(process.env, say);
  const dynamic = await portOf(() => loadAnew(dynamicServer));
  const { main } = loadAnew(pluginServer) as Pick<typeof pluginServerModule, "main">;
  const azuread = await portOf(() => main(createProvider(observeRequests()), []));
  console.log = say;
  // Each of the SDK's servers, and the program's runtime, hears of what nobody caught in its own process: here one does.
  for (const event of uncaught) process.removeAllListeners(event).on(event, (error) => stray.report(error));
  return { language: await serveLanguage(), dynamic, azuread };
}

function close(): void {
  for (const server of run.servers.splice(0)) server.forceShutdown();
}

const uncaught = ["uncaughtException", "unhandledRejection"] as const;
stray.report = (error) => say(error instanceof Error ? error.stack : error);
console.error = say;
// The SDK's servers look for an engine's address here, and end with it.
process.argv[2] = "none";
process.setMaxListeners(0);
process.on("disconnect", () => process.exit());
process.on("message", (order: Order) => {
  if (order.run === undefined) {
    close();
    answer({ closed: true });
  } else {
    void open(order.run).then((addresses) => answer({ addresses }));
  }
});
