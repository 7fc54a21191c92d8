/** azuread's provider for the stack's tenant: the same identity as ours, and the same order of its secrets. */
import type * as Azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { ReadSetting } from "../identity/connection.ts";
import { planConnection } from "../identity/credentials.ts";
import { azureadSdk } from "./azuread.ts";

/** Secrets with the variables that win over them, so that a rotated one also works in refresh and destroy. */
const secrets = {
  clientSecret: ["ARM_CLIENT_SECRET"],
  clientCertificatePath: ["ARM_CLIENT_CERTIFICATE_PATH"],
  clientCertificatePassword: ["ARM_CLIENT_CERTIFICATE_PASSWORD"],
  oidcToken: ["ARM_OIDC_TOKEN"],
} as const;

/** Forms of a credential that azuread's plugin takes for none, where nothing stands beside that it does take. */
const unknownToPlugin = {
  ARM_CLIENT_SECRET_FILE_PATH: "clientSecret",
  ARM_CLIENT_CERTIFICATE: "clientCertificatePath",
  ARM_OIDC_TOKEN_FILE_PATH: "oidcToken",
} as const;

/**
 * Says where the credential is one that we could sign in with and the plugin could not, which would end in "could not
 * configure AzureCli Authorizer". `npm run pulumi` hands each over in a form that it takes (commands/engine/credentials.ts).
 */
export function pluginProblems(read: ReadSetting, environment: NodeJS.ProcessEnv): string[] {
  const isSet = (variable: string): boolean => (environment[variable] ?? "").trim() !== "";
  const isKnown = Object.entries(secrets)
    .filter(([name]) => name !== "clientCertificatePassword")
    .some(([name, variables]) => variables.some(isSet) || (read(`azuread:${name}`) ?? "") !== "");
  if (isKnown) return [];
  return Object.entries(unknownToPlugin)
    .filter(([variable]) => isSet(variable))
    .map(
      ([variable, name]) =>
        `${variable}: the azuread plugin does not understand it by itself. Start with npm run pulumi, which hands it over, or set ${secrets[name].join()}.`,
    );
}

/**
 * Those of the stack's secrets that the provider gets: none of a credential that the environment has in its place. The
 * plugin would take a certificate of the stack before a secret of the environment, and a secret before OIDC.
 */
export function providerSecrets(read: ReadSetting, environment: NodeJS.ProcessEnv): (keyof typeof secrets)[] {
  const planned = planConnection(read, environment);
  const credential = "plan" in planned ? planned.plan.credential : undefined;
  const from = credential !== undefined && "from" in credential ? (credential.from ?? "") : "";
  const isOurs = credential === undefined || credential.kind === "cli" || from.startsWith("azuread:");
  return (Object.keys(secrets) as (keyof typeof secrets)[]).filter((name) => {
    const isOverruled = secrets[name].some((variable) => (environment[variable] ?? "") !== "");
    const isKey = name === "clientSecret" || name === "clientCertificatePath";
    return !isOverruled && (isOurs || !isKey);
  });
}

/**
 * An explicit provider: what it is given is recorded in the state and used by refresh and destroy (facts/pulumi.md §2),
 * so a secret goes in only where the environment has none, and as a secret: the SDK makes one of some of them only.
 * Tenant and client id always come from the stack.
 */
export function entraProvider(read: ReadSetting, environment: NodeJS.ProcessEnv): Azuread.Provider {
  const given = providerSecrets(read, environment).flatMap((name) => {
    const value = read(`azuread:${name}`);
    return value === undefined ? [] : [[name, pulumi.secret(value)] as const];
  });
  const flags = (["useOidc", "useCli"] as const).flatMap((name) => {
    const value = read(`azuread:${name}`);
    return value === undefined ? [] : [[name, value === "true"] as const];
  });
  const texts = (["tenantId", "clientId", "environment", "metadataHost"] as const).flatMap((name) => {
    const value = read(`azuread:${name}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  const inputs: Azuread.ProviderArgs = Object.fromEntries<pulumi.Input<string | boolean>>([
    ...texts,
    ...flags,
    ...given,
  ]);
  return new (azureadSdk().Provider)("azuread", inputs);
}
