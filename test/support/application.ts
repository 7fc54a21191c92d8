/** An application's access for tests: the app in Entra, the inputs of its artifacts, and what changes what it reaches. */
import { applicationCheck } from "../../resources/applicationCheck.ts";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import { exchangeServicePrincipal } from "../../resources/exchangeServicePrincipal.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { managementScope } from "../../resources/managementScope.ts";
import { applicationAssignmentName } from "../../resources/lifecycle/assignmentName.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import type { RoleAssignment } from "../../simulator/tenant/exchangeModel.ts";
import { toBeProved } from "../../resources/proof/verdict.ts";
import { assignmentInputs, listed, mark, scopeInputs, securityGroupInputs } from "./access.ts";
import { type TestTenant } from "./tenant.ts";
import { reachAfterEachWrite } from "./reach.ts";
import { dirk } from "./people.ts";

export const applicationRole = "Application Calendars.ReadWrite";
/** Name of the app, and of it in the journal. */
export const applicationName = "CallPro Calendar Access";
/** Client id of the vendor's app in the seed. */
export const vendorId = "12345678-aaaa-bbbb-cccc-1234567890ab";

/** An enterprise app in Entra. */
export interface EnterpriseApp {
  readonly appId: string;
  readonly objectId: string;
}

/** Registers an app and makes its enterprise app, as azuread does. */
export async function makeApp(tenant: TestTenant, displayName = applicationName): Promise<EnterpriseApp> {
  const { appId } = await tenant.graph("POST", "/applications", { displayName, notes: mark });
  const { id } = await tenant.graph("POST", "/servicePrincipals", { appId, accountEnabled: true, notes: mark });
  return { appId: String(appId), objectId: String(id) };
}

/** Puts an app registration and its enterprise app straight into the directory; `clientId` for one of elsewhere. */
export function placeApp(tenant: TestTenant, notes: string | undefined, clientId?: string): EnterpriseApp {
  const { applications, servicePrincipals } = tenant.tenant;
  const number = String(applications.length + servicePrincipals.length).padStart(12, "0");
  const appId = clientId ?? `0a0a0a0a-0000-4000-8000-${number}`;
  const objectId = `0b0b0b0b-0000-4000-8000-${number}`;
  const common = { appId, displayName: applicationName, ownerIds: [], other: notes === undefined ? {} : { notes } };
  if (clientId === undefined) {
    const id = `0c0c0c0c-0000-4000-8000-${number}`;
    applications.push(structuredClone({ ...common, id, secrets: [], keyCredentials: [] }));
  }
  const own = { id: objectId, accountEnabled: true, appRoles: [], directoryRoles: [] };
  servicePrincipals.push(structuredClone({ ...common, ...own }));
  return { appId, objectId };
}

const ownership = { mark, adopt: false, onDestroy: "remove" };

export function pointerInputs({ appId, objectId }: EnterpriseApp, ownsApp = true): Properties {
  return { ...ownership, displayName: applicationName, appId, objectId, ownsApp };
}

export function applicationScopeInputs(group: string, { objectId }: EnterpriseApp): Properties {
  return { ...scopeInputs(group, ""), app: objectId };
}

/** Reach `group`, or `organization` where there is no scope. */
export function applicationAssignmentInputs(
  tenant: TestTenant,
  { objectId }: EnterpriseApp,
  scope: string,
  role = applicationRole,
): Properties {
  return {
    ...assignmentInputs(tenant, "", scope),
    name: applicationAssignmentName(role, applicationName, scope === "" ? "organization" : "group"),
    role,
    app: objectId,
    ownsApp: true,
  };
}

/** What a stack in application mode holds but for the proof, as the engine records it. */
export interface ApplicationObjects {
  readonly app: EnterpriseApp;
  readonly pointer: Recorded;
  readonly securityGroup: Recorded | undefined;
  readonly scope: Recorded | undefined;
  readonly assignment: Recorded;
}

export interface ApplicationAccess extends ApplicationObjects {
  readonly check: Recorded;
}

export function applicationCheckInputs(tenant: TestTenant, access: ApplicationObjects): Properties {
  const isScoped = access.scope !== undefined;
  return {
    reach: isScoped ? "group" : "organization",
    roles: applicationRole,
    assignments: access.assignment.id,
    app: access.app.objectId,
    appId: access.app.appId,
    pointer: access.pointer.id,
    scope: access.scope?.id ?? "",
    group: access.securityGroup?.id ?? "",
    members: tenant.lines(...listed),
    mustStayOut: isScoped ? tenant.lines(dirk) : "",
    takenOver: "",
    certificates: "",
    isOwnApp: true,
    appIsAdopted: false,
    roleGroup: "",
    revokes: false,
    verdict: toBeProved,
  };
}

/** Of reach `group`. */
export interface ScopedObjects extends ApplicationObjects {
  readonly securityGroup: Recorded;
  readonly scope: Recorded;
}

/** Makes an app's access in the order of an `up`; `shared` are a group and scope that are there already. */
export async function makeScopedObjects(
  tenant: TestTenant,
  context: Context,
  app: EnterpriseApp,
  shared: Partial<Pick<ApplicationObjects, "securityGroup" | "scope">> = {},
): Promise<ScopedObjects> {
  const pointer = await exchangeServicePrincipal.create(context, pointerInputs(app));
  const group = shared.securityGroup ?? (await securityGroup.create(context, securityGroupInputs(tenant)));
  const scope = shared.scope ?? (await managementScope.create(context, applicationScopeInputs(group.id, app)));
  const assignment = await roleAssignment.create(context, applicationAssignmentInputs(tenant, app, scope.id));
  return { app, pointer, securityGroup: group, scope, assignment };
}

async function makeWideObjects(tenant: TestTenant, context: Context, app: EnterpriseApp): Promise<ApplicationObjects> {
  const pointer = await exchangeServicePrincipal.create(context, pointerInputs(app));
  const assignment = await roleAssignment.create(context, applicationAssignmentInputs(tenant, app, ""));
  return { app, pointer, securityGroup: undefined, scope: undefined, assignment };
}

/** Makes the app and its access, and proves it; reach `group` unless told otherwise. */
export async function makeApplicationAccess(
  tenant: TestTenant,
  context: Context,
  reach: "group" | "organization" = "group",
): Promise<ApplicationAccess> {
  const make = reach === "group" ? makeScopedObjects : makeWideObjects;
  const made = await make(tenant, context, await makeApp(tenant));
  return { ...made, check: await proveApplicationAccess(tenant, context, made) };
}

/** Proves it as the stack does, `beside` the other access mode's role group; rejects where the proof fails. */
export async function proveApplicationAccess(
  tenant: TestTenant,
  context: Context,
  access: ApplicationObjects,
  beside?: Recorded,
): Promise<Recorded> {
  const inputs = { ...applicationCheckInputs(tenant, access), roleGroup: beside?.id ?? "" };
  return applicationCheck.create(context, inputs);
}

/** Removes everything in the order of a destroy, but for the app, which is azuread's. */
export async function removeApplicationAccess(context: Context, access: ApplicationAccess): Promise<void> {
  await applicationCheck.remove(context, access.check);
  await roleAssignment.remove(context, access.assignment);
  if (access.scope !== undefined) await managementScope.remove(context, access.scope);
  if (access.securityGroup !== undefined) await securityGroup.remove(context, access.securityGroup);
  await exchangeServicePrincipal.remove(context, access.pointer);
}

/** Consents an application permission, as the customer's administrator does in Entra; `holder`: the app or a group. */
export function consent(
  tenant: TestTenant,
  holder: string,
  permission: string,
  resource: "Microsoft Graph" | "Office 365 Exchange Online" = "Microsoft Graph",
): void {
  const owner = tenant.tenant.servicePrincipals.find(({ displayName }) => displayName === resource);
  const appRole = owner?.appRoles.find(({ value }) => value === permission);
  if (owner === undefined || appRole === undefined) throw new Error(`${resource} has no permission ${permission}.`);
  tenant.tenant.appRoleAssignments.push({
    id: `${permission}-${holder}`,
    appRoleId: appRole.id,
    principalId: holder,
    resourceId: owner.id,
    createdDateTime: new Date(tenant.running.clock.now()).toISOString(),
  });
}

/** Puts an object into a new security group in Entra; returns the group's object id; it may give a directory role. */
export function putIntoGroup(tenant: TestTenant, displayName: string, member: string, role?: string): string {
  const id = `9e000000-0000-4000-8000-${String(tenant.tenant.groups.length).padStart(12, "0")}`;
  const kind = { mail: null, mailEnabled: false, securityEnabled: true, groupTypes: [] };
  const directoryRoles = role === undefined ? [] : [role];
  tenant.tenant.groups.push({ id, displayName, ...kind, memberIds: [member], directoryRoles });
  return id;
}

/** The role assignments of an app as the tenant holds them. */
export function assignmentsOfApp(tenant: TestTenant, { objectId }: EnterpriseApp): RoleAssignment[] {
  const pointer = tenant.tenant.exchangeServicePrincipals.find((each) => each.objectId === objectId);
  return tenant.tenant.assignments.filter(({ assignee }) => assignee === pointer?.guid);
}

/** What the app could reach after each write so far. */
export function applicationReaches(tenant: TestTenant, from = 0): (readonly string[])[] {
  return reachAfterEachWrite(tenant.running.journal.entries.slice(from), applicationName);
}
