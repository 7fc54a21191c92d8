/** One customer's access as one component: the artifacts in their order, each depending on the one before. */
import type * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { ManagementScope, SecurityGroup, Tenant } from "../resources/pulumiResources.ts";
import { addressesOf } from "../resources/recipients/memberList.ts";
import { rightFilter } from "../resources/managementScope.ts";
import { wholeOrganization } from "../resources/lifecycle/assignmentName.ts";
import type { KnownObjects } from "../resources/tenant/tenantInputs.ts";
import { Application } from "./application.ts";
import type { Certificate } from "./certificate.ts";
import type { Identities } from "./identities.ts";
import { Impersonation, impersonationRole } from "./impersonation.ts";
import type { Adoptable, Settings } from "./settings.ts";

/** What a stack asks for, and what was found out before its first resource. */
export interface CalendarAccessArguments extends Identities {
  readonly settings: Settings;
  /** What the state holds already. */
  readonly known: KnownObjects;
  /** Of the own app. */
  readonly certificates: readonly Certificate[];
  /** The stack's mark (resources/lifecycle/mark.ts). */
  readonly mark: string;
  /** Reaches Entra for azuread's resources. */
  readonly provider: azuread.Provider;
}

/** What the access modes share: where their mailboxes are, and how their objects are owned. */
export interface Reach {
  readonly parent: pulumi.Resource;
  readonly tenant: Tenant;
  readonly securityGroup: SecurityGroup | undefined;
  readonly scope: ManagementScope | undefined;
  /** Inputs of every proof and assignment. */
  readonly writeScope: string;
  readonly scopeId: pulumi.Input<string>;
  readonly groupId: pulumi.Input<string>;
  /** The identities of both modes: each mode's proof knows the other's, because both use the same scope. */
  readonly roleGroupId: pulumi.Input<string>;
  readonly app: Pick<Application, "objectId" | "clientId"> | undefined;
  ownership(object: Adoptable): { mark: string; adopt: boolean; onDestroy: "remove" | "keep" };
}

/** The component; its parts are there where the access modes and the reach call for them. */
export class CalendarAccess extends pulumi.ComponentResource {
  readonly impersonation: Impersonation | undefined;
  readonly application: Application | undefined;
  readonly securityGroup: SecurityGroup | undefined;
  readonly scope: ManagementScope | undefined;
  /** The listed mailboxes that are there. */
  readonly mailboxes: pulumi.Output<string[]>;

  constructor(name: string, args: CalendarAccessArguments, options?: pulumi.ComponentResourceOptions) {
    super("calendar-access:index:CalendarAccess", name, {}, options);
    const { settings, mark } = args;
    const ownership = (object: Adoptable): ReturnType<Reach["ownership"]> => ({
      mark,
      adopt: settings.adopt.includes(object),
      onDestroy: settings.onDestroy,
    });
    const tenant = new Tenant("tenant", tenantInputs(args), { parent: this });
    // Completed by the preflight, and so known in every preview.
    this.mailboxes = pulumi.output(tenant.members).apply(addressesOf);
    const common = { parent: this, tenant, ownership };

    // Who gets in comes first, then what they may reach, then the assignment that joins both.
    const impersonation = settings.access.includes("impersonation") ? new Impersonation(args, common) : undefined;
    const application = settings.access.includes("application") ? new Application(args, common) : undefined;
    this.impersonation = impersonation;
    this.application = application;
    const identities = [impersonation?.roleGroup, application?.pointer].filter((each) => each !== undefined);
    if (settings.reach === "group") {
      this.securityGroup = this.makeGroup(args, ownership("securityGroup"), tenant, identities);
      this.scope = new ManagementScope(
        "scope",
        {
          ...ownership("scope"),
          name: settings.names.scope,
          filter: rightFilter,
          group: this.securityGroup.id,
          roleGroup: impersonation?.roleGroup.id ?? "",
          app: application?.objectId ?? "",
        },
        { parent: this, dependsOn: [this.securityGroup] },
      );
    }
    const reach: Reach = {
      ...common,
      securityGroup: this.securityGroup,
      scope: this.scope,
      writeScope: settings.reach === "group" ? settings.names.scope : wholeOrganization,
      scopeId: this.scope?.id ?? "",
      groupId: this.securityGroup?.id ?? "",
      roleGroupId: impersonation?.roleGroup.id ?? "",
      app: application,
    };
    impersonation?.assign(args, reach);
    application?.assign(args, reach);
    this.registerOutputs();
  }

  private makeGroup(
    { settings }: CalendarAccessArguments,
    ownership: ReturnType<Reach["ownership"]>,
    tenant: Tenant,
    dependsOn: pulumi.Resource[],
  ): SecurityGroup {
    return new SecurityGroup(
      "security-group",
      {
        ...ownership,
        name: settings.names.securityGroup,
        members: tenant.members,
        owner: tenant.owner,
        hiddenFromAddressLists: true,
        memberJoinRestriction: "Closed",
        memberDepartRestriction: "Closed",
        scopeName: settings.names.scope,
        roleGroup: this.impersonation?.roleGroup.id ?? "",
        app: this.application?.objectId ?? "",
        clientId: settings.application.clientId ?? "",
      },
      { parent: this, dependsOn },
    );
  }
}

/** What the preflight and the sweep work with; all of it is known in every preview. */
function tenantInputs(args: CalendarAccessArguments): ConstructorParameters<typeof Tenant>[1] {
  const { settings, known, account, app, mark, initialDomain, conflicts } = args;
  const { names, reach, onDestroy, regrant, allowOrganizationCustomization, removeLeftovers } = settings;
  const usesUser = settings.access.includes("impersonation");
  return {
    mark,
    initialDomain,
    access: [...settings.access].toSorted().join("\n"),
    reach,
    role: impersonationRole,
    roles: settings.application.roles.join("\n"),
    ...names,
    user: usesUser ? (account?.userPrincipalName ?? settings.serviceUser.existing ?? "") : "",
    serviceUserName: settings.serviceUser.name,
    ownsUser: account !== undefined && !account.isAdopted,
    userIsAdopted: account?.isAdopted === true,
    callCentreClientId: settings.callCentreClientId ?? "",
    clientId: settings.application.clientId ?? "",
    app: app?.objectId ?? "",
    ownsApp: app !== undefined && !app.isAdopted,
    members: settings.mailboxes.join("\n"),
    vanished: "",
    mustStayOut: settings.mustStayOut.join("\n"),
    owner: settings.owner ?? "",
    confirmedAddresses: settings.confirmedAddresses,
    adopt: [...settings.adopt],
    onDestroy,
    regrant,
    allowOrganizationCustomization,
    removeLeftovers,
    revokeTenantWideConsent: settings.revokeTenantWideConsent,
    conflicts,
    known,
  };
}
