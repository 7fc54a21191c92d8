/** Which names and places are taken, and by whom: where the stack does not hold the object yet, or renames it. */
import { assignmentAsBegun, pointerAsBegun, type Begun } from "../lifecycle/begun.ts";
import { calledBy, conflictOf, nameOf, renameConflict } from "../lifecycle/acquisition.ts";
import { exchangeServicePrincipalLifecycle } from "../exchangeServicePrincipal.ts";
import {
  differences,
  type Context,
  type Found,
  type Lifecycle,
  type Ownership,
  type Problem,
} from "../lifecycle/contract.ts";
import { managementScopeLifecycle } from "../managementScope.ts";
import { idsOf, linesOf, parseMembers } from "../recipients/memberList.ts";
import { nothingProved } from "../proof/strangers.ts";
import { roleAssignmentLifecycle } from "../roleAssignment.ts";
import { roleGroupLifecycle } from "../roleGroup.ts";
import { securityGroupLifecycle } from "../securityGroup.ts";
import { serviceAccountLifecycle } from "../serviceAccount.ts";
import { desiredOf } from "./desired.ts";
import { uses, type KnownObjects, type TenantInputs } from "./tenantInputs.ts";

/** What a look for an object found: its id (empty where there is none), and what there is to say about it. */
interface Look {
  readonly id: string;
  readonly conflict?: string | undefined;
  /** Whether nothing is there, so that it is made. */
  readonly isFree?: boolean;
  readonly announce?: () => Promise<void>;
}

/** What the look for all objects found. */
export interface ObjectsFound {
  readonly problems: readonly Problem[];
  /** What this run makes on an app or a role group that is not the stack's, where nothing is. */
  readonly begun: readonly Begun[];
}

/**
 * Looks for every object that is to be made or renamed, for all of them at once; says what would happen to those that
 * exist, or why nothing can.
 * @param completed the inputs with everything looked up: what is there already is judged by them
 * @param isNew whether the stack holds nothing yet
 */
export async function checkObjects(
  context: Context,
  desired: TenantInputs,
  completed: Promise<TenantInputs>,
  isNew: boolean,
): Promise<ObjectsFound> {
  const wanted = desiredOf(desired);
  // Where the stack holds every object nobody asks for it; who does ask gets the failure.
  completed.catch(() => undefined);
  const { known, app, members, owner } = desired;
  const [impersonates, applies] = [uses(desired, "impersonation"), uses(desired, "application")];
  const isInGroup = desired.reach === "group";
  const asking: Asking = { context, names: known.names, isNew };
  // What is known of one enterprise app says nothing of another in its place: a consent made it again, or a new app.
  const isSameApp = app === "" || known.app === "" || known.app === app;
  const ofThisApp: Asking = { ...asking, isReplaced: !isSameApp };
  const account =
    impersonates && desired.ownsUser && context.entra === undefined
      ? look(
          asking,
          serviceAccountLifecycle,
          [...idsOf(parseMembers(known.heldUser))][0] ?? "",
          wanted.serviceAccount({ displayName: "", organizationalUnit: "", password: "" }),
        )
      : nothing;
  const roleGroup = impersonates
    ? look(asking, roleGroupLifecycle, known.roleGroup, wanted.roleGroup(desired.user), async () => ({
        members: (await completed).user,
      }))
    : nothing;
  const pointer = applies
    ? look(
        ofThisApp,
        exchangeServicePrincipalLifecycle,
        known.exchangeServicePrincipal,
        wanted.pointer({ appId: desired.clientId, objectId: app }),
      )
    : nothing;
  const group = isInGroup
    ? look(
        asking,
        securityGroupLifecycle,
        known.securityGroup,
        wanted.securityGroup({ members, owner, roleGroup: "", app, ...nothingProved }),
        async () => {
          const found = await completed;
          return { members: found.members, owner: found.owner };
        },
      )
    : nothing;
  const scope = isInGroup
    ? look(
        asking,
        managementScopeLifecycle,
        known.scope,
        wanted.scope({ group: "", roleGroup: "", app }),
        async () => ({ group: (await group).id, roleGroup: (await roleGroup).id }),
      )
    : nothing;
  const assignment = impersonates
    ? look(
        asking,
        roleAssignmentLifecycle,
        known.assignment,
        wanted.impersonationAssignment({ roleGroup: "", scope: "", members, stopped: "" }),
        async () => ({
          members: (await completed).members,
          roleGroup: (await roleGroup).id,
          scope: (await scope).id,
        }),
      )
    : nothing;
  const wantedOfApp = applies ? wanted.applicationAssignments({ app, scope: "", members, stopped: "" }) : [];
  const ofApp = wantedOfApp.map((inputs) =>
    look(ofThisApp, roleAssignmentLifecycle, assignmentOf(known, inputs.role), inputs, async () => ({
      members: (await completed).members,
      scope: (await scope).id,
    })),
  );
  const looks = await Promise.all([account, roleGroup, pointer, group, scope, assignment, ...ofApp]);
  for (const { announce } of looks) await announce?.();
  const adoptsRoleGroup = desired.adopt.includes("roleGroup") || linesOf(known.adopted).some(isOfRoleGroup);
  const holder = { roleGroup: adoptsRoleGroup ? (await roleGroup).id : "", app: "" };
  const impersonation = { ...holder, role: desired.role, name: desired.assignment };
  const others = app === "" || desired.ownsApp ? [] : wantedOfApp;
  const [ofPointer, ofGroup, ...ofRoles] = await Promise.all([pointer, assignment, ...ofApp]);
  return {
    problems: looks.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict])),
    begun: [
      ...(ofPointer.isFree === true && others.length > 0
        ? [pointerAsBegun({ objectId: app, displayName: desired.application })]
        : []),
      ...(ofGroup.isFree === true && holder.roleGroup !== "" ? [assignmentAsBegun(impersonation)] : []),
      ...others.filter((_, index) => ofRoles[index]?.isFree === true).map(assignmentAsBegun),
    ],
  };
}

/** Of a line of what was taken over (tenantInputs.ts, `adopted`). */
function isOfRoleGroup(line: string): boolean {
  return line.startsWith("roleGroup ");
}

/** The GUID of the assignment that the stack holds for a role of the application; empty without one. */
function assignmentOf({ applicationAssignments }: KnownObjects, role: string): string {
  const line = linesOf(applicationAssignments).find((each) => each.slice(0, -37) === role);
  return line?.slice(-36) ?? "";
}

const nothing: Promise<Look> = Promise.resolve({ id: "" });

/** Inputs that decide whether anything is found at all; the others only what it means. */
const sought = ["roleGroup", "scope"];

/** What every look asks with. */
interface Asking {
  readonly context: Context;
  /** Names of what the state holds, by GUID. */
  readonly names: Readonly<Record<string, string>>;
  readonly isNew: boolean;
  /** Whether what is held stands for another app, and goes before this one's is made. */
  readonly isReplaced?: boolean;
}

/**
 * Looks for one object: for one that the state holds only where it is gone, or is to have another name. `rest` yields
 * the inputs that are not known yet: the question itself is asked before, and again only where something is there, or
 * could be found by them.
 */
async function look<Inputs extends Ownership>(
  asking: Asking,
  lifecycle: Lifecycle<Inputs>,
  known: string,
  early: Inputs,
  rest: () => Promise<Partial<Inputs>> = () => Promise.resolve({}),
): Promise<Look> {
  const { context, names, isNew, isReplaced = false } = asking;
  if (known !== "" && !isReplaced && !context.gone.has(known)) {
    const conflict = await lookForNamesakes(asking, lifecycle, known, early);
    if (conflict === undefined) return { id: known };
    // A refresh of other settings is another process's, and what it found to be gone is not known here.
    if ((await (lifecycle.sight ?? lifecycle.observe)(context, known, early)) !== undefined) {
      return { id: known, conflict };
    }
  }
  const [first, more] = await Promise.all([lifecycle.find(context, early), rest()]);
  const inputs = { ...early, ...more };
  const isNone =
    first.length === 0 && Object.entries(more).every(([name, value]) => !sought.includes(name) || value === "");
  const all = isNone ? first : await lifecycle.find(context, inputs);
  const own = isReplaced ? undefined : all.find((each) => context.held.has(each.id));
  // In the state already: what follows is judged by it.
  if (own !== undefined) return { id: own.id };
  // What the stack holds for another app goes before this one is made.
  const found = all.filter(({ id }) => id !== known && !context.held.has(id) && !(id in names));
  const [present] = found;
  const conflict = conflictOf(calledBy(lifecycle, inputs), found, inputs.adopt, isNew);
  if (conflict !== undefined || present === undefined) {
    return { id: present?.id ?? "", conflict, isFree: present === undefined };
  }
  return { id: present.id, announce: () => announce(asking, lifecycle, present, inputs) };
}

/** What keeps an object that the state holds from getting another name. */
async function lookForNamesakes<Inputs extends Ownership>(
  { context, names }: Asking,
  lifecycle: Lifecycle<Inputs>,
  known: string,
  desired: Inputs,
): Promise<string | undefined> {
  // Somebody may have renamed it since, and given its name to another.
  const [from, to] = [context.seenNames.get(known) ?? names[known] ?? "", nameOf(desired)];
  if (from === "" || to === "" || from === to) return undefined;
  // By its name alone: what is in its place is the object itself.
  const found = await lifecycle.find(context, { ...desired, ...unplaced });
  return renameConflict(
    calledBy(lifecycle, desired),
    from,
    found.filter(({ id }) => id !== known && !context.held.has(id) && !(id in names)),
  );
}

/** Inputs by which an object is found in its place. */
const unplaced = { roleGroup: "", app: "" };

/** Says what will happen to an object that is there already. */
async function announce<Inputs extends Ownership>(
  { context, isNew }: Asking,
  lifecycle: Lifecycle<Inputs>,
  found: Found,
  desired: Inputs,
): Promise<void> {
  if (found.ours) {
    // A stack without a record has its id from movedFrom, or made it just now: then nothing bears it.
    const isMoved = isNew && context.held.size === 0;
    const cause = isMoved
      ? "taken over from the stack that movedFrom names"
      : "left by an interrupted run of this stack, or unknown to a state that was put back from a backup";
    context.report(`${found.title}: ${cause}; up goes on with it.`);
    return;
  }
  const live = await lifecycle.observe(context, found.id, desired);
  const changed =
    live === undefined ? [] : differences(lifecycle, live.inputs, desired).filter((name) => name !== "name");
  const shown = changed.map((name) => (name === "marked" ? "its mark" : name));
  const changes = shown.length === 0 ? "nothing about it" : shown.join(", ");
  const keeps = desired.onDestroy === "keep";
  const beside = keeps ? ((await lifecycle.beside?.(context, found.id, desired)) ?? []) : [];
  const reason = keeps ? lifecycle.cannotKeep?.(desired, beside) : undefined;
  const end = reason ?? (keeps ? "destroy would keep it" : "destroy would remove it");
  context.report(`${found.title}: exists and would be taken over; up would change ${changes}; ${end}.`);
}
