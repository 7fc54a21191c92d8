/** azuread's provider for the stack's tenant: the same identity as ours, and the same order of its secrets. */
import * as azuread from "@pulumi/azuread";
import type { ReadSetting } from "../directory/connection.ts";

/** Secrets with the variables that win over them, so that a rotated one also works in refresh and destroy. */
const secrets = {
  clientSecret: ["ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH"],
  clientCertificate: ["ARM_CLIENT_CERTIFICATE"],
  clientCertificatePath: ["ARM_CLIENT_CERTIFICATE_PATH"],
  clientCertificatePassword: ["ARM_CLIENT_CERTIFICATE_PASSWORD"],
  oidcToken: ["ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH"],
} as const;

/**
 * An explicit provider: what it is given is recorded in the state and used by refresh and destroy (facts/pulumi.md §2),
 * so a secret goes in only where the environment has none. Tenant and client id always come from the stack.
 */
export function entraProvider(read: ReadSetting, environment: NodeJS.ProcessEnv): azuread.Provider {
  const given = Object.entries(secrets).flatMap(([name, variables]) => {
    const value = read(`azuread:${name}`);
    const isOverruled = variables.some((variable) => (environment[variable] ?? "") !== "");
    return value === undefined || isOverruled ? [] : [[name, value] as const];
  });
  const flags = (["useOidc", "useCli"] as const).flatMap((name) => {
    const value = read(`azuread:${name}`);
    return value === undefined ? [] : [[name, value === "true"] as const];
  });
  const texts = (["tenantId", "clientId", "environment", "metadataHost"] as const).flatMap((name) => {
    const value = read(`azuread:${name}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  const inputs: azuread.ProviderArgs = Object.fromEntries<string | boolean>([...texts, ...flags, ...given]);
  return new azuread.Provider("azuread", inputs);
}
