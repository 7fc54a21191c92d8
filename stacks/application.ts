/** The way in on Exchange Online today: an app with application roles that are limited to the scope. */
import type * as Azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import {
  ApplicationCertificates,
  ApplicationCheck,
  ExchangeServicePrincipal,
  RoleAssignment,
} from "../resources/pulumiResources.ts";
import { azureadSdk } from "./azuread.ts";
import type { EnterpriseApp } from "./identityOfApp.ts";
import { idsOfReach, listFor, type Base, type CalendarAccessArguments, type Holders, type Reach } from "./reach.ts";

/** An app and Exchange's pointer to it. */
export interface Application {
  /** Client id. */
  readonly clientId: pulumi.Output<string>;
  /** Object id of the enterprise app. */
  readonly objectId: pulumi.Output<string>;
  readonly pointer: ExchangeServicePrincipal;
  /** Of an own app; the vendor's keys are none of this stack's. */
  readonly certificates: ApplicationCertificates | undefined;
}

/** What opens the mailboxes, and its proof. */
export interface ApplicationGrant {
  /** In the order of the roles. */
  readonly assignments: readonly RoleAssignment[];
  readonly check: ApplicationCheck;
}

/** Makes the own app, or takes the vendor's into the tenant, and the pointer. */
export function makeApplication(args: CalendarAccessArguments, base: Base): Application {
  const { app } = args;
  if (app === undefined) throw new Error("the application was not looked up");
  const { principal, clientId, keys } = makeApp(args, app, base);
  const objectId = principal.id.apply((id) => id.replace("/servicePrincipals/", "").toLowerCase());
  const pointer = new ExchangeServicePrincipal(
    "exchange-service-principal",
    base.desired.pointer({ appId: clientId, objectId }),
    { parent: base.parent, dependsOn: [base.tenant, principal, ...(keys === undefined ? [] : [keys])] },
  );
  return { clientId, objectId, pointer, certificates: keys };
}

/** Gives the roles and proves what they open: comes after the scope. */
export function grantApplication(
  { objectId, pointer }: Application,
  { certificates }: CalendarAccessArguments,
  base: Base,
  holders: Holders,
  reach: Reach,
): ApplicationGrant {
  const { parent, tenant, desired } = base;
  const { mustStayOut, stopped, takenOver } = tenant;
  const members = listFor(base, reach);
  const place = idsOfReach(reach);
  const dependsOn = reach.scope === undefined ? [pointer] : [pointer, reach.scope];
  const wanted = desired.applicationAssignments<pulumi.Input<string>>({
    app: objectId,
    scope: place.scope,
    members,
    stopped,
  });
  const assignments = wanted.map(
    (inputs) => new RoleAssignment(logicalName(inputs.role), inputs, { parent, dependsOn }),
  );
  const check = new ApplicationCheck(
    "application-check",
    desired.applicationCheck<pulumi.Input<string>>({
      ...holders,
      ...place,
      members,
      mustStayOut,
      takenOver,
      pointer: pointer.id,
      assignments: pulumi.all(assignments.map((each) => each.id)).apply((ids) => ids.join("\n")),
      certificates: certificates
        .map(({ thumbprint, notAfter, notBefore }) => `${thumbprint} ${notAfter} ${notBefore}`)
        .join("\n"),
    }),
    { parent, dependsOn: assignments },
  );
  return { assignments, check };
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

/** An owner whom somebody added is named by the proof and goes by hand: the stack removes nothing of others. */
const addedByOthers = ["owners"];

/** The own app with its certificates, or the vendor's app by its client id: then no secret and no key is here. */
function makeApp(
  { settings, certificates, mark, provider }: CalendarAccessArguments,
  app: EnterpriseApp,
  { parent, tenant }: Base,
): { principal: Azuread.ServicePrincipal; clientId: pulumi.Output<string>; keys?: ApplicationCertificates } {
  const azuread = azureadSdk();
  const options = { parent, provider: provider(), dependsOn: [tenant] };
  // It was there before the stack, and others may depend on it: what the stack added to it goes, it never does.
  const kept = app.isAdopted ? { retainOnDelete: true } : {};
  // Disabling the enterprise app is somebody's emergency stop (design.md §7.10).
  const stop = {
    ignoreChanges: [
      ...(settings.regrant ? [] : ["accountEnabled"]),
      ...(app.isAdopted ? othersSettings : addedByOthers),
    ],
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
    {
      ...options,
      ignoreChanges: addedByOthers,
      ...(app.importApplication === undefined ? {} : { import: app.importApplication }),
    },
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
