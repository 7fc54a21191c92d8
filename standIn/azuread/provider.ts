// The provider behind the plugin: finds the type, signs in once, unwraps and re-wraps secrets.
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { application } from "./application.ts";
import { connect, readSettings, type Graph } from "./graph.ts";
import { concealSome, revealAll, secretNames, type PropertyMap } from "./property.ts";
import type { ObservedRequests } from "./requests.ts";
import {
  applyDefaults,
  deriveInputs,
  findDifferences,
  findFailures,
  PluginError,
  UnfinishedCreate,
  type ResourceType,
} from "./resourceType.ts";
import { servicePrincipal } from "./servicePrincipal.ts";
import { user } from "./user.ts";

/** The version of the real plugin whose behaviour this follows. */
export const version = "6.9.1";

const types: Record<string, ResourceType> = {
  "azuread:index/user:User": user,
  "azuread:index/application:Application": application,
  "azuread:index/servicePrincipal:ServicePrincipal": servicePrincipal,
};

function findType(urn: string): ResourceType {
  const token = urn.split("::")[2]?.split("$").pop() ?? "";
  const type = types[token];
  if (type !== undefined) return type;
  throw new PluginError(`The embedded tenant's stand-in for azuread does not serve the type ${token}`);
}

/** Outputs as they go into the state: with the bookkeeping of the real plugin, secrets wrapped. */
function wrapState(type: ResourceType, state: PropertyMap, ...sources: PropertyMap[]): PropertyMap {
  const secrets = new Set([...type.secrets, ...sources.flatMap(secretNames)]);
  return { ...concealSome(state, secrets), ...type.bookkeeping(state) };
}

/** Makes every error one line without a stack, and hands unfinished creates on. */
async function tidy<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof PluginError) throw error;
    throw new PluginError(error instanceof Error ? error.message : String(error));
  }
}

/** A provider for `main` of @pulumi/pulumi/provider. */
export function createProvider(requests: ObservedRequests): Provider {
  let connection: Promise<Graph> | undefined;
  const graph = (): Promise<Graph> => {
    connection ??= Promise.resolve().then(() => connect(readSettings(requests.configuration(), process.env)));
    return connection;
  };

  return {
    version,
    check: (urn, _olds: PropertyMap, news: PropertyMap) =>
      tidy(async () => {
        const type = findType(urn);
        await graph(); // a wrong tenant or credential is said in the preview, as the real plugin does
        return { inputs: applyDefaults(type, news), failures: findFailures(type, revealAll(news)) };
      }),
    diff: (_id, urn, olds: PropertyMap, news: PropertyMap) =>
      tidy(() => {
        const type = findType(urn);
        const names = findDifferences(type, revealAll(olds), revealAll(news));
        const replaces = names.filter((name) => type.inputs[name]?.replace);
        return Promise.resolve({ changes: names.length > 0, replaces, deleteBeforeReplace: false });
      }),
    create: (urn, news: PropertyMap) =>
      tidy(async () => {
        const type = findType(urn);
        try {
          const { id, state } = await type.create(await graph(), revealAll(news));
          return { id, outs: wrapState(type, state, news) };
        } catch (error) {
          if (error instanceof UnfinishedCreate) error.properties = wrapState(type, error.properties, news);
          throw error;
        }
      }),
    read: (id, urn, olds: PropertyMap) =>
      tidy(async () => {
        const type = findType(urn);
        const inputs = requests.inputsOfRead(urn);
        const state = await type.read(await graph(), id, revealAll(olds));
        if (state === undefined) {
          // `main` cannot send the empty answer that an import of nothing gets; the engine's words for it.
          if (Object.keys(olds).length === 0) throw new PluginError(`resource '${id}' does not exist`);
          return { id: "", props: {} };
        }
        const secrets = [...type.secrets, ...secretNames(inputs ?? {})];
        return {
          id,
          props: wrapState(type, state, olds, inputs ?? {}),
          inputs: concealSome(deriveInputs(type, state, inputs), secrets),
        };
      }),
    update: (id, urn, olds: PropertyMap, news: PropertyMap) =>
      tidy(async () => {
        const type = findType(urn);
        if (type.update === undefined) throw new PluginError(`${urn} cannot be updated in place`);
        const state = await type.update(await graph(), id, revealAll(olds), revealAll(news));
        return { outs: wrapState(type, state, news) };
      }),
    delete: (id, urn, props: PropertyMap) =>
      tidy(async () => {
        await findType(urn).delete(await graph(), id, revealAll(props));
      }),
  };
}
