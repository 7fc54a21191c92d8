/** A stack's artifacts for tests: their inputs as the program gives them, and the engine's way of driving them. */
import { impersonationCheck } from "../../resources/impersonationCheck.ts";
import { UnfinishedError, type Artifact, type Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { managementScope, rightFilter } from "../../resources/managementScope.ts";
import { markOf } from "../../resources/lifecycle/mark.ts";
import { wholeOrganization } from "../../resources/lifecycle/assignmentName.ts";
import { roleAssignment } from "../../resources/roleAssignment.ts";
import { roleGroup } from "../../resources/roleGroup.ts";
import { securityGroup } from "../../resources/securityGroup.ts";
import { nothingKnown } from "../../resources/tenant/tenantInputs.ts";
import { nothingProved } from "../../resources/proof/strangers.ts";
import { toBeProved } from "../../resources/proof/verdict.ts";
import type { TestPlace } from "./tenant.ts";
import { ad, eva, dirk, sander, serviceUser } from "./people.ts";

export const role = "ApplicationImpersonation";
export const mark = markOf("calendar-access", "contoso", "0c0ffee0-0000-4000-8000-00000000000a");
export const names = {
  roleGroup: "CallPro Calendar Access",
  securityGroup: "SecurityGroup-CallPro Calendar Access",
  scope: "Scope-CallPro Calendar Access",
  assignment: "ApplicationImpersonation-CallPro Calendar Access",
};
/** The mailboxes of the stack. */
export const listed = [ad, eva];

const ownership = { mark, adopt: false, onDestroy: "remove" };

export function roleGroupInputs(user: string): Properties {
  return { ...ownership, name: names.roleGroup, members: user, role, marked: true };
}

export function securityGroupInputs(tenant: TestPlace, roleGroupId = ""): Properties {
  return {
    ...ownership,
    name: names.securityGroup,
    members: tenant.lines(...listed),
    owner: tenant.lines(sander),
    hiddenFromAddressLists: true,
    memberJoinRestriction: "Closed",
    memberDepartRestriction: "Closed",
    marked: true,
    scopeName: names.scope,
    roleGroup: roleGroupId,
    app: "",
    clientId: "",
    ...nothingProved,
  };
}

export function scopeInputs(group: string, roleGroupId: string): Properties {
  return { ...ownership, name: names.scope, filter: rightFilter, group, roleGroup: roleGroupId, app: "" };
}

export function assignmentInputs(tenant: TestPlace, roleGroupId: string, scope: string): Properties {
  return {
    ...ownership,
    name: names.assignment,
    role,
    roleGroup: roleGroupId,
    app: "",
    ownsApp: false,
    writeScope: scope === "" ? wholeOrganization : names.scope,
    scope,
    enabled: true,
    regrant: false,
    members: tenant.lines(...listed),
    stopped: "",
  };
}

export function checkInputs(tenant: TestPlace, access: Omit<Access, "check">): Properties {
  return {
    reach: access.scope === undefined ? "organization" : "group",
    role,
    assignment: access.assignment.id,
    roleGroup: access.roleGroup.id,
    scope: access.scope?.id ?? "",
    group: access.securityGroup?.id ?? "",
    user: access.user,
    members: tenant.lines(...listed),
    mustStayOut: access.scope === undefined ? "" : tenant.lines(dirk),
    takenOver: "",
    callCentreClientId: "",
    keepsUser: false,
    app: "",
    appId: "",
    verdict: toBeProved,
  };
}

/** A whole stack, as the engine records it. */
export interface Access {
  readonly user: string;
  readonly roleGroup: Recorded;
  readonly securityGroup: Recorded | undefined;
  readonly scope: Recorded | undefined;
  readonly assignment: Recorded;
  readonly check: Recorded;
}

/** Makes everything in the document's order; reach `group` unless told otherwise. */
export async function makeAccess(
  tenant: TestPlace,
  context: Context,
  reach: "group" | "organization" = "group",
): Promise<Access> {
  const user = await tenant.makeUser(serviceUser, mark);
  const madeRoleGroup = await roleGroup.create(context, roleGroupInputs(user));
  const madeGroup =
    reach === "group" ? await securityGroup.create(context, securityGroupInputs(tenant, madeRoleGroup.id)) : undefined;
  const madeScope =
    madeGroup === undefined
      ? undefined
      : await managementScope.create(context, scopeInputs(madeGroup.id, madeRoleGroup.id));
  const inputs = assignmentInputs(tenant, madeRoleGroup.id, madeScope?.id ?? "");
  const assignment = await roleAssignment.create(context, inputs);
  const made = { user, roleGroup: madeRoleGroup, securityGroup: madeGroup, scope: madeScope, assignment };
  return { ...made, check: await impersonationCheck.create(context, checkInputs(tenant, made)) };
}

/** Removes everything in the order of a destroy. */
export async function removeAccess(context: Context, access: Access): Promise<void> {
  await impersonationCheck.remove(context, access.check);
  await roleAssignment.remove(context, access.assignment);
  if (access.scope !== undefined) await managementScope.remove(context, access.scope);
  if (access.securityGroup !== undefined) await securityGroup.remove(context, access.securityGroup);
  await roleGroup.remove(context, access.roleGroup);
}

/** What a preview shows of one resource: which recorded properties differ from what is asked for. */
export async function previewOf(
  artifact: Artifact,
  context: Context,
  recorded: Recorded,
  desired: Properties,
): Promise<{ changed: string[]; replaces: string[] }> {
  const reading = await artifact.read(context, recorded);
  if (reading === undefined) throw new Error(`The ${artifact.title} is gone.`);
  const { inputs, problems } = await artifact.check(context, reading.inputs, desired);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const plan = artifact.diff(reading.properties, inputs);
  const changed = Object.keys(inputs).filter((name) => !isEqual(reading.inputs[name], inputs[name]));
  return { changed: plan.changes ? changed : [], replaces: plan.replaces };
}

/** One resource's part of an `up`: refresh, check, diff, and then create, update, replace or nothing. */
export async function up(
  artifact: Artifact,
  context: Context,
  desired: Properties,
  recorded?: Recorded,
): Promise<Recorded> {
  const reading = recorded === undefined ? undefined : await artifact.read(context, recorded);
  const { inputs, problems } = await artifact.check(context, reading?.inputs, desired);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  if (recorded === undefined || reading === undefined) return artifact.create(context, inputs);
  const refreshed = { id: recorded.id, properties: reading.properties };
  const plan = artifact.diff(refreshed.properties, inputs);
  if (!plan.changes) return refreshed;
  if (plan.replaces.length === 0) {
    return { id: recorded.id, properties: await artifact.update(context, refreshed, inputs) };
  }
  if (plan.deleteBeforeReplace) await artifact.remove(context, refreshed);
  const made = await artifact.create({ ...context, held: new Set([...context.held, recorded.id]) }, inputs);
  if (!plan.deleteBeforeReplace) await artifact.remove(context, refreshed);
  return made;
}

/** As {@link up}; a failure gives what the engine records of it: nothing, or an unfinished object. */
export async function tryUp(
  artifact: Artifact,
  context: Context,
  desired: Properties,
  recorded?: Recorded,
): Promise<{ recorded: Recorded | undefined; error: Error | undefined }> {
  try {
    return { recorded: await up(artifact, context, desired, recorded), error: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const unfinished = error instanceof UnfinishedError ? { id: error.id, properties: error.properties } : recorded;
    return { recorded: unfinished, error };
  }
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the program asks of the tenant; `user` and addresses as the settings give them. */
export function tenantInputs(): Properties {
  return {
    mark,
    initialDomain: "buitendienst.onmicrosoft.com",
    access: "impersonation",
    reach: "group",
    role,
    roles: "Application Calendars.ReadWrite",
    ...names,
    application: "CallPro Calendar Access",
    user: serviceUser,
    serviceUserName: "svcServiceAccount",
    ownsUser: true,
    userIsAdopted: false,
    callCentreClientId: "",
    clientId: "",
    app: "",
    ownsApp: false,
    members: listed.map((address) => `${address}\n`).join(""),
    vanished: "",
    mustStayOut: `${dirk}\n`,
    owner: sander,
    stopped: "",
    takenOver: "",
    begun: "",
    confirmedAddresses: [],
    adopt: [],
    onDestroy: "remove",
    regrant: false,
    allowOrganizationCustomization: false,
    removeLeftovers: false,
    revokeTenantWideConsent: false,
    conflicts: [],
    known: nothingKnown,
  };
}

/** The same in application mode, with an app of the stack's own. */
export function applicationTenantInputs(change: Properties = {}): Properties {
  return { ...tenantInputs(), access: "application", user: "", ownsUser: false, ownsApp: true, ...change };
}
