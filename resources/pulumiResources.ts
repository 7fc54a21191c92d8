/**
 * The artifacts as Pulumi dynamic resources: what the program declares, with their stubs.
 *
 * FROZEN: the text of the stubs is stored in every customer's state, and refresh and destroy run the stored text
 * (facts/pulumi.md §0.5), which calls dynamic.ts. test/resources/dynamic.test.ts holds it for ever.
 */
import * as pulumi from "@pulumi/pulumi";
import type { AccessCheckInputs } from "./accessCheck.ts";
import type { AddressListingInputs } from "./addressListing.ts";
import type { ApplicationCertificatesInputs } from "./applicationCertificates.ts";
import type { ApplicationCheckInputs } from "./applicationCheck.ts";
import type { ExchangeServicePrincipalInputs } from "./exchangeServicePrincipal.ts";
import type { Kind } from "./lifecycle.ts";
import type { ManagementScopeInputs } from "./managementScope.ts";
import type { RoleAssignmentInputs } from "./roleAssignment.ts";
import type { RoleGroupInputs } from "./roleGroup.ts";
import type { SecurityGroupInputs } from "./securityGroup.ts";
import type { ServicePasswordInputs } from "./servicePassword.ts";
import type { TenantInputs } from "./tenantInputs.ts";

/** An artifact's inputs as the program gives them. */
export type Arguments<Inputs> = { readonly [Name in keyof Inputs]: pulumi.Input<Inputs[Name]> };

/** Base of the artifacts' resource classes; their types are `pulumi-nodejs:dynamic/calendarAccess:<Type>`. */
export abstract class ArtifactResource extends pulumi.dynamic.Resource {
  constructor(kind: Kind, type: string, name: string, props: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
    super(stubOf(kind), name, props, options, "calendarAccess", type);
  }
}

const stubs = new Map<Kind, pulumi.dynamic.ResourceProvider>();

function stubOf(kind: Kind): pulumi.dynamic.ResourceProvider {
  const stub = stubs.get(kind) ?? makeStub(kind);
  stubs.set(kind, stub);
  return stub;
}

/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access --
   the stubs run in the provider host from their stored text, where this is how they find the code */
// prettier-ignore
function makeStub(kind: string): pulumi.dynamic.ResourceProvider {
  return {
    async configure(request) { return require(process.cwd() + "/resources/dynamic.ts").configure(request); },
    async check(olds, news) { return require(process.cwd() + "/resources/dynamic.ts").serve(kind, "check", [olds, news]); },
    async diff(id, olds, news) { return require(process.cwd() + "/resources/dynamic.ts").serve(kind, "diff", [id, olds, news]); },
    async create(inputs) { return require(process.cwd() + "/resources/dynamic.ts").serve(kind, "create", [inputs]); },
    async read(id, props) { return require(process.cwd() + "/resources/dynamic.ts").serve(kind, "read", [id, props]); },
    async update(id, olds, news) { return require(process.cwd() + "/resources/dynamic.ts").serve(kind, "update", [id, olds, news]); },
    async delete(id, props) { return require(process.cwd() + "/resources/dynamic.ts").serve(kind, "delete", [id, props]); },
  };
}
/* eslint-enable */

/** The tenant as a Pulumi resource; its `id` is the tenant's GUID. */
export class Tenant extends ArtifactResource {
  declare readonly tenantId: pulumi.Output<string>;
  /** The listed mailboxes as looked up, `address objectId` a line. */
  declare readonly members: pulumi.Output<string>;
  declare readonly mustStayOut: pulumi.Output<string>;

  constructor(name: string, args: Arguments<TenantInputs>, options?: pulumi.CustomResourceOptions) {
    super("tenant", "Tenant", name, { tenantId: undefined, ...args }, options);
  }
}

/** The password as a Pulumi resource. */
export class ServicePassword extends ArtifactResource {
  /** Secret. */
  declare readonly password: pulumi.Output<string>;

  constructor(name: string, args: Arguments<ServicePasswordInputs>, options?: pulumi.CustomResourceOptions) {
    const secret = { ...options, additionalSecretOutputs: ["password"] };
    super("servicePassword", "ServicePassword", name, { password: undefined, ...args }, secret);
  }
}

/** The service user's place in address lists as a Pulumi resource; its `id` is the user's object id. */
export class AddressListing extends ArtifactResource {
  constructor(name: string, args: Arguments<AddressListingInputs>, options?: pulumi.CustomResourceOptions) {
    super("addressListing", "AddressListing", name, { ...args }, options);
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
export class AccessCheck extends ArtifactResource {
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

  constructor(name: string, args: Arguments<AccessCheckInputs>, options?: pulumi.CustomResourceOptions) {
    const outputs = {
      summary: undefined,
      whoGetsIn: undefined,
      wayIn: undefined,
      notes: undefined,
      notProved: undefined,
    };
    super("accessCheck", "AccessCheck", name, { ...outputs, ...args }, options);
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
