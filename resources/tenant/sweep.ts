/**
 * Removes what an interrupted run left that is ours and that the state does not know: found by its mark, or by exact
 * equality with marked objects; access first (design.md §4, §7.2).
 */
import { findApplications, findServicePrincipal, idOf } from "../../directory/applications.ts";
import { isDirectoryError } from "../../directory/errors.ts";
import { quoted, type GraphObject } from "../../directory/graph.ts";
import { deleteUser, findUserByPrincipalName } from "../../directory/users.ts";
import { exchangeServicePrincipalLifecycle } from "../exchangeServicePrincipal.ts";
import type { Context, Found, Lifecycle, Ownership } from "../lifecycle/contract.ts";
import { entraOf } from "../lifecycle/entra.ts";
import { managementScopeLifecycle } from "../managementScope.ts";
import { bearsMark } from "../lifecycle/mark.ts";
import { idsOf, parseMembers } from "../recipients/memberList.ts";
import { removeWhole } from "../lifecycle/removal.ts";
import { noScope } from "../lifecycle/assignmentName.ts";
import { nothingProved } from "../proof/strangers.ts";
import { roleAssignmentLifecycle } from "../roleAssignment.ts";
import { roleGroupLifecycle } from "../roleGroup.ts";
import { securityGroupMembers } from "../recipients/groupMembers.ts";
import { securityGroupLifecycle } from "../securityGroup.ts";
import { serviceAccountLifecycle } from "../serviceAccount.ts";
import { resolveServiceUser } from "../recipients/serviceUser.ts";
import { desiredOf } from "./desired.ts";
import { demandClosed, removeBegun } from "./openAssignments.ts";
import { uses, type LastingInputs } from "./tenantInputs.ts";

/** Finds and removes; reports each object. Objects of others are never touched. */
export async function sweep(context: Context, tenant: LastingInputs): Promise<void> {
  const apps = uses(tenant, "application") && tenant.ownsApp ? await findApps(context, tenant) : [];
  const principals = apps.filter(({ objectId }) => objectId !== "");
  const nothingElse = {
    conflicts: [],
    adopt: [],
    onDestroy: "remove",
    regrant: false,
    revokeTenantWideConsent: false,
  } as const;
  await removeBegun(context, tenant);
  const asked = { ...tenant, ...nothingElse };
  const wanted = desiredOf(asked);
  const { members, owner } = tenant;
  const app = principals[0]?.objectId ?? "";
  // A role group's members are known by object id: the state may know the service user by its name alone.
  const { line: user } = await resolveServiceUser(context, tenant.user);
  const roleGroupWanted = wanted.roleGroup(user);
  const unheld = wanted.securityGroup({ members, owner, roleGroup: "", app, ...nothingProved });
  const [roleGroup, group] = await Promise.all([
    findOurs(context, roleGroupLifecycle, roleGroupWanted),
    findOurs(context, securityGroupLifecycle, unheld).then((found) => withoutStrangers(context, tenant, found)),
  ]);
  const holder = roleGroup?.id ?? "";
  const scopeWanted = wanted.scope({ group: group?.id ?? "", roleGroup: holder, app });
  const scope = group === undefined ? undefined : await findOurs(context, managementScopeLifecycle, scopeWanted);

  for (const reach of ["group", "organization"] as const) {
    const there = desiredOf({ ...asked, reach });
    const place = { scope: reach === "group" ? (scope?.id ?? noScope) : "", members, stopped: "" };
    if (holder !== "") {
      await sweepOne(context, roleAssignmentLifecycle, there.impersonationAssignment({ ...place, roleGroup: holder }));
    }
    for (const { objectId } of principals) {
      for (const inputs of there.applicationAssignments({ ...place, app: objectId })) {
        await sweepOne(context, roleAssignmentLifecycle, inputs);
      }
    }
  }
  await removeFound(context, managementScopeLifecycle, scope, scopeWanted);
  await removeFound(context, securityGroupLifecycle, group, { ...unheld, roleGroup: holder });
  for (const { appId, objectId } of principals) {
    await sweepOne(context, exchangeServicePrincipalLifecycle, wanted.pointer({ appId, objectId }));
  }
  await removeFound(context, roleGroupLifecycle, roleGroup, roleGroupWanted);
  for (const each of apps) await removeApp(context, each);
  if (tenant.ownsUser) await sweepUser(context, tenant);
  await demandClosed(context, tenant, new Set());
}

async function findOurs<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  desired: Inputs,
): Promise<Found | undefined> {
  const marked = (await lifecycle.find(context, desired)).filter((found) => found.ours);
  for (const { id, title, obstacles } of marked.filter((found) => found.obstacles.length > 0)) {
    // What this run left on purpose was said then, with its reason.
    if (!context.left.has(id)) reportLeft(context, title, obstacles);
  }
  return marked.find((found) => found.obstacles.length === 0);
}

/** A mark can be copied along with the text that it stands in: alone it lets nothing be removed. */
function reportLeft(context: Context, title: string, why: readonly string[]): void {
  context.report(
    `${title}: bears this stack's mark, but is not as the stack makes it, so it was left: ${why.join("; ")}. Look at it, and remove it by hand if it is the stack's.`,
  );
}

/** A group is born with the listed mailboxes: one that holds others is somebody's copy, or was changed by somebody. */
async function withoutStrangers(
  context: Context,
  tenant: LastingInputs,
  group: Found | undefined,
): Promise<Found | undefined> {
  if (group === undefined || context.left.has(group.id)) return undefined;
  const listed = idsOf(parseMembers(`${tenant.members}\n${tenant.vanished}`));
  const strangers = ((await securityGroupMembers(context, group.id)) ?? []).filter(({ id }) => !listed.has(id));
  if (strangers.length === 0) return group;
  reportLeft(context, group.title, [
    `it has members that are not listed: ${strangers.map(({ address }) => address).join(", ")}`,
  ]);
  return undefined;
}

async function sweepOne<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  desired: Inputs,
): Promise<void> {
  await removeFound(context, lifecycle, await findOurs(context, lifecycle, desired), desired);
}

async function removeFound<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  found: Found | undefined,
  desired: Inputs,
): Promise<void> {
  if (found === undefined || context.left.has(found.id)) return;
  context.report(`${found.title}: left by an interrupted run of this stack; removing it.`);
  await removeWhole(lifecycle, context, found.id, desired);
}

async function sweepUser(context: Context, tenant: LastingInputs): Promise<void> {
  const [user] = parseMembers(tenant.user);
  if (user === undefined) return;
  if (context.entra === undefined) {
    const asked = {
      ...tenant,
      adopt: [],
      onDestroy: "remove",
      regrant: false,
      revokeTenantWideConsent: false,
    } as const;
    const wanted = desiredOf(asked).serviceAccount({ displayName: "", organizationalUnit: "", password: "" });
    await sweepOne(context, serviceAccountLifecycle, wanted);
    return;
  }
  const { graph } = context.entra;
  const found = await findUserByPrincipalName(graph, user.address);
  if (found === undefined || !bearsMark(found.jobTitle, tenant.mark)) return;
  context.report(`user ${user.address}: left by an interrupted run of this stack; removing it.`);
  await deleteUser(graph, found.id);
}

/** What azuread may have left of the application: only what bears the mark. */
interface App {
  readonly appId: string;
  /** Object id of the enterprise app; empty without one. */
  readonly objectId: string;
  /** Paths in Graph, in the order of removal. */
  readonly paths: readonly string[];
}

/**
 * An interrupted azuread may have made several, because its create is repeated after a lost answer; and while it makes
 * one, it gives it a name of its own for a moment (facts/azuread-recorded.md).
 */
async function findApps({ entra }: Context, tenant: LastingInputs): Promise<App[]> {
  if (entra === undefined) return [];
  const { graph } = entra;
  const isOurs = (object: GraphObject): boolean => bearsMark(object["notes"], tenant.mark);
  if (tenant.clientId !== "") {
    const principal = await findServicePrincipal(graph, tenant.clientId);
    return principal !== undefined && isOurs(principal) ? [appOf(tenant.clientId, principal, undefined)] : [];
  }
  const filter = `displayName eq ${quoted(tenant.application)} or startsWith(displayName,'TERRAFORM_UPDATE_')`;
  const applications = (await findApplications(graph, filter)).filter(isOurs);
  return Promise.all(
    applications.map(async (application) => {
      const appId = idOf(application, "appId");
      return appOf(appId, await findServicePrincipal(graph, appId), application);
    }),
  );
}

function appOf(appId: string, principal: GraphObject | undefined, application: GraphObject | undefined): App {
  return {
    appId,
    objectId: idOf(principal),
    paths: [
      ...(principal === undefined ? [] : [`/servicePrincipals/${idOf(principal)}`]),
      ...(application === undefined ? [] : [`/applications/${idOf(application)}`]),
    ],
  };
}

async function removeApp(context: Context, { appId, paths }: App): Promise<void> {
  context.report(`app ${appId}: left by an interrupted run of this stack; removing it.`);
  for (const path of paths) await removeFromEntra(context, path);
}

/** What is gone already is done: somebody else's work, or that of a call whose answer was lost. */
async function removeFromEntra(context: Context, path: string): Promise<void> {
  try {
    await entraOf(context).graph.remove(path);
  } catch (error) {
    if (!isDirectoryError(error, "notFound")) throw error;
  }
}
