/** What a run needs to know to reach one customer's tenant, and how it proves who it is. */

/** Reads one value of the stack's configuration, e.g. `azuread:tenantId`; secrets arrive in plain text. */
export type ReadSetting = (key: string) => string | undefined;

/** Where a cloud's services answer. All are origins without a trailing slash, https only. */
export interface Endpoints {
  readonly authority: string;
  readonly graph: string;
  readonly exchange: string;
  /** True for a private cloud found through `metadataHost` (the embedded tenant): no instance discovery. */
  readonly isPrivate: boolean;
}

/** Names what a key or secret was read from, e.g. `ARM_CLIENT_SECRET` or `azuread:clientSecret`. */
interface Origin {
  readonly from?: string;
}

/** How the automation identity authenticates; the first that is configured, in azuread's order. */
export type CredentialSource =
  | ({ readonly kind: "certificate"; readonly path: string; readonly password: string | undefined } & Origin)
  | ({ readonly kind: "certificateContent"; readonly base64: string; readonly password: string | undefined } & Origin)
  | ({ readonly kind: "secret"; readonly secret: string } & Origin)
  | { readonly kind: "oidc"; readonly token: () => Promise<string> }
  /** `hint` says what was looked for before. */
  | { readonly kind: "cli"; readonly hint: string };

/** One tenant, one identity. Tenant and client id come from the stack, always. */
export interface Connection {
  readonly tenantId: string;
  readonly clientId: string | undefined;
  readonly endpoints: Endpoints;
  readonly credential: CredentialSource;
}
