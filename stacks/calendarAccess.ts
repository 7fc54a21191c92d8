/** One customer's access as one component: who gets in, what they may reach, and the grants that join both. */
import { impersonationRole } from "../resources/lifecycle/managementRole.ts";
import * as pulumi from "@pulumi/pulumi";
import { HandoverKey, ManagementScope, SecurityGroup, Tenant } from "../resources/pulumiResources.ts";
import { addressesOf } from "../resources/recipients/memberList.ts";
import type { LastProofs } from "../resources/proof/strangers.ts";
import { desiredOf } from "../resources/tenant/desired.ts";
import type { TenantInputs } from "../resources/tenant/tenantInputs.ts";
import { grantApplication, makeApplication, type Application, type ApplicationGrant } from "./application.ts";
import { grantImpersonation, makeImpersonator, type ImpersonationGrant, type Impersonator } from "./impersonation.ts";
import type { Base, CalendarAccessArguments, Holders, Reach } from "./reach.ts";

/** The component; its parts are there where the access modes and the reach call for them. */
export class CalendarAccess extends pulumi.ComponentResource {
  readonly impersonation: (Impersonator & ImpersonationGrant) | undefined;
  readonly application: (Application & ApplicationGrant) | undefined;
  readonly scope: ManagementScope | undefined;
  /** The listed mailboxes that are there. */
  readonly mailboxes: pulumi.Output<string[]>;

  constructor(name: string, args: CalendarAccessArguments, options?: pulumi.ComponentResourceOptions) {
    super("calendar-access:index:CalendarAccess", name, {}, options);
    const { access, reach } = args.settings;
    const asked = tenantInputs(args);
    const tenant = new Tenant("tenant", asked, { parent: this });
    // Completed by the preflight, and so known in every preview.
    this.mailboxes = pulumi.output(tenant.members).apply(addressesOf);
    // Of `npm run handover`: the program itself has no use for it.
    new HandoverKey("handover-key", {}, { parent: this, dependsOn: [tenant] });
    const base: Base = { parent: this, tenant, desired: desiredOf(asked) };

    const impersonator = access.includes("impersonation") ? makeImpersonator(args, base) : undefined;
    const application = access.includes("application") ? makeApplication(args, base) : undefined;
    const holders: Holders = {
      roleGroup: impersonator?.roleGroup.id ?? "",
      app: application?.objectId ?? "",
      appId: application?.clientId ?? "",
    };
    const principals = [impersonator?.roleGroup, application?.pointer].filter((each) => each !== undefined);
    const place = reach === "group" ? makeReach(base, holders, principals, args.known) : wholeOrganization;
    this.scope = place.scope;
    this.impersonation = impersonator && { ...impersonator, ...grantImpersonation(impersonator, base, holders, place) };
    this.application = application && { ...application, ...grantApplication(application, args, base, holders, place) };
    this.registerOutputs();
  }
}

const wholeOrganization: Reach = { securityGroup: undefined, scope: undefined };

/** The group of the mailboxes and the scope that names it. */
function makeReach(
  { parent, tenant, desired }: Base,
  holders: Holders,
  principals: pulumi.Resource[],
  { accessClaim, applicationClaim }: LastProofs,
): Reach {
  const { roleGroup, app } = holders;
  const { members, owner } = tenant;
  const securityGroup = new SecurityGroup(
    "security-group",
    desired.securityGroup<pulumi.Input<string>>({ members, owner, roleGroup, app, accessClaim, applicationClaim }),
    { parent, dependsOn: principals },
  );
  const scope = new ManagementScope("scope", desired.scope({ group: securityGroup.id, roleGroup, app }), {
    parent,
    dependsOn: [securityGroup],
  });
  return { securityGroup, scope };
}

/** What the preflight and the sweep work with; all of it is known in every preview. */
function tenantInputs(args: CalendarAccessArguments): TenantInputs {
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
    serviceUserDisplayName: settings.serviceUser.displayName ?? settings.serviceUser.name,
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
    stopped: "",
    takenOver: "",
    begun: "",
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
