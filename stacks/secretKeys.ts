/** Which keys of the stack's configuration were set with `--secret`. */
import { keyIn } from "./namespace.ts";

/**
 * Reads what the engine tells the program beside the configuration, whose values all arrive in clear.
 * @param environment of the program
 */
export function readSecretKeys(environment: NodeJS.ProcessEnv, project: string): ReadonlySet<string> {
  const keys: unknown = JSON.parse(environment["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]");
  return new Set(Array.isArray(keys) ? keys.map((key) => keyIn(String(key), project)) : []);
}
