// The automation identity's credential as the azuread plugin takes it. Before it signs in, the plugin looks for a value
// in a few variables (a secret, a token, a path of a certificate); the forms beside those it knows of, but takes for
// none, and ends in "could not configure AzureCli Authorizer", ARM_USE_CLI or not (seen in 6.9.1).
import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isText } from "../../identity/settings.ts";
import { originVariable, tokenFileVariable } from "../../identity/credentialSource.ts";

/**
 * The environment with the same credential in a form that the plugin takes: the content of files in variables, a
 * certificate in a file. What cannot be read stays as it is: the program says what is wrong with it.
 */
export function withPluginCredentials(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return withCertificate(withToken(withSecret(environment)));
}

function withSecret(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ARM_CLIENT_SECRET_FILE_PATH: path, ...rest } = environment;
  const value = filled(environment["ARM_CLIENT_SECRET"]);
  const secret = value ?? contentOf(path);
  if (secret === undefined) return environment;
  // Without the path: where the file is changed meanwhile, the plugin refuses value and path together.
  const handed = { ...rest, ARM_CLIENT_SECRET: secret };
  return value === undefined ? { ...handed, [originVariable]: "ARM_CLIENT_SECRET_FILE_PATH" } : handed;
}

/** The path goes on to our own side by another name, because such files are renewed by those who put them there. */
function withToken(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ARM_OIDC_TOKEN_FILE_PATH: path, ...rest } = environment;
  if (filled(environment["ARM_OIDC_TOKEN"]) !== undefined) return environment;
  const token = contentOf(path);
  return token === undefined ? environment : { ...rest, ARM_OIDC_TOKEN: token, [tokenFileVariable]: path };
}

function withCertificate(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ARM_CLIENT_CERTIFICATE: base64, ...rest } = environment;
  const text = filled(base64);
  if (text === undefined || filled(environment["ARM_CLIENT_CERTIFICATE_PATH"]) !== undefined) return environment;
  const path = hold(text);
  if (path === undefined) return environment;
  return { ...rest, ARM_CLIENT_CERTIFICATE_PATH: path, [originVariable]: "ARM_CLIENT_CERTIFICATE" };
}

const held = new Map<string, string>();

/**
 * A path under which a certificate can be read while this process lives, and not a moment longer, however it ends: of
 * a file that has no name any more before anything is written into it.
 * @returns undefined where the system has no such paths
 */
function hold(base64: string): string | undefined {
  const known = held.get(base64);
  if (known !== undefined || process.platform !== "linux") return known;
  const folder = mkdtempSync(join(tmpdir(), "calendar-access-"));
  const file = openSync(join(folder, "certificate"), "wx+", 0o600);
  rmSync(folder, { recursive: true });
  const isPem = base64.includes("-----BEGIN ");
  writeSync(file, Buffer.from(base64, isPem ? "latin1" : "base64"));
  const path = `/proc/${process.pid}/fd/${file}`;
  held.set(base64, path);
  return path;
}

/** As everywhere: blank counts as not set. */
function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}

function contentOf(path: string | undefined): string | undefined {
  try {
    const content = path === undefined || path.trim() === "" ? undefined : filled(readFileSync(path.trim(), "utf8"));
    return content !== undefined && isText(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
