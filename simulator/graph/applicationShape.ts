/** How Graph serves an app registration. */
import { createHash } from "node:crypto";
import { readCertificate } from "../identity/assertions.ts";
import type { CredentialHolder, DirectoryApplication } from "../tenant/directoryModel.ts";
import type { Row } from "./filter.ts";
import { mergeProperties } from "./properties.ts";
import type { Shape } from "./query.ts";

export const APPLICATION: Shape = { type: "microsoft.graph.application", set: "applications" };

const EMPTY: Row = {
  addIns: [],
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
    requestedAccessTokenVersion: null,
  },
  appRoles: [],
  applicationTemplateId: null,
  certification: null,
  defaultRedirectUri: null,
  description: null,
  disabledByMicrosoftStatus: null,
  groupMembershipClaims: null,
  identifierUris: [],
  info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
  isDeviceOnlyAuthSupported: null,
  isFallbackPublicClient: null,
  notes: null,
  oauth2RequirePostResponse: false,
  optionalClaims: null,
  parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" },
  publicClient: { redirectUris: [] },
  publisherDomain: null,
  requiredResourceAccess: [],
  samlMetadataUrl: null,
  serviceManagementReference: null,
  signInAudience: "AzureADMyOrg",
  spa: { redirectUris: [] },
  tags: [],
  tokenEncryptionKeyId: null,
  web: {
    homePageUrl: null,
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    logoutUrl: null,
    redirectUriSettings: [],
    redirectUris: [],
  },
};

/** Everything that may be served: never the secrets, nor the certificates' contents. */
export function describeApplication(application: DirectoryApplication): Row {
  return {
    ...mergeProperties(EMPTY, application.other),
    id: application.id,
    appId: application.appId,
    deletedDateTime: null,
    displayName: application.displayName,
    keyCredentials: application.keyCredentials.map(describeKeyCredential),
    passwordCredentials: [
      ...application.secrets.map((secret) => ({
        customKeyIdentifier: null,
        displayName: null,
        hint: secret.slice(0, 3),
        keyId: keyIdOf(secret),
        secretText: null,
      })),
      ...describePasswords(application),
    ],
  };
}

/** As every read shows them: without the secret itself. */
export function describePasswords({ passwordCredentials = [] }: CredentialHolder): Row[] {
  return passwordCredentials.map(({ secretText, ...credential }) => ({
    customKeyIdentifier: null,
    ...credential,
    hint: secretText.slice(0, 3),
    secretText: null,
  }));
}

/** `key` is served only where it is selected by name on one object (keyCredentials.ts). */
export function describeKeyCredential(credential: Readonly<Record<string, unknown>>): Row {
  const certificate = readCertificate(credential["key"]);
  const thumbprint = certificate === undefined ? null : createHash("sha1").update(certificate.raw).digest("hex");
  return {
    customKeyIdentifier: thumbprint?.toUpperCase() ?? null,
    displayName: certificate?.subject.split("\n").join(", ") ?? null,
    endDateTime: certificate?.validToDate.toISOString().replace(".000Z", "Z") ?? null,
    startDateTime: certificate?.validFromDate.toISOString().replace(".000Z", "Z") ?? null,
    ...credential,
    key: null,
  };
}

/** A stable id that does not give the secret away. */
function keyIdOf(secret: string): string {
  const hex = createHash("sha256").update(`key id of ${secret}`).digest("hex");
  return [8, 12, 16, 20, 32].map((end, index) => hex.slice([0, 8, 12, 16, 20][index], end)).join("-");
}
