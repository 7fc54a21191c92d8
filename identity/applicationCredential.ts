/** The application's own credential for the live probe: from the environment only, never from a stack. */
import type { CredentialSource } from "./connection.ts";
import { hide } from "./credentialSource.ts";
import { settingsOf } from "./settings.ts";

/**
 * Names of the environment variables. `APPLICATION_CLIENT_SECRET_FILE_PATH` may name a file with the secret instead.
 */
const variables = {
  secret: "APPLICATION_CLIENT_SECRET",
  certificatePath: "APPLICATION_CERTIFICATE_PATH",
  certificatePassword: "APPLICATION_CERTIFICATE_PASSWORD",
} as const;

/** The credential, or everything that is wrong with it. */
export type ApplicationCredential =
  | { readonly credential: Extract<CredentialSource, { kind: "secret" | "certificate" }> }
  | { readonly problems: readonly string[] };

/**
 * Reads the credential that the app itself signs in with: a client secret, or a file with its certificate and private
 * key (PEM or PKCS#12). `undefined` where the environment holds none; problems are one line each, without secrets.
 */
export function readApplicationCredential(environment: NodeJS.ProcessEnv): ApplicationCredential | undefined {
  const settings = settingsOf(() => undefined, environment);
  const secret = settings.variableOrFile(variables.secret);
  const path = settings.variable(variables.certificatePath);
  if (settings.problems.length > 0) return { problems: settings.problems };
  if (secret !== undefined && path !== undefined) {
    return { problems: [`set ${variables.secret} or ${variables.certificatePath}, not both`] };
  }
  if (secret !== undefined) {
    const isInFile = settings.variable(variables.secret) === undefined;
    const from = isInFile ? `the file that ${variables.secret}_FILE_PATH names` : variables.secret;
    return { credential: hide({ kind: "secret", secret, from }, "secret") };
  }
  if (path === undefined) return undefined;
  const password = settings.variable(variables.certificatePassword);
  return { credential: hide({ kind: "certificate", path, password, from: variables.certificatePath }, "password") };
}
