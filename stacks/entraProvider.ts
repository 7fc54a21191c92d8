/** azuread's provider for the stack's tenant: the same identity as ours, and the same order of its secrets. */
import type * as Azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { ReadSetting } from "../identity/connection.ts";
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
 * An explicit provider: what it is given is recorded in the state and used by refresh and destroy (facts/pulumi.md §2),
 * so a secret goes in only where the environment has none, and as a secret: the SDK makes one of some of them only.
 * Tenant and client id always come from the stack.
 */
export function entraProvider(read: ReadSetting, environment: NodeJS.ProcessEnv): Azuread.Provider {
  const given = Object.entries(secrets).flatMap(([name, variables]) => {
    const value = read(`azuread:${name}`);
    const isOverruled = variables.some((variable) => (environment[variable] ?? "") !== "");
    return value === undefined || isOverruled ? [] : [[name, pulumi.secret(value)] as const];
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
