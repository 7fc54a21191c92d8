/**
 * Removes what an interrupted run left that is ours and that the state does not know: found by its mark, or by exact
 * equality with marked objects; access first (design.md §4, §7.2).
 */
import { exchangeServicePrincipalLifecycle } from "../exchangeServicePrincipal.ts";
import { noScope } from "../lifecycle/assignmentName.ts";
import { parseBegun } from "../lifecycle/begun.ts";
import type { Context, Found, Lifecycle, Ownership } from "../lifecycle/contract.ts";
import { text } from "../lifecycle/exchangeValue.ts";
import { getByGuid } from "../lifecycle/lookup.ts";
import { groupNotes, roleGroupDescription, unmarkField, type MarkedField } from "../lifecycle/markedField.ts";
import { removeWhole } from "../lifecycle/removal.ts";
import { managementScopeLifecycle } from "../managementScope.ts";
import { nothingProved } from "../proof/strangers.ts";
import { securityGroupMembers } from "../recipients/groupMembers.ts";
import { idsOf, parseMembers } from "../recipients/memberList.ts";
import { resolveServiceUser } from "../recipients/serviceUser.ts";
import { roleAssignmentLifecycle } from "../roleAssignment.ts";
import { roleGroupLifecycle } from "../roleGroup.ts";
import { securityGroupLifecycle } from "../securityGroup.ts";
import { serviceAccountLifecycle } from "../serviceAccount.ts";
import { desiredOf } from "./desired.ts";
import { heldItsOwn, heldOwn, reportLeft } from "./leftBehind.ts";
import { demandClosed, removeBegun } from "./openAssignments.ts";
import { findApps, removeApp, sweepUser } from "./sweepIdentities.ts";
import { uses, type LastingInputs } from "./tenantInputs.ts";

/** A sweep takes nothing over, and keeps nothing. */
const nothingElse = {
  conflicts: [],
  adopt: [],
  onDestroy: "remove",
  regrant: false,
  revokeTenantWideConsent: false,
} as const;

/** Finds and removes; reports each object. Objects of others are never touched. */
export async function sweep(context: Context, tenant: LastingInputs): Promise<void> {
  await removeBegun(context, tenant);
  const sweepsApps = uses(tenant, "application") && tenant.ownsApp;
  const apps = sweepsApps ? await findApps(context, tenant) : { swept: [], left: [] };
  const principals = apps.swept.filter(({ objectId }) => objectId !== "");
  const asked = { ...tenant, ...nothingElse };
  const wanted = desiredOf(asked);
  const { members, owner } = tenant;
  const app = principals[0]?.objectId ?? "";
  // A role group's members are known by object id: the state may know the service user by its name alone.
  const { line: user } = await resolveServiceUser(context, tenant.user);
  const roleGroupWanted = wanted.roleGroup(user);
  const unheld = wanted.securityGroup({ members, owner, roleGroup: "", app, ...nothingProved });
  const [roleGroup, group] = await Promise.all([
    findOurs(context, roleGroupLifecycle, roleGroupWanted, {
      cmdlet: "Get-RoleGroup",
      name: tenant.roleGroup,
      field: roleGroupDescription,
    }),
    findOurs(context, securityGroupLifecycle, unheld, {
      cmdlet: "Get-DistributionGroup",
      name: tenant.securityGroup,
      field: groupNotes,
    }).then((found) => withoutStrangers(context, tenant, found)),
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
  // On an app of others: only what a run recorded before it made it.
  for (const { id, name } of parseBegun(tenant.begun).filter(({ kind }) => kind === "pointer")) {
    const inputs = wanted.pointer({ appId: tenant.clientId, objectId: id });
    await sweepOne(context, exchangeServicePrincipalLifecycle, { ...inputs, displayName: name });
  }
  await removeFound(context, roleGroupLifecycle, roleGroup, roleGroupWanted);
  for (const each of apps.swept) await removeApp(context, each);
  if (tenant.ownsUser) await (context.entra === undefined ? sweepAccount(context, tenant) : sweepUser(context, tenant));
  await demandClosed(context, tenant, new Set(apps.left.map(({ objectId }) => objectId)));
}

/** @param named what shows a group's name, and the one that a run gives it */
async function findOurs<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  desired: Inputs,
  named?: Named,
): Promise<Found | undefined> {
  const all = await lifecycle.find(context, desired);
  const marked = all.filter((found) => found.ours);
  // Taken over by a run that was interrupted before the state held it: it is as it was but for the mark of that.
  for (const { id, ours } of all) {
    const isDone = ours || context.left.has(id) || context.held.has(id);
    if (named !== undefined && !isDone) await unmarkField(context, id, named.field, desired.mark);
  }
  const held = heldOwn(context, lifecycle.kind);
  const judged = await Promise.all(
    marked.map(async (found) => {
      const why = held ? [heldItsOwn] : [...found.obstacles, ...(await otherName(context, found, named))];
      return { found, why };
    }),
  );
  for (const { found, why } of judged) {
    // What this run left on purpose was said then, with its reason; what it removed another back end may still show.
    const isSaid = context.left.has(found.id) || context.held.has(found.id);
    if (why.length > 0 && !isSaid) reportLeft(context, found.title, why);
  }
  return judged.find(({ why }) => why.length === 0)?.found;
}

interface Named {
  readonly cmdlet: "Get-RoleGroup" | "Get-DistributionGroup";
  readonly name: string;
  /** Where what was taken over bears a mark. */
  readonly field: MarkedField;
}

/** A group is born with its name, which nobody has changed for the stack while the state does not hold it. */
async function otherName({ exchange }: Context, { id }: Found, named: Named | undefined): Promise<string[]> {
  const group = named && (await getByGuid(exchange, named.cmdlet, id));
  const name = group === undefined ? named?.name : text(group, "Name");
  return name === named?.name ? [] : [`its name is "${name}", not "${named?.name}"`];
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

/** Of an organisation of Exchange Server. */
async function sweepAccount(context: Context, tenant: LastingInputs): Promise<void> {
  const wanted = desiredOf({ ...tenant, ...nothingElse });
  const account = wanted.serviceAccount({ displayName: "", organizationalUnit: "", password: "" });
  await sweepOne(context, serviceAccountLifecycle, account);
}
