/**
 * The host's side of the dynamic resources: answers the calls of the stubs (pulumiResources.ts) with the artifacts.
 *
 * FROZEN: the path of this file and the names `serve` and `configure` are in the stubs' text in every customer's state.
 */
import { connect } from "node:http2";
import type * as pulumi from "@pulumi/pulumi";
import { UnfinishedError, type Artifact } from "./lifecycle/artifact.ts";
import { openContext, hold, release, seeName, type OpenContext } from "./lifecycle/context.ts";
import type { Kind, Properties } from "./lifecycle/contract.ts";
import { messageOf, UserError } from "./lifecycle/userError.ts";

const artifacts: Record<Kind, () => Promise<Artifact>> = {
  tenant: async () => (await import("./tenant/tenant.ts")).tenant,
  servicePassword: async () => (await import("./servicePassword.ts")).servicePassword,
  roleGroup: async () => (await import("./roleGroup.ts")).roleGroup,
  securityGroup: async () => (await import("./securityGroup.ts")).securityGroup,
  managementScope: async () => (await import("./managementScope.ts")).managementScope,
  roleAssignment: async () => (await import("./roleAssignment.ts")).roleAssignment,
  impersonationCheck: async () => (await import("./impersonationCheck.ts")).impersonationCheck,
  exchangeServicePrincipal: async () => (await import("./exchangeServicePrincipal.ts")).exchangeServicePrincipal,
  applicationCheck: async () => (await import("./applicationCheck.ts")).applicationCheck,
  addressListing: async () => (await import("./addressListing.ts")).addressListing,
  applicationCertificates: async () => (await import("./applicationCertificates.ts")).applicationCertificates,
};

type Method = "check" | "diff" | "create" | "read" | "update" | "delete";

let open: OpenContext | undefined;

/**
 * Stores the stack's configuration; the session is opened by the first method that needs it. Synchronous and never
 * throws: the host does not wait for it, and ignores its failure (facts/pulumi.md §0.5).
 */
export function configure(request: pulumi.dynamic.ConfigureRequest): void {
  // A key without a namespace is the project's, also where somebody renamed it (stacks/namespace.ts).
  const read = (key: string): string | undefined =>
    request.config.get(key) ?? (key.includes(":") ? undefined : request.config.get(`calendar-access:${key}`));
  open = openContext(read, process.env, open);
  followEngine();
}

/** Answers one call of the engine; what it returns holds JSON values only. */
export async function serve(kind: Kind, method: Method, args: unknown[]): Promise<unknown> {
  const artifact = await artifacts[kind]();
  try {
    return jsonOf(await answer(artifact, method, args));
  } catch (error) {
    if (error instanceof UnfinishedError) {
      // Without the stub's text in the properties neither read nor delete could run later.
      Object.assign(error.properties, { __provider: providerTextOf(args) });
      Object.assign(error, { properties: jsonOf(error.properties) });
      throw error;
    }
    throw error instanceof UserError ? error : new UserError(messageOf(error), { cause: error });
  }
}

async function answer(artifact: Artifact, method: Method, args: unknown[]): Promise<unknown> {
  if (open === undefined) throw new UserError("The provider was called before it was configured.");
  const context = (): ReturnType<OpenContext> => (open as OpenContext)();
  const id = typeof args[0] === "string" ? args[0] : "";
  if (id !== "") hold(id);
  switch (method) {
    case "check": {
      const [olds, news] = args as [Properties | undefined, Properties];
      const recorded = olds !== undefined && Object.keys(olds).length > 0 ? withoutStub(olds) : undefined;
      const { inputs, problems } = await artifact.check(await context(), recorded, withoutStub(news));
      return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
    }
    case "diff": {
      const [, olds, news] = args as [string, Properties, Properties];
      return artifact.diff(withoutStub(olds), withoutStub(news));
    }
    case "create": {
      const [inputs] = args as [Properties];
      const made = await artifact.create(await context(), withoutStub(inputs));
      hold(made.id);
      return { id: made.id, outs: made.properties };
    }
    case "read": {
      const [, props] = args as [string, Properties];
      const reading = await artifact.read(await context(), { id, properties: withoutStub(props) });
      if (reading === undefined) release(id);
      else seeName(id, reading.properties["name"]);
      return reading === undefined ? { id: "" } : { id, props: reading.properties, inputs: reading.inputs };
    }
    case "update": {
      const [, olds, news] = args as [string, Properties, Properties];
      const recorded = { id, properties: withoutStub(olds) };
      return { outs: await artifact.update(await context(), recorded, withoutStub(news)) };
    }
    case "delete": {
      const [, props] = args as [string, Properties];
      await artifact.remove(await context(), { id, properties: withoutStub(props) });
      return {};
    }
  }
}

function withoutStub(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "__provider"));
}

function providerTextOf(args: unknown[]): unknown {
  const last = args.at(-1) as Properties | undefined;
  return last?.["__provider"];
}

/** The host cannot send `undefined`: it would lose the object or hang (facts/pulumi.md §1.5). */
function jsonOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

let following = false;

/**
 * Ends this host when its engine is gone, which may be killed at any moment: without this the host would live on
 * (facts/pulumi.md §0.6). The engine's address is the host's last argument.
 */
function followEngine(): void {
  const address = process.argv[2];
  if (following || address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return;
  following = true;
  const engine = connect(`http://${address}`);
  engine.on("close", () => process.exit(1));
  engine.on("error", () => undefined);
  engine.unref();
}
