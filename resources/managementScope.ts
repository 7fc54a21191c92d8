/** The management scope: the filter that limits the role to direct members of the security group. */
import { isExchangeError } from "../exchange/errors.ts";
import { memberOfGroupFilter, namesOnlyGroup } from "../exchange/filter.ts";
import type { ExchangeObject } from "../exchange/session.ts";
import { isUnknown } from "./lifecycle/artifact.ts";
import { isOfApp, isOfRoleGroup } from "./lifecycle/assignmentRow.ts";
import { flag, guid, text } from "./lifecycle/exchangeValue.ts";
import { writeWhenReady } from "./lifecycle/hydration.ts";
import type { Context, Found, Lifecycle, Observed, Ownership } from "./lifecycle/contract.ts";
import { getByGuid, getOne, isHeld } from "./lifecycle/lookup.ts";
import { bearsMark } from "./lifecycle/mark.ts";
import { artifactOf } from "./lifecycle/reconciler.ts";
import { assignmentsOn, removeAssignment } from "./lifecycle/scopeAssignments.ts";
import { stackBehindScope } from "./lifecycle/stackBehind.ts";
import { UserError } from "./lifecycle/userError.ts";

/**
 * What the filter says while it is right. The DN itself is no input: it is only known once the group exists, it changes
 * with the group's name, and a member change must not preview as a change of the scope (facts/pulumi.md §0.5).
 */
export const rightFilter = "MemberOfGroup -eq '<the security group>'";

/** What the scope is to be. */
export interface ManagementScopeInputs extends Ownership {
  /** At most 64 characters, unique in the tenant. */
  readonly name: string;
  /** {@link rightFilter}; a live filter that names anything else than the group is shown as it is. */
  readonly filter: string;
  /** GUID of the security group. */
  readonly group: string;
  /** GUID of the role group whose assignment may use this scope; empty without one. */
  readonly roleGroup: string;
  /** Object id of the enterprise app whose assignments may use it; empty without one. */
  readonly app: string;
}

/** The scope's lifecycle (facts/exchange.md §2.1). */
export const managementScopeLifecycle: Lifecycle<ManagementScopeInputs> = {
  kind: "managementScope",
  title: "management scope",
  // Whose assignments may use it is no part of the object; it is compared because a removal judges by what is recorded.
  compared: ["name", "filter", "group", "roleGroup", "app"],
  replacedBy: [],

  async find(context, desired) {
    const [scope] = await Promise.all([
      getOne(context.exchange, "Get-ManagementScope", { Identity: desired.name }),
      // What comes next needs the group's name, whether the scope is there or not.
      groupName(context, desired.group),
    ]);
    return scope === undefined ? [] : [await describe(context, scope, desired)];
  },

  async create(context, desired) {
    const [made] = await writeWhenReady(context, "New-ManagementScope", {
      Name: desired.name,
      RecipientRestrictionFilter: memberOfGroupFilter([await awaitGroupName(context, desired.group)]),
    });
    if (made === undefined) throw new UserError("management scope: Exchange accepted it but returned nothing.");
    return guid(made);
  },

  observe: observeManagementScope,

  async sight(context, id, recorded) {
    const scope = await getByGuid(context.exchange, "Get-ManagementScope", id);
    return scope && { id, inputs: { ...recorded, name: text(scope, "Name") }, outputs: {} };
  },

  async beside(context, id, desired) {
    return (await assignmentsOn(context, id, desired.name)).map((assignment) => guid(assignment));
  },

  async release(context, id, recorded, beside) {
    for (const assignment of await assignmentsOn(context, id, recorded.name)) {
      if (beside.includes(guid(assignment)) || !(await isOwn(context, assignment, recorded))) continue;
      const name = text(assignment, "Name");
      context.report(`role assignment "${name}": left by an interrupted run of this stack; removing it.`);
      await removeAssignment(context, guid(assignment));
    }
  },

  async align(context, live, desired) {
    const changes = {
      ...(live.inputs.name === desired.name ? {} : { Name: desired.name }),
      ...(live.inputs.filter === desired.filter && live.inputs.group === desired.group
        ? {}
        : { RecipientRestrictionFilter: memberOfGroupFilter([await awaitGroupName(context, desired.group)]) }),
    };
    // Whose assignments may use it is only recorded.
    if (Object.keys(changes).length === 0) return;
    await context.exchange.write("Set-ManagementScope", { Identity: live.id, ...changes, Confirm: false });
  },

  async whyStays(context, { id, inputs }) {
    const others = await othersOn(context, id, inputs);
    if (others.length === 0) return undefined;
    const names = others.map((assignment) => `the role assignment "${text(assignment, "Name")}"`).join(", ");
    return `management scope "${inputs.name}": others use it: ${names}. Without it every mailbox would be open to them, so it is left as it is, with its group. It is no longer this stack's: once nobody uses it, remove both by hand (Remove-ManagementScope, Remove-DistributionGroup).`;
  },

  remove: removeManagementScope,
};

/** The group's distinguished name; a fresh group may come without one (facts/exchange.md §2.5). */
async function awaitGroupName(context: Context, group: string): Promise<string> {
  return context.waitFor("the security group's distinguished name", async () => {
    const name = await groupName(context, group);
    return name === "" ? undefined : name;
  });
}

async function groupName(context: Context, group: string): Promise<string> {
  if (group === "" || isUnknown(group)) return "";
  const found = await getByGuid(context.exchange, "Get-DistributionGroup", group);
  return found === undefined ? "" : text(found, "DistinguishedName");
}

async function observeManagementScope(
  context: Context,
  id: string,
  recorded: ManagementScopeInputs,
): Promise<Observed<ManagementScopeInputs> | undefined> {
  const [scope, distinguishedName] = await Promise.all([
    getByGuid(context.exchange, "Get-ManagementScope", id),
    groupName(context, recorded.group),
  ]);
  if (scope === undefined) return undefined;
  const live = text(scope, "RecipientFilter");
  return {
    id,
    inputs: {
      name: text(scope, "Name"),
      filter: namesOnlyGroup(live, distinguishedName) ? rightFilter : live,
      group: recorded.group,
      roleGroup: recorded.roleGroup,
      app: recorded.app,
      mark: recorded.mark,
      adopt: recorded.adopt,
      onDestroy: recorded.onDestroy,
    },
    outputs: { recipientFilter: live },
  };
}

/**
 * Assignments of others on the scope, which keep it: where Exchange cleared the assignments instead of refusing, they
 * would reach every mailbox.
 */
async function othersOn(context: Context, id: string, inputs: ManagementScopeInputs): Promise<ExchangeObject[]> {
  const others: ExchangeObject[] = [];
  for (const assignment of await assignmentsOn(context, id, inputs.name)) {
    if (!(await isOwn(context, assignment, inputs))) others.push(assignment);
  }
  return others;
}

/** Removes our own leftover assignments on the scope, then the scope, which nobody else has used until now. */
async function removeManagementScope(context: Context, live: Observed<ManagementScopeInputs>): Promise<void> {
  const users = await assignmentsOn(context, live.id, live.inputs.name);
  await refuseWithOthers(context, live, users);
  for (const assignment of users) await removeAssignment(context, guid(assignment));
  await context.waitFor("the scope to be free of assignments", async () =>
    (await assignmentsOn(context, live.id, live.inputs.name)).length === 0 ? true : undefined,
  );
  try {
    await context.exchange.write("Remove-ManagementScope", { Identity: live.id, Confirm: false });
  } catch (error) {
    // What a scope in use is refused with is not known, nor its language (facts/exchange.md §3.1): what is there tells.
    if (isExchangeError(error)) {
      await refuseWithOthers(context, live, await assignmentsOn(context, live.id, live.inputs.name), error);
    }
    throw error;
  }
}

async function refuseWithOthers(
  context: Context,
  { inputs }: Observed<ManagementScopeInputs>,
  users: readonly ExchangeObject[],
  cause?: unknown,
): Promise<void> {
  for (const assignment of users) {
    if (await isOwn(context, assignment, inputs)) continue;
    throw new UserError(
      `management scope "${inputs.name}": the role assignment "${text(assignment, "Name")}" of others has just come to it, so it was not removed. Run destroy again.`,
      { cause },
    );
  }
}

/**
 * Removes the scope that an interrupted run left on the stack's group, unused: once the group is gone, or the stack,
 * nothing would tell any more whose it is. Ours by exact equality: it has our name and names our group alone.
 * @param beside GUIDs of scopes that were there before the stack took the group over
 */
export async function removeLeftoverScope(
  context: Context,
  name: string,
  distinguishedName: string,
  beside: readonly string[] = [],
): Promise<void> {
  const scope = await getOne(context.exchange, "Get-ManagementScope", { Identity: name });
  if (scope === undefined || flag(scope, "Exclusive") || beside.includes(guid(scope))) return;
  if (!namesOnlyGroup(text(scope, "RecipientFilter"), distinguishedName)) return;
  if ((await assignmentsOn(context, guid(scope), name)).length > 0) return;
  context.report(`management scope "${name}": left by an interrupted run of this stack; removing it.`);
  await context.exchange.write("Remove-ManagementScope", { Identity: guid(scope), Confirm: false });
}

async function isOwn(
  context: Context,
  assignment: ExchangeObject,
  { roleGroup, app }: ManagementScopeInputs,
): Promise<boolean> {
  if (isOfApp(assignment, app)) return true;
  if (roleGroup === "" || isUnknown(roleGroup) || text(assignment, "RoleAssigneeType") !== "RoleGroup") return false;
  return isOfRoleGroup(assignment, await getByGuid(context.exchange, "Get-RoleGroup", roleGroup));
}

async function describe(context: Context, scope: ExchangeObject, desired: ManagementScopeInputs): Promise<Found> {
  const [distinguishedName, group, users] = await Promise.all([
    groupName(context, desired.group),
    desired.group === "" || isUnknown(desired.group)
      ? undefined
      : getByGuid(context.exchange, "Get-Group", desired.group),
    assignmentsOn(context, guid(scope), text(scope, "Name")),
  ]);
  const foreign = [];
  for (const user of users) if (!(await isOwn(context, user, desired))) foreign.push(text(user, "Name"));
  const isExclusive = flag(scope, "Exclusive");
  const ours =
    !isExclusive &&
    (bearsMark(group?.["Notes"], desired.mark) || isHeld(context, desired.group, desired)) &&
    namesOnlyGroup(text(scope, "RecipientFilter"), distinguishedName);
  return {
    id: guid(scope),
    title: `management scope "${text(scope, "Name")}"`,
    ours,
    other: ours ? undefined : await stackBehindScope(context, scope, desired.mark),
    obstacles: [
      ...(isExclusive ? ["it is an exclusive scope"] : []),
      // Nothing to take over where it is ours; whoever else uses it keeps it from going, by the removal's own question.
      ...(!ours && foreign.length > 0 ? [`role assignments of others use it: ${foreign.join(", ")}`] : []),
    ],
  };
}

/** The scope as an artifact. */
export const managementScope = artifactOf(managementScopeLifecycle);
