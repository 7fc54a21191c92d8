/**
 * The role assignment: what opens the mailboxes. Born with its scope, and only after the recipients inside that scope
 * have been compared with the list (design.md §7.1).
 */
import { isExchangeError } from "../exchange/errors.ts";
import type { ExchangeObject } from "../exchange/session.ts";
import { isUnknown } from "./lifecycle/artifact.ts";
import { assignmentAsBegun, isBegun } from "./lifecycle/begun.ts";
import { wholeOrganization } from "./lifecycle/assignmentName.ts";
import { assigneeOf, customScopeOf, isAssignedTo, isRegular } from "./lifecycle/assignmentRow.ts";
import { flag, guid, nameOf, text } from "./lifecycle/exchangeValue.ts";
import { writeWhenReady } from "./lifecycle/hydration.ts";
import { refuseWhileStopped } from "./lifecycle/assignmentStop.ts";
import { disabledAmong, refusedWhileStopped } from "./lifecycle/emergencyStop.ts";
import { differences, type Context, type Found, type Lifecycle } from "./lifecycle/contract.ts";
import type { Observed, Ownership } from "./lifecycle/contract.ts";
import { getAll, getByGuid, isHeld } from "./lifecycle/lookup.ts";
import { roleExists } from "./lifecycle/managementRole.ts";
import { bearsMark } from "./lifecycle/mark.ts";
import { demandBornScoped, demandScope, type ReadAssignment } from "./proof/bornScoped.ts";
import { artifactOf } from "./lifecycle/reconciler.ts";
import { demandOnlyListed } from "./recipients/scopeMembers.ts";
import { refusedRole } from "./lifecycle/refusedRole.ts";
import { isScopedTo, liveScope, scopeNameOf, writeScoped } from "./lifecycle/scopeParameter.ts";
import { readOtherHolder, roleGroupDescription } from "./lifecycle/markedField.ts";
import { stackBehindAssignment } from "./lifecycle/stackBehind.ts";
import { UserError } from "./lifecycle/userError.ts";

/** What the assignment is to be: to a role group or to an app. */
export interface RoleAssignmentInputs extends Ownership {
  /** At most 64 characters, unique in the tenant; cannot be changed (Set- has no -Name). */
  readonly name: string;
  /** Name of the management role. */
  readonly role: string;
  /** GUID of the role group; empty where the role goes to an app. */
  readonly roleGroup: string;
  /** Object id of the enterprise app; empty where the role goes to a role group. */
  readonly app: string;
  /** Whether the stack made that app: an equal assignment to it is then the stack's, too. */
  readonly ownsApp: boolean;
  /** Name of the management scope, or {@link wholeOrganization}. */
  readonly writeScope: string;
  /** GUID of the management scope; empty for the whole organisation. */
  readonly scope: string;
  /** `false` where somebody stopped the access; repaired only with `regrant`. */
  readonly enabled: boolean;
  /** Whether a stopped assignment is to be enabled again. */
  readonly regrant: boolean;
  /** The mailboxes, as lines or as their digest (recipients/listed.ts): what may be inside the scope when the assignment is made. */
  readonly members: string;
  /** What the tenant's artifact has recorded as stopped (lifecycle/recordedStop.ts), as lines. */
  readonly stopped: string;
}

/** The assignment's lifecycle (facts/exchange.md §2.3). */
export const roleAssignmentLifecycle: Lifecycle<RoleAssignmentInputs> = {
  kind: "roleAssignment",
  title: "role assignment",
  compared: ["name", "role", "roleGroup", "app", "writeScope", "scope", "enabled"],
  replacedBy: ["name", "role", "roleGroup", "app"],
  uniqueBy: "name",
  // Kept where it was there before the stack: then the access is, too, with a user's password or an app's key.
  async release(context, id, { name, roleGroup, app, enabled }) {
    const who = app === "" ? `the service user in role group ${roleGroup}` : `the enterprise app ${app}`;
    const stays =
      app === "" ? " A user that is kept, or was not the stack's, stays with the password that it has." : "";
    if (enabled) {
      context.report(
        `role assignment "${name}": it is still ON, and ${who} goes on opening mailboxes by it. To shut it: Set-ManagementRoleAssignment -Identity "${id}" -Enabled $false.${stays}`,
      );
    }
  },
  // An app's two reaches have names of their own; the assignment that opens every mailbox must not outlive the proof.
  deletesFirst: (live, desired) => live.app !== "" && live.writeScope === wholeOrganization && desired.scope !== "",

  async resolve(context, desired, recorded) {
    const { compared, replacedBy } = roleAssignmentLifecycle;
    const changed = recorded === undefined ? [] : differences({ compared }, recorded, desired);
    const isMade = recorded === undefined || changed.some((name) => replacedBy.includes(name));
    const problems = isMade && !desired.regrant ? await refuseWhileStopped(context, desired, recorded) : [];
    return { inputs: desired, problems };
  },

  async find(context, desired) {
    const [{ all, group }, named, scopeName] = await Promise.all([
      assignmentsOf(context, desired),
      getAll(context.exchange, "Get-ManagementRoleAssignment", { Identity: desired.name }),
      scopeNameOf(context, desired),
    ]);
    const direct = all.filter((each) => isAssignedTo(each, group, desired.app) && isRegular(each));
    const isOfOurGroup = bearsMark(group?.["Description"], desired.mark) || isHeld(context, desired.roleGroup, desired);
    // An app that was there before has assignments of others; one on a scope that the stack holds is its own.
    const isOfOurApp = desired.ownsApp || (desired.scope !== "" && isHeld(context, desired.scope, desired));
    const isOfOurs = isBegun(context, assignmentAsBegun(desired)) || (desired.app === "" ? isOfOurGroup : isOfOurApp);
    const others = named.filter((each) => !direct.some((one) => guid(one) === guid(each)));
    const found = [
      ...direct.map((each) => ({ row: each, found: describe(each, { isOfOurs, scopeName }, desired) })),
      ...others.map((each) => ({ row: each, found: describeForeign(each) })),
    ];
    return Promise.all(
      found.map(async ({ row, found: one }) =>
        one.ours ? one : { ...one, other: await stackBehindAssignment(context, row, desired.mark) },
      ),
    );
  },

  create: createRoleAssignment,
  prove: (context, id, desired) => demandBornScoped(context, id, desired, readerOf(desired)),
  observe: observeRoleAssignment,

  async sight(context, id, recorded) {
    const assignment = await getByGuid(context.exchange, "Get-ManagementRoleAssignment", id);
    return assignment && { id, inputs: recorded, outputs: {} };
  },

  // The scope that it was on already, if that is the one which it is to have.
  async beside(context, id, desired) {
    const [assignment, scopeName] = await Promise.all([
      getByGuid(context.exchange, "Get-ManagementRoleAssignment", id),
      scopeNameOf(context, desired),
    ]);
    const isOnIt = assignment !== undefined && scopeName !== undefined && isScopedTo(assignment, scopeName);
    return isOnIt ? [desired.scope] : [];
  },

  cannotKeep: ({ writeScope, scope }, beside) =>
    writeScope === wholeOrganization || beside.includes(scope)
      ? undefined
      : "cannot be kept: the stack put it on the scope that limits it, and without that it would open every mailbox; destroy removes it",

  leaves: (desired) => (desired.regrant ? [] : ["enabled"]),

  async align(context, live, desired) {
    const Identity = live.id;
    if (live.inputs.scope !== desired.scope || live.inputs.writeScope !== desired.writeScope) {
      // From the whole organisation any scope is narrower: nothing may delay it.
      const narrows = live.inputs.writeScope === wholeOrganization;
      if (desired.scope !== "" && !narrows) await demandOnlyListed(context, desired);
      if (desired.scope === "" && desired.app !== "") throw new UserError(cannotWiden(live.inputs.name));
      const { isByName } = await writeScoped(context, desired, (scope) =>
        context.exchange.write("Set-ManagementRoleAssignment", { Identity, ...scope }),
      );
      if (isByName) await demandScope(context, live.id, desired, readerOf(desired));
    }
    if (!live.inputs.enabled && desired.regrant) {
      if (desired.scope !== "") await demandOnlyListed(context, desired);
      await context.exchange.write("Set-ManagementRoleAssignment", { Identity, Enabled: true });
    }
  },

  async remove(context, live) {
    const { roleGroup, mark } = live.inputs;
    // The first of a destroy: another stack's access is not taken away, and nothing goes from under it.
    const holder = roleGroup === "" ? undefined : await readOtherHolder(context, roleGroup, roleGroupDescription, mark);
    if (holder !== undefined) throw new UserError(`${holder} Nothing was removed.`);
    await context.exchange.write("Remove-ManagementRoleAssignment", { Identity: live.id, Confirm: false });
  },
};

/**
 * The assignments of the role to the assignee, and the role group, if that is the assignee; none while it is unknown.
 */
async function assignmentsOf(
  context: Context,
  { role, roleGroup, app }: RoleAssignmentInputs,
): Promise<{ all: readonly ExchangeObject[]; group: ExchangeObject | undefined }> {
  const RoleAssignee = app === "" ? roleGroup : app;
  if (RoleAssignee === "" || isUnknown(RoleAssignee)) return { all: [], group: undefined };
  const [all, group] = await Promise.all([
    getAll(context.exchange, "Get-ManagementRoleAssignment", { Role: role, RoleAssignee }),
    app === "" ? getByGuid(context.exchange, "Get-RoleGroup", roleGroup) : undefined,
  ]);
  return { all, group };
}

async function createRoleAssignment(context: Context, desired: RoleAssignmentInputs): Promise<string> {
  const { all, group } = await assignmentsOf(context, desired);
  const stopped = disabledAmong(all.filter((each) => isAssignedTo(each, group, desired.app)));
  if (stopped.length > 0 && !desired.regrant) {
    const why = `the role assignment "${desired.name}" would be made beside it`;
    throw new UserError(refusedWhileStopped(stopped, [why], "Leave it as it is."));
  }
  if (desired.scope !== "") await demandOnlyListed(context, desired);
  return context.waitFor("Exchange to accept the role assignment", () => assign(context, desired));
}

/**
 * One try to assign; a scope or group that another back end does not show yet is tried again, always with the scope.
 */
async function assign(context: Context, desired: RoleAssignmentInputs): Promise<string | undefined> {
  try {
    const { answer, isByName } = await writeScoped(context, desired, (scope) =>
      writeWhenReady(context, "New-ManagementRoleAssignment", {
        Name: desired.name,
        Role: desired.role,
        ...(desired.app === "" ? { SecurityGroup: desired.roleGroup } : { App: desired.app }),
        ...scope,
      }),
    );
    const [made] = answer;
    if (made === undefined) throw new UserError("role assignment: Exchange accepted it but returned nothing.");
    // Whatever it says, the new object is recorded first: what follows judges it once more, and fails.
    if (isByName) await demandScope(context, guid(made), desired, readerOf(desired)).catch(() => undefined);
    return guid(made);
  } catch (error) {
    if (isExchangeError(error, "notFound") && (await roleExists(context, desired.role))) return undefined;
    throw isExchangeError(error, ...refusals) ? await refusedRole(context, desired, error) : error;
  }
}

function cannotWiden(name: string): string {
  return `role assignment "${name}": somebody limited it to a scope, and Exchange cannot take a scope off an app's assignment. Remove the assignment by hand, then run up again.`;
}

/**
 * What an organisation may say that has the role, but no longer gives it to anybody (facts/exchange.md §4: not known).
 */
const refusals = ["notFound", "delegation", "forbidden", "invalid", "unknownParameter", "other"] as const;

function readerOf(recorded: RoleAssignmentInputs): ReadAssignment {
  return async (context, id) => (await observeRoleAssignment(context, id, recorded))?.inputs;
}

async function observeRoleAssignment(
  context: Context,
  id: string,
  recorded: RoleAssignmentInputs,
): Promise<Observed<RoleAssignmentInputs> | undefined> {
  const [assignment, group, scope] = await Promise.all([
    getByGuid(context.exchange, "Get-ManagementRoleAssignment", id),
    recorded.roleGroup === "" ? undefined : getByGuid(context.exchange, "Get-RoleGroup", recorded.roleGroup),
    recorded.scope === "" ? undefined : getByGuid(context.exchange, "Get-ManagementScope", recorded.scope),
  ]);
  if (assignment === undefined) return undefined;
  const assignee = assigneeOf(assignment);
  const isSame = isAssignedTo(assignment, group, recorded.app);
  return {
    id,
    inputs: {
      ...ownershipOf(recorded),
      name: text(assignment, "Name"),
      role: nameOf(text(assignment, "Role")),
      roleGroup: isSame || recorded.app !== "" ? recorded.roleGroup : assignee,
      app: isSame || recorded.app === "" ? recorded.app : assignee,
      ...liveScope(assignment, scope, recorded),
      enabled: flag(assignment, "Enabled"),
    },
    outputs: {
      identity: text(assignment, "Identity") || text(assignment, "Name"),
      whenCreated: text(assignment, "WhenCreatedUTC"),
    },
  };
}

function ownershipOf(
  recorded: RoleAssignmentInputs,
): Pick<RoleAssignmentInputs, "mark" | "adopt" | "onDestroy" | "members" | "stopped" | "regrant" | "ownsApp"> {
  const { mark, adopt, onDestroy, members, stopped, regrant, ownsApp } = recorded;
  return { mark, adopt, onDestroy, members, stopped, regrant, ownsApp };
}

/** Ours by exact equality: our role group's or our app's, of our name, with our scope (design.md §4). */
function describe(
  assignment: ExchangeObject,
  { isOfOurs, scopeName }: { readonly isOfOurs: boolean; readonly scopeName: string | undefined },
  desired: RoleAssignmentInputs,
): Found {
  const isScopedAlike =
    desired.writeScope === wholeOrganization
      ? customScopeOf(assignment) === ""
      : scopeName !== undefined && isScopedTo(assignment, scopeName);
  const isCalled = text(assignment, "Name") === desired.name;
  return {
    id: guid(assignment),
    title: `role assignment "${text(assignment, "Name")}"`,
    ours: isOfOurs && isCalled && isScopedAlike,
    isKin: isOfOurs && !isCalled && isScopedAlike,
    place:
      desired.app === ""
        ? { holder: "roleGroup", text: `the role ${desired.role} of this role group` }
        : { holder: "app", text: `the role ${desired.role} of this app` },
    obstacles: [],
  };
}

function describeForeign(assignment: ExchangeObject): Found {
  const assignee = text(assignment, "RoleAssigneeName");
  return {
    id: guid(assignment),
    title: `role assignment "${text(assignment, "Name")}"`,
    ours: false,
    obstacles: [`it assigns ${text(assignment, "Role")} to ${assignee}`],
  };
}

/** The assignment as an artifact. */
export const roleAssignment = artifactOf(roleAssignmentLifecycle);
