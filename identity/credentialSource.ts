/** Chooses how the automation identity authenticates. */
import type { CredentialSource } from "./connection.ts";
import { credentialHint } from "./credentialHint.ts";
import { readIdToken, requestIdToken } from "./oidc.ts";
import type { Settings } from "./settings.ts";

type Name = "clientCertificate" | "clientCertificatePath" | "clientSecret";

/** How secrets are looked up in one place, the environment or the stack. */
interface Place {
  readonly look: (name: Name) => string | undefined;
  readonly nameOf: (name: Name) => string;
}

const variables = {
  clientCertificate: "ARM_CLIENT_CERTIFICATE",
  clientCertificatePath: "ARM_CLIENT_CERTIFICATE_PATH",
  clientSecret: "ARM_CLIENT_SECRET",
} as const;

/** Where `npm run pulumi` leaves the path of the token's file, whose content it hands to the azuread plugin. */
export const tokenFileVariable = "CALENDAR_ACCESS_OIDC_TOKEN_FILE_PATH";

/** Where it leaves which variable a credential came from that it hands over in another one. */
export const originVariable = "CALENDAR_ACCESS_CREDENTIAL_ORIGIN";

/**
 * The credential to use; adds to the settings' problems where there is none. What the environment holds wins over what
 * the stack holds, because the engine keeps using a stack's old secret in refresh and destroy (facts/pulumi.md §0.2);
 * within each, azuread's order: certificate, secret, OIDC. The Azure CLI is the last resort.
 */
export function chooseCredential(settings: Settings): CredentialSource | undefined {
  const useOidc = settings.flag("azuread:useOidc", "ARM_USE_OIDC") === true;
  const useCli = settings.flag("azuread:useCli", "ARM_USE_CLI") ?? true;
  const useMsi = settings.flag("azuread:useMsi", "ARM_USE_MSI") === true;
  const inEnvironment: Place = {
    look: (name) =>
      name === "clientSecret" ? settings.variableOrFile(variables[name]) : settings.variable(variables[name]),
    nameOf: (name) => {
      const variable = variables[name];
      const origin = settings.variable(originVariable);
      if (name === "clientCertificatePath" && origin === variables.clientCertificate) return origin;
      const isInFile = settings.variable(variable) === undefined || origin === `${variable}_FILE_PATH`;
      return isInFile ? `the file that ${variable}_FILE_PATH names` : variable;
    },
  };
  const inStack: Place = { look: (name) => settings.stack(`azuread:${name}`), nameOf: (name) => `azuread:${name}` };

  const keyed = (place: Place) => certificate(settings, place) ?? secret(place);
  const oidcInEnvironment = useOidc && settings.variable("ARM_USE_OIDC") !== undefined;
  const found =
    keyed(inEnvironment) ??
    (oidcInEnvironment ? oidc(settings) : undefined) ??
    keyed(inStack) ??
    (useOidc ? oidc(settings) : undefined);
  if (found !== undefined) return found;
  if (useOidc) {
    settings.problems.push(
      "azuread:useOidc is on, but there is no token: set ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or " +
        "ARM_OIDC_REQUEST_URL with ARM_OIDC_REQUEST_TOKEN (a GitHub job gets the last two with `id-token: write`)",
    );
  } else if (useMsi) {
    settings.problems.push("azuread:useMsi is on, but a managed identity is not supported: use a certificate or OIDC");
  } else if (useCli) {
    return { kind: "cli", hint: credentialHint(settings.environment) };
  } else {
    settings.problems.push(
      "there is no credential: set ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE or ARM_CLIENT_CERTIFICATE_PATH, or " +
        `switch on ARM_USE_OIDC or ARM_USE_CLI. ${credentialHint(settings.environment)}`,
    );
  }
  return undefined;
}

function certificate(settings: Settings, { look, nameOf }: Place): CredentialSource | undefined {
  const password =
    settings.variable("ARM_CLIENT_CERTIFICATE_PASSWORD") ?? settings.stack("azuread:clientCertificatePassword");
  const base64 = look("clientCertificate");
  if (base64 !== undefined) {
    const from = nameOf("clientCertificate");
    return hide({ kind: "certificateContent" as const, base64, password, from }, "base64", "password");
  }
  const path = look("clientCertificatePath");
  if (path === undefined) return undefined;
  return hide({ kind: "certificate" as const, path, password, from: nameOf("clientCertificatePath") }, "password");
}

function secret({ look, nameOf }: Place): CredentialSource | undefined {
  const value = look("clientSecret");
  if (value === undefined) return undefined;
  return hide({ kind: "secret" as const, secret: value, from: nameOf("clientSecret") }, "secret");
}

function oidc(settings: Settings): CredentialSource | undefined {
  const inStack = settings.stack("azuread:oidcToken");
  const renewed = settings.variable(tokenFileVariable);
  const token = renewed === undefined ? (settings.variable("ARM_OIDC_TOKEN") ?? inStack) : undefined;
  if (token !== undefined) return { kind: "oidc", token: () => Promise.resolve(token) };
  const path = renewed ?? settings.variable("ARM_OIDC_TOKEN_FILE_PATH");
  // Read at each use: such files are renewed by those who put them there.
  if (path !== undefined) return { kind: "oidc", token: () => readIdToken(path) };
  const url = settings.variable("ARM_OIDC_REQUEST_URL") ?? settings.variable("ACTIONS_ID_TOKEN_REQUEST_URL");
  const bearer = settings.variable("ARM_OIDC_REQUEST_TOKEN") ?? settings.variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  if (url === undefined || bearer === undefined) return undefined;
  return { kind: "oidc", token: () => requestIdToken(url, bearer, settings.stack("azuread:environment")) };
}

/** Keeps secrets out of whatever prints or copies the object: they can be read by name only. */
export function hide<T extends object>(object: T, ...names: (keyof T)[]): T {
  for (const name of names) Object.defineProperty(object, name, { enumerable: false });
  return object;
}
