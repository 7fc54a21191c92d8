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
import type { ServiceUserListingInputs } from "./serviceUserListing.ts";
import type { ServiceUserPasswordInputs } from "./serviceUserPassword.ts";
import { stubOf } from "./stub.ts";
import type { TenantInputs } from "./tenant/tenantInputs.ts";

/** An artifact's inputs as the program gives them. */
export type Arguments<Inputs> = { readonly [Name in keyof Inputs]: pulumi.Input<Inputs[Name]> };

/** What an artifact yields: its inputs as `check` has completed them, and what it found out. */
type Outputs<Values> = { readonly [Name in keyof Values]: pulumi.Output<Values[Name]> };

/**
 * Declares the resource class of one kind of artifact. Its type is `pulumi-nodejs:dynamic/calendarAccess:<Type>`, FROZEN
 * as the stubs are. The same as the SDK's own dynamic resource, which would load TypeScript's compiler in every run to
 * make the text of the stub.
 * @param found what the artifact finds out beside its inputs: names, each with a value of its type
 * @param secrets those among them that are
 */
function artifact<Inputs extends object>() {
  return <Found extends Record<string, unknown>>(
    kind: Kind,
    found: Found,
    secrets: readonly (keyof Found & string)[] = [],
  ) => {
    const type = `pulumi-nodejs:dynamic/calendarAccess:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    const blanks = Object.fromEntries(Object.keys(found).map((name) => [name, undefined]));
    class ArtifactResource extends pulumi.CustomResource {
      constructor(name: string, args: Arguments<Inputs>, options: pulumi.CustomResourceOptions = {}) {
        const additionalSecretOutputs = [...(options.additionalSecretOutputs ?? []), ...secrets];
        const inputs = { ...blanks, ...args, __provider: stubOf(kind) };
        super(type, name, inputs, secrets.length === 0 ? options : { ...options, additionalSecretOutputs });
      }
    }
    return ArtifactResource as new (
      ...given: ConstructorParameters<typeof ArtifactResource>
    ) => ArtifactResource & Outputs<Inputs> & Outputs<Found>;
  };
}

/** The values of these types, for {@link artifact}. */
const text = "";
const texts: readonly string[] = [];

/** The tenant; its `id` is the tenant's GUID. */
export class Tenant extends artifact<TenantInputs>()("tenant", { tenantId: text }) {}

/** The service user's password, which no cloud object holds. */
export class ServiceUserPassword extends artifact<ServiceUserPasswordInputs>()(
  "serviceUserPassword",
  { password: text },
  ["password"],
) {}

/** The service user's place in address lists; its `id` is the user's object id. */
export class ServiceUserListing extends artifact<ServiceUserListingInputs>()("serviceUserListing", {}) {}

/** The role group; its `id` is the GUID. */
export class RoleGroup extends artifact<RoleGroupInputs>()("roleGroup", { description: text, guid: text }) {}

/** The security group; its `id` is the GUID. */
export class SecurityGroup extends artifact<SecurityGroupInputs>()("securityGroup", {
  exchangeName: text,
  primarySmtpAddress: text,
  distinguishedName: text,
  guid: text,
}) {}

/** The management scope; its `id` is the GUID. */
export class ManagementScope extends artifact<ManagementScopeInputs>()("managementScope", {
  /** The filter as Exchange holds it. */
  recipientFilter: text,
  guid: text,
}) {}

/** The role assignment; its `id` is the GUID. */
export class RoleAssignment extends artifact<RoleAssignmentInputs>()("roleAssignment", {
  /** What Exchange calls the assignment. */
  identity: text,
  guid: text,
  whenCreated: text,
}) {}

/** Exchange's pointer to the enterprise app; its `id` is the pointer's own GUID. */
export class ExchangeServicePrincipal extends artifact<ExchangeServicePrincipalInputs>()("exchangeServicePrincipal", {
  guid: text,
}) {}

/** The own app's certificates; its `id` is that of the app registration. */
export class ApplicationCertificates extends artifact<ApplicationCertificatesInputs>()("applicationCertificates", {}) {}

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
};

/** The proof of impersonation. */
export class ImpersonationCheck extends artifact<ImpersonationCheckInputs>()("impersonationCheck", proof) {}

/** The proof of the application. */
export class ApplicationCheck extends artifact<ApplicationCheckInputs>()("applicationCheck", {
  ...proof,
  scopedAccess: text,
  widerAccess: text,
  /** Since when the scoped access holds, as an ISO time; empty where it does not. */
  heldSince: text,
}) {}
