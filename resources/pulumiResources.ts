/** The artifacts as Pulumi dynamic resources: what the program declares, with their stubs (stub.ts). */
import * as pulumi from "@pulumi/pulumi";
import type { ImpersonationCheckInputs } from "./impersonationCheck.ts";
import type { ServiceUserListingInputs } from "./serviceUserListing.ts";
import type { ApplicationCertificatesInputs } from "./applicationCertificates.ts";
import type { ApplicationCheckInputs } from "./applicationCheck.ts";
import type { ExchangeServicePrincipalInputs } from "./exchangeServicePrincipal.ts";
import type { Kind } from "./lifecycle/contract.ts";
import type { ManagementScopeInputs } from "./managementScope.ts";
import type { RoleAssignmentInputs } from "./roleAssignment.ts";
import type { RoleGroupInputs } from "./roleGroup.ts";
import type { SecurityGroupInputs } from "./securityGroup.ts";
import type { ServiceUserPasswordInputs } from "./serviceUserPassword.ts";
import { stubOf } from "./stub.ts";
import type { TenantInputs } from "./tenant/tenantInputs.ts";

/** An artifact's inputs as the program gives them. */
export type Arguments<Inputs> = { readonly [Name in keyof Inputs]: pulumi.Input<Inputs[Name]> };

/**
 * Base of the artifacts' resource classes; their types are `pulumi-nodejs:dynamic/calendarAccess:<Type>`, FROZEN as the
 * stubs are. The same as the SDK's own dynamic resource, which would load TypeScript's compiler in every run to make the
 * text of the stub.
 */
export abstract class ArtifactResource extends pulumi.CustomResource {
  constructor(kind: Kind, type: string, name: string, props: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
    super(`pulumi-nodejs:dynamic/calendarAccess:${type}`, name, { ...props, __provider: stubOf(kind) }, options);
  }
}

/** The tenant as a Pulumi resource; its `id` is the tenant's GUID. */
export class Tenant extends ArtifactResource {
  declare readonly tenantId: pulumi.Output<string>;
  /** The listed mailboxes as looked up, `address objectId` a line. */
  declare readonly members: pulumi.Output<string>;
  declare readonly mustStayOut: pulumi.Output<string>;
  /** The service user; one that is only used as looked up, `upn objectId`. */
  declare readonly user: pulumi.Output<string>;

  constructor(name: string, args: Arguments<TenantInputs>, options?: pulumi.CustomResourceOptions) {
    super("tenant", "Tenant", name, { tenantId: undefined, ...args }, options);
  }
}

/** The password as a Pulumi resource. */
export class ServiceUserPassword extends ArtifactResource {
  /** Secret. */
  declare readonly password: pulumi.Output<string>;

  constructor(name: string, args: Arguments<ServiceUserPasswordInputs>, options?: pulumi.CustomResourceOptions) {
    const secret = { ...options, additionalSecretOutputs: ["password"] };
    super("serviceUserPassword", "ServiceUserPassword", name, { password: undefined, ...args }, secret);
  }
}

/** The service user's place in address lists as a Pulumi resource; its `id` is the user's object id. */
export class ServiceUserListing extends ArtifactResource {
  constructor(name: string, args: Arguments<ServiceUserListingInputs>, options?: pulumi.CustomResourceOptions) {
    super("serviceUserListing", "ServiceUserListing", name, { ...args }, options);
  }
}

/** The role group as a Pulumi resource; its `id` is the GUID. */
export class RoleGroup extends ArtifactResource {
  declare readonly name: pulumi.Output<string>;

  constructor(name: string, args: Arguments<RoleGroupInputs>, options?: pulumi.CustomResourceOptions) {
    super("roleGroup", "RoleGroup", name, { description: undefined, guid: undefined, ...args }, options);
  }
}

/** The security group as a Pulumi resource; its `id` is the GUID. */
export class SecurityGroup extends ArtifactResource {
  declare readonly primarySmtpAddress: pulumi.Output<string>;
  /** The mailboxes as looked up, `address objectId` a line. */
  declare readonly members: pulumi.Output<string>;

  constructor(name: string, args: Arguments<SecurityGroupInputs>, options?: pulumi.CustomResourceOptions) {
    const outputs = {
      exchangeName: undefined,
      primarySmtpAddress: undefined,
      distinguishedName: undefined,
      guid: undefined,
    };
    super("securityGroup", "SecurityGroup", name, { ...outputs, ...args }, options);
  }
}

/** The management scope as a Pulumi resource; its `id` is the GUID. */
export class ManagementScope extends ArtifactResource {
  declare readonly name: pulumi.Output<string>;
  /** The filter as Exchange holds it. */
  declare readonly recipientFilter: pulumi.Output<string>;

  constructor(name: string, args: Arguments<ManagementScopeInputs>, options?: pulumi.CustomResourceOptions) {
    super(
      "managementScope",
      "ManagementScope",
      name,
      { recipientFilter: undefined, guid: undefined, ...args },
      options,
    );
  }
}

/** The role assignment as a Pulumi resource; its `id` is the GUID. */
export class RoleAssignment extends ArtifactResource {
  /** What Exchange calls the assignment. */
  declare readonly identity: pulumi.Output<string>;
  declare readonly guid: pulumi.Output<string>;

  constructor(name: string, args: Arguments<RoleAssignmentInputs>, options?: pulumi.CustomResourceOptions) {
    const outputs = { identity: undefined, guid: undefined, whenCreated: undefined };
    super("roleAssignment", "RoleAssignment", name, { ...outputs, ...args }, options);
  }
}

/** The proof as a Pulumi resource. */
export class ImpersonationCheck extends ArtifactResource {
  /** `passed`, or what is wrong. */
  declare readonly verdict: pulumi.Output<string>;
  /** What was proved, in a sentence. */
  declare readonly summary: pulumi.Output<string>;
  /** `nobody else`, or `somebody else`. */
  declare readonly whoGetsIn: pulumi.Output<string>;
  /** Whether the way in is open: `open`, `shut: …`, `unknown: …` or `not asked: …`. */
  declare readonly wayIn: pulumi.Output<string>;
  declare readonly notes: pulumi.Output<string[]>;
  /** What no proof can say. */
  declare readonly notProved: pulumi.Output<string[]>;

  constructor(name: string, args: Arguments<ImpersonationCheckInputs>, options?: pulumi.CustomResourceOptions) {
    const outputs = {
      summary: undefined,
      whoGetsIn: undefined,
      wayIn: undefined,
      notes: undefined,
      notProved: undefined,
    };
    super("impersonationCheck", "ImpersonationCheck", name, { ...outputs, ...args }, options);
  }
}

/** The own app's certificates as a Pulumi resource; its `id` is that of the app registration. */
export class ApplicationCertificates extends ArtifactResource {
  /** Thumbprints, a line each. */
  declare readonly certificates: pulumi.Output<string>;

  constructor(name: string, args: Arguments<ApplicationCertificatesInputs>, options?: pulumi.CustomResourceOptions) {
    super("applicationCertificates", "ApplicationCertificates", name, { ...args }, options);
  }
}

/** The pointer as a Pulumi resource; its `id` is the pointer's own GUID. */
export class ExchangeServicePrincipal extends ArtifactResource {
  declare readonly objectId: pulumi.Output<string>;

  constructor(name: string, args: Arguments<ExchangeServicePrincipalInputs>, options?: pulumi.CustomResourceOptions) {
    super("exchangeServicePrincipal", "ExchangeServicePrincipal", name, { guid: undefined, ...args }, options);
  }
}

/** The proof as a Pulumi resource. */
export class ApplicationCheck extends ArtifactResource {
  /** `passed`, or what is wrong. */
  declare readonly verdict: pulumi.Output<string>;
  declare readonly summary: pulumi.Output<string>;
  declare readonly scopedAccess: pulumi.Output<string>;
  declare readonly widerAccess: pulumi.Output<string>;
  /** `nobody else`, or `somebody else`. */
  declare readonly whoGetsIn: pulumi.Output<string>;
  /** Whether the way in is open: `open`, `shut: …`, `unknown: …` or `not asked: …`. */
  declare readonly wayIn: pulumi.Output<string>;
  declare readonly notes: pulumi.Output<string[]>;
  declare readonly notProved: pulumi.Output<string[]>;
  /** Since when the scoped access holds, as an ISO time; empty where it does not. */
  declare readonly heldSince: pulumi.Output<string>;

  constructor(name: string, args: Arguments<ApplicationCheckInputs>, options?: pulumi.CustomResourceOptions) {
    const outputs = {
      summary: undefined,
      scopedAccess: undefined,
      widerAccess: undefined,
      whoGetsIn: undefined,
      wayIn: undefined,
      notes: undefined,
      notProved: undefined,
      heldSince: undefined,
    };
    super("applicationCheck", "ApplicationCheck", name, { ...outputs, ...args }, options);
  }
}
