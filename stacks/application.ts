/** The way in on Exchange Online today: an app with application roles that are limited to the scope. */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import {
  ApplicationCertificates,
  ApplicationCheck,
  ExchangeServicePrincipal,
  RoleAssignment,
} from "../resources/pulumiResources.ts";
import { applicationAssignmentName } from "../resources/lifecycle/assignmentName.ts";
import { toBeProved } from "../resources/proof/verdict.ts";
import type { CalendarAccessArguments, Reach } from "./calendarAccess.ts";
import type { EnterpriseApp } from "./identities.ts";

/** An app, Exchange's pointer to it, its roles and their proof. Made in two halves: the scope comes in between. */
export class Application {
  /** Client id. */
  readonly clientId: pulumi.Output<string>;
  /** Object id of the enterprise app. */
  readonly objectId: pulumi.Output<string>;
  readonly pointer: ExchangeServicePrincipal;
  /** Of an own app; the vendor's keys are none of this stack's. */
  readonly certificates: ApplicationCertificates | undefined;
  /** By role; filled by {@link assign}. */
  assignments: ReadonlyMap<string, RoleAssignment> = new Map();
  check: ApplicationCheck | undefined;

  constructor(args: CalendarAccessArguments, common: Pick<Reach, "parent" | "tenant" | "ownership">) {
    const { settings, app } = args;
    if (app === undefined) throw new Error("the application was not looked up");
    const { principal, clientId, keys } = makeApp(args, app, common);
    this.clientId = clientId;
    this.certificates = keys;
    this.objectId = principal.id.apply((id) => id.replace("/servicePrincipals/", "").toLowerCase());
    this.pointer = new ExchangeServicePrincipal(
      "exchange-service-principal",
      {
        ...common.ownership("exchangeServicePrincipal"),
        displayName: settings.names.application,
        appId: this.clientId,
        objectId: this.objectId,
        ownsApp: !app.isAdopted,
      },
      { parent: common.parent, dependsOn: [common.tenant, principal, ...(keys === undefined ? [] : [keys])] },
    );
  }

  /** Gives the roles and proves what they open: comes after the scope. */
  assign({ settings, app, certificates }: CalendarAccessArguments, reach: Reach): void {
    const { parent, scope } = reach;
    const assignments = settings.application.roles.map((role) => {
      const inputs = {
        ...reach.ownership("assignment"),
        name: applicationAssignmentName(role, settings.names.application, settings.reach),
        role,
        roleGroup: "",
        app: this.objectId,
        ownsApp: app?.isAdopted === false,
        writeScope: reach.writeScope,
        scope: reach.scopeId,
        enabled: true,
        regrant: settings.regrant,
        members: reach.tenant.members,
      };
      const dependsOn = scope === undefined ? [this.pointer] : [this.pointer, scope];
      return [role, new RoleAssignment(logicalName(role), inputs, { parent, dependsOn })] as const;
    });
    this.assignments = new Map(assignments);
    const resources = assignments.map(([, assignment]) => assignment);
    this.check = new ApplicationCheck(
      "application-check",
      {
        reach: settings.reach,
        roles: settings.application.roles.join("\n"),
        assignments: pulumi.all(resources.map((each) => each.id)).apply((ids) => ids.join("\n")),
        app: this.objectId,
        appId: this.clientId,
        pointer: this.pointer.id,
        scope: reach.scopeId,
        group: reach.groupId,
        members: reach.tenant.members,
        mustStayOut: reach.tenant.mustStayOut,
        certificates: certificates
          .map(({ thumbprint, notAfter, notBefore }) => `${thumbprint} ${notAfter} ${notBefore}`)
          .join("\n"),
        isOwnApp: settings.application.clientId === undefined,
        appIsAdopted: app?.isAdopted === true,
        roleGroup: reach.roleGroupId,
        revokes: settings.revokeTenantWideConsent,
        verdict: toBeProved,
      },
      { parent, dependsOn: resources },
    );
  }
}

/** `application-assignment-calendars-readwrite` for `Application Calendars.ReadWrite`. */
function logicalName(role: string): string {
  return `application-assignment-${role
    .replace("Application ", "")
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, "-")}`;
}

/**
 * What an enterprise app that was there before keeps as it is: what the program does not name azuread would set back to
 * its defaults, and the owners it would take away. It also stays unmarked, so that it is never taken for one that the
 * stack made.
 */
const othersSettings = [
  "alternativeNames",
  "appRoleAssignmentRequired",
  "description",
  "featureTags",
  "features",
  "loginUrl",
  "notes",
  "notificationEmailAddresses",
  "owners",
  "preferredSingleSignOnMode",
  "samlSingleSignOn",
  "tags",
  "useExisting",
];

/** The own app with its certificates, or the vendor's app by its client id: then no secret and no key is here. */
function makeApp(
  { settings, certificates, mark, provider }: CalendarAccessArguments,
  app: EnterpriseApp,
  { parent, tenant }: Pick<Reach, "parent" | "tenant">,
): { principal: azuread.ServicePrincipal; clientId: pulumi.Output<string>; keys?: ApplicationCertificates } {
  const options = { parent, provider, dependsOn: [tenant] };
  // It was there before the stack, and others may depend on it: what the stack added to it goes, it never does.
  const kept = app.isAdopted ? { retainOnDelete: true } : {};
  // Disabling the enterprise app is somebody's emergency stop (design.md §7.10).
  const stop = {
    ignoreChanges: [...(settings.regrant ? [] : ["accountEnabled"]), ...(app.isAdopted ? othersSettings : [])],
  };
  const imported = app.importServicePrincipal === undefined ? {} : { import: app.importServicePrincipal };
  const vendor = settings.application.clientId;
  if (vendor !== undefined) {
    const principal = new azuread.ServicePrincipal(
      "enterprise-app",
      { clientId: vendor, accountEnabled: true, notes: mark },
      { ...options, ...kept, ...stop, ...imported },
    );
    return { principal, clientId: pulumi.output(vendor) };
  }
  const application = new azuread.Application(
    "application",
    { displayName: settings.names.application, signInAudience: "AzureADMyOrg", notes: mark },
    { ...options, ...(app.importApplication === undefined ? {} : { import: app.importApplication }) },
  );
  // Entra deletes both with the registration (docs/fidelity.md): to wait for their own ends would only take time.
  const ending = { deletedWith: application };
  const sorted = certificates.toSorted((one, other) => (one.thumbprint < other.thumbprint ? -1 : 1));
  const keys = new ApplicationCertificates(
    "application-certificates",
    {
      mark,
      application: application.id.apply((id) => id.replace("/applications/", "").toLowerCase()),
      certificates: sorted.map(({ thumbprint }) => thumbprint).join("\n"),
      contents: sorted.map(({ content }) => content).join("\n"),
      removeKeys: settings.application.removeKeys.join("\n"),
    },
    { parent, dependsOn: [tenant], ...ending },
  );
  const principal = new azuread.ServicePrincipal(
    "enterprise-app",
    { clientId: application.clientId, accountEnabled: true, notes: mark },
    { ...options, ...stop, ...imported, ...ending },
  );
  return { principal, clientId: application.clientId, keys };
}
