/** Which names and places are taken, and by whom: only where the stack does not hold the object yet. */
import { conflictOf } from "./acquisition.ts";
import { exchangeServicePrincipalLifecycle } from "./exchangeServicePrincipal.ts";
import { differences, type Context, type Found, type Lifecycle, type Ownership, type Problem } from "./lifecycle.ts";
import { managementScopeLifecycle, rightFilter } from "./managementScope.ts";
import { linesOf } from "./memberList.ts";
import { applicationAssignmentName, roleAssignmentLifecycle, wholeOrganization } from "./roleAssignment.ts";
import { roleGroupLifecycle } from "./roleGroup.ts";
import { securityGroupLifecycle } from "./securityGroup.ts";
import { uses, type TenantInputs } from "./tenantInputs.ts";

/** What a look for an object found: its id (empty where there is none), and what there is to say about it. */
interface Look {
  readonly id: string;
  readonly conflict?: string | undefined;
  readonly announce?: () => Promise<void>;
}

/**
 * Looks for every object that is to be made, for all of them at once; says what would happen to those that exist, or
 * why nothing can.
 * @param completed the inputs with everything looked up: what is there already is judged by them
 */
export async function checkObjects(
  context: Context,
  desired: TenantInputs,
  completed: Promise<TenantInputs>,
): Promise<Problem[]> {
  const early = desiredObjects(desired);
  const whole = completed.then(desiredObjects);
  // Where the stack holds every object nobody asks for it; who does ask gets the failure.
  whole.catch(() => undefined);
  const { known } = desired;
  const [impersonates, applies] = [uses(desired, "impersonation"), uses(desired, "application")];
  const isInGroup = desired.reach === "group";
  const roleGroup = impersonates
    ? look(context, roleGroupLifecycle, known.roleGroup, early.roleGroup, async () => (await whole).roleGroup)
    : nothing;
  const pointer = applies
    ? look(context, exchangeServicePrincipalLifecycle, known.exchangeServicePrincipal, early.pointer)
    : nothing;
  const group = isInGroup
    ? look(
        context,
        securityGroupLifecycle,
        known.securityGroup,
        early.securityGroup,
        async () => (await whole).securityGroup,
      )
    : nothing;
  const scope = isInGroup
    ? look(context, managementScopeLifecycle, known.scope, early.scope, async () => ({
        group: (await group).id,
        roleGroup: (await roleGroup).id,
      }))
    : nothing;
  const assignment = impersonates
    ? look(context, roleAssignmentLifecycle, known.assignment, early.assignment, async () => ({
        members: (await whole).assignment.members,
        roleGroup: (await roleGroup).id,
        scope: (await scope).id,
      }))
    : nothing;
  const ofApp = (applies ? missingRoles(desired) : []).map((role) => {
    const name = applicationAssignmentName(role, desired.application, desired.reach);
    const inputs = { ...early.assignment, name, role, app: desired.app };
    return look(context, roleAssignmentLifecycle, "", inputs, async () => ({
      members: (await whole).assignment.members,
      scope: (await scope).id,
    }));
  });
  const looks = await Promise.all([roleGroup, pointer, group, scope, assignment, ...ofApp]);
  for (const { announce } of looks) await announce?.();
  return looks.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict]));
}

/** The application's roles that the stack has not assigned yet. */
function missingRoles({ known, roles }: TenantInputs): string[] {
  const held = new Set(linesOf(known.applicationAssignments).map((line) => line.slice(0, -37)));
  return linesOf(roles).filter((role) => !held.has(role));
}

const nothing: Promise<Look> = Promise.resolve({ id: "" });

/** Inputs that decide whether anything is found at all; the others only what it means. */
const sought = ["roleGroup", "scope"];

/**
 * Looks for one object. `rest` yields the inputs that are not known yet: the question itself is asked before, and again
 * only where something is there, or could be found by them.
 */
async function look<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  known: string,
  early: Inputs,
  rest: () => Promise<Partial<Inputs>> = () => Promise.resolve({}),
): Promise<Look> {
  if (known !== "") return { id: known };
  const [first, more] = await Promise.all([lifecycle.find(context, early), rest()]);
  const inputs = { ...early, ...more };
  const isNone =
    first.length === 0 && Object.entries(more).every(([name, value]) => !sought.includes(name) || value === "");
  const found = isNone ? first : await lifecycle.find(context, inputs);
  // In the state already, though an interrupted run left no record: what follows is judged by it.
  const own = found.find((each) => context.held.has(each.id));
  if (own !== undefined) return { id: own.id };
  const [present] = found;
  const conflict = conflictOf(lifecycle.title, found, inputs.adopt);
  if (conflict !== undefined || present === undefined) return { id: present?.id ?? "", conflict };
  return { id: present.id, announce: () => announce(context, lifecycle, present, inputs) };
}

/** The inputs of every object as the program will give them, with ids still empty; also what a sweep looks for. */
export function desiredObjects(desired: Omit<TenantInputs, "known" | "confirmedAddresses">) {
  const own = (object: string): Ownership => ({
    mark: desired.mark,
    onDestroy: desired.onDestroy,
    adopt: desired.adopt.includes(object),
  });
  return {
    roleGroup: { ...own("roleGroup"), name: desired.roleGroup, role: desired.role, members: desired.user },
    pointer: {
      ...own("exchangeServicePrincipal"),
      displayName: desired.application,
      appId: desired.clientId,
      objectId: desired.app,
      ownsApp: desired.ownsApp,
    },
    securityGroup: {
      ...own("securityGroup"),
      name: desired.securityGroup,
      members: desired.members,
      owner: desired.owner,
      hiddenFromAddressLists: true,
      memberJoinRestriction: "Closed",
      memberDepartRestriction: "Closed",
      scopeName: desired.scope,
    },
    scope: { ...own("scope"), name: desired.scope, filter: rightFilter, group: "", roleGroup: "", app: desired.app },
    assignment: {
      ...own("assignment"),
      name: desired.assignment,
      role: desired.role,
      roleGroup: "",
      app: "",
      ownsApp: desired.ownsApp,
      writeScope: desired.reach === "group" ? desired.scope : wholeOrganization,
      scope: "",
      enabled: true,
      regrant: desired.regrant,
      members: desired.members,
    },
  };
}

/** Says what will happen to an object that is there already. */
async function announce<Inputs extends Ownership>(
  context: Context,
  lifecycle: Lifecycle<Inputs>,
  found: Found,
  desired: Inputs,
): Promise<void> {
  if (found.ours) {
    context.report(`${found.title}: left by an interrupted run of this stack; up goes on with it.`);
    return;
  }
  const live = await lifecycle.observe(context, found.id, desired);
  const changed =
    live === undefined ? [] : differences(lifecycle, live.inputs, desired).filter((name) => name !== "name");
  const changes = changed.length === 0 ? "nothing about it" : changed.join(", ");
  const end = desired.onDestroy === "remove" ? "destroy would remove it" : "destroy would keep it";
  context.report(`${found.title}: exists and would be taken over; up would change ${changes}; ${end}.`);
}
