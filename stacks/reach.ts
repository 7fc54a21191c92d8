/** What the parts of a stack share: what it was given, what everything depends on, and where its mailboxes are. */
import type * as Azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import type { ManagementScope, SecurityGroup, Tenant } from "../resources/pulumiResources.ts";
import { asDigest } from "../resources/recipients/listed.ts";
import type { Desired } from "../resources/tenant/desired.ts";
import type { KnownObjects } from "../resources/tenant/tenantInputs.ts";
import type { Certificate } from "./certificate.ts";
import type { Identities } from "./identities.ts";
import type { Settings } from "./settings.ts";

/** What a stack asks for, and what was found out before its first resource. */
export interface CalendarAccessArguments extends Identities {
  readonly settings: Settings;
  /** What the state holds already. */
  readonly known: KnownObjects;
  /** Of the own app. */
  readonly certificates: readonly Certificate[];
  /** The stack's mark (resources/lifecycle/mark.ts). */
  readonly mark: string;
  /** Reaches Entra for azuread's resources; declared with the first of them. */
  readonly provider: () => Azuread.Provider;
}

/** What every resource stands on. */
export interface Base {
  readonly parent: pulumi.Resource;
  readonly tenant: Tenant;
  /** What is wanted of each artifact. */
  readonly desired: Desired;
}

/** Who has the access, by id; empty for the mode that is not in use. Each mode's proof knows the other's. */
export interface Holders {
  /** GUID of the role group. */
  readonly roleGroup: pulumi.Input<string>;
  /** Object id of the enterprise app, and its client id. */
  readonly app: pulumi.Input<string>;
  readonly appId: pulumi.Input<string>;
}

/** Where the mailboxes are; without both in reach `organization`. */
export interface Reach {
  readonly securityGroup: SecurityGroup | undefined;
  readonly scope: ManagementScope | undefined;
}

/**
 * The list for what only compares with it: in reach `group` its digest, because the group holds the list, and that can be
 * asked; the whole list otherwise.
 */
export function listFor({ tenant }: Pick<Base, "tenant">, { securityGroup }: Reach): pulumi.Output<string> {
  return securityGroup === undefined ? tenant.members : tenant.members.apply(asDigest);
}

/** The ids that assignments and proofs are given of a reach. */
export function idsOfReach({ securityGroup, scope }: Reach): Record<"scope" | "group", pulumi.Input<string>> {
  return { scope: scope?.id ?? "", group: securityGroup?.id ?? "" };
}
