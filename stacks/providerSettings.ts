/** azuread's own settings in a stack: which are read, which are misspelt, and which must not lie open. Pure. */
import { didYouMean, nearest } from "./nearest.ts";

/** What this project reads, and hands to the azuread plugin. */
const read = [
  "tenantId",
  "clientId",
  "environment",
  "metadataHost",
  "useOidc",
  "useCli",
  "useMsi",
  "clientSecret",
  "clientCertificatePath",
  "clientCertificatePassword",
  "oidcToken",
];

/** What azuread knows besides, and what to do instead: nothing here would reach both the plugin and Exchange. */
const unread: Readonly<Record<string, string>> = {
  clientCertificate:
    "azuread's plugin takes it for no credential. Set the variable ARM_CLIENT_CERTIFICATE, and start with npm run pulumi",
  clientIdFilePath: "write the client id itself, as azuread:clientId",
  clientSecretFilePath: "set the variable ARM_CLIENT_SECRET_FILE_PATH, and start with npm run pulumi",
  oidcTokenFilePath: "set the variable ARM_OIDC_TOKEN_FILE_PATH, and start with npm run pulumi",
  oidcRequestUrl: "set the variable ARM_OIDC_REQUEST_URL; a GitHub job has it already",
  oidcRequestToken: "set the variable ARM_OIDC_REQUEST_TOKEN; a GitHub job has it already",
  adoPipelineServiceConnectionId: "set ARM_OIDC_TOKEN to the pipeline's token",
  useAksWorkloadIdentity: "set ARM_USE_OIDC and ARM_OIDC_TOKEN_FILE_PATH, and start with npm run pulumi",
  msiEndpoint: "a managed identity is not supported: use a certificate or OIDC",
  partnerId: "leave it out",
  disableTerraformPartnerId: "leave it out",
};

/** Those of all azuread's settings that nobody but the stack's operator may read. */
const secret = ["clientSecret", "clientCertificate", "clientCertificatePassword", "oidcToken", "oidcRequestToken"];

/**
 * Everything that is wrong with the namespaces `azuread` and that of the project, but for the values of its settings.
 * @param keys all keys of the stack, namespaces included
 * @param secretKeys those that were set with `--secret`
 */
export function providerProblems(
  keys: readonly string[],
  { project, stack, secretKeys }: { project: string; stack: string; secretKeys: ReadonlySet<string> },
): string[] {
  return keys.flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    if (namespace === project && secretKeys.has(key)) return [secretSetting(key, stack)];
    if (namespace !== "azuread") return [];
    const open = secret.includes(name) && !secretKeys.has(key) ? [openSecret(key, stack)] : [];
    if (read.includes(name)) return open;
    const instead = unread[name];
    if (instead !== undefined) return [...open, `${key}: nothing here reads it. Take it out: ${instead}.`];
    const meant = nearest(name, read) ?? nearest(name, Object.keys(unread));
    const guess = didYouMean(meant === undefined ? undefined : `azuread:${meant}`);
    return [`${key}: azuread has no such setting.${guess} Read here: ${read.join(", ")}.`];
  });
}

/** A secret in the open: the engine copies the whole configuration into the state as it is. */
function openSecret(key: string, stack: string): string {
  return (
    `${key}: stands in the stack's file in clear, and would go into the state in clear. ` +
    `Make a new one, because this one was readable, and set it (you are asked for it, so that it gets into no shell history): ` +
    `npm run pulumi -- config set --secret ${key} --stack ${stack}`
  );
}

/** The other way round: what is read as a plain setting is written into the state in clear, secret or not. */
function secretSetting(key: string, stack: string): string {
  return (
    `${key}: is set with --secret, but no setting of this project is one: its value stands in the state in clear. ` +
    `Set it without: npm run pulumi -- config set --plaintext ${key} --stack ${stack}`
  );
}

/** azuread's settings in a stack of Exchange Server, where nothing reads them. @param keys all keys, namespaces included */
export function idleKeys(keys: readonly string[]): string[] {
  return keys
    .filter((key) => key.startsWith("azuread:"))
    .map((key) => `${key}: has no effect over the channel "server": Exchange Server has no Entra. Leave it out.`);
}
