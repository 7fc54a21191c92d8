/** The artifacts as Pulumi dynamic resources: what the program declares, each with its stub (stub.ts). */
import * as pulumi from "@pulumi/pulumi";
import type { ApplicationCertificatesInputs } from "./applicationCertificates.ts";
import type { ApplicationCheckInputs } from "./applicationCheck.ts";
import type { ExchangeServicePrincipalInputs } from "./exchangeServicePrincipal.ts";
import type { ImpersonationCheckInputs } from "./impersonationCheck.ts";
import type { Kind } from "./lifecycle/contract.ts";
import type { ManagementScopeInputs } from "./managementScope.ts";
import type { RoleAssignmentInputs } from "./roleAssignment.ts";
import type { RoleGroupInputs } from "./roleGroup.ts";
import type { SecurityGroupInputs } from "./securityGroup.ts";
import type { ServiceAccountInputs } from "./serviceAccount.ts";
import type { ServiceUserListingInputs } from "./serviceUserListing.ts";
import type { ServiceUserPasswordInputs } from "./serviceUserPassword.ts";
import { stubOf, typeOf, type TypeName } from "./stub.ts";
import { unshown } from "./lifecycle/unshown.ts";
import type { TenantInputs } from "./tenant/tenantInputs.ts";

/** An artifact's inputs as the program gives them. */
export type Arguments<Inputs> = { readonly [Name in keyof Inputs]: pulumi.Input<Inputs[Name]> };

/** What an artifact yields: its inputs as `check` has completed them, and what it found out. */
type Outputs<Values> = { readonly [Name in keyof Values]: pulumi.Output<Values[Name]> };

/** How an artifact's properties are treated. */
interface Treatment<Input, Found> {
  /**
   * Inputs that the program needs for itself, and so all that are no part of the object: no plan shows them
   * (lifecycle/unshown.ts).
   */
  readonly unshown?: readonly Input[];
  readonly secret?: readonly Found[];
}

/**
 * Declares the resource class of one kind of artifact. The same as the SDK's own dynamic resource, which would load
 * TypeScript's compiler in every run to make the text of the stub.
 * @param found what the artifact finds out beside its inputs: names, each with a value of its type
 */
function artifact<Inputs extends object>() {
  return <Found extends Record<string, unknown>, Unshown extends keyof Inputs & string = never>(
    kind: Kind,
    found: Found,
    { unshown: hidden = [], secret = [] }: Treatment<Unshown, keyof Found & string> = {},
  ) => {
    const type = typeOf(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}` as TypeName);
    const blanks = Object.fromEntries(Object.keys(found).map((name) => [name, undefined]));
    const nameOf = (input: string): string => (hidden.some((each) => each === input) ? unshown(input) : input);
    class ArtifactResource extends pulumi.CustomResource {
      constructor(name: string, args: Arguments<Inputs>, options: pulumi.CustomResourceOptions = {}) {
        const inputs: pulumi.Inputs = { ...blanks, __provider: stubOf(kind) };
        for (const [input, value] of Object.entries<unknown>(args)) inputs[nameOf(input)] = value;
        super(type, name, inputs, secret.length === 0 ? options : { ...options, additionalSecretOutputs: [...secret] });
      }
    }
    return ArtifactResource as new (
      ...given: ConstructorParameters<typeof ArtifactResource>
    ) => ArtifactResource & Outputs<Omit<Inputs, Unshown>> & Outputs<Found>;
  };
}

/** The values of these types, for {@link artifact}. */
const text = "";
const texts: readonly string[] = [];

/** Inputs of every artifact with an object in the tenant (lifecycle/contract.ts, `Ownership`). */
const ownership = ["mark", "adopt", "onDestroy"] as const;

/** The tenant; its `id` is the tenant's GUID. */
export const Tenant = artifact<TenantInputs>()(
  "tenant",
  { tenantId: text },
  {
    unshown: [
      ...(["mark", "initialDomain", "role", "serviceUserName", "ownsUser", "userIsAdopted", "app", "ownsApp"] as const),
      ...(["callCentreClientId", "allowOrganizationCustomization"] as const),
      ...(["serviceUserDisplayName", "begun"] as const),
    ],
  },
);
export type Tenant = InstanceType<typeof Tenant>;

/** The service user's password, which no cloud object holds. */
export const ServiceUserPassword = artifact<ServiceUserPasswordInputs>()(
  "serviceUserPassword",
  { password: text },
  { secret: ["password"] },
);
export type ServiceUserPassword = InstanceType<typeof ServiceUserPassword>;

/** The key of the digests of hand-overs, which no cloud object holds. */
export const HandoverKey = artifact<object>()("handoverKey", { key: text }, { secret: ["key"] });

/** The service user's place in address lists; its `id` is the user's object id. */
export const ServiceUserListing = artifact<ServiceUserListingInputs>()("serviceUserListing", {});
export type ServiceUserListing = InstanceType<typeof ServiceUserListing>;

/** The service user on Exchange Server; its `id` is the account's GUID. */
export const ServiceAccount = artifact<ServiceAccountInputs>()(
  "serviceAccount",
  { guid: text },
  { unshown: [...ownership, "organizationalUnit"] },
);
export type ServiceAccount = InstanceType<typeof ServiceAccount>;

/** The role group; its `id` is the GUID. */
export const RoleGroup = artifact<RoleGroupInputs>()(
  "roleGroup",
  { description: text, guid: text },
  { unshown: [...ownership, "role"] },
);
export type RoleGroup = InstanceType<typeof RoleGroup>;

/** The security group; its `id` is the GUID. */
export const SecurityGroup = artifact<SecurityGroupInputs>()(
  "securityGroup",
  { exchangeName: text, primarySmtpAddress: text, distinguishedName: text, guid: text },
  { unshown: [...ownership, "scopeName", "roleGroup", "app", "clientId", "accessClaim", "applicationClaim"] },
);
export type SecurityGroup = InstanceType<typeof SecurityGroup>;

/** The management scope; its `id` is the GUID. */
export const ManagementScope = artifact<ManagementScopeInputs>()(
  "managementScope",
  {
    /** The filter as Exchange holds it. */
    recipientFilter: text,
    guid: text,
  },
  { unshown: ownership },
);
export type ManagementScope = InstanceType<typeof ManagementScope>;

/** The role assignment; its `id` is the GUID. */
export const RoleAssignment = artifact<RoleAssignmentInputs>()(
  "roleAssignment",
  {
    /** What Exchange calls the assignment. */
    identity: text,
    guid: text,
    whenCreated: text,
  },
  { unshown: [...ownership, "ownsApp", "regrant", "members", "stopped"] },
);
export type RoleAssignment = InstanceType<typeof RoleAssignment>;

/** Exchange's pointer to the enterprise app; its `id` is the pointer's own GUID. */
export const ExchangeServicePrincipal = artifact<ExchangeServicePrincipalInputs>()(
  "exchangeServicePrincipal",
  { guid: text },
  { unshown: [...ownership, "ownsApp"] },
);
export type ExchangeServicePrincipal = InstanceType<typeof ExchangeServicePrincipal>;

/** The own app's certificates; its `id` is that of the app registration. */
export const ApplicationCertificates = artifact<ApplicationCertificatesInputs>()(
  "applicationCertificates",
  {
    /** Thumbprint and end of each that is on the app. */
    expiry: texts,
  },
  { unshown: ["mark", "contents"] },
);
export type ApplicationCertificates = InstanceType<typeof ApplicationCertificates>;

/** What both proofs say, beside their `verdict`: `passed`, or what is wrong. */
const proof = {
  /** What was proved, in a sentence. */
  summary: text,
  /** `nobody else`, or `somebody else`. */
  whoGetsIn: text,
  /** Whether the way in is open: `open`, `shut: …`, `unknown: …` or `not asked: …`. */
  wayIn: text,
  notes: texts,
  /** What no proof can say. */
  notProved: texts,
  /** Who was asked about one by one when it was proved by the last `up` that changed it; a refresh asks only about the mailboxes that must stay out. */
  sample: text,
  /** Since when the scoped access holds, as an ISO time; empty where it does not. */
  heldSince: text,
};

/** The proof of impersonation. */
export const ImpersonationCheck = artifact<ImpersonationCheckInputs>()("impersonationCheck", proof, {
  unshown: ["keepsUser", "takenOver"],
});
export type ImpersonationCheck = InstanceType<typeof ImpersonationCheck>;

/** The proof of the application. */
export const ApplicationCheck = artifact<ApplicationCheckInputs>()(
  "applicationCheck",
  {
    ...proof,
    scopedAccess: text,
    widerAccess: text,
  },
  { unshown: ["isOwnApp", "appIsAdopted", "takenOver"] },
);
export type ApplicationCheck = InstanceType<typeof ApplicationCheck>;
