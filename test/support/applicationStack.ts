/** An application's access for tests: made as the program makes it, artifact by artifact. */
import { applicationCheck } from "../../resources/applicationCheck.ts";
import type { Recorded } from "../../resources/artifact.ts";
import { exchangeServicePrincipal } from "../../resources/exchangeServicePrincipal.ts";
import type { Context, Properties } from "../../resources/lifecycle.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { applicationAssignmentName, roleAssignment } from "../../resources/roleAssignment.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { dirk, listed, mark, names, scopeInputs, securityGroupInputs } from "./access.ts";
import type { TestTenant } from "./tenant.ts";

export const appName = "CallPro Calendar Access";
export const appRole = "Application Calendars.ReadWrite";
export const vendorId = "12345678-aaaa-bbbb-cccc-1234567890ab";

const ownership = { mark, adopt: false, onDestroy: "remove" };

/** Ids of an app in Entra. */
export interface EntraApp {
  readonly appId: string;
  /** Of the enterprise app. */
  readonly objectId: string;
}

/** Makes an app registration and its enterprise app, straight in the directory; `clientId` for one of elsewhere. */
export function makeApp(tenant: TestTenant, notes: string | undefined, clientId?: string): EntraApp {
  const { applications, servicePrincipals } = tenant.tenant;
  const number = String(applications.length + servicePrincipals.length).padStart(12, "0");
  const appId = clientId ?? `0a0a0a0a-0000-4000-8000-${number}`;
  const objectId = `0b0b0b0b-0000-4000-8000-${number}`;
  const other = notes === undefined ? {} : { notes };
  if (clientId === undefined) {
    const id = `0c0c0c0c-0000-4000-8000-${number}`;
    const made = { id, appId, displayName: appName, secrets: [], keyCredentials: [], ownerIds: [], other };
    applications.push(structuredClone(made));
  }
  const rest = { accountEnabled: true, appRoles: [], ownerIds: [], directoryRoles: [] };
  servicePrincipals.push({ id: objectId, appId, displayName: appName, ...rest, other: structuredClone(other) });
  return { appId, objectId };
}

export function pointerInputs({ appId, objectId }: EntraApp, ownsApp = true): Properties {
  return { ...ownership, displayName: appName, appId, objectId, ownsApp };
}

export function appAssignmentInputs(tenant: TestTenant, app: EntraApp, scope: string, ownsApp = true): Properties {
  return {
    ...ownership,
    name: applicationAssignmentName(appRole, appName, "group"),
    role: appRole,
    roleGroup: "",
    app: app.objectId,
    ownsApp,
    writeScope: names.scope,
    scope,
    enabled: true,
    regrant: false,
    members: tenant.lines(...listed),
  };
}

/** What a stack in application mode holds, as the engine records it. */
export interface ApplicationAccess {
  readonly app: EntraApp;
  readonly pointer: Recorded;
  readonly securityGroup: Recorded;
  readonly scope: Recorded;
  readonly assignment: Recorded;
}

/** Makes an app's access; `shared` are the group and scope that are there already. */
export async function makeApplication(
  tenant: TestTenant,
  context: Context,
  app: EntraApp,
  shared?: { readonly securityGroup: Recorded | undefined; readonly scope: Recorded | undefined },
): Promise<ApplicationAccess> {
  const pointer = await exchangeServicePrincipal.create(context, pointerInputs(app));
  const group = shared?.securityGroup ?? (await securityGroup.create(context, securityGroupInputs(tenant)));
  const scope =
    shared?.scope ?? (await managementScope.create(context, { ...scopeInputs(group.id, ""), app: app.objectId }));
  const assignment = await roleAssignment.create(context, appAssignmentInputs(tenant, app, scope.id));
  return { app, pointer, securityGroup: group, scope, assignment };
}

export function applicationCheckInputs(tenant: TestTenant, access: ApplicationAccess): Properties {
  return {
    reach: "group",
    roles: appRole,
    assignments: access.assignment.id,
    app: access.app.objectId,
    appId: access.app.appId,
    pointer: access.pointer.id,
    scope: access.scope.id,
    group: access.securityGroup.id,
    members: tenant.lines(...listed),
    mustStayOut: tenant.lines(dirk),
    certificates: "",
    revokes: false,
    verdict: "passed",
  };
}

/** Proves it as the stack does; rejects where the proof fails. */
export async function proveApplicationAccess(
  tenant: TestTenant,
  context: Context,
  access: ApplicationAccess,
): Promise<Recorded> {
  return applicationCheck.create(context, applicationCheckInputs(tenant, access));
}
