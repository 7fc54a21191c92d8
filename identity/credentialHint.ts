/** Why no credential was found: what was looked for, and what stands in the environment under a name that is like it. Pure. */
import leven from "leven";

/** The variables that hold a credential. */
const credentials = [
  "ARM_CLIENT_SECRET",
  "ARM_CLIENT_SECRET_FILE_PATH",
  "ARM_CLIENT_CERTIFICATE",
  "ARM_CLIENT_CERTIFICATE_PATH",
];
/** Those that do with ARM_USE_OIDC. */
const tokens = [
  "ARM_OIDC_TOKEN",
  "ARM_OIDC_TOKEN_FILE_PATH",
  "ARM_OIDC_REQUEST_URL",
  "ARM_OIDC_REQUEST_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
];
/** Those that say more about one. */
const others = [
  ...["ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_ID_FILE_PATH", "ARM_TENANT_ID_FILE_PATH"],
  ...["ARM_CLIENT_CERTIFICATE_PASSWORD", "ARM_USE_OIDC", "ARM_USE_CLI", "ARM_USE_MSI", "ARM_ENVIRONMENT"],
  ...["ARM_METADATA_HOSTNAME"],
];

const known = [...credentials, ...tokens, ...others];

/** Names of variables alone, never a value. */
export function credentialHint(environment: NodeJS.ProcessEnv): string {
  const set = Object.keys(environment).filter((name) => (environment[name] ?? "").trim() !== "");
  const alike = set.flatMap((name) => {
    const meant = meantBy(name);
    return meant === undefined ? [] : [`${name} is set, but nothing reads it: did you mean ${meant}?`];
  });
  const token = set.find((name) => tokens.includes(name) && !set.includes("ARM_USE_OIDC"));
  return [
    `Looked for ${credentials.join(", ")}; with ARM_USE_OIDC=true also for ${tokens.slice(0, 4).join(", ")}.`,
    ...alike,
    ...(token === undefined ? [] : [`${token} is set, but ARM_USE_OIDC is not.`]),
  ].join(" ");
}

/** The variable that somebody meant with another name: a letter more or less, or another tool's beginning. */
function meantBy(name: string): string | undefined {
  if (known.includes(name)) return undefined;
  const written = name.toUpperCase().replace(/^(AZURE|AZUREAD|AAD|ENTRA|TF_VAR)_/, "ARM_");
  if (!/^[A-Z]{2,4}_/.test(written)) return undefined;
  const [nearest] = known
    .map((each) => ({ each, distance: leven(each, written) }))
    .toSorted((one, other) => one.distance - other.distance);
  return nearest !== undefined && nearest.distance <= 3 ? nearest.each : undefined;
}
