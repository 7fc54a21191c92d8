/** From the stack's settings and the environment to one connection: right tenant, right identity, right cloud. */
import { named, quoted } from "../network/quoted.ts";
import type { Connection, Endpoints, ReadSetting } from "./connection.ts";
import { chooseCredential } from "./credentialSource.ts";
import { endpointsOf, environmentNames, httpsOrigin, readMetadata } from "./endpoints.ts";
import { settingsOf } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** The connection, or everything that is wrong with the settings. */
export type ConnectionResult = { readonly connection: Connection } | { readonly problems: readonly string[] };

/** Where a private cloud describes itself, and where its Exchange is. */
export interface PrivateCloud {
  readonly metadataHost: string;
  readonly exchange: string;
}

/** A connection, except that a private cloud has not been asked yet. */
export interface ConnectionPlan extends Omit<Connection, "endpoints"> {
  readonly endpoints: Endpoints | PrivateCloud;
}

/** The plan of a connection, or everything that is wrong with the settings. */
export type PlanResult = { readonly plan: ConnectionPlan } | { readonly problems: readonly string[] };

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const wrongStack = "these are the credentials of another customer, or this is the wrong stack";
const oldSettings =
  "; or the setting was changed since the stack's last run, whose settings the engine reads the tenant with: start " +
  "with npm run pulumi, which sees that, or add --run-program";
const hostName = /^([a-z0-9-]+\.)*[a-z0-9-]+(:\d{1,5})?$/i;

/**
 * Reads everything that is needed to reach the tenant, and sends nothing but the question to a private cloud where its
 * services are. All problems come together, each in one line, none with a secret in it.
 */
export async function readConnection(
  read: ReadSetting,
  environment: NodeJS.ProcessEnv,
  lookUp: (host: string) => Promise<{ authority: string; graph: string }> = readMetadata,
): Promise<ConnectionResult> {
  const planned = planConnection(read, environment);
  // The program plans before it connects: only a run without it meets the settings of the last one here.
  if ("problems" in planned) {
    return { problems: planned.problems.map((each) => (each.endsWith(wrongStack) ? each + oldSettings : each)) };
  }
  const { plan } = planned;
  if ("isPrivate" in plan.endpoints) return { connection: { ...plan, endpoints: plan.endpoints } };
  const { metadataHost, exchange } = plan.endpoints;
  try {
    const { authority, graph } = await lookUp(metadataHost);
    return { connection: { ...plan, endpoints: { authority, graph, exchange, isPrivate: true } } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problems: [`azuread:metadataHost ${named(metadataHost)} does not describe a cloud: ${reason}`] };
  }
}

/** The part of {@link readConnection} that asks nobody. */
export function planConnection(
  read: ReadSetting,
  environment: NodeJS.ProcessEnv,
  readFile?: (path: string) => string,
): PlanResult {
  const settings = settingsOf(read, environment, readFile);
  const credential = chooseCredential(settings);
  const tenantId = ownId(settings, "tenantId", "ARM_TENANT_ID", true);
  const clientId = ownId(settings, "clientId", "ARM_CLIENT_ID", credential !== undefined && credential.kind !== "cli");
  const endpoints = chooseEndpoints(settings);
  const { problems } = settings;
  if (problems.length > 0 || credential === undefined || tenantId === undefined || endpoints === undefined) {
    return { problems };
  }
  return { plan: { tenantId, clientId, endpoints, credential } };
}

/**
 * Tenant and client are the stack's, always. A run in the environment of another customer is refused here, before
 * anything of that customer is read into this stack's state (design.md §7.3).
 */
function ownId(settings: Settings, key: string, variable: string, required: boolean): string | undefined {
  const own = settings.stack(`azuread:${key}`);
  const inEnvironment = settings.variableOrFile(variable);
  if (own === undefined) {
    if (required) settings.problems.push(`azuread:${key} is not set in this stack's configuration`);
    return undefined;
  }
  if (!guid.test(own)) settings.problems.push(`azuread:${key} has to be a GUID, not ${quoted(own)}`);
  if (inEnvironment !== undefined && inEnvironment.toLowerCase() !== own.toLowerCase()) {
    settings.problems.push(
      `${variable} is ${named(inEnvironment)}, but this stack's azuread:${key} is ${named(own)}: ` + wrongStack,
    );
  }
  return own.toLowerCase();
}

function chooseEndpoints(settings: Settings): Endpoints | PrivateCloud | undefined {
  const metadataHost = settings.stack("azuread:metadataHost") ?? settings.variable("ARM_METADATA_HOSTNAME");
  const inStack = settings.stack("exchangeEndpoint");
  const inEnvironment = metadataHost === undefined ? undefined : settings.variable("EXCHANGE_ENDPOINT");
  const address = inStack ?? inEnvironment;
  const exchange = address === undefined ? undefined : httpsOrigin(address);
  if (address !== undefined && exchange === undefined) {
    const name = inStack === undefined ? "EXCHANGE_ENDPOINT" : "exchangeEndpoint";
    settings.problems.push(`${name} has to be an https address without a path, not ${quoted(address)}`);
  }
  if (metadataHost === undefined) {
    const known = chooseCloud(settings);
    return known === undefined ? undefined : { ...known, exchange: exchange ?? known.exchange };
  }
  if (!hostName.test(metadataHost)) {
    settings.problems.push(
      `azuread:metadataHost has to be a host name, with a port where needed, not ${quoted(metadataHost)}`,
    );
  }
  if (address === undefined) {
    settings.problems.push(
      "azuread:metadataHost describes no Exchange: set exchangeEndpoint in the stack, or EXCHANGE_ENDPOINT",
    );
  }
  return exchange === undefined ? undefined : { metadataHost, exchange };
}

function chooseCloud(settings: Settings): Endpoints | undefined {
  const name = settings.stack("azuread:environment") ?? settings.variable("ARM_ENVIRONMENT") ?? "public";
  const endpoints = endpointsOf(name);
  if (endpoints === undefined) {
    settings.problems.push(`azuread:environment has to be one of ${environmentNames.join(", ")}, not ${quoted(name)}`);
  }
  return endpoints;
}
