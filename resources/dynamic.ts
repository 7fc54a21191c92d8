/**
 * The host's side of the dynamic resources: what a stub (stub.ts) gets when it asks for the provider of its kind.
 *
 * FROZEN: `calendar-access/provider` (package.json) leads here, and `providerOf` answers each {@link Kind}: both are in
 * the stubs' text in every customer's state.
 */
import { connect } from "node:http2";
import type * as pulumi from "@pulumi/pulumi";
import { visible } from "../network/visible.ts";
import { UnfinishedError, type Artifact } from "./lifecycle/artifact.ts";
import { hold, openContext, release, seeName, startMemory, type OpenContext } from "./lifecycle/context.ts";
import type { Context, Kind, Properties } from "./lifecycle/contract.ts";
import { namesOf, ownProperties } from "./lifecycle/unshown.ts";
import { messageOf, UserError } from "./lifecycle/userError.ts";

const artifacts: Readonly<Record<Kind, () => Promise<Artifact>>> = {
  tenant: async () => (await import("./tenant/tenant.ts")).tenant,
  serviceUserPassword: async () => (await import("./serviceUserPassword.ts")).serviceUserPassword,
  handoverKey: async () => (await import("./handoverKey.ts")).handoverKey,
  serviceUserListing: async () => (await import("./serviceUserListing.ts")).serviceUserListing,
  serviceAccount: async () => (await import("./serviceAccount.ts")).serviceAccount,
  roleGroup: async () => (await import("./roleGroup.ts")).roleGroup,
  securityGroup: async () => (await import("./securityGroup.ts")).securityGroup,
  managementScope: async () => (await import("./managementScope.ts")).managementScope,
  roleAssignment: async () => (await import("./roleAssignment.ts")).roleAssignment,
  impersonationCheck: async () => (await import("./impersonationCheck.ts")).impersonationCheck,
  exchangeServicePrincipal: async () => (await import("./exchangeServicePrincipal.ts")).exchangeServicePrincipal,
  applicationCertificates: async () => (await import("./applicationCertificates.ts")).applicationCertificates,
  applicationCheck: async () => (await import("./applicationCheck.ts")).applicationCheck,
};

/** All of the engine's calls; what they return holds JSON values only. */
type Provider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

/** The providers of one run of the engine for one stack: they share a session and what is known of the objects. */
export interface ProviderHost {
  providerOf(kind: Kind): Provider;
}

/** The process that the engine starts serves one run; its lines are shown as they are (facts/pulumi.md §1.4). */
const host = startHost(process.env, (line) => console.log(line));

/** The provider of one kind of artifact in the process that the engine started. */
export function providerOf(kind: Kind): Provider {
  return host.providerOf(kind);
}

/** Starts a host that is not configured yet. @param report shows the operator a line */
export function startHost(environment: NodeJS.ProcessEnv, report: (line: string) => void): ProviderHost {
  const memory = startMemory();
  const answer = answering();
  let open: OpenContext | undefined;

  const configure = ({ config }: pulumi.dynamic.ConfigureRequest): void => {
    // A key without a namespace is the project's, also where somebody renamed it (stacks/namespace.ts).
    const read = (key: string): string | undefined =>
      config.get(key) ?? (key.includes(":") ? undefined : config.get(`calendar-access:${key}`));
    if (open === undefined) followEngine();
    open = openContext({ read, environment, memory, report: (line) => report(visible(line)) }, open);
  };
  const demandContext = async (): Promise<Context> => {
    if (open === undefined) throw new UserError("The provider was called before it was configured.");
    return open();
  };

  return {
    providerOf(kind) {
      const { [kind]: load } = artifacts as Partial<typeof artifacts>;
      if (load === undefined) {
        throw new UserError(
          `The state of this stack holds a ${kind}, which this version does not know. A newer one made it: use that.`,
        );
      }
      return {
        // Synchronous up to what it stores, and never throws: the host does not wait for it, and ignores its failure
        // (facts/pulumi.md §0.5). The session is opened by the first method that needs it.
        configure: async (request) => configure(request),

        check: (olds: Properties | undefined, news) =>
          answer(news, async (desired, told) => {
            const recorded = olds !== undefined && Object.keys(olds).length > 0 ? ownProperties(olds) : undefined;
            const { inputs, problems } = await (await load()).check(await demandContext(), recorded, desired);
            return {
              inputs: told(inputs),
              failures: problems.map((reason) => ({ property: "", reason: visible(reason) })),
            };
          }),

        diff: (id, olds, news) =>
          answer(news, async (desired) => {
            hold(memory, id);
            const plan = (await load()).diff(ownProperties(olds), desired);
            return { ...plan, replaces: plan.replaces.map(namesOf(news)) };
          }),

        create: (inputs) =>
          answer(inputs, async (desired, told) => {
            const made = await (await load()).create(await demandContext(), desired);
            hold(memory, made.id);
            return { id: made.id, outs: told(made.properties) };
          }),

        read: (id, props = {}) =>
          answer(props, async (properties, told) => {
            hold(memory, id);
            const reading = await (await load()).read(await demandContext(), { id, properties });
            if (reading === undefined) {
              release(memory, id);
              return { id: "" };
            }
            memory.present.add(kind);
            seeName(memory, id, reading.properties["name"]);
            return { id, props: told(reading.properties), inputs: told(reading.inputs) };
          }),

        update: (id, olds, news) =>
          answer(news, async (desired, told) => {
            hold(memory, id);
            const recorded = { id, properties: ownProperties(olds) };
            return { outs: told(await (await load()).update(await demandContext(), recorded, desired)) };
          }),

        delete: (id, props) =>
          answer(props, async (properties) => {
            hold(memory, id);
            memory.present.add(kind);
            await (await load()).remove(await demandContext(), { id, properties });
          }),
      };
    },
  };
}

/** How much is repeated of what was said of another resource, in characters. */
const repeated = 80;

/**
 * Answers calls, or fails in one line; what several resources fail with (who signs in is refused) is said whole once.
 * The function that it returns takes what the engine handed over, with the stub's text, and what to do with it: that gets
 * it by the artifact's own names, and what renames an answer as the engine knows it.
 */
function answering() {
  const said = new Set<string>();
  const fail = (error: UserError): UserError => {
    const { message } = error;
    if (!said.has(message)) said.add(message);
    else if (message.length > 2 * repeated) {
      return new UserError(`${message.slice(0, repeated)}… (as said of another resource)`, { cause: error });
    }
    return error;
  };
  return async <T>(
    given: Properties,
    act: (properties: Properties, told: (properties: Properties) => Properties) => Promise<T>,
  ): Promise<T> => {
    const nameOf = namesOf(given);
    const told = (properties: Properties): Properties =>
      Object.fromEntries(Object.entries(properties).map(([name, value]) => [nameOf(name), value]));
    try {
      return jsonOf(await act(ownProperties(given), told));
    } catch (error) {
      if (error instanceof UnfinishedError) {
        // Without the stub's text in the properties neither read nor delete could run later.
        const properties = jsonOf({ ...told(error.properties), __provider: given["__provider"] });
        throw Object.assign(error, { properties });
      }
      throw fail(error instanceof UserError ? error : new UserError(messageOf(error), { cause: error }));
    }
  };
}

/** The host cannot send `undefined`: it would lose the object or hang (facts/pulumi.md §1.5). */
function jsonOf<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/**
 * Ends this process when its engine is gone, which may be killed at any moment: without this it would live on
 * (facts/pulumi.md §0.6). The engine's address is the last argument of a provider host.
 */
function followEngine(): void {
  const address = process.argv[2];
  if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return;
  const engine = connect(`http://${address}`);
  engine.on("close", () => process.exit(1));
  engine.on("error", () => undefined);
  engine.unref();
}
